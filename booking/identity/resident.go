package identity

import "time"

// weights of GB 11643-1999 §4.2: 2^(17-i) mod 11 for the character at i (from 0).
var weights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

// checkCharacters stand at the weighted sum mod 11 (ISO 7064 MOD 11-2).
const checkCharacters = "10X98765432"

// oldest is the age in years beyond which a birth is a slip of the pen.
const oldest = 150

// CheckCharacter gives the eighteenth character for the first 17 digits of a
// resident number; ok is false if they are not 17 digits or more.
func CheckCharacter(number string) (c byte, ok bool) {
	if len(number) < len(weights) {
		return 0, false
	}
	sum := 0
	for i, w := range weights {
		d := number[i]
		if d < '0' || d > '9' {
			return 0, false
		}
		sum += int(d-'0') * w
	}
	return checkCharacters[sum%11], true
}

// checkResident reads a number of the right shape: 6 digits region, 8 birth, 3
// sequence (odd for men), 1 check character (GB 11643-1999 §4).
func checkResident(r *Result, now time.Time) {
	checkProvince(r, r.Normal[:2])
	checkPerson(r, now)
}

// checkForeign reads the card of 2023: 9, 2 digits province, 3 digits country,
// and from the birth on as a resident number.
func checkForeign(r *Result, now time.Time) {
	checkProvince(r, r.Normal[1:3])
	checkPerson(r, now)
}

func checkProvince(r *Result, code string) {
	region, ok := RegionOf(code)
	if !ok {
		r.find(BadProvince, "the province at the beginning does not exist")
		return
	}
	r.Region = region
}

// checkPerson reads birth, gender and check character.
func checkPerson(r *Result, now time.Time) {
	n := r.Normal
	year, month, day := number(n[6:10]), number(n[10:12]), number(n[12:14])
	birth := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	y, m, d := now.UTC().Add(8 * time.Hour).Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	switch {
	case birth.Month() != time.Month(month) || birth.Day() != day || birth.Year() != year:
		r.find(BadDate, "the date of birth does not exist")
	case birth.After(today):
		r.find(FutureDate, "the date of birth lies in the future")
	case year < y-oldest:
		r.find(BadDate, "the date of birth is too long ago")
	default:
		r.Birth = birth
	}
	r.Gender = Female
	if (n[16]-'0')%2 == 1 {
		r.Gender = Male
	}
	if c, _ := CheckCharacter(n); c != n[17] {
		r.find(BadCheckDigit, "the check digit does not fit, look at the number again")
	}
}

// number is the value of a run of digits.
func number(s string) (n int) {
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
