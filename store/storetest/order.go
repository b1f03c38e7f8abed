package storetest

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

func testOrders(t *testing.T, open Open) {
	s, dir := start(t, open)
	var ids []booking.OrderID
	for range 4 {
		change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes {
			o := Order(alice, booking.OrderID(v.NewID()))
			ids = append(ids, o.ID)
			v.Customer.Refer(&o)
			return &booking.Changes{Customer: v.Customer, Orders: []*booking.Order{&o}}
		})
	}
	change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes { // one closes, one moves on
		for i, st := range map[int]booking.State{1: booking.Closed, 2: booking.Issued} {
			o := v.Orders[i]
			o.State = st
			o.Version++
			v.Customer.Refer(o)
		}
		return &booking.Changes{Customer: v.Customer, Orders: v.Orders[1:3]}
	})
	s = reopen(t, open, s, dir)

	require.NoError(t, s.Do(t.Context(), booking.Keys{Customer: alice}, func(v *booking.View) (*booking.Changes, error) {
		closed, err := v.Order(ids[1])
		switch {
		case err != nil:
			return nil, err
		case closed == nil || closed.State != booking.Closed || closed.Version != 4:
			return nil, errOwn
		}
		if none, err := v.Order(ids[3] + 1000000); err != nil || none != nil {
			return nil, errOwn
		}
		return nil, booking.ErrNoChange
	}))
	v := look(t, s, booking.Keys{Customer: alice})
	require.Len(t, v.Orders, 3, "closed ones are not loaded")
	for i, want := range []struct {
		id    booking.OrderID
		state booking.State
	}{{ids[0], booking.Held}, {ids[2], booking.Issued}, {ids[3], booking.Held}} {
		require.Equal(t, want.id, v.Orders[i].ID, "oldest first")
		require.Equal(t, want.state, v.Orders[i].State)
	}
	require.NoError(t, s.Do(t.Context(), booking.Keys{Customer: bob}, func(v *booking.View) (*booking.Changes, error) {
		if o, err := v.Order(ids[0]); err != nil || o != nil {
			return nil, errOwn // another customer's order is none of his
		}
		return nil, booking.ErrNoChange
	}))
	var all []booking.OrderID
	require.NoError(t, s.EachOrder(t.Context(), 0, func(o *booking.Order) error { all = append(all, o.ID); return nil }))
	require.Equal(t, ids, all)
}

func testAttempts(t *testing.T, open Open) {
	s, dir := start(t, open)
	var made []booking.Attempt
	for i := range 3 {
		change(t, s, booking.Keys{Customer: alice + booking.MSISDN(i)}, func(v *booking.View) *booking.Changes {
			c := Turn(v, s.Epoch())
			made = append(made, c.Attempts...)
			return c
		})
	}
	settle := func(v *booking.View) *booking.Changes {
		if v.AttemptGone {
			v.Customer.Name = "twice"
			return &booking.Changes{Customer: v.Customer}
		}
		o := v.Orders[0]
		o.State = booking.Issuing
		return &booking.Changes{Orders: v.Orders, Settled: []int64{made[1].ID}}
	}
	keys := booking.Keys{Customer: alice + 1, Attempt: made[1].ID}
	require.False(t, look(t, s, keys).AttemptGone)
	change(t, s, keys, settle)
	require.True(t, look(t, s, keys).AttemptGone)
	change(t, s, keys, settle)
	require.Equal(t, "twice", look(t, s, keys).Customer.Name)

	change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes { // its order moves on
		v.Orders[0].Tries = 7
		return &booking.Changes{Orders: v.Orders}
	})
	s = reopen(t, open, s, dir)
	require.True(t, look(t, s, keys).AttemptGone)
	list := attempts(t, s)
	require.Len(t, list, 2)
	require.Equal(t, made[0].ID, list[0].ID)
	require.Equal(t, made[2].ID, list[1].ID)
	require.Equal(t, 7, list[0].Subject.Tries, "the order as it is now")
	require.Equal(t, s.Epoch()-1, list[0].Epoch, "the epoch that made it")
	list, err := s.Attempts(t.Context(), made[0].ID, 1)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, made[2].ID, list[0].ID)
	require.Error(t, s.Do(t.Context(), booking.Keys{Customer: alice}, func(v *booking.View) (*booking.Changes, error) {
		return &booking.Changes{Attempts: []booking.Attempt{{ID: v.NewID(), Customer: alice, Order: 1, Call: booking.CallHold}}}, nil
	}), "an attempt without its order")
}

