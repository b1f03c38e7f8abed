package booking

import (
	"context"
	"fmt"
	"time"

	"go.uber.org/zap"
)

// call makes the call of an attempt and returns what it means for the order.
// An answer that does not fit the question is no answer.
func (e *Engine) call(ctx context.Context, a Attempt) Event {
	o := a.Subject
	if a.Call == CallVerify {
		return e.verify(ctx, a)
	}
	if o == nil {
		return Event{}
	}
	limit := CallTimeout
	if a.Call == CallDebit {
		limit = DebitTimeout
	}
	ctx, cancel := e.within(ctx, limit)
	defer cancel()
	if a.Call.Rules() {
		return e.rule(ctx, a, o)
	}
	if a.Call.Port() == BankPort {
		return e.askBank(ctx, a, o)
	}
	return e.askTerminal(ctx, a, o)
}

// askBank makes a call to the bank.
func (e *Engine) askBank(ctx context.Context, a Attempt, o *Order) Event {
	switch a.Call {
	case CallDebit:
		return e.debit(ctx, a, o)
	case CallReverse:
		return e.reversed(e.Bank.Reverse(ctx, o.DebitKey()))
	case CallRefund:
		return e.refund(ctx, o)
	case CallStray:
		if q := e.Bank.Query(ctx, o.DebitKey()); q.Verdict == Done {
			e.Log.Error("money came after its payment was undone; it is returned", zap.Int64("order", int64(o.ID)))
			return Event{Kind: StrayBooked}
		}
		return Event{Kind: StrayNone}
	case CallSettle:
		r, _ := o.Unsettled()
		s := e.Bank.Settled(ctx, r.Key)
		ev := e.outcome(s.Verdict, s.Cause, s.Reason, SettleDone, SettleUnknown, SettleUnknown)
		ev.Refund = r.Key
		return ev
	}
	return Event{}
}

// askTerminal makes a call to the terminal that sells the trip. One that is not
// configured any more gives no answer.
func (e *Engine) askTerminal(ctx context.Context, a Attempt, o *Order) Event {
	name := o.Trip.Terminal
	if a.Call == CallVoidOld && o.Swap != nil {
		name = o.Swap.Terminal
	}
	t, ok := e.Terminals[name]
	if !ok {
		e.Log.Error("order of a terminal that is not configured", zap.Int64("order", int64(o.ID)), zap.String("terminal", name))
		return Event{Kind: a.Call.unanswered()}
	}
	switch a.Call {
	case CallHold:
		return e.hold(ctx, t, o)
	case CallIssue:
		return e.issue(ctx, t, a, o)
	case CallVoid:
		return e.void(ctx, t, o.HoldKey(), o.LeavingPlaces())
	case CallVoidOld:
		if o.Swap != nil {
			return e.void(ctx, t, o.Swap.Key, nil)
		}
	case CallRelease:
		r := t.Release(ctx, o.HoldKey())
		return e.outcome(r.Verdict, r.Cause, r.Reason, ReleaseDone, ReleaseUnknown, ReleaseUnknown)
	}
	return Event{Kind: a.Call.unanswered()}
}

// unanswered is the event of a call to a terminal that got no answer.
func (c Call) unanswered() EventKind {
	switch c {
	case CallHold:
		return HoldUnknown
	case CallIssue:
		return IssueUnknown
	case CallVoid, CallVoidOld:
		return VoidUnknown
	case CallRelease:
		return ReleaseUnknown
	}
	return NoEvent
}

// outcome maps the three outcomes to their events.
func (e *Engine) outcome(v Verdict, cause error, why Reason, done, refused, unknown EventKind) Event {
	switch v {
	case Done:
		return Event{Kind: done}
	case Refused:
		return Event{Kind: refused, Reason: why}
	}
	e.Stats.UnknownCalls.Add(1)
	if cause != nil {
		e.Log.Warn("call ended without a known outcome", zap.String("event", unknown.String()), zap.Error(cause))
	}
	return Event{Kind: unknown}
}

func (e *Engine) void(ctx context.Context, t Ticketing, key string, places []string) Event {
	r := t.Void(ctx, key, places)
	return e.outcome(r.Verdict, r.Cause, r.Reason, VoidDone, VoidRefused, VoidUnknown)
}

// refund asks the bank for the first refund that it has not acknowledged.
func (e *Engine) refund(ctx context.Context, o *Order) Event {
	r, pending := o.PendingRefund()
	if !pending { // asked for by a version that kept no list
		r = Refund{Key: o.DebitKey() + "-r", Fund: o.DebitKey(), Amount: o.Refund}
	}
	return e.reversed(e.Bank.Refund(ctx, r.Fund, r.Key, r.Amount))
}

func (e *Engine) reversed(r Outcome[Charge]) Event {
	return e.outcome(r.Verdict, r.Cause, r.Reason, ReverseDone, ReverseUnknown, ReverseUnknown)
}

