package parser

import "strings"

// maxGroups is the largest number of groups a card number is written in.
const maxGroups = 19

// grouped looks for a card or resident identity number written in groups
// with blanks or dashes between them, from the digit at i on. It returns
// where to go on, 0 when there is none.
func (s *scanner) grouped(i int) int {
	var lengths, ends [maxGroups]int
	var number [19 + 1]byte
	n, total := 0, 0
	var sep rune
	best, bestKind := 0, SecretKind(0)
	for at := i; n < maxGroups; {
		end := s.run(at, isDigit)
		if s.has(end, "**") {
			break // the head of a masked document
		}
		if total+end-at > 19 {
			break
		}
		for k := at; k < end; k++ {
			number[total] = byte(s.u[k].r)
			total++
		}
		lengths[n], ends[n] = end-at, end
		n++
		if n > 1 {
			if kind, j := s.judge(number[:total], lengths[:n], end); kind != 0 {
				best, bestKind = j, kind
			}
		}
		next := s.next(end, &sep)
		if next == 0 {
			break
		}
		at = next
	}
	if best == 0 {
		return 0
	}
	s.add(bestKind, s.value(i, best, isAlnum), i, best)
	return best
}

// next returns where the next group starts behind the separators at i, which
// must be of one kind.
func (s *scanner) next(i int, sep *rune) int {
	j := i
	for j < len(s.u) && j-i < 3 && (s.u[j].r == ' ' || s.u[j].r == '-' || s.u[j].r == '.') {
		if s.u[j].r != ' ' || *sep == 0 {
			if *sep != 0 && *sep != ' ' && *sep != s.u[j].r {
				return 0
			}
			*sep = s.u[j].r
		}
		j++
	}
	if j == i || j >= len(s.u) || !isDigit(s.u[j].r) {
		return 0
	}
	return j
}

// judge tells what the groups so far are, and where the number ends: an X may
// follow the digits.
func (s *scanner) judge(number []byte, lengths []int, end int) (SecretKind, int) {
	if len(number) == 17 {
		x := end
		if x < len(s.u) && s.u[x].r == ' ' {
			x++
		}
		if x < len(s.u) && s.u[x].r == 'x' && (x+1 == len(s.u) || !isAlnum(s.u[x+1].r)) && residentLike(string(number)+"X") {
			return SecretDocument, x + 1
		}
	}
	if end < len(s.u) && isLetter(s.u[end].r) && !(s.u[end].r == 'x' && end+1 < len(s.u) && isDigit(s.u[end+1].r)) {
		return 0, 0 // 5DEC ends no card number
	}
	if len(number) < 13 || len(number) > 19 {
		return 0, 0
	}
	v := string(number)
	switch {
	case len(v) == 18 && (residentID(v) || residentLike(v) && (s.register || !luhn(v))):
		return SecretDocument, end
	case v[0] < '2' || !evenGroups(lengths):
		return 0, 0
	case luhn(v), cardGroups(lengths):
		return SecretCard, end
	}
	return 0, 0
}

// evenGroups tells whether nobody would write the groups as words of their
// own: all of one digit, or all but the last of two and more.
func evenGroups(lengths []int) bool {
	ones := true
	for _, n := range lengths {
		ones = ones && n == 1
	}
	if ones {
		return true
	}
	for _, n := range lengths[:len(lengths)-1] {
		if n < 2 {
			return false
		}
	}
	return true
}

// cardGroups tells whether the grouping is that of a card: 4-4-4 and what
// follows it, or 4-6-5.
func cardGroups(lengths []int) bool {
	if len(lengths) == 3 {
		return lengths[0] == 4 && lengths[1] == 6 && lengths[2] == 5
	}
	if len(lengths) < 4 {
		return false
	}
	for _, n := range lengths[:3] { // the last group of a mistyped one may be short
		if n != 4 {
			return false
		}
	}
	return true
}

// passport tells whether the word is shaped like a Chinese passport or permit:
// one of E, G, D, S, P, K (Hong Kong), H and M (permits) with eight digits, H and
// M with ten, and EA to EZ, DE, SE, PE and MA (Macau) with seven.
func (s *scanner) passport(i, end int) bool {
	first := s.u[i].r
	if end-i == 11 {
		return (first == 'h' || first == 'm') && s.run(i+1, isDigit) == end
	}
	if end-i != 9 || s.run(i+2, isDigit) != end {
		return false
	}
	switch second := s.u[i+1].r; {
	case isDigit(second):
		return strings.ContainsRune("egdspkhm", first)
	case first == 'e':
		return isLetter(second)
	case first == 'm':
		return second == 'a'
	default:
		return second == 'e' && strings.ContainsRune("dsp", first)
	}
}

// shortDocument takes a word of a text that registers somebody for a
// document when it has the length of one and at least five digits, of which
// four stand together; letters a blank away belong to it (E 12345678). It
// returns where to go on, 0 when it is none.
func (s *scanner) shortDocument(i, end int) int {
	j := end
	if n := end - i; n <= 2 && isLetter(s.u[i].r) && isLetter(s.u[end-1].r) && end+1 < len(s.u) && s.u[end].r == ' ' {
		if k := s.run(end+1, isDigit); k-end-1 >= 6 && k-end-1 <= 10 && (k == len(s.u) || !isAlnum(s.u[k].r)) {
			j = k
		}
	}
	// a foreigner's card of 2017 has three letters and twelve digits
	card := end-i == 15 && s.run(i, isLetter) == i+3 && s.run(i+3, isDigit) == end
	for !card && isLetter(s.u[i].r) && j-i > 12 && i < j-1 { // REGZHANG110105...: the name is no part of it
		i++
	}
	count, row, longest := 0, 0, 0
	for _, u := range s.u[i:j] {
		if isDigit(u.r) {
			count++
			row++
			longest = max(longest, row)
		} else {
			row = 0
		}
	}
	if n := count; n < 5 || longest < 4 || n >= 13 || j-i > 20 {
		return 0
	}
	if j+2 < len(s.u) && s.u[j].r == '(' && isLetter(s.u[j+1].r) && s.u[j+2].r == ')' {
		j += 3 // 0012345678(B), a permit
	}
	s.add(SecretDocument, s.value(i, j, isAlnum), i, j)
	return j
}

func isFilled(r rune) bool { return isAlnum(r) || r == '<' }

// passportLine tells whether a line of a passport's machine-readable zone
// starts at i, or its first field with the check digit, as people copy them
// (ICAO Doc 9303-4 §4.2): 44 or 88 characters, or 10, with < for blanks. It
// returns where the line ends, 0 when there is none.
func (s *scanner) passportLine(i int) int {
	j := s.run(i, isFilled)
	filled, count := false, 0
	for _, u := range s.u[i:j] {
		filled = filled || u.r == '<'
		if isDigit(u.r) {
			count++
		}
	}
	switch n := j - i; {
	case !filled || count < 5:
		return 0
	case n == 44, n == 88, n == 10 && s.register:
		return j
	}
	return 0
}
