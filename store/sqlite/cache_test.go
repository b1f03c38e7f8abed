package sqlite

import (
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// What is kept decoded is bounded by what it takes, not by how many customers
// it belongs to: some have two hundred tickets.
func TestKeptIsBoundedByRows(t *testing.T) {
	k := kept{by: map[booking.MSISDN]*keptCustomer{}}
	for i := range 300 {
		v := &booking.View{}
		c := &booking.Customer{MSISDN: booking.MSISDN(8613800000000 + i)}
		for n := range 200 {
			id := booking.OrderID(i*1000 + n)
			v.Orders = append(v.Orders, &booking.Order{ID: id})
			c.Orders = append(c.Orders, booking.OrderRef{ID: id, Live: true})
		}
		v.Customer = c
		for range 2 { // the second time replaces the first
			k.put(v, &booking.Changes{Customer: c}, owner{})
		}
		require.Len(t, k.by[c.MSISDN].orders, 200, "the latest is kept")
		rows := 0
		for _, c := range k.by {
			rows += c.rows()
		}
		require.Equal(t, rows, k.rows)
		require.LessOrEqual(t, rows, maxKept)
	}
	require.Greater(t, k.rows, maxKept-201)
	for m := range k.by {
		require.NotNil(t, k.take(m))
	}
	require.Zero(t, k.rows)
	require.Nil(t, k.take(8613800000000))
}
