package booking

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// sides are a terminal and a bank that note what they are asked, and answer Done but
// for what a test says.
type sides struct {
	Ticketing
	Bank
	asked []string
	say   map[string]Verdict // by the call as asked has it
	items map[string]Item
}

func ask[T any](s *sides, call string, v T) Outcome[T] {
	s.asked = append(s.asked, call)
	if verdict, ok := s.say[call]; ok {
		return Outcome[T]{Verdict: verdict, Reason: ReasonNotFound}
	}
	return IsDone(v)
}

func (s *sides) Get(_ context.Context, key string) Outcome[Item] {
	return ask(s, "get "+key, s.items[key])
}
func (s *sides) Void(_ context.Context, key string, places []string) Outcome[Item] {
	return ask(s, strings.TrimSpace("void "+key+" "+strings.Join(places, ",")), Item{})
}
func (s *sides) Query(_ context.Context, key string) Outcome[Charge] {
	return ask(s, "query "+key, Charge{})
}
func (s *sides) Reverse(_ context.Context, key string) Outcome[Charge] {
	return ask(s, "reverse "+key, Charge{})
}
func (s *sides) Refund(_ context.Context, key, refundKey string, amount Money) Outcome[Charge] {
	return ask(s, "refund "+key+" "+refundKey+" "+amount.String(), Charge{})
}
func (s *sides) Ready(context.Context) error { return nil }
func (s *sides) PaysByPhone() bool           { return false }

// inReview is an order of one seat that came into review.
func inReview(change func(*Order)) *Order {
	yuan := Money{Minor: 55300, Currency: "CNY"}
	o := &Order{ID: 7, Code: "K7M2P", Customer: 1, Version: 5, State: Review, Seats: 1, Price: yuan, Payment: 1, Charged: true, Places: []string{"1A"},
		Trip: Trip{TripKey: TripKey{Terminal: "t"}}, Since: lineStart}
	change(o)
	return o
}

// An operator's word counts when terminal and bank acknowledge it, and what he says is
// undone is undone under the keys that were used before.
func TestRulings(t *testing.T) {
	yuan := Money{Minor: 55300, Currency: "CNY"}
	unpaid := func(o *Order) { o.Reason = ClosedIssueFailed }
	due := func(o *Order) {
		o.Reason, o.Refund = ClosedRefunded, yuan
		o.Funds = []Fund{{Key: "7-1", Paid: yuan}}
		o.Refunds = []Refund{{Key: "7-r1", Fund: "6-1", Amount: Money{Minor: 100, Currency: "CNY"}, State: RefundSettled}, {Key: "7-r2", Fund: "7-1", Amount: yuan, State: RefundFailed}}
	}
	void := func(o *Order) {
		o.Reason, o.Refund, o.Ticketed = ClosedRefunded, yuan, true
		o.Funds = []Fund{{Key: "7-1", Paid: yuan}}
	}
	swap := func(o *Order) {
		o.Reason, o.Ticketed = ClosedChangeFailed, true
		o.Swap = &Swap{Order: 6, Terminal: "t", Key: "6", Credit: Money{Currency: "CNY"}}
	}
	issued := map[string]Item{"7": {State: ItemIssued, Places: []string{"1A"}}, "6": {State: ItemIssued, Places: []string{"2A"}}}
	for _, c := range []struct {
		name   string
		order  func(*Order)
		call   Call
		say    map[string]Verdict
		want   EventKind
		asked  string
		opened Call
	}{
		{"reversed", unpaid, CallUndone, nil, OperatorReversed, "void 7; reverse 7-1", CallReverse},
		{"the ticket was used", unpaid, CallUndone, map[string]Verdict{"void 7": Refused}, NoEvent, "void 7", CallReverse},
		{"the bank is silent", unpaid, CallUndone, map[string]Verdict{"reverse 7-1": Unknown}, NoEvent, "void 7; reverse 7-1", CallReverse},
		{"a refund is booked", due, CallUndone, nil, OperatorReversed, "refund 7-1 7-r2 CNY553", CallRefund},
		{"a refund is not", due, CallUndone, map[string]Verdict{"refund 7-1 7-r2 CNY553": Unknown}, NoEvent, "refund 7-1 7-r2 CNY553", CallRefund},
		{"a cancel whose void was silent", void, CallUndone, nil, OperatorReversed, "void 7; refund 7-1 7-r1 CNY553", CallVoid},
		{"a change that failed", swap, CallUndone, nil, OperatorReversed, "get 6; void 7; reverse 7-1", CallVoid},
		{"and has lost the old ticket", swap, CallUndone, map[string]Verdict{"get 6": Refused}, NoEvent, "get 6", CallVoid},
		{"the ticket stands", void, CallStands, nil, OperatorIssued, "get 7; query 7-1", CallVoid},
		{"it does not", void, CallStands, map[string]Verdict{"get 7": Refused}, NoEvent, "get 7", CallVoid},
		{"it was not paid for", void, CallStands, map[string]Verdict{"query 7-1": Refused}, NoEvent, "get 7; query 7-1", CallVoid},
		{"the new ticket of a change stands", func(o *Order) { swap(o); o.Reason = "" }, CallStands, nil, OperatorIssued, "get 7; query 7-1; void 6", CallVoidOld},
		{"and the old one too", func(o *Order) { swap(o); o.Reason = "" }, CallStands, map[string]Verdict{"void 6": Unknown}, NoEvent, "get 7; query 7-1; void 6", CallVoidOld},
		{"it has ended", func(o *Order) { unpaid(o); o.State = Closed }, CallUndone, nil, NoEvent, "", CallReverse},
		{"nobody sells it", func(o *Order) { unpaid(o); o.Trip.Terminal = "x" }, CallUndone, nil, NoEvent, "", CallReverse},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &sides{say: c.say, items: issued}
			e := newsEngine(t, newMemStore(), &told{}, &station{}, &fakeClock{now: lineStart})
			e.Terminals, e.Bank = map[string]Ticketing{"t": s}, s
			o := inReview(c.order)
			require.Equal(t, c.opened, o.OpenInReview())
			ev := e.call(context.Background(), Attempt{Order: o.ID, Call: c.call, Subject: o})
			require.Equal(t, c.want, ev.Kind)
			require.Equal(t, c.asked, strings.Join(s.asked, "; "))
			if c.want != NoEvent {
				next, _, err := o.Apply(ev, lineStart.Add(time.Hour))
				require.NoError(t, err)
				require.NotEqual(t, Review, next.State)
			}
		})
	}
}
