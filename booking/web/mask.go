package web

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"shortfare/booking"
	"shortfare/parser"
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

// add hides one more name.
func (m *masker) add(name string) {
	if n := strings.ToLower(strings.TrimSpace(name)); utf8.RuneCountInString(n) > 1 && !slices.Contains(m.names, n) {
		i, _ := slices.BinarySearchFunc(m.names, len(n), func(x string, size int) int { return size - len(x) })
		m.names = slices.Insert(m.names, i, n)
	}
}

// and hides the names that a text was read to have, too.
func (m masker) and(cmd parser.Command) masker {
	m.names = slices.Clone(m.names)
	if cmd.Verb == parser.Register || cmd.Verb == parser.Set || cmd.Verb == parser.Passengers {
		m.add(cmd.Name)
	}
	if cmd.Verb == parser.Set && cmd.Topic == "NAME" {
		m.add(cmd.Value)
	}
	for _, p := range cmd.People {
		if !p.Alias {
			m.add(p.Name)
		}
	}
	return m
}

// maskerOf hides the names that are known of a customer and of who travels with him.
func maskerOf(c *booking.Customer, orders []*booking.Order) (m masker) {
	add := m.add
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
	return m
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
