package sqlite

import (
	"context"
	"fmt"

	"shortfare/booking"
	"shortfare/store/commit"
)

const (
	callbackColumns = `SELECT b.id, b.msisdn, b.at, b.why, b.order_id, b.code, b.state, b.by, b.changed, b.note, b.owner,
		(SELECT secret FROM owners WHERE id = b.owner) FROM callbacks b `
	callbackQuery  = callbackColumns + `WHERE b.id = ?`
	standingQuery  = callbackColumns + `WHERE b.msisdn = ? AND b.state < 3`
	callbacksQuery = callbackColumns + `WHERE b.state < 3 AND b.id > ? ORDER BY b.id LIMIT ?`
	beforeQuery    = `SELECT count(*) FROM callbacks WHERE state < 3 AND id < ?`
)

// callback reads callbackColumns. The note of somebody who was erased is empty.
func (s *Store) callback(r commit.Row) (b booking.Callback, err error) {
	b = booking.Callback{ID: r.Int64(0), Customer: booking.MSISDN(r.Int64(1)), At: instant(r, 2), Why: booking.CallbackWhy(r.Text(3)),
		State: booking.CallbackState(r.Int64(6)), Changed: instant(r, 8)}
	if !r.IsNull(4) {
		b.Order, b.Code = booking.OrderID(r.Int64(4)), r.Text(5)
	}
	if !r.IsNull(7) {
		b.By = booking.MSISDN(r.Int64(7))
	}
	own, erased := sealer(r, 10, 11)
	if r.IsNull(9) || erased {
		return b, nil
	}
	if err := s.codec.open(own.name(b.Customer.String()), r.Bytes(9), &b.Note); err != nil {
		return b, fmt.Errorf("callback %d: %w", b.ID, err)
	}
	return b, nil
}

// callbacks runs a query of callbackColumns.
func (s *Store) callbacks(tx *commit.Tx, query string, args ...any) (list []booking.Callback, err error) {
	err = tx.Query(query, func(r commit.Row) error {
		b, err := s.callback(r)
		list = append(list, b)
		return err
	}, args...)
	return list, err
}

// Callbacks lists callbacks that are not closed with a number above after, in
// order of number, beside the writer.
func (s *Store) Callbacks(ctx context.Context, after int64, limit int) (list []booking.Callback, err error) {
	err = s.read(ctx, "callbacks", func(tx *commit.Tx) error {
		list, err = s.callbacks(tx, callbacksQuery, after, limit)
		return err
	})
	return list, err
}

// Callback returns a callback by its number, closed or not; nil when there is none.
func (s *Store) Callback(ctx context.Context, id int64) (b *booking.Callback, err error) {
	err = s.read(ctx, "callback", func(tx *commit.Tx) error {
		b, err = one(s.callbacks(tx, callbackQuery, id))
		return err
	})
	return b, err
}

func one(list []booking.Callback, err error) (*booking.Callback, error) {
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// desk is booking.Desk for a turn.
type desk struct{ j *job }

var _ booking.Desk = desk{}

func (d desk) list(query string, args ...any) ([]booking.Callback, error) {
	if d.j.tx == nil {
		return nil, commit.ErrTxDone
	}
	list, err := d.j.s.callbacks(d.j.tx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("sqlite: callbacks: %w", err)
	}
	return list, nil
}

func (d desk) number(query string, args ...any) (n int64, err error) {
	if d.j.tx == nil {
		return 0, commit.ErrTxDone
	}
	if _, err = d.j.tx.Get(query, func(r commit.Row) error { n = r.Int64(0); return nil }, args...); err != nil {
		return 0, fmt.Errorf("sqlite: callbacks: %w", err)
	}
	return n, nil
}

// NextCallback is booking.Desk's. The table's sequence outlives its rows.
func (d desk) NextCallback() (int64, error) {
	return d.number(`SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'callbacks'), 0) + 1`)
}

// Callback is booking.Desk's.
func (d desk) Callback(id int64) (*booking.Callback, error) { return one(d.list(callbackQuery, id)) }

// Standing is booking.Desk's.
func (d desk) Standing(m booking.MSISDN) (*booking.Callback, error) {
	return one(d.list(standingQuery, uint64(m)))
}

// Callbacks is booking.Desk's.
func (d desk) Callbacks(after int64, limit int) ([]booking.Callback, error) {
	return d.list(callbacksQuery, after, limit)
}

// Before is booking.Desk's.
func (d desk) Before(id int64) (int, error) {
	n, err := d.number(beforeQuery, id)
	return int(n), err
}

// writeCallbacks writes callbacks, perhaps of others than the job's customer.
func (j *job) writeCallbacks(c *booking.Changes) error {
	for i := range c.Callbacks {
		b := &c.Callbacks[i]
		var note, own any
		if b.Note != "" {
			o, err := j.ownerOf(b.Customer)
			if err != nil {
				return err
			}
			sealed, err := j.s.codec.seal(o.name(b.Customer.String()), b.Note)
			if err != nil {
				return fmt.Errorf("sqlite: write callback %d: %w", b.ID, err)
			}
			note, own = sealed, o.column()
		}
		if err := j.exec("write callback", `INSERT INTO callbacks (id, msisdn, at, why, order_id, code, state, by, changed, note, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET why = excluded.why, order_id = excluded.order_id, code = excluded.code, state = excluded.state,
			by = excluded.by, changed = excluded.changed, note = excluded.note, owner = excluded.owner`,
			b.ID, uint64(b.Customer), past(b.At), string(b.Why), reference(int64(b.Order)), optional(b.Code), uint8(b.State),
			reference(int64(b.By)), past(b.Changed), note, own); err != nil {
			return err
		}
	}
	return nil
}
