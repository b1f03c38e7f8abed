package dialogue

import (
	"slices"
	"strings"

	"shortfare/booking"
	"shortfare/parser"
)

// ends completes a query for a service that names one place only: from there to
// where the service ends, or from where it starts to there. It is false when the
// service does not go there, or not that way; the query is then as it was.
func (t *turn) ends(q booking.Query) (booking.Query, bool) {
	if (q.From == "") == (q.To == "") {
		return q, true
	}
	first, last, ok := t.termini(q)
	if !ok {
		return withEnds(q, "", ""), true // nothing is known of its stops, or it does not run
	}
	place := q.From + q.To
	if !t.cmd.ToOnly && t.runsBetween(q, place, last) {
		return withEnds(q, place, last), true
	}
	if !t.cmd.FromOnly && t.runsBetween(q, first, place) {
		return withEnds(q, first, place), true
	}
	return q, false
}

func withEnds(q booking.Query, from, to string) booking.Query {
	q.From, q.To = from, to
	return q
}

// termini are the places where a service starts and ends, on the query's day or the next
// one that it runs on.
func (t *turn) termini(q booking.Query) (first, last string, ok bool) {
	runs, _ := t.next(booking.Query{Number: q.Number, Date: q.Date})
	if len(runs) == 0 {
		return "", "", false
	}
	first, ok = t.place(runs[0].FromStop)
	last, ok2 := t.place(runs[0].ToStop)
	return first, last, ok && ok2
}

// runsBetween tells whether a service goes from place to place on a day on sale,
// whatever else is wished for.
func (t *turn) runsBetween(q booking.Query, from, to string) bool {
	found, _ := t.next(booking.Query{Number: q.Number, From: from, To: to, Date: q.Date})
	return len(found) > 0
}

// offRoute answers a service with a place that it does not go to: it says so, and lists
// what goes there from where the service starts, or from that place to where it ends.
func (t *turn) offRoute(q booking.Query) {
	t.learn()
	place := q.From + q.To
	first, last, _ := t.termini(q)
	minute := 0
	if runs, _ := t.next(booking.Query{Number: q.Number, Date: q.Date}); len(runs) > 0 {
		dep := runs[0].Dep.In(t.d.s.Loc)
		minute = dep.Hour()*60 + dep.Minute()
	}
	others := q
	others.Number, others.From, others.To = "", t.env.Catalogue.City(first), place
	if t.cmd.FromOnly {
		others.From, others.To = place, t.env.Catalogue.City(last)
	}
	found, at := t.next(others)
	if len(found) == 0 && !t.cmd.ToOnly && !t.cmd.FromOnly {
		others.From, others.To = place, t.env.Catalogue.City(last)
		found, at = t.next(others)
	}
	value := func(name string) string {
		switch name {
		case "number":
			return q.Number
		case "place":
			return t.placeOr(place, booking.Stop{})
		case "from":
			return t.placeOr(others.From, booking.Stop{})
		case "to":
			return t.placeOr(others.To, booking.Stop{})
		}
		return ""
	}
	key := "service.stop"
	if t.cmd.FromOnly {
		key = "service.from"
	}
	reason := t.m.render(key, value)
	if len(found) == 0 {
		t.c.List, t.c.Slots = nil, nil
		t.say("near.none", "reason", reason)
		return
	}
	t.reply(t.nearText("near.route", reason, t.nearest(found, minute), at, value))
}

// nearText lists trips behind a reason, and makes them the open list. Trips that leave
// no room are left out.
func (t *turn) nearText(key, reason string, near []booking.Trip, q booking.Query, value func(string) string) string {
	var text string
	for n := len(near); n > 0; n-- {
		l := &booking.List{At: t.env.Now, Query: q}
		var lines []string
		for i := range near[:n] {
			l.Items = append(l.Items, near[i].TripKey)
			lines = append(lines, t.nearLine(i+1, &near[i]))
		}
		text = t.m.render(key, func(name string) string {
			switch name {
			case "reason":
				return reason
			case "lines":
				return strings.Join(lines, t.m.say("near.join"))
			}
			return value(name)
		})
		t.c.List, t.c.Slots = l, nil
		if oneSegment(text) {
			break
		}
	}
	return text
}

// offTrack tells whether the text names places that a service does not go between, and
// answers so. The services run when they run: days and times are not looked at.
func (t *turn) offTrack(q booking.Query) bool {
	if q.Number == "" || q.From == "" && q.To == "" {
		return false
	}
	if q.From == "" || q.To == "" {
		_, ok := t.ends(q)
		if !ok {
			t.offRoute(q)
		}
		return !ok
	}
	any := q
	any.Date = 0
	if t.runsBetween(any, q.From, q.To) {
		return false
	}
	if q.Date == 0 {
		q.Date = t.today()
	}
	t.learn()
	t.notThen(q)
	return true
}

// elsewhere answers CHG with places that are not those of the ticket.
func (t *turn) elsewhere(o *booking.Order) bool {
	at := func(s booking.Stop) []string {
		id, _ := t.place(s)
		return append(t.citiesOf(s), id)
	}
	from, to := at(o.Trip.FromStop), at(o.Trip.ToStop)
	places := t.cmd.Places
	isFrom := func(p parser.Place) bool { return slices.Contains(from, p.ID) }
	isTo := func(p parser.Place) bool { return slices.Contains(to, p.ID) }
	switch {
	case len(places) == 0,
		len(places) == 2 && isFrom(places[0]) && isTo(places[1]),
		len(places) == 1 && !t.cmd.ToOnly && isFrom(places[0]),
		len(places) == 1 && !t.cmd.FromOnly && isTo(places[0]):
		return false
	}
	t.sayOf(o, "change.places")
	return true
}
