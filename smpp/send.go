package smpp

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"shortfare/smpp/pdu"
)

// notSent is the error of a request that got no sequence number.
func (s *Session) notSent(id pdu.CommandID, cause error) error {
	return &SendError{Command: id, Outcome: ErrNotSent, Cause: cause}
}

// TrySend queues a request when the window has a slot and returns; it never waits, so that it may be called from Handle and from callbacks.
//
// When it returns nil, done is called exactly once: with the answer of the peer and no error, whatever its status (look at
// resp.Status, and for generic_nack at resp.ID), or with a *SendError that is ErrNotSent or ErrUnknownOutcome. It is called on a
// goroutine of the session and must not wait, and resp is valid until it returns: the strings and octets in it may be kept, the PDU
// is used again. When TrySend returns an error done is not called; the error is ErrNotSent, and
// ErrWindowFull when there was no slot.
//
// It sets p.Sequence, and p.Status to ESME_ROK; p is not kept.
func (s *Session) TrySend(p *pdu.PDU, done func(resp *pdu.PDU, err error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.maySend(p); err != nil {
		return err
	}
	if s.win.full() {
		return s.notSent(p.ID, ErrWindowFull)
	}
	return s.enqueue(p, done)
}

// Send is TrySend that waits for a slot as long as ctx allows. Requests leave in the order in which Send was called. It must not
// be called from Handle or a callback, which free the slots; p must not be touched before it returns.
func (s *Session) Send(ctx context.Context, p *pdu.PDU, done func(resp *pdu.PDU, err error)) error {
	s.mu.Lock()
	err := s.maySend(p)
	if err == nil && !s.win.full() {
		err = s.enqueue(p, done)
		s.mu.Unlock()
		return err
	}
	if err == nil {
		err = ctx.Err()
		if err != nil {
			err = s.notSent(p.ID, err)
		}
	}
	if err != nil {
		s.mu.Unlock()
		return err
	}
	w := &waiter{p: p, done: done, ready: make(chan error, 1)}
	s.win.waiters = append(s.win.waiters, w)
	s.mu.Unlock()
	select {
	case err := <-w.ready:
		return err
	case <-ctx.Done():
	}
	s.mu.Lock()
	waited := s.win.drop(w)
	s.mu.Unlock()
	if waited {
		return s.notSent(p.ID, ctx.Err())
	}
	return <-w.ready
}

// Submit sends a request and waits for its answer. The error is a *SendError: ErrNotSent or ErrUnknownOutcome. An answer with an
// error status is an answer: look at resp.Status. When ctx ends after the request was queued the outcome is unknown; the slot stays taken until the
// answer or the time-out, and a late answer goes to Config.Late.
func (s *Session) Submit(ctx context.Context, p *pdu.PDU) (*pdu.PDU, error) {
	type result struct {
		resp *pdu.PDU
		err  error
	}
	answer := make(chan result, 1)
	var settled atomic.Bool
	err := s.Send(ctx, p, func(resp *pdu.PDU, err error) {
		if resp != nil {
			kept := *resp
			resp = &kept
		}
		if settled.CompareAndSwap(false, true) {
			answer <- result{resp, err}
		} else if resp != nil {
			s.late(resp)
		}
	})
	if err != nil {
		return nil, err
	}
	select {
	case r := <-answer:
		return r.resp, r.err
	case <-ctx.Done():
	}
	if settled.CompareAndSwap(false, true) {
		return nil, &SendError{Command: p.ID, Sequence: p.Sequence, Outcome: ErrUnknownOutcome, Cause: ctx.Err()}
	}
	r := <-answer
	return r.resp, r.err
}

// late counts a response that nobody waits for and hands it to the application.
func (s *Session) late(resp *pdu.PDU) {
	s.mu.Lock()
	s.stats.Late++
	s.mu.Unlock()
	if s.cfg.Late != nil {
		s.cfg.Late(resp)
	}
}

// maySend checks a request of ours against the state. mu is held.
func (s *Session) maySend(p *pdu.PDU) error {
	if s.stopped {
		return s.notSent(p.ID, s.whyStopped())
	}
	if !p.ID.HasResponse() || p.ID.IsBind() || p.ID == pdu.Unbind || p.ID == pdu.EnquireLink || !s.state.allows(p.ID, s.role) {
		return s.notSent(p.ID, fmt.Errorf("%w: %v sends in %v", ErrBadState, s.role, s.state))
	}
	return nil
}

// enqueue registers a request and queues its octets. There is a slot; mu is held.
func (s *Session) enqueue(p *pdu.PDU, done callback) error {
	return s.enqueueAs(s.win.nextSeq(), p, done)
}

// enqueueAs is enqueue under a sequence number that is free.
func (s *Session) enqueueAs(seq uint32, p *pdu.PDU, done callback) error {
	p.Status, p.Sequence = pdu.ESME_ROK, seq
	start, err := s.out.addRequest(p)
	if err != nil {
		return &SendError{Command: p.ID, Sequence: seq, Outcome: ErrNotSent, Cause: err}
	}
	now := s.batch // the reader works on what came then, and does not wait: that is now for a deadline of seconds
	if now.IsZero() {
		now = time.Now()
	}
	deadline := now.Add(s.cfg.Response)
	s.win.add(seq, p.ID, true, done, deadline, start)
	s.stats.Sent++
	s.arm(deadline, now)
	s.signal()
	return nil
}

// admit queues the requests that wait as long as there are slots. mu is held.
func (s *Session) admit() {
	n := 0
	for ; n < len(s.win.waiters) && s.win.used < s.win.size; n++ {
		w := s.win.waiters[n]
		w.ready <- s.enqueue(w.p, w.done)
	}
	if n > 0 {
		s.win.waiters = append(s.win.waiters[:0], s.win.waiters[n:]...)
	}
	s.checkIdle()
}

// SendAlert queues a PDU that has no response: alert_notification or outbind of an SMSC. The error is ErrNotSent. A nil error does not mean that the peer got it.
func (s *Session) SendAlert(p *pdu.PDU) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return s.notSent(p.ID, s.whyStopped())
	}
	if p.ID.HasResponse() || !s.state.allows(p.ID, s.role) {
		return s.notSent(p.ID, fmt.Errorf("%w: %v sends in %v", ErrBadState, s.role, s.state))
	}
	if len(s.out.control) > maxControl {
		return s.notSent(p.ID, ErrWindowFull)
	}
	p.Status, p.Sequence = pdu.ESME_ROK, s.win.nextSeq()
	if err := s.out.addControl(p); err != nil {
		return s.notSent(p.ID, err)
	}
	s.signal()
	return nil
}

// TrySendAs is TrySend under a sequence number of the caller's choice, 1 to 0x7FFFFFFF: for test equipment that wants it to meet
// another one. The error is ErrNotSent, and ErrBusySequence when a request of ours that is not answered has the number.
func (s *Session) TrySendAs(sequence uint32, p *pdu.PDU, done func(resp *pdu.PDU, err error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch err := s.maySend(p); {
	case err != nil:
		return err
	case s.win.full():
		return s.notSent(p.ID, ErrWindowFull)
	case sequence == 0 || sequence > pdu.MaxSequence || s.win.get(sequence) != nil:
		return s.notSent(p.ID, ErrBusySequence)
	}
	return s.enqueueAs(sequence, p, done)
}
