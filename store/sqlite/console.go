package sqlite

import (
	"context"
	"fmt"
	"time"

	"shortfare/booking"
	"shortfare/store/commit"
)

// What an operator console reads. Every method takes one short snapshot beside the
// writer and looks at a bounded number of rows; no index is there for its sake, since
// each would cost every text: what has none is found by ids, which grow with time.

// Since tells where texts, replies and lines of the journal from a time on begin.
func (r *Reader) Since(ctx context.Context, at time.Time) (m booking.Marks, err error) {
	err = r.s.read(ctx, "marks", func(tx *commit.Tx) error {
		for _, t := range [...]struct {
			span, probe string
			mark        *int64
		}{
			{`SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM inbox`, `SELECT id, at FROM inbox WHERE id >= ? AND at IS NOT NULL ORDER BY id LIMIT 1`, &m.Text},
			{`SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM outbox`, `SELECT id, at FROM outbox WHERE id >= ? AND at IS NOT NULL ORDER BY id LIMIT 1`, &m.Reply},
			{`SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM journal`, `SELECT id, at FROM journal WHERE id >= ? AND at IS NOT NULL ORDER BY id LIMIT 1`, &m.Entry},
		} {
			if *t.mark, err = mark(tx, t.span, t.probe, at.UnixMilli()); err != nil {
				return err
			}
		}
		return nil
	})
	return m, err
}

// mark is the greatest id before the first row of a time or later, found by
// halves: ids grow with time.
func mark(tx *commit.Tx, span, probe string, at int64) (int64, error) {
	var low, high int64
	if _, err := tx.Get(span, func(r commit.Row) error {
		low, high = r.Int64(0), r.Int64(1)
		return nil
	}); err != nil {
		return 0, err
	}
	for low <= high { // rows below low are older, those above high are not
		middle := low + (high-low)/2
		older, next := false, int64(0)
		found, err := tx.Get(probe, func(r commit.Row) error {
			next, older = r.Int64(0), r.Int64(1) < at
			return nil
		}, middle)
		switch {
		case err != nil:
			return 0, err
		case found && older:
			low = next + 1
		default:
			high = middle - 1
		}
	}
	return low - 1, nil
}

// TextsSince counts the texts among the next rows above after; last is the id of
// the last of them, after itself when there is none.
func (r *Reader) TextsSince(ctx context.Context, after int64, rows int) (n int, last int64, err error) {
	last = after
	err = r.s.read(ctx, "texts", func(tx *commit.Tx) error {
		_, err := tx.Get(`SELECT count(*), coalesce(max(id), ?1) FROM (SELECT id FROM inbox WHERE id > ?1 ORDER BY id LIMIT ?2)`, func(row commit.Row) error {
			n, last = int(row.Int64(0)), row.Int64(1)
			return nil
		}, after, rows)
		return err
	})
	return n, last, err
}

// RepliesSince counts the replies among the next rows above after, up to the id upTo, and gives those
// of them that asked for a receipt and could not be delivered, dealt with or not,
// without their words.
func (r *Reader) RepliesSince(ctx context.Context, after, upTo int64, rows int) (n int, lost []booking.Answer, last int64, err error) {
	last = after
	err = r.s.read(ctx, "replies", func(tx *commit.Tx) error {
		if _, err := tx.Get(`SELECT count(*), coalesce(max(id), ?1) FROM (SELECT id FROM outbox WHERE id > ?1 AND id <= ?3 ORDER BY id LIMIT ?2)`, func(row commit.Row) error {
			n, last = int(row.Int64(0)), row.Int64(1)
			return nil
		}, after, rows, upTo); err != nil {
			return err
		}
		return tx.Query(`SELECT id, msisdn, at, flags, cause, link FROM outbox WHERE id > ? AND id <= ? AND state = 5 AND flags & 2 = 2 ORDER BY id`, func(row commit.Row) error {
			a := booking.Answer{State: booking.MTUndeliverable, Over: row.Text(5)}
			a.ID, a.MSISDN, a.At, a.Receipt, a.Cause = row.Int64(0), booking.MSISDN(row.Int64(1)), instant(row, 2), true, row.Int64(4)
			a.Again = row.Int64(3)&flagAgain != 0
			lost = append(lost, a)
			return nil
		}, after, last)
	})
	return n, lost, last, err
}

