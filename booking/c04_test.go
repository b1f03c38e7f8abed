package booking

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// slowStore is a store that does nothing before it is told to: step does its first job.
type slowStore struct {
	*memStore
	jobs []func()
	most int // jobs at a time
	full bool
}

func (s *slowStore) Submit(k Keys, decide func(*View) (*Changes, error), done func(*Changes, error)) error {
	if s.full {
		return ErrBusy
	}
	s.jobs = append(s.jobs, func() { must(s.memStore.Submit(k, decide, done)) })
	s.most = max(s.most, len(s.jobs))
	return nil
}

func (s *slowStore) step() bool {
	if len(s.jobs) == 0 {
		return false
	}
	job := s.jobs[0]
	s.jobs = s.jobs[1:]
	job()
	return true
}

// fairRig is an engine in front of a slow store.
type fairRig struct {
	*rig
	slow    *slowStore
	open    int
	acked   map[MSISDN]int
	refused map[MSISDN]int
	n       uint64
}

func newFairRig(t *testing.T, p Pace) *fairRig {
	r := &fairRig{rig: newRig(t, newMemStore()), acked: map[MSISDN]int{}, refused: map[MSISDN]int{}}
	r.slow = &slowStore{memStore: r.store}
	r.Store, r.Pace, r.carrier.room = r.slow, p, 1<<20
	return r
}

// says sends a text; done must be called once.
func (r *fairRig) says(m MSISDN, text string) {
	r.n++
	r.open++
	ended := false
	r.Receive(Arrival{MO: MO{MSISDN: m, Text: text, Hash: r.n, At: r.clock.now}}, func(err error) {
		require.False(r.t, ended, "done was called twice")
		ended = true
		r.open--
		if err != nil {
			r.refused[m]++
		} else {
			r.acked[m]++
		}
	})
}

// ahead counts the texts that the store does before one of that phone.
func (r *fairRig) ahead(m MSISDN) int {
	for n := 0; ; n++ {
		was := r.acked[m]
		require.True(r.t, r.slow.step(), "its text is not there")
		if r.acked[m] > was {
			return n
		}
	}
}

func (r *fairRig) drain() {
	for r.slow.step() {
		continue
	}
	require.Zero(r.t, r.open, "texts without an outcome")
	require.True(r.t, r.fair.idle())
	require.Zero(r.t, r.fair.stored)
	require.Zero(r.t, r.fair.late)
	require.False(r.t, r.fair.pumping)
}

// number is the i-th number of a prefix.
func number(prefix, i int) MSISDN { return MSISDN(8613800000000 + prefix*10_000 + i) }

// TestC04OneNumber: whatever one phone sends, one text of it is before that of another.
func TestC04OneNumber(t *testing.T) {
	for _, p := range []Pace{{}, {PerSecond: 1, Burst: 5}} {
		r := newFairRig(t, p)
		for range 5000 {
			r.says(number(1, 1), "Q")
		}
		r.says(number(2, 1), "BOOK")
		require.Equal(t, 1, r.ahead(number(2, 1)))
		r.drain()
		require.Equal(t, mostOwn, r.acked[number(1, 1)])
		require.Equal(t, 5000-mostOwn, r.refused[number(1, 1)], "the carrier keeps them")
		require.EqualValues(t, 5000-mostOwn, r.Stats.Paced.Load())
		require.Zero(t, r.refused[number(2, 1)])
	}
}

// TestC04OnePrefix: ten thousand phones of a prefix are before the text of another by what
// the store works on, and by one more.
func TestC04OnePrefix(t *testing.T) {
	r := newFairRig(t, Pace{PerSecond: 1, Burst: 5})
	for i := range mostOpen - 1 {
		r.says(number(1, i), "Q")
	}
	require.Len(t, r.slow.jobs, mostStored)
	r.says(number(2, 1), "BOOK")
	require.LessOrEqual(t, r.ahead(number(2, 1)), mostStored+1)
	for range 20 { // a conversation among them
		r.clock.now = r.clock.now.Add(time.Second)
		r.says(number(2, 1), "Q")
		require.LessOrEqual(t, r.ahead(number(2, 1)), mostStored+1)
	}
	r.drain()
	require.Equal(t, mostStored, r.slow.most)
}

