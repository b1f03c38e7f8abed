package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// named is a sample order with passengers, one of whom was cancelled alone.
func named(m booking.MSISDN, id booking.OrderID) booking.Order {
	o := Order(m, id)
	o.State, o.Account.Kind = booking.Issued, booking.CardAccount
	passenger := func(name string) booking.Passenger {
		return booking.Passenger{Name: name, Alias: "ME", Document: booking.Document{Kind: "id", Masked: "1101**********002X", Token: "t" + name, Sealed: []byte("sealed " + name)}}
	}
	gone := passenger("LI SI")
	o.Passengers = []booking.Passenger{passenger("ZHANG SAN"), passenger("WANG WU")}
	o.Former = []booking.Former{{Place: "car5 7C", Passenger: &gone, At: utc(Noon())}, {Place: "car5 7D", At: utc(Noon())}}
	return o
}

// lived fills a store with everything that is kept of a customer, in turns of
// his, and returns the id of the reply that is still to be sent.
func lived(t *testing.T, s Store, m booking.MSISDN, carrier string) (ready int64) {
	t.Helper()
	change(t, s, booking.Keys{Customer: m}, func(v *booking.View) *booking.Changes {
		c := Turn(v, s.Epoch())
		o := named(m, booking.OrderID(v.NewID()))
		c.Customer.Refer(&o)
		c.Customer.Joining = []booking.Joining{{Key: "part of " + carrier, Total: 2, Got: []int{1}}}
		c.Orders = append(c.Orders, &o)
		c.Parts = []booking.Part{{Key: "part of " + carrier, Seq: 1, Total: 2, Body: []byte("BOOK"), At: utc(Noon())}}
		c.Follows = []booking.Follow{{Customer: m, Number: "K9"}}
		sent := c.Replies[0].ID
		c.Sent = []booking.Sent{{ID: sent, State: booking.MTSent, Link: "a", MessageID: carrier, Receipt: true}}
		c.Receipts = []booking.Receipt{{Link: "a", MessageID: carrier, State: "UNDELIV", Raw: "text:Held G123", At: utc(Noon())},
			{Link: "a", MessageID: "early" + carrier, State: "DELIVRD", Raw: "text:Held G124", At: utc(Noon())},
			{Link: "a", MessageID: "other" + carrier, MSISDN: m, State: "ENROUTE", Raw: "text:Held G125", At: utc(Noon())}}
		return c
	})
	change(t, s, booking.Keys{Customer: m}, func(v *booking.View) *booking.Changes { // its receipt came before it
		text, overtaken, waits := Text(m, v.NewID()), Reply(m, v.NewID(), 0), Reply(m, v.NewID(), 0)
		ready = waits.ID
		return &booking.Changes{Texts: []booking.MO{text}, Replies: []booking.MT{overtaken, waits},
			Sent: []booking.Sent{{ID: overtaken.ID, State: booking.MTSent, Link: "a", MessageID: "early" + carrier, Receipt: true}}}
	})
	return ready
}

// kept is everything that a store can tell of a customer.
type kept struct {
	customer string
	texts    []booking.MO
	replies  []booking.MT
	orders   []*booking.Order
	receipts []string
	follows  bool
	parts    int
}

func remembered(t *testing.T, s Store, m booking.MSISDN, carrier string) (k kept) {
	t.Helper()
	for _, text := range texts(t, s) {
		if text.MSISDN == m {
			k.texts = append(k.texts, text)
		}
	}
	outbox := map[int64]bool{}
	require.NoError(t, s.EachReply(t.Context(), 0, func(r booking.MT, _ booking.Sent) error {
		if r.MSISDN == m {
			outbox[r.ID] = true
			k.replies = append(k.replies, r)
		}
		return nil
	}))
	require.NoError(t, s.EachOrder(t.Context(), 0, func(o *booking.Order) error {
		if o.Customer == m {
			k.orders = append(k.orders, o)
		}
		return nil
	}))
	require.NoError(t, s.EachReceipt(t.Context(), 0, func(r booking.Receipt, about int64) error {
		if outbox[about] || r.MSISDN == m {
			k.receipts = append(k.receipts, r.Raw)
		}
		return nil
	}))
	require.NoError(t, s.EachCustomer(t.Context(), m-1, func(c *booking.Customer) error {
		if c.MSISDN == m {
			k.customer = jsonOf(t, c)
		}
		return nil
	}))
	list, err := s.Travellers(t.Context(), "K9", 20300504, 20300504, m-1, 1)
	require.NoError(t, err)
	k.follows = len(list) == 1 && list[0] == m
	k.parts = len(look(t, s, booking.Keys{Customer: m, Parts: "part of " + carrier}).Parts)
	return k
}

