package booking_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	. "shortfare/booking"
)

// wrong names the invariant that the world breaks, if it breaks one. Safety
// holds at every moment, not only when all is quiet.
func (s *space) wrong(w *world) string {
	if w.fault != 0 {
		return w.fault.String()
	}
	for _, d := range w.bank {
		if d.calls > 1 && !s.rules.forgiveTwoDebits {
			return "Debit called twice under one key"
		}
	}
	for i := range w.orders {
		if w.orders[i] == 0 {
			continue
		}
		for _, check := range []func(*world, int) string{s.wrongCharge, s.wrongTicket, s.wrongHold, s.wrongLink, s.wrongNews, s.stuck} {
			if why := check(w, i); why != "" {
				return why
			}
		}
		if !s.scene.linked {
			if why := s.wrongMoney(w, i); why != "" {
				return why
			}
		}
	}
	if s.scene.linked {
		all := make([]int, 0, slots)
		for i := range w.orders {
			if w.orders[i] != 0 {
				all = append(all, i)
			}
		}
		return s.wrongMoney(w, all...)
	}
	return ""
}

// moving tells whether money or a ticket is on its way: only then may they differ.
func moving(st State) bool {
	switch st {
	case Debiting, Issuing, Swapping, Voiding, Reversing, Review:
		return true
	}
	return false
}

// wrongCharge holds that no purchase is charged twice.
func (s *space) wrongCharge(w *world, i int) string {
	n := 0
	for k, name := range s.scene.debits {
		if owner(name) != s.order(w, i).ID || slices.ContainsFunc(s.scene.paid, func(f Fund) bool { return f.Key == name }) {
			continue
		}
		switch w.bank[k].truth {
		case booked:
			n++
		case twice:
			n += 2
		}
	}
	if n > 1 {
		return fmt.Sprintf("charged %d times", n)
	}
	return ""
}

// owner is the order of a key.
func owner(key string) OrderID {
	id, _, _ := strings.Cut(key, "-")
	return OrderID(id[0] - '0')
}

// wrongMoney holds what the customer has paid, of orders whose money belongs
// together, against the tickets that stand and the fees that he was told, and
// our books against both.
func (s *space) wrongMoney(w *world, group ...int) string {
	var books ledger
	var said, paid, owed, fees, net int16
	quiet := true
	state := ""
	for _, i := range group {
		o := s.order(w, i)
		books = books.plus(w.books[i])
		paid += int16(o.Paid().Minor)
		if o.Ticketed {
			owed -= int16(o.Price.Minor)
		}
		if o.Reason != ClosedChanged {
			fees -= int16(o.Fees.Minor)
		}
		if o.State == Issued {
			said += int16(o.Price.Minor)
		}
		quiet = quiet && !moving(o.State)
		state += o.State.String() + " "
		if o.State == Issued && !(o.Charged && o.Ticketed) || o.State == Closed && (o.Charged || o.Ticketed) {
			return "books are not settled in " + o.State.String()
		}
	}
	for k, name := range s.scene.debits {
		if slices.ContainsFunc(group, func(i int) bool { return s.order(w, i).ID == owner(name) || s.scene.linked }) {
			net += w.bank[k].net()
		}
	}
	said -= fees
	switch {
	case quiet && net > said:
		return fmt.Sprintf("%salthough charged %d for tickets and fees of %d", state, net, said)
	case quiet && net < said:
		return fmt.Sprintf("%sand not charged: paid %d for tickets and fees of %d", state, net, said)
	case books.bank != paid || books.terminal != owed || books.fees != fees || books.transfer != 0 || books.bank+books.terminal+books.fees+books.customer != 0:
		return fmt.Sprintf("books say %v, orders say bank %d, terminal %d, fees %d", books, paid, owed, fees)
	case quiet && (books.bank != net || books.customer != 0):
		return fmt.Sprintf("books say %v, the bank says %d", books, net)
	}
	return s.wrongFunds(w, group)
}

// wrongFunds holds what an order at rest says of each of its debits against the bank.
func (s *space) wrongFunds(w *world, group []int) string {
	for _, i := range group {
		o := s.order(w, i)
		if moving(o.State) {
			continue
		}
		for _, f := range o.Funds {
			d := w.bank[max(slices.Index(s.scene.debits, f.Key), 0)]
			if d.truth != booked || int64(d.asked) != f.Paid.Minor || int64(d.back) != f.Back.Minor {
				return fmt.Sprintf("order %d says %v of a debit, the bank %v", o.ID, f, d)
			}
		}
		if _, due := o.PendingRefund(); due {
			return "a refund is forgotten in " + o.State.String()
		}
	}
	return ""
}

