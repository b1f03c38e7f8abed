package local

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"shortfare/booking"
	"shortfare/store/commit"
)

func TestHoldAndIssue(t *testing.T) {
	d := open(t, Options{Seats: 100})
	req := booking.HoldRequest{Key: "41", Trip: part("s1", 0, 5), Class: "2nd", Seats: 2, For: 10 * time.Minute}
	first := d.Prebook(ctx, req)
	require.Equal(t, booking.IsDone(booking.Hold{Until: start.Add(10 * time.Minute).Local(), Price: booking.Money{Minor: 20000, Currency: "CNY"},
		Places: []string{"car2 1A", "car2 1B"}}).Value.Places, first.Value.Places)
	require.Equal(t, booking.Done, first.Verdict)
	require.True(t, first.Value.Until.Equal(start.Add(10*time.Minute)))
	require.Equal(t, "CNY200", first.Value.Price.String())
	require.Equal(t, 82, d.left(part("s1", 2, 3), "2nd"))
	require.Equal(t, 84, d.left(booking.TripKey{Service: "s1", Date: today + 1, To: 5}, ""))

	for range 2 { // each call is repeated
		again := d.Prebook(ctx, req)
		require.Equal(t, booking.Done, again.Verdict)
		require.True(t, again.Value.Until.Equal(first.Value.Until))
		require.Equal(t, first.Value.Places, again.Value.Places)
		require.Equal(t, first.Value.Price, again.Value.Price)
		require.Equal(t, booking.IsDone(booking.Item{State: booking.ItemHeld, Places: first.Value.Places}), d.Get(ctx, "41"))
	}
	ticket := booking.IsDone(booking.Item{State: booking.ItemIssued, Places: first.Value.Places})
	for range 2 {
		require.Equal(t, ticket, d.Fulfil(ctx, "41"))
		require.Equal(t, ticket, d.Get(ctx, "41"))
		require.Equal(t, booking.Done, d.Prebook(ctx, req).Verdict, "the same hold, though issued")
		require.Equal(t, ticket, d.Release(ctx, "41"), "a ticket is no hold")
	}
	d.wait(time.Hour)
	require.Equal(t, ticket, d.Get(ctx, "41"), "a ticket does not expire")
	require.Equal(t, 82, d.left(part("s1", 2, 3), "2nd"))
	void := booking.IsDone(booking.Item{State: booking.ItemVoided, Places: first.Value.Places})
	for range 2 {
		require.Equal(t, void, d.Void(ctx, "41", nil))
		require.Equal(t, 84, d.left(part("s1", 2, 3), "2nd"))
		require.Equal(t, booking.ReasonTombstone, d.Fulfil(ctx, "41").Reason)
		require.Equal(t, booking.ReasonTombstone, d.Prebook(ctx, req).Reason)
		require.Equal(t, void, d.Release(ctx, "41"))
	}
}

func TestMismatch(t *testing.T) {
	d := open(t, Options{})
	req := booking.HoldRequest{Key: "k", Trip: part("s1", 0, 5), Class: "2nd", Seats: 2}
	require.Equal(t, booking.Done, d.Prebook(ctx, req).Verdict)
	for _, change := range []func(*booking.HoldRequest){
		func(r *booking.HoldRequest) { r.Seats = 1 }, func(r *booking.HoldRequest) { r.Class = "1st" },
		func(r *booking.HoldRequest) { r.Trip.From = 1 }, func(r *booking.HoldRequest) { r.Trip.To = 4 },
		func(r *booking.HoldRequest) { r.Trip.Date++ }, func(r *booking.HoldRequest) { r.Trip.Service = "s2" },
	} {
		other := req
		change(&other)
		require.Equal(t, booking.IsRefused[booking.Hold](booking.ReasonMismatch), d.Prebook(ctx, other))
	}
	req.Class, req.For = "", time.Hour
	require.Equal(t, booking.Done, d.Prebook(ctx, req).Verdict, "the cheapest class is that one")
	require.Equal(t, booking.ReasonMismatch, d.Prebook(ctx, booking.HoldRequest{Key: "", Trip: key("s1"), Seats: 1}).Reason)
	require.Equal(t, booking.ReasonMismatch, d.Prebook(ctx, booking.HoldRequest{Key: "x", Trip: key("s1")}).Reason)
}

