package interop

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
	"shortfare/smpp/smsc"
)

// texts go both ways with every peer: every alphabet, short and in parts.
func texts() []string {
	return []string{
		"BOOK G123 2",
		"@£$¥èéùìòÇØøÅå Δ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ ¤¡ÄÖÑܧ¿äöñüà",
		"{[~]} | ^ \\ €",
		"订G123两张 二等",
		"seat 12A 🚄",
		strings.TrimSpace(strings.Repeat("a long text with € and {}, ", 20)),
		strings.Repeat("已付1106元,5车12A。", 20),
	}
}

// served is an SMSC of ours on loopback.
type served struct {
	*smsc.SMSC
	host, port string
	events     chan smsc.Event
}

func serve(t *testing.T, cfg smsc.Config) *served {
	t.Helper()
	s := &served{events: make(chan smsc.Event, 100)}
	cfg.Accounts = map[string]string{systemID: password}
	cfg.OnEvent = func(e smsc.Event) { s.events <- e }
	s.SMSC = smsc.New(cfg)
	ln := loopback(t)
	var err error
	s.host, s.port, err = net.SplitHostPort(ln.Addr().String())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return s
}

// bindsToUs lets a scripted ESME bind to our SMSC; it sends every text back.
func bindsToUs(t *testing.T, start func(host, port, user, pass string) *child) {
	s := serve(t, smsc.Config{EnquireLink: 800 * time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()

	wrong := start(s.host, s.port, systemID, "wrong")
	require.EqualValues(t, pdu.ESME_RINVPASWD, wrong.next(ctx, "refused").Status)
	wrong.exit(ctx)
	require.Equal(t, smsc.Refused, (<-s.events).Kind)
	require.Equal(t, smsc.Failed, (<-s.events).Kind)

	c := start(s.host, s.port, systemID, password)
	require.Equal(t, "smscsim", c.next(ctx, "bound").ID)
	require.Zero(t, c.next(ctx, "alive").Status)
	require.NoError(t, s.WaitBound(ctx, 1))
	for i, text := range texts() {
		phone := "+861380013800" + string(rune('0'+i))
		id, err := s.Inject(phone, code, text, smsc.MOOptions{})
		require.NoError(t, err)
		m, err := s.WaitMO(ctx, id)
		require.NoError(t, err)
		require.Equal(t, smsc.Acked, m.State)
		roundTrip(ctx, t, c, m)
		shown, err := s.Wait(ctx, phone, 1)
		require.NoError(t, err)
		require.Equal(t, text, shown[0].Text)
		require.Equal(t, code, shown[0].From)
	}

	s.RefuseSubmits(pdu.ESME_RMSGQFUL, 1)
	_, err := s.Inject("+8613800138099", code, "refuse me", smsc.MOOptions{})
	require.NoError(t, err)
	require.EqualValues(t, pdu.ESME_RMSGQFUL, c.next(ctx, "resp").Status)
	require.Empty(t, s.Inbox("+8613800138099"))

	time.Sleep(1800 * time.Millisecond) // silence: only enquire_link keeps the bind
	_, err = s.Inject("+8613800138099", code, "BYE", smsc.MOOptions{})
	require.NoError(t, err)
	require.Zero(t, c.next(ctx, "unbound").Status)
	c.exit(ctx)
	require.Equal(t, smsc.Bound, (<-s.events).Kind)
	gone := <-s.events
	require.Equal(t, smsc.Gone, gone.Kind)
	require.ErrorIs(t, gone.Err, smpp.ErrUnbound)
	require.NoError(t, s.WaitIdle(ctx))
}

// roundTrip reads what the peer says of one text: all its parts, their
// acknowledgements, and the receipts for what it sent back.
func roundTrip(ctx context.Context, t *testing.T, c *child, m smsc.MO) {
	t.Helper()
	var said, acked, receipted []string
	for range 3 * m.Parts {
		switch e := c.next(ctx, "mo", "resp", "receipt"); e.Event {
		case "mo":
			require.Equal(t, strings.TrimPrefix(m.From, "+"), e.From)
			require.Equal(t, m.To, e.To)
			said = append(said, e.read(t))
		case "resp":
			require.Zero(t, e.Status)
			acked = append(acked, e.ID)
		default:
			r, err := coding.ParseReceipt(e.read(t))
			require.NoError(t, err)
			require.Equal(t, r.ID, e.ID, "receipted_message_id")
			require.Equal(t, coding.StateDelivered, r.State)
			receipted = append(receipted, r.ID)
		}
	}
	require.Equal(t, m.Text, strings.Join(said, ""))
	require.Len(t, said, m.Parts)
	require.ElementsMatch(t, acked, receipted)
}
