package link

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// S19, S20: with TLS configured, outbind counts on a connection that is as safe
// as one of our own: a certificate of the pinned authority for the carrier's name.
func TestS19S20OutbindTLS(t *testing.T) {
	now := time.Now()
	ours, ourPool := certificate(t, "esme", now.Add(-time.Hour), now.Add(time.Hour))
	good, pool := certificate(t, "smsc", now.Add(-time.Hour), now.Add(time.Hour))
	other, _ := certificate(t, "smsc", now.Add(-time.Hour), now.Add(time.Hour))
	expired, expiredPool := certificate(t, "smsc", now.Add(-2*time.Hour), now.Add(-time.Hour))
	calls := func(c ...tls.Certificate) *tls.Config {
		return &tls.Config{RootCAs: ourPool, ServerName: "esme", Certificates: c}
	}
	trusts := &tls.Config{RootCAs: pool, ServerName: "smsc", Certificates: []tls.Certificate{ours}}
	for name, c := range map[string]struct {
		link    *tls.Config
		carrier *tls.Config // nil: plain text
		ok      bool
	}{
		"trusted":           {trusts, calls(good), true},
		"name of addr":      {&tls.Config{RootCAs: pool, Certificates: []tls.Certificate{ours}}, calls(good), true},
		"another authority": {trusts, calls(other), false},
		"another name":      {&tls.Config{RootCAs: pool, ServerName: "elsewhere", Certificates: []tls.Certificate{ours}}, calls(good), false},
		"no certificate":    {trusts, calls(), false},
		"expired":           {&tls.Config{RootCAs: expiredPool, ServerName: "smsc", Certificates: []tls.Certificate{ours}}, calls(expired), false},
		"plain text":        {trusts, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			l, end := awaitsOutbind(t, c.link)
			defer end()
			conn := dialOutbind(t, l.cfg.OutbindListen)
			if c.carrier != nil {
				conn = tls.Client(conn, c.carrier)
			}
			s := smpp.Accept(conn, smpp.Config{}, func(*pdu.PDU) pdu.Status { return pdu.ESME_ROK })
			require.NoError(t, s.SendAlert(&pdu.PDU{Header: pdu.Header{ID: pdu.Outbind}, SystemID: "smsc", Password: "secret"}))
			if !c.ok {
				<-s.Done()
				require.Eventually(t, func() bool { return l.Stats().Untrusted == 1 }, 10*time.Second, time.Millisecond)
				require.Zero(t, l.Stats().Binds)
				return
			}
			select {
			case <-s.Bound():
			case <-s.Done():
				require.NoError(t, s.Err())
			}
			resp, err := s.Submit(t.Context(), mo("hello"))
			require.NoError(t, err)
			require.Equal(t, pdu.ESME_ROK, resp.Status)
		})
	}
}

// awaitsOutbind is a link that cannot connect by itself.
func awaitsOutbind(t *testing.T, secured *tls.Config) (l *Link, end func()) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := free.Addr().String()
	require.NoError(t, free.Close())
	l = New(Config{Name: "n", Addr: "smsc:2775", SystemID: "esme", OutbindListen: addr, OutbindID: "smsc", OutbindPassword: "secret", TLS: secured,
		BackoffMin: time.Hour, BackoffMax: time.Hour, Dial: func(context.Context) (net.Conn, error) { return nil, errors.New("the carrier calls, we do not") }}, &sink{}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	return l, func() {
		cancel()
		require.NoError(t, <-ended)
	}
}

// dialOutbind connects as the carrier does, as soon as somebody listens.
func dialOutbind(t *testing.T, addr string) (conn net.Conn) {
	require.Eventually(t, func() bool {
		c, err := net.Dial("tcp", addr)
		conn = c
		return err == nil
	}, 10*time.Second, time.Millisecond)
	return conn
}
