package dialogue

import (
	"slices"

	"shortfare/booking"
)

// successor is the order that is to take the place of this ticket, nil for none.
func (t *turn) successor(o *booking.Order) *booking.Order {
	if o.Next == 0 || o.State != booking.Issued {
		return nil
	}
	return t.byID(o.Next)
}

// predecessor is the ticket whose place the order is to take, nil for none.
func (t *turn) predecessor(o *booking.Order) *booking.Order {
	if !swaps(o) {
		return nil
	}
	return t.byID(o.Swap.Order)
}

// swaps tells whether the order is one half of a change that has not happened.
func swaps(o *booking.Order) bool { return o.Swap != nil && !o.Swap.Done }

// changeFor checks a change to that trip and opens the order that is to take the
// ticket's place. The outcome of its hold is the answer.
func (t *turn) changeFor(o *booking.Order, trip booking.Trip, class string) {
	t.about = o
	account, ok := t.payer(&o.Account)
	if !ok {
		return // answered: no such account
	}
	fare, has := trip.Fare(class)
	next := t.successor(o)
	switch {
	case t.noTerminal(&trip):
	case !has:
		t.noClass(&wanted{trip: trip, class: class})
	case trip.TripKey == o.Trip.TripKey && fare.Class == fareOf(o).Class:
		t.sayOf(o, "change.same")
	case !t.sells(trip.Dep):
		t.reply(t.changeList(o, t.m.say("service.closed", "number", trip.Number, "date", t.tripValue(&trip, "date")), t.changeQuery(o)))
	case fare.Price.Currency != o.Price.Currency:
		t.sayOf(o, "change.currency")
	case t.suspended(&trip, fare.Class):
		reason := t.m.render("book.suspended", func(name string) string {
			if name == "class" {
				return t.class(fare.Class)
			}
			return t.tripValue(&trip, name)
		})
		t.reply(t.changeList(o, reason, t.changeQuery(o), trip.TripKey))
	case next != nil && next.State != booking.Held:
		t.status(next)
	case next != nil && next.Trip.TripKey == trip.TripKey && fareOf(next).Class == fare.Class:
		t.changeAsked(next, account)
	case t.soldOut(&trip, fare.Class, o.Seats):
		t.reply(t.changeSoldOut(o, &trip, fare.Class))
	case t.changeLeftover(o, &trip, fare.Class):
	default:
		if next != nil { // a new wish takes the place of the one before
			t.forgo(next)
		}
		if !t.tooMany() {
			t.swap(o, trip, fare, account)
		}
	}
}

// changeAsked answers a CHG that was asked before: with the same quote while it is
// open, else with a new one.
func (t *turn) changeAsked(next *booking.Order, account booking.Account) {
	if t.open(next) && !t.late(next) && account.Token == next.Account.Token && account.Kind == next.Account.Kind {
		t.sayQuote(next)
		return
	}
	t.requote(next, account)
}

// forgo gives the seats of a change back that was not confirmed, without a word.
func (t *turn) forgo(next *booking.Order) {
	if _, err := t.ch.Step(t.v, next, booking.Event{Kind: booking.Cancel}, t.env); err == nil {
		t.counted(booking.TellDropped, next)
	}
}

// swap opens the order that is to take the ticket's place.
func (t *turn) swap(o *booking.Order, trip booking.Trip, fare booking.Fare, account booking.Account) {
	id := booking.OrderID(t.v.NewID())
	funds := slices.Clone(o.Funds)
	if len(funds) == 0 && o.Charged { // from before debits were listed
		funds = []booking.Fund{{Key: o.DebitKey(), Paid: o.Price}}
	}
	trip.Fares = []booking.Fare{fare}
	n := booking.Order{ID: id, Code: t.orderCode(id), Customer: t.c.MSISDN, Class: o.Class, Trip: trip, Seats: o.Seats,
		Price: fare.Price.Times(o.Seats), Passengers: o.Passengers, Account: account, Lead: o.Lead, Ask: t.mo.ID, Keep: t.holdFor(&trip),
		Swap: &booking.Swap{Order: o.ID, Code: o.Code, Terminal: o.Trip.Terminal, Key: o.HoldKey(), Credit: o.Price, Funds: funds, Fees: o.Fees}}
	if t.in.Removed { // the one notice that a waiting text gets
		n.Slow = true
		t.warned = true
		t.send(t.m.say("removed.booking"), t.mo.ID, true)
	}
	t.ch.Open(t.v, n, t.env)
	t.c.Slots = nil
}

// holdConfirmed completes what a terminal's hold means for its order: what a change costs,
// and the question that its code answers.
func (t *turn) holdConfirmed(o *booking.Order, e booking.Event) booking.Event {
	if o.Swap != nil && e.Price.Currency != o.Swap.Credit.Currency {
		return booking.Event{Kind: booking.HoldUnknown} // what it would cost cannot be told
	}
	after := *o
	after.Price, after.Until = e.Price, e.Until
	if o.Swap != nil {
		s := *o.Swap
		s.Fee = t.changeFee(&after)
		after.Swap, e.Fee = &s, s.Fee
	}
	e.Quote = t.payQuote(&after)
	return e
}

// changeFee is what a change to o costs besides the difference of the fares:
// nothing when the carrier cancelled or moved the service.
func (t *turn) changeFee(o *booking.Order) booking.Money {
	old := t.predecessor(o)
	none := booking.Money{Currency: o.Swap.Credit.Currency}
	if old == nil || t.d.s.ChangeFee == nil || old.Upset != "" || t.now.Before(old.FreeUntil) {
		return none
	}
	return within(t.d.s.ChangeFee(old, o, t.now), o.Swap.Credit)
}

