package dialogue

import (
	"slices"

	"shortfare/booking"
)

// maxReviews is how many orders in review an operator's text looks through.
const maxReviews = 1000

// review answers an operator's REVIEW: orders in review are listed, one is told of, or
// an operator says what became of it, with a code.
func (t *turn) review() {
	if t.v.Reviews == nil {
		t.say("stat.none")
		return
	}
	list, err := t.v.Reviews(maxReviews)
	switch {
	case err != nil:
		t.say("stat.none")
	case t.cmd.Order == "":
		t.listReviews(list)
	default:
		for _, o := range list { // codes are few: of two orders with one, the older goes first
			if o.Code == t.cmd.Order {
				t.reviewOne(o)
				return
			}
		}
		t.say("review.none", "order", t.cmd.Order)
	}
}

// listReviews lists orders in review, as many as one text holds.
func (t *turn) listReviews(list []*booking.Order) {
	if len(list) == 0 {
		t.say("review.empty")
		return
	}
	t.reply(t.fit("review.list", len(list), len(list), func(i int) string {
		o := list[i]
		return t.m.say("review.line", "order", o.Code, "phone", o.Customer.Masked(), "price", t.money(o.Price), "state", t.reviewState(o))
	}))
}

// fit fills the lines of a template with as many of n items as one text holds, one at
// least, and says how many of all are left.
func (t *turn) fit(key string, n, all int, line func(i int) string) string {
	best, lines := "", ""
	for i := range n {
		if i > 0 {
			lines += t.m.say("near.join")
		}
		lines += line(i)
		rest := ""
		if left := all - i - 1; left > 0 {
			rest = t.m.say("near.join") + t.m.say("stat.more", "n", itoa(left))
		}
		text := t.m.say(key, "lines", lines+rest)
		if best != "" && !oneSegment(text) {
			break
		}
		best = text
	}
	return best
}

// reviewState says what nobody has acknowledged.
func (t *turn) reviewState(o *booking.Order) string {
	switch o.OpenInReview() {
	case booking.CallVoidOld:
		return t.m.say("review.change")
	case booking.CallRefund:
		return t.m.say("review.refund")
	case booking.CallVoid:
		return t.m.say("review.void")
	}
	return t.m.say("review.reverse")
}

// reviewOne tells of an order in review, or asks whether the operator's word about
// it is meant.
func (t *turn) reviewOne(o *booking.Order) {
	_, due := o.PendingRefund()
	stands := t.cmd.Topic == "ISSUED"
	switch {
	case t.cmd.Topic != "ISSUED" && t.cmd.Topic != "REVERSED":
		t.say("review.one", "order", o.Code, "phone", o.Customer.Masked(), "number", o.Trip.Number, "date", t.day(booking.DateOf(o.Trip.Dep)),
			"price", t.money(o.Price), "state", t.reviewState(o), "when", t.moment(o.Since))
		return
	case stands && due:
		t.say("review.due", "order", o.Code)
		return
	case stands && t.env.Now.Sub(o.Since) < booking.ReviewRest:
		t.say("review.soon", "order", o.Code, "when", t.moment(o.Since.Add(booking.ReviewRest)))
		return
	}
	r := booking.Ruling{Order: o.ID, Customer: o.Customer, Code: o.Code, Stands: stands}
	p := booking.Pending{For: booking.PendingRule, Content: o.Code + " " + itoa(int(o.ID)) + " " + t.cmd.Topic, Ruling: &r}
	key := "review.ask.reversed"
	if stands {
		key = "review.ask.issued"
	}
	t.propose(p, key, "order", o.Code, "phone", o.Customer.Masked(), "price", t.money(o.Price))
}

// rule has terminal and bank asked whether what the operator says is so, by a call for
// the order. What comes of it is a turn of its customer's.
func (t *turn) rule(p *booking.Pending) {
	if t.v.Reviews == nil {
		t.say("stat.none")
		return
	}
	list, err := t.v.Reviews(maxReviews)
	if err != nil {
		t.say("stat.none")
		return
	}
	for _, o := range list {
		if o.ID != p.Ruling.Order {
			continue
		}
		t.ch.Attempts = append(t.ch.Attempts, booking.Attempt{ID: t.v.NewID(), Customer: o.Customer, Order: o.ID, Call: p.Ruling.Call(),
			Due: t.env.Now, Epoch: t.env.Epoch, Subject: o})
		break
	}
	t.done(p) // of one that has left review there is nothing to say any more
}

// ruled applies what both sides have acknowledged, and tells operators.
func (t *turn) ruled(a *booking.Attempt, e booking.Event) {
	o := t.byID(a.Order)
	if o == nil {
		return
	}
	said := booking.RuledNot
	if e.Kind != booking.NoEvent {
		tells, err := t.ch.Step(t.v, o, e, t.env)
		if err == nil {
			said = booking.RuledReversed
			if e.Kind == booking.OperatorIssued {
				said = booking.RuledIssued
			}
			t.tell(o, tells)
			t.settledCallback(o)
		}
	}
	t.ch.Notices = append(t.ch.Notices, booking.Notice{ID: t.v.NewID(), At: t.env.Now, Number: o.Code, Text: said, Callback: booking.NoCallback})
}

// settledCallback closes the callback that was opened for an order, when nobody
// waits for the call besides.
func (t *turn) settledCallback(o *booking.Order) {
	b, err := t.callback()
	if err != nil || b == nil || b.Order != o.ID || b.Why != booking.CallbackReview || b.State != booking.CallbackOpen ||
		slices.ContainsFunc(t.v.Orders, func(o *booking.Order) bool { return o.State == booking.Review }) {
		return
	}
	next := *b
	next.State, next.Changed = booking.CallbackClosed, t.env.Now
	t.ch.Callbacks = append(t.ch.Callbacks, next)
}
