package dialogue

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Messages are the words of every language. It is immutable.
type Messages struct {
	langs   map[string]*messages
	missing []string
	long    []string
}

// languageFile is how the file of a language is called: by its code (ISO 639).
var languageFile = regexp.MustCompile(`^([a-z]{2,3})\.txt$`)

// LoadMessages reads the built-in languages, English and Chinese, and those of
// a directory: fr.txt adds the language that LANG FR switches to; the keys of an
// en.txt or zh.txt take the place of the built-in ones. An empty dir adds none.
// A key that a language lacks is said in English; Missing tells of it. Errors:
// the directory cannot be read, a file has another name than xx.txt, or a line
// with an unknown key or placeholder; every file with one is named.
func LoadMessages(dir string) (*Messages, error) {
	all := &Messages{langs: map[string]*messages{}}
	for _, lang := range [...]string{"en", "zh"} {
		text, err := files.ReadFile("messages/" + lang + ".txt")
		if err != nil {
			return nil, err
		}
		if all.langs[lang], err = load(lang, string(text)); err != nil {
			return nil, fmt.Errorf("messages/%s.txt: %w", lang, err)
		}
	}
	if dir == "" {
		return all, nil
	}
	return all, all.add(os.DirFS(dir))
}

// add reads the files of a directory.
func (all *Messages) add(dir fs.FS) error {
	names, err := fs.Glob(dir, "*.txt")
	if err != nil {
		return err
	}
	if _, err := fs.Stat(dir, "."); err != nil {
		return err
	}
	if len(names) == 0 {
		return errors.New("no file xx.txt in it, such as fr.txt")
	}
	var wrong []error
	for _, name := range names {
		if err := all.addFile(dir, name); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(wrong...)
}

func (all *Messages) addFile(dir fs.FS, name string) error {
	lang := languageFile.FindStringSubmatch(path.Base(name))
	if lang == nil {
		return errors.New("is called by no language; write its code, as fr.txt")
	}
	text, err := fs.ReadFile(dir, name)
	if err != nil {
		return err
	}
	m, err := read(lang[1], string(text))
	if err != nil {
		return err
	}
	base := all.langs[m.lang]
	if base == nil {
		for _, key := range m.lacks() {
			all.missing = append(all.missing, name+": "+key)
		}
		base = all.langs["en"]
	}
	m.fill(base)
	for _, text := range m.tooLong() {
		all.long = append(all.long, name+": "+text)
	}
	all.langs[m.lang] = m
	return nil
}

// fill takes from another language what m lacks.
func (m *messages) fill(from *messages) {
	for key, texts := range from.texts {
		if len(m.texts[key]) == 0 {
			m.texts[key] = texts
		}
	}
}

// Missing lists what a language lacks and is said in English, as "fr.txt: key".
func (all *Messages) Missing() []string { return slices.Clone(all.missing) }

// TooLong lists what the files of the directory say in more than one segment with the longest
// values: a second segment is paid for, and may arrive alone. Each is told as
// "fr.txt: line 12: wrong: too long by 7: 167 of 160 characters", with the key's shortest variant.
func (all *Messages) TooLong() []string { return slices.Clone(all.long) }

// Languages lists the codes of all languages, sorted.
func (all *Messages) Languages() []string { return slices.Sorted(maps.Keys(all.langs)) }

// named returns the language that a customer calls so: by its code or by the
// name that it has for itself.
func (all *Messages) named(word string) string {
	word = strings.ToLower(word)
	if all.langs[word] != nil {
		return word
	}
	for _, lang := range all.Languages() {
		if strings.EqualFold(all.langs[lang].say("language.name"), word) {
			return lang
		}
	}
	return ""
}

// words returns the messages of the first language that is named.
func (d *Dialogue) words(langs ...string) *messages {
	for _, l := range langs {
		if m := d.langs.langs[l]; m != nil {
			return m
		}
	}
	return d.en
}

// language answers LANG.
func (t *turn) language() {
	lang := t.cmd.Topic
	if lang == "" && len(t.cmd.Unread) > 0 {
		lang = t.d.langs.named(t.cmd.Unread[0])
	}
	if lang == "" {
		if all := t.d.langs.Languages(); len(all) > 2 {
			t.say("language.which.more", "languages", strings.ToUpper(strings.Join(all, ", ")))
			return
		}
		t.say("language.which")
		return
	}
	t.c.Lang, t.c.LastLang = lang, lang
	t.m = t.d.words(lang)
	t.say("language.set")
}
