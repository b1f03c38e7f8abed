package dialogue

import (
	"strings"
	"time"

	"shortfare/booking"
)

// refund answers REFUND: how far each payment back is.
func (t *turn) refund() {
	o, answered := t.named()
	switch {
	case answered:
	case o != nil:
		t.refundOf(o)
	default:
		t.refunds()
	}
}

// refundOf answers REFUND with an order.
func (t *turn) refundOf(o *booking.Order) {
	switch {
	case len(o.Refunds) > 0:
		t.reply(t.refundText(o))
	case o.State == booking.Issued && o.Swap == nil && t.departed(o):
		t.sayOf(o, "cancel.departed")
	case o.State == booking.Issued:
		t.sayOf(o, "refund.not")
	default:
		t.status(o)
	}
}

// refunds answers REFUND without an order: the newest ones that money goes back for.
func (t *turn) refunds() {
	const most = 5
	var found []*booking.Order
	for i := len(t.c.Orders) - 1; i >= 0 && len(found) < most; i-- {
		r := t.c.Orders[i]
		o := t.byID(r.ID)
		if o == nil {
			o = t.past(r)
		}
		if o != nil && (len(o.Refunds) > 0 || returns(o)) {
			found = append(found, o)
		}
	}
	switch len(found) {
	case 0:
		t.say("refund.none")
		return
	case 1:
		t.refundOf(found[0])
		return
	}
	text := ""
	var lines []string
	for _, o := range found {
		lines = append(lines, t.refundLine(o))
		longer := t.of(found[0], "refund.list", "lines", strings.Join(lines, t.m.say("near.join")))
		if text != "" && !oneSegment(longer) {
			break
		}
		text = longer
	}
	t.reply(text)
}

// returns tells whether the order ended, or is to end, with its money back.
func returns(o *booking.Order) bool {
	switch o.Reason {
	case booking.ClosedRefunded, booking.ClosedIssueFailed, booking.ClosedDebitUnknown:
		return true
	}
	return false
}

// refundText tells of each refund of an order.
func (t *turn) refundText(o *booking.Order) string {
	if len(o.Refunds) == 1 {
		r := o.Refunds[0]
		return t.of(o, "refund.one", "amount", t.money(r.Amount), "progress", t.m.say("refund."+string(r.State), "when", t.moment(r.At)))
	}
	text := ""
	for _, when := range [...]bool{true, false} { // without the times where one segment does not hold them
		var lines []string
		for _, r := range o.Refunds {
			at := ""
			if when {
				at = t.m.say("space") + t.moment(r.At)
			}
			lines = append(lines, t.money(r.Amount)+t.m.say("space")+t.m.say("refund.state."+string(r.State))+at)
		}
		if text = t.of(o, "refund.many", "lines", strings.Join(lines, t.m.say("near.join"))); oneSegment(text) {
			break
		}
	}
	return text
}

// refundLine tells in a few words how much of an order goes back, and how far it is.
func (t *turn) refundLine(o *booking.Order) string {
	if len(o.Refunds) == 0 {
		state := booking.RefundRequested
		if o.State == booking.Releasing || o.State == booking.Closed {
			state = booking.RefundAccepted
		}
		return t.of(o, "refund.line", "amount", t.money(o.Price), "state", t.m.say("refund.state."+string(state)))
	}
	total := booking.Money{Currency: o.Price.Currency}
	slowest := o.Refunds[0].State
	for _, r := range o.Refunds {
		total = total.Plus(r.Amount)
		if rank(r.State) < rank(slowest) {
			slowest = r.State
		}
	}
	return t.of(o, "refund.line", "amount", t.money(total), "state", t.m.say("refund.state."+string(slowest)))
}

// rank orders the states of refunds, the one that is furthest from the customer first.
func rank(s booking.RefundState) int {
	switch s {
	case booking.RefundFailed:
		return 0
	case booking.RefundRequested:
		return 1
	case booking.RefundSent:
		return 2
	case booking.RefundAccepted:
		return 3
	}
	return 4
}

// arrived is the sum of the refunds that have just reached the account: those of
// one cancel are asked about one after another.
func (t *turn) arrived(o *booking.Order) booking.Money {
	total := booking.Money{Currency: o.Price.Currency}
	for _, r := range o.Refunds {
		if r.State == booking.RefundSettled && t.env.Now.Sub(r.At) < time.Hour {
			total = total.Plus(r.Amount)
		}
	}
	return total
}

// moment writes a day and a time of day.
func (t *turn) moment(at time.Time) string {
	return t.day(booking.DateOf(at.In(t.d.s.Loc))) + " " + t.clock(at)
}
