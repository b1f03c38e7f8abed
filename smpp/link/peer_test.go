package link

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	peerpdu "github.com/fiorix/go-smpp/smpp/pdu"
	"github.com/fiorix/go-smpp/smpp/pdu/pdufield"
	"github.com/fiorix/go-smpp/smpp/smpptest"
	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/smpp/coding"
)

// peerCarrier is an independent SMSC: it answers every submit_sm and lets the
// phone write "re: " and the text back, as a short and as a long text.
//
// Known limits of go-smpp that are kept out of the way here: its deliver_sm is
// written with an octet for udh_length that SMPP 3.4 does not have, so that
// every text is shifted (those two fields are made empty below); it can neither
// read nor write data_sm, and drops the connection for it; message_payload in a
// deliver_sm is misplaced for the same octet; writes of its test server are not
// locked, so that all are made on the goroutine that reads; sequence numbers
// are one count for the whole process.
type peerCarrier struct {
	mu       sync.Mutex
	texts    []string
	statuses []uint32
}

func (p *peerCarrier) handle(c smpptest.Conn, m peerpdu.Body) {
	var resp peerpdu.Body
	var after []peerpdu.Body
	p.mu.Lock()
	defer p.mu.Unlock()
	switch m.Header().ID {
	case peerpdu.SubmitSMID:
		resp = peerpdu.NewSubmitSMResp()
		_ = resp.Fields().Set(pdufield.MessageID, fmt.Sprint("peer-", len(p.texts)))
		text := m.Fields()[pdufield.ShortMessage].String()
		if m.Fields()[pdufield.ESMClass].Bytes()[0]&coding.ESMClassUDHI != 0 {
			p.texts = append(p.texts, text[6:]) // it does not take a header off a submit_sm
			break
		}
		p.texts = append(p.texts, text)
		after = peerTexts(m.Fields()[pdufield.DestinationAddr].String(), text)
	case peerpdu.DeliverSMRespID:
		p.statuses = append(p.statuses, uint32(m.Header().Status))
		return
	case peerpdu.UnbindID:
		resp = peerpdu.NewUnbindResp()
	case peerpdu.EnquireLinkID:
		resp = peerpdu.NewEnquireLinkResp()
	default:
		return
	}
	resp.Header().Seq = m.Header().Seq
	_ = c.Write(resp)
	for _, d := range after {
		_ = c.Write(d)
	}
}

// peerTexts are the phone's answers to a submit_sm.
func peerTexts(from, text string) (list []peerpdu.Body) {
	short, _ := coding.Split("re: "+text, coding.SplitOptions{Reference: 9})
	long, _ := coding.Split(strings.Repeat("re: "+text+" ", 40), coding.SplitOptions{Reference: 10})
	for _, part := range append(short, long...) {
		d := peerpdu.NewDeliverSM()
		f := d.Fields()
		_ = f.Set(pdufield.SourceAddrTON, 1)
		_ = f.Set(pdufield.SourceAddrNPI, 1)
		_ = f.Set(pdufield.SourceAddr, strings.TrimRight(from, "\x00"))
		_ = f.Set(pdufield.DestinationAddr, code)
		_ = f.Set(pdufield.ESMClass, int(part.ESMClass))
		_ = f.Set(pdufield.DataCoding, int(part.DataCoding))
		_ = f.Set(pdufield.ShortMessage, part.ShortMessage)
		f[pdufield.UDHLength], f[pdufield.GSMUserData] = &pdufield.SM{}, &pdufield.SM{}
		list = append(list, d)
	}
	return list
}

// The link binds to go-smpp's server over loopback, texts pass both ways, and
// it unbinds.
func TestPeerSMSC(t *testing.T) {
	p := &peerCarrier{}
	server := smpptest.NewUnstartedServer()
	server.Handler = p.handle
	server.Start()
	defer server.Close()
	in := &sink{}
	l := New(Config{Name: "peer", Addr: server.Addr(), SystemID: smpptest.DefaultUser, Password: smpptest.DefaultPasswd,
		EnquireLink: 20 * time.Millisecond}, in, nil)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	const n = 50
	long := strings.Repeat("seat 12A window ", 25)
	got := make(chan booking.SendResult, n+1)
	for i := range n {
		require.True(t, l.Send(mt(int64(i), phone+booking.MSISDN(i), fmt.Sprintf("Paid, seat %02d", i)), func(r booking.SendResult) { got <- r }))
	}
	require.True(t, l.Send(mt(n, phone+n, long), func(r booking.SendResult) { got <- r }))
	for range n + 1 {
		r := <-got
		require.Equal(t, booking.Done, r.Verdict)
		require.Contains(t, r.MessageID, "peer-")
	}
	parts := 0
	require.Eventually(t, func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		st := l.Stats()
		parts = int(st.PartsIn)
		return st.TextsIn == n && parts == n*5 && len(p.statuses) == n*6
	}, 10*time.Second, time.Millisecond)
	cancel()
	require.NoError(t, <-ended)
	joined := map[string][]booking.Part{}
	for _, a := range in.arrived() {
		want := fmt.Sprintf("re: Paid, seat %02d", a.MO.MSISDN-phone)
		if a.Part == nil {
			require.Equal(t, want, a.MO.Text)
			continue
		}
		joined[a.Part.Key] = append(joined[a.Part.Key], *a.Part)
		if text, complete, _ := a.Join(joined[a.Part.Key]); complete {
			require.Equal(t, strings.Repeat(want+" ", 40), text)
			delete(joined, a.Part.Key)
		}
	}
	require.Empty(t, joined)
	for _, s := range p.statuses {
		require.Zero(t, s)
	}
	require.Equal(t, long, strings.Join(p.texts[len(p.texts)-3:], ""))
}

// A wrong password is refused by hanging up, and never logged.
func TestPeerWrongPassword(t *testing.T) {
	server := smpptest.NewServer()
	defer server.Close()
	l := New(Config{Addr: server.Addr(), SystemID: smpptest.DefaultUser, Password: "wrong", BackoffMin: time.Millisecond}, &sink{}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	require.Eventually(t, func() bool { return l.Stats().BindFailures > 2 }, 10*time.Second, time.Millisecond)
	require.ErrorIs(t, l.Ready(), ErrNotBound)
	cancel()
	require.NoError(t, <-ended)
}
