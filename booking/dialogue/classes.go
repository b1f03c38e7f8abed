package dialogue

import (
	"time"

	"shortfare/booking"
)

// classes are the labels of the customer, that by history first.
func (t *turn) classes() []string {
	if t.d.s.Classes == nil {
		return nil
	}
	return t.d.s.Classes(t.c, t.now)
}

// Labels are the classes by which a customer may be told something: none of one
// who is not registered, took STOP, or may be somebody else by now.
func (d *Dialogue) Labels(c *booking.Customer, now time.Time) []string {
	if d.s.Classes == nil || !c.Registered() || c.OptOut || c.Stale {
		return nil
	}
	return d.s.Classes(c, now.In(d.s.Loc))
}

// level is the customer's class by history, empty when nobody classifies.
func (t *turn) level() string {
	if all := t.classes(); len(all) > 0 {
		return all[0]
	}
	return ""
}

// limits are what the customer may do.
func (t *turn) limits() Limits {
	s := &t.d.s
	if s.LimitsOf == nil {
		return Limits{UnpaidHolds: s.UnpaidHolds, OpenQuotes: s.OpenQuotes, Hold: s.Hold, HoldNear: s.HoldNear}
	}
	return s.LimitsOf(t.c, t.now)
}

// holdFor is how long seats of a trip are kept for the customer.
func (t *turn) holdFor(trip *booking.Trip) time.Duration {
	l := t.limits()
	if trip.Dep.Sub(t.now) <= Near {
		return l.HoldNear
	}
	return l.Hold
}

// remember keeps the history that classes go by as orders come and go back.
func (t *turn) remember(tell booking.Tell, o *booking.Order) {
	h := &t.c.History
	switch tell {
	case booking.TellPaid, booking.TellGotSeats:
		h.Bought(booking.Purchase{At: t.env.Now, Seats: o.Seats, Price: o.Price})
	case booking.TellChanged: // one order still: what it costs more or less is spent
		h.Refunded(booking.GivenBack{At: t.env.Now, Amount: o.Swap.Credit.Minus(o.Price)})
	case booking.TellRefunded:
		seats := o.Seats
		if o.State == booking.Issued { // some of them stay
			seats = 1
			for i := len(o.Former) - 2; i >= 0 && o.Former[i].At.Equal(o.Former[len(o.Former)-1].At); i-- {
				seats++
			}
		}
		h.Refunded(booking.GivenBack{At: t.env.Now, Seats: seats, Amount: o.Refund, Whole: o.State != booking.Issued, Disrupted: o.Upset != ""})
	}
}
