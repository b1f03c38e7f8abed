package smsc

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"

	"go.uber.org/zap"

	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// SMSC is a message centre. Its methods may be called from any goroutine, also
// from its callbacks.
type SMSC struct {
	cfg Config
	log *zap.Logger

	mu       sync.Mutex // guards all below
	conns    map[int64]*conn
	lastConn int64
	binds    []*conn // those that take deliver_sm, in the order of their bind
	turn     int     // the bind that is asked first

	queues  map[queueKey]*queue
	ready   map[route]*fifo // queues whose head may go
	waiting int             // texts in queues

	lastMO      int64
	lastMT      int64
	lastText    int64
	messageID   uint64
	reference   uint16
	lastReceipt int

	mos      rows[*mo]
	moByID   map[int64]*mo
	receipts rows[*mo]
	repeats  rows[*mo]
	recent   []*mo // acknowledged last, with what was sent
	mts      rows[*MT]
	mtByID   map[string]*sentMT
	enroute  map[*sentMT]struct{} // those on their way
	texts    rows[Text]
	inbox    map[string]*handset
	faults   faults
	accounts map[string]*account // nil lets everybody in
	wire     *wire
	stream   *stream
	serving  func(net.Conn, *pdu.PDU) bool // serves a connection that outbind made; nil while no Serve runs

	changed   chan struct{} // closed at the next change; nil when nobody waits
	callbacks []func()
	calling   bool
	onText    []func(Text)
	onMO      []func(MO)
}

// New returns an SMSC that serves nobody yet. Texts may be injected already.
func New(cfg Config) *SMSC {
	cfg = cfg.withDefaults()
	out := newStream(cfg.Stream)
	return &SMSC{cfg: cfg, log: cfg.Log, conns: map[int64]*conn{}, queues: map[queueKey]*queue{}, ready: map[route]*fifo{},
		messageID: cfg.FirstMessageID, moByID: map[int64]*mo{}, mtByID: map[string]*sentMT{}, inbox: map[string]*handset{},
		accounts: cfg.accounts(), wire: &wire{log: newPDULog(cfg.KeepPDUs, cfg.Clock, out)}, stream: out}
}

// Serve accepts ESMEs until ctx ends, then unbinds those that are bound and
// returns nil. It may be called again, also for another listener at the same
// time. It closes ln. The error is that of ln.
func (s *SMSC) Serve(ctx context.Context, ln net.Listener) error {
	var all sync.WaitGroup
	defer s.wire.release()
	defer all.Wait()
	defer s.lend(ctx, &all)()
	stop := context.AfterFunc(ctx, func() { _ = ln.Close() }) // ends Accept
	defer stop()
	for {
		c, err := ln.Accept()
		if err != nil {
			_ = ln.Close()
			if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return nil
			}
			return err
		}
		if s.cfg.TLS != nil {
			c = tls.Server(c, s.cfg.TLS) // the handshake comes with the first PDU
		}
		all.Go(func() { s.ServeConn(ctx, c) })
	}
}

// ServeConn serves one connection until it ends or ctx does. It owns c.
func (s *SMSC) ServeConn(ctx context.Context, c net.Conn) { s.serve(ctx, c, nil) }

// lend lets Outbind make connections that belong to a Serve; what it returns ends that.
func (s *SMSC) lend(ctx context.Context, all *sync.WaitGroup) (end func()) {
	ended := false
	serving := func(c net.Conn, outbind *pdu.PDU) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !ended {
			all.Go(func() { s.serve(ctx, c, outbind) })
		}
		return !ended
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serving = serving
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		ended, s.serving = true, nil
	}
}

// later queues a callback of the user. mu is held.
func (s *SMSC) later(f func()) { s.callbacks = append(s.callbacks, f) }

// unlock releases mu and runs the callbacks that are due, in order and one at a
// time: if another goroutine runs them already, it runs these too.
func (s *SMSC) unlock() {
	if s.calling || len(s.callbacks) == 0 {
		s.mu.Unlock()
		return
	}
	s.calling = true
	for len(s.callbacks) > 0 {
		due := s.callbacks
		s.callbacks = nil
		s.mu.Unlock()
		for _, f := range due {
			f()
		}
		s.mu.Lock()
	}
	s.calling = false
	s.mu.Unlock()
}

// touch wakes those who wait for a change. mu is held.
func (s *SMSC) touch() {
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// until waits until cond, which is called with mu held, is true.
func (s *SMSC) until(ctx context.Context, cond func() bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !cond() {
		if s.changed == nil {
			s.changed = make(chan struct{})
		}
		ch := s.changed
		s.mu.Unlock()
		select {
		case <-ch:
		case <-ctx.Done():
		}
		s.mu.Lock()
		if ctx.Err() != nil && !cond() {
			return ctx.Err()
		}
	}
	return nil
}

// Pending returns how many texts and receipts no ESME has acknowledged yet.
func (s *SMSC) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.waiting
}

// WaitIdle waits until no text and no receipt is pending.
func (s *SMSC) WaitIdle(ctx context.Context) error {
	return s.until(ctx, func() bool { return s.waiting == 0 })
}

// WaitBound waits until n binds take texts.
func (s *SMSC) WaitBound(ctx context.Context, n int) error {
	return s.until(ctx, func() bool { return len(s.binds) >= n })
}

// decode reads a text as a handset does; there is always something to read.
func (s *SMSC) decode(f coding.Fragment) string {
	text, _ := f.Text(s.cfg.Default) // a handset shows what it can
	return text
}
