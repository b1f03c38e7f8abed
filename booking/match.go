package booking

import (
	"maps"
	"slices"
	"time"
)

// found is seats for an order in line.
type found struct {
	order    OrderID
	version  int
	customer MSISDN
	trip     Trip
	passed   []*waiter // who was there first and needs more seats than there are
}

// due returns whom seats are free for, at most once every matchEvery.
func (l *waitlist) due(stock Stock, sells func(*Trip) bool, now time.Time) []found {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Before(l.next) {
		return nil
	}
	l.next = now.Add(matchEvery)
	for id, d := range l.gone {
		if now.Sub(d.at) > goneLife {
			delete(l.gone, id)
		}
	}
	if len(l.orders) == 0 {
		return nil
	}
	return l.matches(stock, sells, now)
}

// matches are the orders that seats are free for now, first in line first. Their
// seats are spoken for from now on: settle ends that, or what the turn made of it.
func (l *waitlist) matches(stock Stock, sells func(*Trip) bool, now time.Time) []found {
	r := &round{stock: stock, sells: sells, now: now, runs: map[runClass]*promises{}, left: map[part]int{}}
	var ready []*waiter // where anything is free at all
	for _, k := range slices.SortedFunc(maps.Keys(l.lines), runClass.compare) {
		if q := l.lines[k]; r.anyLeft(k, q) {
			ready = append(ready, q.waiters...)
		}
	}
	slices.SortFunc(ready, (*waiter).before)
	for _, w := range l.trying {
		r.promise(w, w.trying)
	}
	var all []found
	for _, w := range slices.Compact(ready) {
		t := r.serve(w, w.wishes)
		if t == nil {
			continue
		}
		all = append(all, found{order: w.id, version: w.version, customer: w.customer, trip: *t, passed: r.passed})
		w.trying = t
		l.trying[w.id] = w
		if len(all) == matchMost {
			break
		}
	}
	return all
}

// round is one pass along the lines. It changes nothing of them.
type round struct {
	stock Stock
	sells func(*Trip) bool // nil: everything
	now   time.Time
	runs  map[runClass]*promises
	left  map[part]int

	passed []*waiter // by the last one that was served

	// What was looked up last: those in a line mostly ask for the same.
	lastRun      runClass
	lastPromises *promises
	lastPart     part
	lastLeft     int
}

// part is what a terminal is asked about.
type part struct {
	TripKey
	class string
}

// promises are what is spoken for on a run in this round.
type promises struct {
	claims []claim
	over   []*passedOver
	kept   []TripKey // parts whose free seats are kept for one who was passed too often
}

// claim is seats that somebody is about to have.
type claim struct {
	part  TripKey
	seats int
}

// passedOver is somebody for whom there were not enough seats.
type passedOver struct {
	w      *waiter
	wishes []Trip // that are sold
	passed int
}

// wants tells whether it waits for that part of the run.
func (o *passedOver) wants(k runClass, part TripKey) bool {
	for i := range o.wishes {
		if runOf(&o.wishes[i]) == k && o.wishes[i].overlaps(part) {
			return true
		}
	}
	return false
}

func (r *round) run(k runClass) *promises {
	if r.lastPromises != nil && k == r.lastRun {
		return r.lastPromises
	}
	p := r.runs[k]
	if p == nil {
		p = &promises{}
		r.runs[k] = p
	}
	r.lastRun, r.lastPromises = k, p
	return p
}

// anyLeft tells whether anything is free on a run that somebody waits for.
func (r *round) anyLeft(k runClass, q *line) bool {
	for _, key := range slices.SortedFunc(maps.Keys(q.parts), TripKey.compare) {
		if r.leftOf(key, k.class) > 0 {
			return true
		}
	}
	return false
}

// leftOf is how many seats are free there; none when that is not known.
func (r *round) leftOf(k TripKey, class string) int {
	key := part{k, class}
	if key == r.lastPart {
		return r.lastLeft
	}
	n, asked := r.left[key]
	if !asked {
		if left, known := r.stock.Left(k, class); known {
			n = max(left, 0)
		}
		r.left[key] = n
	}
	r.lastPart, r.lastLeft = key, n
	return n
}

