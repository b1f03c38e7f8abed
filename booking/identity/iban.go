package identity

import (
	"strings"
	"time"
)

// IBAN checks international bank account numbers (ISO 13616): the two letters of
// a country, two check digits (ISO 7064 MOD 97-10), and an account number of the
// length and structure that the country has registered.
type IBAN struct{}

// Kind is BankAccount.
func (IBAN) Kind() Kind { return BankAccount }

// Takes tells whether the number has the form of an IBAN.
func (IBAN) Takes(number string) bool {
	return len(number) >= 15 && len(number) <= 34 && alphanumeric(number) && digitsFrom(number, 0) == 0 &&
		digitsFrom(number, 1) == 0 && digitsFrom(number, 2) >= 2
}

// Check finds a country that has no such numbers, a length and characters that
// are not the country's, and wrong check digits, of which there are 02 to 98.
func (IBAN) Check(r *Result, _ time.Time) {
	checkAccount(r)
	if check := r.Normal[2:4]; check < "02" || check > "98" || mod97(r.Normal[4:]+r.Normal[:4]) != 1 {
		r.Find(BadCheckDigit, "the check digits do not fit, look at the number again")
	}
}

// checkAccount holds the account number, which begins behind the check digits,
// against the structure of its country.
func checkAccount(r *Result) {
	_, structure, known := strings.Cut(ibanTable, "\n"+r.Normal[:2]+" ")
	if !known {
		r.Find(BadCountry, "the country at the beginning has no account numbers of this kind")
		return
	}
	structure, _, _ = strings.Cut(structure, "\n")
	account := r.Normal[4:]
	length, fits := 0, true
	for i := 0; i < len(structure); i++ {
		n := digitsFrom(structure, i)
		count := number(structure[i : i+n])
		i += n
		for at := length; at < length+count && at < len(account); at++ {
			digit := digitsFrom(account[at:at+1], 0) == 1
			fits = fits && (structure[i] == 'c' || digit == (structure[i] == 'n'))
		}
		length += count
	}
	switch {
	case length != len(account):
		r.Find(BadLength, "%d characters, an account number of that country has %d", len(r.Normal), length+4)
	case !fits:
		r.Find(BadCharacter, "a letter stands where that country has a digit, or a digit where it has a letter")
	}
}

// mod97 is the remainder of the number that letters and digits make when A
// is written 10 and Z 35.
func mod97(s string) int {
	m := 0
	for i := range len(s) {
		if c := s[i]; c <= '9' {
			m = (m*10 + int(c-'0')) % 97
		} else {
			m = (m*100 + int(c-'A') + 10) % 97
		}
	}
	return m
}
