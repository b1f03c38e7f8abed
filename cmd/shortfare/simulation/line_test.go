package simulation

import (
	"cmp"
	"slices"
	"time"

	"shortfare/booking"
)

// restMost is how long an order may be left alone at most after others were quicker.
const restMost = 5 * time.Minute

// checkStep looks at what a commit made of an order: was is nil for a new one.
func (s *sim) checkStep(was, o *booking.Order) {
	if o.State == booking.Waiting && !o.Wish.Joined.IsZero() && s.joined[o.ID].IsZero() {
		s.joined[o.ID] = s.now
	}
	matched := was != nil && was.State == booking.Waiting && o.State == booking.Holding
	if matched {
		s.note("matched", "", int64(o.ID))
		s.checkTurn(o)
		for _, w := range s.before(o, &o.Trip) {
			s.passed[w.ID]++
		}
	}
	if was == nil && o.State == booking.Holding {
		s.checkPromised(o)
	}
	if was == nil || matched {
		s.checkSale(o)
	}
	if was != nil && was.Wish != nil && o.State == booking.Waiting && o.Wish.Joined.Before(was.Wish.Joined) {
		s.fail("order %d is in line since before it joined", o.ID)
	}
	if was != nil && was.Wish != nil && o.State == booking.Waiting && was.Wish.Joined.Before(o.Wish.Joined) && !was.Wish.Joined.IsZero() {
		s.fail("order %d has lost its place in line", o.ID)
	}
}

// class is that of an order's one fare.
func class(t *booking.Trip) string {
	f, _ := t.Fare("")
	return f.Class
}

// line lists who waits for just that part of a run, first come first, and neither
// rests nor has just joined.
func (s *sim) line(t *booking.Trip, rested time.Duration) (list []*booking.Order) {
	for _, id := range s.disk.ids {
		o := s.disk.order(id)
		if o.State != booking.Waiting || o.Wish.Joined.IsZero() || !s.joined[id].Before(s.now) || !s.now.Before(o.Wish.Until) ||
			o.Holds > 0 && s.now.Sub(o.Since) < rested || s.doubted(o.Customer) {
			continue
		}
		if slices.ContainsFunc(o.Wish.Trips, func(w booking.Trip) bool { return w.TripKey == t.TripKey && class(&w) == class(t) }) {
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b *booking.Order) int {
		return cmp.Or(s.joined[a.ID].Compare(s.joined[b.ID]), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// doubted tells whether the register has not said yes to a customer: nothing is bought
// for him then.
func (s *sim) doubted(m booking.MSISDN) bool {
	c := new(booking.Customer)
	if b, ok := s.disk.customers[m]; ok {
		decode(b, c)
	}
	return c.Identity.State == booking.NotKnown || c.Identity.State == booking.Verifying
}

// checkTurn: nobody is served while somebody waits who was there first, wants the
// same and needs no more seats.
func (s *sim) checkTurn(o *booking.Order) {
	for _, first := range s.line(&o.Trip, restMost) {
		if s.joined[first.ID].Before(s.joined[o.ID]) && first.Seats <= o.Seats {
			s.fail("order %d is served before order %d, which joined at %s", o.ID, first.ID, s.joined[first.ID].In(cst).Format(time.TimeOnly))
		}
	}
}

// checkPromised: seats that somebody in line can have are not sold to others.
func (s *sim) checkPromised(o *booking.Order) {
	if s.rail.blur {
		return // the product was shown seats that are not there
	}
	if slices.ContainsFunc(s.waiting(&o.Trip), func(w *booking.Order) bool { return w.Holds > 0 && s.now.Sub(w.Since) < restMost }) {
		return // its seats come first while it rests, and may be too many for those behind it
	}
	free := 0
	for _, taken := range s.rail.taken(o.Trip.TripKey, class(&o.Trip)) {
		if !taken {
			free++
		}
	}
	left := free
	for _, id := range s.disk.ids { // whose hold is on its way
		w := s.disk.order(id)
		if w.State == booking.Holding && w.Automatic() && w.Trip.TripKey == o.Trip.TripKey && class(&w.Trip) == class(&o.Trip) && s.rail.items[w.HoldKey()] == nil {
			left -= w.Seats
		}
	}
	for _, w := range s.line(&o.Trip, restMost) {
		if len(w.Wish.Trips) == 1 && w.Seats <= left {
			left -= w.Seats
		}
	}
	if left < free && left < o.Seats {
		s.fail("order %d asks for %d seats of %s, %d are free and %d of them promised", o.ID, o.Seats, o.Trip.Number, free, free-left)
	}
}

// before lists who waits, was there before o, and wants seats of that part of a run. Free
// ones are kept for whoever was passed three times.
func (s *sim) before(o *booking.Order, t *booking.Trip) []*booking.Order {
	return slices.DeleteFunc(s.waiting(t), func(w *booking.Order) bool { return !s.joined[w.ID].Before(s.joined[o.ID]) })
}

// waiting lists who waits for seats of that part of a run.
func (s *sim) waiting(t *booking.Trip) (list []*booking.Order) {
	for _, id := range s.disk.ids {
		w := s.disk.order(id)
		if w.State != booking.Waiting || s.joined[id].IsZero() {
			continue
		}
		if slices.ContainsFunc(w.Wish.Trips, func(x booking.Trip) bool {
			return runOf(x.TripKey) == runOf(t.TripKey) && class(&x) == class(t) && x.From < t.To && t.From < x.To
		}) {
			list = append(list, w)
		}
	}
	return list
}

// checkServed: nobody waits in the end while there are seats for him.
func (s *sim) checkServed(o *booking.Order) {
	if o.State != booking.Waiting || s.joined[o.ID].IsZero() || s.now.Sub(s.joined[o.ID]) < time.Hour || !s.now.Before(o.Wish.Until) {
		return
	}
	for i := range o.Wish.Trips {
		t := &o.Wish.Trips[i]
		stopped := slices.ContainsFunc(s.disk.stops, func(p booking.Suspension) bool {
			return p.Stops(t.Number, booking.DateOf(t.Dep.In(cst)), class(t))
		})
		n, _ := s.rail.Left(t.TripKey, class(t))
		kept := slices.ContainsFunc(s.before(o, t), func(w *booking.Order) bool { return s.passed[w.ID] >= 3 })
		if line := s.line(t, 0); !kept && n >= o.Seats && len(line) > 0 && line[0].ID == o.ID && !stopped && !s.rail.gone[runOf(t.TripKey)] && t.Dep.Sub(s.now) > time.Hour {
			s.fail("order %d waits for %d seats of %s, %d are free", o.ID, o.Seats, t.Number, n)
		}
	}
}

// checkSale: nothing is asked for whose sale an operator has stopped.
func (s *sim) checkSale(o *booking.Order) {
	if o.State != booking.Holding {
		return
	}
	for _, stop := range s.disk.stops {
		if stop.At.Before(s.now) && stop.Stops(o.Trip.Number, booking.DateOf(o.Trip.Dep.In(cst)), class(&o.Trip)) {
			s.fail("order %d is for %s, whose sale was stopped at %s", o.ID, o.Trip.Number, stop.At.In(cst).Format(time.TimeOnly))
		}
	}
}
