package smpp

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"shortfare/smpp/pdu"
)

// linger is how long the end that answered an unbind waits for the peer to close, so that the unbind_resp is not cut off.
const linger = time.Second

// Session is one SMPP connection. Its methods may be called from any goroutine.
type Session struct {
	conn net.Conn
	cfg  Config
	role Role

	bound chan struct{} // closed when bound
	stop  chan struct{} // closed when no more requests of ours are taken
	idle  chan struct{} // closed when stopped and nothing is in flight in either direction
	dying chan struct{} // closed when the session has an error
	done  chan struct{} // closed last

	answer pdu.PDU // the response that the reader works on; no other goroutine touches it

	mu    sync.Mutex
	wake  sync.Cond // the writer waits for the outbox
	space sync.Cond // the reader waits for room for answers

	// All below is guarded by mu.
	state    State
	err      error
	peer     *pdu.PDU
	win      *window
	out      outbox
	inbound  int // requests handed to Handle and not answered
	timers   timers
	enquiry  uint32      // sequence number of the last enquire_link
	binding  uint32      // sequence number of the last bind
	timer    *time.Timer // fires tick
	armed    time.Time   // when timer fires; zero when it does not
	ticking  sync.WaitGroup
	scratch  pdu.PDU   // for answers
	batch    time.Time // when the octets that the reader works on came; zero while it waits for more
	stats    Stats
	stopped  bool
	unbindBy *pdu.Header // unbind of the peer, not answered yet
	drainEnd time.Time   // when unbindBy is answered in any case
	flushing bool        // end when the outbox is empty
	end      time.Time   // when a flushed session ends in any case
}

// NewSession starts a session on a fresh connection, which it owns from now on. An ESME goes on with [Session.Bind]; an SMSC waits for a bind
// request and asks cfg.Authenticate.
func NewSession(conn net.Conn, role Role, cfg Config) *Session {
	now := time.Now()
	s := &Session{conn: conn, cfg: cfg.withDefaults(), role: role,
		bound: make(chan struct{}), stop: make(chan struct{}), idle: make(chan struct{}),
		dying: make(chan struct{}), done: make(chan struct{})}
	s.wake.L, s.space.L = &s.mu, &s.mu
	s.win = newWindow(s.cfg.Window, s.cfg.FirstSequence)
	s.timers = newTimers(s.cfg, now)
	s.mu.Lock()
	s.timer = time.AfterFunc(time.Hour, s.tick)
	s.rearm(now)
	s.mu.Unlock()
	written := make(chan struct{})
	go func() {
		defer close(written)
		s.write()
	}()
	go func() {
		s.fail(s.read())
		<-written // only then is it known what was sent
		s.handBack()
		close(s.done)
	}()
	return s
}

// Role returns the end that this session plays.
func (s *Session) Role() Role { return s.role }

// State returns the state of the bind.
func (s *Session) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Bound is closed when the bind has been accepted.
func (s *Session) Bound() <-chan struct{} { return s.bound }

// Peer returns the other half of the bind: for an ESME the bind response, for an SMSC the bind request without its password. It is nil before the bind.
func (s *Session) Peer() *pdu.PDU {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.peer
}

// RemoteAddr returns the address of the peer.
func (s *Session) RemoteAddr() net.Addr { return s.conn.RemoteAddr() }

// Done is closed when the session has ended and every unanswered request of ours has been handed back.
func (s *Session) Done() <-chan struct{} { return s.done }

// Err returns why the session ended; nil while it lives.
func (s *Session) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Close cuts the connection at once. It does not wait: see Done. Closing again does nothing.
func (s *Session) Close() error {
	s.fail(ErrClosed)
	return nil
}

// fail ends the session for a reason; only the first one counts.
func (s *Session) fail(err error) {
	s.mu.Lock()
	if s.err == nil {
		if s.state == Unbound && !errors.Is(err, ErrClosed) {
			err = ErrUnbound // whatever ends a connection after unbind is in good order
		}
		s.err, s.state = err, Closed
		s.refuseSends()
		close(s.dying)
		s.timer.Stop()
		s.wake.Broadcast()
		s.space.Broadcast()
	}
	s.mu.Unlock()
	_ = s.conn.Close() // a second close is harmless, and there is nobody to tell
}

// refuseSends stops taking requests of ours; those that wait for a slot were not sent. mu is held.
func (s *Session) refuseSends() {
	if !s.stopped {
		s.stopped = true
		close(s.stop)
	}
	for _, w := range s.win.waiters {
		w.ready <- s.notSent(w.p.ID, s.whyStopped())
	}
	s.win.waiters = nil
	s.checkIdle()
}

// whyStopped returns why no request of ours is taken. mu is held.
func (s *Session) whyStopped() error {
	if s.err != nil {
		return s.err
	}
	return ErrUnbound
}

// checkIdle closes idle when the session is stopped and nothing is in flight. mu is held.
func (s *Session) checkIdle() {
	if !s.stopped || s.win.used > 0 || s.inbound > 0 {
		return
	}
	select {
	case <-s.idle:
	default:
		close(s.idle)
	}
	s.answerUnbind()
}

// answerUnbind answers the unbind of the peer, if there is one, and ends the session once that is written. mu is held.
func (s *Session) answerUnbind() {
	if s.unbindBy == nil || s.err != nil {
		return
	}
	h := *s.unbindBy
	s.unbindBy, s.drainEnd = nil, time.Time{}
	_ = s.queueAnswer(h, pdu.ESME_ROK, nil) // a response without fields can be written
	s.flushing = true
}

// handBack gives every unanswered request back to its owner. The reader and the writer have ended.
func (s *Session) handBack() {
	s.mu.Lock()
	var lost []entry
	for e := s.win.first(); e != nil; e = s.win.first() {
		lost = append(lost, s.win.remove(e))
	}
	cause := s.err
	for i := range lost {
		if e := &lost[i]; e.slot && s.unsent(e) {
			s.stats.LostNotSent++
		} else if e.slot {
			s.stats.LostUnknown++
		}
	}
	s.mu.Unlock()
	for i := range lost {
		e := &lost[i]
		outcome := ErrUnknownOutcome
		if s.unsent(e) {
			outcome = ErrNotSent
		}
		e.done(nil, &SendError{Command: e.cmd, Sequence: e.seq, Outcome: outcome, Cause: cause})
	}
	s.ticking.Wait()
}

// unsent reports whether provably no octet of the request reached the connection. The writer has ended.
func (s *Session) unsent(e *entry) bool { return e.slot && e.start >= s.out.written }

// closeReason turns an error of the connection into what Err returns.
func closeReason(doing string, err error, timeout error) error {
	var broken *pdu.FrameError
	switch {
	case errors.As(err, &broken):
		return fmt.Errorf("%w: %w", ErrBroken, err)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("%s: %w", doing, timeout)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s: %w: %w", doing, ErrPeerClosed, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
