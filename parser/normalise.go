package parser

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// normalise returns the text without what no reader sees, with punctuation
// and digits in ASCII and letters in NFKC (clean), and the same folded to
// lower case and simplified characters (fold). Both have equal length, byte
// for byte, so that a word found in fold can be quoted from clean.
func normalise(text string) (clean, fold string) {
	if isASCII(text) {
		return text, strings.ToLower(text)
	}
	clean, rare := mapRunes(text)
	if rare && !norm.NFKC.IsNormalString(clean) {
		clean, _ = mapRunes(norm.NFKC.String(clean))
	}
	return clean, foldRunes(clean)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// mapRunes applies cleanRune and tells whether NFKC may have work to do.
func mapRunes(text string) (clean string, rare bool) {
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range text {
		if r < utf8.RuneSelf {
			b.WriteByte(byte(r))
			continue
		}
		if isCommonHan(r) {
			b.WriteRune(r)
			continue
		}
		c := cleanRune(r)
		if c < 0 {
			continue
		}
		if c >= utf8.RuneSelf {
			rare = true
		}
		b.WriteRune(c)
	}
	return b.String(), rare
}

// foldRunes folds case and characters where the folded one is as long.
func foldRunes(clean string) string {
	var b strings.Builder
	b.Grow(len(clean))
	for i, r := range clean {
		f := r
		switch {
		case r < utf8.RuneSelf:
			if r >= 'A' && r <= 'Z' {
				f = r | 0x20
			}
		case isCommonHan(r):
			if s, ok := simplified[r]; ok {
				f = s
			}
		default:
			f = unicode.ToLower(r)
		}
		if n := utf8.RuneLen(f); n == utf8.RuneLen(r) {
			b.WriteRune(f)
		} else {
			b.WriteString(clean[i : i+utf8.RuneLen(r)])
		}
	}
	return b.String()
}

func isCommonHan(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF }

func isHan(r rune) bool {
	return isCommonHan(r) || r > 0x2E80 && unicode.Is(unicode.Han, r)
}

// cleanRune maps one character outside ASCII: -1 is dropped, a blank
// separates. Emoji and quotes become blanks, so that taking them out never
// joins two numbers; only what has no width is dropped without a trace.
func cleanRune(r rune) rune {
	switch {
	case r >= 0xFF10 && r <= 0xFF19, r >= 0xFF21 && r <= 0xFF3A, r >= 0xFF41 && r <= 0xFF5A:
		return r - 0xFEE0 // full-width digits and letters
	case r >= 0x2460 && r <= 0x2468:
		return '1' + r - 0x2460 // ① to ⑨
	case r == utf8.RuneError:
		return ' '
	}
	if m, ok := punctuation[r]; ok {
		return m
	}
	switch {
	case unicode.Is(unicode.Nd, r):
		return '0' + digitValue(r)
	case r >= 0x1F3FB && r <= 0x1F3FF: // skin tones
		return -1
	case unicode.IsLetter(r):
		return r
	case unicode.Is(unicode.Variation_Selector, r), unicode.Is(unicode.Cf, r), r == 0x20E3:
		return -1 // joiners, marks of direction, BOM, keycap
	case unicode.IsMark(r):
		return r
	case r > 0xFF00 && r < 0xFF5F:
		return r - 0xFEE0 // what is left of full-width ASCII
	}
	return ' '
}

// digitValue returns the value of a decimal digit of any script. Every range
// of Nd starts with a zero and holds whole sets of ten.
func digitValue(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	return 0
}

// middleDot stands between the parts of a name: 买买提·吐尔逊.
const middleDot = '·'

var punctuation = map[rune]rune{
	'。': '.', '．': '.', '｡': '.', '，': ',', '、': ',', '､': ',', '；': ';', '：': ':', '＃': '#',
	'（': '(', '）': ')', '\u3000': ' ', '\u00a0': ' ', '？': '?', '！': '!', '／': '/', '＊': '*', '＋': '+',
	'‐': '-', '‑': '-', '‒': '-', '–': '-', '—': '-', '−': '-', '－': '-', '～': '~', '〜': '~',
	'×': 'x', '✕': 'x', '✖': 'x', '’': '\'', '‘': '\'', 'ʼ': '\'', '＇': '\'', '´': '\'',
	'·': middleDot, '•': middleDot, '・': middleDot, '〇': '零', '〸': '十',
}

// kind is what a piece consists of.
type kind uint8

const (
	letters kind = iota + 1
	digits
	han
	secret
)

// piece is a run of letters, digits or Han characters; or one secret.
type piece struct {
	fold       string // in lower case and simplified characters
	start, end int    // where it stands in clean
	kind       kind
	sep        byte // what stands before it: 0 nothing, ' ', or the first other mark; ',' also for dropped ones
	secret     int  // index in the list of secrets
}

// maxPieces is the longest text read; what follows is ignored.
const maxPieces = 160

// split cuts a folded text into pieces.
func split(fold string, out []piece) []piece {
	sep := byte(' ')
	for i := 0; i < len(fold) && len(out) < maxPieces; {
		k, n := classOf(fold[i:])
		if k == 0 {
			c := fold[i]
			if c == 0xC2 || c >= utf8.RuneSelf {
				c = 0xB7
			}
			switch {
			case c <= ' ' || c == '"' || c == '\'':
				if sep == 0 {
					sep = ' '
				}
			case sep == 0 || sep == ' ':
				sep = c
			}
			i += n
			continue
		}
		j := i + n
		quoted := false
		for j < len(fold) {
			k2, n2 := classOf(fold[j:])
			if k2 != k {
				if k == letters && fold[j] == '\'' {
					if k3, n3 := classOf(fold[j+1:]); k3 == letters {
						quoted = true
						j += 1 + n3
						continue
					}
				}
				break
			}
			j += n2
		}
		w := fold[i:j]
		if quoted {
			w = strings.ReplaceAll(w, "'", "")
		}
		out = append(out, piece{fold: w, start: i, end: j, kind: k, sep: sep})
		sep, i = 0, j
	}
	return out
}

// classOf returns the class of the first character of s, 0 for what
// separates, and its length.
func classOf(s string) (kind, int) {
	if s == "" {
		return 0, 0
	}
	c := s[0]
	switch {
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		return letters, 1
	case c >= '0' && c <= '9':
		return digits, 1
	case c < utf8.RuneSelf:
		return 0, 1
	}
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case isHan(r):
		return han, n
	case r == middleDot || r == utf8.RuneError:
		return 0, n
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return letters, n
	}
	return 0, n
}
