package simulation

import (
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"shortfare/booking"
)

// unit is what one deliver_sm carries: a text, or a part of a long one.
type unit struct {
	msg      *message
	part     int       // 0: the whole text
	first    time.Time // when it was delivered first
	kept     time.Time // when it was delivered and stored first
	accepted time.Time // when it was delivered last and stored
	at       time.Time
	session  uint64
	floor    time.Time // DupFloor of the last delivery
	acked    bool      // the product said that it keeps it
	ackedAt  time.Time
	stored   bool // the product's disk has it
	sure     bool // the carrier knows so
	delivery int
}

// message is what a customer sent.
type message struct {
	id    int
	from  *phone
	text  string
	kind  string
	at    time.Time
	units []*unit
	turns []int64 // rows of the inbox that took effect
	mutes int     // rows of the inbox that were ignored
	tardy int     // deliveries too late to be known for second ones
}

func (m *message) hash() uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(m.from.msisdn.String() + m.text))
	return h.Sum64()
}

// loss is a time of which acknowledgements may be lost, as a link keeps it.
type loss struct{ floor, until time.Time }

// submit is a text on its way to a phone.
type submit struct {
	m    booking.MT
	done func(booking.SendResult)
	life *life
	sent time.Time
	bind uint64 // that it left on
}

// How long after a delivery its acknowledgement can be lost, and how long after
// the next bind the carrier delivers again.
const (
	ackMargin = 30 * time.Second
	dupWindow = 10 * time.Minute
)

// air is the carrier: texts to us by phone and in order, texts from us in one queue.
type air struct {
	s       *sim
	session uint64
	down    bool
	losses  []loss
	room    int
	queue   []submit // not yet sent
	wire    []submit // sent, no answer yet
	handed  map[int64]*handing
}

// handing is what the carrier knows of one row of the outbox.
type handing struct {
	copies  int // that a handset saw
	submits int // that were handed over
	life    *life
	known   bool // the product was told what became of the last one
	unsure  bool // the last one ended unknown
	dead    bool // the phone can't be reached: a receipt will say so
}

// bind starts a session after one that ended, or after a crash.
func (a *air) bind(floor time.Time) {
	a.session++
	if !floor.IsZero() {
		a.losses = append(a.losses, loss{floor, a.s.now.Add(dupWindow)})
	}
}

func (a *air) floor() (f time.Time) {
	a.losses = slices.DeleteFunc(a.losses, func(l loss) bool { return a.s.now.After(l.until) })
	for _, l := range a.losses {
		if f.IsZero() || l.floor.Before(f) {
			f = l.floor
		}
	}
	return f
}

// unbind ends the session: texts without an acknowledgement are delivered
// again, and so may be those whose acknowledgement was on its way.
func (a *air) unbind() (oldest time.Time) {
	oldest = a.s.now.Add(-ackMargin)
	a.session++ // what is acknowledged from now on reaches nobody
	wire := a.wire
	a.wire = nil
	for _, w := range wire {
		a.told(w, booking.SendResult{})
	}
	for _, p := range a.s.phones {
		if p.flying != nil && p.flying.at.Before(oldest) {
			oldest = p.flying.at
		}
		p.flying = nil
		for _, u := range p.recent {
			if a.s.now.Sub(u.ackedAt) < ackMargin && u.at.Before(oldest) {
				oldest = u.at
			}
		}
		a.again(p)
	}
	return oldest
}

// again puts back in line what the carrier may not know to be acknowledged: a
// phone's last text, and those before it that were sent without waiting.
func (a *air) again(p *phone) {
	const window = 2*time.Second - time.Millisecond
	var next *unit
	if len(p.out) > 0 && p.out[0].delivery > 0 {
		next = p.out[0]
	}
	for n := len(p.recent); n > 0; n-- {
		u := p.recent[n-1]
		if u.sure || a.s.now.Sub(u.ackedAt) >= ackMargin || next != nil && max(next.first.Sub(u.first), next.at.Sub(u.at), next.accepted.Sub(u.accepted)) >= window || !a.s.chance(0.6) {
			return
		}
		p.out = slices.Insert(p.out, 0, u)
		p.recent, next = p.recent[:n-1], u
	}
}

