package link

import (
	"container/heap"
	"time"

	"shortfare/booking"
	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// text is one text on its way to a phone.
type text struct {
	group      *Group
	lane       *lane
	next       *text
	m          booking.MT
	done       func(booking.SendResult)
	answered   func(*pdu.PDU, error) // the method, made once for all uses of this text
	at         time.Time
	route      *route
	link       *Link         // that the part under way left over; the last one when none is
	session    *smpp.Session // likewise
	bind       uint64        // number of that session
	sentAt     time.Time     //
	parts      []part        // made when it is first sent
	splitBy    *Link         // that made them
	part       int           // the one that is under way or next
	carrierIDs               // of the parts that the carrier has
	asked      bool          // for a receipt
	doubt      bool          // the part has no answer: a late one or a receipt is waited for
}

// carrierIDs are what a carrier calls the parts of a text.
type carrierIDs struct {
	first booking.Taken
	rest  []booking.Taken
}

// keep notes the id of a part; parts come in order.
func (x *carrierIDs) keep(part int, is booking.Taken) {
	if part == 0 {
		x.first, x.rest = is, nil
	} else {
		x.rest = append(x.rest[:len(x.rest):len(x.rest)], is)
	}
}

// result is that of a text of which the carrier has all parts.
func (x *carrierIDs) result(bind uint64) booking.SendResult {
	return booking.SendResult{Verdict: booking.Done, Bind: bind, MessageID: x.first.MessageID, Forms: x.first.Forms, Wire: x.first.Wire, Rest: x.rest}
}

// place says where a lane is.
type place uint8

const (
	inFlight  place = iota // its first text is with the pump or a session
	inReady                // in the list of a route
	inDelayed              // in the heap
)

// lane holds the texts of one MSISDN in order. It is in exactly one place.
type lane struct {
	msisdn     booking.MSISDN
	head, tail *text
	where      place
	throttles  int       // in a row
	due        time.Time // of a delayed lane
	next       *lane     // of the ready ones
}

// queue holds all texts that have no result. The group's mutex guards it.
type queue struct {
	lanes    map[booking.MSISDN]*lane
	delayed  delayed
	size     int           // texts
	flying   int           // of them, under way
	halfSent int           // of them, with a part that the carrier has
	drained  chan struct{} // closed when Run is ending and both are 0

	spareTexts *text
	spareLanes *lane
}

func (q *queue) init() { q.lanes = map[booking.MSISDN]*lane{} }

// add queues a text and reports whether its lane became ready.
func (q *queue) add(g *Group, m booking.MT, r *route, done func(booking.SendResult), now time.Time) bool {
	t := q.spareTexts
	if t == nil {
		t = &text{group: g}
		t.answered = t.onAnswer
	} else {
		q.spareTexts, t.next = t.next, nil
	}
	t.m, t.route, t.done, t.at = m, r, done, now
	q.size++
	r.size++
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
	r.pushBack(n)
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
		n.head.way().pushBack(n)
	}
	q.drop(t)
}

// drop forgets a text that is in no lane any more. The text may be used again.
func (q *queue) drop(t *text) {
	q.size--
	t.route.size--
	*t = text{group: t.group, answered: t.answered, next: q.spareTexts}
	q.spareTexts = t
}

// way is the route of what is next of a text: the other parts follow the first
// one to its carrier.
func (t *text) way() *route {
	if t.part > 0 {
		return t.link.team.rest
	}
	return t.route
}

// withdraw takes a text out of which nothing was written; nil when there is
// none.
func (q *queue) withdraw(m booking.MSISDN, id int64) *text {
	n := q.lanes[m]
	if n == nil {
		return nil
	}
	if t := n.head; t.m.ID == id {
		if n.where == inFlight || t.part > 0 || t.doubt {
			return nil
		}
		q.unlist(n)
		if n.head = t.next; n.head == nil {
			delete(q.lanes, m)
		} else {
			n.throttles = 0
			n.head.way().pushFront(n)
		}
		return t
	}
	for t := n.head; t.next != nil; t = t.next {
		if x := t.next; x.m.ID == id {
			if t.next = x.next; t.next == nil {
				n.tail = t
			}
			return x
		}
	}
	return nil
}

// unlist takes a lane that is not under way out of the place where it is.
func (q *queue) unlist(n *lane) {
	if n.where == inReady {
		n.head.way().remove(n)
	} else {
		q.undelay(n)
	}
}

// delay puts a lane aside until due.
func (q *queue) delay(n *lane, due time.Time) {
	n.due, n.where = due, inDelayed
	heap.Push(&q.delayed, n)
}

// undelay takes a lane out of those that are put aside.
func (q *queue) undelay(n *lane) {
	for i := range q.delayed {
		if q.delayed[i] == n {
			heap.Remove(&q.delayed, i)
			return
		}
	}
}

// ripen makes lanes ready whose delay is over; those whose first text is still
// in doubt then are returned as a list of texts: nothing came, and nobody waits
// any longer. They count as under way.
func (q *queue) ripen(now time.Time) (given []*text) {
	for len(q.delayed) > 0 && !q.delayed[0].due.After(now) {
		n := heap.Pop(&q.delayed).(*lane)
		if n.head.doubt {
			n.where = inFlight
			given = append(given, n.head)
			continue
		}
		n.head.way().pushBack(n)
	}
	return given
}

// takeUnsent takes out all texts of which nothing was written, but for those
// under way; the rest of their lanes goes too. It returns them as a list.
func (g *Group) takeUnsent() (list *text) {
	q := &g.queue
	tail := &list
	for m, n := range q.lanes {
		cut := &n.head
		if n.where == inFlight || n.head.part > 0 || n.head.doubt {
			cut = &n.head.next
		}
		*tail = *cut
		for *tail != nil {
			q.size--
			(*tail).route.size--
			tail = &(*tail).next
		}
		*cut = nil
		if n.tail = n.head; n.head == nil {
			delete(q.lanes, m)
		}
	}
	g.relist()
	return list
}

// takeAll takes out every text. Nothing is under way.
func (g *Group) takeAll() (list *text) {
	q := &g.queue
	tail := &list
	for _, n := range q.lanes {
		*tail = n.head
		for *tail != nil {
			(*tail).route.size--
			tail = &(*tail).next
		}
	}
	*q = queue{drained: q.drained}
	q.init()
	for _, r := range g.order {
		r.first, r.last = nil, nil
	}
	return list
}

// relist drops empty lanes from the lists.
func (g *Group) relist() {
	for _, r := range g.order {
		ready := r.first
		r.first, r.last = nil, nil
		for n := ready; n != nil; {
			next := n.next
			n.next = nil
			if n.head != nil {
				r.pushBack(n)
			}
			n = next
		}
	}
	q := &g.queue
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

// oldest returns when the text of a carrier was queued that has waited longest.
func (q *queue) oldest(of *team) (at time.Time) {
	for _, n := range q.lanes {
		if n.head.way().home == of && (at.IsZero() || n.head.at.Before(at)) {
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
