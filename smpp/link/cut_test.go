package link

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/smpp/smsc"
)

// cutMode is how a connection ends.
type cutMode string

const (
	whole cutMode = "whole" // it does not
	fin   cutMode = "FIN"   // closed in order
	rst   cutMode = "RST"   // reset
	stall cutMode = "stall" // it stays open, and swallows every octet
)

// wire is a connection with a relay in its middle, which ends it after a
// number of octets of one direction. The sender has written all of a chunk by
// then, the receiver has read no more than that number.
type wire struct {
	mode cutMode
	up   bool // count what the link writes
	at   int

	mu      sync.Mutex
	passed  [2]int // octets, down and up
	broken  bool
	relayed sync.WaitGroup
	ends    [2]net.Conn
}

// end is one end of a wire as a session has it.
type end struct {
	net.Conn
	w *wire
}

// Read gives the error that a reset connection has.
func (e end) Read(b []byte) (int, error) {
	n, err := e.Conn.Read(b)
	return n, e.w.translate(err)
}

// Write gives the error that a reset connection has.
func (e end) Write(b []byte) (int, error) {
	n, err := e.Conn.Write(b)
	return n, e.w.translate(err)
}

func (w *wire) translate(err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil || !w.broken || w.mode != rst {
		return err
	}
	return &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
}

// connect returns both ends.
func (w *wire) connect() (ours, theirs net.Conn) {
	a, ra := net.Pipe()
	b, rb := net.Pipe()
	w.ends = [2]net.Conn{ra, rb}
	w.relayed.Go(func() { w.relay(rb, ra, 1) })
	w.relayed.Go(func() { w.relay(ra, rb, 0) })
	return end{a, w}, end{b, w}
}

func (w *wire) relay(to, from net.Conn, direction int) {
	chunk := make([]byte, 4096)
	for {
		n, err := from.Read(chunk)
		w.mu.Lock()
		swallow, pass, hit := w.broken, n, false
		if w.mode != whole && w.up == (direction == 1) && !swallow && w.passed[direction]+n >= w.at {
			pass, hit = w.at-w.passed[direction], true
		}
		w.passed[direction] += n
		w.mu.Unlock()
		if !swallow && pass > 0 {
			_, _ = to.Write(chunk[:pass]) // who is gone reads nothing
		}
		if hit {
			w.cut()
		}
		if err != nil {
			w.mu.Lock()
			stalled := w.broken && w.mode == stall
			w.mu.Unlock()
			if !stalled { // else nothing passes, not even the end
				_ = to.Close()
			}
			_ = from.Close()
			return
		}
	}
}

func (w *wire) cut() {
	w.mu.Lock()
	w.broken = true
	w.mu.Unlock()
	if w.mode != stall {
		_ = w.ends[0].Close()
		_ = w.ends[1].Close()
	}
}

// counter is a store in memory that answers every text: at once durable, a
// moment later acknowledged. It sends a reply once more when the outcome of the
// first submit stays unknown for two minutes.
type counter struct {
	t    *testing.T
	link *Link

	mu       sync.Mutex
	seen     map[uint64]booking.MO
	parts    map[string][]booking.Part
	texts    []string
	replies  []*cutReply
	receipts map[string]int
}

type cutReply struct {
	text    string
	results []booking.SendResult
	sent    int
}

// Receive stores a text or a part of one.
func (c *counter) Receive(a booking.Arrival, done func(error)) {
	time.AfterFunc(10*time.Millisecond, func() {
		c.store(a)
		done(nil)
	})
}

// Receipt stores a receipt.
func (c *counter) Receipt(r booking.Receipt, done func(error)) {
	c.mu.Lock()
	c.receipts[r.MessageID]++
	c.mu.Unlock()
	time.AfterFunc(10*time.Millisecond, func() { done(nil) })
}

func (c *counter) store(a booking.Arrival) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if first, again := c.seen[a.MO.Hash]; again { // all texts differ: it must be recognisable
		if f := a.MO.DupFloor; f.IsZero() || first.At.Before(f) || first.Session >= a.MO.Session {
			c.t.Errorf("second delivery at %v, session %d: floor %v, first %v, session %d", a.MO.At, a.MO.Session, f, first.At, first.Session)
		}
		return
	}
	c.seen[a.MO.Hash] = a.MO
	text := a.MO.Text
	if a.Part != nil {
		c.parts[a.Part.Key] = append(c.parts[a.Part.Key], *a.Part)
		var complete bool
		if text, complete, _ = a.Join(c.parts[a.Part.Key]); !complete {
			return
		}
	}
	c.texts = append(c.texts, text)
	reply := fmt.Sprint("reply ", len(c.texts))
	if a.Part == nil {
		reply += strings.Repeat(", and on", 20) // a long one for a short one
	}
	c.replies = append(c.replies, &cutReply{text: reply, sent: 1})
	c.send(len(c.replies))
}

