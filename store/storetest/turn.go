package storetest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

const (
	alice booking.MSISDN = 8613800138000
	bob   booking.MSISDN = 999999999999999 // the longest there is
)

func testTurnKeepsEverything(t *testing.T, open Open) {
	s, dir := start(t, open)
	var want *booking.Changes
	change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes {
		want = Turn(v, s.Epoch())
		return want
	})
	for _, when := range []string{"at once", "after opening again"} {
		v := look(t, s, booking.Keys{Customer: alice})
		customer := *want.Customer
		customer.New = false
		require.Equal(t, jsonOf(t, &customer), jsonOf(t, v.Customer), when)
		require.Equal(t, alice, v.Customer.MSISDN, when)
		require.False(t, v.Customer.New, when)
		require.True(t, customer.Due.Equal(v.Customer.Due), when)
		require.Len(t, v.Orders, 1, when)
		require.Equal(t, jsonOf(t, want.Orders[0]), jsonOf(t, v.Orders[0]), when)
		require.Equal(t, want.Texts, texts(t, s), when)
		require.Equal(t, want.Replies, outbox(t, s), when)
		require.Equal(t, want.Journal, entries(t, s), when)
		list := attempts(t, s)
		require.Len(t, list, 1, when)
		a, b := want.Attempts[0], list[0]
		require.Equal(t, jsonOf(t, a.Subject), jsonOf(t, b.Subject), when)
		require.True(t, a.Due.Equal(b.Due), when)
		a.Subject, b.Subject, a.Due, b.Due = nil, nil, Noon(), Noon()
		require.Equal(t, a, b, when)
		s = reopen(t, open, s, dir)
	}
}

func testNewCustomer(t *testing.T, open Open) {
	s, _ := start(t, open)
	v := look(t, s, booking.Keys{Customer: alice})
	require.Equal(t, &booking.Customer{MSISDN: alice, New: true}, v.Customer)
	require.Empty(t, v.Orders)
	v = look(t, s, booking.Keys{})
	require.Nil(t, v.Customer)
	change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes {
		v.Customer.Name = "X"
		return &booking.Changes{Customer: v.Customer}
	})
	change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes {
		v.Customer.Name += "Y"
		return &booking.Changes{Customer: v.Customer}
	})
	v = look(t, s, booking.Keys{Customer: alice})
	require.Equal(t, "XY", v.Customer.Name)
	require.False(t, v.Customer.New)
	require.True(t, look(t, s, booking.Keys{Customer: bob}).Customer.New)
}

// untouched requires that nothing of a turn of alice was kept.
func untouched(t *testing.T, s Store) {
	t.Helper()
	require.True(t, look(t, s, booking.Keys{Customer: alice}).Customer.New)
	require.Empty(t, texts(t, s))
	require.Empty(t, outbox(t, s))
	require.Empty(t, entries(t, s))
	require.Empty(t, attempts(t, s))
	require.NoError(t, s.EachOrder(t.Context(), 0, func(*booking.Order) error { return errOwn }))
}

func testDecideError(t *testing.T, open Open) {
	s, _ := start(t, open)
	err := s.Do(t.Context(), booking.Keys{Customer: alice}, func(v *booking.View) (*booking.Changes, error) {
		return Turn(v, 1), fmt.Errorf("decided: %w", errOwn)
	})
	require.ErrorIs(t, err, errOwn)
	require.NotErrorIs(t, err, booking.ErrStoreDown)
	untouched(t, s)
	got := make(chan error, 1)
	require.NoError(t, s.Submit(booking.Keys{}, func(*booking.View) (*booking.Changes, error) { return nil, errOwn }, func(c *booking.Changes, err error) {
		if c != nil {
			err = fmt.Errorf("changes of a turn that failed: %v", c)
		}
		got <- err
	}))
	require.ErrorIs(t, <-got, errOwn)
}

func testPanic(t *testing.T, open Open) {
	s, _ := start(t, open)
	panicked := func(v *booking.View) (*booking.Changes, error) {
		Turn(v, 1)
		var none *booking.Order
		return nil, fmt.Errorf("never made: %d", none.ID)
	}
	err := s.Do(t.Context(), booking.Keys{Customer: alice}, panicked)
	require.ErrorContains(t, err, "nil pointer")
	require.ErrorContains(t, err, "testPanic", "the stack names who panicked")
	require.NotErrorIs(t, err, booking.ErrStoreDown)
	untouched(t, s)
	err = s.Do(t.Context(), booking.Keys{}, func(*booking.View) (*booking.Changes, error) { panic("card 6222020000000000") })
	require.Error(t, err)
	require.NotContains(t, err.Error(), "6222", "what was being worked on is not told")
	require.NoError(t, s.Ready(t.Context()), "a bug of one turn stops nobody")
	change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes { return Turn(v, 1) })
}

