package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// testTranscript: the newest texts of one customer, and the replies to him from the first
// of them on whatever became of them, oldest first; of one who was erased no words.
func testTranscript(t *testing.T, open Open) {
	s, dir := start(t, open)
	var wantTexts []booking.MO
	var wantReplies []booking.MT
	for i := range 5 {
		for _, m := range []booking.MSISDN{alice, bob} {
			change(t, s, booking.Keys{Customer: m}, func(v *booking.View) *booking.Changes {
				text := Text(m, v.NewID())
				reply := Reply(m, v.NewID(), text.ID)
				if m == alice {
					wantTexts, wantReplies = append(wantTexts, text), append(wantReplies, reply)
				}
				c := &booking.Changes{Texts: []booking.MO{text}, Replies: []booking.MT{reply}}
				if i%2 == 0 {
					c.Sent = []booking.Sent{{ID: reply.ID, State: booking.MTSent, Link: "a"}}
				}
				return c
			})
		}
	}
	for range 2 {
		for _, n := range []int{0, 1, 3, 5, 9} {
			texts, replies, err := s.Transcript(t.Context(), alice, n)
			require.NoError(t, err)
			from := max(0, 5-n)
			require.Equal(t, jsonOf(t, wantTexts[from:]), jsonOf(t, append([]booking.MO{}, texts...)))
			got := []booking.MT{}
			for _, r := range replies {
				got = append(got, r.MT)
			}
			require.Equal(t, jsonOf(t, wantReplies[from:]), jsonOf(t, got))
		}
		texts, replies, err := s.Transcript(t.Context(), 1, 10)
		require.NoError(t, err)
		require.Empty(t, texts)
		require.Empty(t, replies)
		s = reopen(t, open, s, dir)
	}
	erase(t, s, alice)
	texts, _, err := s.Transcript(t.Context(), alice, 10)
	require.NoError(t, err)
	require.Len(t, texts, 6)
	require.Empty(t, texts[4].Text)
	require.NotEmpty(t, texts[5].Text, "of the turn that erased him")
}
