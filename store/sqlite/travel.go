package sqlite

import (
	"context"
	"fmt"

	"shortfare/booking"
	"shortfare/store/commit"
)

const (
	waitingOrdersQuery = `SELECT o.id, ` + orderColumns + ` FROM orders o WHERE o.state = 1 AND o.id > ? ORDER BY o.id LIMIT ?`
	// Seats that go back (9) and orders that ended (11) have nobody to tell; every
	// other state has a ticket, or seats, or may come to have them.
	travelling = `state NOT IN (0, 9, 11)`
	// Orders and follows of a day, or of every day from one on; the waitlist by all that is wished for.
	travellersQuery = `
		SELECT msisdn FROM orders WHERE day >= ?2 AND day <= ?3 AND number = ?1 AND msisdn > ?4 AND ` + travelling + `
		UNION
		SELECT msisdn FROM follows WHERE number = ?1 AND (day = 0 OR day >= ?2 AND day <= ?3) AND msisdn > ?4
		UNION
		SELECT o.msisdn FROM orders o, json_each(o.data, '$.w.t') t WHERE o.state = 1 AND o.msisdn > ?4 AND t.value ->> '$.n' = ?1
			AND CAST(replace(substr(t.value ->> '$.dp', 1, 10), '-', '') AS INTEGER) BETWEEN ?2 AND ?3
		ORDER BY 1 LIMIT ?5`
	countQuery = `SELECT number, kind, class, who, state, reason, currency, count(*), sum(seats), sum(minor)
		FROM orders WHERE day = ? GROUP BY number, kind, class, who, state, reason, currency ORDER BY number, kind, class, who, state, reason, currency`
)

// lastDay is after every day.
const lastDay booking.Date = 99991231

// Waiting lists orders on the waitlist (state waiting, joined) with an id above
// after, in order of id.
func (s *Store) Waiting(ctx context.Context, after booking.OrderID, limit int) (list []*booking.Order, err error) {
	for rows := limit; rows == limit && len(list) < limit; {
		rows = 0
		err = s.read(ctx, "waitlist", func(tx *commit.Tx) error {
			return tx.Query(waitingOrdersQuery, func(r commit.Row) error {
				rows++
				after = booking.OrderID(r.Int64(0))
				o, err := s.order(r, 1)
				if err == nil && o.Wish != nil && !o.Wish.Joined.IsZero() && len(list) < limit {
					list = append(list, o)
				}
				return err
			}, int64(after), limit)
		})
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Travellers lists customers above after who have or wait for seats of a service
// that departs on the days from first to last, or follow it, in order of MSISDN.
// last 0 is every day from first on. Orders are found by their day: it reads the
// index of all orders of these days.
func (s *Store) Travellers(ctx context.Context, number string, first, last booking.Date, after booking.MSISDN, limit int) (list []booking.MSISDN, err error) {
	if last == 0 {
		last = lastDay
	}
	err = s.read(ctx, "travellers", func(tx *commit.Tx) error {
		return tx.Query(travellersQuery, func(r commit.Row) error {
			list = append(list, booking.MSISDN(r.Int64(0)))
			return nil
		}, number, int64(first), int64(last), uint64(after), limit)
	})
	return list, err
}

// Count tells what was ordered for a day of departure, beside the writer: orders
// that are alike in all but number are one line.
func (s *Store) Count(ctx context.Context, day booking.Date) (list []booking.Tally, err error) {
	err = s.read(ctx, "counts", func(tx *commit.Tx) error {
		list, err = count(tx, day)
		return err
	})
	return list, err
}

// count is Count for a turn.
func (j *job) count(day booking.Date) ([]booking.Tally, error) {
	if j.tx == nil {
		return nil, commit.ErrTxDone
	}
	list, err := count(j.tx, day)
	if err != nil {
		return nil, fmt.Errorf("sqlite: count orders: %w", err)
	}
	return list, nil
}

func count(tx *commit.Tx, day booking.Date) (list []booking.Tally, err error) {
	err = tx.Query(countQuery, func(r commit.Row) error {
		list = append(list, booking.Tally{Number: r.Text(0), Kind: booking.Kind(r.Int64(1)), Day: day, Class: r.Text(2), Customer: r.Text(3),
			State: booking.State(r.Int64(4)), Reason: booking.CloseReason(r.Text(5)), Orders: int(r.Int64(7)), Seats: int(r.Int64(8)),
			Money: booking.Money{Minor: r.Int64(9), Currency: r.Text(6)}})
		return nil
	}, int64(day))
	return list, err
}
