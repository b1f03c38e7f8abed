package booking

import (
	"fmt"
	"time"
)

// Limits of the order's states. A call whose outcome stays unknown so long
// after the state was entered is given up in the way the table says.
const (
	HoldLimit    = time.Minute
	IssueLimit   = 5 * time.Minute
	VoidLimit    = 12 * time.Hour
	ReverseLimit = 12 * time.Hour
	ReleaseLimit = 15 * time.Minute
	ReviewLimit  = 24 * time.Hour
	MaxDeclines  = 3
	// DebitTimeout is how long a bank may take to answer a debit.
	DebitTimeout = time.Minute
	// DebitMargin is what must be left of a terminal's hold when a debit
	// starts: its time-out and time to reverse it.
	DebitMargin = DebitTimeout + 30*time.Second
)

// Apply returns the order after the event and what must be done now. It is
// pure: no clock, no I/O. The order given is not changed.
//
//	state     | waits for          | event -> next
//	waiting   | seats              | Confirm -> waiting (joined); WrongCode -> waiting, at the limit -> closed;
//	          |                    | SeatsFree -> holding; WaitEnded, Cancel -> closed; Quoted -> waiting
//	holding   | terminal           | HoldConfirmed -> held, of the waitlist -> debiting,
//	          |                    | of a cancelled service -> releasing;
//	          |                    | HoldRefused -> closed(sold_out), of the waitlist -> waiting;
//	          |                    | HoldUnknown -> holding, past its limit -> releasing
//	held      | the customer       | Quoted -> held; WrongCode -> held, at the limit -> releasing;
//	          |                    | Confirm -> debiting, a change that costs nothing -> issuing;
//	          |                    | Cancel, HoldExpired -> releasing; Disrupted -> held, cancelled -> releasing
//	debiting  | bank, once         | DebitDone -> issuing; DebitUnknown -> reversing;
//	          |                    | DebitRefused -> held, the third -> releasing, too near the hold's end -> releasing,
//	          |                    | of a cancelled service -> releasing
//	issuing   | terminal, same key | IssueDone -> issued, of a change -> swapping;
//	          |                    | IssueRefused -> reversing, nothing charged -> releasing;
//	          |                    | IssueUnknown -> issuing, past its limit -> voiding
//	swapping  | terminal, old key  | VoidDone -> issued, money to give back -> reversing; VoidRefused -> voiding;
//	          |                    | VoidUnknown -> swapping, past its limit -> review
//	issued    | -                  | Quoted -> issued; WrongCode -> issued; Cancel -> voiding; Disrupted -> issued;
//	          |                    | Remind, Alerted -> issued; Changing -> issued; ChangeEnded -> issued; ChangedAway -> closed(changed)
//	voiding   | terminal           | VoidDone -> reversing, seats are left -> issued, or nothing to pay back -> releasing;
//	          |                    | VoidRefused -> issued (the ticket stands), of a change -> review;
//	          |                    | VoidUnknown -> voiding, past its limit -> review
//	reversing | bank               | ReverseDone -> releasing, the next refund -> reversing, seats are left -> issued;
//	          |                    | ReverseUnknown -> reversing, past its limit -> review
//	releasing | terminal           | ReleaseDone -> closed, of the waitlist -> waiting; ReleaseUnknown -> releasing, past its limit -> closed
//	          |                    | (a hold lapses by itself)
//	review    | an operator        | OperatorIssued -> issued; OperatorReversed -> releasing, seats are left -> issued;
//	          |                    | ReviewOverdue -> review
//	closed    | -                  | AskSettled, SettleDone, SettleUnknown -> closed;
//	          |                    | AskStray, StrayNone -> closed; StrayBooked -> reversing
//
// SlowNotice is taken wherever a call is under way for a waiting text and
// changes no state; Disrupted is kept there too, and in review, and told when the
// ticket stands. AskSettled, SettleDone and SettleUnknown are taken wherever
// nothing else is under way. Every other cell is refused with *IllegalError. Every state
// but issued and closed leaves a call to make or a deadline in Due: no order is
// stuck, and nothing waits on memory.
//
// A change is a swap: the new seats are held, paid for and issued on an order of
// their own before the old ticket is voided. While the old order has Next it takes
// no cancel and no second change; its money is taken over when its ticket is void.
//
// Shortcuts that look right and are wrong; the state search shows each
// failing: debit unknown -> held; issue given up -> reversing without voiding;
// reversal given up -> releasing; void refused -> reversing; calling Debit again;
// an operator closing an order because he saw no debit.
//
// What an operator says is taken as final, so he must be sure of both sides:
// OperatorIssued of the valid ticket, the charge, and that no void is still on
// its way; OperatorReversed of the bank's acknowledgement and of the terminal's
// that no ticket is valid. The search shows less being too little.
func (o Order) Apply(e Event, now time.Time) (Order, []Effect, error) {
	a := applied{o: o, now: now, from: o.State}
	if e.Ask != 0 {
		a.o.Ask, a.o.AskedAt, a.o.Slow = e.Ask, now, false
	}
	ok := false
	switch o.State {
	case Waiting:
		ok = a.waiting(e)
	case Swapping:
		ok = a.swapping(e)
	case Holding:
		ok = a.holding(e)
	case Held:
		ok = a.held(e)
	case Debiting:
		ok = a.debiting(e)
	case Issuing:
		ok = a.issuing(e)
	case Issued:
		ok = a.issued(e)
	case Voiding:
		ok = a.voiding(e)
	case Reversing:
		ok = a.reversing(e)
	case Releasing:
		ok = a.releasing(e)
	case Review:
		ok = a.review(e)
	case Closed:
		ok = a.settling(e) || a.straying(e)
	default:
		return o, nil, fmt.Errorf("order %d has no state: it was never opened", o.ID)
	}
	if !ok {
		return o, nil, &IllegalError{State: o.State, Event: e.Kind}
	}
	a.o.Version++
	return a.o, a.effects, nil
}

