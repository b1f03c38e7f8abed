package link

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/smpp/pdu"
	"shortfare/smpp/smsc"
)

// echo is a store of its own: it takes its time, in order for each phone, is
// down now and then, and answers every text it has not seen before.
type echo struct {
	t    *testing.T
	rnd  *rand.Rand
	link *Link

	mu      sync.Mutex
	seen    map[uint64]booking.MO // durable, by hash; all texts differ
	parts   map[string][]booking.Part
	free    map[booking.MSISDN]time.Time // when what is before is stored
	repeats int
	replies map[int64]*reply
}

type reply struct {
	m       booking.MT
	results []booking.SendResult
}

func (e *echo) Receive(a booking.Arrival, done func(error)) {
	e.mu.Lock()
	at, down := time.Now(), e.rnd.IntN(20) == 0
	if f := e.free[a.MO.MSISDN]; f.After(at) {
		at = f
	}
	at = at.Add(time.Duration(1+e.rnd.IntN(3000)) * time.Millisecond)
	e.free[a.MO.MSISDN] = at
	e.mu.Unlock()
	time.AfterFunc(time.Until(at), func() {
		if down {
			done(errDown)
			return
		}
		e.store(a)
		done(nil)
	})
}

func (e *echo) Receipt(booking.Receipt, func(error)) { e.t.Error("no receipt was asked for") }

// store makes a text durable. One that comes again has to say that it may.
func (e *echo) store(a booking.Arrival) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if first, again := e.seen[a.MO.Hash]; again {
		e.repeats++
		if f := a.MO.DupFloor; f.IsZero() || first.At.Before(f) || first.Session >= a.MO.Session {
			e.t.Errorf("second delivery of %v at %v, session %d: floor %v, first %v, session %d", a.MO.Hash, a.MO.At, a.MO.Session, f, first.At, first.Session)
		}
		return
	}
	e.seen[a.MO.Hash] = a.MO
	if a.Part != nil {
		e.parts[a.Part.Key] = append(e.parts[a.Part.Key], *a.Part)
		text, complete, err := a.Join(e.parts[a.Part.Key])
		if err != nil {
			e.t.Error(err)
		}
		if !complete {
			return
		}
		delete(e.parts, a.Part.Key)
		a.MO.Text = text
	}
	r := &reply{m: mt(int64(len(e.replies)+1), a.MO.MSISDN, fmt.Sprintf("%05d %s", len(e.replies)+1, a.MO.Text))}
	e.replies[r.m.ID] = r
	if !e.link.Send(r.m, func(res booking.SendResult) {
		e.mu.Lock()
		defer e.mu.Unlock()
		r.results = append(r.results, res)
	}) {
		e.t.Error("queue is full")
	}
}

func (e *echo) settled() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range e.replies {
		if len(r.results) == 0 {
			return false
		}
	}
	return true
}

// A carrier with every fault at random: each text it believes acknowledged is
// stored; a second delivery is recognisable; each reply has one result; those
// that are done were shown once; and each phone sees its replies in order.
func TestS04S05S18RandomFaults(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { randomFaults(t, rand.New(rand.NewPCG(seed, 4))) })
		})
	}
}

func randomFaults(t *testing.T, rnd *rand.Rand) {
	ctx, cancel := context.WithCancel(t.Context())
	carrier := smsc.New(smsc.Config{Window: 20, Accounts: map[string]string{"esme": "secret"}})
	var serving sync.WaitGroup
	dial := func(context.Context) (net.Conn, error) {
		ours, theirs := net.Pipe()
		serving.Go(func() { carrier.ServeConn(ctx, theirs) })
		return ours, nil
	}
	e := &echo{t: t, rnd: rand.New(rand.NewPCG(rnd.Uint64(), 5)), seen: map[uint64]booking.MO{}, free: map[booking.MSISDN]time.Time{}, parts: map[string][]booking.Part{}, replies: map[int64]*reply{}}
	e.link = New(Config{Name: "north", SystemID: "esme", Password: "secret", Dial: dial, Window: 8}, e, nil)
	ended := make(chan error, 1)
	linkCtx, stop := context.WithCancel(ctx)
	go func() { ended <- e.link.Run(linkCtx) }()
	texts := 0
	for range 80 {
		for range rnd.IntN(8) {
			texts++
			text := fmt.Sprint("text ", texts)
			if rnd.IntN(5) == 0 {
				text += strings.Repeat(" and so on", 20)
			}
			_, err := carrier.Inject((phone + booking.MSISDN(rnd.IntN(6))).String(), code, text, smsc.MOOptions{})
			require.NoError(t, err)
		}
		disturb(carrier, rnd)
		time.Sleep(time.Duration(rnd.IntN(15_000)) * time.Millisecond)
	}
	carrier.Heal()
	for carrier.Pending() > 0 || !e.settled() {
		time.Sleep(time.Second)
	}
	stop()
	require.NoError(t, <-ended)
	cancel()
	serving.Wait()
	judge(t, carrier, e, texts)
}

// disturb switches a fault on, and mostly others off.
func disturb(c *smsc.SMSC, rnd *rand.Rand) {
	if rnd.IntN(3) > 0 {
		c.Heal()
	}
	switch rnd.IntN(9) {
	case 0:
		c.Drop()
	case 1:
		c.DropBeforeAck(1 + rnd.IntN(4))
	case 2:
		c.DropAfterSend(1+rnd.IntN(4), time.Duration(rnd.IntN(2000))*time.Millisecond)
	case 3:
		c.Throttle(rnd.Float64())
	case 4:
		c.WithholdResp(true)
	case 5:
		c.DelayResp(time.Duration(rnd.IntN(5000)) * time.Millisecond)
	case 6:
		c.RefuseBinds(pdu.ESME_RBINDFAIL)
	case 7:
		c.RefuseSubmits(pdu.ESME_RSYSERR, 1+rnd.IntN(3))
	}
}

func judge(t *testing.T, carrier *smsc.SMSC, e *echo, texts int) {
	ledger := carrier.Ledger()
	require.Len(t, ledger.MOs, texts)
	require.Empty(t, e.parts)
	require.Len(t, e.replies, texts, "every text has one reply")
	shown := map[string]int{}
	last := map[string]string{}
	for _, x := range ledger.Texts {
		shown[x.Text]++
		require.Less(t, last[x.To], x.Text, "order of a phone")
		last[x.To] = x.Text
	}
	unknown := 0
	for _, r := range e.replies {
		require.Len(t, r.results, 1)
		require.LessOrEqual(t, shown[r.m.Text], 1)
		switch r.results[0].Verdict {
		case booking.Done:
			require.Equal(t, 1, shown[r.m.Text])
		case booking.Unknown:
			require.False(t, r.results[0].NotSent)
			unknown++
		default:
			t.Errorf("refused: %v", r.results[0])
		}
	}
	require.Positive(t, e.repeats, "the faults did nothing")
	require.Positive(t, unknown, "the faults did nothing")
	require.EqualValues(t, texts-unknown, e.link.Stats().Sent)
}