// erase runs the turn that erases m. His text and the answer belong to what is
// kept from then on.
func erase(t *testing.T, s Store, m booking.MSISDN) {
	t.Helper()
	change(t, s, booking.Keys{Customer: m}, func(v *booking.View) *booking.Changes { return erasure(v, m) })
}

func erasure(v *booking.View, m booking.MSISDN) *booking.Changes {
	text := Text(m, v.NewID())
	c := &booking.Customer{MSISDN: m, Address: v.Customer.Address, OptOut: true, Orders: v.Customer.Orders}
	return &booking.Changes{Erase: true, Customer: c, Texts: []booking.MO{text}, Replies: []booking.MT{Reply(m, v.NewID(), text.ID)}}
}

// testErase: of an erased customer nothing is left but that something was, and
// what must still be sent; other customers lose nothing.
func testErase(t *testing.T, open Open) {
	s, dir := start(t, open)
	ready := lived(t, s, alice, "1")
	lived(t, s, bob, "2")
	before, other := remembered(t, s, alice, "1"), remembered(t, s, bob, "2")
	require.Len(t, before.receipts, 3)
	require.Len(t, before.orders, 2)
	require.True(t, before.follows)
	require.Equal(t, 1, before.parts)
	undelivered, err := s.Undelivered(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, undelivered, 2)

	erase(t, s, alice)
	for range 2 {
		after := remembered(t, s, alice, "1")
		require.Equal(t, other, remembered(t, s, bob, "2"))
		require.NotContains(t, after.customer, "ZHANG")
		require.Contains(t, after.customer, `"out":true`)
		require.False(t, after.follows)
		require.Zero(t, after.parts)
		require.Equal(t, []string{"", "", ""}, after.receipts)
		forgotten(t, before, after, ready)
		list, err := s.Undelivered(t.Context(), 1)
		require.NoError(t, err)
		require.Len(t, list, 1, "there is nothing to send again of what was erased")
		require.Equal(t, bob, list[0].MSISDN)
		for _, a := range attempts(t, s) {
			require.Equal(t, a.Customer == alice, a.Subject.Account.Token == "")
		}
		v := look(t, s, booking.Keys{Customer: alice})
		require.Len(t, v.Orders, 2)
		require.Equal(t, []booking.Passenger{{}, {}}, v.Orders[1].Passengers)
		s = reopen(t, open, s, dir)
	}
	lived(t, s, alice, "3") // who comes back is kept again, and can be erased again
	require.Contains(t, remembered(t, s, alice, "3").customer, `"join"`)
	erase(t, s, alice)
	require.NotContains(t, remembered(t, s, alice, "3").customer, `"join"`)
	require.Equal(t, other, remembered(t, s, bob, "2"))
}

// forgotten requires that the rows of before are there without what they said,
// but the one that is still to be sent, and that the turn that erased is whole.
func forgotten(t *testing.T, before, after kept, ready int64) {
	t.Helper()
	for i, m := range before.texts {
		require.Equal(t, booking.MO{ID: m.ID, MSISDN: m.MSISDN, At: m.At, State: m.State}, after.texts[i])
	}
	require.Len(t, after.texts, len(before.texts)+1)
	require.NotEmpty(t, after.texts[len(before.texts)].Text)
	for i, m := range before.replies {
		want := booking.MT{ID: m.ID, MSISDN: m.MSISDN, Cause: m.Cause, Notice: m.Notice, Receipt: m.Receipt, At: m.At}
		if m.ID == ready {
			want = m
		}
		require.Equal(t, want, after.replies[i])
	}
	require.Len(t, after.replies, len(before.replies)+1)
	require.NotEmpty(t, after.replies[len(before.replies)].Text)
	for i, o := range before.orders {
		want := *o
		want.Account = booking.Account{Kind: o.Account.Kind}
		if want.Passengers != nil {
			want.Passengers = make([]booking.Passenger, len(o.Passengers))
			want.Former = []booking.Former{o.Former[0], o.Former[1]}
			want.Former[0].Passenger = &booking.Passenger{}
		}
		require.Equal(t, &want, after.orders[i])
	}
}

