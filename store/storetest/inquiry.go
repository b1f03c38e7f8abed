package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// A submit is asked about from its time on, until a final receipt comes or
// nobody is to ask any more; of a long text each part by itself.
func testInquiries(t *testing.T, open Open) {
	s, dir := start(t, open)
	ids := send(t, s, 4) // the second and the fourth are tickets
	at := utc(Noon()).Add(10 * time.Minute)
	sent(t, s, booking.Sent{ID: ids[0], State: booking.MTSent, Link: "a", MessageID: "1", Receipt: true}, // its carrier is not asked
		booking.Sent{ID: ids[1], State: booking.MTSent, Link: "a", MessageID: "2", Wire: "0x2", AskAt: at, Receipt: true},
		booking.Sent{ID: ids[2], State: booking.MTSent, Link: "b", MessageID: "3", Wire: "3", AskAt: at.Add(time.Minute), Receipt: true,
			Rest: []booking.Taken{{MessageID: "4", Wire: "4"}}})
	due := func(now time.Time, limit int) (wires []string) {
		list, err := s.Inquiries(t.Context(), now, limit)
		require.NoError(t, err)
		for _, q := range list {
			wires = append(wires, q.Link+" "+q.Wire)
		}
		return wires
	}
	require.Empty(t, due(at.Add(-time.Millisecond), 10))
	s = reopen(t, open, s, dir)
	list, err := s.Inquiries(t.Context(), at, 10)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, []any{ids[1], "a", "2", "0x2", alice, true}, []any{list[0].ID, list[0].Link, list[0].MessageID, list[0].Wire, list[0].MSISDN, list[0].Receipt})
	require.Equal(t, Reply(alice, 1, 0).From, list[0].From, "the query names the source")
	later := at.Add(time.Minute)
	require.Equal(t, []string{"a 0x2"}, due(later, 1))
	require.ElementsMatch(t, []string{"a 0x2", "b 3", "b 4"}, due(later, 10))

	asked := func(list ...booking.Asked) {
		change(t, s, booking.Keys{}, func(*booking.View) *booking.Changes { return &booking.Changes{Asked: list} })
	}
	asked(booking.Asked{Link: "a", MessageID: "2", Next: later.Add(time.Hour)}, booking.Asked{Link: "b", MessageID: "4"}, booking.Asked{Link: "b", MessageID: "none", Next: later})
	require.Equal(t, []string{"b 3"}, due(later, 10))
	s = reopen(t, open, s, dir)
	require.Equal(t, []string{"b 3", "a 0x2"}, due(later.Add(time.Hour), 10))

	receive(t, s, booking.Receipt{Link: "a", MessageID: "2", State: "ENROUTE", At: at})
	require.Equal(t, []string{"b 3", "a 0x2"}, due(later.Add(time.Hour), 10), "that is not final")
	receive(t, s, booking.Receipt{Link: "a", MessageID: "2", State: "DELIVRD", At: at}, booking.Receipt{Link: "b", MessageID: "3", State: "DELIVRD", At: at})
	asked(booking.Asked{Link: "a", MessageID: "2", Next: at}, booking.Asked{Link: "b", MessageID: "3", Next: at}) // the receipt was faster
	require.Empty(t, due(later.Add(time.Hour), 10))
	require.Equal(t, booking.MTDelivered, results(t, s)[ids[1]].State)
	require.Equal(t, booking.MTSent, results(t, s)[ids[2]].State)
	receive(t, s, booking.Receipt{Link: "b", MessageID: "4", State: "DELIVRD", At: at})
	require.Equal(t, booking.MTDelivered, results(t, s)[ids[2]].State, "a part that is not asked about still has its receipt")

	receive(t, s, booking.Receipt{Link: "a", MessageID: "5", State: "DELIVRD", At: utc(Noon())})
	sent(t, s, booking.Sent{ID: ids[3], State: booking.MTSent, Link: "a", MessageID: "5", Wire: "5", AskAt: at, Receipt: true})
	require.Empty(t, due(later.Add(time.Hour), 10), "the receipt came before the answer")

	last := send(t, s, 1)[0]
	sent(t, s, booking.Sent{ID: last, State: booking.MTSent, Link: "a", MessageID: "6", Wire: "6", AskAt: at, Receipt: true})
	change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes {
		return &booking.Changes{Customer: v.Customer, Erase: true}
	})
	list, err = s.Inquiries(t.Context(), at, 10)
	require.NoError(t, err)
	for _, q := range list {
		require.Zero(t, q.From, "nothing is left to ask with")
	}
}
