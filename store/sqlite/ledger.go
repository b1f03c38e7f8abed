package sqlite

import (
	"context"
	"fmt"

	"shortfare/booking"
	"shortfare/store/commit"
)

// exportPage is how many rows one snapshot reads: the log cannot be emptied
// while a snapshot is held.
const exportPage = 500

// export reads a table page by page in order of its key and gives each row to
// each, outside any snapshot. query takes the key to go on from and a limit.
func export[T any](ctx context.Context, s *Store, query string, after int64, scan func(commit.Row) (int64, T, error), each func(T) error) error {
	for {
		var page []T
		err := s.read(ctx, "rows", func(tx *commit.Tx) error {
			return tx.Query(query, func(r commit.Row) error {
				key, row, err := scan(r)
				after = key
				page = append(page, row)
				return err
			}, after, exportPage)
		})
		if err != nil {
			return err
		}
		for _, row := range page {
			if err := each(row); err != nil {
				return err
			}
		}
		if len(page) < exportPage {
			return nil
		}
	}
}

// EachCustomer gives every customer above after to each, in order of MSISDN.
func (s *Store) EachCustomer(ctx context.Context, after booking.MSISDN, each func(*booking.Customer) error) error {
	return export(ctx, s, `SELECT msisdn, due, data FROM customers WHERE msisdn > ? ORDER BY msisdn LIMIT ?`, int64(after),
		func(r commit.Row) (int64, *booking.Customer, error) {
			c := &booking.Customer{MSISDN: booking.MSISDN(r.Int64(0)), Due: instant(r, 1)}
			if err := s.codec.open(c.MSISDN.String(), r.Bytes(2), c); err != nil {
				return 0, nil, fmt.Errorf("customer %s: %w", c.MSISDN.Masked(), err)
			}
			return r.Int64(0), c, nil
		}, each)
}

// EachText gives every text with an id above after to each, in order of id.
func (s *Store) EachText(ctx context.Context, after int64, each func(booking.MO) error) error {
	return export(ctx, s, `SELECT id, msisdn, at, state, body FROM inbox WHERE id > ? ORDER BY id LIMIT ?`, after,
		func(r commit.Row) (int64, booking.MO, error) {
			m := booking.MO{ID: r.Int64(0), MSISDN: booking.MSISDN(r.Int64(1)), At: instant(r, 2), State: booking.MOState(r.Int64(3))}
			var b textBody
			if err := s.codec.open(m.MSISDN.String(), r.Bytes(4), &b); err != nil {
				return 0, m, fmt.Errorf("text %d: %w", m.ID, err)
			}
			m.Text, m.Source, m.Dest, m.Link, m.Session, m.Hash, m.DupFloor = b.Text, b.Source, b.Dest, b.Link, b.Session, b.Hash, b.DupFloor
			return m.ID, m, nil
		}, each)
}

// EachReply gives every row of the outbox with an id above after to each, in
// order of id, with what became of it: the state it is in, and the link, message
// id and status of the submit that settled it.
func (s *Store) EachReply(ctx context.Context, after int64, each func(booking.MT, booking.Sent) error) error {
	type row struct {
		mt   booking.MT
		sent booking.Sent
	}
	return export(ctx, s, replyColumns+`WHERE id > ? ORDER BY id LIMIT ?`, after,
		func(r commit.Row) (int64, row, error) {
			m, err := s.reply(r)
			sent := booking.Sent{ID: m.ID, State: booking.MTState(r.Int64(7)), Link: r.Text(8), MessageID: r.Text(9), Receipt: m.Receipt}
			if !r.IsNull(10) {
				sent.Status = uint32(r.Int64(10))
			}
			return m.ID, row{m, sent}, err
		}, func(r row) error { return each(r.mt, r.sent) })
}

// EachOrder gives every order with an id above after to each, in order of id.
func (s *Store) EachOrder(ctx context.Context, after booking.OrderID, each func(*booking.Order) error) error {
	return export(ctx, s, `SELECT id, data FROM orders WHERE id > ? ORDER BY id LIMIT ?`, int64(after),
		func(r commit.Row) (int64, *booking.Order, error) {
			o, err := s.codec.order(r.Bytes(1))
			return r.Int64(0), o, err
		}, each)
}

// EachEntry gives every line of the journal with an id above after to each, in
// order of id.
func (s *Store) EachEntry(ctx context.Context, after int64, each func(booking.Entry) error) error {
	return export(ctx, s, `SELECT id, at, msisdn, order_id, event, from_state, to_state, debit, credit, coalesce(minor, 0), currency, cause
		FROM journal WHERE id > ? ORDER BY id LIMIT ?`, after,
		func(r commit.Row) (int64, booking.Entry, error) {
			return r.Int64(0), booking.Entry{ID: r.Int64(0), At: instant(r, 1), MSISDN: booking.MSISDN(r.Int64(2)), Order: booking.OrderID(r.Int64(3)),
				Event: r.Text(4), From: r.Text(5), To: r.Text(6), Debit: r.Text(7), Credit: r.Text(8),
				Amount: booking.Money{Minor: r.Int64(9), Currency: r.Text(10)}, Cause: r.Int64(11)}, nil
		}, each)
}

// EachReceipt gives every delivery receipt with an id above after to each, in
// the order they were stored. outbox is the reply it is about, 0 while unknown.
func (s *Store) EachReceipt(ctx context.Context, after int64, each func(r booking.Receipt, outbox int64) error) error {
	type row struct {
		receipt booking.Receipt
		outbox  int64
	}
	return export(ctx, s, `SELECT id, link, message_id, state, at, coalesce(outbox, 0), raw, msisdn FROM receipts WHERE id > ? ORDER BY id LIMIT ?`, after,
		func(r commit.Row) (int64, row, error) {
			raw, err := s.codec.vault.Open(booking.SecretText, receiptOwner+r.Text(2), r.Bytes(6))
			if err != nil {
				return 0, row{}, fmt.Errorf("receipt %d: %w", r.Int64(0), err)
			}
			return r.Int64(0), row{booking.Receipt{Link: r.Text(1), MessageID: r.Text(2), State: r.Text(3), At: instant(r, 4), Raw: string(raw), MSISDN: booking.MSISDN(r.Int64(7))}, r.Int64(5)}, nil
		}, func(r row) error { return each(r.receipt, r.outbox) })
}
