package faulty

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"shortfare/booking"
)

var _ booking.Ticketing = (*Terminal)(nil)

// always is a terminal that does everything and remembers the order.
type always struct{ calls []string }

func (a *always) Capabilities() booking.Capabilities       { return booking.Capabilities{Named: true} }
func (a *always) Left(booking.TripKey, string) (int, bool) { return 7, true }
func (a *always) Ready(context.Context) error              { return nil }
func (a *always) Prebook(_ context.Context, r booking.HoldRequest) booking.Outcome[booking.Hold] {
	a.calls = append(a.calls, "prebook "+r.Key)
	return booking.IsDone(booking.Hold{})
}
func (a *always) item(name, key string) booking.Outcome[booking.Item] {
	a.calls = append(a.calls, name+" "+key)
	return booking.IsDone(booking.Item{State: booking.ItemIssued})
}
func (a *always) Fulfil(_ context.Context, k string) booking.Outcome[booking.Item] {
	return a.item("fulfil", k)
}
func (a *always) Get(_ context.Context, k string) booking.Outcome[booking.Item] {
	return a.item("get", k)
}
func (a *always) Events(context.Context, int64, int) booking.Outcome[[]booking.ServiceEvent] {
	return booking.IsDone[[]booking.ServiceEvent](nil)
}

func (a *always) Void(_ context.Context, k string, _ []string) booking.Outcome[booking.Item] {
	return a.item("void", k)
}
func (a *always) Release(_ context.Context, k string) booking.Outcome[booking.Item] {
	return a.item("release", k)
}

func TestFaultsComeInPairs(t *testing.T) {
	ctx := context.Background()
	a := &always{}
	f := Wrap(a)
	f.Plan(Fulfil, Fault{Kind: LoseRequest, Times: 1}, Fault{Kind: LoseAnswer, Times: 2}, Fault{Kind: Refuse, Reason: booking.ReasonNotFound, Times: 1})
	var got []booking.Verdict
	for range 5 {
		got = append(got, f.Fulfil(ctx, "k").Verdict)
	}
	require.Equal(t, []booking.Verdict{booking.Unknown, booking.Unknown, booking.Unknown, booking.Refused, booking.Done}, got)
	require.Equal(t, []string{"fulfil k", "fulfil k", "fulfil k"}, a.calls, "two lost answers were done, the lost request was not")
	require.Equal(t, 3, f.Made(Fulfil))
	f.Plan(All, Fault{Kind: LoseRequest})
	require.ErrorIs(t, f.Prebook(ctx, booking.HoldRequest{}).Cause, ErrFault)
	void := func(ctx context.Context, key string) booking.Outcome[booking.Item] { return f.Void(ctx, key, nil) }
	for _, call := range []func(context.Context, string) booking.Outcome[booking.Item]{f.Fulfil, f.Get, void, f.Release} {
		for range 3 {
			require.Equal(t, booking.Unknown, call(ctx, "k").Verdict)
		}
	}
	require.Len(t, a.calls, 3)
	f.Clear()
	require.Equal(t, booking.Done, f.Prebook(ctx, booking.HoldRequest{Key: "p"}).Verdict)
	require.Equal(t, booking.Done, f.Void(ctx, "k", nil).Verdict)
	require.Equal(t, booking.Done, f.Get(ctx, "k").Verdict)
	require.Equal(t, booking.Done, f.Release(ctx, "k").Verdict)
	require.True(t, f.Capabilities().Named)
}

func TestReadyAndLeft(t *testing.T) {
	f := Wrap(&always{})
	n, ok := f.Left(booking.TripKey{}, "")
	require.True(t, ok && n == 7)
	require.NoError(t, f.Ready(context.Background()))
	f.Plan(Left, Fault{Kind: LoseRequest, Times: 1})
	f.Plan(Ready, Fault{Kind: LoseRequest, Times: 1})
	_, ok = f.Left(booking.TripKey{}, "")
	require.False(t, ok)
	require.ErrorIs(t, f.Ready(context.Background()), ErrFault)
	require.NoError(t, f.Ready(context.Background()))
}

func TestDelays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &always{}
		f := Wrap(a)
		f.Plan(Fulfil, Fault{Kind: Slow, Delay: time.Minute, Times: 2})
		start := time.Now()
		require.Equal(t, booking.Done, f.Fulfil(context.Background(), "a").Verdict)
		require.Equal(t, time.Minute, time.Since(start))
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		require.Equal(t, booking.Unknown, f.Fulfil(ctx, "b").Verdict)
		require.Equal(t, []string{"fulfil a", "fulfil b"}, a.calls)

		f.Plan(Fulfil, Fault{Kind: LateRequest, Delay: time.Minute, Times: 1})
		require.Equal(t, booking.Unknown, f.Fulfil(ctx, "c").Verdict)
		require.Equal(t, 2, f.Made(Fulfil))
		f.Wait()
		require.Equal(t, "fulfil c", a.calls[2], "made later, though its caller has gone")
	})
}

func TestCommand(t *testing.T) {
	f := Wrap(&always{})
	for _, c := range []struct{ line, want string }{
		{"show", "no faults\n"},
		{"FULFIL lose-answer x2", "fulfil lose-answer x2\n"},
		{"prebook refuse sold_out", "prebook refuse sold_out\nfulfil lose-answer x2\n"},
		{"void slow 3s", "prebook refuse sold_out\nfulfil lose-answer x2\nvoid slow 3s\n"},
		{"clear", "no faults\n"},
		{"all late-request 1s x1", "prebook late-request 1s x1\nfulfil late-request 1s x1\nget late-request 1s x1\nvoid late-request 1s x1\nrelease late-request 1s x1\n"},
	} {
		got, err := f.Command(c.line)
		require.NoError(t, err, c.line)
		require.Equal(t, c.want, got, c.line)
	}
	for _, bad := range []string{"", "fulfil", "nope slow", "fulfil nope", "fulfil slow soon", "fulfil lose-answer x0", "void slow -1s"} {
		_, err := f.Command(bad)
		require.ErrorContains(t, err, "terminal faults", bad)
	}
	f.Clear()
	_, err := f.Command("prebook refuse sold_out")
	require.NoError(t, err)
	out := f.Prebook(context.Background(), booking.HoldRequest{})
	require.Equal(t, booking.ReasonSoldOut, out.Reason)
}
