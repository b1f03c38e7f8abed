package local

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"shortfare/booking"
)

func TestEvents(t *testing.T) {
	d := open(t, Options{Seats: 100})
	require.Empty(t, d.Events(ctx, 0, 10).Value)
	cancelled, err := d.CancelRun(ctx, "s1", today)
	require.NoError(t, err)
	require.Equal(t, booking.ServiceEvent{Seq: 1, Service: "s1", Date: today, Change: booking.RunCancelled, At: start}, cancelled)
	d.wait(time.Hour)
	again, err := d.CancelRun(ctx, "s1", today)
	require.NoError(t, err)
	require.Equal(t, cancelled.Seq, again.Seq, "nothing new")
	moved, err := d.MoveRun(ctx, "s2", today+1, -40*time.Minute)
	require.NoError(t, err)
	restored, err := d.RestoreRun(ctx, "s1", today)
	require.NoError(t, err)
	nothing, err := d.RestoreRun(ctx, "s3", today)
	require.NoError(t, err)
	require.Zero(t, nothing)
	for range 2 {
		list := d.Events(ctx, 0, 10).Value
		require.Len(t, list, 3)
		for i, want := range []booking.ServiceEvent{cancelled, moved, restored} {
			require.True(t, list[i].At.Equal(want.At))
			list[i].At = want.At
			require.Equal(t, want, list[i])
			require.EqualValues(t, i+1, list[i].Seq)
		}
		require.Equal(t, list[1:2], one(d.Events(ctx, 1, 1).Value, moved.At))
		require.Empty(t, d.Events(ctx, 3, 0).Value)
		d.reopen()
	}
	require.Len(t, d.Events(ctx, 0, -1).Value, 3)

	for _, shift := range []time.Duration{0, time.Second, 25 * time.Hour, -25 * time.Hour} {
		_, err := d.MoveRun(ctx, "s1", today, shift)
		require.ErrorIs(t, err, ErrShift)
	}
	for _, f := range []func() (booking.ServiceEvent, error){
		func() (booking.ServiceEvent, error) { return d.CancelRun(ctx, "zz", today) },
		func() (booking.ServiceEvent, error) { return d.MoveRun(ctx, "zz", today, time.Hour) },
		func() (booking.ServiceEvent, error) { return d.RestoreRun(ctx, "zz", today) },
	} {
		_, err := f()
		require.ErrorIs(t, err, ErrNoRun)
	}
	require.Len(t, d.Events(ctx, 0, 0).Value, 3)
	require.NoError(t, d.Close())
	require.Equal(t, booking.Unknown, d.Events(ctx, 0, 0).Verdict)
	_, err = d.CancelRun(ctx, "s1", today)
	require.Error(t, err)
}

// one puts a time in its place: the file keeps no zone.
func one(list []booking.ServiceEvent, at time.Time) []booking.ServiceEvent {
	for i := range list {
		list[i].At = at
	}
	return list
}

func TestCancelledRun(t *testing.T) {
	for _, reopen := range []bool{false, true} {
		d := open(t, Options{Seats: 100})
		sold, _ := d.hold(part("s1", 0, 5), "2nd", 2)
		require.Equal(t, booking.Done, d.Fulfil(ctx, sold).Verdict)
		open, _ := d.hold(part("s1", 0, 5), "2nd", 2)
		_, err := d.CancelRun(ctx, "s1", today)
		require.NoError(t, err)
		if reopen {
			d.reopen()
		}
		require.Equal(t, 0, d.left(part("s1", 0, 5), "2nd"))
		require.Equal(t, 84, d.left(booking.TripKey{Service: "s1", Date: today + 1, To: 5}, "2nd"), "another day")
		_, out := d.hold(part("s1", 0, 5), "2nd", 1)
		require.Equal(t, booking.ReasonClosed, out.Reason)
		require.Equal(t, booking.ReasonTombstone, d.Fulfil(ctx, open).Reason, "nobody pays for it")
		require.Equal(t, booking.ItemReleased, d.Get(ctx, open).Value.State)
		require.Equal(t, booking.ReasonClosed, d.Board(ctx, sold).Reason)
		d.wait(24 * time.Hour)
		require.Equal(t, booking.ItemVoided, d.Void(ctx, sold, nil).Value.State, "also after its departure")
		d.wait(-24 * time.Hour)
		_, err = d.RestoreRun(ctx, "s1", today)
		require.NoError(t, err)
		require.Equal(t, 84, d.left(part("s1", 0, 5), "2nd"))
		_, out = d.hold(part("s1", 0, 5), "2nd", 1)
		require.Equal(t, booking.Done, out.Verdict)
	}
}