// deliver hands the next unit of a phone to the engine.
func (a *air) deliver(p *phone) {
	s, l := a.s, a.s.life
	u := p.out[0]
	p.flying = u
	u.at, u.session, u.floor, u.stored = s.now, a.session, a.floor(), false
	if u.delivery++; u.delivery == 1 {
		u.first = s.now
	}
	m := u.msg
	if !u.accepted.IsZero() && (u.floor.IsZero() || u.accepted.UnixMilli() < u.floor.UnixMilli()) {
		m.tardy++ // it counts as the customer's own repeat, which does no harm
	}
	s.note("deliver "+m.text, p.msisdn.String(), int64(u.part))
	mo := booking.MO{MSISDN: p.msisdn, Source: booking.Address{TON: 1, NPI: 1, Addr: p.msisdn.String()}, Dest: booking.Address{Addr: shortCode},
		Link: "air", Session: a.session, Text: m.text, Hash: m.hash(), At: s.now, DupFloor: u.floor}
	arrival := booking.Arrival{MO: mo}
	if u.part > 0 {
		arrival.MO.Text, arrival.MO.Hash = "", m.hash()+uint64(u.part)+uint64(m.id)<<8
		arrival.Part = &booking.Part{Key: p.key(m), Seq: u.part, Total: len(m.units), Body: []byte(p.piece(u)), At: s.now}
		arrival.Join = join
	}
	if s.mu.arrival != nil {
		s.mu.arrival(s, &arrival)
	}
	session := a.session
	s.receiving = u
	defer func() { s.receiving = nil }()
	ended := false
	l.engine.Receive(arrival, func(err error) {
		ended = true
		a.acknowledged(u, l, session, err)
	})
	if s.receiving != nil && !ended { // it waits for the phone's text before it
		l.waiting[p.msisdn] = append(l.waiting[p.msisdn], u)
	}
}

// join makes a text of parts, as a link does.
func join(parts []booking.Part) (string, bool, error) {
	if len(parts) == 0 {
		return "", false, errors.New("no parts")
	}
	sorted := slices.Clone(parts)
	slices.SortFunc(sorted, func(a, b booking.Part) int { return a.Seq - b.Seq })
	var b strings.Builder
	for _, p := range sorted {
		b.Write(p.Body)
	}
	return b.String(), len(parts) == parts[0].Total, nil
}

// acknowledged is the answer to a delivery.
func (a *air) acknowledged(u *unit, l *life, session uint64, err error) {
	s, p := a.s, u.msg.from
	if err == nil {
		u.acked = true
		if !u.stored {
			s.fail("I1: text %q of %d was acknowledged before it was durable", u.msg.text, p.msisdn)
		}
	}
	if l != s.life || session != a.session {
		a.losses = append(a.losses, loss{u.at, s.now.Add(dupWindow)}) // nobody to tell: it will come again
		return
	}
	p.flying = nil
	if err != nil {
		s.note("refused", p.msisdn.String(), 0)
		return
	}
	u.ackedAt = s.now
	p.out = p.out[1:]
	p.recent = append(p.recent, u)
}

// carrier is the air as one life of the engine sees it.
type carrier struct {
	a    *air
	life *life
}

func (c carrier) Ready() error {
	if c.a.down {
		return errLost
	}
	return nil
}

func (c carrier) Send(m booking.MT, done func(booking.SendResult)) bool {
	if len(c.a.queue) >= c.a.room {
		return false
	}
	if send := c.a.s.mu.send; send != nil {
		return send(c, m, done)
	}
	return c.push(m, done)
}

// again sends a text until it has an answer: a mutant.
func (c carrier) again(m booking.MT, done func(booking.SendResult)) bool {
	return c.push(m, func(r booking.SendResult) {
		if r.Verdict == booking.Unknown && c.life == c.a.s.life {
			c.again(m, done)
			return
		}
		done(r)
	})
}

