package booking

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
