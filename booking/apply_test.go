package booking_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	. "shortfare/booking"
)

var tableStart = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

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
	require.Equal(t, 12*42, visited)
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
	o = roomy(o)
	given := roomy(o)
	got, effects, err := o.Apply(e, now)
	require.NoError(t, err)
	require.Equal(t, given, o, "the order given was changed")
	require.True(t, untouched(reflect.ValueOf(o)), "a list of the order given was appended to in its place")
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
	case Held, Review, Waiting:
		require.False(t, got.NextDeadline(time.Second).IsZero())
	case Issued, Closed:
		require.True(t, calls == 0 || e.Kind == AskSettled || e.Kind == AskStray)
		require.True(t, got.Due.IsZero())
	default:
		require.True(t, calls == 1 || e.Kind == SlowNotice || e.Kind == Disrupted, "nothing would ever happen in %s", got.State)
	}
}

var tellNames = []string{"nothing", "quote", "sold-out", "no-hold", "wrong-code", "code-closed", "dropped", "expired", "slow",
	"declined", "given-up", "paid", "not-charged", "returned", "refunded", "stands", "review", "joined", "wait-ended", "got-seats",
	"changed", "change-failed", "disrupted", "reminder", "settled", "stray"}

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
		case DoLink:
			parts = append(parts, fmt.Sprintf("link %d %s", e.Order, e.Event.Kind))
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
	for _, s := range []State{StateNone, 13, 99} {
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

// A code that has ended confirms nothing, though the question it was for still stands.
func TestConfirmNeedsACodeThatHasNotEnded(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	end := now.Add(10 * time.Minute)
	q := Quote{For: QuotePay, Gen: 1, Until: now.Add(30 * time.Minute), CodeUntil: end}
	o := Order{ID: 1, State: Held, Until: now.Add(time.Hour), Quote: q, Price: Money{55300, "CNY"}}
	next, _, err := o.Apply(Event{Kind: Confirm}, end)
	require.NoError(t, err)
	require.Equal(t, Debiting, next.State)
	_, _, err = o.Apply(Event{Kind: Confirm}, end.Add(time.Second))
	require.ErrorIs(t, err, ErrIllegal)
	q.Until = now.Add(time.Minute)
	require.Equal(t, q.Until, q.CodeEnds(), "no code outlives its question")
}
