package booking

import (
	"errors"
	"fmt"
	"strconv"
)

// MSISDN is a subscriber's number as its digits, in the form the carrier
// sends it (E.164 §6: at most 15 digits). Zero is no number.
type MSISDN uint64

// ErrMSISDN is returned for a source address that is no subscriber's number:
// an alphanumeric sender, a short code, nothing at all. Such a sender is never
// answered.
var ErrMSISDN = errors.New("not a subscriber number")

// ParseMSISDN reads digits with an optional leading + or 00. Fewer than 6
// or more than 15 digits are refused, since no subscriber has such a number.
func ParseMSISDN(s string) (MSISDN, error) {
	d := s
	if len(d) > 0 && d[0] == '+' {
		d = d[1:]
	} else if len(d) > 2 && d[:2] == "00" {
		d = d[2:]
	}
	if len(d) < 6 || len(d) > 15 {
		return 0, fmt.Errorf("%w: %d digits", ErrMSISDN, len(d))
	}
	var n uint64
	for i := 0; i < len(d); i++ {
		if d[i] < '0' || d[i] > '9' {
			return 0, fmt.Errorf("%w: not digits only", ErrMSISDN)
		}
		n = n*10 + uint64(d[i]-'0')
	}
	if d[0] == '0' {
		return 0, fmt.Errorf("%w: begins with 0", ErrMSISDN)
	}
	return MSISDN(n), nil
}

// String returns the digits.
func (m MSISDN) String() string { return strconv.FormatUint(uint64(m), 10) }

// Masked is the form for logs: the first four and the last two digits.
func (m MSISDN) Masked() string {
	s := m.String()
	if len(s) < 8 {
		return "***"
	}
	b := []byte(s)
	for i := 4; i < len(b)-2; i++ {
		b[i] = '*'
	}
	return string(b)
}

// Address is an SMPP address: type of number, numbering plan, digits
// (SMPP 3.4 §5.2.5, §5.2.6).
type Address struct {
	TON  uint8  `json:"t,omitempty"`
	NPI  uint8  `json:"n,omitempty"`
	Addr string `json:"a,omitempty"`
}
