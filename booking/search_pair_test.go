package booking_test

import (
	"slices"
	"testing"

	. "shortfare/booking"
)

// pairScene is two orders of one customer that have nothing to do with each
// other, in one view: what happens to one never touches the other. The first one
// is being bought, the second one is a ticket that is given back seat by seat.
// What the network loses is left to the searches of one order.
func pairScene() *scene {
	paid := []Fund{{Key: "2-1", Paid: fen(200)}}
	first := unguessed(texts(quoted("Quoted cancel", QuoteCancel, 90, 10)))
	second := unguessed(texts(quoted("Quoted cancel A", QuoteCancel, 90, 10, 0)))
	return &scene{
		start: []Order{{ID: 1, Seats: 1, Price: fen(100), Ask: 1},
			{ID: 2, State: Issued, Seats: 2, Price: fen(200), Places: places(2), Payment: 1, Charged: true, Ticketed: true, Funds: paid}},
		paid:    paid,
		holds:   []string{"1", "2"},
		debits:  []string{"1-1", "2-1"},
		refunds: []string{"1-r1", "2-r1", "2-r2"},
		prices:  []Event{{Price: fen(100)}},
		calm:    true,
		customer: func(who int, o Order) []happening {
			switch {
			case who == 0:
				return unpayable(slices.Clone(first), o, 1)
			case o.Seats == 1:
				return nil // the search of single seats goes on from here
			}
			return second
		},
		states: []State{Holding, Held, Debiting, Issuing, Issued, Voiding, Reversing, Releasing, Review, Closed},
		ends:   []CloseReason{ClosedSoldOut, ClosedExpired, ClosedCancelled, ClosedDebitUnknown, ClosedIssueFailed, ClosedRefunded},
	}
}

// buyingScene is two orders that are bought at the same time, of banks and terminals that answer.
func buyingScene() *scene {
	sc := pairScene()
	sc.start, sc.paid = []Order{{ID: 1, Seats: 1, Price: fen(100), Ask: 1}, {ID: 2, Seats: 1, Price: fen(100), Ask: 1}}, nil
	list := texts()[:1] // Confirm
	sc.customer = func(_ int, o Order) []happening {
		if o.State == Issued || o.Payment > 0 {
			return nil
		}
		return list
	}
	sc.sure = true
	sc.states = []State{Holding, Held, Debiting, Issuing, Issued, Reversing, Releasing, Closed}
	sc.ends = []CloseReason{ClosedSoldOut, ClosedExpired, ClosedIssueFailed}
	return sc
}

// TestApplySearchPair explores two orders of one customer.
func TestApplySearchPair(t *testing.T) {
	t.Run("a ticket and an order", func(t *testing.T) {
		closes(t, pairScene(), map[string]func(s *space, w *world) bool{
			"both pay back": func(s *space, w *world) bool {
				return w.try[0].call == CallRefund && w.try[1].call == CallRefund
			},
			"both in review": func(s *space, w *world) bool { return s.order(w, 0).State == Review && s.order(w, 1).State == Review },
		})
	})
	t.Run("two orders", func(t *testing.T) {
		closes(t, buyingScene(), map[string]func(s *space, w *world) bool{
			"both are charged at once": func(s *space, w *world) bool {
				return w.try[0].call == CallDebit && w.try[1].call == CallDebit
			},
			"one closed, one issued": func(s *space, w *world) bool { return s.order(w, 0).State == Closed && s.order(w, 1).State == Issued },
		})
	})
}

func pairShortcuts() []shortcut {
	return []shortcut{
		{"two orders share the key of their debits", buyingScene(), with(func(r *rules) { r.oneDebitKey = true }), "charged"},
		{"an outcome is given to the other order", buyingScene(), with(func(r *rules) { r.crossed = true }), "no attempt"},
		{"the other order is told of an end", pairScene(), after(func(o Order, e Event, _ *Order, effects []Effect) []Effect {
			if o.ID == 1 && e.Kind == HoldRefused {
				effects = append(effects, Effect{Kind: DoLink, Order: 2, Event: Event{Kind: Changing, Link: 1}})
			}
			return effects
		}), "touched the customer's other order"},
	}
}
