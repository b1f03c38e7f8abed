package booking_test

import (
	"fmt"
	"slices"
	"time"

	. "shortfare/booking"
)

// unknown is the event of a call that got no answer.
var unknown = map[Call]EventKind{CallHold: HoldUnknown, CallIssue: IssueUnknown, CallVoid: VoidUnknown, CallVoidOld: VoidUnknown,
	CallRelease: ReleaseUnknown, CallDebit: DebitUnknown, CallReverse: ReverseUnknown, CallRefund: ReverseUnknown}

// next lists all that can happen: customer, clock, operator, crash, and each
// request and answer handled, lost or late. A second copy of an answer is not
// among it: its attempt is settled, so that no turn applies it. The next call writes
// over what this one returned.
func (s *space) next(w world) []edge {
	n := nexts{space: s, from: w, edges: s.scratch[:0]}
	n.opening()
	for i := range w.orders {
		if w.orders[i] == 0 {
			continue
		}
		n.customer(i)
		n.carrier(i)
		n.clock(i)
		n.operator(i)
		n.attempt(i)
		n.settlement(i)
	}
	n.late()
	n.terminal()
	s.scratch = n.edges
	return n.edges
}

type nexts struct {
	*space
	from  world
	edges []edge
}

// can adds what becomes of the world by do; false means that it cannot happen.
func (n *nexts) can(l label, heals bool, do func(w *world) bool) {
	w := n.from
	if do(&w) {
		n.edges = append(n.edges, edge{label: l, to: n.normal(w), heals: heals})
	}
}

func (n *nexts) opening() {
	if n.scene.opens == nil {
		return
	}
	var orders [slots]Order
	for i := range orders {
		orders[i] = *n.order(&n.from, i)
	}
	who, o, can := n.scene.opens(orders)
	if !can {
		return
	}
	n.can(label{"customer: opens"}, false, func(w *world) bool {
		n.take(w, who, n.apply(w.orders, who, "opened", nil, o))
		return true
	})
}

// customer is a text at any moment; what the state does not take is refused.
func (n *nexts) customer(i int) {
	for _, h := range n.scene.customer(i, *n.order(&n.from, i)) {
		n.can(label{"customer: ", h.name}, h.heals, func(w *world) bool { return n.step(w, i, h.name, h.event) })
	}
}

// carrier is what becomes of the service. That the order hears of it when its
// state does not take it would be no excuse: the ticket's holder must be told.
func (n *nexts) carrier(i int) {
	o := n.order(&n.from, i)
	if !n.scene.upset || n.from.upset[i] || o.State == Waiting || o.State == Closed {
		return
	}
	for _, c := range []ServiceChange{RunMoved, RunCancelled} {
		n.can(label{"carrier: ", string(c)}, false, func(w *world) bool {
			w.upset[i] = true
			n.step(w, i, string(c), Event{Kind: Disrupted, Change: c})
			return true
		})
	}
}

func (n *nexts) clock(i int) {
	// flip moves a time of the order; false when it has passed already.
	flip := func(what string, move func(o *Order) bool) {
		n.can(label{"clock: ", what}, true, func(w *world) bool {
			was := w.orders[i]
			w.orders[i] = n.book.move(was, what, move)
			o := n.order(w, i)
			if o.Wish != nil && !o.Wish.Until.After(searchNow) {
				w.word[i] = 0 // the joining code authorises nothing after the cut-off
			}
			return w.orders[i] != was
		})
	}
	flip("state's limit passed", func(o *Order) bool { o.Since = longAgo; return true })
	flip("deadline passed", func(o *Order) bool {
		o.Due, o.Quote.Until = when(o.Due, justPast), when(o.Quote.Until, justPast)
		if o.State == Waiting && !o.Wish.Joined.IsZero() {
			o.Wish = past(o.Wish)
		}
		return true
	})
	flip("hold about to end", func(o *Order) bool { o.Until = nearEnd; return true })
	flip("cut-off passed", func(o *Order) bool {
		if o.Wish == nil {
			return false
		}
		if o.Wish = past(o.Wish); o.State == Waiting {
			o.Due = justPast
		}
		return true
	})
	flip("departure near", func(o *Order) bool {
		waits := o.Lead > 0 && o.State == Issued && !o.Reminded && o.Trip.Dep.Equal(later)
		o.Trip.Dep = soon
		return waits
	})
	flip("departed", func(o *Order) bool {
		waits := o.Lead > 0 && o.State == Issued && !o.Reminded
		o.Trip.Dep = justPast
		return waits
	})
	for _, slow := range []time.Duration{0, time.Hour} {
		if slow == 0 && !n.scene.slow {
			continue
		}
		n.can(label{"deadline"}, n.order(&n.from, i).State != Review, func(w *world) bool {
			e, due := n.order(w, i).Deadline(searchNow, slow)
			if !due {
				return false
			}
			if !n.step(w, i, e.Kind.String(), e) {
				w.fault = deadlineRefused
			}
			return true
		})
	}
}

