package booking

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRetireKeepsTheRowShort(t *testing.T) {
	now := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	c := &Customer{}
	var all []*Order
	for i := range 3 * MaxOrders {
		o := &Order{ID: OrderID(i + 1), State: Issued, Trip: Trip{Arr: now.Add(-48 * time.Hour)}}
		c.Refer(o)
		all = append(all, o)
	}
	all[0].Ask = 7                             // an answer is due
	all[1].Trip.Arr = now.Add(-23 * time.Hour) // a journey that has just ended
	all[2].State, all[2].Ask = Reversing, 0    // work under way
	require.Len(t, c.Orders, 3*MaxOrders, "live orders are never forgotten")
	c.Retire(all, now)
	require.Len(t, c.Orders, MaxOrders)
	live := 0
	for _, r := range c.Orders {
		if r.Live {
			live++
			require.LessOrEqual(t, r.ID, OrderID(3))
		}
	}
	require.Equal(t, 3, live)
	require.Equal(t, OrderID(3*MaxOrders), c.Orders[MaxOrders-1].ID, "the newest are kept")
}