func TestTombstones(t *testing.T) {
	d := open(t, Options{})
	require.Equal(t, booking.IsDone(booking.Item{State: booking.ItemVoided}), d.Void(ctx, "1", nil))
	require.Equal(t, booking.IsDone(booking.Item{State: booking.ItemReleased}), d.Release(ctx, "2"))
	for _, k := range []string{"1", "2"} {
		require.Equal(t, booking.ReasonTombstone, d.Prebook(ctx, booking.HoldRequest{Key: k, Trip: key("s1"), Seats: 1}).Reason, "a late hold")
		require.Equal(t, booking.ReasonTombstone, d.Fulfil(ctx, k).Reason, "a late issue")
	}
	require.Equal(t, booking.ItemReleased, d.Void(ctx, "2", nil).Value.State)
	require.Equal(t, booking.ReasonNotFound, d.Fulfil(ctx, "3").Reason)
	require.Equal(t, booking.ReasonNotFound, d.Get(ctx, "3").Reason)
	require.Equal(t, booking.ReasonNotFound, d.Void(ctx, "", nil).Reason)
	_, out := d.hold(key("s1"), "", 1)
	require.Equal(t, booking.ReasonTombstone, out.Reason, "key 1 again")
	d.next = 10
	k, out := d.hold(key("s1"), "", 1)
	require.Equal(t, booking.Done, out.Verdict)
	require.Equal(t, booking.ItemVoided, d.Void(ctx, k, nil).Value.State, "a void of a hold stops the issue on its way")
	require.Equal(t, booking.ReasonTombstone, d.Fulfil(ctx, k).Reason)
	require.Equal(t, 468, d.left(key("s1"), "2nd"))
}

func TestRefusalsStand(t *testing.T) {
	d := open(t, Options{Seats: 10, Terminal: "local", Margin: 30 * time.Minute})
	full, _ := d.hold(part("s1", 0, 5), "1st", 2)
	late, out := d.hold(part("s1", 0, 5), "1st", 1)
	require.Equal(t, booking.ReasonSoldOut, out.Reason)
	require.Equal(t, booking.ReasonNotFound, d.Get(ctx, late).Reason)
	require.Equal(t, booking.Done, d.Release(ctx, full).Verdict)
	same := booking.HoldRequest{Key: late, Trip: part("s1", 0, 5), Class: "1st", Seats: 1}
	require.Equal(t, booking.ReasonSoldOut, d.Prebook(ctx, same).Reason, "refused means never under this key")
	require.Equal(t, booking.ReasonTombstone, d.Fulfil(ctx, late).Reason)
	require.Equal(t, booking.Done, d.Release(ctx, late).Verdict)

	for name, k := range map[string]booking.TripKey{
		"no service": key("zz"), "no such stop": part("s1", 0, 6), "other terminal": {Terminal: "osdm", Service: "s1", Date: today, To: 1}, "no fares": key("s5"),
	} {
		_, out := d.hold(k, "", 1)
		require.Equal(t, booking.ReasonClosed, out.Reason, name)
		_, known := d.Left(k, "")
		require.False(t, known, name)
	}
	_, out = d.hold(key("s1"), "sleeper", 1)
	require.Equal(t, booking.ReasonClosed, out.Reason)
	_, out = d.hold(booking.TripKey{Terminal: "local", Service: "s1", Date: today, To: 1}, "", 1)
	require.Equal(t, booking.Done, out.Verdict)

	d.set(start.Add(3*time.Hour + 20*time.Minute)) // ten minutes before the sale ends
	k := part("s1", 0, 5)
	out = d.Prebook(ctx, booking.HoldRequest{Key: "long", Trip: k, Seats: 1, For: time.Hour})
	require.True(t, out.Value.Until.Equal(start.Add(3*time.Hour+30*time.Minute)), "no hold outlives the sale")
	d.wait(10 * time.Minute)
	_, out = d.hold(k, "", 1)
	require.Equal(t, booking.ReasonClosed, out.Reason)
	require.Equal(t, 0, d.left(k, ""))
	require.Equal(t, 8, d.left(part("s1", 1, 5), ""), "the train is not at the next stop yet")
}

