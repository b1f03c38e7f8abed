package pdu

import (
	"encoding/binary"
	"math"
	"strings"
)

// AppendTo appends the PDU to dst as it stands on the wire and returns the extended slice. It does not change the PDU;
// command_length is computed.
//
// The error is a *FieldError: a field that holds a NUL or is too long, a command_id that SMPP 3.4 does not have, a PDU above
// MaxLength. Nothing is appended then.
func (p *PDU) AppendTo(dst []byte) ([]byte, error) {
	l := layoutOf(p.ID)
	if l == nil {
		return dst, &FieldError{ID: p.ID, Field: "command_id", Err: ErrUnknownCommand}
	}
	start := len(dst)
	out := append(dst, 0, 0, 0, 0)
	out = binary.BigEndian.AppendUint32(out, uint32(p.ID))
	out = binary.BigEndian.AppendUint32(out, uint32(p.Status))
	out = binary.BigEndian.AppendUint32(out, p.Sequence)
	if !p.bare() {
		var name string
		var err error
		if out, name, err = p.appendBody(out, l); err == nil && len(out)-start > MaxLength {
			name, err = "command_length", ErrTooLong
		}
		if err != nil {
			return dst[:start], &FieldError{ID: p.ID, Field: name, Err: err}
		}
	}
	binary.BigEndian.PutUint32(out[start:], uint32(len(out)-start))
	return out, nil
}

// appendBody appends mandatory fields and optional parameters; on an error it names the field.
func (p *PDU) appendBody(out []byte, l *layout) (_ []byte, name string, err error) {
	for i := range l.fields {
		f := &l.fields[i]
		switch f.kind {
		case octet:
			out = append(out, *f.num(p))
		case cstring:
			out, err = appendCString(out, *f.str(p), f.max)
		case shortMsg:
			if len(p.ShortMessage) > MaxShortMessage {
				return out, f.name, ErrTooLong
			}
			out = append(out, uint8(len(p.ShortMessage)))
			out = append(out, p.ShortMessage...)
		case dests:
			out, err = appendDests(out, p.Dests)
		default:
			out, err = appendUnsuccess(out, p.Unsuccess)
		}
		if err != nil {
			return out, f.name, err
		}
	}
	for _, t := range p.TLVs {
		if len(t.Value) > math.MaxUint16 {
			return out, t.Tag.String(), ErrTooLong
		}
		out = binary.BigEndian.AppendUint16(out, uint16(t.Tag))
		out = binary.BigEndian.AppendUint16(out, uint16(len(t.Value)))
		out = append(out, t.Value...)
	}
	return out, "", nil
}

func appendCString(out []byte, s string, max int) ([]byte, error) {
	if len(s) >= max {
		return out, ErrTooLong
	}
	if strings.IndexByte(s, 0) >= 0 {
		return out, ErrNUL
	}
	return append(append(out, s...), 0), nil
}

func appendDests(out []byte, list []Destination) (_ []byte, err error) {
	if len(list) > math.MaxUint8 {
		return out, ErrTooLong
	}
	out = append(out, uint8(len(list)))
	for _, x := range list {
		switch x.Flag {
		case DestSME:
			out, err = appendCString(append(out, x.Flag, x.TON, x.NPI), x.Addr, 21)
		case DestList:
			out, err = appendCString(append(out, x.Flag), x.List, 21)
		default:
			err = ErrValue
		}
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

func appendUnsuccess(out []byte, list []Unsuccess) (_ []byte, err error) {
	if len(list) > math.MaxUint8 {
		return out, ErrTooLong
	}
	out = append(out, uint8(len(list)))
	for _, x := range list {
		if out, err = appendCString(append(out, x.TON, x.NPI), x.Addr, 21); err != nil {
			return out, err
		}
		out = binary.BigEndian.AppendUint32(out, uint32(x.Status))
	}
	return out, nil
}
