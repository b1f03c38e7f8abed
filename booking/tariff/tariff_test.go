package tariff

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

var dep = time.Date(2030, 12, 5, 9, 0, 0, 0, time.FixedZone("", 8*3600))

func cny(minor int64) booking.Money { return booking.Money{Minor: minor, Currency: "CNY"} }

func preset(t testing.TB, name string) Rules {
	t.Helper()
	r, ok := Preset(name)
	require.True(t, ok)
	return r
}

// The boundaries are exact to the second, and what is kept is what a station takes.
func TestChinaRailway(t *testing.T) {
	const day = 24 * time.Hour
	r := preset(t, ChinaRailway)
	for _, c := range []struct {
		left   time.Duration
		fare   int64
		cancel int64
		rule   string
	}{
		{30 * day, 55300, 0, "cr train 192h+ 0%"},
		{8 * day, 55300, 0, "cr train 192h+ 0%"},
		{8*day - time.Second, 55300, 2750, "cr train 48h+ 5% min 2"},
		{2 * day, 55300, 2750, "cr train 48h+ 5% min 2"}, // 27.65
		{2*day - time.Second, 55300, 5550, "cr train 24h+ 10% min 2"},
		{day, 55300, 5550, "cr train 24h+ 10% min 2"}, // 55.30
		{day - time.Second, 55300, 11050, "cr train 0h+ 20% min 2"},
		{0, 55300, 11050, "cr train 0h+ 20% min 2"},          // 110.60
		{-time.Hour, 55300, 11050, "cr train 0h+ 20% min 2"}, // the last step goes on
		{3 * day, 450, 200, "cr train 48h+ 5% min 2"},        // at least 2 yuan
		{3 * day, 150, 150, "cr train 48h+ 5% min 2"},        // and never more than the fare
		{3 * day, 4499, 200, "cr train 48h+ 5% min 2"},       // 2.2495: below 0.25 is dropped
		{3 * day, 4500, 250, "cr train 48h+ 5% min 2"},       // 2.25 is a half of the step
		{3 * day, 5499, 250, "cr train 48h+ 5% min 2"},       // 2.7495
		{3 * day, 5500, 300, "cr train 48h+ 5% min 2"},       // 2.75
		{3 * day, 0, 0, "cr train 48h+ 5% min 2"},
	} {
		fee := r.Cancel(Question{Kind: booking.Train, Class: "2nd", Fare: cny(c.fare), Dep: dep, Now: dep.Add(-c.left)})
		require.Equal(t, Fee{cny(c.cancel), c.rule}, fee, "%s left, fare %d", c.left, c.fare)
	}
}

func TestChange(t *testing.T) {
	const day = 24 * time.Hour
	r := preset(t, ChinaRailway)
	for _, c := range []struct {
		left  time.Duration
		later bool
		want  Fee
	}{
		{time.Hour, false, Fee{cny(0), RuleNone}},
		{2 * day, true, Fee{cny(0), "cr train later day 48h+ 0%"}},
		{2*day - time.Second, true, Fee{cny(2750), "cr train later day 24h+ 5%"}},
		{day - time.Second, true, Fee{cny(8300), "cr train later day 0h+ 15%"}}, // 82.95
	} {
		require.Equal(t, c.want, r.Change(Question{Fare: cny(55300), Dep: dep, Now: dep.Add(-c.left), LaterDay: c.later}), "%s %v", c.left, c.later)
	}
}

// 12306.cn takes its share of the lower of the fares before and after.
func TestLowerFare(t *testing.T) {
	r := preset(t, ChinaRailway)
	q := Question{Fare: cny(55300), Dep: dep, Now: dep.Add(-30 * time.Hour), LaterDay: true}
	for fare, want := range map[booking.Money]int64{
		{}: 2750, cny(93300): 2750, cny(55300): 2750, cny(30000): 1500, cny(0): 0,
		{Minor: 30000, Currency: "EUR"}: 2750, // no fare to compare with
	} {
		q.NewFare = fare
		require.Equal(t, cny(want), r.Change(q).Amount, "%v", fare)
		require.Equal(t, cny(5550), r.Cancel(q).Amount, "of no meaning there")
	}
}

func TestKindsAndClasses(t *testing.T) {
	r := preset(t, ChinaRailway)
	q := Question{Kind: booking.Flight, Class: "economy", Fare: cny(100000), Dep: dep, Now: dep.Add(-time.Hour)}
	require.Equal(t, cny(60000), r.Cancel(q).Amount)
	q.Class = "business"
	require.Equal(t, Fee{cny(25000), "cr flight front 0h+ 25%"}, r.Cancel(q))
	q.Kind, q.Class = booking.Bus, "seat"
	require.Equal(t, cny(20000), r.Cancel(q).Amount)
	q.Now = dep.Add(-2 * time.Hour)
	require.Equal(t, cny(10000), r.Cancel(q).Amount)
	require.Equal(t, Fee{cny(0), RuleNone}, r.Change(q), "a coach is changed free of charge")
	q.Fare = cny(300)
	require.Equal(t, Fee{cny(50), "cr bus 2h+ 10% min 0.50"}, r.Cancel(q))
	q.Now = dep.Add(-time.Hour)
	require.Equal(t, Fee{cny(100), "cr bus 0h+ 20% min 1"}, r.Cancel(q))
}

