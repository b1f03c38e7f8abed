package booking

import (
	"fmt"
	"math"
)

// Money is an amount in hundredths of its currency (ISO 4217), fen for CNY,
// also where a currency has no minor unit or a smaller one: an adapter to a bank
// that counts in those converts. Arithmetic between two currencies is a bug and panics; the zero Money
// has none and goes with every other.
type Money struct {
	Minor    int64  `json:"m"`
	Currency string `json:"c"`
}

// Times multiplies the amount by n tickets.
func (m Money) Times(n int) Money {
	if n != 0 && (m.Minor > math.MaxInt64/int64(n) || m.Minor < math.MinInt64/int64(n)) {
		panic("booking: amount overflows")
	}
	return Money{m.Minor * int64(n), m.Currency}
}

// Plus adds o, which must be of the same currency.
func (m Money) Plus(o Money) Money {
	switch {
	case m == Money{}:
		return o
	case o == Money{}:
		return m
	case m.Currency != o.Currency:
		panic("booking: " + m.Currency + " and " + o.Currency)
	}
	return Money{m.Minor + o.Minor, m.Currency}
}

// Minus subtracts o, which must be of the same currency.
func (m Money) Minus(o Money) Money { return m.Plus(Money{-o.Minor, o.Currency}) }

// AtLeastZero is the amount, or nothing where it is negative.
func (m Money) AtLeastZero() Money { return Money{max(m.Minor, 0), m.Currency} }

// Amount is the number alone: `1106`, `525.50`. Decimals appear only when
// they are not zero, since every character of a text counts.
func (m Money) Amount() string {
	sign, v := "", m.Minor
	if v < 0 {
		sign, v = "-", -v
	}
	if v%100 == 0 {
		return fmt.Sprintf("%s%d", sign, v/100)
	}
	return fmt.Sprintf("%s%d.%02d", sign, v/100, v%100)
}

// String is the currency and the amount: `CNY525.50`.
func (m Money) String() string { return m.Currency + m.Amount() }
