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

// resident knows resident numbers and the residence permits made like them.
type resident struct{}

func (resident) Kind() Kind               { return Resident }
func (resident) Takes(number string) bool { return shape(number) == Resident }

// Check reads a number: 6 digits region, 8 birth, 3 sequence (odd for men), 1
// check character (GB 11643-1999 §4). One of 15 digits is converted first.
func (resident) Check(r *Result, now time.Time) {
	given := r.Normal
	if len(given) == oldLen {
		r.Flag(OldNumber, "15-digit ID numbers are no longer valid, the 18-character one is used in its place")
		r.Normal = convert(given)
	}
	checkProvince(r, r.Normal[:2])
	checkPrefecture(r, r.Normal[:4])
	checkPerson(r, now)
	if r.wrong() {
		r.Normal = given
	}
}

// oldLen is the length of numbers given before October 1999 (GB 11643-1989).
const oldLen = 15

// convert makes 18 characters of 15: the century goes before the year and the
// check character to the end. Sequences 996 to 999 were kept for people over a
// hundred, born before 1900.
func convert(old string) string {
	century := "19"
	if old[12:] >= "996" {
		century = "18"
	}
	n := old[:6] + century + old[6:]
	c, _ := CheckCharacter(n)
	return n + string(c)
}

func checkProvince(r *Result, code string) {
	region, ok := RegionOf(code)
	if !ok {
		r.Find(BadProvince, "the province at the beginning does not exist")
		return
	}
	r.Region = region
}

// checkPrefecture flags a code no list has: lists are never complete. The
// regions beyond the mainland have none but 0000.
func checkPrefecture(r *Result, code string) {
	if r.Region.Code == "" {
		return
	}
	p, ok := PrefectureOf(code)
	if !ok && (code[:2] < "71" || code[2:] != "00") {
		r.Flag(UnknownCounty, "the city or county at the beginning is not known")
	}
	r.Prefecture = p
}

// checkPerson reads birth, gender and check character.
func checkPerson(r *Result, now time.Time) {
	n := r.Normal
	today := dayInChina(now)
	birth, ok := dayOf(number(n[6:10]), number(n[10:12]), number(n[12:14]))
	switch {
	case !ok:
		r.Find(BadDate, "the date of birth does not exist")
	case birth.After(today):
		r.Find(FutureDate, "the date of birth lies in the future")
	case birth.Year() < today.Year()-oldest:
		r.Find(BadDate, "the date of birth is too long ago")
	default:
		r.Birth = birth
	}
	r.Gender = Female
	if (n[16]-'0')%2 == 1 {
		r.Gender = Male
	}
	if c, _ := CheckCharacter(n); c != n[17] {
		r.Find(BadCheckDigit, "the check digit does not fit, look at the number again")
	}
}

// dayInChina is midnight UTC of the day it is in China (UTC+8).
func dayInChina(now time.Time) time.Time {
	y, m, d := now.UTC().Add(8 * time.Hour).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// dayOf is midnight UTC of a day; false when there is no such day.
func dayOf(year, month, day int) (time.Time, bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t, t.Year() == year && t.Month() == time.Month(month) && t.Day() == day
}

// number is the value of a run of digits.
func number(s string) (n int) {
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
