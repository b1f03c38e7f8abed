package identity

import "time"

// Kinds that are no part of Builtin: their validators are plugged in where
// they are wanted.
const (
	AadhaarNumber Kind = "aadhaar" // India's resident number
	BankAccount   Kind = "iban"    // an international bank account number
)

// Aadhaar checks India's resident numbers: 12 digits, of which the first is
// neither 0 nor 1 and the last is a check digit by Verhoeff's scheme; none reads
// the same backwards (UIDAI, A UID Numbering Scheme). A
// licence's file number has 12 digits too: Aadhaar should be asked before Builtin,
// so that the check digit decides.
type Aadhaar struct{}

// Kind is AadhaarNumber.
func (Aadhaar) Kind() Kind { return AadhaarNumber }

// Takes tells whether the number is 12 digits.
func (Aadhaar) Takes(number string) bool {
	return len(number) == 12 && digitsFrom(number, 0) == 12
}

// Check finds a wrong first digit and a wrong check digit.
func (Aadhaar) Check(r *Result, _ time.Time) {
	if r.Normal[0] < '2' {
		r.Find(BadShape, "an Aadhaar number starts with 2 to 9")
	}
	if palindrome(r.Normal) {
		r.Find(BadShape, "no Aadhaar number reads the same from both ends")
	}
	if !verhoeff(r.Normal) {
		r.Find(BadCheckDigit, "the check digit does not fit, look at the number again")
	}
}

func palindrome(n string) bool {
	for i := range len(n) / 2 {
		if n[i] != n[len(n)-1-i] {
			return false
		}
	}
	return true
}

// verhoeff tells whether digits and their check digit fit (J. Verhoeff, Error
// Detecting Decimal Codes, 1969): products in the dihedral group D5, the
// digits permuted by their place.
func verhoeff(n string) bool {
	permutation := [10]int{1, 5, 7, 6, 2, 8, 3, 0, 9, 4}
	c := 0
	for i := range len(n) {
		d := int(n[len(n)-1-i] - '0')
		for range i % 8 {
			d = permutation[d]
		}
		c = dihedral(c, d)
	}
	return c == 0
}

// dihedral is the product of a and b in D5, where 0 to 4 are rotations and 5
// to 9 reflections.
func dihedral(a, b int) int {
	switch {
	case a < 5 && b < 5:
		return (a + b) % 5
	case a < 5:
		return 5 + (a+b)%5
	case b < 5:
		return 5 + (a-b)%5
	default:
		return (a - b + 5) % 5
	}
}
