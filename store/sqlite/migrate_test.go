package sqlite

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/store/commit"
	"shortfare/store/storetest"
)

// before is a file of schema 2, as the store of that time wrote it.
type before struct {
	t      *testing.T
	tx     *commit.Tx
	c      codec
	bodies [][]byte // that were sealed for the MSISDN alone
}

func (b *before) exec(query string, args ...any) {
	b.t.Helper()
	_, _, err := b.tx.Exec(query, args...)
	require.NoError(b.t, err)
}

func (b *before) seal(owner string, v any) []byte {
	b.t.Helper()
	body, err := b.c.seal(owner, v)
	require.NoError(b.t, err)
	b.bodies = append(b.bodies, body)
	return body
}

func (b *before) raw(owner, text string) []byte {
	body := b.c.vault.Seal(booking.SecretText, owner, []byte(text))
	b.bodies = append(b.bodies, body)
	return body
}

func (b *before) order(o booking.Order) {
	data, err := b.c.encode(&o)
	require.NoError(b.t, err)
	b.exec(`INSERT INTO orders (id, msisdn, state, data) VALUES (?, ?, ?, ?)`, int64(o.ID), uint64(o.Customer), uint8(o.State), string(data))
}

// customer writes one with ids from first on: a text and three replies (sent,
// undeliverable, ready), three receipts, a part, three orders and an attempt.
func (b *before) customer(m booking.MSISDN, first int64) {
	c := &booking.Customer{MSISDN: m}
	storetest.Fill(c)
	c.Joining = []booking.Joining{{Key: "part of " + m.String(), Total: 2, Got: []int{1}}}
	at := storetest.Noon().UnixMilli()
	for i, st := range []booking.State{booking.Held, booking.Closed, booking.Waiting} {
		o := storetest.Order(m, booking.OrderID(first+int64(i)))
		o.State, o.Account.Token = st, "Tokenvogel"
		o.Passengers = []booking.Passenger{{Name: "Kanarienvogel"}}
		o.Trip.Dep = o.Trip.Dep.Add(13 * time.Hour) // the day after: 5 May, 01:00
		switch st {
		case booking.Closed:
			o.Reason, o.Class, o.Trip.Kind, o.Trip.Dep = booking.ClosedExpired, "vip", booking.Bus, time.Time{}
		case booking.Waiting:
			o.Wish = &booking.Wish{Trips: []booking.Trip{o.Trip}, Joined: storetest.Noon()}
		}
		b.order(o)
		c.Refer(&o)
	}
	b.exec(`INSERT INTO customers (msisdn, due, data) VALUES (?, ?, ?)`, uint64(m), at, b.seal(m.String(), c))
	b.exec(`INSERT INTO inbox (id, msisdn, at, state, body) VALUES (?, ?, ?, 0, ?)`, first, uint64(m), at, b.seal(m.String(), textBody{Text: "BOOK G123"}))
	for i, st := range []booking.MTState{booking.MTSent, booking.MTUndeliverable, booking.MTReady} {
		body := replyBody{Text: "Held", To: booking.Address{Addr: m.String()}}
		sealed, err := b.c.seal(m.String(), body)
		require.NoError(b.t, err)
		if st != booking.MTReady {
			b.bodies = append(b.bodies, sealed)
		}
		b.exec(`INSERT INTO outbox (id, msisdn, state, copies, cause, flags, at, body) VALUES (?, ?, ?, 0, ?, 2, ?, ?)`, first+int64(i), uint64(m), uint8(st), first, at, sealed)
	}
	b.exec(`INSERT INTO receipts (id, link, message_id, state, at, outbox, raw, msisdn) VALUES (?, 'a', '1', 'UNDELIV', ?, ?, ?, 0)`, first, at, first+1, b.raw(receiptOwner+"1", "text:Held"))
	b.exec(`INSERT INTO receipts (id, link, message_id, state, at, outbox, raw, msisdn) VALUES (?, 'a', '2', 'DELIVRD', ?, NULL, ?, ?)`, first+1, at, b.raw(receiptOwner+"2", "text:Held"), uint64(m))
	b.exec(`INSERT INTO receipts (id, link, message_id, state, at, outbox, raw, msisdn) VALUES (?, 'a', ?, 'DELIVRD', ?, NULL, ?, 0)`, first+2, m.String(), at, b.raw(receiptOwner+m.String(), "text:Held"))
	b.exec(`INSERT INTO parts (key, seq, total, at, body) VALUES (?, 1, 2, ?, ?)`, "part of "+m.String(), at, b.raw(partOwner+"part of "+m.String(), "BOOK"))
	b.exec(`INSERT INTO attempts (id, msisdn, order_id, call, due, epoch) VALUES (?, ?, ?, ?, NULL, 1)`, first, uint64(m), first, uint8(booking.CallHold))
}

