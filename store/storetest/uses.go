package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// testUses: what debits came to is kept with its turn, for a day, and through a restart.
func testUses(t *testing.T, open Open) {
	s, dir := start(t, open)
	at := utc(Noon())
	since := func(at time.Time) []booking.AccountUse {
		list, err := s.Uses(t.Context(), at)
		require.NoError(t, err)
		return list
	}
	require.Empty(t, since(at))
	use := func(at time.Time, account string) (u booking.AccountUse) {
		change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes {
			u = booking.AccountUse{ID: v.NewID(), At: at, Account: account, BIN: "b" + account, Paid: account == "paid"}
			return &booking.Changes{Customer: v.Customer, Uses: []booking.AccountUse{u}}
		})
		return u
	}
	first, second := use(at, "1"), use(at.Add(time.Minute), "paid")
	require.Equal(t, []booking.AccountUse{first, second}, since(at))
	require.Equal(t, []booking.AccountUse{second}, since(at.Add(time.Second)))
	require.Error(t, s.Do(t.Context(), booking.Keys{}, func(v *booking.View) (*booking.Changes, error) {
		return &booking.Changes{Uses: []booking.AccountUse{{ID: v.NewID(), At: at}}}, errOwn
	}))
	s = reopen(t, open, s, dir)
	require.Equal(t, []booking.AccountUse{first, second}, since(time.Time{}))
	third := use(at.Add(booking.AccountWindow+time.Second), "3")
	require.Equal(t, []booking.AccountUse{second, third}, since(time.Time{}), "what is older than a day is gone")
}
