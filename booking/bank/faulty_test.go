package bank

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// calls are the port's calls about one key, each with what it leaves in the ledger.
var faultyCalls = []struct {
	op     Op
	before func(context.Context, booking.Bank)
	call   func(context.Context, booking.Bank) result
	from   State
	to     State
}{
	{OpDebit, func(context.Context, booking.Bank) {},
		func(ctx context.Context, b booking.Bank) result { return b.Debit(ctx, debitOf("1-1")) }, "", Booked},
	{OpQuery, func(ctx context.Context, b booking.Bank) { b.Debit(ctx, debitOf("1-1")) },
		func(ctx context.Context, b booking.Bank) result { return b.Query(ctx, "1-1") }, Booked, Booked},
	{OpReverse, func(ctx context.Context, b booking.Bank) { b.Debit(ctx, debitOf("1-1")) },
		func(ctx context.Context, b booking.Bank) result { return b.Reverse(ctx, "1-1") }, Booked, Reversed},
	{OpRefund, func(ctx context.Context, b booking.Bank) { b.Debit(ctx, debitOf("1-1")) },
		func(ctx context.Context, b booking.Bank) result { return b.Refund(ctx, "1-1", "1-1-r", cny(300)) }, Booked, Refunded},
}

// TestFaultyPairs: every call, failed and not done, failed but done, late on
// either way; and then the call that settles it.
func TestFaultyPairs(t *testing.T) {
	for _, f := range []struct {
		name   string
		fault  Fault
		answer string
		takes  time.Duration
		done   bool          // by the time the caller hears
		later  time.Duration // when it is done, if not by then
	}{
		{"B01 request lost", Fault{Lose: LoseRequest}, "unknown", 10 * time.Second, false, 0},
		{"B02 answer lost", Fault{Lose: LoseAnswer}, "unknown", 10 * time.Second, true, 0},
		{"B06 cut before", Fault{Lose: LoseRequest, Cut: true}, "unknown", 0, false, 0},
		{"B06 cut after", Fault{Lose: LoseAnswer, Cut: true}, "unknown", 0, true, 0},
		{"cut, arrives late", Fault{Lose: LoseAnswer, Cut: true, Delay: time.Minute}, "unknown", 0, false, time.Minute},
		{"slow request", Fault{Delay: 3 * time.Second}, "done", 3 * time.Second, true, 0},
		{"slow answer", Fault{AnswerDelay: 3 * time.Second}, "done", 3 * time.Second, true, 0},
		{"B03 request after the deadline", Fault{Delay: time.Hour}, "unknown", 10 * time.Second, false, time.Hour},
		{"answer after the deadline", Fault{AnswerDelay: time.Hour}, "unknown", 10 * time.Second, true, 0},
	} {
		for _, c := range faultyCalls {
			path := ledgerPath(t)
			t.Run(f.name+"/"+string(c.op), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := open(t, path)
					line := &Faulty{Bank: s}
					c.before(t.Context(), line)
					line.Next(c.op, 1, f.fault)
					ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
					defer cancel()
					start := time.Now()
					got := c.call(ctx, line)
					require.Equal(t, f.answer, say(got))
					require.Equal(t, f.takes, time.Since(start))
					require.Equal(t, got.Verdict == booking.Unknown, got.Cause != nil)
					want := c.from
					if f.done {
						want = c.to
					}
					require.Equal(t, want, rowOf(t, s, "1-1").State)
					if f.later > 0 {
						line.Wait()
						require.Equal(t, f.later, time.Since(start)-f.fault.AnswerDelay)
						require.Equal(t, c.to, rowOf(t, s, "1-1").State)
					}
					line.Wait()
					if c.op != OpDebit {
						require.Equal(t, "done", say(c.call(t.Context(), line)), "repeated until acknowledged")
						require.Equal(t, c.to, rowOf(t, s, "1-1").State)
					}
					require.Zero(t, s.DoubleDebits())
				})
			})
		}
	}
}

// TestFaultyLateDebitB03: reversed while the debit was on its way, it stays reversed.
func TestFaultyLateDebitB03(t *testing.T) {
	path := ledgerPath(t)
	synctest.Test(t, func(t *testing.T) {
		s := open(t, path)
		line := &Faulty{Bank: s}
		line.Next(OpDebit, 1, Fault{Delay: 72 * time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), booking.DebitTimeout)
		defer cancel()
		require.Equal(t, "unknown", say(line.Debit(ctx, debitOf("1-1"))))
		require.Equal(t, "done", say(line.Reverse(t.Context(), "1-1")))
		line.Wait()
		r := rowOf(t, s, "1-1")
		require.Equal(t, Reversed, r.State)
		require.True(t, r.Tombstone)
		require.Equal(t, 1, r.Calls)
		require.Zero(t, r.Net().Minor)
	})
}

func TestFaultyQueues(t *testing.T) {
	path := ledgerPath(t)
	synctest.Test(t, func(t *testing.T) {
		line := &Faulty{Bank: open(t, path)}
		require.True(t, line.PaysByPhone())
		require.NoError(t, line.Ready(t.Context()))
		line.Next(OpReverse, 2, Fault{Lose: LoseRequest, Cut: true})
		line.Next(OpReverse, 1, Fault{Lose: LoseAnswer, Cut: true})
		line.Pick = func(op Op, key string) Fault {
			require.Equal(t, "1-1", key)
			if op == OpQuery {
				return Fault{Lose: LoseRequest, Cut: true}
			}
			return Fault{}
		}
		for _, want := range []string{"unknown", "unknown", "unknown", "done"} {
			got := line.Reverse(t.Context(), "1-1")
			require.Equal(t, want, say(got))
			if want == "unknown" {
				require.ErrorIs(t, got.Cause, ErrCut)
			}
		}
		require.Equal(t, "unknown", say(line.Query(t.Context(), "1-1")))
		require.Equal(t, 4, line.Calls(OpReverse))
		require.Equal(t, 1, line.Calls(OpQuery))
		require.Zero(t, line.Calls(OpDebit))
	})
}

// TestFaultySilentBank: a call whose caller is gone does not stay for ever.
func TestFaultySilentBank(t *testing.T) {
	path := ledgerPath(t)
	synctest.Test(t, func(t *testing.T) {
		s := open(t, path)
		require.NoError(t, s.SetMode("silent"))
		line := &Faulty{Bank: s}
		line.Next(OpDebit, 1, Fault{Lose: LoseAnswer})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		require.Equal(t, "unknown", say(line.Debit(ctx, debitOf("1-1"))))
		line.Wait()
		require.Equal(t, booking.DebitTimeout, time.Since(start))
	})
}
