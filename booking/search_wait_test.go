package booking_test

import (
	"fmt"
	"slices"
	"testing"

	. "shortfare/booking"
)

// waitScene is an order of the waitlist, at most two matches of it: others take
// the seats, or they cost more than the joining code authorises.
func waitScene() *scene {
	run := Trip{TripKey: TripKey{Service: "a", Date: 20260302, To: 1}}
	o, _ := NewWaiting(Order{ID: 1, Seats: 1, Price: fen(100), Quote: Quote{For: QuoteWait, Until: soon},
		Wish: &Wish{Trips: []Trip{run}, Until: later, Most: fen(100)}}, searchNow)
	list := texts(quoted("Quoted wait", QuoteWait, 0, 0), quoted("Quoted pay", QuotePay, 0, 0))
	list = append(list, happening{name: "SeatsFree", event: Event{Kind: SeatsFree, Trip: &run}, heals: true})
	sc := &scene{
		start:   []Order{o},
		holds:   []string{"1", "1-h2", "1-h3"},
		debits:  []string{"1-1", "1-2"},
		refunds: []string{"1-r1"},
		prices:  []Event{{Price: fen(100)}, {Price: fen(120)}},
		states:  []State{Waiting, Holding, Held, Debiting, Issuing, Issued, Voiding, Reversing, Releasing, Review, Closed},
		ends: []CloseReason{ClosedWaitEnded, ClosedExpired, ClosedCancelled, ClosedDeclined, ClosedDebitUnknown, ClosedIssueFailed,
			ClosedRefunded},
	}
	sc.customer = func(_ int, o Order) []happening {
		here := append(slices.Clone(list), texts(quoted(fmt.Sprint("Quoted cancel ", o.Price), QuoteCancel, o.Price.Minor-10, 10))[3])
		if o.Holds == 2 && o.State == Waiting {
			here = slices.DeleteFunc(here, func(h happening) bool { return h.event.Kind == SeatsFree })
		}
		if o.State == Waiting {
			return here
		}
		return unpayable(here, o, len(sc.debits))
	}
	return sc
}

// waitNewsScene is an order of the waitlist while runs are moved and cancelled.
func waitNewsScene() *scene {
	sc := waitScene()
	sc.upset, sc.calm, sc.debits = true, true, sc.debits[:1]
	sc.ends = append(sc.ends, ClosedWithdrawn)
	all := sc.customer
	sc.customer = func(who int, o Order) []happening { return unguessed(all(who, o)) }
	return sc
}

// TestApplySearchWaitlist explores joining, matches that are lost and won, the
// cut-off, and that nothing is charged without a code for it.
func TestApplySearchWaitlist(t *testing.T) {
	closes(t, waitScene(), map[string]func(s *space, w *world) bool{
		"a ticket by the second match": func(s *space, w *world) bool { return s.order(w, 0).Holds == 1 && s.order(w, 0).State == Issued },
		"a hold arrives under an old key": func(s *space, w *world) bool {
			return w.seats[0].truth == held && s.order(w, 0).Holds > 0
		},
		"held because it costs more": func(s *space, w *world) bool {
			return s.order(w, 0).State == Held && s.order(w, 0).Price == fen(120) && s.order(w, 0).Declines == 0
		},
		"held since the bank refused": func(s *space, w *world) bool { return s.order(w, 0).State == Held && s.order(w, 0).Wish.Spent },
	})
}

// TestApplySearchWaitlistNews has the carrier change the run of a match at any moment.
func TestApplySearchWaitlistNews(t *testing.T) {
	closes(t, waitNewsScene(), map[string]func(s *space, w *world) bool{
		"a ticket by the second match": func(s *space, w *world) bool { return s.order(w, 0).Holds == 1 && s.order(w, 0).State == Issued },
		"waits on, the run with a quote was cancelled": func(s *space, w *world) bool {
			return s.order(w, 0).State == Releasing && s.order(w, 0).Price == fen(120) && s.order(w, 0).Reason == ClosedSoldOut
		},
		"waits on since the run was cancelled": func(s *space, w *world) bool {
			return s.order(w, 0).State == Waiting && s.order(w, 0).Upset == RunCancelled && w.seats[0].truth == gone
		},
	})
}

func waitShortcuts() []shortcut {
	sc := waitScene()
	wish := func(o *Order, change func(w *Wish)) {
		if o.Wish != nil {
			w := *o.Wish
			change(&w)
			o.Wish = &w
		}
	}
	return []shortcut{
		{"debit above what the joining code authorised", sc, before(func(o *Order, e *Event) {
			if e.Kind == HoldConfirmed {
				wish(o, func(w *Wish) { w.Most = fen(1000) })
			}
		}), "without the customer's word"},
		{"debit on a match without joining", sc, before(func(o *Order, e *Event) {
			if e.Kind == SeatsFree {
				wish(o, func(w *Wish) { w.Joined = searchNow })
			}
		}), "without the customer's word"},
		{"match after the cut-off", sc, before(func(o *Order, e *Event) {
			if e.Kind == SeatsFree {
				wish(o, func(w *Wish) { w.Until = later })
			}
		}), "without the customer's word"},
		{"debit after the cut-off", sc, before(func(o *Order, e *Event) {
			if e.Kind == HoldConfirmed {
				wish(o, func(w *Wish) { w.Until = later })
			}
		}), "without the customer's word"},
		{"second hold under the first key", sc, after(func(_ Order, _ Event, n *Order, effects []Effect) []Effect {
			n.Holds = 0
			return effects
		}), "dead key"},
		{"waits on without giving the seats back", sc, after(func(o Order, _ Event, n *Order, effects []Effect) []Effect {
			if o.State != Holding || n.State != Releasing {
				return effects
			}
			n.State, n.Reason, n.Due, n.Holds = Waiting, "", o.Wish.Until, o.Holds+1
			return without(effects, func(e Effect) bool { return e.Kind == DoCall })
		}), "kept for nobody"},
		{"refused by the bank and debited once more", sc, after(func(o Order, e Event, n *Order, effects []Effect) []Effect {
			if e.Kind != DebitRefused || n.State != Held {
				return effects
			}
			n.State, n.Due, n.Payment = Debiting, o.Due, o.Payment+1
			return calls(effects, CallDebit)
		}), "without the customer's word"},
		{"the cut-off of the first wish is not looked at", sc, instead(Waiting, WaitEnded, SeatsFree), "deadline is refused"},
		{"news of the run that was lost", waitNewsScene(), after(func(o Order, e Event, n *Order, effects []Effect) []Effect {
			if e.Kind == SeatsFree {
				n.Upset, n.UpsetTold = o.Upset, o.UpsetTold
			}
			return effects
		}), "the other way about"},
	}
}
