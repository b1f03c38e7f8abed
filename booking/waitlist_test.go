package booking

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var lineStart = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// seats is a Stock of whole runs: free seats by stop, service and class.
type seats map[string][]int

func (s seats) Left(k TripKey, class string) (int, bool) {
	run, known := s[k.Service+" "+class]
	if !known {
		return 0, false
	}
	return slices.Min(run[k.From:k.To]), true
}

// take sells seats, or gives back when n is negative.
func (s seats) take(t Trip, n int) {
	for i := t.From; i < t.To; i++ {
		s[t.Service+" "+t.Fares[0].Class][i] -= n
	}
}

func wishFor(service string, from, to int) Trip {
	return Trip{TripKey: TripKey{Service: service, Date: 20261205, From: from, To: to}, Number: service,
		Fares: []Fare{{Class: "2nd", Price: Money{100, "CNY"}}}}
}

// queuer is an order that joins at minute n.
func queuer(id OrderID, n int, wishes ...Trip) *Order {
	return &Order{ID: id, Customer: MSISDN(id), State: Waiting, Version: 2, Seats: n, Trip: wishes[0],
		Wish: &Wish{Trips: wishes, Joined: lineStart.Add(time.Duration(id) * time.Minute), Until: lineStart.Add(1000 * time.Hour)}}
}

// lineOf are those orders in line.
func lineOf(orders ...*Order) *waitlist {
	l := &waitlist{}
	for _, o := range orders {
		l.note(o)
	}
	return l
}

// matched are the orders found at a time, as "order:service".
func (l *waitlist) matched(s Stock, at time.Time) []string {
	var all []string
	for _, f := range l.due(s, nil, at) {
		all = append(all, fmt.Sprintf("%d:%s", f.order, f.trip.Service))
		l.settle(f, at) // nothing was done
	}
	l.next = time.Time{}
	return all
}

// left is what anybody may book.
func (l *waitlist) left(s Stock, t Trip) int {
	n, _ := queued{s, l, lineStart.Add(24 * time.Hour)}.Left(t.TripKey, "2nd")
	return n
}

// moved is the order after an event of its hold.
func moved(o *Order, s State, at time.Time) *Order {
	next := *o
	next.State, next.Version, next.Since = s, o.Version+1, at
	return &next
}

func TestWaitlistServesInOrder(t *testing.T) {
	ab, bc, ac := wishFor("a", 0, 1), wishFor("a", 1, 2), wishFor("a", 0, 2)
	other := wishFor("b", 0, 2)
	late := lineStart.Add(24 * time.Hour)
	for name, c := range map[string]struct {
		line  []*Order
		free  seats
		want  []string
		left  int // of a, for anybody
		leftB int
	}{
		"first come, first served":      {[]*Order{queuer(2, 1, ac), queuer(1, 1, ac)}, seats{"a 2nd": {1, 1}}, []string{"1:a"}, 0, 0},
		"as many as there are seats":    {[]*Order{queuer(1, 1, ac), queuer(2, 2, ac), queuer(3, 1, ac)}, seats{"a 2nd": {4, 4}}, []string{"1:a", "2:a", "3:a"}, 0, 0},
		"what is left over is for sale": {[]*Order{queuer(1, 1, ac), queuer(2, 2, ac)}, seats{"a 2nd": {5, 5}}, []string{"1:a", "2:a"}, 2, 0},
		"all or none":                   {[]*Order{queuer(1, 3, ac)}, seats{"a 2nd": {2, 2}}, nil, 2, 0},
		"a smaller one passes":          {[]*Order{queuer(1, 3, ac), queuer(2, 1, ac)}, seats{"a 2nd": {2, 2}}, []string{"2:a"}, 1, 0},
		"any of several":                {[]*Order{queuer(1, 1, ac, other)}, seats{"a 2nd": {0, 0}, "b 2nd": {1, 1}}, []string{"1:b"}, 0, 0},
		"the likeliest of several":      {[]*Order{queuer(1, 1, other, ac)}, seats{"a 2nd": {1, 1}, "b 2nd": {1, 1}}, []string{"1:b"}, 0, 0},
		"one each of two runs":          {[]*Order{queuer(1, 1, ac, other), queuer(2, 1, ac, other)}, seats{"a 2nd": {1, 1}, "b 2nd": {1, 1}}, []string{"1:a", "2:b"}, 0, 0},
		"parts that do not overlap":     {[]*Order{queuer(1, 1, ab), queuer(2, 1, bc)}, seats{"a 2nd": {1, 1}}, []string{"1:a", "2:a"}, 0, 0},
		"a part of the whole":           {[]*Order{queuer(1, 1, ac), queuer(2, 1, bc)}, seats{"a 2nd": {0, 1}}, []string{"2:a"}, 0, 0},
		"nothing is known":              {[]*Order{queuer(1, 1, ac)}, seats{}, nil, 0, 0},
	} {
		l := lineOf(c.line...)
		require.Equal(t, c.left, l.left(c.free, ac), name)
		require.Equal(t, c.leftB, l.left(c.free, other), name)
		require.Equal(t, c.want, l.matched(c.free, late), name)
	}
}

