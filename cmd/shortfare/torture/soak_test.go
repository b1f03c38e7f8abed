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
	"shortfare/smpp/smsc"
)

const (
	soakRate   = 500  // texts a second
	soakPhones = 4000 // enough of them for that rate, though some wait for long
	soakFew    = 1000 // for a short run, which would do little else than register so many
	soakOpen   = 400  // texts without an answer at a time: a busy machine answers fewer, not later
	soakSeats  = 700  // so that the trains that everybody wants sell out

	soakResponse = 8 * time.Second // after which a submit without an answer gets its second copy
)

// TestSoak runs the real program at 500 texts a second, or what the machine
// can, for half a minute or SHORTFARE_SOAK, with a carrier that is at fault in
// all these ways:
//   - for a hundredth of what it does: answers late, withheld, given twice, and
//     generic_nack; single texts throttled; receipts twice and odd;
//   - for a hundredth of the time: everything stalled, all texts throttled, all
//     queues full, sequence numbers that collide;
//   - in turn, each once a minute, or in 20 s when it is short: connection cut,
//     answer forgotten and connection cut, cut right after a text, half open,
//     garbage, and binds refused.
//
// At its end all ledgers agree as they do after kills, and the program holds no
// more memory than in the middle. How fast that went is told and not judged: a
// machine that does something else besides is no fault of the program.
//
// Left out are a second delivery in the same session of what was acknowledged
// there, which SMPP cannot tell from a customer who texts the same again, and a
// submit_sm_resp without a message id, to which no receipt can be joined.
func TestSoak(t *testing.T) {
	length := 30 * time.Second
	if text := os.Getenv("SHORTFARE_SOAK"); text != "" {
		var err error
		length, err = time.ParseDuration(text)
		require.NoError(t, err, "SHORTFARE_SOAK")
	}
	seed := number(t, "SHORTFARE_SEED", time.Now().UnixNano()%1_000_000)
	t.Logf("SHORTFARE_SEED=%d SHORTFARE_SOAK=%v", seed, length)
	ctx, cancel := context.WithTimeout(t.Context(), length+10*time.Minute) // something hangs
	defer cancel()
	phones := soakPhones
	if length < time.Minute {
		phones = soakFew
	}
	w := begin(ctx, t, seed, phones, soakSeats, soakResponse, "info")
	w.soaking = true
	w.load.calm.Store(true)
	w.load.pace, w.load.slots = make(chan struct{}), make(chan struct{}, soakOpen)
	paced, stopPace := context.WithCancel(ctx)
	defer stopPace()
	go w.load.feed(paced, soakRate)
	require.NoError(t, w.gateway.start())
	require.NoError(t, w.carrier.WaitBound(ctx, 1))
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
	used := w.soak(ctx, length)
	took, answered := time.Since(begun), w.load.answered.Load()-before
	resident := rss(w.gateway)
	w.carrier.Heal()
	w.quiesce(ctx, &group)
	stopPace()
	w.judge()
	t.Logf("%d texts answered, %.0f/s of %d/s; resident %.0f MB", answered, float64(answered)/took.Seconds(), soakRate, resident)
	flat(t, used)
}

// flat fails when the program holds more at the end than in the middle.
func flat(t *testing.T, used []usage) {
	third := len(used) / 3
	middle, end := used[third:2*third], used[2*third:]
	for what, pick := range map[string]func(usage) float64{
		"MB of live heap": func(u usage) float64 { return u.heap },
		"goroutines":      func(u usage) float64 { return u.goroutines },
	} {
		m, e := median(middle, pick), median(end, pick)
		t.Logf("%.0f %s, at the end %.0f", m, what, e)
		require.Less(t, e, 1.15*m+4, "%s grow: %v", what, used)
	}
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

// soak switches faults on and off, and returns what the program used, second by
// second.
func (w *torment) soak(ctx context.Context, length time.Duration) (used []usage) {
	addr, err := w.gateway.address()
	require.NoError(w.t, err)
	one := smsc.Share(0.01)
	w.carrier.LateResp(time.Second, one)
	w.carrier.Withhold(one)
	w.carrier.Spoil(smsc.SpoiledTwice, one)
	w.carrier.Spoil(smsc.SpoiledNack, one)
	w.carrier.Throttle(0.01)
	w.carrier.SetReceipts(smsc.Receipts{Twice: one, Odd: one})
	counts := map[string]int{}
	cycle := 600 // a minute
	if length < time.Minute {
		cycle = 200 // or nothing would happen
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for n, begun := 1, time.Now(); time.Since(begun) < length; n++ {
		<-tick.C
		if fault := w.trouble(n, cycle); fault != "" {
			counts[fault]++
		}
		if n%10 == 0 {
			u, err := w.gateway.usage(ctx, addr)
			require.NoError(w.t, err)
			used = append(used, u)
		}
	}
	var said []string
	for fault, n := range counts {
		said = append(said, fmt.Sprint(fault, " ", n))
	}
	slices.Sort(said)
	w.t.Log("faults: ", strings.Join(said, ", "))
	return used
}

// trouble is the fault of the n-th tenth of a second; most have none. Those of
// limits and of connections come once in every cycle.
func (w *torment) trouble(n, cycle int) string {
	c := w.carrier
	const moment = 10 * time.Millisecond // a hundredth of what passes until the next time
	switch n % 10 {
	case 3:
		c.Collide(true)
		time.Sleep(moment)
		c.Collide(false)
		return "colliding"
	case 9:
		c.Stall(true)
		time.Sleep(moment)
		c.Stall(false)
		return "stalled"
	}
	n %= cycle
	switch n { // limits
	case cycle / 12:
		c.RefuseSubmits(pdu.ESME_RTHROTTLED, -1)
		return "throttled"
	case 7 * cycle / 12:
		c.RefuseSubmits(pdu.ESME_RMSGQFUL, -1)
		return "queue full"
	case cycle/12 + cycle/100, 7*cycle/12 + cycle/100:
		c.RefuseSubmits(pdu.ESME_ROK, 0)
	}
	switch n { // the connection, and with it everything in flight; it takes the link half a second to come back
	case cycle / 7:
		c.DropBeforeAck(1 + w.r.IntN(20))
		return "answer forgotten"
	case 2 * cycle / 7:
		c.Drop()
		return "dropped"
	case 3 * cycle / 7:
		c.DropAfterSend(1+w.r.IntN(20), time.Duration(w.r.Int64N(int64(20*time.Millisecond))))
		return "dropped under way"
	case 4 * cycle / 7:
		c.Raw([]byte{0xFF, 0xA6, 0x4D, 0xF4, 0x9B, 0x42, 0xE9, 0x90})
		return "garbage"
	case 5 * cycle / 7:
		c.HalfOpen(true)
		time.Sleep(moment)
		c.HalfOpen(false)
		return "half open"
	case 6 * cycle / 7:
		c.RefuseBinds(pdu.ESME_RBINDFAIL)
		c.Drop()
		time.Sleep(200 * time.Millisecond)
		c.RefuseBinds(pdu.ESME_ROK)
		return "bind refused"
	}
	return ""
}
