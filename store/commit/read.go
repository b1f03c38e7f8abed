package commit

import (
	"context"
	"errors"
)

// Read calls fn with a snapshot of the last commit, on a read-only connection
// beside the writer. It waits for a free connection; ctx ends the wait and a
// running query. The log cannot be copied past a snapshot that is in use, so
// fn should be short. Errors: fn's, ctx's, ErrClosed, ErrFatal, or SQLite's.
func (db *DB) Read(ctx context.Context, fn func(tx *Tx) error) error {
	c, err := db.reader(ctx)
	if err != nil {
		return err
	}
	fine := false
	defer func() {
		// A connection that cannot end its transaction is replaced by a new one.
		if !fine {
			_ = c.close()
			c = nil
		}
		db.readers <- c
	}()
	if err := c.control(c.begin); err != nil {
		return err
	}
	tx := &Tx{c: c, ctx: ctx, live: true}
	err = fn(tx)
	tx.live = false
	if end := c.abandon(); end != nil {
		return errors.Join(err, end)
	}
	fine = true
	return err
}

func (db *DB) reader(ctx context.Context) (*conn, error) {
	db.mu.Lock()
	cause, closed := db.cause, db.closed
	db.mu.Unlock()
	if cause != nil {
		return nil, cause
	}
	if closed {
		return nil, ErrClosed
	}
	select {
	case c := <-db.readers:
		if c != nil {
			return c, nil
		}
		c, err := openReader(db.o)
		if err != nil {
			db.readers <- nil
			return nil, err
		}
		return c, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-db.closing:
		return nil, ErrClosed
	}
}
