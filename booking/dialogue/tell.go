package dialogue

import (
	"shortfare/booking"
)

// tell sends what an event says: the answer to the text that waited for it, or
// a notice.
func (t *turn) tell(o *booking.Order, effects []booking.Effect) {
	for _, e := range effects {
		t.counted(e.Tell, o)
		t.remember(e.Tell, o)
		if e.Tell == booking.TellReview {
			t.needsPerson(o)
		}
		text := t.tellText(o, e.Tell)
		switch {
		case e.Cause == 0 && t.c.OptOut && !aboutMoney(e.Tell):
			continue
		case t.in != nil && e.Cause == t.mo.ID:
			t.reply(text)
		default:
			t.send(text, e.Cause, e.Cause == 0 || e.Tell == booking.TellSlow)
		}
		switch e.Tell { // a ticket, or money going back: whether it arrived must be known
		case booking.TellPaid, booking.TellRefunded, booking.TellReturned, booking.TellGotSeats, booking.TellChanged, booking.TellChangeFailed,
			booking.TellDisrupted:
			t.ch.Replies[len(t.ch.Replies)-1].Receipt = true
		}
	}
}

// aboutMoney tells whether a notice is due even after STOP, since it is about a
// paid trip or about money taken.
func aboutMoney(tell booking.Tell) bool {
	switch tell {
	case booking.TellPaid, booking.TellNotCharged, booking.TellReturned, booking.TellRefunded, booking.TellStands,
		booking.TellReview, booking.TellGivenUp, booking.TellDeclined, booking.TellGotSeats, booking.TellChanged, booking.TellChangeFailed,
		booking.TellDisrupted, booking.TellReminder, booking.TellSettled, booking.TellStray, booking.TellQuote: // unasked only for seats that were waited for
		return true
	}
	return false
}

// tellText is the text for what an order's event says.
func (t *turn) tellText(o *booking.Order, tell booking.Tell) string {
	if swaps(o) {
		if text := t.swapText(o, tell); text != "" {
			return text
		}
	}
	if text, ok := t.waitTell(o, tell); ok {
		return text
	}
	switch tell {
	case booking.TellQuote:
		return t.quoteText(o)
	case booking.TellSoldOut:
		if o.Declined == booking.ReasonBooked {
			return t.bookedText(o)
		}
		return t.soldOutText(&o.Trip, fareOf(o).Class, o.Seats)
	case booking.TellNoHold:
		return t.of(o, "nohold")
	case booking.TellWrongCode:
		left := t.d.s.CodeTries - o.Quote.Tries
		if left <= 1 {
			return t.of(o, "wrong.last")
		}
		return t.m.say("wrong", "tries", itoa(left), "order", o.Code)
	case booking.TellCodeClosed:
		if o.State == booking.Issued {
			return t.of(o, "wrong.kept")
		}
		return t.of(o, "wrong.closed")
	case booking.TellDropped:
		return t.of(o, "dropped")
	case booking.TellExpired:
		return t.of(o, "expired")
	case booking.TellSlow:
		return t.slow(o)
	case booking.TellDeclined:
		return t.declined(o)
	case booking.TellGivenUp:
		return t.of(o, "givenup")
	case booking.TellPaid:
		return t.of(o, "paid")
	case booking.TellNotCharged:
		return t.of(o, "notcharged")
	case booking.TellStray:
		return t.of(o, "stray")
	case booking.TellReturned:
		return t.of(o, "returned")
	case booking.TellRefunded:
		return t.refundedText(o)
	case booking.TellChanged:
		return t.of(o, "changed")
	case booking.TellDisrupted:
		return t.disruptedText(o)
	case booking.TellReminder:
		return t.reminderText(o)
	case booking.TellSettled:
		return t.of(o, "settled", "amount", t.money(t.arrived(o)))
	case booking.TellStands:
		return t.of(o, "stands")
	}
	return t.reviewText(o)
}

// sayQuote answers with the order's open question again, with a new code when the
// one it had has ended.
func (t *turn) sayQuote(o *booking.Order) {
	t.renew(o)
	t.reply(t.quoteText(o))
}

func (t *turn) quoteText(o *booking.Order) string {
	switch {
	case o.State == booking.Waiting:
		return t.of(o, t.joinKey(o))
	case o.State == booking.Issued && o.Quote.For == booking.NoQuote:
		return t.of(o, "cancel.kept")
	case o.State == booking.Issued:
		return t.cancelText(o)
	case swaps(o):
		return t.of(o, "change.quote")
	case o.Account.Kind == "" && len(o.Passengers) > 0:
		return t.of(o, "quote.named.open")
	case o.Account.Kind == "":
		return t.of(o, "quote.open")
	case len(o.Passengers) > 0:
		return t.of(o, "quote.named")
	}
	return t.of(o, "quote")
}

// cancelText says what a cancel keeps and gives back.
func (t *turn) cancelText(o *booking.Order) string {
	key := "cancel.quote"
	switch {
	case o.Refund.Minor == 0:
		key = "cancel.quote.nothing"
	case o.Partly():
		key = "cancel.quote.part"
	case o.Fee.Minor > 0:
		key = "cancel.quote.fee"
	}
	return t.of(o, key)
}

// refundedText says that a ticket, or some seats of it, was cancelled, and what is
// still valid.
func (t *turn) refundedText(o *booking.Order) string {
	key := "refunded"
	switch {
	case o.State == booking.Issued && o.Refund.Minor == 0:
		key = "refunded.part.nothing"
	case o.State == booking.Issued:
		key = "refunded.part"
	case o.Refund.Minor == 0:
		key = "refunded.nothing"
	case o.Fee.Minor > 0:
		key = "refunded.fee"
	}
	return t.of(o, key)
}

// refundedAgain says that a ticket was cancelled before.
func (t *turn) refundedAgain(o *booking.Order) string {
	if o.Refund.Minor == 0 {
		return t.of(o, "closed.refunded.nothing")
	}
	return t.of(o, "closed.refunded")
}

// slow says that a call takes long, once.
func (t *turn) slow(o *booking.Order) string {
	if text, ok := t.rush(o); ok {
		return text
	}
	switch o.State {
	case booking.Holding:
		return t.of(o, "slow.hold")
	case booking.Debiting:
		return t.of(o, "slow.pay")
	case booking.Issuing:
		return t.of(o, "slow.issue")
	}
	if o.Reason == booking.ClosedRefunded {
		return t.of(o, "slow.cancel")
	}
	return t.of(o, "slow.return")
}

// declined says that the bank refused and what can be done. The words are the
// same for every reason: who tries stolen cards must not learn which exist.
func (t *turn) declined(o *booking.Order) string {
	key := "declined"
	if swaps(o) {
		key = "change.declined"
	}
	for _, a := range t.c.Accounts { // another one that is on file
		if a.Alias != "" && a.Token != o.Account.Token {
			if text := t.of(o, key, "alias", a.Alias); oneSegment(text) { // a name in Han characters makes it two
				return text
			}
		}
	}
	return t.of(o, key+".other")
}