// Orders that the turn itself writes are kept as it writes them.
func testEraseAndWrite(t *testing.T, open Open) {
	s, dir := start(t, open)
	lived(t, s, alice, "1")
	change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes {
		c := erasure(v, alice)
		c.Orders = v.Orders[1:]
		c.Parts = []booking.Part{{Key: "part of 1", Seq: 2, Total: 2, Body: []byte("new")}}
		return c
	})
	for range 2 {
		v := look(t, s, booking.Keys{Customer: alice, Parts: "part of 1"})
		require.Empty(t, v.Orders[0].Account.Token)
		require.Equal(t, "WANG WU", v.Orders[1].Passengers[1].Name)
		require.Equal(t, "LI SI", v.Orders[1].Former[0].Passenger.Name)
		require.NotEmpty(t, v.Orders[1].Account.Sealed)
		require.Len(t, v.Parts, 1)
		require.Equal(t, "new", string(v.Parts[0].Body))
		s = reopen(t, open, s, dir)
	}
}

// A turn that fails, or may not erase, erases nothing.
func testEraseUndone(t *testing.T, open Open) {
	s, dir := start(t, open)
	lived(t, s, alice, "1")
	before := remembered(t, s, alice, "1")
	for name, spoil := range map[string]func(*booking.View, *booking.Changes){
		"a row twice":            func(_ *booking.View, c *booking.Changes) { c.Texts = append(c.Texts, c.Texts[0]) },
		"nothing said is kept":   func(_ *booking.View, c *booking.Changes) { c.Customer = nil },
		"another customer":       func(_ *booking.View, c *booking.Changes) { c.Customer.MSISDN = bob },
		"another one's interest": func(_ *booking.View, c *booking.Changes) { c.Follows = []booking.Follow{{Customer: bob}} },
	} {
		require.Error(t, s.Do(t.Context(), booking.Keys{Customer: alice}, func(v *booking.View) (*booking.Changes, error) {
			c := erasure(v, alice)
			spoil(v, c)
			return c, nil
		}), name)
		require.Equal(t, before, remembered(t, s, alice, "1"), name)
	}
	require.Error(t, s.Do(t.Context(), booking.Keys{}, func(v *booking.View) (*booking.Changes, error) {
		return &booking.Changes{Erase: true, Customer: &booking.Customer{MSISDN: alice}}, nil
	}), "without keys")
	s = reopen(t, open, s, dir)
	require.Equal(t, before, remembered(t, s, alice, "1"))
	erase(t, s, bob) // of whom nothing is known
	require.Equal(t, before, remembered(t, s, alice, "1"))
	require.Equal(t, []string(nil), remembered(t, s, bob, "1").receipts)
}

// Texts of somebody who has no row yet, as when his first turn failed, can be
// erased later, and he is new until a turn writes him.
func testEraseUnknown(t *testing.T, open Open) {
	s, dir := start(t, open)
	change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes {
		m := Text(alice, v.NewID())
		m.State = booking.MOFailed
		return &booking.Changes{Texts: []booking.MO{m}, Replies: []booking.MT{Reply(alice, v.NewID(), m.ID)}}
	})
	change(t, s, booking.Keys{}, func(v *booking.View) *booking.Changes { // and by a turn about nobody
		return &booking.Changes{Texts: []booking.MO{Text(bob, v.NewID())}}
	})
	s = reopen(t, open, s, dir)
	for _, m := range []booking.MSISDN{alice, bob} {
		require.True(t, look(t, s, booking.Keys{Customer: m}).Customer.New)
		require.NotEmpty(t, remembered(t, s, m, "1").texts[0].Text)
		require.Empty(t, remembered(t, s, m, "1").customer)
		erase(t, s, m)
		require.Empty(t, remembered(t, s, m, "1").texts[0].Text)
		require.False(t, look(t, s, booking.Keys{Customer: m}).Customer.New)
	}
	due, err := s.Due(t.Context(), Noon().Add(1000*time.Hour), 10)
	require.NoError(t, err)
	require.Empty(t, due)
}
