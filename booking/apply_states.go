package booking

import "time"

func (a *applied) holding(e Event) bool {
	switch e.Kind {
	case HoldConfirmed:
		a.o.Price, a.o.Until, a.o.Places = e.Price, e.Until, e.Places
		if a.o.Swap != nil {
			s := *a.o.Swap
			s.Fee = e.Fee
			a.o.Swap = &s
		}
		if a.o.Until.IsZero() {
			a.o.Until = a.now // a hold with no end named cannot be counted on
		}
		if a.withdrawn() {
			return true
		}
		if a.authorised() && a.o.Until.Sub(a.now) >= DebitMargin {
			a.o.Quote = Quote{Gen: e.Quote.Gen, Until: e.Quote.Until, Tries: a.o.Quote.Tries}
			a.pay()
			return true
		}
		a.enter(Held)
		a.quote(e.Quote)
		a.tell(TellQuote)
	case HoldRefused:
		if a.mayWaitOn(e.Reason) && a.waitOn() {
			return true
		}
		a.o.Declined = e.Reason // why no seats were held
		a.noSeats(ClosedSoldOut, TellSoldOut)
	case HoldUnknown:
		if !a.past(HoldLimit) {
			a.again(CallHold)
			return true
		}
		a.release(ClosedSoldOut)
		if a.o.Automatic() {
			return true // it waits on when the seats are given back
		}
		a.tell(TellNoHold)
	case Disrupted:
		a.upset(e)
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
	if a.o.State == Waiting {
		if q.Until.IsZero() || q.Until.After(a.o.Wish.Until) {
			q.Until = a.o.Wish.Until
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
		if a.o.Quote.For != QuotePay && a.o.Quote.For != QuoteChange || a.now.After(a.o.Quote.Until) || a.o.Until.Sub(a.now) < DebitMargin {
			return false // a debit now could outlive the hold
		}
		a.o.Quote.For = NoQuote // its end still holds if the bank declines
		a.pay()
	case Cancel:
		a.release(ClosedCancelled)
		a.tell(TellDropped)
	case HoldExpired:
		if a.now.Before(a.o.Due) {
			return false
		}
		a.release(ClosedExpired)
		a.tell(TellExpired)
	case Disrupted:
		a.upset(e)
		if !a.withdrawn() {
			a.upsetNotice()
		}
	default:
		return false
	}
	return true
}

func (a *applied) debiting(e Event) bool {
	switch e.Kind {
	case DebitDone:
		a.enter(Issuing)
		a.collected()
		a.call(CallIssue)
	case DebitRefused:
		a.o.Declines++
		if a.o.Wish != nil {
			w := *a.o.Wish
			w.Spent = true // the customer decides from here on
			a.o.Wish = &w
		}
		if a.withdrawn() {
			return true
		}
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
	case Disrupted:
		a.upset(e)
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
		a.ticketed(e)
		switch {
		case a.o.Swap != nil:
			a.enter(Swapping)
			a.call(CallVoidOld)
		case a.o.Automatic():
			a.o.FreeUntil = a.now.Add(MatchFree)
			a.stands()
			a.tell(TellGotSeats)
		default:
			a.stands()
			a.tell(TellPaid)
		}
	case IssueRefused:
		a.undo(ClosedIssueFailed)
	case IssueUnknown:
		if !a.past(IssueLimit) {
			a.again(CallIssue)
			return true
		}
		a.enter(Voiding)
		a.o.Reason = ClosedIssueFailed
		a.call(CallVoid)
	case Disrupted:
		a.upset(e)
	case SlowNotice:
		return a.slow()
	default:
		return false
	}
	return true
}

// ticketed notes the valid ticket. Owing the terminal is posted once, when the
// ticket is first known.
func (a *applied) ticketed(e Event) {
	if len(e.Places) > 0 {
		a.o.Places = e.Places
	}
	if !a.o.Ticketed {
		a.o.Ticketed = true
		a.post(LedgerCustomer, LedgerTerminal, a.o.Price)
	}
}

// stands enters issued: the ticket is valid and paid for.
func (a *applied) stands() {
	a.enter(Issued)
	a.o.Reason, a.o.Refund, a.o.Quote = "", Money{}, Quote{Tries: 0, Gen: a.o.Quote.Gen}
	a.o.Fee, a.o.Leaving = Money{}, nil
	a.tooNear()
	if a.o.Upset != "" && !a.o.UpsetTold {
		a.upsetNotice()
	}
	a.settleLater()
}

// tellStands enters issued and answers what the customer had asked for: a
// cancel that did not happen, or a ticket that took its time.
func (a *applied) tellStands(e Event) {
	t := TellPaid
	if a.o.Reason == ClosedRefunded {
		t = TellStands
	}
	a.ticketed(e)
	a.stands()
	a.tell(t)
}

func (a *applied) issued(e Event) bool {
	switch e.Kind {
	case Quoted, WrongCode, Cancel:
		return a.o.Next == 0 && a.cancelling(e) // else it is being changed
	case Changing:
		if a.o.Next != 0 || e.Link == 0 {
			return false
		}
		a.o.Next, a.o.Quote = e.Link, Quote{Gen: a.o.Quote.Gen, Tries: a.o.Quote.Tries}
	case ChangeEnded:
		if e.Link != a.o.Next || e.Link == 0 {
			return false
		}
		a.o.Next = 0
	case ChangedAway:
		if e.Link != a.o.Next || e.Link == 0 {
			return false
		}
		a.changedAway()
	case Disrupted:
		a.upset(e)
		a.upsetNotice()
	case Remind:
		if a.o.Lead <= 0 || a.o.Reminded || a.now.Before(a.o.Trip.Dep.Add(-a.o.Lead)) {
			return false
		}
		a.o.Reminded = true
		if a.now.Before(a.o.Trip.Dep) {
			a.effects = append(a.effects, Effect{Kind: DoTell, Tell: TellReminder})
		}
	case Alerted:
		if e.Lead < 0 {
			return false
		}
		a.o.Lead, a.o.Reminded = e.Lead, false
		a.tooNear()
	default:
		return a.settling(e)
	}
	return true
}

// tooNear sends no reminder of a departure that is nearer than that: the ticket
// itself, or the answer, says when it leaves.
func (a *applied) tooNear() {
	if !a.now.Before(a.o.Trip.Dep.Add(-a.o.Lead)) {
		a.o.Reminded = true
	}
}

// cancelling is the customer's way to give a ticket, or seats of it, back.
func (a *applied) cancelling(e Event) bool {
	switch e.Kind {
	case Quoted:
		if e.Limit > 0 && a.o.Quote.Tries >= e.Limit {
			return false // guessing goes on with no new code: an operator must help
		}
		if e.Quote.For != NoQuote && (e.Quote.For != QuoteCancel || e.Price.Plus(e.Fee) != a.o.PriceOf(e.Leaving) || e.Price.Minor < 0) {
			return false // fee and refund are not what the seats cost
		}
		if !a.o.separable(e.Leaving) {
			return false
		}
		a.quote(e.Quote)
		a.o.Refund, a.o.Fee, a.o.Leaving = e.Price, e.Fee, e.Leaving
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
		a.left()
		if a.payback() == CallRefund {
			a.payBack()
			return true
		}
		a.undo(a.o.Reason)
	case VoidRefused:
		if a.o.Swap != nil && !a.o.Swap.Done {
			a.toReview() // two valid tickets, one of them paid for: nobody may guess
			return true
		}
		a.tellStands(e)
	case Disrupted:
		a.upset(e)
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
// cancel or a cheaper change, a reversal for a payment that bought nothing.
func (a *applied) payback() Call {
	if a.o.Reason == ClosedRefunded || a.o.Reason == "" && a.o.Swap != nil && a.o.Swap.Done {
		return CallRefund
	}
	return CallReverse
}

func (a *applied) toReview() {
	a.enter(Review)
	a.o.Due = a.now.Add(ReviewLimit)
	a.refundsAre(RefundFailed, RefundRequested, RefundSent)
	a.tell(TellReview)
}

func (a *applied) reversing(e Event) bool {
	switch e.Kind {
	case ReverseDone:
		if a.payback() == CallRefund {
			a.refundBooked()
			a.payBack()
			return true
		}
		a.reversed()
		a.returned()
	case ReverseUnknown:
		if !a.past(ReverseLimit) {
			a.refundsAre(RefundSent, RefundRequested)
			a.again(a.payback())
			return true
		}
		a.toReview()
	case Disrupted:
		a.upset(e)
	case SlowNotice:
		return a.slow()
	default:
		return false
	}
	return true
}

func (a *applied) releasing(e Event) bool {
	switch e.Kind {
	case ReleaseUnknown:
		if !a.past(ReleaseLimit) {
			a.again(CallRelease)
			return true
		}
	case ReleaseDone:
	default:
		return false
	}
	if a.o.Reason == ClosedSoldOut && a.waitOn() {
		return true
	}
	if a.o.Reason == ClosedSoldOut && a.o.Automatic() {
		a.noSeats(ClosedSoldOut, TellNoHold)
		return true
	}
	a.close(a.o.Reason)
	return true
}

func (a *applied) review(e Event) bool {
	switch e.Kind {
	case OperatorIssued:
		return a.operatorIssued(e)
	case OperatorReversed:
		a.operatorReversed()
	case ReviewOverdue:
		if a.now.Before(a.o.Due) {
			return false
		}
		a.o.Due = a.now.Add(ReviewLimit)
	case Disrupted:
		a.upset(e) // the ticket may stand in the end
	default:
		return false
	}
	return true
}

// operatorIssued lets the ticket stand as an operator found it: for a change, the
// new one, the old one being void. What is due to the customer is no end.
func (a *applied) operatorIssued(e Event) bool {
	if _, due := a.o.PendingRefund(); due {
		return false
	}
	if !a.paid() {
		a.collected()
	}
	if a.o.Swap != nil && !a.o.Swap.Done {
		a.ticketed(e)
		a.swapped()
		return true
	}
	a.tellStands(e)
	return true
}

// paid tells whether the charge of this purchase is on the books.
func (a *applied) paid() bool {
	if a.o.Charge().Minor == 0 {
		return true
	}
	for _, f := range a.funds() {
		if f.Key == a.o.DebitKey() {
			return true
		}
	}
	return a.o.Swap != nil && a.o.Swap.Done
}

// operatorReversed ends what an operator saw undone at both sides.
func (a *applied) operatorReversed() {
	if a.payback() != CallRefund {
		if a.o.Ticketed {
			a.o.Ticketed = false
			a.post(LedgerTerminal, LedgerCustomer, a.o.Price)
		}
		if a.o.Reason == "" {
			a.o.Reason = ClosedChangeFailed
		}
		a.reversed()
		a.returned()
		return
	}
	_, due := a.o.PendingRefund()
	if !due {
		a.left() // it was the void that nobody answered
	}
	for _, due = a.o.PendingRefund(); due; _, due = a.o.PendingRefund() {
		a.refundBooked()
	}
	a.returned()
}
