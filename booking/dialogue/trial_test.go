package dialogue

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/parser"
)

// trial is many phones before one engine: every text goes the way of the product from
// Receive on, with a store in memory, a terminal that always has seats and a bank that
// does as told. Replies are read as they are committed.
type trial struct {
	booking.Store // what no trial asks for

	t      testing.TB
	e      *booking.Engine
	s      Settings
	now    time.Time
	phones map[booking.MSISDN]*phoneRow
	ids    int64
	epoch  int64
	said   []booking.MT                                               // in answer to the text under way
	pays   func(booking.DebitRequest) booking.Outcome[booking.Charge] // nil: every account pays
	uses   []booking.AccountUse
	debits int                                                     // that the bank was asked for
	keep   func(before, after *booking.Order, c *booking.Customer) // a fault planted in what is stored
	timetable
}

// must is require.NoError for what is done a million times.
func must(t testing.TB, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

// phoneRow is what the store keeps of a phone.
type phoneRow struct {
	c      booking.Customer
	orders map[booking.OrderID]*booking.Order // that the customer is told of
}

func newTrial(t testing.TB, s Settings) *trial {
	x := &trial{t: t, now: noon, phones: map[booking.MSISDN]*phoneRow{}, epoch: 1, timetable: *newTimetable()}
	s.SaleDays = 15
	s.Parse = func(text string, _ time.Time) parser.Command { return parser.Parse(text, x.e.ParseContext()) }
	x.s = s.filled()
	x.start()
	return x
}

// start begins a life of the engine on what the store has.
func (x *trial) start() {
	x.e = &booking.Engine{Store: x, Decider: New(x.s), Terminals: map[string]booking.Ticketing{"": x}, Bank: x, Vault: x, Clock: x,
		Catalogue: func() booking.Catalogue { return &x.timetable }, Loc: shanghai, SaleDays: 15, HoldFor: x.s.HoldFor, Workers: 1}
	require.NoError(x.t, x.e.Start(x.t.Context()))
}

// text plays one text and what follows of it, and returns the answers.
func (x *trial) text(m booking.MSISDN, text string) []booking.MT {
	x.due(m)
	x.said = x.said[:0]
	number := m.String()
	x.e.Receive(booking.Arrival{MO: booking.MO{MSISDN: m, Text: text, Hash: uint64(x.ids), At: x.now, Link: "a",
		Source: booking.Address{Addr: number}, Dest: booking.Address{Addr: "12345"}}}, func(err error) { must(x.t, err) })
	x.calls()
	return x.said
}

// decide is text for one that was read before: the turn alone, without the way to it.
func (x *trial) decide(m booking.MSISDN, cmd parser.Command) []booking.MT {
	x.due(m)
	x.said = x.said[:0]
	in := &booking.Intake{MO: booking.MO{MSISDN: m, At: x.now}, Command: cmd}
	env := booking.Env{Now: x.now, Catalogue: &x.timetable, Stock: x}
	var made []booking.Attempt
	must(x.t, x.Do(x.t.Context(), booking.Keys{Customer: m}, func(v *booking.View) (*booking.Changes, error) {
		ch, err := x.e.Decider.Decide(v, booking.Input{Text: in}, env)
		if err == nil {
			made = ch.Attempts
		}
		return ch, err
	}))
	for _, a := range made {
		x.e.Attempt(x.t.Context(), a)
	}
	x.calls()
	return x.said
}

// answer plays a text that is answered once.
func (x *trial) answer(m booking.MSISDN, text string) string {
	said := x.text(m, text)
	if len(said) != 1 {
		x.t.Fatalf("%d answers to %q: %v", len(said), text, said)
	}
	return said[0].Text
}

// due runs what time has brought to a phone.
func (x *trial) due(m booking.MSISDN) {
	for row := x.phones[m]; row != nil && !row.c.Due.IsZero() && !row.c.Due.After(x.now); {
		must(x.t, x.e.Turn(x.t.Context(), m))
		x.calls()
	}
}

func (x *trial) calls() {
	for a, ok := x.e.Next(); ok; a, ok = x.e.Next() {
		x.e.Attempt(x.t.Context(), a)
	}
}

// Submit decides at once on what is kept itself: no turn of a trial fails, so that
// nothing has to be undone, and a million of them are quick.
func (x *trial) Submit(k booking.Keys, decide func(*booking.View) (*booking.Changes, error), done func(*booking.Changes, error)) error {
	v := &booking.View{NewID: func() int64 { x.ids++; return x.ids }}
	if row := x.row(k.Customer); row != nil {
		v.Customer = &row.c
		v.Order = func(id booking.OrderID) (*booking.Order, error) { return row.orders[id], nil }
		for _, ref := range row.c.Orders {
			if !ref.Live {
				continue
			}
			o := row.orders[ref.ID]
			if x.keep != nil { // which compares with what was
				before := *o
				o = &before
			}
			v.Orders = append(v.Orders, o)
		}
	}
	ch, err := decide(v)
	switch {
	case errors.Is(err, booking.ErrNoChange):
		ch, err = nil, nil
	case err == nil:
		x.apply(ch, x.phones[k.Customer])
	}
	done(ch, err)
	return nil
}

// row is what is kept of a phone; nil for none.
func (x *trial) row(m booking.MSISDN) *phoneRow {
	if row := x.phones[m]; m == 0 || row != nil {
		return row
	}
	x.phones[m] = &phoneRow{c: booking.Customer{MSISDN: m, New: true}, orders: map[booking.OrderID]*booking.Order{}}
	return x.phones[m]
}

func (x *trial) apply(ch *booking.Changes, row *phoneRow) {
	if row == nil {
		return
	}
	row.c.New = false
	for _, o := range ch.Orders {
		if x.keep != nil && row.orders[o.ID] != nil {
			x.keep(row.orders[o.ID], o, &row.c)
		}
		row.orders[o.ID] = o
	}
	if len(row.orders) > 2*booking.MaxOrders {
		maps.DeleteFunc(row.orders, func(id booking.OrderID, _ *booking.Order) bool {
			return !slices.ContainsFunc(row.c.Orders, func(r booking.OrderRef) bool { return r.ID == id })
		})
	}
	x.said, x.uses = append(x.said, ch.Replies...), append(x.uses, ch.Uses...)
}

// Do is Submit: it waits for nothing.
func (x *trial) Do(_ context.Context, k booking.Keys, decide func(*booking.View) (*booking.Changes, error)) (err error) {
	return errors.Join(x.Submit(k, decide, func(_ *booking.Changes, e error) { err = e }), err)
}

func (x *trial) Epoch() int64 { return x.epoch }
func (x *trial) Uses(_ context.Context, since time.Time) (list []booking.AccountUse, _ error) {
	for _, u := range x.uses {
		if !u.At.Before(since) {
			list = append(list, u)
		}
	}
	return list, nil
}
func (x *trial) Suspended(context.Context) ([]booking.Suspension, error)         { return nil, nil }
func (x *trial) Notices(context.Context) ([]booking.Notice, error)               { return nil, nil }
func (x *trial) Cursor(context.Context, string) (int64, error)                   { return 0, nil }
func (x *trial) Attempts(context.Context, int64, int) ([]booking.Attempt, error) { return nil, nil }
func (x *trial) Waiting(context.Context, booking.OrderID, int) ([]*booking.Order, error) {
	return nil, nil
}

// Now and AfterFunc are the trial's clock: nothing in it waits.
func (x *trial) Now() time.Time                                  { return x.now }
func (x *trial) AfterFunc(time.Duration, func()) func() bool     { return func() bool { return true } }
func (x *trial) Ready(context.Context) error                     { return nil }
func (x *trial) Capabilities() booking.Capabilities              { return booking.Capabilities{} }
func (x *trial) Left(booking.TripKey, string) (int, bool)        { return 18, true }
func (x *trial) PaysByPhone() bool                               { return x.s.PayByPhone }
func (x *trial) Seal(_, _ string, plain []byte) []byte           { return plain }
func (x *trial) Open(_, _ string, sealed []byte) ([]byte, error) { return sealed, nil }
func (x *trial) PRF(string, []byte) [32]byte                     { return [32]byte{} }

// Token is a blind index that is no secret here.
func (x *trial) Token(kind string, plaintext []byte) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(kind))
	_, _ = h.Write(plaintext)
	return fmt.Sprintf("%016x", h.Sum64())
}

