package booking_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	. "shortfare/booking"
)

func turnView(orders ...*Order) *View {
	id := int64(100)
	return &View{Customer: &Customer{MSISDN: 8613800000001}, Orders: orders, NewID: func() int64 { id++; return id }}
}

func TestChangesOpen(t *testing.T) {
	v, env := turnView(), Env{Now: tableStart, Epoch: 4}
	var c Changes
	o := c.Open(v, Order{ID: 7, Code: "K7", Customer: 8613800000001, Ask: 11}, env)
	require.Equal(t, Holding, o.State)
	require.Equal(t, []*Order{o}, v.Orders)
	require.Same(t, o, v.Find("K7"))
	require.Nil(t, v.Find("K8"))
	require.Equal(t, []*Order{o}, c.Orders)
	require.Same(t, v.Customer, c.Customer)
	require.Equal(t, []OrderRef{{ID: 7, Code: "K7", Live: true}}, c.Customer.Orders)
	require.Equal(t, []Entry{{ID: 101, At: tableStart, MSISDN: 8613800000001, Order: 7, Event: "Opened", From: "none", To: "holding", Cause: 11}}, c.Journal)
	require.Equal(t, []Attempt{{ID: 102, Customer: 8613800000001, Order: 7, Call: CallHold, Due: tableStart, Epoch: 4, Subject: o}}, c.Attempts)
}

func TestChangesStep(t *testing.T) {
	o := orderIn(Issuing)
	v := turnView(&o)
	env := Env{Now: tableStart.Add(time.Second), Epoch: 4}
	var c Changes
	tells, err := c.Step(v, &o, Event{Kind: IssueDone}, env)
	require.NoError(t, err)
	require.Equal(t, "tell paid@11", render(tells))
	require.Equal(t, Issued, o.State)
	require.Empty(t, c.Attempts)
	require.Equal(t, []Entry{
		{ID: 101, At: env.Now, MSISDN: o.Customer, Order: 7, Event: "IssueDone", From: "issuing", To: "issued"},
		{ID: 102, At: env.Now, MSISDN: o.Customer, Order: 7, Event: "posting", Debit: LedgerCustomer, Credit: LedgerTerminal, Amount: o.Price},
	}, c.Journal)

	cancel := Event{Kind: Quoted, Ask: 12, Limit: 3, Price: o.Price, Quote: Quote{For: QuoteCancel, Until: env.Now.Add(time.Minute)}}
	_, err = c.Step(v, &o, cancel, env)
	require.NoError(t, err)
	tells, err = c.Step(v, &o, Event{Kind: Cancel, Ask: 13}, env)
	require.NoError(t, err)
	require.Empty(t, tells)
	require.Equal(t, []*Order{&o}, c.Orders, "an order is written once per turn")
	require.Equal(t, int64(13), c.Journal[len(c.Journal)-1].Cause)
	require.Equal(t, CallVoid, c.Attempts[0].Call)
	require.Equal(t, Voiding, c.Attempts[0].Subject.State)
}

func TestChangesStepBacksOff(t *testing.T) {
	for _, jitter := range []float64{0, 0.5} {
		o := orderIn(Reversing)
		o.Tries = 3
		var c Changes
		_, err := c.Step(turnView(&o), &o, Event{Kind: ReverseUnknown}, Env{Now: tableStart, Jitter: jitter})
		require.NoError(t, err)
		require.Equal(t, tableStart.Add(8*time.Second+time.Duration(jitter*float64(2*time.Second))), c.Attempts[0].Due)
		require.Equal(t, 4, o.Tries)
	}
}

func TestChangesStepRefused(t *testing.T) {
	o := orderIn(Closed)
	given := o
	v := turnView(&o)
	var c Changes
	tells, err := c.Step(v, &o, Event{Kind: Confirm, Ask: 12}, Env{Now: tableStart})
	require.ErrorIs(t, err, ErrIllegal)
	require.Empty(t, tells)
	require.Equal(t, given, o)
	require.Equal(t, Changes{}, c)
}

func TestChangesDeadlines(t *testing.T) {
	held, debiting, shut := orderIn(Held), orderIn(Debiting), orderIn(Closed)
	v := turnView(&held, &debiting, &shut)
	c := Changes{}
	c.Deadlines(v, time.Second)
	require.Nil(t, c.Customer, "a turn that changes nothing writes nothing")
	c.Customer = v.Customer
	c.Deadlines(v, 10*time.Second)
	require.Equal(t, tableStart.Add(10*time.Second), v.Customer.Due)
	c.Deadlines(v, 100*time.Hour)
	require.Equal(t, held.Due, v.Customer.Due)
	v.Orders = []*Order{&shut}
	c.Deadlines(v, time.Second)
	require.True(t, v.Customer.Due.IsZero(), "nothing is due any more")
}
