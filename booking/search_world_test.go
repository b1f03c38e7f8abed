package booking_test

import (
	"errors"
	"fmt"
	"slices"
	"time"

	. "shortfare/booking"
)

// payments bounds the debits of one order; three declines end it.
const payments = MaxDeclines

// codeTries bounds wrong codes.
const codeTries = 2

// money is the bank's truth about one debit key.
type money uint8

const (
	nothing  money = iota
	booked         // the customer is charged
	twice          // charged twice under one key: a bank need not notice
	declined       // final
	reversed       // undone; a debit that comes later is refused
	returned       // booked, then refunded
)

// seat is the terminal's truth about the order's hold and ticket.
type seat uint8

const (
	none seat = iota
	held
	issued
	used // travelled: no void is taken any more
	gone // released, voided, or lapsed by itself: the key is dead
)

// network is what was sent, got no answer in time, and may still arrive or be
// lost. A second copy of the same call changes nothing that the first does not.
type network struct {
	debit, reverse, refund     [payments]bool
	hold, issue, void, release bool
}

// phase is how far the call of an attempt is.
type phase uint8

const (
	idle     phase = iota // intent committed, not called in this epoch
	sent                  // request on its way
	answered              // answer on its way
	silent                // request or answer lost; the caller does not know
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
)

// world is everything that matters at one moment. It is comparable: the search
// knows it again. Times are left out; flags say which limits have passed.
type world struct {
	o struct {
		State             State
		Reason            uint8 // index in reasons
		Payment, Declines int8
		Charged, Ticketed bool
		Quote             QuoteFor
		Tries             int8
		Refund, Pending   bool // what a cancel returns; a refund that the bank has not acknowledged
		Waits, Slow, Due  bool
	}
	past, over, near bool // the state's limit; the quote's end; the hold's end less DebitMargin

	try    attempt
	net    network
	bank   [payments]money
	calls  [payments]uint8 // Debit calls made under each key
	ticket seat
	books  struct{ bank, customer, terminal int8 } // our postings, in prices
	fault  fault                                   // a rule broken on the way here
}

var reasons = []CloseReason{"", ClosedSoldOut, ClosedExpired, ClosedCancelled, ClosedDeclined, ClosedDebitUnknown,
	ClosedIssueFailed, ClosedRefunded}

