package parser

import "unicode/utf8"

// longestVerb is the longest word that is taken for a mistyped one of ours.
const longestVerb = 24

// damerau is Distance between words of a command.
func damerau(a, b string, limit int) int {
	if len(a) > longestVerb || len(b) > longestVerb {
		return limit + 1
	}
	return Distance(a, b, limit)
}

// LongestTypo is the longest word that Distance compares, in octets.
const LongestTypo = 40

// Distance returns the number of letters put in, left out, replaced or
// swapped with their neighbour between a and b (Damerau's, as optimal string
// alignment), or limit+1 when there are more than limit. Words longer than
// LongestTypo are taken for different.
func Distance(a, b string, limit int) int {
	const most = LongestTypo
	if d := len(a) - len(b); d > limit || -d > limit || len(a) > most || len(b) > most {
		return limit + 1
	}
	var rows [3][most + 1]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// homophones lists, by syllable without tone, the common characters that are
// written for those of the verbs.
var homophones = map[string]string{
	"ding": "订定顶丁钉盯叮锭鼎", "piao": "票漂飘瓢", "cha": "查察茶差插叉", "xun": "询寻训讯迅巡",
	"che": "车彻撤", "ci": "次词此刺", "yu": "预余于鱼与语遇玉", "gou": "购够沟构狗勾", "mai": "买卖迈麦",
	"zhu": "注住主猪祝助", "ce": "册测侧策", "deng": "登等灯", "ji": "记机几级计技", "kai": "开凯",
	"hu": "户护胡湖", "tui": "退推腿", "gai": "改该盖", "qian": "签千前钱迁", "kuan": "款宽",
	"hou": "候后厚侯", "bu": "补不步布捕", "fu": "付副服富福", "que": "确却缺", "ren": "认人任忍",
	"bang": "帮绑棒邦", "ka": "卡咖喀", "dan": "单但蛋担",
	"cheng": "乘程城成", "ke": "客课可刻", "gong": "工公功", "xiao": "消小笑削", "qu": "取去区", "xiu": "修休秀",
}

var (
	syllables   = bySyllable()
	homoVerbs   = byPinyin()
	homoSingles = wordSet("订 查 买")
)

func bySyllable() map[rune]string {
	m := make(map[rune]string)
	for s, chars := range homophones {
		for _, r := range chars {
			m[r] = s
		}
	}
	return m
}

// byPinyin lists the Han verbs by pinyin. The opt-out word 退订 is none of
// verbRows, so that no typo ever stops messages.
func byPinyin() map[string]verbWord {
	m := make(map[string]verbWord)
	for w, v := range verbWords {
		if isASCII(w) {
			continue
		}
		if p, n := pinyinOf(w, utf8.RuneCountInString(w)); n == len(w) && p != "" {
			if utf8.RuneCountInString(w) > 1 || homoSingles[w] {
				m[p] = v
			}
		}
	}
	return m
}

// pinyinOf returns the pinyin of the first n characters of s, and their
// length in bytes; empty when one of them has no syllable in the table.
func pinyinOf(s string, n int) (string, int) {
	var buf [32]byte
	b := buf[:0]
	size := 0
	for _, r := range s {
		if n == 0 {
			break
		}
		n--
		p, ok := syllables[r]
		if !ok {
			return "", 0
		}
		b = append(append(b, p...), ' ')
		size += utf8.RuneLen(r)
	}
	if n > 0 {
		return "", 0
	}
	return string(b), size
}

// correctHanVerb returns the verb that sounds like the start of s and the
// length of that start.
func correctHanVerb(s string) (verbWord, int) {
	for n := 4; n >= 1; n-- {
		if p, size := pinyinOf(s, n); size > 0 {
			if v, ok := homoVerbs[p]; ok && v.word != s[:size] {
				return v, size
			}
		}
	}
	return verbWord{}, 0
}
