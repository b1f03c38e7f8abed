package torture

import (
	"context"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"shortfare/smpp/smsc"
)

// number reads an environment variable of the test.
func number(t *testing.T, name string, standard int64) int64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return standard
	}
	n, err := strconv.ParseInt(text, 10, 64)
	require.NoError(t, err, name)
	return n
}

// torment is one run of the kill test.
type torment struct {
	t         *testing.T
	r         *rand.Rand
	carrier   *smsc.SMSC
	gateway   *gateway
	load      *load
	customers []*customer
	kills     []time.Time // when acknowledgements may have been lost
	soaking   bool
	stopped   time.Time // when it was asked to end
}

// D01, D12: killed at any moment, the gateway loses no acknowledged text, no
// money, no ticket and no seat.
func TestKill(t *testing.T) {
	kills := int(number(t, "SHORTFARE_KILLS", 30))
	seed := number(t, "SHORTFARE_SEED", time.Now().UnixNano()%1_000_000)
	t.Logf("SHORTFARE_SEED=%d SHORTFARE_KILLS=%d", seed, kills)
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(kills)*10*time.Second+5*time.Minute)
	defer cancel()
	w := begin(ctx, t, seed, 48, 30, 30*time.Second, "debug")
	w.load.rare = max(1, kills/30)
	require.NoError(t, w.gateway.start())
	var group errgroup.Group
	for _, c := range w.customers {
		group.Go(func() error { return c.run(ctx) })
	}
	w.killing(kills)
	w.quiesce(ctx, &group)
	w.judge()
}

// begin prepares a carrier, a gateway that does not run yet, and phones whose
// owners do nothing yet. Every train has so many seats; the gateway waits so
// long for the answer to a submit.
func begin(ctx context.Context, t *testing.T, seed int64, phones, seats int, response time.Duration, level string) *torment {
	w := &torment{t: t, r: rand.New(rand.NewPCG(uint64(seed), 0))}
	ln := listen(t)
	w.carrier = smsc.New(smsc.Config{Accounts: map[string]string{"torture": "torture"}, Window: 100, ResendAfter: 100 * time.Millisecond, EnquireLink: -1,
		RespTimeout: time.Minute, OnEvent: w.lost}) // a second delivery over a bind that lives could not be told from the customer's own repeat
	served, stopServing := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan error, 1)
	go func() { done <- w.carrier.Serve(served, ln) }()
	w.gateway = prepare(t, build(t), ln.Addr().String(), seats, time.Minute, response, level)
	t.Cleanup(func() {
		stopServing()
		require.NoError(t, <-done)
		if t.Failed() {
			t.Logf("end of the gateway's log:\n%s", w.gateway.tail())
		}
	})

	w.load = &load{carrier: w.carrier, start: time.Now().In(china), store: w.gateway.store()}
	byName := map[string]*customer{}
	for i := range phones {
		c := newCustomer(w.load, i, uint64(seed))
		w.customers = append(w.customers, c)
		byName[c.msisdn] = c
	}
	w.carrier.OnText(func(x smsc.Text) {
		if c := byName[x.To]; c != nil {
			c.inbox <- x
		}
	})
	return w
}

// lost notes that a bind of a soak is gone, and answers with it. It is called
// one at a time, and for the last time before judge.
func (w *torment) lost(e smsc.Event) {
	if w.soaking && e.Kind == smsc.Gone {
		w.kills = append(w.kills, e.At)
	}
}

// china is where the timetable's services run.
var china = time.FixedZone("CST", 8*3600)

// longRun is how many kills make a run that may end a minute later.
const longRun = 100

// killing kills and restarts, now and then before the new life has bound.
func (w *torment) killing(kills int) {
	for n := range kills {
		if kills < longRun && n == kills-2 {
			w.load.calm.Store(true) // the next life asks what became of debits: else some would take a minute
		}
		wait := 300*time.Millisecond + time.Duration(w.r.Int64N(int64(2200*time.Millisecond)))
		if w.r.IntN(6) == 0 {
			wait = time.Duration(w.r.Int64N(int64(200 * time.Millisecond)))
		}
		time.Sleep(wait)
		require.NoError(w.t, w.gateway.kill())
		w.kills = append(w.kills, time.Now()) // once it is dead: on a busy machine it goes on for a while after the decision
		require.NoError(w.t, w.gateway.start())
	}
}

