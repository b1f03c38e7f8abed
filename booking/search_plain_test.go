package booking_test

import (
	"slices"
	"testing"
	"time"

	. "shortfare/booking"
)

// fen is a small amount: the searches count in it.
func fen(n int64) Money { return Money{Minor: n, Currency: "CNY"} }

// texts are those that a customer can send about any order at any moment; each
// waits for its answer. More come from the scene.
func texts(more ...happening) []happening {
	list := append([]happening{
		{name: "Confirm", event: Event{Kind: Confirm}},
		{name: "Cancel", event: Event{Kind: Cancel}},
		{name: "WrongCode", event: Event{Kind: WrongCode, Limit: codeTries}},
	}, more...)
	for i := range list {
		list[i].event.Ask = 1
	}
	return list
}

func quoted(name string, q QuoteFor, back, fee int64, leaving ...int) happening {
	return happening{name: name, event: Event{Kind: Quoted, Quote: Quote{For: q, Until: soon}, Price: fen(back), Fee: fen(fee), Limit: codeTries, Leaving: leaving}}
}

// unguessed leaves out wrong codes, for searches that have enough to visit without them.
func unguessed(list []happening) []happening {
	return slices.DeleteFunc(list, func(h happening) bool { return h.event.Kind == WrongCode })
}

// unpayable leaves out a confirmation where the scene's debit keys end.
func unpayable(list []happening, o Order, payments int) []happening {
	if o.Payment < payments {
		return list
	}
	return slices.DeleteFunc(list, func(h happening) bool { return h.event.Kind == Confirm })
}

// plainScene is one order of one ticket: hold, payment, ticket and cancel.
func plainScene() *scene {
	list := texts(quoted("Quoted pay", QuotePay, 0, 0), quoted("Quoted cancel", QuoteCancel, 90, 10))
	return &scene{
		start:   []Order{{ID: 1, Seats: 1, Price: fen(100), Ask: 1}},
		holds:   []string{"1"},
		debits:  []string{"1-1", "1-2", "1-3"},
		refunds: []string{"1-r1"},
		slow:    true,
		prices:  []Event{{Price: fen(100)}},
		customer: func(_ int, o Order) []happening {
			return unpayable(slices.Clone(list), o, MaxDeclines)
		},
		states: []State{Holding, Held, Debiting, Issuing, Issued, Voiding, Reversing, Releasing, Review, Closed},
		ends: []CloseReason{ClosedSoldOut, ClosedExpired, ClosedCancelled, ClosedDeclined, ClosedDebitUnknown,
			ClosedIssueFailed, ClosedRefunded},
	}
}

// newsScene is a plain order whose service is moved or cancelled at any moment,
// whose customer wants to be reminded, and whose refund is followed to the account.
func newsScene() *scene {
	sc := plainScene()
	sc.slow, sc.calm, sc.settle, sc.upset = false, true, true, true
	sc.debits = sc.debits[:2]
	sc.start[0].Lead, sc.start[0].Trip.Dep = 2*time.Hour, later
	list := texts(quoted("Quoted pay", QuotePay, 0, 0), quoted("Quoted cancel", QuoteCancel, 90, 10))
	sc.customer = func(_ int, o Order) []happening { return unpayable(slices.Clone(list), o, 2) }
	sc.ends = []CloseReason{ClosedSoldOut, ClosedExpired, ClosedCancelled, ClosedDeclined, ClosedDebitUnknown, ClosedIssueFailed,
		ClosedRefunded, ClosedWithdrawn}
	return sc
}

// TestApplySearch explores the real Apply to closure (I4, I6, I12; B01-B04,
// B07, T01-T03, T05).
func TestApplySearch(t *testing.T) {
	closes(t, plainScene(), map[string]func(s *space, w *world) bool{
		"reversed while the debit is still on its way": func(_ *space, w *world) bool {
			return w.try[0].call == CallReverse && slices.ContainsFunc(w.bank[:], func(d debit) bool { return d.late })
		},
		"void called while a fulfil is still on its way": func(_ *space, w *world) bool { return w.seats[0].issue && w.try[0].call == CallVoid },
		"a valid ticket in review":                       func(s *space, w *world) bool { return w.seats[0].truth == issued && s.order(w, 0).State == Review },
		"a used ticket that stands":                      func(s *space, w *world) bool { return w.seats[0].truth == used && s.order(w, 0).State == Issued },
		"paid at the third try": func(s *space, w *world) bool {
			return s.order(w, 0).Payment == MaxDeclines && s.order(w, 0).State == Issued
		},
	})
}

