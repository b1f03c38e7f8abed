package smpp

import (
	"errors"
	"fmt"
	"sync/atomic"

	"shortfare/smpp/pdu"
)

// Request is a request of the peer that the application has to answer.
type Request struct {
	PDU      *pdu.PDU
	session  *Session
	answered atomic.Bool
}

// Session returns the session the request came from.
func (r *Request) Session() *Session { return r.session }

// Respond answers the request, once, from any goroutine and at any time. It queues the answer and does not wait for the network: nil
// means queued, and the answer can still be lost when the session ends soon after.
//
// resp may be nil; else its fields are sent (message_id, TLVs) under the command and sequence number of the answer, and resp is not
// changed. A refusal is a bare header where SMPP 3.4 says so, unless resp is given.
//
// The error is ErrAnswered the second time, ErrNoResponse for alert_notification and outbind, ErrClosed when the session has ended (the peer
// never got an answer and may send the request again), or a *pdu.FieldError; after the last one Respond may be called again.
func (r *Request) Respond(status pdu.Status, resp *pdu.PDU) error {
	if !r.PDU.ID.HasResponse() {
		return ErrNoResponse
	}
	if !r.answered.CompareAndSwap(false, true) {
		return ErrAnswered
	}
	s := r.session
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return fmt.Errorf("%w: %w", ErrClosed, s.err)
	}
	if err := s.queueAnswer(r.PDU.Header, status, resp); err != nil {
		var wrong *pdu.FieldError
		if errors.As(err, &wrong) {
			r.answered.Store(false)
		}
		return err
	}
	s.inbound--
	s.checkIdle()
	return nil
}

// queueAnswer queues the response to a request. mu is held.
func (s *Session) queueAnswer(req pdu.Header, status pdu.Status, resp *pdu.PDU) error {
	if resp != nil {
		s.scratch = *resp
	} else {
		s.scratch.NoBody = pdu.OmitsBody(req.ID, status)
	}
	s.scratch.Header = pdu.ResponseHeader(req, status)
	err := s.out.addControl(&s.scratch)
	s.scratch = pdu.PDU{} // what resp holds is not ours to keep
	s.signal()
	return err
}
