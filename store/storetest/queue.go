package storetest

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// jsonOf is how values are compared: times by instant and offset.
func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

// A counter in one customer's row loses no increment, and other customers are
// not disturbed.
func testCounter(t *testing.T, open Open) {
	s, dir := start(t, open)
	const producers, each = 16, 40
	var wait sync.WaitGroup
	errs := make(chan error, 2*producers*each)
	for p := range producers {
		own := alice + 1 + booking.MSISDN(p)
		wait.Go(func() {
			for range each {
				for _, m := range []booking.MSISDN{alice, own} {
					errs <- s.Do(context.Background(), booking.Keys{Customer: m}, func(v *booking.View) (*booking.Changes, error) {
						v.Customer.Rate.N++
						return &booking.Changes{Customer: v.Customer}, nil
					})
				}
			}
		})
	}
	wait.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	s = reopen(t, open, s, dir)
	require.Equal(t, producers*each, look(t, s, booking.Keys{Customer: alice}).Customer.Rate.N)
	all := 0
	require.NoError(t, s.EachCustomer(t.Context(), alice, func(c *booking.Customer) error {
		require.Equal(t, each, c.Rate.N)
		all++
		return nil
	}))
	require.Equal(t, producers, all)
}

func testDoneMaySubmit(t *testing.T, open Open) {
	s, _ := start(t, open)
	ended := make(chan error, 1)
	var next func(n int) func(*booking.Changes, error)
	job := func(v *booking.View) (*booking.Changes, error) {
		v.Customer.Rate.N++
		return &booking.Changes{Customer: v.Customer}, nil
	}
	next = func(n int) func(*booking.Changes, error) {
		return func(_ *booking.Changes, err error) {
			if err == nil && n > 0 {
				err = s.Submit(booking.Keys{Customer: alice}, job, next(n-1))
				if err == nil {
					return
				}
			}
			ended <- err
		}
	}
	require.NoError(t, s.Submit(booking.Keys{Customer: alice}, job, next(9)))
	require.NoError(t, <-ended)
	require.Equal(t, 10, look(t, s, booking.Keys{Customer: alice}).Customer.Rate.N)
}

// Do that gives up tells the truth: an error of its context means that the
// turn did not and will not run.
func testGivingUp(t *testing.T, open Open) {
	s, _ := start(t, open)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	ran := false
	job := func(v *booking.View) (*booking.Changes, error) {
		ran = true
		v.Customer.Rate.N++
		return &booking.Changes{Customer: v.Customer}, nil
	}
	require.ErrorIs(t, s.Do(gone, booking.Keys{Customer: alice}, job), context.Canceled)

	hold, begun := make(chan struct{}), make(chan struct{})
	require.NoError(t, s.Submit(booking.Keys{Customer: alice}, func(*booking.View) (*booking.Changes, error) {
		close(begun)
		<-hold
		return nil, nil
	}, nil))
	<-begun
	waiting, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, s.Do(waiting, booking.Keys{Customer: alice}, job), context.DeadlineExceeded)
	close(hold)
	require.True(t, look(t, s, booking.Keys{Customer: alice}).Customer.New)
	require.False(t, ran)
}

func testClosed(t *testing.T, open Open) {
	s, dir := start(t, open)
	var ended atomic.Int32
	for range 50 {
		require.NoError(t, s.Submit(booking.Keys{Customer: alice}, func(v *booking.View) (*booking.Changes, error) {
			v.Customer.Rate.N++
			return &booking.Changes{Customer: v.Customer}, nil
		}, func(_ *booking.Changes, err error) {
			if err == nil {
				ended.Add(1)
			}
		}))
	}
	require.NoError(t, s.Ready(t.Context()))
	require.NoError(t, s.Close())
	require.EqualValues(t, 50, ended.Load(), "Close ends what was taken")
	none := func(*booking.View) (*booking.Changes, error) { return nil, nil }
	require.ErrorIs(t, s.Submit(booking.Keys{}, none, func(*booking.Changes, error) { ended.Add(1) }), booking.ErrStoreDown)
	require.ErrorIs(t, s.Do(t.Context(), booking.Keys{}, none), booking.ErrStoreDown)
	require.ErrorIs(t, s.Ready(t.Context()), booking.ErrStoreDown)
	_, err := s.Due(t.Context(), Noon(), 1)
	require.ErrorIs(t, err, booking.ErrStoreDown)
	require.EqualValues(t, 50, ended.Load(), "done is not called for what was not taken")
	s = reopen(t, open, nil, dir)
	require.Equal(t, 50, look(t, s, booking.Keys{Customer: alice}).Customer.Rate.N)
}
