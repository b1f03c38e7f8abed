package smsc

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"

	"shortfare/smpp/pdu"
)

// Availability is the ms_availability_status of alert_notification (SMPP 3.4 §5.3.2.30).
type Availability uint8

// The values.
const (
	Available   Availability = iota
	Denied                   // suspended, no SMS capability
	Unavailable              // out of reach
)

var availabilityNames = [...]string{"available", "denied", "unavailable"}

// Alert tells every ESME that takes texts that a phone can be reached, or not,
// with alert_notification (SMPP 3.4 §4.12), and returns how many were told.
func (s *SMSC) Alert(phone string, a Availability) (int, error) {
	s.mu.Lock()
	binds := append([]*conn(nil), s.binds...)
	s.mu.Unlock()
	n := 0
	for _, c := range binds {
		p := &pdu.PDU{Header: pdu.Header{ID: pdu.AlertNotification}, Source: address(phone), Dest: pdu.Address{Addr: c.systemID},
			TLVs: []pdu.TLV{pdu.Uint8TLV(pdu.TagMsAvailabilityStatus, uint8(a))}}
		err := c.session.SendAlert(p)
		var wrong *pdu.FieldError
		if errors.As(err, &wrong) {
			return n, fmt.Errorf("%w: %w", ErrAddress, err)
		}
		if err == nil {
			n++
		}
	}
	return n, nil
}

// ErrNotServing is returned by Outbind when no Serve runs that the connection could belong to.
var ErrNotServing = errors.New("smsc: not serving")

// Outbind connects to an ESME and asks it to bind (SMPP 3.4 §4.1.7). The
// connection is served like those that Serve accepts, until that Serve ends.
// ctx bounds the time to connect.
func (s *SMSC) Outbind(ctx context.Context, addr, password string) error {
	s.mu.Lock()
	serving := s.serving
	s.mu.Unlock()
	if serving == nil {
		return ErrNotServing
	}
	var d net.Dialer
	nc, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	if s.cfg.TLS != nil {
		cfg := s.cfg.TLS.Clone()
		if cfg.ServerName == "" {
			cfg.ServerName, _, _ = net.SplitHostPort(addr) // it was connected to: there is a port
		}
		secured := tls.Client(nc, cfg)
		if err := secured.HandshakeContext(ctx); err != nil {
			_ = nc.Close() // the handshake's error says more
			return err
		}
		nc = secured
	}
	if !serving(nc, &pdu.PDU{Header: pdu.Header{ID: pdu.Outbind}, SystemID: s.cfg.SystemID, Password: password}) {
		_ = nc.Close()
		return ErrNotServing
	}
	return nil
}
