package scenario

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
	"golang.org/x/text/width"

	"shortfare/smpp/smsc"
)

// Story is a Reporter that prints a conversation as a phone shows it: what the
// customer texts on the right, what comes back on the left.
type Story struct {
	Out    io.Writer
	Colour bool
	Width  int // columns of the page; zero is 72

	phone string
}

// NewStory returns a Story on out. It has colours only if out is a terminal and
// the environment does not set NO_COLOR.
func NewStory(out io.Writer) *Story {
	f, isFile := out.(*os.File)
	return &Story{Out: out, Colour: isFile && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == ""}
}

// The parts that have a colour, as ANSI sequences.
const (
	bold  = "\x1b[1m"
	faint = "\x1b[2m"
	green = "\x1b[32m"
	cyan  = "\x1b[36m"
	red   = "\x1b[31m"
	plain = "\x1b[0m"
)

// Begin prints the title.
func (s *Story) Begin(sc *Scenario) {
	s.phone = ""
	fmt.Fprintf(s.Out, "\n%s\n", s.paint(bold, smsc.Printable(sc.Title)))
	if sc.Title != sc.Name {
		fmt.Fprintln(s.Out, s.paint(faint, smsc.Printable(sc.Name)))
	}
}

// Step prints a bubble, or a line for what is not a text.
func (s *Story) Step(st Step, text string) {
	switch st.Kind {
	case Comment:
		fmt.Fprintf(s.Out, "\n  %s\n", s.paint(faint, smsc.Printable(st.Text)))
	case Phone:
		s.phone = st.Phone
		fmt.Fprintf(s.Out, "\n  %s\n", s.paint(bold, smsc.Printable(strings.TrimSpace("phone "+st.Phone+" "+st.Label))))
	case Text:
		s.bubble(text, true)
	case Expect:
		s.bubble(text, false)
	case Quiet:
		fmt.Fprintf(s.Out, "  %s\n", s.paint(faint, "(no text comes)"))
	case Control:
		fmt.Fprintf(s.Out, "\n  %s\n", s.paint(cyan, "* "+smsc.Printable(st.Text)))
	}
}

// End prints the outcome.
func (s *Story) End(sc *Scenario, err error) {
	if err == nil {
		fmt.Fprintf(s.Out, "  %s\n", s.paint(green, "as expected"))
		return
	}
	for _, line := range strings.Split(err.Error(), "\n") {
		fmt.Fprintf(s.Out, "  %s\n", s.paint(red, smsc.Printable(line)))
	}
}

func (s *Story) paint(colour, text string) string {
	if !s.Colour {
		return text
	}
	return colour + text + plain
}

// bubble prints text in a frame of at most two thirds of the page.
func (s *Story) bubble(text string, right bool) {
	page := s.Width
	if page == 0 {
		page = 72
	}
	lines := wrap(text, max(page*2/3-4, 8))
	wide := 0
	for _, l := range lines {
		wide = max(wide, columns(l))
	}
	indent, colour := "  ", ""
	if right {
		indent, colour = strings.Repeat(" ", max(page-wide-4, 2)), green
	}
	bar := strings.Repeat("─", wide+2)
	fmt.Fprintf(s.Out, "%s%s\n", indent, s.tint(colour, "╭"+bar+"╮"))
	for _, l := range lines {
		fmt.Fprintf(s.Out, "%s%s %s%s %s\n", indent, s.tint(colour, "│"), l, strings.Repeat(" ", wide-columns(l)), s.tint(colour, "│"))
	}
	fmt.Fprintf(s.Out, "%s%s\n", indent, s.tint(colour, "╰"+bar+"╯"))
}

func (s *Story) tint(colour, text string) string {
	if colour == "" {
		return text
	}
	return s.paint(colour, text)
}

// wrap breaks text at spaces, Chinese anywhere, into lines of at most limit columns.
func wrap(text string, limit int) []string {
	var lines []string
	for _, para := range strings.Split(text, "\n") {
		lines = append(lines, wrapOne(smsc.Printable(para), limit)...)
	}
	return lines
}

func wrapOne(para string, limit int) []string {
	var lines []string
	line, used := []rune{}, 0
	space := -1 // index in line of the last space
	for _, r := range para {
		w := runeColumns(r)
		if used+w > limit {
			switch {
			case r == ' ':
				lines = append(lines, string(line))
				line, used, space = line[:0], 0, -1
				continue
			case space >= 0 && w == 1:
				lines = append(lines, string(line[:space]))
				line = append([]rune{}, line[space+1:]...)
				used, space = columns(string(line)), -1
			default:
				lines = append(lines, string(line))
				line, used, space = line[:0], 0, -1
			}
		}
		if r == ' ' {
			space = len(line)
		}
		line, used = append(line, r), used+w
	}
	return append(lines, string(line))
}

func columns(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

func runeColumns(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
