package dialogue

import (
	"crypto/subtle"
	"time"

	"shortfare/booking"
)

// codeRounds is how many codes are passed over to find one that no other open
// quote of the customer has.
const codeRounds = 20

// payQuote is the next question to pay for an order that is held until
// o.Until, or to carry a change out. A debit must end before the terminal gives the seats back.
func (t *turn) payQuote(o *booking.Order) booking.Quote {
	until := t.env.Now.Add(t.holdFor(&o.Trip))
	if last := o.Until.Add(-booking.DebitMargin); last.Before(until) {
		until = last
	}
	if !swaps(o) {
		return t.fresh(o, booking.Quote{For: booking.QuotePay, Until: until})
	}
	if old := t.predecessor(o); old != nil && old.Upset != booking.RunCancelled && old.Trip.Dep.Before(until) {
		until = old.Trip.Dep // a ticket is not changed after its departure
	}
	return t.fresh(o, booking.Quote{For: booking.QuoteChange, Until: until})
}

// cancelQuote is the next question to cancel a ticket; o.Refund, o.Fee and o.Leaving are set.
func (t *turn) cancelQuote(o *booking.Order) booking.Quote {
	until := t.env.Now.Add(t.d.s.CodeLife)
	if o.Trip.Dep.Before(until) && o.Upset != booking.RunCancelled {
		until = o.Trip.Dep
	}
	return t.fresh(o, booking.Quote{For: booking.QuoteCancel, Until: until})
}

// renew gives an order's question a new code when the one it had has ended: the seats
// are held for as long as before and the wrong tries still count. Whoever is
// shown a code is shown one that is taken.
func (t *turn) renew(o *booking.Order) {
	if o.State != booking.Held && o.State != booking.Waiting || !t.open(o) || t.late(o) || !t.codeEnded(o) {
		return
	}
	q := t.fresh(o, booking.Quote{For: o.Quote.For, Until: o.Quote.Until})
	_, _ = t.ch.Step(t.v, o, booking.Event{Kind: booking.Quoted, Quote: q, Ask: t.mo.ID, Limit: t.d.s.CodeTries}, t.env) // both states take it
}

// fresh numbers a quote, so that its code is neither the last one of its order
// nor that of another open quote, and says when the code ends.
func (t *turn) fresh(o *booking.Order, q booking.Quote) booking.Quote {
	if end := t.env.Now.Add(t.d.s.CodeLife); end.Before(q.Until) {
		q.CodeUntil = end
	}
	for range codeRounds {
		q.Gen = max(q.Gen, o.Quote.Gen) + 1
		if code := t.d.s.Code(o, q); t.matching(code, o.ID) == nil && !t.pendingHas(code) {
			break
		}
	}
	return q
}

// matching returns the customer's order, other than the one excepted, whose
// open quote has that code.
func (t *turn) matching(code string, except booking.OrderID) *booking.Order {
	var found *booking.Order
	for _, o := range t.v.Orders {
		if o.ID != except && t.open(o) && sameCode(code, t.d.s.Code(o, o.Quote)) {
			found = o
		}
	}
	return found
}

// open tells whether the order waits for a code; a late one, or a new one for one that
// ended, too.
func (t *turn) open(o *booking.Order) bool {
	switch o.State {
	case booking.Waiting:
		return o.Quote.For == booking.QuoteWait
	case booking.Held:
		return o.Quote.For == booking.QuotePay || o.Quote.For == booking.QuoteChange
	case booking.Issued:
		return o.Quote.For == booking.QuoteCancel && !t.late(o)
	}
	return false
}

// late tells whether the order's quote has ended.
func (t *turn) late(o *booking.Order) bool { return t.env.Now.After(o.Quote.Until) }

// codeEnded tells whether the order's code is not taken any more.
func (t *turn) codeEnded(o *booking.Order) bool { return t.env.Now.After(o.Quote.CodeEnds()) }

// opened lists the orders that wait for a code.
func (t *turn) opened() []*booking.Order {
	var all []*booking.Order
	for _, o := range t.v.Orders {
		if t.open(o) {
			all = append(all, o)
		}
	}
	return all
}

// sameCode compares in constant time. The empty code is never right.
func sameCode(a, b string) bool {
	return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

// used tells whether code was one of the order's codes for that purpose
// before, so that a repeated text gets the same answer.
func (t *turn) used(o *booking.Order, code string, f booking.QuoteFor) bool {
	last := min(o.Quote.Gen, 2*pastCodes)
	if last == 0 {
		last = pastCodes // an order that ended has forgotten how many there were
	}
	found := false
	for gen := 1; gen <= last; gen++ {
		if sameCode(code, t.d.s.Code(o, booking.Quote{For: f, Gen: gen})) {
			found = true
		}
	}
	return found
}

const (
	pastCodes  = 5                // codes of an ended quote that are still recognised
	pastOrders = 3                // orders that are no longer live and may be answered again
	pastLife   = 30 * time.Minute // after they ended
)
