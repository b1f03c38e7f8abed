package booking

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// lineDecider takes matches, or lets them go by.
type lineDecider struct {
	scripted
	takes   bool
	matched []OrderID
}

func (d *lineDecider) Decide(v *View, in Input, env Env) (*Changes, error) {
	if in.Match == nil {
		return d.scripted.Decide(v, in, env)
	}
	d.matched = append(d.matched, in.Match.Order)
	c := &Changes{Customer: v.Customer}
	for _, o := range v.Orders {
		if o.ID == in.Match.Order && d.takes {
			_, err := c.Step(v, o, Event{Kind: SeatsFree, Trip: &in.Match.Trip}, env)
			return c, err
		}
	}
	return nil, ErrNoChange
}

// oneSeat is a terminal with seats on run "a".
type oneSeat struct {
	Ticketing
	free seats
}

func (o oneSeat) Left(k TripKey, class string) (int, bool) { return o.free.Left(k, class) }

func waitingEngine(t *testing.T, s *memStore, d Decider, free seats, now *time.Time) *Engine {
	e := &Engine{Store: s, Decider: d, Terminals: map[string]Ticketing{"": oneSeat{free: free}}, Clock: clockAt{now: now},
		Catalogue: func() Catalogue { return nil }}
	require.NoError(t, e.Start(context.Background()))
	return e
}

// clockAt is a clock that stands where it is put.
type clockAt struct {
	Clock
	now *time.Time
}

func (c clockAt) Now() time.Time { return *c.now }

// Who waits is in line again after a restart, before the first text is read; his
// match is a turn of his own; and an order that is not in the store any more leaves.
func TestWaitlistSurvivesARestart(t *testing.T) {
	ctx, s, now := context.Background(), newMemStore(), lineStart.Add(24*time.Hour)
	free := seats{"a 2nd": {1, 1}}
	a := wishFor("a", 0, 2)
	for id := OrderID(1); id <= 2; id++ {
		o := queuer(id, 1, a)
		o.Due = o.Wish.Until
		require.NoError(t, s.Do(ctx, Keys{Customer: o.Customer}, func(v *View) (*Changes, error) {
			v.Customer.Refer(o)
			return &Changes{Customer: v.Customer, Orders: []*Order{o}}, nil
		}))
	}
	d := &lineDecider{takes: true}
	e := waitingEngine(t, s, d, free, &now)
	n, known := e.env().Stock.Left(a.TripKey, "2nd")
	require.True(t, known)
	require.Zero(t, n, "the seat is for those in line")
	require.Equal(t, 1, e.env().Ahead(s.order(2)))
	require.NoError(t, e.match(ctx, now))
	require.Equal(t, []OrderID{1}, d.matched)
	require.Equal(t, Holding, s.order(1).State)
	require.Len(t, s.attempts, 1)

	again := &lineDecider{}
	e = waitingEngine(t, s, again, free, &now)
	require.NoError(t, e.match(ctx, now))
	require.Empty(t, again.matched, "the first one's hold is under way")
	n, _ = e.env().Stock.Left(a.TripKey, "2nd")
	require.Zero(t, n, "the seat is spoken for")
	e.waitlist.note(moved(s.order(1), Closed, now))
	now = now.Add(matchEvery)
	require.NoError(t, e.match(ctx, now))
	require.Equal(t, []OrderID{2}, again.matched)
	now = now.Add(matchEvery)
	require.NoError(t, e.match(ctx, now))
	require.Len(t, again.matched, 1, "it did not take the seats: it rests")

	gone := moved(s.order(2), Closed, now) // by another process
	require.NoError(t, s.Do(ctx, Keys{}, func(*View) (*Changes, error) { return &Changes{Orders: []*Order{gone}}, nil }))
	now = now.Add(matchRest)
	require.NoError(t, e.match(ctx, now))
	require.Len(t, again.matched, 1)
	require.Empty(t, e.waitlist.orders)
}

