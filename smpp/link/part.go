package link

import (
	"errors"

	"shortfare/booking"
	"shortfare/smpp/coding"
)

// partHead is how many octets of a stored part come before the text: version,
// data_coding, single and locking shift table.
const partHead = 4

// partVersion is the layout of a stored part. A store outlives a process, so
// that a new layout needs a new number.
const partVersion = 1

// partBody is a part as it is stored. Its place and key stand beside it.
func partBody(f coding.Fragment) []byte {
	b := make([]byte, 0, partHead+len(f.Octets))
	return append(append(b, partVersion, byte(f.DataCoding), f.Shift.Single, f.Shift.Locking), f.Octets...)
}

// fragment reads a stored part. What cannot be read becomes U+FFFD, for the
// text has to be answered all the same.
func fragment(p booking.Part) coding.Fragment {
	f := coding.Fragment{Key: coding.Key{Total: uint8(p.Total)}, Seq: uint8(p.Seq)}
	if b := p.Body; len(b) >= partHead && b[0] == partVersion {
		f.DataCoding, f.Shift = coding.DataCoding(b[1]), coding.Shift{Single: b[2], Locking: b[3]}
		f.Octets = b[partHead:]
		return f
	}
	f.DataCoding, f.Octets = coding.DataCodingUCS2, []byte{0xFF, 0xFD}
	return f
}

// joinParts is the Join of an Arrival. Parts that are not well formed are read
// as well as they can be: an error would make the carrier deliver the last one
// for ever.
func (l *Link) joinParts(parts []booking.Part) (text string, complete bool, err error) {
	list := make([]coding.Fragment, len(parts))
	for i, p := range parts {
		list[i] = fragment(p)
	}
	text, complete, _, wrong := coding.Join(l.cfg.Alphabet, list)
	if complete && wrong != nil && !errors.Is(wrong, coding.ErrPoison) {
		l.in.undecodable.Add(1)
	}
	return text, complete, nil
}
