package link

import (
	"math/rand/v2"
	"time"
)

// lasting is how long a bind has to live for the back-off to begin anew. One
// that carried a text counts as well.
const lasting = 10 * time.Second

// backoff says how long to wait before binding again: twice as long each time,
// with jitter so that links don't come back in step, and never more than one
// attempt per two least waits (one a second by default) however binds flap.
type backoff struct {
	least, most time.Duration
	next        time.Duration
	last        time.Time // of the last attempt
}

// attempt notes that an attempt begins at now.
func (b *backoff) attempt(now time.Time) { b.last = now }

// reset is called when a bind has lasted.
func (b *backoff) reset() { b.next = 0 }

// wait returns how long to wait at now.
func (b *backoff) wait(now time.Time) time.Duration {
	d := max(b.next, b.least)
	b.next = min(2*d, b.most)
	d = d/2 + rand.N(d/2+1)
	return max(d, b.last.Add(2*b.least).Sub(now)+rand.N(b.least/4+1))
}
