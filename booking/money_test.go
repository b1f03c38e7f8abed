package booking_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	. "shortfare/booking"
)

func TestMoneyText(t *testing.T) {
	for _, c := range []struct {
		minor int64
		want  string
	}{
		{0, "0"}, {1, "0.01"}, {10, "0.10"}, {99, "0.99"}, {100, "1"}, {101, "1.01"}, {52550, "525.50"}, {110600, "1106"},
		{-1, "-0.01"}, {-100, "-1"}, {-52550, "-525.50"}, {math.MaxInt64, "92233720368547758.07"},
	} {
		m := Money{Minor: c.minor, Currency: "CNY"}
		require.Equal(t, c.want, m.Amount())
		require.Equal(t, "CNY"+c.want, m.String())
	}
}

func TestMoneyArithmetic(t *testing.T) {
	m := Money{Minor: 55300, Currency: "CNY"}
	require.Equal(t, Money{Minor: 165900, Currency: "CNY"}, m.Times(3))
	require.Equal(t, Money{Minor: 0, Currency: "CNY"}, m.Times(0))
	require.Equal(t, Money{Minor: 5300, Currency: "CNY"}, m.Minus(Money{Minor: 50000, Currency: "CNY"}))
	require.Equal(t, Money{Minor: -1, Currency: "CNY"}, m.Minus(Money{Minor: 55301, Currency: "CNY"}))
	require.Panics(t, func() { m.Minus(Money{Minor: 1, Currency: "INR"}) })
}

func TestMoneyTimesOverflow(t *testing.T) {
	for _, c := range []struct {
		minor int64
		n     int
		fits  bool
	}{
		{math.MaxInt64, 1, true}, {math.MaxInt64, 2, false}, {math.MaxInt64 / 2, 2, true}, {math.MaxInt64/2 + 1, 2, false},
		{math.MinInt64, 1, true}, {math.MinInt64, 2, false}, {math.MinInt64 / 2, 2, true}, {math.MinInt64/2 - 1, 2, false},
		{math.MaxInt64, 0, true},
	} {
		m := Money{Minor: c.minor, Currency: "CNY"}
		if !c.fits {
			require.Panics(t, func() { m.Times(c.n) }, "%d x %d", c.minor, c.n)
			continue
		}
		require.Equal(t, c.minor*int64(c.n), m.Times(c.n).Minor)
	}
}
