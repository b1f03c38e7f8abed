package coding

import (
	"errors"
	"fmt"
	"strings"
)

// PoisonError names the parts that Join set aside. errors.Is finds ErrPoison.
type PoisonError struct {
	// Parts are indexes into the slice given to Join, ascending.
	Parts []int
}

// Error tells how many parts were set aside.
func (e *PoisonError) Error() string {
	return fmt.Sprintf("%v: %d set aside", ErrPoison, len(e.Parts))
}

// Unwrap makes the error an ErrPoison.
func (e *PoisonError) Unwrap() error { return ErrPoison }

// Join puts together the parts of one message, given in the order of arrival.
// def is what the carrier means by data_coding 0.
//
// Order and repetition do not matter; of two different parts with one number
// the later counts, for the phone may have used its reference again. If parts
// are missing, complete is false, text is empty and missing lists their numbers.
//
// Parts with a key other than the first one's, or without a place in the
// message, are set aside: err is then a *PoisonError, possibly joined with what
// Decode reports. Neither takes anything from text, complete and missing.
//
// Parts are decoded one by one, by their own coding. Where one is malformed,
// neighbours of equal coding are decoded as one, so that a character which a
// bad peer cut in two is read nevertheless.
func Join(def Encoding, parts []Fragment) (text string, complete bool, missing []int, err error) {
	if len(parts) == 0 {
		return "", false, nil, nil
	}
	key := parts[0].Key
	var at [MaxParts + 1]int // index+1 of the part with that number
	var poison []int
	for i, p := range parts {
		if p.Key != key || p.Seq == 0 || p.Seq > key.Total {
			poison = append(poison, i)
			continue
		}
		at[p.Seq] = i + 1
	}
	if poison != nil {
		err = &PoisonError{Parts: poison}
	}
	if key.Total == 0 {
		return "", false, nil, err
	}
	ordered := make([]Fragment, 0, key.Total)
	for seq := 1; seq <= int(key.Total); seq++ {
		if at[seq] == 0 {
			missing = append(missing, seq)
			continue
		}
		ordered = append(ordered, parts[at[seq]-1])
	}
	if missing != nil {
		return "", false, missing, err
	}
	text, decodeErr := joinText(def, ordered)
	return text, true, nil, errors.Join(err, decodeErr)
}

// joinText decodes runs of equal coding.
func joinText(def Encoding, parts []Fragment) (string, error) {
	var text strings.Builder
	var err error
	for len(parts) > 0 {
		n := 1
		for n < len(parts) && parts[n].alike(parts[0], def) {
			n++
		}
		run, runErr := decodeRun(def, parts[:n])
		text.WriteString(run)
		err = worse(err, runErr)
		parts = parts[n:]
	}
	return text.String(), err
}

// alike tells whether the octets of two parts may be read as one.
func (f Fragment) alike(g Fragment, def Encoding) bool {
	return f.DataCoding.Encoding(def) == g.DataCoding.Encoding(def) && f.Shift == g.Shift
}

// decodeRun decodes each part alone and, if one is malformed, all together.
// Should both fail, UCS-2 is read part by part, for one odd octet would shift
// everything after it; in other codings the whole tells more.
func decodeRun(def Encoding, parts []Fragment) (string, error) {
	var text strings.Builder
	var err error
	size := 0
	for _, p := range parts {
		size += len(p.Octets)
		one, oneErr := p.Text(def)
		text.WriteString(one)
		err = worse(err, oneErr)
	}
	if len(parts) == 1 || err == nil || errors.Is(err, ErrShift) {
		return text.String(), err
	}
	octets := make([]byte, 0, size)
	for _, p := range parts {
		octets = append(octets, p.Octets...)
	}
	whole, wholeErr := Decode(parts[0].DataCoding, def, parts[0].Shift, octets)
	if wholeErr != nil && parts[0].DataCoding.Encoding(def) == UCS2 {
		return text.String(), err
	}
	return whole, wholeErr
}

// worse keeps the first error that was met.
func worse(first, second error) error {
	if first != nil {
		return first
	}
	return second
}
