package link

import (
	"errors"
	"time"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// maxBatch bounds how many texts the pump takes at a time.
const maxBatch = 64

// pump submits what is ready, until Run has ended. It alone sends requests.
func (g *Group) pump() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	var (
		batch []*text
		p     pdu.PDU
	)
	for {
		given, wait := g.pick(&batch)
		for _, t := range given {
			t.link.giveBack(t)
		}
		for _, t := range batch {
			t.link.submit(t, &p)
		}
		if len(batch)+len(given) > 0 {
			continue
		}
		timer.Reset(wait)
		select {
		case <-g.wake:
		case <-timer.C:
		case <-g.stopped:
			return
		}
	}
}

// pick takes the first texts of ready lanes as far as windows and paces allow,
// and those that were in doubt for long enough. It returns how long to wait when
// there are none and nobody wakes the pump.
func (g *Group) pick(batch *[]*text) (given []*text, wait time.Duration) {
	*batch = (*batch)[:0]
	g.mu.Lock()
	defer g.mu.Unlock()
	wait = time.Hour
	now := time.Now()
	q := &g.queue
	given = q.ripen(now)
	q.flying += len(given)
	for _, t := range given {
		t.link.flying++
	}
	for _, l := range g.links {
		l.pace.refill(now)
	}
	g.turn++ // so that no way starves the others
	for i := range g.order {
		r := g.order[(g.turn+i)%len(g.order)]
		for r.first != nil && len(*batch) < maxBatch {
			l, w := r.choose(now)
			if l == nil {
				wait = min(wait, w)
				break
			}
			n := r.pop()
			n.where = inFlight
			q.flying++
			l.flying++
			l.pace.sent(now)
			n.head.link, n.head.session, n.head.bind, n.head.sentAt = l, l.session, l.bind, now
			*batch = append(*batch, n.head)
		}
	}
	if len(q.delayed) > 0 {
		wait = min(wait, q.delayed[0].due.Sub(now))
	}
	return given, max(wait, 0)
}

// submit sends the part of a text that is next. p is memory to use.
func (l *Link) submit(t *text, p *pdu.PDU) {
	if t.parts == nil || t.part == 0 && t.splitBy != l {
		parts, err := l.split(&t.m)
		if err != nil {
			l.log.Error("text cannot be sent", zap.String("msisdn", t.m.MSISDN.Masked()), zap.Int64("message", t.m.ID), zap.Error(err))
			l.settle(t, booking.SendResult{Verdict: booking.Refused, Status: uint32(pdu.ESME_RINVMSGLEN)})
			return
		}
		t.parts, t.splitBy = parts, l
	}
	l.compose(t, p)
	s := t.session
	err := s.TrySend(p, t.answered)
	var wrong *pdu.FieldError
	switch {
	case err == nil:
	case errors.As(err, &wrong): // an address that SMPP can't carry
		l.log.Error("text cannot be written", zap.String("msisdn", t.m.MSISDN.Masked()), zap.Int64("message", t.m.ID), zap.Error(err))
		l.settle(t, booking.SendResult{Verdict: booking.Refused, Status: uint32(pdu.ESME_RINVDSTADR)})
	default: // the session is ending: Run will bind again
		l.lose(s, err)
		t.onAnswer(nil, err)
	}
}

// lose notes that a session takes no more texts, before its end is seen by run.
func (l *Link) lose(s *smpp.Session, why error) {
	l.group.mu.Lock()
	defer l.group.mu.Unlock()
	if l.session == s {
		l.session, l.unbound, l.since = nil, why, time.Now()
	}
}

// onAnswer takes what became of the part under way. It runs on a goroutine of
// the session.
func (t *text) onAnswer(resp *pdu.PDU, err error) {
	l := t.link
	if t.group.killed.Load() {
		return
	}
	switch {
	case err != nil && errors.Is(err, smpp.ErrNotSent):
		l.putBack(t)
	case err != nil:
		l.unknown(t, err)
	case resp.ID == pdu.GenericNack:
		t.group.mu.Lock()
		l.out.nacks++
		t.group.mu.Unlock()
		l.refused(t, resp.Status)
	case resp.Status != pdu.ESME_ROK:
		l.refused(t, resp.Status)
	default:
		l.accepted(t, l.taken(resp.MessageID))
	}
}

