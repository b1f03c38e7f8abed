package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"os"
)

// tlsFiles name what secures the connections of ESMEs.
type tlsFiles struct{ cert, key, ca string }

func (t *tlsFiles) flags(f *flag.FlagSet) {
	f.StringVar(&t.cert, "tls-cert", "", "`file` of our certificate in PEM: ESMEs bind with TLS, and outbind calls with it")
	f.StringVar(&t.key, "tls-key", "", "`file` of its key")
	f.StringVar(&t.ca, "tls-ca", "", "`file` of the authority that ESMEs need a certificate of, in PEM; empty: they need none")
}

// config loads the files; nil without any.
func (t *tlsFiles) config() (*tls.Config, error) {
	if *t == (tlsFiles{}) {
		return nil, nil
	}
	if t.cert == "" || t.key == "" {
		return nil, errors.New("--tls-cert and --tls-key belong together; --tls-ca needs both")
	}
	pair, err := tls.LoadX509KeyPair(t.cert, t.key)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert %s, --tls-key %s: %w", t.cert, t.key, err)
	}
	cfg := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}
	if t.ca == "" {
		return cfg, nil
	}
	pem, err := os.ReadFile(t.ca)
	if err != nil {
		return nil, fmt.Errorf("--tls-ca: %w", err)
	}
	cfg.RootCAs = x509.NewCertPool()
	if !cfg.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("--tls-ca: %s holds no certificate in PEM", t.ca)
	}
	cfg.ClientCAs, cfg.ClientAuth = cfg.RootCAs, tls.RequireAndVerifyClientCert
	return cfg, nil
}
