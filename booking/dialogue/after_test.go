package dialogue

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// bought is a world with a ticket for two on G5 of 5 Dec.
func bought(t *testing.T, s Settings) (*world, booking.Order) {
	w := newWorld(t, s)
	w.text("REG Zhang Wei 11010519491231002X")
	w.text("BOOK G5 5DEC 2 6222021234567894")
	w.text(w.fill("Y {code}"))
	require.Equal(t, booking.Issued, w.last().State)
	return w, w.last()
}

// A charge that was made twice is undone without touching the ticket that the
// other one paid for.
func TestDoubledChargeIsUndoneAndTheTicketStands(t *testing.T) {
	w := newWorld(t, settings())
	w.text("REG Zhang Wei 11010519491231002X")
	w.text("BOOK G5 5DEC 2 6222021234567894")
	w.fate[booking.CallDebit] = "unknown"
	w.fate[booking.CallReverse] = "unknown"
	w.text(w.fill("Y {code}"))
	first := w.last()
	require.Equal(t, booking.Reversing, first.State, "the bank has not acknowledged the reversal")
	w.text("BOOK G5 5DEC 2")
	w.text(w.fill("Y {code}"))
	ticket := w.last()
	require.NotEqual(t, first.ID, ticket.ID)
	require.Equal(t, booking.Issued, ticket.State)
	w.wait(time.Minute)
	require.Contains(t, w.replies[0].Text, "No answer from your bank for "+first.Code)
	require.Equal(t, booking.Closed, w.orders[first.ID].State)
	require.Empty(t, w.orders[first.ID].Funds)
	require.Equal(t, ticket, w.orders[ticket.ID])
	w.text("TICKET")
	require.Contains(t, w.replies[0].Text, "Order "+ticket.Code)
}

// A refund that the bank does not make leaves the other seats valid, also while a
// person looks at it.
func TestRefundThatFailsLeavesTheOtherSeats(t *testing.T) {
	w, o := bought(t, settings())
	w.text("CXL " + o.Code + " 2")
	w.fate[booking.CallVoid] = "unknown"
	w.text(w.fill("Y {code}"))
	w.text("TICKET " + o.Code)
	require.Contains(t, w.replies[0].Text, "car5 7B is being cancelled, CNY553 goes back. The other seats are valid.")
	w.broken = booking.CallRefund
	w.wait(time.Minute)
	w.text("TICKET " + o.Code)
	require.Equal(t, "car5 7B of "+o.Code+" is cancelled, CNY553 goes back: the bank is being asked. Still valid: car5 7A.", w.replies[0].Text)
	w.wait(booking.ReverseLimit + time.Minute)
	require.Equal(t, booking.Review, w.orders[o.ID].State)
	require.Equal(t, "car5 7B of "+o.Code+" is cancelled; a person looks after the refund of CNY553. Still valid: car5 7A. For questions text AGENT.",
		w.replies[len(w.replies)-1].Text)
	w.text("REFUND " + o.Code)
	require.Contains(t, w.replies[0].Text, "A person looks at it")
	left := w.orders[o.ID]
	require.True(t, left.Ticketed)
	require.Equal(t, []string{"car5 7A"}, left.Places)
}

// The code of a question that another one took the place of cancels nothing.
func TestCodeOfAnEarlierCancelQuote(t *testing.T) {
	w, o := bought(t, settings())
	w.text("CXL " + o.Code + " 1")
	first := w.fill("{code}")
	w.text("CXL " + o.Code + " 2")
	require.NotEqual(t, first, w.fill("{code}"))
	w.text("Y " + first)
	require.Equal(t, booking.Issued, w.orders[o.ID].State)
	require.Equal(t, 2, w.orders[o.ID].Seats)
	w.text(w.fill("Y {code}"))
	require.Equal(t, []string{"car5 7A"}, w.orders[o.ID].Places)
}

