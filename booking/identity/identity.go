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
// told from a resident ID, and is one here; Licence is its 12-digit file number. The residence
// permit of people from Hong Kong, Macau and Taiwan is made as a resident ID and is one too,
// told by its region: 81, 82 or 83.
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
	BadCountry    Code = "country"
	BadDate       Code = "date"        // no such day, or too long ago
	FutureDate    Code = "future"      // a birth after today
	BadCheckDigit Code = "check digit" // one character is wrong, or two are swapped
	BadShape      Code = "shape"       // no document looks like this
)

// Codes of flags: the number is accepted with them.
const (
	OldNumber     Code = "old number" // 15 digits, void since 2013; converted to 18
	UnknownCounty Code = "county"     // a code that no list of places has
	Expired       Code = "expired"    // the document's last day has passed
)

// Finding is one thing that is wrong, or worth knowing, with a sentence for the customer in English.
type Finding struct {
	Code Code
	Text string
	Flag bool // worth knowing, and the number is accepted
}

// Result is what a number tells. Birth, Gender, Region, Prefecture and Country
// are set as far as the kind states them and they are well formed.
type Result struct {
	Kind       Kind
	Valid      bool // no finding but flags
	Findings   []Finding
	Birth      time.Time // midnight UTC of the day; zero when not stated
	Gender     Gender
	Region     Region
	Prefecture Prefecture
	Country    string // ISO 3166-1 alpha-3, or what a passport line has in its place
	Normal     string `json:"-"` // the number as it is kept: without spaces and hyphens, upper case, 18 characters for a converted one; a secret
}

// Format prints the masked form for every verb, so that a number does not get
// into a log by way of a %v.
func (r Result) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "%s %s valid=%t %v", r.Kind, Mask(r.Normal), r.Valid, r.Findings)
}

// Find adds something wrong. The text is for the customer and must not quote the number.
func (r *Result) Find(code Code, format string, args ...any) {
	r.Findings = append(r.Findings, Finding{Code: code, Text: fmt.Sprintf(format, args...)})
}

// Flag adds something worth knowing, with which the number is accepted.
func (r *Result) Flag(code Code, format string, args ...any) {
	r.Findings = append(r.Findings, Finding{Code: code, Text: fmt.Sprintf(format, args...), Flag: true})
}

// Check reads a number with the validators of Builtin; see Registry.Check.
func Check(number string, now time.Time) Result { return builtin.Check(number, now) }

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

// normalize removes what customers, and old passports (P.1234567), put between
// and around the characters, and gives letters and digits their plain form.
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
		case r == ' ' || r == '-' || r == '\u00a0' || r == '\u3000' || r == '\t' || r == '‐' || r == '–' || r == '.' || r == '(' || r == ')':
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r == '×' || r == 'х' || r == 'Х' || r == 'Ⅹ': // written for the final X
			return 'X'
		}
		return r
	}, s)
}
