package dialogue

import (
	"errors"
	"time"

	"shortfare/booking"
	"shortfare/parser"
)

// turn is one decision while it is made.
type turn struct {
	d   *Dialogue
	v   *booking.View
	c   *booking.Customer
	env booking.Env
	now time.Time // in the time zone of the service
	ch  *booking.Changes
	m   *messages

	in     *booking.Intake // of a text
	mo     booking.MO
	cmd    *parser.Command
	docs   []booking.Document  // of cmd.People, sealed; see booking.Intake
	about  *booking.Order      // that PAY is about
	kept   *booking.Account    // of an earlier text that this one completes
	known  []booking.Passenger // of that text
	reread bool                // cmd was offered by us and taken by the customer
	warned bool                // the answer has said that a secret was removed
	// stations is set where what is listed goes from, or to, other stations than were meant.
	stations bool
}

// reply answers the text of the turn.
func (t *turn) reply(text string) {
	if t.in.Removed && !t.warned {
		t.warned = true
		warning := t.m.say("removed")
		if both := warning + t.m.say("space") + text; oneSegment(both) {
			text = both
		} else {
			text = warning
		}
	}
	t.send(text, t.mo.ID, false)
}

// say answers the text of the turn with a template.
func (t *turn) say(key string, pairs ...string) { t.reply(t.m.say(key, pairs...)) }

// sayOf answers the text of the turn with a template about an order.
func (t *turn) sayOf(o *booking.Order, key string, pairs ...string) {
	if key == "cancel.departed" || key == "change.departed" {
		t.offerPerson(booking.CallbackDeparted, o)
	}
	t.reply(t.of(o, key, pairs...))
}

func (t *turn) send(text string, cause int64, notice bool) {
	to := t.c.Address
	if to.Addr == "" { // an operator who never texted us; the numbering plan is E.164 (SMPP 3.4 §5.2.6)
		to = booking.Address{NPI: 1, Addr: t.c.MSISDN.String()}
	}
	from := t.c.Own
	if from.Addr == "" {
		from = booking.Address{Addr: t.d.s.ShortCode}
	}
	t.ch.Replies = append(t.ch.Replies, booking.MT{ID: t.v.NewID(), MSISDN: t.c.MSISDN, To: to, From: from,
		Link: t.c.Link, Text: text, Cause: cause, Notice: notice, At: t.env.Now})
}

// ask applies an event that the text of the turn caused. What must be told is
// the answer; when nothing is told yet, the order keeps the text in Ask and
// answers later. An event that the order does not take gets a polite answer.
func (t *turn) ask(o *booking.Order, e booking.Event) {
	e.Ask = t.mo.ID
	tells, err := t.ch.Step(t.v, o, e, t.env)
	if err != nil {
		t.status(o)
		return
	}
	t.tell(o, tells)
}

// outcome applies what became of an attempt.
func (t *turn) outcome(a *booking.Attempt, e booking.Event) error {
	t.ch.Settled = []int64{a.ID}
	if a.Call.Rules() {
		t.ruled(a, e)
		return nil
	}
	if a.Call == booking.CallVerify {
		t.verified(e)
		return nil
	}
	o := t.byID(a.Order)
	if o == nil {
		return nil
	}
	if e.Kind == booking.HoldConfirmed {
		if e.Price.Currency == "" {
			e.Price = o.Price // the terminal names no price of its own
		}
		e = t.holdConfirmed(o, e)
	}
	tells, err := t.ch.Step(t.v, o, e, t.env)
	if errors.Is(err, booking.ErrIllegal) {
		return nil // a late answer to a call that was given up
	}
	if err != nil {
		return err
	}
	if e.Kind == booking.DebitDone {
		t.proved(o.Account)
	}
	t.tell(o, tells)
	return nil
}

// proved notes that an account on file pays.
func (t *turn) proved(a booking.Account) {
	if on := t.sameAccount(a.Token); on != nil {
		on.Paid = true
	}
}

// deadlines applies what time has brought to the customer's orders.
func (t *turn) deadlines() {
	for _, o := range t.v.Orders {
		e, due := o.Deadline(t.env.Now, t.d.s.SlowAfter)
		if !due {
			continue
		}
		if tells, err := t.ch.Step(t.v, o, e, t.env); err == nil {
			t.tell(o, tells)
		}
	}
}

func (t *turn) byID(id booking.OrderID) *booking.Order {
	for _, o := range t.v.Orders {
		if o.ID == id {
			return o
		}
	}
	return nil
}

// find returns the customer's order with that code, live or not; nil for any
// other. Another phone's order and an order that never was look alike.
func (t *turn) find(code string) *booking.Order {
	if o := t.v.Find(code); o != nil {
		return o
	}
	for _, r := range t.c.Orders {
		if r.Code == code {
			return t.past(r)
		}
	}
	return nil
}

// past loads an order that is not live; nil when it cannot be had.
func (t *turn) past(r booking.OrderRef) *booking.Order {
	if t.v.Order == nil {
		return nil
	}
	o, err := t.v.Order(r.ID)
	if err != nil {
		return nil
	}
	return o
}

// named returns the order that the text names and whether it was answered
// already, since no such order exists.
func (t *turn) named() (o *booking.Order, answered bool) {
	if t.cmd.Order == "" {
		return nil, false
	}
	if o = t.find(t.cmd.Order); o == nil {
		t.stranger()
		return nil, true
	}
	return o, false
}

// today is the day of now where the services run.
func (t *turn) today() booking.Date { return booking.DateOf(t.now) }

// lastDay is the last day that tickets are sold for.
func (t *turn) lastDay() booking.Date { return t.today().Add(t.d.s.SaleDays) }
