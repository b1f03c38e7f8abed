package local

import (
	"bytes"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"shortfare/booking"
	"shortfare/store/commit"
)

// people are passengers with these document tokens.
func people(tokens ...string) (list []booking.Passenger) {
	for _, t := range tokens {
		list = append(list, booking.Passenger{Name: "Zhang Wei", Document: booking.Document{Kind: "id", Masked: "1101**********002X", Token: t}})
	}
	return list
}

// named asks for a seat of s1 for each token.
func (d *desk) named(key string, tokens ...string) booking.Outcome[booking.Hold] {
	return d.Prebook(ctx, booking.HoldRequest{Key: key, Trip: part("s1", 0, 2), Class: "2nd", Seats: len(tokens), For: time.Minute, Passengers: people(tokens...)})
}

// TestC03OneDocumentOneSeat lets many phones book with one document.
func TestC03OneDocumentOneSeat(t *testing.T) {
	d := open(t, Options{Seats: 100, Named: true})
	var wg sync.WaitGroup
	var won atomic.Int64
	for w := range 40 {
		wg.Go(func() {
			out := d.named(fmt.Sprint(w+1), fmt.Sprintf("own%d", w), "shared")
			if out.Verdict == booking.Done {
				won.Add(1)
				return
			}
			if out.Reason != booking.ReasonBooked {
				t.Errorf("%+v", out)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, won.Load())
	require.Equal(t, 82, d.left(part("s1", 0, 2), "2nd"))
	d.onePerDocument()
}

// onePerDocument fails when a document has two live seats on a run.
func (d *desk) onePerDocument() {
	d.t.Helper()
	rows, err := d.Ledger(ctx)
	require.NoError(d.t, err)
	has := map[string]string{}
	for _, r := range rows {
		for _, token := range r.Tokens {
			if at := fmt.Sprint(r.Service, r.Date, token); token != "" && (r.State == booking.ItemHeld || r.State == booking.ItemIssued) {
				require.Empty(d.t, has[at], "%s has seats under %s and %s", token, has[at], r.Key)
				has[at] = r.Key
			}
		}
	}
}

func TestBookedTwice(t *testing.T) {
	d := open(t, Options{Seats: 100})
	require.Equal(t, booking.Done, d.named("1", "a", "b").Verdict)
	require.Equal(t, booking.ReasonBooked, d.named("2", "c", "b").Reason)
	require.Equal(t, booking.ReasonBooked, d.named("2", "c").Reason, "a refusal stands")
	require.Equal(t, booking.Done, d.named("3", "c").Verdict, "it kept nothing")
	require.Equal(t, booking.ReasonBooked, d.named("4", "d", "d").Reason, "twice in one order")
	require.Equal(t, booking.ReasonMismatch, d.Prebook(ctx, booking.HoldRequest{Key: "5", Trip: part("s1", 0, 2), Seats: 1, Passengers: people("x", "y")}).Reason)

	elsewhere := booking.HoldRequest{Key: "6", Trip: part("s2", 0, 2), Seats: 1, Passengers: people("a")}
	require.Equal(t, booking.Done, d.Prebook(ctx, elsewhere).Verdict, "another service")
	elsewhere.Key, elsewhere.Trip = "7", part("s1", 0, 2)
	elsewhere.Trip.Date++
	require.Equal(t, booking.Done, d.Prebook(ctx, elsewhere).Verdict, "another day")
	elsewhere.Key, elsewhere.Trip = "8", part("s1", 3, 4)
	require.Equal(t, booking.ReasonBooked, d.Prebook(ctx, elsewhere).Reason, "another part of the same run")

	require.Equal(t, booking.Done, d.named("1", "a", "b").Verdict, "the same request again")
	require.Equal(t, booking.ReasonMismatch, d.named("1", "b", "a").Reason, "not the same seats")
	require.Equal(t, booking.Done, d.Fulfil(ctx, "1").Verdict)
	d.reopen()
	require.Equal(t, booking.ReasonBooked, d.named("9", "a").Reason)
	d.onePerDocument()
}

func TestSeatsGivenBackFreePassengers(t *testing.T) {
	d := open(t, Options{Seats: 100})
	for i, give := range []func(key string, places []string){
		func(key string, _ []string) { d.Release(ctx, key) },
		func(key string, _ []string) { d.Void(ctx, key, nil) },
		func(key string, _ []string) { d.Fulfil(ctx, key); d.Void(ctx, key, nil) },
		func(key string, p []string) { d.Fulfil(ctx, key); d.Void(ctx, key, p) },
		func(string, []string) { d.wait(time.Minute) },
		func(key string, _ []string) { d.wait(time.Minute); d.Fulfil(ctx, key) },
		func(string, []string) { d.wait(time.Minute); _, _ = d.Sweep(ctx) },
		func(string, []string) { d.wait(time.Minute); d.reopen() },
		func(string, []string) { d.wait(time.Minute); d.left(part("s1", 0, 2), "2nd") },
	} {
		first, second := fmt.Sprint(i, "-a"), fmt.Sprint(i, "-b")
		out := d.named(first, "a", "b")
		require.Equal(t, booking.Done, out.Verdict, i)
		give(first, out.Value.Places)
		require.Equal(t, booking.Done, d.named(second, "b").Verdict, i)
		require.Equal(t, booking.Done, d.Release(ctx, second).Verdict)
	}
}

// TestPassengerKeepsSeat: cancelling one seat frees the passenger who had that one.
func TestPassengerKeepsSeat(t *testing.T) {
	d := open(t, Options{Seats: 100, Named: true})
	out := d.named("1", "a", "b", "c")
	d.Fulfil(ctx, "1")
	require.Equal(t, booking.Done, d.Void(ctx, "1", out.Value.Places[1:2]).Verdict)
	rows, err := d.Ledger(ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "c"}, rows[0].Tokens)
	require.Equal(t, []string{out.Value.Places[0], out.Value.Places[2]}, rows[0].Places)
	require.Equal(t, booking.ReasonBooked, d.named("2", "a").Reason)
	require.Equal(t, booking.ReasonBooked, d.named("3", "c").Reason)
	require.Equal(t, out.Value.Places[1:2], d.named("4", "b").Value.Places)
	require.Equal(t, booking.Done, d.Void(ctx, "1", out.Value.Places[1:2]).Verdict, "again: b has another seat now")
	require.Equal(t, booking.ReasonBooked, d.named("5", "b").Reason)
	d.onePerDocument()
}

func TestReplaces(t *testing.T) {
	d := open(t, Options{Seats: 100, Named: true})
	d.named("1", "a", "b")
	d.Fulfil(ctx, "1")
	swap := booking.HoldRequest{Key: "2", Trip: part("s1", 0, 5), Class: "1st", Seats: 2, For: time.Minute, Passengers: people("a", "b"), Replaces: "1"}
	require.Equal(t, booking.Done, d.Prebook(ctx, swap).Verdict)
	d.Fulfil(ctx, "2")
	third := swap
	third.Key, third.Replaces = "3", "2"
	require.Equal(t, booking.ReasonBooked, d.Prebook(ctx, third).Reason, "the ticket before stands still")
	require.Equal(t, booking.Done, d.Void(ctx, "1", nil).Verdict)
	third.Key = "3-h2"
	require.Equal(t, booking.Done, d.Prebook(ctx, third).Verdict)
	require.Equal(t, booking.ReasonBooked, d.named("4", "a").Reason)
}

func TestNamesMissing(t *testing.T) {
	d := open(t, Options{Named: true})
	for i, who := range [][]booking.Passenger{nil, people("a"), people("a", "")} {
		out := d.Prebook(ctx, booking.HoldRequest{Key: fmt.Sprint(i + 1), Trip: key("s1"), Seats: 2, Passengers: who})
		require.Equal(t, booking.ReasonNames, out.Reason)
		require.Equal(t, booking.ReasonNames, d.Prebook(ctx, booking.HoldRequest{Key: fmt.Sprint(i + 1), Trip: key("s1"), Seats: 2, Passengers: who}).Reason)
	}
	require.Equal(t, booking.ReasonClosed, d.Prebook(ctx, booking.HoldRequest{Key: "9", Trip: key("zz"), Seats: 2}).Reason)
	d = open(t, Options{})
	out := d.Prebook(ctx, booking.HoldRequest{Key: "1", Trip: part("s1", 0, 2), Seats: 2, Passengers: people("a")})
	require.Equal(t, booking.Done, out.Verdict, "where names are not asked for, some may be given")
	require.Equal(t, booking.ReasonBooked, d.named("2", "a").Reason)
	d.Fulfil(ctx, "1")
	require.Equal(t, booking.Done, d.Void(ctx, "1", out.Value.Places[1:]).Verdict)
	rows, err := d.Ledger(ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, rows[0].Tokens)
}

// TestPassengersAreTokens looks for names and numbers in the files.
func TestPassengersAreTokens(t *testing.T) {
	d := open(t, Options{Named: true})
	require.Equal(t, booking.Done, d.named("1", "tokenA").Verdict)
	found := false
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(d.o.Path + suffix)
		require.NoError(t, err)
		require.NotContains(t, string(b), "Zhang")
		require.NotContains(t, string(b), "1101*")
		found = found || bytes.Contains(b, []byte("tokenA"))
	}
	require.True(t, found)
}

// TestPassengersAreFoundByIndex guards the cost of a named sale.
func TestPassengersAreFoundByIndex(t *testing.T) {
	d := open(t, Options{})
	var plan string
	err := d.db.Read(ctx, func(tx *commit.Tx) error {
		return tx.Query(`EXPLAIN QUERY PLAN SELECT CAST(key AS TEXT) FROM passenger WHERE run = ? AND token = ?`, func(r commit.Row) error {
			plan += r.Text(3)
			return nil
		}, 1, "a")
	})
	require.NoError(t, err)
	require.Contains(t, plan, "passenger_live (run=? AND token=?)")
}