// TestApplySearchNews has the carrier change the service at any moment.
func TestApplySearchNews(t *testing.T) {
	closes(t, newsScene(), map[string]func(s *space, w *world) bool{
		"a cancelled service in review":          func(s *space, w *world) bool { return w.upset[0] && s.order(w, 0).State == Review },
		"a cancel while a refund is asked about": func(s *space, w *world) bool { return w.settling[0] },
		"reminded of a service that was moved":   func(s *space, w *world) bool { return s.order(w, 0).Reminded && s.order(w, 0).Upset == RunMoved },
		"a refund that was never settled": func(s *space, w *world) bool {
			_, open := s.order(w, 0).Unsettled()
			return open && s.order(w, 0).SettleDue.IsZero() && s.order(w, 0).State == Closed
		},
	})
}

// plainShortcuts are those that Apply's comment warns of.
func plainShortcuts() []shortcut {
	debitAgain := func(o Order, e Event, now time.Time) (Order, []Effect, error) {
		if o.State == Debiting && e.Kind == DebitUnknown {
			return o, []Effect{{Kind: DoCall, Call: CallDebit}}, nil
		}
		return o.Apply(e, now)
	}
	again := func(r *rules) { r.right, r.apply = false, debitAgain }
	forgotten := after(func(o Order, e Event, n *Order, effects []Effect) []Effect {
		if e.Kind == Disrupted {
			n.Upset, n.UpsetTold = o.Upset, o.UpsetTold
		}
		return effects
	})
	keeps := after(func(o Order, e Event, n *Order, effects []Effect) []Effect {
		if e.Kind == Disrupted && o.State == Held && n.State == Releasing {
			n.State, n.Due, n.Quote = Held, o.Due, o.Quote
			return without(effects, func(e Effect) bool { return e.Kind == DoCall })
		}
		return effects
	})
	round := after(func(o Order, e Event, n *Order, effects []Effect) []Effect {
		if e.Kind == ReleaseDone {
			n.State, n.Reason, n.Due = Releasing, o.Reason, o.Due
			return calls(effects, CallRelease)
		}
		return effects
	})
	mute := with(func(r *rules) {
		r.right, r.apply = false, func(o Order, e Event, now time.Time) (Order, []Effect, error) {
			if e.Kind == OperatorIssued {
				return o, nil, &IllegalError{State: o.State, Event: e.Kind}
			}
			return o.Apply(e, now)
		}
	})
	sc := plainScene()
	return []shortcut{
		{"seats given back again and again", sc, round, "goes round for ever"},
		{"a used ticket in review that no operator can let stand", sc, mute, "dead end"},
		{"debit unknown to held", sc, instead(Debiting, DebitUnknown, DebitRefused), "charged"},
		{"issue given up without voiding", sc, moves(Issuing, Voiding, Reversing, CallReverse), "ticket"},
		{"reversal given up", sc, moves(Reversing, Review, Releasing, CallRelease), "charged"},
		{"void refused to reversing", sc, instead(Voiding, VoidRefused, VoidDone), "ticket"},
		{"debit again", sc, with(again), "called twice"},
		{"debit again, what comes of it", sc, with(func(r *rules) { again(r); r.forgiveTwoDebits = true }), "charged 2 times"},
		{"debit again after a crash", sc, with(func(r *rules) { r.debitAfterCrash = true }), "called twice"},
		{"debit again after a crash, what comes of it", sc,
			with(func(r *rules) { r.debitAfterCrash, r.forgiveTwoDebits = true, true }), "charged 2 times"},
		{"operator saw no debit", sc, with(func(r *rules) { r.operatorSawNoDeb = true }), "charged"},
		{"operator looked at the bank only", sc, with(func(r *rules) { r.operatorBankOnly = true }), "ticket"},
		{"operator did not wait for a void", sc, with(func(r *rules) { r.operatorImpatient = true }), "without a valid ticket"},
		{"the carrier's news forgotten", newsScene(), forgotten, "does not say so"},
		{"seats of a cancelled service kept on offer", newsScene(), keeps, "does not run"},
	}
}
