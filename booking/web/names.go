package web

import (
	"strings"

	"shortfare/booking"
	"shortfare/booking/identity"
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
