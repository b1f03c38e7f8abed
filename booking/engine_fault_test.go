package booking

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// restart is a new process on what the old one stored.
func (r *rig) restart() *rig {
	r.store.epoch++
	n := newRig(r.t, r.store)
	n.bank, n.term = r.bank, r.term
	n.Bank, n.Terminals = r.bank, map[string]Ticketing{"t": r.term}
	return n
}

// A debit whose intent was committed and whose process died may have been
// called or not: it is asked about, never called again.
func TestDebitOfEarlierEpochIsAskedAbout(t *testing.T) {
	for name, x := range map[string]struct {
		query Outcome[Charge]
		calls []string
		tell  Tell
	}{
		"booked":     {IsDone(Charge{Amount: Money{100, "CNY"}}), []string{"query"}, TellPaid},
		"not booked": {IsRefused[Charge](ReasonNotFound), []string{"query", "reverse"}, TellNotCharged},
		"declined":   {IsRefused[Charge](ReasonDeclined), []string{"query"}, TellDeclined},
		"no answer":  {IsUnknown[Charge](nil), []string{"query", "reverse"}, TellNotCharged},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, newMemStore())
			require.NoError(t, r.text("open"))
			r.attempts()
			require.NoError(t, r.text("confirm")) // the intent is committed, the call never made
			r = r.restart()
			r.bank.query = x.query
			require.NoError(t, r.Tick(context.Background()))
			r.attempts()
			require.Equal(t, x.calls, r.bank.calls)
			require.Contains(t, r.carrier.texts(), fmt.Sprintf("tell %d", x.tell))
		})
	}
}

func TestOtherAmountIsNoAnswer(t *testing.T) {
	r := newRig(t, newMemStore())
	r.bank.debit, r.bank.query = IsDone(Charge{Amount: Money{99, "CNY"}}), IsDone(Charge{Amount: Money{99, "CNY"}})
	require.NoError(t, r.text("open"))
	r.attempts()
	require.NoError(t, r.text("confirm"))
	r.attempts()
	require.Equal(t, []string{"debit", "reverse"}, r.bank.calls)
	require.NotContains(t, r.term.calls, "issue")
}

// After an unknown Fulfil, Get comes before the next call.
func TestUnknownIssueAsksFirst(t *testing.T) {
	r := newRig(t, newMemStore())
	r.term.issue = []Outcome[Item]{IsUnknown[Item](nil)}
	r.term.get = IsDone(Item{State: ItemIssued, Places: []string{"car1 1A"}})
	require.NoError(t, r.text("open"))
	r.attempts()
	require.NoError(t, r.text("confirm"))
	r.attempts()
	require.NotContains(t, r.carrier.texts(), fmt.Sprintf("tell %d", TellPaid), "the retry waits for its back-off")
	r.clock.now = r.clock.now.Add(2 * time.Second)
	require.NoError(t, r.Tick(context.Background()))
	r.attempts()
	require.Equal(t, []string{"hold", "issue", "get"}, r.term.calls)
	require.Contains(t, r.carrier.texts(), fmt.Sprintf("tell %d", TellPaid))
}

func TestOutcomeCountsOnce(t *testing.T) {
	r := newRig(t, newMemStore())
	require.NoError(t, r.text("open"))
	a := <-r.calls.terminal
	r.Attempt(context.Background(), a)
	r.Attempt(context.Background(), a) // the same attempt made by somebody else too
	require.Equal(t, fmt.Sprintf("tell %d", TellQuote), r.carrier.texts())
	require.Equal(t, 1, len(r.carrier.got))
}

func TestSlowNoticeOnce(t *testing.T) {
	r := newRig(t, newMemStore())
	require.NoError(t, r.text("open"))
	for range 3 {
		r.clock.now = r.clock.now.Add(6 * time.Second)
		require.NoError(t, r.Tick(context.Background()))
	}
	require.Equal(t, fmt.Sprintf("tell %d", TellSlow), r.carrier.texts())
	r.attempts()
	require.Equal(t, fmt.Sprintf("tell %d, tell %d", TellSlow, TellQuote), r.carrier.texts())
}

