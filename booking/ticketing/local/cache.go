package local

import (
	"sync"
	"time"
)

// runs are the seat maps in memory. A map that a job has changed is pinned
// until that job's COMMIT: only what the file says too may be forgotten.
type runs struct {
	limit int

	mu     sync.Mutex
	loaded map[runKey]*run
	// changes counts what entered through a job and what left. A reader that sees it
	// move while it reads the file has read what may be older, and does not file it.
	changes uint64
}

// get gives the map of a run, and the count to show to offer when there is none.
func (c *runs) get(k runKey) (*run, uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.loaded[k], c.changes
}

// pin is get for a job: the map stays until unpin.
func (c *runs) pin(k runKey) *run {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.loaded[k]
	if r != nil {
		r.pins++
	}
	return r
}

// file puts a map in that a job has read, pinned.
func (c *runs) file(r *run) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.room()
	c.changes++
	r.pins++
	c.loaded[r.key] = r
}

// offer puts a map in that a reader has read, unless something else did or
// the file has moved on since; it gives the one to use.
func (c *runs) offer(r *run, changes uint64) *run {
	c.mu.Lock()
	defer c.mu.Unlock()
	if there := c.loaded[r.key]; there != nil {
		return there
	}
	if c.changes == changes {
		c.room()
		c.loaded[r.key] = r
	}
	return r
}

// unpin ends a job's use. undone: what the map says is not in the file.
func (c *runs) unpin(r *run, undone bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r.pins--
	if undone && c.loaded[r.key] == r {
		c.forget(r)
	}
}

// room forgets some map when there are too many; its runs are read again when asked for.
func (c *runs) room() {
	if len(c.loaded) < c.limit {
		return
	}
	for _, r := range c.loaded {
		if r.pins == 0 {
			c.forget(r)
			return
		}
	}
}

func (c *runs) forget(r *run) {
	delete(c.loaded, r.key)
	c.changes++
}

// expired forgets runs that have ended and lists those with expired holds.
func (c *runs) expired(now time.Time, limit int) []runKey {
	c.mu.Lock()
	all := make([]*run, 0, len(c.loaded))
	for _, r := range c.loaded {
		if r.pins == 0 && r.ends.Before(now) {
			c.forget(r)
			continue
		}
		all = append(all, r)
	}
	c.mu.Unlock()
	var keys []runKey
	for _, r := range all {
		r.mu.Lock()
		due := r.due <= now.UnixMilli() || len(r.lapsed) > 0
		r.mu.Unlock()
		if due && len(keys) < limit {
			keys = append(keys, r.key)
		}
	}
	return keys
}
