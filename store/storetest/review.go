package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// testReviews: orders in review are listed, of whomever, until they leave that state,
// without names and accounts.
func testReviews(t *testing.T, open Open) {
	s, dir := start(t, open)
	ids := func(limit int) (all []booking.OrderID) {
		list, err := s.Reviews(t.Context(), limit)
		require.NoError(t, err)
		var again []*booking.Order
		require.ErrorIs(t, s.Do(t.Context(), booking.Keys{Customer: 5}, func(v *booking.View) (*booking.Changes, error) {
			again, err = v.Reviews(limit)
			require.NoError(t, err)
			return nil, errOwn
		}), errOwn)
		require.Equal(t, list, again)
		for _, o := range list {
			require.Equal(t, booking.Review, o.State)
			require.Empty(t, o.Account.Token)
			require.NotEmpty(t, o.Code)
			all = append(all, o.ID)
		}
		return all
	}
	require.Empty(t, ids(10))
	put := func(m booking.MSISDN, st booking.State) (id booking.OrderID) {
		change(t, s, booking.Keys{Customer: m}, func(v *booking.View) *booking.Changes {
			o := named(m, booking.OrderID(v.NewID()))
			id, o.State = o.ID, st
			v.Customer.Refer(&o)
			return &booking.Changes{Customer: v.Customer, Orders: []*booking.Order{&o}}
		})
		return id
	}
	first := put(bob, booking.Review)
	put(alice, booking.Issued)
	second := put(alice, booking.Review)
	require.Equal(t, []booking.OrderID{first, second}, ids(10))
	require.Equal(t, []booking.OrderID{first}, ids(1))
	change(t, s, booking.Keys{Customer: bob}, func(v *booking.View) *booking.Changes { // of another customer's order, as an operator's turn does
		return &booking.Changes{Customer: v.Customer, Attempts: []booking.Attempt{{ID: v.NewID(), Customer: alice, Order: second, Call: booking.CallUndone, Epoch: 1}}}
	})
	s = reopen(t, open, s, dir)
	asked := attempts(t, s)
	require.Len(t, asked, 1)
	require.Equal(t, []any{alice, second, "WANG WU"}, []any{asked[0].Customer, asked[0].Subject.ID, asked[0].Subject.Passengers[1].Name})
	change(t, s, booking.Keys{Customer: bob}, func(v *booking.View) *booking.Changes {
		v.Orders[0].State = booking.Issued
		v.Orders[0].Version++
		return &booking.Changes{Orders: v.Orders}
	})
	require.Equal(t, []booking.OrderID{second}, ids(10))
}
