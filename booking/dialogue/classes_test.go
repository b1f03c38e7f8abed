package dialogue

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// classed is a world whose customers are regular from their second paid order on,
// and may hold more then.
func classed(t *testing.T) *world {
	s := settings()
	s.PayByPhone = true
	s.Classes = func(c *booking.Customer, _ time.Time) []string {
		if c.History.Paid > 1 {
			return []string{"regular", "job:student"}
		}
		return []string{"new"}
	}
	s.LimitsOf = func(c *booking.Customer, now time.Time) Limits {
		l := Limits{UnpaidHolds: 9, OpenQuotes: 1, Hold: 5 * time.Minute, HoldNear: time.Minute}
		if s.Classes(c, now)[0] == "regular" {
			l.OpenQuotes, l.Hold = 2, 20*time.Minute
		}
		return l
	}
	w := newWorld(t, s)
	w.text("REG Zhang Wei 11010519491231002X")
	return w
}

func TestClassesLimit(t *testing.T) {
	w := classed(t)
	w.text("BOOK G5 5DEC 1")
	require.Equal(t, "new", w.last().Class)
	require.Equal(t, 5*time.Minute, w.last().Keep)
	require.Equal(t, 5*time.Minute, w.last().Quote.Until.Sub(w.now))
	require.Contains(t, w.said("BOOK G7 5DEC 1"), "1 orders wait for you")
	w.text(w.fill("Y {code}"))
	w.text("BOOK G7 5DEC 2")
	w.text(w.fill("Y {code}"))
	h := w.c.History
	require.Equal(t, []int{2, 3}, []int{h.Paid, h.Seats})
	w.text("BOOK G5 6DEC 1")
	require.Equal(t, "regular", w.last().Class, "classes follow the orders")
	require.Equal(t, 20*time.Minute, w.last().Quote.Until.Sub(w.now))
	w.text("BOOK G7 6DEC 1")
	require.Contains(t, w.said("BOOK G5 7DEC 1"), "2 orders wait for you")
}

func TestHistoryOfCancels(t *testing.T) {
	w := classed(t)
	w.text("BOOK G5 5DEC 2")
	w.text(w.fill("Y {code}"))
	spent := w.c.History.Spent
	require.Positive(t, spent.Minor)
	w.text(w.fill("CXL {order}"))
	w.text(w.fill("Y {code}"))
	h := w.c.History
	require.Equal(t, []int{1, 1, 0}, []int{h.Paid, h.Cancelled, h.Seats})
	require.Zero(t, h.Spent.Minor)
}
