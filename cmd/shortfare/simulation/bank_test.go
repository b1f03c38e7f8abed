package simulation

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"shortfare/booking"
)

// debit is what the bank's book says of one key.
type debit struct {
	booked, declined, reversed bool
	amount                     int64
	refunds                    map[string]int64
	settled                    map[string]time.Time // when each refund arrives
	calls                      int                  // of Debit by the product
	returned                   time.Time            // when booked money went back
}

func (d *debit) net() int64 {
	if !d.booked || d.reversed {
		return 0
	}
	n := d.amount
	for _, r := range d.refunds {
		n -= r
	}
	return n
}

// bank is the bank with its book.
type bank struct {
	s    *sim
	line line
	book map[string]*debit
}

var _ booking.Bank = (*bank)(nil)

func (b *bank) entry(key string) *debit {
	d := b.book[key]
	if d == nil {
		d = &debit{refunds: map[string]int64{}, settled: map[string]time.Time{}}
		b.book[key] = d
	}
	return d
}

// net is what the customer has paid for an order, all its payments together.
func (b *bank) net(id booking.OrderID) (n int64) {
	for p := 1; p <= 2*booking.MaxDeclines; p++ {
		if d, ok := b.book[fmt.Sprintf("%d-%d", id, p)]; ok {
			n += d.net()
		}
	}
	return n
}

// returned is when money of an order went back last; zero for never.
func (b *bank) returned(id booking.OrderID) (at time.Time) {
	for p := 1; p <= 2*booking.MaxDeclines; p++ {
		if d, ok := b.book[fmt.Sprintf("%d-%d", id, p)]; ok && d.returned.After(at) {
			at = d.returned
		}
	}
	return at
}

// refunds are the payments back of an order, by their keys.
func (b *bank) refunds(id booking.OrderID) map[string]int64 {
	all := map[string]int64{}
	for _, d := range b.book {
		for key, n := range d.refunds {
			if orderOf(key) == id && d.booked && !d.reversed {
				all[key] = n
			}
		}
	}
	return all
}

func (b *bank) PaysByPhone() bool           { return b.s.payByPhone }
func (b *bank) Ready(context.Context) error { return nil }

func (b *bank) Debit(ctx context.Context, r booking.DebitRequest) booking.Outcome[booking.Charge] {
	b.s.checkDebit(r)
	d := b.entry(r.Key)
	if d.calls++; d.calls > 1 {
		b.s.fail("I4: Debit called %d times under key %s", d.calls, r.Key)
	}
	decline := func() booking.Outcome[booking.Charge] {
		if !d.booked && !d.reversed {
			d.declined = true
		}
		return b.answer(d)
	}
	declines := b.s.chance(b.s.rate.decline) || strings.HasSuffix(r.Account.Last4, "0002")
	return over(b.s, ctx, &b.line, "debit", r.Key, func() booking.Outcome[booking.Charge] {
		switch {
		case declines:
			return decline()
		case !d.booked && !d.declined && !d.reversed:
			d.booked, d.amount = true, r.Amount.Minor
		}
		return b.answer(d)
	}, decline, func(c *booking.Charge) { c.Amount.Minor++ })
}

// answer is what a debit or a question about it gets.
func (b *bank) answer(d *debit) booking.Outcome[booking.Charge] {
	switch {
	case d.reversed:
		return booking.IsRefused[booking.Charge](booking.ReasonTombstone)
	case d.declined:
		return booking.IsRefused[booking.Charge](booking.ReasonDeclined)
	case d.booked:
		return booking.IsDone(booking.Charge{Ref: "R", Amount: booking.Money{Minor: d.amount, Currency: "CNY"}})
	}
	return booking.IsRefused[booking.Charge](booking.ReasonNotFound)
}

func (b *bank) Query(ctx context.Context, key string) booking.Outcome[booking.Charge] {
	return over(b.s, ctx, &b.line, "query", key, func() booking.Outcome[booking.Charge] { return b.answer(b.entry(key)) }, nil,
		func(c *booking.Charge) { c.Amount.Minor-- })
}

// notNow is a refusal that changes nothing.
func notNow() booking.Outcome[booking.Charge] {
	return booking.IsRefused[booking.Charge](booking.ReasonMismatch)
}

func (b *bank) Reverse(ctx context.Context, key string) booking.Outcome[booking.Charge] {
	return over(b.s, ctx, &b.line, "reverse", key, func() booking.Outcome[booking.Charge] {
		d := b.entry(key)
		if len(d.refunds) > 0 {
			return notNow()
		}
		if d.booked && !d.reversed {
			d.returned = b.s.now
		}
		if !d.declined {
			d.reversed = true
		}
		return booking.IsDone(booking.Charge{Ref: "V"})
	}, notNow, nil)
}

// Settled is asked about refunds that were acknowledged.
func (b *bank) Settled(ctx context.Context, refundKey string) booking.Outcome[booking.Charge] {
	return over(b.s, ctx, &b.line, "settled", refundKey, func() booking.Outcome[booking.Charge] {
		for _, d := range b.book {
			if at, known := d.settled[refundKey]; known && !b.s.now.Before(at) {
				return booking.IsDone(booking.Charge{Ref: "S"})
			} else if known {
				return booking.IsRefused[booking.Charge](booking.ReasonPending)
			}
		}
		return booking.IsRefused[booking.Charge](booking.ReasonNotFound)
	}, nil, nil)
}

func (b *bank) Refund(ctx context.Context, key, refundKey string, m booking.Money) booking.Outcome[booking.Charge] {
	b.s.checkRefund(key, refundKey, m)
	return over(b.s, ctx, &b.line, "refund", refundKey, func() booking.Outcome[booking.Charge] {
		d := b.entry(key)
		if !d.booked || d.reversed {
			return booking.IsRefused[booking.Charge](booking.ReasonNotFound)
		}
		if n, known := d.refunds[refundKey]; known && n != m.Minor {
			return notNow()
		} else if !known {
			d.returned, d.settled[refundKey] = b.s.now, b.s.now.Add(24*time.Hour)
		}
		d.refunds[refundKey] = m.Minor
		if d.net() < 0 {
			b.s.fail("I4: more goes back of debit %s than was paid", key)
		}
		return booking.IsDone(booking.Charge{Ref: "F", Amount: m})
	}, notNow, nil)
}

// orderOf is the order that a key of the bank or terminal is about.
func orderOf(key string) booking.OrderID {
	id, _, _ := strings.Cut(key, "-")
	n, _ := strconv.ParseInt(id, 10, 64)
	return booking.OrderID(n)
}
