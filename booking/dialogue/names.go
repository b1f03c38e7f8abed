package dialogue

import (
	"strings"
	"unicode"

	"shortfare/booking"
	"shortfare/parser"
)

// missingNames is what an open question misses where tickets are sold by name.
const missingNames = "names"

// byName tells whether the trip's terminal sells by name.
func (t *turn) byName(trip *booking.Trip) bool {
	return t.env.Named != nil && t.env.Named(trip.Terminal)
}

// joined are both lists in one. Nobody is in it twice.
func joined(known, more []booking.Passenger) ([]booking.Passenger, problem) {
	all := append([]booking.Passenger(nil), known...)
	for _, p := range more {
		for _, other := range known {
			if other.Document.Token == p.Document.Token {
				return nil, problem{key: "who.twice", pairs: []string{"name", shown(p.Name)}}
			}
		}
		all = append(all, p)
	}
	return all, problem{}
}

// passengersOf settles who the seats of a booking are for, and how many there are.
// It is false when that was answered: with a question, or with what is wrong.
func (t *turn) passengersOf(w *wanted, named bool) bool {
	t.unreadNames()
	said := t.cmd.People
	if !named && !t.c.Registered() && len(said) == 1 && said[0].Alias && said[0].Name == me && len(w.people) == 0 {
		said = nil // he registers before he pays
	}
	w.seats = max(w.seats, len(w.people)+len(said), len(t.cmd.People))
	people, wrong := t.passengers(said, t.docs)
	if wrong.key == "" {
		people, wrong = joined(w.people, people)
	}
	switch wrong.key {
	case "":
	case "who.unknown":
		t.unsaved(w, named, wrong.who)
		return false
	default:
		t.say(wrong.key, wrong.pairs...)
		return false
	}
	if len(people) == 0 && named && w.seats == 1 && t.c.Registered() {
		people, _ = t.passengers([]parser.Person{{Name: me, Alias: true}}, nil) // the quote says so
	}
	w.people = people
	return true
}

// askNames asks who travels where some seats have nobody: where tickets are sold by name,
// and where somebody was named, since seats have names, or they have none.
func (t *turn) askNames(w *wanted, fare booking.Fare, account booking.Account) bool {
	named := t.byName(&w.trip)
	if len(w.people) >= w.seats || !named && len(w.people) == 0 {
		return false
	}
	if !named {
		t.offer(t.textOf(w, w.seats))
	}
	s := &booking.Slots{At: t.env.Now, Trip: &w.trip.TripKey, Missing: missingNames, People: w.people,
		Query: booking.Query{Class: fare.Class, Seats: w.seats}}
	if account.Kind != "" {
		s.Account = &account
	}
	t.c.Slots = s
	t.sayNames(&w.trip, fare.Class, w.seats, w.people, named)
	return true
}

// sayNames asks for the names that are missing; where tickets are not sold by name, seats
// without names are offered too.
func (t *turn) sayNames(trip *booking.Trip, class string, seats int, known []booking.Passenger, named bool) {
	key := "names.who"
	switch {
	case !named:
		key = "names.some"
	case len(known) > 0:
		key = "names.more"
	}
	t.reply(t.m.render(key, func(name string) string {
		switch name {
		case "n":
			return itoa(seats - len(known))
		case "seats":
			return itoa(seats)
		case "class":
			return t.class(class)
		case "names":
			return t.listOf(known)
		}
		return t.tripValue(trip, name)
	}))
}

// answersNames takes the text as the answer to "who travels": names or aliases.
func (t *turn) answersNames() bool {
	s, cmd := t.c.Slots, t.cmd
	if s == nil || s.Missing != missingNames || !t.answerable(s.At) || cmd.Service != "" || cmd.Order != "" {
		return false
	}
	switch cmd.Verb {
	case parser.None, parser.Unknown, parser.Choose, parser.Profile: // ME is a passenger here
	default:
		if !cmd.Fuzzy || !t.onlyNames() { // WANG is a name, though nearly LANG
			return false
		}
	}
	if len(cmd.People) == 0 {
		t.readNames()
	}
	if len(cmd.People) == 0 {
		return false
	}
	if s.Text != "" {
		t.completeText(s)
		return true
	}
	trip, ok := t.env.Catalogue.Trip(*s.Trip)
	if !ok {
		return false
	}
	t.reserve(wanted{trip: trip, class: s.Query.Class, seats: s.Query.Seats, account: s.Account, people: s.People})
	return true
}

