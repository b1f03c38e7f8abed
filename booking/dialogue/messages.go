package dialogue

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// files are the words, for translators. One line each: `key = text with
// {name}`, \n for a new line, \s for a space at an end, # for a comment. A key with .2 or .3 behind it is a
// shorter variant for when the text before would be more than one segment.
//
//go:embed messages/en.txt messages/zh.txt
var files embed.FS

// messages are the templates of one language.
type messages struct {
	lang  string
	texts map[string][]template // the variants of a key, longest first
	lines map[string][]int      // where they stand in the file
}

// template is a text in pieces: words and names by turns, words first.
type template struct {
	words []string
	names []string
}

// load reads the templates of a language that has all of them: every key of the
// dialogue must be there, no other, and no placeholder but those that the key
// knows.
func load(lang, text string) (*messages, error) {
	m, err := read(lang, text)
	if err != nil {
		return nil, err
	}
	if lacks := m.lacks(); len(lacks) > 0 {
		return nil, fmt.Errorf("%s is missing", lacks[0])
	}
	return m, nil
}

// read is load for a language that may lack keys.
func read(lang, text string) (*messages, error) {
	m := &messages{lang: lang, texts: map[string][]template{}, lines: map[string][]int{}}
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		key, value, ok := strings.Cut(line, " = ")
		if !ok {
			if key, ok = strings.CutSuffix(line, " ="); !ok {
				return nil, fmt.Errorf("line %d: no ` = `", i+1)
			}
		}
		if err := m.add(strings.TrimSpace(key), value, i+1); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return m, nil
}

// lacks lists the keys that are not there, sorted.
func (m *messages) lacks() []string {
	var keys []string
	for key := range specs {
		if len(m.texts[key]) == 0 {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func (m *messages) add(key, value string, line int) error {
	base := key
	if n := len(key); n > 2 && key[n-2] == '.' && key[n-1] >= '2' && key[n-1] <= '9' {
		base = key[:n-2]
		if want := len(m.texts[base]) + 1; int(key[n-1]-'0') != want {
			return fmt.Errorf("%s: variant %d comes next", key, want)
		}
	} else if len(m.texts[key]) > 0 {
		return fmt.Errorf("%s stands twice", key)
	}
	spec, ok := specs[base]
	if !ok {
		return fmt.Errorf("%s: no such key", key)
	}
	if i := strings.IndexFunc(value, unfit); i >= 0 {
		return fmt.Errorf("%s: has the character %U, which no phone shows; write \\n for a new line", key, []rune(value[i:])[0])
	}
	t, err := parse(strings.NewReplacer(`\n`, "\n", `\s`, " ").Replace(value))
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	known := spec.names()
	for _, name := range t.names {
		if !known[name] {
			return fmt.Errorf("%s: unknown placeholder {%s}", key, name)
		}
	}
	m.texts[base] = append(m.texts[base], t)
	m.lines[base] = append(m.lines[base], line)
	return nil
}

// unfit tells whether a character drives a screen, or turns what stands around it,
// instead of being shown.
func unfit(r rune) bool {
	return unicode.IsControl(r) || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff || r == unicode.ReplacementChar
}

func parse(text string) (template, error) {
	var t template
	for {
		word, rest, ok := strings.Cut(text, "{")
		t.words = append(t.words, word)
		if strings.Contains(word, "}") {
			return t, fmt.Errorf("} without {")
		}
		if !ok {
			return t, nil
		}
		name, rest, ok := strings.Cut(rest, "}")
		if !ok || name == "" {
			return t, fmt.Errorf("{ without }")
		}
		t.names = append(t.names, name)
		text = rest
	}
}

// render writes the first variant of a template that is one segment, else the
// last. value gives what stands for a name.
func (m *messages) render(key string, value func(name string) string) string {
	var text string
	for _, t := range m.texts[key] {
		text = t.render(value)
		if oneSegment(text) {
			break
		}
	}
	return text
}

func (t *template) render(value func(name string) string) string {
	if len(t.names) == 0 {
		return t.words[0]
	}
	b := make([]byte, 0, 192)
	for i, w := range t.words {
		b = append(b, w...)
		if i < len(t.names) {
			b = append(b, value(t.names[i])...)
		}
	}
	return string(b)
}

// say renders a template with names and values in pairs.
func (m *messages) say(key string, pairs ...string) string {
	return m.render(key, func(name string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	})
}
