package main

import (
	"sync"
	"time"
)

// warpClock is the machine's clock with an offset that can be moved forward.
// What was to happen in the time skipped happens at once.
type warpClock struct {
	mu     sync.Mutex
	offset time.Duration
	timers map[*warpTimer]struct{}
}

type warpTimer struct {
	due  time.Time // on the warped clock
	f    func()
	real *time.Timer
}

// newWarpClock starts at the given time, or now when it is zero.
func newWarpClock(start time.Time) *warpClock {
	c := &warpClock{timers: map[*warpTimer]struct{}{}}
	if !start.IsZero() {
		c.offset = time.Until(start)
	}
	return c
}

// Now is the machine's time and the offset.
func (c *warpClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

// AfterFunc calls f when d has passed on this clock.
func (c *warpClock) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := &warpTimer{due: time.Now().Add(c.offset + d), f: f}
	c.timers[t] = struct{}{}
	t.real = time.AfterFunc(d, func() { c.fire(t) })
	return func() bool { return c.take(t) }
}

// take removes a timer; false when it has fired or was taken before.
func (c *warpClock) take(t *warpTimer) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.timers[t]; !ok {
		return false
	}
	delete(c.timers, t)
	t.real.Stop()
	return true
}

func (c *warpClock) fire(t *warpTimer) {
	if c.take(t) {
		t.f()
	}
}

// Advance moves the clock forward and fires what became due.
func (c *warpClock) Advance(d time.Duration) {
	c.mu.Lock()
	c.offset += d
	now := time.Now().Add(c.offset)
	var due []*warpTimer
	for t := range c.timers {
		if !t.due.After(now) {
			due = append(due, t)
			continue
		}
		t.real.Reset(t.due.Sub(now))
	}
	c.mu.Unlock()
	for _, t := range due {
		go c.fire(t)
	}
}
