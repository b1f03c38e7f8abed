package booking_test

import (
	"time"

	. "shortfare/booking"
)

// unknown is the event of a call that got no answer.
var unknown = map[Call]EventKind{CallHold: HoldUnknown, CallIssue: IssueUnknown, CallVoid: VoidUnknown,
	CallRelease: ReleaseUnknown, CallDebit: DebitUnknown, CallReverse: ReverseUnknown, CallRefund: ReverseUnknown}

// next lists all that can happen: customer, clock, operator, crash, and each
// request and answer handled, lost or late. A second copy of an answer is not
// among it: its attempt is settled, so that no turn applies it.
func (w world) next(r rules) []edge {
	n := nexts{from: w, rules: r}
	n.customer()
	n.clock()
	n.operator()
	n.attempt()
	n.late()
	n.terminal()
	return n.edges
}

type nexts struct {
	from  world
	rules rules
	edges []edge
}

// can adds what becomes of the world by do; false means that it cannot happen.
func (n *nexts) can(l label, heals bool, do func(w *world) bool) {
	w := n.from
	if do(&w) {
		n.edges = append(n.edges, edge{label: l, to: w.normal(), heals: heals})
	}
}

// normal forgets what can no longer matter, so that equal futures are one world.
func (w world) normal() world {
	switch w.o.State {
	case Held, Issued, Review:
		w.past = false
	case Holding, Issuing, Voiding, Reversing, Releasing:
		w.over = false
	default:
		w.past, w.over = false, false
	}
	if w.o.State != Held && w.o.State != Debiting {
		w.near = false
	}
	if w.try.call != CallDebit {
		w.try.old = false
	}
	switch w.ticket {
	case held: // the same hold again
		w.net.hold = false
	case issued:
		w.net.hold, w.net.issue, w.net.release = false, false, false
	case used, gone: // the key is dead to every call
		w.net.hold, w.net.issue, w.net.release, w.net.void = false, false, false, false
	}
	for p, m := range w.bank {
		if m == reversed || m == returned || m == declined {
			w.net.reverse[p], w.net.refund[p] = false, false
		}
	}
	return w
}

// customer is a text at any moment; what the state does not take is refused.
func (n *nexts) customer() {
	soon := searchNow.Add(time.Minute)
	for _, e := range []Event{
		{Kind: Quoted, Quote: Quote{For: QuotePay, Until: soon}, Limit: codeTries},
		{Kind: Quoted, Quote: Quote{For: QuoteCancel, Until: soon}, Price: searchPrice, Limit: codeTries},
		{Kind: WrongCode, Limit: codeTries}, {Kind: Confirm}, {Kind: Cancel},
	} {
		e.Ask = 1
		n.can(label{"customer: ", e.Kind.String()}, false, func(w *world) bool {
			if e.Kind == Confirm && w.o.Payment == payments {
				return false // where the search ends; the right order ends here by itself
			}
			return w.step(n.rules, e)
		})
	}
}

func (n *nexts) clock() {
	flip := func(what string, flag func(w *world) *bool) {
		n.can(label{"clock: ", what}, true, func(w *world) bool {
			f := flag(w)
			was := *f
			*f = true
			return !was && w.normal() != n.from
		})
	}
	flip("state's limit passed", func(w *world) *bool { return &w.past })
	flip("deadline passed", func(w *world) *bool { return &w.over })
	flip("hold about to end", func(w *world) *bool { return &w.near })
	for _, slow := range []time.Duration{0, time.Hour} {
		n.can(label{"deadline"}, n.from.o.State != Review, func(w *world) bool {
			e, due := w.order().Deadline(searchNow, slow)
			if !due {
				return false
			}
			if !w.step(n.rules, e) {
				w.fault = deadlineRefused
			}
			return true
		})
	}
}

// operator knows what he may say: he asks both sides, and waits until no call of
// ours can still arrive there.
func (n *nexts) operator() {
	w := n.from
	if w.o.State != Review {
		return
	}
	p := int(w.o.Payment) - 1
	if w.valid() && w.charged() == 1 && (n.rules.operatorImpatient || w.net.calm(p)) {
		n.can(label{"operator: OperatorIssued"}, true, func(w *world) bool { return w.step(n.rules, Event{Kind: OperatorIssued}) })
	}
	if w.ticket != used {
		n.can(label{"operator: OperatorReversed"}, true, func(w *world) bool {
			if !n.rules.operatorBankOnly {
				w.handle(CallVoid, p, 0)
			}
			if w.handle(payback(reasons[w.o.Reason]), p, 0) != ReverseDone {
				return false
			}
			return w.step(n.rules, Event{Kind: OperatorReversed})
		})
	}
	if n.rules.operatorSawNoDeb && w.bank[p] == nothing {
		n.can(label{"operator: sees no debit, closes"}, true, func(w *world) bool {
			return w.step(n.rules, Event{Kind: OperatorReversed})
		})
	}
}

func payback(r CloseReason) Call {
	if r == ClosedRefunded {
		return CallRefund
	}
	return CallReverse
}

// calm tells that nothing on its way could undo a paid ticket.
func (n network) calm(p int) bool { return !n.void && !n.reverse[p] && !n.refund[p] }