// promise notes that w is about to have seats there. Seats that are promised count
// as taken on every part of the run that overlaps: a promise must not be broken.
func (r *round) promise(w *waiter, t *Trip) {
	p := r.run(runOf(t))
	p.claims = append(p.claims, claim{t.TripKey, w.seats})
}

// serve is the first of the wishes that there are seats for; nil for none. Those
// before w who had too few are passed by it then.
func (r *round) serve(w *waiter, wishes []Trip) *Trip {
	if w.trying != nil || !r.now.Before(w.until) {
		return nil
	}
	if r.now.Before(w.rest) {
		if w.came != nil && w.back == 1 {
			r.promise(w, w.came) // others were quicker this once: it keeps its place
		}
		return nil
	}
	for i := range wishes {
		t := &wishes[i]
		if r.fits(w, t) {
			r.pass(runOf(t), t.TripKey)
			r.promise(w, t)
			return t
		}
	}
	r.passOver(w, wishes)
	return nil
}

// passOver notes that there is nothing for w now. It is not passed where nobody may
// be served.
func (r *round) passOver(w *waiter, wishes []Trip) {
	if r.sells != nil {
		wishes = slices.DeleteFunc(slices.Clone(wishes), func(t Trip) bool { return !r.sells(&t) })
	}
	o := &passedOver{w: w, wishes: wishes, passed: w.passed}
	for i := range wishes {
		p := r.run(runOf(&wishes[i]))
		if n := len(p.over); n == 0 || p.over[n-1] != o {
			p.over = append(p.over, o)
		}
	}
	r.keep(o)
}

func (r *round) fits(w *waiter, t *Trip) bool {
	k := runOf(t)
	p := r.run(k)
	return !p.keeps(t.TripKey) && r.leftOf(t.TripKey, k.class)-p.claimed(t.TripKey) >= w.seats && (r.sells == nil || r.sells(t))
}

// pass counts that those before were passed on that part of the run, for this round.
func (r *round) pass(k runClass, part TripKey) {
	r.passed = nil
	for _, o := range r.run(k).over {
		if o.wants(k, part) {
			o.passed++
			r.passed = append(r.passed, o.w)
			r.keep(o)
		}
	}
}

// keep keeps free seats for one who was passed too often.
func (r *round) keep(o *passedOver) {
	if o.passed < maxPassed {
		return
	}
	for i := range o.wishes {
		p := r.run(runOf(&o.wishes[i]))
		if part := o.wishes[i].TripKey; !slices.Contains(p.kept, part) {
			p.kept = append(p.kept, part)
		}
	}
}

// keeps tells whether free seats there are kept for somebody.
func (p *promises) keeps(part TripKey) bool { return slices.ContainsFunc(p.kept, part.overlaps) }

// claimed is how many seats are spoken for on that part.
func (p *promises) claimed(part TripKey) int {
	n := 0
	for _, c := range p.claims {
		if c.part.overlaps(part) {
			n += c.seats
		}
	}
	return n
}

// queued is what terminals have, less what is spoken for by those in line: seats
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
	line := q.line.lines[key]
	if line == nil {
		return n, true
	}
	r := &round{stock: q.Stock, now: q.now, runs: map[runClass]*promises{}, left: map[part]int{}}
	for _, w := range q.line.trying {
		r.promise(w, w.trying)
	}
	p := r.run(key)
	for _, w := range line.waiters {
		if p.keeps(k) || p.claimed(k) >= n {
			return 0, true
		}
		r.serve(w, w.on(key))
	}
	if p.keeps(k) {
		return 0, true
	}
	return max(n-p.claimed(k), 0), true
}

// on are the wishes for that run.
func (w *waiter) on(k runClass) []Trip {
	for i := range w.wishes {
		if runOf(&w.wishes[i]) != k {
			var some []Trip
			for _, t := range w.wishes {
				if runOf(&t) == k {
					some = append(some, t)
				}
			}
			return some
		}
	}
	return w.wishes
}
