package dialogue

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/coding"
)

func TestTemplatesFitOneSegment(t *testing.T) {
	d := New(withFuncs(settings()))
	for lang, m := range map[string]*messages{"en": d.en, "zh": d.zh} {
		for key, spec := range specs {
			used := map[string]bool{}
			for _, variant := range m.texts[key] {
				for _, name := range variant.names {
					used[name] = true
					require.NotEmpty(t, longest(lang, name), name)
				}
			}
			text := m.render(key, func(name string) string { return longest(lang, name) })
			encoding, units, segments := coding.Units(text)
			require.Equal(t, 1, segments, "%s %s: %d units: %s", lang, key, units, text)
			if lang == "en" {
				require.Equal(t, coding.GSM7, encoding, "%s: %s", key, text)
			}
			require.NotContains(t, text, "{", key)
			require.Equal(t, strings.TrimSpace(string(spec)) == "", len(spec.names()) == 0)
			for name := range used {
				require.True(t, spec.names()[name])
			}
		}
	}
}

func TestOneSegmentAgreesWithCoding(t *testing.T) {
	for _, s := range []string{"", "a", strings.Repeat("a", 160), strings.Repeat("a", 161), strings.Repeat("[", 80), strings.Repeat("[", 81),
		strings.Repeat("票", 70), strings.Repeat("票", 71), strings.Repeat("é", 160), strings.Repeat("é", 161), strings.Repeat("a`", 79),
		strings.Repeat("a~", 53), strings.Repeat("a~", 54)} {
		_, _, segments := coding.Units(s)
		require.Equal(t, segments == 1, oneSegment(s), s)
	}
}

func TestLoadRefuses(t *testing.T) {
	good, err := files.ReadFile("messages/en.txt")
	require.NoError(t, err)
	_, err = load("en", string(good))
	require.NoError(t, err)
	for name, c := range map[string]struct{ old, new, want string }{
		"missing key":         {"\nagent = ", "\n# agent = ", "agent is missing"},
		"unknown key":         {"\nagent = ", "\nagents = ", "agents: no such key"},
		"twice":               {"\nagent = ", "\napology = ", "apology stands twice"},
		"unknown placeholder": {"{tries} tries", "{trees} tries", "wrong: unknown placeholder {trees}"},
		"no value":            {"\nagent = ", "\nagent: ", "no ` = `"},
		"open brace":          {"{tries} tries", "{tries tries", "wrong: "},
		"closing brace":       {"{tries} tries", "tries} tries", "wrong: } without {"},
		"variant out of turn": {"\nquote.2 = ", "\nquote.3 = ", "quote.3: variant 2 comes next"},
	} {
		require.Contains(t, string(good), c.old, name)
		_, err := load("en", strings.Replace(string(good), c.old, c.new, 1))
		require.ErrorContains(t, err, c.want, name)
	}
}

func TestNewNeedsItsFunctions(t *testing.T) {
	require.Panics(t, func() { New(settings()) }) // no Parse
}
