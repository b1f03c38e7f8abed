package simulation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"shortfare/booking"
)

// item is what the terminal knows under a key.
type item struct {
	key    string
	state  booking.TicketState
	trip   booking.TripKey
	class  string
	seats  []int
	until  time.Time
	price  booking.Money
	used   bool     // travelled: it stands for good
	people []string // tokens of the passengers, one a seat, where they are named
}

func (i *item) places() (all []string) {
	for _, n := range i.seats {
		all = append(all, fmt.Sprintf("car%d %dA", 1+n/4, 1+n))
	}
	return all
}

// terminal is the ticket terminal with its seats.
type terminal struct {
	s     *sim
	line  line
	seats int // of a class of a run
	items map[string]*item
	keys  []string // of items, oldest first
	named bool     // tickets are sold by name
	blur  bool     // what its screen shows may be old
	dark  bool     // while its line is down it can be seen to be
	news  []booking.ServiceEvent
	gone  map[booking.TripKey]bool // cancelled runs, by service and day
}

// runOf names the run of a trip.
func runOf(k booking.TripKey) booking.TripKey {
	return booking.TripKey{Service: k.Service, Date: k.Date}
}

// travels tells whether a passenger has a seat on the run already.
func (t *terminal) travels(k booking.TripKey, token, except string) bool {
	for _, key := range t.keys {
		i := t.now(key)
		if (i.state == booking.ItemHeld || i.state == booking.ItemIssued) && key != except && runOf(i.trip) == runOf(k) && slices.Contains(i.people, token) {
			return true
		}
	}
	return false
}

// cancelRun has the carrier cancel a run that tickets were sold for, or move it.
func (t *terminal) cancelRun() {
	t.any(booking.ItemIssued, func(i *item) {
		if trip, ok := t.s.catalogue.Trip(i.trip); !ok || !trip.Dep.After(t.s.now) || t.gone[runOf(i.trip)] {
			return
		}
		e := booking.ServiceEvent{Seq: int64(len(t.news) + 1), Service: i.trip.Service, Date: i.trip.Date, Change: booking.RunCancelled, At: t.s.now}
		if t.s.chance(0.5) {
			e.Change, e.Shift = booking.RunMoved, t.s.between(-time.Hour, 2*time.Hour).Truncate(time.Minute)+time.Duration(len(t.news)+1)*3*time.Hour
		} else {
			t.gone[runOf(i.trip)] = true
		}
		t.news = append(t.news, e)
	})
}

var _ booking.Ticketing = (*terminal)(nil)

// now is an item with what time has done to it.
func (t *terminal) now(key string) *item {
	i := t.items[key]
	if i != nil && i.state == booking.ItemHeld && !i.until.After(t.s.now) {
		i.state = booking.ItemReleased
	}
	return i
}

func (t *terminal) put(i *item) *item {
	t.items[i.key] = i
	t.keys = append(t.keys, i.key)
	return i
}

// taken tells which seats of a class are sold or held on a part of a run.
func (t *terminal) taken(k booking.TripKey, class string) []bool {
	taken := make([]bool, t.seats)
	for _, key := range t.keys {
		i := t.now(key)
		if (i.state == booking.ItemHeld || i.state == booking.ItemIssued) && i.class == class && i.trip.Service == k.Service &&
			i.trip.Date == k.Date && i.trip.From < k.To && k.From < i.trip.To {
			for _, n := range i.seats {
				taken[n] = true
			}
		}
	}
	return taken
}

func (t *terminal) Capabilities() booking.Capabilities {
	return booking.Capabilities{Named: t.named}
}

func (t *terminal) Ready(context.Context) error {
	if t.line.down && t.dark {
		return errLost
	}
	return nil
}

// Left is what a screen shows: it promises nothing, and may be old.
func (t *terminal) Left(k booking.TripKey, class string) (int, bool) {
	if t.s.wild && t.blur && t.s.chance(0.1) {
		return t.s.rng.IntN(3), t.s.chance(0.5)
	}
	n := 0
	for _, is := range t.taken(k, class) {
		if !is {
			n++
		}
	}
	return n, true
}

func (t *terminal) Prebook(ctx context.Context, r booking.HoldRequest) booking.Outcome[booking.Hold] {
	refuse := func() booking.Outcome[booking.Hold] {
		if t.now(r.Key) == nil {
			t.put(&item{key: r.Key, state: booking.ItemReleased})
		}
		return t.held(r.Key)
	}
	return over(t.s, ctx, &t.line, "prebook", r.Key, func() booking.Outcome[booking.Hold] {
		if t.now(r.Key) != nil {
			return t.held(r.Key)
		}
		trip, ok := t.s.catalogue.Trip(r.Trip)
		fare, has := trip.Fare(r.Class)
		if !ok || !has || !trip.Dep.After(t.s.now) || t.gone[runOf(r.Trip)] {
			return refuse()
		}
		var people []string
		if t.named && len(r.Passengers) != r.Seats {
			t.s.fail("C03: %d seats are asked for %d passengers", r.Seats, len(r.Passengers))
		}
		for _, p := range r.Passengers {
			if t.travels(r.Trip, p.Document.Token, r.Replaces) || slices.Contains(people, p.Document.Token) {
				refuse()
				return booking.IsRefused[booking.Hold](booking.ReasonBooked)
			}
			people = append(people, p.Document.Token)
		}
		i := &item{key: r.Key, state: booking.ItemHeld, trip: r.Trip, class: fare.Class, until: t.s.now.Add(r.For), price: fare.Price.Times(r.Seats), people: people}
		for n, is := range t.taken(r.Trip, fare.Class) {
			if !is && len(i.seats) < r.Seats {
				i.seats = append(i.seats, n)
			}
		}
		if len(i.seats) < r.Seats {
			return refuse()
		}
		if t.s.wild && !t.s.faultless && t.s.chance(0.2) { // a shorter hold, or another price, than was asked for
			i.until = t.s.now.Add(t.s.between(0, r.For))
			i.price.Minor += 100 * t.s.rng.Int64N(3)
		}
		if trip.Dep.Before(i.until) {
			i.until = trip.Dep
		}
		t.put(i)
		return t.held(r.Key)
	}, refuse, nil)
}

