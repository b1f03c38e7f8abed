package dialogue

import (
	"slices"
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
	wish  booking.Query // what was asked for, for the head
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
			if text = t.pageText(p, n, level); oneSegment(text) || n <= 1 && level == lineLast {
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

// How a line is written, from long to short. A line always has the class and
// the price of what its number books, unless both are those of the line above.
const (
	lineFull  = iota
	lineShort // without the arrival
	lineBelow // and without a class and a price that stand above
	lineMany  // and without the number of seats where there are plenty
	lineLast  // and without seats but where there are none
	lineLevels
)

// plenty is so many seats that their number does not matter.
const plenty = 20

func (t *turn) pageText(p leaf, n, level int) string {
	var lines strings.Builder
	for i := range n {
		if i > 0 {
			lines.WriteString(t.m.say("list.join"))
		}
		var above *booking.Trip
		if i > 0 {
			above = &p.trips[i-1]
		}
		lines.WriteString(t.line(&p.trips[i], above, p.base+i+1, level))
	}
	tail := "list.end"
	if p.base+n < min(p.total, maxItems) {
		tail = "list.more"
	}
	since, down := t.outage(p.trips[0].Terminal)
	if down {
		tail += ".down"
	}
	heading := t.m.render(p.head, func(name string) string {
		switch name {
		case "from", "to":
			return t.headEnd(p, name)
		case "page":
			return itoa(p.base/pageSize + 1)
		case "pages":
			return itoa((p.total + pageSize - 1) / pageSize)
		case "asked":
			return t.day(p.wish.Date)
		case "class":
			return t.class(p.wish.Class)
		case "kind":
			return t.kind(p.wish.Kind)
		case "max":
			return itoa(p.wish.MaxPrice)
		}
		return t.tripValue(&p.trips[0], name)
	})
	return t.m.say("list", "head", heading, "lines", lines.String(), "tail", t.m.say(tail, "since", t.since(since)))
}

// headEnd names where the trips of a page go from or to: as it was asked for; the station,
// where it is another one and the same for all.
func (t *turn) headEnd(p leaf, name string) string {
	id, stop := t.c.List.Query.From, func(trip *booking.Trip) booking.Stop { return trip.FromStop }
	if name == "to" {
		id, stop = t.c.List.Query.To, func(trip *booking.Trip) booking.Stop { return trip.ToStop }
	}
	first := stop(&p.trips[0])
	if p.head == "list.head.station" && !slices.ContainsFunc(p.trips, func(trip booking.Trip) bool { return stop(&trip).ID != first.ID }) {
		return t.stop(first)
	}
	return t.placeOr(id, first)
}

// line is one line of a list; above is the trip of the line before, if any.
func (t *turn) line(trip, above *booking.Trip, number, level int) string {
	fare, left, ok := t.offered(trip)
	key := "list.line.short"
	switch {
	case !ok:
		key, left = "list.line.bare", ""
	case level == lineFull:
		key = "list.line"
	case level >= lineBelow && above != nil:
		if f, _, ok := t.offered(above); ok && f == fare {
			key = "list.line.bare"
		}
	}
	if trip.Cancelled {
		left = t.m.say("list.cancelled")
	} else if n, known := t.free(trip, fare.Class); ok && known && n > 0 {
		switch {
		case level >= lineLast:
			left = ""
		case level == lineMany && n >= plenty:
			left = t.m.say("list.plenty")
		}
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

// offered is the fare that the open list shows for a trip, with the seats left.
func (t *turn) offered(trip *booking.Trip) (fare booking.Fare, left string, ok bool) {
	if fare, ok = t.cheapest(trip, t.c.List.Query); ok {
		left = t.left(trip, fare.Class)
	}
	return fare, left, ok
}

// free is how many seats of a class there are; false when it is not known.
func (t *turn) free(trip *booking.Trip, class string) (int, bool) {
	if t.suspended(trip, class) {
		return 0, true
	}
	if _, down := t.outage(trip.Terminal); down || t.env.Stock == nil {
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
	case t.suspended(trip, class):
		return t.m.say("list.off")
	case n <= 0 && t.d.s.WaitOrders > 0:
		return t.m.say("list.wait")
	case n <= 0:
		return t.m.say("list.full")
	}
	return t.m.say("list.left", "n", itoa(n))
}

// page answers M and BACK.
func (t *turn) page(forward bool) {
	if t.pageOther(forward) {
		return
	}
	l := t.list()
	if l == nil || l.Query.Date == 0 || len(l.Items) == 0 {
		t.say("list.closed")
		return
	}
	rest := t.departures(l.Query)
	rest = slices.DeleteFunc(slices.Clone(rest[min(t.following(rest), len(rest)):]), func(trip booking.Trip) bool {
		return slices.Contains(l.Items, trip.TripKey)
	})
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
	if t.c.List.Query.Sort != parser.ByDeparture { // prices move: what was shown is sorted out by its key
		return 0
	}
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
		t.waitListed()
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
	t.cmd, t.docs, t.reread, t.c.List = &cmd, nil, true, nil
	t.accountNames()
	t.command()
}

// chosen books an item of a list, or asks what is not known yet.
func (t *turn) chosen(k booking.TripKey) {
	trip, ok := t.env.Catalogue.Trip(k)
	switch {
	case !ok:
		t.say("list.closed")
		return
	case trip.Cancelled:
		t.cancelledRun(&trip)
		return
	}
	q := t.c.List.Query
	class := t.cmd.Class
	if _, has := trip.Fare(q.Class); class == "" && has {
		class = q.Class
	}
	seats := max(t.cmd.Count, len(t.cmd.People))
	if seats == 0 {
		seats = q.Seats
	}
	if class == "" && t.dearer(&trip, seats) {
		return
	}
	t.reserve(wanted{trip: trip, class: class, seats: seats})
}

// dearer asks about the other classes when none was named and the cheapest is
// full: nobody is quoted a dearer one unasked, whatever the list showed when it
// was sent.
func (t *turn) dearer(trip *booking.Trip, seats int) bool {
	cheapest, ok := trip.Fare("")
	if !ok || !t.soldOut(trip, cheapest.Class, 1) || !t.sells(trip.Dep) {
		return false
	}
	var texts, options []string
	for _, f := range trip.Fares {
		if t.soldOut(trip, f.Class, max(seats, 1)) {
			continue
		}
		texts = append(texts, t.bookText(trip, f.Class, seats))
		options = append(options, strings.TrimRight(t.m.say("class.option", "n", itoa(len(texts)), "class", t.class(f.Class),
			"fare", f.Price.Amount(), "left", t.left(trip, f.Class)), " "))
	}
	if len(texts) == 0 {
		return false
	}
	t.learn()
	t.offer(texts...)
	t.reply(t.m.render("class.which", func(name string) string {
		switch name {
		case "class":
			return t.class(cheapest.Class)
		case "options":
			return strings.Join(options, ", ")
		}
		return t.tripValue(trip, name)
	}))
	return true
}

// bookText is a text that books a class of a trip.
func (t *turn) bookText(trip *booking.Trip, class string, seats int) string {
	words := []string{parser.Book.Keyword(parser.English), trip.Number}
	if from, ok := t.place(trip.FromStop); ok {
		if to, ok := t.place(trip.ToStop); ok {
			words = append(words, t.placeName(from), t.placeName(to))
		}
	}
	day := dateOf(booking.DateOf(trip.Dep.In(t.d.s.Loc)))
	words = append(words, strings.ToUpper(day.String()))
	if seats > 0 {
		words = append(words, "x"+itoa(seats))
	}
	words = append(words, classWord(class))
	if t.in != nil {
		if a, ok := t.spoken(); ok && a.Alias != "" {
			words = append(words, a.Alias)
		}
	}
	return strings.Join(words, " ")
}
