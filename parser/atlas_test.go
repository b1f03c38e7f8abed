package parser_test

import (
	"strings"

	"shortfare/parser"
)

// atlas is a small gazetteer for tests.
type atlas struct {
	names    map[string]parser.Place
	services map[string]bool
}

func newAtlas() *atlas {
	a := &atlas{names: map[string]parser.Place{}, services: map[string]bool{}}
	for _, row := range []string{
		"BJP Beijing beijing 北京 bjp 010 bjs", "VNP Beijing-South beijingsouth beijingnan 北京南 北京南站 vnp",
		"SHH Shanghai shanghai 上海 shh 021 sha", "AOH Shanghai-Hongqiao shanghaihongqiao 上海虹桥 aoh",
		"GZQ Guangzhou guangzhou 广州 gzq 020 can", "PEK Capital-Airport pek 首都机场", "SZQ Shenzhen shenzhen 深圳 szq 0755",
		"TJP Tianjin tianjin 天津 tjp 022", "NJH Nanjing nanjing 南京 njh 025", "HZH Hangzhou hangzhou 杭州 hzh 0571",
		"XAY Xian xian 西安 xay 029", "SEQ Sanya sanya 三亚 seq 0898", "KTT Kaitong 开通站", "NYC New-York newyork nyc",
		"LDN London london lon", "CGH Chagan-Hu 查干湖 chaganhu", "MAX Ma mma 马街",
		"HAT Hanling hanling 寒岭 hat", "WAS Wuyishan wuyishan 武夷山 was", "LET Lishizhai lishizhai 李石寨 let", "TIP Tianjin-South tianjinsouth 天津南 tip",
	} {
		f := strings.Fields(row)
		for _, n := range f[2:] {
			a.names[n] = parser.Place{ID: f[0], Name: f[1]}
		}
	}
	for s := range strings.FieldsSeq("G1 G3 G5 G7 G123 D301 K528 T109 Z19 C2001 CA1501 MU5101 3U8888 1461") {
		a.services[s] = true
	}
	return a
}

func (a *atlas) Lookup(folded string) (parser.Place, bool) {
	p, ok := a.names[folded]
	return p, ok
}

// Fuzzy allows one letter more, less, other or swapped, in names of five and more.
func (a *atlas) Fuzzy(folded string) (parser.Place, bool) {
	var found parser.Place
	for n, p := range a.names {
		if len(n) < 5 || !slip([]rune(folded), []rune(n)) {
			continue
		}
		if found.ID != "" && found != p {
			return parser.Place{}, false
		}
		found = p
	}
	return found, found.ID != ""
}

func slip(a, b []rune) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(a) <= 1 && len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}

func (a *atlas) HanPrefix(s string) (parser.Place, int) {
	for n := min(len(s), 15); n > 0; n-- {
		if p, ok := a.names[s[:n]]; ok && s[0] >= 0x80 {
			return p, n
		}
	}
	return parser.Place{}, 0
}

func (a *atlas) Service(number string) bool { return a.services[number] }
