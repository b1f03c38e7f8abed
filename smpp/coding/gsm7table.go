package coding

// escape is the septet that leads to the extension table (23.038 §6.2.1).
const escape = 0x1B

// septetTable maps a septet to its character. In an extension table 0 marks an
// undefined place; no table holds U+0000.
type septetTable [128]rune

// tableOf makes a table from its 128 characters in code order.
func tableOf(characters string) *septetTable {
	var t septetTable
	i := 0
	for _, r := range characters {
		t[i] = r
		i++
	}
	return &t
}

// Basic tables: 23.038 (release 18) §6.2.1 and the locking shift tables of annex
// A.3; those of South Asia are in gsm7indic.go. Spanish has no locking shift table.
var (
	gsmBasic = tableOf("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
	turkishBasic = tableOf("@£$¥€éùıòÇ\nĞğ\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bŞşßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"İABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§çabcdefghijklmnopqrstuvwxyzäöñüà")
	portugueseBasic = tableOf("@£$¥êéúíóç\nÔô\rÁáΔ_ªÇÀ∞^\\€Ó|\x1bÂâÊÉ !\"#º%&'()*+,-./0123456789:;<=>?" +
		"ÍABCDEFGHIJKLMNOPQRSTUVWXYZÃÕÚÜ§~abcdefghijklmnopqrstuvwxyzãõ`üà")
)

// Extension tables: 23.038 §6.2.1.1 and the single shift tables of annex A.2.
var (
	gsmExtension = &septetTable{
		0x0A: '\f', 0x14: '^', 0x28: '{', 0x29: '}', 0x2F: '\\', 0x3C: '[', 0x3D: '~', 0x3E: ']',
		0x40: '|', 0x65: '€',
	}
	turkishExtension = &septetTable{
		0x0A: '\f', 0x14: '^', 0x28: '{', 0x29: '}', 0x2F: '\\', 0x3C: '[', 0x3D: '~', 0x3E: ']',
		0x40: '|', 0x47: 'Ğ', 0x49: 'İ', 0x53: 'Ş', 0x63: 'ç', 0x65: '€', 0x67: 'ğ', 0x69: 'ı', 0x73: 'ş',
	}
	spanishExtension = &septetTable{
		0x09: 'ç', 0x0A: '\f', 0x14: '^', 0x28: '{', 0x29: '}', 0x2F: '\\', 0x3C: '[', 0x3D: '~', 0x3E: ']',
		0x40: '|', 0x41: 'Á', 0x49: 'Í', 0x4F: 'Ó', 0x55: 'Ú', 0x61: 'á', 0x65: '€', 0x69: 'í', 0x6F: 'ó', 0x75: 'ú',
	}
	portugueseExtension = &septetTable{
		0x05: 'ê', 0x09: 'ç', 0x0A: '\f', 0x0B: 'Ô', 0x0C: 'ô', 0x0E: 'Á', 0x0F: 'á',
		0x12: 'Φ', 0x13: 'Γ', 0x14: '^', 0x15: 'Ω', 0x16: 'Π', 0x17: 'Ψ', 0x18: 'Σ', 0x19: 'Θ', 0x1F: 'Ê',
		0x28: '{', 0x29: '}', 0x2F: '\\', 0x3C: '[', 0x3D: '~', 0x3E: ']', 0x40: '|', 0x41: 'À', 0x49: 'Í',
		0x4F: 'Ó', 0x55: 'Ú', 0x5B: 'Ã', 0x5C: 'Õ', 0x61: 'Â', 0x65: '€', 0x69: 'í', 0x6F: 'ó', 0x75: 'ú',
		0x7B: 'ã', 0x7C: 'õ', 0x7F: 'â',
	}
)

// National language identifiers of 23.038 §6.2.1.2.4 for Shift.
const (
	Turkish    = 1
	Spanish    = 2
	Portuguese = 3
	Bengali    = 4 // Assamese too
	Gujarati   = 5
	Hindi      = 6
	Kannada    = 7
	Malayalam  = 8
	Oriya      = 9
	Punjabi    = 10
	Tamil      = 11
	Telugu     = 12
	Urdu       = 13
)

// Shift names the national language tables of a message: the data octets of
// the information elements 0x24 and 0x25. The zero value is the default
// alphabet with its own extension table.
type Shift struct {
	Single  byte // replaces the extension table
	Locking byte // replaces the basic table
}

// tables gives the tables for s; ok is false if one of them is not held here
// and the default stands in for it.
func (s Shift) tables() (basic, extension *septetTable, ok bool) {
	basic, extension, ok = gsmBasic, gsmExtension, true
	switch n := s.Single; {
	case n == 0:
	case n == Turkish:
		extension = turkishExtension
	case n == Spanish:
		extension = spanishExtension
	case n == Portuguese:
		extension = portugueseExtension
	case n <= Urdu:
		extension = indicExtension[n-Bengali]
	default:
		ok = false
	}
	switch n := s.Locking; {
	case n == 0:
	case n == Turkish:
		basic = turkishBasic
	case n == Portuguese:
		basic = portugueseBasic
	case n >= Bengali && n <= Urdu:
		basic = indicBasic[n-Bengali]
	default:
		ok = false
	}
	return basic, extension, ok
}

// notGSM marks a character outside the default alphabet and its extension.
const notGSM = 0xFFFF

// gsmCodes maps characters up to the last Greek capital to one septet, or to
// the escape (high octet) and a septet.
var gsmCodes = codesOf(gsmBasic, gsmExtension)

func codesOf(basic, extension *septetTable) *[0x400]uint16 {
	var codes [0x400]uint16
	for i := range codes {
		codes[i] = notGSM
	}
	for septet, r := range extension {
		if r != 0 && int(r) < len(codes) {
			codes[r] = escape<<8 | uint16(septet)
		}
	}
	for septet, r := range basic {
		if septet != escape {
			codes[r] = uint16(septet)
		}
	}
	return &codes
}

// gsmCode gives the code of r as in gsmCodes.
func gsmCode(r rune) uint16 {
	switch {
	case r >= 0 && int(r) < len(gsmCodes):
		return gsmCodes[r]
	case r == '€':
		return escape<<8 | 0x65
	default:
		return notGSM
	}
}
