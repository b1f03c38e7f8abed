package link

import (
	"container/heap"
	"time"

	"shortfare/booking"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// text is one text on its way to a phone.
type text struct {
	link     *Link
	lane     *lane
	next     *text
	m        booking.MT
	done     func(booking.SendResult)
	answered func(*pdu.PDU, error) // the method, made once for all uses of this text
	at       time.Time
	parts    []coding.Part // made when it is first sent
	part     int           // the one that is under way or next
	id       string        // the carrier's, of the first part
}

// lane holds the texts of one MSISDN in order. It is in exactly one place:
// among the ready ones, among the delayed ones, or with the pump and the
// session while its first text is under way.
type lane struct {
	msisdn     booking.MSISDN
	head, tail *text
	flying     bool
	throttles  int       // in a row
	due        time.Time // of a delayed lane
	next       *lane     // of the ready ones
}

// queue holds all texts that have no result. The link's mutex guards it.
type queue struct {
	lanes       map[booking.MSISDN]*lane
	first, last *lane // ready, in order
	delayed     delayed
	size        int           // texts
	flying      int           // of them, under way
	halfSent    int           // of them, with a part that the carrier has
	drained     chan struct{} // closed when Run is ending and both are 0

	spareTexts *text
	spareLanes *lane
}

func (q *queue) init() { q.lanes = map[booking.MSISDN]*lane{} }

// add queues a text and reports whether its lane became ready.
func (q *queue) add(l *Link, m booking.MT, done func(booking.SendResult), now time.Time) bool {
	t := q.spareTexts
	if t == nil {
		t = &text{link: l}
		t.answered = t.onAnswer
	} else {
		q.spareTexts, t.next = t.next, nil
	}
	t.m, t.done, t.at = m, done, now
	q.size++
	n := q.lanes[m.MSISDN]
	if n == nil {
		if n = q.spareLanes; n == nil {
			n = &lane{}
		} else {
			q.spareLanes, n.next = n.next, nil
		}
		n.msisdn = m.MSISDN
		q.lanes[m.MSISDN] = n
	}
	t.lane = n
	if n.head != nil {
		n.tail.next, n.tail = t, t
		return false
	}
	n.head, n.tail = t, t
	q.pushBack(n)
	return true
}

// remove takes the first text out of its lane, which is in none of the lists,
// and makes the lane ready for the next one. The text may be used again.
func (q *queue) remove(t *text) {
	n := t.lane
	if n.head = t.next; n.head == nil {
		delete(q.lanes, n.msisdn)
		*n = lane{next: q.spareLanes}
		q.spareLanes = n
	} else {
		n.throttles = 0
		q.pushBack(n)
	}
	q.size--
	*t = text{link: t.link, answered: t.answered, next: q.spareTexts}
	q.spareTexts = t
}

func (q *queue) pushBack(n *lane) {
	if q.first == nil {
		q.first = n
	} else {
		q.last.next = n
	}
	q.last = n
}

func (q *queue) pushFront(n *lane) {
	if n.next = q.first; n.next == nil {
		q.last = n
	}
	q.first = n
}

// pop takes the first ready lane.
func (q *queue) pop() *lane {
	n := q.first
	if q.first = n.next; q.first == nil {
		q.last = nil
	}
	n.next = nil
	return n
}

// delay puts a lane aside until due.
func (q *queue) delay(n *lane, due time.Time) {
	n.due = due
	heap.Push(&q.delayed, n)
}

// ripen makes lanes ready whose delay is over.
func (q *queue) ripen(now time.Time) {
	for len(q.delayed) > 0 && !q.delayed[0].due.After(now) {
		q.pushBack(heap.Pop(&q.delayed).(*lane))
	}
}

// takeUnsent takes out all texts of which nothing was written, but for those
// under way; the rest of their lanes goes too. It returns them as a list.
func (q *queue) takeUnsent() (list *text) {
	tail := &list
	for m, n := range q.lanes {
		cut := &n.head
		if n.flying || n.head.part > 0 {
			cut = &n.head.next
		}
		*tail = *cut
		for *tail != nil {
			q.size--
			tail = &(*tail).next
		}
		*cut = nil
		if n.tail = n.head; n.head == nil {
			delete(q.lanes, m)
		}
	}
	q.relist()
	return list
}

// takeAll takes out every text. Nothing is under way.
func (q *queue) takeAll() (list *text) {
	tail := &list
	for _, n := range q.lanes {
		*tail = n.head
		for *tail != nil {
			tail = &(*tail).next
		}
	}
	*q = queue{drained: q.drained}
	q.init()
	return list
}

// relist drops empty lanes from the lists.
func (q *queue) relist() {
	ready := q.first
	q.first, q.last = nil, nil
	for n := ready; n != nil; {
		next := n.next
		n.next = nil
		if n.head != nil {
			q.pushBack(n)
		}
		n = next
	}
	kept := q.delayed[:0]
	for _, n := range q.delayed {
		if n.head != nil {
			kept = append(kept, n)
		}
	}
	clear(q.delayed[len(kept):])
	q.delayed = kept
	heap.Init(&q.delayed)
}

// oldest returns when the text was queued that has waited longest.
func (q *queue) oldest() (at time.Time) {
	for _, n := range q.lanes {
		if at.IsZero() || n.head.at.Before(at) {
			at = n.head.at
		}
	}
	return at
}

// delayed is a heap of lanes by the time when they are due.
type delayed []*lane

// Len is the number of lanes.
func (d delayed) Len() int { return len(d) }

// Less compares by time.
func (d delayed) Less(i, j int) bool { return d[i].due.Before(d[j].due) }

// Swap swaps two lanes.
func (d delayed) Swap(i, j int) { d[i], d[j] = d[j], d[i] }

// Push appends a lane, for package heap.
func (d *delayed) Push(x any) { *d = append(*d, x.(*lane)) }

// Pop takes the last lane, for package heap.
func (d *delayed) Pop() any {
	old := *d
	n := old[len(old)-1]
	old[len(old)-1] = nil
	*d = old[:len(old)-1]
	return n
}
