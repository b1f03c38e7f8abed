package sqlite

import (
	"sync/atomic"
	"time"
)

// idBlock is how many ids are reserved on disk at a time. A crash skips at
// most so many: less than the clock moves on while a process starts again.
const idBlock = 1 << 14

// ids is the one counter for every id. Only secured is called outside the writer goroutine.
//
// An id must never be given twice: terminals and banks remember the keys made
// of them. So a new opening starts above everything in the file, above
// everything that was ever given out from it (rows get deleted), and above
// what a lost newer copy of the file can have given out in the time since 2020.
type ids struct {
	next     int64        // the next one to give
	reserved atomic.Int64 // ids below it are reserved durably
}

// start begins an opening and returns what is reserved by it.
func (n *ids) start(highest int64, now time.Time) int64 {
	since := now.Sub(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)).Milliseconds()
	n.next = max(highest, since<<8, 1)
	n.reserved.Store(n.next + idBlock)
	return n.reserved.Load()
}

func (n *ids) give() int64 {
	id := n.next
	n.next++
	return id
}

// short tells whether more must be reserved, and how far.
func (n *ids) short() (reserve int64, short bool) {
	return n.next + idBlock, n.next > n.reserved.Load()-idBlock/2
}

// secured notes a reservation that was committed.
func (n *ids) secured(reserve int64) {
	for old := n.reserved.Load(); reserve > old; old = n.reserved.Load() {
		if n.reserved.CompareAndSwap(old, reserve) {
			return
		}
	}
}
