package bank

import (
	"context"
	"slices"
	"time"

	"shortfare/booking"
	"shortfare/store/commit"
)

// State is the state of a debit in the ledger.
type State string

// States of a debit.
const (
	Booked   State = "booked"
	Declined State = "declined"
	Reversed State = "reversed"
	Refunded State = "refunded" // wholly or in part: see Row.Refunds
)

// Row is one debit key in the ledger.
type Row struct {
	Key       string
	Ref       string // the bank's reference
	State     State
	Reason    booking.Reason // of a declined one
	Amount    booking.Money  // zero of a tombstone
	Payer     string         // masked
	Token     string         // blind index of the account, empty for the phone's own
	Last4     string
	Text      string // for the customer's statement
	Tombstone bool   // reversed before it was ever booked
	Calls     int    // Debit calls under the key
	At        time.Time
	Changed   time.Time
	Refunds   []Returned
}

// Returned is one refund.
type Returned struct {
	Key    string
	Amount booking.Money
	At     time.Time
}

// Net is what the customer is charged in the end.
func (r Row) Net() booking.Money {
	if r.State != Booked && r.State != Refunded {
		return booking.Money{Currency: r.Amount.Currency}
	}
	net := r.Amount
	for _, f := range r.Refunds {
		net = net.Minus(f.Amount)
	}
	return net
}

// Ledger lists every key, in the order they came. It is one snapshot.
func (s *Sim) Ledger(ctx context.Context) ([]Row, error) {
	var rows []Row
	err := s.db.Read(ctx, func(tx *commit.Tx) error {
		refunds, err := allRefunds(tx)
		if err != nil {
			return err
		}
		return tx.Query(`SELECT d.key, d.id, d.state, d.reason, d.amount, d.currency, d.payer, d.token, d.last4, d.text, d.tomb,
			coalesce(a.n, 0), d.at, d.changed FROM debit d LEFT JOIN asked a ON a.key = d.key ORDER BY d.id`,
			func(r commit.Row) error {
				row := Row{Key: r.Text(0), Ref: reference(r.Int64(1)), State: State(r.Text(2)), Reason: booking.Reason(r.Text(3)),
					Amount: booking.Money{Minor: r.Int64(4), Currency: r.Text(5)}, Payer: r.Text(6), Token: r.Text(7),
					Last4: r.Text(8), Text: r.Text(9), Tombstone: r.Bool(10), Calls: int(r.Int64(11)),
					At: moment(r.Int64(12)), Changed: moment(r.Int64(13))}
				for _, f := range refunds[row.Key] {
					f.Amount.Currency = row.Amount.Currency
					row.Refunds = append(row.Refunds, f)
				}
				rows = append(rows, row)
				return nil
			})
	})
	return rows, err
}

func moment(milli int64) time.Time { return time.UnixMilli(milli).UTC() }

func back(m booking.Money) booking.Money { m.Minor = -m.Minor; return m }

func allRefunds(tx *commit.Tx) (map[string][]Returned, error) {
	all := map[string][]Returned{}
	err := tx.Query(`SELECT debit, key, amount, at FROM refund ORDER BY at, key`, func(r commit.Row) error {
		all[r.Text(0)] = append(all[r.Text(0)], Returned{Key: r.Text(1), Amount: booking.Money{Minor: r.Int64(2)}, At: moment(r.Int64(3))})
		return nil
	})
	return all, err
}

// doubleDebits counts violations that the file remembers.
func doubleDebits(db *commit.DB) (n int64, err error) {
	err = db.Read(context.Background(), func(tx *commit.Tx) error {
		_, err := tx.Get(`SELECT coalesce(sum(n - 1), 0) FROM asked`, func(r commit.Row) error { n = r.Int64(0); return nil })
		return err
	})
	return n, err
}

// Line is one movement of money, as a bank's statement has it.
type Line struct {
	At     time.Time
	Kind   string // debit, reversal, refund
	Key    string // of the debit; of the refund for a refund
	Ref    string
	Amount booking.Money // positive: collected; negative: given back
}

// Kinds of lines of a statement.
const (
	LineDebit    = "debit"
	LineReversal = "reversal"
	LineRefund   = "refund"
)

// Statement lists the movements at or after from and before to, by time. What
// was declined, and tombstones, moved nothing and are not on it.
func (s *Sim) Statement(ctx context.Context, from, to time.Time) ([]Line, error) {
	rows, err := s.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	var lines []Line
	add := func(at time.Time, kind, key, ref string, m booking.Money) {
		if !at.Before(from) && at.Before(to) {
			lines = append(lines, Line{At: at, Kind: kind, Key: key, Ref: ref, Amount: m})
		}
	}
	for _, r := range rows {
		if r.State == Declined || r.Tombstone {
			continue
		}
		add(r.At, LineDebit, r.Key, r.Ref, r.Amount)
		if r.State == Reversed {
			add(r.Changed, LineReversal, r.Key, r.Ref, back(r.Amount))
		}
		for _, f := range r.Refunds {
			add(f.At, LineRefund, f.Key, r.Ref, back(f.Amount))
		}
	}
	slices.SortStableFunc(lines, func(a, b Line) int { return a.At.Compare(b.At) })
	return lines, nil
}
