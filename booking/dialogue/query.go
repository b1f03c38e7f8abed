package dialogue

import (
	"strings"
	"time"
	"unicode"

	"shortfare/booking"
	"shortfare/parser"
)

const minutesADay = 24 * 60

// query answers Q, or a text that names a service or two places.
func (t *turn) query() {
	cmd := t.cmd
	t.join()
	if len(cmd.Places) == 2 && cmd.Places[0].ID == cmd.Places[1].ID {
		cmd.Places = cmd.Places[:1] // nobody goes from a place to itself
	}
	if cmd.Service != "" && len(cmd.Places) < 2 {
		if k := t.listed(cmd.Service); k != nil && strings.EqualFold(strings.TrimSpace(t.mo.Text), cmd.Service) {
			t.chosen(*k)
			return
		}
	}
	switch {
	case len(cmd.DateChoices) > 1:
		t.whichDay()
	case !t.onSale(cmd.Date):
		t.offSale()
	case cmd.Service != "" && !t.env.Catalogue.Service(cmd.Service):
		t.say("service.unknown", "number", cmd.Service)
	case t.offTrack(t.wish()):
	case len(cmd.Places) >= 2:
		t.search(t.wish())
	case cmd.Service != "":
		t.timetable()
	case len(cmd.Places) == 1:
		t.halfway()
	default:
		t.notPlace(t.m.say("query.how"))
	}
}

// join adds what an open question already knows: the other place.
func (t *turn) join() {
	s := t.c.Slots
	if s == nil || s.Missing != missingPlace || !t.answerable(s.At) || len(t.cmd.Places) != 1 || t.cmd.Service != "" {
		return
	}
	if t.cmd.Date.IsZero() && len(t.cmd.DateChoices) == 0 && s.Query.Date != 0 {
		t.cmd.Date = dateOf(s.Query.Date)
	}
	t.inherit(s.Query)
	here := t.cmd.Places[0]
	switch {
	case here.ID == s.Query.From || here.ID == s.Query.To: // the same again: the other one is still to be asked
		t.cmd.ToOnly = s.Query.From == ""
	case s.Query.From == "":
		t.cmd.Places = []parser.Place{here, {ID: s.Query.To}}
	default:
		t.cmd.Places = []parser.Place{{ID: s.Query.From}, here}
	}
	t.c.Slots = nil
}

// halfway asks for the other one of two places.
func (t *turn) halfway() {
	q := t.wish()
	t.c.Slots = &booking.Slots{At: t.env.Now, Query: q, Missing: missingPlace}
	t.notPlace(t.otherPlace(t.cmd.Places[0].Name, t.cmd.ToOnly))
}

// otherPlace is the question for the other one of two places.
func (t *turn) otherPlace(place string, to bool) string {
	if t.m == t.d.en && !ascii(place) {
		place = ""
	}
	key := "query.to"
	switch {
	case place == "" && to:
		key = "query.from.bare"
	case place == "":
		key = "query.to.bare"
	case to:
		key = "query.from"
	}
	return t.m.say(key, "place", place)
}

// notPlace asks for a place, and names the word that may have been meant as one.
func (t *turn) notPlace(question string) {
	for _, w := range t.cmd.Unread {
		if w = shown(w); len([]rune(w)) > 1 && strings.ContainsFunc(w, unicode.IsLetter) {
			t.say("place.unknown", "text", w, "question", question)
			return
		}
	}
	t.reply(question)
}

// wish is the query that the command names.
func (t *turn) wish() booking.Query {
	cmd := t.cmd
	q := booking.Query{Number: cmd.Service, Date: day(cmd.Date), After: cmd.Time.From, Before: cmd.Time.To,
		Class: cmd.Class, Seats: max(cmd.Count, len(cmd.People)), Kind: cmd.Kind, Sort: cmd.Sort, MaxPrice: cmd.MaxPrice,
		ArriveAfter: cmd.Arrive.From, ArriveBy: cmd.Arrive.To}
	switch {
	case len(cmd.Places) >= 2:
		q.From, q.To = cmd.Places[0].ID, cmd.Places[1].ID
	case len(cmd.Places) == 1 && cmd.ToOnly:
		q.To = cmd.Places[0].ID
	case len(cmd.Places) == 1:
		q.From = cmd.Places[0].ID
	}
	return q
}

