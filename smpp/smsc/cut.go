package smsc

import (
	"encoding/binary"
	"net"
	"sync"

	"shortfare/smpp/pdu"
)

// how a connection is ended by a fault.
type how uint8

const (
	alive   how = iota
	byReset     // RST
	byFIN       // in order, but without unbind
	byStall     // not at all: nothing passes any more until it is healed, which resets it
)

// Direction is where a PDU goes.
type Direction string

// The directions.
const (
	In  Direction = "in"  // from the ESME
	Out Direction = "out" // to the ESME
)

// CutPoint is where a connection is to be cut: after so many octets, or before
// or after a PDU. It counts from when it is set, over all connections.
type CutPoint struct {
	Direction Direction
	Octets    int64         // cut when that many have passed; else 0
	Command   pdu.CommandID // of the PDU that is counted; 0 is any
	Count     int           // which of them, from 1; 0 is the first
	After     bool          // the PDU still passes
	FIN       bool          // end the connection in order; else by a reset
	Stall     bool          // do not end it at all: nothing passes any more
}

// CutAt cuts the connection that gets to the point. There is one point at a
// time; nil takes it back. A PDU of the ESME that the cut comes before has
// arrived and is never seen; one that it comes after was handed on, and its
// answer may or may not leave.
func (s *SMSC) CutAt(p *CutPoint) {
	s.wire.mu.Lock()
	defer s.wire.mu.Unlock()
	if p != nil {
		x := *p
		x.Count = max(x.Count, 1)
		p = &x
	}
	s.wire.cut = p
}

// wire is what the connections of an SMSC share.
type wire struct {
	log *pduLog

	mu   sync.Mutex
	cut  *CutPoint
	kept []net.Conn // sockets that were closed while they were silent
}

// watches tells whether PDUs have to be looked at one by one.
func (w *wire) watches() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cut != nil || w.log != nil
}

// keep leaves a socket open that nobody reads.
func (w *wire) keep(c net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.kept = append(w.kept, c)
}

// release closes the sockets that were left open.
func (w *wire) release() {
	w.mu.Lock()
	kept := w.kept
	w.kept = nil
	w.mu.Unlock()
	for _, c := range kept {
		if t, ok := c.(*net.TCPConn); ok {
			_ = t.SetLinger(0) // a connection that is gone needs none
		}
		_ = c.Close() // nobody to tell
	}
}

// meet counts a PDU, of which size octets would pass. If the connection ends
// there it tells how, and how many of the octets still pass.
func (w *wire) meet(d Direction, frame []byte, size int) (pass int, end how) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.cut
	if p == nil || p.Direction != d {
		return size, alive
	}
	if p.Octets > 0 {
		if p.Octets -= int64(size); p.Octets > 0 {
			return size, alive
		}
		return size + int(p.Octets), w.met()
	}
	id := pdu.CommandID(binary.BigEndian.Uint32(frame[4:]))
	if p.Command != 0 && p.Command != id {
		return size, alive
	}
	if p.Count--; p.Count > 0 {
		return size, alive
	}
	if p.After {
		pass = size
	}
	return pass, w.met()
}

// octets counts octets of the ESME.
func (w *wire) octets(n int) (pass int, end how) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.cut
	if p == nil || p.Direction != In || p.Octets <= 0 {
		return n, alive
	}
	if p.Octets -= int64(n); p.Octets > 0 {
		return n, alive
	}
	return n + int(p.Octets), w.met()
}

// met takes the point back and says how to end there. mu is held.
func (w *wire) met() how {
	p := w.cut
	w.cut = nil
	switch {
	case p.Stall:
		return byStall
	case p.FIN:
		return byFIN
	}
	return byReset
}

// framer cuts what arrives into PDUs, to count and note them.
type framer struct {
	frame []byte // what is there of the PDU
	need  int    // its length; 0 while that is not known
	ends  how    // how to end after it
	lost  bool   // the stream is out of step
}

// take looks at octets of the ESME and tells how many may be handed on, and how to end after them.
func (f *framer) take(c *wireConn, b []byte) (pass int, end how) {
	if !c.wire.watches() && f.lost {
		return len(b), alive
	}
	b = b[:len(b):len(b)]
	allowed, end := c.wire.octets(len(b))
	at := 0
	for at < allowed && !f.lost {
		n := min(max(f.need, pdu.HeaderLength)-len(f.frame), allowed-at)
		f.frame = append(f.frame, b[at:at+n]...)
		at += n
		if len(f.frame) < pdu.HeaderLength {
			break
		}
		if f.need == 0 {
			f.need = int(binary.BigEndian.Uint32(f.frame))
			if f.need < pdu.HeaderLength || f.need > pdu.MaxLength {
				f.lost = true
				break
			}
			if end == alive && f.ends == alive {
				passes, ends := c.wire.meet(In, f.frame, f.need)
				if ends != alive && passes == 0 {
					return max(at-len(f.frame), 0), ends
				}
				f.ends = ends
			}
		}
		if len(f.frame) == f.need {
			c.wire.log.note(c.id, In, f.frame)
			ends := f.ends
			*f = framer{frame: f.frame[:0]}
			if ends != alive {
				return at, ends
			}
		}
	}
	return allowed, end
}
