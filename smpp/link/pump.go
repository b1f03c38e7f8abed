package link

import (
	"errors"
	"time"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// maxBatch bounds how many texts the pump takes at a time.
const maxBatch = 64

// pump submits what is ready, until Run has ended. It alone sends requests.
func (l *Link) pump() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	var (
		batch []*text
		p     pdu.PDU
	)
	for {
		s, wait := l.pick(&batch)
		for _, t := range batch {
			l.submit(s, t, &p)
		}
		if len(batch) > 0 {
			continue
		}
		timer.Reset(wait)
		select {
		case <-l.wake:
		case <-timer.C:
		case <-l.stopped:
			return
		}
	}
}

// pick takes the first texts of ready lanes as far as window and pace allow.
// It returns how long to wait when there are none and nobody wakes the pump.
func (l *Link) pick(batch *[]*text) (s *smpp.Session, wait time.Duration) {
	*batch = (*batch)[:0]
	l.mu.Lock()
	defer l.mu.Unlock()
	wait = time.Hour
	if l.session == nil {
		return nil, wait
	}
	now := time.Now()
	q := &l.queue
	q.ripen(now)
	l.pace.refill(now)
	for q.first != nil && q.flying < l.cfg.Window && len(*batch) < maxBatch && l.pace.may() {
		n := q.pop()
		n.flying = true
		q.flying++
		l.pace.sent(now)
		*batch = append(*batch, n.head)
	}
	if len(q.delayed) > 0 {
		wait = min(wait, q.delayed[0].due.Sub(now))
	}
	if q.first != nil && q.flying < l.cfg.Window {
		wait = min(wait, l.pace.wait())
	}
	return l.session, max(wait, 0)
}

// submit sends the part of a text that is next. p is memory to use.
func (l *Link) submit(s *smpp.Session, t *text, p *pdu.PDU) {
	if t.parts == nil {
		parts, err := coding.Split(t.m.Text, coding.SplitOptions{Default: l.cfg.Alphabet, Reference: reference(t.m.ID)})
		if err != nil {
			l.log.Error("text cannot be sent", zap.String("msisdn", t.m.MSISDN.Masked()), zap.Int64("message", t.m.ID), zap.Error(err))
			l.settle(t, booking.SendResult{Verdict: booking.Refused, Status: uint32(pdu.ESME_RINVMSGLEN)})
			return
		}
		t.parts = parts
	}
	part := &t.parts[t.part]
	*p = pdu.PDU{Header: pdu.Header{ID: pdu.SubmitSM}, Source: pdu.Address(t.m.From), Dest: pdu.Address(t.m.To),
		ESMClass: part.ESMClass, DataCoding: uint8(part.DataCoding), ShortMessage: part.ShortMessage}
	if t.m.Receipt {
		p.RegisteredDelivery = 1 // SMPP 3.4 §5.2.17: final outcome, success or failure
	}
	err := s.TrySend(p, t.answered)
	var wrong *pdu.FieldError
	switch {
	case err == nil:
	case errors.As(err, &wrong): // an address that SMPP can't carry
		l.log.Error("text cannot be written", zap.String("msisdn", t.m.MSISDN.Masked()), zap.Int64("message", t.m.ID), zap.Error(err))
		l.settle(t, booking.SendResult{Verdict: booking.Refused, Status: uint32(pdu.ESME_RINVDSTADR)})
	default: // the session is ending: Run will bind again
		l.mu.Lock()
		if l.session == s {
			l.session, l.unbound = nil, err
		}
		l.mu.Unlock()
		t.onAnswer(nil, err)
	}
}

// reference tells a long text from others to the same phone. A second copy of
// a text has the same one, so that the phone completes the first.
func reference(id int64) uint16 { return uint16(uint64(id) * 0x9E3779B97F4A7C15 >> 56) } // Fibonacci hashing

