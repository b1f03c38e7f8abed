package commit

import (
	"fmt"
	"runtime/debug"
	"time"
)

// write is the writer goroutine.
func (db *DB) write() {
	batch := make([]item, 0, db.o.MaxBatch)
	results := make([]error, db.o.MaxBatch)
	tx := &Tx{c: db.w, ctx: noContext}
	orderly := false
	defer func() {
		// runtime.Goexit inside a job (testing.T.FailNow) ends up here too.
		if !orderly {
			db.stop(batch, fmt.Errorf("%w: a job ended the writer goroutine", ErrFatal))
		}
		close(db.stopped)
	}()
	for {
		batch = db.take(batch[:0])
		if len(batch) == 0 {
			orderly = true
			return
		}
		var err error
		if batch[0].step != nil {
			results[0] = batch[0].step(db.w)
			err = fatalOnly(results[0])
		} else {
			clear(results)
			err = db.runBatch(tx, batch, results)
		}
		if err != nil {
			orderly = true
			db.stop(batch, err)
			return
		}
		db.tell(batch, results)
		clear(batch)
	}
}

// runBatch runs the jobs and commits. results gets every job's outcome; the
// error is not nil only if the database has to stop.
func (db *DB) runBatch(tx *Tx, batch []item, results []error) error {
	err := db.w.control(db.w.begin)
	for i := 0; i < len(batch) && err == nil; i++ {
		results[i], err = db.runJob(tx, batch[i].job)
	}
	if err == nil {
		start := time.Now()
		err = db.o.WrapCommit(func() error { return db.w.control(db.w.commit) })
		db.lastCommit.Store(int64(time.Since(start)))
		if err != nil && judge(err) == mild && !db.w.inTransaction() {
			// The transaction is gone and SQLite did not say how: done or not done?
			return fmt.Errorf("%w: COMMIT: %w", ErrFatal, err)
		}
	}
	scrub := tx.scrub
	tx.scrub = false
	if err == nil {
		db.batches.Add(1)
		if scrub {
			return db.scrub(db.w)
		}
		return nil
	}
	// Undone as a whole, so that not even a job's own refusal stands: it may
	// rest on what another job of this batch had written.
	if judge(err) == full {
		db.diskFull.Add(1)
		err = fmt.Errorf("%w: %w", ErrDiskFull, err)
	} else if judge(err) == fatal {
		return fmt.Errorf("%w: %w", ErrFatal, err)
	}
	for i := range batch {
		results[i] = err
	}
	if undo := db.w.abandon(); undo != nil {
		return fmt.Errorf("%w: ROLLBACK after %w: %w", ErrFatal, err, undo)
	}
	return nil
}

// runJob runs one job in its savepoint. own is the job's outcome; batch is an
// error that undoes the whole transaction.
func (db *DB) runJob(tx *Tx, job Job) (own, batch error) {
	if err := db.w.control(db.w.savepoint); err != nil {
		return nil, fmt.Errorf("commit: SAVEPOINT: %w", err)
	}
	tx.worst = nil
	own = db.protect(tx, job)
	if tx.worst != nil {
		return own, tx.worst
	}
	if own != nil {
		if !db.w.inTransaction() {
			return own, fmt.Errorf("commit: SQLite undid the transaction: %w", own)
		}
		if err := db.w.control(db.w.undo); err != nil {
			return own, fmt.Errorf("commit: ROLLBACK TO: %w", err)
		}
	}
	if err := db.w.control(db.w.release); err != nil {
		return own, fmt.Errorf("commit: RELEASE: %w", err)
	}
	return own, nil
}

func (db *DB) protect(tx *Tx, job Job) (err error) {
	tx.live = true
	defer func() {
		tx.live = false
		if v := recover(); v != nil {
			err = db.panicked(v)
		}
	}()
	return job(tx)
}

func (db *DB) panicked(v any) *PanicError {
	p := &PanicError{Value: v, Stack: debug.Stack()}
	if db.o.OnPanic != nil {
		db.o.OnPanic(p)
	}
	return p
}

// tell calls every done, in order.
func (db *DB) tell(batch []item, results []error) {
	for i := range batch {
		switch {
		case batch[i].step != nil:
		case results[i] != nil:
			db.failed.Add(1)
		default:
			db.jobs.Add(1)
		}
		if done := batch[i].done; done != nil {
			batch[i].done = nil // once, whatever it does
			db.call(done, results[i])
		}
	}
}

func (db *DB) call(done func(error), result error) {
	defer func() {
		if v := recover(); v != nil {
			_ = db.panicked(v)
		}
	}()
	done(result)
}

func fatalOnly(err error) error {
	if judge(err) != fatal {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrFatal, err)
}

// stop ends the database after a fatal error: nothing is retried, everyone who
// waits is told, then OnFatal.
func (db *DB) stop(batch []item, cause error) {
	db.mu.Lock()
	db.cause = cause
	rest := make([]item, 0, db.length)
	for ; db.length > 0; db.length-- {
		rest = append(rest, db.queue[db.head])
		db.queue[db.head] = item{}
		db.head = (db.head + 1) % len(db.queue)
	}
	db.mu.Unlock()
	for _, it := range append(batch, rest...) {
		if it.done != nil {
			db.call(it.done, cause)
		}
	}
	if db.o.OnFatal != nil {
		db.o.OnFatal(cause)
	}
}
