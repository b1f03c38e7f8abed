package booking

import (
	"fmt"
	"slices"
	"time"
)

// Times of refunds and of the waitlist.
const (
	// SettleEvery is how often a bank is asked whether a refund has arrived.
	SettleEvery = 24 * time.Hour
	// SettleLimit is how long it is asked.
	SettleLimit = 30 * 24 * time.Hour
	// MatchFree is how long tickets of the waitlist can be given back without a fee.
	MatchFree = 30 * time.Minute
)

// pay charges what is due, or goes on where nothing is.
func (a *applied) pay() {
	if a.o.Charge().Minor == 0 {
		a.enter(Issuing)
		a.call(CallIssue)
		return
	}
	a.enter(Debiting)
	a.o.Payment++
	a.call(CallDebit)
}

// collected notes that the bank has taken the charge.
func (a *applied) collected() {
	a.o.Funds = append(a.funds(), Fund{Key: a.o.DebitKey(), Paid: a.o.Charge()})
	a.o.Charged = true
	a.post(LedgerBank, LedgerCustomer, a.o.Charge())
}

// funds are the order's debits, for writing. Orders from before they were listed have one.
func (a *applied) funds() []Fund {
	if a.o.Charged && len(a.o.Funds) == 0 {
		return []Fund{{Key: a.o.DebitKey(), Paid: a.o.Price}}
	}
	return slices.Clone(a.o.Funds)
}

// undo returns the payment of a purchase that failed, or goes on where none was made.
func (a *applied) undo(r CloseReason) {
	a.o.Reason = r
	if a.o.Payment == 0 {
		a.returned()
		return
	}
	a.enter(Reversing)
	a.call(CallReverse)
}

// reversed books that the present debit is undone.
func (a *applied) reversed() {
	funds := a.funds()
	for i, f := range funds {
		if f.Key == a.o.DebitKey() {
			funds = slices.Delete(funds, i, i+1)
			a.post(LedgerCustomer, LedgerBank, f.Paid)
			break
		}
	}
	a.o.Funds, a.o.Charged = funds, len(funds) > 0
}

// left books what a void took: the whole ticket, or the seats that are leaving.
// What was agreed to go back is planned.
func (a *applied) left() {
	gone := a.o.PriceOf(a.o.Leaving)
	if a.o.Ticketed {
		a.post(LedgerTerminal, LedgerCustomer, gone)
	}
	a.o.Ticketed = a.o.Ticketed && a.o.Partly()
	if a.o.Partly() {
		a.shrink(gone)
	}
	if a.payback() != CallRefund {
		return
	}
	if a.o.Fee.Minor > 0 {
		a.post(LedgerCustomer, LedgerFees, a.o.Fee)
		a.o.Fees = a.o.Fees.Plus(a.o.Fee)
	}
	a.plan(a.o.Refund)
}

// shrink takes the leaving seats out of the order.
func (a *applied) shrink(gone Money) {
	var places []string
	var people []Passenger
	former, numbers := slices.Clone(a.o.Former), a.o.Numbers()
	for i := range a.o.Seats {
		place, person := "", (*Passenger)(nil)
		if i < len(a.o.Places) {
			place = a.o.Places[i]
		}
		if i < len(a.o.Passengers) {
			person = &a.o.Passengers[i]
		}
		if slices.Contains(a.o.Leaving, i) {
			former = append(former, Former{Place: place, Number: numbers[i], Passenger: person, At: a.now})
			continue
		}
		places = append(places, place)
		if person != nil {
			people = append(people, *person)
		}
	}
	a.o.Seats -= len(a.o.Leaving)
	a.o.Price = a.o.Price.Minus(gone)
	a.o.Places, a.o.Passengers, a.o.Former = places, people, former
	a.o.Leaving = nil
}

// plan divides what goes back among the debits, the newest first.
func (a *applied) plan(total Money) {
	funds, refunds := a.funds(), slices.Clone(a.o.Refunds)
	a.o.Funds = funds
	for i := len(funds) - 1; i >= 0 && total.Minor > 0; i-- {
		n := min(total.Minor, funds[i].Paid.Minor-funds[i].Back.Minor)
		if n <= 0 {
			continue
		}
		total.Minor -= n
		refunds = append(refunds, Refund{Key: fmt.Sprintf("%d-r%d", a.o.ID, len(refunds)+1), Fund: funds[i].Key,
			Amount: Money{n, total.Currency}, State: RefundRequested, At: a.now})
	}
	a.o.Refunds = refunds
}

