package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// called is a sample callback of m.
func called(t *testing.T, v *booking.View, m booking.MSISDN) booking.Callback {
	t.Helper()
	id, err := v.Desk.NextCallback()
	require.NoError(t, err)
	return booking.Callback{ID: id, Customer: m, At: utc(Noon()), Why: booking.CallbackAsked, State: booking.CallbackOpen, Changed: utc(Noon())}
}

// openCallback opens a callback of m in a turn of his.
func openCallback(t *testing.T, s Store, m booking.MSISDN, more ...func(*booking.Callback)) (b booking.Callback) {
	t.Helper()
	change(t, s, booking.Keys{Customer: m}, func(v *booking.View) *booking.Changes {
		b = called(t, v, m)
		for _, f := range more {
			f(&b)
		}
		return &booking.Changes{Customer: v.Customer, Callbacks: []booking.Callback{b}}
	})
	return b
}

// standing is what a turn, and a reader beside it, sees of callbacks.
func standing(t *testing.T, s Store) []booking.Callback {
	t.Helper()
	v, err := s.Callbacks(t.Context(), 0, 100)
	require.NoError(t, err)
	desk(t, s, func(d booking.Desk) {
		list, err := d.Callbacks(0, 100)
		require.NoError(t, err)
		require.Equal(t, v, list)
	})
	return v
}

// desk runs a turn about nobody that reads callbacks.
func desk(t *testing.T, s Store, look func(d booking.Desk)) {
	t.Helper()
	require.ErrorIs(t, s.Do(t.Context(), booking.Keys{}, func(v *booking.View) (*booking.Changes, error) {
		look(v.Desk)
		return nil, errOwn
	}), errOwn)
}

// testCallbacks: callbacks stand in the order they were opened until they are
// closed, by whomever; one customer has one at most.
func testCallbacks(t *testing.T, open Open) {
	s, dir := start(t, open)
	require.Empty(t, standing(t, s))
	first := openCallback(t, s, alice, func(b *booking.Callback) {
		b.Why, b.Order, b.Code, b.Note = booking.CallbackReview, 77, "K7M2P", "call after 18 请"
	})
	second := openCallback(t, s, bob)
	require.Less(t, first.ID, second.ID)
	require.Less(t, second.ID, int64(1000), "operators text it")
	require.Equal(t, []booking.Callback{first, second}, standing(t, s))
	require.Error(t, s.Do(t.Context(), booking.Keys{Customer: alice}, func(v *booking.View) (*booking.Changes, error) {
		return &booking.Changes{Callbacks: []booking.Callback{called(t, v, alice)}}, nil
	}), "a second one")
	first.State, first.By, first.Changed = booking.CallbackTaken, bob, utc(Noon().Add(time.Hour))
	change(t, s, booking.Keys{Customer: bob}, func(v *booking.View) *booking.Changes { // an operator's turn
		return &booking.Changes{Customer: v.Customer, Callbacks: []booking.Callback{first}}
	})
	s = reopen(t, open, s, dir)
	require.Equal(t, []booking.Callback{first, second}, standing(t, s))
	desk(t, s, func(d booking.Desk) {
		for _, want := range []booking.Callback{first, second} {
			got, err := d.Standing(want.Customer)
			require.NoError(t, err)
			require.Equal(t, &want, got)
		}
		n, err := d.Before(second.ID)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		list, err := d.Callbacks(first.ID, 1)
		require.NoError(t, err)
		require.Equal(t, []booking.Callback{second}, list)
		none, err := d.Callback(99)
		require.NoError(t, err)
		require.Nil(t, none)
	})
	first.State, first.Note = booking.CallbackClosed, "done"
	write(t, s, &booking.Changes{Callbacks: []booking.Callback{first}})
	require.Equal(t, []booking.Callback{second}, standing(t, s))
	third := openCallback(t, s, alice)
	require.Greater(t, third.ID, second.ID)
	s = reopen(t, open, s, dir)
	require.Equal(t, []booking.Callback{second, third}, standing(t, s))
	for _, want := range []booking.Callback{first, third} {
		got, err := s.Callback(t.Context(), want.ID)
		require.NoError(t, err)
		require.Equal(t, &want, got)
	}
	desk(t, s, func(d booking.Desk) {
		b, err := d.Callback(first.ID)
		require.NoError(t, err)
		require.Equal(t, &first, b)
	})
	require.Error(t, s.Do(t.Context(), booking.Keys{}, func(v *booking.View) (*booking.Changes, error) {
		b := called(t, v, 5)
		return &booking.Changes{Callbacks: []booking.Callback{b}, Journal: []booking.Entry{{ID: 7}, {ID: 7}}}, nil
	}), "undone as a whole")
	require.Len(t, standing(t, s), 2)
}

// testEraseCallbacks: of an erased customer's callbacks no note is left; others keep theirs.
func testEraseCallbacks(t *testing.T, open Open) {
	s, dir := start(t, open)
	noted := func(b *booking.Callback) { b.Note = "wants a window seat" }
	first, other := openCallback(t, s, alice, noted), openCallback(t, s, bob, noted)
	erase(t, s, alice)
	first.Note = ""
	for range 2 {
		require.Equal(t, []booking.Callback{first, other}, standing(t, s))
		s = reopen(t, open, s, dir)
	}
	first.Note, first.State = "of the new one", booking.CallbackClosed
	write(t, s, &booking.Changes{Callbacks: []booking.Callback{first}}) // sealed for who he is from now on
	got, err := s.Callback(t.Context(), first.ID)
	require.NoError(t, err)
	require.Equal(t, &first, got)
}