// A stop of the sale, or a terminal that is down, is no reason to lose one's place.
func TestWaitlistSkipsWhatIsNotSold(t *testing.T) {
	a, b := wishFor("a", 0, 2), wishFor("b", 0, 2)
	l := lineOf(queuer(1, 1, a, b), queuer(2, 1, a))
	free := seats{"a 2nd": {5, 5}, "b 2nd": {5, 5}}
	got := l.due(free, func(t *Trip) bool { return t.Service != "a" }, lineStart.Add(time.Hour))
	require.Len(t, got, 1)
	require.Equal(t, "b", got[0].trip.Service)
	require.Zero(t, l.orders[2].passed)
}

// A smaller order passes a larger one three times, and never in one go either.
func TestWaitlistPassesThreeTimes(t *testing.T) {
	a := wishFor("a", 0, 2)
	free := seats{"a 2nd": {2, 2}}
	orders := []*Order{queuer(1, 3, a)}
	for id := range OrderID(5) {
		orders = append(orders, queuer(2+id, 1, a))
	}
	l := lineOf(orders...)
	late := lineStart.Add(24 * time.Hour)
	served := 0
	for range 5 {
		free["a 2nd"] = []int{2, 2}
		for _, f := range l.due(free, nil, late) {
			served++
			l.note(moved(orders[f.order-1], Closed, late))
			l.settle(f, late)
		}
		l.next = time.Time{}
	}
	require.Equal(t, 3, served)
	require.Zero(t, l.left(free, a), "what is free is kept for the larger one")
	require.Equal(t, 2, l.left(seats{"a 2nd": {2, 2}, "a 1st": {2, 2}}, Trip{TripKey: TripKey{Service: "x"}})+2)
	free["a 2nd"] = []int{3, 3}
	require.Equal(t, []string{"1:a"}, l.matched(free, late))
	l.note(moved(orders[0], Closed, late))
	require.Equal(t, []string{"5:a", "6:a"}, l.matched(free, late))

	l = lineOf(append(orders, queuer(9, 1, a))...)
	free["a 2nd"] = []int{2, 2}
	require.Equal(t, []string{"2:a", "3:a"}, l.matched(free, late))
	for _, class := range []string{"1st"} {
		n, _ := queued{seats{"a 1st": {7, 7}}, l, late}.Left(a.TripKey, class)
		require.Equal(t, 7, n, "the other class has no line")
	}
}

// A match that its turn did not take has passed nobody: the store was busy, or the
// order is not there any more.
func TestWaitlistPassesNobodyInVain(t *testing.T) {
	a := wishFor("a", 0, 2)
	l := lineOf(queuer(1, 2, a), queuer(2, 1, a), queuer(3, 1, a))
	free := seats{"a 2nd": {1, 1}}
	late := lineStart.Add(time.Hour)
	for range 2 * maxPassed {
		require.Equal(t, []string{"2:a"}, l.matched(free, late))
	}
	for _, f := range l.due(free, nil, late) {
		l.forget(f.order)
		l.settle(f, late)
	}
	require.Zero(t, l.orders[1].passed)
	l.next = time.Time{}
	for _, f := range l.due(free, nil, late) {
		require.EqualValues(t, 3, f.order)
		l.note(moved(queuer(3, 1, a), Holding, late))
		l.settle(f, late)
	}
	require.Equal(t, 1, l.orders[1].passed)
}

