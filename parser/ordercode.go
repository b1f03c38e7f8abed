package parser

// Order codes are what customers type to name an order: five characters of
// an alphabet without look-alikes, the last a check character.
const (
	codeAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLength   = 5
)

// codeWeights multiply the four data characters. Together with weight 1 for
// the check character they are distinct and not 0 modulo the prime 31, so
// every single wrong character and every swap of two is noticed.
var codeWeights = [codeLength - 1]int{2, 3, 22, 5}

// codeValues maps a byte, either case, to its place in the alphabet, or -1.
var codeValues = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i := range len(codeAlphabet) {
		c := codeAlphabet[i]
		t[c] = int8(i)
		if c >= 'A' {
			t[c|0x20] = int8(i)
		}
	}
	return t
}()

// OrderCode makes an order code of 64 pseudo-random bits. The same n and i
// always give the same code; when the code is taken, try the next i.
func OrderCode(n uint64, i int) string {
	state := mix64(n) + uint64(i)*0xD1B54A32D192ED03
	for {
		state += 0x9E3779B97F4A7C15
		x := mix64(state)
		var code [codeLength]byte
		sum := 0
		for k := range codeLength - 1 {
			v := int(x % uint64(len(codeAlphabet)))
			x /= uint64(len(codeAlphabet))
			code[k] = codeAlphabet[v]
			sum += v * codeWeights[k]
		}
		check := (31 - sum%31) % 31
		if check == len(codeAlphabet) { // no character stands for 30
			continue
		}
		code[codeLength-1] = codeAlphabet[check]
		if s := string(code[:]); codeShape(s) {
			return s
		}
	}
}

// mix64 is the output function of SplitMix64.
func mix64(x uint64) uint64 {
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// ValidOrderCode tells whether s, in either case, has the shape of an order
// code and the right check character. It does not tell that the order exists.
func ValidOrderCode(s string) bool {
	if len(s) != codeLength || !codeShape(s) {
		return false
	}
	sum := 0
	for k := range codeLength {
		v := int(codeValues[s[k]])
		if v < 0 {
			return false
		}
		if k < codeLength-1 {
			v *= codeWeights[k]
		}
		sum += v
	}
	return sum%31 == 0
}

// codeShape tells whether s looks like an order code and like nothing else
// a customer types: letters and digits mixed, not 1 to 3 letters and digits
// (services, DEC25), not digit, letter, digits (3U888), not digits and
// three letters (25DEC). Look-alikes outside the alphabet pass, so that a
// mistyped code can be called one.
func codeShape(s string) bool {
	if len(s) != codeLength {
		return false
	}
	var letters uint8 // bit k: character k is a letter
	for k := range codeLength {
		c := s[k] | 0x20
		switch {
		case c >= 'a' && c <= 'z':
			letters |= 1 << k
		case s[k] < '0' || s[k] > '9':
			return false
		}
	}
	switch letters {
	case 0b00000, 0b11111, // one kind only
		0b00001, 0b00011, 0b00111, // A2345 AB234 DEC25
		0b00010, // 3U888
		0b11100: // 25DEC
		return false
	}
	return true
}