// onAnswer takes what became of the part under way. It runs on a goroutine of
// the session.
func (t *text) onAnswer(resp *pdu.PDU, err error) {
	l := t.link
	if l.killed.Load() {
		return
	}
	switch {
	case err != nil && errors.Is(err, smpp.ErrNotSent):
		l.putBack(t)
	case err != nil:
		l.log.Warn("submit has no answer", zap.String("msisdn", t.m.MSISDN.Masked()), zap.Int64("message", t.m.ID), zap.Error(err))
		l.settle(t, booking.SendResult{Verdict: booking.Unknown})
	case resp.ID == pdu.GenericNack:
		l.mu.Lock()
		l.out.nacks++
		l.mu.Unlock()
		l.refused(t, resp.Status)
	case resp.Status != pdu.ESME_ROK:
		l.refused(t, resp.Status)
	default:
		l.accepted(t, resp.MessageID)
	}
}

// accepted goes on to the next part, or is done.
func (l *Link) accepted(t *text, id string) {
	if t.part == 0 {
		t.id = id
	}
	l.mu.Lock()
	l.out.submitted++
	t.lane.throttles = 0
	if t.part++; t.part == 1 {
		l.queue.halfSent++
	}
	if t.part < len(t.parts) {
		l.land(t.lane)
		l.queue.pushFront(t.lane)
		l.mu.Unlock()
		l.hurry()
		return
	}
	l.mu.Unlock()
	l.settle(t, booking.SendResult{Verdict: booking.Done, MessageID: t.id})
}

// refused tells "later" from "never".
func (l *Link) refused(t *text, status pdu.Status) {
	switch {
	case status == pdu.ESME_RTHROTTLED || status == pdu.ESME_RMSGQFUL || status == pdu.ESME_RSYSERR || l.tryAgain[uint32(status)]:
		l.throttle(t, status)
	case status == pdu.ESME_RINVBNDSTS: // the carrier has lost our bind: nothing was taken, and nothing will be
		l.mu.Lock()
		s := l.session
		l.session, l.unbound = nil, status // before the pump sees the text again
		l.mu.Unlock()
		l.putBack(t)
		if s != nil {
			l.log.Warn("carrier says that we are not bound")
			_ = s.Close() // Run sees why it ended
		}
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
	l.mu.Lock()
	l.out.throttles++
	l.pace.throttled(t.m.MSISDN, status != pdu.ESME_RTHROTTLED, now)
	if l.stopping && t.part == 0 {
		l.mu.Unlock()
		l.settle(t, booking.SendResult{NotSent: true})
		return
	}
	n := t.lane
	n.throttles++
	l.land(n)
	l.queue.delay(n, now.Add(delayOf(n.throttles)))
	l.mu.Unlock()
	l.hurry()
}

// putBack keeps a text, of which nothing was written, at the head of its lane.
func (l *Link) putBack(t *text) {
	l.mu.Lock()
	if l.stopping && t.part == 0 {
		l.mu.Unlock()
		l.settle(t, booking.SendResult{NotSent: true})
		return
	}
	l.land(t.lane)
	l.queue.pushFront(t.lane)
	l.mu.Unlock()
	l.hurry()
}

// settle hands back what became of a text that is under way and takes it out
// of the queue, in this order: results of one phone come in the order of its texts.
func (l *Link) settle(t *text, r booking.SendResult) {
	if l.killed.Load() {
		return
	}
	t.done(r)
	l.mu.Lock()
	l.out.count(r)
	if t.part > 0 {
		l.queue.halfSent--
	}
	l.land(t.lane)
	l.queue.remove(t)
	ready := l.queue.first != nil || l.stopping
	l.mu.Unlock()
	if ready {
		l.hurry()
	}
}

// land notes that a lane has nothing under way any more. mu is held.
func (l *Link) land(n *lane) {
	n.flying = false
	l.queue.flying--
	if l.stopping {
		l.checkDrained()
	}
}
