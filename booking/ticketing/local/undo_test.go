package local

import (
	"testing"

	"github.com/stretchr/testify/require"
	"shortfare/booking"
)

func TestVoidPlaces(t *testing.T) {
	d := open(t, Options{Seats: 100})
	req := booking.HoldRequest{Key: "41-h2", Trip: part("s1", 0, 5), Class: "2nd", Seats: 3}
	all := d.Prebook(ctx, req).Value.Places
	require.Equal(t, booking.ReasonMismatch, d.Void(ctx, "41-h2", all[:1]).Reason, "a hold is no ticket")
	require.Equal(t, booking.Done, d.Fulfil(ctx, "41-h2").Verdict)
	for _, unknown := range [][]string{{"car9 9F"}, {all[0], "car9 9F"}, {""}} {
		require.Equal(t, booking.IsRefused[booking.Item](booking.ReasonMismatch), d.Void(ctx, "41-h2", unknown))
	}
	require.Equal(t, 81, d.left(part("s1", 2, 3), "2nd"))

	left := booking.IsDone(booking.Item{State: booking.ItemIssued, Places: []string{all[0], all[2]}})
	for _, again := range [][]string{{all[1]}, {all[1], all[1]}} {
		require.Equal(t, left, d.Void(ctx, "41-h2", again))
		require.Equal(t, left, d.Get(ctx, "41-h2"))
		require.Equal(t, left, d.Fulfil(ctx, "41-h2"))
		require.Equal(t, left, d.Release(ctx, "41-h2"))
		require.Equal(t, 82, d.left(part("s1", 2, 3), "2nd"))
		d.reopen()
		require.Equal(t, 82, d.left(part("s1", 2, 3), "2nd"), "the file says so too")
	}
	require.Equal(t, all, d.Prebook(ctx, req).Value.Places, "the same key has the same hold")
	rows, err := d.Ledger(ctx)
	require.NoError(t, err)
	require.Equal(t, left.Value.Places, rows[0].Places)

	_, other := d.hold(part("s1", 0, 5), "2nd", 1)
	require.Equal(t, all[1:2], other.Value.Places, "the seat is sold again")
	none := d.Void(ctx, "41-h2", []string{all[2], all[0], all[1]})
	require.Equal(t, booking.ItemVoided, none.Value.State)
	require.Empty(t, none.Value.Places)
	require.Equal(t, booking.ItemVoided, d.Void(ctx, "41-h2", all[:1]).Value.State)
	require.Equal(t, booking.ItemVoided, d.Void(ctx, "41-h2", nil).Value.State)
	require.Equal(t, 83, d.left(part("s1", 2, 3), "2nd"))
	require.Equal(t, booking.ReasonTombstone, d.Fulfil(ctx, "41-h2").Reason)
	require.Equal(t, booking.ReasonTombstone, d.Prebook(ctx, req).Reason)
	d.disjoint()
}

func TestVoidTheRest(t *testing.T) {
	d := open(t, Options{Seats: 100})
	k, out := d.hold(part("s1", 0, 5), "2nd", 3)
	d.Fulfil(ctx, k)
	d.Void(ctx, k, out.Value.Places[:1])
	_, other := d.hold(part("s1", 0, 5), "2nd", 1)
	require.Equal(t, out.Value.Places[:1], other.Value.Places)
	require.Equal(t, booking.IsDone(booking.Item{State: booking.ItemVoided, Places: out.Value.Places[1:]}), d.Void(ctx, k, nil))
	require.Equal(t, 83, d.left(part("s1", 0, 5), "2nd"), "the seat sold again stays sold")
	require.Equal(t, booking.ReasonMismatch, d.Void(ctx, "99", out.Value.Places[:1]).Reason)
	require.Equal(t, booking.ReasonNotFound, d.Get(ctx, "99").Reason, "places of an unknown key leave no tombstone")
}

func TestVoidPlacesUndone(t *testing.T) {
	var fail error
	d := open(t, Options{Seats: 100, WrapCommit: func(commit func() error) error {
		if fail != nil {
			return fail
		}
		return commit()
	}})
	k, out := d.hold(part("s1", 0, 5), "2nd", 2)
	d.Fulfil(ctx, k)
	fail = errTest
	require.Equal(t, booking.Unknown, d.Void(ctx, k, out.Value.Places[:1]).Verdict)
	fail = nil
	require.Equal(t, 82, d.left(part("s1", 0, 5), "2nd"))
	require.Equal(t, out.Value.Places, d.Get(ctx, k).Value.Places)
}
