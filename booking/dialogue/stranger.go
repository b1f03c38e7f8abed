package dialogue

import "time"

// strangerWindow is what askings for orders that are not the phone's are counted in.
const strangerWindow = time.Hour

// stranger answers a text about an order that the phone does not have, and counts it: an
// order of somebody else and one that never was get one and the same answer. Beyond the
// limit the phone is told once that no more such texts are answered, and the rest are
// not, so that nobody tries one order code after another. Its own orders are
// answered as before.
func (t *turn) stranger() {
	c := t.c
	t.ch.Stranger = true
	until, full := c.Strangers.Full(t.env.Now, strangerWindow, t.d.s.UnknownOrders)
	switch {
	case !full:
		c.Strangers.Add(t.env.Now, strangerWindow, t.d.s.UnknownOrders)
		t.say("order.unknown")
	case c.StrangersTold.Equal(until):
		t.ignore()
	default:
		c.StrangersTold = until
		t.say("order.often", "until", t.clockAfter(until))
	}
}
