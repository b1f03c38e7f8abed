package link

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"shortfare/booking"
	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

const (
	phone = booking.MSISDN(8613800138000)
	code  = "10684"
)

var errDown = errors.New("store is down")

// carrier is a scripted SMSC: every connection is one session.
type carrier struct {
	mu       sync.Mutex
	dials    []time.Time
	dialErr  error
	bind     pdu.Status                   // answer to a bind
	submit   func(n int, r *smpp.Request) // answers the n-th submit_sm, from 1
	got      []*pdu.PDU                   // every submit_sm
	sessions []*smpp.Session              //
	wrap     func(net.Conn) net.Conn      // of the carrier's end
	cfg      smpp.Config                  //
	bound    func(s *smpp.Session, n int) // called when the n-th session was made
}

func (c *carrier) dial(context.Context) (net.Conn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dials = append(c.dials, time.Now())
	if c.dialErr != nil {
		return nil, c.dialErr
	}
	ours, theirs := net.Pipe()
	if c.wrap != nil {
		theirs = c.wrap(theirs)
	}
	cfg := c.cfg
	cfg.Handle, cfg.EnquireLink = c.handle, -1
	s := smpp.Accept(theirs, cfg, func(*pdu.PDU) pdu.Status {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.bind
	})
	c.sessions = append(c.sessions, s)
	if c.bound != nil {
		n := len(c.sessions)
		go func() {
			select {
			case <-s.Bound():
				c.bound(s, n)
			case <-s.Done():
			}
		}()
	}
	return ours, nil
}

func (c *carrier) handle(r *smpp.Request) {
	c.mu.Lock()
	p := *r.PDU
	c.got = append(c.got, &p)
	n, f := len(c.got), c.submit
	c.mu.Unlock()
	if f == nil {
		f = accept
	}
	f(n, r)
}

// accept answers a submit_sm with a message id that counts.
func accept(n int, r *smpp.Request) {
	_ = r.Respond(pdu.ESME_ROK, &pdu.PDU{MessageID: fmt.Sprint("id-", n)})
}

// last returns the newest session.
func (c *carrier) last() *smpp.Session {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sessions[len(c.sessions)-1]
}

func (c *carrier) script(f func(n int, r *smpp.Request)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.submit = f
}

// texts returns what was submitted, decoded part by part.
func (c *carrier) texts() (list []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.got {
		f, _, _ := coding.ExtractFragment(inboundOf("", p))
		s, _ := f.Text(coding.GSM7)
		list = append(list, s)
	}
	return list
}

// deliver sends a deliver_sm and returns a channel with its status.
func (c *carrier) deliver(t testing.TB, p *pdu.PDU) <-chan pdu.Status {
	t.Helper()
	got := make(chan pdu.Status, 1)
	require.NoError(t, c.last().TrySend(p, func(resp *pdu.PDU, err error) {
		if err == nil {
			got <- resp.Status
		}
		close(got)
	}))
	return got
}

// sink is a store that answers when it is told to.
type sink struct {
	mu       sync.Mutex
	texts    []booking.Arrival
	receipts []booking.Receipt
	hold     bool // done is kept
	err      error
	held     []func(error)
}

func (s *sink) Receive(a booking.Arrival, done func(error)) {
	s.mu.Lock()
	s.texts = append(s.texts, a)
	s.mu.Unlock()
	s.finish(done)
}

func (s *sink) Receipt(r booking.Receipt, done func(error)) {
	s.mu.Lock()
	s.receipts = append(s.receipts, r)
	s.mu.Unlock()
	s.finish(done)
}

func (s *sink) finish(done func(error)) {
	s.mu.Lock()
	err := s.err
	if s.hold {
		s.held = append(s.held, done)
		done = func(error) {}
	}
	s.mu.Unlock()
	done(err)
}

// release calls what was kept.
func (s *sink) release(err error) {
	s.mu.Lock()
	held := s.held
	s.held = nil
	s.mu.Unlock()
	for _, f := range held {
		f(err)
	}
}