// onlyNames takes the text as saved passengers, if it is nothing else.
func (t *turn) onlyNames() bool {
	var people []parser.Person
	for word := range strings.FieldsFuncSeq(t.mo.Text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",，、;；", r) }) {
		if t.saved(word) == nil {
			return false
		}
		people = append(people, parser.Person{Name: word, Alias: true})
	}
	if len(people) > 0 {
		t.cmd.People, t.cmd.Unread = people, nil
	}
	return len(people) > 0
}

// readNames takes what was not understood for names of saved passengers.
func (t *turn) readNames() {
	if t.cmd.Verb == parser.Profile {
		t.cmd.People = []parser.Person{{Name: me, Alias: true}}
		return
	}
	var people []parser.Person
	for _, word := range t.cmd.Unread {
		if t.saved(word) == nil {
			return
		}
		people = append(people, parser.Person{Name: word, Alias: true})
	}
	t.cmd.People, t.cmd.Unread = people, nil
}

// completeText runs the text that lacked something again with what this one says.
func (t *turn) completeText(s *booking.Slots) {
	whole := t.d.s.Parse(s.Text, t.now)
	whole.People, whole.Count = t.cmd.People, max(t.cmd.Count, s.Query.Seats)
	if len(whole.People) == 0 && t.cmd.Count > 0 {
		whole.Count = t.cmd.Count
	}
	if t.cmd.Verb == parser.Choose && t.cmd.Choice > 0 {
		whole.Count = t.cmd.Choice
	}
	t.known, t.kept, t.cmd, t.c.Slots = s.People, s.Account, &whole, nil
	t.command()
}

// hasSeat answers a booking of somebody who has a ticket on that run already, by an
// order of this customer: one document gets one ticket.
func (t *turn) hasSeat(w *wanted) bool {
	for _, o := range t.v.Orders {
		if o.Trip.Terminal != w.trip.Terminal || o.Trip.Service != w.trip.Service || o.Trip.Date != w.trip.Date || !hasSeats(o) {
			continue
		}
		for _, p := range o.Passengers {
			for _, wish := range w.people {
				if p.Document.Token == wish.Document.Token {
					t.sayOf(o, "names.booked", "name", p.Name)
					return true
				}
			}
		}
	}
	return false
}

// hasSeats tells whether the order has, or is about to have, seats at the terminal.
func hasSeats(o *booking.Order) bool {
	switch o.State {
	case booking.Holding, booking.Held, booking.Debiting, booking.Issuing, booking.Swapping, booking.Issued:
		return true
	}
	return false
}

// bookedText says that the terminal gives a passenger no second seat.
func (t *turn) bookedText(o *booking.Order) string {
	if len(o.Passengers) == 1 {
		return t.of(o, "names.taken", "name", o.Passengers[0].Name)
	}
	return t.of(o, "names.taken.some", "names", t.listOf(o.Passengers))
}

// listOf names people, as they wrote themselves.
func (t *turn) listOf(people []booking.Passenger) string {
	var all []string
	for _, p := range people {
		all = append(all, p.Name)
	}
	return strings.Join(all, t.m.say("names.join"))
}

// seated lists who has which seat, or the seats where nobody is named.
func (t *turn) seated(o *booking.Order) string {
	if len(o.Passengers) == 0 || len(o.Passengers) != len(o.Places) {
		return t.places(o.Places)
	}
	var all []string
	for i, p := range o.Passengers {
		all = append(all, p.Name+t.m.say("names.seat")+t.places(o.Places[i:i+1]))
	}
	return strings.Join(all, t.m.say("names.tickets"))
}

// samePeople tells whether both are the same persons, in whatever order.
func samePeople(a, b []booking.Passenger) bool {
	if len(a) != len(b) {
		return false
	}
	for _, p := range a {
		found := false
		for _, q := range b {
			found = found || p.Document.Token == q.Document.Token
		}
		if !found {
			return false
		}
	}
	return true
}
