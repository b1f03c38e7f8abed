package dialogue

import "shortfare/booking"

// orders answers ORD.
func (t *turn) orders() {
	o, answered := t.named()
	switch {
	case answered:
	case o == nil:
		t.orderList()
	case o.State != booking.Issued:
		t.status(o)
	case t.successor(o) != nil: // what is open is the change
		t.status(t.successor(o))
	case o.Upset == booking.RunCancelled:
		t.reply(t.disruptedText(o))
	case t.departed(o):
		t.sayOf(o, "order.past")
	case len(o.Former) > 0:
		t.sayOf(o, "order.part")
	default:
		t.sayOf(o, "order.detail")
	}
}

// orderList lists the live orders, newest first, as many as one segment holds; when
// there are none, the last ones that were paid for.
func (t *turn) orderList() {
	var open []*booking.Order
	for i := len(t.v.Orders) - 1; i >= 0; i-- {
		if o := t.v.Orders[i]; o.State != booking.Releasing && o.State != booking.Closed {
			open = append(open, o)
		}
	}
	if t.listOrders("order.list", open) || t.listOrders("order.list.past", t.pastPaid()) {
		return
	}
	t.say("order.none")
}

// listOrders answers with a line for each order; false when there is none.
func (t *turn) listOrders(key string, orders []*booking.Order) bool {
	lines, text := "", ""
	for i, o := range orders {
		line := ""
		if o.State == booking.Waiting {
			line = t.waitingLine(o)
		} else {
			line = t.of(o, "order.line", "state", t.state(o))
		}
		if i > 0 {
			line = lines + t.m.say("order.join") + line
		}
		longer := t.m.say(key, "lines", line, "order", orders[0].Code)
		if text != "" && !oneSegment(longer) {
			break
		}
		lines, text = line, longer
	}
	if text != "" {
		t.reply(text)
	}
	return text != ""
}

// pastPaid are the newest orders that were paid for and are over: used, or given back.
func (t *turn) pastPaid() []*booking.Order {
	const most, looks = 3, 6
	var paid []*booking.Order
	for i := len(t.c.Orders) - 1; i >= max(0, len(t.c.Orders)-looks) && len(paid) < most; i-- {
		if t.c.Orders[i].Hidden {
			continue
		}
		o := t.byID(t.c.Orders[i].ID)
		if o == nil {
			o = t.past(t.c.Orders[i])
		}
		if o != nil && (o.State == booking.Issued || o.State == booking.Closed && o.Reason == booking.ClosedRefunded) {
			paid = append(paid, o)
		}
	}
	return paid
}

// state says in a word or two where an order stands.
func (t *turn) state(o *booking.Order) string {
	switch {
	case o.State == booking.Held && t.late(o): // its deadline is about to be noticed
		return t.m.say("state.late")
	case o.State == booking.Held && o.Quote.For == booking.NoQuote:
		return t.of(o, "state.declined")
	case o.State == booking.Held && swaps(o):
		return t.of(o, "state.change")
	case o.State == booking.Held:
		return t.of(o, "state.held")
	case o.State == booking.Issued && o.Upset == booking.RunCancelled:
		return t.m.say("state.cancelled")
	case o.State == booking.Issued && t.departed(o):
		return t.m.say("state.left")
	case o.State == booking.Issued && o.Upset != "":
		return t.of(o, "state.moved")
	case o.State == booking.Issued:
		return t.m.say("state.paid")
	case o.State == booking.Review:
		return t.m.say("state.review")
	case o.State == booking.Closed:
		return t.m.say("state.refunded")
	}
	return t.m.say("state.busy")
}

// ticket answers TICKET: the text of the ticket again.
func (t *turn) ticket() {
	o, answered := t.named()
	if answered {
		return
	}
	if o != nil {
		t.status(o)
		return
	}
	var issued []*booking.Order
	for _, o := range t.v.Orders {
		if o.State == booking.Issued {
			issued = append(issued, o)
		}
	}
	switch len(issued) {
	case 0:
		t.pastTicket()
	case 1:
		t.status(issued[0])
	default:
		t.say("ticket.which", "orders", t.codes(issued))
	}
}

// pastTicket answers TICKET when no ticket is for a journey to come: with the
// newest one there was.
func (t *turn) pastTicket() {
	for i := len(t.c.Orders) - 1; i >= 0; i-- {
		if o := t.past(t.c.Orders[i]); o != nil && o.State == booking.Issued {
			t.status(o)
			return
		}
	}
	t.say("ticket.none")
}

// departed tells whether the journey of an order has begun. One whose service was
// cancelled never does.
func (t *turn) departed(o *booking.Order) bool {
	return !t.now.Before(o.Trip.Dep) && o.Upset != booking.RunCancelled
}

// status answers where an order stands. It is also the polite answer to what
// an order cannot take now.
func (t *turn) status(o *booking.Order) {
	if t.swapStatus(o) {
		return
	}
	switch o.State {
	case booking.Holding:
		t.sayOf(o, "busy.hold")
	case booking.Held:
		t.heldStatus(o)
	case booking.Debiting:
		t.sayOf(o, "busy.pay")
	case booking.Issuing:
		t.sayOf(o, "busy.issue")
	case booking.Issued:
		t.sayOf(o, "paid")
	case booking.Waiting:
		t.waitStatus(o)
	case booking.Voiding, booking.Reversing:
		t.busyCancel(o)
	case booking.Review:
		t.reply(t.reviewText(o))
	default:
		t.reply(t.closed(o))
	}
}

// busyCancel answers where a cancel, or the undoing of a payment, stands.
func (t *turn) busyCancel(o *booking.Order) {
	switch {
	case o.Reason != booking.ClosedRefunded:
		t.sayOf(o, "busy.return")
	case o.State == booking.Voiding && o.Partly():
		t.sayOf(o, "busy.leaving")
	case o.Ticketed && o.State == booking.Reversing:
		t.sayOf(o, "busy.part")
	default:
		t.sayOf(o, "busy.cancel")
	}
}

// reviewText says that a person looks at an order. The seats that no cancel was
// for are valid meanwhile.
func (t *turn) reviewText(o *booking.Order) string {
	if _, due := o.PendingRefund(); due && o.Ticketed && o.Reason == booking.ClosedRefunded {
		return t.of(o, "review.part")
	}
	return t.of(o, "review")
}

func (t *turn) heldStatus(o *booking.Order) {
	switch {
	case t.late(o):
		t.sayOf(o, "status.late")
	case !t.open(o):
		t.reply(t.declined(o))
	default:
		t.sayQuote(o)
	}
}

// closed says how an order ended, or is about to.
func (t *turn) closed(o *booking.Order) string {
	if text, ok := t.waitClosed(o); ok {
		return text
	}
	if o.Reason == booking.ClosedCancelled && o.Quote.Tries >= t.d.s.CodeTries {
		return t.of(o, "closed.wrong_code")
	}
	switch o.Reason {
	case booking.ClosedChanged:
		return t.changedInto(o)
	case booking.ClosedRefunded:
		return t.refundedAgain(o)
	case booking.ClosedSoldOut, booking.ClosedExpired, booking.ClosedCancelled, booking.ClosedDeclined,
		booking.ClosedDebitUnknown, booking.ClosedIssueFailed, booking.ClosedWithdrawn:
		return t.of(o, "closed."+string(o.Reason))
	}
	return t.of(o, "closed")
}
