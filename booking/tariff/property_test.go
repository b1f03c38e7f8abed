package tariff

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// random makes rules that have no problems, of every shape.
func random(r *rand.Rand) Rules {
	rules := Rules{Round: []int64{0, 1, 7, 50, 100, 1000}[r.IntN(6)]}
	for range 1 + r.IntN(3) {
		l := Ladder{Name: "l"}
		for k := range booking.Flight + 1 {
			if r.IntN(2) == 0 {
				l.Kinds = append(l.Kinds, k)
			}
		}
		before := time.Duration(r.IntN(400)) * time.Hour
		var s Step
		for range 1 + r.IntN(5) {
			s.Before = before
			free := s.Percent == 0
			if len(l.Steps) > 0 || r.IntN(2) == 0 { // many a ladder begins with a step that is free
				s.Percent = min(s.Percent+r.Int64N(4000), 10000)
			}
			s.Fixed += r.Int64N(2) * r.Int64N(900)
			s.Min += r.Int64N(2) * r.Int64N(900)
			if s.Max == 0 && free && r.IntN(2) == 0 {
				s.Max = s.Fixed + s.Min + 1 + r.Int64N(9000)
			} else if s.Max > 0 {
				s.Max = max(s.Max, s.Min) + r.Int64N(900)
			}
			l.Steps = append(l.Steps, s)
			before -= time.Duration(1+r.IntN(200*3600)) * time.Second
		}
		rules.Cancels = append(rules.Cancels, l)
	}
	return rules
}

// Never negative, never above the fare, never falling as departure comes nearer,
// of a step's own fee from its first to its last nanosecond.
func TestProperties(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		rules := random(r)
		for _, p := range rules.Problems() {
			require.Contains(t, p.What, "never asked", "%d: %+v", seed, rules)
		}
		q := Question{Kind: booking.Kind(r.IntN(3)), Class: "2nd", Fare: cny(r.Int64N([]int64{3, 1000, 1e6}[r.IntN(3)])), Dep: dep}
		last := int64(0)
		for left := 450 * time.Hour; left > -50*time.Hour; left -= time.Duration(r.Int64N(int64(30 * time.Hour))) {
			q.Now = dep.Add(-left)
			fee := rules.Cancel(q)
			require.GreaterOrEqual(t, fee.Amount.Minor, last, "seed %d: fee fell", seed)
			require.LessOrEqual(t, fee.Amount.Minor, q.Fare.Minor, "seed %d", seed)
			require.Equal(t, "CNY", fee.Amount.Currency)
			require.NotEmpty(t, fee.Rule)
			last = fee.Amount.Minor
		}
		for _, l := range rules.Cancels {
			for i, s := range l.Steps {
				require.Equal(t, s, l.step(s.Before))
				if i+1 < len(l.Steps) {
					require.Equal(t, l.Steps[i+1], l.step(s.Before-time.Nanosecond))
				}
			}
		}
	}
}

// The exact share agrees with its definition on both of its ways of counting.
func TestShareIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 20000 {
		fare, percent, round := r.Int64N(1<<42), r.Int64N(10001), 1+r.Int64N(5000)
		got := share(fare, percent, round)
		require.Zero(t, got%round)
		// |got - fare*percent/10000| is at most half a step: compared without division.
		diff := 2 * (got*10000 - fare*percent) // 2^57 at most
		require.Greater(t, diff, -round*10000, "%d %d %d", fare, percent, round)
		require.LessOrEqual(t, diff, round*10000, "%d %d %d", fare, percent, round)
	}
	require.Equal(t, int64(1<<62), share(1<<62, 10000, 1))
}

// O01: every mistake in rules has its place and says what to do.
func TestProblems(t *testing.T) {
	train, second := []booking.Kind{booking.Train}, []string{"2nd"}
	ok := []Step{{}}
	for _, c := range []struct {
		rules       Rules
		where, what string
	}{
		{Rules{Round: -1}, "round", "is negative"},
		{Rules{FreeAfter: -1}, "free_after_purchase", "is negative"},
		{Rules{Cancels: []Ladder{{}}}, "cancel[0].steps", "has no step"},
		{Rules{Changes: []Ladder{{Steps: ok}, {Kinds: train, Steps: ok}}}, "change[1]", "change[0] before it"},
		{Rules{Cancels: []Ladder{{Kinds: train, Steps: ok}, {Kinds: train, Classes: second, Steps: ok}}}, "cancel[1]", "is never asked"},
		{Rules{Cancels: []Ladder{{Steps: []Step{{Percent: 10001}}}}}, "cancel[0].steps[0].percent", "0 to 100"},
		{Rules{Cancels: []Ladder{{Steps: []Step{{Fixed: -1}}}}}, "cancel[0].steps[0].fixed", "out of range"},
		{Rules{Cancels: []Ladder{{Steps: []Step{{Min: 2e12}}}}}, "cancel[0].steps[0].min", "out of range"},
		{Rules{Cancels: []Ladder{{Steps: []Step{{Min: 2, Max: 1}}}}}, "cancel[0].steps[0].max", "less than min"},
		{Rules{Cancels: []Ladder{{Steps: []Step{{Before: 1e5 * time.Hour}}}}}, "cancel[0].steps[0].before", "within a year"},
		{Rules{Cancels: []Ladder{{Steps: []Step{{Before: 1}, {Before: 1}}}}}, "cancel[0].steps[1].before", "begin with the longest"},
		{Rules{Cancels: []Ladder{{Steps: []Step{{Before: 1, Percent: 2}, {Percent: 1}}}}}, "cancel[0].steps[1].percent", "must not fall"},
		{Rules{Cancels: []Ladder{{Steps: []Step{{Before: 1, Percent: 1}, {Percent: 1, Max: 1}}}}}, "cancel[0].steps[1].max", "must not fall"},
		{Rules{Cancels: []Ladder{{Steps: []Step{{Before: 1, Fixed: 2}, {Fixed: 2, Max: 1}}}}}, "cancel[0].steps[1].max", "must not fall"},
	} {
		p := c.rules.Problems()
		require.Len(t, p, 1, c.where)
		require.Equal(t, c.where, p[0].Where)
		require.Contains(t, p[0].What, c.what)
	}
	fine := Rules{Cancels: []Ladder{{Kinds: train, Classes: second, Steps: ok}, {Kinds: train, Steps: ok}, {Steps: ok}},
		Changes: []Ladder{{LaterDay: true, Steps: ok}, {Steps: ok}}}
	require.Empty(t, fine.Problems())
	for _, name := range Presets() {
		require.Empty(t, preset(t, name).Problems())
	}
}