const lineColumns = `SELECT id, msisdn, coalesce(day, 0), number, coalesce(kind, 0), class, state, reason, coalesce(seats, 0), coalesce(minor, 0), currency FROM orders `

func orderLine(r commit.Row) booking.OrderLine {
	return booking.OrderLine{ID: booking.OrderID(r.Int64(0)), Customer: booking.MSISDN(r.Int64(1)), Day: booking.Date(r.Int64(2)), Number: r.Text(3),
		Kind: booking.Kind(r.Int64(4)), Class: r.Text(5), State: booking.State(r.Int64(6)), Reason: booking.CloseReason(r.Text(7)),
		Seats: int(r.Int64(8)), Price: booking.Money{Minor: r.Int64(9), Currency: r.Text(10)}}
}

// OrderLines lists orders with an id above after, in order of id.
func (r *Reader) OrderLines(ctx context.Context, after booking.OrderID, limit int) (list []booking.OrderLine, err error) {
	err = r.s.read(ctx, "orders", func(tx *commit.Tx) error {
		return tx.Query(lineColumns+`WHERE id > ? ORDER BY id LIMIT ?`, func(row commit.Row) error {
			list = append(list, orderLine(row))
			return nil
		}, int64(after), limit)
	})
	return list, err
}

// Departing lists orders that depart on the days of q, in order of day and id. It
// reads the index of all orders of these days.
func (r *Reader) Departing(ctx context.Context, q booking.OrderQuery, limit int) (list []booking.OrderLine, err error) {
	err = r.s.read(ctx, "departures", func(tx *commit.Tx) error {
		return tx.Query(lineColumns+`INDEXED BY orders_day WHERE day >= ?1 AND day <= ?2 AND (day, id) > (?3, ?4)
			AND (?5 = '' OR number = ?5) AND (?6 = '' OR data ->> '$.code' = ?6) ORDER BY day, id LIMIT ?7`, func(row commit.Row) error {
			list = append(list, orderLine(row))
			return nil
		}, int64(max(q.First, q.AfterDay)), int64(q.Last), int64(q.AfterDay), int64(q.AfterID), q.Number, q.Code, limit)
	})
	return list, err
}

// Order reads an order of a customer; nil when there is none.
func (r *Reader) Order(ctx context.Context, m booking.MSISDN, id booking.OrderID) (o *booking.Order, err error) {
	err = r.s.read(ctx, "order", func(tx *commit.Tx) error {
		_, err := tx.Get(`SELECT `+orderColumns+` FROM orders o WHERE o.id = ? AND o.msisdn = ?`, func(row commit.Row) (err error) {
			o, err = r.s.order(row, 0)
			return err
		}, int64(id), uint64(m))
		return err
	})
	return o, err
}

// Customer reads a customer; nil when there is none.
func (r *Reader) Customer(ctx context.Context, m booking.MSISDN) (c *booking.Customer, err error) {
	err = r.s.read(ctx, "customer", func(tx *commit.Tx) error {
		_, err := tx.Get(customerQuery, func(row commit.Row) error {
			own, _ := sealer(row, 2, 3)
			data := row.Bytes(1)
			if len(data) == 0 {
				return nil
			}
			c = &booking.Customer{MSISDN: m, Due: instant(row, 0)}
			if err := r.s.codec.open(own.name(m.String()), data, c); err != nil {
				return fmt.Errorf("customer %s: %w", m.Masked(), err)
			}
			return nil
		}, uint64(m))
		return err
	})
	return c, err
}

// Count is that of Store.
func (r *Reader) Count(ctx context.Context, day booking.Date) ([]booking.Tally, error) {
	return r.s.Count(ctx, day)
}

// Suspended is that of Store.
func (r *Reader) Suspended(ctx context.Context) ([]booking.Suspension, error) {
	return r.s.Suspended(ctx)
}
