package dialogue

import (
	"strings"
	"time"

	"shortfare/booking"
)

// Limits of callbacks.
const (
	offerLife = 30 * time.Minute // an AGENT within it is about what was said
	takenLife = time.Hour        // then another operator may take what nobody closed
	maxNote   = 300              // characters of an operator's note

	alarmWindow = 10 * time.Minute
	maxAlarms   = 10 // callbacks that an operator is told of in alarmWindow
)

// offerPerson notes that the answer says to text AGENT, and why.
func (t *turn) offerPerson(why booking.CallbackWhy, o *booking.Order) {
	t.c.Offer = &booking.Offer{At: t.env.Now, Why: why}
	if o != nil {
		t.c.Offer.Order, t.c.Offer.Code = o.ID, o.Code
	}
}

// agent answers AGENT: a callback is opened, or the one that stands is told of.
func (t *turn) agent() {
	b, err := t.callback()
	switch {
	case err != nil || t.v.Desk == nil: // it is on record all the same
		t.journalCallback("AgentAsked")
		t.say("agent")
		return
	case b == nil:
		why, order, code := t.personFor()
		if b = t.openCallback(why, order, code); b == nil {
			t.journalCallback("AgentAsked")
			t.say("agent")
			return
		}
		t.said(b, "agent.call")
	case b.State == booking.CallbackTaken:
		t.said(b, "agent.taken")
	case b.Why == booking.CallbackReview: // now he waits for the call himself
		next := *b
		next.Why = booking.CallbackAsked
		t.ch.Callbacks = append(t.ch.Callbacks, next)
		t.journalCallback("CallbackAsked " + itoa(int(b.ID)))
		t.said(b, "agent.call")
	default:
		t.said(b, "agent.again")
	}
}

// said tells the customer that somebody will call. Where no operator's phone is
// told, nobody promises that.
func (t *turn) said(b *booking.Callback, key string) {
	if len(t.d.s.Operators) == 0 {
		t.say("agent")
		return
	}
	before, err := t.v.Desk.Before(b.ID)
	if err != nil {
		before = 0
	}
	t.say(key, "place", itoa(before+1), "when", t.callTime())
}

// callTime says when a customer is called, as far as that is promised.
func (t *turn) callTime() string {
	s := &t.d.s
	when := t.m.say("agent.free")
	if s.CallWithin > 0 {
		when = t.m.say("agent.within", "span", t.span(s.CallWithin))
	}
	if s.CallHours != "" {
		when += t.m.say("agent.hours", "hours", s.CallHours)
	}
	return when
}

// span is a length of time in whole hours, or else in minutes.
func (t *turn) span(d time.Duration) string {
	if d%time.Hour == 0 {
		return t.m.say("span.hours", "n", itoa(int(d/time.Hour)))
	}
	return t.m.say("span.minutes", "n", itoa(int(d/time.Minute)))
}

// personFor is what an AGENT is about: what was just refused, an order that is named,
// or nothing that is known.
func (t *turn) personFor() (booking.CallbackWhy, booking.OrderID, string) {
	why, order, code := booking.CallbackAsked, booking.OrderID(0), ""
	if f := t.c.Offer; f != nil && t.env.Now.Sub(f.At) < offerLife {
		why, order, code = f.Why, f.Order, f.Code
	}
	if t.c.Stale {
		return why, 0, ""
	}
	for _, word := range strings.Fields(t.cmd.Value) {
		if o := t.find(strings.ToUpper(word)); o != nil {
			return why, o.ID, o.Code
		}
	}
	return why, order, code
}

// callback is the customer's callback that is not closed, as this turn leaves it;
// nil when he has none.
func (t *turn) callback() (*booking.Callback, error) {
	for i := range t.ch.Callbacks {
		if b := &t.ch.Callbacks[i]; b.Customer == t.c.MSISDN && b.State != booking.CallbackClosed {
			return b, nil
		}
	}
	if t.v.Desk == nil {
		return nil, nil
	}
	return t.v.Desk.Standing(t.c.MSISDN)
}

