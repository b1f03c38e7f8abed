package catalogue

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"shortfare/booking"
)

func event(seq int64, service string, d booking.Date, c booking.ServiceChange, shift time.Duration) booking.ServiceEvent {
	return booking.ServiceEvent{Seq: seq, Service: service, Date: d, Change: c, Shift: shift}
}

func ids(t *testing.T, s booking.Catalogue, from, to string) (string, string) {
	a, ok := s.Lookup(from)
	require.True(t, ok)
	b, ok := s.Lookup(to)
	require.True(t, ok)
	return a.ID, b.ID
}

func TestCancelledRunIsInNoList(t *testing.T) {
	base := Demo(nil)
	bj, sh := ids(t, base, "beijing", "shanghai")
	o := WithEvents(base, []booking.ServiceEvent{event(1, "G123", sat, booking.RunCancelled, 0)})
	require.Len(t, o.Between(bj, sh, "", sat, 0), len(base.Between(bj, sh, "", sat, 0))-1)
	require.Empty(t, o.Between(bj, sh, "G123", sat, 0))
	require.Empty(t, o.Numbered("G123", sat))
	require.Len(t, o.Numbered("G123", sat.Add(1)), 1, "another day")
	require.Len(t, o.Between(bj, sh, "G123", sat.Add(1), 0), 1)
	require.True(t, o.Service("G123"))
	k := base.Numbered("G123", sat)[0].TripKey
	trip, ok := o.Trip(k)
	require.True(t, ok, "tickets for it are still shown")
	require.True(t, trip.Cancelled)
	k.Date++
	trip, ok = o.Trip(k)
	require.True(t, ok)
	require.False(t, trip.Cancelled)
	require.False(t, base.Numbered("G123", sat)[0].Cancelled, "the timetable is as it was")
}

func TestMovedRunHasItsNewTimes(t *testing.T) {
	base := Demo(nil)
	bj, sh := ids(t, base, "beijing", "shanghai")
	o := WithEvents(base, []booking.ServiceEvent{event(1, "G123", sat, booking.RunMoved, 14*time.Hour), event(2, "G1", sat, booking.RunMoved, -10*time.Hour)})
	late := o.Numbered("G123", sat)[0] // 11:05
	require.Equal(t, "1206 0105", clock(late.Dep))
	require.Equal(t, 14*time.Hour, late.Shift)
	require.Equal(t, sat, late.Date, "the run is that of its day")
	require.Empty(t, o.Between(bj, sh, "G123", sat, 0))
	next := o.Between(bj, sh, "G123", sat.Add(1), 0)
	require.Len(t, next, 2)
	require.Equal(t, late, next[0])
	require.Equal(t, "1206 1105", clock(next[1].Dep))
	require.Len(t, o.Between(bj, sh, "G123", sat.Add(1), 65), 2, "after counts the new time")
	require.Len(t, o.Between(bj, sh, "G123", sat.Add(1), 66), 1)
	early := o.Between(bj, sh, "G1", sat.Add(-1), 22*60)
	require.Len(t, early, 1)
	require.Equal(t, "1204 2300", clock(early[0].Dep))
	require.Equal(t, "1205 0328", clock(early[0].Arr))
	trip, ok := o.Trip(early[0].TripKey)
	require.True(t, ok)
	require.Equal(t, early[0], trip)
}

func TestEventsAreOver(t *testing.T) {
	base := Demo(nil)
	require.Same(t, base, WithEvents(base, nil))
	require.Same(t, base, WithEvents(base, []booking.ServiceEvent{event(1, "G1", sat, booking.RunRestored, 0), event(2, "G1", sat, "unheard", 0)}))
	o := WithEvents(base, []booking.ServiceEvent{event(1, "G1", sat, booking.RunCancelled, 0), event(2, "G1", sat, booking.RunMoved, time.Hour), event(3, "nothing", sat, booking.RunMoved, time.Hour)})
	require.Equal(t, time.Hour, o.Numbered("G1", sat)[0].Shift, "the last one counts")
	again := WithEvents(o, []booking.ServiceEvent{event(4, "G1", sat, booking.RunRestored, 0)})
	require.Zero(t, again.Numbered("G1", sat)[0].Shift)
	require.Equal(t, time.Hour, o.Numbered("G1", sat)[0].Shift, "a snapshot does not change")
	require.Same(t, base, WithEvents(again, []booking.ServiceEvent{event(5, "nothing", sat, booking.RunRestored, 0)}))
}

