package register_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/booking/identity/register"
	"shortfare/booking/identity/register/sim"
)

// authority makes certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	require.NoError(t, err)
	c, err = x509.ParseCertificate(der)
	require.NoError(t, err)
	return authority{c, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

// issue writes a certificate and its key to files.
func (a authority) issue(t *testing.T, host string, until time.Time) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	c := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host}, NotAfter: until, IPAddresses: []net.IP{net.ParseIP(host)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, c, a.cert, &private.PublicKey, a.key)
	require.NoError(t, err)
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	dir := t.TempDir()
	write := func(name, kind string, b []byte) string {
		f := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(f, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}), 0o600))
		return f
	}
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", raw)
}

// serve starts a register behind TLS that asks for our certificate.
func (a authority) serve(t *testing.T, h http.Handler, host string, until time.Time) string {
	t.Helper()
	cert, key := a.issue(t, host, until)
	pair, err := tls.LoadX509KeyPair(cert, key)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes that fail are what is tested
	srv.EnableHTTP2 = true
	srv.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return srv.URL
}

// The connection fails closed: nothing is asked of a register that is not the
// pinned authority's, nor without our own certificate where it wants one.
func TestTLSFailsClosed(t *testing.T) {
	ours, theirs := newAuthority(t), newAuthority(t)
	s := &sim.Register{Key: secret}
	v := newVault(t)
	soon := time.Now().Add(time.Hour)
	cert, key := ours.issue(t, "127.0.0.1", soon)
	stranger, strangerKey := theirs.issue(t, "127.0.0.1", soon)
	good := ours.serve(t, s, "127.0.0.1", soon)
	for _, c := range []struct {
		name, url, cert, key string
		cause                string
	}{
		{"right", good, cert, key, ""},
		{"no certificate of ours", good, "", "", "register: "},
		{"a certificate of somebody's", good, stranger, strangerKey, "register: "},
		{"another authority", theirs.serve(t, s, "127.0.0.1", soon), cert, key, "not trusted"},
		{"another host", ours.serve(t, s, "127.0.0.2", soon), cert, key, "not trusted"},
		{"expired", ours.serve(t, s, "127.0.0.1", time.Now().Add(-time.Minute)), cert, key, "not trusted"},
		{"no TLS", "https" + urlOf(t, s)[len("http"):], cert, key, "no HTTP spoken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := s.Asked()
			secured, err := register.LoadTLS(ours.pem, c.cert, c.key)
			require.NoError(t, err)
			r, err := register.New(register.Options{URL: c.url, Key: secret, Vault: v, TLS: secured, Timeout: 30 * time.Second})
			require.NoError(t, err)
			defer r.Close()
			got := r.Verify(t.Context(), question(v, "q1"))
			if c.cause == "" {
				require.Equal(t, booking.Done, got.Verdict, "%v", got.Cause)
				require.Equal(t, before+1, s.Asked())
				return
			}
			require.Equal(t, booking.Unknown, got.Verdict)
			require.ErrorContains(t, got.Cause, c.cause)
			require.Equal(t, before, s.Asked())
		})
	}
}

func TestLoadTLS(t *testing.T) {
	a := newAuthority(t)
	cert, key := a.issue(t, "127.0.0.1", time.Now().Add(time.Hour))
	c, err := register.LoadTLS(a.pem, cert, key)
	require.NoError(t, err)
	require.Len(t, c.Certificates, 1)
	require.Equal(t, uint16(tls.VersionTLS12), c.MinVersion)
	_, err = register.LoadTLS([]byte("x"), "", "")
	require.ErrorContains(t, err, "no certificate in PEM")
	_, err = register.LoadTLS(a.pem, cert, cert)
	require.ErrorContains(t, err, "our certificate")
	c.InsecureSkipVerify = true
	_, err = register.New(register.Options{URL: "https://h/", Key: secret, Vault: newVault(t), TLS: c})
	require.ErrorContains(t, err, "authority")
}
