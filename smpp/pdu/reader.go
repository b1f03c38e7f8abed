package pdu

import (
	"io"
)

// readSize is how much a Reader asks for at once. It is enough for some hundreds of short messages per read().
const readSize = 32 << 10

// Reader cuts a stream into PDUs. It reads ahead, so that one read() serves many PDUs, and checks command_length before it makes
// room: its memory is bounded by MaxLength whatever the peer claims. It is for one goroutine.
type Reader struct {
	src   io.Reader
	buf   []byte
	r, w  int // buf[r:w] is read and not yet returned
	count uint64
}

// NewReader returns a Reader of src. Nothing is allocated before the first Next.
func NewReader(src io.Reader) *Reader { return &Reader{src: src} }

// Next returns the octets of the next PDU, command_length of them; they are valid until the following call.
//
// The error is io.EOF when the stream ended between PDUs, io.ErrUnexpectedEOF when it ended inside one, a *FrameError when
// command_length is out of bounds, or what the source returned. After a *FrameError the stream is out of step.
func (d *Reader) Next() ([]byte, error) {
	need := 4
	for {
		if d.w-d.r >= 4 {
			n, err := frameLength(d.buf[d.r:d.w])
			if err != nil {
				return nil, err
			}
			if d.w-d.r >= n {
				frame := d.buf[d.r : d.r+n : d.r+n]
				d.r += n
				d.count++
				return frame, nil
			}
			need = n
		}
		if err := d.fill(need); err != nil {
			return nil, err
		}
	}
}

// Ready reports whether Next would return without reading from the source.
func (d *Reader) Ready() bool {
	if d.w-d.r < 4 {
		return false
	}
	n, err := frameLength(d.buf[d.r:d.w])
	return err != nil || d.w-d.r >= n
}

// Begun reports whether a PDU has been read in part, and Count how many were returned; together they let the owner of the source set
// a deadline per PDU.
func (d *Reader) Begun() bool { return d.w > d.r }

// Count returns how many PDUs Next has returned.
func (d *Reader) Count() uint64 { return d.count }

// fill makes room for a PDU of need octets and reads once.
func (d *Reader) fill(need int) error {
	if d.r == d.w {
		d.r, d.w = 0, 0
	}
	if d.r+need > len(d.buf) || d.w == len(d.buf) {
		if need > len(d.buf) {
			bigger := make([]byte, max(need, readSize))
			d.w = copy(bigger, d.buf[d.r:d.w])
			d.buf = bigger
		} else {
			d.w = copy(d.buf, d.buf[d.r:d.w])
		}
		d.r = 0
	}
	for range 100 {
		n, err := d.src.Read(d.buf[d.w:])
		d.w += n
		if n > 0 {
			return nil // an error with data comes again at the next read
		}
		if err == io.EOF && d.w > d.r {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}
