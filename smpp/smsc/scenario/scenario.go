// Package scenario plays golden conversations: text files that read as a story
// and that go test, the simulator and the demo all play alike.
//
// A file holds one conversation, one step a line:
//
//	# BOOK with a card on file          a comment; the first is the title
//	@ 13800138001 Zhang Wei             the phone that speaks from here on, and a label if wanted
//	> BOOK G123 TMR 2 card              the phone texts this
//	< G123 {date}{*} Y {code} to pay    the next text that this phone gets
//	> Y {code}                          a capture is put in, in ">" and in "<"
//	< none                              no text comes for a short time; or: < none 500ms
//	! bank silent                       a control: the world is told to do it
//
// In a "<" line everything is literal but captures in braces; white space is
// folded on both sides, so that a text of several lines is written as one.
//
//	{*}            anything, also nothing
//	{name}         a value: taken the first time it stands in a "<" line, the same value afterwards
//	{name=regexp}  a value of that form (RE2), taken anew each time
//	{name=}        a value of the form that the name has by itself, taken anew
//	{{             a brace
//
// These names have a form by themselves, also with digits after them, as in
// {code2}: code (6 digits), order (5 characters), time (HHMM or HH:MM), date,
// amount. Any other name needs {name=regexp} the first time.
//
// A conversation is complete: when the last step is done, no phone in it may
// have a text that no step expects.
package scenario

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind is what a step does.
type Kind uint8

// The kinds of step, with the sign that begins their line.
const (
	Comment Kind = iota // # text
	Phone               // @ number [label]
	Text                // > text
	Expect              // < pattern
	Quiet               // < none [duration]
	Control             // ! args
)

// Step is one line of a scenario.
type Step struct {
	Line  int // line of the file, from 1
	Kind  Kind
	Phone string        // the phone that speaks; for Phone the new one; empty before the first
	Text  string        // what stands after the sign, trimmed
	Label string        // Phone: what stands after the number
	Args  []string      // Control: Text in words
	For   time.Duration // Quiet: how long no text may come; zero is Scenario.Settle

	tokens []token // Text and Expect
}

// Default times of a scenario.
const (
	DefaultWait   = 10 * time.Second
	DefaultSettle = 300 * time.Millisecond
)

// maxLine bounds one line of a file, in octets.
const maxLine = 64 << 10

// Scenario is one conversation. Its steps do not change while it is played, so
// that it may be played several times, also at once.
type Scenario struct {
	Name  string // file name, as errors show it
	Title string // the first comment; Name if there is none
	Steps []Step

	Wait   time.Duration // how long a "<" waits for its text; zero is DefaultWait
	Settle time.Duration // how long "no text" is waited for; zero is DefaultSettle
}

// Error is a mistake in a file or a conversation that went otherwise. It says
// what was expected and what came.
type Error struct {
	Name     string
	Line     int
	Expected string // the pattern with captures put in; empty if nothing was expected of a text
	Got      string // the text that came; empty if none did
	Err      error  // what went wrong
}

// ErrDiffers is wrapped by the Error of a text that does not match, ErrNoText
// of one that did not come, ErrNotQuiet of one that should not have come.
var (
	ErrDiffers  = errors.New("another text than expected")
	ErrNoText   = errors.New("no text came")
	ErrNotQuiet = errors.New("a text that nobody expected")
)

// Error gives file:line, the reason, and what was expected and got.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d: %v", e.Name, e.Line, e.Err)
	if e.Expected != "" {
		fmt.Fprintf(&b, "\n\texpected: %s", e.Expected)
	}
	if e.Got != "" {
		fmt.Fprintf(&b, "\n\tgot:      %s", e.Got)
	}
	return b.String()
}

// Unwrap gives the reason.
func (e *Error) Unwrap() error { return e.Err }

// ParseFile is Parse of a file.
func ParseFile(path string) (*Scenario, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Parse(path, f)
}

// Parse reads a conversation. name is what errors call the file. Every mistake
// that can be seen without playing it is an *Error here: a sign that is none, a
// text before the first phone, a name without a form or used before it is
// taken, a regular expression that is none.
func Parse(name string, r io.Reader) (*Scenario, error) {
	s := &Scenario{Name: name}
	p := parser{scenario: s, taken: map[string]bool{}}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if line == "" {
			continue
		}
		if !utf8.ValidString(line) {
			return nil, &Error{Name: name, Line: n, Err: errors.New("not UTF-8")}
		}
		if err := p.line(n, line); err != nil {
			return nil, &Error{Name: name, Line: n, Err: err}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, &Error{Name: name, Line: n + 1, Err: err}
	}
	if p.phone == "" {
		return nil, &Error{Name: name, Line: max(n, 1), Err: errors.New("no conversation here: begin with @ NUMBER, then > TEXT")}
	}
	if s.Title == "" {
		s.Title = name
	}
	return s, nil
}

// parser holds what earlier lines say about later ones.
type parser struct {
	scenario *Scenario
	phone    string
	taken    map[string]bool // captures that have a value by now
}

func (p *parser) line(n int, line string) error {
	sign, rest := line[0], strings.TrimSpace(line[1:])
	st := Step{Line: n, Phone: p.phone, Text: rest}
	if p.phone == "" && (sign == '>' || sign == '<') {
		return errors.New("no phone yet: write @ NUMBER first")
	}
	var err error
	switch sign {
	case '#':
		if p.scenario.Title == "" {
			p.scenario.Title = rest
			return nil
		}
		st.Kind = Comment
	case '@':
		number, label, _ := strings.Cut(rest, " ")
		if number == "" {
			return errors.New("@ needs a phone number")
		}
		p.phone = number
		st.Kind, st.Phone, st.Text, st.Label = Phone, number, number, strings.TrimSpace(label)
	case '>':
		st.Kind = Text
		st.tokens, err = p.tokens(rest, false)
	case '<':
		if d, is, derr := quiet(rest); is {
			st.Kind, st.For, err = Quiet, d, derr
			break
		}
		st.Kind = Expect
		if rest == "" {
			return errors.New("< needs a text; {*} is any text, none is no text")
		}
		st.tokens, err = p.tokens(rest, true)
	case '!':
		st.Kind, st.Args = Control, strings.Fields(rest)
		if len(st.Args) == 0 {
			return errors.New("! needs a control, such as: ! bank silent")
		}
	default:
		return fmt.Errorf("a line begins with one of # @ > < !, not with %q", []rune(line)[0])
	}
	if err != nil {
		return err
	}
	p.scenario.Steps = append(p.scenario.Steps, st)
	return nil
}

// quiet reads "none", "none 500ms" and "none 500 ms".
func quiet(rest string) (d time.Duration, is bool, err error) {
	after, found := strings.CutPrefix(rest, "none")
	if !found || (after != "" && after[0] != ' ') {
		return 0, false, nil
	}
	span := strings.ReplaceAll(after, " ", "")
	if span == "" {
		return 0, true, nil
	}
	d, err = time.ParseDuration(span)
	if err != nil || d <= 0 {
		return 0, true, fmt.Errorf("< none takes a time such as 500ms, not %q", strings.TrimSpace(after))
	}
	return d, true, nil
}
