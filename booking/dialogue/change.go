package dialogue

import (
	"slices"
	"strings"

	"shortfare/booking"
	"shortfare/parser"
)

// rechange answers CHG: the same seats between the same places on another service,
// day or class.
func (t *turn) rechange() {
	o, answered := t.named()
	switch {
	case answered:
	case o == nil:
		t.changeWhich()
	default:
		t.changeOrder(o)
	}
}

// changeWhich answers CHG without an order: a customer with one ticket means it.
func (t *turn) changeWhich() {
	if len(t.cmd.DateChoices) > 1 {
		t.whichDay()
		return
	}
	can := func(o *booking.Order) bool { return o.State == booking.Issued && !t.departed(o) }
	var tickets []*booking.Order
	for _, o := range t.v.Orders {
		if can(o) {
			tickets = append(tickets, o)
		}
	}
	if len(tickets) == 1 {
		t.changeOrder(tickets[0])
		return
	}
	texts, lines := t.ordersTo(parser.Change, can, t.target()...)
	if len(texts) == 0 {
		t.say("change.none")
		return
	}
	t.offer(texts...)
	t.say("change.ticket", "lines", lines)
}

// target is what CHG names besides its order, as it would be texted.
func (t *turn) target() []string {
	return strings.Fields(t.canonical(t.cmd.Date))[1:]
}

// changeOrder looks whether an order can be changed at all.
func (t *turn) changeOrder(o *booking.Order) {
	if s := o.Swap; s != nil && o.Unpaid() && !s.Done { // named by the order that was to take its place
		if old := t.byID(s.Order); old != nil {
			o = old
		}
	}
	switch {
	case o.State == booking.Held:
		t.sayOf(o, "change.unpaid")
	case o.State != booking.Issued:
		t.status(o)
	case t.departed(o) || t.byID(o.ID) == nil:
		t.sayOf(o, "change.departed")
	case o.Upset == "" && t.d.s.MaxChanges > 0 && t.changes(o) >= t.d.s.MaxChanges:
		t.reply(t.of(o, "change.often", "n", itoa(t.d.s.MaxChanges)))
	case len(t.cmd.People) > 0 && !t.everybody(o) || t.cmd.Choice > 0:
		t.sayOf(o, "change.part")
	case t.elsewhere(o):
	default:
		t.changeTo(o)
	}
}

// everybody tells whether the people that the text names are those of the order, or as
// many where its seats have no names.
func (t *turn) everybody(o *booking.Order) bool {
	if len(o.Passengers) == 0 {
		return len(t.cmd.People) == o.Seats
	}
	seats, ok := t.seatsOf(o)
	return ok && len(seats) == o.Seats
}

// changes counts how often the ticket was changed before.
func (t *turn) changes(o *booking.Order) int {
	const most = 10
	n := 0
	for o != nil && o.Swap != nil && o.Swap.Done && n < most {
		n++
		o = t.past(booking.OrderRef{ID: o.Swap.Order})
	}
	return n
}

// changeTo finds what the ticket is to be changed to.
func (t *turn) changeTo(o *booking.Order) {
	cmd := t.cmd
	switch {
	case cmd.DateText != "" && cmd.Date.IsZero() && len(cmd.DateChoices) == 0:
		t.reply(t.of(o, "change.date", "text", shown(cmd.DateText)))
		return
	case len(cmd.DateChoices) > 1:
		t.whichDay()
		return
	case !t.onSale(cmd.Date):
		t.say("date.period", "first", t.day(t.today()), "last", t.day(t.lastDay()))
		return
	case cmd.Service != "" && !t.env.Catalogue.Service(cmd.Service):
		t.say("service.unknown", "number", cmd.Service)
		return
	}
	q := t.changeQuery(o)
	timed := cmd.Time != parser.Window{}
	switch {
	case cmd.Service == "" && cmd.Date.IsZero() && !timed && cmd.Class == "":
		t.reply(t.changeList(o, t.of(o, "change.which"), q))
	case cmd.Service == "" && cmd.Date.IsZero() && !timed: // another class of the same run
		trip, ok := t.env.Catalogue.Trip(o.Trip.TripKey)
		if !ok {
			trip = o.Trip
		}
		t.changeFor(o, trip, q.Class)
	case cmd.Service == "" && timed:
		t.reply(t.changeList(o, t.of(o, "change.which"), q))
	default:
		one := q
		if one.Number == "" {
			one.Number = o.Trip.Number
		}
		found := t.departures(one)
		if len(found) == 0 {
			t.reply(t.changeList(o, t.m.say("service.not", "number", one.Number, "date", t.day(one.Date)), q))
			return
		}
		t.changeFor(o, found[0], q.Class)
	}
}

