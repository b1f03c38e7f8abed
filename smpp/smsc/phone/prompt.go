// Package phone is a phone to type on: a prompt that texts what is typed and
// shows the answers as they come, or that texts the lines of a pipe one by one.
package phone

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"shortfare/smpp/smsc"
)

// Command is one that a line beginning with / runs.
type Command struct {
	Args string // what it takes, for /help
	Help string // what it does, for /help
	// Run does it. What it returns is printed; an error does not end the prompt.
	Run func(ctx context.Context, args []string) (string, error)
}

// ErrNoAnswer is wrapped by the error of Run when a text of a pipe got no answer.
var ErrNoAnswer = errors.New("no answer")

// Default times of a pipe.
const (
	DefaultTimeout = 10 * time.Second
	DefaultSettle  = 200 * time.Millisecond
)

// Prompt is one phone at a time. The fields do not change after Run was called.
type Prompt struct {
	In  io.Reader
	Out io.Writer
	// Interactive gives line editing and shows texts as they come. Else In is a
	// pipe: each line is texted, and its answer waited for before the next.
	Interactive bool
	Phone       string // who texts first; /phone changes it
	ShortCode   string // shown in the greeting

	// Send texts. It returns when the carrier has the text.
	Send func(from, text string) error
	// Wait gives the next text to the phone that it has not given yet; ok is false when ctx ends before. Only a pipe needs it.
	Wait func(ctx context.Context, phone string) (text string, ok bool)
	// Commands by their name without the slash; quit, help and phone are there already.
	Commands map[string]Command

	Timeout time.Duration // how long a pipe waits for an answer; zero is DefaultTimeout
	Settle  time.Duration // how long a pipe waits for more after an answer; zero is DefaultSettle

	mu    sync.Mutex
	lines *term.Terminal // set while an interactive Run runs
	width int            // of the terminal; 0 when not known
	phone string
}

// errQuit ends Run.
var errQuit = errors.New("quit")

// Run runs the prompt until In ends, /quit, or ctx ends; the error is nil then.
// A pipe ends with an error that wraps ErrNoAnswer if a text had none.
func (p *Prompt) Run(ctx context.Context) error {
	p.mu.Lock()
	p.phone = p.Phone
	p.mu.Unlock()
	if p.Interactive {
		return p.interactive(ctx)
	}
	return p.pipe(ctx)
}

// Show prints a text that a handset got, without disturbing what is typed. It
// prints nothing while no interactive Run runs.
func (p *Prompt) Show(to, from, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lines == nil {
		return
	}
	who := ""
	if !same(to, p.phone) {
		who = "[" + smsc.Printable(to) + "] "
	}
	p.print(who + "< " + indent(text))
}

// Notice prints a line about something else than a text. A pipe prints it too.
func (p *Prompt) Notice(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.print("* " + indent(line))
}

// print writes one line. mu is held. A terminal that is gone has nobody to tell.
func (p *Prompt) print(line string) {
	if p.lines != nil {
		_, _ = p.lines.Write([]byte(wrap(line, p.width) + "\n"))
		return
	}
	_, _ = io.WriteString(p.Out, line+"\n")
}

func (p *Prompt) say(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.print(line)
}

func (p *Prompt) current() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.phone
}

// same tells whether two ways to write a number are the same phone.
func same(a, b string) bool { return strings.TrimPrefix(a, "+") == strings.TrimPrefix(b, "+") }

func indent(text string) string { return strings.ReplaceAll(smsc.Printable(text), "\n", "\n  ") }

// screen joins what term.Terminal reads and writes.
type screen struct {
	io.Reader
	io.Writer
}

// interactive runs the prompt on a terminal.
func (p *Prompt) interactive(ctx context.Context) error {
	if f, ok := p.In.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		old, err := term.MakeRaw(int(f.Fd()))
		if err != nil {
			return fmt.Errorf("terminal: %w", err)
		}
		defer func() { _ = term.Restore(int(f.Fd()), old) }() // nobody to tell
	}
	lines := term.NewTerminal(screen{p.In, p.Out}, p.prompt(p.Phone))
	if f, ok := p.Out.(*os.File); ok {
		if w, h, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			_ = lines.SetSize(w, h) // the default will do
			p.width = w - 1         // a full line would wrap by itself
		}
	}
	p.mu.Lock()
	p.lines = lines
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.lines = nil
		p.mu.Unlock()
		_, _ = io.WriteString(p.Out, "\r\n") // the prompt stands there
	}()
	p.say(fmt.Sprintf("You text %s as %s. /help for more.", smsc.Printable(p.ShortCode), smsc.Printable(p.Phone)))
	next, typed := make(chan struct{}), make(chan typedLine, 1)
	defer close(next)
	go func() { // ends after Run, when In gives a line or ends: a read from a terminal cannot be called off
		for range next {
			line, err := lines.ReadLine()
			typed <- typedLine{line, err}
		}
	}()
	for {
		next <- struct{}{} // only now, so that the prompt is that of the new phone
		select {
		case <-ctx.Done():
			return nil
		case r := <-typed:
			if errors.Is(r.err, io.EOF) {
				return nil
			}
			if r.err != nil && !errors.Is(r.err, term.ErrPasteIndicator) {
				return r.err
			}
			if p.line(ctx, r.line) {
				return nil
			}
			lines.SetPrompt(p.prompt(p.current()))
		}
	}
}

