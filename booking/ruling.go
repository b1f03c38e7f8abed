package booking

import (
	"context"
	"time"
)

// ReviewRest is how long an order is in review before an operator can say that its
// ticket stands: a void that got no answer must not arrive after him.
const ReviewRest = time.Hour

// Ruling is what an operator says of an order in review.
type Ruling struct {
	Order    OrderID `json:"o"`
	Customer MSISDN  `json:"c"`
	Code     string  `json:"k"`           // of the order
	Stands   bool    `json:"s,omitempty"` // the ticket stands; else everything is undone
}

// Call is the call that makes sure of what the operator says, or sees to it.
func (r *Ruling) Call() Call {
	if r.Stands {
		return CallStands
	}
	return CallUndone
}

// Rules tells whether the call makes sure of an operator's word.
func (c Call) Rules() bool { return c == CallStands || c == CallUndone }

// OpenInReview tells what keeps an order in review: the call that was not
// acknowledged.
func (o Order) OpenInReview() Call {
	a := applied{o: o}
	switch _, due := o.PendingRefund(); {
	case o.Swap != nil && !o.Swap.Done && o.Ticketed && o.Reason == "":
		return CallVoidOld
	case due:
		return CallRefund
	case o.Ticketed || a.payback() == CallRefund:
		return CallVoid
	}
	return CallReverse
}

// rule makes sure of what an operator says of an order in review. Terminal and bank
// are asked, and what he says is undone is undone there, under the keys of before:
// so nobody's word alone moves money or ends a ticket. The event is NoEvent, and the
// order stays in review, when a side does not acknowledge.
func (e *Engine) rule(ctx context.Context, a Attempt, o *Order) Event {
	t, ok := e.Terminals[o.Trip.Terminal]
	if o.State != Review || !ok {
		return Event{}
	}
	if a.Call == CallStands {
		return e.ruleStands(ctx, t, o)
	}
	return e.ruleUndone(ctx, t, o)
}

// ruleStands is OperatorIssued: the ticket is valid with all its seats and was paid
// for. For a change the old one is void then.
func (e *Engine) ruleStands(ctx context.Context, t Ticketing, o *Order) Event {
	item := t.Get(ctx, o.HoldKey())
	if item.Verdict != Done || item.Value.State != ItemIssued || len(item.Value.Places) != len(o.Places) {
		return Event{}
	}
	if o.Charge().Minor > 0 {
		if q := e.Bank.Query(ctx, o.DebitKey()); q.Verdict != Done {
			return Event{}
		}
	}
	if swap := o.Swap; swap != nil && !swap.Done {
		old, ok := e.Terminals[swap.Terminal]
		if !ok || old.Void(ctx, swap.Key, nil).Verdict != Done {
			return Event{}
		}
	}
	return Event{Kind: OperatorIssued, Places: item.Value.Places}
}

// ruleUndone is OperatorReversed: the terminal has acknowledged the void, and the
// bank the reversal or the refunds. Of a change that did not come about the old
// ticket must stand.
func (e *Engine) ruleUndone(ctx context.Context, t Ticketing, o *Order) Event {
	if swap := o.Swap; swap != nil && !swap.Done {
		old, ok := e.Terminals[swap.Terminal]
		if !ok {
			return Event{}
		}
		if item := old.Get(ctx, swap.Key); item.Verdict != Done || item.Value.State != ItemIssued {
			return Event{}
		}
	}
	if _, due := o.PendingRefund(); !due { // else the void is acknowledged
		if t.Void(ctx, o.HoldKey(), o.LeavingPlaces()).Verdict != Done {
			return Event{}
		}
	}
	ev := Event{Kind: OperatorReversed}
	next, _, err := o.Apply(ev, e.now())
	if err != nil {
		return Event{}
	}
	if (&applied{o: *o}).payback() != CallRefund {
		if o.Payment > 0 && e.Bank.Reverse(ctx, o.DebitKey()).Verdict != Done {
			return Event{}
		}
		return ev
	}
	for i, r := range next.Refunds { // what the event says is booked
		if i < len(o.Refunds) && (o.Refunds[i].State == RefundAccepted || o.Refunds[i].State == RefundSettled) {
			continue
		}
		if e.Bank.Refund(ctx, r.Fund, r.Key, r.Amount).Verdict != Done {
			return Event{}
		}
	}
	return ev
}