// wrongTicket holds the terminal's tickets against the order's state.
func (s *space) wrongTicket(w *world, i int) string {
	o := s.order(w, i)
	key := o.HoldKey()
	if o.State == Closed {
		key = "" // none of its keys
	}
	for k, name := range s.scene.holds {
		if m := &w.seats[k]; owner(name) == o.ID && name != key && m.ticket() {
			return "a valid ticket in " + o.State.String()
		}
	}
	if key == "" {
		return ""
	}
	m := s.item(w, o)
	whole := m.ticket() && m.valid == bitsOf(o.Places)
	switch o.State {
	case Issued:
		if !whole && !s.replaced(w, o) {
			return "issued without a valid ticket"
		}
	case Swapping:
		if !whole {
			return "the old ticket is given up without a valid ticket"
		}
	case Reversing:
		if m.ticket() != o.Ticketed || o.Ticketed && !whole {
			return "a valid ticket in reversing, or none where seats are left"
		}
	case Waiting, Holding, Held, Debiting, Releasing:
		if m.ticket() {
			return "a valid ticket in " + o.State.String()
		}
	}
	return ""
}

// replaced tells whether the order's ticket may be void already since a valid one is taking its place.
func (s *space) replaced(w *world, o *Order) bool {
	for i := range w.orders {
		n := s.order(w, i)
		if n.ID != o.Next || o.Next == 0 || n.State != Swapping && n.State != Review {
			continue
		}
		return s.item(w, n).ticket()
	}
	return false
}

// wrongHold holds that no seats are kept for nobody, beyond what lapses by itself.
func (s *space) wrongHold(w *world, i int) string {
	o := s.order(w, i)
	for k, name := range s.scene.holds {
		current := o.State != Waiting && o.State != Closed && name == o.HoldKey()
		if owner(name) == o.ID && w.seats[k].open && !current {
			return "seats are kept for nobody in " + o.State.String()
		}
	}
	return ""
}

// wrongLink holds that a ticket which is being changed waits for a living order.
func (s *space) wrongLink(w *world, i int) string {
	o := s.order(w, i)
	if o.Next == 0 || o.State == Closed { // a changed one keeps the number of the one in its place
		return ""
	}
	for j := range w.orders {
		n := s.order(w, j)
		if n.ID != o.Next {
			continue
		}
		if n.Swap != nil && n.Swap.Order == o.ID && !n.Swap.Done && !n.Swap.Ended {
			return ""
		}
		return "the ticket waits for an order that has ended in " + n.State.String()
	}
	return "the ticket waits for an order that is not there"
}

// wrongNews holds that who has a ticket knows what became of the service, and
// that nobody is asked to pay for one that does not run.
func (s *space) wrongNews(w *world, i int) string {
	o := s.order(w, i)
	switch {
	case o.State == Issued && w.upset[i] != (o.Upset != ""):
		return "the service was changed, and the ticket does not say so, or the other way about"
	case o.State == Issued && o.Upset != "" && !o.UpsetTold:
		return "the customer does not know what became of the service"
	case o.State == Held && o.Upset == RunCancelled:
		return "asked to pay for a service that does not run"
	}
	return ""
}

// stuck checks that something will happen, and that texts do not wait where
// nothing answers them.
func (s *space) stuck(w *world, i int) string {
	o := s.order(w, i)
	call := w.try[i].call != NoCall
	switch o.State {
	case Held, Review, Waiting:
		if o.NextDeadline(time.Minute).IsZero() {
			return "no deadline in " + o.State.String()
		}
	case Issued, Closed:
	default:
		if !call {
			return "no attempt in " + o.State.String()
		}
	}
	switch o.State {
	case Held, Issued, Review, Closed, Waiting:
		if call {
			return "a call under way in " + o.State.String()
		}
		if o.Ask != 0 {
			return "a text waits for ever in " + o.State.String()
		}
	case Releasing:
		if o.Ask != 0 && !o.Automatic() {
			return "a text waits for ever in " + o.State.String()
		}
	}
	if o.Quote.Tries > codeTries || o.Payment > MaxDeclines {
		return "guessing or paying goes on beyond its limit"
	}
	return ""
}
