package catalogue

import (
	"maps"
	"slices"
	"time"

	"shortfare/booking"
)

// run names a run: a service on the day it starts.
type run struct {
	service string
	date    booking.Date
}

// became is what events have made of a run.
type became struct {
	cancelled bool
	shift     time.Duration
}

// apply changes a trip of the run.
func (b became) apply(t *booking.Trip) {
	t.Cancelled = b.cancelled
	t.Shift += b.shift
	t.Dep, t.Arr = t.Dep.Add(b.shift), t.Arr.Add(b.shift)
}

// overlay is a timetable with what became of its runs. It is immutable.
type overlay struct {
	booking.Catalogue // the timetable
	changes           map[run]became
	moved             map[booking.Date][]movedRun // by every day that it is on its way
}

type movedRun struct {
	run
	became
	number string
}

// WithEvents returns base with the events, in their order, on top: runs that
// are cancelled are in no list, and Trip tells so; those that are moved have their new
// times, on the day that they depart now. base may have events already. Where
// nothing is changed, or no longer, the timetable itself is returned, so that
// events which are over cost nothing. Neither argument is written to.
func WithEvents(base booking.Catalogue, events []booking.ServiceEvent) booking.Catalogue {
	changes := map[run]became{}
	if o, ok := base.(*overlay); ok {
		base, changes = o.Catalogue, maps.Clone(o.changes)
	}
	for _, e := range events {
		k := run{e.Service, e.Date}
		switch e.Change {
		case booking.RunCancelled:
			changes[k] = became{cancelled: true}
		case booking.RunMoved:
			changes[k] = became{shift: e.Shift}
		case booking.RunRestored:
			delete(changes, k)
		}
	}
	return laid(base, changes)
}

// laid puts changes over a timetable.
func laid(base booking.Catalogue, changes map[run]became) booking.Catalogue {
	if len(changes) == 0 {
		return base
	}
	o := &overlay{Catalogue: base, changes: changes, moved: map[booking.Date][]movedRun{}}
	for k, b := range changes {
		whole, ok := wholeRun(base, k)
		if b.shift == 0 || !ok {
			continue
		}
		m := movedRun{k, b, whole.Number}
		last := booking.DateOf(whole.Arr.Add(b.shift))
		for d := booking.DateOf(whole.Dep.Add(b.shift)); d <= last; d = d.Add(1) {
			o.moved[d] = append(o.moved[d], m)
		}
	}
	return o
}

// wholeRun finds a run from its first stop to its last.
func wholeRun(c booking.Catalogue, k run) (booking.Trip, bool) {
	trip, ok := c.Trip(booking.TripKey{Service: k.service, Date: k.date, To: 1})
	if !ok {
		return trip, false
	}
	for _, w := range c.Numbered(trip.Number, k.date) {
		if w.Service == k.service {
			return w, true
		}
	}
	for next := trip; ok; { // it has no number
		trip = next
		key := trip.TripKey
		key.To++
		next, ok = c.Trip(key)
	}
	return trip, true
}

// Trip implements booking.Catalogue; a cancelled run is found, and says so.
func (o *overlay) Trip(k booking.TripKey) (booking.Trip, bool) {
	t, ok := o.Catalogue.Trip(k)
	if ok {
		if b, changed := o.changes[run{k.Service, k.Date}]; changed {
			b.apply(&t)
		}
	}
	return t, ok
}

// Numbered implements booking.Catalogue.
func (o *overlay) Numbered(number string, d booking.Date) []booking.Trip {
	found := o.Catalogue.Numbered(number, d)
	if !slices.ContainsFunc(found, o.touches) {
		return found
	}
	var out []booking.Trip
	for _, t := range found {
		b := o.changes[run{t.Service, t.Date}]
		if b.apply(&t); !t.Cancelled {
			out = append(out, t)
		}
	}
	byDeparture(out)
	return out
}

func (o *overlay) touches(t booking.Trip) bool {
	_, changed := o.changes[run{t.Service, t.Date}]
	return changed
}

// Between implements booking.Catalogue.
func (o *overlay) Between(from, to string, number string, d booking.Date, after int) []booking.Trip {
	found := o.Catalogue.Between(from, to, number, d, after)
	moved := o.moved[d]
	if len(moved) == 0 && !slices.ContainsFunc(found, o.touches) {
		return found
	}
	var out []booking.Trip
	for _, t := range found {
		if !o.touches(t) {
			out = append(out, t)
		}
	}
	for _, m := range moved {
		out = o.parts(out, m, from, to, number, d, after)
	}
	byDeparture(out)
	return out
}

// parts adds the part of a moved run between two places, if it departs on that
// day now. The timetable may have it on another one.
func (o *overlay) parts(out []booking.Trip, m movedRun, from, to, number string, d booking.Date, after int) []booking.Trip {
	if number == "" {
		number = m.number
	}
	back, forth := 0, 0 // days to look at, from d on
	if m.shift > 0 {
		back = -int((m.shift + 24*time.Hour - 1) / (24 * time.Hour))
	} else {
		forth = int((-m.shift + 24*time.Hour - 1) / (24 * time.Hour))
	}
	for n := back; n <= forth; n++ {
		for _, t := range o.Catalogue.Between(from, to, number, d.Add(n), 0) {
			if t.Service != m.service || t.Date != m.date {
				continue
			}
			m.apply(&t)
			if booking.DateOf(t.Dep) == d && t.Dep.Hour()*60+t.Dep.Minute() >= after {
				out = append(out, t)
			}
		}
	}
	return out
}

func byDeparture(list []booking.Trip) {
	slices.SortStableFunc(list, func(a, b booking.Trip) int { return a.Dep.Compare(b.Dep) })
}
