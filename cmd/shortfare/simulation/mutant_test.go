package simulation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"shortfare/booking"
)

// mutant is a bug planted at a border of the product. The zero value is none.
type mutant struct {
	name string
	rare bool // found in one history of fifty or less: left out under the race detector

	before  func(*sim, *booking.View, *booking.Input, *booking.Env)           // what a turn knows
	event   func(*sim, *booking.View, *booking.Event)                         // what the order hears of a call
	decide  func(*sim, *booking.View, *booking.Input, *booking.Changes)       // after the dialogue has decided
	text    func(*sim, *booking.View, *booking.Intake)                        // what the dialogue reads
	changes func(*sim, *booking.Changes)                                      // what the store writes
	arrival func(*sim, *booking.Arrival)                                      // what the link hands over
	bank    func(*sim, booking.Bank) booking.Bank                             // what the engine calls
	rail    func(*sim, booking.Ticketing) booking.Ticketing                   // what the engine calls
	send    func(c carrier, m booking.MT, done func(booking.SendResult)) bool // how the link sends

	ackEarly, sameEpoch, forgetAttempts, forgetLine bool
}

// mutants are the planted bugs, by name.
var mutants = slices.Concat(storeMutants, orderMutants, textMutants, portMutants, changeMutants, lineMutants, noticeMutants, customerMutants)

// Bugs of a store.
var storeMutants = []mutant{
	{name: "a text is acknowledged before it is durable", ackEarly: true},
	{rare: true, name: "the epoch does not grow at a start", sameEpoch: true},
	{name: "attempts of an earlier run are forgotten", forgetAttempts: true},
	{name: "settled attempts stay", changes: func(_ *sim, c *booking.Changes) { c.Settled = nil }},
	{name: "attempts are not stored with the order", changes: func(s *sim, c *booking.Changes) {
		if s.chance(0.05) {
			c.Attempts = nil
		}
	}},
	{name: "replies are lost", changes: func(s *sim, c *booking.Changes) {
		if s.chance(0.02) {
			c.Replies = nil
		}
	}},
	{name: "deadlines are not stored", changes: func(_ *sim, c *booking.Changes) {
		if c.Customer != nil {
			c.Customer.Due = time.Time{}
		}
	}},
	{name: "results of sending are not stored", changes: func(_ *sim, c *booking.Changes) { c.Sent = nil }},
	{name: "second copies are not counted", changes: func(_ *sim, c *booking.Changes) { c.Claimed = nil }},
	{name: "joined parts stay", changes: func(_ *sim, c *booking.Changes) {
		if len(c.Texts) > 0 {
			c.DropPart = ""
		}
	}},
	{name: "parts are not stored", changes: func(_ *sim, c *booking.Changes) { c.Parts = nil }},
	{rare: true, name: "a write of the customer is lost", changes: func(s *sim, c *booking.Changes) {
		if len(c.Settled) > 0 && s.chance(0.3) {
			c.Customer = nil
		}
	}},
	{name: "an order is written without its postings", changes: func(_ *sim, c *booking.Changes) {
		c.Journal = slices.DeleteFunc(c.Journal, func(e booking.Entry) bool { return e.Debit != "" })
	}},
	{name: "postings are written twice", changes: func(_ *sim, c *booking.Changes) {
		for _, e := range slices.Clone(c.Journal) {
			if e.Debit != "" {
				e.ID = c.Journal[len(c.Journal)-1].ID + 1
				c.Journal = append(c.Journal, e)
			}
		}
	}},
	{name: "a posting has one leg", changes: func(_ *sim, c *booking.Changes) {
		for i := range c.Journal {
			c.Journal[i].Credit = ""
		}
	}},
	{rare: true, name: "undelivered tickets are forgotten", changes: func(_ *sim, c *booking.Changes) {
		c.Replies = slices.DeleteFunc(c.Replies, func(m booking.MT) bool { return m.Again })
	}},
}

// becomes turns one outcome into another.
func becomes(from, to booking.EventKind) func(*sim, *booking.View, *booking.Event) {
	return func(_ *sim, _ *booking.View, e *booking.Event) {
		if e.Kind == from {
			e.Kind = to
		}
	}
}

