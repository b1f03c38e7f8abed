package sqlite

import (
	"context"
	"fmt"
	"time"

	"shortfare/booking"
	"shortfare/store/commit"
)

const (
	pruneBatch = 500 // rows of one job: a few milliseconds of the writer's time
	pruneAhead = 20  // batches without an old row after which the rest is taken to be newer
)

// Prune deletes texts, replies, receipts and parts from before a time, erased or
// not, notices that were done, callbacks that were closed and stops of sale that had ended by then, and stops
// and follows of days before it, in small jobs that let others pass. Replies that
// still have to be sent, orders and the journal are kept, and so are the rows of
// owners, which have to stay where they are: 24 bytes a customer. It returns how many rows it deleted, also when it fails
// half way; calling it again goes on.
func (s *Store) Prune(ctx context.Context, before time.Time) (deleted int64, err error) {
	limit := before.UnixMilli()
	for _, t := range []struct{ page, drop string }{
		{`SELECT id, at < ? FROM inbox WHERE id > ? ORDER BY id LIMIT ?`,
			`DELETE FROM inbox WHERE id > ? AND id <= ? AND at < ?`},
		{`SELECT id, at < ? AND state <> 0 FROM outbox WHERE id > ? ORDER BY id LIMIT ?`,
			`DELETE FROM outbox WHERE id > ? AND id <= ? AND at < ? AND state <> 0`},
		{`SELECT id, at < ? FROM receipts WHERE id > ? ORDER BY id LIMIT ?`,
			`DELETE FROM receipts WHERE id > ? AND id <= ? AND at < ?`},
	} {
		n, err := s.pruneTable(ctx, t.page, t.drop, limit)
		deleted += n
		if err != nil {
			return deleted, err
		}
	}
	day := int64(booking.DateOf(before.UTC()).Add(-1)) // it has ended in every time zone
	for _, t := range []struct {
		drop  string
		limit int64
	}{
		{`DELETE FROM parts WHERE (key, seq) IN (SELECT key, seq FROM parts WHERE at < ? LIMIT ?)`, limit},
		{`DELETE FROM notices WHERE id IN (SELECT id FROM notices WHERE done = 1 AND at < ? LIMIT ?)`, limit},
		{`DELETE FROM suspensions WHERE id IN (SELECT id FROM suspensions WHERE ended < ? LIMIT ?)`, limit},
		{`DELETE FROM callbacks WHERE id IN (SELECT id FROM callbacks WHERE state = 3 AND changed < ? LIMIT ?)`, limit},
		{`DELETE FROM suspensions WHERE id IN (SELECT id FROM suspensions WHERE day > 0 AND day < ? LIMIT ?)`, day},
		{`DELETE FROM follows WHERE (number, day, msisdn) IN (SELECT number, day, msisdn FROM follows WHERE day > 0 AND day < ? LIMIT ?)`, day},
	} {
		n, err := s.pruneSmall(ctx, t.drop, t.limit)
		deleted += n
		if err != nil {
			return deleted, err
		}
	}
	return deleted, s.pruneSent(ctx)
}

// pruneTable walks a table by id beside the writer and has it delete page by
// page. Ids follow time, so the walk ends soon after the last old row; the
// margin is for clocks that were set.
func (s *Store) pruneTable(ctx context.Context, page, drop string, limit int64) (deleted int64, err error) {
	var after int64
	for newer := 0; newer < pruneAhead; {
		last, rows, old := after, 0, 0
		err := s.read(ctx, "old rows", func(tx *commit.Tx) error {
			return tx.Query(page, func(r commit.Row) error {
				last = r.Int64(0)
				rows++
				if !r.IsNull(1) && r.Bool(1) {
					old++
				}
				return nil
			}, limit, after, pruneBatch)
		})
		if err != nil || rows == 0 {
			return deleted, err
		}
		if newer++; old > 0 {
			newer = 0
			n, err := s.drop(ctx, drop, after, last, limit)
			deleted += n
			if err != nil {
				return deleted, err
			}
		}
		after = last
	}
	return deleted, nil
}

// pruneSmall empties a table that is small enough to be searched as a whole.
func (s *Store) pruneSmall(ctx context.Context, drop string, limit int64) (deleted int64, err error) {
	for {
		n, err := s.drop(ctx, drop, limit, pruneBatch)
		deleted += n
		if err != nil || n < pruneBatch {
			return deleted, err
		}
	}
}

// pruneSent forgets message ids whose reply is gone: no receipt came for them.
func (s *Store) pruneSent(ctx context.Context) error {
	var link, id string
	for {
		rows := 0
		from, fromID := link, id
		err := s.read(ctx, "awaited receipts", func(tx *commit.Tx) error {
			return tx.Query(`SELECT link, message_id FROM sent WHERE (link, message_id) > (?, ?) ORDER BY link, message_id LIMIT ?`, func(r commit.Row) error {
				link, id = r.Text(0), r.Text(1)
				rows++
				return nil
			}, from, fromID, pruneBatch)
		})
		if err != nil || rows == 0 {
			return err
		}
		if _, err := s.drop(ctx, `DELETE FROM sent WHERE (link, message_id) > (?, ?) AND (link, message_id) <= (?, ?)
			AND NOT EXISTS (SELECT 1 FROM outbox WHERE id = sent.outbox)`, from, fromID, link, id); err != nil {
			return err
		}
	}
}

func (s *Store) drop(ctx context.Context, query string, args ...any) (n int64, err error) {
	j := &job{s: s}
	err = j.settle(s.db.Do(ctx, func(tx *commit.Tx) (err error) {
		_, n, err = tx.Exec(query, args...)
		return err
	}))
	if err != nil {
		return 0, fmt.Errorf("sqlite: prune: %w", err)
	}
	return n, nil
}
