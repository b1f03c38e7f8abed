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
		if a.o.Quote.For != QuotePay && a.o.Quote.For != QuoteChange || a.now.After(a.o.Quote.CodeEnds()) || a.o.Until.Sub(a.now) < DebitMargin {
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
