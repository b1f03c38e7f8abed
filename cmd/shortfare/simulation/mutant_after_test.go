package simulation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"shortfare/booking"
)

// eachOrder plants a bug in the orders that a turn writes.
func eachOrder(f func(*sim, *booking.Order)) func(*sim, *booking.View, *booking.Input, *booking.Changes) {
	return func(s *sim, _ *booking.View, _ *booking.Input, c *booking.Changes) {
		for _, o := range c.Orders {
			f(s, o)
		}
	}
}

// Bugs of cancels and changes.
var changeMutants = []mutant{
	{name: "the old ticket is cancelled before the new one is issued", rail: func(s *sim, t booking.Ticketing) booking.Ticketing { return hasty{t, s} }},
	{rare: true, name: "a change forgets the fee", decide: eachOrder(func(_ *sim, o *booking.Order) {
		if o.Swap != nil && (o.State == booking.Debiting || o.State == booking.Issuing) {
			swap := *o.Swap
			swap.Fee.Minor = 0
			o.Swap = &swap
		}
	})},
	{name: "the old order stays changeable", decide: eachOrder(func(_ *sim, o *booking.Order) {
		if o.State == booking.Issued {
			o.Next = 0
		}
	})},
	{name: "a change charges the whole price", bank: func(s *sim, b booking.Bank) booking.Bank { return wholePrice{b, s} }},
	{rare: true, name: "a refund is made twice after a crash", bank: func(s *sim, b booking.Bank) booking.Bank { return forgetful{b, s} }},
	{name: "a partial cancel voids all", rail: func(_ *sim, t booking.Ticketing) booking.Ticketing { return allSeats{t} }},
	{name: "a partial cancel pays back all", decide: eachOrder(func(_ *sim, o *booking.Order) {
		if o.State == booking.Voiding && o.Partly() {
			o.Refund = o.Price
		}
	})},
	{name: "a fee is kept that nobody was told of", decide: eachOrder(func(_ *sim, o *booking.Order) {
		if o.State == booking.Voiding && o.Reason == booking.ClosedRefunded && o.Refund.Minor > 100 {
			o.Fee.Minor, o.Refund.Minor, o.Fee.Currency = o.Fee.Minor+100, o.Refund.Minor-100, "CNY"
		}
	})},
	{rare: true, name: "a settlement is told twice", decide: func(_ *sim, v *booking.View, in *booking.Input, c *booking.Changes) {
		if in.Event.Kind == booking.SettleDone {
			twin(v, c)
		}
	}},
}

// twin says what a turn says once more.
func twin(v *booking.View, c *booking.Changes) {
	for _, m := range slices.Clone(c.Replies) {
		m.ID = v.NewID()
		c.Replies = append(c.Replies, m)
	}
}

// Bugs of the waitlist.
var lineMutants = []mutant{
	{name: "the waitlist pays without the code", decide: eachOrder(func(s *sim, o *booking.Order) {
		if o.State == booking.Waiting && o.Wish.Joined.IsZero() {
			wish := *o.Wish
			wish.Joined = s.now
			o.Wish, o.Due = &wish, o.Wish.Until
		}
	})},
	{rare: true, name: "the newest in line is served first", decide: eachOrder(func(s *sim, o *booking.Order) {
		if o.State == booking.Waiting && !o.Wish.Joined.IsZero() && o.Wish.Joined.Equal(s.now) {
			wish := *o.Wish
			wish.Joined = time.Unix(3_000_000_000-s.now.Unix(), 0)
			o.Wish = &wish
		}
	})},
	{name: "seats that are promised are sold", before: func(s *sim, _ *booking.View, _ *booking.Input, env *booking.Env) { env.Stock = s.rail }},
	{rare: true, name: "who comes back to the line loses his place", decide: eachOrder(func(s *sim, o *booking.Order) {
		if o.State == booking.Waiting && o.Holds > 0 && o.Since.Equal(s.now) {
			wish := *o.Wish
			wish.Joined = s.now
			o.Wish = &wish
		}
	})},
	{rare: true, name: "the second hold uses the first key", decide: eachOrder(func(_ *sim, o *booking.Order) { o.Holds = 0 })},
	{name: "the line is forgotten at a start", forgetLine: true},
	{rare: true, name: "dearer seats count as agreed", event: func(_ *sim, v *booking.View, e *booking.Event) {
		for _, o := range v.Orders {
			if e.Kind == booking.HoldConfirmed && o.State == booking.Holding && o.Automatic() {
				e.Price.Minor = min(e.Price.Minor, o.Wish.Most.Minor)
			}
		}
	}},
	{name: "a stopped sale goes on", before: func(_ *sim, _ *booking.View, _ *booking.Input, env *booking.Env) { env.Suspended = nil }},
	{rare: true, name: "a passenger gets two tickets", rail: func(_ *sim, t booking.Ticketing) booking.Ticketing { return strangers{t} }},
}

