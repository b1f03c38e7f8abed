package booking

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// matchEvery is how often free seats are looked for.
	matchEvery = time.Second
	// maxPassed is how many smaller orders may be served before a larger one
	// that was there first; then free seats are kept until they are enough for it.
	maxPassed = 3
	// matchRest is how long an order is left alone whose seats were taken by others
	// when it asked for them; it doubles each time in a row, up to matchRestMost.
	matchRest     = 5 * time.Second
	matchRestMost = 5 * time.Minute
	// matchMost is how many orders are matched at a time; the next follow a moment later.
	matchMost = 200
	// goneLife is how long an order that left the line is remembered, so that news of
	// it that come late do not put it back.
	goneLife = time.Minute
)

// waitlist is the line of those who wait for seats, in memory: the store has
// the orders, a commit hands on what changed. It is fair: first come, first
// served, on each run and class; a smaller order may pass a larger one a few
// times. Orders compete only where their parts of the run overlap.
type waitlist struct {
	mu     sync.Mutex
	loaded bool
	next   time.Time // of matching
	orders map[OrderID]*waiter
	lines  map[runClass]*line
	trying map[OrderID]*waiter
	gone   map[OrderID]departure
}

// runClass is what orders compete for: seats of a class on a run.
type runClass struct {
	terminal, service string
	date              Date
	class             string
}

// line is who waits on one run, first come first, and for which parts of it.
type line struct {
	waiters []*waiter
	parts   map[TripKey]int // how many wishes
}

// departure is an order that is not in line any more.
type departure struct {
	version int
	passed  int // it may come back, and is as patient as it was
	at      time.Time
}

// waiter is one order in line, for each of its wishes.
type waiter struct {
	id       OrderID
	customer MSISDN
	version  int
	seats    int
	wishes   []Trip
	joined   time.Time
	until    time.Time
	trying   *Trip // its hold is under way
	came     *Trip // what it asked for last and came back from
	back     int   // how often in a row
	rest     time.Time
	passed   int
}

func runOf(t *Trip) runClass {
	c := runClass{terminal: t.Terminal, service: t.Service, date: t.Date}
	if len(t.Fares) > 0 {
		c.class = t.Fares[0].Class
	}
	return c
}

// overlaps tells whether two parts of the same run need the same seats.
func (k TripKey) overlaps(o TripKey) bool { return k.From < o.To && o.From < k.To }

// compare orders runs, for a round that is the same each time it is played.
func (k runClass) compare(o runClass) int {
	return cmp.Or(cmp.Compare(k.terminal, o.terminal), cmp.Compare(k.service, o.service), cmp.Compare(k.date, o.date), cmp.Compare(k.class, o.class))
}

// compare orders parts of one run.
func (k TripKey) compare(o TripKey) int {
	return cmp.Or(cmp.Compare(k.From, o.From), cmp.Compare(k.To, o.To))
}

// before tells who is first in line.
func (w *waiter) before(o *waiter) int {
	return cmp.Or(w.joined.Compare(o.joined), cmp.Compare(w.id, o.id))
}

// note follows an order that a commit has written. Commits of one order may be
// handed on in any order.
func (l *waitlist) note(o *Order) {
	if o.Wish == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.orders[o.ID]
	if w != nil && w.version > o.Version || l.gone[o.ID].version > o.Version {
		return // a later commit was handed on first
	}
	trying := o.State == Holding && o.Automatic()
	if !trying && (o.State != Waiting || o.Wish.Joined.IsZero()) {
		l.leave(w, o)
		return
	}
	if w != nil && len(w.wishes) != len(o.Wish.Trips) { // one of them cannot be had
		l.remove(w)
		w.wishes = o.Wish.Trips
		l.add(w)
	}
	if w == nil {
		w = &waiter{id: o.ID, customer: o.Customer, seats: o.Seats, wishes: o.Wish.Trips, joined: o.Wish.Joined, until: o.Wish.Until,
			passed: l.gone[o.ID].passed}
		l.add(w)
	}
	came := w.trying
	w.version, w.trying = o.Version, nil
	delete(l.trying, w.id)
	switch {
	case trying:
		t := o.Trip
		w.trying = &t
		l.trying[w.id] = w
	case came != nil:
		w.came = came
		w.rest = o.Since.Add(min(matchRest<<min(w.back, 10), matchRestMost))
		w.back++
	}
}

// leave takes an order out of the line that waits no more, and remembers it for a while.
func (l *waitlist) leave(w *waiter, o *Order) {
	d := departure{version: o.Version, at: o.Since, passed: l.gone[o.ID].passed}
	if w != nil {
		d.passed = w.passed
		l.remove(w)
	}
	if l.gone == nil {
		l.gone = map[OrderID]departure{}
	}
	l.gone[o.ID] = d
}

// settle ends the match of an order. One whose turn has not taken it is left alone
// until rest, and has passed nobody.
func (l *waitlist) settle(f found, rest time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.orders[f.order]
	switch {
	case w != nil && w.version == f.version:
		w.trying, w.rest = nil, rest
		delete(l.trying, w.id)
		return
	case w == nil && l.gone[f.order].version <= f.version:
		return // it was not there
	}
	for _, p := range f.passed {
		p.passed++
	}
}

// forget takes out of the line what the store says is not there.
func (l *waitlist) forget(id OrderID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if w := l.orders[id]; w != nil {
		l.remove(w)
	}
}