// TestC04ManyNumbers: phones of many prefixes are served in turn, and so are two phones
// of one; how many texts each has waiting makes no difference.
func TestC04ManyNumbers(t *testing.T) {
	r := newFairRig(t, Pace{})
	const prefixes, phones, texts = 20, 30, 10
	for range texts {
		for p := range prefixes {
			for i := range phones {
				r.says(number(p, i), "Q")
			}
		}
	}
	r.says(number(99, 1), "BOOK")
	require.LessOrEqual(t, r.ahead(number(99, 1)), mostStored+prefixes+1)
	r.says(number(3, 99), "BOOK") // behind the others of its prefix once
	require.LessOrEqual(t, r.ahead(number(3, 99)), mostStored+prefixes*(phones+1))
	r.drain()
}

// TestC04Late: a text beyond the pace of its phone goes behind all others, but is not
// kept waiting for ever, and is done at once when nobody else waits.
func TestC04Late(t *testing.T) {
	r := newFairRig(t, Pace{PerSecond: 1, Burst: 2})
	crowd := func(n int) {
		for i := range n {
			r.says(number(10+i/100, i%100), "Q")
		}
	}
	fast := number(1, 1)
	for range 2 {
		r.says(fast, "Q")
		r.drain()
	}
	r.says(fast, "Q") // nobody waits
	require.Zero(t, r.ahead(fast))
	crowd(mostStored + 100)
	r.says(fast, "Q")
	r.says(number(2, 1), "Q")
	require.LessOrEqual(t, r.ahead(number(2, 1)), mostStored+10)
	require.Equal(t, 3, r.acked[fast], "it was overtaken")
	r.drain()
	require.Equal(t, 4, r.acked[fast])

	r.clock.now = r.clock.now.Add(time.Hour)
	crowd(mostStored + 1000)
	for range 3 {
		r.says(fast, "Q") // two within its pace, one beyond
	}
	r.ahead(fast)
	r.ahead(fast)
	require.LessOrEqual(t, r.ahead(fast), mostStored+lateTurn)
	r.drain()
	require.Zero(t, r.Stats.Paced.Load())
}

// TestC04Silence: of who gets no answers one text beyond his pace is under way at a time,
// so that his texts take one place of his carrier's window, however many they are.
func TestC04Silence(t *testing.T) {
	r := newFairRig(t, Pace{PerSecond: 1, Burst: 5})
	until := r.clock.now.Add(5 * time.Minute)
	r.Decider = silencing{until: until}
	fast := number(1, 1)
	r.says(fast, "Q")
	r.drain()
	require.EqualValues(t, 1, r.Stats.Floods.Load())
	const seconds = 60
	for range seconds {
		r.clock.now = r.clock.now.Add(time.Second)
		for range 100 {
			r.says(fast, "Q")
		}
		r.drain()
	}
	require.InDelta(t, 1+5+seconds, r.acked[fast], 1)
	require.Equal(t, r.acked[fast], len(r.store.texts))
	require.EqualValues(t, 1, r.Stats.Floods.Load(), "he is told once")
	require.Len(t, r.carrier.got, 1)

	was := r.acked[fast] // codes have a pace of their own
	for range 20 {
		r.says(fast, "Q")
		r.says(fast, "Y 123456")
	}
	r.drain()
	require.Equal(t, was+1+5, r.acked[fast])

	was = r.acked[fast]
	for range 20 { // one after another they do no harm
		r.says(fast, "Q")
		r.drain()
	}
	require.Equal(t, was+20, r.acked[fast])
	was, r.clock.now = was+20, until
	for range 20 {
		r.says(fast, "Q")
	}
	r.drain()
	require.Equal(t, was+20, r.acked[fast], "it is over")
}

