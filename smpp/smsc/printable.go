package smsc

import (
	"io"
	"strings"
)

// Printable gives a text as a terminal may show it: what could drive the
// terminal or turn the order of its characters becomes U+FFFD. Line ends stay,
// tabs become spaces.
func Printable(text string) string {
	return strings.ReplaceAll(strings.Map(shown, text), "\t", " ")
}

func shown(r rune) rune {
	switch {
	case r == '\n', r == '\t':
		return r
	case r < 0x20, r >= 0x7f && r < 0xa0, r == 0x061c, r == 0xfeff, r >= 0x200e && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return '\uFFFD'
	}
	return r
}

// PrintableTo returns a writer to a terminal that gives it what Printable gives, and tabs.
func PrintableTo(w io.Writer) io.Writer { return printer{w} }

type printer struct{ w io.Writer }

// Write writes what may be shown of p.
func (x printer) Write(p []byte) (int, error) {
	if _, err := io.WriteString(x.w, strings.Map(shown, string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
