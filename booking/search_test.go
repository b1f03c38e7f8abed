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

// The search visits every state that the orders of a customer, their attempts,
// the bank, the terminal and the network between them can be in together, and
// drives the real Apply through all of them. Time is reduced to whether a limit
// has passed. A scene is what one search is about: how it starts, what customers
// do in it, and the shortcuts that it must find. The scenes are in
// search_{plain,wait,part,change,pair}_test.go, what they share in the others.

// rules are the decisions under test; the zero value of each switch is right,
// and a wrong shortcut turns one.
type rules struct {
	apply func(o Order, e Event, now time.Time) (Order, []Effect, error)
	right bool // apply is the real one

	debitAfterCrash   bool // an attempt of an earlier epoch calls Debit again
	forgiveTwoDebits  bool // look on when a key is debited twice, to see what comes of it
	operatorSawNoDeb  bool // an operator closes an order because he saw no debit
	operatorBankOnly  bool // an operator looks at the bank and not at the ticket
	operatorImpatient bool // an operator lets a ticket stand while a void is on its way
	operatorNewOnly   bool // an operator looks at the new ticket of a change and not at the old one
	voidWhole         bool // the caller voids all seats where one was asked for
	oneDebitKey       bool // two orders of a customer share the key of their debits
	crossed           bool // an outcome is given to the customer's other order
}

func rightRules() rules { return rules{apply: Order.Apply, right: true} }

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
	scene  *scene
	rules  rules
	worlds []world
	parent []int32
	index  map[world]int32
	heal   [][]int32 // by world: where it gets without faults
	edges  int
	book   book

	scratch []edge

	broken string // the invariant that fell, empty when none did
	at     int32  // where
}