// Which seats a text means, on a ticket for Zhang Wei, Li Na and 陈洁.
func TestSeatsThatATextNames(t *testing.T) {
	for text, want := range map[string][]int{
		"CXL {order}": nil, "CXL {order} 1": {0}, "CXL {order} 3,1": {0, 2}, "CXL {order} 1 2": {0, 1}, "CXL {order} 1,2,3": nil,
		"CXL {order} ME": {0}, "CXL {order} li": {1}, "CXL {order} Li Na": {1}, "CXL {order} ME,LI": {0, 1}, "CXL {order} 3 tickets": nil,
		"退票 {order} 陈洁": {2}, "退票 {order} 我": {0}, "退票 {order} 2": {1}, "CXL {order} Zhang Wei,Li Na": {0, 1},
	} {
		s := settings()
		w := newWorld(t, s)
		w.text("REG Zhang Wei 11010519491231002X")
		w.text("BOOK G5 5DEC 3 6222021234567894")
		w.text(w.fill("Y {code}"))
		w.name([]string{"ME Zhang Wei", "LI Li Na", "CHEN 陈洁"})
		w.text(w.fill(text))
		o := w.last()
		require.Equal(t, booking.QuoteCancel, o.Quote.For, "%s: %s", text, w.replies[0].Text)
		require.Equal(t, want, o.Leaving, text)
	}
	for _, text := range []string{"CXL {order} 4", "CXL {order} 1,4", "CXL {order} wang", "CXL {order} ME,wang", "CXL {order} 2 tickets", "CXL {order} 4 tickets"} {
		w := newWorld(t, settings())
		w.text("REG Zhang Wei 11010519491231002X")
		w.text("BOOK G5 5DEC 3 6222021234567894")
		w.text(w.fill("Y {code}"))
		w.name([]string{"ME Zhang Wei", "LI Li Na", "CHEN Chen Jie"})
		w.text(w.fill(text))
		require.Contains(t, w.replies[0].Text, "1 Zhang Wei car5 7A, 2 Li Na car5 7B, 3 Chen Jie car5 7C", text)
		require.Equal(t, booking.NoQuote, w.last().Quote.For, text)
	}
}

// A change takes the passengers, the debits and the reminder of the ticket along.
func TestChangeTakesAlong(t *testing.T) {
	s := settings()
	s.Reminder = 3 * time.Hour
	w, old := bought(t, s)
	w.name([]string{"ME Zhang Wei", "LI Li Na"})
	w.text("CHG " + old.Code + " G7")
	n, old := w.last(), w.orders[old.ID]
	require.Equal(t, &booking.Swap{Order: old.ID, Code: old.Code, Key: old.HoldKey(), Credit: old.Price, Fee: booking.Money{Currency: "CNY"},
		Funds: old.Funds}, n.Swap)
	require.Equal(t, old.Passengers, n.Passengers)
	require.Equal(t, []any{old.Account, old.Lead, old.Seats}, []any{n.Account, n.Lead, n.Seats})
	require.Equal(t, n.ID, old.Next)
	w.text(w.fill("Y {code}"))
	require.Equal(t, booking.ClosedChanged, w.orders[old.ID].Reason)
	require.Equal(t, old.Funds, w.last().Funds)
	require.Zero(t, w.c.Holds.N)
}

// A fee is never more than the fare it is taken of, nor less than nothing, nor of
// another currency.
func TestFeesAreBounded(t *testing.T) {
	for fee, want := range map[booking.Money]int64{cny(-1): 0, cny(100): 100, cny(1 << 40): 55300, {Minor: 5, Currency: "EUR"}: 0} {
		s := settings()
		s.CancelFee = func(*booking.Order, []int, time.Time) booking.Money { return fee }
		s.ChangeFee = func(_, _ *booking.Order, _ time.Time) booking.Money { return fee }
		w, o := bought(t, s)
		w.text("CXL " + o.Code + " 1")
		require.Equal(t, cny(want), w.last().Fee, fee)
		w.text("CHG " + o.Code + " G7")
		require.LessOrEqual(t, w.last().Swap.Fee.Minor, o.Price.Minor)
		require.GreaterOrEqual(t, w.last().Swap.Fee.Minor, int64(0))
	}
}

// A cancel is free while the tickets of the waitlist may be given back, and the
// rules are not asked.
func TestFreeUntil(t *testing.T) {
	s := settings()
	s.CancelFee = testCancelFee
	w, o := bought(t, s)
	o.FreeUntil = w.now.Add(30 * time.Minute)
	w.orders[o.ID] = o
	w.text("CXL " + o.Code)
	require.Zero(t, w.last().Fee.Minor)
	w.text("N")
	w.now = o.FreeUntil
	w.text("CXL " + o.Code)
	require.Equal(t, int64(5550), w.last().Fee.Minor)
}

// News that is older than the seats is not about them.
func TestCancellationBeforeTheHold(t *testing.T) {
	w, o := bought(t, settings())
	e := booking.ServiceEvent{Service: "G5", Date: 20261205, Change: booking.RunCancelled, At: o.Created.Add(-time.Second)}
	w.notify(booking.Notice{Number: "G5", Event: &e})
	require.Empty(t, w.replies)
	e.At = o.Created
	w.notify(booking.Notice{Number: "G5", Event: &e})
	require.Len(t, w.replies, 1)
	require.True(t, w.replies[0].Receipt)
}

