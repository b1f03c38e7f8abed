package dialogue

import (
	"time"

	"shortfare/booking"
)

// outage tells whether a terminal does not answer, and since when what is
// known of it is as it was.
func (t *turn) outage(terminal string) (since time.Time, down bool) {
	if t.env.Outage == nil {
		return time.Time{}, false
	}
	return t.env.Outage(terminal)
}

// since writes the time of the last copy, with the day when it is not today.
func (t *turn) since(at time.Time) string {
	if at.IsZero() { // it has not answered since we run
		return t.m.say("since.start")
	}
	if at = at.In(t.d.s.Loc); booking.DateOf(at) != t.today() {
		return t.day(booking.DateOf(at)) + " " + t.clock(at)
	}
	return t.clock(at)
}

// noTerminal refuses a booking at a terminal that does not answer: nothing is
// held that nobody could pay for.
func (t *turn) noTerminal(trip *booking.Trip) bool {
	since, down := t.outage(trip.Terminal)
	if !down {
		return false
	}
	t.c.Slots = nil
	t.reply(t.m.render("book.down", func(name string) string {
		if name == "since" {
			return t.since(since)
		}
		return t.tripValue(trip, name)
	}))
	return true
}
