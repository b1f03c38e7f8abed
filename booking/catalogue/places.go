package catalogue

import (
	"math"
	"strings"
	"unicode/utf8"

	"shortfare/booking"
	"shortfare/parser"
)

// place is a city or a station, the parser's unit.
type place struct {
	id    string // `c:` and the city's name, or `s:` and the stop_id
	en    string
	zh    string
	stops []int32
}

// placeIndex finds places by name; it makes a Snapshot a parser.Gazetteer.
type placeIndex struct {
	places []place
	byID   map[string]int32
	byName map[string]int32 // folded
	longHa int              // characters of the longest Chinese name
	fuzzy  fuzzyIndex
	sounds map[string]int32 // sounds of the Chinese names; several for those of more than one place
}

// Lookup finds a place by its folded name, code or area code.
func (x *placeIndex) Lookup(folded string) (parser.Place, bool) {
	i, ok := x.byName[folded]
	if !ok {
		return parser.Place{}, false
	}
	return x.show(i, folded != "" && folded[0] >= utf8.RuneSelf), true
}

// Fuzzy finds the one place whose romanised name is nearest to a mistyped one:
// one error in four to six letters, two in longer ones (Damerau). Equally
// near names of two places are nobody's. A Chinese name is found by its sound.
func (x *placeIndex) Fuzzy(folded string) (parser.Place, bool) {
	if folded != "" && folded[0] >= utf8.RuneSelf {
		if i, ok := x.heard(folded); ok {
			return x.show(i, true), true
		}
		return parser.Place{}, false
	}
	i, ok := x.fuzzy.find(folded)
	if !ok {
		return parser.Place{}, false
	}
	return x.show(i, false), true
}

// HanPrefix finds the longest Chinese place name at the start of s and its length in bytes.
func (x *placeIndex) HanPrefix(s string) (parser.Place, int) {
	var ends [32]int
	n := 0
	for at := 0; at < len(s) && n < x.longHa && n < len(ends); n++ {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
		ends[n] = at
	}
	for ; n > 0; n-- {
		if i, ok := x.byName[s[:ends[n-1]]]; ok {
			return x.show(i, true), ends[n-1]
		}
	}
	return parser.Place{}, 0
}

// PlaceNames returns the names of a place by its ID.
func (x *placeIndex) PlaceNames(id string) (booking.Stop, bool) {
	i, ok := x.byID[id]
	if !ok {
		return booking.Stop{}, false
	}
	p := &x.places[i]
	return booking.Stop{ID: id, En: p.en, Zh: p.zh}, true
}

func (x *placeIndex) show(i int32, chinese bool) parser.Place {
	p := &x.places[i]
	if chinese {
		return parser.Place{ID: p.id, Name: p.zh}
	}
	return parser.Place{ID: p.id, Name: p.en}
}

// position is a place on earth in degrees; the zero value is none.
type position struct{ lat, lon float64 }

func (p position) none() bool { return p == position{} }

// metres is the great-circle distance; 0 when either is not known.
func (p position) metres(q position) float64 {
	if p.none() || q.none() {
		return 0
	}
	const rad, earth = math.Pi / 180, 6371008.8
	a := math.Sin((q.lat-p.lat)*rad/2)*math.Sin((q.lat-p.lat)*rad/2) +
		math.Cos(p.lat*rad)*math.Cos(q.lat*rad)*math.Sin((q.lon-p.lon)*rad/2)*math.Sin((q.lon-p.lon)*rad/2)
	return 2 * earth * math.Asin(math.Sqrt(min(1, a)))
}

// Stations further from the one that names a city are not of that city.
const (
	cityReach    = 100_000.0 // 北京南 from 北京
	districtNear = 60_000.0  // 上海虹桥 from 上海
	samePlace    = 1_000.0   // two stops of one name
)

// areaCodes are the telephone area codes of large cities, as people name their city
// by; they are those of libphonenumber (geocoding for 86). The codes of smaller
// ones would take the place of times such as 0730.
var areaCodes = map[string]string{
	"北京": "010", "广州": "020", "上海": "021", "天津": "022", "重庆": "023", "沈阳": "024", "南京": "025", "武汉": "027",
	"成都": "028", "西安": "029", "石家庄": "0311", "太原": "0351", "大同": "0352", "郑州": "0371", "洛阳": "0379", "哈尔滨": "0451",
	"齐齐哈尔": "0452", "长春": "0431", "吉林": "0432", "大连": "0411", "鞍山": "0412", "呼和浩特": "0471", "包头": "0472",
	"无锡": "0510", "镇江": "0511", "苏州": "0512", "徐州": "0516", "扬州": "0514", "常州": "0519", "济南": "0531", "青岛": "0532",
	"烟台": "0535", "潍坊": "0536", "泰安": "0538", "合肥": "0551", "蚌埠": "0552", "杭州": "0571", "宁波": "0574", "温州": "0577",
	"绍兴": "0575", "嘉兴": "0573", "金华": "0579", "福州": "0591", "厦门": "0592", "泉州": "0595", "长沙": "0731", "衡阳": "0734",
	"深圳": "0755", "珠海": "0756", "佛山": "0757", "东莞": "0769", "汕头": "0754", "南宁": "0771", "桂林": "0773", "南昌": "0791",
	"贵阳": "0851", "昆明": "0871", "兰州": "0931", "西宁": "0971", "银川": "0951", "乌鲁木齐": "0991", "拉萨": "0891",
	"海口": "0898", "唐山": "0315", "保定": "0312", "宜昌": "0717", "襄阳": "0710", "绵阳": "0816",
}

// isCode tells whether s has the form of a telecode or an IATA code.
func isCode(s string) bool {
	if len(s) != 3 {
		return false
	}
	for i := range len(s) {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return true
}

// wordPrefix tells whether p is a proper prefix of name that ends at a word:
// anywhere in Chinese, at a space otherwise.
func wordPrefix(name, p string) bool {
	rest, ok := strings.CutPrefix(name, p)
	return ok && rest != "" && (rest[0] == ' ' || rest[0] >= utf8.RuneSelf)
}
