package dialogue

import (
	"slices"
	"time"

	"shortfare/booking"
	"shortfare/parser"
)

// departures are the trips of the query's day that still depart and are
// wished for, in the order wished for.
func (t *turn) departures(q booking.Query) []booking.Trip {
	after := q.After
	if q.Date == t.today() {
		after = max(after, t.now.Hour()*60+t.now.Minute())
	}
	var found []booking.Trip
	if q.From != "" && q.To != "" {
		found = t.env.Catalogue.Between(q.From, q.To, q.Number, q.Date, after)
	} else if q.Number != "" {
		found = t.env.Catalogue.Numbered(q.Number, q.Date)
	}
	for i := range found {
		if !t.fits(q, &found[i]) {
			found = t.sieve(q, found, i)
			break
		}
	}
	if q.Sort == parser.ByPrice {
		return t.byPrice(q, found)
	}
	return found
}

// sieve copies what fits: the catalogue's own slice is not written to.
func (t *turn) sieve(q booking.Query, found []booking.Trip, from int) []booking.Trip {
	kept := append([]booking.Trip(nil), found[:from]...)
	for i := from + 1; i < len(found); i++ {
		if t.fits(q, &found[i]) {
			kept = append(kept, found[i])
		}
	}
	return kept
}

// fits tells whether a trip is what the query wishes for. Of a service that is
// named only the time counts.
func (t *turn) fits(q booking.Query, trip *booking.Trip) bool {
	if q.Number == "" && !t.meets(q, trip) {
		return false
	}
	dep := trip.Dep.In(t.d.s.Loc)
	minute := dep.Hour()*60 + dep.Minute()
	return !trip.Cancelled && t.sells(dep) && minute >= q.After && (q.Before <= 0 || minute < q.Before)
}

// meets tells whether kind, class, price and arrival are as wished for.
func (t *turn) meets(q booking.Query, trip *booking.Trip) bool {
	fare, has := trip.Fare(q.Class)
	switch {
	case q.Kind != parser.AnyKind && q.Kind != kindOf(trip.Kind),
		!has && (q.Class != "" || q.MaxPrice > 0),
		q.MaxPrice > 0 && fare.Price.Minor > inMinor(q.MaxPrice):
		return false
	}
	return t.arrives(q, trip)
}

// arrives tells whether a trip arrives when it is wished to.
func (t *turn) arrives(q booking.Query, trip *booking.Trip) bool {
	if q.ArriveBy <= 0 {
		return true
	}
	dep := trip.Dep.In(t.d.s.Loc)
	midnight := booking.DateOf(dep).Time(0, t.d.s.Loc)
	minute := int(trip.Arr.Sub(midnight).Minutes())
	return minute >= q.ArriveAfter && (minute <= q.ArriveBy || q.ArriveBy >= minutesADay)
}

// inMinor is an amount in minor units.
func inMinor(units int) int64 { return int64(units) * 100 }

// kindOf is the parser's name for a kind.
func kindOf(k booking.Kind) parser.Kind {
	return [...]parser.Kind{booking.Train: parser.Trains, booking.Bus: parser.Buses, booking.Flight: parser.Flights}[k]
}

// byPrice puts the cheapest first, by the fares that a list shows: what has no
// seats comes last.
func (t *turn) byPrice(q booking.Query, found []booking.Trip) []booking.Trip {
	type priced struct {
		trip  booking.Trip
		full  int
		price int64
	}
	all := make([]priced, len(found))
	for i := range found {
		f, ok := t.cheapest(&found[i], q)
		all[i] = priced{trip: found[i], price: f.Price.Minor}
		if !ok || t.soldOut(&found[i], f.Class, 1) {
			all[i].full = 1
		}
	}
	slices.SortStableFunc(all, func(a, b priced) int {
		if a.full != b.full {
			return a.full - b.full
		}
		switch {
		case a.price < b.price:
			return -1
		case a.price > b.price:
			return 1
		}
		return 0
	})
	sorted := make([]booking.Trip, len(all))
	for i := range all {
		sorted[i] = all[i].trip
	}
	return sorted
}

// cheapest is the fare that a query is shown for a trip: of the class wished
// for, or the cheapest that has seats and is within the price; else the cheapest.
// False when the trip has none.
func (t *turn) cheapest(trip *booking.Trip, q booking.Query) (booking.Fare, bool) {
	if f, has := trip.Fare(q.Class); has && q.Class != "" {
		return f, true
	}
	for _, f := range trip.Fares {
		if q.MaxPrice > 0 && f.Price.Minor > inMinor(q.MaxPrice) {
			break
		}
		if n, known := t.free(trip, f.Class); !known || n > 0 {
			return f, true
		}
	}
	if len(trip.Fares) == 0 {
		return booking.Fare{}, false
	}
	return trip.Fares[0], true
}

