package booking

import "time"

// History is what a customer has bought. It has a bounded size, so that it can
// stand in the customer's row: totals, and the last twelve months one by one.
type History struct {
	First     time.Time `json:"f,omitzero"`  // of the first paid order
	Last      time.Time `json:"l,omitzero"`  // of the newest paid order
	Paid      int       `json:"p,omitempty"` // orders that were paid, the cancelled ones included
	Cancelled int       `json:"c,omitempty"` // of those, cancelled whole by the customer
	Seats     int       `json:"n,omitempty"` // of paid orders, without those given back
	Spent     Money     `json:"s,omitzero"`  // paid and not returned
	// Months are those of the last twelve in which something happened, oldest first.
	Months []Month `json:"m,omitempty"`
}

// Month is a calendar month of a history, in UTC.
type Month struct {
	Month     int32 `json:"m"` // months since the year 0: 12*year+month-1
	Paid      int   `json:"p,omitempty"`
	Cancelled int   `json:"c,omitempty"`
	Spent     int64 `json:"s,omitempty"` // minor units of History.Spent's currency
}

// Purchase is an order that was paid.
type Purchase struct {
	At    time.Time
	Seats int
	Price Money // of all seats
}

// GivenBack is money that went back for an order, or for some of its seats.
type GivenBack struct {
	At     time.Time
	Seats  int
	Amount Money
	Whole  bool // nothing is left of the order
	// Disrupted is set when the carrier's service did not run as sold: such a
	// refund does not count as a cancellation of the customer's.
	Disrupted bool
}

// year is how many months Months and Recent look back on, the present one included.
const year = 12

func monthOf(t time.Time) int32 {
	y, m, _ := t.UTC().Date()
	return int32(12*y + int(m) - 1)
}

// Bought notes a paid order. Money of another currency than the first order's
// is not added up; the order counts all the same.
func (h *History) Bought(p Purchase) {
	if h.First.IsZero() || p.At.Before(h.First) {
		h.First = p.At
	}
	if p.At.After(h.Last) {
		h.Last = p.At
	}
	if h.Spent.Currency == "" {
		h.Spent.Currency = p.Price.Currency
	}
	h.Paid++
	h.Seats += p.Seats
	m := h.month(p.At)
	m.Paid++
	h.spend(m, p.Price, 1)
}

// Refunded notes that an order, or a part of it, was given back.
func (h *History) Refunded(r GivenBack) {
	h.Seats = max(0, h.Seats-r.Seats)
	m := h.month(r.At)
	if r.Whole && !r.Disrupted {
		h.Cancelled++
		m.Cancelled++
	}
	h.spend(m, r.Amount, -1)
}

func (h *History) spend(m *Month, amount Money, sign int64) {
	if amount.Currency != h.Spent.Currency {
		return
	}
	h.Spent.Minor += sign * amount.Minor
	m.Spent += sign * amount.Minor
}

// month returns the entry of t's month and forgets those that are too old. What
// comes late for a month that is forgotten goes into an entry that nobody keeps.
func (h *History) month(t time.Time) *Month {
	n := monthOf(t)
	newest := n
	if len(h.Months) > 0 {
		newest = max(n, h.Months[len(h.Months)-1].Month)
	}
	old := 0
	for old < len(h.Months) && h.Months[old].Month <= newest-year {
		old++
	}
	kept := append([]Month(nil), h.Months[old:]...) // the row that it was read from stays as it was
	h.Months = kept
	if n <= newest-year {
		return new(Month)
	}
	i := len(kept)
	for i > 0 && kept[i-1].Month > n {
		i--
	}
	if i > 0 && kept[i-1].Month == n {
		return &kept[i-1]
	}
	kept = append(kept, Month{})
	copy(kept[i+1:], kept[i:])
	kept[i] = Month{Month: n}
	h.Months = kept
	return &kept[i]
}

// Recent is the history of the present calendar month and the eleven before it.
// First, Last and Seats are left zero.
func (h History) Recent(now time.Time) History {
	r := History{Spent: Money{Currency: h.Spent.Currency}}
	for _, m := range h.Months {
		if n := monthOf(now); m.Month > n-year && m.Month <= n {
			r.Paid += m.Paid
			r.Cancelled += m.Cancelled
			r.Spent.Minor += m.Spent
		}
	}
	return r
}