var (
	searchPrice = Money{Minor: 100, Currency: "CNY"}
	searchNow   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

func firstWorld() world {
	o, effects := NewOrder(Order{ID: 1, Price: searchPrice, Ask: 1}, searchNow)
	var w world
	w.keep(o)
	w.file(effects)
	return w
}

// order makes a real order of the world, its times set as the flags say.
func (w *world) order() Order {
	at := func(passed bool, d time.Duration) time.Time {
		if passed {
			return searchNow.Add(-time.Second)
		}
		return searchNow.Add(d)
	}
	o := Order{ID: 1, State: w.o.State, Reason: reasons[w.o.Reason], Payment: int(w.o.Payment), Declines: int(w.o.Declines),
		Charged: w.o.Charged, Ticketed: w.o.Ticketed, Price: searchPrice, Slow: w.o.Slow, Since: searchNow}
	o.Quote = Quote{For: w.o.Quote, Tries: int(w.o.Tries), Until: at(w.over, time.Minute)}
	o.Until = searchNow.Add(time.Hour)
	if w.near {
		o.Until = searchNow.Add(DebitMargin - 1)
	}
	if w.past {
		o.Since = searchNow.Add(-max(HoldLimit, IssueLimit, VoidLimit, ReverseLimit, ReleaseLimit))
	}
	if w.o.Due {
		o.Due = at(w.over, time.Minute)
	}
	if w.o.Refund {
		o.Refund = searchPrice
	}
	if w.o.Charged {
		o.Funds = []Fund{{Key: o.DebitKey(), Paid: searchPrice}}
	}
	if w.o.Pending {
		o.Refunds = []Refund{{Key: "1-r1", Fund: o.DebitKey(), Amount: searchPrice, State: RefundRequested}}
	}
	if w.o.Waits {
		o.Ask, o.AskedAt = 1, searchNow
	}
	return o
}

// keep takes over what an order says.
func (w *world) keep(o Order) {
	w.o.State, w.o.Payment, w.o.Declines = o.State, int8(o.Payment), int8(o.Declines)
	w.o.Reason = uint8(slices.Index(reasons, o.Reason))
	w.o.Charged, w.o.Ticketed, w.o.Slow = o.Charged, o.Ticketed, o.Slow
	w.o.Quote, w.o.Tries, w.o.Due = o.Quote.For, int8(o.Quote.Tries), !o.Due.IsZero()
	w.o.Refund, w.o.Waits = o.Refund == searchPrice, o.Ask != 0
	_, w.o.Pending = o.PendingRefund()
}

// step applies an event; false when the order refuses it.
func (w *world) step(r rules, e Event) bool {
	before := w.order()
	o, effects, err := r.apply(before, e, searchNow)
	if err != nil {
		if !errors.Is(err, ErrIllegal) || o.State != before.State {
			w.fault = wrongRefusal
			return true
		}
		return false
	}
	w.past = w.past && o.State == before.State
	if e.Kind == HoldConfirmed {
		w.near = false
	}
	w.over = w.over && o.State == before.State && e.Kind != Quoted && e.Kind != ReviewOverdue
	w.keep(o)
	w.file(effects)
	return true
}

// file does what the turn does with effects.
func (w *world) file(effects []Effect) {
	for _, e := range effects {
		switch e.Kind {
		case DoCall:
			if w.try.call != NoCall {
				w.fault = twoAttempts
			}
			w.try = attempt{call: e.Call}
		case DoPost:
			*w.account(e.Debit)++
			*w.account(e.Credit)--
		}
	}
}

func (w *world) account(name string) *int8 {
	switch name {
	case LedgerBank:
		return &w.books.bank
	case LedgerTerminal:
		return &w.books.terminal
	}
	return &w.books.customer
}

func (w *world) charged() int {
	n := 0
	for _, m := range w.bank {
		switch m {
		case booked:
			n++
		case twice:
			n += 2
		}
	}
	return n
}

func (w *world) valid() bool { return w.ticket == issued || w.ticket == used }

// wrong names the invariant that the world breaks, if it breaks one. Safety
// holds at every moment, not only when all is quiet.
func (w *world) wrong(r rules) string {
	if w.fault != 0 {
		return [...]string{"", "refused in a wrong way", "two attempts at once", "its own deadline is refused",
			"the outcome of a call is refused"}[w.fault]
	}
	for _, n := range w.calls {
		if n > 1 && !r.forgiveTwoDebits {
			return "Debit called twice under one key"
		}
	}
	switch n := w.charged(); {
	case n > 1:
		return fmt.Sprintf("charged %d times", n)
	case n > 0 && w.o.State == Closed:
		return "closed although charged"
	case n > 0 && (w.o.State == Held || w.o.State == Holding):
		return "held although charged"
	case n > 0 && w.o.State == Releasing:
		return "seats given back although charged"
	case w.o.State == Issued && n != 1:
		return "issued and not charged"
	case w.o.State == Issued && !w.valid():
		return "issued without a valid ticket"
	}
	switch w.o.State {
	case Holding, Held, Debiting, Reversing, Releasing, Closed:
		if w.valid() {
			return "a valid ticket in " + w.o.State.String()
		}
	}
	return w.stuck()
}

// stuck checks that something will happen, that texts do not wait where nothing
// answers them, and that the books say what the order says.
func (w *world) stuck() string {
	switch w.o.State {
	case Held, Review:
		if w.try.call != NoCall {
			return "a call under way in " + w.o.State.String()
		}
		if w.order().NextDeadline(time.Minute).IsZero() {
			return "no deadline in " + w.o.State.String()
		}
	case Issued, Closed:
		if w.try.call != NoCall {
			return "a call under way in " + w.o.State.String()
		}
	default:
		if w.try.call == NoCall {
			return "no attempt in " + w.o.State.String()
		}
	}
	switch w.o.State {
	case Held, Issued, Releasing, Review, Closed:
		if w.o.Waits {
			return "a text waits for ever in " + w.o.State.String()
		}
	}
	if w.o.Tries > codeTries || w.o.Payment > payments {
		return "guessing or paying goes on beyond its limit"
	}
	paid, owed := int8(0), int8(0)
	if w.o.Charged {
		paid = 1
	}
	if w.o.Ticketed {
		owed = -1
	}
	if w.books.bank != paid || w.books.terminal != owed || w.books.customer != -paid-owed {
		return fmt.Sprintf("books say %v, order says charged %t, ticketed %t", w.books, w.o.Charged, w.o.Ticketed)
	}
	if w.o.State == Issued && !(w.o.Charged && w.o.Ticketed) || w.o.State == Closed && (w.o.Charged || w.o.Ticketed) {
		return "books are not settled in " + w.o.State.String()
	}
	return ""
}

// String is one line of a trace.
func (w world) String() string {
	return fmt.Sprintf("%-9s pay %d bank %v ticket %s try %s/%d net %s", w.o.State, w.o.Payment,
		w.bank, [...]string{"none", "held", "issued", "used", "gone"}[w.ticket], w.try.call, w.try.phase, w.net)
}

// String lists what is still on its way.
func (n network) String() string {
	s := ""
	for i := range payments {
		for _, c := range []struct {
			on   bool
			name string
		}{{n.debit[i], "debit"}, {n.reverse[i], "reverse"}, {n.refund[i], "refund"}} {
			if c.on {
				s += fmt.Sprintf("%s%d ", c.name, i+1)
			}
		}
	}
	for _, c := range []struct {
		on   bool
		name string
	}{{n.hold, "hold"}, {n.issue, "issue"}, {n.void, "void"}, {n.release, "release"}} {
		if c.on {
			s += c.name + " "
		}
	}
	return "[" + s + "]"
}

// String is the bank's word.
func (m money) String() string {
	return [...]string{"none", "booked", "TWICE", "declined", "reversed", "refunded"}[m]
}