// next looks for departures from the query's day on, or from today when it
// names none. The query is returned with the day they are on.
func (t *turn) next(q booking.Query) ([]booking.Trip, booking.Query) {
	if q.Date == 0 {
		q.Date = t.today()
	}
	for last := t.lastDay(); q.Date <= last; q.Date = q.Date.Add(1) {
		if found := t.departures(q); len(found) > 0 {
			return found, q
		}
	}
	return nil, q
}

// near is a list that comes close to a wish.
type near struct {
	found []booking.Trip
	query booking.Query // that found it
	head  string        // says what was given up
}

// search answers a query for a list. When nothing is just so, it gives up as
// little as it can and says what.
func (t *turn) search(q booking.Query) {
	n, ok := t.closest(q)
	if !ok {
		t.c.List = nil
		t.say("query.none")
		return
	}
	t.c.List = &booking.List{At: t.env.Now, Query: n.query}
	t.show(leaf{trips: n.found, total: len(n.found), head: n.head, wish: q})
}

// closest finds what a query wishes for, else what comes closest to it: another
// station of the city, another time of the day, another class, another price, another day, another kind, and
// at last whatever goes there.
func (t *turn) closest(q booking.Query) (near, bool) {
	if n, ok := t.on(q, "list.head"); ok {
		return n, true
	}
	if wide, ok := t.wider(q); ok && q.Number == "" {
		if n, ok := t.on(wide, "list.head.station"); ok {
			return n, true
		}
	}
	plain := booking.Query{From: q.From, To: q.To, Number: q.Number, Date: q.Date, Seats: q.Seats, Sort: q.Sort}
	timeless := q
	timeless.After, timeless.Before, timeless.ArriveAfter, timeless.ArriveBy = 0, 0, 0, 0
	if timeless != q {
		if n, ok := t.on(timeless, "list.head.time"); ok {
			return t.around(n, q), true
		}
	}
	for _, less := range []struct {
		head string
		drop func(*booking.Query)
	}{
		{"list.head.class", func(q *booking.Query) { q.Class = "" }},
		{"list.head.price", func(q *booking.Query) { q.MaxPrice = 0 }},
		{"list.head.other", func(q *booking.Query) { q.Date = 0 }},
		{"list.head.kind", func(q *booking.Query) { q.Kind = parser.AnyKind }},
		{"list.head.near", func(q *booking.Query) { *q = plain }},
		{"list.head.other", func(q *booking.Query) { *q = plain; q.Date = 0 }},
	} {
		w := q
		if less.drop(&w); w == q {
			continue
		}
		if w.Date == 0 && q.Date != 0 {
			w.Date = q.Date.Add(1) // days before it are not what was meant
			if found, at := t.next(w); len(found) > 0 {
				return near{found, at, less.head}, true
			}
			continue
		}
		if n, ok := t.on(w, less.head); ok {
			return n, true
		}
	}
	return near{}, false
}

// on looks on the query's day only, or on every day when it names none.
func (t *turn) on(q booking.Query, head string) (near, bool) {
	if q.Date != 0 {
		found := t.departures(q)
		return near{found, q, head}, len(found) > 0
	}
	found, at := t.next(q)
	return near{found, at, head}, len(found) > 0
}

// around begins the list of a day near the time of departure wished for.
func (t *turn) around(n near, wish booking.Query) near {
	if n.query.Sort != parser.ByDeparture || wish.After == 0 && wish.Before == 0 {
		return n
	}
	minute := wish.After
	if minute == 0 {
		minute = wish.Before
	}
	at := 0
	for at < len(n.found)-pageSize {
		if dep := n.found[at].Dep.In(t.d.s.Loc); dep.Hour()*60+dep.Minute() >= minute-60 {
			break
		}
		at++
	}
	n.found = n.found[at:]
	if dep := n.found[0].Dep.In(t.d.s.Loc); at > 0 { // M goes on from there
		n.query.After = dep.Hour()*60 + dep.Minute()
	}
	return n
}

// wishWords are the wishes of the command, as texts that mean them.
func (t *turn) wishWords() []string {
	cmd := t.cmd
	var words []string
	if cmd.Kind != parser.AnyKind {
		words = append(words, cmd.Kind.String())
	}
	if cmd.Sort == parser.ByPrice {
		words = append(words, "CHEAPEST")
	}
	if cmd.MaxPrice > 0 {
		words = append(words, "UNDER", itoa(cmd.MaxPrice))
	}
	switch w := cmd.Arrive; {
	case w.From > 0:
		words = append(words, "ARRIVE", "AFTER", clock4(w.From))
	case w.To > 0:
		words = append(words, "BY", clock4(w.To))
	}
	return words
}

// clock4 writes a minute of the day in four digits.
func clock4(minute int) string {
	h, m := minute/60, minute%60
	return string([]byte{byte('0' + h/10), byte('0' + h%10), byte('0' + m/10), byte('0' + m%10)})
}

// sells tells whether a service that departs then is still sold.
func (t *turn) sells(dep time.Time) bool { return dep.Sub(t.now) > SaleEnds }
