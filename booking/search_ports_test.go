package booking_test

import (
	"slices"
	"strings"

	. "shortfare/booking"
)

// request is a call as bank or terminal get it, by places in the scene's keys.
type request struct {
	call          Call
	item          int
	places        uint8 // of a void: seats by bit, 0 for all
	debit, refund int
	amount        int16
}

// request is what the caller sends for the order's call.
func (s *space) request(w *world, o *Order, c Call) request {
	r := request{call: c}
	switch c {
	case CallDebit, CallReverse:
		key := o.DebitKey()
		if s.rules.oneDebitKey {
			_, payment, _ := strings.Cut(key, "-")
			key = "1-" + payment
		}
		r.debit, r.amount = slices.Index(s.scene.debits, key), int16(o.Charge().Minor)
		if r.debit < 0 {
			w.fault, r.debit = unknownKey, 0
		}
	case CallRefund:
		due, _ := o.PendingRefund()
		return s.refundOf(w, due)
	case CallVoidOld:
		r.item = slices.Index(s.scene.holds, o.Swap.Key)
	default:
		r.item = slices.Index(s.scene.holds, o.HoldKey())
		if r.item < 0 {
			w.fault, r.item = unknownKey, 0
		}
		if c == CallVoid && o.Partly() && !s.rules.voidWhole {
			for _, i := range o.Leaving {
				r.places |= bitOf(o.Places[i])
			}
		}
	}
	return r
}

// bitOf is the bit of a seat by its name.
func bitOf(place string) uint8 { return 1 << strings.Index("AB", place) }

func bitsOf(places []string) (bits uint8) {
	for _, p := range places {
		bits |= bitOf(p)
	}
	return bits
}

func (s *space) refundOf(w *world, r Refund) request {
	req := request{call: CallRefund, refund: slices.Index(s.scene.refunds, r.Key), debit: slices.Index(s.scene.debits, r.Fund), amount: int16(r.Amount.Minor)}
	if req.refund < 0 || req.debit < 0 {
		w.fault = unknownKey
		req.refund, req.debit = max(req.refund, 0), max(req.debit, 0)
	}
	m := &w.refunds[req.refund]
	if m.amount != 0 && (m.amount != req.amount || int(m.of) != req.debit) {
		w.fault = otherRefund
	}
	m.amount, m.of = req.amount, int8(req.debit)
	return req
}

// late notes that the request is on its way, or is not any more.
func (r request) late(w *world, on bool) {
	m := &w.seats[r.item]
	switch r.call {
	case CallHold:
		m.hold = on
	case CallIssue:
		m.issue = on
	case CallRelease:
		m.release = on
	case CallVoid, CallVoidOld:
		bits := r.places
		if bits == 0 {
			bits = voidAll
		}
		if m.void &^= bits; on {
			m.void |= bits
		}
	case CallDebit:
		w.bank[r.debit].late = on
	case CallReverse:
		w.bank[r.debit].undoing = on
	case CallRefund:
		w.refunds[r.refund].late = on
	}
}

// late is what was given up and arrives, or is lost for good.
func (n *nexts) late() {
	for _, r := range n.onTheWay() {
		for choice := range 2 {
			n.can(label{"late ", r.call.String(), " arrives"}, true, func(w *world) bool {
				if choice == 1 && !n.twoWays(w, r) {
					return false
				}
				r.late(w, false)
				n.handle(w, r, choice)
				return true
			})
		}
		n.can(label{"late ", r.call.String(), " lost"}, true, func(w *world) bool { r.late(w, false); return true })
	}
}

func (n *nexts) onTheWay() []request {
	var list []request
	add := func(on bool, r request) {
		if on {
			list = append(list, r)
		}
	}
	for k, m := range n.from.seats {
		add(m.hold, request{call: CallHold, item: k})
		add(m.issue, request{call: CallIssue, item: k})
		add(m.release, request{call: CallRelease, item: k})
		add(m.void&voidAll != 0, request{call: CallVoid, item: k})
		for bit := uint8(1); bit <= 2; bit <<= 1 {
			add(m.void&bit != 0, request{call: CallVoid, item: k, places: bit})
		}
	}
	for k, d := range n.from.bank {
		add(d.late, request{call: CallDebit, debit: k, amount: d.asked})
		add(d.undoing, request{call: CallReverse, debit: k})
	}
	for k, m := range n.from.refunds {
		add(m.late, request{call: CallRefund, refund: k, debit: int(m.of), amount: m.amount})
	}
	return list
}

