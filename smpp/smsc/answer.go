package smsc

import (
	"errors"
	"time"

	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// answer takes what became of the head of q. It runs on a goroutine of the session.
func (s *SMSC) answer(c *conn, q *queue, m *mo, n int, resp *pdu.PDU, err error) {
	s.mu.Lock()
	defer s.unlock()
	c.flying--
	m.unsure--
	if errors.Is(err, smpp.ErrNotSent) {
		m.Deliveries = m.Deliveries[:n] // it is the last one: no octet left, so it did not happen
		s.makeReady(q)
		s.touch()
		s.pump()
		return
	}
	s.record(m, n, resp, err)
	d := &m.Deliveries[n]
	if err == nil && s.faults.forgets() {
		d.Outcome = Forgotten
		s.log.Info("fault: answer forgotten, connection cut")
		c.cut()
	}
	switch {
	case d.Outcome == Forgotten:
		s.makeReady(q)
	case d.Outcome == Unknown && !errors.Is(err, smpp.ErrNoAnswer):
		s.makeReady(q) // the session is gone: another bind or the next one gets it
	case d.Outcome == Unknown, retry(d.Status):
		s.delay(q)
	case d.Status == pdu.ESME_ROK:
		s.acknowledged(c, q, m)
	default:
		s.finish(q, m, Rejected)
	}
	s.pump()
}

// forgets tells whether this answer is lost.
func (f *faults) forgets() bool {
	if f.dropAck > 0 {
		if f.dropAck--; f.dropAck == 0 {
			return true
		}
	}
	return f.dropAcks.take()
}

// delay lets the head of q go again after a while. mu is held.
func (s *SMSC) delay(q *queue) {
	q.state = queueDelay
	time.AfterFunc(s.cfg.ResendAfter, func() {
		s.mu.Lock()
		defer s.unlock()
		s.makeReady(q)
		s.pump()
	})
}

// acknowledged goes on to the next part or text. mu is held.
func (s *SMSC) acknowledged(c *conn, q *queue, m *mo) {
	if s.faults.duplicate.take() {
		s.try(c, q, true) // nothing to do if there is no room for it
	}
	if m.next++; m.next < len(m.pdus) {
		s.makeReady(q)
		return
	}
	s.finish(q, m, Acked)
}

// finish takes the head out of q. mu is held.
func (s *SMSC) finish(q *queue, m *mo, state State) {
	m.State = state
	if state == Acked {
		m.Acked = s.cfg.Clock()
		s.remember(m)
	} else {
		m.pdus = nil
	}
	s.streamMO(m)
	if len(s.onMO) > 0 && m.Receipt == "" && m.Again == 0 {
		final := m.copy()
		for _, f := range s.onMO {
			s.later(func() { f(final) })
		}
	}
	s.waiting--
	q.items[0] = nil
	if q.items = q.items[1:]; len(q.items) == 0 {
		delete(s.queues, q.key)
		return
	}
	s.makeReady(q)
}