// Those who want another part of the run neither pass nor wait.
func TestWaitlistKeepsOnlyWhatOverlaps(t *testing.T) {
	ab, bc := wishFor("a", 0, 1), wishFor("a", 1, 2)
	big := queuer(1, 3, ab)
	l := lineOf(big)
	l.orders[1].passed = maxPassed
	free := seats{"a 2nd": {2, 2}}
	require.Zero(t, l.left(free, ab))
	require.Equal(t, 2, l.left(free, bc))
	l.note(queuer(2, 1, bc))
	l.note(queuer(3, 1, ab))
	require.Equal(t, []string{"2:a"}, l.matched(free, lineStart.Add(time.Hour)))
	require.Equal(t, 1, l.ahead(queuer(3, 1, ab)))
	require.Equal(t, 1, l.ahead(queuer(7, 1, bc)), "two are in line, one of them for that part")
	require.Equal(t, 1, l.ahead(queuer(8, 1, ab, bc)))
	require.Zero(t, l.ahead(big))
	require.Zero(t, l.ahead(&Order{}))
}

// An order whose hold is under way has its seats; one that was too late waits on at
// its place, and is asked less and less often when that happens again.
func TestWaitlistComingBackKeepsItsPlace(t *testing.T) {
	a := wishFor("a", 0, 2)
	first, second := queuer(1, 1, a), queuer(2, 1, a)
	l := lineOf(first, second)
	at := lineStart.Add(24 * time.Hour)
	free := seats{"a 2nd": {1, 1}}
	for n, rest := range []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second} {
		require.Len(t, l.due(free, nil, at), 1, n)
		first = moved(first, Holding, at)
		require.Zero(t, l.left(free, a), "promised before the turn")
		l.note(first)
		require.Zero(t, l.left(free, a), "promised while the hold is under way")
		l.next = time.Time{}
		require.Empty(t, l.due(free, nil, at))
		first = moved(first, Waiting, at)
		l.note(first)
		require.Equal(t, 1, l.ahead(second))
		l.next = time.Time{}
		if got := l.due(free, nil, at.Add(rest-1)); n == 0 {
			require.Empty(t, got, "others were quicker once: nobody passes it for that")
		} else {
			require.Len(t, got, 1)
			require.Equal(t, OrderID(2), got[0].order, "what it cannot have is not kept for it for ever")
			l.settle(got[0], at.Add(matchRest-time.Hour))
		}
		l.next = time.Time{}
		at = at.Add(rest)
	}
	require.Equal(t, []string{"1:a"}, l.matched(free, at))
}

// A turn that takes nothing of the match lets the next one try, after a rest.
func TestWaitlistSettles(t *testing.T) {
	a := wishFor("a", 0, 2)
	l := lineOf(queuer(1, 1, a), queuer(2, 1, a))
	free := seats{"a 2nd": {1, 1}}
	at := lineStart.Add(24 * time.Hour)
	got := l.due(free, nil, at)
	require.Equal(t, OrderID(1), got[0].order)
	require.Empty(t, l.due(free, nil, at.Add(matchEvery-1)), "looked for once a second")
	l.settle(got[0], at.Add(matchRest))
	require.Equal(t, OrderID(2), l.due(free, nil, at.Add(matchEvery))[0].order)
}

