package dialogue

import (
	"slices"
	"strings"

	"shortfare/booking"
)

// confirm answers Y with a code, without one, and a bare six-digit number.
func (t *turn) confirm() {
	o, answered := t.named()
	switch {
	case answered:
		return
	case t.cmd.Code == "" && (o != nil || t.saysAccount()):
		t.pay()
		return
	case t.cmd.Code == "":
		t.bareYes()
		return
	}
	code := t.cmd.Code
	if t.codesSpent() || o == nil && t.agreedChange(code) {
		return
	}
	if hit := t.matching(code, 0); hit != nil && (o == nil || o == hit) {
		t.agreed(hit)
		return
	}
	if again := t.repeatOf(code); again != nil {
		t.again(again)
		return
	}
	open := t.opened()
	if o != nil {
		open = nil
		if t.open(o) {
			open = append(open, o)
		}
	}
	switch {
	case t.missed(o == nil, len(open) > 0):
	case len(open) == 0:
		t.say("yes.none")
	default:
		t.wrong(open)
	}
}

// bareYes answers Y without a code.
func (t *turn) bareYes() {
	open := t.opened()
	switch {
	case t.bareChange():
	case len(open) == 1:
		t.sayOf(open[0], "yes.code")
	case len(open) > 1:
		t.say("yes.which", "orders", t.codes(open))
	default:
		if l := t.list(); l != nil && len(l.Texts) == 1 {
			t.cmd.Choice = 1 // Y to "Did you mean"
			t.accept(l)
			return
		}
		if o := t.busy(); o != nil {
			t.status(o)
			return
		}
		t.say("yes.none")
	}
}

// busy returns the newest order that something is under way for, or that lacks
// an account that pays.
func (t *turn) busy() *booking.Order {
	for i := len(t.v.Orders) - 1; i >= 0; i-- {
		switch o := t.v.Orders[i]; o.State {
		case booking.Issued, booking.Releasing, booking.Review, booking.Closed, booking.Waiting:
		case booking.Held:
			if o.Quote.For == booking.NoQuote {
				return o
			}
		default:
			return o
		}
	}
	return nil
}

// codes joins the codes of a few orders.
func (t *turn) codes(orders []*booking.Order) string {
	const most = 5
	var all []string
	for _, o := range orders[:min(most, len(orders))] {
		all = append(all, o.Code)
	}
	return strings.Join(all, ", ")
}

// agreed acts on the right code.
func (t *turn) agreed(o *booking.Order) {
	switch {
	case t.besides(o), t.otherPayer(o):
	case o.State == booking.Waiting:
		t.joins(o)
	case o.State == booking.Held && t.late(o):
		t.lateYes(o)
	case o.State == booking.Held && t.codeEnded(o):
		t.sayQuote(o)
	case o.State == booking.Held && !t.c.Registered():
		t.sayOf(o, "confirm.register")
	case o.State == booking.Held && t.unverified(o):
	case o.State == booking.Held && o.Account.Kind == "":
		t.noAccount(o)
	case t.in.Removed: // the text says more than it should: ask for it without
		t.warned = true
		t.sayOf(o, "confirm.removed")
	case o.State == booking.Held && swaps(o):
		t.changeAgreed(o)
	case o.State == booking.Held:
		t.ask(o, booking.Event{Kind: booking.Confirm})
	default:
		t.cancelAgreed(o)
	}
}

// noAccount asks what is to be charged, or takes what is on file by now.
func (t *turn) noAccount(o *booking.Order) {
	if a := t.standing(); a.Kind != "" {
		t.requote(o, a)
		return
	}
	t.sayOf(o, "confirm.account")
}

// lateYes answers the right code after its quote ended: with a new code while
// the terminal still holds the seats, else with a new hold.
func (t *turn) lateYes(o *booking.Order) {
	if q := t.payQuote(o); q.Until.After(t.env.Now) {
		t.ask(o, booking.Event{Kind: booking.Quoted, Quote: q, Limit: t.d.s.CodeTries})
		return
	}
	if _, err := t.ch.Step(t.v, o, booking.Event{Kind: booking.HoldExpired}, t.env); err != nil {
		t.status(o)
		return
	}
	t.counted(booking.TellExpired, o)
	t.rebook(o)
}

