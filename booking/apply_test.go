package booking_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	. "shortfare/booking"
)

var tableStart = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// orderIn is an ordinary order in that state since tableStart, with text 11 waiting
// where a call is under way.
func orderIn(s State) Order {
	o := Order{ID: 7, Code: "K7", Customer: 8613800000001, Version: 3, State: s, Created: tableStart.Add(-time.Hour), Since: tableStart,
		Seats: 2, Price: Money{Minor: 110600, Currency: "CNY"}, Account: Account{Alias: "C1", Kind: CardAccount, Last4: "0001"}}
	if s != Holding {
		o.Until, o.Places = tableStart.Add(30*time.Minute), []string{"5-7A", "5-7B"}
	}
	switch s {
	case Held:
		o.Quote = Quote{For: QuotePay, Gen: 1, Until: tableStart.Add(20 * time.Minute)}
		o.Due = o.Quote.Until
	case Debiting:
		o.Payment = 1
	case Issuing:
		o.Payment, o.Charged = 1, true
	case Issued:
		o.Payment, o.Charged, o.Ticketed = 1, true, true
		o.Quote, o.Refund = Quote{For: QuoteCancel, Gen: 2, Until: tableStart.Add(10 * time.Minute)}, o.Price
	case Voiding:
		o.Payment, o.Charged, o.Ticketed, o.Reason, o.Refund = 1, true, true, ClosedRefunded, o.Price
	case Reversing:
		o.Payment, o.Reason = 1, ClosedDebitUnknown
	case Releasing:
		o.Reason = ClosedCancelled
	case Review:
		o.Payment, o.Charged, o.Reason, o.Due = 1, true, ClosedIssueFailed, tableStart.Add(ReviewLimit)
	case Closed:
		o.Reason = ClosedExpired
	}
	switch s {
	case Holding, Debiting, Issuing, Voiding, Reversing:
		o.Ask, o.AskedAt = 11, tableStart
	}
	return o
}

// eventOf is an ordinary event of that kind; what customers do carries text 12.
func eventOf(k EventKind) Event {
	e := Event{Kind: k}
	switch k {
	case HoldConfirmed:
		e.Price, e.Until, e.Places = Money{Minor: 99900, Currency: "CNY"}, tableStart.Add(25*time.Minute), []string{"1-1A"}
		e.Quote = Quote{For: QuotePay, Gen: 1, Until: tableStart.Add(15 * time.Minute)}
	case HoldRefused, DebitRefused, IssueRefused, VoidRefused:
		e.Reason = ReasonDeclined
	case Quoted:
		e.Ask, e.Limit, e.Price = 12, 3, Money{Minor: 50000, Currency: "CNY"}
		e.Quote = Quote{For: QuoteCancel, Gen: 3, Until: tableStart.Add(12 * time.Minute)}
	case WrongCode:
		e.Ask, e.Limit = 12, 3
	case Confirm, Cancel:
		e.Ask = 12
	}
	return e
}

// cell is one way through the table. A cell with no next state is refused.
type cell struct {
	from    State
	event   EventKind
	when    string // as the comment of Apply writes it; ! for a refusal or a detail it leaves out
	after   time.Duration
	change  func(*Order, *Event)
	next    State
	effects string
}

func failedIssue(o *Order, _ *Event) { o.Ticketed, o.Reason = false, ClosedIssueFailed }

