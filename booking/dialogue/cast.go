package dialogue

import (
	"slices"
	"strings"
	"unicode"

	"shortfare/booking"
)

// cast answers BCAST: a text to all who travel with a service, or to one class of
// them, or to a class of customers wherever they travel.
func (t *turn) cast() {
	cmd := t.cmd
	text := oneLine(cmd.Value)
	group, rest, _ := strings.Cut(text, " ")
	if i := slices.IndexFunc(t.d.s.CustomerClasses, func(c string) bool { return strings.EqualFold(c, group) }); i >= 0 {
		group, text = t.d.s.CustomerClasses[i], strings.TrimSpace(rest)
	} else {
		group = ""
	}
	n := len([]rune(text))
	switch {
	case cmd.Service == "" && group == "" || n < minCast:
		t.say("cast.how")
		return
	case cmd.Service == "":
		t.castClass(group, text)
		return
	case !t.env.Catalogue.Service(cmd.Service):
		t.say("service.unknown", "number", cmd.Service)
		return
	case n > maxCast || !t.castFits(cmd.Service, text):
		t.say("cast.long")
		return
	}
	p := booking.Pending{For: booking.PendingCast, Sale: &booking.Sale{Numbers: []string{cmd.Service}, Day: day(cmd.Date), Class: group}, Name: text}
	p.Content = p.Sale.String()
	t.propose(p, "cast.ask", "what", t.castTo(p.Sale), "n", itoa(t.reached(p.Sale)), "text", text)
}

// oneLine is a text that phones only show: what does not print, and line ends, become a
// space.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, ""), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) && r != zeroWidthJoiner
	}), " ")
}

// zeroWidthJoiner holds the parts of some pictures and letters together.
const zeroWidthJoiner = '\u200d'

// castClass asks whether a text is to go to all customers of a class.
func (t *turn) castClass(group, text string) {
	if t.v.Members == nil {
		t.say("stat.none")
		return
	}
	n, err := t.v.Members(group)
	switch {
	case err != nil:
		t.say("stat.none")
		return
	case n == 0:
		t.say("cast.nobody", "what", group)
		return
	case len([]rune(text)) > maxCast || !t.fitsAll("notice.class", "text", text):
		t.say("cast.long")
		return
	}
	p := booking.Pending{For: booking.PendingCast, Sale: &booking.Sale{Class: group}, Name: text}
	p.Content = p.Sale.String()
	t.propose(p, "cast.ask.class", "what", group, "n", itoa(n), "text", text)
}

// castFits tells whether the text is one message to every customer.
func (t *turn) castFits(number, text string) bool {
	return t.fitsAll("notice", "number", number, "text", text)
}

// fitsAll tells whether a template is one message in every language.
func (t *turn) fitsAll(key string, pairs ...string) bool {
	for _, m := range t.d.langs.langs {
		if !oneSegment(m.say(key, pairs...)) {
			return false
		}
	}
	return true
}

// castTo names who gets a text: G123 5Dec vip.
func (t *turn) castTo(s *booking.Sale) string {
	if len(s.Numbers) == 0 {
		return s.Class
	}
	words := []string{s.Numbers[0]}
	if s.Day != 0 {
		words = append(words, t.day(s.Day))
	}
	if s.Class != "" {
		words = append(words, s.Class)
	}
	return strings.Join(words, " ")
}

// reached counts the orders whose customers a text is for, at most: who took STOP,
// or is of a class that orders are not counted by, is not known here.
func (t *turn) reached(s *booking.Sale) int {
	first, last := s.Day, s.Day
	if s.Day == 0 {
		first, last = t.today(), t.lastDay()
	}
	n, of := 0, 0
	for d := first; d <= last; d = d.Add(1) {
		list, err := t.count(d)
		if err != nil {
			break
		}
		for _, l := range list {
			if l.Number != s.Numbers[0] || !sold(l.State) && l.State != booking.Held && l.State != booking.Waiting {
				continue
			}
			if n += l.Orders; l.Customer == s.Class {
				of += l.Orders
			}
		}
	}
	if s.Class != "" && of > 0 {
		return of
	}
	return n
}

// sendCast has the text sent; the engine does it, a few a second.
func (t *turn) sendCast(p *booking.Pending) {
	n := booking.Notice{ID: t.v.NewID(), At: t.env.Now, Day: p.Sale.Day, Group: p.Sale.Class, Text: p.Name}
	if len(p.Sale.Numbers) > 0 {
		n.Number = p.Sale.Numbers[0]
	}
	t.ch.Notices = append(t.ch.Notices, n)
	t.done(p)
}
