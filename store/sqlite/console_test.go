package sqlite

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/store/storetest"
)

// beside is a store with turns of three phones and a reader of it. Each turn is a
// minute after the one before.
func beside(t *testing.T, turns int) (*Store, *Reader) {
	t.Helper()
	o := options(t, t.TempDir())
	s := open(t, o)
	for i := range turns {
		require.NoError(t, s.Do(t.Context(), booking.Keys{Customer: phone + booking.MSISDN(i%3)}, func(v *booking.View) (*booking.Changes, error) {
			c := storetest.Turn(v, 1)
			at := storetest.Noon().Add(time.Duration(i) * time.Minute)
			c.Texts[0].At, c.Replies[0].At = at, at
			for j := range c.Journal {
				c.Journal[j].At = at
			}
			if i == 4 {
				c.Sent = []booking.Sent{{ID: c.Replies[0].ID, State: booking.MTUndeliverable, Link: "carrier", Receipt: true}}
			}
			return c, nil
		}))
	}
	r, err := OpenRead(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return s, r
}

// Marks part the rows by time, whatever the time is.
func TestReaderSince(t *testing.T) {
	const turns = 20
	_, r := beside(t, turns)
	for i := -1; i <= turns; i++ {
		m, err := r.Since(t.Context(), storetest.Noon().Add(time.Duration(i)*time.Minute))
		require.NoError(t, err)
		want := turns - min(max(i, 0), turns)
		n, last, err := r.TextsSince(t.Context(), m.Text, 100)
		require.NoError(t, err)
		require.Equal(t, want, n, i)
		again, same, err := r.TextsSince(t.Context(), last, 100)
		require.NoError(t, err)
		require.Zero(t, again)
		require.Equal(t, last, same)
		n, lost, _, err := r.RepliesSince(t.Context(), m.Reply, math.MaxInt64, 100)
		require.NoError(t, err)
		require.Equal(t, want, n, i)
		require.Len(t, lost, min(1, max(0, 5-max(i, 0))), i)
		lines := 0
		require.NoError(t, r.EachEntry(t.Context(), m.Entry, func(booking.Entry) error { lines++; return nil }))
		require.Equal(t, 2*want, lines, i)
	}
	m, err := r.Since(t.Context(), storetest.Noon())
	require.NoError(t, err)
	n, last, err := r.TextsSince(t.Context(), m.Text, 7)
	require.NoError(t, err)
	require.Equal(t, 7, n)
	rest, _, err := r.TextsSince(t.Context(), last, 100)
	require.NoError(t, err)
	require.Equal(t, turns-7, rest)
	_, empty := beside(t, 0)
	m, err = empty.Since(t.Context(), storetest.Noon())
	require.NoError(t, err)
	n, _, err = empty.TextsSince(t.Context(), m.Text, 10)
	require.NoError(t, err)
	require.Zero(t, n)
}

func TestReaderOrders(t *testing.T) {
	_, r := beside(t, 6)
	all, err := r.OrderLines(t.Context(), 0, 100)
	require.NoError(t, err)
	require.Len(t, all, 3)
	require.Equal(t, booking.OrderLine{ID: all[0].ID, Customer: phone, Day: 20300504, Number: "G123", Class: "2nd", State: booking.Held, Seats: 2,
		Price: booking.Money{Minor: 110600, Currency: "CNY"}}, all[0])
	rest, err := r.OrderLines(t.Context(), all[0].ID, 1)
	require.NoError(t, err)
	require.Equal(t, all[1:2], rest)

	o, err := r.Order(t.Context(), phone, all[0].ID)
	require.NoError(t, err)
	require.Equal(t, all[0].ID, o.ID)
	require.Equal(t, "1234", o.Account.Last4)
	none, err := r.Order(t.Context(), phone+1, all[0].ID)
	require.NoError(t, err)
	require.Nil(t, none, "it is another's")

	list := func(q booking.OrderQuery, limit int) []booking.OrderLine {
		got, err := r.Departing(t.Context(), q, limit)
		require.NoError(t, err)
		return got
	}
	q := booking.OrderQuery{First: 20300504, Last: 20300504}
	require.Equal(t, all, list(q, 100))
	q.AfterDay, q.AfterID = 20300504, all[0].ID
	require.Equal(t, all[1:2], list(q, 1))
	require.Len(t, list(booking.OrderQuery{First: 20300501, Last: 20300601, Code: o.Code}, 100), 1)
	require.Len(t, list(booking.OrderQuery{First: 20300501, Last: 20300601, Number: "G123"}, 100), 3)
	require.Empty(t, list(booking.OrderQuery{First: 20300501, Last: 20300601, Number: "G124"}, 100))
	require.Empty(t, list(booking.OrderQuery{First: 20300505, Last: 20300601}, 100))
	tallies, err := r.Count(t.Context(), 20300504)
	require.NoError(t, err)
	require.Equal(t, 3, tallies[0].Orders)
}

// A customer's texts and answers are found among everybody's, a bounded number of
// rows at a time; of an erased customer no word is.
func TestReaderTranscript(t *testing.T) {
	s, r := beside(t, 30)
	c, err := r.Customer(t.Context(), phone+1)
	require.NoError(t, err)
	require.Equal(t, "ZHANG SAN", c.Name)
	require.Equal(t, phone+1, c.MSISDN)
	none, err := r.Customer(t.Context(), phone+5)
	require.NoError(t, err)
	require.Nil(t, none)

	seen, before := map[int64]bool{}, int64(0)
	for page := 0; ; page++ {
		require.Less(t, page, 30)
		texts, low, err := r.TextsOf(t.Context(), phone+1, before, 7, 2)
		require.NoError(t, err)
		answers, err := r.RepliesOf(t.Context(), phone+1, low, before, 100)
		require.NoError(t, err)
		require.Len(t, answers, len(texts))
		for i, x := range texts {
			require.False(t, seen[x.ID])
			seen[x.ID] = true
			require.Equal(t, "BOOK G123 4/5 2 北京", x.Text)
			require.Equal(t, "carrier", x.Link)
			require.Equal(t, x.ID, answers[len(answers)-1-i].Cause)
			require.Contains(t, answers[i].Text, "Held G123")
		}
		if before = low; low == 0 {
			break
		}
	}
	require.Len(t, seen, 10)

	require.NoError(t, s.Do(t.Context(), booking.Keys{Customer: phone + 1}, func(v *booking.View) (*booking.Changes, error) {
		v.Customer.Forget(storetest.Noon())
		return &booking.Changes{Customer: v.Customer, Erase: true}, nil
	}))
	texts, _, err := r.TextsOf(t.Context(), phone+1, 0, 1000, 100)
	require.NoError(t, err)
	require.Len(t, texts, 10)
	require.Empty(t, texts[0].Text)
	answers, err := r.RepliesOf(t.Context(), phone+1, 0, 0, 100)
	require.NoError(t, err)
	require.Len(t, answers, 10)
	for _, a := range answers { // what is still to be sent is kept until it is
		require.Equal(t, a.State == booking.MTReady, a.Text != "", a.ID)
	}
	require.Equal(t, booking.MTUndeliverable, answers[1].State)
	c, err = r.Customer(t.Context(), phone+1)
	require.NoError(t, err)
	require.Empty(t, c.Name)
	stops, err := r.Suspended(t.Context())
	require.NoError(t, err)
	require.Empty(t, stops)
}
