package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// testAnswered: whether a text's answer was acknowledged on a bind is known, so
// that the same words on the next bind are not taken for the text again.
func testAnswered(t *testing.T, open Open) {
	s, dir := start(t, open)
	var text, reply int64
	change(t, s, booking.Keys{}, func(v *booking.View) *booking.Changes {
		text = v.NewID()
		m := Reply(alice, v.NewID(), text)
		reply = m.ID
		return &booking.Changes{Replies: []booking.MT{m}}
	})
	on := func(bind uint64) (yes bool) {
		change(t, s, booking.Keys{}, func(v *booking.View) *booking.Changes {
			yes = v.Answered(text, bind)
			return &booking.Changes{}
		})
		return yes
	}
	require.False(t, on(7), "nothing was acknowledged yet")
	sent(t, s, booking.Sent{ID: reply, State: booking.MTSent, Link: "a", MessageID: "1", Bind: 7})
	require.True(t, on(7))
	require.False(t, on(8), "another bind says nothing of the text's own")
	s = reopen(t, open, s, dir)
	require.True(t, on(7))
	require.NoError(t, s.Close())
}
