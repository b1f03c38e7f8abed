package link

import (
	"sync"
	"time"
)

const (
	// ackMargin is how long before the end of a bind an acknowledgement may
	// have been written and yet never been read by the carrier.
	ackMargin = 30 * time.Second
	// dupWindow is how long after the next bind the carrier may deliver again
	// what it holds for unacknowledged.
	dupWindow = 10 * time.Minute
)

// dups knows since when acknowledgements may have been lost.
type dups struct {
	mu    sync.Mutex
	bound bool
	lost  []loss // in the order of until, those without one last
}

// loss is a time of which acknowledgements may be lost.
type loss struct {
	floor time.Time // of texts received from then on
	until time.Time // when this no longer matters; zero until the next bind
}

// unbind notes that a bind has ended at now. Acknowledgements of texts received
// since floor may be lost; zero means that it ended in good order.
func (d *dups) unbind(floor time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.bound = false
	if !floor.IsZero() {
		d.add(loss{floor: floor})
	}
}

// late notes at now that a text received at was stored after its bind had
// ended, so that the carrier was not told.
func (d *dups) late(at, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.bound {
		d.add(loss{floor: at, until: now.Add(dupWindow)})
	} else {
		d.add(loss{floor: at})
	}
}

// add keeps the list short: what matters for about as long is one loss.
func (d *dups) add(x loss) {
	if n := len(d.lost); n > 0 && x.until.IsZero() == d.lost[n-1].until.IsZero() && x.until.Sub(d.lost[n-1].until) < time.Second {
		l := &d.lost[n-1]
		l.until = x.until
		if x.floor.Before(l.floor) {
			l.floor = x.floor
		}
		return
	}
	d.lost = append(d.lost, x)
}

// bind notes a bind at now: the carrier delivers again from now on.
func (d *dups) bind(now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.bound = true
	d.prune(now)
	if n := len(d.lost); n > 0 && d.lost[n-1].until.IsZero() {
		d.lost[n-1].until = now.Add(dupWindow)
	}
}

// floor returns since when acknowledgements may have been lost; zero means
// that none was.
func (d *dups) floor(now time.Time) time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.prune(now)
	var f time.Time
	for i := range d.lost {
		if i == 0 || d.lost[i].floor.Before(f) {
			f = d.lost[i].floor
		}
	}
	return f
}

// prune forgets what no longer matters. mu is held.
func (d *dups) prune(now time.Time) {
	for len(d.lost) > 0 && !d.lost[0].until.IsZero() && now.After(d.lost[0].until) {
		d.lost = d.lost[1:]
	}
}