func TestRepliesKeepTheirOrderThroughAFullQueue(t *testing.T) {
	r := newRig(t, newMemStore())
	r.carrier.room = 2
	for i := range 5 {
		require.NoError(t, r.text(fmt.Sprint(i)))
	}
	require.Equal(t, "echo 0, echo 1", r.carrier.texts())
	r.carrier.room = 4
	require.NoError(t, r.text("5"))
	require.Equal(t, "echo 0, echo 1", r.carrier.texts(), "nothing overtakes what waits in the store")
	require.NoError(t, r.Tick(context.Background()))
	r.carrier.room = 100
	require.NoError(t, r.Tick(context.Background()))
	require.NoError(t, r.text("6"))
	require.Equal(t, "echo 0, echo 1, echo 2, echo 3, echo 4, echo 5, echo 6", r.carrier.texts())
}

// One resend after an unknown submit, never a third copy.
func TestUnknownSubmitIsSentOnceMore(t *testing.T) {
	r := newRig(t, newMemStore())
	require.NoError(t, r.text("hi"))
	r.carrier.done[0](SendResult{})
	require.Equal(t, "echo hi, echo hi", r.carrier.texts())
	require.Equal(t, 1, r.carrier.got[1].Copies)
	r.carrier.done[1](SendResult{})
	require.Equal(t, 2, len(r.carrier.got))
	require.Equal(t, MTUnknown, r.store.state[r.carrier.got[0].ID])
}

func TestRestartSendsUnsettledRepliesOnceMore(t *testing.T) {
	r := newRig(t, newMemStore())
	require.NoError(t, r.text("a"))
	require.NoError(t, r.text("b"))
	r.carrier.done[1](SendResult{Verdict: Done, MessageID: "1"})
	id := r.carrier.got[0].ID
	r = r.restart()
	require.Equal(t, "echo a", r.carrier.texts())
	require.Equal(t, 1, r.carrier.got[0].Copies)
	r = r.restart()
	require.Empty(t, r.carrier.got, "two copies may be out already")
	require.Equal(t, MTUnknown, r.store.state[id])
}

func TestRestartWaitsForTheCarrier(t *testing.T) {
	r := newRig(t, newMemStore())
	require.NoError(t, r.text("a"))
	r.store.epoch++
	n := newRig(t, newMemStore())
	n.carrier.ready = errors.New("not bound")
	n.Store, n.store = r.store, r.store
	n.outbox.spilled, n.outbox.claimed, n.outbox.first = true, false, 1<<60
	require.NoError(t, n.Tick(context.Background()))
	require.Zero(t, r.store.outbox[r.carrier.got[0].ID].Copies, "no copy is counted while nothing can be sent")
	n.carrier.ready = nil
	require.NoError(t, n.Tick(context.Background()))
	require.Equal(t, "echo a", n.carrier.texts())
}