func (s *sink) arrived() []booking.Arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]booking.Arrival(nil), s.texts...)
}

// world is a link, its carrier and its sink, running in a bubble.
type world struct {
	*Link
	carrier *carrier
	sink    *sink
	logs    *observer.ObservedLogs
	cancel  func()
	ended   chan error
}

// run runs f with a bound link in a bubble and ends the link after it.
func run(t *testing.T, cfg Config, f func(t *testing.T, w *world)) {
	start(t, &carrier{}, cfg, func(t *testing.T, w *world) {
		synctest.Wait()
		require.NoError(t, w.Ready())
		f(t, w)
	})
}

// start runs f with a link that has just been started.
func start(t *testing.T, c *carrier, cfg Config, f func(t *testing.T, w *world)) {
	synctest.Test(t, func(t *testing.T) {
		core, logs := observer.New(zapcore.DebugLevel)
		w := &world{carrier: c, sink: &sink{}, logs: logs, ended: make(chan error, 1)}
		cfg.Name, cfg.SystemID, cfg.Password, cfg.Dial = "north", "esme", "pa55word", c.dial
		w.Link = New(cfg, w.sink, zap.New(core))
		ctx, cancel := context.WithCancel(t.Context())
		w.cancel = cancel
		go func() { w.ended <- w.Run(ctx) }()
		defer func() {
			cancel()
			<-w.ended
			c.close()
			for _, e := range logs.All() {
				line := fmt.Sprint(e.Message, e.ContextMap())
				require.NotContains(t, line, "pa55word")
				require.NotContains(t, line, phone.String())
			}
		}()
		f(t, w)
	})
}

func (c *carrier) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.sessions {
		_ = s.Close()
		<-s.Done()
	}
}

// end ends Run and waits for it.
func (w *world) end(t *testing.T) {
	t.Helper()
	w.cancel()
	err := <-w.ended
	w.ended <- err
	require.NoError(t, err)
}

// results collects what becomes of texts.
type results struct {
	mu   sync.Mutex
	list []outcome
	full []booking.SendResult // as they came, in the same order
}

// outcome is a result without what says where it went.
type outcome struct {
	booking.SendResult
	ID    int64
	After time.Duration
}

// send queues a text and returns whether it was taken.
func (r *results) send(w *world, m booking.MT) bool {
	begun := time.Now()
	if m.Link == "" {
		m.Link = "north"
	}
	return w.Send(m, func(res booking.SendResult) {
		r.mu.Lock()
		defer r.mu.Unlock()
		full := res
		res.Bind, res.Link, res.Receipt, res.Forms = 0, "", false, nil
		r.list, r.full = append(r.list, outcome{res, m.ID, time.Since(begun)}), append(r.full, full)
	})
}

func (r *results) all() []outcome {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]outcome(nil), r.list...)
}

// whole returns the results as they came.
func (r *results) whole() []booking.SendResult {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]booking.SendResult(nil), r.full...)
}

func mt(id int64, to booking.MSISDN, text string) booking.MT {
	return booking.MT{ID: id, MSISDN: to, To: booking.Address{TON: 1, NPI: 1, Addr: to.String()}, From: booking.Address{Addr: code}, Text: text}
}

func mo(text string) *pdu.PDU {
	octets, err := coding.EncodeGSM7(text)
	p := &pdu.PDU{Header: pdu.Header{ID: pdu.DeliverSM}, Source: pdu.Address{TON: 1, NPI: 1, Addr: phone.String()},
		Dest: pdu.Address{Addr: code}, ShortMessage: octets}
	if err != nil {
		p.DataCoding, p.ShortMessage = uint8(coding.DataCodingUCS2), coding.EncodeUCS2(text)
	}
	return p
}

func configWindow(n int) smpp.Config { return smpp.Config{Window: n} }