// Bugs of the order's table: shortcuts that look right.
var orderMutants = []mutant{
	{name: "a silent debit counts as refused", event: becomes(booking.DebitUnknown, booking.DebitRefused)},
	{name: "a silent debit counts as done", event: becomes(booking.DebitUnknown, booking.DebitDone)},
	{name: "a refused debit counts as done", event: becomes(booking.DebitRefused, booking.DebitDone)},
	{rare: true, name: "a silent issue counts as refused", event: becomes(booking.IssueUnknown, booking.IssueRefused)},
	{name: "a silent issue counts as done", event: becomes(booking.IssueUnknown, booking.IssueDone)},
	{rare: true, name: "a silent void counts as done", event: becomes(booking.VoidUnknown, booking.VoidDone)},
	{rare: true, name: "a refused void counts as done", event: becomes(booking.VoidRefused, booking.VoidDone)},
	{rare: true, name: "a silent reversal counts as done", event: becomes(booking.ReverseUnknown, booking.ReverseDone)},
	{name: "a silent hold counts as held", event: func(s *sim, _ *booking.View, e *booking.Event) {
		if e.Kind == booking.HoldUnknown {
			e.Kind, e.Until = booking.HoldConfirmed, s.now.Add(40*time.Minute)
		}
	}},
	{rare: true, name: "the hold is thought to last longer", event: func(_ *sim, _ *booking.View, e *booking.Event) {
		if e.Kind == booking.HoldConfirmed {
			e.Until = e.Until.Add(10 * time.Minute)
		}
	}},
	{name: "the terminal's price is not looked at", event: func(_ *sim, _ *booking.View, e *booking.Event) {
		if e.Kind == booking.HoldConfirmed {
			e.Price.Minor += 100
		}
	}},
	{rare: true, name: "a payment forgets its number", decide: func(_ *sim, _ *booking.View, _ *booking.Input, c *booking.Changes) {
		for _, o := range c.Orders {
			o.Payment = min(o.Payment, 1)
		}
	}},
	{name: "working on it is said again and again", decide: func(_ *sim, _ *booking.View, _ *booking.Input, c *booking.Changes) {
		for _, o := range c.Orders {
			o.Slow = false
		}
	}},
	{name: "the waiting text is forgotten", decide: func(_ *sim, _ *booking.View, _ *booking.Input, c *booking.Changes) {
		for _, o := range c.Orders {
			if o.State == booking.Issuing {
				o.Ask = 0
			}
		}
	}},
	{name: "seats are another order's", decide: func(_ *sim, _ *booking.View, _ *booking.Input, c *booking.Changes) {
		for _, o := range c.Orders {
			if o.State == booking.Issued && len(o.Places) > 1 {
				o.Places = o.Places[1:]
			}
		}
	}},
	{name: "an expired hold is left alone", decide: func(_ *sim, _ *booking.View, _ *booking.Input, c *booking.Changes) {
		for _, o := range c.Orders {
			if o.State == booking.Held {
				o.Due = o.Due.Add(24 * time.Hour)
			}
		}
	}},
}

// Bugs between the carrier and the dialogue.
var textMutants = []mutant{
	{name: "any code pays", text: func(s *sim, v *booking.View, in *booking.Intake) {
		for _, o := range v.Orders {
			if in.Command.Code != "" && o.State == booking.Held {
				in.Command.Code = s.code(o, o.Quote)
			}
		}
	}},
	{rare: true, name: "an order code pays", text: func(s *sim, v *booking.View, in *booking.Intake) {
		for _, o := range v.Orders {
			if in.Command.Order == o.Code && o.State == booking.Held {
				in.Command.Code = s.code(o, o.Quote)
			}
		}
	}},
	{name: "every text is answered twice", decide: func(_ *sim, v *booking.View, in *booking.Input, c *booking.Changes) {
		if in.Text != nil && len(c.Replies) > 0 {
			m := c.Replies[0]
			m.ID = v.NewID()
			c.Replies = append(c.Replies, m)
		}
	}},
	{name: "an answer names no text", decide: func(_ *sim, _ *booking.View, _ *booking.Input, c *booking.Changes) {
		for i := range c.Replies {
			c.Replies[i].Cause = 0
		}
	}},
	{name: "a text is not stored", decide: func(s *sim, _ *booking.View, in *booking.Input, c *booking.Changes) {
		if in.Text != nil && s.chance(0.05) {
			c.Texts = nil
		}
	}},
	{name: "second deliveries are not known", arrival: func(_ *sim, a *booking.Arrival) { a.MO.DupFloor = time.Time{} }},
	{name: "every equal text is a second delivery", arrival: func(s *sim, a *booking.Arrival) {
		a.MO.DupFloor = s.now.Add(-24 * time.Hour)
		a.MO.Session = uint64(s.messages)
	}},
	{name: "different texts look alike", arrival: func(_ *sim, a *booking.Arrival) { a.MO.Hash = 7 }},
	{name: "a repeated part counts as another", arrival: func(s *sim, a *booking.Arrival) {
		if a.Part != nil {
			a.Part.Key += fmt.Sprint(s.air.session)
		}
	}},
}