// A row that the store refuses undoes the rows before it, and only its turn.
func testRefusedRow(t *testing.T, open Open) {
	s, _ := start(t, open)
	var errs [3]error
	var done sync.WaitGroup
	done.Add(3)
	for i, m := range []booking.MSISDN{bob, alice, bob} {
		require.NoError(t, s.Submit(booking.Keys{Customer: m}, func(v *booking.View) (*booking.Changes, error) {
			c := Turn(v, 1)
			if m == alice {
				c.Journal = append(c.Journal, c.Journal[0]) // the same id again
			}
			return c, nil
		}, func(_ *booking.Changes, err error) { errs[i] = err; done.Done() }))
	}
	done.Wait()
	require.NoError(t, errs[0])
	require.Error(t, errs[1])
	require.NotErrorIs(t, errs[1], booking.ErrStoreDown)
	require.NoError(t, errs[2])
	require.True(t, look(t, s, booking.Keys{Customer: alice}).Customer.New)
	require.Len(t, texts(t, s), 2)
	require.Len(t, entries(t, s), 4)
	require.Equal(t, 5, look(t, s, booking.Keys{Customer: bob}).Orders[0].Version)
}

// What the keys do not lock is not written: two turns could decide it at once.
func testForeign(t *testing.T, open Open) {
	s, _ := start(t, open)
	order := Order(alice, 0)
	for name, c := range map[string]struct {
		keys    booking.Keys
		changes booking.Changes
	}{
		"another customer":         {booking.Keys{Customer: bob}, booking.Changes{Customer: &booking.Customer{MSISDN: alice}}},
		"a customer without keys":  {booking.Keys{}, booking.Changes{Customer: &booking.Customer{MSISDN: alice}}},
		"another customer's order": {booking.Keys{Customer: bob}, booking.Changes{Orders: []*booking.Order{&order}}},
		"an order without keys":    {booking.Keys{}, booking.Changes{Orders: []*booking.Order{&order}}},
	} {
		err := s.Do(t.Context(), c.keys, func(v *booking.View) (*booking.Changes, error) {
			order.ID = booking.OrderID(v.NewID())
			return &c.changes, nil
		})
		require.Error(t, err, name)
	}
	untouched(t, s)
	change(t, s, booking.Keys{Customer: alice}, func(*booking.View) *booking.Changes {
		return &booking.Changes{Orders: []*booking.Order{&order}}
	})
	stolen := order
	stolen.Customer = bob
	require.Error(t, s.Do(t.Context(), booking.Keys{Customer: bob}, func(*booking.View) (*booking.Changes, error) {
		return &booking.Changes{Orders: []*booking.Order{&stolen}}, nil
	}), "an order keeps its customer")
}

func testNoChange(t *testing.T, open Open) {
	s, _ := start(t, open)
	for _, end := range []error{booking.ErrNoChange, fmt.Errorf("it is closed: %w", booking.ErrNoChange), nil} {
		ended := make(chan error, 1)
		require.NoError(t, s.Submit(booking.Keys{Customer: alice}, func(v *booking.View) (*booking.Changes, error) {
			c := Turn(v, 1)
			if end == nil {
				c = nil
			}
			return c, end
		}, func(c *booking.Changes, err error) {
			if c != nil && err == nil {
				err = errOwn
			}
			ended <- err
		}))
		require.NoError(t, <-ended)
	}
	untouched(t, s)
	change(t, s, booking.Keys{}, func(*booking.View) *booking.Changes { return &booking.Changes{} })
}

func testDoneAfterDurable(t *testing.T, open Open) {
	s, _ := start(t, open)
	var decided, given atomic.Pointer[booking.Changes]
	var calls atomic.Int32
	done := make(chan error, 1)
	require.NoError(t, s.Submit(booking.Keys{Customer: alice}, func(v *booking.View) (*booking.Changes, error) {
		decided.Store(Turn(v, 1))
		return decided.Load(), nil
	}, func(c *booking.Changes, err error) {
		calls.Add(1)
		given.Store(c)
		if err == nil { // readers see what is committed only
			var list []booking.MT
			if list, err = s.Outbox(context.Background(), 0, 10); err == nil && len(list) != 1 {
				err = errOwn
			}
		}
		done <- err
	}))
	require.NoError(t, <-done)
	require.Same(t, decided.Load(), given.Load(), "done gets what decide returned")
	look(t, s, booking.Keys{})
	require.EqualValues(t, 1, calls.Load())
}

func testOrderPerCustomer(t *testing.T, open Open) {
	s, _ := start(t, open)
	const n = 200
	var decided, ended []int // the store runs one job of a customer at a time
	var wait sync.WaitGroup
	wait.Add(n)
	for i := range n {
		require.NoError(t, s.Submit(booking.Keys{Customer: alice}, func(v *booking.View) (*booking.Changes, error) {
			decided = append(decided, i)
			v.Customer.Rate.N = i
			return &booking.Changes{Customer: v.Customer}, nil
		}, func(*booking.Changes, error) { ended = append(ended, i); wait.Done() }))
	}
	wait.Wait()
	require.Len(t, decided, n)
	for i := range n {
		require.Equal(t, i, decided[i])
		require.Equal(t, i, ended[i])
	}
}