func TestPartsAreJoinedOrGivenUp(t *testing.T) {
	r := newRig(t, newMemStore())
	join := func(p []Part) (string, bool, error) {
		if len(p) < 2 {
			return "", false, nil
		}
		return string(p[0].Body) + string(p[1].Body), true, nil
	}
	hash := map[string]uint64{"x1": 0, "x2": 2, "y2": 3}
	repeated := 0
	send := func(key string, seq int, body string) {
		mo := MO{MSISDN: 8613800138001, At: r.clock.now, Session: 1, Hash: hash[key+fmt.Sprint(seq)], Source: Address{Addr: "8613800138001"}}
		r.Receive(Arrival{MO: mo, Part: &Part{Key: key, Seq: seq, Total: 2, Body: []byte(body), At: r.clock.now}, Join: join, Repeated: func() { repeated++ }},
			func(err error) { require.NoError(t, err) })
	}
	send("x", 1, "hel")
	require.Zero(t, repeated)
	send("x", 1, "hel") // delivered again
	require.Equal(t, 1, repeated)
	require.Empty(t, r.carrier.got)
	r = r.restart()
	send("x", 2, "lo")
	require.Equal(t, "echo hello", r.carrier.texts())
	require.Empty(t, r.store.parts)

	late := Arrival{MO: MO{MSISDN: 8613800138001, At: r.clock.now, Session: 2, DupFloor: r.clock.now.Add(-time.Minute)},
		Part: &Part{Key: "x", Seq: 1, Total: 2, Body: []byte("hel"), At: r.clock.now}, Join: join, Repeated: func() { repeated++ }}
	r.Receive(late, func(err error) { require.NoError(t, err) })
	require.Empty(t, r.store.parts, "a part delivered again after its text was joined")
	require.Equal(t, 2, repeated)
	require.EqualValues(t, 1, r.Stats.Repeated.Load(), "since the restart")

	send("y", 2, "lost")
	r.clock.now = r.clock.now.Add(6 * time.Minute)
	require.NoError(t, r.Tick(context.Background()))
	require.Equal(t, "echo hello, part 1 lost", r.carrier.texts())
	require.Empty(t, r.store.parts)
	require.NoError(t, r.Tick(context.Background()))
	require.Equal(t, 2, len(r.carrier.got))
}

func TestSecondDeliveryHasNoEffect(t *testing.T) {
	r := newRig(t, newMemStore())
	mo := MO{MSISDN: 8613800138001, Text: "hi", Hash: 7, Session: 1, At: r.clock.now}
	told := false // before the acknowledgement
	ack := func(err error) { require.NoError(t, err); told = false }
	r.Receive(Arrival{MO: mo, Repeated: func() { told = true }}, ack)
	again := mo
	again.Session, again.DupFloor = 2, mo.At.Add(-time.Second)
	r.Receive(Arrival{MO: again, Repeated: func() { told = true }}, func(err error) { require.NoError(t, err); require.True(t, told) })
	require.Equal(t, "echo hi", r.carrier.texts())
	require.EqualValues(t, 1, r.Stats.Repeated.Load())
	r.Receive(Arrival{MO: again, Repeated: func() { require.Fail(t, "the customer's own") }}, ack) // now it is the customer's own repeat
	require.Equal(t, "echo hi, echo hi", r.carrier.texts())
}

// A customer who went on and later says the same again is answered, although
// the bind was lost in between.
func TestOwnRepeatAfterALostBindIsAnswered(t *testing.T) {
	r := newRig(t, newMemStore())
	start := r.clock.now
	send := func(text string, hash, session uint64) {
		r.clock.now = r.clock.now.Add(3 * time.Second)
		mo := MO{MSISDN: 8613800138001, Text: text, Hash: hash, Session: session, At: r.clock.now}
		if session > 1 {
			mo.DupFloor = start
		}
		r.Receive(Arrival{MO: mo}, func(err error) { require.NoError(t, err) })
	}
	send("book", 1, 1)
	send("yes", 2, 1)
	send("yes", 2, 2) // this one may be the carrier's
	send("book", 1, 2)
	require.Equal(t, "echo book, echo yes, echo book", r.carrier.texts())
}

// The answer to a text was acknowledged on the text's own bind, so our
// acknowledgement, which left before it, arrived too: the same words on the next
// bind are the customer's.
func TestAnsweredTextIsNotDeliveredAgain(t *testing.T) {
	at := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	for _, answered := range []bool{false, true} {
		c := &Customer{}
		known := func(text int64, bind uint64) bool { return answered && text == 5 && bind == 1 }
		require.False(t, c.Repeated(&MO{ID: 5, Hash: 1, Session: 1, At: at}, known))
		again := &MO{ID: 6, Hash: 1, Session: 2, At: at.Add(time.Minute), DupFloor: at.Add(-time.Second)}
		require.Equal(t, !answered, c.Repeated(again, known))
	}
}
