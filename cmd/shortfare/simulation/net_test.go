package simulation

import (
	"context"
	"errors"
	"time"

	"shortfare/booking"
)

var errLost = errors.New("no answer")

// fate is what happens to one call on its way to a bank or a terminal.
type fate uint8

const (
	normal      fate = iota
	lostRequest      // not done, no answer
	lostAnswer       // done, no answer
	late             // no answer, and done later
	twice            // done, and delivered again later
	refusal          // refused for good
	wrong            // done, and answered with what cannot be
	fates
)

// line is the way to one bank or terminal.
type line struct {
	name string
	bad  float64 // how often a call is disturbed
	down bool
}

// over makes a call over a line. do is the call as the other end sees it;
// refuse is what it does when it refuses for no reason that we know; garble spoils its answer.
func over[T any](s *sim, ctx context.Context, l *line, call, key string, do, refuse func() booking.Outcome[T], garble func(*T)) booking.Outcome[T] {
	unknown := booking.IsUnknown[T](errLost)
	f, bad := normal, l.bad
	switch call {
	case "void", "reverse", "refund": // calls that are seldom made
		bad = min(1, 2*bad)
	}
	switch {
	case !s.wild:
	case l.down:
		s.note(l.name+" down "+call, key, 0)
		return unknown
	case s.chance(bad):
		f = fate(1 + s.rng.IntN(int(fates)-1))
	}
	if call != "events" || f != normal {
		s.note(l.name+" "+call, key, int64(f))
	}
	s.meanwhile()
	switch f {
	case lostRequest:
		s.unanswered(ctx)
		return unknown
	case lostAnswer:
		do()
		s.unanswered(ctx)
		return unknown
	case late:
		s.plan(s.between(time.Second, 20*time.Minute), func() {
			s.note(l.name+" late "+call, key, 0)
			do()
		})
		s.unanswered(ctx)
		return unknown
	case twice:
		s.plan(s.between(0, 20*time.Minute), func() {
			s.note(l.name+" again "+call, key, 0)
			do()
		})
	case refusal:
		if refuse != nil {
			return refuse()
		}
	}
	out := do()
	if s.wild && s.chance(3*s.rate.crash) {
		s.note("crash in a call", key, 0)
		panic(crashed{})
	}
	if f == wrong && garble != nil && out.Verdict == booking.Done {
		garble(&out.Value)
	}
	if s.wild && s.chance(0.2) { // slow, and perhaps too slow
		s.elapse(s.between(0, 25*time.Second))
	} else {
		s.meanwhile()
	}
	if ctx.Err() != nil {
		return unknown
	}
	return out
}

// unanswered is a caller's wait for an answer that does not come: until the
// line breaks, or his patience ends.
func (s *sim) unanswered(ctx context.Context) {
	if s.chance(0.5) {
		s.meanwhile()
		return
	}
	for i := 0; ctx.Err() == nil && i < 100; i++ {
		s.elapse(7 * time.Second)
	}
}

// between draws a duration.
func (s *sim) between(from, to time.Duration) time.Duration {
	return from + time.Duration(s.rng.Int64N(int64(to-from)))
}

func (s *sim) chance(p float64) bool { return p > 0 && s.rng.Float64() < p }
