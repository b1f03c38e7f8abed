package catalogue

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/parser"
)

// sizes are numbers of places: of a region, of a country's railway, of every stop of a
// large country.
var sizes = [...]int{100, 3_000, 30_000}

// sized is a catalogue of so many places, for reading texts only. Its services are all
// that G and a number can name.
type sized struct{ placeIndex }

func (sized) Service(number string) bool { return number[0] == 'G' }

// ofSize makes up places of four syllables and four Chinese characters, the same ones first
// whatever the size, and two that people know. A third are stations of a city.
func ofSize(t testing.TB, n int) sized {
	syllables := []string{"bei", "shang", "guang", "nan", "tian", "chong", "wu", "xi", "cheng", "hang", "zheng", "chang", "qing", "da", "lan",
		"kun", "fu", "xia", "gui", "hai", "tai", "ji", "shi", "he", "yin", "wen", "ning", "shao", "jia", "hu", "lin", "ping"}
	characters := []rune("北上广南天重武西成杭郑长青大兰昆福厦贵海太济石合银温宁绍嘉湖临平")
	rows := make([]stopRow, n)
	served := make([]bool, n)
	for i := range rows {
		k := i * 7919 % (32 * 32 * 32) // all are different up to 32,768
		a, b, c := k%32, k/32%32, k/1024
		rows[i] = stopRow{id: "p" + strconv.Itoa(i), en: syllables[a] + syllables[b] + syllables[c] + "zhou", zh: string([]rune{characters[a], characters[b], characters[c], '州'}),
			pos: position{20 + float64(a), 80 + float64(b)}}
		if i%3 == 2 {
			rows[i].en, rows[i].zh = rows[i-1].en+" South", rows[i-1].zh+"南"
			rows[i].pos = rows[i-1].pos
		}
		served[i] = true
	}
	rows[0].en, rows[0].zh, rows[3].en, rows[3].zh = "Beijing", "北京", "Shanghai", "上海" // no other name is near these
	_, x := buildPlaces(rows, served)
	require.GreaterOrEqual(t, len(x.places), n)
	return sized{x}
}

// sizeTexts are texts with names that every size has, with slips in them, with names that none has,
// and without any.
func sizeTexts() map[string]string {
	return map[string]string{
		"exact":   "Q BEIJING SHANGHAI 5DEC PM",
		"slips":   "Q BEJING SHANGAHI 5DEC",
		"slips2":  "Q BEJING SHNGHIA 5DEC",
		"unknown": "Q qwertyuiop zxcvbnmasd 5DEC",
		"talk":    "what time does the next one leave and is there anything to eat",
		"han":     "北京上海5号下午",
		"hanSlip": "查 背景 上海 5号",
		"book":    "BOOK G123 5DEC 2 2ND C1",
		"people":  "BOOK G123 ME,WANG",
		"code":    "Y 730214",
	}
}

func sizeContext(s sized) parser.Context {
	return parser.Context{Today: parser.Date{Year: 2026, Month: 11, Day: 23}, Now: 540, SaleDays: 30, Places: &s}
}

// TestReadingAllocatesTheSameForAnyCatalogue: what reading a text costs in memory does not
// grow with the catalogue.
func TestReadingAllocatesTheSameForAnyCatalogue(t *testing.T) {
	small, large := ofSize(t, sizes[0]), ofSize(t, largest)
	for name, text := range sizeTexts() {
		allocs := func(s sized) float64 {
			ctx := sizeContext(s)
			parser.Parse(text, ctx) // what is made once is made
			return testing.AllocsPerRun(50, func() { parser.Parse(text, ctx) })
		}
		require.Equal(t, allocs(small), allocs(large), "%s: %s", name, text)
	}
	for _, name := range []string{"exact", "slips", "slips2", "han", "hanSlip"} {
		read := parser.Parse(sizeTexts()[name], sizeContext(large))
		require.Len(t, read.Places, 2, "%s: the names are found among many", name)
	}
}

// BenchmarkParseBySize reads the texts with catalogues of each size.
func BenchmarkParseBySize(b *testing.B) {
	for _, n := range sizes {
		s := ofSize(b, n)
		ctx := sizeContext(s)
		for name, text := range sizeTexts() {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					parser.Parse(text, ctx)
				}
			})
		}
	}
}