// openCallback opens a callback of the customer and has operators told; nil when
// the store cannot.
func (t *turn) openCallback(why booking.CallbackWhy, order booking.OrderID, code string) *booking.Callback {
	id, err := t.v.Desk.NextCallback()
	if err != nil {
		return nil
	}
	b := booking.Callback{ID: id, Customer: t.c.MSISDN, At: t.env.Now, Why: why, Order: order, Code: code, State: booking.CallbackOpen, Changed: t.env.Now}
	t.c.Offer = nil
	t.ch.Callbacks = append(t.ch.Callbacks, b)
	t.journalCallback("CallbackOpened " + itoa(int(id)) + " " + string(why))
	t.alertDesk(&b, why, code)
	return &b
}

// journalCallback notes what became of a callback, with the text as its cause if
// there is one.
func (t *turn) journalCallback(event string) {
	t.ch.Journal = append(t.ch.Journal, booking.Entry{ID: t.v.NewID(), At: t.env.Now, MSISDN: t.c.MSISDN, Event: event, Cause: t.mo.ID})
}

// alertDesk has operators' phones told of a callback, and why now. code is that of an
// order, if one is concerned.
func (t *turn) alertDesk(b *booking.Callback, why booking.CallbackWhy, code string) {
	if len(t.d.s.Operators) > 0 {
		t.ch.Notices = append(t.ch.Notices, booking.Notice{ID: t.v.NewID(), At: t.env.Now, Number: code, Text: string(why), Callback: b.ID})
	}
}

// needsPerson opens a callback for an order that came into review, or has the one
// that stands be about it. Operators are told of every such order.
func (t *turn) needsPerson(o *booking.Order) {
	if t.v.Desk == nil {
		return
	}
	b, err := t.callback()
	if err != nil {
		return // the order is found by its state
	}
	if b == nil {
		t.openCallback(booking.CallbackReview, o.ID, o.Code)
		return
	}
	next := *b // who has asked for a person still has
	next.Order, next.Code = o.ID, o.Code
	t.ch.Callbacks = append(t.ch.Callbacks, next)
	t.alertDesk(&next, booking.CallbackReview, o.Code)
}

// dropCallback closes the callback of somebody who wants to be forgotten.
func (t *turn) dropCallback() {
	b, err := t.callback()
	if err != nil || b == nil {
		return
	}
	next := *b
	next.State, next.Changed, next.Order, next.Code, next.Note = booking.CallbackClosed, t.env.Now, 0, "", ""
	t.ch.Callbacks = append(t.ch.Callbacks, next)
}

// alarm tells an operator of a callback that stands, or when there were many of
// them, that there are more.
func (t *turn) alarm(n *booking.Notice) {
	if n.Callback == booking.NoCallback && t.operator() { // it answers what an operator has said
		switch n.Text {
		case booking.RuledIssued, booking.RuledReversed, booking.RuledNot:
			t.send(t.m.say("ruled."+n.Text, "order", n.Number), 0, true)
		}
		return
	}
	if t.c.OptOut || !t.operator() || t.v.Desk == nil {
		return
	}
	b, err := t.v.Desk.Callback(n.Callback)
	if err != nil || b == nil || b.State == booking.CallbackClosed {
		return
	}
	switch t.c.Alerts.Add(t.env.Now, alarmWindow) {
	default:
		t.send(t.m.say("desk.told", "n", itoa(int(b.ID)), "phone", b.Customer.Masked(), "why", t.whyText(booking.CallbackWhy(n.Text), n.Number)), 0, true)
	case maxAlarms + 1:
		t.send(t.m.say("desk.many"), 0, true)
	case maxAlarms + 2:
		t.c.Alerts.N = maxAlarms + 1 // silence till the window ends
	}
}

// whyText says what led to a callback.
func (t *turn) whyText(why booking.CallbackWhy, code string) string {
	text := ""
	switch why {
	case booking.CallbackAsked, booking.CallbackUnread, booking.CallbackDeparted, booking.CallbackReview:
		text = t.m.say("why." + string(why))
	}
	if code != "" {
		text += " " + code
	}
	return text
}