// silencing answers one text with a notice, and no other.
type silencing struct {
	scripted
	until time.Time
}

func (d silencing) Decide(v *View, in Input, env Env) (*Changes, error) {
	c := &Changes{Customer: v.Customer, Texts: []MO{in.Text.MO}, Silent: d.until}
	if v.Customer.New {
		c.Noticed = true
		c.Replies = []MT{{ID: v.NewID(), MSISDN: v.Customer.MSISDN, Text: "pause", Cause: in.Text.MO.ID}}
	}
	return c, nil
}

// TestC04CodeIsTaken: the confirmation of a quote is taken when a phone's own queue is
// full of other texts, and keeps its place in it.
func TestC04CodeIsTaken(t *testing.T) {
	r := newFairRig(t, Pace{PerSecond: 1, Burst: 5})
	fast := number(1, 1)
	for range 100 {
		r.says(fast, "Q")
	}
	require.Equal(t, 100-mostOwn, r.refused[fast])
	r.says(fast, "Y 730214")
	require.Equal(t, 100-mostOwn, r.refused[fast])
	r.drain()
	texts := r.store.texts
	require.Len(t, texts, mostOwn+1)
	require.Equal(t, "Y 730214", texts[mostOwn].Text)
	for range mostOwn {
		r.says(fast, "Q")
	}
	for range 10 {
		r.says(fast, "Y 730214")
	}
	r.drain()
	require.Equal(t, mostOwn+1+mostOwn+mostCodes, r.acked[fast], "so many and no more")
}

// TestC04PrefixBudget: what the numbers of a prefix can make us send in any time is the
// texts taken of them, and that is bounded whatever their number; other prefixes are
// not touched. When nobody else texts there is nobody to keep it from.
func TestC04PrefixBudget(t *testing.T) {
	r := newFairRig(t, Pace{PerSecond: 1, Burst: 5, PerPrefix: 10})
	for i := range 1000 {
		r.says(number(1, i), "Q")
	}
	r.drain()
	require.Zero(t, r.Stats.Paced.Load())
	r.says(number(2, 1), "Q")
	r.drain()
	r.says(number(1, 1000), "Q")
	require.EqualValues(t, 1, r.Stats.Paced.Load(), "at once")

	r = newFairRig(t, Pace{PerSecond: 1, Burst: 5, PerPrefix: 10})
	r.says(number(2, 1), "Q")
	r.drain()
	const seconds = 30
	for range seconds {
		r.clock.now = r.clock.now.Add(time.Second)
		for i := range 1000 {
			r.says(number(1, i), "Q")
			r.slow.step()
		}
		r.says(number(2, 1), "Q")
		r.drain()
	}
	require.Equal(t, 1+seconds, r.acked[number(2, 1)])
	require.InDelta(t, 10*seconds+10*burstOfPrefix, len(r.carrier.got)-seconds-1, 10)
}

