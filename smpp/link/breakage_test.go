package link

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"shortfare/booking"
	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// S20: alert_notification sends what waits for that phone at once, and for no
// other; one that says "not available" does nothing.
func TestS20Alert(t *testing.T) {
	run(t, Config{}, func(t *testing.T, w *world) {
		w.carrier.script(func(_ int, r *smpp.Request) { _ = r.Respond(pdu.ESME_RMSGQFUL, nil) })
		var out results
		out.send(w, mt(1, phone, "one"))
		out.send(w, mt(2, phone+1, "other"))
		time.Sleep(time.Minute)
		synctest.Wait()
		w.carrier.script(accept)
		alert := func(m booking.MSISDN, tlvs ...pdu.TLV) {
			p := &pdu.PDU{Header: pdu.Header{ID: pdu.AlertNotification}, Source: pdu.Address{TON: 1, NPI: 1, Addr: m.String()}, Dest: pdu.Address{Addr: code}, TLVs: tlvs}
			require.NoError(t, w.carrier.last().SendAlert(p))
			synctest.Wait()
		}
		before := len(out.all())
		alert(phone+7, pdu.Uint8TLV(pdu.TagMsAvailabilityStatus, 0))
		alert(phone, pdu.Uint8TLV(pdu.TagMsAvailabilityStatus, 2))
		require.Len(t, out.all(), before)
		begun := time.Now()
		w.Link.group.mu.Lock()
		w.Link.pace = pacer{} // the bind was slowed as well; this test is about the phone
		w.Link.group.mu.Unlock()
		alert(phone)
		require.Equal(t, []int64{1}, ids(out.all(), booking.SendResult{Verdict: booking.Done, MessageID: out.all()[0].MessageID}))
		require.Zero(t, time.Since(begun))
		require.EqualValues(t, 3, w.Stats().AlertsIn)
		require.NoError(t, w.carrier.last().Err())
	})
}

// S13: what cannot be read is counted and shown without secrets, at most once
// a second, and the bind lives.
func TestS13PoisonInTheLog(t *testing.T) {
	var raw net.Conn
	c := &carrier{wrap: func(n net.Conn) net.Conn { raw = n; return n }}
	start(t, c, Config{}, func(t *testing.T, w *world) {
		synctest.Wait()
		bad := append([]byte{0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 1}, "13800138000 6222021234567890 hunter2"...)
		bad[3] = byte(len(bad))
		for range 3 {
			_, err := raw.Write(bad)
			require.NoError(t, err)
		}
		synctest.Wait()
		require.EqualValues(t, 3, w.Stats().Poison)
		lines := w.logs.FilterMessage("unreadable PDU")
		require.Equal(t, 1, lines.Len())
		octets := lines.All()[0].ContextMap()["octets"].(string)
		require.Equal(t, "00000037000000050000000000000009"+"000101"+strings.Repeat("**", 11)+"20"+strings.Repeat("**", 16)+"20"+strings.Repeat("**", 7), octets)
		time.Sleep(2 * time.Second)
		_, err := raw.Write(bad)
		require.NoError(t, err)
		synctest.Wait()
		lines = w.logs.FilterMessage("unreadable PDU")
		require.EqualValues(t, 2, lines.All()[1].ContextMap()["not_shown"])
		require.Equal(t, pdu.ESME_ROK, <-w.carrier.deliver(t, mo("hello")))
		require.EqualValues(t, 1, w.Stats().Binds)
	})
}

// C08: header elements that are no part of the text are read past: EMS
// formatting, ports, unknown ones. Text of a length that cannot be stays.
func TestC08ElementsReadPast(t *testing.T) {
	for name, udh := range map[string][]byte{
		"EMS text formatting": {0x0A, 3, 0, 4, 0x10}, "EMS sound": {0x0B, 2, 0, 3}, "ports": {0x05, 4, 0x0B, 0x84, 0x23, 0xF0},
		"small picture": append([]byte{0x11, 33}, make([]byte, 33)...), "unknown": {0x7F, 2, 1, 2}, "none": {},
	} {
		run(t, Config{}, func(t *testing.T, w *world) {
			p := mo("BOOK G123")
			p.ESMClass |= 0x40
			p.ShortMessage = append(append([]byte{byte(len(udh))}, udh...), p.ShortMessage...)
			require.Equal(t, pdu.ESME_ROK, <-w.carrier.deliver(t, p))
			require.Equal(t, "BOOK G123", w.sink.arrived()[0].MO.Text, name)
		})
	}
}

// What data_coding 15 and shift tables mean is the carrier's.
func TestInboundReadings(t *testing.T) {
	run(t, Config{PlainDCS15: true, IgnoreShift: true}, func(t *testing.T, w *world) {
		p := mo("BOOK G123")
		p.DataCoding = 15
		<-w.carrier.deliver(t, p)
		p = mo("")
		p.ESMClass, p.ShortMessage = 0x40, append([]byte{3, 0x25, 1, 1}, 0x1C) // Turkish locking table: another letter there
		<-w.carrier.deliver(t, p)
		require.Equal(t, "BOOK G123", w.sink.arrived()[0].MO.Text)
		require.Equal(t, "Æ", w.sink.arrived()[1].MO.Text)
	})
}

