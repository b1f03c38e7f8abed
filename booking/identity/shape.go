package identity

import "strings"

const (
	residentLen = 18
	minLen      = 6  // shortest passport number
	maxRaw      = 80 // longest spelling that is looked at: 18 full-width characters with gaps
)

// shape gives the kind that a normalized number has the form of.
//
//	17 digits and a digit or X           resident ID; 9 first: foreign resident (card of 2023)
//	15 digits                            resident ID of before 1999
//	3 letters, 12 digits                 foreign resident (card of 2017 and before)
//	H or M, 8 or 10 digits               home return permit (10: with the number of issues)
//	8 digits, or 10 and a letter         Taiwan permit
//	12 digits                            driving licence, file number
//	6 to 9 letters and digits, 1 digit   passport
func shape(n string) Kind {
	letters := 0
	for letters < len(n) && n[letters] >= 'A' && n[letters] <= 'Z' {
		letters++
	}
	digits := digitsFrom(n, letters)
	rest := len(n) - letters - digits
	switch {
	case len(n) == residentLen && (digits == residentLen || letters == 0 && digits == 17 && n[17] == 'X'):
		if n[0] == '9' {
			return ForeignResident
		}
		return Resident
	case letters == 0 && digits == oldLen && rest == 0:
		return Resident
	case letters == 3 && digits == 12 && rest == 0:
		return ForeignResident
	case letters == 1 && (n[0] == 'H' || n[0] == 'M') && (digits == 8 || digits == 10) && rest == 0:
		return HomeReturn
	case letters == 0 && (digits == 8 && rest == 0 || digits == 10 && rest == 1 && n[10] >= 'A' && n[10] <= 'Z'):
		return TaiwanPermit
	case letters == 0 && digits == 12 && rest == 0:
		return Licence
	case len(n) >= minLen && len(n) <= 9 && alphanumeric(n) && strings.ContainsAny(n, "0123456789"):
		return Passport
	default:
		return Unknown
	}
}

func digitsFrom(n string, i int) int {
	start := i
	for i < len(n) && n[i] >= '0' && n[i] <= '9' {
		i++
	}
	return i - start
}

func alphanumeric(n string) bool {
	for i := 0; i < len(n); i++ {
		if !(n[i] >= '0' && n[i] <= '9' || n[i] >= 'A' && n[i] <= 'Z') {
			return false
		}
	}
	return true
}

// chinesePassport knows the nine characters of Chinese passports: ordinary (E
// or G and 8 digits; since 2017 E, a letter that is neither I nor O, 7
// digits), and diplomatic, service and public affairs ones (D, S or P and 8
// digits, or DE, SE, PE and 7 digits). Older ones, P. or S. and 7 digits, or 14
// or 15 and 7 digits, are not told from others.
func chinesePassport(n string) bool {
	if len(n) != 9 {
		return false
	}
	switch digitsFrom(n, 1) {
	case 8:
		return strings.IndexByte("EGDSP", n[0]) >= 0
	case 0:
		if digitsFrom(n, 2) != 7 || n[1] < 'A' || n[1] > 'Z' {
			return false
		}
		if n[0] == 'E' {
			return n[1] != 'I' && n[1] != 'O'
		}
		return strings.IndexByte("DSP", n[0]) >= 0 && n[1] == 'E'
	default:
		return false
	}
}

// explain finds the reason why a number has no shape, by what it comes nearest to.
func explain(r *Result) {
	n := r.Normal
	count := 0 // digits
	for i := 0; i < len(n); i++ {
		if n[i] >= '0' && n[i] <= '9' {
			count++
		}
	}
	length := len([]rune(n))
	nearID := count >= 13 && length-count <= 2 && length >= 14 && length <= 22
	switch {
	case length == 0:
		r.Find(BadLength, "no number")
	case nearID && length != residentLen:
		r.Kind = Resident
		r.Find(BadLength, "%d characters, an ID has %d", length, residentLen)
	case nearID:
		r.Kind = Resident
		r.Find(BadCharacter, "an ID has 17 digits and then a digit or X")
	case !alphanumeric(n):
		r.Find(BadCharacter, "only letters and digits")
	case length < minLen:
		r.Find(BadLength, "%d characters, too short", length)
	case count == 0:
		r.Find(BadCharacter, "no digit in it")
	case length > residentLen:
		r.Find(BadLength, "%d characters, too long", length)
	default:
		r.Find(BadShape, "no ID, passport, licence or permit has this form")
	}
}
