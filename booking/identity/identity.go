// Package identity tells from the number alone whether an identity document is
// correctly written: Chinese resident IDs (GB 11643-1999), passports, driving
// licences, and the permits of travellers from Hong Kong, Macau, Taiwan and
// abroad. Whether it is true is a verifier's question.
//
// No finding quotes any part of a number, so findings may be logged.
package identity

import (
	"fmt"
	"strings"
	"time"
)

// Kind is a kind of document; its text is stored and must not change.
type Kind string

// Kinds of documents. A driving licence that carries the holder's resident number cannot be
// told from a resident ID, and is one here; Licence is its 12-digit file number.
const (
	Unknown         Kind = ""
	Resident        Kind = "resident_id"      // 18 characters; with region 81, 82 or 83 a residence permit
	Passport        Kind = "passport"         // of any country
	Licence         Kind = "driving_licence"  // 12-digit file number
	HomeReturn      Kind = "home_return"      // Hong Kong and Macau residents' travel permit
	TaiwanPermit    Kind = "taiwan_permit"    // Taiwan residents' travel permit
	ForeignResident Kind = "foreign_resident" // foreign permanent resident card
)

// Gender as a resident number states it.
type Gender string

// Genders; empty is not stated.
const (
	Male   Gender = "M"
	Female Gender = "F"
)

// Code says what is wrong with a number; callers translate by it.
type Code string

// Codes of findings.
const (
	BadLength     Code = "length"
	BadCharacter  Code = "character"
	BadProvince   Code = "province"
	BadDate       Code = "date"        // no such day, or too long ago
	FutureDate    Code = "future"      // a birth after today
	BadCheckDigit Code = "check digit" // one character is wrong, or two are swapped
	OldNumber     Code = "old number"  // 15 digits, void since 2013
	BadShape      Code = "shape"       // no document looks like this
)

// Finding is one thing that is wrong, with a sentence for the customer in English.
type Finding struct {
	Code Code
	Text string
}

// Result is what a number tells. Birth, Gender and Region are set as far as
// the kind states them and they are well formed.
type Result struct {
	Kind     Kind
	Valid    bool
	Findings []Finding
	Birth    time.Time // midnight UTC of the day; zero when not stated
	Gender   Gender
	Region   Region
	Normal   string `json:"-"` // the number without spaces and hyphens, upper case: a secret
}

// Format prints the masked form for every verb, so that a number does not get
// into a log by way of a %v.
func (r Result) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "%s %s valid=%t %v", r.Kind, Mask(r.Normal), r.Valid, r.Findings)
}

func (r *Result) find(code Code, format string, args ...any) {
	r.Findings = append(r.Findings, Finding{code, fmt.Sprintf(format, args...)})
}

// Check reads a number as a customer may write it: spaces, hyphens, small
// letters and full-width characters are put right first. now decides which
// births lie in the future (by the calendar of China, UTC+8).
func Check(number string, now time.Time) Result {
	n := normalize(number)
	r := Result{Normal: n, Kind: shape(n)}
	switch r.Kind {
	case Resident:
		checkResident(&r, now)
	case ForeignResident:
		if len(n) == residentLen {
			checkForeign(&r, now)
		}
	case Licence:
		checkProvince(&r, n[:2])
	case Unknown:
		explain(&r)
	}
	r.Valid = len(r.Findings) == 0
	return r
}

// Looks is a quick test of the shape alone, for a word of a text whose meaning
// is open. sure is true for a shape that hardly anything else has; for the
// others (8 or 12 digits, any short mix of letters and digits) the kind is
// given, but only a word in a document's place should be taken for one. An
// 18-digit number is sure only with a century where a birth has it: bank
// cards have 18 digits too.
func Looks(s string) (kind Kind, sure bool) {
	if len(s) < minLen || len(s) > maxRaw {
		return Unknown, false
	}
	n := normalize(s)
	switch kind = shape(n); kind {
	case Resident, ForeignResident:
		if len(n) != residentLen {
			return kind, kind == ForeignResident
		}
		century := n[6:8]
		return kind, n[17] == 'X' || century == "19" || century == "20"
	case Passport:
		return kind, chinesePassport(n)
	case HomeReturn:
		return kind, true
	default:
		return kind, false
	}
}

// Mask hides the middle of a number: the first and last four characters of one
// of 15 or more are left (1101**********002X), fewer of a shorter one, so that
// never much more than half can be read.
func Mask(number string) string {
	c := []rune(normalize(number))
	open := 0
	switch n := len(c); {
	case n >= 15:
		open = 4
	case n >= 12:
		open = 3
	case n >= 8:
		open = 2
	case n >= 6:
		open = 1
	}
	for i := open; i < len(c)-open; i++ {
		c[i] = '*'
	}
	return string(c)
}

// normalize removes what customers put between and around the characters, and
// gives letters and digits their plain form.
func normalize(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] >= '0' && s[i] <= '9' || s[i] >= 'A' && s[i] <= 'Z'
	}
	if plain {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' { // full-width forms stand in the order of ASCII
			r -= '！' - '!'
		}
		switch {
		case r == ' ' || r == '-' || r == '\u00a0' || r == '\u3000' || r == '\t' || r == '‐' || r == '–':
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r == '×' || r == 'х' || r == 'Х' || r == 'Ⅹ': // written for the final X
			return 'X'
		}
		return r
	}, s)
}
