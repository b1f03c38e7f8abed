package smsc

import (
	"net"
	"sync"
)

// stallConn is a connection that can stop passing octets, in both directions, as
// a peer that hangs or a path that swallows packets does.
type stallConn struct {
	net.Conn
	closed chan struct{}
	once   sync.Once

	mu   sync.Mutex
	gate chan struct{} // nil when octets pass; else closed when they pass again
}

func newStallConn(c net.Conn) *stallConn {
	return &stallConn{Conn: c, closed: make(chan struct{})}
}

// stall stops the octets or lets them pass.
func (c *stallConn) stall(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case on && c.gate == nil:
		c.gate = make(chan struct{})
	case !on && c.gate != nil:
		close(c.gate)
		c.gate = nil
	}
}

// pass waits until octets pass.
func (c *stallConn) pass() error {
	for {
		c.mu.Lock()
		gate := c.gate
		c.mu.Unlock()
		if gate == nil {
			return nil
		}
		select {
		case <-gate:
		case <-c.closed:
			return net.ErrClosed
		}
	}
}

// Read holds back what arrives while the connection stands still.
func (c *stallConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if stopped := c.pass(); stopped != nil {
		return 0, stopped
	}
	return n, err
}

// Write waits while the connection stands still.
func (c *stallConn) Write(b []byte) (int, error) {
	if err := c.pass(); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

// Close closes the connection and ends every Read and Write.
func (c *stallConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// reset makes the following Close a TCP reset instead of an orderly end.
func (c *stallConn) reset() {
	if t, ok := c.Conn.(*net.TCPConn); ok {
		_ = t.SetLinger(0) // a connection that is gone needs none
	}
}