// schema2File makes the file in dir and returns what of phone was sealed for the MSISDN alone.
func schema2File(t *testing.T, o Options, customers int) (bodies [][]byte) {
	t.Helper()
	db, err := commit.Open(commit.Options{Path: o.Path, Migrations: migrations()[:2]})
	require.NoError(t, err)
	require.NoError(t, db.Do(t.Context(), func(tx *commit.Tx) error {
		b := &before{t: t, tx: tx, c: newCodec(o.Vault)}
		b.exec(`INSERT INTO meta (id, epoch, ids, canary) VALUES (1, 1, 5000, ?)`, b.c.canary())
		for i := range customers {
			b.customer(phone+booking.MSISDN(i), 100+10*int64(i))
			if i == 0 {
				bodies, b.bodies = b.bodies, nil
			}
		}
		return nil
	}))
	require.NoError(t, db.Close())
	return bodies
}

// A file from before is the same store, with its orders counted and found.
func TestMigrationKeepsEverything(t *testing.T) {
	o := options(t, t.TempDir())
	schema2File(t, o, 3)
	s := open(t, o)
	used := 0
	for range 2 {
		n := 0
		require.NoError(t, s.EachCustomer(t.Context(), 0, func(c *booking.Customer) error { n++; require.Equal(t, "ZHANG SAN", c.Name); return nil }))
		require.NoError(t, s.EachText(t.Context(), 0, func(m booking.MO) error { n++; require.Equal(t, "BOOK G123", m.Text); return nil }))
		require.NoError(t, s.EachReply(t.Context(), 0, func(m booking.MT, _ booking.Sent) error { n++; require.Equal(t, "Held", m.Text); return nil }))
		require.NoError(t, s.EachReceipt(t.Context(), 0, func(r booking.Receipt, _ int64) error { n++; require.Equal(t, "text:Held", r.Raw); return nil }))
		require.NoError(t, s.EachOrder(t.Context(), 0, func(o *booking.Order) error {
			n++
			require.Equal(t, "Kanarienvogel", o.Passengers[0].Name)
			require.Equal(t, "Tokenvogel", o.Account.Token)
			return nil
		}))
		require.Equal(t, 3*11, n)
		list, err := s.Attempts(t.Context(), 0, 10)
		require.NoError(t, err)
		require.Len(t, list, 3)
		require.Equal(t, "Kanarienvogel", list[0].Subject.Passengers[0].Name)
		undelivered, err := s.Undelivered(t.Context(), 10)
		require.NoError(t, err)
		require.Len(t, undelivered, 3)
		waiting, err := s.Waiting(t.Context(), 0, 10)
		require.NoError(t, err)
		require.Len(t, waiting, 3)
		travel, err := s.Travellers(t.Context(), "G123", 20300505, 20300505, phone, 10)
		require.NoError(t, err)
		require.Equal(t, []booking.MSISDN{phone + 1, phone + 2}, travel)

		uses, err := s.Uses(t.Context(), time.Time{})
		require.NoError(t, err)
		require.Len(t, uses, used)
		require.NoError(t, s.Do(t.Context(), booking.Keys{}, func(v *booking.View) (*booking.Changes, error) {
			used++
			return &booking.Changes{Uses: []booking.AccountUse{{ID: v.NewID(), At: storetest.Noon(), Account: "a"}}}, nil
		}))

		yuan := booking.Money{Minor: 3 * 110600, Currency: "CNY"}
		counts, err := s.Count(t.Context(), 20300505)
		require.NoError(t, err)
		require.Equal(t, []booking.Tally{{Number: "G123", Day: 20300505, Class: "2nd", State: booking.Waiting, Orders: 3, Seats: 6, Money: yuan},
			{Number: "G123", Day: 20300505, Class: "2nd", State: booking.Held, Orders: 3, Seats: 6, Money: yuan}}, counts)
		counts, err = s.Count(t.Context(), 20300504) // of the run, where no departure was known
		require.NoError(t, err)
		require.Equal(t, []booking.Tally{{Number: "G123", Kind: booking.Bus, Day: 20300504, Class: "2nd", Customer: "vip", State: booking.Closed,
			Reason: booking.ClosedExpired, Orders: 3, Seats: 6, Money: yuan}}, counts)
		require.NoError(t, s.Close())
		s = open(t, o)
	}
}

