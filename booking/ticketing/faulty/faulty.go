// Package faulty is a ticket terminal with faults: it wraps any
// booking.Ticketing and loses, delays or refuses calls by a plan that can be changed
// while it runs. Faults come in pairs: a request that is lost was not done, an
// answer that is lost belongs to a call that was.
package faulty

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"shortfare/booking"
)

// Call is a call of booking.Ticketing that can fail.
type Call string

// The calls, as plans name them.
const (
	Prebook Call = "prebook"
	Fulfil  Call = "fulfil"
	Get     Call = "get"
	Void    Call = "void"
	Release Call = "release"
	Ready   Call = "ready"
	Left    Call = "left"
	Events  Call = "events"
	// All stands for every call but Ready, Left and Events.
	All Call = "all"
)

// Kind is what happens to a call.
type Kind string

// Kinds of faults.
const (
	LoseRequest Kind = "lose-request" // not done, answered Unknown
	LoseAnswer  Kind = "lose-answer"  // done, answered Unknown
	// LateRequest answers Unknown at once; the call is made after Delay all the
	// same: a request still on its way.
	LateRequest Kind = "late-request"
	// Slow makes the call and answers after Delay, Unknown when the context ends before.
	Slow   Kind = "slow"
	Refuse Kind = "refuse" // not done, refused with Reason
)

// Fault is one step of a plan.
type Fault struct {
	Kind   Kind
	Delay  time.Duration  // of LateRequest and Slow
	Reason booking.Reason // of Refuse; empty is sale_closed
	Times  int            // calls it is for; 0 is all until the plan changes
}

// ErrFault is the cause of an Unknown that a plan made.
var ErrFault = errors.New("terminal fault by plan")

// Terminal is a booking.Ticketing with a plan. Its methods may be called from any goroutine.
type Terminal struct {
	inner booking.Ticketing

	mu   sync.Mutex
	plan map[Call][]Fault
	made map[Call]int // calls that reached the terminal behind
	asks int          // of Ready, whatever was answered
	late sync.WaitGroup
}

// Wrap gives a terminal without faults.
func Wrap(inner booking.Ticketing) *Terminal {
	return &Terminal{inner: inner, plan: map[Call][]Fault{}, made: map[Call]int{}}
}

// Plan puts faults behind those a call already has. They are used up in order.
func (t *Terminal) Plan(c Call, faults ...Fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, one := range c.each() {
		t.plan[one] = append(t.plan[one], faults...)
	}
}

// Clear ends all faults.
func (t *Terminal) Clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.plan)
}

// Made tells how often a call reached the terminal behind.
func (t *Terminal) Made(c Call) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.made[c]
}

// Asked tells how often somebody asked whether the terminal is ready.
func (t *Terminal) Asked() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.asks
}

// Wait returns when no request is on its way any more.
func (t *Terminal) Wait() { t.late.Wait() }

func (c Call) each() []Call {
	if c == All {
		return []Call{Prebook, Fulfil, Get, Void, Release}
	}
	return []Call{c}
}

// next takes the fault for a call; the zero Fault is none.
func (t *Terminal) next(c Call) Fault {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := t.plan[c]
	if len(list) == 0 {
		return Fault{}
	}
	f := list[0]
	if f.Times == 1 {
		t.plan[c] = list[1:]
	} else if f.Times > 1 {
		list[0].Times--
	}
	return f
}

// through makes a call with its fault.
func through[T any](ctx context.Context, t *Terminal, c Call, call func(context.Context) booking.Outcome[T]) booking.Outcome[T] {
	do := func(ctx context.Context) booking.Outcome[T] {
		t.mu.Lock()
		t.made[c]++
		t.mu.Unlock()
		return call(ctx)
	}
	lost := booking.IsUnknown[T](ErrFault)
	switch f := t.next(c); f.Kind {
	case LoseRequest:
		return lost
	case LoseAnswer:
		do(ctx)
		return lost
	case LateRequest:
		t.late.Go(func() {
			time.Sleep(f.Delay)
			do(context.WithoutCancel(ctx))
		})
		return lost
	case Slow:
		out := do(ctx)
		select {
		case <-time.After(f.Delay):
			return out
		case <-ctx.Done():
			return booking.IsUnknown[T](ctx.Err())
		}
	case Refuse:
		if f.Reason == booking.ReasonNone {
			f.Reason = booking.ReasonClosed
		}
		return booking.IsRefused[T](f.Reason)
	default:
		return do(ctx)
	}
}

// Capabilities implements booking.Ticketing.
func (t *Terminal) Capabilities() booking.Capabilities { return t.inner.Capabilities() }

// Left implements booking.Stock: any fault makes it not known.
func (t *Terminal) Left(k booking.TripKey, class string) (int, bool) {
	if f := t.next(Left); f.Kind != "" {
		return 0, false
	}
	return t.inner.Left(k, class)
}

