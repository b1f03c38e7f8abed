package catalogue

import (
	"testing"

	"github.com/stretchr/testify/require"
	"shortfare/booking"
	"shortfare/parser"
)

var (
	_ booking.Catalogue = (*Snapshot)(nil)
	_ parser.Gazetteer  = (*Snapshot)(nil)
)

func TestLookup(t *testing.T) {
	s := Demo(nil)
	for name, want := range map[string]string{
		"beijing": "c:北京", "北京": "c:北京", "北京市": "c:北京", "010": "c:北京", "bjp": "s:BJP", "北京站": "s:BJP", "beijingstation": "s:BJP",
		"beijingsouth": "s:VNP", "beijingnan": "s:VNP", "北京南": "s:VNP", "北京南站": "s:VNP", "vnp": "s:VNP", "beijingsouthstation": "s:VNP",
		"shanghai": "c:上海", "021": "c:上海", "shanghaihongqiao": "s:AOH", "上海虹桥": "s:AOH", "sha": "s:SHA", "上海虹桥机场": "s:SHA",
		"上海浦东": "s:PVG", "shanghaipudong": "s:PVG", "pek": "s:PEK", "beijingcapitalairport": "s:PEK", "xian": "c:西安", "西安": "c:西安",
		"重庆": "s:CUW", "chongqing": "s:CUW", "023": "s:CUW", "重庆北": "s:CUW", "chongqingnorth": "s:CUW", "厦门": "s:XKS", "xiamen": "s:XKS",
		"长沙": "s:CWQ", "bengbu": "s:BMH", "tian": "", "": "", "北": "", "beijingeast": "",
	} {
		p, ok := s.Lookup(name)
		require.Equal(t, want != "", ok, name)
		require.Equal(t, want, p.ID, name)
	}
	p, _ := s.Lookup("beijingnan")
	require.Equal(t, "Beijing South", p.Name)
	p, _ = s.Lookup("北京南")
	require.Equal(t, "北京南", p.Name)
}

func TestHanPrefix(t *testing.T) {
	s := Demo(nil)
	for text, want := range map[string]string{
		"北京上海5号": "北京", "北京南上海": "北京南", "上海虹桥站": "上海虹桥站", "上海虹": "上海", "明天北京": "", "": "", "南京路": "南京",
		"上海虹桥机场出发": "上海虹桥机场", "\xff\xfe": "",
	} {
		_, n := s.HanPrefix(text)
		require.Equal(t, want, text[:n], text)
	}
}

func TestFuzzy(t *testing.T) {
	s := Demo(nil)
	for name, want := range map[string]string{
		"bejing": "c:北京", "beijng": "c:北京", "ebijing": "c:北京", "shanghia": "c:上海", "shangahi": "c:上海", "shnghi": "", "shanghii": "c:上海",
		"naning": "c:南京", "nanjnig": "c:南京", "guangzou": "c:广州", "wuhn": "s:WHN", "wux": "", "beijing": "c:北京", "bxijyng": "c:北京", "bxxxing": "",
		"上海": "c:上海", "上还": "c:上海", "海上": "c:上海", "上": "", "天下": "", "beijingsuoth": "s:VNP", "now": "", "train": "",
	} {
		p, ok := s.Fuzzy(name)
		require.Equal(t, want, p.ID, name)
		require.Equal(t, want != "", ok, name)
	}
	require.Zero(t, testing.AllocsPerRun(100, func() { s.Fuzzy("shangahi") }))
}

func TestFuzzyIsUnique(t *testing.T) {
	var x fuzzyIndex
	x.build([]fuzzyName{{name: "nanjing", place: 1}, {name: "nanning", place: 2}, {name: "nanningeast", place: 3}, {name: "nanningdong", place: 3}})
	for name, want := range map[string]int32{"naning": 0, "nanjin": 1, "nannning": 2, "nanningest": 3, "nanxxneong": 0} {
		p, ok := x.find(name)
		require.Equal(t, want != 0, ok, name)
		if ok {
			require.Equal(t, want, p, name)
		}
	}
	x = fuzzyIndex{}
	x.build([]fuzzyName{{name: "beijing", place: 1, stops: 4}, {name: "hejing", place: 2, stops: 1}, {name: "dejing", place: 3, stops: 1},
		{name: "shanghai", place: 4, stops: 6}, {name: "shangcai", place: 5, stops: 1}, {name: "shantou", place: 6, stops: 2}, {name: "shangou", place: 7, stops: 1}})
	for name, want := range map[string]int32{"bejing": 1, "hjing": 2, "xejing": 0, "shangai": 4, "shanou": 0, "shantuo": 6, "sahngahi": 4} {
		p, ok := x.find(name)
		require.Equal(t, want != 0, ok, name)
		if ok {
			require.Equal(t, want, p, name)
		}
	}
	_, ok := (&fuzzyIndex{}).find("nanjing")
	require.False(t, ok)
}