// A run that was cancelled is not left after its time: it can be given back still.
func TestCancelledRunNeverDeparts(t *testing.T) {
	w, o := bought(t, settings())
	w.run([]string{"G5", "5DEC", "cancelled"})
	w.now = o.Trip.Dep.Add(time.Hour)
	w.text("CXL " + o.Code)
	require.Contains(t, w.replies[0].Text, "refund CNY1106")
	w.text(w.fill("Y {code}"))
	require.Contains(t, w.replies[0].Text, "Cancelled "+o.Code)
}

// Each state of a refund has words of its own, in both languages.
func TestRefundStates(t *testing.T) {
	for _, word := range []string{"REFUND ", "退款 "} {
		seen := map[string]bool{}
		for _, state := range []booking.RefundState{booking.RefundRequested, booking.RefundSent, booking.RefundAccepted, booking.RefundSettled,
			booking.RefundFailed} {
			w, o := bought(t, settings())
			o.Refunds = []booking.Refund{{Key: "r1", Amount: cny(50000), State: state, At: w.now}}
			w.orders[o.ID] = o
			w.text(word + o.Code)
			one := w.replies[0].Text
			require.Contains(t, one, "500")
			o.Refunds = append(o.Refunds, booking.Refund{Key: "r2", Amount: cny(100), State: state, At: w.now})
			w.orders[o.ID] = o
			w.text(word + o.Code)
			require.False(t, seen[one] || seen[w.replies[0].Text], one)
			seen[one], seen[w.replies[0].Text] = true, true
		}
	}
}

// Refunds of several orders are listed, the newest first, with the state that is
// furthest from the customer.
func TestRefundsOfSeveralOrders(t *testing.T) {
	w, first := bought(t, settings())
	w.text("BOOK G7 5DEC 1")
	w.text(w.fill("Y {code}"))
	second := w.last()
	first.Refunds = []booking.Refund{{Amount: cny(50000), State: booking.RefundSettled}, {Amount: cny(100), State: booking.RefundAccepted}}
	second.Refunds = []booking.Refund{{Amount: cny(55300), State: booking.RefundFailed}, {Amount: cny(100), State: booking.RefundSettled}}
	w.orders[first.ID], w.orders[second.ID] = first, second
	w.text("REFUND")
	require.Equal(t, "Refunds: "+second.Code+" CNY554 checked by a person, "+first.Code+" CNY501 on its way. REFUND "+second.Code+" tells more.",
		w.replies[0].Text)
}

// A text of an operator that does not fit, which BCAST refuses, becomes no second message.
func TestLongBroadcastIsCut(t *testing.T) {
	w, _ := bought(t, settings())
	long := "Platform 3 "
	for len(long) < 300 {
		long += long
	}
	w.notify(booking.Notice{Number: "G5", Text: long})
	require.Len(t, w.replies, 1)
	require.Contains(t, w.replies[0].Text, "G5: Platform 3")
}

// A text to one class goes to nobody else.
func TestBroadcastToAClass(t *testing.T) {
	w := classed(t)
	w.notify(booking.Notice{Number: "G5", Group: "regular", Text: "hello"})
	require.Empty(t, w.replies)
	w.notify(booking.Notice{Number: "G5", Group: "new", Text: "hello"})
	require.Len(t, w.replies, 1)
}

// Services that are followed are few, and those of days that are past are forgotten.
func TestFollowsAreLimited(t *testing.T) {
	s := settings()
	s.TextsPer5Min = 0
	w := newWorld(t, s)
	for _, day := range []string{"24NOV", "25NOV", "26NOV", "27NOV", "28NOV", "29NOV", "30NOV", "1DEC", "2DEC", "3DEC"} {
		w.text("ALERT G5 " + day)
		require.Contains(t, w.replies[0].Text, "We will tell you")
	}
	w.text("ALERT G5 3DEC")
	require.Contains(t, w.replies[0].Text, "We will tell you", "that one is noted already")
	w.text("ALERT G7")
	require.Contains(t, w.replies[0].Text, "You follow 10 services")
	w.now = w.now.Add(48 * time.Hour)
	w.text("ALERT G7")
	require.Contains(t, w.replies[0].Text, "We will tell you")
	require.Len(t, w.c.Follows, 10)
	w.text("ALERT G5 OFF")
	require.Equal(t, []booking.Following{{Number: "G7"}}, w.c.Follows)
}
