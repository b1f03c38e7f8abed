package parser

// ibanLengths are the lengths of international bank account numbers by country,
// as the registry of ISO 13616 (SWIFT, IBAN Registry, release 99; release 101
// has the same) has them.
var ibanLengths = map[string]int{
	"ad": 24, "ae": 23, "al": 28, "at": 20, "az": 28, "ba": 20, "be": 16, "bg": 22, "bh": 22, "bi": 27, "br": 29, "by": 28,
	"ch": 21, "cr": 22, "cy": 28, "cz": 24, "de": 22, "dj": 27, "dk": 18, "do": 28, "ee": 20, "eg": 29, "es": 24, "fi": 18,
	"fk": 18, "fo": 18, "fr": 27, "gb": 22, "ge": 22, "gi": 23, "gl": 18, "gr": 27, "gt": 28, "hn": 28, "hr": 21, "hu": 28, "ie": 22,
	"il": 23, "iq": 23, "is": 26, "it": 27, "jo": 30, "kw": 30, "kz": 20, "lb": 28, "lc": 32, "li": 21, "lt": 20, "lu": 20,
	"lv": 21, "ly": 25, "mc": 27, "md": 24, "me": 22, "mk": 19, "mn": 20, "mr": 27, "mt": 31, "mu": 30, "ni": 28, "nl": 18,
	"no": 15, "om": 23, "pk": 24, "pl": 28, "ps": 29, "pt": 25, "qa": 29, "ro": 24, "rs": 22, "ru": 33, "sa": 24, "sc": 31,
	"sd": 18, "se": 24, "si": 19, "sk": 24, "sm": 27, "so": 23, "st": 25, "sv": 28, "tl": 23, "tn": 24, "tr": 26, "ua": 29,
	"va": 22, "vg": 24, "xk": 20, "ye": 30,
}

// iban looks for an international bank account number from the letter at i on:
// two letters of a country, two digits, and the length of that country, in one
// word or in groups of four. It returns where it ends, 0 when there is none.
// Its check digits (ISO 7064 MOD 97-10) are not looked at: a mistyped number is
// a secret too.
func (s *scanner) iban(i int) int {
	if !isLetter(s.u[i].r) || s.run(i, isLetter) != i+2 || s.run(i+2, isDigit) < i+4 || s.u[i].r >= 0x80 {
		return 0
	}
	length := ibanLengths[string([]rune{s.u[i].r, s.u[i+1].r})]
	if length == 0 {
		return 0
	}
	j := s.run(i, isAlnum)
	if j-i == length {
		return j
	}
	count := 0
	for at := i; ; at++ {
		j = s.run(at, isAlnum)
		count += j - at
		switch {
		case count == length && j-at <= 4:
			return j
		case j-at != 4 || count > length || j+1 >= len(s.u) || s.u[j].r != ' ' && s.u[j].r != '-' || !isAlnum(s.u[j+1].r):
			return 0
		}
		at = j
	}
}

// mistypedCard tells whether a card number fails its check digit. What starts
// with a letter is no card's.
func mistypedCard(number string) bool { return number[0] <= '9' && !luhn(number) }
