package catalogue

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// All runs of a day are listed once, page by page, by departure; what became of them is told.
func TestDeparting(t *testing.T) {
	s := Demo(time.FixedZone("", 8*3600))
	live := NewLive(s)
	const day booking.Date = 20301205
	all, total := live.Departing(day, "", 0, 10_000)
	require.Len(t, all, total)
	require.Greater(t, total, 20)
	seen := map[string]bool{}
	var paged []booking.Trip
	for skip := 0; skip < total; skip += 7 {
		page, n := live.Departing(day, "", skip, 7)
		require.Equal(t, total, n)
		require.LessOrEqual(t, len(page), 7)
		paged = append(paged, page...)
	}
	require.Equal(t, all, paged)
	for i, r := range all {
		require.False(t, seen[r.Service])
		seen[r.Service] = true
		require.Equal(t, day, r.Date)
		require.True(t, i == 0 || !r.Dep.Before(all[i-1].Dep))
		require.NotEmpty(t, r.Fares)
		require.Contains(t, s.Numbered(r.Number, day), r)
	}
	some, n := live.Departing(day, "G1", 0, 100)
	require.NotEmpty(t, some)
	require.Less(t, n, total)
	for _, r := range some {
		require.Equal(t, "G1", r.Number[:2])
	}
	none, n := live.Departing(day, "", total+5, 10)
	require.Empty(t, none)
	require.Equal(t, total, n)

	live.Apply([]booking.ServiceEvent{{Seq: 1, Service: all[0].Service, Date: day, Change: booking.RunCancelled}, {Seq: 2, Service: all[1].Service, Date: day, Change: booking.RunMoved, Shift: 40 * time.Minute}}, time.Now())
	now, n := live.Departing(day, "", 0, 3)
	require.Equal(t, total, n)
	require.True(t, now[0].Cancelled)
	require.Equal(t, all[1].Dep.Add(40*time.Minute), now[1].Dep)
	require.Equal(t, all[2], now[2])
}
