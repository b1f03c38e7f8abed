package bank

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/store/commit"
)

// TestLedgerIsDurable: what was acknowledged is there after the next opening, in
// the same words.
func TestLedgerIsDurable(t *testing.T) {
	path := ledgerPath(t)
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		s, err := OpenSim(SimOptions{Path: path, Vault: testVault{}})
		require.NoError(t, err)
		start := time.Now().UTC()
		for _, k := range []string{"1-1", "2-1", "3-1"} {
			require.Equal(t, "done", say(s.Debit(ctx, debitOf(k))))
		}
		bad := debitOf("4-1")
		bad.Account = card("4000000000000002")
		s.Debit(ctx, bad)
		time.Sleep(time.Hour)
		s.Reverse(ctx, "2-1")
		s.Reverse(ctx, "5-1")
		s.Refund(ctx, "3-1", "3-1-r", cny(50000))
		before, err := s.Ledger(ctx)
		require.NoError(t, err)
		require.Equal(t, Row{Key: "3-1", Ref: "SIM00000003", State: Refunded, Amount: cny(55300), Payer: "8613*******00",
			Token: card(goodCard).Token, Last4: "1000", Text: "K7", Calls: 1, At: start, Changed: start.Add(time.Hour),
			Refunds: []Returned{{Key: "3-1-r", Amount: cny(50000), At: start.Add(time.Hour)}}}, before[2])
		_, err = OpenSim(SimOptions{Path: path, Vault: testVault{}})
		require.ErrorIs(t, err, commit.ErrLocked)
		require.NoError(t, s.Close())

		s = open(t, path)
		after, err := s.Ledger(ctx)
		require.NoError(t, err)
		require.Equal(t, before, after)
		require.Equal(t, "refused already_undone", say(s.Debit(ctx, debitOf("5-1"))), "the tombstone stands")
		require.Equal(t, "done", say(s.Refund(ctx, "3-1", "3-1-r", cny(50000))))
		require.Equal(t, "done", say(s.Query(ctx, "1-1")))

		lines, err := s.Statement(ctx, start, start.Add(2*time.Hour))
		require.NoError(t, err)
		later := start.Add(time.Hour)
		require.Equal(t, []Line{
			{start, LineDebit, "1-1", "SIM00000001", cny(55300)}, {start, LineDebit, "2-1", "SIM00000002", cny(55300)},
			{start, LineDebit, "3-1", "SIM00000003", cny(55300)}, {later, LineReversal, "2-1", "SIM00000002", cny(-55300)},
			{later, LineRefund, "3-1-r", "SIM00000003", cny(-50000)},
		}, lines)
		lines, err = s.Statement(ctx, start, later)
		require.NoError(t, err)
		require.Len(t, lines, 3, "a day ends where the next begins")
		lines, err = s.Statement(ctx, later, later.Add(1))
		require.NoError(t, err)
		require.Len(t, lines, 2)
	})
}

func TestOpenSimRefuses(t *testing.T) {
	_, err := OpenSim(SimOptions{Path: ledgerPath(t)})
	require.ErrorContains(t, err, "vault")
	_, err = OpenSim(SimOptions{Path: t.TempDir(), Vault: testVault{}})
	require.Error(t, err)
	_, err = OpenSim(SimOptions{Vault: testVault{}})
	require.Error(t, err)
}

// TestLedgerAgainstModel makes random calls and keeps its own, much simpler book.
func TestLedgerAgainstModel(t *testing.T) {
	s, ctx := open(t, ledgerPath(t)), context.Background()
	for seed := range uint64(40) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		key := fmt.Sprintf("%d-1", seed)
		net, booked, dead, refunded := int64(0), false, false, map[string]int64{}
		for range 25 {
			switch rnd.IntN(6) {
			case 0, 1:
				if got := s.Debit(ctx, debitOf(key)); !dead {
					require.Equal(t, "done", say(got))
					if !booked {
						net, booked = 55300, true
					}
				} else {
					require.Equal(t, "refused already_undone", say(got))
				}
			case 2:
				if rnd.IntN(6) > 0 {
					continue
				}
				if got := s.Reverse(ctx, key); len(refunded) > 0 {
					require.Equal(t, "refused mismatch", say(got))
				} else {
					require.Equal(t, "done", say(got))
					net, dead = 0, true
				}
			case 3:
				id, amount := fmt.Sprintf("%s-r%d", key, rnd.IntN(3)), int64(rnd.IntN(3))*10000
				_, repeated := refunded[id]
				fits := booked && !dead && (repeated && refunded[id] == amount || !repeated && amount <= net)
				got := s.Refund(ctx, key, id, cny(amount))
				require.Equal(t, fits, got.Verdict == booking.Done, "%s %d of %d: %s", id, amount, net, say(got))
				if fits && !repeated {
					refunded[id], net = amount, net-amount
				}
			default:
				require.Equal(t, booked && !dead, s.Query(ctx, key).Verdict == booking.Done)
			}
			require.Equal(t, net, rowOf(t, s, key).Net().Minor)
		}
	}
}

func BenchmarkDebit64(b *testing.B) {
	s := open(b, ledgerPath(b))
	var n atomic.Int64
	b.SetParallelism(32) // times GOMAXPROCS
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r := debitOf(fmt.Sprintf("%d-1", n.Add(1)))
			if got := s.Debit(context.Background(), r); got.Verdict != booking.Done {
				b.Error(say(got))
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "debits/s")
}
