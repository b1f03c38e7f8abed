package dialogue

import (
	"slices"
	"strings"
	"time"

	"shortfare/booking"
	"shortfare/parser"
)

// drop answers N.
func (t *turn) drop() {
	o, answered := t.named()
	if answered || o == nil && t.dropChange() {
		return
	}
	if o == nil && t.cmd.Code != "" {
		if o = t.matching(t.cmd.Code, 0); o == nil {
			t.say("yes.none")
			return
		}
	}
	if o != nil {
		t.dropOrder(o)
		return
	}
	var open []*booking.Order
	for _, h := range t.v.Orders {
		if h.State == booking.Held || t.open(h) {
			open = append(open, h)
		}
	}
	switch {
	case len(open) == 1:
		t.dropOrder(open[0])
	case len(open) > 1:
		t.say("drop.which", "orders", t.codes(open))
	default:
		t.dropOther()
	}
}

// dropOther answers N when no quote is open: it may be about an open question,
// or about the registration.
func (t *turn) dropOther() {
	c := t.c
	l := t.list()
	switch {
	case l != nil && len(l.Texts) > 0 || c.Slots != nil && t.answerable(c.Slots.At):
		c.List, c.Slots = nil, nil
		t.say("drop.question")
	case t.busy() != nil:
		t.status(t.busy())
	case t.regrets():
		c.Name, c.Document, c.RegisteredAt = "", nil, time.Time{}
		c.Identity = booking.Verification{Refused: c.Identity.Refused} // nobody is asked about
		t.say("register.undone")
	default:
		t.say("yes.none")
	}
}

// dropOrder gives held seats back, or keeps the ticket that was to be
// cancelled or changed.
func (t *turn) dropOrder(o *booking.Order) {
	next := t.successor(o)
	switch {
	case o.State == booking.Held || o.State == booking.Waiting:
		t.ask(o, booking.Event{Kind: booking.Cancel})
	case o.State == booking.Issued && next != nil:
		t.dropOrder(next)
	case o.State == booking.Issued && t.open(o): // a quote for nothing takes the question back
		t.ask(o, booking.Event{Kind: booking.Quoted, Quote: booking.Quote{Gen: o.Quote.Gen}})
	case o.State == booking.Issued && t.departed(o):
		t.sayOf(o, "cancel.departed")
	case o.State == booking.Issued:
		t.sayOf(o, "drop.paid")
	default:
		t.status(o)
	}
}

// cancel answers CXL.
func (t *turn) cancel() {
	o, answered := t.named()
	switch {
	case answered:
	case o == nil && t.cmd.Choice > 0 && t.cancelListed():
		t.accept(t.list())
	case o == nil:
		t.cancelWhich()
	case t.notThis(o):
	case o.State == booking.Held && t.partly(o):
		t.sayOf(o, "cancel.held")
	case o.State == booking.Held || o.State == booking.Waiting:
		t.ask(o, booking.Event{Kind: booking.Cancel})
	case o.State != booking.Issued:
		t.status(o)
	case t.departed(o):
		t.sayOf(o, "cancel.departed")
	case o.Next != 0:
		t.cancelChanging(o)
	default:
		if leaving, ok := t.leaving(o); ok {
			t.cancelTicket(o, leaving)
		}
	}
}

// cancelTicket asks whether a ticket, or some seats of it, is to be given back.
func (t *turn) cancelTicket(o *booking.Order, leaving []int) {
	switch {
	case t.open(o) && slices.Equal(leaving, o.Leaving):
		t.sayQuote(o)
	case o.Quote.Tries >= t.d.s.CodeTries:
		t.sayOf(o, "cancel.locked")
	case t.tooManyCancels(o):
	default:
		t.quoteCancel(o, leaving)
	}
}

// quoteCancel says what a cancel of those seats keeps and gives back, and with which
// code it is meant. It takes the place of an earlier question.
func (t *turn) quoteCancel(o *booking.Order, leaving []int) {
	after := *o
	after.Leaving, after.Fee = leaving, t.cancelFee(o, leaving)
	after.Refund = o.PriceOf(leaving).Minus(after.Fee)
	t.ask(o, booking.Event{Kind: booking.Quoted, Quote: t.cancelQuote(&after), Price: after.Refund, Fee: after.Fee, Leaving: leaving,
		Limit: t.d.s.CodeTries})
}

