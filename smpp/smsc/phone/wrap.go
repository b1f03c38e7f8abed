package phone

import (
	"strings"
	"unicode/utf8"
)

// columns is how many columns of a terminal a character takes: two for
// Chinese and what is written like it.
func columns(r rune) int {
	if r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff ||
		r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0x20000) {
		return 2
	}
	return 1
}

// wrap breaks lines that are wider than a terminal at a space, where there is
// one, and sets the rest in.
func wrap(text string, width int) string {
	if width < 20 {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = wrapLine(l, width)
	}
	return strings.Join(lines, "\n")
}

func wrapLine(line string, width int) string {
	const in = "  "
	var b strings.Builder
	for {
		at, space, wide := 0, -1, 0
		for at < len(line) {
			r, n := utf8.DecodeRuneInString(line[at:])
			if wide += columns(r); wide > width {
				break
			}
			if r == ' ' && wide > width/3 && strings.TrimSpace(line[:at]) != "" {
				space = at
			}
			at += n
		}
		if at >= len(line) {
			b.WriteString(line)
			return b.String()
		}
		if space < 0 || line[at] == ' ' {
			space = at
		}
		b.WriteString(strings.TrimRight(line[:space], " "))
		b.WriteString("\n")
		line = in + strings.TrimLeft(line[space:], " ")
	}
}