func TestExpiry(t *testing.T) {
	d := open(t, Options{Seats: 10})
	k, out := d.hold(part("s1", 0, 5), "1st", 2)
	require.Equal(t, booking.Done, out.Verdict)
	require.Equal(t, 0, d.left(part("s1", 2, 3), "1st"))
	d.wait(time.Minute)
	require.Equal(t, booking.ItemReleased, d.Get(ctx, k).Value.State)
	require.Equal(t, 2, d.left(part("s1", 2, 3), "1st"))
	require.Equal(t, booking.ReasonTombstone, d.Prebook(ctx, booking.HoldRequest{Key: k, Trip: part("s1", 0, 5), Class: "1st", Seats: 2}).Reason)
	k2, out := d.hold(part("s1", 1, 4), "1st", 2)
	require.Equal(t, booking.Done, out.Verdict, "given back lazily")
	d.wait(-time.Minute) // a clock set back revives nothing
	require.Equal(t, booking.ReasonTombstone, d.Fulfil(ctx, k).Reason)
	require.Equal(t, booking.Done, d.Fulfil(ctx, k2).Verdict)
	d.disjoint()
}

func TestExpiredHoldCannotBeIssued(t *testing.T) {
	d := open(t, Options{Seats: 10})
	k, _ := d.hold(part("s1", 0, 5), "1st", 2)
	k2, _ := d.hold(part("s1", 0, 5), "2nd", 2)
	d.wait(time.Minute)
	require.Equal(t, booking.ReasonTombstone, d.Fulfil(ctx, k).Reason)
	require.Equal(t, 2, d.left(part("s1", 0, 5), "1st")) // memory lets go of k2 as well
	d.wait(-time.Minute)
	require.Equal(t, booking.ReasonTombstone, d.Fulfil(ctx, k2).Reason)
	require.Equal(t, booking.Done, d.Void(ctx, k2, nil).Verdict)
	require.Equal(t, 8, d.left(part("s1", 0, 5), "2nd"), "nothing is given back twice")
}

