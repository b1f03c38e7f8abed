package web

import (
	"regexp"
	"strings"
	"time"

	"shortfare/booking"
	"shortfare/booking/identity"
	"shortfare/booking/stats"
)

// className is a customer class as people of the language call it.
func (c *Console) className(lang string, words texts, label string) string {
	sort, value, ok := strings.Cut(label, ":")
	if !ok {
		return words.word("level", label)
	}
	switch sort {
	case "gender":
		return words.word("gender", value)
	case "region":
		return regionName(lang, value)
	case "job":
		for _, o := range c.o.Occupations {
			if o.Key == value && lang == "zh" {
				return o.Zh
			} else if o.Key == value {
				return o.En
			}
		}
		return words.word("job", value)
	case "age":
		return words.say("age.band", "years", strings.Replace(value, "-", "–", 1))
	}
	return label
}

func regionName(lang, code string) string {
	r, ok := identity.RegionOf(code)
	switch {
	case !ok:
		return code
	case lang == "zh":
		return r.Chinese
	}
	return r.English
}

func stopName(lang string, s booking.Stop) string {
	if lang == "zh" && s.Zh != "" || s.En == "" {
		return s.Zh
	}
	return s.En
}

// cellName is the label of a count as people of the language call it.
func (c *Console) cellName(lang string, words texts, d stats.Dimension, label string) string {
	switch {
	case label == "-":
		return "–"
	case d == stats.Day:
		if t, ok := dateOf(label, 0); ok {
			return day(lang, t)
		}
	case d == stats.State:
		return words.word("state", label)
	case d == stats.Kind:
		return words.word("kind", label)
	case d == stats.Class:
		return words.word("class", label)
	case d == stats.Customer:
		return words.word("level", label)
	case d == stats.Age || d == stats.Gender || d == stats.Region || d == stats.Job:
		return c.className(lang, words, string(d)+":"+label)
	}
	return label
}

// meaning is what a word was read as, in the language: the parser says it in English.
func (c *Console) meaning(lang, rule, as string) string {
	words := c.pages[lang].texts
	switch {
	case rule == "kind" || rule == "class":
		return words.word(rule, as)
	case rule != "date" && rule != "deadline" || lang == languages[0]:
		return as
	}
	as = regexp.MustCompile(`\d{1,2} ?[A-Z][a-z]{2}`).ReplaceAllStringFunc(as, func(s string) string {
		t, err := time.Parse("2Jan", strings.Replace(s, " ", "", 1))
		if err != nil {
			return s
		}
		return words.say("read.day", "month", int(t.Month()), "day", t.Day())
	})
	as = regexp.MustCompile(` because (\S+) is outside the sale period`).ReplaceAllStringFunc(as, func(s string) string {
		return words.say("read.outside", "day", strings.Fields(s)[1])
	})
	return strings.ReplaceAll(as, " or ", words.say("read.or"))
}
