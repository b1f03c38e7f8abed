package smpp

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/pdu"
)

// pair returns a bound ESME and its SMSC over a pipe.
func pair(t *testing.T, esme, smsc Config) (*Session, *Session) {
	a, b := net.Pipe()
	server := Accept(b, smsc, accept)
	client, err := Bind(t.Context(), a, BindRequest{SystemID: "esme", Password: "hunter2", Command: pdu.BindTransceiver}, esme)
	require.NoError(t, err)
	<-server.Bound()
	return client, server
}

func TestBindBothEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := pair(t, Config{}, Config{SystemID: "carrier"})
		require.Equal(t, "carrier", client.Peer().SystemID)
		require.Equal(t, "esme", server.Peer().SystemID)
		require.Empty(t, server.Peer().Password)
		require.Equal(t, ESME, client.Role())
		require.NotNil(t, client.RemoteAddr())
		require.NoError(t, client.Err())
		require.ErrorIs(t, client.Bind(t.Context(), BindRequest{}), ErrBadState)
		require.ErrorIs(t, client.Bind(t.Context(), BindRequest{Command: pdu.Unbind}), ErrNotSent)
		require.NoError(t, client.Unbind(t.Context()))
		require.NoError(t, client.Unbind(t.Context()), "again")
		<-server.Done()
		require.ErrorIs(t, client.Err(), ErrUnbound)
		require.ErrorIs(t, server.Err(), ErrUnbound)
		require.Equal(t, Closed, server.State())
	})
}

func TestS10RefusedBindShowsNoPassword(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		server := Accept(b, Config{}, func(*pdu.PDU) pdu.Status { return pdu.ESME_RINVPASWD })
		req := BindRequest{SystemID: "esme", Password: "hunter2"}
		_, err := Bind(t.Context(), a, req, Config{})
		var refused *BindError
		require.ErrorAs(t, err, &refused)
		require.ErrorIs(t, err, pdu.ESME_RINVPASWD)
		require.NotContains(t, err.Error(), "hunter2")
		for _, verb := range []string{"%v", "%+v", "%#v"} {
			require.NotContains(t, fmt.Sprintf(verb, req), "hunter2")
		}
		<-server.Done()
		require.ErrorIs(t, server.Err(), ErrPeerClosed)
	})
}

func TestBindEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		defer b.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := Bind(ctx, a, BindRequest{SystemID: "esme"}, Config{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		_, err = b.Read(make([]byte, 1))
		require.Error(t, err, "the connection is closed")
	})
}

func TestBindWithAFieldThatCannotBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		defer b.Close()
		_, err := Bind(t.Context(), a, BindRequest{SystemID: "much longer than fifteen"}, Config{})
		require.ErrorIs(t, err, pdu.ErrTooLong)
		require.ErrorIs(t, err, ErrNotSent)
		a, b = net.Pipe()
		server := Accept(b, Config{SystemID: "much longer than fifteen"}, accept)
		_, err = Bind(t.Context(), a, BindRequest{SystemID: "esme"}, Config{})
		require.ErrorIs(t, err, pdu.ESME_RSYSERR)
		<-server.Done()
	})
}

func TestBothEndsUnbindAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := pair(t, Config{}, Config{})
		var wg sync.WaitGroup
		for _, s := range []*Session{client, server, client} {
			wg.Go(func() {
				if err := s.Unbind(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		require.ErrorIs(t, client.Err(), ErrUnbound)
		require.ErrorIs(t, server.Err(), ErrUnbound)
	})
}

func TestUnbindEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := pair(t, Config{}, Config{Handle: func(*Request) {}})
		var outcome error
		require.NoError(t, client.TrySend(sampleSM(pdu.SubmitSM), func(_ *pdu.PDU, err error) { outcome = err }))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, client.Unbind(ctx), context.DeadlineExceeded)
		require.ErrorIs(t, outcome, ErrUnknownOutcome)
		require.ErrorIs(t, client.Err(), ErrClosed)
		<-server.Done()
	})
}

func TestUnbindBeforeTheBind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		defer b.Close()
		s := NewSession(a, ESME, Config{})
		require.NoError(t, s.Unbind(t.Context()))
		require.ErrorIs(t, s.Err(), ErrUnbound)
	})
}

func TestSendAlert(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []*pdu.PDU
		client, server := pair(t, Config{Handle: func(r *Request) { got = append(got, r.PDU) }}, Config{})
		alert := &pdu.PDU{Header: pdu.Header{ID: pdu.AlertNotification}, Source: pdu.Address{Addr: "123"}}
		require.NoError(t, server.SendAlert(alert))
		require.ErrorIs(t, client.SendAlert(alert), ErrNotSent)
		require.ErrorIs(t, server.SendAlert(sampleSM(pdu.DeliverSM)), ErrBadState)
		alert.Source.Addr = "\x00"
		require.ErrorIs(t, server.SendAlert(alert), pdu.ErrNUL)
		synctest.Wait()
		require.Len(t, got, 1)
		require.Equal(t, "123", got[0].Source.Addr)
		require.NoError(t, server.Close())
		<-client.Done()
		require.ErrorIs(t, server.SendAlert(alert), ErrNotSent)
	})
}

// Real sockets, many senders on both ends, and one end cut in the middle: every request has one outcome on either end, and both sessions end.
func TestStress(t *testing.T) {
	for _, cut := range []bool{false, true} {
		a, b := tcpPair(t)
		answer := func(r *Request) {
			if r.PDU.Sequence%3 == 0 {
				go func() { _ = r.Respond(pdu.ESME_ROK, nil) }()
				return
			}
			_ = r.Respond(pdu.ESME_ROK, nil)
		}
		cfg := Config{Window: 20, MaxInbound: 15, Handle: answer}
		server := Accept(b, cfg, accept)
		client, err := Bind(t.Context(), a, BindRequest{SystemID: "esme"}, cfg)
		require.NoError(t, err)
		<-server.Bound()
		var started, ended atomic.Int64
		var wg sync.WaitGroup
		for i, s := range []*Session{client, server} {
			id := []pdu.CommandID{pdu.SubmitSM, pdu.DeliverSM}[i]
			for n := range 30 {
				wg.Go(func() {
					for k := range 60 {
						if cut && n == 7 && k == 30 {
							_ = s.Close()
						}
						done := func(*pdu.PDU, error) { ended.Add(1) }
						if n%2 == 0 && s.Send(t.Context(), sampleSM(id), done) == nil {
							started.Add(1)
						} else if n%2 == 1 && s.TrySend(sampleSM(id), done) == nil {
							started.Add(1)
						}
					}
				})
			}
		}
		wg.Wait()
		if !cut {
			require.NoError(t, client.Unbind(t.Context()))
		}
		<-client.Done()
		<-server.Done()
		require.Equal(t, started.Load(), ended.Load())
		for _, s := range []*Session{client, server} {
			st := s.Stats()
			require.Zero(t, st.WindowUsed)
			require.Equal(t, st.Sent, st.Answered+st.TimedOut+st.LostUnknown+st.LostNotSent)
		}
	}
}
