package commit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Job is a unit of work. It runs on the writer goroutine inside its own
// savepoint; an error or a panic undoes this job and no other. It sees what
// earlier jobs did, and may be undone with them if COMMIT fails, so it must
// not act on the outside: that is what done is for.
type Job func(tx *Tx) error

// DB is an open file and its writer. Its methods may be called from any goroutine.
type DB struct {
	o    Options
	w    *conn // the writer goroutine's until stopped is closed, then Close's; nil when opened for reading
	lock *os.File

	mu     sync.Mutex
	wake   *sync.Cond // the writer waits here for work
	queue  []item     // ring
	head   int
	length int
	closed bool
	cause  error // wraps ErrFatal once the database has stopped

	readers   chan *conn    // idle readers; nil stands for one not dialled
	closing   chan struct{} // closed when Close begins
	stopped   chan struct{} // closed when the writer has ended
	closeOnce sync.Once
	closeErr  error
	waiters   sync.Pool

	batches, jobs, failed, diskFull atomic.Uint64
	lastCommit                      atomic.Int64
}

// item is one entry of the queue: a job, or a step that the writer takes
// between two transactions.
type item struct {
	job  Job
	step func(*conn) error
	done func(error)
}

// Submit queues a job and never waits. done, which may be nil, is called once
// on the writer goroutine: with nil after the COMMIT that made the job durable,
// with the job's own error if it failed, or with what befell its batch
// (ErrDiskFull, ErrFatal). done must be quick; it may call Submit.
// Jobs run in the order of Submit. Errors: ErrFull, ErrClosed, ErrFatal; the
// job was not taken then and done is not called.
func (db *DB) Submit(job Job, done func(error)) error {
	return db.enqueue(item{job: job, done: done})
}

func (db *DB) enqueue(it item) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	switch {
	case db.cause != nil:
		return db.cause
	case db.closed:
		return ErrClosed
	case db.w == nil:
		return ErrReadOnly
	case db.length == len(db.queue):
		return ErrFull
	}
	db.queue[(db.head+db.length)%len(db.queue)] = it
	db.length++
	db.wake.Signal()
	return nil
}

// take waits for work and moves up to MaxBatch jobs into batch, or a single
// step. It gives nothing when the queue is empty and the database closes.
func (db *DB) take(batch []item) []item {
	db.mu.Lock()
	defer db.mu.Unlock()
	for db.length == 0 && !db.closed {
		db.wake.Wait()
	}
	for db.length > 0 && len(batch) < db.o.MaxBatch {
		it := &db.queue[db.head]
		if it.step != nil && len(batch) > 0 {
			break
		}
		batch = append(batch, *it)
		*it = item{}
		db.head = (db.head + 1) % len(db.queue)
		db.length--
		if batch[0].step != nil {
			break
		}
	}
	return batch
}

// waiter is one call of Do. state decides between the writer starting the job
// and the caller giving up, so that a caller always knows whether it ran.
type waiter struct {
	state atomic.Int32
	job   Job
	ended chan error
	run   Job         // w.start, made once
	done  func(error) // w.finish, made once
}

const (
	waiting int32 = iota
	started
	givenUp
)

var errGivenUp = errors.New("commit: given up before it ran")

func newWaiter() *waiter {
	w := &waiter{ended: make(chan error, 1)}
	w.run, w.done = w.start, w.finish
	return w
}

func (w *waiter) start(tx *Tx) error {
	if !w.state.CompareAndSwap(waiting, started) {
		return errGivenUp
	}
	return w.job(tx)
}

func (w *waiter) finish(err error) { w.ended <- err }

// Do runs a job and waits for its COMMIT. If ctx ends before the job has
// begun, the job will not run and Do gives ctx's error; once begun, Do waits
// for the end, a matter of milliseconds. So every answer but ErrFatal is
// certain. Errors are those of Submit and of its done. Not to be called from a
// job or a done function.
func (db *DB) Do(ctx context.Context, job Job) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := db.waiters.Get().(*waiter)
	w.job = job
	w.state.Store(waiting)
	if err := db.Submit(w.run, w.done); err != nil {
		w.job = nil
		db.waiters.Put(w)
		return err
	}
	var err error
	select {
	case err = <-w.ended:
	case <-ctx.Done():
		if w.state.CompareAndSwap(waiting, givenUp) {
			return ctx.Err() // the writer still holds w: it is not used again
		}
		err = <-w.ended
	}
	w.job = nil
	db.waiters.Put(w)
	return err
}

// between runs a step on the writer's connection outside any transaction and waits for it.
func (db *DB) between(ctx context.Context, step func(*conn) error) error {
	ended := make(chan error, 1)
	if err := db.enqueue(item{step: step, done: func(err error) { ended <- err }}); err != nil {
		return err
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// SetMaxPages changes Options.MaxPages; 0 lifts the bound. SQLite never goes
// below the present size of the file.
func (db *DB) SetMaxPages(ctx context.Context, pages int64) error {
	return db.between(ctx, func(c *conn) error { return setMaxPages(c, pages) })
}

// Stats are counters since Open, and the present length of the queue.
type Stats struct {
	Batches    uint64        // transactions committed
	Jobs       uint64        // jobs committed
	Failed     uint64        // jobs that ended with an error of their own or of their batch
	DiskFull   uint64        // batches undone for want of room
	LastCommit time.Duration // of the last COMMIT alone
	Queue      int           // jobs waiting
}

// Stats reads the counters; they are not one snapshot.
func (db *DB) Stats() Stats {
	db.mu.Lock()
	n := db.length
	db.mu.Unlock()
	return Stats{
		Batches: db.batches.Load(), Jobs: db.jobs.Load(), Failed: db.failed.Load(), DiskFull: db.diskFull.Load(),
		LastCommit: time.Duration(db.lastCommit.Load()), Queue: n,
	}
}

// Close refuses new jobs, runs those that wait, waits for readers, copies the
// log into the file and gives the file free. After a fatal error it gives that
// error. Calling it again gives the same answer. Not to be called from a job, a
// done function or OnFatal.
func (db *DB) Close() error {
	db.closeOnce.Do(func() { db.closeErr = db.shut() })
	return db.closeErr
}

func (db *DB) shut() error {
	close(db.closing)
	db.mu.Lock()
	db.closed = true
	db.wake.Signal()
	db.mu.Unlock()
	<-db.stopped

	var errs []error
	for range db.o.Readers {
		if c := <-db.readers; c != nil {
			errs = append(errs, c.close())
		}
	}
	if db.w == nil { // opened for reading
		return errors.Join(errs...)
	}
	db.mu.Lock()
	cause := db.cause
	db.mu.Unlock()
	if cause != nil {
		errs = append(errs, cause)
	} else if busy, err := db.w.value("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		errs = append(errs, err)
	} else if busy != "0" {
		errs = append(errs, fmt.Errorf("commit: another process reads %s: its log stays", db.o.Path))
	}
	errs = append(errs, db.w.close(), db.lock.Close())
	return errors.Join(errs...)
}
