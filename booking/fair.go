package booking

import "sync"

// Bounds of the fair queue.
const (
	mostStored  = 128     // texts that the store works on: batches stay large, and a customer waits for two of them at most
	mostOwn     = 32      // texts of one phone that wait or are with the store
	mostCodes   = 2       // confirmations beyond mostOwn
	mostOpen    = 8192    // texts of all phones
	mostLate    = 1024    // texts beyond their pace
	fewLate     = 64      // the same while others wait
	lateTurn    = 8       // while others wait, each eighth text is one beyond its pace: none waits for ever
	mostSenders = 100_000 // phones that are remembered
)

// rank is which texts go first.
type rank int

// The ranks.
const (
	prompt rank = iota // within its pace
	late               // beyond it
	ranks
)

// fair is the queue of texts in front of the store: first in, first out for a phone,
// of which the store has one at a time; in turn between the phones of a prefix;
// in turn between prefixes. So before a text are those that the store has, and one
// of each prefix, however many others wait. When nobody waits a text costs
// two short locks. It has no goroutine and no timer: what waits moves on when the
// store is done with something.
type fair struct {
	mu       sync.Mutex
	senders  map[MSISDN]*sender
	prefixes map[MSISDN]*prefix
	turns    [ranks]fifo[*prefix] // those that a text may be taken of
	taken    int                  // texts taken of turns
	stored   int                  // texts that the store has
	open     int                  // texts that wait or that the store has
	late     int                  // of them, those beyond their pace
	pumping  bool                 // somebody takes of turns

	oldest, newest *sender // by when they were last looked at
}

// prefix is what is known of the numbers with one.
type prefix struct {
	key   MSISDN
	known int                  // senders
	turns [ranks]fifo[*sender] // whose first text may be taken
	pace  bucket
}

// sender is what is known of a phone that has texted lately.
type sender struct {
	msisdn MSISDN
	prefix *prefix
	queue  fifo[*entry]
	open   int  // texts that wait or that the store has
	busy   bool // the store has one
	pace   bucket
	codes  bucket // of confirmations beyond the pace
	silent int64  // Unix ns: until then the customer gets no answers
	seen   int64  // Unix ns

	older, newer *sender
}

// entry is one text on its way through the queue.
type entry struct {
	sender  *sender
	rank    rank
	arrival Arrival
	in      *Intake // nil for a part
	done    func(error)
}

// admit decides whether a text is taken. Whatever is taken must enter and leave.
func (f *fair) admit(p Pace, m MSISDN, now int64, code bool) (*entry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.forget(p, now)
	if f.open >= mostOpen {
		return nil, ErrBusy
	}
	s := f.sender(m, now)
	within := p.PerSecond <= 0 || s.pace.has(now, p.PerSecond, p.Burst)
	taken := s.open < mostOwn && (within || !f.crowded() && (s.silent <= now || s.open == 0)) &&
		(p.PerPrefix <= 0 || len(f.prefixes) == 1 || s.prefix.pace.has(now, p.PerPrefix, burstOfPrefix*p.PerPrefix))
	e := &entry{sender: s}
	switch {
	case taken && within:
		if p.PerSecond > 0 {
			s.pace.take(now, p.PerSecond, p.Burst)
		}
	case code && p.PerSecond > 0 && s.open < mostOwn+mostCodes && s.codes.has(now, p.PerSecond, p.Burst):
		s.codes.take(now, p.PerSecond, p.Burst) // seats are held for it: lists that the phone asked for do not keep it back
	case taken:
		e.rank = late
		f.late++
	default:
		return nil, ErrPace
	}
	if p.PerPrefix > 0 {
		s.prefix.pace.take(now, p.PerPrefix, burstOfPrefix*p.PerPrefix)
	}
	s.open++
	f.open++
	return e, nil
}

// crowded tells whether no more texts beyond their pace are taken.
func (f *fair) crowded() bool {
	return f.late >= mostLate || f.late >= fewLate && f.turns[prompt].len() > 0
}

// enter gives a text its place; true when it is its turn now and the caller is to
// hand it to the store.
func (f *fair) enter(e *entry) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := e.sender
	if !s.busy && f.stored < mostStored && f.turns[prompt].len() == 0 && f.turns[late].len() == 0 {
		s.busy = true
		f.stored++
		return true
	}
	s.queue.push(e)
	if !s.busy && s.queue.len() == 1 {
		f.ready(s)
	}
	return false
}