// Bugs of what stands between the engine and the world.
var portMutants = []mutant{
	{name: "a silent debit is made again", bank: func(s *sim, b booking.Bank) booking.Bank { return debitAgain{b} }},
	{name: "the amount is charged double", bank: func(s *sim, b booking.Bank) booking.Bank { return double{b} }},
	{name: "a reversal is only promised", bank: func(s *sim, b booking.Bank) booking.Bank { return lazy{b} }},
	{rare: true, name: "each refund has a new key", bank: func(s *sim, b booking.Bank) booking.Bank { return &newKeys{Bank: b, s: s} }},
	{rare: true, name: "a refund is half of it", bank: func(s *sim, b booking.Bank) booking.Bank { return half{b} }},
	{rare: true, name: "a silent ticket is asked for under another key", rail: func(s *sim, t booking.Ticketing) booking.Ticketing { return otherKey{t} }},
	{rare: true, name: "a void only looks", rail: func(s *sim, t booking.Ticketing) booking.Ticketing { return looks{t} }},
	{name: "the ticket is issued with the hold", rail: func(s *sim, t booking.Ticketing) booking.Ticketing { return eager{t} }},
	{name: "a silent text is sent until there is an answer", send: func(c carrier, m booking.MT, done func(booking.SendResult)) bool {
		return c.again(m, done)
	}},
	{name: "the link drops texts in a rush", send: func(c carrier, m booking.MT, done func(booking.SendResult)) bool {
		return len(c.a.queue) > 2 || c.push(m, done)
	}},
	{name: "the newest text goes first", send: func(c carrier, m booking.MT, done func(booking.SendResult)) bool {
		if held := c.life.held; held != nil {
			c.life.held = nil
			return c.push(m, done) && c.push(held.m, held.done)
		}
		c.life.held = &submit{m: m, done: done, life: c.life}
		return true
	}},
}

type debitAgain struct{ booking.Bank }

func (b debitAgain) Debit(ctx context.Context, r booking.DebitRequest) booking.Outcome[booking.Charge] {
	out := b.Bank.Debit(ctx, r)
	if out.Verdict == booking.Unknown {
		out = b.Bank.Debit(ctx, r)
	}
	return out
}

type double struct{ booking.Bank }

func (b double) Debit(ctx context.Context, r booking.DebitRequest) booking.Outcome[booking.Charge] {
	r.Amount = r.Amount.Times(2)
	out := b.Bank.Debit(ctx, r)
	out.Value.Amount.Minor /= 2
	return out
}

type lazy struct{ booking.Bank }

func (b lazy) Reverse(context.Context, string) booking.Outcome[booking.Charge] {
	return booking.IsDone(booking.Charge{})
}

type newKeys struct {
	booking.Bank
	s *sim
}

func (b *newKeys) Refund(ctx context.Context, key, refund string, m booking.Money) booking.Outcome[booking.Charge] {
	return b.Bank.Refund(ctx, key, refund+fmt.Sprint(b.s.now.UnixNano()), m)
}

type half struct{ booking.Bank }

func (b half) Refund(ctx context.Context, key, refund string, m booking.Money) booking.Outcome[booking.Charge] {
	m.Minor /= 2
	return b.Bank.Refund(ctx, key, refund, m)
}

type otherKey struct{ booking.Ticketing }

func (t otherKey) Prebook(ctx context.Context, r booking.HoldRequest) booking.Outcome[booking.Hold] {
	out := t.Ticketing.Prebook(ctx, r)
	if out.Verdict == booking.Unknown {
		r.Key += "-2"
		out = t.Ticketing.Prebook(ctx, r)
	}
	return out
}

type looks struct{ booking.Ticketing }

func (t looks) Void(ctx context.Context, key string, _ []string) booking.Outcome[booking.Item] {
	return t.Get(ctx, key)
}

type eager struct{ booking.Ticketing }

func (t eager) Prebook(ctx context.Context, r booking.HoldRequest) booking.Outcome[booking.Hold] {
	out := t.Ticketing.Prebook(ctx, r)
	if out.Verdict == booking.Done {
		t.Fulfil(ctx, r.Key)
	}
	return out
}