// While the sale is stopped, or the engine drains, nobody is matched.
func TestWaitlistWaitsForTheSale(t *testing.T) {
	ctx, s, now := context.Background(), newMemStore(), lineStart.Add(24*time.Hour)
	a := wishFor("a", 0, 2)
	a.Dep = time.Date(2026, 12, 5, 9, 0, 0, 0, time.UTC)
	o := queuer(1, 1, a)
	require.NoError(t, s.Do(ctx, Keys{Customer: 1}, func(v *View) (*Changes, error) {
		v.Customer.Refer(o)
		return &Changes{Customer: v.Customer, Orders: []*Order{o}, Suspensions: []Suspension{{Number: "a", Day: 20261205, Class: "2nd"}}}, nil
	}))
	d := &lineDecider{takes: true}
	e := waitingEngine(t, s, d, seats{"a 2nd": {1, 1}}, &now)
	require.True(t, e.env().Suspended("a", 20261205, "2nd"), "known before the first text")
	require.NoError(t, e.match(ctx, now))
	e.refuses.Store(true)
	e.news.suspended = nil
	now = now.Add(matchEvery)
	require.NoError(t, e.match(ctx, now))
	require.Empty(t, d.matched)
	e.refuses.Store(false)
	require.NoError(t, e.match(ctx, now))
	require.Equal(t, []OrderID{1}, d.matched)
}

// When the store takes no match, its seats are promised still, and asked for the next time.
func TestWaitlistOutlivesABusyStore(t *testing.T) {
	ctx, s, now := context.Background(), newMemStore(), lineStart.Add(24*time.Hour)
	a := wishFor("a", 0, 2)
	o := queuer(1, 1, a)
	require.NoError(t, s.Do(ctx, Keys{Customer: 1}, func(v *View) (*Changes, error) {
		v.Customer.Refer(o)
		return &Changes{Customer: v.Customer, Orders: []*Order{o}}, nil
	}))
	d := &lineDecider{takes: true}
	e := waitingEngine(t, s, d, seats{"a 2nd": {1, 1}}, &now)
	e.Store = busyStore{s}
	require.ErrorIs(t, e.match(ctx, now), ErrBusy)
	n, _ := e.env().Stock.Left(a.TripKey, "2nd")
	require.Zero(t, n, "the seat is promised")
	e.Store = s
	now = now.Add(matchEvery)
	require.NoError(t, e.match(ctx, now))
	require.Equal(t, []OrderID{1}, d.matched)
}

// busyStore takes no jobs.
type busyStore struct{ *memStore }

func (busyStore) Submit(Keys, func(*View) (*Changes, error), func(*Changes, error)) error {
	return ErrBusy
}

// cancelledRun is a catalogue in which one service does not run.
type cancelledRun struct {
	Catalogue
	service string
}

func (c cancelledRun) Trip(k TripKey) (Trip, bool) {
	return Trip{TripKey: k, Cancelled: k.Service == c.service}, true
}

// A service that its carrier has cancelled has free seats and sells none: whoever
// waits for it or another one gets the other.
func TestWaitlistPassesOverWhatIsCancelled(t *testing.T) {
	now := lineStart.Add(24 * time.Hour)
	e := waitingEngine(t, newMemStore(), &lineDecider{}, nil, &now)
	a, b := wishFor("a", 0, 2), wishFor("b", 0, 2)
	l := lineOf(queuer(1, 1, a, b))
	free := seats{"a 2nd": {5, 5}, "b 2nd": {5, 5}}
	for service, want := range map[string]string{"": "a", "a": "b"} {
		e.Catalogue = func() Catalogue { return cancelledRun{service: service} }
		l.next = time.Time{}
		got := l.due(free, e.sells, now)
		require.Len(t, got, 1)
		require.Equal(t, want, got[0].trip.Service)
		l.settle(got[0], now)
	}
}
