package booking_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	. "shortfare/booking"
)

// The search visits every state that an order, its attempt, the bank, the
// terminal and the network between them can be in together, and drives the
// real Apply through all of them. Time is reduced to whether a limit has
// passed. The worlds are in
// search_world_test.go, what can happen in them in search_next_test.go.

// rules are the decisions under test; the zero value of each switch is right,
// and a wrong shortcut turns one.
type rules struct {
	apply func(o Order, e Event, now time.Time) (Order, []Effect, error)

	debitAfterCrash   bool // an attempt of an earlier epoch calls Debit again
	forgiveTwoDebits  bool // look on when a key is debited twice, to see what comes of it
	operatorSawNoDeb  bool // an operator closes an order because he saw no debit
	operatorBankOnly  bool // an operator looks at the bank and not at the ticket
	operatorImpatient bool // an operator lets a ticket stand while a void is on its way
}

// edge is one thing that can happen in a world.
type edge struct {
	label label
	to    world
	heals bool // it can also happen when nothing fails any more
}

// label says what happened, in pieces: they are put together for a trace only.
type label [3]string

// maxWorlds stops a search that a change of Apply made endless.
const maxWorlds = 1 << 19

// space is what a search found.
type space struct {
	rules  rules
	worlds []world
	parent []int32
	index  map[world]int32
	heal   [][]int32 // by world: where it gets without faults
	edges  int

	broken string // the invariant that fell, empty when none did
	at     int32  // where
}

// explore runs a breadth-first search to closure, or to the first world that
// breaks an invariant: the trace to it is then a shortest one.
func explore(r rules) *space {
	s := &space{rules: r, index: map[world]int32{}}
	start := firstWorld()
	s.add(start, -1)
	for i := int32(0); int(i) < len(s.worlds); i++ {
		var heal []int32
		for _, e := range s.worlds[i].next(r) {
			s.edges++
			j, known := s.index[e.to]
			if !known {
				if len(s.worlds) == maxWorlds {
					s.broken, s.at = "the search has no end", i
					return s
				}
				j = s.add(e.to, i)
				if s.broken = e.to.wrong(r); s.broken != "" {
					s.at = j
					return s
				}
			}
			if e.heals && j != i {
				heal = append(heal, j)
			}
		}
		s.heal = append(s.heal, heal)
	}
	s.deadEnds()
	return s
}

func (s *space) add(w world, parent int32) int32 {
	j := int32(len(s.worlds))
	s.index[w] = j
	s.worlds, s.parent = append(s.worlds, w), append(s.parent, parent)
	return j
}

// deadEnds demands of every world that, once faults stop, every way on comes
// to an end, and every end is a closed or an issued order, with review on the
// way at most: there is an operator who answers.
func (s *space) deadEnds() {
	const unseen, open, done = 0, 1, 2
	mark := make([]byte, len(s.worlds))
	type frame struct {
		w    int32
		next int
	}
	for root := range s.worlds {
		if mark[root] != unseen {
			continue
		}
		stack := []frame{{w: int32(root)}}
		mark[root] = open
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			if f.next == len(s.heal[f.w]) {
				if st := s.worlds[f.w].o.State; f.next == 0 && st != Closed && st != Issued {
					s.broken, s.at = "dead end: nothing will ever happen in "+st.String(), f.w
					return
				}
				mark[f.w] = done
				stack = stack[:len(stack)-1]
				continue
			}
			n := s.heal[f.w][f.next]
			f.next++
			switch mark[n] {
			case open:
				s.broken, s.at = "no end: it goes round for ever although nothing fails", n
				return
			case unseen:
				mark[n] = open
				stack = append(stack, frame{w: n})
			}
		}
	}
}

// trace is how the search got to where an invariant fell.
func (s *space) trace() string {
	var lines []string
	for j := s.at; j >= 0; j = s.parent[j] {
		lines = append(lines, fmt.Sprintf("  %-34s %s", s.why(j), s.worlds[j]))
	}
	slices.Reverse(lines)
	return s.broken + "\n" + strings.Join(lines, "\n")
}

// why is what led from a world's parent to it.
func (s *space) why(j int32) string {
	if s.parent[j] < 0 {
		return "Opened"
	}
	for _, e := range s.worlds[s.parent[j]].next(s.rules) {
		if e.to == s.worlds[j] {
			return strings.Join(e.label[:], "")
		}
	}
	return "?"
}

func rightRules() rules { return rules{apply: Order.Apply} }

