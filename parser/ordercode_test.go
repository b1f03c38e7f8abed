package parser_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/parser"
)

const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

func TestOrderCode(t *testing.T) {
	shape := regexp.MustCompile(`^[` + alphabet + `]{5}$`)
	service := regexp.MustCompile(`^([A-Z]{1,3}[0-9]+|[0-9][A-Z][0-9]+|[0-9]+[A-Z]{3}|[A-Z]+|[0-9]+)$`)
	seen := map[string]bool{}
	const n = 20000
	for i := range uint64(n) {
		code := parser.OrderCode(i*0x9E3779B97F4A7C15, 0)
		require.Regexp(t, shape, code)
		require.NotRegexp(t, service, code)
		require.True(t, parser.ValidOrderCode(code), code)
		require.True(t, parser.ValidOrderCode(strings.ToLower(code)), code)
		seen[code] = true
	}
	require.Greater(t, len(seen), n*95/100, "codes repeat too often")
}

func TestOrderCodeTries(t *testing.T) {
	require.Equal(t, parser.OrderCode(42, 3), parser.OrderCode(42, 3))
	tries := map[string]bool{}
	for i := range 100 {
		tries[parser.OrderCode(42, i)] = true
	}
	require.Greater(t, len(tries), 95)
}

// TestOrderCodeNoticesSlips changes every character and swaps every two.
func TestOrderCodeNoticesSlips(t *testing.T) {
	for n := range uint64(200) {
		code := parser.OrderCode(n*7919, int(n))
		for i := range code {
			for _, c := range alphabet {
				wrong := code[:i] + string(c) + code[i+1:]
				require.Equal(t, wrong == code, parser.ValidOrderCode(wrong), "%s for %s", wrong, code)
			}
			for j := i + 1; j < len(code); j++ {
				b := []byte(code)
				b[i], b[j] = b[j], b[i]
				require.Equal(t, string(b) == code, parser.ValidOrderCode(string(b)), "%s for %s", b, code)
			}
		}
	}
}

func TestValidOrderCode(t *testing.T) {
	for code, want := range map[string]bool{
		"K7M2P": true, "M4Q8T": true, "k7m2p": true,
		"K7M2Q": false, "": false, "K7M2": false, "K7M2PP": false, "K7M0P": false, "订7M2": false,
		"G1234": false, "CA150": false, "3U888": false, "25DEC": false, "DEC25": false, "BOOKS": false, "23456": false,
	} {
		require.Equal(t, want, parser.ValidOrderCode(code), code)
	}
}
