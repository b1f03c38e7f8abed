package link

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"time"
)

// Limits of a connection.
const (
	dialTimeout = 10 * time.Second
	// deadAfter is how long octets may stay unacknowledged by the peer's host
	// (S02): a half-open connection fails then, though nothing is read from it.
	deadAfter = 30 * time.Second
)

// ErrTLS is wrapped by the error of a connection that could not be secured:
// a certificate that is not to be trusted, a handshake that was cut.
var ErrTLS = errors.New("TLS")

// dialer connects to addr by TCP, from an address of ours if one is given.
func dialer(addr string, from net.IP) func(context.Context) (net.Conn, error) {
	d := net.Dialer{Timeout: dialTimeout, Control: userTimeout}
	if from != nil {
		d.LocalAddr = &net.TCPAddr{IP: from}
	}
	return func(ctx context.Context) (net.Conn, error) { return d.DialContext(ctx, "tcp", addr) }
}

// secured is dial with a TLS handshake, which ends before an octet of SMPP is
// sent. It fails closed: an error closes the connection (S19).
func secured(dial func(context.Context) (net.Conn, error), cfg *tls.Config, addr string) func(context.Context) (net.Conn, error) {
	cfg = named(cfg, addr)
	return func(ctx context.Context) (net.Conn, error) {
		plain, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		ctx, cancel := context.WithTimeout(ctx, dialTimeout)
		defer cancel()
		c := tls.Client(plain, cfg)
		if err := c.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("%w: %w", ErrTLS, err), ignoreClosed(plain.Close()))
		}
		return c, nil
	}
}

// named is the configuration with the carrier's name in it: the host of addr
// when it has none.
func named(cfg *tls.Config, addr string) *tls.Config {
	cfg = cfg.Clone()
	cfg.MinVersion = max(cfg.MinVersion, tls.VersionTLS12)
	cfg.Renegotiation = tls.RenegotiateNever
	if cfg.ServerName == "" {
		cfg.ServerName, _, _ = net.SplitHostPort(addr) // an address without a port fails to connect
	}
	return cfg
}

// answering is the other side of a configuration, for connections that the
// carrier makes: it has to prove the same name by the same authorities. Its
// certificate may be made out for servers, for clients or for both.
func answering(cfg *tls.Config, addr string) *tls.Config {
	cfg = named(cfg, addr)
	cfg.ClientAuth = tls.RequireAnyClientCert // checked here: the standard check takes certificates of clients only
	cfg.VerifyConnection = func(s tls.ConnectionState) error {
		o := x509.VerifyOptions{Roots: cfg.RootCAs, DNSName: cfg.ServerName, Intermediates: x509.NewCertPool(),
			KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
		if cfg.Time != nil {
			o.CurrentTime = cfg.Time()
		}
		for _, c := range s.PeerCertificates[1:] {
			o.Intermediates.AddCert(c)
		}
		_, err := s.PeerCertificates[0].Verify(o)
		return err
	}
	return cfg
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
