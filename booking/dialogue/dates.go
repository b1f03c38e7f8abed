package dialogue

import (
	"strings"

	"shortfare/booking"
	"shortfare/parser"
)

// badDate answers a query or a booking whose date is none: it must not become
// one for today. The rest is kept, so that the date alone completes it.
func (t *turn) badDate() bool {
	cmd := t.cmd
	if cmd.DateText == "" || !cmd.Date.IsZero() || len(cmd.DateChoices) > 0 || cmd.Order != "" {
		return false
	}
	switch cmd.Verb {
	case parser.None, parser.Query, parser.Book, parser.Choose, parser.Wait:
		t.askDate("date.bad", "text", shown(cmd.DateText))
		return true
	}
	return false
}

// offSale answers a day that tickets are not sold for.
func (t *turn) offSale() {
	t.askDate("date.period", "first", t.day(t.today()), "last", t.day(t.lastDay()))
}

// askDate asks for the date alone and keeps the rest.
func (t *turn) askDate(key string, pairs ...string) {
	t.learn()
	s := &booking.Slots{At: t.env.Now, Query: t.wish(), Missing: missingDate}
	if t.cmd.Verb == parser.Book || t.cmd.Verb == parser.Choose {
		s.Missing = missingDateOfBooking
	}
	if t.cmd.Verb == parser.Choose { // what the number stood for
		if k, l := t.listedAt(t.cmd.Choice), t.list(); k != nil {
			trip, _ := t.env.Catalogue.Trip(*k)
			s.Query.Number, s.Query.From, s.Query.To = trip.Number, l.Query.From, l.Query.To
		}
	}
	if t.cmd.Verb == parser.Wait {
		s.Text = t.canonical(parser.Date{})
	}
	s.Query.Date = 0
	if a, ok := t.spoken(); ok {
		s.Account = &a
	} else {
		s.Account = t.kept
	}
	t.c.Slots = s
	t.say(key, pairs...)
}

// listedAt returns the item of the open list with that place in it.
func (t *turn) listedAt(n int) *booking.TripKey {
	if l := t.list(); l != nil && n >= 1 && n <= len(l.Items) {
		return &l.Items[n-1]
	}
	return nil
}

// redated takes a date alone as the answer to a question for one, else as the
// same again on another day: of the booking whose count is asked for, or of the
// open list.
func (t *turn) redated() bool {
	cmd := t.cmd
	if cmd.Service != "" || len(cmd.Places) > 0 || cmd.Order != "" {
		return false
	}
	if cmd.Verb != parser.None || cmd.DateText == "" {
		return t.refined()
	}
	s := t.c.Slots
	if s != nil && !t.answerable(s.At) {
		s = nil
	}
	switch l := t.list(); {
	case s != nil && s.Text != "" && (s.Missing == missingDate || s.Missing == missingCount):
		whole := t.d.s.Parse(s.Text, t.now)
		whole.Date, whole.DateText, whole.DateChoices, whole.Lang = cmd.Date, cmd.DateText, cmd.DateChoices, cmd.Lang
		t.known, t.kept, t.cmd, t.c.Slots = s.People, s.Account, &whole, nil
	case s != nil && s.Missing == missingDate:
		t.refill(parser.Query, s.Query)
	case s != nil && s.Missing == missingDateOfBooking:
		t.kept = s.Account
		t.refill(parser.Book, s.Query)
	case s != nil && s.Missing == missingCount && s.Trip != nil:
		trip, ok := t.env.Catalogue.Trip(*s.Trip)
		if !ok {
			return false
		}
		q := s.Query
		q.Number = trip.Number
		if from, ok := t.place(trip.FromStop); ok {
			if to, ok := t.place(trip.ToStop); ok {
				q.From, q.To = from, to
			}
		}
		t.kept = s.Account
		t.refill(parser.Book, q)
	case l != nil && len(l.Texts) == 0 && (l.Query.Number != "" || l.Query.From != "" && l.Query.To != ""):
		t.refill(parser.Query, l.Query)
	default:
		return false
	}
	t.readable()
	t.command()
	return true
}

// refined takes wishes alone, such as CHEAPEST, FLY or PM, as the open list
// over again with them.
func (t *turn) refined() bool {
	cmd, l := t.cmd, t.list()
	if cmd.Verb != parser.None && cmd.Verb != parser.Query || l == nil || len(l.Texts) > 0 || l.Query.From == "" || l.Query.To == "" ||
		t.c.Slots != nil && t.answerable(t.c.Slots.At) {
		return false
	}
	wishes := cmd.Kind != parser.AnyKind || cmd.Sort != parser.ByDeparture || cmd.MaxPrice > 0 || cmd.Class != "" ||
		cmd.Time != parser.Window{} || cmd.Arrive != parser.Window{}
	if !wishes || len(cmd.People) > 0 || len(cmd.Unread) > 0 {
		return false
	}
	if cmd.DateText == "" {
		cmd.Date = dateOf(l.Query.Date)
	}
	t.refill(parser.Query, l.Query)
	t.readable()
	t.command()
	return true
}

// refill makes the command one about what is known already. What the text says
// itself stays.
func (t *turn) refill(verb parser.Verb, q booking.Query) {
	cmd := t.cmd
	cmd.Verb, cmd.Service = verb, q.Number
	for _, id := range [...]string{q.From, q.To} {
		if id != "" {
			cmd.Places = append(cmd.Places, parser.Place{ID: id, Name: t.placeName(id)})
		}
	}
	cmd.ToOnly = q.From == "" && q.To != ""
	t.inherit(q)
	t.c.Slots = nil
}

// inherit takes over what the text itself does not say.
func (t *turn) inherit(q booking.Query) {
	cmd := t.cmd
	if cmd.Class == "" {
		cmd.Class = q.Class
	}
	if cmd.Count == 0 && len(cmd.People) == 0 {
		cmd.Count = q.Seats
	}
	if (cmd.Time == parser.Window{}) {
		cmd.Time = parser.Window{From: q.After, To: q.Before}
	}
	if cmd.Kind == parser.AnyKind {
		cmd.Kind = q.Kind
	}
	if cmd.Sort == parser.ByDeparture {
		cmd.Sort = q.Sort
	}
	if cmd.MaxPrice == 0 {
		cmd.MaxPrice = q.MaxPrice
	}
	if (cmd.Arrive == parser.Window{}) {
		cmd.Arrive = parser.Window{From: q.ArriveAfter, To: q.ArriveBy}
	}
}

// placeName is a name of a place that the parser reads.
func (t *turn) placeName(id string) string {
	names, _ := t.env.Catalogue.PlaceNames(id)
	if names.Zh != "" {
		return names.Zh
	}
	return strings.ReplaceAll(names.En, " ", "")
}

// askAgain repeats an open question when its answer could not be read.
func (t *turn) askAgain() bool {
	s := t.c.Slots
	if s == nil || !t.answerable(s.At) {
		return false
	}
	said := shown(t.mo.Text)
	switch s.Missing {
	case missingDate, missingDateOfBooking:
		t.say("date.bad", "text", said)
	case missingPlace:
		id := s.Query.From
		if id == "" {
			id = s.Query.To
		}
		names, _ := t.env.Catalogue.PlaceNames(id)
		t.say("place.unknown", "text", said, "question", t.otherPlace(t.stop(names), s.Query.From == ""))
	case missingCount:
		if s.Trip == nil {
			return false
		}
		trip, ok := t.env.Catalogue.Trip(*s.Trip)
		if !ok {
			return false
		}
		t.sayCount(&trip, s.Query.Class)
	default:
		return false
	}
	return true
}
