package dialogue

import (
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
		t.say("register.undone")
	default:
		t.say("yes.none")
	}
}

// dropOrder gives held seats back, or keeps the ticket that was to be
// cancelled.
func (t *turn) dropOrder(o *booking.Order) {
	switch {
	case o.State == booking.Held:
		t.ask(o, booking.Event{Kind: booking.Cancel})
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
	case o.State == booking.Held:
		t.ask(o, booking.Event{Kind: booking.Cancel})
	case o.State != booking.Issued:
		t.status(o)
	case t.departed(o):
		t.sayOf(o, "cancel.departed")
	case t.partly(o):
		t.sayOf(o, "cancel.part")
	case t.open(o):
		t.sayQuote(o)
	case o.Quote.Tries >= t.d.s.CodeTries:
		t.sayOf(o, "cancel.locked")
	default:
		after := *o
		after.Refund = o.Price
		t.ask(o, booking.Event{Kind: booking.Quoted, Quote: t.cancelQuote(&after), Price: o.Price, Limit: t.d.s.CodeTries})
	}
}

// partly tells whether the text names less than the whole order.
func (t *turn) partly(o *booking.Order) bool {
	n := max(t.cmd.Count, len(t.cmd.People))
	return t.cmd.Choice > 0 && o.Seats > 1 || n > 0 && n < o.Seats
}

// cancelListed tells whether the open list is of orders to cancel.
func (t *turn) cancelListed() bool {
	l := t.list()
	return l != nil && len(l.Texts) > 0 && !t.reread && strings.HasPrefix(l.Texts[0], parser.Cancel.Keyword(parser.English)+" ")
}

// cancelWhich answers CXL without an order: by the service it names, if any, it
// offers what can be cancelled.
func (t *turn) cancelWhich() {
	const most = 3
	var texts []string
	lines := ""
	for i := len(t.v.Orders) - 1; i >= 0 && len(texts) < most; i-- {
		o := t.v.Orders[i]
		if o.State != booking.Held && (o.State != booking.Issued || t.departed(o)) {
			continue
		}
		if t.cmd.Service != "" && o.Trip.Number != t.cmd.Service {
			continue
		}
		if len(texts) > 0 {
			lines += t.m.say("near.join")
		}
		texts = append(texts, parser.Cancel.Keyword(parser.English)+" "+o.Code)
		lines += t.of(o, "cancel.line", "n", itoa(len(texts)))
	}
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
