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
	if errors.Is(err, smpp.ErrNotSent) {
		m.Deliveries = m.Deliveries[:n] // it is the last one: no octet left, so it did not happen
		s.makeReady(q)
		s.touch()
		s.pump()
		return
	}
	s.record(m, n, resp, err)
	d := &m.Deliveries[n]
	if err == nil && s.faults.dropAck > 0 {
		if s.faults.dropAck--; s.faults.dropAck == 0 {
			d.Outcome = Forgotten
			s.log.Info("fault: answer forgotten, connection cut")
			c.cut()
		}
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
	if s.faults.duplicate > 0 && s.try(c, q, true) {
		s.faults.duplicate--
	}
	if m.next++; m.next < len(m.pdus) {
		s.makeReady(q)
		return
	}
	s.finish(q, m, Acked)
}

// finish takes the head out of q. mu is held.
func (s *SMSC) finish(q *queue, m *mo, state State) {
	m.State, m.pdus = state, nil
	if state == Acked {
		m.Acked = s.cfg.Clock()
	}
	s.waiting--
	q.items[0] = nil
	if q.items = q.items[1:]; len(q.items) == 0 {
		delete(s.queues, q.key)
		return
	}
	s.makeReady(q)
}
