package dialogue

import (
	"slices"
	"strings"
	"time"

	"shortfare/booking"
	"shortfare/parser"
)

// minWait is how long an order must be able to wait to be taken on the waitlist.
const minWait = 10 * time.Minute

// waits are the customer's orders on the waitlist, joined or to be joined.
func (t *turn) waits() (all []*booking.Order) {
	for _, o := range t.v.Orders {
		if o.State == booking.Waiting {
			all = append(all, o)
		}
	}
	return all
}

// waitlist answers WAIT.
func (t *turn) waitlist() {
	cmd := t.cmd
	switch {
	case t.d.s.WaitOrders <= 0:
		t.say("wait.none")
	case cmd.Topic == "LIST":
		t.waitList()
	case cmd.Topic == "X":
		t.leaveWhich()
	case cmd.Order != "":
		if o, answered := t.named(); !answered {
			t.status(o)
		}
	case len(cmd.DateChoices) > 1:
		t.whichDay()
	case !t.onSale(cmd.Date):
		t.offSale()
	case cmd.Service != "":
		t.learn()
		t.waitFor(cmd.Services)
	case len(cmd.Places) >= 2: // the list tells what is full, and W2 waits for it
		t.learn()
		t.search(t.wish())
	case t.waitLine():
		t.waitListed()
	case len(t.waits()) > 0:
		t.waitList()
	default:
		t.learn()
		t.say("wait.how")
	}
}

// waitLine tells whether a line of the open list is meant: W2, or WAIT 2 where a list
// is open.
func (t *turn) waitLine() bool {
	cmd, l := t.cmd, t.list()
	if !cmd.Waitlisted && cmd.Count > 0 && l != nil && len(l.Items) > 0 {
		cmd.Choice, cmd.Waitlisted, cmd.Count = cmd.Count, true, 0
	}
	return cmd.Waitlisted
}

// waitListed answers W2.
func (t *turn) waitListed() {
	l, n := t.list(), t.cmd.Choice
	switch {
	case t.d.s.WaitOrders <= 0:
		t.say("wait.none")
		return
	case l == nil || len(l.Items) == 0:
		t.say("list.closed")
		return
	case n < 1 || n > len(l.Items):
		t.say("list.range", "n", itoa(len(l.Items)))
		return
	}
	trip, ok := t.env.Catalogue.Trip(l.Items[n-1])
	if !ok {
		t.say("list.closed")
		return
	}
	t.learn()
	class := t.cmd.Class
	if _, has := trip.Fare(l.Query.Class); class == "" && has {
		class = l.Query.Class
	}
	seats := max(t.cmd.Count, len(t.cmd.People))
	if seats == 0 {
		seats = l.Query.Seats
	}
	t.wait([]booking.Trip{trip}, class, seats)
}

// waitFor finds the runs of the services named, as BOOK does; all on one day.
func (t *turn) waitFor(services []string) {
	if len(services) == 0 {
		services = []string{t.cmd.Service}
	}
	var trips []booking.Trip
	wish := t.wish()
	for _, number := range services {
		if !t.env.Catalogue.Service(number) {
			t.say("service.unknown", "number", number)
			return
		}
		q := wish
		q.Number = number
		if t.offTrack(q) {
			return
		}
		trip, q, ok := t.runOf(q)
		switch {
		case !ok:
			t.notThen(q)
			return
		case t.unlike(&trip, wish.Seats):
			return
		}
		wish.Date = booking.DateOf(trip.Dep.In(t.d.s.Loc)) // the others are meant on that day
		if !slices.ContainsFunc(trips, func(o booking.Trip) bool { return o.TripKey == trip.TripKey }) {
			trips = append(trips, trip)
		}
	}
	t.wait(trips, t.cmd.Class, max(t.cmd.Count, len(t.cmd.People)))
}

