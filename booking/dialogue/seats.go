package dialogue

import (
	"slices"
	"strings"
	"unicode"

	"shortfare/booking"
	"shortfare/parser"
)

// leaving are the seats of a ticket that CXL names, by their index in order; none
// when it is all of them. ok is false when it has been asked which are meant.
func (t *turn) leaving(o *booking.Order) (seats []int, ok bool) {
	cmd := t.cmd
	switch {
	case len(cmd.Choices) > 0 || cmd.Choice > 0:
		numbers := cmd.Choices
		if len(numbers) == 0 {
			numbers = []int{cmd.Choice}
			if cmd.Count > 0 { // CXL K7M2P 1 2
				numbers = append(numbers, cmd.Count)
			}
		}
		if seats, ok = t.numbered(o, numbers); !ok {
			return nil, false
		}
	case len(cmd.People) > 0:
		if seats, ok = t.seatsOf(o); !ok {
			t.whichSeats(o)
			return nil, false
		}
	case cmd.Count == o.Seats || cmd.Count == 0:
		return nil, true
	case cmd.Count > o.Seats || len(o.Passengers) > 0: // whose they are is not ours to choose
		t.whichSeats(o)
		return nil, false
	default:
		for i := o.Seats - cmd.Count; i < o.Seats; i++ {
			seats = append(seats, i)
		}
	}
	slices.Sort(seats)
	seats = slices.Compact(seats)
	if len(seats) == o.Seats {
		return nil, true
	}
	return seats, true
}

// numbered finds the seats of those numbers. ok is false when that was answered: one
// there never was is asked about, one that was cancelled is said, since the text
// may be an old one that came again.
func (t *turn) numbered(o *booking.Order, numbers []int) (seats []int, ok bool) {
	for _, n := range numbers {
		i := slices.Index(o.Numbers(), n)
		if i < 0 {
			t.notSeat(o, n)
			return nil, false
		}
		seats = append(seats, i)
	}
	return seats, true
}

// notSeat answers CXL for a seat that the order does not have, or no more.
func (t *turn) notSeat(o *booking.Order, n int) {
	for i := range o.Former {
		if f := &o.Former[i]; f.Number == n {
			t.askSeats(o, "cancel.gone", "goneseat", t.places([]string{f.Place}))
			return
		}
	}
	t.whichSeats(o)
}

// seatsOf finds the seats of the people that the text names, by alias or name.
func (t *turn) seatsOf(o *booking.Order) ([]int, bool) {
	whole := ""
	for _, p := range t.cmd.People {
		whole += p.Name
	}
	if i := t.seatOf(o, whole); i >= 0 { // Li Na is one
		return []int{i}, true
	}
	var seats []int
	for _, p := range t.cmd.People {
		i := t.seatOf(o, p.Name)
		if i < 0 {
			return nil, false
		}
		seats = append(seats, i)
	}
	return seats, true
}

// seatOf is the seat of the passenger that is called so, -1 for none.
func (t *turn) seatOf(o *booking.Order, name string) int {
	name = plain(name)
	for i := range o.Passengers {
		p := &o.Passengers[i]
		mine := t.c.Document != nil && p.Document.Token == t.c.Document.Token
		if name == plain(p.Alias) || name == plain(p.Name) || name == "me" && mine {
			return i
		}
	}
	return -1
}

// plain is a name without what people write differently: case and spaces.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("·.-'", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// whichSeats asks which seats of a ticket are meant.
func (t *turn) whichSeats(o *booking.Order) {
	if o.Seats == 1 { // there is but one
		t.reply(t.of(o, "cancel.only", "who", t.seat(o, 0, true)))
		return
	}
	t.askSeats(o, "cancel.who")
}

// askSeats lists an order's seats by their numbers, to choose one of.
func (t *turn) askSeats(o *booking.Order, key string, pairs ...string) {
	numbers := o.Numbers()
	var texts []string
	for n := 1; n <= numbers[len(numbers)-1]; n++ { // a number that is gone says so
		texts = append(texts, parser.Cancel.Keyword(parser.English)+" "+o.Code+" "+itoa(n))
	}
	t.offer(texts...)
	text := ""
	for _, names := range [...]bool{true, false} {
		lines := ""
		for i, n := range numbers {
			if i > 0 {
				lines += t.m.say("near.join")
			}
			lines += t.m.say("cancel.who.line", "n", itoa(n), "who", t.seat(o, i, names))
		}
		if text = t.of(o, key, append(pairs, "lines", lines)...); oneSegment(text) {
			break
		}
	}
	t.reply(text)
}

// seat names a seat: whose it is, if that is known, and where.
func (t *turn) seat(o *booking.Order, i int, named bool) string {
	var b []string
	if named && i < len(o.Passengers) && o.Passengers[i].Name != "" {
		b = append(b, o.Passengers[i].Name)
	}
	if i < len(o.Places) {
		b = append(b, t.places(o.Places[i:i+1]))
	}
	return strings.Join(b, t.m.say("space"))
}

// people lists whose seats these are by name, or where they are.
func (t *turn) people(places []string, people []booking.Passenger) string {
	var names []string
	for _, p := range people {
		if p.Name == "" {
			return t.places(places)
		}
		names = append(names, p.Name)
	}
	if len(names) == 0 || len(names) != len(places) {
		return t.places(places)
	}
	return strings.Join(names, t.m.say("name.join"))
}

// going are the seats that a cancel is for.
func going(o *booking.Order) (places []string, people []booking.Passenger) {
	for _, i := range o.Leaving {
		if i < len(o.Places) {
			places = append(places, o.Places[i])
		}
		if i < len(o.Passengers) {
			people = append(people, o.Passengers[i])
		}
	}
	return places, people
}

// gone are the seats that the last cancel of single seats took.
func gone(o *booking.Order) (places []string, people []booking.Passenger) {
	for _, f := range o.Former {
		if !f.At.Equal(o.Former[len(o.Former)-1].At) {
			continue
		}
		places = append(places, f.Place)
		if f.Passenger != nil {
			people = append(people, *f.Passenger)
		}
	}
	return places, people
}

// before is an order as it was before its last cancel of single seats, as far as
// the code of that cancel is concerned.
func before(o *booking.Order) *booking.Order {
	b := *o
	places, _ := gone(o)
	b.Places = append(slices.Clone(o.Places), places...)
	b.Leaving = nil
	for i := range places {
		b.Leaving = append(b.Leaving, o.Seats+i)
	}
	b.Seats = o.Seats + len(places)
	return &b
}
