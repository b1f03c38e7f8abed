package sqlite

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/store/commit"
	"shortfare/store/storetest"
)

func countRows(t *testing.T, s *Store, table string) (n int64) {
	t.Helper()
	require.NoError(t, s.db.Read(t.Context(), func(tx *commit.Tx) error {
		_, err := tx.Get(`SELECT count(*) FROM `+table, func(r commit.Row) error { n = r.Int64(0); return nil })
		return err
	}))
	return n
}

// age writes n days' worth of rows, one batch of each kind a day, from the oldest on.
func age(t *testing.T, s *Store, days, perDay int, now time.Time) (ready int64) {
	t.Helper()
	for day := days; day > 0; day-- {
		at := now.Add(-time.Duration(day)*24*time.Hour + time.Hour)
		require.NoError(t, s.Do(t.Context(), booking.Keys{Customer: phone}, func(v *booking.View) (*booking.Changes, error) {
			o := storetest.Order(phone, booking.OrderID(v.NewID()))
			c := &booking.Changes{Orders: []*booking.Order{&o}}
			for i := range perDay {
				m, r := storetest.Text(phone, v.NewID()), storetest.Reply(phone, v.NewID(), 0)
				m.At, r.At = at, at
				id := fmt.Sprint(r.ID)
				c.Texts, c.Replies = append(c.Texts, m), append(c.Replies, r)
				c.Journal = append(c.Journal, booking.Entry{ID: v.NewID(), At: at, Event: "x"})
				c.Parts = append(c.Parts, booking.Part{Key: "k" + id, Seq: 1, Total: 2, At: at})
				if i == 0 {
					ready = r.ID // not sent yet
					continue
				}
				c.Sent = append(c.Sent, booking.Sent{ID: r.ID, State: booking.MTSent, Link: "a", MessageID: id, Receipt: true})
				if i%2 == 0 {
					c.Receipts = append(c.Receipts, booking.Receipt{Link: "a", MessageID: id, State: "DELIVRD", At: at})
				}
			}
			return c, nil
		}))
	}
	return ready
}

func TestPrune(t *testing.T) {
	s := open(t, options(t, t.TempDir()))
	now := storetest.Noon()
	const days, perDay = 6, 700 // more than a batch a day
	age(t, s, days, perDay, now)
	perDayReceipts := int64(perDay/2 - 1)
	require.EqualValues(t, days*perDayReceipts, countRows(t, s, "receipts"))
	before := now.Add(-3 * 24 * time.Hour)

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Prune(gone, before)
	require.ErrorIs(t, err, context.Canceled)

	n, err := s.Prune(t.Context(), before)
	require.NoError(t, err)
	require.EqualValues(t, 3*(perDay+perDay-1+perDay)+3*perDayReceipts, n)
	require.EqualValues(t, 3*perDay, countRows(t, s, "inbox"))
	require.EqualValues(t, 3*perDay+3, countRows(t, s, "outbox"), "what was not sent is kept")
	require.EqualValues(t, 3*perDay, countRows(t, s, "parts"))
	require.EqualValues(t, 3*perDayReceipts, countRows(t, s, "receipts"))
	require.EqualValues(t, 3*(perDay-1-perDayReceipts), countRows(t, s, "sent"), "ids of replies that are gone")
	require.EqualValues(t, days*perDay, countRows(t, s, "journal"))
	require.EqualValues(t, days, countRows(t, s, "orders"))
	require.NoError(t, s.EachText(t.Context(), 0, func(m booking.MO) error {
		if m.At.Before(before) {
			return fmt.Errorf("text %d is old", m.ID)
		}
		return nil
	}))
	n, err = s.Prune(t.Context(), before)
	require.NoError(t, err)
	require.Zero(t, n, "nothing left to do")
	n, err = s.Prune(t.Context(), now)
	require.NoError(t, err)
	require.Positive(t, n)
	require.Zero(t, countRows(t, s, "inbox"))
	require.EqualValues(t, days, countRows(t, s, "outbox"))
	require.Zero(t, countRows(t, s, "sent"))
}

// A clock that was wrong for a while does not keep the rest from being deleted.
func TestPruneAfterAClockJump(t *testing.T) {
	s := open(t, options(t, t.TempDir()))
	now := storetest.Noon()
	age(t, s, 1, 700, now.Add(365*24*time.Hour))
	age(t, s, 1, 700, now.Add(-365*24*time.Hour))
	n, err := s.Prune(t.Context(), now)
	require.NoError(t, err)
	require.Positive(t, n)
	require.EqualValues(t, 700, countRows(t, s, "inbox"))
}

