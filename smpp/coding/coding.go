// Package coding is text on the air: the alphabets of SMPP data_coding, user
// data headers, splitting a text into parts and joining parts again, and the
// text form of delivery receipts.
//
// Everything here is a pure function of its arguments. What comes from a peer
// never makes a function panic and is never thrown away: where octets are
// wrong the best reading is returned together with an error that says so, and
// the caller may use the text all the same.
//
// Standards: SMPP 3.4 (§5.2.12 esm_class, §5.2.19 data_coding, appendix B),
// 3GPP TS 23.038 (alphabets; formerly GSM 03.38) and 3GPP TS 23.040 §9.2.3.24
// (user data header).
package coding

import "errors"

var (
	// ErrMalformed reports octets that are not well formed in their coding.
	// The text returned beside it is the best reading of them.
	ErrMalformed = errors.New("coding: octets are not well formed in their data_coding")
	// ErrBinary reports 8-bit data, which is not promised to be text. The
	// text returned beside it is the octets read as UTF-8, else Latin-1.
	ErrBinary = errors.New("coding: 8-bit data, not text")
	// ErrShift reports a national language table that this package does not
	// hold; the text returned beside it was read by the default tables.
	ErrShift = errors.New("coding: national language shift table not supported")
	// ErrNotRepresentable reports text that the wanted encoding cannot hold.
	// It never quotes the text.
	ErrNotRepresentable = errors.New("coding: text has a character that the encoding cannot hold")
	// ErrTooLong reports text that needs more than 255 parts.
	ErrTooLong = errors.New("coding: text needs more than 255 parts")
	// ErrUDH reports a user data header that could not be read to its end.
	ErrUDH = errors.New("coding: malformed user data header")
	// ErrSAR reports sar_* values that cannot be: total 0, or a sequence
	// number outside 1..total.
	ErrSAR = errors.New("coding: impossible sar_total_segments or sar_segment_seqnum")
	// ErrPoison reports parts that belong to no place of their message.
	ErrPoison = errors.New("coding: part outside its message")
	// ErrNotReceipt reports a text with no field of a delivery receipt.
	ErrNotReceipt = errors.New("coding: not a delivery receipt")
)

// Encoding is how the characters of a text become octets.
type Encoding uint8

// The encodings. Auto is the zero value: for a sender it means the smallest
// that holds the text, for a receiver the GSM 7-bit default alphabet.
const (
	Auto      Encoding = iota
	GSM7               // 3GPP 23.038 §6.2.1 with its extension table, one septet per octet
	Latin1             // ISO-8859-1: 0x80-0x9F are controls, there is no euro sign
	ASCII              // IA5, ANSI X3.4
	UCS2               // UTF-16BE, surrogate pairs included
	Binary             // 8-bit data
	ShiftJIS           // JIS X 0208 as carriers send it
	Cyrillic           // ISO-8859-5
	Hebrew             // ISO-8859-8
	ISO2022JP          // music codes
	EUCJP              // extended kanji, JIS X 0212
	KSC5601            // Korean, as EUC-KR
	GB18030            // Chinese, a superset of GBK and GB 2312
)

// String gives the name used in logs and metrics.
func (e Encoding) String() string {
	switch e {
	case Auto:
		return "auto"
	case GSM7:
		return "gsm7"
	case Latin1:
		return "latin1"
	case ASCII:
		return "ascii"
	case UCS2:
		return "ucs2"
	case Binary:
		return "binary"
	case ShiftJIS:
		return "shift-jis"
	case Cyrillic:
		return "iso-8859-5"
	case Hebrew:
		return "iso-8859-8"
	case ISO2022JP:
		return "iso-2022-jp"
	case EUCJP:
		return "euc-jp"
	case KSC5601:
		return "ks-c-5601"
	case GB18030:
		return "gb18030"
	default:
		return "unknown"
	}
}
