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
	return export(ctx, s, customersQuery, int64(after), s.customer, each)
}

// EachText gives every text with an id above after to each, in order of id. One
// that was erased has neither words nor addresses.
func (s *Store) EachText(ctx context.Context, after int64, each func(booking.MO) error) error {
	return export(ctx, s, `SELECT i.id, i.msisdn, i.at, i.state, i.body, i.owner, (SELECT secret FROM owners WHERE id = i.owner) FROM inbox i
		WHERE i.id > ? ORDER BY i.id LIMIT ?`, after, s.text, each)
}

// text reads a row of the inbox: id, msisdn, at, state, body, owner and its secret.
func (s *Store) text(r commit.Row) (int64, booking.MO, error) {
	m := booking.MO{ID: r.Int64(0), MSISDN: booking.MSISDN(r.Int64(1)), At: instant(r, 2), State: booking.MOState(r.Int64(3))}
	own, erased := sealer(r, 5, 6)
	if erased {
		return m.ID, m, nil
	}
	var b textBody
	if err := s.codec.open(own.name(m.MSISDN.String()), r.Bytes(4), &b); err != nil {
		return 0, m, fmt.Errorf("text %d: %w", m.ID, err)
	}
	m.Text, m.Source, m.Dest, m.Link, m.Session, m.Hash, m.DupFloor = b.Text, b.Source, b.Dest, b.Link, b.Session, b.Hash, b.DupFloor
	return m.ID, m, nil
}

// EachReply gives every row of the outbox with an id above after to each, in
// order of id, with what became of it: the state it is in, and the link, message
// id and status of the submit that settled it. An erased one has neither words
// nor addresses.
func (s *Store) EachReply(ctx context.Context, after int64, each func(booking.MT, booking.Sent) error) error {
	type row struct {
		mt   booking.MT
		sent booking.Sent
	}
	return export(ctx, s, replyColumns+`WHERE b.id > ? ORDER BY b.id LIMIT ?`, after,
		func(r commit.Row) (int64, row, error) {
			m, _, err := s.reply(r)
			sent := booking.Sent{ID: m.ID, State: booking.MTState(r.Int64(9)), Link: r.Text(10), MessageID: r.Text(11), Receipt: m.Receipt}
			if !r.IsNull(12) {
				sent.Status = uint32(r.Int64(12))
			}
			return m.ID, row{m, sent}, err
		}, func(r row) error { return each(r.mt, r.sent) })
}

// EachOrder gives every order with an id above after to each, in order of id.
// One whose customer was erased has its passengers without names, and the kind
// alone of its account.
func (s *Store) EachOrder(ctx context.Context, after booking.OrderID, each func(*booking.Order) error) error {
	return export(ctx, s, `SELECT o.id, `+orderColumns+` FROM orders o WHERE o.id > ? ORDER BY o.id LIMIT ?`, int64(after),
		func(r commit.Row) (int64, *booking.Order, error) {
			o, err := s.order(r, 1)
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
// Of an erased one Raw is empty.
func (s *Store) EachReceipt(ctx context.Context, after int64, each func(r booking.Receipt, outbox int64) error) error {
	type row struct {
		receipt booking.Receipt
		outbox  int64
	}
	return export(ctx, s, `SELECT r.id, r.link, r.message_id, r.state, r.at, coalesce(r.outbox, 0), r.msisdn, r.raw, r.owner, (SELECT secret FROM owners WHERE id = r.owner)
		FROM receipts r WHERE r.id > ? ORDER BY r.id LIMIT ?`, after,
		func(r commit.Row) (int64, row, error) {
			got := row{booking.Receipt{Link: r.Text(1), MessageID: r.Text(2), State: r.Text(3), At: instant(r, 4), MSISDN: booking.MSISDN(r.Int64(6))}, r.Int64(5)}
			own, erased := sealer(r, 8, 9)
			if erased {
				return r.Int64(0), got, nil
			}
			raw, err := s.codec.vault.Open(booking.SecretText, own.name(receiptOwner+got.receipt.MessageID), r.Bytes(7))
			if err != nil {
				return 0, row{}, fmt.Errorf("receipt %d: %w", r.Int64(0), err)
			}
			got.receipt.Raw = string(raw)
			return r.Int64(0), got, nil
		}, func(r row) error { return each(r.receipt, r.outbox) })
}