// runOf is the run that a service and what else was said mean.
func (t *turn) runOf(q booking.Query) (booking.Trip, booking.Query, bool) {
	if k := t.listed(q.Number); k != nil && t.listedPlaces() {
		trip, ok := t.env.Catalogue.Trip(*k)
		if ok && (q.Date == 0 || booking.DateOf(trip.Dep.In(t.d.s.Loc)) == q.Date) {
			return trip, q, true
		}
	}
	q, _ = t.ends(q)
	if n, ok := t.on(q, ""); ok {
		return n.found[0], n.query, true
	}
	timeless := q
	timeless.After, timeless.Before = 0, 0
	if n, ok := t.on(timeless, ""); ok && timeless != q { // it does not depart then: that is said
		return n.found[0], n.query, true
	}
	if q.Date == 0 {
		q.Date = t.today()
	}
	return booking.Trip{}, q, false
}

// listedPlaces tells whether the text names no places, or one that the open list is
// about: then the part of a run that the list has is meant.
func (t *turn) listedPlaces() bool {
	l := t.list()
	switch p := t.cmd.Places; {
	case len(p) == 0:
		return true
	case len(p) > 1 || l == nil:
		return false
	default:
		return p[0].ID == l.Query.From && !t.cmd.ToOnly || p[0].ID == l.Query.To && !t.cmd.FromOnly
	}
}

// wait checks what is waited for and asks for the code that joins the waitlist.
func (t *turn) wait(trips []booking.Trip, class string, seats int) {
	account, ok := t.payer(nil)
	if !ok {
		return
	}
	if !t.oneFareEach(trips, &class) {
		return
	}
	w := wanted{trip: trips[0], class: class, seats: seats, people: t.known, waits: trips}
	if !t.passengersOf(&w, t.byNames(trips)) {
		return
	}
	until, late := t.waitUntil(trips)
	switch {
	case w.seats <= 0 && t.unsaid():
	case w.seats <= 0:
		t.askWaiting(missingCount, trips, class, account, nil)
		t.sayWaitCount(&trips[0], class)
	case w.seats > t.d.s.WaitPeople:
		t.askWaiting(missingCount, trips, class, account, nil)
		t.say("wait.max", "max", itoa(t.d.s.WaitPeople))
	case (t.byNames(trips) || len(w.people) > 0) && len(w.people) < w.seats:
		if !t.byNames(trips) {
			t.offer(t.textOf(&w, w.seats))
		}
		t.askWaiting(missingNames, trips, class, account, &w)
		t.sayNames(&trips[0], class, w.seats, w.people, t.byNames(trips))
	case t.waitsAlready(trips, &w, account):
	case late != "":
		t.say(late, "deadline", t.moment(until), "number", trips[0].Number)
	case t.seatsFree(trips, class, &w), t.hasSeat(&w):
	case len(t.waits()) >= t.d.s.WaitOrders:
		t.say("wait.limit", "n", itoa(len(t.waits())), "orders", t.codes(t.waits()))
	case t.leftover(&w, class):
	default:
		t.openWait(trips, &w, until, account)
	}
}

// oneFareEach leaves each trip the one fare that is waited for: of the class named,
// else the cheapest of the first.
func (t *turn) oneFareEach(trips []booking.Trip, class *string) bool {
	for i := range trips {
		trip := &trips[i]
		fare, ok := trip.Fare(*class)
		switch {
		case t.noTerminal(trip):
			return false
		case len(trip.Fares) == 0:
			t.say("book.nofare", "number", trip.Number)
			return false
		case !ok:
			t.noClass(&wanted{trip: *trip, class: *class})
			return false
		}
		if *class == "" {
			*class = fare.Class
		}
		if t.closedSale(trip, fare.Class, 1) {
			return false
		}
		trip.Fares = []booking.Fare{fare}
	}
	return true
}

// byNames tells whether one of the trips is sold by name.
func (t *turn) byNames(trips []booking.Trip) bool {
	return slices.ContainsFunc(trips, func(trip booking.Trip) bool { return t.byName(&trip) })
}