// A customer from before goes on, his orders as they were; what is written again is
// sealed for his own secret.
func TestMigratedCustomerGoesOn(t *testing.T) {
	o := options(t, t.TempDir())
	schema2File(t, o, 2)
	s := open(t, o)
	for range 2 {
		require.NoError(t, s.Do(t.Context(), booking.Keys{Customer: phone, Parts: "part of " + phone.String()}, func(v *booking.View) (*booking.Changes, error) {
			require.Equal(t, "ZHANG SAN", v.Customer.Name)
			require.Len(t, v.Orders, 2)
			require.Equal(t, "Kanarienvogel", v.Orders[0].Passengers[0].Name)
			require.Len(t, v.Parts, 1)
			v.Orders[0].Version++
			return &booking.Changes{Customer: v.Customer, Orders: v.Orders[:1]}, nil
		}))
	}
	require.NoError(t, s.Do(t.Context(), booking.Keys{}, func(v *booking.View) (*booking.Changes, error) { // of one who was not asked
		return &booking.Changes{Replies: []booking.MT{storetest.Reply(phone+1, v.NewID(), 0)},
			Receipts: []booking.Receipt{{Link: "a", MessageID: "3", MSISDN: phone + 1, State: "ENROUTE", Raw: "text:Held"}}}, nil
	}))
	require.Len(t, secrets(t, s), 2)
	require.EqualValues(t, 2, countRows(t, s, "owners"))
	require.NoError(t, s.EachCustomer(t.Context(), 0, func(c *booking.Customer) error { require.Equal(t, "ZHANG SAN", c.Name); return nil }))
	var unowned int64
	require.NoError(t, s.db.Read(t.Context(), func(tx *commit.Tx) error {
		_, err := tx.Get(`SELECT count(*) FROM orders WHERE data LIKE '%Kanarienvogel%' OR data LIKE '%Tokenvogel%'`, func(r commit.Row) error { unowned = r.Int64(0); return nil })
		return err
	}))
	require.EqualValues(t, 5, unowned, "all but the one that was written again")
}

// Erasing somebody from before empties what was sealed for his MSISDN alone:
// none of it is in any file any more. Others keep theirs.
func TestEraseFromBefore(t *testing.T) {
	for _, c := range []struct {
		name  string
		first func(v *booking.View) *booking.Changes // of his, before he is erased
	}{
		{"at once", nil},
		{"after a turn", func(v *booking.View) *booking.Changes {
			v.Customer.Rate.N++
			return &booking.Changes{Customer: v.Customer, Texts: []booking.MO{storetest.Text(phone, v.NewID())}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			o := options(t, dir)
			bodies := schema2File(t, o, 3)
			require.Len(t, bodies, 8)
			for _, b := range bodies {
				require.Positive(t, holding(t, dir, b[8:]))
			}
			s := open(t, o)
			// The receipt that names nobody is found to be his.
			require.NoError(t, s.Do(t.Context(), booking.Keys{}, func(v *booking.View) (*booking.Changes, error) {
				return &booking.Changes{Sent: []booking.Sent{{ID: 100, State: booking.MTSent, Link: "a", MessageID: phone.String(), Receipt: true}}}, nil
			}))
			if c.first != nil {
				require.NoError(t, s.Do(t.Context(), booking.Keys{Customer: phone}, func(v *booking.View) (*booking.Changes, error) { return c.first(v), nil }))
			}
			require.NoError(t, s.Do(t.Context(), booking.Keys{Customer: phone}, func(v *booking.View) (*booking.Changes, error) {
				return &booking.Changes{Erase: true, Customer: &booking.Customer{MSISDN: phone, Orders: v.Customer.Orders}}, nil
			}))
			for i, b := range bodies {
				require.Zero(t, holding(t, dir, b[8:]), "body %d", i)
			}
			known, named := 0, 0
			require.NoError(t, s.EachReply(t.Context(), 0, func(m booking.MT, r booking.Sent) error {
				if m.MSISDN == phone && m.Text != "" {
					known++
					require.Equal(t, booking.MTReady, r.State)
				}
				return nil
			}))
			require.Equal(t, 1, known, "what must still be sent")
			require.NoError(t, s.EachText(t.Context(), 0, func(m booking.MO) error { require.Equal(t, m.MSISDN != phone, m.Text != ""); return nil }))
			require.NoError(t, s.EachOrder(t.Context(), 0, func(o *booking.Order) error {
				require.Len(t, o.Passengers, 1)
				require.Equal(t, o.Customer != phone, o.Account.Token != "")
				if o.Passengers[0].Name != "" {
					named++
					require.NotEqual(t, phone, o.Customer)
				}
				return nil
			}))
			require.Equal(t, 6, named)
			raws := map[string]int{}
			require.NoError(t, s.EachReceipt(t.Context(), 0, func(r booking.Receipt, _ int64) error { raws[r.Raw]++; return nil }))
			require.Equal(t, map[string]int{"": 3, "text:Held": 6}, raws)
			require.Equal(t, 6, holding(t, dir, []byte("Kanarienvogel")), "names of the others, who were not written again")
		})
	}
}