// NewOrder opens an order in state holding and asks for the hold. o carries
// what was chosen: ID, Code, Customer, Trip, Seats, Price, Account, and the text
// to answer in Ask.
func NewOrder(o Order, now time.Time) (Order, []Effect) {
	o.State, o.Created, o.Since, o.AskedAt, o.Version = Holding, now, now, now, 1
	effects := []Effect{{Kind: DoCall, Call: CallHold}}
	if o.Swap != nil {
		effects = append(effects, Effect{Kind: DoLink, Order: o.Swap.Order, Event: Event{Kind: Changing, Link: o.ID}})
	}
	return o, effects
}

// NewWaiting opens an order in state waiting and asks for the code that joins
// the waitlist. o carries what was chosen, as for NewOrder, and Wish and Quote.
func NewWaiting(o Order, now time.Time) (Order, []Effect) {
	o.State, o.Created, o.Since, o.AskedAt, o.Version = Waiting, now, now, now, 1
	o.Due = o.Quote.Until
	a := applied{o: o, now: now}
	a.tell(TellQuote)
	return a.o, a.effects
}

// applied is an order while an event is applied to it.
type applied struct {
	o       Order
	now     time.Time
	from    State
	effects []Effect
}

// enter moves to a state and forgets what belonged to the last one.
func (a *applied) enter(s State) {
	a.o.State, a.o.Since, a.o.Due, a.o.Tries = s, a.now, time.Time{}, 0
}

func (a *applied) call(c Call) {
	a.effects = append(a.effects, Effect{Kind: DoCall, Call: c})
}

// again repeats a call after a back-off of 1 s, 2 s, 4 s ... one minute.
func (a *applied) again(c Call) {
	d := time.Minute
	if a.o.Tries < 6 {
		d = time.Second << a.o.Tries
	}
	a.o.Tries++
	a.effects = append(a.effects, Effect{Kind: DoCall, Call: c, Delay: d})
}

// past tells whether the state has lasted its limit.
func (a *applied) past(limit time.Duration) bool { return a.now.Sub(a.o.Since) >= limit }

// tell answers the waiting text, or sends a notice when none waits.
func (a *applied) tell(t Tell) {
	a.effects = append(a.effects, Effect{Kind: DoTell, Tell: t, Cause: a.o.Ask})
	a.o.Ask, a.o.AskedAt, a.o.Slow = 0, time.Time{}, false
}

func (a *applied) post(debit, credit string, m Money) {
	a.effects = append(a.effects, Effect{Kind: DoPost, Debit: debit, Credit: credit, Amount: m})
}

// slow says "working on it" once per waiting text and keeps it waiting.
func (a *applied) slow() bool {
	if a.o.Ask == 0 || a.o.Slow {
		return false
	}
	a.o.Slow = true
	a.effects = append(a.effects, Effect{Kind: DoTell, Tell: TellSlow, Cause: a.o.Ask})
	return true
}

func (a *applied) close(r CloseReason) {
	a.enter(Closed)
	a.o.Reason, a.o.Quote = r, Quote{Tries: a.o.Quote.Tries}
	a.oldStands()
	a.settleLater()
	a.watchStray()
}

// release gives seats back; r is why the order will close.
func (a *applied) release(r CloseReason) {
	a.enter(Releasing)
	a.o.Reason, a.o.Quote = r, Quote{Tries: a.o.Quote.Tries}
	a.call(CallRelease)
	a.oldStands()
}
