package booking

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/parser"
)

// scripted decides as its texts say: `open`, `confirm`, `panic`, `error`, else
// an echo. Every tell becomes a reply with its number.
type scripted struct{}

func (scripted) Decide(v *View, in Input, env Env) (*Changes, error) {
	c := &Changes{Customer: v.Customer}
	var tells []Effect
	reply := func(text string, cause int64) {
		c.Replies = append(c.Replies, MT{ID: v.NewID(), MSISDN: v.Customer.MSISDN, Text: text, Cause: cause, At: env.Now})
	}
	step := func(o *Order, e Event) {
		t, err := c.Step(v, o, e, env)
		if err == nil {
			tells = append(tells, t...)
		}
	}
	switch {
	case in.Text != nil:
		mo := in.Text.MO
		c.Texts = append(c.Texts, mo)
		switch mo.Text {
		case "panic":
			panic("a bug")
		case "error":
			v.Customer.Name = "half changed"
			return nil, errors.New("a fault")
		case "open":
			id := OrderID(v.NewID())
			c.Open(v, Order{ID: id, Code: "K7M2P", Customer: mo.MSISDN, Seats: 1, Ask: mo.ID, Trip: Trip{TripKey: TripKey{Terminal: "t"}}}, env)
		case "confirm":
			step(v.Orders[0], Event{Kind: Confirm, Ask: mo.ID})
		default:
			reply("echo "+mo.Text, mo.ID)
		}
	case in.Attempt != nil:
		c.Settled = []int64{in.Attempt.ID}
		for _, o := range v.Orders {
			if o.ID == in.Attempt.Order {
				e := in.Event
				e.Quote = Quote{For: QuotePay, Gen: 1, Until: env.Now.Add(10 * time.Minute)}
				step(o, e)
			}
		}
	default:
		for _, o := range v.Orders {
			if e, ok := o.Deadline(env.Now, 5*time.Second); ok {
				step(o, e)
			}
		}
	}
	for _, t := range tells {
		reply(fmt.Sprintf("tell %d", t.Tell), t.Cause)
	}
	return c, nil
}

func (scripted) Apology(*Customer, *Intake) string { return "sorry" }
func (scripted) LostPart(_ *Customer, part int, _ time.Time) string {
	return fmt.Sprintf("part %d lost", part)
}

// fakeTerminal and fakeBank answer what they are told to and count calls.
type fakeTerminal struct {
	Ticketing
	calls []string
	until func() time.Time
	issue []Outcome[Item]
	get   Outcome[Item]
}

func (f *fakeTerminal) Left(TripKey, string) (int, bool) { return 1, true }
func (f *fakeTerminal) Prebook(context.Context, HoldRequest) Outcome[Hold] {
	f.calls = append(f.calls, "hold")
	return IsDone(Hold{Until: f.until(), Price: Money{100, "CNY"}})
}
func (f *fakeTerminal) Fulfil(context.Context, string) Outcome[Item] {
	f.calls = append(f.calls, "issue")
	if len(f.issue) == 0 {
		return IsDone(Item{State: ItemIssued})
	}
	r := f.issue[0]
	f.issue = f.issue[1:]
	return r
}
func (f *fakeTerminal) Get(context.Context, string) Outcome[Item] {
	f.calls = append(f.calls, "get")
	return f.get
}
func (f *fakeTerminal) Release(context.Context, string) Outcome[Item] {
	f.calls = append(f.calls, "release")
	return IsDone(Item{})
}

type fakeBank struct {
	Bank
	calls        []string
	debit, query Outcome[Charge]
}

func (f *fakeBank) Debit(context.Context, DebitRequest) Outcome[Charge] {
	f.calls = append(f.calls, "debit")
	return f.debit
}
func (f *fakeBank) Query(context.Context, string) Outcome[Charge] {
	f.calls = append(f.calls, "query")
	return f.query
}
func (f *fakeBank) Reverse(context.Context, string) Outcome[Charge] {
	f.calls = append(f.calls, "reverse")
	return IsDone(Charge{})
}

// fakeCarrier keeps what it is given; room bounds it.
type fakeCarrier struct {
	got   []MT
	done  []func(SendResult)
	room  int
	ready error
}

func (f *fakeCarrier) Send(m MT, done func(SendResult)) bool {
	if len(f.got) >= f.room {
		return false
	}
	f.got, f.done = append(f.got, m), append(f.done, done)
	return true
}
func (f *fakeCarrier) Ready() error { return f.ready }

func (f *fakeCarrier) texts() string {
	var all []string
	for _, m := range f.got {
		all = append(all, m.Text)
	}
	return strings.Join(all, ", ")
}