func (l *waitlist) add(w *waiter) {
	if l.orders == nil {
		l.orders, l.lines, l.trying = map[OrderID]*waiter{}, map[runClass]*line{}, map[OrderID]*waiter{}
	}
	l.orders[w.id] = w
	for i := range w.wishes {
		k := runOf(&w.wishes[i])
		q := l.lines[k]
		if q == nil {
			q = &line{parts: map[TripKey]int{}}
			l.lines[k] = q
		}
		q.parts[w.wishes[i].TripKey]++
		if at, in := slices.BinarySearchFunc(q.waiters, w, (*waiter).before); !in {
			q.waiters = slices.Insert(q.waiters, at, w)
		}
	}
}

func (l *waitlist) remove(w *waiter) {
	delete(l.orders, w.id)
	delete(l.trying, w.id)
	for i := range w.wishes {
		k, part := runOf(&w.wishes[i]), w.wishes[i].TripKey
		q := l.lines[k]
		if q.parts[part]--; q.parts[part] == 0 {
			delete(q.parts, part)
		}
		if at, in := slices.BinarySearchFunc(q.waiters, w, (*waiter).before); in {
			q.waiters = slices.Delete(q.waiters, at, at+1)
		}
		if len(q.parts) == 0 {
			delete(l.lines, k)
		}
	}
}

// ahead counts those in line before an order, on the run where they are fewest.
func (l *waitlist) ahead(o *Order) int {
	if o.Wish == nil {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	self := l.orders[o.ID] // nil for one that has not joined yet: all are ahead of it
	fewest := -1
	for i := range o.Wish.Trips {
		n := 0
		if q := l.lines[runOf(&o.Wish.Trips[i])]; q != nil {
			n = q.ahead(self, &o.Wish.Trips[i])
		}
		if fewest < 0 || n < fewest {
			fewest = n
		}
	}
	return max(fewest, 0)
}

// ahead counts those before w, or all when w is nil, who want seats of that wish.
func (q *line) ahead(w *waiter, wish *Trip) int {
	n := len(q.waiters)
	if w != nil {
		n, _ = slices.BinarySearchFunc(q.waiters, w, (*waiter).before)
	}
	competing := 0
	for _, o := range q.waiters[:n] {
		if o.wants(wish) {
			competing++
		}
	}
	return competing
}

// wants tells whether one of the wishes is for seats that the other is for.
func (w *waiter) wants(wish *Trip) bool {
	k := runOf(wish)
	for i := range w.wishes {
		if runOf(&w.wishes[i]) == k && w.wishes[i].overlaps(wish.TripKey) {
			return true
		}
	}
	return false
}

// match gives those in line the seats that are free, each in a turn of his own.
func (e *Engine) match(ctx context.Context, now time.Time) error {
	l := &e.waitlist
	if err := e.loadWaiting(ctx); err != nil {
		return err
	}
	if e.refuses.Load() {
		return nil
	}
	var err error
	for _, f := range l.due(stocks(e.Terminals), e.sells, now) {
		if err == nil {
			err = e.turnOf(ctx, f.customer, Input{Match: &Match{Order: f.order, Trip: e.today(f.trip)}})
		}
		rest := now.Add(matchRest)
		if err != nil { // the store's fault: the seats stay promised until the next time
			rest = now
		}
		l.settle(f, rest)
	}
	return err
}

// waits tells whether the order is on the waitlist as the store has it. An order
// that is not is taken out of the line, whatever this process has heard of it.
func (e *Engine) waits(v *View, id OrderID) bool {
	for _, o := range v.Orders {
		if o.ID == id && o.State == Waiting {
			return true
		}
	}
	e.waitlist.forget(id)
	return false
}

// sells tells whether seats of a wish may be asked for: not while an operator has
// stopped the sale, nor while the terminal is down, nor when the run is cancelled: its
// seats are free, and another wish of the order may be had.
func (e *Engine) sells(t *Trip) bool {
	if cat := e.Catalogue(); cat != nil {
		if now, ok := cat.Trip(t.TripKey); ok && now.Cancelled {
			return false
		}
	}
	_, down := e.news.outage(t.Terminal)
	return !down && !e.news.stopped(t.Number, DateOf(t.Dep.In(e.Loc)), runOf(t).class)
}

// loadWaiting reads the line from the store, once: those who wait, and those whose
// hold an earlier run has left to be made.
func (e *Engine) loadWaiting(ctx context.Context) error {
	l := &e.waitlist
	l.mu.Lock()
	loaded := l.loaded
	l.mu.Unlock()
	if loaded {
		return nil
	}
	const page = 500
	for after := OrderID(0); ; {
		list, err := e.Store.Waiting(ctx, after, page)
		if err != nil {
			return err
		}
		for _, o := range list {
			l.note(o)
			after = o.ID
		}
		if len(list) < page {
			break
		}
	}
	for after := int64(0); ; {
		list, err := e.Store.Attempts(ctx, after, page)
		if err != nil {
			return err
		}
		for _, a := range list {
			if after = a.ID; a.Call == CallHold && a.Subject != nil {
				l.note(a.Subject)
			}
		}
		if len(list) < page {
			break
		}
	}
	l.mu.Lock()
	l.loaded = true
	l.mu.Unlock()
	return nil
}

// today is a wish with the times of today: the run may have been moved since.
func (e *Engine) today(wish Trip) Trip {
	cat := e.Catalogue()
	if cat == nil {
		return wish
	}
	now, ok := cat.Trip(wish.TripKey)
	if !ok {
		return wish
	}
	now.Fares = wish.Fares
	return now
}
