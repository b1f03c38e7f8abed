package parser

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// SecretKind tells what kind of secret was found.
type SecretKind uint8

// The kinds of secrets.
const (
	SecretCard       SecretKind = iota + 1 // a bank card number (ISO/IEC 7812-1)
	SecretDocument                         // an identity document number
	SecretCheckValue                       // a card check value (CVV)
	SecretPIN                              // a PIN
	SecretPassword                         // a password
)

// Secret is one secret found in a text.
type Secret struct {
	Kind  SecretKind
	Value string // digits without separators; documents in upper case
	Start int    // offset of the first byte in the text
	End   int    // offset behind the last byte
}

// removed stands for a secret nobody needs.
const removed = "[removed]"

// Redact finds the secrets in a text and returns it with them made
// unreadable: `BOOK G123 2 card*7890`, `REG Zhang Wei 1101**********002X`,
// `CVV [removed]`. A text without secrets is returned as it is.
//
// Taken for a card number are numbers of 13 to 19 digits that pass the Luhn
// check, also written in groups; and, since a mistyped card number is nearly
// as good as the right one, any unbroken number of 14 digits and more, and
// the grouping of a card. A resident identity number (GB 11643) is a
// document, and so is any number of a passport's length in a text that
// registers somebody.
func Redact(text string) (clean string, found []Secret) {
	found = findSecrets(text)
	clean = text
	// With a secret gone its neighbours may look like one: mask these too.
	for again, rounds := found, 0; len(again) > 0 && rounds < 8; rounds++ {
		clean = mask(clean, again)
		again = findSecrets(clean)
	}
	return clean, found
}

// mask makes the secrets found in the text unreadable.
func mask(text string, found []Secret) string {
	var b strings.Builder
	b.Grow(len(text) + 8)
	at := 0
	for _, s := range found {
		b.WriteString(text[at:s.Start])
		switch s.Kind {
		case SecretCard:
			writeCard(&b, text[:s.Start], s.Value)
		case SecretDocument:
			apart(&b, text[:s.Start])
			b.WriteString(maskDocument(s.Value))
		default:
			b.WriteString(removed)
		}
		at = s.End
		if at < len(text) && s.Kind <= SecretDocument {
			if k, _ := classOf(text[at:]); k == letters || k == digits {
				b.WriteByte(' ')
			}
		}
	}
	b.WriteString(text[at:])
	return b.String()
}

// writeCard writes a masked card number so that the text reads the same
// again: CARD 6222... becomes CARD *7890, not CARD card*7890.
func writeCard(b *strings.Builder, before, number string) {
	masked := maskCard(number)
	trimmed := strings.TrimRight(before, " ")
	if n := len(trimmed) - len("card"); n >= 0 && strings.EqualFold(trimmed[n:], "card") {
		masked = masked[len("card"):]
	} else {
		apart(b, before)
	}
	b.WriteString(masked)
}

// apart writes a blank when what stands before is a letter or digit, so that
// the two do not become one word.
func apart(b *strings.Builder, before string) {
	_, n := utf8.DecodeLastRuneInString(before)
	if k, _ := classOf(before[len(before)-n:]); k != 0 {
		b.WriteByte(' ')
	}
}

// maskCard returns the form answers show: card*7890.
func maskCard(number string) string { return "card*" + number[max(0, len(number)-4):] }

// maskDocument keeps four characters at either end of a resident identity
// number, and one and two of a shorter one.
func maskDocument(number string) string {
	head, tail := 1, 2
	switch {
	case len(number) >= 15:
		head, tail = 4, 4
	case len(number) < 6:
		head, tail = 0, 0
	}
	return number[:head] + strings.Repeat("*", len(number)-head-tail) + number[len(number)-tail:]
}

// findSecrets returns the secrets of a text in the order they stand in,
// without overlaps.
func findSecrets(text string) []Secret {
	if !suspicious(text) {
		return nil
	}
	s := scanner{u: units(text, make([]unit, 0, len(text)))}
	s.cues()
	s.numbers()
	if len(s.found) == 0 {
		return nil
	}
	slices.SortStableFunc(s.found, func(a, b Secret) int { return a.Start - b.Start })
	kept := s.found[:1]
	for _, f := range s.found[1:] {
		if f.Start >= kept[len(kept)-1].End {
			kept = append(kept, f)
		}
	}
	return kept
}

// suspicious tells whether a text may hold a secret: more digits than a code
// has, characters that may be digits, or a word that announces one.
func suspicious(text string) bool {
	n := 0
	for i := range len(text) {
		c := text[i]
		switch {
		case c >= '0' && c <= '9':
			n++
			if n > 6 {
				return true
			}
		case c < 'a' && (c < 'A' || c > 'Z'):
		case c >= 0xEF || c >= 0xC2 && c <= 0xE2:
			return true // full-width forms, other scripts
		case c == 0xE3 && i+1 < len(text) && text[i+1] != 0x80:
			return true
		case c == 0xE5 && strings.HasPrefix(text[i:], "密"), c == 0xE5 && strings.HasPrefix(text[i:], "安"):
			return true
		case i+2 < len(text) && c < 0x80 && cueStart(c|0x20, text[i+1]|0x20, text[i+2]|0x20):
			return true
		}
	}
	return false
}

// cueStart tells whether three letters start CVV, PIN, PASS, PWD or the
// words of registration, which make shorter numbers documents.
func cueStart(a, b, c byte) bool {
	switch a {
	case 'c':
		return b == 'v'
	case 'p':
		return b == 'i' && c == 'n' || b == 'a' && c == 's' || b == 'w' && c == 'd'
	case 'r':
		return b == 'e' && c == 'g'
	}
	return false
}

// luhn tells whether the digits pass the check of ISO/IEC 7812-1 annex B.
func luhn(number string) bool {
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// residentID tells whether 18 characters pass the check of GB 11643-1999
// (ISO 7064 MOD 11-2).
func residentID(s string) bool {
	if len(s) != 18 || !residentLike(s) {
		return false
	}
	sum, weight := 0, 1
	for i := 17; i >= 0; i-- {
		v := int(s[i] - '0')
		if i == 17 && s[i] == 'X' {
			v = 10
		}
		sum += v * weight
		weight = weight * 2 % 11
	}
	return sum%11 == 1
}

// residentLike tells whether the place of the birth date holds a date: 18
// characters, or 15 of the numbers given before 1999.
func residentLike(s string) bool {
	if s[0] < '1' || s[0] > '9' {
		return false
	}
	var year int
	var rest string
	switch len(s) {
	case 18:
		year, rest = atoi(s[6:10]), s[10:]
	case 15:
		year, rest = 1900+atoi(s[6:8]), s[8:]
	default:
		return false
	}
	d := Date{year, atoi(rest[:2]), atoi(rest[2:4])}
	return year >= 1850 && year < 2100 && d.valid()
}
