package pdu

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Decode reads the PDU at the start of frame. Octets after command_length belong to the next PDU and are not looked at.
//
// The error is a *FrameError (the PDU is nil) or a *BodyError (the PDU has the header and the fields before the wrong one).
// The PDU holds no reference to frame.
func Decode(frame []byte) (*PDU, error) {
	p := new(PDU)
	if err := p.read(frame); err != nil {
		if _, broken := err.(*FrameError); broken {
			return nil, err
		}
		return p, err
	}
	return p, nil
}

// Unmarshal is [Decode] into p: every field is replaced. It keeps nothing of what p held before and no reference to frame.
func (p *PDU) Unmarshal(frame []byte) error {
	*p = PDU{}
	return p.read(frame)
}

// read is Unmarshal into a zero PDU.
func (p *PDU) read(frame []byte) error {
	n, err := frameLength(frame)
	if err != nil {
		return err
	}
	if n > len(frame) {
		return &FrameError{Length: uint32(n), Reason: fmt.Sprintf("only %d octets are there", len(frame))}
	}
	p.Header = decodeHeader(frame)
	l := layoutOf(p.ID)
	if l == nil {
		return &BodyError{Header: p.Header, Status: ESME_RINVCMDID, Reason: ErrUnknownCommand.Error(), err: ErrUnknownCommand}
	}
	if n == HeaderLength && p.ID.IsResponse() {
		p.NoBody = len(l.fields) > 0
		return nil
	}
	d := decoder{p: p, b: frame[HeaderLength:n]}
	if p.ID == DeliverSM || p.ID == SubmitSM {
		if d.plainSM() {
			return d.tlvs()
		}
		*p = PDU{Header: p.Header}
		d = decoder{p: p, b: d.b}
	}
	if err := d.walk(l); err != nil {
		return err
	}
	return d.tlvs()
}

// walk reads the mandatory fields by their table.
func (d *decoder) walk(l *layout) error {
	for i := range l.fields {
		f := &l.fields[i]
		if d.off < len(d.b) && f.kind <= cstring { // most fields need no call: an octet, or text that is empty
			if f.kind == octet {
				*f.num(d.p) = d.b[d.off]
				d.off++
				continue
			}
			if d.b[d.off] == 0 {
				d.off++
				continue
			}
		}
		if err := d.field(f); err != nil {
			return err
		}
	}
	return nil
}

// frameLength returns command_length when it is within bounds. It needs the first four octets only.
func frameLength(b []byte) (int, error) {
	if len(b) < 4 {
		return 0, &FrameError{Reason: "incomplete header"}
	}
	n := binary.BigEndian.Uint32(b)
	if n < HeaderLength {
		return 0, &FrameError{Length: n, Reason: "shorter than a header"}
	}
	if n > MaxLength {
		return 0, &FrameError{Length: n, Reason: fmt.Sprintf("longer than %d", MaxLength)}
	}
	return int(n), nil
}

func decodeHeader(b []byte) Header {
	return Header{
		Length:   binary.BigEndian.Uint32(b),
		ID:       CommandID(binary.BigEndian.Uint32(b[4:])),
		Status:   Status(binary.BigEndian.Uint32(b[8:])),
		Sequence: binary.BigEndian.Uint32(b[12:]),
	}
}

// maxText bounds how much of a body is turned into text at once.
const maxText = 1 << 10

// decoder walks the body of one PDU.
type decoder struct {
	p   *PDU
	b   []byte // body
	off int    // next octet of b

	text  string // b[start:start+len(text)] as text, so that all strings of a PDU cost one allocation
	start int
	raw   []byte // a copy of b from rawAt on, so that the short message and all TLVs cost one allocation
	rawAt int
}

func (d *decoder) fail(name string, status Status, reason string) error {
	return &BodyError{Header: d.p.Header, Field: name, Status: status, Reason: reason}
}

func (d *decoder) field(f *field) error {
	switch f.kind {
	case octet:
		return d.fail(f.name, ESME_RINVCMDLEN, "missing") // Unmarshal reads the octets that are there
	case cstring:
		return d.cstring(f.str(d.p), f.name, f.status)
	case shortMsg:
		return d.shortMessage(f)
	case dests:
		return d.dests(f)
	default:
		return d.unsuccess(f)
	}
}

func (d *decoder) cstring(to *string, name string, status Status) error {
	if d.off >= len(d.b) {
		return d.fail(name, ESME_RINVCMDLEN, "missing")
	}
	if d.b[d.off] == 0 {
		d.off++
		return nil
	}
	n := bytes.IndexByte(d.b[d.off:], 0)
	if n < 0 {
		return d.fail(name, status, "no NUL")
	}
	if end := d.off + n; end > d.start+len(d.text) {
		d.start = d.off
		d.text = string(d.b[d.off:min(len(d.b), max(end, d.off+maxText))])
	}
	*to = d.text[d.off-d.start : d.off-d.start+n]
	d.off += n + 1
	return nil
}