// send submits a reply. mu is held.
func (c *counter) send(n int) {
	r := c.replies[n-1]
	m := mt(int64(n), phone, r.text)
	m.Receipt = true
	if !c.link.Send(m, func(res booking.SendResult) {
		c.mu.Lock()
		defer c.mu.Unlock()
		r.results = append(r.results, res)
		if res.Verdict == booking.Unknown && r.sent == 1 {
			r.sent++
			time.AfterFunc(2*time.Minute, func() {
				c.mu.Lock()
				defer c.mu.Unlock()
				c.send(n)
			})
		}
	}) {
		c.t.Error("the queue is full")
	}
}

func (c *counter) settled(texts int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range c.replies {
		if len(r.results) < r.sent {
			return false
		}
	}
	return len(c.replies) == texts
}

// canonical plays the session, its first connection cut as w says, until
// everything has settled, and holds the ledgers of both ends against each other.
func canonical(t *testing.T, w *wire) {
	ctx, cancel := context.WithCancel(t.Context())
	carrier := smsc.New(smsc.Config{Accounts: map[string]string{"esme": "secret"}, EnquireLink: 61 * time.Second})
	var serving sync.WaitGroup
	wires := []*wire{}
	dial := func(context.Context) (net.Conn, error) {
		x := w
		if len(wires) > 0 {
			x = &wire{mode: whole}
		}
		wires = append(wires, x)
		ours, theirs := x.connect()
		serving.Go(func() { carrier.ServeConn(ctx, theirs) })
		return ours, nil
	}
	c := &counter{t: t, seen: map[uint64]booking.MO{}, parts: map[string][]booking.Part{}, receipts: map[string]int{}}
	c.link = New(Config{Name: "north", SystemID: "esme", Password: "secret", Dial: dial}, c, nil)
	ended := make(chan error, 1)
	linkCtx, stop := context.WithCancel(ctx)
	go func() { ended <- c.link.Run(linkCtx) }()

	texts := []string{strings.Repeat("long ", 35), "short"}
	for i, text := range texts {
		_, err := carrier.Inject(phone.String(), code, text, smsc.MOOptions{})
		require.NoError(t, err)
		for begun := time.Now(); carrier.Pending() > 0 || !c.settled(i+1); time.Sleep(time.Second) {
			require.Less(t, time.Since(begun), time.Hour, "it never settles")
		}
		time.Sleep(40 * time.Second) // enquire_link of the link alone
	}
	stop()
	require.NoError(t, <-ended)
	cancel()
	serving.Wait()
	for _, x := range wires {
		x.relayed.Wait()
	}
	c.judge(carrier.Ledger(), texts, w.mode)
}

func (c *counter) judge(l smsc.Ledger, texts []string, mode cutMode) {
	t := c.t
	require.Equal(t, texts, c.texts, "every text once, and no part of a PDU acted on")
	require.Len(t, l.MOs, len(texts))
	for _, m := range l.MOs {
		require.Equal(t, smsc.Acked, m.State)
	}
	shown := map[string]int{}
	for _, x := range l.Texts {
		shown[x.Text]++
	}
	require.Len(t, shown, len(texts), "%v", shown)
	for _, r := range c.replies {
		require.Len(t, r.results, r.sent, "results of one reply")
		copies, unknown := shown[r.text], 0
		for _, res := range r.results {
			require.False(t, res.NotSent)
			switch res.Verdict {
			case booking.Unknown:
				unknown++
			default:
				require.Equal(t, booking.Done, res.Verdict)
				require.Positive(t, c.receipts[res.MessageID], "no receipt for %s", res.MessageID)
			}
		}
		require.GreaterOrEqual(t, copies, 1, "answered")
		require.LessOrEqual(t, copies, 1+unknown, "a copy without an unknown outcome")
		require.LessOrEqual(t, unknown, 1)
		require.False(t, mode == whole && unknown > 0)
	}
	for _, m := range l.Receipts {
		require.Equal(t, smsc.Acked, m.State)
	}
	if mode == whole {
		require.Len(t, l.Receipts, len(l.MTs))
		require.EqualValues(t, 1, c.link.Stats().Binds)
	}
}

// The canonical session is cut at every octet, in both directions, in every
// mode. -short cuts every seventh.
func TestS01CutAtEveryOctet(t *testing.T) {
	var total [2]int
	synctest.Test(t, func(t *testing.T) {
		w := &wire{mode: whole}
		canonical(t, w)
		total = w.passed
	})
	require.Greater(t, total[0], 700, "the session holds less than it should")
	require.Greater(t, total[1], 400, "the session holds less than it should")
	t.Logf("%d octets down, %d up", total[0], total[1])
	step := 1
	if testing.Short() {
		step = 7
	}
	for _, mode := range []cutMode{fin, rst, stall} {
		for direction, name := range []string{"down", "up"} {
			t.Run(fmt.Sprint(mode, " ", name), func(t *testing.T) {
				t.Parallel()
				for at := 0; at <= total[direction] && !t.Failed(); at += step {
					synctest.Test(t, func(t *testing.T) {
						w := &wire{mode: mode, up: direction == 1, at: at}
						defer func() {
							if t.Failed() {
								t.Logf("%s at octet %d %s", mode, at, name)
							}
						}()
						canonical(t, w)
						require.True(t, w.broken, "octet %d never came", at)
					})
				}
			})
		}
	}
}