func TestDamerau(t *testing.T) {
	for _, c := range []struct {
		a, b string
		d    int
	}{{"abcd", "abcd", 0}, {"abcd", "abdc", 1}, {"abcd", "abc", 1}, {"abcd", "xabcd", 1}, {"abcd", "axcd", 1}, {"abcdefg", "badcefg", 2}, {"abcd", "wxyz", 3}} {
		require.Equal(t, c.d, parser.Distance(c.a, c.b, 2), c.a+" "+c.b)
		require.Equal(t, c.d, parser.Distance(c.b, c.a, 2), c.b+" "+c.a)
	}
}

func TestPinyin(t *testing.T) {
	for zh, want := range map[string]string{
		"重庆": "chongqing", "长春": "changchun", "长沙": "changsha", "西安": "xian", "厦门": "xiamen", "成都": "chengdu", "六安": "luan",
		"蚌埠": "bengbu", "乐山": "leshan", "乐清": "yueqing", "昌乐": "changle", "都江堰": "dujiangyan", "三都县": "sanduxian", "通远堡西": "tongyuanpuxi",
		"洪洞西": "hongtongxi", "冠豸山": "guanzhaishan", "库尔勒": "kuerle", "佛山": "foshan", "略阳": "lueyang", "绿博园": "luboyuan", "龙洞堡": "longdongbao",
	} {
		require.Equal(t, want, romanise(zh), zh)
	}
	require.Equal(t, "Sao Paulo Strasse", ascii("São Paulo Straße"))
}

func TestCitiesOfStations(t *testing.T) {
	rows := []stopRow{}
	for _, s := range []struct {
		zh       string
		lat, lon float64
	}{{"北京", 39.90, 116.43}, {"北京南", 39.87, 116.38}, {"海宁西", 30.5, 120.6}, {"金山北", 30.8, 121.2}, {"金山卫", 30.7, 121.3},
		{"广宁", 23.6, 112.4}, {"广宁寺", 40.6, 122.5}, {"济南", 36.6, 117.0}, {"合肥北城", 32.0, 117.3}, {"合肥", 31.9, 117.3},
		{"大连北", 38.9, 121.6}, {"大连西", 60, 121.6}, {"正定机场", 38.3, 114.7}, {"正定", 38.1, 114.6}, {"哈尔滨西", 45.7, 126.6}, {"哈尔滨", 45.8, 126.6}} {
		rows = append(rows, stopRow{id: s.zh, zh: s.zh, pos: position{s.lat, s.lon}})
	}
	served := make([]bool, len(rows))
	for i := range served {
		served[i] = true
	}
	stops, x := buildPlaces(rows, served)
	city := map[string]string{}
	for _, s := range stops {
		city[s.En] = x.places[s.city].id
	}
	require.Equal(t, map[string]string{
		"Beijing": "c:北京", "Beijing South": "c:北京", "Haining West": "s:海宁西", "Jinshan North": "c:金山", "Jinshan Wei": "c:金山",
		"Guangning": "s:广宁", "Guangningsi": "s:广宁寺", "Jinan": "s:济南", "Hefei Beicheng": "c:合肥", "Hefei": "c:合肥",
		"Dalian North": "s:大连北", "Dalian West": "s:大连西", "Zhengding Airport": "c:正定", "Zhengding": "c:正定", "Harbin West": "c:哈尔滨", "Harbin": "c:哈尔滨",
	}, city)
	for name, want := range map[string]string{"haining": "s:海宁西", "jinshan": "c:金山", "harbin": "c:哈尔滨", "haerbin": "c:哈尔滨", "haerbinxi": "s:哈尔滨西"} {
		p, ok := x.Lookup(name)
		require.True(t, ok, name)
		require.Equal(t, want, p.ID)
	}
}

func TestSharedLastWordIsOptional(t *testing.T) {
	var rows []stopRow
	for _, n := range []string{"San Jose Caltrain", "San Mateo Caltrain", "Palo Alto Caltrain", "Gilroy Caltrain", "22nd St Caltrain", "Airport"} {
		rows = append(rows, stopRow{id: n, en: n})
	}
	_, x := buildPlaces(rows, []bool{true, true, true, true, true, true})
	for _, name := range []string{"paloalto", "paloaltocaltrain"} {
		p, ok := x.Lookup(name)
		require.True(t, ok)
		require.Equal(t, "s:Palo Alto Caltrain", p.ID)
	}
}

func TestCityOfAStation(t *testing.T) {
	s := Demo(nil)
	city, ok := s.Lookup("beijing")
	require.True(t, ok)
	for _, name := range []string{"beijing", "beijingsouth", "北京南", "bjp"} {
		p, ok := s.Lookup(name)
		require.True(t, ok, name)
		require.Equal(t, city.ID, s.City(p.ID), name)
	}
	require.Equal(t, "s:nowhere", s.City("s:nowhere"))
}