// Bugs of what is told to many.
var noticeMutants = []mutant{
	{rare: true, name: "events are read again after a crash", changes: func(_ *sim, c *booking.Changes) { c.Cursors = nil }},
	{name: "an event is lost", changes: func(s *sim, c *booking.Changes) {
		if len(c.Cursors) > 0 && s.chance(0.3) {
			c.Notices = nil
		}
	}},
	{name: "a notice does not move on", changes: func(_ *sim, c *booking.Changes) {
		for i := range c.Notices {
			c.Notices[i].After = 0
		}
	}},
	{name: "a notice moves on without its text", changes: func(_ *sim, c *booking.Changes) {
		if len(c.Notices) > 0 && c.Notices[0].After != 0 && !c.Notices[0].Done {
			c.Replies = nil
		}
	}},
	{rare: true, name: "a broadcast ignores STOP", before: func(_ *sim, v *booking.View, in *booking.Input, _ *booking.Env) {
		if in.Notice != nil {
			v.Customer.OptOut = false
		}
	}},
	{name: "a cancelled run is not told", decide: func(_ *sim, _ *booking.View, in *booking.Input, c *booking.Changes) {
		if in.Notice != nil && in.Notice.Event != nil && in.Notice.Event.Change == booking.RunCancelled {
			c.Replies = nil
		}
	}},
	{rare: true, name: "a reminder comes before the arrival", before: func(_ *sim, v *booking.View, in *booking.Input, _ *booking.Env) {
		for _, o := range v.Orders {
			if in.Text == nil && in.Attempt == nil && o.State == booking.Issued {
				o.Trip.Dep = o.Trip.Arr
			}
		}
	}},
}

// Bugs of what is known of customers.
var customerMutants = []mutant{
	{name: "the register's no is taken as yes", event: becomes(booking.VerifyRefused, booking.VerifyDone)},
	{name: "who is forgotten is not erased", decide: func(_ *sim, _ *booking.View, _ *booking.Input, c *booking.Changes) { c.Erase = false }},
	{rare: true, name: "orders of who was forgotten are still listed", decide: func(s *sim, v *booking.View, _ *booking.Input, c *booking.Changes) {
		for _, id := range s.disk.ids {
			if o := s.disk.order(id); c.Erase && o.Customer == v.Customer.MSISDN {
				c.Customer.Orders = append(c.Customer.Orders, booking.OrderRef{ID: o.ID, Code: o.Code})
			}
		}
	}},
	{rare: true, name: "wrong codes are not counted", decide: func(_ *sim, _ *booking.View, _ *booking.Input, c *booking.Changes) {
		if c.Customer != nil {
			c.Customer.Guesses = nil
		}
		for _, o := range c.Orders {
			o.Quote.Tries = 0
		}
	}},
}

type hasty struct {
	booking.Ticketing
	s *sim
}

func (t hasty) Fulfil(ctx context.Context, key string) booking.Outcome[booking.Item] {
	if o := t.s.disk.order(orderOf(key)); o != nil && o.Swap != nil {
		t.Void(ctx, o.Swap.Key, nil)
	}
	return t.Ticketing.Fulfil(ctx, key)
}

type wholePrice struct {
	booking.Bank
	s *sim
}

func (b wholePrice) Debit(ctx context.Context, r booking.DebitRequest) booking.Outcome[booking.Charge] {
	charge := r.Amount
	r.Amount = b.s.disk.order(orderOf(r.Key)).Price
	out := b.Bank.Debit(ctx, r)
	out.Value.Amount = charge
	return out
}

type forgetful struct {
	booking.Bank
	s *sim
}

func (b forgetful) Refund(ctx context.Context, key, refund string, m booking.Money) booking.Outcome[booking.Charge] {
	return b.Bank.Refund(ctx, key, fmt.Sprintf("%s-%d", refund, b.s.disk.epoch), m)
}

type allSeats struct{ booking.Ticketing }

func (t allSeats) Void(ctx context.Context, key string, _ []string) booking.Outcome[booking.Item] {
	return t.Ticketing.Void(ctx, key, nil)
}

type strangers struct{ booking.Ticketing }

func (t strangers) Prebook(ctx context.Context, r booking.HoldRequest) booking.Outcome[booking.Hold] {
	r.Passengers = slices.Clone(r.Passengers)
	for i := range r.Passengers {
		r.Passengers[i].Document.Token += r.Key
	}
	return t.Ticketing.Prebook(ctx, r)
}