func (c carrier) push(m booking.MT, done func(booking.SendResult)) bool {
	c.a.s.checkSend(m, c.life)
	c.a.queue = append(c.a.queue, submit{m: m, done: done, life: c.life})
	return true
}

// send puts the oldest text of some phone on the air.
func (a *air) send() {
	n := a.s.rng.IntN(len(a.queue))
	for i, q := range a.queue {
		if q.m.MSISDN == a.queue[n].m.MSISDN {
			n = i
			break
		}
	}
	q := a.queue[n]
	a.queue = slices.Delete(a.queue, n, n+1)
	q.sent, q.bind = a.s.now, a.session
	a.wire = append(a.wire, q)
	if a.s.wild && a.s.chance(a.s.rate.mtLost) {
		a.s.note("lost on the air", q.m.MSISDN.String(), q.m.ID)
		return
	}
	h := a.handed[q.m.ID]
	if q.m.Receipt && a.s.wild && a.s.chance(a.s.rate.dead) {
		h.dead = true
		return
	}
	a.s.note("shown", q.m.Text, q.m.ID)
	if h.copies++; h.copies > 2 {
		a.s.fail("I3: the handset shows %d copies of %q", h.copies, q.m.Text)
	}
	a.s.phone(q.m.MSISDN).read(q.m.Text)
}

// respond answers one submit, or loses the answer.
func (a *air) respond() {
	n := a.s.rng.IntN(len(a.wire))
	w := a.wire[n]
	a.wire = slices.Delete(a.wire, n, n+1)
	h := a.handed[w.m.ID]
	done := booking.SendResult{Verdict: booking.Done, MessageID: fmt.Sprintf("M%d", w.m.ID), Receipt: w.m.Receipt, Bind: w.bind}
	shown := h.copies > 0 || h.dead
	if h.dead && h.copies == 0 {
		a.s.plan(a.s.between(0, 30*time.Minute), func() { a.receipt(done.MessageID) })
	}
	switch {
	case a.s.wild && a.s.chance(a.s.rate.mtUnknown):
		a.told(w, booking.SendResult{})
		if shown && a.s.chance(0.3) {
			a.s.plan(a.s.between(0, time.Minute), func() { a.late(w, done) })
		}
	case !shown && a.s.chance(0.5):
		a.told(w, booking.SendResult{})
	case !shown:
		a.told(w, booking.SendResult{Verdict: booking.Refused, Status: 11})
	default:
		a.told(w, done)
	}
}

// late is an acknowledgement after the product had given up waiting for it.
func (a *air) late(w submit, r booking.SendResult) {
	if w.life == a.s.life && w.bind == a.session {
		a.knows(w)
		a.s.note("late answer", w.m.MSISDN.String(), w.m.ID)
		w.life.engine.Late(w.m, r)
	}
}

// receipt says that a text could not be delivered, until we take it.
func (a *air) receipt(id string) {
	a.s.note("receipt", id, 0)
	taken := false
	a.s.reporting = true // nobody waits for it
	a.s.life.engine.Receipt(booking.Receipt{Link: "air", MessageID: id, State: "UNDELIV", At: a.s.now}, func(err error) { taken = err == nil })
	a.s.reporting = false
	a.s.plan(20*time.Second, func() {
		if !taken {
			a.receipt(id)
		}
	})
}

// knows notes that the carrier has read every acknowledgement which went before
// a text that it has acknowledged, on the same bind.
func (a *air) knows(w submit) {
	for _, u := range a.s.phone(w.m.MSISDN).recent {
		if u.session == w.bind && !u.ackedAt.After(w.sent) {
			u.sure = true
		}
	}
}

// told gives the engine the result of a submit.
func (a *air) told(w submit, r booking.SendResult) {
	h := a.handed[w.m.ID]
	h.known, h.unsure = true, r.Verdict == booking.Unknown
	if r.Verdict == booking.Done {
		a.knows(w)
	}
	a.s.note("result "+r.Verdict.String(), w.m.MSISDN.String(), w.m.ID)
	w.done(r)
}
