package smpp

import (
	"time"

	"shortfare/smpp/pdu"
)

// receive acts on one PDU. It runs on the reader's goroutine.
func (s *Session) receive(frame []byte) {
	p := &s.answer // nothing keeps a response, so that all use one PDU
	var req *Request
	if frame[4]&0x80 == 0 { // a request, by its command_id
		in := &inbound{}
		p, req = &in.pdu, &in.Request
	}
	var wrong *pdu.BodyError
	if err := p.Unmarshal(frame); err != nil {
		if wrong, _ = err.(*pdu.BodyError); wrong == nil {
			return // impossible: the reader checked the frame
		}
	}
	unknown := wrong != nil && wrong.Status == pdu.ESME_RINVCMDID
	if wrong != nil && !wrong.Usable && s.cfg.Poison != nil {
		s.cfg.Poison(frame, wrong)
	}
	s.mu.Lock()
	for len(s.out.control) > maxControl && s.err == nil {
		s.space.Wait()
		s.batch = time.Now()
	}
	s.stats.PDUsIn++
	if p.ID.Request() != pdu.EnquireLink {
		s.timers.event(evTraffic, s.timers.heard)
	}
	switch {
	case unknown:
		s.stats.UnknownCommand++
	case wrong != nil && wrong.Usable:
		s.stats.Tolerated++
		wrong = nil
	case wrong != nil:
		s.stats.Malformed++
	}
	switch {
	case p.ID.IsResponse() && !unknown:
		// The header of a response with a wrong body still says what the peer did: the outcome is known, a message_id may be missing.
		s.settle(p) // unlocks
	case wrong != nil:
		_ = s.queueAnswer(p.Header, wrong.Status, nil) // a refusal without fields can be written
		s.mu.Unlock()
	default:
		s.request(p, req) // unlocks
	}
}

// inbound is a request of the peer and its PDU in one piece of memory.
type inbound struct {
	Request
	pdu pdu.PDU
}

// settle completes the request that p answers. mu is held and released.
func (s *Session) settle(p *pdu.PDU) {
	e := s.win.get(p.Sequence)
	if e == nil && s.state == Open && p.ID.Request().IsBind() {
		// Some SMSCs answer a bind under a number of their own. Nothing but one bind can be out, so it is clear what is meant.
		e = s.win.get(s.binding)
	}
	switch {
	case e == nil:
		s.mu.Unlock()
		late := *p // who waits for late ones may keep them
		s.late(&late)
		return
	case p.ID != e.cmd.Response() && p.ID != pdu.GenericNack:
		s.stats.WrongType++
		s.mu.Unlock()
		return
	}
	x := s.win.remove(e)
	if x.slot {
		s.stats.Answered++
		if p.ID == pdu.GenericNack {
			s.stats.Nacked++
		}
		s.admit()
	}
	if x.cmd.IsBind() && p.ID != pdu.GenericNack && p.Status == pdu.ESME_ROK {
		peer := *p
		s.becomeBound(x.cmd, &peer)
	}
	s.mu.Unlock()
	x.done(p, nil)
}

// becomeBound enters the state that a bind leads to. mu is held.
func (s *Session) becomeBound(bind pdu.CommandID, peer *pdu.PDU) {
	if s.state != Open {
		return
	}
	now := time.Now()
	s.state, s.peer = boundBy(bind), peer
	s.timers.event(evBound, now)
	s.rearm(now)
	close(s.bound)
}

// request acts on a request of the peer. mu is held and released.
func (s *Session) request(p *pdu.PDU, req *Request) {
	switch {
	case p.ID.IsBind() && s.role == SMSC:
		s.acceptBind(p) // unlocks
		return
	case !s.state.allows(p.ID, s.role.other()):
		s.stats.BadState++
		_ = s.queueAnswer(p.Header, pdu.ESME_RINVBNDSTS, nil) // a refusal without fields can be written
	case p.ID == pdu.EnquireLink:
		_ = s.queueAnswer(p.Header, pdu.ESME_ROK, nil) // no fields
	case p.ID == pdu.Unbind:
		s.unbound(p)
	case s.inbound >= s.cfg.MaxInbound || s.stopped:
		s.stats.Throttled++
		if p.ID.HasResponse() {
			_ = s.queueAnswer(p.Header, busy(p.ID), nil) // a refusal without fields can be written
		}
	default:
		if p.ID.HasResponse() {
			s.inbound++
		}
		s.stats.Requests++
		s.mu.Unlock()
		req.PDU, req.session = p, s
		s.cfg.Handle(req)
		return
	}
	s.mu.Unlock()
}

// unbound takes an unbind of the peer: no new requests in either direction; what is in flight ends; then the answer. mu is held.
func (s *Session) unbound(p *pdu.PDU) {
	now := time.Now()
	s.state = Unbound
	s.unbindBy = &p.Header
	s.drainEnd = now.Add(s.cfg.Drain)
	s.arm(s.drainEnd, now)
	s.refuseSends()
}

// acceptBind decides on a bind request of an ESME. mu is held and released.
func (s *Session) acceptBind(p *pdu.PDU) {
	if s.state != Open {
		status := pdu.ESME_RALYBND
		if s.state == Unbound {
			status = pdu.ESME_RINVBNDSTS
		}
		s.stats.BadState++
		_ = s.queueAnswer(p.Header, status, nil) // a refusal without fields can be written
		s.mu.Unlock()
		return
	}
	s.mu.Unlock()
	status := s.cfg.Authenticate(p)
	p.Password = ""
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return
	}
	if status != pdu.ESME_ROK {
		_ = s.queueAnswer(p.Header, status, nil) // a refusal without fields can be written
		return
	}
	resp := &pdu.PDU{SystemID: s.cfg.SystemID, TLVs: []pdu.TLV{pdu.Uint8TLV(pdu.TagSCInterfaceVersion, Version)}}
	if p.InterfaceVersion < Version {
		resp.TLVs = nil // an older ESME does not know optional parameters (SMPP 3.4 §3.4.2)
	}
	if err := s.queueAnswer(p.Header, pdu.ESME_ROK, resp); err != nil {
		_ = s.queueAnswer(p.Header, pdu.ESME_RSYSERR, nil) // our own system_id cannot be written
		return
	}
	s.becomeBound(p.ID, p)
}