// rebook holds the seats of an expired order again, under a new order.
func (t *turn) rebook(o *booking.Order) {
	if o.Swap != nil {
		t.changeAgain(o)
		return
	}
	if trip := o.Trip; !t.sells(trip.Dep) {
		t.sayOf(o, "late.gone")
		return
	}
	account := o.Account
	if account.Kind == "" {
		account = t.standing()
	}
	trip := o.Trip
	fare := fareOf(o)
	if now, ok := t.env.Catalogue.Trip(trip.TripKey); ok {
		if f, ok := now.Fare(fare.Class); ok {
			trip, fare = now, f
		}
	}
	w := wanted{trip: trip, class: fare.Class, seats: o.Seats, account: &account, people: o.Passengers}
	switch {
	case trip.Cancelled:
		t.sayOf(o, "late.gone")
	case t.noTerminal(&trip), t.closedSale(&trip, fare.Class, o.Seats):
	case t.sameAgain(&w, fare, account), t.hasSeat(&w), t.tooMany():
	case t.soldOut(&trip, fare.Class, o.Seats):
		t.alternatives(&trip, fare.Class, o.Seats)
	default:
		t.hold(&w, fare, account)
	}
}

// repeatOf returns the order that a code was for before: paid with it, quoted
// anew, or expired. The same text again gets the same answer.
func (t *turn) repeatOf(code string) *booking.Order {
	if code == "" {
		return nil
	}
	for _, o := range t.v.Orders {
		if o.State != booking.Holding && t.usedBefore(o, code) {
			return o
		}
	}
	looked := 0
	for i := len(t.c.Orders) - 1; i >= 0 && looked < pastOrders; i-- {
		if t.c.Orders[i].Live || t.byID(t.c.Orders[i].ID) != nil {
			continue
		}
		looked++
		o := t.past(t.c.Orders[i])
		if o == nil || t.env.Now.Sub(o.Since) > pastLife {
			continue
		}
		if t.usedBefore(o, code) {
			return o
		}
	}
	return nil
}

// again answers a code that was used before, or is too late.
func (t *turn) again(o *booking.Order) {
	if o.Wish != nil && o.Until.IsZero() {
		t.status(o)
		return
	}
	if (o.State == booking.Releasing || o.State == booking.Closed) && o.Reason == booking.ClosedExpired {
		t.rebook(o)
		return
	}
	switch {
	case o.State == booking.Issued && o.Quote.For == booking.QuoteCancel && t.late(o) && sameCode(t.cmd.Code, t.d.s.Code(o, o.Quote)):
		t.lateCancel(o)
	case o.State == booking.Issued && o.Swap != nil && t.used(o, t.cmd.Code, booking.QuoteChange):
		t.sayOf(o, "changed")
	case o.State == booking.Issued && len(o.Former) > 0 && t.used(before(o), t.cmd.Code, booking.QuoteCancel):
		t.reply(t.refundedText(o))
	default:
		t.status(o)
	}
}

// lateCancel answers the right code of a cancel after its time: with what it costs now.
func (t *turn) lateCancel(o *booking.Order) {
	if t.departed(o) {
		t.sayOf(o, "cancel.departed")
		return
	}
	t.cancelTicket(o, o.Leaving)
}

// usedBefore tells whether code was one of the order's codes before.
func (t *turn) usedBefore(o *booking.Order, code string) bool {
	if t.used(o, code, booking.QuotePay) || t.used(o, code, booking.QuoteCancel) {
		return true
	}
	if o.Wish != nil {
		joining := *o
		joining.Price = o.Wish.Most // what its joining code was for
		if t.used(&joining, code, booking.QuoteWait) {
			return true
		}
	}
	return o.Swap != nil && t.used(o, code, booking.QuoteChange) || len(o.Former) > 0 && t.used(before(o), code, booking.QuoteCancel)
}

// wrong counts a wrong code against every quote it was tried on, and answers
// once.
func (t *turn) wrong(open []*booking.Order) {
	var left, closed []*booking.Order
	for _, o := range open {
		tells, err := t.ch.Step(t.v, o, booking.Event{Kind: booking.WrongCode, Ask: t.mo.ID, Limit: t.d.s.CodeTries}, t.env)
		if err != nil {
			continue
		}
		for _, e := range tells {
			t.counted(e.Tell, o)
			if e.Tell == booking.TellCodeClosed {
				closed = append(closed, o)
			} else {
				left = append(left, o)
			}
		}
	}
	switch {
	case len(closed) > 1 && !slices.ContainsFunc(closed, func(o *booking.Order) bool { return o.Ticketed || o.Wish != nil || swaps(o) }):
		t.say("wrong.closed.all", "orders", t.codes(closed))
	case len(closed) > 0:
		t.reply(t.tellText(closed[len(closed)-1], booking.TellCodeClosed))
	case len(left) > 1:
		tries := 0
		for _, o := range left {
			tries = max(tries, o.Quote.Tries)
		}
		key := "wrong"
		if tries = t.d.s.CodeTries - tries; tries <= 1 {
			key = "wrong.last"
		}
		t.reply(t.of(left[0], key, "tries", itoa(tries), "order", t.codes(left)))
	case len(left) == 1:
		t.reply(t.tellText(left[0], booking.TellWrongCode))
	default:
		t.say("yes.none")
	}
}