// verify asks whether the customer's document is real and his.
func (e *Engine) verify(ctx context.Context, a Attempt) Event {
	if e.Verifier == nil {
		return Event{Kind: VerifyUnknown}
	}
	r := VerifyRequest{Owner: a.Customer}
	var question int64
	err := e.Store.Do(ctx, Keys{Customer: a.Customer}, func(v *View) (*Changes, error) {
		if d := v.Customer.Document; d != nil {
			r.Name, r.Document = v.Customer.Name, *d
			question = v.Customer.Identity.ID
		}
		return nil, ErrNoChange
	})
	if err != nil || r.Document.Token == "" || question == 0 {
		return Event{Kind: VerifyUnknown, Verify: question}
	}
	r.Key = fmt.Sprintf("v%d", question) // asked again, it is the same question
	ctx, cancel := e.within(ctx, CallTimeout)
	defer cancel()
	v := e.Verifier.Verify(ctx, r)
	ev := e.outcome(v.Verdict, v.Cause, v.Reason, VerifyDone, VerifyRefused, VerifyUnknown)
	ev.Verify = question
	return ev
}

func (e *Engine) hold(ctx context.Context, t Ticketing, o *Order) Event {
	for_ := 30 * time.Minute
	if e.HoldFor != nil {
		for_ = e.HoldFor(o.Trip, e.now())
	}
	if o.Keep > 0 {
		for_ = o.Keep
	}
	class := ""
	if len(o.Trip.Fares) > 0 {
		class = o.Trip.Fares[0].Class
	}
	// The terminal keeps the seats longer than the customer is told, so that a
	// debit started in the last second ends before the hold does.
	r := t.Prebook(ctx, HoldRequest{Key: o.HoldKey(), Trip: o.Trip.TripKey, Class: class, Seats: o.Seats, For: for_ + 2*DebitMargin,
		Passengers: o.Passengers, Replaces: o.replaces()})
	ev := e.outcome(r.Verdict, r.Cause, r.Reason, HoldConfirmed, HoldRefused, HoldUnknown)
	if ev.Kind == HoldConfirmed {
		ev.Until, ev.Price, ev.Places = r.Value.Until, r.Value.Price, r.Value.Places
	}
	return ev
}

// issue asks for the ticket. After an unknown answer, and when an earlier run
// may have called, Get comes before anything else.
func (e *Engine) issue(ctx context.Context, t Ticketing, a Attempt, o *Order) Event {
	if o.Tries > 0 || a.Epoch != e.Store.Epoch() {
		if g := t.Get(ctx, o.HoldKey()); g.Verdict == Done {
			switch g.Value.State {
			case ItemIssued:
				return Event{Kind: IssueDone, Places: g.Value.Places}
			case ItemVoided, ItemReleased:
				return Event{Kind: IssueRefused, Reason: ReasonTombstone}
			}
		} else if g.Verdict == Unknown {
			return e.outcome(Unknown, g.Cause, "", IssueDone, IssueRefused, IssueUnknown)
		}
	}
	r := t.Fulfil(ctx, o.HoldKey())
	ev := e.outcome(r.Verdict, r.Cause, r.Reason, IssueDone, IssueRefused, IssueUnknown)
	ev.Places = r.Value.Places
	return ev
}

// debit takes the money, once. A debit that an earlier run of the process may
// have called is asked about instead.
func (e *Engine) debit(ctx context.Context, a Attempt, o *Order) Event {
	var r Outcome[Charge]
	if a.Epoch == e.Store.Epoch() {
		if o.Until.Sub(e.Clock.Now()) < DebitMargin {
			return Event{Kind: DebitRefused, Reason: ReasonDeadline}
		}
		if !e.velocity.admit(a.ID, o.Account.Token, e.bin(o), e.now(), e.AccountDeclines, e.BINDeclines) {
			e.Stats.Withheld.Add(1)
			e.Log.Warn("debit not sent: its account, or too many of its bank, were declined before", zap.Int64("order", int64(o.ID)))
			return Event{Kind: DebitRefused, Reason: ReasonWithheld}
		}
		r = e.Bank.Debit(ctx, DebitRequest{Key: o.DebitKey(), Amount: o.Charge(), Payer: o.Customer, Account: o.Account, Text: o.Code})
	}
	if r.Verdict == Unknown {
		qctx, cancel := e.within(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if q := e.Bank.Query(qctx, o.DebitKey()); q.Verdict == Done || q.Verdict == Refused && q.Reason != ReasonNotFound {
			r = q
		}
	}
	if r.Verdict == Done && r.Value.Amount != o.Charge() {
		r = IsUnknown[Charge](fmt.Errorf("bank booked %s for order %d of %s", r.Value.Amount, o.ID, o.Charge()))
		e.Log.Error("bank echoed another amount; the debit is reversed", zap.Error(r.Cause))
	}
	return e.outcome(r.Verdict, r.Cause, r.Reason, DebitDone, DebitRefused, DebitUnknown)
}