var cells = []cell{
	{Holding, HoldConfirmed, "", 0, nil, Held, "tell quote@11"},
	{Holding, HoldRefused, "", 0, nil, Closed, "tell sold-out@11"},
	{Holding, HoldUnknown, "", HoldLimit - 1, nil, Holding, "call hold+1s"},
	{Holding, HoldUnknown, "!", time.Second, func(o *Order, _ *Event) { o.Tries = 5 }, Holding, "call hold+32s"},
	{Holding, HoldUnknown, "!", time.Second, func(o *Order, _ *Event) { o.Tries = 6 }, Holding, "call hold+1m0s"},
	{Holding, HoldUnknown, "past its limit", HoldLimit, nil, Releasing, "call release; tell no-hold@11"},
	{Holding, SlowNotice, "!", time.Second, nil, Holding, "tell slow@11"},
	{Holding, SlowNotice, "!", time.Second, func(o *Order, _ *Event) { o.Slow = true }, 0, ""},
	{Holding, SlowNotice, "!", time.Second, func(o *Order, _ *Event) { o.Ask = 0 }, 0, ""},

	{Held, Quoted, "", 0, nil, Held, "tell quote@12"},
	{Held, WrongCode, "", 0, nil, Held, "tell wrong-code@12"},
	{Held, WrongCode, "at the limit", 0, func(o *Order, _ *Event) { o.Quote.Tries = 2 }, Releasing, "call release; tell code-closed@12"},
	{Held, Confirm, "", 20 * time.Minute, nil, Debiting, "call debit"},
	{Held, Confirm, "!", 20*time.Minute + 1, nil, 0, ""},
	{Held, Confirm, "!", 0, func(o *Order, _ *Event) { o.Until = tableStart.Add(DebitMargin) }, Debiting, "call debit"},
	{Held, Confirm, "!", 0, func(o *Order, _ *Event) { o.Until = tableStart.Add(DebitMargin - 1) }, 0, ""},
	{Held, Confirm, "!", 0, func(o *Order, _ *Event) { o.Quote.For = NoQuote }, 0, ""},
	{Held, Confirm, "!", 0, func(o *Order, _ *Event) { o.Quote.For = QuoteCancel }, 0, ""},
	{Held, Cancel, "", 0, nil, Releasing, "call release; tell dropped@12"},
	{Held, HoldExpired, "", 20 * time.Minute, nil, Releasing, "call release; tell expired@0"},
	{Held, HoldExpired, "!", 20*time.Minute - 1, nil, 0, ""},

	{Debiting, DebitDone, "", 0, nil, Issuing, "post bank>customer 1106; call issue"},
	{Debiting, DebitRefused, "", 0, nil, Held, "tell declined@11"},
	{Debiting, DebitRefused, "!", 0, func(o *Order, _ *Event) { o.Declines = 1 }, Held, "tell declined@11"},
	{Debiting, DebitRefused, "the third", 0, func(o *Order, _ *Event) { o.Declines = 2 }, Releasing, "call release; tell given-up@11"},
	{Debiting, DebitRefused, "too near the hold's end", 30*time.Minute - DebitMargin + 1, nil, Releasing, "call release; tell given-up@11"},
	{Debiting, DebitRefused, "!", 30*time.Minute - DebitMargin, nil, Held, "tell declined@11"},
	{Debiting, DebitUnknown, "", 0, nil, Reversing, "call reverse"},
	{Debiting, SlowNotice, "!", 0, nil, Debiting, "tell slow@11"},
	{Debiting, SlowNotice, "!", 0, func(o *Order, _ *Event) { o.Slow = true }, 0, ""},

	{Issuing, IssueDone, "", 0, nil, Issued, "post customer>terminal 1106; tell paid@11"},
	{Issuing, IssueRefused, "", 0, nil, Reversing, "call reverse"},
	{Issuing, IssueUnknown, "", IssueLimit - 1, nil, Issuing, "call issue+1s"},
	{Issuing, IssueUnknown, "past its limit", IssueLimit, nil, Voiding, "call void"},
	{Issuing, SlowNotice, "!", 0, nil, Issuing, "tell slow@11"},
	{Issuing, SlowNotice, "!", 0, func(o *Order, _ *Event) { o.Slow = true }, 0, ""},

	{Issued, Quoted, "", 0, nil, Issued, "tell quote@12"},
	{Issued, Quoted, "!", 0, func(o *Order, _ *Event) { o.Quote.Tries = 3 }, 0, ""},
	{Issued, WrongCode, "", 0, nil, Issued, "tell wrong-code@12"},
	{Issued, WrongCode, "!", 0, func(o *Order, _ *Event) { o.Quote.Tries = 2 }, Issued, "tell code-closed@12"},
	{Issued, WrongCode, "!", 0, func(o *Order, _ *Event) { o.Quote.For = NoQuote }, 0, ""},
	{Issued, Cancel, "", 10 * time.Minute, nil, Voiding, "call void"},
	{Issued, Cancel, "!", 10*time.Minute + 1, nil, 0, ""},
	{Issued, Cancel, "!", 0, func(o *Order, _ *Event) { o.Quote.For = NoQuote }, 0, ""},
	{Issued, Cancel, "!", 0, func(o *Order, _ *Event) { o.Quote.For = QuotePay }, 0, ""},

	{Voiding, VoidDone, "", 0, nil, Reversing, "post terminal>customer 1106; call refund"},
	{Voiding, VoidDone, "!", 0, failedIssue, Reversing, "call reverse"},
	{Voiding, VoidRefused, "", 0, nil, Issued, "tell stands@11"},
	{Voiding, VoidRefused, "!", 0, failedIssue, Issued, "post customer>terminal 1106; tell paid@11"},
	{Voiding, VoidUnknown, "", VoidLimit - 1, nil, Voiding, "call void+1s"},
	{Voiding, VoidUnknown, "past its limit", VoidLimit, nil, Review, "tell review@11"},
	{Voiding, SlowNotice, "!", 0, nil, Voiding, "tell slow@11"},
	{Voiding, SlowNotice, "!", 0, func(o *Order, _ *Event) { o.Slow = true }, 0, ""},

	{Reversing, ReverseDone, "", 0, nil, Releasing, "call release; tell not-charged@11"},
	{Reversing, ReverseDone, "!", 0, func(o *Order, _ *Event) { o.Charged, o.Reason = true, ClosedIssueFailed },
		Releasing, "post customer>bank 1106; call release; tell returned@11"},
	{Reversing, ReverseDone, "!", 0, func(o *Order, _ *Event) {
		o.Charged, o.Reason, o.Refund = true, ClosedRefunded, Money{Minor: 90010, Currency: "CNY"}
	}, Releasing, "post customer>bank 900.10; call release; tell refunded@11"},
	{Reversing, ReverseUnknown, "", ReverseLimit - 1, nil, Reversing, "call reverse+1s"},
	{Reversing, ReverseUnknown, "!", 0, func(o *Order, _ *Event) { o.Reason = ClosedRefunded }, Reversing, "call refund+1s"},
	{Reversing, ReverseUnknown, "past its limit", ReverseLimit, nil, Review, "tell review@11"},
	{Reversing, SlowNotice, "!", 0, nil, Reversing, "tell slow@11"},
	{Reversing, SlowNotice, "!", 0, func(o *Order, _ *Event) { o.Slow = true }, 0, ""},

	{Releasing, ReleaseDone, "", 0, nil, Closed, ""},
	{Releasing, ReleaseUnknown, "", ReleaseLimit - 1, nil, Releasing, "call release+1s"},
	{Releasing, ReleaseUnknown, "past its limit", ReleaseLimit, nil, Closed, ""},

	{Review, OperatorIssued, "", 0, nil, Issued, "post customer>terminal 1106; tell paid@0"},
	{Review, OperatorIssued, "!", 0, func(o *Order, _ *Event) { o.Charged, o.Reason = false, ClosedDebitUnknown },
		Issued, "post bank>customer 1106; post customer>terminal 1106; tell paid@0"},
	{Review, OperatorIssued, "!", 0, func(o *Order, _ *Event) { o.Ticketed, o.Reason = true, ClosedRefunded }, Issued, "tell stands@0"},
	{Review, OperatorReversed, "", 0, nil, Releasing, "post customer>bank 1106; call release; tell returned@0"},
	{Review, OperatorReversed, "!", 0, func(o *Order, _ *Event) { o.Charged, o.Reason = false, ClosedDebitUnknown },
		Releasing, "call release; tell not-charged@0"},
	{Review, OperatorReversed, "!", 0, func(o *Order, _ *Event) { o.Ticketed, o.Reason, o.Refund = true, ClosedRefunded, o.Price },
		Releasing, "post terminal>customer 1106; post customer>bank 1106; call release; tell refunded@0"},
	{Review, ReviewOverdue, "", ReviewLimit, nil, Review, ""},
	{Review, ReviewOverdue, "!", ReviewLimit - 1, nil, 0, ""},
}

