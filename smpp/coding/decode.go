package coding

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// Decode reads the text of a message without its user data header. def is what
// the carrier means by data_coding 0; shift comes from the header (Header.Shift)
// and matters to GSM 7-bit text only.
//
// The text is valid UTF-8 and usable whatever the error: nil, ErrMalformed,
// ErrShift or ErrBinary.
func Decode(dc DataCoding, def Encoding, shift Shift, octets []byte) (string, error) {
	return decodeAs(dc.Encoding(def), shift, octets)
}

func decodeAs(e Encoding, shift Shift, octets []byte) (string, error) {
	switch e {
	case UCS2:
		return DecodeUCS2(octets)
	case Latin1:
		return DecodeLatin1(octets), nil
	case ASCII:
		for _, b := range octets {
			if b > 0x7F {
				return guess(octets), ErrMalformed
			}
		}
		return string(octets), nil
	case Binary:
		return guess(octets), ErrBinary
	}
	if cs := charset(e); cs != nil {
		return decodeCharset(cs, octets)
	}
	return DecodeGSM7(octets, shift)
}

// charset gives the decoder for the encodings that are only ever received, and
// nil for the others.
func charset(e Encoding) encoding.Encoding {
	switch e {
	case ShiftJIS:
		return japanese.ShiftJIS
	case ISO2022JP:
		return japanese.ISO2022JP
	case EUCJP:
		return japanese.EUCJP
	case KSC5601:
		return korean.EUCKR
	case GB18030:
		return simplifiedchinese.GB18030
	case Cyrillic:
		return charmap.ISO8859_5
	case Hebrew:
		return charmap.ISO8859_8
	default:
		return nil
	}
}

// decodeCharset reports what the decoder could not read, which it turns into
// U+FFFD by itself.
func decodeCharset(cs encoding.Encoding, octets []byte) (string, error) {
	text, err := cs.NewDecoder().Bytes(octets)
	if err != nil {
		return guess(octets), ErrMalformed
	}
	read := string(text)
	if strings.ContainsRune(read, utf8.RuneError) {
		err = ErrMalformed
	}
	return read, err
}
