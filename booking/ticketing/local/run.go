package local

import (
	"math"
	"math/bits"
	"slices"
	"sync"
	"time"

	"shortfare/booking"
)

// runKey names a run: a service on the day it starts.
type runKey struct {
	service string
	date    booking.Date
}

// run is the seat map of a run. The writer goroutine changes it; mu is for
// those who count free seats meanwhile.
type run struct {
	key    runKey
	stops  int // index of the last stop; also the number of parts a seat is sold in
	ends   time.Time
	layout *layout
	pins   int // jobs not yet committed; guarded by runs.mu

	mu      sync.Mutex
	id      int64 // of the row; 0 before the first sale
	change  change
	words   int // 64 parts each, of a seat's bits
	classes []seatMap
	holds   map[string]hold
	due     int64    // of the hold that ends first; Unix milliseconds
	lapsed  []string // expired holds whose rows still say held
}

// seatMap is the bits of a class: seat s has bit p set when part p (from stop
// p to the next) is taken. Seats beyond the slice were never sold.
type seatMap struct {
	seats int
	taken []uint64
	low   int // all seats before it are taken throughout
}

// hold is what a row in state held has in memory.
type hold struct {
	span
	until int64
}

// span is seats of a class on a part of the run.
type span struct {
	class    int
	seats    []uint32
	from, to int
}

func newRun(k runKey, stops int, ends time.Time, l *layout) *run {
	r := &run{key: k, stops: stops, ends: ends, layout: l, words: (stops + 63) / 64, due: math.MaxInt64}
	r.classes = make([]seatMap, len(l.classes))
	for i, c := range l.classes {
		r.classes[i].seats = c.seats
	}
	return r
}

// outdated tells whether nothing was ever sold of the run and the timetable,
// which fresh was made from, has changed since.
func (r *run) outdated(fresh *run) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.id == 0 && (r.stops != fresh.stops || !slices.Equal(r.layout.classes, fresh.layout.classes))
}

// mask has the bits of word w for the parts from..to.
func mask(w, from, to int) uint64 {
	lo, hi := max(from-w*64, 0), min(to-w*64, 64)
	if lo >= hi {
		return 0
	}
	return (^uint64(0) >> (64 - (hi - lo))) << lo
}

// free tells whether a seat is free on a part. Nearly all runs have a word a seat.
func (r *run) free(m *seatMap, seat, from, to int) bool {
	if r.words == 1 {
		return seat >= len(m.taken) || m.taken[seat]&(^uint64(0)>>(64-to+from)<<from) == 0
	}
	return r.freeLong(m, seat, from, to)
}

func (r *run) freeLong(m *seatMap, seat, from, to int) bool {
	at := seat * r.words
	if at >= len(m.taken) {
		return true
	}
	for w := from / 64; w <= (to-1)/64; w++ {
		if m.taken[at+w]&mask(w, from, to) != 0 {
			return false
		}
	}
	return true
}

// full tells whether a seat is taken throughout.
func (r *run) full(m *seatMap, seat int) bool {
	at := seat * r.words
	if at >= len(m.taken) {
		return false
	}
	for w := range r.words {
		if all := mask(w, 0, r.stops); m.taken[at+w]&all != all {
			return false
		}
	}
	return true
}

// waste is how many free parts around from..to selling the seat would cut
// short: 0 is a perfect fit. Small is good: seats free all the way are kept.
func (r *run) waste(m *seatMap, seat, from, to int) int {
	at := seat * r.words
	if at >= len(m.taken) {
		return r.stops - (to - from)
	}
	if r.words == 1 {
		w := m.taken[at]
		left := min(bits.LeadingZeros64(w<<(64-from)), from) // a shift by 64 gives 0
		right := min(bits.TrailingZeros64(w>>to), r.stops-to)
		return left + right
	}
	n := 0
	for p := from - 1; p >= 0 && m.taken[at+p/64]>>(p%64)&1 == 0; p-- {
		n++
	}
	for p := to; p < r.stops && m.taken[at+p/64]>>(p%64)&1 == 0; p++ {
		n++
	}
	return n
}

// set takes the seats of a span, or gives them back.
func (r *run) set(s span, taken bool) {
	m := &r.classes[s.class]
	for _, seat := range s.seats {
		at := int(seat) * r.words
		if need := at + r.words; need > len(m.taken) {
			m.taken = append(m.taken, make([]uint64, need-len(m.taken))...)
		}
		for w := s.from / 64; w <= (s.to-1)/64; w++ {
			if taken {
				m.taken[at+w] |= mask(w, s.from, s.to)
			} else {
				m.taken[at+w] &^= mask(w, s.from, s.to)
			}
		}
		if !taken {
			m.low = min(m.low, int(seat))
		}
	}
	for m.low < m.seats && r.full(m, m.low) {
		m.low++
	}
}

// left counts the free seats of a class on a part.
func (r *run) left(class, from, to int) int {
	m := &r.classes[class]
	sold := min(len(m.taken)/r.words, m.seats)
	n := m.seats - sold
	for seat := m.low; seat < sold; seat++ {
		if r.free(m, seat, from, to) {
			n++
		}
	}
	return n
}

// Weights of a group of seats: in one row, side by side, then the best fit.
const (
	rowWeight = 1 << 24
	gapWeight = 1 << 12
	// look bounds the free seats a search considers.
	look = 512
)

// pick chooses n seats of a class on a part: together in one car when one has
// them, those that cut the least. nil when there are not so many. window is scratch.
func (r *run) pick(class, n, from, to int, window []uint32) (seats, scratch []uint32) {
	m := &r.classes[class]
	best := math.MaxInt
	seen, car := 0, -1
	window = window[:0]
	beyond := len(m.taken)/r.words + 2*trainCar // further on every seat is like the ones before
	for seat := m.low; seat < m.seats && best > 0 && seen < look && (seat < beyond || seats == nil); seat++ {
		if !r.free(m, seat, from, to) {
			continue
		}
		if c := r.layout.car(seat); c != car {
			car, window = c, window[:0]
		}
		window = append(window, uint32(seat))
		if len(window) < n {
			continue
		}
		seen++
		group := window[len(window)-n:]
		first, last := int(group[0]), int(group[n-1])
		score := (r.layout.row(last)-r.layout.row(first))*rowWeight + (last-first-(n-1))*gapWeight
		for _, s := range group {
			score += r.waste(m, int(s), from, to)
		}
		if score < best {
			best = score
			seats = append(seats[:0], group...)
		}
	}
	if seats == nil {
		seats = r.scattered(m, n, from, to)
	}
	return seats, window
}

// scattered takes the first free seats wherever they are.
func (r *run) scattered(m *seatMap, n, from, to int) []uint32 {
	var seats []uint32
	for seat := m.low; seat < m.seats; seat++ {
		if r.free(m, seat, from, to) {
			if seats = append(seats, uint32(seat)); len(seats) == n {
				return seats
			}
		}
	}
	return nil
}

// keep notes a hold; its seats are taken already or with it.
func (r *run) keep(key string, h hold) {
	if r.holds == nil {
		r.holds = map[string]hold{}
	}
	r.holds[key] = h
	r.due = min(r.due, h.until)
}

// lapse gives back what expired holds keep. Their rows follow with the next job.
func (r *run) lapse(now int64) {
	if now < r.due {
		return
	}
	r.due = math.MaxInt64
	for key, h := range r.holds {
		if h.until > now {
			r.due = min(r.due, h.until)
			continue
		}
		r.set(h.span, false)
		delete(r.holds, key)
		r.lapsed = append(r.lapsed, key)
	}
	slices.Sort(r.lapsed)
}
