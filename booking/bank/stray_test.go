package bank

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// later is a clock whose timers run when they are told to.
type later struct {
	booking.WallClock
	due []func()
}

func (c *later) AfterFunc(_ time.Duration, f func()) func() bool {
	c.due = append(c.due, f)
	return func() bool { return false }
}

// A bank that books what it said was undone: asked again it says so, and a second
// reversal counts (B03).
func TestStrayB03(t *testing.T) {
	clock := &later{}
	s, err := OpenSim(SimOptions{Path: ledgerPath(t), Vault: testVault{}, Clock: clock})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.SetMode("stray"))
	ctx := t.Context()
	short, cancel := context.WithCancel(ctx)
	clock.due = nil
	done := make(chan booking.Outcome[booking.Charge])
	go func() { done <- s.Debit(short, debitOf("7-1")) }()
	require.Eventually(t, func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.timers) == 1 }, time.Minute, time.Millisecond)
	cancel()
	require.Equal(t, booking.Unknown, (<-done).Verdict)
	require.Equal(t, booking.ReasonNotFound, s.Query(ctx, "7-1").Reason)
	require.Equal(t, booking.Done, s.Reverse(ctx, "7-1").Verdict)
	require.Equal(t, booking.ReasonTombstone, s.Query(ctx, "7-1").Reason)
	clock.due[0]()
	q := s.Query(ctx, "7-1")
	require.Equal(t, booking.Done, q.Verdict)
	require.Equal(t, debitOf("7-1").Amount, q.Value.Amount)
	require.Equal(t, booking.Done, s.Reverse(ctx, "7-1").Verdict)
	rows, err := s.Ledger(ctx)
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, Reversed, rows[0].State)
	require.False(t, rows[0].Tombstone)
	require.Zero(t, rows[0].Net().Minor)
}
