package catalogue

import (
	"bytes"
	"encoding/csv"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/parser"
)

// railStation is a row of the list of stations: 3,393 names with telecodes.
type railStation struct{ zh, code, pinyin, city string }

// rail is the list as a gazetteer, built as from a feed with these stations.
type rail struct {
	*placeIndex
	list []railStation
}

// Service knows no number: the list has none.
func (rail) Service(string) bool { return false }

// railStations reads the list. Stations have no position there.
func railStations(t testing.TB) rail {
	t.Helper()
	g, err := readRail(vectors(t, "cr_stations_telecodes_2025.csv"))
	require.NoError(t, err)
	return g
}

// railOnce keeps what readRail made for the tests that follow.
var railOnce struct {
	sync.Once
	g   rail
	err error
}

func readRail(path string) (rail, error) {
	railOnce.Do(func() { railOnce.g, railOnce.err = buildRail(path) })
	return railOnce.g, railOnce.err
}

func buildRail(path string) (rail, error) {
	var g rail
	data, err := os.ReadFile(path)
	if err != nil {
		return g, err
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return g, err
	}
	var stops []stopRow
	for _, r := range rows[1:] {
		g.list = append(g.list, railStation{zh: r[1], code: r[2], pinyin: r[3], city: r[7]})
		stops = append(stops, stopRow{id: r[2], zh: r[1], code: r[2]})
	}
	served := make([]bool, len(stops))
	for i := range served {
		served[i] = true
	}
	_, x := buildPlaces(stops, served)
	g.placeIndex = &x
	return g, nil
}

// holds tells whether the place is the station or a city it belongs to.
func (g rail) holds(id, code string) bool {
	p, ok := g.byID[id]
	return ok && (id == "s:"+code || len(g.places[p].stops) > 1)
}

func (g rail) context() parser.Context {
	return parser.Context{Today: parser.Date{Year: 2026, Month: 11, Day: 23}, Now: 540, SaleDays: 30, Places: g}
}

// The demo's railway stations have the telecodes of the list.
func TestDemoTelecodes(t *testing.T) {
	codes := map[string]string{}
	for _, s := range railStations(t).list {
		codes[s.zh] = s.code
	}
	text, err := demoFiles.ReadFile("demo/stops.txt")
	require.NoError(t, err)
	found := 0
	for line := range strings.Lines(string(text)) {
		f := strings.Split(line, ", ")
		if line[0] == '#' || strings.Contains(f[1], "Airport") || strings.Contains(f[1], "Coach") {
			continue
		}
		require.Equal(t, codes[f[2]], f[0], line)
		found++
	}
	require.Equal(t, 30, found)
}

// Every name and telecode finds its station or its city, and so does nearly
// every pinyin that only one station has.
func TestStationsAtScale(t *testing.T) {
	g := railStations(t)
	require.Len(t, g.list, 3393)
	shared := map[string]int{}
	for _, s := range g.list {
		shared[s.pinyin]++
	}
	alone, found := 0, 0
	for _, s := range g.list {
		p, ok := g.Lookup(fold(s.zh))
		require.True(t, ok && g.holds(p.ID, s.code), "%s is %v", s.zh, p)
		place, n := g.HanPrefix(s.zh + "到")
		require.Equal(t, len(s.zh), n, s.zh)
		require.Equal(t, p, place)
		p, ok = g.Lookup(strings.ToLower(s.code))
		require.True(t, ok && p.ID == "s:"+s.code, "%s of %s is %v", s.code, s.zh, p)
		if shared[s.pinyin] > 1 {
			continue
		}
		alone++
		if p, ok = g.Lookup(s.pinyin); ok && g.holds(p.ID, s.code) {
			found++
		} else {
			t.Logf("%s, which the list reads %s, is read %s", s.zh, s.pinyin, romanise(s.zh))
		}
	}
	t.Logf("%d of %d pinyin", found, alone)
	require.Greater(t, 1000*found, 995*alone)
}

// The city is told from its stations, by every way to name it.
func TestCityAndStations(t *testing.T) {
	g := railStations(t)
	for text, want := range map[string]string{
		"北京 上海": "c:北京 c:上海", "beijing shanghai": "c:北京 c:上海", "BEIJING SHANGHAI": "c:北京 c:上海", "010 021": "c:北京 c:上海",
		"BJP SHH": "s:BJP s:SHH", "bjp shh": "s:BJP s:SHH", "北京南 上海虹桥": "s:VNP s:AOH", "beijing south shanghai": "s:VNP c:上海",
		"beijingnan shanghaihongqiao": "s:VNP s:AOH", "VNP AOH": "s:VNP s:AOH", "北京南到上海": "s:VNP c:上海", "北京南站到上海站": "s:VNP s:SHH",
		"北京站 上海": "s:BJP c:上海", "北京市到上海市": "c:北京 c:上海", "哈爾濱到瀋陽": "c:哈尔滨 c:沈阳", "蘭州 烏魯木齊": "c:兰州 c:乌鲁木齐",
		"北经到上海": "c:北京 c:上海", "北京到上还": "c:北京 c:上海", "京北到上海": "c:北京 c:上海", "lvliang beijing": "c:吕梁 c:北京", "TIP SHH": "s:TIP s:SHH",
		"bejing shangai": "c:北京 c:上海", "guangzhou shenzhen": "c:广州 c:深圳", "xian beijing": "c:西安 c:北京", "xi'an beijing": "c:西安 c:北京",
		"chongqing chengdu": "c:重庆 c:成都", "beijingshanghai": "c:北京 c:上海", "北京上海": "c:北京 c:上海", "三亚到长春": "c:三亚 c:长春",
	} {
		c := parser.Parse(text, g.context())
		var ids []string
		for _, p := range c.Places {
			ids = append(ids, p.ID)
		}
		got := strings.Join(ids, " ")
		if got != want && strings.ReplaceAll(got, "s:", "c:") != want { // a city of one station is that station
			one := len(ids) == 2
			for i, w := range strings.Fields(want) {
				p, ok := g.Lookup(fold(strings.TrimPrefix(w, "c:")))
				one = one && ok && i < len(ids) && p.ID == ids[i]
			}
			require.True(t, one, "%s: %s, want %s", text, got, want)
		}
		require.Equal(t, parser.Query, c.Verb, text)
	}
}

