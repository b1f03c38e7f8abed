package booking

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// No hour holds more than the limit, wherever it begins, and what is full gets room when
// it is said to.
func TestRecent(t *testing.T) {
	const limit = 10
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	r := rand.New(rand.NewPCG(1, 1))
	var recent Recent
	var taken []time.Time
	for range 10_000 {
		now = now.Add(time.Duration(r.IntN(6*60*1000)) * time.Millisecond)
		until, full := recent.Full(now, time.Hour, limit)
		if full {
			require.True(t, until.After(now))
			_, still := recent.Full(until.Add(-time.Millisecond), time.Hour, limit)
			require.True(t, still)
			_, still = recent.Full(until, time.Hour, limit)
			require.False(t, still)
			continue
		}
		recent.Add(now, time.Hour, limit)
		taken = append(taken, now)
		require.LessOrEqual(t, len(recent), limit)
		if n := len(taken); n > limit {
			require.GreaterOrEqual(t, taken[n-1].Sub(taken[n-1-limit]), time.Hour)
		}
	}
	require.Greater(t, len(taken), 4000)
	_, full := recent.Full(now.Add(-24*time.Hour), time.Hour, 1)
	require.False(t, full, "the clock was set back")
	_, full = recent.Full(now, time.Hour, 0)
	require.False(t, full, "0 is no limit")
}
