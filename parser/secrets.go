package parser

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// unit is one visible character of a text, folded, with where it stands.
type unit struct {
	r          rune
	start, end int32
}

// units lists the characters of a text as cleanRune maps them, in lower case
// and simplified.
func units(text string, out []unit) []unit {
	for i, r := range text {
		n := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, n = utf8.DecodeRuneInString(text[i:])
		}
		switch {
		case r >= 'A' && r <= 'Z':
			r |= 0x20
		case r < utf8.RuneSelf:
		case isCommonHan(r):
			if s, ok := simplified[r]; ok {
				r = s
			}
		default:
			if r = cleanRune(r); r < 0 {
				continue
			}
			r = unicode.ToLower(r)
		}
		if r == '\t' || r == '\n' || r == '\r' || r == '_' {
			r = ' '
		}
		out = append(out, unit{r, int32(i), int32(i + n)})
	}
	return out
}

// scanner looks for secrets in the units of one text.
type scanner struct {
	u        []unit
	found    []Secret
	register bool // the text registers somebody: shorter numbers are documents
}

func isDigit(r rune) bool  { return r >= '0' && r <= '9' }
func isLetter(r rune) bool { return r >= 'a' && r <= 'z' }
func isAlnum(r rune) bool  { return isDigit(r) || isLetter(r) }

// run returns the end of the run from i on.
func (s *scanner) run(i int, in func(rune) bool) int {
	for i < len(s.u) && in(s.u[i].r) {
		i++
	}
	return i
}

// value returns the units of a kind between i and j, in upper case.
func (s *scanner) value(i, j int, keep func(rune) bool) string {
	var b strings.Builder
	for _, u := range s.u[i:j] {
		if keep(u.r) {
			b.WriteRune(unicode.ToUpper(u.r))
		}
	}
	return b.String()
}

func (s *scanner) add(k SecretKind, value string, i, j int) {
	s.found = append(s.found, Secret{Kind: k, Value: value, Start: int(s.u[i].start), End: int(s.u[j-1].end)})
}

// registerCues are the words that make a shorter number a document.
var registerCues = wordSet("reg register join signup pax passport passenger passengers id document licence license permit")

var hanRegisterCues = []string{"注册", "登记", "开户", "证件", "护照", "乘客", "身份证", "通行证", "驾照", "驾驶证"}

// cues reads the words that announce a secret and the secret behind them.
func (s *scanner) cues() {
	for i := 0; i < len(s.u); {
		r := s.u[i].r
		switch {
		case isLetter(r):
			j := s.run(i, isLetter)
			s.latinCue(i, j)
			i = j
		case r == '密' && (s.has(i, "密码") || s.has(i, "密马")):
			s.password(i + 2)
			i += 2
		case r == '安' && s.has(i, "安全码"):
			s.checkValue(i + 3)
			i += 3
		case isHan(r):
			for _, cue := range hanRegisterCues {
				s.register = s.register || s.has(i, cue)
			}
			i++
		default:
			i++
		}
	}
}

func (s *scanner) has(i int, word string) bool {
	for _, r := range word {
		if i >= len(s.u) || s.u[i].r != r {
			return false
		}
		i++
	}
	return true
}

func (s *scanner) latinCue(i, j int) {
	if j-i > 12 {
		return
	}
	var buf [12]byte
	for k := i; k < j; k++ {
		buf[k-i] = byte(s.u[k].r)
	}
	switch w := string(buf[:j-i]); w {
	case "cvv", "cvc", "cvn", "cvvc":
		s.checkValue(j)
	case "pin", "pincode":
		s.pin(j)
	case "password", "passwd", "pwd", "passcode", "passwort", "pasword", "passwrd", "passowrd", "passwor":
		s.password(j)
	default:
		s.register = s.register || registerCues[w] || strings.HasPrefix(w, "reg") && len(w) > 3
	}
}

// connectors skips what stands between a cue and its secret: blanks, marks,
// IS, 是, 为.
func (s *scanner) connectors(i int) int {
	for i < len(s.u) {
		switch r := s.u[i].r; {
		case r == ' ', r == ':', r == '=', r == '-', r == '#', r == '.', r == '*', r == '"', r == '\'', r == '是', r == '为', r == '号', r == ',':
			i++
		case s.has(i, "is") && i+2 < len(s.u) && !isAlnum(s.u[i+2].r):
			i += 2
		case s.has(i, "code") && i+4 < len(s.u) && !isLetter(s.u[i+4].r):
			i += 4
		case r == '码':
			i++
		default:
			return i
		}
	}
	return i
}