// taken is what is kept of a submit that the carrier has taken under an id.
func (l *Link) taken(id string) booking.Taken {
	t := booking.Taken{MessageID: l.cfg.ReceiptIDs.canonical(id, false)}
	t.Forms = l.cfg.ReceiptIDs.forms(t.MessageID)
	if l.queries() {
		t.Wire = id
	}
	return t
}

// accepted goes on to the next part, or is done.
func (l *Link) accepted(t *text, is booking.Taken) {
	t.keep(t.part, is)
	g := l.group
	g.mu.Lock()
	l.out.submitted++
	l.trip.add(time.Since(t.sentAt))
	t.lane.throttles = 0
	if t.part++; t.part == 1 {
		g.queue.halfSent++
	}
	if t.part < len(t.parts) {
		g.land(t)
		t.way().pushFront(t.lane)
		g.mu.Unlock()
		g.hurry()
		return
	}
	g.mu.Unlock()
	r := t.result(t.bind)
	l.askAbout(&r, t.asked || t.m.Receipt)
	l.settle(t, r)
}

// refused tells "later" from "never".
func (l *Link) refused(t *text, status pdu.Status) {
	switch {
	case l.means(status):
		l.throttle(t, status)
	case status == pdu.ESME_RINVBNDSTS: // the carrier has lost our bind: nothing was taken, and nothing will be
		s := t.session
		l.lose(s, status) // before the pump sees the text again
		l.putBack(t)
		l.log.Warn("carrier says that we are not bound")
		_ = s.Close() // run sees why it ended
	default:
		if status == pdu.ESME_ROK {
			status = pdu.ESME_RUNKNOWNERR // a generic_nack of that kind says nothing
		}
		l.log.Warn("carrier refused a text", zap.String("msisdn", t.m.MSISDN.Masked()), zap.Int64("message", t.m.ID), zap.Stringer("status", status))
		l.settle(t, booking.SendResult{Verdict: booking.Refused, Status: uint32(status)})
	}
}

// throttle keeps a text at the head of its lane for a while and slows the bind.
func (l *Link) throttle(t *text, status pdu.Status) {
	now := time.Now()
	g := l.group
	g.mu.Lock()
	l.out.throttles++
	l.pace.throttled(t.m.MSISDN, status != pdu.ESME_RTHROTTLED, now)
	if g.stopping && t.part == 0 {
		g.mu.Unlock()
		l.settle(t, booking.SendResult{NotSent: true})
		return
	}
	n := t.lane
	n.throttles++
	g.land(t)
	g.queue.delay(n, now.Add(delayOf(n.throttles)))
	g.mu.Unlock()
	g.hurry()
}

// putBack keeps a text, of which nothing was written, at the head of its lane.
func (l *Link) putBack(t *text) {
	g := l.group
	g.mu.Lock()
	if g.stopping && t.part == 0 {
		g.mu.Unlock()
		l.settle(t, booking.SendResult{NotSent: true})
		return
	}
	g.land(t)
	t.way().pushFront(t.lane)
	g.mu.Unlock()
	g.hurry()
}

// settle hands back what became of a text that is under way and takes it out
// of the queue, in this order: results of one phone come in the order of its texts.
func (l *Link) settle(t *text, r booking.SendResult) {
	g := l.group
	if g.killed.Load() {
		return
	}
	if !r.NotSent {
		r.Link, r.Receipt = l.team.name, t.asked
	}
	t.done(r)
	g.mu.Lock()
	l.out.count(r)
	if t.part > 0 {
		g.queue.halfSent--
	}
	g.land(t)
	g.queue.remove(t)
	ready := g.stopping || g.ready()
	g.mu.Unlock()
	if ready {
		g.hurry()
	}
}

// ready reports whether any text waits for a link. mu is held.
func (g *Group) ready() bool {
	for _, r := range g.order {
		if r.first != nil {
			return true
		}
	}
	return false
}

// land notes that a text is not under way any more. mu is held.
func (g *Group) land(t *text) {
	g.queue.flying--
	t.link.flying--
	if g.stopping {
		g.checkDrained()
	}
}
