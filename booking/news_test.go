package booking

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/parser"
)

// told decides notices by noting them, a reply each.
type told struct {
	scripted
	fails MSISDN // whose turn has a bug
}

func (d *told) Decide(v *View, in Input, env Env) (*Changes, error) {
	if in.Notice == nil {
		return d.scripted.Decide(v, in, env)
	}
	if v.Customer.MSISDN == d.fails {
		return nil, errors.New("a bug")
	}
	return &Changes{Customer: v.Customer, Replies: []MT{{ID: v.NewID(), MSISDN: v.Customer.MSISDN, Text: in.Notice.Text + string(in.Notice.change())}}}, nil
}

// change is what a notice is about, empty for an operator's text.
func (n *Notice) change() ServiceChange {
	if n.Event == nil {
		return ""
	}
	return n.Event.Change
}

// station is a terminal whose state and events are set by a test.
type station struct {
	Ticketing
	down   error
	events []ServiceEvent
	asked  []int64
}

func (s *station) Ready(context.Context) error      { return s.down }
func (s *station) Left(TripKey, string) (int, bool) { return 0, true }
func (s *station) Capabilities() Capabilities       { return Capabilities{Named: true} }
func (s *station) Events(_ context.Context, after int64, limit int) Outcome[[]ServiceEvent] {
	s.asked = append(s.asked, after)
	var list []ServiceEvent
	for _, e := range s.events {
		if e.Seq > after && len(list) < limit {
			list = append(list, e)
		}
	}
	return IsDone(list)
}

// lines is a catalogue with one service of that terminal's key.
type lines struct{ noPlaces }

func (lines) Trip(k TripKey) (Trip, bool) {
	return Trip{TripKey: k, Number: "G" + k.Service}, k.Service != "?"
}

func newsEngine(t *testing.T, s *memStore, d Decider, at *station, clock *fakeClock) *Engine {
	e := &Engine{Store: s, Decider: d, Terminals: map[string]Ticketing{"t": at}, Clock: clock, NoticesPerSecond: 2,
		Catalogue: func() Catalogue { return lines{} }}
	require.NoError(t, e.Start(context.Background()))
	return e
}

// riders files customers with an order for G1 on a day each.
func riders(t *testing.T, s *memStore, n int, day Date) {
	for m := MSISDN(1); m <= MSISDN(n); m++ {
		o := &Order{ID: OrderID(m), Customer: m, State: Issued, Version: 1, Trip: Trip{Number: "G1", Dep: day.Time(600, time.UTC)}}
		require.NoError(t, s.Do(context.Background(), Keys{Customer: m}, func(v *View) (*Changes, error) {
			v.Customer.Refer(o)
			return &Changes{Customer: v.Customer, Orders: []*Order{o}}, nil
		}))
	}
}

func (s *memStore) replies() (list []string) {
	all, _ := s.Outbox(context.Background(), 0, 1000)
	for _, m := range all {
		list = append(list, m.MSISDN.String()+" "+m.Text)
	}
	return list
}

// Everybody who travels is told once, in order, not more of them a second than set; a
// restart in the middle goes on, and a bug in one customer's turn keeps nobody waiting.
func TestNoticeReachesEverybodyOnce(t *testing.T) {
	ctx, s, clock := context.Background(), newMemStore(), &fakeClock{now: lineStart}
	riders(t, s, 7, 20261205)
	d := &told{fails: 3}
	e := newsEngine(t, s, d, &station{}, clock)
	var made *Changes
	require.NoError(t, s.Do(ctx, Keys{}, func(v *View) (*Changes, error) {
		made = &Changes{Notices: []Notice{{ID: v.NewID(), At: lineStart, Number: "G1", Day: 20261205, Text: "late"},
			{ID: v.NewID(), At: lineStart, Number: "G1", Day: 20261206, Text: "nobody"}}}
		return made, nil
	}))
	e.handOn(made)
	require.NoError(t, e.notify(ctx, clock.now))
	require.Len(t, s.replies(), 1, "the first at once")
	require.NoError(t, e.notify(ctx, clock.now))
	require.Len(t, s.replies(), 1)
	clock.now = clock.now.Add(time.Second)
	require.NoError(t, e.notify(ctx, clock.now))
	require.Len(t, s.replies(), 2, "two turns, one of them failed")
	e = newsEngine(t, s, d, &station{}, clock)
	for range 12 {
		require.NoError(t, e.notify(ctx, clock.now))
		clock.now = clock.now.Add(time.Second)
	}
	require.Equal(t, []string{"1 late", "2 late", "4 late", "5 late", "6 late", "7 late"}, s.replies())
	left, err := s.Notices(ctx)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Empty(t, e.news.notices)
}

// While the engine drains nobody is told, and nothing is made up for afterwards.
func TestNoticesWaitWhileTheEngineDrains(t *testing.T) {
	ctx, s, clock := context.Background(), newMemStore(), &fakeClock{now: lineStart}
	riders(t, s, 5, 20261205)
	e := newsEngine(t, s, &told{}, &station{}, clock)
	e.news.note(&Changes{Notices: []Notice{{ID: 1, At: lineStart, Number: "G1", Day: 20261205, Text: "late"}}})
	e.refuses.Store(true)
	clock.now = clock.now.Add(time.Hour)
	require.NoError(t, e.notify(ctx, clock.now))
	require.Empty(t, s.replies())
	e.refuses.Store(false)
	clock.now = clock.now.Add(time.Second)
	require.NoError(t, e.notify(ctx, clock.now))
	require.Len(t, s.replies(), 2, "no burst")
}

