package booking_test

import (
	"slices"
	"testing"
	"time"

	. "shortfare/booking"
)

// changeScene is a ticket of 100 that itself once took another's place, which
// cost a fee of 5, and the order that is to take its place: of that price and
// for that fee.
func changeScene(price, fee int64) *scene {
	paid := []Fund{{Key: "0-1", Paid: fen(65)}, {Key: "1-1", Paid: fen(40)}}
	old := unguessed(texts(quoted("Quoted cancel", QuoteCancel, 90, 10)))
	next := unguessed(texts(quoted("Quoted change", QuoteChange, 0, 0), quoted("Quoted cancel", QuoteCancel, price-10, 10)))
	return &scene{
		start: []Order{{ID: 1, Code: "K1", State: Issued, Seats: 1, Price: fen(100), Places: places(1), Payment: 1, Charged: true, Ticketed: true,
			Funds: paid, Fees: fen(5)}},
		paid:    paid,
		holds:   []string{"1", "2"},
		debits:  []string{"0-1", "1-1", "2-1"},
		refunds: []string{"1-r1", "1-r2", "2-r1", "2-r2", "2-r3", "2-r4", "2-r5"},
		linked:  true,
		prices:  []Event{{Price: fen(price), Fee: fen(fee)}},
		opens: func(orders [slots]Order) (int, Order, bool) {
			o := orders[0]
			return 1, Order{ID: 2, Seats: 1, Price: fen(price), Ask: 1,
				Swap: &Swap{Order: o.ID, Code: o.Code, Key: o.HoldKey(), Credit: o.Price, Funds: o.Funds, Fees: o.Fees},
			}, o.State == Issued && o.Next == 0 && orders[1].State == StateNone
		},
		customer: func(who int, o Order) []happening {
			if who == 0 {
				return old
			}
			return unpayable(slices.Clone(next), o, 1)
		},
		states: []State{Holding, Held, Issuing, Swapping, Issued, Voiding, Reversing, Releasing, Review, Closed},
		ends:   []CloseReason{ClosedSoldOut, ClosedExpired, ClosedCancelled, ClosedIssueFailed, ClosedRefunded, ClosedChanged, ClosedChangeFailed},
	}
}

// Changes to a dearer ticket, to one of the same price, and to a cheaper one whose
// difference comes back from two debits.
func dearerScene() *scene  { return changeScene(150, 10) }
func equalScene() *scene   { return changeScene(100, 0) }
func cheaperScene() *scene { return changeScene(30, 10) }

// changeNewsScene is a change while carriers move or cancel either service.
func changeNewsScene() *scene {
	sc := equalScene()
	sc.upset, sc.calm = true, true
	few := texts()[:2] // what becomes of either ticket later is in the other searches
	sc.customer = func(_ int, _ Order) []happening { return few }
	sc.ends = []CloseReason{ClosedSoldOut, ClosedExpired, ClosedCancelled, ClosedIssueFailed, ClosedChanged, ClosedChangeFailed, ClosedWithdrawn}
	sc.states = slices.DeleteFunc(sc.states, func(s State) bool { return s == Reversing }) // it costs nothing
	return sc
}

// TestApplySearchChange explores a change as a swap: the old ticket stands until
// the new one is paid for and issued, and if anything fails.
func TestApplySearchChange(t *testing.T) {
	both := map[string]func(s *space, w *world) bool{
		"the old ticket was used meanwhile, the new one is void": func(s *space, w *world) bool {
			return w.seats[0].truth == used && w.seats[1].truth == gone && s.order(w, 0).State == Issued && s.order(w, 1).State == Closed
		},
		"the old one is void and nobody knows": func(s *space, w *world) bool {
			return w.seats[0].truth == gone && s.order(w, 1).State == Review && s.order(w, 0).State == Issued
		},
		"both tickets were used": func(s *space, w *world) bool { return w.seats[0].truth == used && w.seats[1].truth == used },
		"the new one was cancelled in turn": func(s *space, w *world) bool {
			return s.order(w, 0).Reason == ClosedChanged && s.order(w, 1).Reason == ClosedRefunded && s.order(w, 1).State == Closed
		},
		"the old one was cancelled after the change had failed": func(s *space, w *world) bool {
			return s.order(w, 0).Reason == ClosedRefunded && s.order(w, 0).State == Closed && s.order(w, 1).State == Closed
		},
	}
	for _, c := range []struct {
		name  string
		scene *scene
	}{{"dearer", dearerScene()}, {"equal", equalScene()}, {"cheaper", cheaperScene()}} {
		t.Run(c.name, func(t *testing.T) { closes(t, c.scene, both) })
	}
}

// TestApplySearchChangeNews has carriers change either service at any moment.
func TestApplySearchChangeNews(t *testing.T) {
	closes(t, changeNewsScene(), map[string]func(s *space, w *world) bool{
		"changed since the old service was cancelled": func(s *space, w *world) bool {
			return w.upset[0] && s.order(w, 0).Reason == ClosedChanged && s.order(w, 1).Upset == ""
		},
		"the new service was cancelled during the swap": func(s *space, w *world) bool {
			return s.order(w, 1).State == Swapping && s.order(w, 1).Upset == RunCancelled
		},
	})
}

