package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// selfSigned writes a certificate of 127.0.0.1, which is its own authority, and its key.
func selfSigned(t *testing.T) (cert, key string) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	self := &x509.Certificate{SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, self, self, &private.PublicKey, private)
	require.NoError(t, err)
	octets, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	write := func(name, kind string, b []byte) string {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}), 0o600))
		return path
	}
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", octets)
}

// An ESME with a certificate binds over TLS, one in plain text does not.
func TestTLS(t *testing.T) {
	cert, key := selfSigned(t)
	pair, err := tls.LoadX509KeyPair(cert, key)
	require.NoError(t, err)
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	for name, client := range map[string]*tls.Config{
		"certificate":    {RootCAs: pool, Certificates: []tls.Certificate{pair}},
		"no certificate": {RootCAs: pool},
		"plain text":     nil,
	} {
		t.Run(name, func(t *testing.T) {
			g := &gateway{answers: map[string]string{"BOOK": "PAID"}}
			var bound sync.WaitGroup
			p := &program{Listening: func(a net.Addr) {
				bound.Go(func() {
					c, err := net.Dial(a.Network(), a.String())
					if err != nil {
						return
					}
					if client != nil {
						cfg := client.Clone()
						cfg.ServerName = "127.0.0.1"
						c = tls.Client(c, cfg)
					}
					g.talk(c)
				})
			}}
			want, wait := exitDiffers, "300ms"
			if name == "certificate" {
				want, wait = exitOK, "20s"
			}
			var out, errs lockedBuffer
			code := p.Run(t.Context(), []string{"load", "--listen", "127.0.0.1:0", "--text", "BOOK", "--messages", "2", "--strict", "--bind-wait", wait,
				"--tls-cert", cert, "--tls-key", key, "--tls-ca", cert}, nil, &out, &errs)
			require.Equal(t, want, code, errs.String())
			bound.Wait()
		})
	}
	for want, args := range map[string][]string{
		"belong together":      {"serve", "--tls-cert", cert},
		"no such file":         {"serve", "--tls-cert", "nowhere", "--tls-key", key},
		"holds no certificate": {"serve", "--tls-cert", cert, "--tls-key", key, "--tls-ca", key},
	} {
		code, _, said := run(t, nil, "", args...)
		require.Equal(t, exitUsage, code, args)
		require.Contains(t, said, want)
	}
}