func TestExportReadsEveryPage(t *testing.T) {
	s := open(t, options(t, t.TempDir()))
	age(t, s, 2, exportPage+200, storetest.Noon())
	var last int64
	n := 0
	require.NoError(t, s.EachReply(t.Context(), 0, func(m booking.MT, r booking.Sent) error {
		if m.ID <= last || r.ID != m.ID {
			return fmt.Errorf("reply %d after %d", m.ID, last)
		}
		last = m.ID
		n++
		return nil
	}))
	require.Equal(t, 2*(exportPage+200), n)
}

// What is over is deleted: notices that are done, stops that have ended or whose
// day has passed, follows of such days. What lasts is kept however old it is.
func TestPruneNews(t *testing.T) {
	s := open(t, options(t, t.TempDir()))
	now := storetest.Noon()
	old := now.Add(-10 * 24 * time.Hour)
	require.NoError(t, do(t, s, &booking.Changes{
		Notices: []booking.Notice{{ID: 1, At: old, Number: "G1", Done: true}, {ID: 2, At: old, Number: "G1"}, {ID: 3, At: now, Number: "G1", Done: true}},
		Suspensions: []booking.Suspension{{Number: "G1", At: old}, {Number: "G2", At: old}, {Number: "G3", At: old}, {Number: "G4", Day: 20300420, At: old},
			{Number: "G5", Day: 20300601, At: old}},
		Follows: []booking.Follow{{Customer: phone, Number: "G1"}, {Customer: phone, Number: "G1", Day: 20300420}, {Customer: phone, Number: "G1", Day: 20300601}},
	}))
	require.NoError(t, do(t, s, &booking.Changes{Suspensions: []booking.Suspension{{Number: "G2", Until: old}, {Number: "G3", Until: now}}}))
	n, err := s.Prune(t.Context(), now.Add(-24*time.Hour))
	require.NoError(t, err)
	require.EqualValues(t, 4, n)
	require.EqualValues(t, 2, countRows(t, s, "notices"))
	require.EqualValues(t, 3, countRows(t, s, "suspensions"))
	require.EqualValues(t, 2, countRows(t, s, "follows"))
	list, err := s.Suspended(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 2)
}

// Rows of an erased customer are pruned as all others are.
func TestPruneErased(t *testing.T) {
	s := open(t, options(t, t.TempDir()))
	now := storetest.Noon()
	ready := age(t, s, 1, 10, now.Add(-5*24*time.Hour))
	require.NoError(t, do(t, s, &booking.Changes{Erase: true, Customer: &booking.Customer{MSISDN: phone}}))
	_, err := s.Prune(t.Context(), now)
	require.NoError(t, err)
	require.Zero(t, countRows(t, s, "inbox"))
	require.Zero(t, countRows(t, s, "receipts"))
	list, err := s.Outbox(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, ready, list[0].ID)
	require.NotEmpty(t, list[0].Text)
}

// A receipt of a message that was pruned is kept, and makes nobody a customer.
func TestReceiptOfAPrunedMessage(t *testing.T) {
	s := open(t, options(t, t.TempDir()))
	m := storetest.Reply(phone, 5, 0)
	require.NoError(t, do(t, s, &booking.Changes{Replies: []booking.MT{m},
		Sent: []booking.Sent{{ID: 5, State: booking.MTSent, Link: "a", MessageID: "1", Receipt: true}}}))
	require.NoError(t, s.db.Do(t.Context(), func(tx *commit.Tx) error { _, _, err := tx.Exec(`DELETE FROM outbox`); return err }))
	r := booking.Receipt{Link: "a", MessageID: "1", State: "DELIVRD", Raw: "text:Held", At: storetest.Noon().UTC()}
	require.NoError(t, s.Do(t.Context(), booking.Keys{}, func(*booking.View) (*booking.Changes, error) {
		return &booking.Changes{Receipts: []booking.Receipt{r}}, nil
	}))
	require.EqualValues(t, 1, countRows(t, s, "customers"))
	require.NoError(t, s.EachReceipt(t.Context(), 0, func(got booking.Receipt, _ int64) error { require.Equal(t, r, got); return nil }))
}
