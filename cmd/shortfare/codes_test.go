package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// plain is a vault whose function is no secret.
type plain struct{ booking.Vault }

func (plain) PRF(kind string, data []byte) (sum [32]byte) {
	copy(sum[:], fmt.Sprintf("%x", fnv1a(kind+"|"+string(data))))
	return sum
}

func fnv1a(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// A code says yes to one thing alone: whatever of it is changed makes another code.
func TestCodesAreBound(t *testing.T) {
	code := codes(plain{})
	yuan := func(n int64) booking.Money { return booking.Money{Minor: n * 100, Currency: "CNY"} }
	base := func() *booking.Order {
		return &booking.Order{ID: 7, Customer: 8613800138000, Seats: 3, Price: yuan(1659), Places: []string{"1A", "1B", "1C"}, Refund: yuan(525),
			Fee: yuan(28), Leaving: []int{1}, Swap: &booking.Swap{Order: 6, Credit: yuan(1000), Fee: yuan(20)}, Wish: &booking.Wish{Most: yuan(1800)}}
	}
	for name, c := range map[string]struct {
		q      booking.QuoteFor
		change func(*booking.Order, *booking.Quote)
	}{
		"order":        {booking.QuotePay, func(o *booking.Order, _ *booking.Quote) { o.ID++ }},
		"phone":        {booking.QuotePay, func(o *booking.Order, _ *booking.Quote) { o.Customer++ }},
		"price":        {booking.QuotePay, func(o *booking.Order, _ *booking.Quote) { o.Price.Minor++ }},
		"quote":        {booking.QuotePay, func(_ *booking.Order, q *booking.Quote) { q.Gen++ }},
		"purpose":      {booking.QuotePay, func(_ *booking.Order, q *booking.Quote) { q.For = booking.QuoteCancel }},
		"refund":       {booking.QuoteCancel, func(o *booking.Order, _ *booking.Quote) { o.Refund.Minor++ }},
		"fee":          {booking.QuoteCancel, func(o *booking.Order, _ *booking.Quote) { o.Fee.Minor++ }},
		"other seat":   {booking.QuoteCancel, func(o *booking.Order, _ *booking.Quote) { o.Leaving = []int{2} }},
		"more seats":   {booking.QuoteCancel, func(o *booking.Order, _ *booking.Quote) { o.Leaving = []int{1, 2} }},
		"all seats":    {booking.QuoteCancel, func(o *booking.Order, _ *booking.Quote) { o.Leaving = nil }},
		"charge":       {booking.QuoteChange, func(o *booking.Order, _ *booking.Quote) { o.Swap.Fee.Minor++ }},
		"give back":    {booking.QuoteChange, func(o *booking.Order, _ *booking.Quote) { o.Swap.Credit = yuan(2000) }},
		"other ticket": {booking.QuoteChange, func(o *booking.Order, _ *booking.Quote) { o.Swap.Order++ }},
		"most":         {booking.QuoteWait, func(o *booking.Order, _ *booking.Quote) { o.Wish.Most.Minor++ }},
	} {
		o, q := base(), booking.Quote{For: c.q, Gen: 2}
		before := code(o, q)
		require.Regexp(t, `^[0-9]{6}$`, before)
		require.Equal(t, before, code(base(), q), "%s: the same again is the same code", name)
		c.change(o, &q)
		require.NotEqual(t, before, code(o, q), name)
	}
	for _, f := range []booking.QuoteFor{booking.QuotePay, booking.QuoteCancel, booking.QuoteChange, booking.QuoteWait} {
		require.Len(t, code(&booking.Order{}, booking.Quote{For: f}), 6, "an order that lacks what the quote is about")
	}
}