// Commits are handed on in any order: an order that has left does not come back.
func TestWaitlistHearsLateNews(t *testing.T) {
	a := wishFor("a", 0, 2)
	o := queuer(1, 1, a)
	l := lineOf(moved(o, Closed, lineStart), o)
	require.Empty(t, l.orders)
	l.due(seats{}, nil, lineStart.Add(goneLife))
	require.Len(t, l.gone, 1)
	l.next = time.Time{}
	l.due(seats{}, nil, lineStart.Add(goneLife+1))
	require.Empty(t, l.gone)
	l.note(o)
	l.forget(1)
	l.forget(1)
	require.Empty(t, l.orders)
	require.Empty(t, l.lines)
	// a hold given up, and the seats given back: it stands where it stood
	l = lineOf(o, queuer(2, 1, a))
	l.orders[1].passed = 2
	l.note(moved(moved(o, Holding, lineStart), Releasing, lineStart))
	require.Len(t, l.orders, 1)
	l.note(moved(moved(moved(o, Holding, lineStart), Releasing, lineStart), Waiting, lineStart))
	require.Equal(t, 2, l.orders[1].passed)
	require.Equal(t, []string{"1:a"}, l.matched(seats{"a 2nd": {1, 1}}, lineStart.Add(time.Hour)))
	// a wish that cannot be fulfilled any more
	fewer := moved(queuer(2, 1, a), Waiting, lineStart)
	fewer.Wish = &Wish{Trips: []Trip{wishFor("b", 0, 2), wishFor("c", 0, 2)}, Joined: fewer.Wish.Joined, Until: fewer.Wish.Until}
	l.note(fewer)
	require.Len(t, l.lines, 3)
	require.Equal(t, []string{"1:a", "2:c"}, l.matched(seats{"a 2nd": {9, 9}, "c 2nd": {1, 1}}, lineStart.Add(time.Hour)))
}

// TestWaitlistIsFair plays random arrivals, cancels and buyers at the counter and
// holds the promises: seats are sold once, all or none; nobody is passed more than
// three times; nobody who books directly passes anybody who could have had the
// seats; and when seats come back everybody is served.
func TestWaitlistIsFair(t *testing.T) {
	for seed := range uint64(300) {
		w := newCrowd(t, seed)
		for range 120 {
			w.step()
		}
		w.drain()
	}
}

// crowd is a few runs, those in line for them, and what they hold.
type crowd struct {
	t       *testing.T
	seed    uint64
	r       *rand.Rand
	l       *waitlist
	free    seats
	orders  map[OrderID]*Order
	sold    []Trip // one seat each
	passed  map[OrderID]int
	now     time.Time
	next    OrderID
	trouble bool // holds are refused now and then
}

func newCrowd(t *testing.T, seed uint64) *crowd {
	w := &crowd{t: t, seed: seed, r: rand.New(rand.NewPCG(seed, 9)), l: &waitlist{}, free: seats{}, orders: map[OrderID]*Order{},
		passed: map[OrderID]int{}, now: lineStart, trouble: seed%2 == 0}
	for _, run := range []string{"a", "b", "c"} {
		w.free[run+" 2nd"] = []int{4, 4, 4}
	}
	return w
}

func (w *crowd) trip() Trip {
	from := w.r.IntN(3)
	return wishFor([]string{"a", "b", "c"}[w.r.IntN(3)], from, from+1+w.r.IntN(3-from))
}

func (w *crowd) buy(t Trip, n int) {
	w.free.take(t, n)
	left, _ := w.free.Left(t.TripKey, "2nd")
	require.GreaterOrEqual(w.t, left, 0, "seed %d: sold twice", w.seed)
	for range n {
		w.sold = append(w.sold, t)
	}
}

func (w *crowd) step() {
	w.now = w.now.Add(time.Duration(w.r.IntN(4000)) * time.Millisecond)
	switch w.r.IntN(5) {
	case 0: // somebody joins
		w.next++
		o := queuer(w.next, 1+w.r.IntN(3), w.trip())
		o.Wish.Joined = w.now
		if w.r.IntN(2) == 0 {
			o.Wish.Trips = append(o.Wish.Trips, w.trip())
		}
		w.orders[o.ID] = o
		w.l.note(o)
	case 1, 2: // somebody books
		t, n := w.trip(), 1+w.r.IntN(3)
		if left, _ := (queued{w.free, w.l, w.now}).Left(t.TripKey, "2nd"); left >= n {
			w.overtakes(t, n)
			w.buy(t, n)
		}
	case 3: // somebody cancels
		w.cancel()
	default:
		w.match()
	}
}

// overtakes fails when somebody in line cannot have, after a direct booking, what he
// could have had before.
func (w *crowd) overtakes(t Trip, n int) {
	could := w.would()
	w.free.take(t, n)
	require.Equal(w.t, could, w.would(), "seed %d: %d seats on %v", w.seed, n, t.TripKey)
	w.free.take(t, -n)
}

