package coding

import (
	"strings"
	"unicode/utf8"
)

// EncodeGSM7 encodes text in the default alphabet and its extension table, one
// septet per octet as SMPP carries it. It changes no character; see
// Transliterate. The error is ErrNotRepresentable.
func EncodeGSM7(text string) ([]byte, error) {
	octets := make([]byte, 0, len(text))
	for _, r := range text {
		code := gsmCode(r)
		if code == notGSM {
			return nil, ErrNotRepresentable
		}
		octets = appendCode(octets, code)
	}
	return octets, nil
}

func appendCode(octets []byte, code uint16) []byte {
	if code >= escape<<8 {
		octets = append(octets, escape)
	}
	return append(octets, byte(code))
}

// DecodeGSM7 reads one septet per octet by the tables that shift names. The
// text is always usable; the error is nil, ErrMalformed or ErrShift:
//
//   - an escape before a septet that the extension table does not define gives
//     the character of the basic table (23.038 §6.2.1.1), a second escape or
//     an escape at the end a space; both are ErrMalformed;
//   - an octet above 0x7F cannot be GSM-7: the carrier sends something else
//     under this data_coding. All of it is read as UTF-8 if it is that, else
//     as Latin-1, with ErrMalformed.
func DecodeGSM7(octets []byte, shift Shift) (string, error) {
	basic, extension, known := shift.tables()
	plain := true
	for _, b := range octets {
		if b > 0x7F {
			return guess(octets), ErrMalformed
		}
		plain = plain && b != escape && basic[b] == rune(b)
	}
	var err error
	if !known {
		err = ErrShift
	}
	if plain {
		return string(octets), err
	}
	var text strings.Builder
	text.Grow(len(octets) + len(octets)/4)
	for i := 0; i < len(octets); i++ {
		b := octets[i]
		if b != escape {
			text.WriteRune(basic[b])
			continue
		}
		i++
		switch {
		case i == len(octets) || octets[i] == escape:
			text.WriteByte(' ')
			err = ErrMalformed
		case extension[octets[i]] == 0:
			text.WriteRune(basic[octets[i]])
			err = ErrMalformed
		default:
			text.WriteRune(extension[octets[i]])
		}
	}
	return text.String(), err
}

// guess reads octets of unknown meaning: Latin-1 text with an accent is almost
// never valid UTF-8, so what is valid is UTF-8.
func guess(octets []byte) string {
	if utf8.Valid(octets) {
		return string(octets)
	}
	return DecodeLatin1(octets)
}
