package smsc

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// An ESME that listens is asked to bind, and then is one like any other.
func TestS20Outbind(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := New(Config{Accounts: map[string]string{"gw": "pw"}})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, ln) }()
	door, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = door.Close() }()
	require.Eventually(t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.serving != nil
	}, 10*time.Second, time.Millisecond)
	said, err := s.Control([]string{"outbind", door.Addr().String(), "knock"})
	require.NoError(t, err)
	require.Contains(t, said, "asked 127.0.0.1:")
	c, err := door.Accept()
	require.NoError(t, err)
	knocked, texts := make(chan *pdu.PDU, 1), make(chan *pdu.PDU, 1)
	e := smpp.NewSession(c, smpp.ESME, smpp.Config{Handle: func(r *smpp.Request) {
		if r.PDU.ID == pdu.Outbind {
			knocked <- r.PDU
			return
		}
		_ = r.Respond(pdu.ESME_ROK, nil) // a session that ended needs none
		texts <- r.PDU
	}})
	p := <-knocked
	require.Equal(t, []string{"smscsim", "knock"}, []string{p.SystemID, p.Password})
	require.NoError(t, e.Bind(ctx, smpp.BindRequest{SystemID: "gw", Password: "pw"}))
	inject(t, s, phoneA, "BOOK")
	require.Equal(t, "BOOK", string((<-texts).ShortMessage))
	cancel()
	require.NoError(t, <-served)
	require.ErrorIs(t, s.Outbind(t.Context(), door.Addr().String(), ""), ErrNotServing)
	<-e.Done()
}
