package smsc

import (
	"bufio"
	"encoding/json"
	"io"
	"sync"
	"time"
)

// rows is one list of the ledger, of which the oldest may be forgotten. The
// number of a row is its place in all that ever was, from 1.
type rows[T any] struct {
	items []T
	gone  int64 // how many were forgotten
	limit int   // length at which to forget next
}

// add appends x; of more than keep rows the oldest are forgotten, as far as done
// allows, and given to drop. A keep of 0 forgets nothing.
func (r *rows[T]) add(x T, keep int, done func(T) bool, drop func(T)) {
	r.items = append(r.items, x)
	if keep <= 0 || len(r.items) < max(r.limit, 2*keep) {
		return
	}
	n := 0
	for n < len(r.items)-keep && done(r.items[n]) {
		drop(r.items[n])
		n++
	}
	r.gone += int64(n)
	r.items = append(make([]T, 0, 2*keep), r.items[n:]...)
	r.limit = 2 * len(r.items)
}

// at returns the row with the number, false if it was forgotten or is not there.
func (r *rows[T]) at(number int64) (x T, ok bool) {
	i := number - 1 - r.gone
	if i < 0 || i >= int64(len(r.items)) {
		return x, false
	}
	return r.items[i], true
}

// stream writes rows as they become final. A nil stream writes nothing.
type stream struct {
	mu      sync.Mutex
	out     *bufio.Writer
	json    *json.Encoder
	flushed time.Time
	err     error // the first one; nothing is written after it
}

func newStream(w io.Writer) *stream {
	if w == nil {
		return nil
	}
	out := bufio.NewWriterSize(w, 64<<10)
	return &stream{out: out, json: encoder(out)}
}

func encoder(w io.Writer) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e
}

// row writes one row; what was written is flushed about every second.
func (s *stream) row(row any) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return
	}
	s.err = s.json.Encode(row)
	if now := time.Now(); s.err == nil && now.Sub(s.flushed) > time.Second {
		s.flushed, s.err = now, s.out.Flush()
	}
}

// flush writes what is left and returns the first error there was.
func (s *stream) flush() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = s.out.Flush()
	}
	return s.err
}