// terminal is what happens there without us.
func (n *nexts) terminal() {
	for k := range n.scene.holds {
		n.can(label{"hold lapses"}, true, func(w *world) bool {
			was := w.seats[k].truth
			w.seats[k].truth = gone
			return was == held
		})
		n.can(label{"traveller goes"}, true, func(w *world) bool {
			was := w.seats[k].truth
			w.seats[k].truth = used
			return was == issued
		})
	}
}

// ticket tells whether a ticket is valid under the key.
func (m *item) ticket() bool { return m.truth == issued || m.truth == used }

// debit is what the bank has of the order's present payment.
func (s *space) debit(w *world, o *Order) debit {
	k := slices.Index(s.scene.debits, o.DebitKey())
	if k < 0 {
		return debit{}
	}
	return w.bank[k]
}

// twoWays tells whether bank or terminal may answer the call as it likes.
func (s *space) twoWays(w *world, r request) bool {
	m, d := w.seats[r.item].truth, w.bank[r.debit].truth
	return r.call == CallHold && m == none || r.call == CallIssue && m == held ||
		r.call == CallDebit && (d == nothing || d == booked || d == declined)
}

// handle is a request arriving: what it changes there, and the answer to it.
// choice is what bank or terminal decide where they are free to.
func (s *space) handle(w *world, r request, choice int) EventKind {
	m := &w.seats[r.item]
	switch r.call {
	case CallHold:
		if m.truth == none && choice == 0 {
			m.truth = held
		}
		if m.truth == held {
			return HoldConfirmed
		}
		return HoldRefused
	case CallIssue:
		if m.truth == held {
			m.truth = [...]seat{issued, gone}[choice] // a refusal is final
			m.valid = s.scene.seats()
		}
		if m.ticket() {
			return IssueDone
		}
		return IssueRefused
	case CallVoid, CallVoidOld:
		return m.undo(r.places)
	case CallRelease:
		if !m.ticket() {
			m.truth = gone
		}
		return ReleaseDone
	case CallDebit:
		return w.bank[r.debit].take(choice)
	case CallReverse:
		if d := &w.bank[r.debit]; d.truth == nothing || d.truth == booked || d.truth == twice {
			d.truth = reversed
		}
		return ReverseDone
	}
	return w.payBack(r)
}

// seats are all seats of a new ticket, by bit.
func (sc *scene) seats() uint8 { return 1<<max(sc.start[0].Seats, 1) - 1 }

// undo is a void of some seats, or of all. Seats that are void already are
// void once more.
func (m *item) undo(places uint8) EventKind {
	switch {
	case places != 0 && m.truth == gone, places != 0 && m.ticket() && m.valid&places == 0:
		return VoidDone
	case m.truth == used, places != 0 && m.truth != issued:
		return VoidRefused
	}
	if m.valid &^= places; places == 0 || m.valid == 0 {
		m.truth, m.valid = gone, 0
	}
	return VoidDone
}

// take is a bank that need not notice a second debit under a key.
func (d *debit) take(choice int) EventKind {
	switch d.truth {
	case nothing:
		d.truth = [...]money{booked, declined}[choice]
	case booked:
		d.truth = [...]money{booked, twice}[choice]
	case declined:
		d.truth = [...]money{declined, booked}[choice]
	}
	if d.truth == booked || d.truth == twice {
		return DebitDone
	}
	return DebitRefused
}

// query is what the bank says when asked about a debit. That it knows nothing is
// no refusal: the debit may still be on its way.
func (d *debit) query() EventKind {
	switch d.truth {
	case booked, twice:
		return DebitDone
	case declined:
		return DebitRefused
	}
	return DebitUnknown
}

// payBack is one refund a key, of no more than was booked.
func (w *world) payBack(r request) EventKind {
	m, d := &w.refunds[r.refund], &w.bank[r.debit]
	if m.done {
		return ReverseDone
	}
	if d.net() < r.amount {
		return ReverseUnknown // nothing to refund: the bank refuses
	}
	m.done = true
	d.back += r.amount
	return ReverseDone
}
