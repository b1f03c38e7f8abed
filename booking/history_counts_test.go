package booking

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const historyDay = 24 * time.Hour

var historyNoon = time.Date(2030, 5, 4, 12, 0, 0, 0, time.FixedZone("", 8*3600))

func cny(yuan int64) Money { return Money{Minor: yuan * 100, Currency: "CNY"} }

// bought is a history of n orders of so many yuan each, the newest at last.
func bought(n int, yuan int64, last time.Time) (h History) {
	for range n {
		h.Bought(Purchase{At: last, Seats: 1, Price: cny(yuan)})
	}
	return h
}

func TestHistory(t *testing.T) {
	var h History
	h.Bought(Purchase{At: historyNoon, Seats: 2, Price: cny(1106)})
	h.Bought(Purchase{At: historyNoon.Add(historyDay), Seats: 1, Price: cny(500)})
	h.Bought(Purchase{At: historyNoon.Add(-historyDay), Seats: 1, Price: Money{Minor: 9900, Currency: "USD"}})
	require.Equal(t, History{First: historyNoon.Add(-historyDay), Last: historyNoon.Add(historyDay), Paid: 3, Seats: 4, Spent: cny(1606),
		Months: []Month{{Month: 2030*12 + 4, Paid: 3, Spent: 160600}}}, h)
	h.Refunded(GivenBack{At: historyNoon.Add(40 * historyDay), Seats: 1, Amount: cny(553)})
	require.Equal(t, []int{3, 0, 3}, []int{h.Paid, h.Cancelled, h.Seats}, "a part is no cancelled order")
	h.Refunded(GivenBack{At: historyNoon.Add(40 * historyDay), Seats: 1, Amount: cny(500), Whole: true, Disrupted: true})
	require.Zero(t, h.Cancelled, "the carrier's doing")
	h.Refunded(GivenBack{At: historyNoon.Add(40 * historyDay), Seats: 9, Amount: cny(550), Whole: true})
	require.Equal(t, []int{3, 1, 0}, []int{h.Paid, h.Cancelled, h.Seats})
	require.Equal(t, cny(3), h.Spent)
	require.Equal(t, History{Paid: 3, Cancelled: 1, Spent: cny(3)}, h.Recent(historyNoon.Add(41*historyDay)))
	require.Equal(t, History{Paid: 3, Spent: cny(1606)}, h.Recent(historyNoon), "a month that is yet to come does not count")

	b, err := json.Marshal(h)
	require.NoError(t, err)
	var back History
	require.NoError(t, json.Unmarshal(b, &back))
	require.True(t, back.Last.Equal(h.Last))
	require.Equal(t, h.Months, back.Months)
}

// A history does not change the one that it was copied from: rows are values.
func TestCopiesAreApart(t *testing.T) {
	h := bought(1, 100, historyNoon)
	c := h
	c.Bought(Purchase{At: historyNoon, Seats: 1, Price: cny(1)})
	c.Bought(Purchase{At: historyNoon.Add(-60 * historyDay), Seats: 1, Price: cny(1)})
	require.Equal(t, bought(1, 100, historyNoon), h)
	require.Len(t, c.Months, 2)
}

// Whatever comes in whatever order, the months say what the events say, and
// there are never more than twelve.
func TestRecentAgreesWithEvents(t *testing.T) {
	type event struct {
		month    int32
		purchase bool
		yuan     int64
	}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 3))
		var h History
		var all []event
		at, newest := historyNoon, int32(0)
		for range r.IntN(200) {
			at = at.Add(time.Duration(r.Int64N(int64(30 * historyDay))))
			when := at.Add(-time.Duration(r.IntN(3)) * 20 * historyDay) // some come late
			yuan := r.Int64N(1000)
			e := event{monthOf(when), r.IntN(3) > 0, yuan}
			if e.purchase {
				h.Bought(Purchase{At: when, Seats: 1, Price: cny(yuan)})
			} else {
				h.Refunded(GivenBack{At: when, Seats: 1, Amount: cny(yuan), Whole: true})
			}
			if h.Spent.Currency == "" {
				e.yuan = 0 // a refund before any purchase: of nothing that is known
			}
			all = append(all, e)
			newest = max(newest, e.month)
			require.LessOrEqual(t, len(h.Months), year)
		}
		now := time.Date(int(newest)/12, time.Month(newest%12+1), 28, 0, 0, 0, 0, time.UTC)
		want := History{Spent: Money{Currency: h.Spent.Currency}}
		for _, e := range all {
			switch {
			case e.month <= newest-year:
			case e.purchase:
				want.Paid++
				want.Spent.Minor += 100 * e.yuan
			default:
				want.Cancelled++
				want.Spent.Minor -= 100 * e.yuan
			}
		}
		require.Equal(t, want, h.Recent(now), "seed %d", seed)
	}
}
