package link

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// drive offers `offered` texts a second for a minute to a carrier that throttles
// as it says, and returns how many it took in the last ten seconds, per second.
func drive(offered int, throttles func(n int, now time.Time) bool) float64 {
	p := &pacer{}
	start := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	taken, n := 0, 0
	for tick := range 60 * offered {
		now := start.Add(time.Duration(tick) * time.Second / time.Duration(offered))
		p.refill(now)
		if !p.may() {
			continue
		}
		p.sent(now)
		n++
		if throttles(n, now) {
			p.throttled(booking.MSISDN(n), false, now)
		} else if now.Sub(start) >= 50*time.Second {
			taken++
		}
	}
	return float64(taken) / 10
}

// A few refusals, evenly spread, are no sign of our rate: the bind keeps it.
func TestS05EvenThrottlingDoesNotStarveTheBind(t *testing.T) {
	require.Greater(t, drive(500, func(n int, _ time.Time) bool { return n%100 == 0 }), 480.0)
}

// A carrier that takes 100 a second gets nearly that and no flood.
func TestS05TheRateFollowsTheCarrier(t *testing.T) {
	var second int64
	count, refused, all := 0, 0, 0
	rate := drive(500, func(_ int, now time.Time) bool {
		if s := now.Unix(); s != second {
			second, count = s, 0
		}
		count++
		all++
		if count > 100 {
			refused++
			return true
		}
		return false
	})
	t.Logf("%.0f taken a second, %d of %d refused", rate, refused, all)
	require.Greater(t, rate, 60.0)
	require.Less(t, float64(refused)/float64(all), 0.4, "unlimited, four of five would be refused")
}
