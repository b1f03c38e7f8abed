package smsc

import (
	"crypto/tls"
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"time"

	"shortfare/smpp/pdu"
)

// errCut is what a session sees when a fault cuts its connection.
var errCut = errors.New("smsc: cut by a fault")

// flow is what a connection does with octets.
type flow uint8

const (
	flowing flow = iota
	stalled      // held back in both directions; nothing is lost
	silent       // what is written disappears, nothing is read, and closing leaves the socket open: the half-open connection
)

// wireConn is a connection whose octets the faults can hold back, change and
// cut, and whose PDUs the ledger notes.
type wireConn struct {
	net.Conn
	id     int64 // of the connection in the ledger
	wire   *wire
	closed chan struct{}
	once   sync.Once

	out sync.Mutex // one Write or raw at a time
	in  framer     // of the reader's goroutine
	end how        // of the reader's goroutine: how to end at the next Read

	mu    sync.Mutex // guards all below
	flow  flow
	gate  chan struct{}      // closed when flow changes
	spoil map[uint32]Spoiled // answers that are to go wrong, by sequence_number
}

func newWireConn(c net.Conn, id int64, w *wire) *wireConn {
	return &wireConn{Conn: c, id: id, wire: w, closed: make(chan struct{}), gate: make(chan struct{})}
}

// setFlow changes what happens to octets. Who was silent is cut, as a peer that comes back without memory does it.
func (c *wireConn) setFlow(to flow) {
	c.mu.Lock()
	from := c.flow
	if from == to {
		c.mu.Unlock()
		return
	}
	c.flow = to
	close(c.gate)
	c.gate = make(chan struct{})
	c.mu.Unlock()
	if from == silent {
		c.kill(byReset)
	}
}

// pass waits until octets pass or disappear.
func (c *wireConn) pass(reading bool) (flow, error) {
	for {
		c.mu.Lock()
		now, gate := c.flow, c.gate
		c.mu.Unlock()
		if now == flowing || now == silent && !reading {
			return now, nil
		}
		select {
		case <-gate:
		case <-c.closed:
			return now, net.ErrClosed
		}
	}
}

// Read holds back what arrives while the connection stands still.
func (c *wireConn) Read(b []byte) (int, error) {
	if c.end != alive {
		return 0, c.finish(c.end)
	}
	n, err := c.Conn.Read(b)
	if _, stopped := c.pass(true); stopped != nil {
		return 0, stopped
	}
	if n == 0 {
		return n, err
	}
	pass, end := c.in.take(c, b[:n])
	if end == alive {
		return n, err
	}
	if pass == 0 {
		return 0, c.finish(end)
	}
	c.end = end
	return pass, nil
}

// Write waits while the connection stands still. It gets whole PDUs from the session.
func (c *wireConn) Write(b []byte) (int, error) {
	c.out.Lock()
	defer c.out.Unlock()
	now, err := c.pass(false)
	switch {
	case err != nil:
		return 0, err
	case now == silent:
		return len(b), nil
	}
	c.mu.Lock()
	spoils := len(c.spoil)
	c.mu.Unlock()
	if spoils == 0 && !c.wire.watches() {
		return c.Conn.Write(b)
	}
	var out []byte
	for at := 0; at < len(b); {
		n := frameSize(b[at:])
		start := len(out)
		out = c.spoiled(out, b[at:at+n])
		c.wire.log.note(c.id, Out, out[start:])
		if pass, end := c.wire.meet(Out, b[at:at+n], len(out)-start); end != alive {
			_, err := c.Conn.Write(out[:start+pass])
			if pass > 0 {
				at++ // so the session does not take this PDU for not sent
			}
			return at, errors.Join(c.finish(end), err)
		}
		at += n
	}
	if n, err := c.Conn.Write(out); err != nil {
		return min(n, len(b)), err
	}
	return len(b), nil
}

