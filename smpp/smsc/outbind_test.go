package smsc

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
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

// S19, S20: with TLS the SMSC secures the connections that it accepts and those
// that it makes, and does not ask who it cannot trust.
func TestS19S20OutbindTLS(t *testing.T) {
	pair, pool := certificate(t, "127.0.0.1")
	_, stranger := certificate(t, "127.0.0.1")
	for name, trusted := range map[string]*x509.CertPool{"trusted": pool, "stranger": stranger} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			s := New(Config{Accounts: map[string]string{"gw": "pw"}, TLS: &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: trusted}})
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			served := make(chan error, 1)
			go func() { served <- s.Serve(ctx, ln) }()
			defer func() {
				cancel()
				require.NoError(t, <-served)
			}()
			conn, err := tls.Dial("tcp", ln.Addr().String(), &tls.Config{RootCAs: pool})
			require.NoError(t, err)
			e, err := smpp.Bind(ctx, conn, smpp.BindRequest{Command: pdu.BindTransceiver, SystemID: "gw", Password: "pw"}, smpp.Config{})
			require.NoError(t, err)
			require.NoError(t, e.Unbind(ctx))

			door, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAnyClientCert})
			require.NoError(t, err)
			defer func() { _ = door.Close() }()
			knocked := make(chan string, 1)
			go func() {
				c, err := door.Accept()
				if err != nil {
					return
				}
				e := smpp.NewSession(c, smpp.ESME, smpp.Config{Handle: func(r *smpp.Request) { knocked <- r.PDU.Password }})
				<-e.Done()
				close(knocked)
			}()
			err = s.Outbind(ctx, door.Addr().String(), "knock")
			if trusted == pool {
				require.NoError(t, err)
				require.Equal(t, "knock", <-knocked)
				require.NoError(t, s.until(ctx, func() bool { return len(s.conns) == 1 }), "the unbound one goes when it has seen the end")
				require.Equal(t, 1, s.Drop(), "a reset reaches below TLS")
				<-knocked
				return
			}
			require.ErrorAs(t, err, new(*tls.CertificateVerificationError))
			require.Empty(t, <-knocked)
		})
	}
}

// certificate makes a certificate of an address and a pool that trusts it alone.
func certificate(t *testing.T, ip string) (tls.Certificate, *x509.CertPool) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	self := &x509.Certificate{SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.ParseIP(ip)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, self, self, &key.PublicKey, key)
	require.NoError(t, err)
	leaf, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