// waitUntil is the cut-off: as named, else the day before the first departure at the
// usual time, or the end of its sale where that has passed. late is why there is none:
// the key of a template.
func (t *turn) waitUntil(trips []booking.Trip) (until time.Time, late string) {
	first, last := trips[0].Dep, trips[0].Dep
	for _, trip := range trips[1:] {
		if trip.Dep.Before(first) {
			first = trip.Dep
		}
		if trip.Dep.After(last) {
			last = trip.Dep
		}
	}
	before := booking.DateOf(first.In(t.d.s.Loc)).Add(-1)
	usual := before.Time(t.d.s.WaitCutoff, t.d.s.Loc)
	said := t.cmd.UntilTime > 0 || !t.cmd.Until.IsZero()
	switch {
	case said:
		on, minute := day(t.cmd.Until), t.cmd.UntilTime
		if t.cmd.Until.IsZero() {
			on = before
		}
		if minute == 0 {
			minute = t.d.s.WaitCutoff
		}
		until = on.Time(minute, t.d.s.Loc)
	case usual.Sub(t.now) < minWait:
		until = first.Add(-SaleEnds)
	default:
		until = usual
	}
	if end := last.Add(-SaleEnds); until.After(end) {
		until = end
	}
	switch {
	case until.Sub(t.now) >= minWait:
	case said && until.Before(last.Add(-SaleEnds)):
		late = "wait.by"
	default:
		late = "wait.late"
	}
	return until, late
}

// askWaiting asks for what a wish lacks and keeps the rest.
func (t *turn) askWaiting(missing string, trips []booking.Trip, class string, account booking.Account, w *wanted) {
	s := &booking.Slots{At: t.env.Now, Missing: missing, Text: t.waitText(trips, class)}
	if w != nil {
		s.People, s.Query.Seats = w.people, w.seats
	}
	if account.Kind != "" {
		s.Account = &account
	}
	t.c.Slots = s
}

// sayWaitCount asks how many seats are waited for.
func (t *turn) sayWaitCount(trip *booking.Trip, class string) {
	t.reply(t.m.render("book.count", func(name string) string {
		switch name {
		case "max":
			return itoa(t.d.s.WaitPeople)
		case "class":
			return t.class(class)
		}
		return t.tripValue(trip, name)
	}))
}

// waitText is the wish as a text that means it, but for who travels.
func (t *turn) waitText(trips []booking.Trip, class string) string {
	words := []string{parser.Wait.Keyword(parser.English)}
	for i := range trips {
		words = append(words, trips[i].Number)
	}
	if from, ok := t.place(trips[0].FromStop); ok {
		if to, ok := t.place(trips[0].ToStop); ok {
			words = append(words, t.placeName(from), t.placeName(to))
		}
	}
	words = append(words, strings.ToUpper(dateOf(booking.DateOf(trips[0].Dep.In(t.d.s.Loc))).String()), classWord(class))
	return strings.Join(append(words, t.untilWords()...), " ")
}

// untilWords are the deadline that the command names, as words that mean it.
func (t *turn) untilWords() []string {
	if t.cmd.Until.IsZero() && t.cmd.UntilTime == 0 {
		return nil
	}
	words := []string{"BY"}
	if !t.cmd.Until.IsZero() {
		words = append(words, strings.ToUpper(t.cmd.Until.String()))
	}
	if t.cmd.UntilTime > 0 {
		words = append(words, clock4(t.cmd.UntilTime))
	}
	return words
}

