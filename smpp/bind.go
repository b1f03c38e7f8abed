package smpp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"shortfare/smpp/pdu"
)

// Version is the interface_version of SMPP 3.4.
const Version = 0x34

// BindRequest is what an ESME binds with.
type BindRequest struct {
	Command          pdu.CommandID // BindTransceiver (when 0), BindTransmitter or BindReceiver
	SystemID         string
	Password         string // never printed
	SystemType       string
	InterfaceVersion uint8       // Version when 0
	AddressRange     pdu.Address // which addresses are served; mostly empty
}

// String leaves the password out.
func (b BindRequest) String() string { return fmt.Sprintf("%v as %q", b.command(), b.SystemID) }

// GoString is String, so that %#v does not print the password either.
func (b BindRequest) GoString() string { return b.String() }

func (b BindRequest) command() pdu.CommandID {
	if b.Command == 0 {
		return pdu.BindTransceiver
	}
	return b.Command
}

// Bind starts an ESME's session on a fresh connection and binds it (SMPP 3.4 §4.1). It returns a bound session, or closes the
// connection and returns why not: a *BindError when the peer refused.
func Bind(ctx context.Context, conn net.Conn, req BindRequest, cfg Config) (*Session, error) {
	s := NewSession(conn, ESME, cfg)
	if err := s.Bind(ctx, req); err != nil {
		_ = s.Close()
		<-s.done
		return nil, err
	}
	return s, nil
}

// Accept starts an SMSC's session on a fresh connection and returns at once. The first bind request that authenticate (which
// overrides cfg.Authenticate) answers with ESME_ROK makes it bound; see [Session.Bound].
func Accept(conn net.Conn, cfg Config, authenticate func(bind *pdu.PDU) pdu.Status) *Session {
	cfg.Authenticate = authenticate
	return NewSession(conn, SMSC, cfg)
}

// Bind sends a bind request and waits for the answer, within ctx and Config.Response. The error is a *BindError when the peer
// refused, and the session stays open then; else a *SendError.
func (s *Session) Bind(ctx context.Context, req BindRequest) error {
	p := &pdu.PDU{Header: pdu.Header{ID: req.command()}, SystemID: req.SystemID, Password: req.Password, SystemType: req.SystemType,
		InterfaceVersion: req.InterfaceVersion, AddressRange: req.AddressRange}
	if p.InterfaceVersion == 0 {
		p.InterfaceVersion = Version
	}
	if !p.ID.IsBind() {
		return s.notSent(p.ID, ErrBadState)
	}
	resp, err := s.control(ctx, p)
	if err != nil {
		return err
	}
	if resp.Status != pdu.ESME_ROK || resp.ID == pdu.GenericNack {
		return &BindError{Command: p.ID, SystemID: req.SystemID, Status: resp.Status}
	}
	return nil
}

// control sends a bind or unbind, which take no slot of the window, and waits for the answer.
func (s *Session) control(ctx context.Context, p *pdu.PDU) (*pdu.PDU, error) {
	type result struct {
		resp *pdu.PDU
		err  error
	}
	answer := make(chan result, 1)
	s.mu.Lock()
	err := s.err
	if err == nil && !s.state.allows(p.ID, s.role) {
		err = fmt.Errorf("%w: %v sends in %v", ErrBadState, s.role, s.state)
	}
	if err == nil {
		p.Sequence = s.win.nextSeq()
		err = s.out.addControl(p)
	}
	if err != nil {
		s.mu.Unlock()
		return nil, s.notSent(p.ID, err)
	}
	now := time.Now()
	deadline := now.Add(s.cfg.Response)
	s.win.add(p.Sequence, p.ID, false, func(resp *pdu.PDU, err error) {
		if resp != nil {
			kept := *resp
			resp = &kept
		}
		answer <- result{resp, err}
	}, deadline, 0)
	if p.ID == pdu.Unbind {
		s.state = Unbound
	} else {
		s.binding = p.Sequence
	}
	s.arm(deadline, now)
	s.signal()
	s.mu.Unlock()
	select {
	case r := <-answer:
		return r.resp, r.err
	case <-ctx.Done():
		return nil, &SendError{Command: p.ID, Sequence: p.Sequence, Outcome: ErrUnknownOutcome, Cause: ctx.Err()}
	}
}

// Unbind ends the session in good order: no more requests of ours are taken, those of the peer are refused with "try again
// later", what is in flight in either direction is waited for, unbind is sent and its answer awaited, the connection closed. When ctx ends, or the
// peer does not answer, it cuts the connection and returns why. It must not be called from Handle or a callback.
func (s *Session) Unbind(ctx context.Context) error {
	s.mu.Lock()
	s.refuseSends()
	opened := s.state == Open
	s.mu.Unlock()
	var err error
	if !opened {
		if err = s.await(ctx, s.idle); err == nil {
			_, err = s.control(ctx, &pdu.PDU{Header: pdu.Header{ID: pdu.Unbind}})
		}
		if errors.Is(err, ErrBadState) { // the peer or another call unbinds: the session ends by itself
			err = s.await(ctx, nil)
		}
	}
	if err != nil {
		s.fail(fmt.Errorf("%w: unbind: %w", ErrClosed, err))
	} else {
		s.fail(ErrUnbound)
	}
	<-s.done
	if end := s.Err(); err != nil && end == ErrUnbound {
		return nil // the peer unbound or closed at the same time
	}
	return err
}

// await waits for c; the end of the session and that of ctx are errors.
func (s *Session) await(ctx context.Context, c <-chan struct{}) error {
	select {
	case <-c:
		return nil
	case <-s.dying:
		return s.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
