package booking_test

import (
	"fmt"
	"slices"
	"strings"

	. "shortfare/booking"
)

// slots bounds the orders of a search.
const slots = 2

// scene is what one search is about: how it starts and what can happen besides faults.
type scene struct {
	start   []Order  // opened by NewOrder where they have no state
	paid    []Fund   // debits that are booked at the start
	holds   []string // keys that holds can have; the first letters are the order's
	debits  []string
	refunds []string
	linked  bool // the orders are of one change: their money is looked at together
	states  []State
	ends    []CloseReason
	slow    bool // customers are told that it takes long
	settle  bool // the bank is asked whether refunds have arrived
	upset   bool // the carrier cancels or moves the service
	calm    bool // every request arrives: only its answer can be lost
	sure    bool // nor is an answer lost

	// customer lists texts and what others do; who is the order's place.
	customer func(who int, o Order) []happening
	// opens is an order that the customer can open now, in place who.
	opens func(orders [slots]Order) (who int, o Order, ok bool)
	// prices are the answers that a terminal may give to a hold.
	prices []Event
}

// happening is an event with a name that stands for all that it says.
type happening struct {
	name  string
	event Event
	heals bool
}

// money is the bank's truth about one debit key.
type money uint8

const (
	nothing  money = iota
	booked         // the customer is charged
	twice          // charged twice under one key: a bank need not notice
	declined       // final
	reversed       // undone; a debit that comes later is refused
)

// debit is a debit key at the bank, with what is still on its way.
type debit struct {
	truth         money
	asked, back   int16 // by us; by refunds
	calls         uint8 // Debit calls made
	late, undoing bool  // a debit, a reversal that may still arrive
}

// net is what the customer paid.
func (d debit) net() int16 {
	n := -d.back
	switch d.truth {
	case booked:
		n += d.asked
	case twice:
		n += 2 * d.asked
	}
	return n
}

// refund is a refund key at the bank.
type refund struct {
	done, late bool
	of         int8 // debit
	amount     int16
}

// seat is the terminal's truth about a hold and its ticket.
type seat uint8

const (
	none seat = iota
	held
	issued
	used // travelled: no void is taken any more
	gone // released, voided, or lapsed by itself: the key is dead
)

// item is a hold key at the terminal, with what is still on its way.
type item struct {
	truth                seat
	valid                uint8 // seats by bit
	open                 bool  // we asked for seats and have neither heard no nor given them back
	dead                 bool  // we know that there is nothing under the key
	hold, issue, release bool  // may still arrive
	void                 uint8 // may still arrive: voids of seats by bit, of all by voidAll
}

const voidAll = 1 << 7

// phase is how far the call of an attempt is.
type phase uint8

const (
	idle     phase = iota // not handled in this epoch
	answered              // answer on its way
)

// attempt is a row of Attempt with its call.
type attempt struct {
	call   Call
	old    bool // made by an earlier epoch: Debit is asked about only
	phase  phase
	answer EventKind
}

// fault is a rule that a step broke, rather than the world it led to.
type fault uint8

const (
	wrongRefusal fault = iota + 1
	twoAttempts
	deadlineRefused
	outcomeRefused
	notAsStep
	noWord
	deadKey
	unknownKey
	otherRefund
	otherOrder
)

func (f fault) String() string {
	return [...]string{"", "refused in a wrong way", "two attempts at once", "its own deadline is refused",
		"the outcome of a call is refused", "Changes.Step does something else",
		"charged without the customer's word", "a hold under a dead key", "a key that the scene does not know",
		"a refund key used for another refund", "an event touched the customer's other order"}[f]
}

// world is everything that matters at one moment. It is comparable: the search
// knows it again. Orders stand for their numbers in the book.
type world struct {
	orders   [slots]int32
	try      [slots]attempt
	settling [slots]bool   // the bank was asked whether a refund has arrived
	word     [slots]int16  // what the customer's last code lets us charge, plus one; 0 without
	upset    [slots]bool   // the carrier did something to the service
	seats    [3]item       // by scene.holds
	bank     [4]debit      // by scene.debits
	refunds  [7]refund     // by scene.refunds
	books    [slots]ledger // our postings
	fault    fault         // a rule broken on the way here
}

// first is the world that a scene starts with.
func (s *space) first() world {
	var w world
	for i, o := range s.scene.start {
		switch o.State {
		case StateNone:
			s.take(&w, i, s.apply(w.orders, i, "opened", nil, o))
			continue
		case Issued:
			w.books[i].post(LedgerBank, LedgerCustomer, o.Paid().Minor)
			w.books[i].post(LedgerCustomer, LedgerTerminal, o.Price.Minor)
			w.books[i].post(LedgerCustomer, LedgerFees, o.Fees.Minor)
			k := slices.Index(s.scene.holds, o.HoldKey())
			w.seats[k] = item{truth: issued, valid: 1<<o.Seats - 1}
		}
		w.orders[i] = s.book.keep(o)
	}
	for _, f := range s.scene.paid {
		w.bank[slices.Index(s.scene.debits, f.Key)] = debit{truth: booked, asked: int16(f.Paid.Minor), calls: 1}
	}
	return s.normal(w)
}

func (s *space) order(w *world, i int) *Order { return &s.book.orders[w.orders[i]] }

