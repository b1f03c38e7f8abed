package catalogue

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"shortfare/booking"
)

func TestDemo(t *testing.T) {
	loc := time.FixedZone("X", 8*3600)
	s := Demo(loc)
	require.GreaterOrEqual(t, s.Stats().Services, 40)
	require.Empty(t, s.Notes())
	kinds := map[booking.Kind]int{}
	for i := range s.services {
		v := &s.services[i]
		list := s.Numbered(v.number, sat)
		require.Len(t, list, 1, v.number)
		x := list[0]
		kinds[x.Kind]++
		require.True(t, x.Dep.Before(x.Arr), v.number)
		require.Equal(t, sat, booking.DateOf(x.Dep))
		require.NotEmpty(t, x.Fares, v.number)
		require.NotEmpty(t, x.FromStop.Zh)
		for _, c := range x.FromStop.En + x.ToStop.En {
			require.Less(t, c, rune(128))
		}
	}
	require.Greater(t, kinds[booking.Train], 30)
	require.Greater(t, kinds[booking.Flight], 5)
	require.Greater(t, kinds[booking.Bus], 5)
	for _, n := range []string{"G1", "G3", "G5", "G123", "D301", "K528", "CA1501", "MU5101"} {
		require.True(t, s.Service(n), n)
	}
	g := s.Numbered("G123", sat)[0]
	require.Equal(t, "Beijing South", g.FromStop.En)
	require.Equal(t, "上海虹桥", g.ToStop.Zh)
	f, ok := g.Fare("")
	require.True(t, ok)
	require.Equal(t, booking.Fare{Class: "2nd", Price: booking.Money{Minor: 55300, Currency: "CNY"}}, f)
	part, ok := s.Trip(booking.TripKey{Service: "G123", Date: sat, From: 0, To: 1})
	require.True(t, ok)
	require.Equal(t, []string{"2nd CNY22.50", "1st CNY37.50", "business CNY70"}, show(part.Fares))
	k := s.Numbered("K528", sat)[0]
	require.Equal(t, "hard seat", k.Fares[0].Class)
	require.Equal(t, "1206 0350", clock(k.Arr))
}

func TestDemoBetween(t *testing.T) {
	s := Demo(nil)
	bj, _ := s.Lookup("beijing")
	sh, _ := s.Lookup("shanghai")
	list := s.Between(bj.ID, sh.ID, "", sat, 0)
	require.Greater(t, len(list), 20)
	kinds := map[booking.Kind]bool{}
	for i, x := range list {
		kinds[x.Kind] = true
		require.Equal(t, sat, booking.DateOf(x.Dep))
		if i > 0 {
			require.False(t, x.Dep.Before(list[i-1].Dep))
		}
		again, ok := s.Trip(x.TripKey)
		require.True(t, ok)
		require.Equal(t, x, again)
	}
	require.True(t, kinds[booking.Train] && kinds[booking.Flight])
}

func TestDemoReaderErrors(t *testing.T) {
	for line, want := range map[string]string{
		"VNP, a, b":                "want code",
		"VNP, a, b, x, 1":          "latitude",
		"VNP, a, b, 1, y":          "longitude",
		"A, a, 甲, 1, 1\nA,a,b,1,1": "stands twice",
	} {
		d := &demoReader{at: map[string]uint32{}}
		require.ErrorContains(t, d.lines("stops", line, d.stop), want)
	}
	for line, want := range map[string]string{
		"G1":                         "ends too early",
		"G1 2nd=5 A 09:00":           "ends too early",
		"G1 2nd=x A 09:00 A 10:00":   "not an amount",
		"G1 2nd=5 A 09:00 B 10:00":   "stop B is not in",
		"G1 2nd=5 A 09:00 A 10.00":   "not a time",
		"G1 2nd=5 A 09:00 A 1-10:00": "not a time",
	} {
		d := &demoReader{at: map[string]uint32{"A": 0}}
		require.ErrorContains(t, d.lines("services", line, d.service), want)
	}
}
