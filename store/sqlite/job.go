package sqlite

import (
	"context"
	"errors"
	"fmt"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/store/commit"
)

// job is one turn on its way through the writer.
type job struct {
	s      *Store
	keys   booking.Keys
	decide func(*booking.View) (*booking.Changes, error)
	done   func(*booking.Changes, error)
	// submitted tells that finish will run on the writer goroutine, where a
	// failed COMMIT makes what was kept of the turn untrue.
	submitted bool

	// Of the writer goroutine until the job has ended.
	tx      *commit.Tx
	stored  bool     // the customer has a row, though perhaps no data
	due     any      // its deadline column
	owner   owner    // whom the customer's rows are sealed for; none until something is
	parts   []string // keys of long texts that he has begun
	labels  []string // that his row has
	changes *booking.Changes
	own     error // what went wrong in this job alone
	reserve int64 // ids this job reserved, 0 for none
}

// Submit queues a turn. decide runs once at most, on the writer goroutine; it
// must not wait. done runs on the writer goroutine too, in the order of COMMIT,
// and may call Submit but not Do. Errors: booking.ErrBusy, booking.ErrStoreDown.
func (s *Store) Submit(keys booking.Keys, decide func(*booking.View) (*booking.Changes, error), done func(*booking.Changes, error)) error {
	j := &job{s: s, keys: keys, decide: decide, done: done, submitted: true}
	if err := s.db.Submit(j.run, j.finish); err != nil {
		return refused(err)
	}
	return nil
}

// Do is Submit and waiting for it. When ctx ends before the turn has begun, the
// turn will not run; once begun, Do waits for its end. So its answer is certain,
// except when the store has stopped for good. Not to be called from decide or done.
func (s *Store) Do(ctx context.Context, keys booking.Keys, decide func(*booking.View) (*booking.Changes, error)) error {
	j := &job{s: s, keys: keys, decide: decide}
	return j.settle(s.db.Do(ctx, j.run))
}

// run is the job: load, decide, apply.
func (j *job) run(tx *commit.Tx) error {
	j.tx = tx
	j.own = j.turn()
	if j.own == nil {
		j.own = j.reserveIDs()
	}
	j.tx = nil
	return j.own
}

func (j *job) turn() error {
	v, err := j.load()
	if err != nil {
		return err
	}
	c, err := j.decide(v)
	if errors.Is(err, booking.ErrNoChange) || err == nil && c == nil {
		return nil
	}
	if err != nil {
		return err
	}
	if err := j.apply(c); err != nil {
		return err
	}
	j.changes = c
	if j.submitted {
		j.s.kept.put(v, c, j.owner)
	}
	return nil
}

func (j *job) reserveIDs() error {
	reserve, short := j.s.ids.short()
	if !short {
		return nil
	}
	if _, _, err := j.tx.Exec(`UPDATE meta SET ids = ?`, reserve); err != nil {
		return fmt.Errorf("sqlite: reserve ids: %w", err)
	}
	j.reserve = reserve
	return nil
}

// finish follows the COMMIT of Submit's job, on the writer goroutine.
func (j *job) finish(err error) {
	err = j.settle(err)
	if err != nil {
		j.s.kept.take(j.keys.Customer)
	}
	if j.done == nil {
		return
	}
	if err != nil {
		j.done(nil, err)
		return
	}
	j.done(j.changes, nil)
}

// settle notes what an outcome says about the store and puts it into the
// port's words.
func (j *job) settle(err error) error {
	s := j.s
	if err == nil {
		s.ids.secured(j.reserve)
		if j.changes != nil && s.full.Load() && s.full.CompareAndSwap(true, false) {
			s.log.Info("there is room on the disk again")
		}
		return nil
	}
	if errors.Is(err, commit.ErrDiskFull) {
		if s.full.CompareAndSwap(false, true) {
			s.log.Error("disk is full: nothing is accepted until there is room", zap.Error(err))
		}
		return refused(err)
	}
	if errors.Is(err, commit.ErrFatal) {
		return refused(err)
	}
	var panicked *commit.PanicError
	if errors.As(err, &panicked) {
		return fmt.Errorf("sqlite: turn panicked and was undone: %w", err)
	}
	if j.own != nil && errors.Is(err, j.own) {
		return err
	}
	return refused(err)
}

// refused says what commit's errors mean to the port.
func refused(err error) error {
	switch {
	case errors.Is(err, commit.ErrFull):
		return fmt.Errorf("%w: %w", booking.ErrBusy, err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err // a caller of Do that gave up before the turn ran
	default:
		return fmt.Errorf("%w: %w", booking.ErrStoreDown, err)
	}
}
