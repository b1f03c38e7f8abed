package scenario

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// fake is a world that answers by a function.
type fake struct {
	answer   func(from, text string) []string
	sent     []string
	inbox    map[string][]string
	controls []string
	refuse   error
}

func (f *fake) Text(from, text string) error {
	if f.refuse != nil {
		return f.refuse
	}
	f.sent = append(f.sent, from+": "+text)
	if f.inbox == nil {
		f.inbox = map[string][]string{}
	}
	f.inbox[from] = append(f.inbox[from], f.answer(from, text)...)
	return nil
}

func (f *fake) Next(ctx context.Context, phone string) (string, error) {
	if len(f.inbox[phone]) == 0 {
		<-ctx.Done()
		return "", ctx.Err()
	}
	text := f.inbox[phone][0]
	f.inbox[phone] = f.inbox[phone][1:]
	return text, nil
}

func (f *fake) Quiet(_ context.Context, phone string, d time.Duration) (string, bool) {
	time.Sleep(d)
	if len(f.inbox[phone]) == 0 {
		return "", true
	}
	return f.inbox[phone][0], false
}

func (f *fake) Control(_ context.Context, args []string) error {
	f.controls = append(f.controls, strings.Join(args, " "))
	switch args[0] {
	case "terminal":
		return fmt.Errorf("terminal: %w", ErrUnsupported)
	case "explode":
		return errors.New("it did")
	}
	return nil
}

// record is a reporter that keeps what it is told.
type record struct{ lines []string }

func (r *record) Begin(s *Scenario)        { r.lines = append(r.lines, "begin "+s.Title) }
func (r *record) Step(s Step, text string) { r.lines = append(r.lines, fmt.Sprint(s.Line, " ", text)) }
func (r *record) End(_ *Scenario, err error) {
	r.lines = append(r.lines, fmt.Sprint("end ", err != nil))
}