// refundsAre moves refunds in one of the states from to another.
func (a *applied) refundsAre(to RefundState, from ...RefundState) {
	refunds := slices.Clone(a.o.Refunds)
	for i := range refunds {
		if slices.Contains(from, refunds[i].State) {
			refunds[i].State, refunds[i].At = to, a.now
		}
	}
	a.o.Refunds = refunds
}

// refundBooked notes that the bank has made the refund that was asked for.
func (a *applied) refundBooked() {
	r, pending := a.o.PendingRefund()
	if !pending {
		return
	}
	refunds, funds := slices.Clone(a.o.Refunds), a.funds()
	for i := range refunds {
		if refunds[i].Key == r.Key {
			refunds[i].State, refunds[i].At = RefundAccepted, a.now
		}
	}
	for i := range funds {
		if funds[i].Key == r.Fund {
			funds[i].Back = funds[i].Back.Plus(r.Amount)
		}
	}
	a.o.Refunds, a.o.Funds = refunds, funds
	a.post(LedgerCustomer, LedgerBank, r.Amount)
}

// payBack asks the bank for the refunds that are planned, one after another, and
// ends the cancel when there is none more.
func (a *applied) payBack() {
	if _, pending := a.o.PendingRefund(); !pending {
		a.returned()
		return
	}
	a.enter(Reversing)
	a.call(CallRefund)
}

// returned ends a payment back: seats that are left stand, else the hold is
// given up; the customer is told.
func (a *applied) returned() {
	if a.o.Ticketed {
		refund, fee, t := a.o.Refund, a.o.Fee, TellRefunded
		if a.o.Swap != nil && a.o.Reason == "" {
			t = TellChanged
		}
		a.stands()
		a.o.Refund, a.o.Fee = refund, fee // what is told of
		a.tell(t)
		return
	}
	a.o.Charged = false
	r := a.o.Reason
	a.release(r)
	switch {
	case a.o.Stray:
		a.o.Stray = false
		a.tell(TellStray)
	case r == ClosedRefunded:
		a.tell(TellRefunded)
	case a.o.Swap != nil && !a.o.Swap.Done:
		a.tell(TellChangeFailed) // whatever failed: the old ticket stands
	case r == ClosedIssueFailed:
		a.tell(TellReturned)
	default:
		a.tell(TellNotCharged)
	}
}

// settleLater has the bank asked about refunds that have not reached the account.
func (a *applied) settleLater() {
	if _, open := a.o.Unsettled(); open && a.o.SettleDue.IsZero() {
		a.o.SettleDue = a.now.Add(SettleEvery)
	}
}

// settling follows refunds to the account while nothing else is under way.
func (a *applied) settling(e Event) bool {
	r, open := a.o.Unsettled()
	switch e.Kind {
	case AskSettled:
		if a.o.SettleDue.IsZero() || a.now.Before(a.o.SettleDue) {
			return false
		}
		if !open || a.now.Sub(r.At) >= SettleLimit {
			a.o.SettleDue = time.Time{}
			return true
		}
		a.o.SettleDue = a.now.Add(SettleEvery)
		a.call(CallSettle)
	case SettleDone:
		if !open || e.Refund != r.Key { // an answer that comes late, about another one
			return false
		}
		refunds := slices.Clone(a.o.Refunds)
		for i := range refunds {
			if refunds[i].Key == r.Key {
				refunds[i].State, refunds[i].At = RefundSettled, a.now
			}
		}
		a.o.Refunds, a.o.SettleDue = refunds, time.Time{}
		if _, more := a.o.Unsettled(); more {
			a.o.SettleDue = a.now
			return true
		}
		a.tell(TellSettled)
	case SettleUnknown:
		return open && !a.o.SettleDue.IsZero()
	default:
		return false
	}
	return true
}
