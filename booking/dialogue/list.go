package dialogue

import (
	"strings"

	"shortfare/booking"
	"shortfare/parser"
)

// Sizes of a list.
const (
	pageSize = 3
	maxItems = 30 // of a list over all its pages
)

// list returns the open list, nil when there is none.
func (t *turn) list() *booking.List {
	if l := t.c.List; l != nil && t.answerable(l.At) {
		return l
	}
	return nil
}

// listed returns the item of the open list with that number.
func (t *turn) listed(number string) *booking.TripKey {
	l := t.list()
	if l == nil {
		return nil
	}
	for i := range l.Items {
		if trip, ok := t.env.Catalogue.Trip(l.Items[i]); ok && trip.Number == number && t.sells(trip.Dep) {
			return &l.Items[i]
		}
	}
	return nil
}

// leaf is a page of a list: the trips from some place in the list on.
type leaf struct {
	trips []booking.Trip
	base  int // how many items the list has before them
	total int // items of the whole list
	head  string
	asked booking.Date // that had no departure, for the head
}

// show answers with a page, and notes what it lists. Lines lose their less
// needed parts until the page is one segment, and at last the page loses lines.
func (t *turn) show(p leaf) {
	l := t.c.List
	var text string
	n := min(pageSize, len(p.trips))
fitting:
	for ; ; n-- {
		for level := range lineLevels {
			if text = t.pageText(p, n, level); oneSegment(text) || n <= 1 && level == lineLevels-1 {
				break fitting
			}
		}
	}
	for i := range n {
		if p.base+i >= len(l.Items) {
			l.Items = append(l.Items, p.trips[i].TripKey)
		}
	}
	l.Page, l.At = p.base, t.env.Now
	t.c.Slots = nil
	t.reply(text)
}

// lineLevels is how many ways there are to write a line, from long to short.
const lineLevels = 4

func (t *turn) pageText(p leaf, n, level int) string {
	var lines strings.Builder
	for i := range n {
		if i > 0 {
			lines.WriteString(t.m.say("list.join"))
		}
		lines.WriteString(t.line(&p.trips[i], &p.trips[0], p.base+i+1, i > 0, level))
	}
	tail := "list.end"
	if p.base+n < min(p.total, maxItems) {
		tail = "list.more"
	}
	heading := t.m.render(p.head, func(name string) string {
		switch name {
		case "page":
			return itoa(p.base/pageSize + 1)
		case "pages":
			return itoa((p.total + pageSize - 1) / pageSize)
		case "asked":
			return t.day(p.asked)
		case "from":
			return t.placeOr(t.c.List.Query.From, p.trips[0].FromStop)
		case "to":
			return t.placeOr(t.c.List.Query.To, p.trips[0].ToStop)
		}
		return t.tripValue(&p.trips[0], name)
	})
	return t.m.say("list", "head", heading, "lines", lines.String(), "tail", t.m.say(tail))
}

// line is one line of a list. Below the first, at level 2, what is the same as
// there is left out.
func (t *turn) line(trip, first *booking.Trip, number int, below bool, level int) string {
	fare, left, ok := t.offered(trip, t.c.List.Query.Class)
	key := "list.line"
	switch {
	case level == 1:
		key = "list.line.short"
	case level == 2:
		key = "list.line.short"
		if f, _, _ := t.offered(first, t.c.List.Query.Class); below && f == fare {
			key = "list.line.bare"
		}
	case level >= 3:
		key = "list.line.bare"
	}
	if !ok {
		key, left = "list.line.bare", ""
	}
	return strings.TrimRight(t.m.render(key, func(name string) string {
		switch name {
		case "n":
			return itoa(number)
		case "class":
			return t.class(fare.Class)
		case "fare":
			return fare.Price.Amount()
		case "left":
			return left
		}
		return t.tripValue(trip, name)
	}), " ")
}

// offered is the fare that a list shows for a trip: of the class wished for, or
// the cheapest that has seats.
func (t *turn) offered(trip *booking.Trip, class string) (fare booking.Fare, left string, ok bool) {
	if f, has := trip.Fare(class); has && class != "" {
		return f, t.left(trip, f.Class), true
	}
	for _, f := range trip.Fares {
		if n, known := t.free(trip, f.Class); !known || n > 0 {
			return f, t.left(trip, f.Class), true
		}
	}
	if len(trip.Fares) == 0 {
		return fare, "", false
	}
	return trip.Fares[0], t.m.say("list.full"), true
}

