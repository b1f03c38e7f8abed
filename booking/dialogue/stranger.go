package dialogue

import "time"

// strangerWindow is what askings for orders that are not the phone's are counted in.
const strangerWindow = time.Hour

// stranger answers a text about an order that the phone does not have, and counts it: an
// order of somebody else and one that never was get one and the same answer. Beyond the
// limit the answer is that no more of them are looked at, so that nobody tries one
// order code after another. The phone's own orders are answered as before, and so is
// every text: what many texts cost, the limit on texts bounds.
func (t *turn) stranger() {
	t.ch.Stranger = true
	if until, full := t.c.Strangers.Full(t.env.Now, strangerWindow, t.d.s.UnknownOrders); full {
		t.say("order.often", "until", t.clockAfter(until))
		return
	}
	t.c.Strangers.Add(t.env.Now, strangerWindow, t.d.s.UnknownOrders)
	t.say("order.unknown")
}
