package web

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"shortfare/booking"
)

// maskName leaves the first letter of each word, of a Chinese name the first sign.
func maskName(name string) string {
	var b strings.Builder
	first := true
	for _, r := range name {
		switch {
		case unicode.IsSpace(r):
			first = true
			b.WriteRune(' ')
		case first:
			first = false
			b.WriteRune(r)
		default:
			b.WriteRune('*')
		}
	}
	return b.String()
}

// masker hides what is in a customer's texts beside what they are about: names,
// codes that authorise, long numbers.
type masker struct {
	names []string // in small letters, the longest first
}

// maskerOf hides the names that are known of a customer and of who travels with him.
func maskerOf(c *booking.Customer, orders []*booking.Order) masker {
	var names []string
	add := func(n string) {
		if n = strings.ToLower(strings.TrimSpace(n)); utf8.RuneCountInString(n) > 1 && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	add(c.Name)
	for _, p := range c.Passengers {
		add(p.Name)
	}
	for _, a := range c.Aside {
		add(a.Name)
		for _, p := range a.Passengers {
			add(p.Name)
		}
	}
	for _, o := range orders {
		for _, p := range o.Passengers {
			add(p.Name)
		}
		for _, f := range o.Former {
			if f.Passenger != nil {
				add(f.Passenger.Name)
			}
		}
	}
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	return masker{names}
}

// The codes of questions are six digits, also in two groups; numbers of ten digits and more
// are phones, accounts, documents. Masked ones have stars already.
func (m masker) text(s string) string {
	for _, n := range m.names {
		s = replaceFold(s, n)
	}
	s = regexp.MustCompile(`\b\d{3} ?\d{3}\b`).ReplaceAllString(s, "******")
	return regexp.MustCompile(`\d{9,}`).ReplaceAllStringFunc(s, func(d string) string {
		return d[:3] + strings.Repeat("*", len(d)-5) + d[len(d)-2:]
	})
}

// replaceFold masks a name, given in small letters, however it is written.
func replaceFold(s, name string) string {
	low := strings.ToLower(s)
	if len(low) != len(s) { // a letter whose small form has another length: offsets would not fit
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(low, name)
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		b.WriteString(maskName(s[i : i+len(name)]))
		s, low = s[i+len(name):], low[i+len(name):]
	}
}
