package booking

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What the simulation of cmd/shortfare/simulation has found, each by itself.

// part delivers one part of a long text of two.
func (r *rig) part(key string, seq int) {
	r.t.Helper()
	mo := MO{MSISDN: 8613800138001, At: r.clock.now, Session: 1, Hash: uint64(len(key)*10 + seq), Source: Address{Addr: "8613800138001"}}
	join := func(p []Part) (string, bool, error) { return "joined", len(p) == 2, nil }
	r.Receive(Arrival{MO: mo, Part: &Part{Key: key, Seq: seq, Total: 2, Body: []byte("x"), At: r.clock.now}, Join: join},
		func(err error) { require.NoError(r.t, err) })
}

func TestTextBetweenPartsKeepsTheirDeadline(t *testing.T) {
	r := newRig(t, newMemStore())
	r.part("a", 1)
	require.NoError(t, r.text("whole"))
	r.clock.now = r.clock.now.Add(6 * time.Minute)
	require.NoError(t, r.Tick(context.Background()))
	require.Equal(t, "echo whole, part 2 lost", r.carrier.texts())
	require.Empty(t, r.store.parts)
}

func TestLongTextPushedOutIsTold(t *testing.T) {
	r := newRig(t, newMemStore())
	for i := range MaxJoining {
		r.part(fmt.Sprintf("%0*d", i+1, i), 2)
	}
	require.Empty(t, r.carrier.texts())
	r.part("one too many", 1)
	require.Equal(t, "part 1 lost", r.carrier.texts())
	require.Len(t, r.store.parts, MaxJoining)
}

// A store that is down when results come loses none of them.
func TestResultsWaitForTheStore(t *testing.T) {
	r := newRig(t, newMemStore())
	require.NoError(t, r.text("a"))
	require.NoError(t, r.text("b"))
	r.store.fail = ErrStoreDown
	r.carrier.done[0](SendResult{Verdict: Done, MessageID: "1"})
	r.carrier.done[1](SendResult{})
	require.Equal(t, "echo a, echo b", r.carrier.texts(), "a second copy leaves after its claim only")
	require.NoError(t, r.Tick(context.Background()))
	r.store.fail = nil
	require.NoError(t, r.Tick(context.Background()))
	require.Equal(t, MTSent, r.store.state[r.carrier.got[0].ID])
	require.Equal(t, "echo a, echo b, echo b", r.carrier.texts())
	require.Equal(t, 1, r.store.outbox[r.carrier.got[1].ID].Copies)
	require.Equal(t, 1, r.carrier.got[2].Copies)
}

// The acknowledgement of a second delivery can be lost as well.
func TestThirdDeliveryHasNoEffect(t *testing.T) {
	var c Customer
	at := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	require.False(t, c.Repeated(&MO{Hash: 1, Session: 1, At: at}, nil))
	for session := range uint64(3) {
		at = at.Add(8 * time.Minute)
		require.True(t, c.Repeated(&MO{Hash: 1, Session: 2 + session, At: at, DupFloor: at.Add(-9 * time.Minute)}, nil))
	}
	require.False(t, c.Repeated(&MO{Hash: 1, Session: 4, At: at, DupFloor: at.Add(-9 * time.Minute)}, nil), "the customer's own")
}
