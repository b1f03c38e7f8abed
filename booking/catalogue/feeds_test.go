package catalogue

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"shortfare/booking"
)

// realFeeds are the public feeds with a day that they run on, and what their
// services are.
var realFeeds = []struct {
	file string
	day  booking.Date
	kind booking.Kind
	o    Options
}{
	{"cr_hsr_2016_gtfs.zip", sat, booking.Train, Options{}},
	{"caltrain_2016_mitrepo.zip", 20160523, booking.Train, Options{Currency: "USD"}},
	{"cairns_2014.zip", 20140602, booking.Bus, Options{Currency: "AUD"}},
}

func eachFeed(t *testing.T, f func(t *testing.T, s *Snapshot, day booking.Date, kind booking.Kind)) {
	for _, feed := range realFeeds {
		t.Run(feed.file, func(t *testing.T) {
			s, err := LoadGTFS(vectors(t, feed.file), feed.o)
			require.NoError(t, err)
			f(t, s, feed.day, feed.kind)
		})
	}
}

// TestFeedsAreClassified looks at every service of every feed: its kind, its
// classes, its prices and its times.
func TestFeedsAreClassified(t *testing.T) {
	eachFeed(t, func(t *testing.T, s *Snapshot, day booking.Date, kind booking.Kind) {
		classes, seen := map[string]int{}, 0
		for i := range s.services {
			v := &s.services[i]
			trip, ok := s.Trip(booking.TripKey{Service: v.key, Date: day, To: int(v.n) - 1})
			if !ok {
				continue // not on that day
			}
			seen++
			require.Equal(t, kind, trip.Kind, v.key)
			require.False(t, trip.Arr.Before(trip.Dep), v.key)
			require.NotEmpty(t, trip.FromStop.En+trip.FromStop.Zh, v.key)
			require.NotEmpty(t, trip.Fares, v.key)
			for n, f := range trip.Fares {
				classes[f.Class]++
				require.Positive(t, f.Price.Minor, v.key)
				require.True(t, n == 0 || trip.Fares[n-1].Price.Minor <= f.Price.Minor, "%s: the cheapest first", v.key)
			}
			if v.number != "" {
				require.True(t, slices.ContainsFunc(s.Numbered(v.number, day), func(x booking.Trip) bool { return x.Service == v.key }), v.key)
			}
		}
		t.Logf("%d services on %s, classes %v", seen, day, classes)
		require.Greater(t, seen, 50)
		for c := range classes {
			require.Contains(t, []string{"2nd", "1st", "business", "seat"}, c)
		}
	})
}

// TestFeedsAreSearched holds searches between random places against a walk
// through all services.
func TestFeedsAreSearched(t *testing.T) {
	eachFeed(t, func(t *testing.T, s *Snapshot, day booking.Date, _ booking.Kind) {
		rnd := rand.New(rand.NewPCG(4, 2))
		some := 0
		for range 150 {
			v := s.services[rnd.IntN(len(s.services))] // places that a service joins, so that there is something to find
			at := rnd.IntN(int(v.n) - 1)
			from := s.stops[s.callStop[v.first+uint32(at)]].station
			to := s.stops[s.callStop[v.first+uint32(at+1+rnd.IntN(int(v.n)-at-1))]].station
			if rnd.IntN(4) == 0 {
				from, to = to, from
			}
			after := rnd.IntN(20) * 60
			var got []string
			for _, x := range s.Between(s.places[from].id, s.places[to].id, "", day, after) {
				got = append(got, fmt.Sprint(x.Service, x.Date, x.From))
			}
			want := s.walk(from, to, day, after)
			require.ElementsMatch(t, want, got)
			some += len(want)
		}
		require.Greater(t, some, 300)
	})
}

// walk finds what departs from a place for another one by looking at every
// call of every service.
func (s *Snapshot) walk(from, to int32, d booking.Date, after int) (found []string) {
	if from == to {
		return nil
	}
	for i := range s.services {
		v := &s.services[i]
		boarded := map[int]bool{} // by days since the start
		for a := range int(v.n) {
			c := v.first + uint32(a)
			days, minute := int(s.callDep[c])/day, int(s.callDep[c])%day
			if !s.at(c, from) || s.callFlag[c]&noBoarding != 0 || minute < after || boarded[days] || !s.runs(v, d.Add(-days)) {
				continue
			}
			for b := c + 1; b < v.first+v.n; b++ {
				if s.at(b, to) && s.callFlag[b]&noAlighting == 0 {
					found = append(found, fmt.Sprint(v.key, d.Add(-days), a))
					boarded[days] = true
					break
				}
			}
		}
	}
	return found
}

// TestFeedsWithEvents cancels and moves every run of a day.
func TestFeedsWithEvents(t *testing.T) {
	eachFeed(t, func(t *testing.T, s *Snapshot, day booking.Date, _ booking.Kind) {
		v := s.services[len(s.services)/2]
		from, to := s.stops[s.callStop[v.first]].station, s.stops[s.callStop[v.first+v.n-1]].station
		a, b := s.places[from].id, s.places[to].id
		var off, late []booking.ServiceEvent
		for i := range s.services {
			for _, d := range []booking.Date{day.Add(-1), day} {
				off = append(off, event(1, s.services[i].key, d, booking.RunCancelled, 0))
				late = append(late, event(1, s.services[i].key, d, booking.RunMoved, time.Hour))
			}
		}
		base := s.Between(a, b, "", day, 0)
		require.Empty(t, WithEvents(s, off).Between(a, b, "", day, 0))
		moved := WithEvents(s, late)
		var want, got []string
		for _, x := range base {
			if x = shifted(x); booking.DateOf(x.Dep) == day {
				want = append(want, fmt.Sprint(x.Service, x.Dep.Unix()))
			}
		}
		for _, x := range moved.Between(a, b, "", day, 60) {
			got = append(got, fmt.Sprint(x.Service, x.Dep.Unix()))
		}
		require.ElementsMatch(t, want, got)
	})
}

func shifted(x booking.Trip) booking.Trip {
	became{shift: time.Hour}.apply(&x)
	return x
}

// TestLookupsAllocateTheirAnswerOnly: what a lookup allocates does not grow
// with the catalogue.
func TestLookupsAllocateTheirAnswerOnly(t *testing.T) {
	const each = 6 // of a trip in the answer: its fares
	count := func(s *Snapshot, day booking.Date) {
		v := &s.services[0]
		k := booking.TripKey{Service: v.key, Date: day, To: 1}
		require.LessOrEqual(t, testing.AllocsPerRun(20, func() { s.Trip(k) }), float64(each))
		n := len(s.Numbered(v.number, day))
		require.LessOrEqual(t, testing.AllocsPerRun(20, func() { s.Numbered(v.number, day) }), float64(each*n+8))
		from, to := s.stops[s.callStop[v.first]].station, s.stops[s.callStop[v.first+v.n-1]].station
		a, b := s.places[from].id, s.places[to].id
		n = len(s.Between(a, b, "", day, 0))
		require.LessOrEqual(t, testing.AllocsPerRun(20, func() { s.Between(a, b, "", day, 0) }), float64(each*n+16))
		require.LessOrEqual(t, testing.AllocsPerRun(20, func() { s.Fuzzy("shangahi") }), float64(16))
	}
	count(Demo(nil), sat)
	eachFeed(t, func(_ *testing.T, s *Snapshot, day booking.Date, _ booking.Kind) { count(s, day) })
}