func testDue(t *testing.T, open Open) {
	s, dir := start(t, open)
	now := Noon()
	set := func(m booking.MSISDN, due time.Time) {
		change(t, s, booking.Keys{Customer: m}, func(v *booking.View) *booking.Changes {
			v.Customer.Due = due
			return &booking.Changes{Customer: v.Customer}
		})
	}
	set(1000001, now.Add(time.Second))
	set(1000002, now)
	set(1000003, now.Add(-time.Hour))
	set(1000004, time.Time{})
	set(1000005, now.Add(-time.Minute))
	due := func(at time.Time, limit int) []booking.MSISDN {
		list, err := s.Due(t.Context(), at, limit)
		require.NoError(t, err)
		return list
	}
	require.Equal(t, []booking.MSISDN{1000003, 1000005, 1000002}, due(now, 10))
	require.Equal(t, []booking.MSISDN{1000003, 1000005}, due(now, 2))
	set(1000003, time.Time{})
	set(1000005, now.Add(time.Hour))
	set(1000002, now.Add(time.Nanosecond))
	require.Empty(t, due(now, 10), "nothing is due too early")
	s = reopen(t, open, s, dir)
	require.Equal(t, []booking.MSISDN{1000002, 1000001, 1000005}, due(now.Add(2*time.Hour), 10))
	set(1000001, look(t, s, booking.Keys{Customer: 1000001}).Customer.Due)
	require.Equal(t, []booking.MSISDN{1000002, 1000001}, due(now.Add(time.Minute), 10), "written again unchanged")
}

func testIDs(t *testing.T, open Open) {
	s, dir := start(t, open)
	last := int64(0)
	give := func(n int, end error) {
		err := s.Do(t.Context(), booking.Keys{}, func(v *booking.View) (*booking.Changes, error) {
			for range n {
				id := v.NewID()
				if id <= last {
					t.Errorf("id %d after %d", id, last)
				}
				last = id
			}
			return nil, end
		})
		require.ErrorIs(t, err, end)
	}
	for range 3 {
		give(3, nil)
		give(3, errOwn) // undone, but given out
		give(3, nil)
		change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes {
			c := Turn(v, 1)
			last = max(last, c.Replies[0].ID)
			return c
		})
		give(1, nil)
		s = reopen(t, open, s, dir)
	}
	ordinary := last
	change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes {
		return &booking.Changes{Texts: []booking.MO{Text(alice, math.MaxInt64/4)}} // a clock that was years ahead
	})
	s = reopen(t, open, s, dir)
	last = math.MaxInt64 / 4
	give(2, nil)

	last = ordinary
	s = reopen(t, open, s, t.TempDir())
	give(2, nil) // a file that was lost: ids go on all the same
}

func testEpoch(t *testing.T, open Open) {
	s, dir := start(t, open)
	first := s.Epoch()
	require.Positive(t, first)
	require.True(t, s.LastText().IsZero())
	for i, at := range []time.Time{Noon(), Noon().Add(time.Hour), Noon().Add(time.Minute)} {
		change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes {
			m := Text(alice, v.NewID())
			m.At = at
			m.State = booking.MOState(i)
			return &booking.Changes{Texts: []booking.MO{m}}
		})
	}
	require.True(t, s.LastText().IsZero(), "before this opening")
	for n := range int64(3) {
		s = reopen(t, open, s, dir)
		require.Equal(t, first+1+n, s.Epoch())
		require.True(t, s.LastText().Equal(Noon().Add(time.Hour)), "%v", s.LastText())
	}
	for i, m := range texts(t, s) {
		require.Equal(t, booking.MOState(i), m.State)
	}
}
