package parser_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/parser"
)

// corpus adds the texts of the golden files as seeds.
func corpus(f *testing.F) {
	files, err := filepath.Glob(goldenGlob)
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		scan := bufio.NewScanner(strings.NewReader(string(data)))
		for scan.Scan() {
			if text, _, ok := strings.Cut(scan.Text(), " => "); ok {
				f.Add(text)
			}
		}
	}
	f.Add("\xff\xfe\x00")
	f.Add("BOOK G123 ６２２２０２１２３４５６７８９４ card*7890 PIN: 12 34")
	f.Add("REG Z 1101051949 1231 002 X 4111-1111-1111-1111-4111 1111 1111 1111")
}

// FuzzParse holds that no text makes the parser fail, that two readings of
// one text are the same, and that explanations and suggestions keep secrets.
func FuzzParse(f *testing.F) {
	corpus(f)
	ctx := goldenContext()
	open := ctx
	open.ListOpen = true
	f.Fuzz(func(t *testing.T, text string) {
		c := parser.Parse(text, ctx)
		require.Equal(t, c, parser.Parse(text, ctx))
		parser.Parse(text, open)
		parser.Parse(text, parser.Context{})
		why := c.Explain() + c.Suggest + c.Value
		secrets := []string{c.Document}
		for _, p := range c.People {
			secrets = append(secrets, p.Document)
		}
		if c.Account.Kind == parser.CardNumber {
			secrets = append(secrets, c.Account.Value)
		}
		for _, s := range secrets {
			if len(s) >= 8 {
				require.NotContains(t, why, s)
			}
		}
		require.False(t, c.Count < 0 || c.Choice < 0 || len(c.Places) > 2)
		if c.Code != "" {
			require.Len(t, c.Code, 6)
		}
		if c.Order != "" && !c.BadOrder {
			require.True(t, parser.ValidOrderCode(c.Order))
		}
	})
}

// FuzzRedact holds that nothing found stays in the clean text, that the
// clean text holds nothing more to find, and that offsets are those of the
// secrets.
func FuzzRedact(f *testing.F) {
	corpus(f)
	f.Fuzz(func(t *testing.T, text string) {
		clean, found := parser.Redact(text)
		if len(found) == 0 {
			require.Equal(t, text, clean)
			return
		}
		at := 0
		words := strings.FieldsFunc(strings.ToUpper(clean), func(r rune) bool { // a longer word may hold the same digits and be no secret
			return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && r != '<'
		})
		for _, s := range found {
			require.True(t, s.Start >= at && s.Start < s.End && s.End <= len(text), "%v", s)
			at = s.End
			if s.Kind == parser.SecretCard || s.Kind == parser.SecretDocument && len(s.Value) >= 8 {
				require.NotContains(t, words, s.Value)
			}
		}
		_, again := parser.Redact(clean)
		require.Empty(t, again, "%q became %q", text, clean)
	})
}
