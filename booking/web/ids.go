package web

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"

	"shortfare/booking"
)

// A customer's id is a tag of 128 bits, a keyed function of the number, and the
// number under a pad that the tag gives: synthetic IV, as RFC 5297 has it. It is
// always the same, tells nothing without the key, and none can be made up.
const tagBytes = 16

func (c *Console) tag(number []byte) []byte {
	sum := c.o.IDs.PRF("console customer", number)
	return sum[:tagBytes]
}

func (c *Console) customerID(m booking.MSISDN) string {
	var b [tagBytes + 8]byte
	number := binary.BigEndian.AppendUint64(nil, uint64(m))
	tag := c.tag(number)
	pad := c.o.IDs.PRF("console customer pad", tag)
	copy(b[:], tag)
	subtle.XORBytes(b[tagBytes:], number, pad[:8])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// customerOf reads an id; false when it is none of ours.
func (c *Console) customerOf(id string) (booking.MSISDN, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(id)
	if err != nil || len(b) != tagBytes+8 {
		return 0, false
	}
	pad := c.o.IDs.PRF("console customer pad", b[:tagBytes])
	number := make([]byte, 8)
	subtle.XORBytes(number, b[tagBytes:], pad[:8])
	if subtle.ConstantTimeCompare(c.tag(number), b[:tagBytes]) != 1 {
		return 0, false
	}
	return booking.MSISDN(binary.BigEndian.Uint64(number)), true
}
