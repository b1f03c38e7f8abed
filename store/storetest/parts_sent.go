package storetest

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// A long text has a receipt for each part: it is delivered when all parts are,
// and undeliverable when one is. Receipts come in any order, before the answer
// and after it, and across a restart.
func testReceiptsOfParts(t *testing.T, open Open) {
	s, dir := start(t, open)
	for i, c := range []struct {
		states [3]string // of the parts, in the order of their ids; empty: none came
		order  []int
		want   booking.MTState
	}{
		{[3]string{"DELIVRD", "DELIVRD", "DELIVRD"}, []int{0, 1, 2}, booking.MTDelivered},
		{[3]string{"DELIVRD", "DELIVRD", "DELIVRD"}, []int{2, 0, 1}, booking.MTDelivered},
		{[3]string{"DELIVRD", "", ""}, []int{0}, booking.MTSent},
		{[3]string{"DELIVRD", "DELIVRD", ""}, []int{1, 0}, booking.MTSent},
		{[3]string{"DELIVRD", "ENROUTE", "DELIVRD"}, []int{0, 1, 2}, booking.MTSent},
		{[3]string{"DELIVRD", "UNDELIV", ""}, []int{0, 1}, booking.MTUndeliverable},
		{[3]string{"DELIVRD", "DELIVRD", "EXPIRED"}, []int{2, 1, 0}, booking.MTUndeliverable},
		{[3]string{"DELETED", "", ""}, []int{0}, booking.MTUndeliverable},
	} {
		for early := range 4 { // how many receipts come before the answer
			id := send(t, s, 1)[0]
			part := func(n int) string { return strconv.Itoa(i) + "-" + strconv.Itoa(early) + "-" + strconv.Itoa(n) }
			result := booking.Sent{ID: id, State: booking.MTSent, Link: "a", MessageID: part(0), Receipt: true,
				Rest: []booking.Taken{{MessageID: part(1)}, {MessageID: "other form of " + part(2), Forms: []string{part(2)}}}}
			for n, k := range c.order {
				if n == early {
					sent(t, s, result)
					s = reopen(t, open, s, dir)
				}
				r := booking.Receipt{Link: "a", MessageID: part(k), State: c.states[k], At: utc(Noon().Add(time.Hour)), MSISDN: alice, Forms: []string{"other form of " + part(k)}}
				receive(t, s, r)
			}
			if early >= len(c.order) {
				sent(t, s, result)
			}
			require.Equal(t, c.want, results(t, s)[id].State, "case %d, early %d", i, early)
			require.Equal(t, part(0), results(t, s)[id].MessageID)
		}
	}
	late := send(t, s, 1)[0]
	sent(t, s, booking.Sent{ID: late, State: booking.MTSent, Link: "a", MessageID: "x", Receipt: true, Rest: []booking.Taken{{MessageID: "y"}}})
	for _, r := range []struct {
		id, state string
		want      booking.MTState
	}{{"x", "EXPIRED", booking.MTUndeliverable}, {"y", "DELIVRD", booking.MTUndeliverable}, {"x", "DELIVRD", booking.MTDelivered}, {"y", "UNDELIV", booking.MTDelivered}} {
		receive(t, s, booking.Receipt{Link: "a", MessageID: r.id, State: r.state, At: utc(Noon())})
		require.Equal(t, r.want, results(t, s)[late].State, "a part that arrives after all: %+v", r)
	}
}
