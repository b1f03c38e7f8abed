package smsc

import "strings"

// Printable gives a text as a terminal may show it: what could drive the
// terminal or turn the order of its characters becomes U+FFFD. Line ends stay,
// tabs become spaces.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case r < 0x20, r >= 0x7f && r < 0xa0, r >= 0x200e && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return '\uFFFD'
		}
		return r
	}, text)
}
