package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

func testParts(t *testing.T, open Open) {
	s, dir := start(t, open)
	part := func(key string, seq int, body string) booking.Part {
		return booking.Part{Key: key, Seq: seq, Total: 3, Body: []byte(body), At: utc(Noon())}
	}
	put := func(drop string, parts ...booking.Part) {
		change(t, s, booking.Keys{}, func(*booking.View) *booking.Changes { return &booking.Changes{Parts: parts, DropPart: drop} })
	}
	put("", part("k", 3, "c"))
	put("", part("other", 1, "x"), part("k", 1, "a\x00\xff"))
	require.Empty(t, look(t, s, booking.Keys{}).Parts)
	require.Empty(t, look(t, s, booking.Keys{Parts: "none"}).Parts)
	require.Equal(t, []booking.Part{part("k", 1, "a\x00\xff"), part("k", 3, "c")}, look(t, s, booking.Keys{Parts: "k"}).Parts)
	put("", part("k", 3, "new"))
	s = reopen(t, open, s, dir)
	require.Equal(t, []booking.Part{part("k", 1, "a\x00\xff"), part("k", 3, "new")}, look(t, s, booking.Keys{Parts: "k"}).Parts, "the later one of a number stands")
	put("k", part("k", 2, "next"))
	require.Equal(t, []booking.Part{part("k", 2, "next")}, look(t, s, booking.Keys{Parts: "k"}).Parts, "old ones are dropped before new ones are stored")
	put("k")
	require.Empty(t, look(t, s, booking.Keys{Parts: "k"}).Parts)
	require.Len(t, look(t, s, booking.Keys{Parts: "other"}).Parts, 1)
	put("none")
}

func testJournal(t *testing.T, open Open) {
	s, dir := start(t, open)
	var want []booking.Entry
	for range 3 {
		change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes {
			o := Order(alice, 77)
			list := []booking.Entry{Entry(&o, v.NewID()), Posting(&o, v.NewID()), {ID: v.NewID(), Event: "operator"},
				{ID: v.NewID(), Event: "posting", Debit: "a", Credit: "b", Amount: booking.Money{Currency: "CNY"}}}
			want = append(want, list...)
			return &booking.Changes{Journal: list}
		})
		s = reopen(t, open, s, dir)
	}
	require.Equal(t, want, entries(t, s))
	var after []booking.Entry
	require.NoError(t, s.EachEntry(t.Context(), want[3].ID, func(e booking.Entry) error { after = append(after, e); return nil }))
	require.Equal(t, want[4:], after)
	require.ErrorIs(t, s.EachEntry(t.Context(), 0, func(booking.Entry) error { return errOwn }), errOwn)
}

// Whatever a phone sends is stored.
func testOddTexts(t *testing.T, open Open) {
	s, dir := start(t, open)
	var wantTexts []booking.MO
	var wantReplies []booking.MT
	for _, text := range []string{"", " ", "\x00", "'; DROP TABLE inbox; --", "a\r\nb\x1b[31m", "😀 北京 \u202e", strings.Repeat("长", 20000)} {
		change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes {
			m, r := Text(alice, v.NewID()), Reply(alice, v.NewID(), 0)
			m.Text, r.Text, v.Customer.Name = text, text, text
			wantTexts, wantReplies = append(wantTexts, m), append(wantReplies, r)
			return &booking.Changes{Customer: v.Customer, Texts: []booking.MO{m}, Replies: []booking.MT{r}}
		})
		require.Equal(t, text, look(t, s, booking.Keys{Customer: alice}).Customer.Name)
	}
	change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes { // no encoding at all, and no times
		m := booking.MO{ID: v.NewID(), MSISDN: alice, Text: "\xff\xfe"}
		v.Customer.Name = "\xff"
		c := &booking.Changes{Customer: v.Customer, Texts: []booking.MO{m}}
		m.Text = "\ufffd\ufffd"
		wantTexts = append(wantTexts, m)
		return c
	})
	s = reopen(t, open, s, dir)
	require.Equal(t, wantTexts, texts(t, s))
	require.Equal(t, wantReplies, outbox(t, s))
	require.Equal(t, time.Time{}, look(t, s, booking.Keys{Customer: alice}).Customer.Due)
}