// TestC04Order: texts of a phone are done in the order they came, each once, whoever
// else sends and however the store stutters. What is remembered of phones is bounded.
func TestC04Order(t *testing.T) {
	for seed := range 20 {
		rng := rand.New(rand.NewPCG(uint64(seed), 4))
		r := newFairRig(t, Pace{PerSecond: rng.IntN(3), Burst: 1 + rng.IntN(5), PerPrefix: rng.IntN(2) * 500})
		taken := map[MSISDN][]string{}
		n := 0
		for range 3000 {
			switch rng.IntN(8) {
			case 0, 1, 2:
				for range rng.IntN(20) {
					r.slow.step()
				}
			case 3:
				r.clock.now = r.clock.now.Add(time.Duration(rng.IntN(300)) * time.Millisecond)
			case 4:
				if r.slow.full = rng.IntN(10) == 0; r.slow.full {
					continue
				}
			default:
				for range rng.IntN(4) {
					m := number(rng.IntN(4), rng.IntN(1+rng.IntN(100)))
					was := r.refused[m]
					n++
					text := fmt.Sprint("T", n)
					r.says(m, text)
					if r.refused[m] == was {
						taken[m] = append(taken[m], text)
					}
				}
			}
			require.LessOrEqual(t, len(r.slow.jobs), mostStored)
		}
		r.slow.full = false
		r.drain()
		stored := map[MSISDN][]string{}
		for _, mo := range r.store.texts {
			stored[mo.MSISDN] = append(stored[mo.MSISDN], mo.Text)
		}
		for m, list := range stored {
			require.Subset(t, taken[m], list)
			for i := 1; i < len(list); i++ {
				require.Less(t, numberOf(list[i-1]), numberOf(list[i]), "seed %d", seed)
			}
			require.Equal(t, r.acked[m], len(list))
		}
	}
}

func numberOf(text string) (n int) {
	_, err := fmt.Sscanf(text, "T%d", &n)
	must(err)
	return n
}

// TestC04Forgets: phones that have not texted for a while cost no memory, and those in
// silence or with texts under way are remembered.
func TestC04Forgets(t *testing.T) {
	r := newFairRig(t, Pace{PerSecond: 1, Burst: 5})
	quiet := number(7, 7)
	r.Decider = silencing{until: r.clock.now.Add(time.Hour)}
	r.says(quiet, "Q")
	r.drain()
	r.Decider = scripted{}
	waits := number(8, 8)
	r.says(waits, "Q")
	r.clock.now = r.clock.now.Add(time.Minute)
	for i := range 20_000 {
		r.says(number(i/100, i%100), "Q")
		for len(r.slow.jobs) > 1 {
			r.slow.jobs[1]()
			r.slow.jobs = r.slow.jobs[:1]
		}
		r.clock.now = r.clock.now.Add(10 * time.Millisecond)
	}
	require.Less(t, len(r.fair.senders), 600)
	require.Less(t, len(r.fair.prefixes), 20)
	require.Contains(t, r.fair.senders, quiet)
	require.Contains(t, r.fair.senders, waits)
	r.drain()
}

// A store that fails has every text that waits refused.
func TestC04StoreDown(t *testing.T) {
	r := newFairRig(t, Pace{})
	for i := range 1000 {
		r.says(number(1, i), "Q")
	}
	r.slow.full = true
	r.slow.step()
	require.Equal(t, mostStored-1, r.open, "those that waited got their answer")
	require.EqualValues(t, 1000-mostStored, r.Stats.Refused.Load())
	r.slow.full = false
	r.drain()
}

// A clock that is set back keeps nobody from texting.
func TestC04ClockSetBack(t *testing.T) {
	var b bucket
	now := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC).UnixNano()
	for range 5 {
		require.True(t, b.has(now, 1, 5))
		b.take(now, 1, 5)
	}
	require.False(t, b.has(now, 1, 5))
	require.True(t, b.has(now+int64(time.Second), 1, 5))
	require.True(t, b.has(now-int64(time.Hour), 1, 5))
}

func TestDrainWaitsForTexts(t *testing.T) {
	r := newFairRig(t, Pace{})
	r.says(number(1, 1), "Q")
	require.False(t, r.Idle())
	var refused error
	r.refuses.Store(true)
	r.Receive(Arrival{MO: MO{MSISDN: number(1, 2)}}, func(err error) { refused = err })
	require.ErrorIs(t, refused, ErrBusy)
	r.slow.step()
	for _, done := range r.carrier.done {
		done(SendResult{Verdict: Done})
	}
	for r.slow.step() {
		continue
	}
	require.True(t, r.Idle())
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("not waited for"))
	r.Drain(ctx)
	require.Zero(t, r.open)
}