// take returns the next n octets in memory of the PDU's own; there must be as many.
func (d *decoder) take(n int) []byte {
	if d.raw == nil {
		d.raw, d.rawAt = bytes.Clone(d.b[d.off:]), d.off
	}
	at := d.off - d.rawAt
	d.off += n
	return d.raw[at : at+n : at+n]
}

func (d *decoder) shortMessage(f *field) error {
	if d.off >= len(d.b) {
		return d.fail("sm_length", ESME_RINVCMDLEN, "missing")
	}
	n := int(d.b[d.off])
	d.off++
	if n > len(d.b)-d.off {
		return d.fail(f.name, f.status, fmt.Sprintf("sm_length %d, only %d octets are left", n, len(d.b)-d.off))
	}
	if n > 0 {
		d.p.ShortMessage = d.take(n)
	}
	return nil
}

// octets fills the given octets from the body.
func (d *decoder) octets(name string, to ...*uint8) error {
	if len(to) > len(d.b)-d.off {
		return d.fail(name, ESME_RINVCMDLEN, "missing")
	}
	for _, o := range to {
		*o = d.b[d.off]
		d.off++
	}
	return nil
}

func (d *decoder) dests(f *field) error {
	var n uint8
	if err := d.octets("number_of_dests", &n); err != nil {
		return err
	}
	for range n {
		var x Destination
		if err := d.octets("dest_flag", &x.Flag); err != nil {
			return err
		}
		var err error
		switch x.Flag {
		case DestSME:
			if err = d.octets("dest_addr_ton", &x.TON, &x.NPI); err == nil {
				err = d.cstring(&x.Addr, "destination_addr", ESME_RINVDSTADR)
			}
		case DestList:
			err = d.cstring(&x.List, "dl_name", ESME_RINVDLNAME)
		default:
			err = d.fail("dest_flag", ESME_RINVDESTFLAG, fmt.Sprintf("%d is neither SME address nor distribution list", x.Flag))
		}
		if err != nil {
			return err
		}
		d.p.Dests = append(d.p.Dests, x)
	}
	return nil
}

func (d *decoder) unsuccess(f *field) error {
	var n uint8
	if err := d.octets("no_unsuccess", &n); err != nil {
		return err
	}
	for range n {
		var x Unsuccess
		if err := d.octets("dest_addr_ton", &x.TON, &x.NPI); err != nil {
			return err
		}
		if err := d.cstring(&x.Addr, "destination_addr", f.status); err != nil {
			return err
		}
		if len(d.b)-d.off < 4 {
			return d.fail("error_status_code", ESME_RINVCMDLEN, "missing")
		}
		x.Status = Status(binary.BigEndian.Uint32(d.b[d.off:]))
		d.off += 4
		d.p.Unsuccess = append(d.p.Unsuccess, x)
	}
	return nil
}

// tlvs reads the optional parameters that fill the rest of the body (SMPP 3.4 §3.2.4.1).
func (d *decoder) tlvs() error {
	if d.off == len(d.b) {
		return nil
	}
	d.p.TLVs = make([]TLV, 0, countTLVs(d.b[d.off:]))
	for {
		left := len(d.b) - d.off
		switch {
		case left == 0:
			return nil
		case left < 4:
			err := &BodyError{Header: d.p.Header, Field: "optional parameters", Status: ESME_RINVCMDLEN,
				Reason: fmt.Sprintf("%d octets left over", left)}
			err.Usable = len(bytes.Trim(d.b[d.off:], "\x00")) == 0
			if len(d.p.TLVs) == 0 {
				d.p.TLVs = nil
			}
			return err
		}
		tag := Tag(binary.BigEndian.Uint16(d.b[d.off:]))
		n := int(binary.BigEndian.Uint16(d.b[d.off+2:]))
		if n > left-4 {
			return d.fail(tag.String(), ESME_RINVOPTPARSTREAM, fmt.Sprintf("length %d, only %d octets are left", n, left-4))
		}
		d.off += 4
		d.p.TLVs = append(d.p.TLVs, TLV{Tag: tag, Value: d.take(n)})
	}
}

// countTLVs returns how many whole parameters b begins with.
func countTLVs(b []byte) int {
	n := 0
	for len(b) >= 4 {
		size := 4 + int(binary.BigEndian.Uint16(b[2:]))
		if size > len(b) {
			break
		}
		b = b[size:]
		n++
	}
	return n
}
