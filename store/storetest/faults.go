package storetest

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// OpenFaulty is Open of a store whose every COMMIT goes through wrap, which may
// fail it before or after it is done.
type OpenFaulty func(tb testing.TB, dir string, wrap func(commit func() error) error) Store

// Faults runs the pairs of faults: a COMMIT that failed and was not done, and
// one that failed but was done. The store may not say that a turn was made
// when it was not; when the answer is lost it stops or finds out, and after
// opening it again each turn is there whole or not at all.
func Faults(t *testing.T, open OpenFaulty) {
	lost := errors.New("answer lost")
	for _, c := range []struct {
		name string
		wrap func(commit func() error) error
		done bool
	}{
		{"FailedAndNotDone", func(func() error) error { return lost }, false},
		{"FailedButDone", func(commit func() error) error { return errors.Join(commit(), lost) }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			broken := false // of whoever runs jobs and commits them
			s := open(t, dir, func(commit func() error) error {
				if broken {
					broken = false
					return c.wrap(commit)
				}
				return commit()
			})
			t.Cleanup(func() { _ = s.Close() })
			change(t, s, booking.Keys{Customer: bob}, func(v *booking.View) *booking.Changes { return Turn(v, 1) })
			err := s.Do(t.Context(), booking.Keys{Customer: alice}, func(v *booking.View) (*booking.Changes, error) {
				broken = true
				return Turn(v, 1), nil
			})
			require.ErrorIs(t, err, booking.ErrStoreDown)
			_ = s.Close()
			s = open(t, dir, func(commit func() error) error { return commit() })
			t.Cleanup(func() { _ = s.Close() })
			require.Equal(t, !c.done, look(t, s, booking.Keys{Customer: alice}).Customer.New)
			want := map[int64]bool{}
			for _, m := range texts(t, s) {
				want[m.ID] = true
			}
			whole(t, s, want)
			change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes { return Turn(v, 2) })
			require.NoError(t, s.Close())
			eraseFault(t, open, c.wrap, c.done)
		})
	}
}

// eraseFault has the COMMIT of an erasure fail: the customer is as he was, or erased.
func eraseFault(t *testing.T, open OpenFaulty, wrap func(func() error) error, done bool) {
	t.Helper()
	dir := t.TempDir()
	broken := false
	s := open(t, dir, func(commit func() error) error {
		if broken {
			broken = false
			return wrap(commit)
		}
		return commit()
	})
	t.Cleanup(func() { _ = s.Close() })
	ready := lived(t, s, alice, "1")
	before := remembered(t, s, alice, "1")
	require.ErrorIs(t, s.Do(t.Context(), booking.Keys{Customer: alice}, func(v *booking.View) (*booking.Changes, error) {
		broken = true
		return erasure(v, alice), nil
	}), booking.ErrStoreDown)
	_ = s.Close()

	s = open(t, dir, func(commit func() error) error { return commit() })
	t.Cleanup(func() { _ = s.Close() })
	after := remembered(t, s, alice, "1")
	if !done {
		require.Equal(t, before, after)
		erase(t, s, alice)
		after = remembered(t, s, alice, "1")
	}
	forgotten(t, before, after, ready)
}
