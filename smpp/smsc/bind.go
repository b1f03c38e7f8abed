package smsc

import (
	"context"
	"net"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"

	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// shutdown is how long an ESME has to answer unbind when Serve ends.
const shutdown = 3 * time.Second

// maxInbound bounds the submit_sm of one ESME that wait for an answer; there are
// many only when answers are withheld.
const maxInbound = 100_000

// conn is one connection of an ESME.
type conn struct {
	smsc    *SMSC
	id      int64
	net     *wireConn
	session *smpp.Session
	remote  string

	// Guarded by SMSC.mu.
	command  pdu.CommandID
	systemID string
	bound    time.Time
	account  *account
	counted  bool                // in account.binds
	flying   int                 // deliver_sm without an answer
	waiting  map[uint32]struct{} // sequence numbers of submit_sm without an answer; kept until a text has collided with them
}

// BindInfo describes one ESME that is bound.
type BindInfo struct {
	ID       int64         `json:"id"`
	Command  pdu.CommandID `json:"-"`
	Kind     string        `json:"kind"` // transceiver, receiver or transmitter
	SystemID string        `json:"system_id"`
	Remote   string        `json:"remote"`
	Since    time.Time     `json:"since"`
	Flying   int           `json:"unanswered"` // texts to the ESME without an answer
}

// Binds lists the ESMEs that are bound, oldest first.
func (s *SMSC) Binds() []BindInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []BindInfo
	for _, c := range s.conns {
		if !c.bound.IsZero() {
			all = append(all, BindInfo{ID: c.id, Command: c.command, Kind: strings.TrimPrefix(c.command.String(), "bind_"), SystemID: c.systemID,
				Remote: c.remote, Since: c.bound, Flying: c.flying})
		}
	}
	slices.SortFunc(all, func(a, b BindInfo) int { return int(a.ID - b.ID) })
	return all
}

// serve runs one connection to its end, which begins with outbind if there is one.
func (s *SMSC) serve(ctx context.Context, nc net.Conn, outbind *pdu.PDU) {
	s.mu.Lock()
	s.lastConn++
	c := &conn{smsc: s, id: s.lastConn, net: newWireConn(nc, s.lastConn, s.wire), remote: nc.RemoteAddr().String(), account: &account{}}
	s.conns[c.id] = c
	c.net.setFlow(s.faults.flow)
	// Requests come before serve goes on; they wait for mu and find c.session.
	c.session = smpp.Accept(c.net, smpp.Config{
		Window: s.cfg.maxWindow(), MaxInbound: maxInbound, Handle: c.handle, EnquireLink: s.cfg.EnquireLink,
		Response: s.cfg.RespTimeout, FirstSequence: s.cfg.FirstSequence, SystemID: s.cfg.SystemID,
	}, c.authenticate)
	s.mu.Unlock()
	if outbind != nil {
		_ = c.session.SendAlert(outbind) // a connection that is gone ends below
	}
	unbound := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(unbound)
		c.unbind()
	})
	select {
	case <-c.session.Bound():
		c.enter()
	case <-c.session.Done():
	}
	<-c.session.Done()
	if !stop() {
		<-unbound
	}
	c.leave()
}

// unbind ends the session in good order, or cuts it.
func (c *conn) unbind() {
	ctx, cancel := context.WithTimeout(context.Background(), shutdown)
	defer cancel()
	_ = c.session.Unbind(ctx) // it is closed either way
}

// authenticate decides on a bind request. It runs on the session's reader.
func (c *conn) authenticate(p *pdu.PDU) pdu.Status {
	s := c.smsc
	s.mu.Lock()
	defer s.unlock()
	c.command, c.systemID = p.ID, p.SystemID
	status := s.admit(p)
	if status != pdu.ESME_ROK {
		s.event(c, Event{Kind: Refused, Status: status})
		return status
	}
	c.account = s.account(p.SystemID)
	c.account.binds++
	c.counted = true
	return status
}

// enter makes a bound connection known.
func (c *conn) enter() {
	s := c.smsc
	s.mu.Lock()
	defer s.unlock()
	c.bound = s.cfg.Clock()
	if c.command != pdu.BindTransmitter {
		s.binds = append(s.binds, c)
	}
	s.event(c, Event{Kind: Bound})
	s.touch()
	s.repeat()
	s.pump()
}

// leave forgets a connection that has ended.
func (c *conn) leave() {
	s := c.smsc
	s.mu.Lock()
	defer s.unlock()
	delete(s.conns, c.id)
	if c.counted {
		c.account.binds--
	}
	s.binds = slices.DeleteFunc(s.binds, func(b *conn) bool { return b == c })
	kind := Gone
	if c.bound.IsZero() {
		kind = Failed
	}
	s.event(c, Event{Kind: kind, Err: c.session.Err()})
	s.touch()
	s.pump()
}

// event completes an event, logs it and tells the user. mu is held.
func (s *SMSC) event(c *conn, e Event) {
	e.At, e.Bind, e.Command, e.SystemID, e.Remote = s.cfg.Clock(), c.id, c.command, c.systemID, c.remote
	fields := []zap.Field{zap.Int64("bind", e.Bind), zap.String("system_id", e.SystemID), zap.String("remote", e.Remote)}
	switch e.Kind {
	case Bound:
		s.log.Info("ESME bound", append(fields, zap.Stringer("command", e.Command))...)
	case Refused:
		s.log.Warn("bind refused", append(fields, zap.Stringer("status", e.Status))...)
	case Gone:
		s.log.Info("ESME gone", append(fields, zap.Error(e.Err))...)
	case Failed:
		s.log.Info("connection ended without a bind", append(fields, zap.Error(e.Err))...)
	}
	if s.cfg.OnEvent != nil {
		s.later(func() { s.cfg.OnEvent(e) })
	}
}
