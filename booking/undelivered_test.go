package booking

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestS17UndeliveredTicket: a ticket that the carrier could not deliver is sent
// once more, avoiding that carrier, and never a third time.
func TestS17UndeliveredTicket(t *testing.T) {
	for _, leave := range []bool{false, true} {
		w := newRig(t, newMemStore())
		w.LeaveUndelivered = leave
		now := w.Engine.now()
		w.outbox.retold = time.Time{}
		m := MT{ID: 7, MSISDN: 8613800138000, Link: "north", Text: "ticket", Receipt: true, At: now.Add(-time.Hour), Cause: 3}
		old := m
		old.ID, old.At = 6, now.Add(-48*time.Hour)
		w.store.outbox[7], w.store.state[7] = m, MTUndeliverable
		w.store.outbox[6], w.store.state[6] = old, MTUndeliverable
		w.store.outbox[5], w.store.state[5] = MT{ID: 5, MSISDN: 1}, MTUndeliverable // no ticket
		require.NoError(t, w.retell(t.Context(), now))
		require.EqualValues(t, 2, w.Stats.Undelivered.Load())
		require.Equal(t, map[int64]bool{6: true, 7: true}, w.store.retold)
		if leave {
			require.Len(t, w.store.outbox, 3)
			continue
		}
		require.EqualValues(t, 1, w.Stats.Retold.Load())
		require.Len(t, w.store.outbox, 4)
		var again MT
		for id, m := range w.store.outbox {
			if id > 7 {
				again = m
			}
		}
		require.Equal(t, MT{ID: again.ID, MSISDN: m.MSISDN, Link: "north", Avoid: "north", Text: "ticket", Cause: 3, Notice: true,
			Receipt: true, Again: true, At: now}, again)
		w.store.state[again.ID] = MTUndeliverable
		require.NoError(t, w.retell(t.Context(), now.Add(time.Second)), "not looked for so soon")
		require.EqualValues(t, 2, w.Stats.Undelivered.Load())
		require.NoError(t, w.retell(t.Context(), now.Add(time.Minute)))
		require.EqualValues(t, 3, w.Stats.Undelivered.Load())
		require.Len(t, w.store.outbox, 4, "not a third time")
	}
}

// What was said to somebody who was forgotten, or had the number before, is not said
// again to whoever has it now.
func TestS17UndeliveredOfBefore(t *testing.T) {
	w := newRig(t, newMemStore())
	now := w.Engine.now()
	w.outbox.retold = time.Time{}
	require.NoError(t, w.Store.Do(t.Context(), Keys{Customer: 1}, func(v *View) (*Changes, error) {
		v.Customer.Forget(now.Add(-time.Hour))
		return &Changes{Customer: v.Customer}, nil
	}))
	for id, at := range map[int64]time.Time{7: now.Add(-2 * time.Hour), 8: now.Add(-time.Minute)} {
		w.store.outbox[id], w.store.state[id] = MT{ID: id, MSISDN: 1, Text: "ticket", Receipt: true, At: at}, MTUndeliverable
	}
	require.NoError(t, w.retell(t.Context(), now))
	require.Equal(t, map[int64]bool{7: true, 8: true}, w.store.retold)
	require.EqualValues(t, 1, w.Stats.Retold.Load())
	require.Len(t, w.store.outbox, 3)
}

// TestS06LateAnswer: an acknowledgement after the message was given up settles
// its row, and a copy that has not left is dropped.
func TestS06LateAnswer(t *testing.T) {
	w := newRig(t, newMemStore())
	w.outbox.again = []MT{{ID: 1}, {ID: 2}}
	w.Late(MT{ID: 2, Link: "a", Receipt: true}, SendResult{Verdict: Done, MessageID: "x", Link: "b", Forms: []string{"X"}})
	require.Equal(t, []MT{{ID: 1}}, w.outbox.again)
	require.Equal(t, []Sent{{ID: 2, State: MTSent, Link: "b", MessageID: "x", Forms: []string{"X"}, Receipt: true}}, w.store.sent)
}

// TestS18OnceOnly: an unknown outcome of a kind whose policy forbids a second
// copy waits for a receipt.
func TestS18OnceOnly(t *testing.T) {
	w := newRig(t, newMemStore())
	w.settled(MT{ID: 2, Link: "a"}, SendResult{Once: true, Receipt: true})
	require.Equal(t, []Sent{{ID: 2, State: MTUnknown, Link: "a", Receipt: true}}, w.store.sent)
	require.Zero(t, w.Stats.Resent.Load())
}

// TestS15RepeatedOverAnotherBind: of several binds only the one that died can
// have lost acknowledgements.
func TestS15RepeatedOverAnotherBind(t *testing.T) {
	at := time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC)
	lost := []Lost{{First: 1, Last: 1, From: at}, {First: 4, Last: 6, From: at.Add(time.Second)}}
	for _, c := range []struct {
		session uint64
		at      time.Time
		want    bool
	}{
		{1, at, true}, {1, at.Add(-time.Millisecond), false}, {2, at, false}, {4, at, false}, {5, at.Add(time.Second), true}, {7, at.Add(time.Second), false},
	} {
		var cust Customer
		require.False(t, cust.Repeated(&MO{Hash: 1, Session: c.session, At: c.at}, nil))
		require.Equal(t, c.want, cust.Repeated(&MO{Hash: 1, Session: 3, At: at.Add(time.Minute), DupFloor: at, Lost: lost}, nil), "%+v", c)
	}
}
