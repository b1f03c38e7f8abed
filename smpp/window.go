package smpp

import (
	"time"

	"shortfare/smpp/pdu"
)

// callback gets the outcome of a request: an answer, or an error that is ErrNotSent or ErrUnknownOutcome.
type callback = func(resp *pdu.PDU, err error)

// entry is one request of ours without an answer.
type entry struct {
	seq      uint32
	cmd      pdu.CommandID
	slot     bool // holds a slot of the window (enquire_link, bind and unbind do not)
	done     callback
	deadline time.Time
	start    uint64 // offset of its first octet in the stream of requests, see outbox

	prev, next *entry // in order of sending, which is the order of deadlines
}

// waiter is a Send that waits for a slot. The request is queued for it by whoever frees the slot, so that requests leave in the
// order in which Send was called.
type waiter struct {
	p     *pdu.PDU
	done  callback
	ready chan error // capacity 1: the result of queueing
}

// window is the table of unanswered requests. The session's mutex guards it.
//
// Invariant: used is the number of entries with slot set, and 0 <= used <= size; an entry leaves the table once, by remove.
type window struct {
	size, used int
	last       uint32            // sequence number used last
	slots      []*entry          // by the low bits of the number, which count up: nearly always free
	extra      map[uint32]*entry // those whose slot was taken
	list       entry             // sentinel of the ring of entries
	waiters    []*waiter
	unused     *entry // recycled entries, linked by next
}

func newWindow(size int, first uint32) *window {
	w := &window{size: size, last: first - 1, slots: make([]*entry, slotsFor(size)), extra: make(map[uint32]*entry)}
	w.list.prev, w.list.next = &w.list, &w.list
	return w
}

// full reports whether a new request has to wait; those that wait go first.
func (w *window) full() bool { return w.used >= w.size || len(w.waiters) > 0 }

// nextSeq returns the next sequence number, 1 to 0x7FFFFFFF, that is not in flight (SMPP 3.4 §5.1.4).
func (w *window) nextSeq() uint32 {
	for {
		w.last++
		if w.last > pdu.MaxSequence {
			w.last = 1
		}
		if w.get(w.last) == nil {
			return w.last
		}
	}
}

// slotsFor returns how many slots a window of that size gets: a power of two with room for numbers that are skipped or answered out of order.
func slotsFor(size int) int {
	n := 64
	for n < 2*size && n < 1<<16 {
		n *= 2
	}
	return n
}

// get returns the request with the number, nil when there is none.
func (w *window) get(seq uint32) *entry {
	if e := w.slots[seq&uint32(len(w.slots)-1)]; e != nil && e.seq == seq {
		return e
	}
	if len(w.extra) > 0 {
		return w.extra[seq]
	}
	return nil
}

// add registers a request under a sequence number from nextSeq.
func (w *window) add(seq uint32, cmd pdu.CommandID, slot bool, done callback, deadline time.Time, start uint64) {
	e := w.unused
	if e == nil {
		e = new(entry)
	} else {
		w.unused = e.next
	}
	*e = entry{seq: seq, cmd: cmd, slot: slot, done: done, deadline: deadline, start: start, prev: w.list.prev, next: &w.list}
	e.prev.next, e.next.prev = e, e
	if at := &w.slots[seq&uint32(len(w.slots)-1)]; *at == nil {
		*at = e
	} else {
		w.extra[seq] = e
	}
	if slot {
		w.used++
	}
}

// first returns the request sent first, nil when there is none.
func (w *window) first() *entry {
	if w.list.next == &w.list {
		return nil
	}
	return w.list.next
}

// remove takes an entry out of the table and returns a copy of it.
func (w *window) remove(e *entry) entry {
	out := *e
	if at := &w.slots[e.seq&uint32(len(w.slots)-1)]; *at == e {
		*at = nil
	} else {
		delete(w.extra, e.seq)
	}
	e.prev.next, e.next.prev = e.next, e.prev
	if e.slot {
		w.used--
	}
	*e = entry{next: w.unused}
	w.unused = e
	return out
}

// drop takes a waiter out of the queue; it reports whether it still waited.
func (w *window) drop(x *waiter) bool {
	for i, y := range w.waiters {
		if x == y {
			w.waiters = append(w.waiters[:i], w.waiters[i+1:]...)
			return true
		}
	}
	return false
}
