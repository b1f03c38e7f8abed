package dialogue

import (
	"slices"
	"time"

	"shortfare/booking"
	"shortfare/parser"
)

// forget answers FORGET ME: it asks whether everything is to be deleted.
func (t *turn) forget() {
	p, empty := t.c.Pending, !t.c.Registered() && len(t.c.Accounts) == 0 && len(t.c.Passengers) == 0
	switch {
	case empty && p != nil && p.Done && p.For == booking.PendingForget && t.env.Now.Sub(p.Until) < pendingKnown:
		t.say("forget.done")
	case empty && len(t.c.Orders) == 0:
		t.say("forget.nothing")
	case t.mayForget():
		t.propose(booking.Pending{For: booking.PendingForget}, "forget.ask")
	}
}

// mayForget tells whether nothing is open that needs to know who the customer is.
// It answers when something is: a ticket to be used, or money on its way.
func (t *turn) mayForget() bool {
	o := t.unfinished()
	if o != nil {
		t.sayOf(o, "forget.order")
	}
	return o == nil
}

// unfinished returns an order that is not over; nil when there is none.
func (t *turn) unfinished() *booking.Order {
	for _, o := range t.v.Orders {
		if !t.over(o) {
			return o
		}
	}
	return nil
}

// over tells whether a live order means nothing to the customer any more: its
// journey has ended, or its seats go back and it was never charged, or the bank has
// booked its refund, which arrives without us.
func (t *turn) over(o *booking.Order) bool {
	switch o.State {
	case booking.Closed:
		return true
	case booking.Issued:
		return t.now.After(o.Trip.Arr)
	case booking.Releasing:
		switch o.Reason {
		case booking.ClosedCancelled, booking.ClosedExpired, booking.ClosedDeclined:
			return !o.Charged
		}
	}
	return false
}

// erase deletes what is known of the customer, and has the store destroy what was
// sealed for him. It is the one place that does.
func (t *turn) erase(p *booking.Pending) {
	t.ch.Erase = true
	t.dropCallback()
	for i := range t.c.Orders { // a journey that has ended, and a refund on its way, need us no more
		if o := t.byID(t.c.Orders[i].ID); o != nil && o.State != booking.Releasing {
			t.c.Orders[i].Live = false
		}
	}
	t.c.Forget(t.env.Now)
	t.c.Pending = p
	t.done(p)
}

// unhidden leaves out of the view what belonged to somebody who was forgotten.
func (t *turn) unhidden() {
	if hides := func(o *booking.Order) bool { return t.c.Hides(o.ID) }; slices.ContainsFunc(t.v.Orders, hides) {
		t.v.Orders = slices.DeleteFunc(slices.Clone(t.v.Orders), hides)
	}
}

// strange tells whether a number that was silent for long must say who it is
// before anything on file is shown or spent: numbers are given to others. It answers
// a text that must wait for that.
func (t *turn) strange() bool {
	c := t.c
	idle := !c.LastAt.IsZero() && t.d.s.Recycle > 0 && t.env.Now.Sub(c.LastAt) >= t.d.s.Recycle
	if c.LastAt = t.env.Now; idle && (c.Registered() || len(c.Accounts) > 0 || len(c.Passengers) > 0 || len(c.Orders) > 0) {
		c.Stale = true
		c.List, c.Slots, c.Paged, c.Pending = nil, nil, nil, nil
	}
	if !c.Stale || t.harmless() {
		return false
	}
	t.readable()
	t.say("stale")
	return true
}

// harmless tells whether a text neither shows nor spends nor changes what is on
// file.
func (t *turn) harmless() bool {
	switch t.cmd.Verb {
	case parser.Register, parser.Query, parser.More, parser.Back, parser.Help, parser.Language, parser.Stop, parser.Start,
		parser.Agent, parser.CancelOrStop, parser.Unknown:
		return true
	case parser.None:
		return t.enrolls() || t.cmd.Order == "" && (t.cmd.Service != "" || len(t.cmd.Places) > 0)
	}
	return false
}

// returns answers REG on a number that was silent for long. With the document on
// file it is the customer. With another one it is somebody else: what the number had is
// set aside and nothing of it shown, unless orders of it are open, which a
// person must look at.
func (t *turn) returns(name string, doc *booking.Document) {
	c := t.c
	if c.Registered() && c.Document.Token == doc.Token {
		c.Stale = false
		t.journal("verified again")
		t.registered()
		return
	}
	if t.unfinished() != nil {
		t.say("stale.person")
		return
	}
	c.SetAside(t.env.Now)
	t.journal("profile set aside")
	t.enroll(name, doc)
}

// recycleDefault is Settings.Recycle when it is zero.
const recycleDefault = 180 * 24 * time.Hour
