package main

import (
	"bytes"
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/booking/vault"
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

// TestC06CodesAreSpread: a code is as likely as any other, so that five guesses hit with
// five in a million: each leading and each trailing pair of digits comes equally often.
func TestC06CodesAreSpread(t *testing.T) {
	v, err := vault.New(bytes.Repeat([]byte{6}, 32))
	require.NoError(t, err)
	code := codes(v)
	const n = 100_000
	var first, last [100]int
	for i := range n {
		c := code(&booking.Order{ID: booking.OrderID(i + 1), Customer: 8613800138000, Price: booking.Money{Minor: 55300, Currency: "CNY"}},
			booking.Quote{For: booking.QuotePay, Gen: 1})
		x, err := strconv.Atoi(c)
		require.NoError(t, err)
		first[x/10_000]++
		last[x%100]++
	}
	for i := range 100 { // six standard deviations of 1000 are 190
		require.InDelta(t, n/100, first[i], 190, "codes that begin with %02d", i)
		require.InDelta(t, n/100, last[i], 190, "codes that end with %02d", i)
	}
}
