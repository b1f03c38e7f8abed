package simulation

import (
	"slices"
	"time"

	"shortfare/booking"
)

// event is something that happens at a time: a time-out, or a request that was
// long on its way.
type event struct {
	at  time.Time
	seq int
	f   func()
}

// plan lets f happen d from now and gives its number.
func (s *sim) plan(d time.Duration, f func()) int {
	s.seq++
	s.events = append(s.events, event{s.now.Add(d), s.seq, f})
	return s.seq
}

// cancel takes a planned event back; false when it has happened.
func (s *sim) cancel(seq int) bool {
	i := slices.IndexFunc(s.events, func(e event) bool { return e.seq == seq })
	if i < 0 {
		return false
	}
	s.events = slices.Delete(s.events, i, i+1)
	return true
}

// advance moves the clock and lets happen what is due on the way.
func (s *sim) advance(d time.Duration) {
	target := s.now.Add(d)
	for {
		next := -1
		for i, e := range s.events {
			if !e.at.After(target) && (next < 0 || e.at.Before(s.events[next].at) || e.at.Equal(s.events[next].at) && e.seq < s.events[next].seq) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		e := s.events[next]
		s.events = slices.Delete(s.events, next, next+1)
		if e.at.After(s.now) {
			s.now = e.at
		}
		e.f()
	}
	if target.After(s.now) {
		s.now = target
	}
}

// elapse is a wait of one caller: the clock moves, and while faults go on
// other units of work are done meanwhile.
func (s *sim) elapse(d time.Duration) {
	const slices = 3
	for range slices {
		s.pass(d / slices)
		s.meanwhile()
	}
}

// pass lets a longer time go by: no COMMIT takes that long.
func (s *sim) pass(d time.Duration) {
	if d > time.Second && len(s.life.store.jobs) > 0 {
		s.life.store.commit()
	}
	s.advance(d)
}

// meanwhile does a few other units of work inside a call that is under way.
func (s *sim) meanwhile() {
	if !s.wild || s.depth >= 2 || s.failure != "" {
		return
	}
	s.depth++
	defer func() { s.depth-- }()
	for range s.rng.IntN(3) {
		s.step()
	}
}

// clock is the engine's clock in one life.
type clock struct {
	s    *sim
	life *life
}

func (c clock) Now() time.Time { return c.s.now }

// AfterFunc plans f. Right after a turn could not be stored the engine only
// waits to try again: then the time passes here and now, for nobody else runs it.
func (c clock) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	if c.life.refused {
		c.life.refused = false
		c.s.elapse(d)
		f()
		return func() bool { return false }
	}
	n := c.s.plan(d, f)
	return func() bool { return c.s.cancel(n) }
}

var _ booking.Clock = clock{}
