package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shortfare/booking"
	"shortfare/store/commit"
)

const (
	dueQuery      = `SELECT msisdn FROM customers WHERE due IS NOT NULL AND due <= ? ORDER BY due LIMIT ?`
	attemptsQuery = `SELECT a.id, a.msisdn, coalesce(a.order_id, 0), a.call, a.due, a.epoch, ` + orderColumns + `
		FROM attempts a LEFT JOIN orders o ON o.id = a.order_id WHERE a.id > ? ORDER BY a.id LIMIT ?`
	orderColumns = `o.data, o.people, o.msisdn, o.owner, (SELECT secret FROM owners WHERE id = o.owner)`
	replyColumns = `SELECT b.id, b.msisdn, b.copies, b.cause, b.flags, b.at, b.body, b.owner, (SELECT secret FROM owners WHERE id = b.owner), b.state, b.link, b.message_id, b.status
		FROM outbox b `
	outboxQuery = replyColumns + `WHERE b.state = 0 AND b.id > ? ORDER BY b.id LIMIT ?`
	// undeliveredQuery names what the index outbox_undelivered holds.
	undeliveredQuery = replyColumns + `WHERE b.state = 5 AND b.flags & 10 = 2 AND b.id > ? ORDER BY b.id LIMIT ?`
)

// Due lists customers with a deadline at or before now, earliest first.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) (list []booking.MSISDN, err error) {
	err = s.read(ctx, "due", func(tx *commit.Tx) error {
		return tx.Query(dueQuery, func(r commit.Row) error {
			list = append(list, booking.MSISDN(r.Int64(0)))
			return nil
		}, now.UnixMilli(), limit)
	})
	return list, err
}

// Attempts lists attempts with an id above after, in order of id, each with
// its order as it is now; nil for a call about the customer.
func (s *Store) Attempts(ctx context.Context, after int64, limit int) (list []booking.Attempt, err error) {
	err = s.read(ctx, "attempts", func(tx *commit.Tx) error {
		return tx.Query(attemptsQuery, func(r commit.Row) (err error) {
			a := booking.Attempt{ID: r.Int64(0), Customer: booking.MSISDN(r.Int64(1)), Order: booking.OrderID(r.Int64(2)),
				Call: booking.Call(r.Int64(3)), Due: instant(r, 4), Epoch: r.Int64(5)}
			if a.Order != 0 {
				if a.Subject, err = s.order(r, 6); err != nil {
					return err
				}
			}
			list = append(list, a)
			return nil
		}, after, limit)
	})
	return list, err
}

// Outbox lists rows in state ready with an id above after, in order of id.
func (s *Store) Outbox(ctx context.Context, after int64, limit int) (list []booking.MT, err error) {
	err = s.read(ctx, "outbox", func(tx *commit.Tx) error {
		return tx.Query(outboxQuery, func(r commit.Row) error {
			m, _, err := s.reply(r)
			list = append(list, m)
			return err
		}, after, limit)
	})
	return list, err
}

// Undelivered lists rows in state undeliverable that asked for a receipt and
// are not dealt with, in order of id. Of an erased one there is nothing to send again.
func (s *Store) Undelivered(ctx context.Context, limit int) (list []booking.MT, err error) {
	for after, rows := int64(0), limit; err == nil && rows == limit && len(list) < limit; {
		rows = 0
		err = s.read(ctx, "undelivered", func(tx *commit.Tx) error {
			return tx.Query(undeliveredQuery, func(r commit.Row) error {
				rows++
				m, erased, err := s.reply(r)
				after = m.ID
				if !r.IsNull(10) {
					m.Link = r.Text(10)
				}
				if !erased && len(list) < limit {
					list = append(list, m)
				}
				return err
			}, after, limit)
		})
	}
	return list, err
}

// order reads orderColumns from column first on.
func (s *Store) order(r commit.Row, first int) (*booking.Order, error) {
	own, erased := sealer(r, first+3, first+4)
	return s.codec.decodeOrder(r.Bytes(first), r.Bytes(first+1), own.name(booking.MSISDN(r.Int64(first+2)).String()), erased)
}

// reply reads the first nine of replyColumns. One that was erased has neither
// words nor addresses.
func (s *Store) reply(r commit.Row) (m booking.MT, erased bool, err error) {
	f := r.Int64(4)
	m = booking.MT{ID: r.Int64(0), MSISDN: booking.MSISDN(r.Int64(1)), Copies: int(r.Int64(2)), Cause: r.Int64(3),
		Notice: f&flagNotice != 0, Receipt: f&flagReceipt != 0, Again: f&flagAgain != 0, At: instant(r, 5)}
	own, erased := sealer(r, 7, 8)
	if erased {
		return m, true, nil
	}
	var b replyBody
	if err := s.codec.open(own.name(m.MSISDN.String()), r.Bytes(6), &b); err != nil {
		return m, false, fmt.Errorf("reply %d: %w", m.ID, err)
	}
	m.Text, m.To, m.From, m.Link, m.Avoid = b.Text, b.To, b.From, b.Link, b.Avoid
	return m, false, nil
}

// read runs fn over a snapshot beside the writer.
func (s *Store) read(ctx context.Context, what string, fn func(tx *commit.Tx) error) error {
	err := s.db.Read(ctx, fn)
	if errors.Is(err, commit.ErrClosed) || errors.Is(err, commit.ErrFatal) {
		err = refused(err)
	}
	if err != nil {
		return fmt.Errorf("sqlite: list %s: %w", what, err)
	}
	return nil
}