// TestApplySearch explores the real Apply to closure (I4, I6, I12; B01-B04,
// B07, T01-T03, T05).
func TestApplySearch(t *testing.T) {
	s := explore(rightRules())
	require.Empty(t, s.broken, "%s", s.trace())

	// A search that never gets anywhere proves nothing.
	states, ends, reached := map[State]int{}, map[CloseReason]int{}, map[string]int{}
	for _, w := range s.worlds {
		states[w.o.State]++
		if w.o.State == Closed {
			ends[reasons[w.o.Reason]]++
		}
		if w.net.debit != [payments]bool{} && w.o.State == Closed {
			reached["closed while a debit is still on its way"]++
		}
		if w.net.issue && w.try.call == CallVoid {
			reached["void called while a fulfil is still on its way"]++
		}
		if w.ticket == issued && w.o.State == Review {
			reached["a valid ticket in review"]++
		}
		if w.ticket == used && w.o.State == Issued {
			reached["a used ticket that stands"]++
		}
		if w.o.Payment == payments && w.o.State == Issued {
			reached["paid at the third try"]++
		}
	}
	for _, st := range States() {
		require.NotZero(t, states[st], st)
	}
	for _, why := range []CloseReason{ClosedSoldOut, ClosedExpired, ClosedCancelled, ClosedDeclined, ClosedDebitUnknown,
		ClosedIssueFailed, ClosedRefunded} {
		require.NotZero(t, ends[why], why)
	}
	require.Len(t, reached, 5, "%v", reached)
	t.Logf("%d worlds, %d edges; by state %v", len(s.worlds), s.edges, states)
}

// TestApplySearchShortcuts shows that the search finds what it is there to find.
func TestApplySearchShortcuts(t *testing.T) {
	for _, m := range shortcuts() {
		t.Run(m.name, func(t *testing.T) {
			s := explore(m.rules)
			require.NotEmpty(t, s.broken, "the shortcut was not found out in %d worlds", len(s.worlds))
			require.Contains(t, s.broken, m.want, "%s", s.trace())
			t.Logf("found after %d worlds: %s", len(s.worlds), s.trace())
		})
	}
}

type shortcut struct {
	name  string
	rules rules
	want  string // what falls
}

// shortcuts are those that Apply's comment warns of, each as a small change of
// the real Apply, or of the one who calls it.
func shortcuts() []shortcut {
	with := func(change func(r *rules)) rules {
		r := rightRules()
		change(&r)
		return r
	}
	instead := func(in State, of, other EventKind) rules {
		return with(func(r *rules) {
			r.apply = func(o Order, e Event, now time.Time) (Order, []Effect, error) {
				if o.State == in && e.Kind == of {
					e.Kind = other
				}
				return o.Apply(e, now)
			}
		})
	}
	// moves changes where a step leads to, and the call that follows.
	moves := func(from, to, instead State, call Call) rules {
		return with(func(r *rules) {
			r.apply = func(o Order, e Event, now time.Time) (Order, []Effect, error) {
				n, effects, err := o.Apply(e, now)
				if o.State != from || n.State != to {
					return n, effects, err
				}
				n.State, n.Due = instead, time.Time{}
				effects = slices.DeleteFunc(effects, func(e Effect) bool { return e.Kind == DoCall })
				return n, append(effects, Effect{Kind: DoCall, Call: call}), err
			}
		})
	}
	debitAgain := func(o Order, e Event, now time.Time) (Order, []Effect, error) {
		if o.State == Debiting && e.Kind == DebitUnknown {
			return o, []Effect{{Kind: DoCall, Call: CallDebit}}, nil
		}
		return o.Apply(e, now)
	}
	return []shortcut{
		{"debit unknown to held", instead(Debiting, DebitUnknown, DebitRefused), "charged"},
		{"issue given up without voiding", moves(Issuing, Voiding, Reversing, CallReverse), "ticket"},
		{"reversal given up", moves(Reversing, Review, Releasing, CallRelease), "charged"},
		{"void refused to reversing", instead(Voiding, VoidRefused, VoidDone), "ticket"},
		{"debit again", with(func(r *rules) { r.apply = debitAgain }), "called twice"},
		{"debit again, what comes of it", with(func(r *rules) { r.apply, r.forgiveTwoDebits = debitAgain, true }), "charged 2 times"},
		{"debit again after a crash", with(func(r *rules) { r.debitAfterCrash = true }), "called twice"},
		{"debit again after a crash, what comes of it",
			with(func(r *rules) { r.debitAfterCrash, r.forgiveTwoDebits = true, true }), "charged 2 times"},
		{"operator saw no debit", with(func(r *rules) { r.operatorSawNoDeb = true }), "charged"},
		{"operator looked at the bank only", with(func(r *rules) { r.operatorBankOnly = true }), "ticket"},
		{"operator did not wait for a void", with(func(r *rules) { r.operatorImpatient = true }), "without a valid ticket"},
	}
}
