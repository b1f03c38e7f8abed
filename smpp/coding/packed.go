package coding

// AppendPacked appends septets packed eight to seven octets (23.038 §6.1.2.1),
// after fill spare bits (0 to 6) that align them to a septet boundary when they
// follow a user data header (23.040 §9.2.3.24).
func AppendPacked(dst, septets []byte, fill int) []byte {
	var bits uint32
	n := uint(fill)
	for _, s := range septets {
		bits |= uint32(s&0x7F) << n
		n += 7
		for n >= 8 {
			dst = append(dst, byte(bits))
			bits >>= 8
			n -= 8
		}
	}
	if n > 0 {
		dst = append(dst, byte(bits))
	}
	return dst
}

// AppendUnpacked appends to dst up to count septets read from packed octets
// after fill spare bits; a negative count reads all that are there.
func AppendUnpacked(dst, octets []byte, fill, count int) []byte {
	have := (len(octets)*8 - fill) / 7
	if count < 0 || count > have {
		count = have
	}
	var bits uint32
	var n uint
	skip := uint(fill)
	for _, b := range octets {
		bits |= uint32(b) << n
		n += 8
		if skip > 0 {
			bits >>= skip
			n -= skip
			skip = 0
		}
		for n >= 7 && count > 0 {
			dst = append(dst, byte(bits&0x7F))
			bits >>= 7
			n -= 7
			count--
		}
	}
	return dst
}

// EncodeGSM7Packed encodes text in packed septets where no count of septets
// goes with them: seven spare bits at the end hold CR, for zeros would read as
// "@", and a text that ends in CR on an octet boundary gets a second one
// (23.038 §6.1.2.3.1). The error is ErrNotRepresentable.
func EncodeGSM7Packed(text string) ([]byte, error) {
	septets, err := EncodeGSM7(text)
	if err != nil {
		return nil, err
	}
	n := len(septets)
	if n%8 == 7 || (n > 0 && n%8 == 0 && septets[n-1] == '\r') {
		septets = append(septets, '\r')
	}
	return AppendPacked(make([]byte, 0, (len(septets)*7+7)/8), septets, 0), nil
}

// DecodeGSM7Packed reads packed septets as EncodeGSM7Packed writes them, with
// the tables and errors of DecodeGSM7. A CR that fills the last octet is
// padding.
func DecodeGSM7Packed(octets []byte, shift Shift) (string, error) {
	septets := AppendUnpacked(make([]byte, 0, len(octets)*8/7), octets, 0, -1)
	if n := len(septets); n > 0 && n%8 == 0 && septets[n-1] == '\r' {
		septets = septets[:n-1]
	}
	return DecodeGSM7(septets, shift)
}