type fakeClock struct{ now time.Time }

func (f *fakeClock) Now() time.Time { return f.now }
func (f *fakeClock) AfterFunc(d time.Duration, g func()) func() bool {
	return WallClock{}.AfterFunc(time.Hour+d, g)
}

type noPlaces struct{ Catalogue }

func (noPlaces) Lookup(string) (parser.Place, bool)   { return parser.Place{}, false }
func (noPlaces) Fuzzy(string) (parser.Place, bool)    { return parser.Place{}, false }
func (noPlaces) HanPrefix(string) (parser.Place, int) { return parser.Place{}, 0 }
func (noPlaces) Service(string) bool                  { return false }

// rig is an engine among fakes, driven one unit at a time.
type rig struct {
	*Engine
	t       *testing.T
	store   *memStore
	term    *fakeTerminal
	bank    *fakeBank
	carrier *fakeCarrier
	clock   *fakeClock
}

func newRig(t *testing.T, s *memStore) *rig {
	clock := &fakeClock{now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)}
	r := &rig{t: t, store: s, clock: clock, term: &fakeTerminal{until: func() time.Time { return clock.now.Add(30 * time.Minute) }},
		bank: &fakeBank{debit: IsDone(Charge{Amount: Money{100, "CNY"}})}, carrier: &fakeCarrier{room: 100}}
	r.Engine = &Engine{Store: s, Decider: scripted{}, Terminals: map[string]Ticketing{"t": r.term}, Bank: r.bank, Carrier: r.carrier,
		Vault: nil, Catalogue: func() Catalogue { return noPlaces{} }, Clock: clock}
	require.NoError(t, r.Start(context.Background()))
	require.NoError(t, r.Tick(context.Background()))
	return r
}

func (r *rig) text(s string) (err error) {
	err = errors.New("done was not called")
	r.Receive(Arrival{MO: MO{MSISDN: 8613800138001, Text: s, Hash: uint64(len(s)), At: r.clock.now}}, func(e error) { err = e })
	return err
}

// attempts makes every call that is queued.
func (r *rig) attempts() {
	for {
		select {
		case a := <-r.calls.terminal:
			r.Attempt(context.Background(), a)
		case a := <-r.calls.bank:
			r.Attempt(context.Background(), a)
		default:
			return
		}
	}
}

func TestReceiveAcknowledgesAfterCommitOnly(t *testing.T) {
	r := newRig(t, newMemStore())
	r.store.hold = true
	acked := false
	r.Receive(Arrival{MO: MO{MSISDN: 8613800138001, Text: "hi"}}, func(err error) { require.NoError(t, err); acked = true })
	require.False(t, acked, "acknowledged before it was durable")
	require.Empty(t, r.carrier.got, "answered before it was durable")
	r.store.release()
	require.True(t, acked)
	require.Equal(t, "echo hi", r.carrier.texts())

	r.store.fail = ErrBusy
	require.ErrorIs(t, r.text("again"), ErrBusy)
}

func TestReceiveRefusesWhileDraining(t *testing.T) {
	r := newRig(t, newMemStore())
	r.refuses.Store(true)
	require.ErrorIs(t, r.text("late"), ErrBusy)
	require.Empty(t, r.store.texts)
}

func TestFailedTurnApologises(t *testing.T) {
	for _, s := range []string{"panic", "error"} {
		r := newRig(t, newMemStore())
		require.NoError(t, r.text(s), "the text is stored all the same")
		require.Equal(t, MOFailed, r.store.texts[0].State)
		require.Equal(t, "sorry", r.carrier.texts())
		require.NoError(t, r.text("next"))
		require.Equal(t, "sorry, echo next", r.carrier.texts())
		require.NotContains(t, string(r.store.customers[8613800138001]), "half changed")
	}
}

func TestWholeWay(t *testing.T) {
	r := newRig(t, newMemStore())
	require.NoError(t, r.text("open"))
	r.attempts()
	require.NoError(t, r.text("confirm"))
	r.attempts()
	require.Equal(t, fmt.Sprintf("tell %d, tell %d", TellQuote, TellPaid), r.carrier.texts())
	require.Equal(t, []string{"hold", "issue"}, r.term.calls)
	require.Equal(t, []string{"debit"}, r.bank.calls)
	require.Empty(t, r.store.attempts)
	var postings int
	for _, e := range r.store.journal {
		if e.Event == "posting" {
			postings++
		}
	}
	require.Equal(t, 2, postings)
	for i, m := range r.carrier.got {
		require.Equal(t, r.store.texts[i].ID, m.Cause, "each answer names its text")
	}
}
