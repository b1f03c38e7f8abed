package dialogue

import (
	"strings"
	"time"

	"shortfare/booking"
	"shortfare/parser"
)

// tooMany answers a booking beyond what one customer may hold unpaid.
func (t *turn) tooMany() bool {
	var codes []string
	for _, o := range t.v.Orders {
		if o.State == booking.Holding || o.State == booking.Held {
			codes = append(codes, o.Code)
		}
	}
	l := t.limits()
	switch {
	case l.OpenQuotes > 0 && len(codes) >= l.OpenQuotes:
		const most = 5
		t.say("limit.quotes", "n", itoa(len(codes)), "orders", strings.Join(codes[:min(most, len(codes))], ", "))
	case l.UnpaidHolds > 0 && t.unpaidToday()+len(codes) >= l.UnpaidHolds:
		t.say("limit.unpaid", "n", itoa(l.UnpaidHolds))
	default:
		return false
	}
	return true
}

// holdsWindow is the day that unpaid holds are counted in.
const holdsWindow = 24 * time.Hour

func (t *turn) unpaidToday() int {
	if t.env.Now.Sub(t.c.Holds.Start) >= holdsWindow {
		return 0
	}
	return t.c.Holds.N
}

// counted keeps the count of holds that ended unpaid.
func (t *turn) counted(tell booking.Tell, o *booking.Order) {
	if o.Wish != nil && o.Until.IsZero() {
		return // it waited and held nothing
	}
	switch tell {
	case booking.TellDropped, booking.TellExpired, booking.TellGivenUp:
		t.c.Holds.Add(t.env.Now, holdsWindow)
	case booking.TellCodeClosed:
		if o.State != booking.Issued {
			t.c.Holds.Add(t.env.Now, holdsWindow)
		}
	case booking.TellPaid, booking.TellGotSeats:
		t.c.Holds, t.c.RegisteredAt = booking.Rate{}, time.Time{}
	}
}

// alternatives answers that a trip is sold out with others of the day.
func (t *turn) alternatives(trip *booking.Trip, class string, seats int) {
	t.reply(t.soldOutText(trip, class, seats))
}

func (t *turn) soldOutText(trip *booking.Trip, class string, seats int) string {
	if left, known := t.free(trip, class); known && left > 0 && left < seats {
		return t.fewText(trip, class, left, seats)
	}
	key := "soldout"
	if t.d.s.WaitOrders > 0 && !t.suspended(trip, class) {
		key = "soldout.wait"
	}
	return t.insteadText(key, t.others(trip, seats), seats, func(name string) string {
		switch name {
		case "class":
			return t.class(class)
		case "wdate":
			return t.dayWord(booking.DateOf(trip.Dep.In(t.d.s.Loc)))
		}
		return t.tripValue(trip, name)
	})
}

// dayWord is a day as customers text it.
func (t *turn) dayWord(d booking.Date) string {
	if t.m == t.d.zh && d > t.today() && d < t.today().Add(28) { // the next day of that number
		return t.m.say("day.word", "day", itoa(int(d)%100))
	}
	return strings.ToUpper(dateOf(d).String())
}

// others lists trips like this one that may still have seats: of its kind on
// that day about the same time, else of any kind, else of its kind on the next
// days.
func (t *turn) others(trip *booking.Trip, seats int) []booking.Trip {
	return t.othersUpTo(0, trip, seats)
}

// othersUpTo are others that cost no more a seat, in units of the currency; 0 is any price.
func (t *turn) othersUpTo(price int, trip *booking.Trip, seats int) []booking.Trip {
	q, ok := t.route(trip)
	if !ok {
		return nil
	}
	q.MaxPrice = price
	q.Kind = kindOf(trip.Kind)
	dep := trip.Dep.In(t.d.s.Loc)
	minute := dep.Hour()*60 + dep.Minute()
	any := q
	any.Kind = parser.AnyKind
	for _, w := range []booking.Query{q, any} {
		if free := t.withSeats(w, trip, seats); len(free) > 0 {
			return t.nearest(free, minute)
		}
	}
	if wide, ok := t.wider(any); ok && price > 0 {
		if free := t.withSeats(wide, trip, seats); len(free) > 0 {
			t.stations = true
			return t.nearest(free, minute)
		}
	}
	for last := t.lastDay(); q.Date < last; {
		q.Date = q.Date.Add(1)
		if free := t.withSeats(q, trip, seats); len(free) > 0 {
			return t.nearest(free, minute)
		}
	}
	return nil
}

// wider is a query between the cities instead of their stations; false when it is that
// already.
func (t *turn) wider(q booking.Query) (booking.Query, bool) {
	from, to := t.env.Catalogue.City(q.From), t.env.Catalogue.City(q.To)
	if q.From == "" || q.To == "" || from == q.From && to == q.To || from == to {
		return q, false
	}
	q.From, q.To = from, to
	return q, true
}

// withSeats lists departures but this one that may have seats.
func (t *turn) withSeats(q booking.Query, trip *booking.Trip, seats int) []booking.Trip {
	var free []booking.Trip
	for _, other := range t.departures(q) {
		if other.TripKey == trip.TripKey {
			continue
		}
		for _, f := range other.Fares {
			if (q.MaxPrice <= 0 || f.Price.Minor <= inMinor(q.MaxPrice)) && !t.soldOut(&other, f.Class, seats) {
				free = append(free, other)
				break
			}
		}
	}
	return free
}

// cancelledRun answers that a run does not run, with others that do.
func (t *turn) cancelledRun(trip *booking.Trip) {
	t.instead("service.cancelled", t.others(trip, 1), t.cmd.Count, func(name string) string { return t.tripValue(trip, name) })
}

// route is a query for the places of a trip: the one its list was made from,
// else its stops by name.
func (t *turn) route(trip *booking.Trip) (booking.Query, bool) {
	q := booking.Query{Date: booking.DateOf(trip.Dep.In(t.d.s.Loc))}
	if l := t.list(); l != nil && l.Query.From != "" && l.Query.To != "" {
		for _, k := range l.Items {
			if k == trip.TripKey {
				q.From, q.To = l.Query.From, l.Query.To
				return q, true
			}
		}
	}
	from, ok := t.place(trip.FromStop)
	to, ok2 := t.place(trip.ToStop)
	q.From, q.To = from, to
	return q, ok && ok2
}

func (t *turn) place(s booking.Stop) (id string, ok bool) {
	for _, name := range [...]string{s.Zh, strings.ToLower(strings.ReplaceAll(s.En, " ", ""))} {
		if p, ok := t.env.Catalogue.Lookup(name); ok {
			return p.ID, true
		}
	}
	return "", false
}