// shortWords are common English words of two and three letters, and of talk.
const shortWords = "and are but can did for get had has her him his how its let may not now one our out put say see she the too two was who why " +
	"yes yet you all any bad big boy buy car cat cup cut day dog eat far few fun gun hat hit hot job key kid law lot low man map mom mum new off " +
	"old own pay pen pet ran red run sad set sir sit six son sun tax tea ten tie tip top toy try use van war way web wet win am an as at be by do " +
	"go he if in is it me my no of ok on or so to up us we hi bye lol wow god dad sms app bag ill ice air end ago add ask"

// Short English words are not read as telecodes, alone nor in a sentence.
func TestWordsAreNoTelecodes(t *testing.T) {
	g := railStations(t)
	codes := 0
	for w := range strings.FieldsSeq(shortWords) {
		if _, ok := g.Lookup(w); ok {
			codes++
		}
		for _, text := range []string{w, strings.ToUpper(w), "so " + w + " then", "what about the " + w, w + " beijing shanghai tomorrow"} {
			for _, p := range parser.Parse(text, g.context()).Places {
				require.NotEqual(t, "s:"+strings.ToUpper(w), p.ID, text)
			}
		}
	}
	t.Logf("%d of the words are telecodes", codes)
	require.Greater(t, codes, 20)
}

// A slip in a name finds that place or, more seldom, none; another one only
// when the slip has made its name or one just as near.
func TestMistypedStations(t *testing.T) {
	g := railStations(t)
	right, none, other := 0, 0, 0
	for i, s := range g.list {
		if i%8 != 0 || len(s.pinyin) < 6 { // a sample: all take half a minute with the race detector
			continue
		}
		want, ok := g.Lookup(s.pinyin)
		if !ok {
			continue
		}
		for i := 1; i+1 < len(s.pinyin); i++ {
			for _, typo := range []string{s.pinyin[:i] + s.pinyin[i+1:], s.pinyin[:i] + s.pinyin[i+1:i+2] + s.pinyin[i:i+1] + s.pinyin[i+2:],
				s.pinyin[:i] + s.pinyin[i:i+1] + s.pinyin[i:]} {
				p, ok := g.Lookup(typo)
				if !ok {
					p, ok = g.Fuzzy(typo)
				}
				switch {
				case !ok:
					none++
				case p.ID == want.ID:
					right++
				default:
					other++
				}
			}
		}
	}
	all := right + none + other
	t.Logf("%d slips: %.1f%% right, %.1f%% not unique, %.1f%% another place", all, 100*float64(right)/float64(all), 100*float64(none)/float64(all), 100*float64(other)/float64(all))
	require.Greater(t, 100*right, 75*all)
	require.Less(t, 100*other, 5*all)
}

// Reading a text costs the same memory whatever the size of the catalogue.
func TestParseAllocationsDoNotGrow(t *testing.T) {
	var stops []stopRow
	const heads, tails = "北上广深南西东安长武成重天海河山江湖林石金水龙凤平", "京海州圳安沙汉都庆津口北川门岭泉家阳城镇桥关寨堡河"
	for _, a := range heads {
		for _, b := range tails {
			for _, c := range "东西南北城" {
				name := string([]rune{a, b, c})
				stops = append(stops, stopRow{id: name, zh: name, pos: position{float64(len(stops)), 100}})
			}
		}
	}
	served := make([]bool, len(stops))
	for i := range served {
		served[i] = true
	}
	_, x := buildPlaces(stops, served)
	require.Greater(t, len(x.places), 3000)
	g := rail{placeIndex: &x}
	ctx := g.context()
	few := ctx
	few.Places = Demo(nil)
	for _, text := range []string{"BOOK G123 2 card", "beijing shanghai 5dec", "从北京到上海 明天下午", "bejing shangai tomorrow", "北经到上海", "what is this about"} {
		many := testing.AllocsPerRun(50, func() { parser.Parse(text, ctx) })
		require.LessOrEqual(t, many, testing.AllocsPerRun(50, func() { parser.Parse(text, few) })+4, text)
	}
}

func BenchmarkParseStations(b *testing.B) {
	g := railStations(b)
	ctx := g.context()
	for name, text := range map[string]string{
		"book": "BOOK G123 2 card N17", "query": "Q BEIJING SHANGHAI 5DEC PM", "queryHan": "从北京到上海 明天下午", "mistyped": "bejing shangai tomorrow",
		"mistypedHan": "北经到上海 明天", "unknown": "what time does the next one leave and is there any food", "unknownHan": "请问你们公司的电话号码是多少",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				parser.Parse(text, ctx)
			}
		})
	}
}