// TestApplyC02 visits every (state, event) cell: those of the table with each
// of their guards, and all others, which must be refused.
func TestApplyC02(t *testing.T) {
	listed := map[string]bool{}
	for i, c := range cells {
		listed[c.from.String()+c.event.String()] = true
		t.Run(fmt.Sprintf("%02d/%s/%s", i, c.from, c.event), func(t *testing.T) {
			o, e := orderIn(c.from), eventOf(c.event)
			if c.change != nil {
				c.change(&o, &e)
			}
			if c.next == StateNone {
				refused(t, o, e, tableStart.Add(c.after))
				return
			}
			taken(t, c, o, e)
		})
	}
	visited := 0
	for _, s := range States() {
		for _, k := range EventKinds() {
			visited++
			if listed[s.String()+k.String()] {
				continue
			}
			for _, after := range []time.Duration{0, time.Hour, 48 * time.Hour} {
				refused(t, orderIn(s), eventOf(k), tableStart.Add(after))
			}
		}
	}
	require.Equal(t, 10*25, visited)
}

func refused(t *testing.T, o Order, e Event, now time.Time) {
	t.Helper()
	got, effects, err := o.Apply(e, now)
	require.ErrorIs(t, err, ErrIllegal, "%s %s", o.State, e.Kind)
	var cell *IllegalError
	require.ErrorAs(t, err, &cell)
	require.Equal(t, IllegalError{State: o.State, Event: e.Kind}, *cell)
	require.Equal(t, o, got, "%s %s changed the order", o.State, e.Kind)
	require.Empty(t, effects)
}