// raw writes octets that no session wrote. It does not wait behind a Write that stands still.
func (c *wireConn) raw(octets []byte) bool {
	if !c.out.TryLock() {
		return false
	}
	defer c.out.Unlock()
	_ = c.SetWriteDeadline(time.Now().Add(time.Second)) // a dead connection fails in Write
	_, err := c.Conn.Write(octets)
	return err == nil
}

// finish ends the connection, or stops it for good, and says so.
func (c *wireConn) finish(end how) error {
	if end == byStall {
		c.setFlow(stalled)
		_, err := c.pass(true) // until the connection is closed or healed
		if err != nil {
			return err
		}
		end = byReset // octets are missing: it cannot go on
	}
	c.kill(end)
	return errCut
}

// kill ends the connection, by a reset or in order.
func (c *wireConn) kill(end how) {
	if end == byReset {
		c.reset()
	}
	c.once.Do(func() { close(c.closed) })
	_ = c.Conn.Close() // a second close is harmless
}

// Close closes the connection and ends every Read and Write. While the
// connection is silent the socket stays open, and nobody reads it.
func (c *wireConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	c.mu.Lock()
	now := c.flow
	c.mu.Unlock()
	if now != silent {
		return c.Conn.Close()
	}
	c.wire.keep(c.Conn)
	return c.SetDeadline(time.Unix(1, 0)) // ends a Read that began before
}

// reset makes the following Close a TCP reset instead of an orderly end.
func (c *wireConn) reset() {
	plain := c.Conn
	if t, ok := plain.(*tls.Conn); ok {
		plain = t.NetConn()
	}
	if t, ok := plain.(*net.TCPConn); ok {
		_ = t.SetLinger(0) // a connection that is gone needs none
	}
}

// spoilNext makes the answer with that sequence_number go wrong.
func (c *wireConn) spoilNext(sequence uint32, s Spoiled) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.spoil == nil {
		c.spoil = map[uint32]Spoiled{}
	}
	c.spoil[sequence] = s
}

// spoiled appends the PDU as the faults want it to leave.
func (c *wireConn) spoiled(out, frame []byte) []byte {
	const answerBit = 0x80 // of the first octet of command_id
	if len(frame) < pdu.HeaderLength || frame[4]&answerBit == 0 {
		return append(out, frame...)
	}
	sequence := binary.BigEndian.Uint32(frame[12:])
	c.mu.Lock()
	kind, ok := c.spoil[sequence]
	delete(c.spoil, sequence)
	c.mu.Unlock()
	start := len(out)
	out = append(out, frame...)
	if !ok {
		return out
	}
	answer := out[start:]
	switch kind {
	case SpoiledType:
		other := pdu.DataSMResp // its body is that of submit_sm_resp
		if pdu.CommandID(binary.BigEndian.Uint32(answer[4:])) == other {
			other = pdu.SubmitSMResp
		}
		binary.BigEndian.PutUint32(answer[4:], uint32(other))
	case SpoiledSequence:
		binary.BigEndian.PutUint32(answer[12:], sequence^0x40000000)
	case SpoiledTwice:
		out = append(out, frame...)
	case SpoiledBody:
		out = out[:start+pdu.HeaderLength]
		binary.BigEndian.PutUint32(out[start:], pdu.HeaderLength)
	case SpoiledNack:
		out = out[:start+pdu.HeaderLength]
		binary.BigEndian.PutUint32(out[start:], pdu.HeaderLength)
		binary.BigEndian.PutUint32(out[start+4:], uint32(pdu.GenericNack))
		binary.BigEndian.PutUint32(out[start+8:], uint32(pdu.ESME_RSYSERR))
	}
	return out
}

// frameSize returns the length of the PDU at the start of b, all of b if that cannot be told.
func frameSize(b []byte) int {
	if len(b) < 4 {
		return len(b)
	}
	if n := binary.BigEndian.Uint32(b); n >= pdu.HeaderLength && n <= uint32(len(b)) {
		return int(n)
	}
	return len(b)
}