// free is how many seats of a class there are; false when it is not known.
func (t *turn) free(trip *booking.Trip, class string) (int, bool) {
	if t.env.Stock == nil {
		return 0, false
	}
	return t.env.Stock.Left(trip.TripKey, class)
}

// left says how many seats there are, as far as that is known.
func (t *turn) left(trip *booking.Trip, class string) string {
	n, known := t.free(trip, class)
	switch {
	case !known:
		return ""
	case n <= 0:
		return t.m.say("list.full")
	}
	return t.m.say("list.left", "n", itoa(n))
}

// page answers M and BACK.
func (t *turn) page(forward bool) {
	l := t.list()
	if l == nil || l.Query.Date == 0 || len(l.Items) == 0 {
		t.say("list.closed")
		return
	}
	rest := t.departures(l.Query)
	rest = rest[min(t.following(rest), len(rest)):]
	p := leaf{total: len(l.Items) + len(rest), head: "list.head"}
	if forward {
		p.base = min(len(l.Items), l.Page+pageSize)
	} else {
		p.base = max(0, l.Page-pageSize)
	}
	for _, k := range l.Items[p.base:] { // shown before: the numbers stay
		if trip, ok := t.env.Catalogue.Trip(k); ok {
			p.trips = append(p.trips, trip)
		}
	}
	if len(p.trips) < len(l.Items)-p.base {
		t.say("list.closed") // the timetable has changed since
		return
	}
	if p.trips = append(p.trips, rest...); len(p.trips) == 0 || p.base >= maxItems {
		t.say("list.last")
		return
	}
	t.show(p)
}

// following is where in found goes on what the list has not shown yet.
func (t *turn) following(found []booking.Trip) int {
	items := t.c.List.Items
	last := items[len(items)-1]
	for i := range found {
		if found[i].TripKey == last {
			return i + 1
		}
	}
	trip, _ := t.env.Catalogue.Trip(last) // departed since
	for i := range found {
		if found[i].Dep.After(trip.Dep) {
			return i
		}
	}
	return len(found)
}

// choose answers a number, or an option's own text.
func (t *turn) choose() {
	cmd, l := t.cmd, t.list()
	if cmd.Service != "" && cmd.Choice == 0 {
		if k := t.listed(cmd.Service); k != nil {
			t.chosen(*k)
			return
		}
		t.query()
		return
	}
	switch {
	case cmd.Waitlisted:
		t.say("later.wait")
	case l == nil:
		t.say("list.closed")
	case len(l.Texts) > 0:
		t.accept(l)
	case cmd.Choice < 1 || cmd.Choice > len(l.Items):
		t.say("list.range", "n", itoa(len(l.Items)))
	default:
		t.chosen(l.Items[cmd.Choice-1])
	}
}

// accept runs a text that was offered.
func (t *turn) accept(l *booking.List) {
	n := t.cmd.Choice
	if n < 1 || n > len(l.Texts) || t.reread {
		t.say("list.range", "n", itoa(len(l.Texts)))
		return
	}
	cmd := t.d.s.Parse(l.Texts[n-1], t.now)
	if cmd.Verb == parser.Choose || cmd.Verb == parser.Unknown {
		t.say("list.closed")
		return
	}
	t.cmd, t.reread, t.c.List = &cmd, true, nil
	t.command()
}

// chosen books an item of a list, or asks what is not known yet.
func (t *turn) chosen(k booking.TripKey) {
	trip, ok := t.env.Catalogue.Trip(k)
	if !ok {
		t.say("list.closed")
		return
	}
	q := t.c.List.Query
	class := t.cmd.Class
	if _, has := trip.Fare(q.Class); class == "" && has {
		class = q.Class
	}
	if class == "" { // what the list showed
		if f, _, ok := t.offered(&trip, ""); ok {
			class = f.Class
		}
	}
	seats := max(t.cmd.Count, len(t.cmd.People))
	if seats == 0 {
		seats = q.Seats
	}
	t.reserve(wanted{trip: trip, class: class, seats: seats})
}
