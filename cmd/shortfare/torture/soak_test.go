package torture

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"shortfare/smpp/pdu"
)

const (
	soakRate   = 500  // texts a second
	soakPhones = 1000 // enough of them for that rate, though some wait for long
	soakSeats  = 3000
)

// TestSoak runs the real program for SHORTFARE_SOAK at 500 texts a second with a carrier that is at fault for about a
// hundredth of the time in each of these ways: answers late, connection stalled,
// everything throttled, all queues full, connection cut, answer forgotten and
// connection cut, cut right after a text, and binds refused. At its end all
// ledgers agree as they do after kills, and the program's memory has not grown.
//
// Left out are:
//   - a second delivery in the same session of what was acknowledged there, which
//     SMPP cannot tell from a customer who texts the same again;
//   - answers withheld from single messages while the bind lives: the second copy
//     comes so late that these customers take it for the answer to another text;
//   - throttling of single messages, evenly spread: the link takes it for a sign
//     of its own rate and slows down to a few texts a second.
func TestSoak(t *testing.T) {
	text := os.Getenv("SHORTFARE_SOAK")
	if text == "" {
		t.Skip("how long to soak is not said: make soak, or SHORTFARE_SOAK=30s")
	}
	length, err := time.ParseDuration(text)
	require.NoError(t, err, "SHORTFARE_SOAK")
	seed := number(t, "SHORTFARE_SEED", time.Now().UnixNano()%1_000_000)
	t.Logf("SHORTFARE_SEED=%d SHORTFARE_SOAK=%v", seed, length)
	ctx, cancel := context.WithTimeout(t.Context(), length+5*time.Minute)
	defer cancel()
	w := begin(ctx, t, seed, soakPhones, soakSeats, "warn")
	w.soaking = true
	w.load.calm.Store(true)
	w.load.pace = make(chan struct{})
	paced, stopPace := context.WithCancel(ctx)
	defer stopPace()
	go w.load.feed(paced, soakRate)
	require.NoError(t, w.gateway.start())
	bound, cancelBound := context.WithTimeout(ctx, 20*time.Second)
	defer cancelBound()
	require.NoError(t, w.carrier.WaitBound(bound, 1))
	var group errgroup.Group
	for _, c := range w.customers {
		group.Go(func() error {
			if err := w.load.wait(ctx, c.r); err != nil {
				return err
			}
			return c.run(ctx)
		})
	}
	begun, before := time.Now(), w.load.answered.Load()
	memory := w.soak(length)
	took, answered := time.Since(begun), w.load.answered.Load()-before
	w.carrier.Heal()
	w.quiesce(ctx, &group)
	stopPace()
	w.judge()
	rate := float64(answered) / took.Seconds()
	third := len(memory) / 3
	middle, end := median(memory[third:2*third]), median(memory[2*third:])
	t.Logf("%d texts answered, %.0f/s; %.0f MB, at the end %.0f MB", answered, rate, middle, end)
	require.Greater(t, rate, 0.7*soakRate)
	require.Less(t, end, 1.15*middle+8, "memory grows: %.0f", memory)
}

// feed lets so many texts go in a second, evenly spread; nobody makes up for
// what was not wanted.
func (l *load) feed(ctx context.Context, rate int) {
	const tick = 10 * time.Millisecond
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		for range rate * int(tick) / int(time.Second) {
			select {
			case l.pace <- struct{}{}:
			default:
			}
		}
	}
}

// soak switches faults on and off, and returns the program's memory in MB,
// second by second.
func (w *torment) soak(length time.Duration) (memory []float64) {
	c := w.carrier
	counts := map[string]int{}
	note := func(fault string) { counts[fault]++ }
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for n, begun := 1, time.Now(); time.Since(begun) < length; n++ {
		<-tick.C
		switch n % 10 { // each once a second
		case 5:
			c.DelayResp(time.Duration(w.r.Int64N(int64(2 * time.Second))))
			time.Sleep(10 * time.Millisecond)
			c.DelayResp(0)
			note("late")
		case 9:
			c.Stall(true)
			time.Sleep(10 * time.Millisecond)
			c.Stall(false)
			note("stalled")
		}
		switch n % 200 { // limits, in force for 200 ms of 20 s
		case 15:
			c.RefuseSubmits(pdu.ESME_RTHROTTLED, -1)
			note("throttled")
		case 115:
			c.RefuseSubmits(pdu.ESME_RMSGQFUL, -1)
			note("queue full")
		case 17, 117:
			c.RefuseSubmits(pdu.ESME_ROK, 0)
		}
		switch n % 200 { // the connection, and with it everything in flight
		case 40:
			c.Drop()
			note("dropped")
		case 90:
			c.DropBeforeAck(1 + w.r.IntN(20))
			note("answer forgotten")
		case 140:
			c.DropAfterSend(1+w.r.IntN(20), time.Duration(w.r.Int64N(int64(20*time.Millisecond))))
			note("dropped under way")
		case 190:
			c.RefuseBinds(pdu.ESME_RBINDFAIL)
			c.Drop()
			time.Sleep(200 * time.Millisecond)
			c.RefuseBinds(pdu.ESME_ROK)
			note("bind refused")
		}
		if n%10 == 0 {
			memory = append(memory, rss(w.t, w.gateway))
		}
	}
	var said []string
	for fault, n := range counts {
		said = append(said, fmt.Sprint(fault, " ", n))
	}
	slices.Sort(said)
	w.t.Log("faults: ", strings.Join(said, ", "))
	return memory
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