// waitsAlready answers a wish that is on the waitlist: an impatient customer texts
// twice and wants one. What was found for it may have become an order by now.
func (t *turn) waitsAlready(trips []booking.Trip, w *wanted, account booking.Account) bool {
	for _, o := range t.v.Orders {
		if o.Wish == nil || o.Seats != w.seats || !sameTrips(o.Wish.Trips, trips) || o.State == booking.Releasing || o.State == booking.Closed ||
			len(w.people) > 0 && !samePeople(w.people, o.Passengers) {
			continue
		}
		if o.State != booking.Waiting || !o.Wish.Joined.IsZero() {
			t.status(o)
			return true
		}
		if !t.late(o) && !t.otherAccount(o, w, account) {
			t.sayQuote(o)
			return true
		}
		t.askJoin(o, &account)
		return true
	}
	return false
}

// sameTrips tells whether both are the same parts of runs, in whatever order, in the
// same class.
func sameTrips(a, b []booking.Trip) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !slices.ContainsFunc(b, func(o booking.Trip) bool {
			return o.TripKey == a[i].TripKey && o.Fares[0].Class == a[i].Fares[0].Class
		}) {
			return false
		}
	}
	return true
}

// askJoin puts the question to join anew, perhaps for another account.
func (t *turn) askJoin(o *booking.Order, account *booking.Account) {
	if account != nil && account.Kind == "" {
		account = nil
	}
	t.ask(o, booking.Event{Kind: booking.Quoted, Quote: t.waitQuote(o), Account: account, Limit: t.d.s.CodeTries})
}

// waitQuote is the next question to join the waitlist.
func (t *turn) waitQuote(o *booking.Order) booking.Quote {
	return t.fresh(o, booking.Quote{For: booking.QuoteWait, Until: t.env.Now.Add(t.d.s.Hold)})
}

// seatsFree answers a wish that can be had at once: nobody waits for what is for sale.
// Where seats are not counted, only booking tells.
func (t *turn) seatsFree(trips []booking.Trip, class string, w *wanted) bool {
	var texts []string
	lines := ""
	for i := range trips {
		trip := &trips[i]
		if !t.sells(trip.Dep) || t.soldOut(trip, class, w.seats) {
			continue
		}
		text := t.bookText(trip, class, w.seats)
		if aliases := aliasesOf(w.people); aliases != "" {
			text += " " + aliases
		}
		if len(texts) > 0 {
			lines += t.m.say("near.join")
		}
		texts = append(texts, text)
		lines += t.m.render("near.line", func(name string) string {
			if name == "n" {
				return itoa(len(texts))
			}
			return t.tripValue(trip, name)
		})
	}
	if len(texts) == 0 {
		return false
	}
	t.offer(texts...)
	t.say("wait.free", "lines", lines, "class", t.class(class), "seats", itoa(w.seats))
	return true
}

// aliasesOf writes passengers as the customer calls them; empty when one has no alias.
func aliasesOf(people []booking.Passenger) string {
	var all []string
	for _, p := range people {
		if p.Alias == "" {
			return ""
		}
		all = append(all, p.Alias)
	}
	return strings.Join(all, ",")
}

// openWait opens the order on the waitlist. Its quote is the answer.
func (t *turn) openWait(trips []booking.Trip, w *wanted, until time.Time, account booking.Account) {
	id := booking.OrderID(t.v.NewID())
	most := trips[0].Fares[0].Price
	for _, trip := range trips[1:] {
		if p := trip.Fares[0].Price; p.Minor > most.Minor {
			most = p
		}
	}
	most = most.Times(w.seats)
	o := booking.Order{ID: id, Code: t.orderCode(id), Customer: t.c.MSISDN, Trip: trips[0], Seats: w.seats, Price: most,
		Account: account, Ask: t.mo.ID, Passengers: w.people, Lead: t.d.s.Reminder, Class: t.level(), Keep: t.holdFor(&trips[0]),
		Wish: &booking.Wish{Trips: trips, Until: until, Most: most}}
	o.Quote = t.waitQuote(&o)
	if o.Quote.Until.After(until) {
		o.Quote.Until = until
	}
	opened, tells := t.ch.Wait(t.v, o, t.env)
	t.c.Slots = nil
	t.tell(opened, tells)
}
