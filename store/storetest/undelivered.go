package storetest

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// A receipt that writes the message id in another form finds its message, in
// both orders, if the phone agrees: two messages may share a form.
func testForms(t *testing.T, open Open) {
	s, dir := start(t, open)
	for i, c := range []struct {
		name  string
		phone booking.MSISDN
		forms []string
		want  booking.MTState
	}{
		{"a form of it", alice, []string{"other", "hex"}, booking.MTDelivered},
		{"another phone", alice + 1, []string{"hex"}, booking.MTSent},
		{"no phone", 0, []string{"hex"}, booking.MTSent},
		{"no form of it", alice, []string{"other"}, booking.MTSent},
	} {
		for _, early := range []bool{false, true} {
			id := send(t, s, 1)[0]
			n := strconv.Itoa(i) + strconv.FormatBool(early)
			result := booking.Sent{ID: id, State: booking.MTSent, Link: "a", MessageID: "hex" + n, Receipt: true, Forms: []string{"decimal" + n}}
			r := booking.Receipt{Link: "a", MessageID: "decimal" + n, MSISDN: c.phone, State: "DELIVRD", At: utc(Noon())}
			for _, f := range c.forms {
				r.Forms = append(r.Forms, f+n)
			}
			want := c.want
			if early {
				receive(t, s, r)
				s = reopen(t, open, s, dir)
				sent(t, s, result)
				if c.phone == alice { // the answer lists the receipt's form
					want = booking.MTDelivered
				}
			} else {
				sent(t, s, result)
				s = reopen(t, open, s, dir)
				receive(t, s, r)
			}
			require.Equal(t, want, results(t, s)[id].State, "%s early=%t", c.name, early)
		}
	}
}

// An undelivered message that asked for a receipt is listed until it is dealt
// with, with the carrier that failed.
func testUndelivered(t *testing.T, open Open) {
	s, dir := start(t, open)
	ids := send(t, s, 4) // the second and the fourth ask for receipts
	for i, id := range ids {
		n := strconv.Itoa(i)
		sent(t, s, booking.Sent{ID: id, State: booking.MTSent, Link: "south", MessageID: n, Receipt: true})
		receive(t, s, booking.Receipt{Link: "south", MessageID: n, State: "UNDELIV", At: utc(Noon().Add(time.Hour))})
	}
	undelivered := func() (list []int64) {
		got, err := s.Undelivered(t.Context(), 10)
		require.NoError(t, err)
		for _, m := range got {
			require.Equal(t, "south", m.Link)
			require.Equal(t, alice, m.MSISDN)
			require.NotEmpty(t, m.Text)
			list = append(list, m.ID)
		}
		return list
	}
	require.Equal(t, []int64{ids[1], ids[3]}, undelivered())
	one, err := s.Undelivered(t.Context(), 1)
	require.NoError(t, err)
	require.Len(t, one, 1)
	var again booking.MT
	change(t, s, booking.Keys{}, func(v *booking.View) *booking.Changes {
		again = Reply(alice, v.NewID(), 0)
		again.Receipt, again.Again, again.Avoid = true, true, "south"
		return &booking.Changes{Retold: []int64{ids[1]}, Replies: []booking.MT{again}}
	})
	s = reopen(t, open, s, dir)
	require.Equal(t, []int64{ids[3]}, undelivered())
	require.Equal(t, booking.MTUndeliverable, results(t, s)[ids[1]].State)
	list := outbox(t, s)
	require.Len(t, list, 1)
	require.True(t, list[0].Again)
	require.Equal(t, "south", list[0].Avoid)
}