// typedLine is a line that was read, or why there is none.
type typedLine struct {
	line string
	err  error
}

func (p *Prompt) prompt(phone string) string { return smsc.Printable(phone) + "> " }

// line does one typed line and reports whether to quit.
func (p *Prompt) line(ctx context.Context, line string) (quit bool) {
	line = strings.TrimSpace(line)
	if line == "" {
		return false
	}
	if strings.HasPrefix(line, "/") {
		out, err := p.command(ctx, line)
		switch {
		case errors.Is(err, errQuit):
			return true
		case err != nil:
			p.say("! " + indent(err.Error()))
		case out != "":
			p.say("* " + indent(out))
		}
		return false
	}
	if err := p.Send(p.current(), line); err != nil {
		p.say("! not sent: " + indent(err.Error()))
	}
	return false
}

// command runs a line that begins with a slash.
func (p *Prompt) command(ctx context.Context, line string) (string, error) {
	words := strings.Fields(line[1:])
	if len(words) == 0 {
		return p.help(), nil
	}
	name, args := words[0], words[1:]
	if c, ok := p.Commands[name]; ok {
		return c.Run(ctx, args)
	}
	switch name {
	case "quit", "exit", "q":
		return "", errQuit
	case "help", "?":
		return p.help(), nil
	case "phone":
		if len(args) != 1 {
			return "", errors.New("/phone takes a number, such as /phone 13800138002")
		}
		p.mu.Lock()
		p.phone = args[0]
		p.mu.Unlock()
		return "you are " + args[0] + " now", nil
	}
	return "", fmt.Errorf("there is no /%s; /help lists what there is", name)
}

func (p *Prompt) help() string {
	var b strings.Builder
	fmt.Fprintf(&b, "what you type is texted to %s; a line with / in front is a command:", p.ShortCode)
	row := func(name, args, help string) {
		fmt.Fprintf(&b, "\n%-28s %s", strings.TrimSpace("/"+name+" "+args), help)
	}
	row("phone", "NUMBER", "text as somebody else")
	for _, name := range slices.Sorted(maps.Keys(p.Commands)) {
		row(name, p.Commands[name].Args, p.Commands[name].Help)
	}
	row("help", "", "this")
	row("quit", "", "leave")
	return b.String()
}

// pipe texts line after line.
func (p *Prompt) pipe(ctx context.Context) error {
	reading, stop := context.WithCancel(ctx)
	defer stop()
	lines := scan(reading, p.In)
	var lost []int
	for n := 1; ; n++ {
		var next typedLine
		select {
		case <-ctx.Done():
			return nil
		case next = <-lines:
		}
		line := strings.TrimSpace(strings.TrimPrefix(next.line, "\ufeff"))
		switch {
		case errors.Is(next.err, io.EOF):
			return missing(lost)
		case next.err != nil:
			return next.err
		case line == "" || line[0] == '#':
			continue
		case line[0] == '/':
			p.say(indent(line))
			if p.line(ctx, line) {
				return missing(lost)
			}
			continue
		}
		if !p.exchange(ctx, line) && ctx.Err() == nil {
			lost = append(lost, n)
		}
	}
}

// scan gives the lines of r, and then why there are no more. It ends with ctx, but for a
// read that is under way: one from a pipe cannot be called off.
func scan(ctx context.Context, r io.Reader) <-chan typedLine {
	lines := make(chan typedLine)
	give := func(l typedLine) bool {
		select {
		case lines <- l:
			return true
		case <-ctx.Done():
			return false
		}
	}
	go func() {
		s := bufio.NewScanner(r)
		s.Buffer(nil, 64<<10)
		for s.Scan() {
			if !give(typedLine{line: s.Text()}) {
				return
			}
		}
		err := s.Err()
		if err == nil {
			err = io.EOF
		}
		give(typedLine{err: err})
	}()
	return lines
}

// exchange texts one line and prints the answers. It reports whether one came.
func (p *Prompt) exchange(ctx context.Context, line string) bool {
	phone := p.current()
	p.say("> " + indent(line))
	if err := p.Send(phone, line); err != nil {
		p.say("! not sent: " + indent(err.Error()))
		return false
	}
	if p.Wait == nil {
		return true
	}
	limit, settle := p.Timeout, p.Settle
	if limit == 0 {
		limit = DefaultTimeout
	}
	if settle == 0 {
		settle = DefaultSettle
	}
	for n := 0; ; n++ {
		wait, cancel := context.WithTimeout(ctx, limit)
		text, ok := p.Wait(wait, phone)
		cancel()
		if !ok {
			if n == 0 && ctx.Err() == nil {
				p.say(fmt.Sprintf("! no answer to %s within %v", smsc.Printable(phone), limit))
			}
			return n > 0
		}
		p.say("< " + indent(text))
		limit = settle
	}
}

func missing(lost []int) error {
	if len(lost) == 0 {
		return nil
	}
	return fmt.Errorf("%w to line %s", ErrNoAnswer, strings.Trim(strings.ReplaceAll(fmt.Sprint(lost), " ", ", "), "[]"))
}
