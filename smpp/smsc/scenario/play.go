package scenario

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrUnsupported is wrapped by World.Control for a control that this world does
// not have, and by the error of Play then: the conversation cannot be played
// here, which is not the same as having gone wrong.
var ErrUnsupported = errors.New("control not supported here")

// World is where a conversation takes place: phones, a carrier, and what else
// controls reach.
type World interface {
	// Text sends text from the phone. It returns when the carrier has the text, not when it is answered.
	Text(from, text string) error
	// Next gives the next text that the phone gets or has got and that was not given before. Its error is that of ctx when none comes.
	Next(ctx context.Context, phone string) (string, error)
	// Quiet waits for d and gives ok, or the text that came and was not given before. It leaves that text for Next.
	Quiet(ctx context.Context, phone string, d time.Duration) (text string, ok bool)
	// Control does what a "!" line says. It wraps ErrUnsupported if it does not know the control.
	Control(ctx context.Context, args []string) error
}

// Supporter is a World that can tell beforehand whether it has a control. Play
// asks it before the first step, so that nothing is left half done.
type Supporter interface {
	// Supports returns nil, or an error that wraps ErrUnsupported.
	Supports(args []string) error
}

// Reporter is told what happens while a conversation is played. Calls come one
// after the other from the goroutine of Play.
type Reporter interface {
	Begin(s *Scenario)
	// Step is called when the step is done: text is what was sent or what came; it is empty for steps without.
	Step(s Step, text string)
	// End is called last, with the error that Play returns.
	End(s *Scenario, err error)
}

// Discard is the Reporter that says nothing.
type Discard struct{}

// Begin does nothing.
func (Discard) Begin(*Scenario) {}

// Step does nothing.
func (Discard) Step(Step, string) {}

// End does nothing.
func (Discard) End(*Scenario, error) {}

// Play plays the conversation. The error is nil, that of ctx, or an *Error with
// file and line, which wraps ErrDiffers, ErrNoText, ErrNotQuiet, ErrUnsupported
// or what the world returned.
func Play(ctx context.Context, s *Scenario, w World, rep Reporter) error {
	if rep == nil {
		rep = Discard{}
	}
	pl := &play{scenario: s, world: w, rep: rep, values: map[string]string{}}
	rep.Begin(s)
	err := pl.run(ctx)
	rep.End(s, err)
	return err
}

type play struct {
	scenario *Scenario
	world    World
	rep      Reporter
	values   map[string]string
}

func (p *play) run(ctx context.Context) error {
	if w, ok := p.world.(Supporter); ok {
		for _, st := range p.scenario.Steps {
			if st.Kind != Control {
				continue
			}
			if err := w.Supports(st.Args); err != nil {
				return p.fail(st, err)
			}
		}
	}
	for _, st := range p.scenario.Steps {
		if err := ctx.Err(); err != nil {
			return p.fail(st, err)
		}
		text, err := p.step(ctx, st)
		if err != nil {
			return err
		}
		p.rep.Step(st, text)
	}
	return p.rest(ctx)
}

// step does one step and gives the text it sent or got.
func (p *play) step(ctx context.Context, st Step) (string, error) {
	switch st.Kind {
	case Text:
		text := fill(st.tokens, p.values)
		if err := p.world.Text(st.Phone, text); err != nil {
			return "", p.fail(st, err)
		}
		return text, nil
	case Expect:
		return p.expect(ctx, st)
	case Quiet:
		return "", p.quiet(ctx, st, st.For)
	case Control:
		args := make([]string, len(st.Args))
		for i, a := range st.Args {
			args[i] = a
			if name, ok := strings.CutPrefix(strings.TrimSuffix(a, "}"), "{"); ok && p.values[name] != "" {
				args[i] = p.values[name]
			}
		}
		if err := p.world.Control(ctx, args); err != nil {
			return "", p.fail(st, fmt.Errorf("! %s: %w", strings.Join(st.Args, " "), err))
		}
	}
	return "", nil
}

func (p *play) expect(ctx context.Context, st Step) (string, error) {
	expected := fill(st.tokens, p.values)
	limit := p.scenario.Wait
	if limit == 0 {
		limit = DefaultWait
	}
	wait, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	got, err := p.world.Next(wait, st.Phone)
	switch {
	case err != nil && ctx.Err() != nil:
		return "", p.fail(st, ctx.Err())
	case errors.Is(err, context.DeadlineExceeded):
		return "", &Error{Name: p.scenario.Name, Line: st.Line, Expected: expected, Err: fmt.Errorf("%w to %s in %s", ErrNoText, st.Phone, limit)}
	case err != nil:
		return "", p.fail(st, err)
	}
	ok, same, err := match(st.tokens, p.values, got)
	switch {
	case err != nil:
		return "", p.fail(st, err)
	case !ok:
		why := fmt.Errorf("%w to %s", ErrDiffers, st.Phone)
		if same != "" {
			why = fmt.Errorf("%w after %q", why, same)
		}
		return "", &Error{Name: p.scenario.Name, Line: st.Line, Expected: expected, Got: fold(got), Err: why}
	}
	return got, nil
}

func (p *play) quiet(ctx context.Context, st Step, d time.Duration) error {
	if d == 0 {
		d = p.scenario.Settle
	}
	if d == 0 {
		d = DefaultSettle
	}
	text, ok := p.world.Quiet(ctx, st.Phone, d)
	if err := ctx.Err(); err != nil {
		return p.fail(st, err)
	}
	if !ok {
		// A text may be empty, and Error leaves empty fields out.
		return &Error{Name: p.scenario.Name, Line: st.Line, Expected: "no text", Got: orEmpty(fold(text)), Err: fmt.Errorf("%w came to %s", ErrNotQuiet, st.Phone)}
	}
	return nil
}

func orEmpty(s string) string {
	if s == "" {
		return "(an empty text)"
	}
	return s
}

// rest makes sure that no phone has a text left over. Only the first look waits:
// what was on its way to one phone had that time for all.
func (p *play) rest(ctx context.Context) error {
	last := map[string]Step{}
	var order []string
	for _, st := range p.scenario.Steps {
		if st.Phone == "" || st.Kind == Comment {
			continue
		}
		if _, seen := last[st.Phone]; !seen {
			order = append(order, st.Phone)
		}
		last[st.Phone] = st
	}
	wait := time.Duration(0)
	if n := len(p.scenario.Steps); n > 0 && p.scenario.Steps[n-1].Kind == Quiet {
		wait = time.Nanosecond
	}
	for _, phone := range order {
		if err := p.quiet(ctx, last[phone], wait); err != nil {
			return err
		}
		wait = time.Nanosecond
	}
	return nil
}

func (p *play) fail(st Step, err error) error {
	return &Error{Name: p.scenario.Name, Line: st.Line, Err: err}
}
