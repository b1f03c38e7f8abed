package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// testCount: orders of a day are counted by what makes them alike. The day is
// that of the departure where it departs, whatever the day of the run, of the
// order or in UTC.
func testCount(t *testing.T, open Open) {
	s, dir := start(t, open)
	after := time.Date(2030, 5, 5, 0, 30, 0, 0, time.FixedZone("", 8*3600)) // still the 4th in UTC, and the run's
	last := time.Date(2030, 5, 5, 23, 30, 0, 0, time.FixedZone("", -9*3600))
	class := func(seat, customer string) func(*booking.Order) {
		return func(o *booking.Order) { o.Trip.Fares[0].Class, o.Class = seat, customer }
	}
	for i := range 3 {
		putOrder(t, s, alice+booking.MSISDN(i), booking.Issued, "G1", after)
	}
	putOrder(t, s, alice, booking.Issued, "G1", after, class("1st", "vip"))
	putOrder(t, s, alice, booking.Issued, "G1", after, class("1st", ""))
	flight := putOrder(t, s, bob, booking.Held, "CA1501", last, func(o *booking.Order) { o.Trip.Kind, o.Seats, o.Price.Minor = booking.Flight, 5, 7 })
	putOrder(t, s, bob, booking.Closed, "CA1501", last, func(o *booking.Order) { o.Trip.Kind, o.Reason = booking.Flight, booking.ClosedRefunded })
	putOrder(t, s, bob, booking.Closed, "CA1501", last, func(o *booking.Order) {
		o.Trip.Kind, o.Reason, o.Price.Currency = booking.Flight, booking.ClosedSoldOut, "EUR"
	})
	putOrder(t, s, bob, booking.Held, "G1", after.Add(-time.Hour))
	putOrder(t, s, bob, booking.Held, "G2", time.Time{}, func(o *booking.Order) { o.Trip.Date = 20300509 }) // no departure is known yet

	yuan := func(n int64) booking.Money { return booking.Money{Minor: n, Currency: "CNY"} }
	tally := booking.Tally{Day: 20300505, Number: "G1", Class: "2nd", State: booking.Issued, Orders: 3, Seats: 6, Money: yuan(3 * 110600)}
	first, vip, held, refunded, soldOut := tally, tally, tally, tally, tally
	first.Class, first.Orders, first.Seats, first.Money = "1st", 1, 2, yuan(110600)
	vip = first
	vip.Customer = "vip"
	held = booking.Tally{Day: 20300505, Number: "CA1501", Kind: booking.Flight, Class: "2nd", State: booking.Held, Orders: 1, Seats: 5, Money: yuan(7)}
	refunded = held
	refunded.State, refunded.Reason, refunded.Seats, refunded.Money = booking.Closed, booking.ClosedRefunded, 2, yuan(110600)
	soldOut = refunded
	soldOut.Reason, soldOut.Money.Currency = booking.ClosedSoldOut, "EUR"
	want := []booking.Tally{tally, first, vip, held, refunded, soldOut}
	for range 2 {
		counted(t, s, 20300505, want...)
		s = reopen(t, open, s, dir)
	}
	counted(t, s, 20300504, booking.Tally{Day: 20300504, Number: "G1", Class: "2nd", State: booking.Held, Orders: 1, Seats: 2, Money: yuan(110600)})
	counted(t, s, 20300509, booking.Tally{Day: 20300509, Number: "G2", Class: "2nd", State: booking.Held, Orders: 1, Seats: 2, Money: yuan(110600)})
	counted(t, s, 20300506)

	change(t, s, booking.Keys{Customer: bob}, func(v *booking.View) *booking.Changes { // the carrier moves it into the next day
		for _, o := range v.Orders {
			if o.ID == flight.ID {
				o.Trip.Dep = last.Add(time.Hour)
				o.Version++
				c := &booking.Changes{Orders: []*booking.Order{o}}
				list, err := v.Count(20300505) // as it is before the turn
				require.NoError(t, err)
				require.ElementsMatch(t, want, list)
				return c
			}
		}
		return nil
	})
	held.Day = 20300506
	counted(t, s, 20300506, held)
	counted(t, s, 20300505, tally, first, vip, refunded, soldOut)
}

// counted requires the counts of a day, of a turn and beside them.
func counted(t *testing.T, s Store, day booking.Date, want ...booking.Tally) {
	t.Helper()
	list, err := s.Count(t.Context(), day)
	require.NoError(t, err)
	require.ElementsMatch(t, want, list)
	require.NoError(t, s.Do(t.Context(), booking.Keys{}, func(v *booking.View) (*booking.Changes, error) {
		list, err = v.Count(day)
		return nil, err
	}))
	require.ElementsMatch(t, want, list)
}

// testVerifyAttempt: a call about a customer has no order.
func testVerifyAttempt(t *testing.T, open Open) {
	s, dir := start(t, open)
	var id int64
	change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes {
		id = v.NewID()
		v.Customer.Name = "X"
		return &booking.Changes{Customer: v.Customer, Attempts: []booking.Attempt{{ID: id, Customer: alice, Call: booking.CallVerify, Epoch: s.Epoch()}}}
	})
	change(t, s, booking.Keys{Customer: bob}, func(v *booking.View) *booking.Changes { return Turn(v, s.Epoch()) })
	for n := range int64(2) {
		list := attempts(t, s)
		require.Len(t, list, 2)
		require.Equal(t, booking.Attempt{ID: id, Customer: alice, Call: booking.CallVerify, Epoch: s.Epoch() - n}, list[0])
		require.NotNil(t, list[1].Subject)
		s = reopen(t, open, s, dir)
	}
	require.False(t, look(t, s, booking.Keys{Customer: alice, Attempt: id}).AttemptGone)
	write(t, s, &booking.Changes{Settled: []int64{id}})
	require.True(t, look(t, s, booking.Keys{Customer: alice, Attempt: id}).AttemptGone)
}
