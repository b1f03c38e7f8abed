package smpp

import "shortfare/smpp/pdu"

const (
	// segmentSize is about how much one write() carries of requests: enough for hundreds of messages, and short enough for a response to wait behind.
	segmentSize = 64 << 10
	// maxControl bounds the responses and control PDUs that wait to be written, in octets. A peer that asks and does not read the answers stops
	// the reader there, and the write deadline ends the session.
	maxControl = 256 << 10
)

// outbox holds what waits to be written, encoded. The session's mutex guards it. Requests are bounded by the window; they stand in
// segments of whole PDUs, so that responses and control PDUs can go between them.
//
// Requests make one stream of octets: queued counts those put in, written those the connection took. A request that starts at
// or after written has provably not been sent.
type outbox struct {
	control  []byte
	segments [][]byte
	queued   uint64
	written  uint64

	controlPDUs, requestPDUs uint64 // ever queued

	spareControl, spareSegment []byte
}

// batch is what one write() carries: control octets of buf first, then requests.
type batch struct {
	buf     []byte
	control int
	segment []byte // the segment to recycle when buf is a copy of it
}

func (o *outbox) empty() bool { return len(o.control) == 0 && len(o.segments) == 0 }

// addControl queues a response or a control PDU.
func (o *outbox) addControl(p *pdu.PDU) error {
	out, err := p.AppendTo(o.control)
	if err == nil {
		o.control = out
		o.controlPDUs++
	}
	return err
}

// addRequest queues a request and returns where it starts in the stream of requests.
func (o *outbox) addRequest(p *pdu.PDU) (start uint64, err error) {
	n := len(o.segments)
	if n == 0 || len(o.segments[n-1]) >= segmentSize {
		o.segments = append(o.segments, o.spareSegment)
		o.spareSegment = nil
		n++
	}
	last := o.segments[n-1]
	out, err := p.AppendTo(last)
	if err != nil {
		if len(last) == 0 {
			o.segments, o.spareSegment = o.segments[:n-1], last
		}
		return 0, err
	}
	o.segments[n-1] = out
	start = o.queued
	o.queued += uint64(len(out) - len(last))
	o.requestPDUs++
	return start, nil
}

// take returns the next batch: all control PDUs and one segment of requests.
func (o *outbox) take() batch {
	b := batch{buf: o.control, control: len(o.control)}
	o.control, o.spareControl = o.spareControl, nil
	if len(o.segments) > 0 {
		b.segment = o.segments[0]
		n := copy(o.segments, o.segments[1:])
		o.segments[n] = nil
		o.segments = o.segments[:n]
		if b.control == 0 {
			b.buf, o.spareControl, b.segment = b.segment, b.buf, nil
		} else {
			b.buf = append(b.buf, b.segment...)
		}
	}
	return b
}

// wrote notes that the connection took n octets of the batch, and keeps its memory for the next ones.
func (o *outbox) wrote(b batch, n int) {
	if n > b.control {
		o.written += uint64(n - b.control)
	}
	const keep = 2 * segmentSize
	if b.segment == nil && b.control == 0 {
		b.segment, b.buf = b.buf, nil
	}
	if cap(b.segment) <= keep && o.spareSegment == nil {
		o.spareSegment = b.segment[:0]
	}
	if cap(b.buf) <= keep && o.spareControl == nil {
		o.spareControl = b.buf[:0]
	}
}
