package booking

import "time"

func (a *applied) holding(e Event) bool {
	switch e.Kind {
	case HoldConfirmed:
		a.enter(Held)
		a.o.Price, a.o.Until, a.o.Places = e.Price, e.Until, e.Places
		if a.o.Until.IsZero() {
			a.o.Until = a.now // a hold with no end named cannot be counted on
		}
		a.quote(e.Quote)
		a.tell(TellQuote)
	case HoldRefused:
		a.close(ClosedSoldOut)
		a.tell(TellSoldOut)
	case HoldUnknown:
		if !a.past(HoldLimit) {
			a.again(CallHold)
			return true
		}
		a.release(ClosedSoldOut)
		a.tell(TellNoHold)
	case SlowNotice:
		return a.slow()
	default:
		return false
	}
	return true
}

// quote puts a new question. The wrong tries of earlier ones still count, and
// the seats go back when it ends unanswered.
func (a *applied) quote(q Quote) {
	q.Tries = a.o.Quote.Tries
	if a.o.State == Held {
		// Without a deadline within the hold the order would wait for ever.
		if q.Until.IsZero() || q.Until.After(a.o.Until) {
			q.Until = a.o.Until
		}
		a.o.Due = q.Until
	}
	a.o.Quote = q
}

func (a *applied) held(e Event) bool {
	switch e.Kind {
	case Quoted:
		if e.Account != nil {
			a.o.Account = *e.Account
		}
		a.quote(e.Quote)
		a.tell(TellQuote)
	case WrongCode:
		a.o.Quote.Tries++
		if a.o.Quote.Tries < e.Limit {
			a.tell(TellWrongCode)
			return true
		}
		a.release(ClosedCancelled)
		a.tell(TellCodeClosed)
	case Confirm:
		if a.o.Quote.For != QuotePay || a.now.After(a.o.Quote.Until) || a.o.Until.Sub(a.now) < DebitMargin {
			return false // a debit now could outlive the hold
		}
		a.enter(Debiting)
		a.o.Quote.For = NoQuote // its end still holds if the bank declines
		a.o.Payment++
		a.call(CallDebit)
	case Cancel:
		a.release(ClosedCancelled)
		a.tell(TellDropped)
	case HoldExpired:
		if a.now.Before(a.o.Due) {
			return false
		}
		a.release(ClosedExpired)
		a.tell(TellExpired)
	default:
		return false
	}
	return true
}

func (a *applied) debiting(e Event) bool {
	switch e.Kind {
	case DebitDone:
		a.enter(Issuing)
		a.o.Charged = true
		a.post(LedgerBank, LedgerCustomer, a.o.Price)
		a.call(CallIssue)
	case DebitRefused:
		a.o.Declines++
		if a.o.Declines >= MaxDeclines || a.o.Until.Sub(a.now) < DebitMargin {
			a.release(ClosedDeclined)
			a.tell(TellGivenUp)
			return true
		}
		a.enter(Held)
		a.o.Declined = e.Reason
		a.quote(Quote{Gen: a.o.Quote.Gen, Until: a.afterDecline()})
		a.tell(TellDeclined)
	case DebitUnknown:
		a.enter(Reversing)
		a.o.Reason = ClosedDebitUnknown
		a.call(CallReverse)
	case SlowNotice:
		return a.slow()
	default:
		return false
	}
	return true
}

// afterDecline is how long the seats are kept for another account: as long as
// the quote said, unless that leaves no time to answer.
func (a *applied) afterDecline() time.Time {
	if until := a.o.Quote.Until; until.Sub(a.now) >= time.Minute {
		return until
	}
	return a.o.Until.Add(-DebitMargin)
}

func (a *applied) issuing(e Event) bool {
	switch e.Kind {
	case IssueDone:
		a.stands(e)
		a.tell(TellPaid)
	case IssueRefused:
		a.enter(Reversing)
		a.o.Reason = ClosedIssueFailed
		a.call(CallReverse)
	case IssueUnknown:
		if !a.past(IssueLimit) {
			a.again(CallIssue)
			return true
		}
		a.enter(Voiding)
		a.o.Reason = ClosedIssueFailed
		a.call(CallVoid)
	case SlowNotice:
		return a.slow()
	default:
		return false
	}
	return true
}

// stands enters issued: the ticket is valid and paid for. Owing the terminal
// is posted once, when the ticket is first known.
func (a *applied) stands(e Event) {
	a.enter(Issued)
	a.o.Reason, a.o.Refund, a.o.Quote = "", Money{}, Quote{Tries: 0, Gen: a.o.Quote.Gen}
	if len(e.Places) > 0 {
		a.o.Places = e.Places
	}
	if !a.o.Ticketed {
		a.o.Ticketed = true
		a.post(LedgerCustomer, LedgerTerminal, a.o.Price)
	}
}

// tellStands enters issued and answers what the customer had asked for: a
// cancel that did not happen, or a ticket that took its time.
func (a *applied) tellStands(e Event) {
	t := TellPaid
	if a.o.Reason == ClosedRefunded {
		t = TellStands
	}
	a.stands(e)
	a.tell(t)
}

