package booking

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// newsDecider tells everybody, but for one it fails and for another it says nothing.
type newsDecider struct {
	scripted
	fails, silent MSISDN
	told          []MSISDN
}

func (d *newsDecider) Decide(v *View, in Input, env Env) (*Changes, error) {
	if in.Notice == nil {
		return d.scripted.Decide(v, in, env)
	}
	m := v.Customer.MSISDN
	switch m {
	case d.fails:
		return nil, errors.New("a bug")
	case d.silent:
		return nil, ErrNoChange
	}
	d.told = append(d.told, m)
	return &Changes{Customer: v.Customer, Replies: []MT{{ID: v.NewID(), MSISDN: m, Text: "news", At: env.Now, Notice: true}}}, nil
}

// reporter is a terminal that has events.
type reporter struct {
	Ticketing
	events []ServiceEvent
	down   bool
}

func (r *reporter) Ready(context.Context) error {
	if r.down {
		return errors.New("down")
	}
	return nil
}

func (r *reporter) Left(TripKey, string) (int, bool) { return 0, false }

func (r *reporter) Events(_ context.Context, after int64, limit int) Outcome[[]ServiceEvent] {
	var list []ServiceEvent
	for _, e := range r.events {
		if e.Seq > after && len(list) < limit {
			list = append(list, e)
		}
	}
	return IsDone(list)
}

// oneRun is a catalogue of one service.
type oneRun struct{ Catalogue }

func (oneRun) Trip(k TripKey) (Trip, bool) { return Trip{TripKey: k, Number: "G1"}, k.Service == "a" }

// What a terminal reports is told to those who travel or follow, each once, in
// order, a few a second; a restart goes on where the last life stopped, and a
// customer whose turn fails keeps nobody waiting.
func TestNoticesReachThoseWhoTravel(t *testing.T) {
	ctx, s := context.Background(), newMemStore()
	now := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	trip := Trip{TripKey: TripKey{Service: "a", Date: 20261205, To: 1}, Number: "G1", Dep: time.Date(2026, 12, 5, 9, 0, 0, 0, time.UTC)}
	other := trip
	other.Dep = other.Dep.AddDate(0, 0, 9)
	for id, tr := range []Trip{trip, trip, trip, other, trip} {
		o := &Order{ID: OrderID(id + 1), Code: "K", Customer: MSISDN(id + 1), State: Issued, Version: 1, Trip: tr, Seats: 1}
		require.NoError(t, s.Do(ctx, Keys{Customer: o.Customer}, func(v *View) (*Changes, error) {
			v.Customer.Refer(o)
			return &Changes{Customer: v.Customer, Orders: []*Order{o}}, nil
		}))
	}
	require.NoError(t, s.Do(ctx, Keys{Customer: 9}, func(v *View) (*Changes, error) {
		return &Changes{Customer: v.Customer, Follows: []Follow{{Customer: 9, Number: "G1"}}}, nil
	}))
	rail := &reporter{events: []ServiceEvent{{Seq: 7, Service: "a", Date: 20261205, Change: RunCancelled}, {Seq: 8, Service: "unknown", Date: 20261205}}}
	d := &newsDecider{fails: 2, silent: 3}
	start := func() *Engine {
		e := &Engine{Store: s, Decider: d, Terminals: map[string]Ticketing{"": rail}, Clock: clockAt{WallClock{}, &now}, NoticesPerSecond: 2, Loc: time.UTC,
			Catalogue: func() Catalogue { return oneRun{} }}
		require.NoError(t, e.Start(ctx))
		return e
	}
	e := start()
	rail.down = true
	require.NoError(t, e.Poll(ctx))
	require.Empty(t, s.notices)
	_, down := e.env().Outage("")
	require.True(t, down)
	rail.down = false
	require.NoError(t, e.Poll(ctx))
	require.NoError(t, e.Poll(ctx))
	require.Len(t, s.notices, 1, "each event makes one notice, and what we do not sell makes none")
	require.Equal(t, int64(8), s.cursors[""])

	require.NoError(t, e.notify(ctx, now))
	require.NoError(t, e.notify(ctx, now))
	now = now.Add(time.Second)
	e = start() // in the middle of it
	for range 10 {
		require.NoError(t, e.notify(ctx, now))
		now = now.Add(time.Second)
	}
	require.Equal(t, []MSISDN{1, 5, 9}, d.told)
	for _, n := range s.notices {
		require.True(t, n.Done)
		require.Equal(t, 3, n.Told)
	}
	require.NoError(t, e.Poll(ctx))
	require.Len(t, s.notices, 1)
}
