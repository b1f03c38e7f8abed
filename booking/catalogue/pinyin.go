package catalogue

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

// readings are place names whose characters are read otherwise than the
// dictionary's first reading. A key matches anywhere in a name, the longest first.
var readings = map[string]string{
	"重庆": "chongqing", "成都": "chengdu", "厦门": "xiamen", "六安": "luan", "六合": "luhe", "六盘水": "liupanshui",
	"蚌埠": "bengbu", "佛山": "foshan", "佛坪": "foping", "乐清": "yueqing", "礼乐": "liyue", "宝坻": "baodi",
	"珲春": "hunchun", "洪洞": "hongtong", "中牟": "zhongmu", "牟平": "muping", "番禺": "panyu", "犍为": "qianwei",
	"涡阳": "guoyang", "泊头": "botou", "繁峙": "fanshi", "麻涌": "machong", "水茜": "shuixi", "太姥": "taimu",
	"尉犁": "yuli", "滑浚": "huaxun", "浚县": "xunxian", "冠豸": "guanzhai", "大城": "daicheng", "铅山": "yanshan",
	"丽水": "lishui", "歙县": "shexian", "枞阳": "zongyang", "亳州": "bozhou", "郴州": "chenzhou", "渑池": "mianchi",
	"鄱阳": "poyang", "单县": "shanxian", "单城": "shancheng", "茌平": "chiping", "莘县": "shenxian", "解州": "haizhou", "曾口": "zengkou",
	"阿勒泰": "aletai", "喀什": "kashi", "什邡": "shifang", "香格里拉": "xianggelila", "吴圩": "wuxu", "红寺堡": "hongsibu",
	"吴堡": "wubu", "柴沟堡": "chaigoubu", "通远堡": "tongyuanpu", "双城堡": "shuangchengpu", "十里堡": "shilipu",
	"林盛堡": "linshengpu", "南堡": "nanpu", "惠安堡": "huianpu", "阳明堡": "yangmingbu", "兴泉堡": "xingquanbu",
	"平原堡": "pingyuanpu", "甜水堡": "tianshuibu", "白奎堡": "baikuipu", "祁家堡": "qijiapu", "余粮堡": "yuliangpu",
	"牙屯堡": "yatunpu", "一间堡": "yijianpu", "羊堡": "yangpu", "大堡": "dapu", "北马圈子": "beimajuanzi", "帽儿山": "maoershan",
	"重安": "chongan", "重阳": "chongyang", "行唐": "xingtang", "朝阳": "chaoyang", "长子": "zhangzi", "子长": "zichang",
	"会稽": "kuaiji", "高邑": "gaoyi", "万载": "wanzai", "台州": "taizhou", "天台": "tiantai", "石柱": "shizhu",
	"漯河": "luohe", "洛川": "luochuan", "尤溪": "youxi", "覃塘": "qintang", "宿州": "suzhou", "宿迁": "suqian", "宿松": "susong",
	"曲阜": "qufu", "曲靖": "qujing", "阳曲": "yangqu", "夏邑": "xiayi", "费县": "feixian", "盖州": "gaizhou", "葛店": "gedian",
	"句容": "jurong", "溆浦": "xupu", "巷": "xiang", "隆昌": "longchang", "车墩": "chedun", "百色": "baise", "南仇": "nanqiu",
}

// charReadings are characters that place names read otherwise than the
// dictionary's first reading, nearly always.
var charReadings = map[rune]string{
	'长': "chang", '都': "du", '勒': "le", '什': "shi", '棱': "ling", '略': "lue", '褚': "chu", '刹': "cha", '咋': "zha",
}

// maxReading is the length of the longest key of readings in characters.
const maxReading = 4

// han tells whether s has a Chinese character.
func han(s string) bool {
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return false
}

// romanise reads a Chinese name as pinyin in lower case without tones, with u
// for ü. Other letters stay.
func romanise(name string) string { return romaniseAs(name, "u") }

// romaniseAs is romanise with the letter for ü given: keyboards have v for it.
func romaniseAs(name, umlaut string) string {
	var b strings.Builder
	rs := []rune(name)
	args := pinyin.NewArgs()
next:
	for i := 0; i < len(rs); {
		for n := min(maxReading, len(rs)-i); n > 0; n-- {
			if p, ok := readings[string(rs[i:i+n])]; ok {
				b.WriteString(p)
				i += n
				continue next
			}
		}
		r := rs[i]
		i++
		if p, ok := charReadings[r]; ok {
			b.WriteString(p)
		} else if p := pinyin.SinglePinyin(r, args); len(p) > 0 {
			b.WriteString(strings.ReplaceAll(p[0], "v", umlaut))
		} else {
			b.WriteString(strings.ToLower(ascii(string(r))))
		}
	}
	return b.String()
}

// ascii writes a name of Latin script without accents and everything else
// without what a GSM text cannot carry.
func ascii(s string) string {
	plain := true
	for i := range len(s) {
		plain = plain && s[i] < utf8.RuneSelf
	}
	if plain {
		return s
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		case latin[r] != "":
			b.WriteString(latin[r])
		case unicode.IsSpace(r), unicode.IsPunct(r):
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

var latin = map[rune]string{'ß': "ss", 'ø': "o", 'Ø': "O", 'æ': "ae", 'Æ': "AE", 'œ': "oe", 'Œ': "OE", 'ł': "l", 'Ł': "L",
	'đ': "d", 'Đ': "D", 'ð': "d", 'þ': "th", 'ı': "i", '’': "'", '‘': "'", '–': "-", '—': "-"}

// directions are the suffixes that tell the stations of a city apart.
var directions = map[rune]string{'东': "East", '南': "South", '西': "West", '北': "North"}

// base splits a direction off a Chinese station name: 北京南 is 北京 and South. Names of two
// characters are whole (济南, 海南).
func base(zh string) (name, direction string) {
	r, size := utf8.DecodeLastRuneInString(zh)
	d := directions[r]
	if d == "" || utf8.RuneCountInString(zh) < 3 {
		return zh, ""
	}
	return zh[:len(zh)-size], d
}

// baseEn is base for a name in Latin script: `Beijing South` is Beijing and South.
func baseEn(en string) (name, direction string) {
	i := strings.LastIndexByte(en, ' ')
	if i < 0 {
		return en, ""
	}
	for _, d := range directions {
		if strings.EqualFold(en[i+1:], d) {
			return en[:i], d
		}
	}
	return en, ""
}

// exonyms are cities whose English name is not their pinyin.
var exonyms = map[string]string{"哈尔滨": "Harbin", "呼和浩特": "Hohhot", "乌鲁木齐": "Urumqi", "齐齐哈尔": "Qiqihar",
	"拉萨": "Lhasa", "香港": "Hong Kong", "澳门": "Macau", "鄂尔多斯": "Ordos", "满洲里": "Manzhouli", "喀什": "Kashgar"}

// english names a Chinese city.
func english(zh string) string {
	if e := exonyms[zh]; e != "" {
		return e
	}
	return capital(romanise(zh))
}

// capital writes pinyin as a name.
func capital(p string) string {
	if p == "" {
		return p
	}
	return strings.ToUpper(p[:1]) + p[1:]
}

// fold makes the key of a name as the parser asks for it: lower case, letters and digits only.
func fold(name string) string {
	var b strings.Builder
	b.Grow(len(name))
	for _, r := range norm.NFKC.String(name) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
