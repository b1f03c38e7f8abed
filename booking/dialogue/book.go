package dialogue

import (
	"strings"

	"shortfare/booking"
	"shortfare/parser"
)

// What an open question misses.
const (
	missingCount = "count"
	missingPlace = "place"
	missingDate  = "date"
	// missingDateOfBooking is the same where BOOK was texted.
	missingDateOfBooking = "date of booking"
)

// wanted is a booking before it is an order.
type wanted struct {
	trip  booking.Trip
	class string // empty for the cheapest
	seats int    // 0 when not said
	// account and people are what an earlier text of the same booking said.
	account *booking.Account
	people  []booking.Passenger
	waits   []booking.Trip // of WAIT: all runs that are waited for, trip the first
}

// completes takes the text as the answer to "how many tickets", if it is one.
func (t *turn) completes() bool {
	s, cmd := t.c.Slots, t.cmd
	if t.answersNames() {
		return true
	}
	if s == nil || s.Missing != missingCount || s.Trip == nil && s.Text == "" || !t.answerable(s.At) {
		return false
	}
	n := max(cmd.Count, len(cmd.People))
	switch {
	case cmd.Verb == parser.Choose && !cmd.Waitlisted && cmd.Service == "" && cmd.Count == 0:
		n = max(n, cmd.Choice)
	case cmd.Verb == parser.Choose && cmd.Choice == 0 && cmd.Service == "":
	case cmd.Verb == parser.None && cmd.Service == "" && len(cmd.Places) == 0 && cmd.Order == "":
	default:
		return false
	}
	if n > 0 && s.Text != "" {
		t.completeText(s)
		return true
	}
	if n <= 0 || s.Text != "" {
		return false
	}
	trip, ok := t.env.Catalogue.Trip(*s.Trip)
	if !ok {
		return false
	}
	w := wanted{trip: trip, class: s.Query.Class, seats: n, account: s.Account}
	if cmd.Class != "" {
		w.class = cmd.Class
	}
	t.reserve(w)
	return true
}

// book answers BOOK.
func (t *turn) book() {
	cmd := t.cmd
	if cmd.Service == "" && cmd.Choice > 0 {
		t.choose()
		return
	}
	switch {
	case len(cmd.DateChoices) > 1:
		t.whichDay()
	case !t.onSale(cmd.Date):
		t.offSale()
	case cmd.Service == "" && len(cmd.Places) >= 2:
		t.learn()
		t.search(t.wish())
	case cmd.Service == "" && len(cmd.Places) == 1:
		t.learn()
		t.halfway()
	case cmd.Service == "":
		t.learn()
		t.say("book.how")
	case !t.env.Catalogue.Service(cmd.Service):
		t.learn()
		t.say("service.unknown", "number", cmd.Service)
	default:
		t.bookService()
	}
}

// bookService finds the run that BOOK means: the one on the open list, else the
// part between the places named, else the whole run.
func (t *turn) bookService() {
	cmd := t.cmd
	seats := max(cmd.Count, len(cmd.People))
	wish := t.wish()
	if t.offTrack(wish) {
		return
	}
	trip, q, ok := t.runOf(wish)
	if !ok {
		t.learn()
		t.notThen(q)
		return
	}
	t.reserve(wanted{trip: trip, class: cmd.Class, seats: seats})
}

// notThen says that the service does not run as wished, or has left, and lists
// what does: others between the same places, else its own next days.
func (t *turn) notThen(q booking.Query) {
	key := "service.not"
	whole := q
	whole.After, whole.Before = 0, 0
	if runs := t.env.Catalogue.Numbered(q.Number, q.Date); len(runs) > 0 {
		if last := runs[len(runs)-1].Dep; !last.After(t.now) {
			key = "service.left"
		} else if !t.sells(last) {
			key = "service.closed"
		}
		if q.From != "" && len(t.env.Catalogue.Between(q.From, q.To, q.Number, q.Date, 0)) == 0 {
			key = "service.route"
		}
	}
	others := whole
	others.Number = ""
	var near []booking.Trip
	if q.From != "" && q.To != "" {
		near = t.nearest(t.departures(others), q.After)
	}
	if len(near) == 0 {
		later := whole
		for len(near) < pageSize {
			later.Date = later.Date.Add(1)
			found, at := t.next(later)
			if len(found) == 0 {
				break
			}
			near, later = append(near, found[0]), at
		}
	}
	t.instead(key, near, q.Seats, func(name string) string {
		switch name {
		case "number":
			return q.Number
		case "date":
			return t.day(q.Date)
		}
		return ""
	})
}

