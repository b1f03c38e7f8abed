package booking_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	. "shortfare/booking"
)

func TestParseMSISDN(t *testing.T) {
	for in, want := range map[string]MSISDN{
		"8613800138000": 8613800138000, "+8613800138000": 8613800138000, "008613800138000": 8613800138000,
		"123456": 123456, "999999999999999": 999999999999999, "+999999999999999": 999999999999999,
	} {
		got, err := ParseMSISDN(in)
		require.NoError(t, err, in)
		require.Equal(t, want, got, in)
	}
	for _, in := range []string{"", "+", "00", "12345", "+12345", "0012345", "1234567890123456", "0138001380", "+0138001380",
		"000138001380", "++86138001", "+00138001380", "138 0013 8000", "BANK-CN", "86138x0138000", "8613８00138000", "-86138001380",
		"12345678901234567890123"} {
		got, err := ParseMSISDN(in)
		require.ErrorIs(t, err, ErrMSISDN, in)
		require.Zero(t, got, in)
		if len(in) > 5 {
			require.NotContains(t, err.Error(), in, "a number does not belong in a log")
		}
	}
}

func TestMSISDNMasked(t *testing.T) {
	require.Equal(t, "8613*******00", MSISDN(8613800138000).Masked())
	require.Equal(t, "1234**78", MSISDN(12345678).Masked())
	require.Equal(t, "***", MSISDN(1234567).Masked())
	require.Equal(t, "***", MSISDN(0).Masked())
}

// FuzzParseMSISDN: what is accepted is digits, and reads back as the same number.
func FuzzParseMSISDN(f *testing.F) {
	for _, s := range []string{"8613800138000", "+86138", "0086138001380", "x", "0", "999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		n, err := ParseMSISDN(in)
		if err != nil {
			require.ErrorIs(t, err, ErrMSISDN)
			return
		}
		s := n.String()
		require.True(t, strings.HasSuffix(in, s) && len(in)-len(s) <= 2, "%q became %s", in, s)
		again, err := ParseMSISDN(s)
		require.NoError(t, err)
		require.Equal(t, n, again)
		require.False(t, len(s) >= 8 && n.Masked() == s)
	})
}