// Ready implements booking.Ticketing: any fault makes the terminal not ready.
func (t *Terminal) Ready(ctx context.Context) error {
	t.mu.Lock()
	t.asks++
	t.mu.Unlock()
	if f := t.next(Ready); f.Kind != "" {
		return ErrFault
	}
	return t.inner.Ready(ctx)
}

// Prebook implements booking.Ticketing.
func (t *Terminal) Prebook(ctx context.Context, r booking.HoldRequest) booking.Outcome[booking.Hold] {
	return through(ctx, t, Prebook, func(ctx context.Context) booking.Outcome[booking.Hold] { return t.inner.Prebook(ctx, r) })
}

// Fulfil implements booking.Ticketing.
func (t *Terminal) Fulfil(ctx context.Context, key string) booking.Outcome[booking.Item] {
	return through(ctx, t, Fulfil, func(ctx context.Context) booking.Outcome[booking.Item] { return t.inner.Fulfil(ctx, key) })
}

// Get implements booking.Ticketing.
func (t *Terminal) Get(ctx context.Context, key string) booking.Outcome[booking.Item] {
	return through(ctx, t, Get, func(ctx context.Context) booking.Outcome[booking.Item] { return t.inner.Get(ctx, key) })
}

// Void implements booking.Ticketing.
func (t *Terminal) Void(ctx context.Context, key string, places []string) booking.Outcome[booking.Item] {
	return through(ctx, t, Void, func(ctx context.Context) booking.Outcome[booking.Item] { return t.inner.Void(ctx, key, places) })
}

// Release implements booking.Ticketing.
func (t *Terminal) Release(ctx context.Context, key string) booking.Outcome[booking.Item] {
	return through(ctx, t, Release, func(ctx context.Context) booking.Outcome[booking.Item] { return t.inner.Release(ctx, key) })
}

// Events implements booking.Ticketing.
func (t *Terminal) Events(ctx context.Context, after int64, limit int) booking.Outcome[[]booking.ServiceEvent] {
	return through(ctx, t, Events, func(ctx context.Context) booking.Outcome[[]booking.ServiceEvent] {
		return t.inner.Events(ctx, after, limit)
	})
}

// Usage says what Command understands.
const Usage = "CALL FAULT [DELAY|REASON] [xN], show, or clear; " +
	"CALL: prebook fulfil get void release ready left events all; FAULT: lose-request lose-answer late-request slow refuse; e.g. fulfil lose-answer x2"

// Command changes the plan by a line of text, for consoles: `fulfil lose-answer x2`,
// `all slow 3s`, `prebook refuse sold_out`, `show`, `clear`. It gives the plan as it is then.
func (t *Terminal) Command(line string) (string, error) {
	words := strings.Fields(strings.ToLower(line))
	switch {
	case len(words) == 1 && words[0] == "show":
	case len(words) == 1 && words[0] == "clear":
		t.Clear()
	default:
		c, f, err := parse(words)
		if err != nil {
			return "", err
		}
		t.Plan(c, f)
	}
	return t.show(), nil
}

func parse(words []string) (Call, Fault, error) {
	calls := []Call{Prebook, Fulfil, Get, Void, Release, Ready, Left, Events, All}
	kinds := []Kind{LoseRequest, LoseAnswer, LateRequest, Slow, Refuse}
	if len(words) < 2 || !slices.Contains(calls, Call(words[0])) || !slices.Contains(kinds, Kind(words[1])) {
		return "", Fault{}, fmt.Errorf("terminal faults: %s", Usage)
	}
	f := Fault{Kind: Kind(words[1])}
	for _, w := range words[2:] {
		if n, ok := strings.CutPrefix(w, "x"); ok {
			if v, err := strconv.Atoi(n); err == nil && v > 0 {
				f.Times = v
				continue
			}
		}
		if d, err := time.ParseDuration(w); err == nil && d >= 0 && (f.Kind == LateRequest || f.Kind == Slow) {
			f.Delay = d
			continue
		}
		if f.Kind != Refuse {
			return "", Fault{}, fmt.Errorf("terminal faults: %q: %s", w, Usage)
		}
		f.Reason = booking.Reason(w)
	}
	return Call(words[0]), f, nil
}

func (t *Terminal) show() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	for _, c := range []Call{Prebook, Fulfil, Get, Void, Release, Ready, Left, Events} {
		for _, f := range t.plan[c] {
			fmt.Fprintf(&b, "%s %s", c, f.Kind)
			if f.Delay > 0 {
				fmt.Fprintf(&b, " %v", f.Delay)
			}
			if f.Reason != "" {
				fmt.Fprintf(&b, " %s", f.Reason)
			}
			if f.Times > 0 {
				fmt.Fprintf(&b, " x%d", f.Times)
			}
			b.WriteByte('\n')
		}
	}
	if b.Len() == 0 {
		return "no faults\n"
	}
	return b.String()
}