func TestMovedRun(t *testing.T) {
	d := open(t, Options{Seats: 100, Margin: 30 * time.Minute}) // s1 departs at 12:00
	k, _ := d.hold(part("s1", 0, 5), "2nd", 1)
	d.Fulfil(ctx, k)
	_, err := d.MoveRun(ctx, "s1", today, 40*time.Minute)
	require.NoError(t, err)
	d.set(start.Add(4 * time.Hour)) // 12:00
	require.Equal(t, 83, d.left(part("s1", 0, 5), "2nd"))
	_, out := d.hold(part("s1", 0, 5), "2nd", 1)
	require.Equal(t, booking.Done, out.Verdict)
	out = d.Prebook(ctx, booking.HoldRequest{Key: "long", Trip: part("s1", 0, 5), Class: "2nd", Seats: 1, For: time.Hour})
	require.True(t, out.Value.Until.Equal(start.Add(4*time.Hour+10*time.Minute)), "the hold ends with the sale")
	d.set(start.Add(4*time.Hour + 39*time.Minute))
	_, out = d.hold(part("s1", 0, 5), "2nd", 1)
	require.Equal(t, booking.ReasonClosed, out.Reason)
	require.Equal(t, 0, d.left(part("s1", 0, 5), "2nd"))
	require.Equal(t, booking.ItemVoided, d.Void(ctx, k, nil).Value.State, "it has not departed")

	_, err = d.MoveRun(ctx, "s2", today, -2*time.Hour)
	require.NoError(t, err)
	d.set(start.Add(90 * time.Minute)) // 9:30, it departs at 10:00
	_, out = d.hold(part("s2", 0, 3), "seat", 1)
	require.Equal(t, booking.ReasonClosed, out.Reason)
	d.set(start.Add(89 * time.Minute))
	_, out = d.hold(part("s2", 0, 3), "seat", 1)
	require.Equal(t, booking.Done, out.Verdict)
}

// TestShiftIsNotCountedTwice: a timetable that has the shift already is put back.
func TestShiftIsNotCountedTwice(t *testing.T) {
	d := open(t, Options{})
	_, err := d.MoveRun(ctx, "s1", today, time.Hour)
	require.NoError(t, err)
	d.o.Catalogue = func() booking.Catalogue { return moved{lines: d.cat.Load().(lines)} }
	d.reopen()
	d.set(start.Add(5*time.Hour - time.Minute))
	_, out := d.hold(part("s1", 0, 5), "2nd", 1)
	require.Equal(t, booking.Done, out.Verdict)
	d.wait(time.Minute)
	_, out = d.hold(part("s1", 0, 5), "2nd", 1)
	require.Equal(t, booking.ReasonClosed, out.Reason)
}

// moved is a timetable an hour late.
type moved struct{ lines }

func (m moved) Trip(k booking.TripKey) (booking.Trip, bool) {
	t, ok := m.lines.Trip(k)
	t.Shift, t.Dep, t.Arr = time.Hour, t.Dep.Add(time.Hour), t.Arr.Add(time.Hour)
	return t, ok
}

