package identity

import (
	"strings"
	"time"
)

const (
	mrzLine   = 44 // second line of a passport's machine-readable zone (ICAO Doc 9303-4 §4.2)
	mrzNumber = 9  // its document number, filled with <
)

// passport knows passports: the number alone, which has no check digit; the
// number with the one its machine-readable zone has behind it (E123456784,
// L898902C<3); and the zone's second line, or both lines.
type passport struct{}

func (passport) Kind() Kind { return Passport }

func (passport) Takes(number string) bool {
	return shape(number) == Passport || withCheck(number) || mrz(number)
}

func (passport) Check(r *Result, now time.Time) {
	switch n := r.Normal; {
	case mrz(n):
		checkMRZ(r, n[len(n)-mrzLine:], now)
	case withCheck(n):
		if mrzDigit(n[:mrzNumber]) != n[mrzNumber] {
			r.Find(BadCheckDigit, "the check digit behind the passport number does not fit")
			return
		}
		r.Normal = strings.TrimRight(n[:mrzNumber], "<")
	}
}

// withCheck tells whether n is a passport number with its check digit: ten
// characters, of which the first nine are filled with < or a Chinese passport.
func withCheck(n string) bool {
	if len(n) != mrzNumber+1 || digitsFrom(n, mrzNumber) != 1 {
		return false
	}
	bare := strings.TrimRight(n[:mrzNumber], "<")
	return chinesePassport(bare) || len(bare) < mrzNumber && shape(bare) == Passport
}

// mrz tells whether n is one or both lines of a passport's zone.
func mrz(n string) bool {
	if len(n) != mrzLine && (len(n) != 2*mrzLine || n[0] != 'P') {
		return false
	}
	for i := range len(n) {
		if n[i] != '<' && !alphanumeric(n[i:i+1]) {
			return false
		}
	}
	line := n[len(n)-mrzLine:]
	return strings.IndexByte("MFX<", line[20]) >= 0 && digitsFrom(line, 13) >= 7 && strings.IndexByte(n, '<') >= 0
}

// checkMRZ reads the second line: number, check, nationality, birth, check,
// sex, expiry, check, personal number, check, check of all (ICAO Doc 9303-4 §4.2.2).
func checkMRZ(r *Result, line string, now time.Time) {
	personal := line[42]
	if personal == '<' && strings.Trim(line[28:42], "<") == "" {
		personal = '0' // an empty field may have either
	}
	for _, f := range [...]struct {
		field string
		check byte
	}{
		{line[:9], line[9]}, {line[13:19], line[19]}, {line[21:27], line[27]}, {line[28:42], personal},
		{line[:10] + line[13:20] + line[21:43], line[43]},
	} {
		if mrzDigit(f.field) != f.check {
			r.Find(BadCheckDigit, "a check digit of the passport line does not fit, look at the line again")
			return
		}
	}
	birth, ok := shortBirth(line[13:19], now)
	if !ok {
		r.Find(BadDate, "the date of birth does not exist")
		return
	}
	r.Birth = birth
	r.Country = strings.TrimRight(line[10:13], "<")
	switch line[20] {
	case 'M':
		r.Gender = Male
	case 'F':
		r.Gender = Female
	}
	today := dayInChina(now)
	if end, ok := dayOf(today.Year()/100*100+number(line[21:23]), number(line[23:25]), number(line[25:27])); ok && end.Before(today) {
		r.Flag(Expired, "the passport has expired")
	}
	r.Normal = strings.TrimRight(line[:mrzNumber], "<")
}

// mrzDigit is the check digit of a field: weights 7 3 1, A is 10, < is 0
// (ICAO Doc 9303-3 §4.9).
func mrzDigit(field string) byte {
	sum := 0
	for i := range len(field) {
		v := 0
		switch c := field[i]; {
		case c >= '0' && c <= '9':
			v = int(c - '0')
		case c >= 'A' && c <= 'Z':
			v = int(c-'A') + 10
		}
		sum += v * [...]int{7, 3, 1}[i%3]
	}
	return byte('0' + sum%10)
}
