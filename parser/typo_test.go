package parser_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/parser"
)

func TestDamerau(t *testing.T) {
	for _, tt := range []struct {
		a, b        string
		limit, want int
	}{
		{"book", "book", 1, 0}, {"boko", "book", 1, 1}, {"bok", "book", 1, 1}, {"boook", "book", 1, 1}, {"look", "book", 1, 1},
		{"bkoo", "book", 1, 2}, {"regsiter", "register", 2, 1}, {"rgister", "register", 2, 1}, {"confrimm", "confirm", 2, 2},
		{"", "", 1, 0}, {"", "a", 1, 1}, {"", "ab", 1, 2}, {"abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz", 2, 3},
	} {
		require.Equal(t, tt.want, parser.Damerau(tt.a, tt.b, tt.limit), "%s %s", tt.a, tt.b)
		require.Equal(t, tt.want, parser.Damerau(tt.b, tt.a, tt.limit), "%s %s", tt.b, tt.a)
	}
}

func TestResidentID(t *testing.T) {
	for number, want := range map[string]bool{
		"11010519491231002X": true, "440524188001010014": true,
		"110105194912310021": false, "11010519491331002X": false, "11010519491231002": false, "": false,
	} {
		require.Equal(t, want, parser.ResidentID(number), number)
	}
}

// TestNeverFuzzy holds that no slip turns another word into an opt-out that
// is run, nor one of the words for leaving into another.
func TestNeverFuzzy(t *testing.T) {
	ctx := goldenContext()
	for _, text := range []string{"STPO", "STOPP", "SOTP", "UNSUBSCRBE", "STOP NOW"} {
		c := parser.Parse(text, ctx)
		require.Equal(t, parser.Stop, c.Verb, text)
		require.True(t, c.Fuzzy, text)
		require.Equal(t, "STOP", c.Suggest, text)
	}
	for text, want := range map[string]parser.Verb{
		"退票 K7M2P": parser.Cancel, "退订": parser.Stop, "退款 K7M2P": parser.Refund, "改签 K7M2P": parser.Change,
	} {
		c := parser.Parse(text, ctx)
		require.Equal(t, want, c.Verb, text)
		require.False(t, c.Fuzzy, text)
	}
	for _, text := range []string{"推定", "退定", "END IT", "TD 1"} {
		require.NotEqual(t, parser.Stop, parser.Parse(text, ctx).Verb, text)
	}
}
