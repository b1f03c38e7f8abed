package sqlite

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/store/commit"
	"shortfare/store/storetest"
)

// errLooked ends a turn that only looks.
var errLooked = errors.New("looked")

// opened is an open callback of phone.
func opened(id int64, note string) booking.Callback {
	return booking.Callback{ID: id, Customer: phone, At: storetest.Noon().UTC(), Changed: storetest.Noon().UTC(), Why: booking.CallbackAsked,
		State: booking.CallbackOpen, Note: note}
}

// A file of schema 5 is brought up to date and keeps what it has; it can be given
// callbacks then.
func TestMigrationBringsCallbacks(t *testing.T) {
	o := options(t, t.TempDir())
	schema2File(t, o, 2)
	db, err := commit.Open(commit.Options{Path: o.Path, Migrations: migrations()[:5]})
	require.NoError(t, err)
	require.NoError(t, db.Close())
	_, err = OpenRead(o)
	require.ErrorIs(t, err, commit.ErrOlderSchema)
	s := open(t, o)
	b := opened(1, "a note")
	require.NoError(t, do(t, s, &booking.Changes{Callbacks: []booking.Callback{b}}))
	for range 2 {
		n := 0
		require.NoError(t, s.EachCustomer(t.Context(), 0, func(c *booking.Customer) error { n++; require.Equal(t, "ZHANG SAN", c.Name); return nil }))
		require.NoError(t, s.EachOrder(t.Context(), 0, func(*booking.Order) error { n++; return nil }))
		require.Equal(t, 2+6, n)
		got, err := s.Callback(t.Context(), 1)
		require.NoError(t, err)
		require.Equal(t, &b, got)
		require.NoError(t, s.Close())
		s = open(t, o)
	}
	r, err := OpenRead(o)
	require.NoError(t, err)
	list, err := r.Callbacks(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Equal(t, []booking.Callback{b}, list)
	got, err := r.Callback(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, &b, got)
	require.NoError(t, r.Close())
}

// Callbacks that were closed go with the texts of their time; their numbers are
// never given again.
func TestPruneCallbacks(t *testing.T) {
	dir := t.TempDir()
	s := open(t, options(t, dir))
	for id := range int64(3) {
		b := opened(id+1, "")
		b.State, b.Changed = booking.CallbackClosed, storetest.Noon().Add(time.Duration(id)*time.Hour)
		if id == 0 {
			b.State = booking.CallbackTaken
		}
		b.Customer += booking.MSISDN(id)
		require.NoError(t, do(t, s, &booking.Changes{Callbacks: []booking.Callback{b}}))
	}
	for hours, left := range []int64{3, 3, 2, 1, 1} {
		_, err := s.Prune(t.Context(), storetest.Noon().Add(time.Duration(hours)*time.Hour))
		require.NoError(t, err)
		require.Equal(t, left, countRows(t, s, "callbacks"), "before %d h", hours)
	}
	require.NoError(t, s.Close())
	s = open(t, options(t, dir))
	require.ErrorIs(t, s.Do(t.Context(), booking.Keys{}, func(v *booking.View) (*booking.Changes, error) {
		id, err := v.Desk.NextCallback()
		require.NoError(t, err)
		require.EqualValues(t, 4, id)
		return nil, errLooked
	}), errLooked)
}

// The note of somebody who was erased is in no file any more.
func TestErasedNoteIsGone(t *testing.T) {
	dir := t.TempDir()
	s := open(t, options(t, dir))
	require.NoError(t, do(t, s, &booking.Changes{Callbacks: []booking.Callback{opened(1, "wants a window seat")}}))
	var body []byte
	require.NoError(t, s.db.Read(t.Context(), func(tx *commit.Tx) error {
		_, err := tx.Get(`SELECT note FROM callbacks`, func(r commit.Row) error { body = append(body, r.Bytes(0)...); return nil })
		return err
	}))
	require.NotContains(t, string(body), "window")
	require.Positive(t, holding(t, dir, body))
	require.NoError(t, do(t, s, &booking.Changes{Erase: true, Customer: &booking.Customer{MSISDN: phone}}))
	require.Zero(t, holding(t, dir, body))
}

// A transcript is found behind however many rows of others.
func TestTranscriptReadsBack(t *testing.T) {
	s := open(t, options(t, t.TempDir()))
	first := storetest.Text(phone, 1)
	require.NoError(t, do(t, s, &booking.Changes{Texts: []booking.MO{first}}))
	for from := int64(2); from < 2*transcriptPage; from += 5000 {
		c := &booking.Changes{}
		for i := range int64(5000) {
			c.Texts = append(c.Texts, booking.MO{ID: from + i, MSISDN: phone + 1, Text: "HELP"})
		}
		require.NoError(t, do(t, s, c))
	}
	texts, _, err := s.Transcript(t.Context(), phone, 2)
	require.NoError(t, err)
	require.Len(t, texts, 1)
	require.Equal(t, first.Text, texts[0].Text)
	texts, _, err = s.Transcript(t.Context(), phone+1, transcriptPage+5)
	require.NoError(t, err)
	require.Len(t, texts, transcriptPage+5)
}
