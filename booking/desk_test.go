package booking

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Operators are told one after another, each once across a restart, and before
// customers, of whom there may be many.
func TestOperatorsAreToldFirst(t *testing.T) {
	ctx, s, clock := context.Background(), newMemStore(), &fakeClock{now: lineStart}
	riders(t, s, 3, 20261205)
	start := func() *Engine {
		e := newsEngine(t, s, &told{}, &station{}, clock)
		e.Operators = []MSISDN{900, 800, 850}
		return e
	}
	e := start()
	var made *Changes
	require.NoError(t, s.Do(ctx, Keys{}, func(v *View) (*Changes, error) {
		made = &Changes{Notices: []Notice{{ID: v.NewID(), At: lineStart, Number: "G1", Day: 20261205, Text: "late"},
			{ID: v.NewID(), At: lineStart, Callback: 1, Text: "call"}}}
		return made, nil
	}))
	e.handOn(made)
	require.NoError(t, e.notify(ctx, clock.now))
	require.Equal(t, []string{"800 call"}, s.replies())
	e = start()
	for range 8 {
		require.NoError(t, e.notify(ctx, clock.now))
		clock.now = clock.now.Add(time.Second)
	}
	require.Equal(t, []string{"800 call", "850 call", "900 call", "1 late", "2 late", "3 late"}, s.replies())
	left, err := s.Notices(ctx)
	require.NoError(t, err)
	require.Empty(t, left)
}
