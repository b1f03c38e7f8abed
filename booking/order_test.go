package booking_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	. "shortfare/booking"
)

func TestOrderIs(t *testing.T) {
	live := map[State]bool{Closed: false}
	unpaid := map[State]bool{Holding: true, Held: true, Debiting: true}
	seen := map[string]bool{"none": true}
	for _, s := range States() {
		want, listed := live[s]
		require.Equal(t, want || !listed, orderIn(s).Live(), s)
		require.Equal(t, unpaid[s], orderIn(s).Unpaid(), s)
		require.False(t, seen[s.String()], "%s is the name of two states", s)
		seen[s.String()] = true
	}
	require.False(t, Order{}.Live())
	require.False(t, Order{}.Unpaid())
	names := map[string]bool{}
	for _, k := range EventKinds() {
		require.False(t, names[k.String()], k)
		names[k.String()] = true
	}
	require.Len(t, names, 42)
}

func TestOrderKeys(t *testing.T) {
	o := Order{ID: 7, Payment: 2}
	require.Equal(t, []string{"7", "7-2"}, []string{o.HoldKey(), o.DebitKey()})
	o.Holds = 1
	require.Equal(t, "7-h2", o.HoldKey(), "the key of the first hold is dead")
}

func TestNewOrder(t *testing.T) {
	o, effects := NewOrder(Order{ID: 7, Ask: 11, Price: Money{Minor: 5, Currency: "CNY"}}, tableStart)
	require.Equal(t, "call hold", render(effects))
	require.Equal(t, Order{ID: 7, Ask: 11, AskedAt: tableStart, Price: Money{Minor: 5, Currency: "CNY"}, State: Holding,
		Created: tableStart, Since: tableStart, Version: 1}, o)
}

// TestDeadline: what is due, and when to look again, agree in every state.
func TestDeadline(t *testing.T) {
	const slow = 8 * time.Second
	waits := map[State]bool{Holding: true, Debiting: true, Issuing: true, Swapping: true, Voiding: true, Reversing: true}
	ends := map[State]EventKind{Waiting: WaitEnded, Held: HoldExpired, Review: ReviewOverdue, Issued: Remind}
	for _, s := range States() {
		o := orderIn(s)
		want := ends[s]
		if waits[s] {
			want = SlowNotice
		}
		at := o.NextDeadline(slow)
		if want == NoEvent {
			require.True(t, at.IsZero(), s)
			_, due := o.Deadline(tableStart.Add(1000*time.Hour), slow)
			require.False(t, due, s)
			continue
		}
		_, due := o.Deadline(at.Add(-1), slow)
		require.False(t, due, s)
		e, due := o.Deadline(at, slow)
		require.True(t, due, s)
		require.Equal(t, want, e.Kind)
		after, _, err := o.Apply(e, at)
		require.NoError(t, err)
		e, due = after.Deadline(at, slow)
		require.False(t, due, "%s: %s is due again at once", s, e.Kind)
	}
	o := orderIn(Debiting)
	o.Slow = true
	require.True(t, o.NextDeadline(slow).IsZero(), "said once per text")
}

// TestHeldEnds: whatever quote it gets, a held order ends with its hold at the latest.
func TestHeldEnds(t *testing.T) {
	end := tableStart.Add(10 * time.Minute)
	for _, c := range []struct{ hold, quote, due time.Time }{
		{end, end.Add(-time.Minute), end.Add(-time.Minute)},
		{end, end.Add(time.Hour), end},
		{end, time.Time{}, end},
		{time.Time{}, time.Time{}, tableStart},
		{time.Time{}, end, tableStart},
	} {
		o, _, err := orderIn(Holding).Apply(Event{Kind: HoldConfirmed, Until: c.hold, Quote: Quote{For: QuotePay, Until: c.quote}}, tableStart)
		require.NoError(t, err)
		require.Equal(t, c.due, o.Due)
		require.Equal(t, c.due, o.Quote.Until)
		e, due := o.Deadline(c.due, time.Second)
		require.True(t, due)
		require.Equal(t, HoldExpired, e.Kind)
	}
}