// nearest picks a page of trips around a minute of the day, by departure.
func (t *turn) nearest(found []booking.Trip, minute int) []booking.Trip {
	first := 0
	for first < len(found)-pageSize {
		dep := found[first].Dep.In(t.d.s.Loc)
		if dep.Hour()*60+dep.Minute() >= minute-60 {
			break
		}
		first++
	}
	return found[first:min(len(found), first+pageSize)]
}

// instead answers with what cannot be had, and makes a list of what can.
func (t *turn) instead(key string, near []booking.Trip, seats int, value func(string) string) {
	t.reply(t.insteadText(key, near, seats, value))
}

func (t *turn) insteadText(key string, near []booking.Trip, seats int, value func(string) string) string {
	for n := len(near); n > 0; n-- {
		l := &booking.List{At: t.env.Now, Query: booking.Query{Seats: seats}}
		var lines []string
		for i := range near[:n] {
			l.Items = append(l.Items, near[i].TripKey)
			lines = append(lines, t.nearLine(i+1, &near[i]))
		}
		text := t.m.say("near", "reason", t.m.render(key, value), "lines", strings.Join(lines, t.m.say("near.join")))
		if oneSegment(text) || n == 1 {
			t.c.List, t.c.Slots = l, nil
			return text
		}
	}
	return t.m.say("near.none", "reason", t.m.render(key, value))
}

// nearLine is a trip with its number in an answer that lists a few.
func (t *turn) nearLine(n int, trip *booking.Trip) string {
	key := "near.line"
	if t.stations {
		key = "near.line.from"
	}
	return t.m.render(key, func(name string) string {
		if name == "n" {
			return itoa(n)
		}
		return t.tripValue(trip, name)
	})
}

// reserve checks what is wanted and opens the order, whose hold answers the
// text.
func (t *turn) reserve(w wanted) {
	account, ok := t.payer(w.account)
	if !ok {
		return // answered: no such account
	}
	fare, ok := w.trip.Fare(w.class)
	switch {
	case t.noTerminal(&w.trip):
	case !t.sells(w.trip.Dep):
		q := booking.Query{Number: w.trip.Number, Date: booking.DateOf(w.trip.Dep.In(t.d.s.Loc)), Seats: w.seats}
		t.notThen(q)
	case len(w.trip.Fares) == 0:
		t.say("book.nofare", "number", w.trip.Number)
	case t.unlike(&w.trip, w.seats):
	case !ok:
		t.noClass(&w)
	case t.tooDear(&w.trip, fare, w.seats), t.closedSale(&w.trip, fare.Class, w.seats):
	case !t.passengersOf(&w, t.byName(&w.trip)):
	case w.seats <= 0 && t.unsaid(): // words that may have been meant for more than the count
	case w.seats <= 0:
		t.askCount(&w, fare, account)
	case w.seats > t.d.s.MaxSeats:
		t.say("book.max", "max", itoa(t.d.s.MaxSeats))
	case t.askNames(&w, fare, account):
	case t.sameAgain(&w, fare, account), t.hasSeat(&w), t.tooMany():
	case t.soldOut(&w.trip, fare.Class, w.seats):
		t.alternatives(&w.trip, fare.Class, w.seats)
	case t.leftover(&w, fare.Class):
	default:
		t.hold(&w, fare, account)
	}
}

// tooDear refuses a service that costs more than the text allows (UNDER 500), with
// others instead that do not.
func (t *turn) tooDear(trip *booking.Trip, fare booking.Fare, seats int) bool {
	most := t.cmd.MaxPrice
	if most <= 0 || fare.Price.Minor <= inMinor(most) {
		return false
	}
	t.instead("book.dear", t.othersUpTo(most, trip, max(seats, 1)), seats, func(name string) string {
		switch name {
		case "class":
			return t.class(fare.Class)
		case "fare":
			return fare.Price.Amount()
		case "max":
			return itoa(most)
		}
		return t.tripValue(trip, name)
	})
	return true
}

// closedSale refuses a booking that an operator has stopped, with others instead.
func (t *turn) closedSale(trip *booking.Trip, class string, seats int) bool {
	if !t.suspended(trip, class) {
		return false
	}
	t.instead("book.suspended", t.others(trip, max(seats, 1)), seats, func(name string) string {
		if name == "class" {
			return t.class(class)
		}
		return t.tripValue(trip, name)
	})
	return true
}

