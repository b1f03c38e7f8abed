package catalogue

import (
	"sync"
	"sync/atomic"
	"time"

	"shortfare/booking"
)

// Live is a catalogue that keeps in step with its terminal: readers take the
// snapshot of the moment without waiting, and events replace it as a whole.
// Its methods may be called from any goroutine.
type Live struct {
	now atomic.Pointer[snapshotOf]
	mu  sync.Mutex // of those who replace
}

// snapshotOf is what was known at a time.
type snapshotOf struct {
	booking.Catalogue
	seq    int64     // of the last event in it
	synced time.Time // when the terminal was last heard
}

// NewLive makes a Live that is the timetable base until events come.
func NewLive(base booking.Catalogue) *Live {
	l := &Live{}
	l.now.Store(&snapshotOf{Catalogue: base})
	return l
}

// Catalogue returns the snapshot of the moment. It does not change any more.
func (l *Live) Catalogue() booking.Catalogue { return l.now.Load().Catalogue }

// Seq is the number of the last event that is in it: ask the terminal for
// those after it. 0 when there was none.
func (l *Live) Seq() int64 { return l.now.Load().seq }

// Synced is when the terminal was last heard; zero when it never was.
func (l *Live) Synced() time.Time { return l.now.Load().synced }

// Apply takes in what the terminal answered at that time; no events mean that
// nothing has changed. Events that are in it already are passed over, so that an answer may
// come twice. It returns how many were new.
func (l *Live) Apply(events []booking.ServiceEvent, at time.Time) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	was := l.now.Load()
	next := &snapshotOf{Catalogue: was.Catalogue, seq: was.seq, synced: at}
	var fresh []booking.ServiceEvent
	for _, e := range events {
		if e.Seq > next.seq {
			fresh = append(fresh, e)
			next.seq = e.Seq
		}
	}
	if len(fresh) > 0 {
		next.Catalogue = WithEvents(was.Catalogue, fresh)
	}
	l.now.Store(next)
	return len(fresh)
}

// Replace puts another timetable in the place of the one there is. What became
// of its runs stays.
func (l *Live) Replace(base booking.Catalogue) {
	l.change(func(_ booking.Catalogue, changes map[run]became) booking.Catalogue { return laid(base, changes) })
}

// Forget drops what became of runs that started before that day: nobody
// travels with them any more.
func (l *Live) Forget(before booking.Date) {
	l.change(func(base booking.Catalogue, changes map[run]became) booking.Catalogue {
		kept := map[run]became{}
		for k, b := range changes {
			if k.date >= before {
				kept[k] = b
			}
		}
		return laid(base, kept)
	})
}

func (l *Live) change(f func(booking.Catalogue, map[run]became) booking.Catalogue) {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := *l.now.Load()
	if o, ok := next.Catalogue.(*overlay); ok {
		next.Catalogue = f(o.Catalogue, o.changes)
	} else {
		next.Catalogue = f(next.Catalogue, nil)
	}
	l.now.Store(&next)
}