func past(wish *Wish) *Wish {
	w := *wish
	w.Until = justPast
	return &w
}

// operator knows what he may say: he asks both sides, and waits until no call of
// ours can still arrive there.
func (n *nexts) operator(i int) {
	o := n.order(&n.from, i)
	if o.State != Review {
		return
	}
	n.can(label{"operator: OperatorIssued"}, true, func(w *world) bool { return n.letStand(w, i) })
	n.can(label{"operator: OperatorReversed"}, true, func(w *world) bool { return n.undoAll(w, i) })
	if n.rules.operatorSawNoDeb && n.debit(&n.from, o).truth == nothing {
		n.can(label{"operator: sees no debit, closes"}, true, func(w *world) bool {
			return n.step(w, i, "OperatorReversed", Event{Kind: OperatorReversed})
		})
	}
	if o.Swap == nil || o.Swap.Done || n.item(&n.from, o).truth != used {
		return
	}
	if old := slices.Index(n.scene.holds, o.Swap.Key); n.from.seats[old].truth == used {
		// Both tickets of a change were travelled on, and one was paid for: he has the
		// terminal write the second one off, and the loss is ours.
		n.can(label{"operator: has the new ticket written off"}, true, func(w *world) bool { n.item(w, o).truth = gone; return true })
	}
}

// letStand is OperatorIssued: the ticket is valid with all its seats, it is
// charged for, and nothing on its way can undo it. For a change the old one is
// void, if need be by his own hand.
func (n *nexts) letStand(w *world, i int) bool {
	o := n.order(w, i)
	m, d := n.item(w, o), n.debit(w, o)
	swap := o.Swap != nil && !o.Swap.Done
	switch {
	case !m.ticket() || m.valid != bitsOf(o.Places):
		return false
	case o.Charge().Minor > 0 && d.truth != booked:
		return false
	case !n.rules.operatorImpatient && (m.void != 0 || d.undoing || slices.ContainsFunc(w.refunds[:], func(r refund) bool { return r.late })):
		return false
	}
	if swap && !n.rules.operatorNewOnly && n.handle(w, request{call: CallVoidOld, item: slices.Index(n.scene.holds, o.Swap.Key)}, 0) != VoidDone {
		return false
	}
	return n.step(w, i, "OperatorIssued", Event{Kind: OperatorIssued})
}

// undoAll is OperatorReversed: he has the void, and the reversal or the refunds,
// acknowledged. Of a change that did not come about the old ticket stands.
func (n *nexts) undoAll(w *world, i int) bool {
	before := *n.order(w, i)
	if swap := before.Swap; swap != nil && !swap.Done {
		if old := w.seats[slices.Index(n.scene.holds, swap.Key)]; !old.ticket() || old.void != 0 && !n.rules.operatorNewOnly {
			return false
		}
	}
	if !n.rules.operatorBankOnly {
		if _, planned := before.PendingRefund(); !planned {
			r := n.request(w, &before, CallVoid)
			if n.handle(w, r, 0) != VoidDone {
				return false
			}
		}
	}
	if !n.step(w, i, "OperatorReversed", Event{Kind: OperatorReversed}) {
		return false
	}
	o := n.order(w, i)
	if refunds(&before) {
		for j, r := range o.Refunds {
			if j < len(before.Refunds) && before.Refunds[j].State == RefundAccepted {
				continue
			}
			if n.handle(w, n.refundOf(w, r), 0) != ReverseDone {
				return false
			}
		}
		return true
	}
	if before.Payment == 0 {
		return true
	}
	return n.handle(w, n.request(w, &before, CallReverse), 0) == ReverseDone
}

// refunds tells whether the order pays back by refunds.
func refunds(o *Order) bool {
	return o.Reason == ClosedRefunded || o.Reason == "" && o.Swap != nil && o.Swap.Done
}