// suspended tells whether an operator has stopped the sale of the class.
func (t *turn) suspended(trip *booking.Trip, class string) bool {
	return t.env.Suspended != nil && t.env.Suspended(trip.Number, booking.DateOf(trip.Dep.In(t.d.s.Loc)), class)
}

// noClass says which classes the trip has.
func (t *turn) noClass(w *wanted) {
	var has []string
	for _, f := range w.trip.Fares {
		has = append(has, t.class(f.Class)+" "+f.Price.Amount())
	}
	t.say("book.class", "number", w.trip.Number, "class", t.class(w.class), "classes", strings.Join(has, ", "))
}

// askCount asks for the number of tickets alone and keeps the rest.
func (t *turn) askCount(w *wanted, fare booking.Fare, account booking.Account) {
	s := &booking.Slots{At: t.env.Now, Trip: &w.trip.TripKey, Missing: missingCount, Query: booking.Query{Class: fare.Class}}
	if account.Kind != "" {
		s.Account = &account
	}
	t.c.Slots = s
	t.sayCount(&w.trip, fare.Class)
}

// sayCount asks how many tickets.
func (t *turn) sayCount(trip *booking.Trip, class string) {
	t.reply(t.m.render("book.count", func(name string) string {
		switch name {
		case "max":
			return itoa(t.d.s.MaxSeats)
		case "class":
			return t.class(class)
		}
		return t.tripValue(trip, name)
	}))
}

// hold opens the order. The outcome of its hold is the answer.
func (t *turn) hold(w *wanted, fare booking.Fare, account booking.Account) {
	id := booking.OrderID(t.v.NewID())
	trip := w.trip
	trip.Fares = []booking.Fare{fare}
	o := booking.Order{ID: id, Code: t.orderCode(id), Customer: t.c.MSISDN, Trip: trip, Seats: w.seats,
		Price: fare.Price.Times(w.seats), Account: account, Lead: t.d.s.Reminder, Ask: t.mo.ID, Class: t.level(), Keep: t.holdFor(&w.trip), Passengers: w.people}
	if t.in.Removed { // the one notice that a waiting text gets
		o.Slow = true
		t.warned = true
		t.send(t.m.say("removed.booking"), t.mo.ID, true)
	}
	t.ch.Open(t.v, o, t.env)
	t.c.Slots = nil
}

// orderCode finds a code that none of the customer's orders has.
func (t *turn) orderCode(id booking.OrderID) string {
	const tries = 100
	code := ""
	for i := range tries {
		code = t.d.s.OrderCode(id, i)
		taken := false
		for _, r := range t.c.Orders {
			taken = taken || r.Code == code
		}
		if !taken {
			break
		}
	}
	return code
}

// sameAgain answers a booking that is there already and not paid for yet: an
// impatient customer texts twice and wants one.
func (t *turn) sameAgain(w *wanted, fare booking.Fare, account booking.Account) bool {
	for _, o := range t.v.Orders {
		if swaps(o) || !o.Unpaid() && o.State != booking.Issuing || o.Trip.TripKey != w.trip.TripKey || o.Seats != w.seats || fareOf(o).Class != fare.Class {
			continue
		}
		if len(w.people) > 0 && !samePeople(w.people, o.Passengers) {
			continue
		}
		t.c.Slots = nil
		if o.State != booking.Held {
			t.status(o)
			return true
		}
		if t.open(o) && !t.late(o) && !t.otherAccount(o, w, account) {
			t.sayQuote(o)
			return true
		}
		t.requote(o, account)
		return true
	}
	return false
}

// otherAccount tells whether the text names another account than the order's.
func (t *turn) otherAccount(o *booking.Order, w *wanted, a booking.Account) bool {
	said := t.in.Account != nil || t.cmd.Account.Kind != parser.NoAccount || w.account != nil || o.Account.Kind == ""
	return said && (a.Kind != o.Account.Kind || a.Last4 != o.Account.Last4 || a.Token != o.Account.Token)
}

// soldOut tells whether the terminal is known to have too few seats.
func (t *turn) soldOut(trip *booking.Trip, class string, seats int) bool {
	n, known := t.free(trip, class)
	return known && n < seats
}
