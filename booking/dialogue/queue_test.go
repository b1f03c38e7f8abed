package dialogue

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// queue is what a world has of the waitlist, of operators and of a rush.
type queue struct {
	ahead   int // on the waitlist
	byName  bool
	place   int // in the line of calls
	pause   time.Duration
	dear    int64 // price of the next hold, in fen
	stopped []booking.Suspension
	cast    []booking.Notice
	journal []booking.Entry
	others  []booking.Order // of other customers
	made    map[booking.Call]int
	ch      *booking.Changes // of the last turn
}

// happened keeps what a turn did beside orders and texts.
func (w *world) happened(ch *booking.Changes) {
	w.ch = ch
	for _, a := range ch.Attempts {
		w.made[a.Call]++
	}
	for _, s := range ch.Suspensions {
		w.stopped = slices.DeleteFunc(w.stopped, func(o booking.Suspension) bool {
			return o.Number == s.Number && o.Day == s.Day && o.Class == s.Class
		})
		if s.Until.IsZero() {
			w.stopped = append(w.stopped, s)
		}
	}
	w.cast = append(w.cast, ch.Notices...)
	w.desk.apply(ch)
	w.journal = append(w.journal, ch.Journal...)
}

func (w *world) suspended(number string, day booking.Date, class string) bool {
	return slices.ContainsFunc(w.stopped, func(s booking.Suspension) bool { return s.Stops(number, day, class) })
}

// count is View.Count, of the orders of this world.
func (w *world) count(on booking.Date) (list []booking.Tally, _ error) {
	all := slices.Clone(w.others)
	for _, id := range w.opened() {
		all = append(all, w.orders[id])
	}
	for _, o := range all {
		if booking.DateOf(o.Trip.Dep.In(shanghai)) == on {
			list = append(list, booking.Tally{Number: o.Trip.Number, Day: on, Class: fareOf(&o).Class, Customer: o.Class, State: o.State,
				Reason: o.Reason, Orders: 1, Seats: o.Seats, Money: o.Price})
		}
	}
	return list, nil
}

// match finds seats on a service for the oldest order that waits for it.
func (w *world) match(number string) {
	for _, id := range w.opened() {
		o := w.orders[id]
		if o.State != booking.Waiting || o.Wish.Joined.IsZero() {
			continue
		}
		for _, trip := range o.Wish.Trips {
			if trip.Number == number {
				w.replies = nil
				w.turn(booking.Input{Match: &booking.Match{Order: id, Trip: trip}})
				w.calls()
				return
			}
		}
	}
	require.Failf(w.t, "nobody waits", "for %s", number)
}

// set reads a line of a scenario about what queue holds; false for another one.
func (w *world) set(verb, rest string) bool {
	f := strings.Fields(rest)
	number := func(i int) int {
		n, err := strconv.Atoi(f[i])
		require.NoError(w.t, err)
		return n
	}
	switch verb {
	case "match":
		w.match(rest)
	case "ahead":
		w.ahead = number(0)
	case "byname":
		w.byName = true
	case "line":
		w.place = number(0)
		d, err := time.ParseDuration(f[1])
		require.NoError(w.t, err)
		w.pause = d
	case "price":
		w.dear = int64(number(0))
	case "sold":
		o := booking.Order{Customer: 1, State: booking.Issued, Class: f[len(f)-1]}
		trips := w.cat.Numbered(f[0], w.dayOf(f[1]))
		require.NotEmpty(w.t, trips)
		o.Trip, o.Seats = trips[0], number(2)
		o.Trip.Fares = o.Trip.Fares[:1]
		w.others = append(w.others, o)
	case "told": // an operator is told of the newest callback
		w.notify(w.cast[len(w.cast)-1])
	case "journal":
		require.True(w.t, slices.ContainsFunc(w.journal, func(e booking.Entry) bool { return e.Event == rest && e.MSISDN == w.c.MSISDN }), "%s in %v", rest, w.journal)
	default:
		return false
	}
	return true
}

// queueStep plays one thing about the waitlist, or of an operator.
func (w *world) queueStep(r *rand.Rand) {
	switch r.IntN(6) {
	case 0:
		w.stock["G3 2nd"], w.stock["G7 2nd"] = r.IntN(2), r.IntN(2)
	case 1, 2:
		w.text(w.fill([]string{"WAIT G3,G7 5DEC 2ND x2", "WAIT G3,G7 5DEC 2ND x2", "WAIT G3 5DEC x1", "WAIT G3 5DEC x1", "WAIT G3 5DEC ME", "W2", "W1 x1", "WAIT LIST", "WAIT X", "WAIT X {order}", "WAIT G3 5DEC",
			"2", "ME,LI", "PAY {order} C1", "Y", "HOLD G5", "OPEN G5", "BCAST G5 late today", "STAT 5DEC", "STAT STATE"}[r.IntN(20)]))
	case 3:
		w.text(w.fill("WAIT G3,G7 5DEC 2ND x1"))
		w.text(w.fill("Y {code}"))
	case 4:
		w.dear = int64(r.IntN(2)) * 77700
		w.found(r)
	default:
		w.found(r)
	}
}

// found matches an order on the waitlist, if there is one, or one that is not there any more.
func (w *world) found(r *rand.Rand) {
	for _, id := range w.opened() {
		o := w.orders[id]
		if o.Wish == nil || o.State != booking.Waiting && r.IntN(9) > 0 {
			continue
		}
		before := len(w.replies)
		v := w.view()
		trip := o.Wish.Trips[r.IntN(len(o.Wish.Trips))]
		in := booking.Input{Match: &booking.Match{Order: id, Trip: trip}}
		if _, err := w.d.Decide(v, in, w.env()); errors.Is(err, booking.ErrNoChange) {
			require.Len(w.t, w.replies, before)
			continue // it left, or the sale has ended
		}
		w.turn(in)
		w.calls()
		return
	}
}
