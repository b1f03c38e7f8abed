package booking_test

import (
	"fmt"
	"slices"
	"testing"

	. "shortfare/booking"
)

// partScene is a ticket of two seats, paid by two debits since it once took
// another's place: its seats are given back together or one by one, each for a
// fee. The refund of a seat needs both debits.
func partScene() *scene {
	one := texts(quoted("Quoted cancel A", QuoteCancel, 90, 10, 0), quoted("Quoted cancel B", QuoteCancel, 90, 10, 1),
		quoted("Quoted cancel both", QuoteCancel, 180, 20), quoted("Quoted nothing", NoQuote, 0, 0))
	last := texts(quoted("Quoted cancel the other", QuoteCancel, 90, 10))
	return &scene{
		start: []Order{{ID: 1, State: Issued, Seats: 2, Price: fen(200), Places: places(2), Passengers: []Passenger{{Name: "A"}, {Name: "B"}},
			Payment: 1, Charged: true, Ticketed: true, Funds: []Fund{{Key: "0-1", Paid: fen(120)}, {Key: "1-1", Paid: fen(80)}}}},
		paid:    []Fund{{Key: "0-1", Paid: fen(120)}, {Key: "1-1", Paid: fen(80)}},
		holds:   []string{"1"},
		debits:  []string{"0-1", "1-1"},
		refunds: []string{"1-r1", "1-r2", "1-r3", "1-r4", "1-r5"},
		linked:  true, // to the order that paid the first debit, which has ended
		customer: func(_ int, o Order) []happening {
			if o.Seats == 1 {
				return last
			}
			return one
		},
		states: []State{Issued, Voiding, Reversing, Releasing, Review, Closed},
		ends:   []CloseReason{ClosedRefunded},
	}
}

// partNewsScene follows the refunds of single seats to the account, while the
// carrier changes the service.
func partNewsScene() *scene {
	sc := partScene()
	sc.settle, sc.upset, sc.calm = true, true, true
	all := sc.customer
	sc.customer = func(who int, o Order) []happening { return unguessed(slices.Clone(all(who, o))) }
	return sc
}

// TestApplySearchSeats explores giving back one seat of two, and then perhaps
// the other. Fees are kept and told; every debit pays back what it must.
func TestApplySearchSeats(t *testing.T) {
	closes(t, partScene(), map[string]func(s *space, w *world) bool{
		"one seat left after both refunds": func(s *space, w *world) bool {
			return s.order(w, 0).State == Issued && s.order(w, 0).Seats == 1 && w.refunds[0].done && w.refunds[1].done
		},
		"closed after three refunds": func(s *space, w *world) bool { return s.order(w, 0).State == Closed && w.refunds[2].done },
		"a used seat beside a void one": func(s *space, w *world) bool {
			return w.seats[0].truth == used && w.seats[0].valid == bitOf("B") && s.order(w, 0).State == Issued
		},
		"review with a seat left": func(s *space, w *world) bool {
			return s.order(w, 0).State == Review && s.order(w, 0).Seats == 1 && s.order(w, 0).Ticketed
		},
		"a void is asked for while an earlier one is on its way": func(_ *space, w *world) bool {
			return w.seats[0].void != 0 && w.try[0].call == CallVoid
		},
	})
}

// TestApplySearchSeatsNews adds settlement and news of the service.
func TestApplySearchSeatsNews(t *testing.T) {
	closes(t, partNewsScene(), map[string]func(s *space, w *world) bool{
		"the other seat leaves while a refund is asked about": func(s *space, w *world) bool {
			return s.order(w, 0).State == Voiding && s.order(w, 0).Seats == 1 && w.settling[0]
		},
		"one refund settled and one not": func(s *space, w *world) bool {
			r := s.order(w, 0).Refunds
			return len(r) > 1 && r[0].State == RefundSettled && r[1].State == RefundAccepted
		},
	})
}

func partShortcuts() []shortcut {
	sc := partScene()
	cancelled := func(change func(n *Order)) rules {
		return after(func(_ Order, e Event, n *Order, effects []Effect) []Effect {
			if e.Kind == Cancel && n.State == Voiding {
				change(n)
			}
			return effects
		})
	}
	return []shortcut{
		{"leaving seats forgotten", sc, cancelled(func(n *Order) { n.Leaving = nil }), "charged"},
		{"whole void where one seat was asked", sc, with(func(r *rules) { r.voidWhole = true }), "none where seats are left"},
		{"whole refund where one seat was asked", sc, cancelled(func(n *Order) { n.Refund = n.Price }), "not charged"},
		{"the fee is not booked", sc, after(func(_ Order, _ Event, _ *Order, effects []Effect) []Effect {
			return without(effects, func(e Effect) bool { return e.Credit == LedgerFees })
		}), "books say"},
		{"the fee is kept and not told", sc, after(func(o Order, e Event, n *Order, effects []Effect) []Effect {
			if e.Kind == VoidDone {
				n.Fees = o.Fees
			}
			return effects
		}), "books say"},
		{"void of a seat refused and refunded", sc, instead(Voiding, VoidRefused, VoidDone), "none where seats are left"},
		{"void of a seat given up and the ticket stands", sc, after(func(o Order, _ Event, n *Order, effects []Effect) []Effect {
			if o.State == Voiding && n.State == Review {
				n.State, n.Reason, n.Due = Issued, "", o.Due
			}
			return effects
		}), "without a valid ticket"},
		{"the wrong seat leaves the ticket", sc, after(func(o Order, e Event, n *Order, effects []Effect) []Effect {
			if e.Kind == VoidDone && o.Partly() {
				n.Places = []string{o.Places[o.Leaving[0]]}
			}
			return effects
		}), "none where seats are left"},
		{"only one debit pays back", sc, after(func(_ Order, e Event, n *Order, effects []Effect) []Effect {
			if e.Kind == VoidDone && len(n.Refunds) > 1 {
				n.Refunds = n.Refunds[:1:1]
			}
			return effects
		}), "charged"},
		{"refund planned again when it is not known", sc, after(func(_ Order, e Event, n *Order, effects []Effect) []Effect {
			if e.Kind == ReverseUnknown && n.State == Reversing {
				for i := range n.Refunds {
					n.Refunds[i].Key = fmt.Sprintf("1-r%d", len(n.Refunds)+1+i)
				}
			}
			return effects
		}), "charged"},
		{"refund of a seat forgotten when it is not known", sc, after(func(o Order, e Event, n *Order, effects []Effect) []Effect {
			if e.Kind == ReverseUnknown && n.State == Reversing && n.Ticketed {
				n.State, n.Reason, n.Ask = Issued, "", 0
				return without(effects, func(e Effect) bool { return e.Kind == DoCall })
			}
			return effects
		}), "charged"},
		{"operator lets all seats stand while a void of one is on its way", sc, with(func(r *rules) { r.operatorImpatient = true }),
			"without a valid ticket"},
		{"writes into the order given", sc, after(writesInto), "was written to"},
		{"appends behind the list of the order given", sc, after(appendsBehind), "was written to"},
	}
}

func writesInto(o Order, e Event, _ *Order, effects []Effect) []Effect {
	if e.Kind == VoidDone && len(o.Passengers) > 0 {
		o.Passengers[0].Name = "C"
	}
	return effects
}

func appendsBehind(o Order, e Event, _ *Order, effects []Effect) []Effect {
	if e.Kind == VoidDone && o.Partly() {
		_ = append(o.Passengers, Passenger{Name: "C"})
	}
	return effects
}