func TestSweep(t *testing.T) {
	d := open(t, Options{Seats: 10})
	k, _ := d.hold(part("s1", 0, 5), "1st", 2)
	n, err := d.Sweep(ctx)
	require.NoError(t, err)
	require.Zero(t, n)
	d.wait(time.Minute)
	n, err = d.Sweep(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	d.wait(-time.Minute)
	require.Equal(t, booking.ItemReleased, d.Get(ctx, k).Value.State, "it is in the file")
	d.wait(24 * time.Hour)
	_, err = d.Sweep(ctx)
	require.NoError(t, err)
	require.Empty(t, d.runs.loaded, "a run that has ended leaves memory")
	stop, cancel := context.WithCancel(ctx)
	cancel()
	require.NoError(t, d.Run(stop))
}

func TestRestart(t *testing.T) {
	d := open(t, Options{Seats: 10})
	a, _ := d.hold(part("s1", 0, 3), "1st", 2)
	b, held := d.hold(part("s1", 0, 3), "2nd", 3)
	c, _ := d.hold(part("s1", 0, 3), "2nd", 1)
	require.Equal(t, booking.Done, d.Fulfil(ctx, a).Verdict)
	require.Equal(t, booking.Done, d.Void(ctx, c, nil).Verdict)
	before, err := d.Ledger(ctx)
	require.NoError(t, err)
	d.reopen()
	after, err := d.Ledger(ctx)
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.Len(t, after, 3)
	require.Equal(t, Row{Key: a, Service: "s1", Date: today, Class: "1st", To: 3, Places: []string{"car1 1A", "car1 1B"}, State: booking.ItemIssued,
		Price: booking.Money{Minor: 32000, Currency: "CNY"}, Until: after[0].Until, Made: after[0].Made, Changed: after[0].Changed}, after[0])
	require.Equal(t, 0, d.left(part("s1", 1, 2), "1st"))
	require.Equal(t, 2, d.left(part("s1", 3, 5), "1st"))
	require.Equal(t, 5, d.left(part("s1", 0, 5), "2nd"))
	require.Equal(t, booking.Done, d.Fulfil(ctx, b).Verdict)
	require.Equal(t, held.Value.Places, d.Get(ctx, b).Value.Places)
	require.Equal(t, booking.ReasonTombstone, d.Fulfil(ctx, c).Reason)
	_, err = Open(d.o)
	require.ErrorIs(t, err, commit.ErrLocked)
	_, err = Open(Options{})
	require.Error(t, err)
}

func TestTimetableChanges(t *testing.T) {
	d := open(t, Options{Seats: 10})
	require.Equal(t, 8, d.left(part("s1", 0, 5), "2nd"))
	now := lines{"s1": {"G1", booking.Train, 6, []booking.Fare{cny("2nd", 100), cny("business", 500)}}}
	d.cat.Store(now)
	require.Equal(t, 9, d.left(part("s1", 0, 6), "2nd"), "nothing was sold: the new one counts")
	_, out := d.hold(part("s1", 0, 6), "2nd", 1)
	require.Equal(t, booking.Done, out.Verdict)
	d.cat.Store(lines{"s1": {"G1", booking.Train, 4, now["s1"].fares}})
	_, out = d.hold(part("s1", 0, 4), "2nd", 1)
	require.Equal(t, booking.ReasonClosed, out.Reason, "sold with other stops")
	_, known := d.Left(part("s1", 0, 4), "2nd")
	require.False(t, known)
}

func TestUndoneBatchLeavesNoTrace(t *testing.T) {
	var fail error
	after := false
	d := open(t, Options{Seats: 10, WrapCommit: func(commit func() error) error {
		if fail == nil {
			return commit()
		}
		if after {
			_ = commit()
		}
		return fail
	}})
	k, _ := d.hold(part("s1", 0, 5), "1st", 2)
	require.Equal(t, booking.Done, d.Fulfil(ctx, k).Verdict)
	fail = errors.New("no") // failed and not done
	require.Equal(t, booking.Unknown, d.Void(ctx, k, nil).Verdict)
	k2, out := d.hold(part("s1", 0, 5), "2nd", 8)
	require.Equal(t, booking.Unknown, out.Verdict)
	fail = nil
	require.Equal(t, 0, d.left(part("s1", 0, 5), "1st"), "the void did not happen: its seats are not free")
	require.Equal(t, 8, d.left(part("s1", 0, 5), "2nd"))
	require.Equal(t, booking.ReasonNotFound, d.Get(ctx, k2).Reason)
	_, out = d.hold(part("s1", 0, 5), "1st", 1)
	require.Equal(t, booking.ReasonSoldOut, out.Reason)

	fail, after = errors.New("no"), true // failed but done
	require.Equal(t, booking.Unknown, d.Void(ctx, k, nil).Verdict)
	d.Terminal.Close() //nolint:errcheck // it has stopped
	fail = nil
	d.Terminal = nil
	d.reopen()
	require.Equal(t, booking.ItemVoided, d.Void(ctx, k, nil).Value.State)
	require.Equal(t, 2, d.left(part("s1", 0, 5), "1st"))
}

func TestReadyAndContext(t *testing.T) {
	d := open(t, Options{Named: true})
	require.NoError(t, d.Ready(ctx))
	require.True(t, d.Capabilities().Named)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	require.Equal(t, booking.Unknown, d.Prebook(gone, booking.HoldRequest{Key: "9", Trip: key("s1"), Seats: 1}).Verdict)
	require.Equal(t, booking.ReasonNotFound, d.Get(ctx, "9").Reason, "it never began")
	require.NoError(t, d.Close())
	require.Error(t, d.Ready(ctx))
	require.Equal(t, booking.Unknown, d.Fulfil(ctx, "9").Verdict)
	require.Equal(t, booking.Unknown, d.Get(ctx, "9").Verdict)
	_, known := d.Left(key("s1"), "")
	require.False(t, known)
}