// attempt is the outstanding call, from its committed intent to its outcome.
func (n *nexts) attempt(i int) {
	t := n.from.try[i]
	if t.call == NoCall {
		return
	}
	o := *n.order(&n.from, i)
	name := t.call.String()
	ask := t.call == CallDebit && t.old && !n.rules.debitAfterCrash
	if ask {
		name = "query"
	}
	// sent is the request on its way; late when it gets no answer and may arrive later.
	sent := func(w *world, late bool) request {
		r := n.request(w, &o, t.call)
		if t.call == CallDebit && !ask {
			w.bank[r.debit].calls++
			w.bank[r.debit].asked = r.amount
		}
		if late && !ask {
			r.late(w, true)
		}
		return r
	}
	crash := func(w *world) { w.try[i] = attempt{call: t.call, old: true} }
	if t.phase == answered {
		for j, e := range n.outcomes(o, t.answer) {
			n.can(label{name, " answer ", e.Kind.String()}, true, func(w *world) bool { return n.settle(w, i, j, e) })
		}
		n.can(label{name, " answer lost"}, false, func(w *world) bool {
			return !n.scene.sure && n.settle(w, i, 0, Event{Kind: unknown[t.call]})
		})
		n.can(label{"crash"}, false, func(w *world) bool { crash(w); return !n.scene.calm })
		return
	}
	for choice := range 2 {
		n.can(label{name, " handled"}, true, func(w *world) bool {
			if choice == 1 && (ask || !n.twoWays(w, n.request(w, &o, t.call))) {
				return false
			}
			r := sent(w, false)
			w.try[i].phase = answered
			if ask {
				w.try[i].answer = w.bank[r.debit].query()
			} else {
				w.try[i].answer = n.handle(w, r, choice)
			}
			return true
		})
	}
	if n.scene.calm {
		return
	}
	n.can(label{name, " request lost"}, false, func(w *world) bool {
		sent(w, false)
		return n.settle(w, i, 0, Event{Kind: unknown[t.call]})
	})
	n.can(label{"crash"}, false, func(w *world) bool { crash(w); return true })
	n.can(label{name, " timed out, request on its way"}, false, func(w *world) bool {
		sent(w, true)
		return n.settle(w, i, 0, Event{Kind: unknown[t.call]})
	})
	n.can(label{"crash, ", name, " request on its way"}, false, func(w *world) bool {
		sent(w, true)
		crash(w)
		return true
	})
}

// outcomes are the events that an answer can be: a hold has the price of the
// scene and what the dialogue adds to it.
func (n *nexts) outcomes(o Order, k EventKind) []Event {
	switch k {
	case HoldConfirmed:
		var list []Event
		for _, e := range n.scene.prices {
			e.Kind, e.Until, e.Places = k, searchNow.Add(time.Hour), places(o.Seats)
			e.Quote = Quote{For: QuotePay, Until: soon}
			if o.Swap != nil {
				e.Quote.For = QuoteChange
			}
			list = append(list, e)
		}
		return list
	case IssueDone:
		return []Event{{Kind: k, Places: places(o.Seats)}}
	}
	return []Event{{Kind: k}}
}

// places are names of seats.
func places(n int) []string { return []string{"A", "B"}[:n] }

// settle gives an attempt's outcome to its order; variant tells apart outcomes of one kind.
func (n *nexts) settle(w *world, i, variant int, e Event) bool {
	w.try[i] = attempt{}
	if other := 1 - i; n.rules.crossed && w.orders[other] != 0 {
		i = other
	}
	if !n.step(w, i, fmt.Sprint(e.Kind, variant), e) {
		w.fault = outcomeRefused
	}
	return true
}

// settlement is the bank asked whether a refund has arrived. It goes on beside
// other calls, and its outcome is dropped where something else has begun. The
// next question comes a day later: the call has ended by then.
func (n *nexts) settlement(i int) {
	if !n.scene.settle {
		return
	}
	if n.from.settling[i] {
		for _, k := range []EventKind{SettleDone, SettleUnknown} {
			n.can(label{"settle answer ", k.String()}, k == SettleDone, func(w *world) bool {
				w.settling[i] = false
				st := n.order(w, i).State
				asked, _ := n.order(&n.from, i).Unsettled()
				if !n.step(w, i, k.String(), Event{Kind: k, Refund: asked.Key}) && (st == Issued || st == Closed) {
					w.fault = outcomeRefused
				}
				return true
			})
		}
		return
	}
	o := n.order(&n.from, i)
	if o.SettleDue.IsZero() || o.State != Issued && o.State != Closed {
		return
	}
	flip := func(what string, move func(o *Order) bool) {
		n.can(label{"clock: ", what}, true, func(w *world) bool {
			was := w.orders[i]
			w.orders[i] = n.book.move(was, what, move)
			return w.orders[i] != was
		})
	}
	flip("a day passed", func(o *Order) bool { o.SettleDue = justPast; return true })
	flip("a month passed", func(o *Order) bool {
		*o = roomy(*o)
		o.SettleDue = justPast
		for j := range o.Refunds {
			o.Refunds[j].At = longAgo
		}
		return true
	})
}