// Prebook holds the seats for as long as it is asked to.
func (x *trial) Prebook(_ context.Context, r booking.HoldRequest) booking.Outcome[booking.Hold] {
	places := []string{"car5 7A", "car5 7B", "car5 7C", "car5 7D", "car5 7F"}
	return booking.IsDone(booking.Hold{Until: x.now.Add(r.For), Price: cny(55300).Times(r.Seats), Places: places[:r.Seats]})
}

func (x *trial) item(s booking.TicketState) booking.Outcome[booking.Item] {
	return booking.IsDone(booking.Item{State: s})
}

func (x *trial) Fulfil(context.Context, string) booking.Outcome[booking.Item] {
	return x.item(booking.ItemIssued)
}
func (x *trial) Get(context.Context, string) booking.Outcome[booking.Item] {
	return x.item(booking.ItemHeld)
}
func (x *trial) Release(context.Context, string) booking.Outcome[booking.Item] {
	return x.item(booking.ItemReleased)
}
func (x *trial) Void(context.Context, string, []string) booking.Outcome[booking.Item] {
	return x.item(booking.ItemVoided)
}
func (x *trial) Events(context.Context, int64, int) booking.Outcome[[]booking.ServiceEvent] {
	return booking.IsDone([]booking.ServiceEvent(nil))
}

// Debit asks the bank.
func (x *trial) Debit(_ context.Context, r booking.DebitRequest) booking.Outcome[booking.Charge] {
	if x.debits++; x.pays != nil {
		return x.pays(r)
	}
	return booking.IsDone(booking.Charge{Ref: r.Key, Amount: r.Amount})
}

func (x *trial) charge(key string) booking.Outcome[booking.Charge] {
	return booking.IsDone(booking.Charge{Ref: key})
}
func (x *trial) Query(_ context.Context, key string) booking.Outcome[booking.Charge] {
	return x.charge(key)
}
func (x *trial) Reverse(_ context.Context, key string) booking.Outcome[booking.Charge] {
	return x.charge(key)
}
func (x *trial) Settled(_ context.Context, key string) booking.Outcome[booking.Charge] {
	return x.charge(key)
}
func (x *trial) Refund(_ context.Context, key, _ string, _ booking.Money) booking.Outcome[booking.Charge] {
	return x.charge(key)
}
