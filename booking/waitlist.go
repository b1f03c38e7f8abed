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
	// matchRest is how long an order is left alone that was matched and came back.
	matchRest = 5 * time.Second
)

// waitlist is the line of those who wait for seats, in memory: the store has
// the orders, a commit hands on what changed. It is fair: first come, first
// served, on each run and class; a smaller order may pass a larger one a few times.
type waitlist struct {
	mu     sync.Mutex
	loaded bool
	next   time.Time // of matching
	orders map[OrderID]*waiter
	runs   map[runClass][]*waiter // in line
}

// runClass is what orders compete for: seats of a class on a run, whatever the part.
type runClass struct {
	terminal, service string
	date              Date
	class             string
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

// before tells who is first in line.
func (w *waiter) before(o *waiter) int {
	return cmp.Or(w.joined.Compare(o.joined), cmp.Compare(w.id, o.id))
}

// note follows an order that a commit has written.
func (l *waitlist) note(o *Order) {
	if o.Wish == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.orders[o.ID]
	if w != nil && w.version > o.Version {
		return // a later commit was handed on first
	}
	trying := o.State == Holding && o.Automatic()
	if !trying && (o.State != Waiting || o.Wish.Joined.IsZero()) {
		if w != nil {
			l.remove(w)
		}
		return
	}
	if w == nil {
		w = &waiter{id: o.ID, customer: o.Customer, seats: o.Seats, wishes: o.Wish.Trips, joined: o.Wish.Joined, until: o.Wish.Until}
		l.add(w)
	}
	back := w.trying != nil && !trying
	w.version, w.trying = o.Version, nil
	if trying {
		t := o.Trip
		w.trying = &t
	}
	if back {
		w.rest = o.Since.Add(matchRest)
	}
}

func (l *waitlist) add(w *waiter) {
	if l.orders == nil {
		l.orders, l.runs = map[OrderID]*waiter{}, map[runClass][]*waiter{}
	}
	l.orders[w.id] = w
	for i := range w.wishes {
		k := runOf(&w.wishes[i])
		line := l.runs[k]
		if slices.Contains(line, w) {
			continue
		}
		at, _ := slices.BinarySearchFunc(line, w, (*waiter).before)
		l.runs[k] = slices.Insert(line, at, w)
	}
}

func (l *waitlist) remove(w *waiter) {
	delete(l.orders, w.id)
	for i := range w.wishes {
		k := runOf(&w.wishes[i])
		line := slices.DeleteFunc(l.runs[k], func(o *waiter) bool { return o == w })
		if len(line) == 0 {
			delete(l.runs, k)
			continue
		}
		l.runs[k] = line
	}
}

// ahead counts those in line before an order, on the run where they are fewest.
func (l *waitlist) ahead(o *Order) int {
	if o.Wish == nil {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	fewest := -1
	for i := range o.Wish.Trips {
		n := 0
		for _, w := range l.runs[runOf(&o.Wish.Trips[i])] {
			if w.id == o.ID {
				break
			}
			n++
		}
		if fewest < 0 || n < fewest {
			fewest = n
		}
	}
	return max(fewest, 0)
}

// found is seats for an order in line.
type found struct {
	order    OrderID
	customer MSISDN
	trip     Trip
}

// matches are the orders that seats are free for now, first in line first.
func (l *waitlist) matches(stock Stock, now time.Time) []found {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []found
	taken := map[OrderID]bool{}
	for k, line := range l.runs {
		got, _, passed := serve(k, line, stock, now)
		for _, w := range passed {
			w.passed++
		}
		for _, f := range got {
			if !taken[f.order] { // it may be in line for several runs
				taken[f.order] = true
				all = append(all, f)
			}
		}
	}
	slices.SortFunc(all, func(a, b found) int { return l.orders[a.order].before(l.orders[b.order]) })
	return all
}

// serve goes along one line: who can have seats now, how many are spoken for
// with them, and who was passed over for somebody smaller. Seats promised to those
// before count as taken whatever part of the run they are for: a promise must not
// be broken. When the one who was passed too often cannot be served, the rest is
// kept for him: spoken is then negative.
func serve(k runClass, line []*waiter, stock Stock, now time.Time) (got []found, spoken int, passed []*waiter) {
	var waiting []*waiter
	for _, w := range line {
		if w.trying != nil {
			spoken += w.seats
			continue
		}
		if now.Before(w.rest) || !now.Before(w.until) {
			continue
		}
		trip := w.fits(k, stock, spoken)
		if trip == nil && w.passed >= maxPassed {
			return got, -1, passed
		}
		if trip == nil {
			waiting = append(waiting, w)
			continue
		}
		passed = append(passed, waiting...)
		spoken += w.seats
		got = append(got, found{order: w.id, customer: w.customer, trip: *trip})
	}
	return got, spoken, passed
}

// fits is the wish on that run that there are enough seats for, nil for none.
func (w *waiter) fits(k runClass, stock Stock, spoken int) *Trip {
	for i := range w.wishes {
		t := &w.wishes[i]
		if runOf(t) != k {
			continue
		}
		if n, known := stock.Left(t.TripKey, k.class); known && n-spoken >= w.seats {
			return t
		}
	}
	return nil
}

// stock is what terminals have, less what is spoken for by those in line: seats
// that were given back are theirs first.
type queued struct {
	Stock
	line *waitlist
	now  time.Time
}

// Left returns the seats that anybody may book.
func (q queued) Left(k TripKey, class string) (int, bool) {
	n, known := q.Stock.Left(k, class)
	if !known || n <= 0 {
		return n, known
	}
	q.line.mu.Lock()
	defer q.line.mu.Unlock()
	key := runClass{terminal: k.Terminal, service: k.Service, date: k.Date, class: class}
	line := q.line.runs[key]
	if len(line) == 0 {
		return n, true
	}
	_, spoken, _ := serve(key, line, q.Stock, q.now)
	if spoken < 0 {
		return 0, true
	}
	return max(n-spoken, 0), true
}

// match gives those in line the seats that are free, each in a turn of his own.
func (e *Engine) match(ctx context.Context, now time.Time) error {
	l := &e.waitlist
	if err := e.loadWaiting(ctx); err != nil {
		return err
	}
	l.mu.Lock()
	idle := len(l.orders) == 0 || now.Before(l.next) || e.refuses.Load()
	if !idle {
		l.next = now.Add(matchEvery)
	}
	l.mu.Unlock()
	if idle {
		return nil
	}
	for _, f := range l.matches(stocks(e.Terminals), now) {
		in := Input{Match: &Match{Order: f.order, Trip: f.trip}}
		if err := e.turnOf(ctx, f.customer, in); err != nil {
			return err
		}
	}
	return nil
}

// loadWaiting reads the line from the store, once.
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
	l.mu.Lock()
	l.loaded = true
	l.mu.Unlock()
	return nil
}