func taken(t *testing.T, c cell, o Order, e Event) {
	t.Helper()
	now := tableStart.Add(c.after)
	given := o
	given.Places = slices.Clone(o.Places)
	got, effects, err := o.Apply(e, now)
	require.NoError(t, err)
	require.Equal(t, given, o, "the order given was changed")
	require.Equal(t, c.next, got.State)
	require.Equal(t, c.effects, render(effects))
	require.Equal(t, o.Version+1, got.Version)
	if got.State != o.State {
		require.Equal(t, now, got.Since)
		require.Zero(t, got.Tries)
	} else {
		require.Equal(t, o.Since, got.Since, "the limits of a state run from its start")
	}
	calls := strings.Count(c.effects, "call ")
	require.LessOrEqual(t, calls, 1, "an order has at most one attempt")
	switch got.State {
	case Held, Review:
		require.False(t, got.NextDeadline(time.Second).IsZero())
	case Issued, Closed:
		require.Zero(t, calls)
		require.True(t, got.Due.IsZero())
	default:
		require.True(t, calls == 1 || e.Kind == SlowNotice, "nothing would ever happen in %s", got.State)
	}
}

var tellNames = []string{"nothing", "quote", "sold-out", "no-hold", "wrong-code", "code-closed", "dropped", "expired", "slow",
	"declined", "given-up", "paid", "not-charged", "returned", "refunded", "stands", "review"}

// render writes effects as the table does.
func render(effects []Effect) string {
	var parts []string
	for _, e := range effects {
		switch e.Kind {
		case DoCall:
			s := "call " + e.Call.String()
			if e.Delay > 0 {
				s += "+" + e.Delay.String()
			}
			parts = append(parts, s)
		case DoTell:
			parts = append(parts, fmt.Sprintf("tell %s@%d", tellNames[e.Tell], e.Cause))
		case DoPost:
			parts = append(parts, fmt.Sprintf("post %s>%s %s", e.Debit, e.Credit, e.Amount.Amount()))
		}
	}
	return strings.Join(parts, "; ")
}

// TestApplyComment holds the table printed in Apply's comment against the one above.
func TestApplyComment(t *testing.T) {
	var want []string
	for _, c := range cells {
		if c.when == "!" {
			continue
		}
		want = append(want, fmt.Sprintf("%s: %s [%s] -> %s", c.from, c.event, c.when, c.next))
	}
	got, states := readTable(t, applyComment(t))
	slices.Sort(want)
	slices.Sort(got)
	require.Equal(t, want, got)
	var all []string
	for _, s := range States() {
		all = append(all, s.String())
	}
	require.Equal(t, all, states)
}

func applyComment(t *testing.T) string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "apply.go", nil, parser.ParseComments)
	require.NoError(t, err)
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "Apply" {
			return fn.Doc.Text()
		}
	}
	t.Fatal("apply.go has no Apply")
	return ""
}

// readTable reads lines of `state | waits for | Event, Event -> next, when -> next; ...`;
// a line without a state goes on with the last one.
func readTable(t *testing.T, comment string) (cells, states []string) {
	t.Helper()
	kinds := map[string]bool{}
	for _, k := range EventKinds() {
		kinds[k.String()] = true
	}
	text := map[string]string{}
	state := ""
	for line := range strings.Lines(comment) {
		f := strings.Split(line, "|")
		if len(f) != 3 || strings.HasPrefix(strings.TrimSpace(f[0]), "state") {
			continue
		}
		if s := strings.TrimSpace(f[0]); s != "" {
			state, states = s, append(states, s)
		}
		text[state] += " " + strings.TrimSpace(f[2])
	}
	aside := regexp.MustCompile(`\([^)]*\)`)
	for state, row := range text {
		for clause := range strings.SplitSeq(aside.ReplaceAllString(row, ""), ";") {
			var events []string
			for part := range strings.SplitSeq(clause, ",") {
				left, next, arrow := strings.Cut(strings.TrimSpace(part), " -> ")
				left, next = strings.TrimSpace(left), strings.TrimSpace(next)
				when := ""
				if kinds[left] {
					events = append(events, left)
				} else if when = left; !arrow {
					require.Contains(t, []string{"-", ""}, left, "in the row of %s", state)
				}
				for _, e := range events {
					if arrow {
						cells = append(cells, fmt.Sprintf("%s: %s [%s] -> %s", state, e, when, next))
					}
				}
			}
		}
	}
	return cells, states
}

// TestApplyNever holds what is no state at all.
func TestApplyNever(t *testing.T) {
	for _, s := range []State{StateNone, 1, 12} {
		o := orderIn(s)
		got, effects, err := o.Apply(Event{Kind: HoldConfirmed}, tableStart)
		require.Error(t, err)
		require.NotErrorIs(t, err, ErrIllegal, "a bug, not a customer's slip")
		require.Equal(t, o, got)
		require.Empty(t, effects)
	}
	for _, s := range States() {
		refused(t, orderIn(s), Event{}, tableStart)
	}
}