func (a *applied) issued(e Event) bool {
	switch e.Kind {
	case Quoted:
		if e.Limit > 0 && a.o.Quote.Tries >= e.Limit {
			return false // guessing goes on with no new code: an operator must help
		}
		a.quote(e.Quote)
		a.o.Refund = e.Price
		a.tell(TellQuote)
	case WrongCode:
		if a.o.Quote.For == NoQuote {
			return false // no code is asked for: there is nothing to guess at
		}
		a.o.Quote.Tries++
		if a.o.Quote.Tries < e.Limit {
			a.tell(TellWrongCode)
			return true
		}
		a.o.Quote = Quote{Gen: a.o.Quote.Gen, Tries: a.o.Quote.Tries}
		a.tell(TellCodeClosed)
	case Cancel:
		if a.o.Quote.For != QuoteCancel || a.now.After(a.o.Quote.Until) {
			return false
		}
		a.enter(Voiding)
		a.o.Reason = ClosedRefunded
		a.o.Quote = Quote{Gen: a.o.Quote.Gen}
		a.call(CallVoid)
	default:
		return false
	}
	return true
}

func (a *applied) voiding(e Event) bool {
	switch e.Kind {
	case VoidDone:
		if a.o.Ticketed {
			a.o.Ticketed = false
			a.post(LedgerTerminal, LedgerCustomer, a.o.Price)
		}
		a.enter(Reversing)
		a.call(a.payback())
	case VoidRefused:
		a.tellStands(e)
	case VoidUnknown:
		if !a.past(VoidLimit) {
			a.again(CallVoid)
			return true
		}
		a.toReview()
	case SlowNotice:
		return a.slow()
	default:
		return false
	}
	return true
}

// payback is the call that returns the money: a refund for a customer's own
// cancel, a reversal for a payment that bought nothing.
func (a *applied) payback() Call {
	if a.o.Reason == ClosedRefunded {
		return CallRefund
	}
	return CallReverse
}

func (a *applied) toReview() {
	a.enter(Review)
	a.o.Due = a.now.Add(ReviewLimit)
	a.tell(TellReview)
}

func (a *applied) reversing(e Event) bool {
	switch e.Kind {
	case ReverseDone:
		a.returned()
	case ReverseUnknown:
		if !a.past(ReverseLimit) {
			a.again(a.payback())
			return true
		}
		a.toReview()
	case SlowNotice:
		return a.slow()
	default:
		return false
	}
	return true
}

// returned books the money back, gives the seats back and tells the customer.
func (a *applied) returned() {
	back := a.o.Price
	if a.o.Reason == ClosedRefunded {
		back = a.o.Refund
	}
	if a.o.Charged {
		a.o.Charged = false
		a.post(LedgerCustomer, LedgerBank, back)
	}
	r := a.o.Reason
	a.release(r)
	switch r {
	case ClosedRefunded:
		a.tell(TellRefunded)
	case ClosedIssueFailed:
		a.tell(TellReturned)
	default:
		a.tell(TellNotCharged)
	}
}

func (a *applied) releasing(e Event) bool {
	switch e.Kind {
	case ReleaseDone:
		a.close(a.o.Reason)
	case ReleaseUnknown:
		if !a.past(ReleaseLimit) {
			a.again(CallRelease)
			return true
		}
		a.close(a.o.Reason)
	default:
		return false
	}
	return true
}

func (a *applied) review(e Event) bool {
	switch e.Kind {
	case OperatorIssued:
		if !a.o.Charged {
			a.o.Charged = true
			a.post(LedgerBank, LedgerCustomer, a.o.Price)
		}
		a.tellStands(e)
	case OperatorReversed:
		if a.o.Ticketed {
			a.o.Ticketed = false
			a.post(LedgerTerminal, LedgerCustomer, a.o.Price)
		}
		a.returned()
	case ReviewOverdue:
		if a.now.Before(a.o.Due) {
			return false
		}
		a.o.Due = a.now.Add(ReviewLimit)
	default:
		return false
	}
	return true
}

// Deadline returns the event that is due for the order at now, if one is. slow
// is how long a customer waits before he is told so.
func (o Order) Deadline(now time.Time, slow time.Duration) (Event, bool) {
	switch {
	case o.State == Held && !o.Due.IsZero() && !now.Before(o.Due):
		return Event{Kind: HoldExpired}, true
	case o.State == Review && !now.Before(o.Due):
		return Event{Kind: ReviewOverdue}, true
	case o.waiting() && !now.Before(o.AskedAt.Add(slow)):
		return Event{Kind: SlowNotice}, true
	}
	return Event{}, false
}

// NextDeadline returns when Deadline will have something, zero for never.
func (o Order) NextDeadline(slow time.Duration) time.Time {
	switch {
	case o.State == Held, o.State == Review:
		return o.Due
	case o.waiting():
		return o.AskedAt.Add(slow)
	}
	return time.Time{}
}

// waiting tells whether a text waits for the outcome of a call.
func (o Order) waiting() bool {
	if o.Ask == 0 || o.Slow {
		return false
	}
	switch o.State {
	case Holding, Debiting, Issuing, Voiding, Reversing:
		return true
	}
	return false
}
