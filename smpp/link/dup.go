package link

import (
	"sync"
	"time"

	"shortfare/booking"
)

// ackMargin is how long before the end of a bind an acknowledgement may have
// been written and yet never been read by the carrier.
const ackMargin = 30 * time.Second

// maxLosses bounds how many binds are remembered: the oldest are merged.
const maxLosses = 64

// dups knows on which binds of a carrier, and since when, acknowledgements may
// have been lost.
type dups struct {
	mu    sync.Mutex
	bound int // binds that are up
	lost  []loss
}

// loss is a bind of which acknowledgements may be lost.
type loss struct {
	link        *Link // that was bound; nil for every link of the carrier
	first, last uint64
	floor       time.Time // of texts received from then on
	until       time.Time // when this no longer matters; zero until the next bind
	waits       bool      // for the next bind of link
}

// unbind notes that a bind has ended at now. Acknowledgements of texts received
// since floor may be lost; zero means that it ended in good order.
func (d *dups) unbind(l *Link, bind uint64, floor, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.bound--
	if !floor.IsZero() {
		d.add(loss{link: l, first: bind, last: bind, floor: floor, until: d.end(l, now), waits: true})
	}
}

// late notes at now that a text received at was stored after its bind had
// ended, so that the carrier was not told.
func (d *dups) late(l *Link, bind uint64, at, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	until := d.end(l, now)
	d.add(loss{link: l, first: bind, last: bind, floor: at, until: until, waits: until.IsZero()})
}

// end is when a loss that is noted at now no longer matters, as far as it is
// known: the carrier delivers again over any bind that is up.
func (d *dups) end(l *Link, now time.Time) time.Time {
	if d.bound > 0 {
		return now.Add(l.cfg.DedupeWindow)
	}
	return time.Time{}
}

// earlier notes a loss of an earlier process, whose binds had numbers below.
func (d *dups) earlier(below uint64, floor time.Time) {
	d.add(loss{last: below, floor: floor, waits: true})
}

// add keeps one loss per bind, and the list short.
func (d *dups) add(x loss) {
	for i := range d.lost {
		l := &d.lost[i]
		if l.link == x.link && l.first == x.first && l.last == x.last {
			if x.floor.Before(l.floor) {
				l.floor = x.floor
			}
			l.until, l.waits = x.until, x.waits
			return
		}
	}
	if len(d.lost) >= maxLosses { // binds that flap: their numbers lie close together
		l := &d.lost[1]
		o := d.lost[0]
		l.first, l.last = min(l.first, o.first), max(l.last, o.last)
		if o.floor.Before(l.floor) {
			l.floor = o.floor
		}
		d.lost = d.lost[1:]
	}
	d.lost = append(d.lost, x)
}

// bind notes a bind of l at now: the carrier delivers again from now on.
func (d *dups) bind(l *Link, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.bound++
	d.prune(now)
	for i := range d.lost {
		if x := &d.lost[i]; x.until.IsZero() || x.waits && (x.link == l || x.link == nil) {
			x.until = now.Add(l.cfg.DedupeWindow)
			x.waits = x.waits && x.link != l && x.link != nil
		}
	}
}

// floor returns since when acknowledgements may have been lost, and on which
// binds; zero means that none was.
func (d *dups) floor(now time.Time) (f time.Time, lost []booking.Lost) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.prune(now)
	for i := range d.lost {
		x := &d.lost[i]
		if i == 0 || x.floor.Before(f) {
			f = x.floor
		}
		lost = append(lost, booking.Lost{First: x.first, Last: x.last, From: x.floor})
	}
	return f, lost
}

// prune forgets what no longer matters. mu is held.
func (d *dups) prune(now time.Time) {
	kept := d.lost[:0]
	for _, x := range d.lost {
		if x.until.IsZero() || !now.After(x.until) {
			kept = append(kept, x)
		}
	}
	clear(d.lost[len(kept):])
	d.lost = kept
}