// What a terminal reports becomes a notice each, once, whatever is restarted.
func TestPollReadsEventsOnce(t *testing.T) {
	ctx, s, clock := context.Background(), newMemStore(), &fakeClock{now: lineStart}
	riders(t, s, 1, 20261205)
	at := &station{events: []ServiceEvent{{Seq: 3, Service: "1", Date: 20261205, Change: RunCancelled}, {Seq: 5, Service: "?", Date: 20261205},
		{Seq: 9, Service: "1", Date: 20261206, Change: RunMoved, Shift: time.Hour}}}
	e := newsEngine(t, s, &told{}, at, clock)
	var heard []ServiceEvent
	e.Changed = func(_ string, events []ServiceEvent) { heard = append(heard, events...) }
	require.NoError(t, e.Poll(ctx))
	require.Len(t, heard, 3)
	require.Len(t, e.news.notices, 2, "what we do not sell is told to nobody")
	require.NoError(t, e.Poll(ctx))
	require.Equal(t, []int64{0, 9}, at.asked)
	e = newsEngine(t, s, &told{}, at, clock)
	require.NoError(t, e.Poll(ctx))
	require.Equal(t, int64(9), at.asked[2])
	require.Len(t, e.news.notices, 2)
	for range 4 {
		clock.now = clock.now.Add(time.Second)
		require.NoError(t, e.notify(ctx, clock.now))
	}
	require.Equal(t, []string{"1 cancelled"}, s.replies())
}

// A terminal that is down is known to be, with the time that it last answered.
func TestPollTellsOutages(t *testing.T) {
	ctx, clock, at := context.Background(), &fakeClock{now: lineStart}, &station{}
	e := newsEngine(t, newMemStore(), &told{}, at, clock)
	require.NoError(t, e.Poll(ctx))
	_, down := e.env().Outage("t")
	require.False(t, down)
	clock.now, at.down = clock.now.Add(time.Minute), errors.New("no answer")
	require.NoError(t, e.Poll(ctx))
	since, down := e.env().Outage("t")
	require.True(t, down)
	require.Equal(t, lineStart, since)
	require.False(t, e.sells(&Trip{TripKey: TripKey{Terminal: "t"}}), "nobody on the waitlist asks it")
	at.down = nil
	require.NoError(t, e.Poll(ctx))
	_, down = e.env().Outage("t")
	require.False(t, down)
}

// A stop of sale is one for its service, day and class, until it is opened; a restart
// knows it.
func TestSuspensions(t *testing.T) {
	ctx, s, clock := context.Background(), newMemStore(), &fakeClock{now: lineStart}
	e := newsEngine(t, s, &told{}, &station{}, clock)
	stop := func(list ...Suspension) {
		c := &Changes{Suspensions: list}
		require.NoError(t, s.Do(ctx, Keys{}, func(*View) (*Changes, error) { return c, nil }))
		e.handOn(c)
	}
	stopped := func() (all []bool) {
		for _, x := range []struct {
			number string
			day    Date
			class  string
		}{{"G1", 20261205, "2nd"}, {"G1", 20261205, "1st"}, {"G1", 20261206, "2nd"}, {"G2", 20261205, "2nd"}} {
			all = append(all, e.env().Suspended(x.number, x.day, x.class))
		}
		return all
	}
	require.Equal(t, []bool{false, false, false, false}, stopped())
	stop(Suspension{Number: "G1", Day: 20261205, Class: "2nd"}, Suspension{Number: "G1", Day: 20261205, Class: "2nd"})
	require.Equal(t, []bool{true, false, false, false}, stopped())
	stop(Suspension{Number: "G1"})
	e = newsEngine(t, s, &told{}, &station{}, clock)
	require.Equal(t, []bool{true, true, true, false}, stopped())
	stop(Suspension{Number: "G1", Until: lineStart})
	require.Equal(t, []bool{true, false, false, false}, stopped(), "the other stop lasts")
	stop(Suspension{Number: "G1", Day: 20261205, Class: "2nd", Until: lineStart})
	require.Equal(t, []bool{false, false, false, false}, stopped())
}

// The place in line is told when many calls wait, with the time that it will take as
// calls have ended of late.
func TestLineOfCalls(t *testing.T) {
	clock := &fakeClock{now: lineStart}
	e := newsEngine(t, newMemStore(), &told{}, &station{}, clock)
	for i := range int64(manyCalls - 1) {
		e.queue(Attempt{ID: i + 1, Call: CallHold})
	}
	place, _ := e.env().Line(CallHold)
	require.Zero(t, place)
	e.queue(Attempt{ID: 900, Call: CallIssue})
	for range 200 {
		clock.now = clock.now.Add(3 * time.Second)
		e.calls.paced(TerminalPort, clock.now)
	}
	place, wait := e.env().Line(CallHold)
	require.Equal(t, manyCalls, place)
	require.InDelta(t, (manyCalls * 3 * time.Second).Seconds(), wait.Seconds(), 1)
	place, _ = e.env().Line(CallDebit)
	require.Zero(t, place, "the bank has a line of its own")
	require.True(t, e.env().Named("t"))
	require.False(t, e.env().Named("other"))
}

// Only an operator's phone has its words read as an operator's.
func TestOperatorsVerbs(t *testing.T) {
	e := newsEngine(t, newMemStore(), &told{}, &station{}, &fakeClock{now: lineStart})
	require.Equal(t, parser.Unknown, e.intake(MO{MSISDN: 7, Text: "STAT"}).Command.Verb)
	e.Operators = []MSISDN{7}
	require.Equal(t, parser.Stat, e.intake(MO{MSISDN: 7, Text: "STAT"}).Command.Verb)
	require.Equal(t, parser.Unknown, e.intake(MO{MSISDN: 8, Text: "STAT"}).Command.Verb)
}
