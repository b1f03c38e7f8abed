package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// labelled lists who has a label, page by page, and holds it against the count.
func labelled(t *testing.T, s Store, label string) (all []booking.MSISDN) {
	t.Helper()
	for after := booking.MSISDN(0); ; {
		list, err := s.Labelled(t.Context(), label, after, 2)
		require.NoError(t, err)
		all = append(all, list...)
		if len(list) < 2 {
			break
		}
		after = list[1]
	}
	require.ErrorIs(t, s.Do(t.Context(), booking.Keys{}, func(v *booking.View) (*booking.Changes, error) {
		n, err := v.Members(label)
		require.NoError(t, err)
		require.Len(t, all, n)
		return nil, errOwn
	}), errOwn)
	return all
}

// testLabels: customers are found by the labels that their rows have, and by no others.
func testLabels(t *testing.T, open Open) {
	s, dir := start(t, open)
	set := func(m booking.MSISDN, labels ...string) {
		change(t, s, booking.Keys{Customer: m}, func(v *booking.View) *booking.Changes {
			v.Customer.Labels, v.Customer.Name = labels, "X"
			return &booking.Changes{Customer: v.Customer}
		})
	}
	require.Empty(t, labelled(t, s, "vip"))
	for i := range booking.MSISDN(5) {
		set(alice+i, "vip", "age:26-35")
	}
	set(bob, "new")
	five := []booking.MSISDN{alice, alice + 1, alice + 2, alice + 3, alice + 4}
	for range 2 {
		require.Equal(t, five, labelled(t, s, "vip"))
		require.Equal(t, five, labelled(t, s, "age:26-35"))
		require.Equal(t, []booking.MSISDN{bob}, labelled(t, s, "new"))
		require.Empty(t, labelled(t, s, "VIP"))
		list, err := s.Customers(t.Context(), alice, 2)
		require.NoError(t, err)
		require.Len(t, list, 2)
		require.Equal(t, []any{alice + 1, "X"}, []any{list[0].MSISDN, list[0].Name})
		require.Equal(t, []string{"vip", "age:26-35"}, list[1].Labels)
		s = reopen(t, open, s, dir)
	}
	set(alice, "regular", "age:26-35")
	set(alice + 1)
	set(bob, "new") // as it was
	require.Error(t, s.Do(t.Context(), booking.Keys{Customer: alice + 2}, func(v *booking.View) (*booking.Changes, error) {
		v.Customer.Labels = nil
		return &booking.Changes{Customer: v.Customer, Journal: []booking.Entry{{ID: 7}, {ID: 7}}}, nil
	}))
	erase(t, s, alice+3)
	for range 2 {
		require.Equal(t, []booking.MSISDN{alice + 2, alice + 4}, labelled(t, s, "vip"))
		require.Equal(t, []booking.MSISDN{alice}, labelled(t, s, "regular"))
		require.Equal(t, []booking.MSISDN{alice, alice + 2, alice + 4}, labelled(t, s, "age:26-35"))
		require.Equal(t, []booking.MSISDN{bob}, labelled(t, s, "new"))
		s = reopen(t, open, s, dir)
	}
}

// testLabelsOfTurns: turns that follow each other at once, as texts do, keep the
// labels in step.
func testLabelsOfTurns(t *testing.T, open Open) {
	s, _ := start(t, open)
	ended := make(chan error, 3)
	for _, labels := range [][]string{{"new"}, {"regular"}, {"vip"}} {
		require.NoError(t, s.Submit(booking.Keys{Customer: alice}, func(v *booking.View) (*booking.Changes, error) {
			v.Customer.Labels = labels
			return &booking.Changes{Customer: v.Customer}, nil
		}, func(_ *booking.Changes, err error) { ended <- err }))
	}
	for range 3 {
		require.NoError(t, <-ended)
	}
	require.Empty(t, labelled(t, s, "new"))
	require.Empty(t, labelled(t, s, "regular"))
	require.Equal(t, []booking.MSISDN{alice}, labelled(t, s, "vip"))
}