func (s *scanner) checkValue(i int) {
	if i+1 < len(s.u) && s.u[i].r == '2' && !isDigit(s.u[i+1].r) {
		i++ // CVV2
	}
	i = s.connectors(i)
	if j := s.run(i, isDigit); j-i >= 3 && j-i <= 5 {
		s.add(SecretCheckValue, s.value(i, j, isDigit), i, j)
	}
}

func (s *scanner) pin(i int) {
	i = s.connectors(i)
	if j := s.run(i, isDigit); j-i >= 3 && j-i <= 12 {
		s.add(SecretPIN, s.value(i, j, isDigit), i, j)
	}
}

// notPasswords may stand behind PASSWORD without being one.
var notPasswords = wordSet("please pls reset help for and to forgot forgotten lost change wrong not")

// maxPassword bounds what is taken for one password.
const maxPassword = 64

// password takes the next word, whatever it is made of.
func (s *scanner) password(i int) {
	i = s.connectors(i)
	j := i
	for j < len(s.u) && j-i < maxPassword {
		if r := s.u[j].r; r <= ' ' || isHan(r) || r == ',' || r == ';' || r == '"' {
			break
		}
		j++
	}
	for j > i && !isAlnum(s.u[j-1].r) && s.u[j-1].r < utf8.RuneSelf {
		j--
	}
	if j-i < 3 || s.has(i, removed) || s.has(i, "removed") {
		return
	}
	var b strings.Builder
	for _, u := range s.u[i:j] {
		b.WriteRune(u.r)
	}
	if !notPasswords[b.String()] {
		s.add(SecretPassword, b.String(), i, j)
	}
}

// numbers finds card and document numbers.
func (s *scanner) numbers() {
	for i := 0; i < len(s.u); {
		if !isAlnum(s.u[i].r) {
			i++
			continue
		}
		end := s.run(i, isAlnum)
		if j := s.passportLine(i); j > 0 {
			s.add(SecretDocument, s.value(i, j, isFilled), i, j)
			i = j
			continue
		}
		if j := s.iban(i); j > 0 {
			s.add(SecretCard, s.value(i, j, isAlnum), i, j)
			i = j
			continue
		}
		if s.register {
			if isDigit(s.u[i].r) && end-i < 13 {
				if j := s.grouped(i); j > 0 {
					i = j
					continue
				}
			}
			if j := s.shortDocument(i, end); j > 0 {
				i = j
				continue
			}
		}
		if s.passport(i, end) {
			s.add(SecretDocument, s.value(i, end, isAlnum), i, end)
			i = end
			continue
		}
		i = s.word(i, end)
	}
}

// word looks at the numbers of one word of letters and digits and returns
// where to go on.
func (s *scanner) word(i, end int) int {
	if s.register && s.mistypedID(i, end) {
		s.add(SecretDocument, s.value(i, end, isAlnum), i, end)
		return end
	}
	for i < end {
		if !isDigit(s.u[i].r) {
			i++
			continue
		}
		j := s.run(i, isDigit)
		masked := i > 0 && s.u[i-1].r == '*'
		if k := s.unbroken(i, j); k > 0 {
			return k
		}
		short := i > 0 && isLetter(s.u[i-1].r) && s.run(max(0, i-3), isLetter) < i // G123 starts no card number
		if !masked && !short {
			if k := s.grouped(i); k > 0 {
				return k
			}
		}
		i = j
	}
	return end
}

// mistypedID tells whether a word of a text that registers somebody is a
// resident number with letters in it: 11010519491231OO2X.
func (s *scanner) mistypedID(i, end int) bool {
	count := 0
	for _, u := range s.u[i:end] {
		if isDigit(u.r) {
			count++
		}
	}
	return isDigit(s.u[i].r) && end-i <= 20 && count >= 13 && count < end-i
}

// unbroken judges the digits between i and j, and an X behind them. It
// returns where to go on, 0 when they are no secret.
func (s *scanner) unbroken(i, j int) int {
	n := j - i
	if n == 17 && j < len(s.u) && s.u[j].r == 'x' && (j+1 == len(s.u) || !isAlnum(s.u[j+1].r)) {
		s.add(SecretDocument, s.value(i, j+1, isAlnum), i, j+1)
		return j + 1
	}
	if n < 13 {
		return 0
	}
	v := s.value(i, j, isDigit)
	switch {
	case n == 18 && residentID(v),
		n == 18 && residentLike(v) && (s.register || !luhn(v)),
		n == 15 && residentLike(v) && (s.register || !luhn(v)),
		s.register && !luhn(v) && n <= 19:
		s.add(SecretDocument, v, i, j)
	case n == 13 && !luhn(v):
		return 0
	default:
		s.add(SecretCard, v, i, j)
	}
	return j
}
