package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"shortfare/booking"
)

// languages of the pages; the first is that of browsers that want neither.
var languages = [...]string{"en", "zh"}

// texts are the words of a language by their keys.
type texts map[string]string

// readTexts reads lines KEY = TEXT.
func readTexts(text string) (texts, error) {
	all := texts{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, ok := strings.Cut(line, " = ")
		if _, twice := all[key]; !ok || twice || value == "" {
			return nil, fmt.Errorf("line %d: write KEY = TEXT, each key once", n)
		}
		all[key] = value
	}
	return all, nil
}

// say gives the words of a key; args are pairs of a name and what takes the place
// of {name}. A key without words is said as it is: a class, a state or a carrier's
// word that nobody has translated.
func (t texts) say(key string, args ...any) string {
	s, ok := t[key]
	if !ok {
		return key
	}
	for i := 0; i+1 < len(args); i += 2 {
		s = strings.ReplaceAll(s, fmt.Sprintf("{%v}", args[i]), fmt.Sprint(args[i+1]))
	}
	return s
}

// word is say for a key made of a prefix and a word, which is shown when there are no words for it.
func (t texts) word(prefix, word string) string {
	if s, ok := t[prefix+"."+word]; ok {
		return s
	}
	return word
}

// preferred is the language of the path, else the first that the browser wants.
func preferred(r *http.Request) string {
	for _, lang := range languages {
		if strings.HasPrefix(r.URL.Path, "/"+lang+"/") {
			return lang
		}
	}
	for _, want := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		for _, lang := range languages {
			if strings.HasPrefix(strings.ToLower(strings.TrimSpace(want)), lang) {
				return lang
			}
		}
	}
	return languages[0]
}

// otherLanguage is the one that the switch leads to.
func otherLanguage(lang string) string {
	if lang == "zh" {
		return "en"
	}
	return "zh"
}

// day writes a date as people of the language do.
func day(lang string, d booking.Date) string {
	if d <= 0 {
		return "-"
	}
	t := d.Time(0, time.UTC)
	if lang == "zh" {
		return fmt.Sprintf("%d月%d日 周%s", t.Month(), t.Day(), [...]string{"日", "一", "二", "三", "四", "五", "六"}[t.Weekday()])
	}
	return t.Format("Mon 2 Jan")
}

// moment writes a time: without its day when that is today.
func moment(lang string, t, now time.Time) string {
	if t.IsZero() {
		return "-"
	}
	t = t.In(now.Location())
	if booking.DateOf(t) == booking.DateOf(now) {
		return t.Format("15:04")
	}
	year := t.Year() != now.Year()
	switch {
	case lang == "zh" && year:
		return t.Format("2006年1月2日 15:04")
	case lang == "zh":
		return t.Format("1月2日 15:04")
	case year:
		return t.Format("2 Jan 2006 15:04")
	}
	return t.Format("2 Jan 15:04")
}