func TestNoFees(t *testing.T) {
	for _, r := range []Rules{{}, preset(t, NoFees)} {
		require.Equal(t, Fee{cny(0), RuleNone}, r.Cancel(Question{Fare: cny(55300), Dep: dep, Now: dep}))
		require.Equal(t, Fee{cny(0), RuleNone}, r.Change(Question{Fare: cny(55300), Dep: dep, Now: dep}))
	}
	_, ok := Preset("visa")
	require.False(t, ok)
}

func TestFreeWindows(t *testing.T) {
	r := preset(t, ChinaRailway)
	r.FreeAfter = 30 * time.Minute
	now := dep.Add(-time.Hour)
	ask := func(change func(*Question)) string {
		q := Question{Fare: cny(55300), Dep: dep, Now: now}
		change(&q)
		fee := r.Cancel(q)
		require.Equal(t, fee.Rule == "cr train 0h+ 20% min 2", fee.Amount == cny(11050))
		return fee.Rule
	}
	const charged = "cr train 0h+ 20% min 2"
	require.Equal(t, charged, ask(func(*Question) {}))
	require.Equal(t, RuleDisrupted, ask(func(q *Question) { q.Disrupted = true }))
	require.Equal(t, RuleFreeWindow, ask(func(q *Question) { q.FreeUntil = now.Add(time.Nanosecond) }))
	require.Equal(t, charged, ask(func(q *Question) { q.FreeUntil = now }))
	require.Equal(t, RuleJustBought, ask(func(q *Question) { q.Bought = now.Add(-30*time.Minute + time.Nanosecond) }))
	require.Equal(t, charged, ask(func(q *Question) { q.Bought = now.Add(-30 * time.Minute) }))
	require.Equal(t, RuleJustBought, ask(func(q *Question) { q.Bought = now.Add(time.Minute) }), "a clock that was set back")
}

// A day with a change of summer time has 23 or 25 hours; what counts is the
// hours that are left, whatever zone the times are written in.
func TestZonesDoNotMatter(t *testing.T) {
	ny, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	r := preset(t, ChinaRailway)
	dep := time.Date(2026, 3, 8, 12, 0, 0, 0, ny) // clocks went forward at 2:00
	q := Question{Fare: cny(10000), Dep: dep, Now: time.Date(2026, 3, 7, 12, 0, 0, 0, ny)}
	require.Equal(t, cny(2000), r.Cancel(q).Amount, "23 hours")
	q.Now = time.Date(2026, 3, 7, 11, 0, 0, 0, ny)
	require.Equal(t, cny(1000), r.Cancel(q).Amount, "24 hours")
	for _, loc := range []*time.Location{time.UTC, time.FixedZone("", -11*3600), time.FixedZone("", 14*3600)} {
		z := q
		z.Dep, z.Now = q.Dep.In(loc), q.Now.In(time.UTC)
		require.Equal(t, r.Cancel(q), r.Cancel(z))
	}
}

func TestStepLimits(t *testing.T) {
	for _, c := range []struct {
		step  Step
		round int64
		want  int64
		text  string
	}{
		{Step{Fixed: 1000}, 50, 1000, "0h+ fixed 10"},
		{Step{Fixed: 1000, Percent: 500}, 0, 1500, "0h+ 5% fixed 10"},
		{Step{Percent: 5000, Max: 1234}, 50, 1234, "0h+ 50% max 12.34"},
		{Step{Percent: 10000}, 0, 10000, "0h+ 100%"},
		{Step{Percent: 333}, 0, 333, "0h+ 3.33%"},
		{Step{Percent: 9999}, 50, 10000, "0h+ 99.99%"},
		{Step{Percent: 9999}, 1 << 40, 0, "0h+ 99.99%"}, // a step greater than twice the fare
		{Step{Min: 20000}, 0, 10000, "0h+ min 200"},
		{Step{Before: 90 * time.Minute}, 0, 0, "1h30m+ 0%"},
		{Step{Fixed: -5, Percent: -5}, 0, 0, "0h+ -0.05% fixed -0.05"},
	} {
		require.Equal(t, c.want, c.step.of(10000, c.round), c.text)
		require.Equal(t, c.text, c.step.String())
	}
}

func TestThen(t *testing.T) {
	own := Rules{Cancels: []Ladder{{Name: "own", Kinds: []booking.Kind{booking.Bus}, Steps: []Step{{Fixed: 100}}}}, Round: 100}
	r := own.Then(preset(t, ChinaRailway))
	q := Question{Kind: booking.Bus, Fare: cny(3300), Dep: dep, Now: dep.Add(-3 * time.Hour)}
	require.Equal(t, Fee{cny(100), "own 0h+ fixed 1"}, r.Cancel(q))
	q.Kind = booking.Train
	require.Equal(t, cny(700), r.Cancel(q).Amount, "6.60 in steps of 1")
	require.Equal(t, int64(50), Rules{}.Then(preset(t, ChinaRailway)).Round)
	require.Len(t, own.Cancels, 1)
}
