package dialogue

import (
	"slices"
	"strings"
	"unicode/utf8"

	"shortfare/booking"
	"shortfare/parser"
)

// unreadNames takes words that were not read for people where they are saved ones: the
// parser knows no names. BOOK G123 2 LI names one of two. A word of three letters and
// more that is one slip off is a name too, to be asked about.
func (t *turn) unreadNames() {
	var rest []string
	for _, word := range t.cmd.Unread {
		if t.c.Saved(word) == nil && (utf8.RuneCountInString(word) < 3 || t.slipOf(word) == nil) {
			rest = append(rest, word)
			continue
		}
		t.cmd.People = append(slices.Clone(t.cmd.People), parser.Person{Name: word, Alias: true})
	}
	t.cmd.Unread = rest
}

// slipOf is the one saved passenger whose alias is one letter off what was typed, and
// whom the text does not name as well; nil for none and for several.
func (t *turn) slipOf(typed string) *booking.Passenger {
	var found *booking.Passenger
	for i := range t.c.Passengers {
		p := &t.c.Passengers[i]
		named := slices.ContainsFunc(t.cmd.People, func(said parser.Person) bool { return strings.EqualFold(said.Name, p.Alias) })
		if named || utf8.RuneCountInString(p.Alias) < 2 || !oneSlip(strings.ToUpper(typed), strings.ToUpper(p.Alias)) {
			continue
		}
		if found != nil {
			return nil
		}
		found = p
	}
	return found
}

// oneSlip tells whether two words are one character apart: put in, left out, replaced, or
// swapped with its neighbour.
func oneSlip(a, b string) bool {
	if ascii(a + b) {
		return parser.Distance(a, b, 1) == 1
	}
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	switch {
	case len(y)-len(x) == 1:
		return slices.Equal(x[i:], y[i+1:])
	case len(x) != len(y) || i == len(x):
		return false
	}
	return slices.Equal(x[i+1:], y[i+1:]) ||
		i+1 < len(x) && x[i] == y[i+1] && x[i+1] == y[i] && slices.Equal(x[i+2:], y[i+2:])
}

// unsaved asks about somebody who is none of the saved passengers: whether another one
// was meant, or, where a count is enough, whether seats without names will do. Nothing is
// held before.
func (t *turn) unsaved(w *wanted, named bool, name string) {
	t.learn()
	var texts []string
	pairs := []string{"name", shown(name), "seats", itoa(w.seats)}
	key := "who.unknown"
	if !named {
		key = "who.unknown.seats"
	}
	if p := t.slipOf(name); p != nil {
		if names, ok := t.namesWith(w.people, name, p.Alias); ok {
			key = "who.mean" + strings.TrimPrefix(key, "who.unknown")
			pairs = append(pairs, "alias", p.Alias)
			texts = append(texts, t.textOf(w, 0)+" "+names)
		}
	}
	if !named {
		texts = append(texts, t.textOf(w, w.seats))
	}
	if len(texts) > 0 {
		question := t.c.Slots // names may still be the answer
		t.offer(texts...)
		if question != nil && question.Missing == missingNames {
			t.c.Slots = question
		}
	}
	t.say(key, pairs...)
}

// namesWith writes the people of a booking by their aliases, one of them corrected; false
// when they cannot be written so.
func (t *turn) namesWith(known []booking.Passenger, typed, alias string) (string, bool) {
	var all []string
	for _, p := range known {
		if p.Alias == "" {
			return "", false
		}
		all = append(all, p.Alias)
	}
	for _, said := range t.cmd.People {
		switch {
		case !said.Alias:
			return "", false
		case said.Name == typed:
			all = append(all, alias)
		default:
			all = append(all, said.Name)
		}
	}
	return strings.Join(all, ","), true
}

// textOf is what is wanted as a text that means it, but for who travels; seats 0 leaves
// out how many.
func (t *turn) textOf(w *wanted, seats int) string {
	class := w.class
	if fare, ok := w.trip.Fare(class); ok {
		class = fare.Class
	}
	if len(w.waits) == 0 {
		return t.bookText(&w.trip, class, seats)
	}
	words := []string{t.waitText(w.waits, class)}
	if seats > 0 {
		words = append(words, "x"+itoa(seats))
	}
	if a, ok := t.spoken(); ok && a.Alias != "" {
		words = append(words, a.Alias)
	}
	return strings.Join(words, " ")
}
