package booking

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// labelsOf are those of a customer by his name, as the test has them at a time.
type labelsOf map[string][]string

func (l labelsOf) of(c *Customer, _ time.Time) []string { return l[c.Name] }

// people files customers with a name each.
func people(t *testing.T, s *memStore, names ...string) {
	t.Helper()
	for i, name := range names {
		require.NoError(t, s.Do(context.Background(), Keys{Customer: MSISDN(i + 1)}, func(v *View) (*Changes, error) {
			v.Customer.Name = name
			return &Changes{Customer: v.Customer}, nil
		}))
	}
}

// All customers are looked through once a day, and those whose classes have changed
// by time alone, or by new rules, are found by the new ones.
func TestLabelsFollowTime(t *testing.T) {
	ctx, s, clock := context.Background(), newMemStore(), &fakeClock{now: lineStart}
	names := make([]string, 2*sweepPage+5)
	for i := range names {
		names[i] = []string{"old", "young"}[i%2]
	}
	people(t, s, names...)
	labels := labelsOf{"old": {"age:60+"}, "young": {"age:18-25", "new"}}
	e := newsEngine(t, s, &told{}, &station{}, clock)
	e.Labels = labels.of
	sweep := func() (old, young int) {
		for range len(names)/sweepTurns + 2 {
			before := e.Stats.Turns.Load()
			require.NoError(t, e.relabel(ctx, clock.now))
			require.LessOrEqual(t, e.Stats.Turns.Load()-before, int64(sweepTurns), "a tick has other things to do")
		}
		list, err := s.Labelled(ctx, "age:60+", 0, 1000)
		require.NoError(t, err)
		more, err := s.Labelled(ctx, "age:18-25", 0, 1000)
		require.NoError(t, err)
		return len(list), len(more)
	}
	old, young := sweep()
	require.Equal(t, []int{sweepPage + 3, sweepPage + 2}, []int{old, young})
	turns := e.Stats.Turns.Load()
	labels["young"] = []string{"age:60+"}
	old, _ = sweep()
	require.Equal(t, sweepPage+3, old, "not before tomorrow")
	require.Equal(t, turns, e.Stats.Turns.Load())
	clock.now = clock.now.Add(24 * time.Hour)
	old, young = sweep()
	require.Equal(t, []int{2*sweepPage + 5, 0}, []int{old, young})
	require.Equal(t, turns+sweepPage+2, e.Stats.Turns.Load(), "a turn for those who have changed")
}

// A text to a class goes to its customers, each once across a restart, and waits for
// what those must know who travel.
func TestClassIsToldOnce(t *testing.T) {
	ctx, s, clock := context.Background(), newMemStore(), &fakeClock{now: lineStart}
	riders(t, s, 2, 20261205)
	people(t, s, "vip", "none", "vip", "vip")
	start := func() *Engine {
		e := newsEngine(t, s, &told{}, &station{}, clock)
		e.Labels = labelsOf{"vip": {"vip"}}.of
		require.NoError(t, e.relabel(ctx, clock.now))
		return e
	}
	e := start()
	var made *Changes
	require.NoError(t, s.Do(ctx, Keys{}, func(v *View) (*Changes, error) {
		made = &Changes{Notices: []Notice{{ID: v.NewID(), At: lineStart, Group: "vip", Text: "lounge"}}}
		return made, nil
	}))
	e.handOn(made)
	require.NoError(t, e.notify(ctx, clock.now))
	require.Equal(t, []string{"1 lounge"}, s.replies())
	require.NoError(t, s.Do(ctx, Keys{}, func(v *View) (*Changes, error) {
		return &Changes{Notices: []Notice{{ID: v.NewID(), At: lineStart, Number: "G1", Day: 20261205, Text: "late"}}}, nil
	}))
	e = start()
	for range 8 {
		require.NoError(t, e.notify(ctx, clock.now))
		clock.now = clock.now.Add(time.Second)
	}
	require.Equal(t, []string{"1 lounge", "1 late", "2 late", "3 lounge", "4 lounge"}, s.replies())
}