// quiesce lets everything end that was begun, and then the gateway.
func (w *torment) quiesce(ctx context.Context, group *errgroup.Group) {
	t := w.t
	require.NoError(t, w.carrier.WaitBound(ctx, 1), "the last life does not bind")
	w.load.calm.Store(true)
	enough := w.load.answered.Load() + 2*int64(len(w.customers)) // it must serve as before, at whatever pace the machine has
	require.NoError(t, w.until(ctx, func() bool { return w.load.answered.Load() > enough }), "no service after the last kill")
	w.load.stop.Store(true)
	require.NoError(t, group.Wait())
	require.NoError(t, w.carrier.WaitIdle(ctx))
	w.rest(ctx)
}

// rest ends the gateway when nothing is under way. While orders wait for seats and
// holds end, something may begin just then: it lives once more to end that.
func (w *torment) rest(ctx context.Context) {
	for {
		require.NoError(w.t, w.until(ctx, func() bool { return w.open() == 0 }), "calls or replies are still open")
		w.stopped = time.Now()
		require.NoError(w.t, w.gateway.stop(ctx), "SIGTERM must end it with 0")
		if w.open() == 0 {
			return
		}
		w.t.Log("something began while the gateway ended; it goes on")
		require.NoError(w.t, w.gateway.start())
	}
}

// until waits for something that comes at the machine's pace.
func (w *torment) until(ctx context.Context, done func() bool) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// open counts what the store still has to do.
func (w *torment) open() (n int) {
	err := rows(w.gateway.store(), `SELECT (SELECT count(*) FROM attempts) + (SELECT count(*) FROM outbox WHERE state = 0)`,
		func(scan func(...any) error) error { return scan(&n) })
	if err != nil {
		return -1
	}
	return n
}

// judge reads all ledgers and holds them against each other.
func (w *torment) judge() {
	t := w.t
	l := &ledgers{wire: w.carrier.Ledger(), kills: w.kills, lossy: w.soaking, stop: w.stopped, end: time.Now()}
	var secrets, codes []string
	for _, c := range w.customers {
		l.phones = append(l.phones, c.book())
		for n := range c.typed {
			secrets = append(secrets, n)
		}
		codes = append(codes, c.codes...)
	}
	require.NoError(t, l.readStore(w.gateway.store()))
	require.NoError(t, l.readBank(w.gateway.bank()))
	require.NoError(t, l.readTerminal(w.gateway.terminal()))
	words := newReader()
	faults, sum := check(l, words)
	t.Logf("%d kills: %+v", len(w.kills), sum)
	for i, f := range faults {
		if i == 40 {
			t.Logf("... and %d more", len(faults)-i)
			break
		}
		t.Error(f)
	}
	if w.soaking { // of so many codes some stand by chance in so many octets
		codes = nil
	}
	slices.Sort(secrets)
	found, err := leaks(w.gateway.dir, slices.Compact(secrets), codes)
	require.NoError(t, err)
	require.Empty(t, found, "in clear in the data directory")
	people := w.erased()
	t.Logf("%d customers had everything deleted", people)
	if t.Failed() {
		return
	}
	require.Positive(t, people)
	require.Greater(t, sum.issued+sum.refunded, 100, "hardly anything was sold: the load does nothing")
	for what, n := range map[string]int{"refunded": sum.refunded, "refunds": sum.refunds, "changed": sum.changed, "named": sum.named} {
		require.Positive(t, n, what)
	}
	require.Positive(t, sum.other)
	if !w.soaking { // whose bank is well, and whose trains sell out late
		require.Positive(t, sum.notCharged)
		require.Positive(t, sum.joined)
		require.Positive(t, sum.matched)
		w.tamper(l, words)
	}
}

// tamper checks the checker on the real ledgers: altered rows must show. A short
// run does with some of the tamperings, others each time; TestTampering has all.
func (w *torment) tamper(l *ledgers, words *reader) {
	all := tamperings(words)
	names := slices.Sorted(maps.Keys(all))
	w.r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	if len(w.kills) < longRun {
		names = names[:40]
	}
	tried := 0
	for _, name := range names {
		c := l.clone()
		if !all[name](c, w.r) {
			w.t.Logf("nothing in this run to tamper with: %s", name)
			continue
		}
		tried++
		faults, _ := check(c, words)
		require.NotEmpty(w.t, faults, "tampering not noticed: %s", name)
	}
	w.t.Logf("%d of %d tamperings tried on these ledgers, all noticed", tried, len(all))
}