// TestOverlayIsTheTimetableChanged holds lists against ones made by hand: every
// trip of the days around, changed, then those of the day asked for.
func TestOverlayIsTheTimetableChanged(t *testing.T) {
	base := Demo(nil)
	rnd := rand.New(rand.NewPCG(7, 7))
	places := [][2]string{{"beijing", "shanghai"}, {"shanghai", "beijing"}, {"beijing", "nanjing"}, {"jinan", "suzhou"}}
	for range 60 {
		var events []booking.ServiceEvent
		changed := map[run]became{}
		for range rnd.IntN(25) {
			v := base.services[rnd.IntN(len(base.services))]
			k := run{v.key, sat.Add(rnd.IntN(5) - 2)}
			switch rnd.IntN(3) {
			case 0:
				events = append(events, event(1, k.service, k.date, booking.RunCancelled, 0))
				changed[k] = became{cancelled: true}
			case 1:
				shift := time.Duration(rnd.IntN(48*60)-24*60) * time.Minute
				events = append(events, event(1, k.service, k.date, booking.RunMoved, shift))
				changed[k] = became{shift: shift}
			default:
				events = append(events, event(1, k.service, k.date, booking.RunRestored, 0))
				delete(changed, k)
			}
		}
		o := WithEvents(base, events)
		p := places[rnd.IntN(len(places))]
		from, to := ids(t, base, p[0], p[1])
		d, after, number := sat.Add(rnd.IntN(3)-1), rnd.IntN(24*60), []string{"", "", "G123", "T109"}[rnd.IntN(4)]
		var want []booking.Trip
		for n := -2; n <= 2; n++ {
			for _, trip := range base.Between(from, to, number, d.Add(n), 0) {
				b := changed[run{trip.Service, trip.Date}]
				b.apply(&trip)
				if !trip.Cancelled && booking.DateOf(trip.Dep) == d && trip.Dep.Hour()*60+trip.Dep.Minute() >= after {
					want = append(want, trip)
				}
			}
		}
		got := o.Between(from, to, number, d, after)
		require.True(t, slices.IsSortedFunc(got, func(a, b booking.Trip) int { return a.Dep.Compare(b.Dep) }))
		require.ElementsMatch(t, want, got)
	}
}

func TestLive(t *testing.T) {
	base := Demo(nil)
	l := NewLive(base)
	require.Same(t, base, l.Catalogue())
	require.Zero(t, l.Synced())
	at := time.Unix(1000, 0)
	two := []booking.ServiceEvent{event(4, "G1", sat, booking.RunCancelled, 0), event(7, "G3", sat.Add(1), booking.RunMoved, time.Hour)}
	require.Equal(t, 2, l.Apply(two, at))
	require.EqualValues(t, 7, l.Seq())
	require.Equal(t, at, l.Synced())
	require.Empty(t, l.Catalogue().Numbered("G1", sat))
	was := l.Catalogue()
	require.Zero(t, l.Apply(two, at.Add(time.Minute)), "the same answer twice")
	require.Equal(t, at.Add(time.Minute), l.Synced())
	require.Same(t, was, l.Catalogue())

	other := Demo(time.UTC)
	l.Replace(other)
	require.Empty(t, l.Catalogue().Numbered("G1", sat), "a new timetable has the old events")
	require.Equal(t, time.UTC, l.Catalogue().Numbered("G3", sat.Add(1))[0].Dep.Location())
	l.Forget(sat.Add(1))
	require.NotEmpty(t, l.Catalogue().Numbered("G1", sat))
	require.Equal(t, time.Hour, l.Catalogue().Numbered("G3", sat.Add(1))[0].Shift)
	l.Forget(sat.Add(2))
	require.Same(t, other, l.Catalogue())
	require.EqualValues(t, 7, l.Seq())
	l.Replace(base)
	require.Same(t, base, l.Catalogue())
}

// TestLiveAtOnce lets events come while many read.
func TestLiveAtOnce(t *testing.T) {
	l := NewLive(Demo(nil))
	bj, sh := ids(t, l.Catalogue(), "beijing", "shanghai")
	all := len(l.Catalogue().Between(bj, sh, "", sat, 0))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				if n := len(l.Catalogue().Between(bj, sh, "", sat, 0)); n != all && n != all-1 {
					t.Errorf("%d of %d", n, all)
				}
			}
		})
	}
	for seq := range int64(200) {
		change := booking.RunCancelled
		if seq%2 == 1 {
			change = booking.RunRestored
		}
		l.Apply([]booking.ServiceEvent{event(seq+1, "G123", sat, change, 0)}, time.Unix(seq, 0))
	}
	wg.Wait()
	require.Len(t, l.Catalogue().Between(bj, sh, "", sat, 0), all)
}

// BenchmarkOverlay searches a timetable of which every tenth run of the day is late.
func BenchmarkOverlay(b *testing.B) {
	s := china(b)
	var events []booking.ServiceEvent
	for i, v := range s.services {
		if i%10 == 0 {
			events = append(events, event(int64(i+1), v.key, sat, booking.RunMoved, 40*time.Minute))
		}
	}
	bj, _ := s.Lookup("beijing")
	sh, _ := s.Lookup("shanghai")
	b.Run("between", func(b *testing.B) {
		o := WithEvents(s, events)
		b.ReportAllocs()
		for b.Loop() {
			o.Between(bj.ID, sh.ID, "", sat, 0)
		}
	})
	b.Run("rebuild", func(b *testing.B) {
		o := WithEvents(s, events)
		b.ReportAllocs()
		for b.Loop() {
			WithEvents(o, events[:1])
		}
	})
}