// cancelFee is what a cancel of those seats keeps now: nothing when the carrier
// cancelled or moved the service, or while it is free after a match.
func (t *turn) cancelFee(o *booking.Order, leaving []int) booking.Money {
	fare := o.PriceOf(leaving)
	none := booking.Money{Currency: fare.Currency}
	if t.d.s.CancelFee == nil || o.Upset != "" || t.now.Before(o.FreeUntil) {
		return none
	}
	return within(t.d.s.CancelFee(o, leaving, t.now), fare)
}

// within keeps a fee between nothing and the fare that it is taken of.
func within(fee, fare booking.Money) booking.Money {
	if fee.Currency != fare.Currency {
		return booking.Money{Currency: fare.Currency}
	}
	fee = fee.AtLeastZero()
	fee.Minor = min(fee.Minor, fare.Minor)
	return fee
}

// cancelAgreed gives the ticket back after the right code.
func (t *turn) cancelAgreed(o *booking.Order) {
	switch {
	case t.departed(o):
		t.sayOf(o, "cancel.departed")
	case t.tooManyCancels(o):
	case o.Upset != "" && o.Fee.Minor > 0: // the carrier failed after the question: it is free now
		t.quoteCancel(o, o.Leaving)
	default:
		first := len(o.Former) == 0 && o.Upset == ""
		t.ask(o, booking.Event{Kind: booking.Cancel})
		if first && o.State == booking.Voiding {
			t.c.Cancels.Add(t.env.Now, holdsWindow)
		}
	}
}

// tooManyCancels answers a cancel beyond what one customer may do in a day: who
// buys and cancels again and again keeps seats from others. A ticket that was
// counted once is not counted again, and what the carrier caused is free.
func (t *turn) tooManyCancels(o *booking.Order) bool {
	c := &t.c.Cancels
	if t.d.s.CancelsADay <= 0 || o.Upset != "" || len(o.Former) > 0 || c.N < t.d.s.CancelsADay || t.env.Now.Sub(c.Start) >= holdsWindow {
		return false
	}
	t.reply(t.of(o, "limit.cancels", "n", itoa(c.N), "when", t.moment(c.Start.Add(holdsWindow))))
	return true
}

// cancelChanging answers CXL for a ticket that is being changed.
func (t *turn) cancelChanging(o *booking.Order) {
	next := t.successor(o)
	switch {
	case next == nil:
		t.status(o)
		return
	case next.State != booking.Held:
		t.status(next)
		return
	}
	t.reply(t.of(o, "cancel.changing", "next", next.Code))
}

// partly tells whether the text names less than the whole order, or more, or others.
func (t *turn) partly(o *booking.Order) bool {
	if len(t.cmd.People) > 0 {
		seats, ok := t.seatsOf(o)
		return !ok || len(seats) != o.Seats
	}
	return t.cmd.Choice > 0 && o.Seats > 1 || t.cmd.Count > 0 && t.cmd.Count != o.Seats
}

// cancelListed tells whether the open list is of orders, or of seats, to cancel.
func (t *turn) cancelListed() bool {
	l := t.list()
	return l != nil && len(l.Texts) > 0 && !t.reread && strings.HasPrefix(l.Texts[0], parser.Cancel.Keyword(parser.English)+" ")
}

// cancelWhich answers CXL without an order: by the service it names, if any, it
// offers what can be cancelled.
func (t *turn) cancelWhich() {
	texts, lines := t.ordersTo(parser.Cancel, func(o *booking.Order) bool {
		return o.State == booking.Held || o.State == booking.Issued && !t.departed(o)
	})
	if len(texts) == 0 {
		if o := t.busy(); o != nil {
			t.status(o)
			return
		}
		t.say("cancel.none")
		return
	}
	t.offer(texts...)
	t.say("cancel.which", "lines", lines)
}

// ordersTo lists the newest orders that a verb can be about, as lines to choose
// from and the texts that they stand for.
func (t *turn) ordersTo(verb parser.Verb, can func(*booking.Order) bool, more ...string) (texts []string, lines string) {
	const most = 3
	for i := len(t.v.Orders) - 1; i >= 0 && len(texts) < most; i-- {
		o := t.v.Orders[i]
		if !can(o) || verb == parser.Cancel && t.cmd.Service != "" && o.Trip.Number != t.cmd.Service {
			continue
		}
		line := t.of(o, "cancel.line", "n", itoa(len(texts)+1))
		if len(texts) > 0 {
			line = lines + t.m.say("near.join") + line
		}
		if len(texts) > 0 && !oneSegment(t.m.say("cancel.which", "lines", line)) {
			break
		}
		words := append([]string{verb.Keyword(parser.English), o.Code}, more...)
		texts, lines = append(texts, strings.Join(words, " ")), line
	}
	return texts, lines
}
