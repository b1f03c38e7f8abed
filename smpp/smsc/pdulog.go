package smsc

import (
	"encoding/binary"
	"encoding/hex"
	"sync"
	"time"

	"shortfare/smpp/pdu"
)

// PDU is one PDU that crossed a connection, whether it could be read or not.
type PDU struct {
	At        time.Time  `json:"at"`
	Bind      int64      `json:"bind"` // number of the connection
	Direction Direction  `json:"direction"`
	Command   string     `json:"command"`
	Sequence  uint32     `json:"sequence"`
	Status    pdu.Status `json:"status"`
	Length    int        `json:"length"`
	Octets    string     `json:"octets,omitempty"` // in hexadecimal; left out where there is a password
}

// pduLog notes PDUs. A nil log notes nothing.
type pduLog struct {
	clock  func() time.Time
	stream *stream

	mu   sync.Mutex
	ring []PDU
	next int
}

func newPDULog(keep int, clock func() time.Time, to *stream) *pduLog {
	if keep <= 0 && to == nil {
		return nil
	}
	return &pduLog{clock: clock, stream: to, ring: make([]PDU, 0, max(keep, 0))}
}

// note notes a PDU; what is shorter than a header is not one.
func (l *pduLog) note(bind int64, d Direction, frame []byte) {
	if l == nil || len(frame) < pdu.HeaderLength {
		return
	}
	id := pdu.CommandID(binary.BigEndian.Uint32(frame[4:]))
	p := PDU{At: l.clock(), Bind: bind, Direction: d, Command: id.String(), Sequence: binary.BigEndian.Uint32(frame[12:]),
		Status: pdu.Status(binary.BigEndian.Uint32(frame[8:])), Length: len(frame)}
	if !id.IsBind() && id != pdu.Outbind {
		p.Octets = hex.EncodeToString(frame)
	}
	l.stream.row(pduRow{"pdu", &p})
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case cap(l.ring) == 0:
	case len(l.ring) < cap(l.ring):
		l.ring = append(l.ring, p)
	default:
		l.ring[l.next] = p
		l.next = (l.next + 1) % len(l.ring)
	}
}

// all returns what is remembered, oldest first.
func (l *pduLog) all() []PDU {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return append(append([]PDU(nil), l.ring[l.next:]...), l.ring[:l.next]...)
}