func (t *terminal) held(key string) booking.Outcome[booking.Hold] {
	i := t.now(key)
	if i.state != booking.ItemHeld && i.state != booking.ItemIssued {
		return booking.IsRefused[booking.Hold](booking.ReasonSoldOut)
	}
	return booking.IsDone(booking.Hold{Until: i.until, Price: i.price, Places: i.places()})
}

func (t *terminal) answer(i *item) booking.Outcome[booking.Item] {
	return booking.IsDone(booking.Item{State: i.state, Places: i.places()})
}

func (t *terminal) Fulfil(ctx context.Context, key string) booking.Outcome[booking.Item] {
	t.s.checkFulfil(key)
	return over(t.s, ctx, &t.line, "fulfil", key, func() booking.Outcome[booking.Item] {
		i := t.now(key)
		switch {
		case i == nil:
			return booking.IsRefused[booking.Item](booking.ReasonNotFound)
		case i.state == booking.ItemHeld:
			i.state = booking.ItemIssued
		case i.state != booking.ItemIssued:
			return booking.IsRefused[booking.Item](booking.ReasonTombstone)
		}
		return t.answer(i)
	}, func() booking.Outcome[booking.Item] { // a refusal is final: the hold is over with it
		if i := t.now(key); i != nil && i.state == booking.ItemIssued {
			return t.answer(i)
		} else if i != nil {
			i.state = booking.ItemReleased
		}
		return booking.IsRefused[booking.Item](booking.ReasonTombstone)
	}, nil)
}

func (t *terminal) Get(ctx context.Context, key string) booking.Outcome[booking.Item] {
	return over(t.s, ctx, &t.line, "get", key, func() booking.Outcome[booking.Item] {
		if i := t.now(key); i != nil {
			return t.answer(i)
		}
		return booking.IsRefused[booking.Item](booking.ReasonNotFound)
	}, nil, nil)
}

func (t *terminal) Void(ctx context.Context, key string, places []string) booking.Outcome[booking.Item] {
	t.s.checkVoid(key)
	return over(t.s, ctx, &t.line, "void", key, func() booking.Outcome[booking.Item] {
		i := t.now(key)
		switch {
		case i == nil:
			i = t.put(&item{key: key, state: booking.ItemVoided})
		case len(places) > 0 && !i.has(places): // it was cancelled before
		case i.used:
			return booking.IsRefused[booking.Item](booking.ReasonUsed)
		case i.state == booking.ItemIssued && len(places) > 0:
			i.leave(places)
		case len(places) == 0 && (i.state == booking.ItemHeld || i.state == booking.ItemIssued):
			i.state = booking.ItemVoided
		}
		return t.answer(i)
	}, nil, nil)
}

// has tells whether one of the places is on the ticket.
func (i *item) has(places []string) bool {
	return slices.ContainsFunc(i.places(), func(p string) bool { return slices.Contains(places, p) })
}

// leave gives some seats of a ticket back.
func (i *item) leave(places []string) {
	var seats []int
	var people []string
	for n, place := range i.places() {
		if slices.Contains(places, place) {
			continue
		}
		seats = append(seats, i.seats[n])
		if n < len(i.people) {
			people = append(people, i.people[n])
		}
	}
	i.price.Minor -= i.price.Minor / int64(len(i.seats)) * int64(len(i.seats)-len(seats))
	if i.seats, i.people = seats, people; len(seats) == 0 {
		i.state = booking.ItemVoided
	}
}

// Events lists the changes after one.
func (t *terminal) Events(ctx context.Context, after int64, limit int) booking.Outcome[[]booking.ServiceEvent] {
	return over(t.s, ctx, &t.line, "events", "", func() booking.Outcome[[]booking.ServiceEvent] {
		list := t.news[min(int(after), len(t.news)):]
		return booking.IsDone(list[:min(limit, len(list))])
	}, nil, nil)
}

func (t *terminal) Release(ctx context.Context, key string) booking.Outcome[booking.Item] {
	return over(t.s, ctx, &t.line, "release", key, func() booking.Outcome[booking.Item] {
		i := t.now(key)
		switch {
		case i == nil:
			i = t.put(&item{key: key, state: booking.ItemReleased})
		case i.state == booking.ItemHeld:
			i.state = booking.ItemReleased
		}
		return t.answer(i)
	}, func() booking.Outcome[booking.Item] { return booking.IsRefused[booking.Item](booking.ReasonMismatch) }, nil)
}

// travel lets somebody use a ticket; lapse loses a hold that was promised.
func (t *terminal) travel() { t.any(booking.ItemIssued, func(i *item) { i.used = true }) }
func (t *terminal) lapse()  { t.any(booking.ItemHeld, func(i *item) { i.state = booking.ItemReleased }) }

func (t *terminal) any(state booking.TicketState, f func(*item)) {
	of := slices.DeleteFunc(slices.Clone(t.keys), func(k string) bool { return t.now(k).state != state })
	if len(of) > 0 {
		i := t.items[of[t.s.rng.IntN(len(of))]]
		t.s.note("terminal "+string(state)+" changed", i.key, 0)
		f(i)
	}
}
