package booking_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	. "shortfare/booking"
)

func TestRefer(t *testing.T) {
	var c Customer
	o := orderIn(Held)
	c.Refer(&o)
	require.Equal(t, []OrderRef{{ID: 7, Code: "K7", Live: true}}, c.Orders)
	o.State = Closed
	c.Refer(&o)
	require.Equal(t, []OrderRef{{ID: 7, Code: "K7"}}, c.Orders, "an order is referred to once")
}

func TestReferForgets(t *testing.T) {
	refer := func(c *Customer, id OrderID, s State) {
		o := orderIn(s)
		o.ID = id
		c.Refer(&o)
	}
	ids := func(c Customer) (ids []OrderID) {
		for _, r := range c.Orders {
			ids = append(ids, r.ID)
		}
		return ids
	}
	var c Customer
	for id := OrderID(1); id <= MaxOrders; id++ {
		s := Closed
		if id == 1 || id == 3 {
			s = Issued
		}
		refer(&c, id, s)
	}
	require.Len(t, c.Orders, MaxOrders)
	refer(&c, 21, Holding)
	refer(&c, 22, Holding)
	require.Len(t, c.Orders, MaxOrders)
	require.Equal(t, []OrderID{1, 3, 5, 6}, ids(c)[:4], "the oldest that are not live go; tickets stay")
	require.Equal(t, OrderID(22), ids(c)[MaxOrders-1])

	var live Customer
	for id := OrderID(1); id <= MaxOrders+2; id++ {
		refer(&live, id, Issued)
	}
	require.Len(t, live.Orders, MaxOrders+2, "a live order is never forgotten")
	refer(&live, 99, Closed)
	require.Len(t, live.Orders, MaxOrders+2)
}

// TestRepeatedS04: a second delivery is known by its hash, by coming over a
// later bind, and by the floor below which an acknowledgement may have been lost.
func TestRepeatedS04(t *testing.T) {
	at := func(s int) time.Time { return tableStart.Add(time.Duration(s) * time.Second) }
	mo := func(hash, session uint64, s int, floor time.Time) *MO {
		return &MO{Hash: hash, Session: session, At: at(s), DupFloor: floor}
	}
	var c Customer
	require.False(t, c.Repeated(mo(1, 1, 0, time.Time{}), nil))
	require.False(t, c.Repeated(mo(1, 1, 5, at(0)), nil), "the same bind: the customer's own repeat")
	require.False(t, c.Repeated(mo(2, 2, 6, at(0)), nil), "another text")
	require.False(t, c.Repeated(mo(1, 2, 7, time.Time{}), nil), "no acknowledgement can have been lost")

	c = Customer{}
	require.False(t, c.Repeated(mo(1, 1, 10, time.Time{}), nil))
	require.False(t, c.Repeated(mo(1, 2, 20, at(11)), nil), "the first was before the floor: it was acknowledged")

	c = Customer{}
	require.False(t, c.Repeated(mo(1, 1, 10, time.Time{}), nil))
	require.True(t, c.Repeated(mo(1, 2, 20, at(10)), nil))
	require.False(t, c.Repeated(mo(1, 2, 21, at(10)), nil), "the next equal text on that bind is a repeat of his own")
	require.Len(t, c.Seen, 2)
}

func TestRepeatedRemembersFew(t *testing.T) {
	var c Customer
	for i := range uint64(MaxSeen + 3) {
		require.False(t, c.Repeated(&MO{Hash: i, Session: 1, At: tableStart}, nil))
	}
	require.Len(t, c.Seen, MaxSeen)
	later := func(hash uint64) bool {
		return c.Repeated(&MO{Hash: hash, Session: 2, At: tableStart.Add(time.Second), DupFloor: tableStart}, nil)
	}
	for i := uint64(3); i < MaxSeen+3; i++ {
		require.True(t, later(i), i)
	}
	require.False(t, later(2), "forgotten")
}

func TestRate(t *testing.T) {
	var r Rate
	require.Equal(t, 1, r.Add(tableStart, time.Minute))
	r.Told = true
	require.Equal(t, 2, r.Add(tableStart.Add(time.Minute-1), time.Minute))
	require.True(t, r.Told)
	require.Equal(t, 1, r.Add(tableStart.Add(time.Minute), time.Minute), "a window ends")
	require.False(t, r.Told, "the limit may be told of again")
	require.Equal(t, tableStart.Add(time.Minute), r.Start)
	require.Equal(t, 1, r.Add(tableStart, time.Minute), "D08: a clock set back does not lock anybody out")
	require.Equal(t, 2, r.Add(tableStart, time.Minute))
}