// would are the orders that could be served now on the part of the run they were
// found on, if everybody else stood still.
func (w *crowd) would() (ids []OrderID) {
	for id := OrderID(1); id <= w.next; id++ {
		o := w.orders[id]
		if o == nil || w.l.orders[id] == nil || w.l.orders[id].trying == nil {
			continue
		}
		if n, _ := w.free.Left(w.l.orders[id].trying.TripKey, "2nd"); n >= o.Seats {
			ids = append(ids, id)
		}
	}
	return ids
}

func (w *crowd) cancel() {
	if len(w.sold) == 0 {
		return
	}
	i := w.r.IntN(len(w.sold))
	w.free.take(w.sold[i], -1)
	w.sold = slices.Delete(w.sold, i, i+1)
}

func (w *crowd) match() {
	list := w.l.due(w.free, nil, w.now)
	for _, f := range list {
		if w.r.IntN(3) == 0 { // a buyer between the match and its turn
			t := f.trip
			if left, _ := (queued{w.free, w.l, w.now}).Left(t.TripKey, "2nd"); left > 0 {
				w.overtakes(t, left)
				w.buy(t, left)
			}
		}
		o := w.orders[f.order]
		if w.trouble && w.r.IntN(4) == 0 { // the terminal refuses
			o = moved(moved(o, Holding, w.now), Waiting, w.now)
			w.orders[o.ID] = o
			w.l.note(o)
			w.l.settle(f, w.now)
			continue
		}
		w.passes(o, f.trip)
		w.buy(f.trip, o.Seats)
		w.l.note(moved(o, Debiting, w.now))
		w.l.settle(f, w.now)
		delete(w.orders, o.ID)
	}
}

// passes counts whom the order passes.
func (w *crowd) passes(o *Order, t Trip) {
	for _, b := range w.orders {
		if b.ID >= o.ID || w.l.orders[b.ID].trying != nil || w.now.Before(w.l.orders[b.ID].rest) {
			continue
		}
		if slices.ContainsFunc(b.Wish.Trips, func(x Trip) bool { return runOf(&x) == runOf(&t) && x.overlaps(t.TripKey) }) {
			w.passed[b.ID]++
			require.LessOrEqual(w.t, w.passed[b.ID], maxPassed, "seed %d: order %d", w.seed, b.ID)
		}
	}
}

// drain gives seats back one by one: nobody who waits is left behind.
func (w *crowd) drain() {
	w.trouble = false
	for range 2000 {
		if len(w.orders) == 0 {
			require.Empty(w.t, w.l.lines)
			return
		}
		w.now = w.now.Add(matchRestMost)
		w.cancel()
		w.match()
	}
	require.Failf(w.t, "starved", "seed %d: %d still wait", w.seed, len(w.orders))
}

// BenchmarkMatch is one look for free seats with 10,000 orders in line, on runs
// that are full, and where some seats came back.
func BenchmarkMatch(b *testing.B) {
	for name, n := range map[string]int{"full": 0, "some": 1} {
		b.Run(name, func(b *testing.B) {
			free, l := seats{}, &waitlist{}
			for i := range OrderID(10_000) {
				service := fmt.Sprint(i % 400)
				free[service+" 2nd"] = []int{0, 0, 0}
				if i%4 == 0 {
					free[service+" 2nd"] = []int{n, n, n}
				}
				l.note(queuer(i+1, 2, wishFor(service, 0, 3), wishFor(fmt.Sprint((i+7)%400), 1, 3)))
			}
			at := lineStart.Add(500 * time.Hour)
			for b.Loop() {
				at = at.Add(matchEvery)
				l.due(free, nil, at)
			}
		})
	}
}

// BenchmarkQueuedLeft is one look at a run that 1,000 wait for, as lists take it.
func BenchmarkQueuedLeft(b *testing.B) {
	l := &waitlist{}
	for i := range OrderID(1000) {
		l.note(queuer(i+1, 3, wishFor("a", 0, 3)))
	}
	q := queued{seats{"a 2nd": {2, 2, 2}}, l, lineStart.Add(500 * time.Hour)}
	for b.Loop() {
		q.Left(TripKey{Service: "a", Date: 20261205, From: 1, To: 3}, "2nd")
	}
}
