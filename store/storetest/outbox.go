package storetest

import (
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// send writes n replies and returns their ids.
func send(t *testing.T, s Store, n int) (ids []int64) {
	t.Helper()
	change(t, s, booking.Keys{}, func(v *booking.View) *booking.Changes {
		c := &booking.Changes{}
		for range n {
			m := Reply(alice, v.NewID(), 0)
			m.Notice, m.Receipt = len(ids)%2 == 0, len(ids)%2 == 1
			ids = append(ids, m.ID)
			c.Replies = append(c.Replies, m)
		}
		return c
	})
	return ids
}

func sent(t *testing.T, s Store, list ...booking.Sent) {
	t.Helper()
	change(t, s, booking.Keys{}, func(*booking.View) *booking.Changes { return &booking.Changes{Sent: list} })
}

func receive(t *testing.T, s Store, list ...booking.Receipt) {
	t.Helper()
	change(t, s, booking.Keys{}, func(*booking.View) *booking.Changes { return &booking.Changes{Receipts: list} })
}

func testOutbox(t *testing.T, open Open) {
	s, dir := start(t, open)
	ids := send(t, s, 5)
	list := outbox(t, s)
	require.Len(t, list, 5)
	for i, m := range list {
		require.Equal(t, ids[i], m.ID)
		require.Equal(t, i%2 == 0, m.Notice)
		require.Equal(t, i%2 == 1, m.Receipt)
	}
	list, err := s.Outbox(t.Context(), ids[1], 2)
	require.NoError(t, err)
	require.Equal(t, []int64{ids[2], ids[3]}, []int64{list[0].ID, list[1].ID})
	require.Len(t, list, 2)

	sent(t, s, booking.Sent{ID: ids[0], State: booking.MTSent, Link: "a", MessageID: "1"}, booking.Sent{ID: ids[1], State: booking.MTFailed, Link: "a", Status: 11})
	change(t, s, booking.Keys{}, func(*booking.View) *booking.Changes { return &booking.Changes{Claimed: []int64{ids[2], ids[3]}} })
	change(t, s, booking.Keys{}, func(*booking.View) *booking.Changes {
		return &booking.Changes{Claimed: []int64{ids[3]}, Sent: []booking.Sent{{ID: ids[4], State: booking.MTUnknown, Link: "b"}}}
	})
	s = reopen(t, open, s, dir)
	list = outbox(t, s)
	require.Len(t, list, 2)
	require.Equal(t, ids[2], list[0].ID)
	require.Equal(t, 1, list[0].Copies)
	require.Equal(t, ids[3], list[1].ID)
	require.Equal(t, 2, list[1].Copies)
}

func testResults(t *testing.T, open Open) {
	s, _ := start(t, open)
	ids := send(t, s, 6)
	done := func(i int, id string) booking.Sent {
		return booking.Sent{ID: ids[i], State: booking.MTSent, Link: "a", MessageID: id}
	}
	failed := func(i int) booking.Sent {
		return booking.Sent{ID: ids[i], State: booking.MTFailed, Link: "b", Status: 69}
	}
	unknown := func(i int) booking.Sent { return booking.Sent{ID: ids[i], State: booking.MTUnknown, Link: "c"} }
	for i, c := range []struct {
		list []booking.Sent
		want booking.MTState
	}{
		{[]booking.Sent{done(0, "x"), failed(0), unknown(0)}, booking.MTSent}, // the handset has it
		{[]booking.Sent{failed(1), unknown(1)}, booking.MTFailed},
		{[]booking.Sent{failed(2), done(2, "y")}, booking.MTSent}, // the other copy arrived
		{[]booking.Sent{unknown(3), done(3, "z")}, booking.MTSent},
		{[]booking.Sent{unknown(4), failed(4)}, booking.MTFailed},
		{[]booking.Sent{unknown(5)}, booking.MTUnknown},
	} {
		for _, one := range c.list {
			sent(t, s, one)
		}
		require.Equal(t, c.want, results(t, s)[ids[i]].State, "case %d", i)
	}
	all := results(t, s)
	require.Equal(t, booking.Sent{ID: ids[0], State: booking.MTSent, Link: "a", MessageID: "x"}, all[ids[0]])
	require.Equal(t, booking.Sent{ID: ids[1], State: booking.MTFailed, Link: "b", Status: 69, Receipt: true}, all[ids[1]])
	require.Equal(t, booking.Sent{ID: ids[2], State: booking.MTSent, Link: "a", MessageID: "y"}, all[ids[2]])
	require.Empty(t, outbox(t, s))
	sent(t, s, booking.Sent{ID: 1, State: booking.MTSent, Link: "a", MessageID: "gone", Receipt: true}) // deleted long ago: nothing to settle
	require.Equal(t, all, results(t, s))
}

// Every receipt in both orders: after the answer to submit_sm, and before it.
func testReceipts(t *testing.T, open Open) {
	s, dir := start(t, open)
	states := []struct {
		state string
		want  booking.MTState
	}{
		{"DELIVRD", booking.MTDelivered}, {"UNDELIV", booking.MTUndeliverable}, {"EXPIRED", booking.MTUndeliverable},
		{"DELETED", booking.MTUndeliverable}, {"REJECTD", booking.MTUndeliverable}, {"ENROUTE", booking.MTSent},
		{"ACCEPTD", booking.MTSent}, {"UNKNOWN", booking.MTSent}, {"vendor", booking.MTSent},
	}
	for _, early := range []bool{false, true} {
		for _, c := range states {
			id := send(t, s, 1)[0]
			carrier := c.state + strconv.FormatBool(early)
			r := booking.Receipt{Link: "a", MessageID: carrier, State: c.state, Raw: "id:1 stat:" + c.state + " text:PAY 482913", At: utc(Noon())}
			wrong := r
			wrong.Link = "b" // another carrier's message of the same id
			result := booking.Sent{ID: id, State: booking.MTSent, Link: "a", MessageID: carrier, Receipt: true}
			if early {
				receive(t, s, r, wrong)
				s = reopen(t, open, s, dir)
				sent(t, s, result)
			} else {
				sent(t, s, result)
				s = reopen(t, open, s, dir)
				receive(t, s, wrong, r)
			}
			require.Equal(t, c.want, results(t, s)[id].State, "%s early=%t", c.state, early)
			var last []int64
			require.NoError(t, s.EachReceipt(t.Context(), 0, func(got booking.Receipt, outbox int64) error {
				if reflect.DeepEqual(got, r) || reflect.DeepEqual(got, wrong) {
					last = append(last, outbox)
				}
				return nil
			}))
			require.ElementsMatch(t, []int64{id, 0}, last, "stored raw and joined")
		}
	}
	id := send(t, s, 1)[0]
	receive(t, s, booking.Receipt{Link: "a", MessageID: "twice", State: "ENROUTE", At: utc(Noon())}, booking.Receipt{Link: "a", MessageID: "twice", State: "DELIVRD", At: utc(Noon())})
	sent(t, s, booking.Sent{ID: id, State: booking.MTSent, Link: "a", MessageID: "twice", Receipt: true})
	require.Equal(t, booking.MTDelivered, results(t, s)[id].State)
	receive(t, s, booking.Receipt{Link: "a", MessageID: "twice", State: "UNDELIV", At: utc(Noon())})
	sent(t, s, booking.Sent{ID: id, State: booking.MTFailed, Link: "a", Status: 8})
	require.Equal(t, booking.MTDelivered, results(t, s)[id].State, "delivered stays delivered")

	id = send(t, s, 1)[0]
	sent(t, s, booking.Sent{ID: id, State: booking.MTSent, Link: "a", MessageID: "unasked"})
	receive(t, s, booking.Receipt{Link: "a", MessageID: "unasked", State: "DELIVRD", At: utc(Noon())})
	require.Equal(t, booking.MTSent, results(t, s)[id].State, "ids are kept only where a receipt was asked for")
}

// Carriers use message ids again: a receipt left over from long ago is not
// about a message that was not written yet.
func testOldReceipt(t *testing.T, open Open) {
	s, _ := start(t, open)
	receive(t, s, booking.Receipt{Link: "a", MessageID: "7", State: "DELIVRD", At: utc(Noon().Add(-24 * time.Hour))})
	id := send(t, s, 1)[0]
	sent(t, s, booking.Sent{ID: id, State: booking.MTSent, Link: "a", MessageID: "7", Receipt: true})
	require.Equal(t, booking.MTSent, results(t, s)[id].State)
	receive(t, s, booking.Receipt{Link: "a", MessageID: "7", State: "EXPIRED", At: utc(Noon().Add(time.Hour))})
	require.Equal(t, booking.MTUndeliverable, results(t, s)[id].State)

	second := send(t, s, 1)[0]
	sent(t, s, booking.Sent{ID: second, State: booking.MTSent, Link: "a", MessageID: "8", Receipt: true})
	third := send(t, s, 1)[0]
	sent(t, s, booking.Sent{ID: third, State: booking.MTSent, Link: "a", MessageID: "8", Receipt: true})
	receive(t, s, booking.Receipt{Link: "a", MessageID: "8", State: "DELIVRD", At: utc(Noon().Add(time.Hour))})
	require.Equal(t, booking.MTSent, results(t, s)[second].State)
	require.Equal(t, booking.MTDelivered, results(t, s)[third].State, "an id used again means the newest message")
}

// Two copies of a reply have two message ids; either one's receipt counts, and
// delivered is the better news.
func testTwoCopies(t *testing.T, open Open) {
	s, _ := start(t, open)
	for _, c := range []struct {
		first, second string
		want          booking.MTState
	}{
		{"DELIVRD", "", booking.MTDelivered}, {"", "DELIVRD", booking.MTDelivered}, {"UNDELIV", "DELIVRD", booking.MTDelivered},
		{"DELIVRD", "UNDELIV", booking.MTDelivered}, {"UNDELIV", "", booking.MTUndeliverable},
	} {
		id := send(t, s, 1)[0]
		one, two := strconv.FormatInt(id, 10)+"-1", strconv.FormatInt(id, 10)+"-2"
		sent(t, s, booking.Sent{ID: id, State: booking.MTSent, Link: "a", MessageID: one, Receipt: true},
			booking.Sent{ID: id, State: booking.MTSent, Link: "a", MessageID: two, Receipt: true})
		for messageID, state := range map[string]string{one: c.first, two: c.second} {
			if state != "" {
				receive(t, s, booking.Receipt{Link: "a", MessageID: messageID, State: state, At: utc(Noon())})
			}
		}
		require.Equal(t, c.want, results(t, s)[id].State, "%+v", c)
	}
}