// changeQuery is the query that CHG names: what it leaves out is as on the ticket.
func (t *turn) changeQuery(o *booking.Order) booking.Query {
	q := t.wish()
	q.From, q.To = t.changeEnds(o)
	q.Seats = o.Seats
	if q.Date == 0 {
		q.Date = booking.DateOf(o.Trip.Dep.In(t.d.s.Loc))
	}
	if q.Class == "" {
		q.Class = fareOf(o).Class
	}
	return q
}

// changeEnds are the places between which a ticket may be changed: the cities of its
// stations where the timetable tells them, else the stations.
func (t *turn) changeEnds(o *booking.Order) (from, to string) {
	from, _ = t.place(o.Trip.FromStop)
	to, _ = t.place(o.Trip.ToStop)
	day := booking.DateOf(o.Trip.Dep.Add(-o.Trip.Shift).In(t.d.s.Loc))
	for _, f := range append(t.citiesOf(o.Trip.FromStop), from) {
		for _, g := range append(t.citiesOf(o.Trip.ToStop), to) {
			for _, trip := range t.env.Catalogue.Between(f, g, o.Trip.Number, day, 0) {
				if trip.TripKey == o.Trip.TripKey {
					return f, g
				}
			}
		}
	}
	return from, to
}

// citiesOf are the places whose name a station's name begins with, as Beijing is of
// Beijing South, the shortest first.
func (t *turn) citiesOf(s booking.Stop) []string {
	var ids []string
	for name := []rune(s.Zh); len(name) > 2; {
		name = name[:len(name)-1]
		if p, ok := t.env.Catalogue.Lookup(string(name)); ok {
			ids = append(ids, p.ID)
		}
	}
	words := strings.Fields(strings.ToLower(s.En))
	for n := len(words) - 1; n > 0; n-- {
		if p, ok := t.env.Catalogue.Lookup(strings.Join(words[:n], "")); ok && !slices.Contains(ids, p.ID) {
			ids = append(ids, p.ID)
		}
	}
	slices.Reverse(ids)
	return ids
}

// changeList offers what a ticket can be changed to, about the time that was
// wished for, but for what is known not to be had.
func (t *turn) changeList(o *booking.Order, reason string, q booking.Query, not ...booking.TripKey) string {
	others := q
	others.Number = ""
	var free []booking.Trip
	for _, trip := range t.departures(others) {
		if trip.TripKey != o.Trip.TripKey && !slices.Contains(not, trip.TripKey) && !t.suspended(&trip, q.Class) && !t.soldOut(&trip, q.Class, o.Seats) {
			free = append(free, trip)
		}
	}
	dep := o.Trip.Dep.In(t.d.s.Loc)
	near := t.nearest(free, max(q.After, dep.Hour()*60+dep.Minute()))
	for n := len(near); n > 0; n-- {
		var texts, lines []string
		for i := range near[:n] {
			texts = append(texts, t.changeText(o, &near[i], q.Class))
			lines = append(lines, t.m.render("near.line", func(name string) string {
				if name == "n" {
					return itoa(i + 1)
				}
				return t.tripValue(&near[i], name)
			}))
		}
		text := t.m.say("change.near", "reason", reason, "lines", strings.Join(lines, t.m.say("near.join")))
		if oneSegment(text) || n == 1 {
			t.offer(texts...)
			return text
		}
	}
	return t.of(o, "change.near.none", "reason", reason)
}

// changeText is a text that changes an order to a trip.
func (t *turn) changeText(o *booking.Order, trip *booking.Trip, class string) string {
	day := dateOf(booking.DateOf(trip.Dep.In(t.d.s.Loc)))
	words := []string{parser.Change.Keyword(parser.English), o.Code, trip.Number, strings.ToUpper(day.String())}
	if class != fareOf(o).Class {
		words = append(words, classWord(class))
	}
	if t.in != nil {
		if a, ok := t.spoken(); ok && a.Alias != "" {
			words = append(words, a.Alias)
		}
	}
	return strings.Join(words, " ")
}