// timetable answers a query for a service alone: the one run in full.
func (t *turn) timetable() {
	wish, _ := t.ends(t.wish())
	asked := wish.Date
	found, q := t.next(wish)
	if len(found) != 1 || asked != 0 && asked != q.Date {
		t.search(wish)
		return
	}
	trip := &found[0]
	t.c.List = &booking.List{At: t.env.Now, Query: q, Items: []booking.TripKey{trip.TripKey}}
	t.c.Slots = nil
	var fares []string
	for _, f := range trip.Fares {
		fares = append(fares, t.fareLeft(trip, f))
	}
	key := "service"
	since, down := t.outage(trip.Terminal)
	if down {
		key = "service.down"
	}
	t.reply(t.m.render(key, func(name string) string {
		switch name {
		case "fares":
			return strings.Join(fares, ", ")
		case "since":
			return t.since(since)
		}
		return t.tripValue(trip, name)
	}))
}

// fareLeft is a class with its price and the seats left in it.
func (t *turn) fareLeft(trip *booking.Trip, f booking.Fare) string {
	return strings.TrimRight(t.m.say("service.fare", "class", t.class(f.Class), "fare", f.Price.Amount(),
		"left", t.left(trip, f.Class)), " ")
}

// whichDay asks which of two days was meant.
func (t *turn) whichDay() {
	var texts, days []string
	for _, d := range t.cmd.DateChoices[:2] {
		if t.onSale(d) {
			texts, days = append(texts, t.canonical(d)), append(days, t.day(day(d)))
		}
	}
	switch {
	case len(texts) == 0 || t.reread:
		t.offSale()
	case len(texts) == 1:
		for _, d := range t.cmd.DateChoices[:2] {
			if t.onSale(d) {
				t.cmd.Date, t.cmd.DateChoices = d, nil
			}
		}
		t.command()
	default:
		t.learn()
		texts[0], texts[1] = t.canonical(t.cmd.DateChoices[0]), t.canonical(t.cmd.DateChoices[1])
		t.offer(texts...)
		t.say("date.which", "date", t.cmd.DateText, "first", days[0], "second", days[1])
	}
}

// onSale tells whether tickets for that day are sold; no day is every day.
func (t *turn) onSale(d parser.Date) bool {
	if d.IsZero() {
		return true
	}
	n := day(d)
	return n >= t.today() && n <= t.lastDay()
}

// canonical writes the command with a day, as a text that means it. It holds
// no secret.
func (t *turn) canonical(d parser.Date) string {
	cmd := t.cmd
	words := []string{cmd.Verb.Keyword(parser.English)}
	if cmd.Order != "" {
		words = append(words, cmd.Order)
	}
	if cmd.Verb == parser.None {
		words[0] = parser.Query.Keyword(parser.English)
	}
	switch {
	case len(cmd.Services) > 0:
		words = append(words, cmd.Services...)
	case cmd.Service != "":
		words = append(words, cmd.Service)
	}
	for _, p := range cmd.Places {
		words = append(words, strings.ReplaceAll(p.Name, " ", ""))
	}
	if !d.IsZero() {
		words = append(words, strings.ToUpper(d.String()))
	}
	switch w := cmd.Time; {
	case w == parser.Window{To: minutesADay / 2}:
		words = append(words, "AM")
	case w == parser.Window{From: minutesADay / 2, To: minutesADay}:
		words = append(words, "PM")
	case w.From > 0 && w.From%60 == 0:
		words = append(words, "AFTER", itoa(w.From/60))
	case w.From == 0 && w.To > 0:
		words = append(words, "BEFORE", clock4(w.To))
	}
	words = append(words, t.wishWords()...)
	if n := max(cmd.Count, len(cmd.People)); n > 0 {
		words = append(words, "x"+itoa(n))
	}
	if names := typedAliases(cmd.People); names != "" {
		words = append(words, names)
	}
	if cmd.Class != "" {
		words = append(words, classWord(cmd.Class))
	}
	if a, ok := t.spoken(); ok && a.Alias != "" {
		words = append(words, a.Alias)
	}
	if cmd.Verb == parser.Wait {
		words = append(words, t.untilWords()...)
	}
	return strings.Join(words, " ")
}

// typedAliases are people as the text names them, when all are saved ones: names with
// documents are kept in no text.
func typedAliases(people []parser.Person) string {
	var all []string
	for _, p := range people {
		if !p.Alias {
			return ""
		}
		all = append(all, p.Name)
	}
	return strings.Join(all, ",")
}

// answerable tells whether an open list or question can still be answered.
func (t *turn) answerable(at time.Time) bool {
	return !at.IsZero() && t.env.Now.Sub(at) < booking.ListLife
}