// step applies an event; false when the order refuses it.
func (s *space) step(w *world, i int, what string, e Event) bool {
	st := s.apply(w.orders, i, what, &e, Order{})
	if st.refused {
		if st.fault != 0 {
			w.fault = st.fault
			return true
		}
		return false
	}
	o := s.order(w, i)
	switch {
	case e.Kind == Confirm && o.State == Waiting:
		w.word[i] = int16(o.Wish.Most.Minor) + 1
	case e.Kind == Confirm:
		w.word[i] = int16(o.Charge().Minor) + 1
	case e.Kind == HoldRefused:
		s.item(w, o).dead, s.item(w, o).open = true, false
	case e.Kind == SeatsFree:
		w.upset[i] = false // another run
	}
	s.take(w, i, st)
	return true
}

// take makes a step's outcome the world's.
func (s *space) take(w *world, who int, st step) {
	was := w.orders
	w.orders = st.orders
	if st.fault != 0 {
		w.fault = st.fault
	}
	for i, c := range st.calls {
		w.books[i] = w.books[i].plus(st.books[i])
		if i != who && !s.scene.linked && (st.orders[i] != was[i] || c != NoCall) {
			w.fault = otherOrder
		}
		o := s.order(w, i)
		if o.State == Held && !o.Automatic() || o.State == Closed {
			w.word[i] = 0 // what was authorised before is not any more
		}
		switch {
		case c == NoCall:
			continue
		case c == CallSettle:
			w.settling[i] = true
			continue
		case c == CallHold:
			s.item(w, o).open = true
		case c == CallRelease:
			s.item(w, o).dead, s.item(w, o).open = true, false
		case c == CallVoid:
			s.item(w, o).open = false
		}
		switch {
		case w.try[i].call != NoCall:
			w.fault = twoAttempts
		case c == CallHold && s.item(w, o).dead:
			w.fault = deadKey
		case c == CallDebit, c == CallIssue && o.Charge().Minor == 0 && !o.Charged && s.book.orders[was[i]].State == Held:
			if int16(o.Charge().Minor) >= w.word[i] && s.debit(w, o).calls == 0 && !s.rules.forgiveTwoDebits {
				w.fault = noWord
			}
			w.word[i] = 0
		}
		w.try[i] = attempt{call: c}
	}
}

// item is what the terminal has under the order's key.
func (s *space) item(w *world, o *Order) *item {
	k := slices.Index(s.scene.holds, o.HoldKey())
	if k < 0 {
		w.fault = unknownKey
		return &item{}
	}
	return &w.seats[k]
}

// normal forgets what can no longer matter, so that equal futures are one world.
func (s *space) normal(w world) world {
	for i := range w.try {
		if w.try[i].call != CallDebit {
			w.try[i].old = false
		}
	}
	for k := range w.seats {
		m := &w.seats[k]
		if m.dead && !m.ticket() {
			m.release = false // that the hold lapses is the same
		}
		switch m.truth {
		case held: // the same hold again
			m.hold = false
		case issued:
			m.hold, m.issue, m.release = false, false, false
			for bit := uint8(1); bit < voidAll; bit <<= 1 {
				if m.valid&bit == 0 {
					m.void &^= bit
				}
			}
		case used, gone: // the key is dead to every call
			m.hold, m.issue, m.release, m.void = false, false, false, 0
		}
	}
	for k := range w.bank {
		if m := &w.bank[k]; m.truth == reversed || m.truth == declined {
			m.undoing, m.late = false, m.late && m.truth != reversed
		}
	}
	for k := range w.refunds {
		if m := &w.refunds[k]; m.done {
			m.late = false
		}
	}
	return w
}

// line is one line of a trace.
func (s *space) line(w *world) string {
	var parts []string
	for i := range w.orders {
		o := s.order(w, i)
		if o.State == StateNone {
			continue
		}
		p := fmt.Sprintf("%d:%s", o.ID, o.State)
		if o.Reason != "" {
			p += "(" + string(o.Reason) + ")"
		}
		if o.Next != 0 {
			p += fmt.Sprintf(" next %d", o.Next)
		}
		if t := w.try[i]; t.call != NoCall {
			p += fmt.Sprintf(" try %s/%d", t.call, t.phase)
		}
		parts = append(parts, fmt.Sprintf("%s books %v", p, w.books[i]))
	}
	for k, name := range s.scene.holds {
		m := w.seats[k]
		parts = append(parts, fmt.Sprintf("ticket %s %s/%b%s", name, [...]string{"none", "held", "issued", "used", "gone"}[m.truth], m.valid, m.late()))
	}
	for k, name := range s.scene.debits {
		if d := w.bank[k]; d != (debit{}) {
			parts = append(parts, fmt.Sprintf("debit %s %s %d-%d late %t/%t", name,
				[...]string{"none", "booked", "TWICE", "declined", "reversed"}[d.truth], d.asked, d.back, d.late, d.undoing))
		}
	}
	for k, name := range s.scene.refunds {
		if r := w.refunds[k]; r != (refund{}) {
			parts = append(parts, fmt.Sprintf("refund %s %d done %t late %t", name, r.amount, r.done, r.late))
		}
	}
	return strings.Join(parts, " | ")
}

// late lists what is still on its way to the terminal.
func (m item) late() string {
	s := ""
	for _, c := range []struct {
		on   bool
		name string
	}{{m.hold, "hold"}, {m.issue, "issue"}, {m.void != 0, "void"}, {m.release, "release"}} {
		if c.on {
			s += " late " + c.name
		}
	}
	return s
}