// TestQuoteC06: a new code does not forgive the wrong ones before it, nor does a
// declined payment.
func TestQuoteC06(t *testing.T) {
	step := func(o Order, e Event) Order {
		o, _, err := o.Apply(e, tableStart)
		require.NoError(t, err)
		return o
	}
	account := Account{Alias: "C2"}
	requote := Event{Kind: Quoted, Account: &account, Quote: Quote{For: QuotePay, Gen: 2, Until: tableStart.Add(time.Minute)}}
	o := step(orderIn(Held), Event{Kind: WrongCode, Limit: 5})
	o = step(o, requote)
	require.Equal(t, Quote{For: QuotePay, Gen: 2, Until: tableStart.Add(time.Minute), Tries: 1}, o.Quote)
	require.Equal(t, account, o.Account)
	o = step(o, Event{Kind: Confirm, Ask: 1})
	require.Equal(t, Quote{Gen: 2, Tries: 1, Until: tableStart.Add(time.Minute)}, o.Quote, "a code is good once")
	o = step(o, Event{Kind: DebitRefused, Reason: ReasonDeclined})
	require.Equal(t, 1, o.Quote.Tries)
	require.Equal(t, NoQuote, o.Quote.For, "the old code does not pay again")
	require.Equal(t, 2, o.Quote.Gen)
	require.Equal(t, ReasonDeclined, o.Declined)
	require.Equal(t, tableStart.Add(time.Minute), o.Due, "the seats are kept as long as was said")
	late, _, err := o.Apply(requote, tableStart)
	require.NoError(t, err)
	late = step(late, Event{Kind: Confirm, Ask: 3})
	late, _, err = late.Apply(Event{Kind: DebitRefused}, tableStart.Add(50*time.Second))
	require.NoError(t, err)
	require.Equal(t, o.Until.Add(-DebitMargin), late.Due, "there is time to answer")
	o = step(step(o, requote), Event{Kind: Confirm, Ask: 2})
	require.Equal(t, "7-2", o.DebitKey(), "each payment has a key of its own")
}

// TestHoldNames: price, end and seats are the terminal's, and a later word on seats counts.
func TestHoldNames(t *testing.T) {
	o, _, err := orderIn(Holding).Apply(eventOf(HoldConfirmed), tableStart)
	require.NoError(t, err)
	require.Equal(t, int64(99900), o.Price.Minor)
	require.Equal(t, []string{"1-1A"}, o.Places)
	for _, s := range []State{Issuing, Voiding} {
		e := Event{Kind: map[State]EventKind{Issuing: IssueDone, Voiding: VoidRefused}[s]}
		o, _, err := orderIn(s).Apply(e, tableStart)
		require.NoError(t, err)
		require.Equal(t, []string{"5-7A", "5-7B"}, o.Places)
		e.Places = []string{"9-1F"}
		o, _, err = orderIn(s).Apply(e, tableStart)
		require.NoError(t, err)
		require.Equal(t, []string{"9-1F"}, o.Places)
		require.Empty(t, o.Reason)
		require.Zero(t, o.Refund)
	}
}

// The number of a seat stays when others are cancelled, also those before it.
func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		seats int
		gone  []int
		want  []int
	}{
		{3, nil, []int{1, 2, 3}},
		{2, []int{2}, []int{1, 3}},
		{2, []int{3, 1}, []int{2, 4}},
		{1, []int{1, 2}, []int{3}},
		{2, []int{0}, []int{1, 2}}, // from before they were kept
		{0, []int{1}, []int{}},
	} {
		o := Order{Seats: c.seats}
		for _, n := range c.gone {
			o.Former = append(o.Former, Former{Number: n})
		}
		require.Equal(t, c.want, o.Numbers(), "%d without %v", c.seats, c.gone)
	}
}
