package link

import (
	"context"
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

// dialer connects to addr by TCP.
func dialer(addr string) func(context.Context) (net.Conn, error) {
	d := net.Dialer{Timeout: dialTimeout, Control: userTimeout}
	return func(ctx context.Context) (net.Conn, error) { return d.DialContext(ctx, "tcp", addr) }
}