// changeAgain holds the seats of a change again that was not confirmed in time.
func (t *turn) changeAgain(o *booking.Order) {
	old := t.predecessor(o)
	if old == nil || old.State != booking.Issued || t.departed(old) {
		t.status(o)
		return
	}
	trip, ok := t.env.Catalogue.Trip(o.Trip.TripKey)
	if !ok {
		trip = o.Trip
	}
	t.changeFor(old, trip, fareOf(o).Class)
}

// changeAgreed carries a change out after the right code, if the old ticket can
// still be given back.
func (t *turn) changeAgreed(o *booking.Order) {
	old := t.predecessor(o)
	if old == nil || t.departed(old) {
		t.forgo(o)
		if old == nil {
			t.status(o)
			return
		}
		t.sayOf(old, "change.departed")
		return
	}
	if old.Upset != "" && o.Swap.Fee.Minor > 0 { // the carrier failed after the question: it is free now
		t.forgo(o)
		t.changeAgain(o)
		return
	}
	t.ask(o, booking.Event{Kind: booking.Confirm})
}

// changeSoldOut says that there are not enough seats for a change, and offers others.
func (t *turn) changeSoldOut(old *booking.Order, trip *booking.Trip, class string) string {
	key := "change.soldout"
	left, known := t.free(trip, class)
	if known && left > 0 && left < old.Seats {
		key = "change.few"
	}
	reason := t.m.render(key, func(name string) string {
		switch name {
		case "class":
			return t.class(class)
		case "left":
			return itoa(left)
		case "order":
			return old.Code
		}
		return t.tripValue(trip, name)
	})
	q := booking.Query{Date: booking.DateOf(trip.Dep.In(t.d.s.Loc)), Class: class, Seats: old.Seats}
	q.From, q.To = t.changeEnds(old)
	return t.changeList(old, reason, q, trip.TripKey)
}

// swapText is the text for what an order's event says while it is to take the place
// of another ticket; empty where it is the same as for any order.
func (t *turn) swapText(o *booking.Order, tell booking.Tell) string {
	switch tell {
	case booking.TellQuote:
		return t.of(o, "change.quote")
	case booking.TellSoldOut:
		if o.Declined == booking.ReasonBooked {
			return t.bookedText(o)
		}
		if old := t.predecessor(o); old != nil {
			return t.changeSoldOut(old, &o.Trip, fareOf(o).Class)
		}
		return t.of(o, "closed.swap")
	case booking.TellNoHold:
		return t.of(o, "change.nohold")
	case booking.TellCodeClosed:
		return t.of(o, "change.closed")
	case booking.TellDropped:
		return t.of(o, "change.dropped")
	case booking.TellExpired:
		return t.of(o, "change.expired")
	case booking.TellSlow:
		return t.slowSwap(o)
	case booking.TellDeclined:
		return t.declined(o)
	case booking.TellGivenUp:
		return t.of(o, "change.givenup")
	case booking.TellChangeFailed:
		switch o.Reason {
		case booking.ClosedDebitUnknown:
			return t.of(o, "change.notcharged")
		case booking.ClosedIssueFailed:
			return t.of(o, paidFor(o, "change.returned"))
		}
		return t.of(o, paidFor(o, "change.failed"))
	case booking.TellDisrupted:
		if o.Upset == booking.RunCancelled && o.State != booking.Issued {
			return t.of(o, "change.withdrawn")
		}
	}
	return ""
}

// paidFor is the key of a template that tells of money, or of the one that tells of
// none where none was paid.
func paidFor(o *booking.Order, key string) string {
	if o.Payment == 0 {
		return key + ".free"
	}
	return key
}

func (t *turn) slowSwap(o *booking.Order) string {
	if o.State == booking.Debiting || o.State == booking.Reversing {
		return t.of(o, "change.slow.pay")
	}
	return t.of(o, "change.slow")
}

// swapStatus answers where a change stands; false for an order that is none, or
// whose state is that of any order.
func (t *turn) swapStatus(o *booking.Order) bool {
	if o.Swap == nil {
		return false
	}
	switch o.State {
	case booking.Holding, booking.Debiting, booking.Issuing, booking.Voiding:
		if o.Swap.Done {
			return false
		}
		t.sayOf(o, "change.busy")
	case booking.Swapping:
		t.sayOf(o, "change.busy.old")
	case booking.Reversing:
		switch {
		case !o.Swap.Done:
			t.sayOf(o, "change.busy")
		case o.Reason == "":
			t.reply(t.of(o, "change.busy.back", "amount", t.money(o.GiveBack())))
		default:
			return false
		}
	case booking.Releasing, booking.Closed:
		if o.Swap.Done {
			return false
		}
		t.sayOf(o, "closed.swap")
	default:
		return false
	}
	return true
}

// changedInto says what became of an order that another one took the place of.
func (t *turn) changedInto(o *booking.Order) string {
	const most = 10
	last := o
	for n := 0; last.State == booking.Closed && last.Reason == booking.ClosedChanged && n < most; n++ {
		next := t.byID(last.Next)
		if next == nil {
			next = t.past(booking.OrderRef{ID: last.Next})
		}
		if next == nil {
			break
		}
		last = next
	}
	key := "closed.changed.ended"
	if last.State == booking.Issued {
		key = "closed.changed"
	}
	return t.of(last, key, "old", o.Code)
}