// ready gives a phone a turn for its first text; mu is held.
func (f *fair) ready(s *sender) {
	r, p := s.queue.first().rank, s.prefix
	if p.turns[r].len() == 0 {
		f.turns[r].push(p)
	}
	p.turns[r].push(s)
}

// leave ends a text that the store is done with; true when the caller is to take
// what waits, by next.
func (f *fair) leave(e *entry, silent int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := e.sender
	s.busy = false
	s.open--
	s.silent = max(s.silent, silent)
	f.stored--
	f.open--
	if e.rank == late {
		f.late--
	}
	if s.queue.len() > 0 {
		f.ready(s)
	}
	if f.pumping || f.turns[prompt].len() == 0 && f.turns[late].len() == 0 {
		return false
	}
	f.pumping = true
	return true
}

// next takes the text whose turn it is; nil when the store has enough, or nothing
// waits.
func (f *fair) next() *entry {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := prompt
	if f.turns[prompt].len() == 0 || f.turns[late].len() > 0 && f.taken%lateTurn == lateTurn-1 {
		r = late
	}
	if f.stored >= mostStored || f.turns[r].len() == 0 {
		f.pumping = false
		return nil
	}
	f.taken++
	f.stored++
	p := f.turns[r].pop()
	s := p.turns[r].pop()
	if p.turns[r].len() > 0 {
		f.turns[r].push(p)
	}
	s.busy = true
	return s.queue.pop()
}

// idle tells whether no text waits for its outcome.
func (f *fair) idle() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.open == 0
}

// sender finds a phone, or begins to remember it; mu is held.
func (f *fair) sender(m MSISDN, now int64) *sender {
	s := f.senders[m]
	if s == nil {
		if f.senders == nil {
			f.senders, f.prefixes = map[MSISDN]*sender{}, map[MSISDN]*prefix{}
		}
		p := f.prefixes[prefixOf(m)]
		if p == nil {
			p = &prefix{key: prefixOf(m)}
			f.prefixes[p.key] = p
		}
		p.known++
		s = &sender{msisdn: m, prefix: p}
		f.senders[m] = s
	} else {
		f.unlink(s)
	}
	s.seen = now
	f.append(s)
	return s
}

// forget forgets phones that have not texted for so long that their pace is as
// new; a few at a time, which is more than begin. mu is held.
func (f *fair) forget(p Pace, now int64) {
	const each = 2
	keep := int64(burstOfPrefix) * 1e9
	if p.PerSecond > 0 {
		keep = max(keep, int64(p.Burst)*1e9/int64(p.PerSecond))
	}
	for range each {
		s := f.oldest
		full := len(f.senders) > mostSenders
		if s == nil || !full && now-s.seen < keep && now >= s.seen {
			return
		}
		f.unlink(s)
		if s.open > 0 || s.silent > now && !full {
			f.append(s)
			continue
		}
		delete(f.senders, s.msisdn)
		if s.prefix.known--; s.prefix.known == 0 {
			delete(f.prefixes, s.prefix.key)
		}
	}
}

func (f *fair) unlink(s *sender) {
	if s.older == nil {
		f.oldest = s.newer
	} else {
		s.older.newer = s.newer
	}
	if s.newer == nil {
		f.newest = s.older
	} else {
		s.newer.older = s.older
	}
	s.older, s.newer = nil, nil
}

func (f *fair) append(s *sender) {
	if s.older = f.newest; s.older == nil {
		f.oldest = s
	} else {
		s.older.newer = s
	}
	f.newest = s
}

// fifo is a queue. Room is given back when it is empty, or when half of it is unused.
type fifo[T any] struct {
	items []T
	head  int
}

func (q *fifo[T]) len() int { return len(q.items) - q.head }
func (q *fifo[T]) first() T { return q.items[q.head] }
func (q *fifo[T]) push(v T) { q.items = append(q.items, v) }
func (q *fifo[T]) pop() T {
	var none T
	v := q.items[q.head]
	q.items[q.head] = none
	switch q.head++; {
	case q.head == len(q.items):
		q.items, q.head = q.items[:0], 0
	case q.head > 32 && q.head*2 > len(q.items):
		n := copy(q.items, q.items[q.head:])
		clear(q.items[n:])
		q.items, q.head = q.items[:n], 0
	}
	return v
}
