package coding

// MaxParts is the largest number of parts that a concatenated message can have.
const MaxParts = 255

// Choose gives the encoding that carries text in the fewest messages: GSM7 if
// text fits it, after Transliterate at need, else UCS2. Latin-1 is never
// chosen: no handset shows it, the carrier converts it to one of these two.
func Choose(text string) Encoding {
	chosen, _ := choose(text, GSM7)
	return chosen.encoding
}

// Units tells how Split would send text with 8-bit references: the encoding,
// its length in septets (GSM7) or 16-bit units (UCS2), and the number of
// messages, which may be beyond MaxParts. A text fits one message when
// segments is 1, as it is for the empty text.
func Units(text string) (e Encoding, units, segments int) {
	chosen, n := choose(text, GSM7)
	return chosen.encoding, n.units, n.segments
}

// scheme is one way to send text.
type scheme struct {
	encoding Encoding // what is counted: septets, octets or 16-bit units
	wire     Encoding // what the octets are; another one than encoding if the carrier converts them to GSM 7-bit
	coding   DataCoding
	single   int // units in a message without a header
	bits     int // of a unit in the network: 7, 8 or 16
}

// schemeFor gives the scheme for e where def is what data_coding 0 means; ok is
// false for encodings that are never sent.
func schemeFor(e, def Encoding) (s scheme, ok bool) {
	switch e {
	case GSM7:
		if def != Latin1 && def != ASCII {
			def = GSM7
		}
		return scheme{GSM7, def, DataCodingDefault, 160, 7}, true
	case Latin1:
		return scheme{Latin1, Latin1, DataCodingLatin1, 140, 8}, true
	case UCS2:
		return scheme{UCS2, UCS2, DataCodingUCS2, 70, 16}, true
	default:
		return scheme{}, false
	}
}

// perPart gives the units that fit beside a header of so many octets: the air
// interface has 140 octets (23.040 §9.2.3.24.1), 153, 152, 134, 133, 67 or 66
// units.
func (s *scheme) perPart(header int) int { return (140 - header) * 8 / s.bits }

// cost gives the units that r takes, which must not be torn apart, or -1 if
// the scheme cannot hold r.
func (s *scheme) cost(r rune) int {
	switch s.encoding {
	case UCS2:
		if r > 0xFFFF {
			return 2
		}
		return 1
	case Latin1:
		if r <= 0xFF {
			return 1
		}
		return -1
	}
	if code := gsmCode(r); code != notGSM && s.carries(r) {
		return 1 + int(code>>8/escape)
	}
	form, ok := plainForm(r)
	if !ok {
		return -1
	}
	n := 0
	for _, p := range form {
		if !s.carries(p) {
			return -1
		}
		n += 1 + int(gsmCode(p)>>8/escape)
	}
	return n
}

// simple tells that r is one of the many characters that take one unit and need
// no second look: the hot path of counting and encoding.
func (s *scheme) simple(r rune) bool {
	if s.encoding == GSM7 {
		return uint32(r) < 0x80 && gsmCodes[r] < 0x80
	}
	return r < 0x80 || (s.encoding == UCS2 && r <= 0xFFFF)
}

// carries tells whether the octets on the wire can hold a GSM 7-bit character.
func (s *scheme) carries(r rune) bool {
	return s.wire == GSM7 || r < 0x80 || (s.wire == Latin1 && r <= 0xFF)
}

// append appends the octets of r, which cost has found to be representable.
func (s *scheme) append(dst []byte, r rune) []byte {
	if s.encoding == UCS2 {
		return appendUCS2(dst, r)
	}
	if s.encoding == Latin1 {
		return append(dst, byte(r))
	}
	if code := gsmCode(r); code != notGSM {
		return s.appendGSM(dst, r, code)
	}
	form, _ := plainForm(r)
	for _, p := range form {
		dst = s.appendGSM(dst, p, gsmCode(p))
	}
	return dst
}

func (s *scheme) appendGSM(dst []byte, r rune, code uint16) []byte {
	if s.wire == GSM7 {
		return appendCode(dst, code)
	}
	return append(dst, byte(r))
}

// extent is what a text takes.
type extent struct {
	units, segments int
}

// measure counts text; ok is false if the scheme cannot hold it. part is the
// number of units beside a header.
func (s *scheme) measure(text string, part int) (n extent, ok bool) {
	used := 0 // units of the last part
	parts := 1
	for _, r := range text {
		c := 1
		if !s.simple(r) {
			c = s.cost(r)
		}
		if c < 0 {
			return extent{}, false
		}
		n.units += c
		if used += c; used > part {
			parts++
			used = c
		}
	}
	n.segments = 1
	if n.units > s.single {
		n.segments = parts
	}
	return n, true
}

// choose gives the scheme of Choose for a carrier whose data_coding 0 is def,
// and the extent of text with 8-bit references.
func choose(text string, def Encoding) (scheme, extent) {
	wide, _ := schemeFor(UCS2, def)
	small, _ := schemeFor(GSM7, def)
	n, ok := small.measure(text, small.perPart(header8))
	if ok && n.segments == 1 {
		return small, n
	}
	w, _ := wide.measure(text, wide.perPart(header8))
	if ok && n.segments <= w.segments { // "…" takes three septets but one 16-bit unit
		return small, n
	}
	return wide, w
}
