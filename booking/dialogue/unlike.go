package dialogue

import (
	"shortfare/booking"
	"shortfare/parser"
)

// unlike answers a text about a service that is not as the text wishes: of another
// kind, or at another time. Nobody gets it in silence; others that are as wished are
// offered.
func (t *turn) unlike(trip *booking.Trip, seats int) bool {
	key := t.unlikeKey(trip)
	if key == "" {
		return false
	}
	t.learn()
	t.instead(key, t.likewise(trip, max(seats, 1)), seats, func(name string) string { return t.tripValue(trip, name) })
	return true
}

// unlikeKey is why a trip is not as the text wishes: the key of a template, empty when
// it is.
func (t *turn) unlikeKey(trip *booking.Trip) string {
	cmd := t.cmd
	switch {
	case cmd.Kind != parser.AnyKind && cmd.Kind != kindOf(trip.Kind):
		switch trip.Kind {
		case booking.Bus:
			return "book.bus"
		case booking.Flight:
			return "book.flight"
		}
		return "book.train"
	case t.atAnotherTime(trip):
		return "book.time"
	case !t.arrives(booking.Query{ArriveAfter: cmd.Arrive.From, ArriveBy: cmd.Arrive.To}, trip):
		return "book.arrives"
	}
	return ""
}

// atAnotherTime tells whether a trip departs at another time of the day than the text says.
func (t *turn) atAnotherTime(trip *booking.Trip) bool {
	dep, w := trip.Dep.In(t.d.s.Loc), t.cmd.Time
	minute := dep.Hour()*60 + dep.Minute()
	return minute < w.From || w.To > 0 && minute >= w.To
}

// likewise are other trips between the same places that are as the text wishes.
func (t *turn) likewise(trip *booking.Trip, seats int) []booking.Trip {
	q, ok := t.route(trip)
	if !ok {
		return nil
	}
	wish := t.wish()
	wish.From, wish.To, wish.Number, wish.Date = q.From, q.To, "", q.Date
	dep := trip.Dep.In(t.d.s.Loc)
	minute := dep.Hour()*60 + dep.Minute()
	if wish.After > 0 {
		minute = wish.After
	}
	free := t.withSeats(wish, trip, seats)
	if wide, ok := t.wider(wish); ok && len(free) == 0 {
		free = t.withSeats(wide, trip, seats)
		t.stations = true
	}
	return t.nearest(free, minute)
}
