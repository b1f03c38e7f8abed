package coding

// ESMClassUDHI is the esm_class bit that says a user data header leads the
// message (SMPP 3.4 §5.2.12).
const ESMClassUDHI byte = 0x40

// Octets of the headers that Split writes, their length octet included.
const (
	header8  = 6 // concatenation with an 8-bit reference
	header16 = 7 // with a 16-bit reference
)

// SplitOptions says how a text is to be sent. The zero value chooses the
// encoding and numbers parts with 8-bit references.
type SplitOptions struct {
	// Encoding is Auto, GSM7, Latin1 or UCS2.
	Encoding Encoding
	// Default is what the carrier means by data_coding 0: GSM7 (also Auto),
	// Latin1 or ASCII. With the latter two, text that fits GSM 7-bit is sent
	// in those octets but counted in septets, as the carrier converts it.
	Default Encoding
	// Reference tells this message from others to the same phone; 8-bit
	// references use its low octet.
	Reference uint16
	// Wide asks for 16-bit references, which leave one unit less per part.
	Wide bool
}

// Part is one message ready for submit_sm.
type Part struct {
	// UDH is the user data header at the start of ShortMessage; nil for a
	// text of one part.
	UDH []byte
	// DataCoding is the data_coding field.
	DataCoding DataCoding
	// ESMClass is ESMClassUDHI or 0, to be or-ed into esm_class.
	ESMClass byte
	// ShortMessage is the short_message field, header included.
	ShortMessage []byte
	// Seq and Total number the parts from 1.
	Seq, Total uint8
}

// Split cuts text into parts of at most 160, or 153, septets; 140, or 134,
// Latin-1 octets; 70, or 67, 16-bit units; with 16-bit references one unit less
// beside a header (23.040 §9.2.3.24.1, §9.2.3.24.8). It never cuts an escape
// pair or a surrogate pair. The empty text is one empty part.
//
// GSM 7-bit text is transliterated at need. The error is ErrNotRepresentable
// or ErrTooLong.
func Split(text string, opts SplitOptions) ([]Part, error) {
	header := header8
	if opts.Wide {
		header = header16
	}
	var s scheme
	if opts.Encoding == Auto {
		s, _ = choose(text, opts.Default)
	} else {
		var ok bool
		if s, ok = schemeFor(opts.Encoding, opts.Default); !ok {
			return nil, ErrNotRepresentable
		}
	}
	limit := s.perPart(header)
	n, ok := s.measure(text, limit)
	switch {
	case !ok:
		return nil, ErrNotRepresentable
	case n.segments > MaxParts:
		return nil, ErrTooLong
	case n.segments == 1:
		header, limit = 0, s.single
	}
	parts := make([]Part, n.segments)
	octets := n.units
	if s.encoding == UCS2 {
		octets *= 2
	}
	// One array holds all parts; it is never outgrown, as no unit takes more
	// octets than counted here.
	buf := make([]byte, 0, octets+n.segments*header)
	rest := text
	for i := range parts {
		start := len(buf)
		if header > 0 {
			buf = opts.appendHeader(buf, n.segments, i+1)
		}
		buf, rest = s.fill(buf, rest, limit)
		short := buf[start:len(buf):len(buf)]
		parts[i] = Part{DataCoding: s.coding, ShortMessage: short, Seq: uint8(i + 1), Total: uint8(n.segments)}
		if header > 0 {
			parts[i].ESMClass = ESMClassUDHI
			parts[i].UDH = short[:header:header]
		}
	}
	return parts, nil
}

// fill appends as much of text as limit units hold and gives what is left.
func (s *scheme) fill(buf []byte, text string, limit int) (filled []byte, rest string) {
	used := 0
	for i, r := range text {
		simple := s.simple(r)
		if simple {
			used++
		} else {
			used += s.cost(r)
		}
		switch {
		case used > limit:
			return buf, text[i:]
		case simple && s.wire == GSM7:
			buf = append(buf, byte(gsmCodes[r]))
		case simple && s.wire == UCS2:
			buf = append(buf, byte(r>>8), byte(r))
		default:
			buf = s.append(buf, r)
		}
	}
	return buf, ""
}

func (o SplitOptions) appendHeader(dst []byte, total, seq int) []byte {
	if o.Wide {
		return append(dst, header16-1, elementConcat16, 4, byte(o.Reference>>8), byte(o.Reference), byte(total), byte(seq))
	}
	return append(dst, header8-1, elementConcat8, 3, byte(o.Reference), byte(total), byte(seq))
}
