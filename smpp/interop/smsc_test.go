package interop

import (
	"context"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"shortfare/booking"
	"shortfare/smpp/link"
)

// store is a sink that has everything at once.
type store struct {
	arrivals chan booking.Arrival
	receipts chan booking.Receipt
}

func newStore() *store {
	return &store{make(chan booking.Arrival, 10_000), make(chan booking.Receipt, 10_000)}
}

// Receive takes a text or a part of one.
func (s *store) Receive(a booking.Arrival, done func(error)) { s.arrivals <- a; done(nil) }

// Receipt takes a receipt.
func (s *store) Receipt(r booking.Receipt, done func(error)) { s.receipts <- r; done(nil) }

// joined waits for the next whole text.
func (s *store) joined(ctx context.Context, t *testing.T) booking.MO {
	t.Helper()
	parts := map[string][]booking.Part{}
	for {
		select {
		case a := <-s.arrivals:
			if a.Part == nil {
				return a.MO
			}
			parts[a.Part.Key] = append(parts[a.Part.Key], *a.Part)
			text, complete, err := a.Join(parts[a.Part.Key])
			require.NoError(t, err)
			if complete {
				a.MO.Text = text
				return a.MO
			}
		case <-ctx.Done():
			t.Fatal("no text came back")
		}
	}
}

// receipt waits for the receipt of one message; those of its other parts are passed by.
func (s *store) receipt(ctx context.Context, t *testing.T, id string) booking.Receipt {
	t.Helper()
	for {
		select {
		case r := <-s.receipts:
			if r.MessageID == id {
				return r
			}
		case <-ctx.Done():
			t.Fatalf("no receipt for %s", id)
		}
	}
}

// linked is a link of ours that runs.
type linked struct {
	*link.Link
	*store
	stop func()
	logs *observer.ObservedLogs
}

func bindTo(t *testing.T, addr, pass string) *linked {
	t.Helper()
	core, logs := observer.New(zap.DebugLevel)
	l := &linked{store: newStore(), logs: logs}
	l.Link = link.New(link.Config{Name: "peer", Addr: addr, SystemID: systemID, Password: pass, EnquireLink: 800 * time.Millisecond,
		BackoffMin: 10 * time.Millisecond, BackoffMax: 10 * time.Millisecond}, l.store, zap.New(core))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	var once sync.Once
	l.stop = func() {
		once.Do(func() {
			cancel()
			require.NoError(t, <-ended)
		})
	}
	t.Cleanup(l.stop)
	return l
}

// send sends a text and waits for what became of it.
func (l *linked) send(ctx context.Context, t *testing.T, id int64, to booking.MSISDN, text string) booking.SendResult {
	t.Helper()
	got := make(chan booking.SendResult, 1)
	require.True(t, l.Send(booking.MT{ID: id, MSISDN: to, To: booking.Address{TON: 1, NPI: 1, Addr: to.String()}, From: booking.Address{Addr: code},
		Text: text, Receipt: true}, func(r booking.SendResult) { got <- r }))
	select {
	case r := <-got:
		return r
	case <-ctx.Done():
		t.Fatal("the peer does not answer a submit_sm")
		return booking.SendResult{}
	}
}

// weBind binds our link to a scripted SMSC, whose phones send every text back.
func weBind(t *testing.T, start func(host, port, user, pass string) *child) {
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	c := start("127.0.0.1", "0", systemID, password)
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(c.next(ctx, "listening").Port))

	wrong := bindTo(t, addr, "wrong")
	require.Equal(t, systemID, c.next(ctx, "refused").ID)
	require.ErrorIs(t, wrong.Ready(), link.ErrNotBound)
	wrong.stop()

	l := bindTo(t, addr, password)
	require.Equal(t, systemID, c.next(ctx, "bound").ID)
	require.Zero(t, c.next(ctx, "alive").Status)
	for i, text := range texts() {
		to := booking.MSISDN(8613800138000 + i)
		r := l.send(ctx, t, int64(i+1), to, text)
		require.Equal(t, booking.Done, r.Verdict)
		mo := l.joined(ctx, t)
		require.Equal(t, text, mo.Text)
		require.Equal(t, to, mo.MSISDN)
		require.Equal(t, code, mo.Dest.Addr)
		require.Equal(t, "DELIVRD", l.receipt(ctx, t, r.MessageID).State)
	}
	parts := int(l.Stats().Submitted)
	require.Greater(t, parts, len(texts()))
	time.Sleep(1800 * time.Millisecond) // silence: only enquire_link keeps the bind
	require.NoError(t, l.Ready())
	l.stop()
	mts, said := 0, ""
	for e := c.next(ctx, "mt", "resp", "unbound"); e.Event != "unbound"; e = c.next(ctx, "mt", "resp", "unbound") {
		if e.Event == "resp" {
			require.Zero(t, e.Status)
			continue
		}
		mts++
		said += e.read(t)
	}
	want := ""
	for _, text := range texts() {
		want += text
	}
	require.Equal(t, want, said, "as the peer read it")
	require.Equal(t, parts, mts)
	c.exit(ctx)
	require.Zero(t, l.logs.FilterMessage("unbind had no answer").Len())
}