func changeShortcuts() []shortcut {
	dearer, equal, cheaper := dearerScene(), equalScene(), cheaperScene()
	unlinked := func(k EventKind) rules {
		return after(func(_ Order, _ Event, _ *Order, effects []Effect) []Effect {
			return without(effects, func(e Effect) bool { return e.Kind == DoLink && e.Event.Kind == k })
		})
	}
	swap := func(o *Order, change func(s *Swap)) {
		if o.Swap != nil {
			s := *o.Swap
			change(&s)
			o.Swap = &s
		}
	}
	return []shortcut{
		{"void of the old ticket before the new one is issued", dearer, moves(Debiting, Issuing, Swapping, CallVoidOld), "given up without"},
		{"void of the old ticket instead of an issue", equal, moves(Held, Issuing, Swapping, CallVoidOld), "given up without"},
		{"old ticket free to be cancelled while it is being changed", equal, freed(), "waits for an order that has ended"},
		{"void of the old ticket refused and the new one stands", equal, instead(Swapping, VoidRefused, VoidDone), "a valid ticket in closed"},
		{"void of the old ticket not known and the new one stands", cheaper, instead(Swapping, VoidUnknown, VoidDone), "a valid ticket in closed"},
		{"old ticket not told that the change ended", equal, unlinked(ChangeEnded), "waits for an order that has ended"},
		{"old ticket not told that it is void", equal, unlinked(ChangedAway), "without a valid ticket"},
		{"old ticket closed before its void is known", dearer, after(func(o Order, e Event, n *Order, effects []Effect) []Effect {
			if e.Kind == IssueDone && n.Swap != nil {
				effects = append(effects, Effect{Kind: DoLink, Order: n.Swap.Order, Event: Event{Kind: ChangedAway, Link: n.ID}})
			}
			return effects
		}), "a valid ticket in closed"},
		{"the whole new price is charged", dearer, before(func(o *Order, e *Event) {
			if e.Kind == Confirm {
				swap(o, func(s *Swap) { s.Credit = fen(0) })
			}
		}), "without the customer's word"},
		{"the difference is not charged", dearer, moves(Held, Debiting, Issuing, CallIssue), "charged"},
	}
}

// paybackShortcuts are wrong in what a change charges and gives back.
func paybackShortcuts() []shortcut {
	equal, cheaper := equalScene(), cheaperScene()
	return []shortcut{
		{"the fee of the change is not taken over", cheaper, after(func(o Order, e Event, n *Order, effects []Effect) []Effect {
			if n.Swap != nil && n.Swap.Done {
				n.Fees = n.Swap.Fees
			}
			return effects
		}), "books say"},
		{"issue of a free change given up without voiding", equal, after(func(o Order, _ Event, n *Order, effects []Effect) []Effect {
			if o.State != Issuing || n.State != Voiding {
				return effects
			}
			n.State, n.Ask = Releasing, 0
			return calls(effects, CallRelease)
		}), "a valid ticket in releasing"},
		{"the difference is given back and the change fails", cheaper, after(func(o Order, e Event, n *Order, effects []Effect) []Effect {
			if o.State == Swapping && e.Kind == VoidRefused {
				n.State, n.Refunds = Reversing, []Refund{{Key: "2-r1", Fund: "1-1", Amount: fen(40), State: RefundRequested, At: searchNow}}
				return calls(effects, CallRefund)
			}
			return effects
		}), "of a debit, the bank"},
		{"the old ticket keeps its money beside the new one", equal, after(func(o Order, e Event, n *Order, effects []Effect) []Effect {
			if e.Kind == ChangedAway {
				n.Funds = o.Funds
			}
			return effects
		}), "books say"},
		{"the difference is forgotten when its refund is not known", cheaper, after(func(o Order, e Event, n *Order, effects []Effect) []Effect {
			if e.Kind == ReverseUnknown && n.State == Reversing && n.Ticketed {
				n.State, n.Ask = Issued, 0
				return without(effects, func(e Effect) bool { return e.Kind == DoCall })
			}
			return effects
		}), "charged"},
		{"operator did not look at the old ticket", equal, with(func(r *rules) { r.operatorNewOnly = true }), "a valid ticket in closed"},
	}
}

// freed lets a ticket be cancelled while it is being changed.
func freed() rules {
	return with(func(r *rules) {
		r.right, r.apply = false, func(o Order, e Event, now time.Time) (Order, []Effect, error) {
			given, next := o, o.Next
			if e.Kind == Quoted || e.Kind == Cancel {
				o.Next = 0
			}
			n, effects, err := o.Apply(e, now)
			if err != nil {
				return given, nil, err
			}
			if n.Next == 0 && o.Next != next {
				n.Next = next
			}
			return n, effects, nil
		}
	})
}