// attempt is the outstanding call, from its committed intent to its outcome.
func (n *nexts) attempt() {
	t, p := n.from.try, int(n.from.o.Payment)-1
	if t.call == NoCall {
		return
	}
	name := t.call.String()
	ask := t.call == CallDebit && t.old && !n.rules.debitAfterCrash
	if ask {
		name = "query"
	}
	settle := func(w *world, k EventKind) bool {
		w.try = attempt{}
		e := Event{Kind: k}
		if k == HoldConfirmed {
			e.Price, e.Until = searchPrice, searchNow.Add(time.Hour)
			e.Quote = Quote{For: QuotePay, Until: searchNow.Add(time.Minute)}
		}
		if !w.step(n.rules, e) {
			w.fault = outcomeRefused
		}
		return true
	}
	n.can(label{"crash"}, false, func(w *world) bool {
		if t.phase == sent && !ask {
			*w.net.slot(t.call, p) = true
		}
		w.try = attempt{call: t.call, old: true}
		return true
	})
	switch t.phase {
	case idle:
		n.can(label{"call ", name}, true, func(w *world) bool {
			w.try.phase = sent
			if t.call == CallDebit && !ask {
				w.calls[p]++
			}
			return true
		})
	case sent:
		for choice := range 2 {
			n.can(label{name, " handled"}, true, func(w *world) bool {
				if choice == 1 && (ask || !w.twoWays(t.call, p)) {
					return false
				}
				w.try.phase = answered
				if ask {
					w.try.answer = w.query(p)
				} else {
					w.try.answer = w.handle(t.call, p, choice)
				}
				return true
			})
		}
		n.can(label{name, " request lost"}, false, func(w *world) bool { w.try.phase = silent; return true })
		n.can(label{name, " timed out, request on its way"}, false, func(w *world) bool {
			if !ask {
				*w.net.slot(t.call, p) = true
			}
			return settle(w, unknown[t.call])
		})
	case answered:
		n.can(label{name, " answer ", t.answer.String()}, true, func(w *world) bool { return settle(w, t.answer) })
		n.can(label{name, " answer lost"}, false, func(w *world) bool {
			w.try.phase, w.try.answer = silent, NoEvent
			return true
		})
	case silent:
		n.can(label{name, " timed out"}, true, func(w *world) bool { return settle(w, unknown[t.call]) })
	}
}

// late is what was given up and arrives, or is lost for good.
func (n *nexts) late() {
	for _, c := range []Call{CallHold, CallIssue, CallVoid, CallRelease, CallDebit, CallReverse, CallRefund} {
		for p := range payments {
			if !*n.from.net.slot(c, p) {
				continue
			}
			for choice := range 2 {
				n.can(label{"late ", c.String(), " arrives"}, true, func(w *world) bool {
					if choice == 1 && !w.twoWays(c, p) {
						return false
					}
					*w.net.slot(c, p) = false
					w.handle(c, p, choice)
					return true
				})
			}
			n.can(label{"late ", c.String(), " lost"}, true, func(w *world) bool { *w.net.slot(c, p) = false; return true })
			if c == CallHold || c == CallIssue || c == CallVoid || c == CallRelease {
				break // one key for the order's seats
			}
		}
	}
}

// terminal is what happens there without us.
func (n *nexts) terminal() {
	n.can(label{"hold lapses"}, true, func(w *world) bool { was := w.ticket; w.ticket = gone; return was == held })
	n.can(label{"traveller goes"}, true, func(w *world) bool { was := w.ticket; w.ticket = used; return was == issued })
}

// slot is where a call that is on its way is noted.
func (n *network) slot(c Call, p int) *bool {
	switch c {
	case CallHold:
		return &n.hold
	case CallIssue:
		return &n.issue
	case CallVoid:
		return &n.void
	case CallRelease:
		return &n.release
	case CallDebit:
		return &n.debit[p]
	case CallReverse:
		return &n.reverse[p]
	}
	return &n.refund[p]
}

// twoWays tells whether bank or terminal may answer the call as it likes.
func (w *world) twoWays(c Call, p int) bool {
	return c == CallHold && w.ticket == none || c == CallIssue && w.ticket == held ||
		c == CallDebit && (w.bank[p] == nothing || w.bank[p] == booked || w.bank[p] == declined)
}

// handle is a request arriving: what it changes there, and the answer to it.
// choice is what bank or terminal decide where they are free to.
func (w *world) handle(c Call, p, choice int) EventKind {
	switch c {
	case CallHold:
		if w.ticket == none && choice == 0 {
			w.ticket = held
		}
		if w.ticket == held {
			return HoldConfirmed
		}
		return HoldRefused
	case CallIssue:
		if w.ticket == held {
			w.ticket = [...]seat{issued, gone}[choice] // a refusal is final
		}
		if w.valid() {
			return IssueDone
		}
		return IssueRefused
	case CallVoid:
		if w.ticket == used {
			return VoidRefused
		}
		w.ticket = gone
		return VoidDone
	case CallRelease:
		if !w.valid() {
			w.ticket = gone
		}
		return ReleaseDone
	case CallDebit:
		return w.debit(p, choice)
	case CallReverse:
		if m := &w.bank[p]; *m == nothing || *m == booked || *m == twice {
			*m = reversed
		}
		return ReverseDone
	}
	switch m := &w.bank[p]; *m {
	case booked:
		*m = returned
	case returned:
	default:
		return ReverseUnknown // nothing to refund: the bank refuses
	}
	return ReverseDone
}

// debit is a bank that need not notice a second debit under a key.
func (w *world) debit(p, choice int) EventKind {
	m := &w.bank[p]
	switch *m {
	case nothing:
		*m = [...]money{booked, declined}[choice]
	case booked:
		*m = [...]money{booked, twice}[choice]
	case declined:
		*m = [...]money{declined, booked}[choice]
	}
	if *m == booked || *m == twice {
		return DebitDone
	}
	return DebitRefused
}

// query is what the bank says when asked about a debit. That it knows nothing is
// no refusal: the debit may still be on its way.
func (w *world) query(p int) EventKind {
	switch w.bank[p] {
	case booked, twice:
		return DebitDone
	case declined:
		return DebitRefused
	}
	return DebitUnknown
}