// certificate makes a certificate of a host and a pool that trusts it alone.
func certificate(t *testing.T, host string, from, until time.Time) (tls.Certificate, *x509.CertPool) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	self := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, NotBefore: from, NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, self, self, &key.PublicKey, key)
	require.NoError(t, err)
	leaf, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// S19: without a trusted peer nothing of SMPP is sent, however often; with one
// the link binds, showing its own certificate.
func TestS19TLS(t *testing.T) {
	now := time.Now()
	good, pool := certificate(t, "smsc", now.Add(-time.Hour), now.Add(time.Hour))
	expired, expiredPool := certificate(t, "smsc", now.Add(-2*time.Hour), now.Add(-time.Hour))
	_, stranger := certificate(t, "smsc", now.Add(-time.Hour), now.Add(time.Hour))
	for name, c := range map[string]struct {
		server *tls.Certificate // nil: plain text
		client *tls.Config
		ok     bool
	}{
		"trusted":           {&good, &tls.Config{RootCAs: pool, ServerName: "smsc", Certificates: []tls.Certificate{good}}, true},
		"no certificate":    {&good, &tls.Config{RootCAs: pool, ServerName: "smsc"}, false},
		"another authority": {&good, &tls.Config{RootCAs: stranger, ServerName: "smsc", Certificates: []tls.Certificate{good}}, false},
		"another name":      {&good, &tls.Config{RootCAs: pool, ServerName: "other", Certificates: []tls.Certificate{good}}, false},
		"expired":           {&expired, &tls.Config{RootCAs: expiredPool, ServerName: "smsc", Certificates: []tls.Certificate{expired}}, false},
		"plain text":        {nil, &tls.Config{RootCAs: pool, ServerName: "smsc", Certificates: []tls.Certificate{good}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			var binds atomic.Int64
			tried := make(chan struct{}, 100)
			accept := func(*pdu.PDU) pdu.Status { binds.Add(1); return pdu.ESME_ROK }
			go func() {
				for {
					conn, err := listener.Accept()
					if err != nil {
						return
					}
					if c.server != nil {
						conn = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{*c.server}, ClientAuth: tls.RequireAnyClientCert})
					}
					s := smpp.Accept(conn, smpp.Config{SessionInit: time.Second}, accept)
					select {
					case <-s.Bound():
					case <-s.Done():
					}
					tried <- struct{}{}
				}
			}()
			core, logs := observer.New(zap.DebugLevel)
			l := New(Config{Name: "n", Addr: listener.Addr().String(), SystemID: "esme", TLS: c.client, BackoffMin: time.Millisecond, BackoffMax: 2 * time.Millisecond}, &sink{}, zap.New(core))
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- l.Run(ctx) }()
			<-tried
			if !c.ok {
				<-tried // it goes on, and in TLS
			} else {
				require.Eventually(t, func() bool { return l.Ready() == nil }, 10*time.Second, time.Millisecond)
			}
			cancel()
			require.NoError(t, <-ended)
			require.NoError(t, listener.Close())
			if c.ok {
				require.EqualValues(t, 1, binds.Load())
				return
			}
			require.Zero(t, binds.Load())
			require.Zero(t, l.Stats().Binds)
			if name != "no certificate" { // TLS 1.3 tells a client so after its handshake only
				require.NotZero(t, l.Stats().Untrusted)
				require.NotZero(t, logs.FilterLevelExact(zap.ErrorLevel).Len())
			}
		})
	}
}

// S20: outbind with the agreed names makes the link bind on the carrier's own
// connection; anybody else's is closed.
func TestS20Outbind(t *testing.T) {
	l, end := awaitsOutbind(t, nil)
	call := func(password string) *smpp.Session {
		s := smpp.Accept(dialOutbind(t, l.cfg.OutbindListen), smpp.Config{}, func(p *pdu.PDU) pdu.Status {
			if p.ID != pdu.BindTransceiver {
				return pdu.ESME_RBINDFAIL
			}
			return pdu.ESME_ROK
		})
		require.NoError(t, s.SendAlert(&pdu.PDU{Header: pdu.Header{ID: pdu.Outbind}, SystemID: "smsc", Password: password}))
		return s
	}
	stranger := call("wrong")
	s := call("secret")
	select {
	case <-s.Bound():
	case <-time.After(10 * time.Second):
		t.Fatal("not bound")
	}
	require.Equal(t, smpp.Open, stranger.State())
	resp, err := s.Submit(t.Context(), mo("hello"))
	require.NoError(t, err)
	require.Equal(t, pdu.ESME_ROK, resp.Status)
	end()
	<-s.Done()
	<-stranger.Done()
}