// explore runs a breadth-first search to closure, or to the first world that
// breaks an invariant: the trace to it is then a shortest one.
func explore(sc *scene, r rules) *space {
	s := &space{scene: sc, rules: r, index: map[world]int32{}, book: newBook()}
	start := s.first()
	s.add(start, -1)
	if s.broken = s.wrong(&start); s.broken != "" {
		return s
	}
	for i := int32(0); int(i) < len(s.worlds); i++ {
		var heal []int32
		for _, e := range s.next(s.worlds[i]) {
			s.edges++
			j, known := s.index[e.to]
			if !known {
				if len(s.worlds) == maxWorlds {
					s.broken, s.at = "the search has no end", i
					return s
				}
				j = s.add(e.to, i)
				if s.broken = s.wrong(&e.to); s.broken != "" {
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
	if s.broken = s.book.written(); s.broken == "" {
		s.deadEnds()
	}
	return s
}

func (s *space) add(w world, parent int32) int32 {
	j := int32(len(s.worlds))
	s.index[w] = j
	s.worlds, s.parent = append(s.worlds, w), append(s.parent, parent)
	return j
}

// deadEnds demands of every world that, once faults stop, every way on comes
// to an end, and at every end each order is closed or issued, with review on the
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
				if f.next == 0 {
					if s.broken = s.unfinished(&s.worlds[f.w]); s.broken != "" {
						s.at = f.w
						return
					}
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

// unfinished names what a world leaves undone in which nothing will ever happen.
func (s *space) unfinished(w *world) string {
	for i := range w.orders {
		switch o := s.order(w, i); {
		case o.State != Closed && o.State != Issued && o.State != StateNone:
			return "dead end: nothing will ever happen in " + o.State.String()
		case o.Next != 0 && o.State == Issued:
			return "dead end: the ticket waits for ever for the one that is to take its place"
		}
	}
	return ""
}

// trace is how the search got to where an invariant fell.
func (s *space) trace() string {
	var lines []string
	for j := s.at; j >= 0; j = s.parent[j] {
		lines = append(lines, fmt.Sprintf("  %-34s %s", s.why(j), s.line(&s.worlds[j])))
	}
	slices.Reverse(lines)
	return s.broken + "\n" + strings.Join(lines, "\n")
}

// why is what led from a world's parent to it.
func (s *space) why(j int32) string {
	if s.parent[j] < 0 {
		return "Opened"
	}
	for _, e := range s.next(s.worlds[s.parent[j]]) {
		if e.to == s.worlds[j] {
			return strings.Join(e.label[:], "")
		}
	}
	return "?"
}

// closes explores a scene to its end. A search that never gets anywhere proves
// nothing: every state and end that the scene names must be reached, and every
// meeting of circumstances that seen picks out.
func closes(t *testing.T, sc *scene, seen map[string]func(s *space, w *world) bool) {
	t.Helper()
	s := explore(sc, rightRules())
	require.Empty(t, s.broken, "%s", s.trace())
	states, ends, reached := map[State]int{}, map[CloseReason]int{}, map[string]int{}
	for j := range s.worlds {
		w := &s.worlds[j]
		for i := range w.orders {
			o := s.order(w, i)
			states[o.State]++
			if o.State == Closed {
				ends[o.Reason]++
			}
		}
		for name, is := range seen {
			if is(s, w) {
				reached[name]++
			}
		}
	}
	for _, st := range sc.states {
		require.NotZero(t, states[st], st)
	}
	for _, why := range sc.ends {
		require.NotZero(t, ends[why], why)
	}
	require.Len(t, reached, len(seen), "%v", reached)
	t.Logf("%d worlds, %d edges, %d orders; by state %v", len(s.worlds), s.edges, len(s.book.orders), states)
}

// shortcut is a wrong decision that looks right, as a small change of the real
// Apply, or of the one who calls it.
type shortcut struct {
	name  string
	scene *scene
	rules rules
	want  string // what falls
}

// TestApplySearchShortcuts shows that the search finds what it is there to find.
func TestApplySearchShortcuts(t *testing.T) {
	all := slices.Concat(plainShortcuts(), waitShortcuts(), partShortcuts(), changeShortcuts(), paybackShortcuts(), pairShortcuts())
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			s := explore(m.scene, m.rules)
			require.NotEmpty(t, s.broken, "the shortcut was not found out in %d worlds", len(s.worlds))
			require.Contains(t, s.broken, m.want, "%s", s.trace())
			t.Logf("found after %d worlds: %s", len(s.worlds), s.trace())
		})
	}
}

func with(change func(r *rules)) rules {
	r := rightRules()
	change(&r)
	return r
}

// before changes what Apply is given.
func before(change func(o *Order, e *Event)) rules {
	return with(func(r *rules) {
		r.right, r.apply = false, func(o Order, e Event, now time.Time) (Order, []Effect, error) {
			given := o
			change(&o, &e)
			n, effects, err := o.Apply(e, now)
			if err != nil {
				return given, nil, err
			}
			return n, effects, err
		}
	})
}

// after changes what Apply returns.
func after(change func(o Order, e Event, n *Order, effects []Effect) []Effect) rules {
	return with(func(r *rules) {
		r.right, r.apply = false, func(o Order, e Event, now time.Time) (Order, []Effect, error) {
			n, effects, err := o.Apply(e, now)
			if err == nil {
				effects = change(o, e, &n, effects)
			}
			return n, effects, err
		}
	})
}

// instead takes one event for another.
func instead(in State, of, other EventKind) rules {
	return before(func(o *Order, e *Event) {
		if o.State == in && e.Kind == of {
			e.Kind = other
		}
	})
}

// moves changes where a step leads to, and the call that follows.
func moves(from, to, instead State, call Call) rules {
	return after(func(o Order, _ Event, n *Order, effects []Effect) []Effect {
		if o.State != from || n.State != to {
			return effects
		}
		n.State, n.Due = instead, time.Time{}
		return calls(effects, call)
	})
}

// calls puts another call in the place of those asked for.
func calls(effects []Effect, call Call) []Effect {
	effects = slices.DeleteFunc(effects, func(e Effect) bool { return e.Kind == DoCall })
	return append(effects, Effect{Kind: DoCall, Call: call})
}

// without leaves an effect out.
func without(effects []Effect, which func(e Effect) bool) []Effect {
	return slices.DeleteFunc(effects, which)
}
