package smpp

import (
	"time"

	"shortfare/smpp/pdu"
)

// arm makes the timer fire at the given time or earlier. mu is held.
func (s *Session) arm(at, now time.Time) {
	if s.err != nil || at.IsZero() || (!s.armed.IsZero() && !at.Before(s.armed)) {
		return
	}
	s.armed = at
	s.timer.Reset(at.Sub(now))
}

// rearm sets the timer to the next thing that is due. mu is held.
func (s *Session) rearm(now time.Time) {
	s.armed = time.Time{}
	s.timer.Stop()
	at := earliest(earliest(s.timers.next(), s.drainEnd), s.end)
	if e := s.win.first(); e != nil {
		at = earliest(at, e.deadline)
	}
	s.arm(at, now)
}

// tick does what is due. It runs on a goroutine of the timer; there is one timer per session and it is not moved for every PDU, so that
// it may come too early: then it finds nothing due and is set again.
func (s *Session) tick() {
	now := time.Now()
	s.mu.Lock()
	if s.err != nil {
		s.mu.Unlock()
		return
	}
	s.ticking.Add(1)
	defer s.ticking.Done()
	var end error
	switch s.timers.due(now) {
	case actEnquire:
		s.enquire(now)
	case actInit:
		end = ErrSessionInit
	case actDead:
		end = ErrLinkDead
	case actInactive:
		end = ErrInactive
	}
	if reached(s.drainEnd, now) {
		s.answerUnbind()
	}
	if reached(s.end, now) {
		end = ErrUnbound
	}
	late := s.expire(now)
	s.rearm(now)
	s.signal()
	s.mu.Unlock()
	for i := range late {
		e := &late[i]
		e.done(nil, &SendError{Command: e.cmd, Sequence: e.seq, Outcome: ErrUnknownOutcome, Cause: ErrNoAnswer})
	}
	if end != nil {
		s.fail(end)
	}
}

// enquire sends enquire_link. It takes no slot; its time-out is that of the timers. mu is held.
func (s *Session) enquire(now time.Time) {
	if e := s.win.get(s.enquiry); e != nil && e.cmd == pdu.EnquireLink {
		s.win.remove(e) // the peer lives but did not answer the last one
	}
	s.enquiry = s.win.nextSeq()
	s.scratch = pdu.PDU{Header: pdu.Header{ID: pdu.EnquireLink, Sequence: s.enquiry}}
	_ = s.out.addControl(&s.scratch) // a request without fields can be written
	s.win.add(s.enquiry, pdu.EnquireLink, false, func(*pdu.PDU, error) {}, now.Add(s.cfg.Response), 0)
}

// expire takes the requests whose time is over out of the window and lets others in. mu is held.
func (s *Session) expire(now time.Time) (late []entry) {
	for e := s.win.first(); e != nil && reached(e.deadline, now); e = s.win.first() {
		if e.slot {
			s.stats.TimedOut++
		}
		late = append(late, s.win.remove(e))
	}
	if len(late) > 0 {
		s.admit()
	}
	return late
}
