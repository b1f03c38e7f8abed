package coding

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// EncodeUCS2 encodes text as UTF-16BE without a byte-order mark; characters
// beyond U+FFFF become surrogate pairs, invalid UTF-8 becomes U+FFFD.
func EncodeUCS2(text string) []byte {
	octets := make([]byte, 0, 2*len(text))
	for _, r := range text {
		octets = appendUCS2(octets, r)
	}
	return octets
}

func appendUCS2(octets []byte, r rune) []byte {
	if r > 0xFFFF {
		high, low := utf16.EncodeRune(r)
		return append(octets, byte(high>>8), byte(high), byte(low>>8), byte(low))
	}
	return append(octets, byte(r>>8), byte(r))
}

// DecodeUCS2 reads UTF-16BE. A leading byte-order mark is dropped. A lone
// surrogate, or a last octet without its fellow, gives U+FFFD and ErrMalformed.
func DecodeUCS2(octets []byte) (string, error) {
	if len(octets) >= 2 && octets[0] == 0xFE && octets[1] == 0xFF {
		octets = octets[2:]
	}
	var err error
	var text strings.Builder
	text.Grow(len(octets) + len(octets)/2) // three octets of UTF-8 per CJK unit
	for i := 0; i < len(octets); i += 2 {
		if i+1 == len(octets) {
			text.WriteRune(utf8.RuneError)
			return text.String(), ErrMalformed
		}
		r := rune(octets[i])<<8 | rune(octets[i+1])
		if utf16.IsSurrogate(r) {
			var low rune
			if i+3 < len(octets) {
				low = rune(octets[i+2])<<8 | rune(octets[i+3])
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				i += 2
			} else {
				err = ErrMalformed
			}
		}
		text.WriteRune(r)
	}
	return text.String(), err
}

// EncodeLatin1 encodes text as ISO-8859-1. The error is ErrNotRepresentable.
func EncodeLatin1(text string) ([]byte, error) {
	octets := make([]byte, 0, len(text))
	for _, r := range text {
		if r > 0xFF {
			return nil, ErrNotRepresentable
		}
		octets = append(octets, byte(r))
	}
	return octets, nil
}

// DecodeLatin1 reads ISO-8859-1, in which every octet is a character: 0x80 is
// a control, not the euro sign of Windows-1252.
func DecodeLatin1(octets []byte) string {
	high := 0
	for _, b := range octets {
		high += int(b >> 7)
	}
	if high == 0 {
		return string(octets)
	}
	var text strings.Builder
	text.Grow(len(octets) + high)
	for _, b := range octets {
		text.WriteRune(rune(b))
	}
	return text.String()
}
