package booking_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	. "shortfare/booking"
)

// A service that the passengers cannot have any more is not asked for again; the
// order waits for the others, and for nothing when there are none.
func TestWishLosesWhatCannotBeHad(t *testing.T) {
	o := orderIn(Waiting)
	o, _, err := o.Apply(Event{Kind: SeatsFree, Trip: &tripA}, tableStart)
	require.NoError(t, err)
	before := *o.Wish
	o, _, err = o.Apply(Event{Kind: HoldRefused, Reason: ReasonBooked}, tableStart)
	require.NoError(t, err)
	require.Equal(t, Waiting, o.State)
	require.Equal(t, []Trip{tripB}, o.Wish.Trips)
	require.Len(t, before.Trips, 2, "the order given was changed")
	_, _, err = o.Apply(Event{Kind: SeatsFree, Trip: &tripA}, tableStart)
	require.ErrorIs(t, err, ErrIllegal)
	o, _, err = o.Apply(Event{Kind: SeatsFree, Trip: &tripB}, tableStart)
	require.NoError(t, err)
	again, _, err := o.Apply(Event{Kind: HoldRefused, Reason: ReasonSoldOut}, tableStart)
	require.NoError(t, err)
	require.Equal(t, []Trip{tripB}, again.Wish.Trips)
	o, effects, err := o.Apply(Event{Kind: HoldRefused, Reason: ReasonBooked}, tableStart)
	require.NoError(t, err)
	require.Equal(t, Closed, o.State)
	require.Equal(t, ClosedWaitEnded, o.Reason)
	require.Equal(t, ReasonBooked, o.Declined)
	require.Equal(t, []Trip{tripB}, o.Wish.Trips)
	require.Equal(t, []Effect{{Kind: DoTell, Tell: TellWaitEnded, Cause: o.Ask}}, effects)
}