func TestTravelled(t *testing.T) {
	d := open(t, Options{Seats: 100})
	issue := func(from, to, n int) (string, []string) {
		k, out := d.hold(part("s1", from, to), "2nd", n)
		require.Equal(t, booking.Done, d.Fulfil(ctx, k).Verdict)
		return k, out.Value.Places
	}
	used := booking.IsRefused[booking.Item](booking.ReasonUsed)
	boarded, places := issue(0, 5, 2)
	require.Equal(t, booking.Done, d.Board(ctx, boarded).Verdict)
	d.reopen()
	require.Equal(t, booking.Done, d.Board(ctx, boarded).Verdict, "twice is once")
	require.Equal(t, used, d.Void(ctx, boarded, nil))
	require.Equal(t, used, d.Void(ctx, boarded, places[:1]))
	require.Equal(t, booking.ItemIssued, d.Get(ctx, boarded).Value.State)

	early, places := issue(0, 5, 3)
	late, _ := issue(2, 5, 1)
	require.Equal(t, booking.Done, d.Void(ctx, early, places[:1]).Verdict)
	held, _ := d.hold(part("s1", 3, 5), "2nd", 1)
	d.set(start.Add(4 * time.Hour)) // 12:00, the first stop
	require.Equal(t, used, d.Void(ctx, early, nil))
	require.Equal(t, used, d.Void(ctx, early, places[1:2]))
	require.Equal(t, booking.Done, d.Void(ctx, early, places[:1]).Verdict, "that one was cancelled in time")
	require.Equal(t, booking.ItemVoided, d.Void(ctx, late, nil).Value.State, "not there yet")
	require.Equal(t, booking.Done, d.Void(ctx, held, nil).Verdict, "a hold that ended")
	_, err := d.CancelRun(ctx, "s1", today)
	require.NoError(t, err)
	require.Equal(t, booking.ItemVoided, d.Void(ctx, early, nil).Value.State, "it never ran")
	require.Equal(t, booking.ItemVoided, d.Void(ctx, boarded, nil).Value.State)

	require.Equal(t, booking.ReasonNotFound, d.Board(ctx, "99").Reason)
	require.Equal(t, booking.ReasonTombstone, d.Board(ctx, late).Reason)
	rows, err := d.Ledger(ctx)
	require.NoError(t, err)
	require.True(t, rows[0].Boarded.Equal(start))
	require.Zero(t, rows[1].Boarded)
}

// TestUndoneCancelLeavesNoTrace: an event whose COMMIT failed did not happen.
func TestUndoneCancelLeavesNoTrace(t *testing.T) {
	var fail error
	d := open(t, Options{Seats: 100, WrapCommit: func(commit func() error) error {
		if fail != nil {
			return fail
		}
		return commit()
	}})
	require.Equal(t, 84, d.left(part("s1", 0, 5), "2nd"))
	fail = errTest
	_, err := d.CancelRun(ctx, "s1", today)
	require.Error(t, err)
	fail = nil
	require.Equal(t, 84, d.left(part("s1", 0, 5), "2nd"))
	require.Empty(t, d.Events(ctx, 0, 0).Value)
}

// TestNothingIsSoldOfACancelledRun cancels a run while many buy and ask.
func TestNothingIsSoldOfACancelledRun(t *testing.T) {
	d := open(t, Options{Seats: 1000, Runs: 1})
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 20 {
				d.Left(part("s1", 0, 5), "2nd")
				d.Left(part("s4", 0, 5), "hard seat")
				d.Prebook(ctx, booking.HoldRequest{Key: fmt.Sprint(w*100 + i + 1), Trip: part("s1", 0, 5), Seats: 1, For: time.Minute})
			}
		})
	}
	_, err := d.CancelRun(ctx, "s1", today)
	require.NoError(t, err)
	for range 20 {
		require.Equal(t, 0, d.left(part("s1", 0, 5), "2nd"))
	}
	wg.Wait()
	require.Equal(t, 0, d.left(part("s1", 0, 5), "2nd"))
}
