package coding

// Information element identifiers (23.040 §9.2.3.24).
const (
	elementConcat8  = 0x00
	elementConcat16 = 0x08
	elementSingle   = 0x24 // national language single shift
	elementLocking  = 0x25 // national language locking shift
)

// Element is one information element of a user data header.
type Element struct {
	ID   byte
	Data []byte // aliases the octets that were parsed
}

// Header is a user data header: its elements in the order of the message.
type Header []Element

// ParseUDH reads the header that leads octets and gives the text octets after
// it. No octets at all are an empty header.
//
// With ErrUDH the whole header is to be ignored, as 23.040 §9.2.3.24 has it,
// and is returned nil, but the text is not lost: rest is then everything, if
// the header claims more octets than there are; what follows the last element
// that could be read, if one could (senders that count one octet too many put
// text there); else what follows the claimed header.
func ParseUDH(octets []byte) (h Header, rest []byte, err error) {
	if len(octets) == 0 {
		return nil, nil, nil
	}
	end := 1 + int(octets[0])
	if end > len(octets) {
		return nil, octets, ErrUDH
	}
	at := 1
	for at < end {
		if at+2 > end || at+2+int(octets[at+1]) > end {
			if at > 1 {
				return nil, octets[at:], ErrUDH
			}
			return nil, octets[end:], ErrUDH
		}
		next := at + 2 + int(octets[at+1])
		h = append(h, Element{ID: octets[at], Data: octets[at+2 : next : next]})
		at = next
	}
	return h, octets[end:], nil
}

// Concat is the place of a part in its message.
type Concat struct {
	Reference uint16
	Total     uint8
	Seq       uint8 // 1 to Total
	Bits      uint8 // 8 or 16: length of the reference
}

// Concat gives the place that the header states. Elements that cannot be
// (wrong length, total 0, sequence number 0 or beyond the total) are ignored;
// of several the last counts (23.040 §9.2.3.24, §9.2.3.24.1, §9.2.3.24.8).
func (h Header) Concat() (c Concat, ok bool) {
	for _, e := range h {
		var found Concat
		switch {
		case e.ID == elementConcat8 && len(e.Data) == 3:
			found = Concat{uint16(e.Data[0]), e.Data[1], e.Data[2], 8}
		case e.ID == elementConcat16 && len(e.Data) == 4:
			found = Concat{uint16(e.Data[0])<<8 | uint16(e.Data[1]), e.Data[2], e.Data[3], 16}
		default:
			continue
		}
		if found.Seq > 0 && found.Seq <= found.Total {
			c, ok = found, true
		}
	}
	return c, ok
}

// Shift gives the national language tables that the header names (23.040
// §9.2.3.24.15, §9.2.3.24.16).
func (h Header) Shift() Shift {
	var s Shift
	for _, e := range h {
		switch {
		case e.ID == elementSingle && len(e.Data) == 1:
			s.Single = e.Data[0]
		case e.ID == elementLocking && len(e.Data) == 1:
			s.Locking = e.Data[0]
		}
	}
	return s
}
