package bank

import (
	"fmt"
	"time"

	"shortfare/booking"
	"shortfare/store/commit"
)

// schema is the ledger's migrations.
var schema = []string{`
CREATE TABLE debit (
	id       INTEGER PRIMARY KEY AUTOINCREMENT, -- the bank's reference is made of it
	key      TEXT NOT NULL UNIQUE,
	state    TEXT NOT NULL,    -- booked, declined, reversed, refunded
	reason   TEXT NOT NULL,    -- of a declined one
	amount   INTEGER NOT NULL, -- minor unit; 0 of a tombstone
	currency TEXT NOT NULL,
	payer    TEXT NOT NULL,    -- masked
	token    TEXT NOT NULL,    -- blind index of the account
	last4    TEXT NOT NULL,
	text     TEXT NOT NULL,
	tomb     INTEGER NOT NULL, -- 1: reversed before it was ever booked
	at       INTEGER NOT NULL, -- Unix milliseconds
	changed  INTEGER NOT NULL
);
CREATE TABLE refund (
	key    TEXT PRIMARY KEY,
	debit  TEXT NOT NULL REFERENCES debit (key),
	amount INTEGER NOT NULL,
	at     INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX refund_debit ON refund (debit);
CREATE TABLE asked ( -- Debit calls under each key, also those that were lost
	key TEXT PRIMARY KEY,
	n   INTEGER NOT NULL
) WITHOUT ROWID;`}

// answer is what a step of the ledger says; refuse is none for Done.
type answer struct {
	charge booking.Charge
	refuse booking.Reason
	again  bool // the key had been debited before
}

// entry is a row as the steps read it.
type entry struct {
	id       int64
	state    State
	reason   booking.Reason
	amount   booking.Money
	payer    string
	token    string
	refunded int64
}

func (e entry) charge() booking.Charge {
	return booking.Charge{Ref: reference(e.id), Amount: e.amount}
}

func reference(id int64) string { return fmt.Sprintf("SIM%08d", id) }

func find(tx *commit.Tx, key string) (e entry, found bool, err error) {
	found, err = tx.Get(`SELECT id, state, reason, amount, currency, payer, token,
		(SELECT coalesce(sum(amount), 0) FROM refund WHERE debit = debit.key) FROM debit WHERE key = ?`,
		func(r commit.Row) error {
			e = entry{id: r.Int64(0), state: State(r.Text(1)), reason: booking.Reason(r.Text(2)),
				amount: booking.Money{Minor: r.Int64(3), Currency: r.Text(4)},
				payer:  r.Text(5), token: r.Text(6), refunded: r.Int64(7)}
			return nil
		}, key)
	return e, found, err
}

// asked counts a Debit call.
func asked(tx *commit.Tx, key string) (a answer, err error) {
	_, err = tx.Get(`INSERT INTO asked (key, n) VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET n = n + 1 RETURNING n`,
		func(r commit.Row) error { a.again = r.Int64(0) > 1; return nil }, key)
	return a, err
}

// book enters a debit, or finds what its key has become.
func book(tx *commit.Tx, r booking.DebitRequest, refuse booking.Reason, now time.Time) (answer, error) {
	a, err := asked(tx, r.Key)
	if err != nil {
		return a, err
	}
	e, found, err := find(tx, r.Key)
	if err != nil {
		return a, err
	}
	if found {
		a.charge, a.refuse = e.charge(), e.refusal()
		if e.state != Reversed && (e.amount != r.Amount || e.payer != r.Payer.Masked() || e.token != r.Account.Token) {
			a.refuse = booking.ReasonMismatch
		}
		return a, nil
	}
	e = entry{state: Booked, amount: r.Amount}
	if refuse != booking.ReasonNone {
		e.state, e.reason = Declined, refuse
	}
	e.id, err = insert(tx, r, e, 0, now)
	a.charge, a.refuse = e.charge(), refuse
	return a, err
}

func insert(tx *commit.Tx, r booking.DebitRequest, e entry, tomb int, now time.Time) (int64, error) {
	id, _, err := tx.Exec(`INSERT INTO debit (key, state, reason, amount, currency, payer, token, last4, text, tomb, at, changed)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.Key, string(e.state), string(e.reason), e.amount.Minor, e.amount.Currency,
		payer(r), r.Account.Token, lastFour(r.Account.Last4), r.Text, tomb, now.UnixMilli(), now.UnixMilli())
	return id, err
}

func payer(r booking.DebitRequest) string {
	if r.Payer == 0 {
		return ""
	}
	return r.Payer.Masked()
}

// lastFour keeps a whole number out of the ledger whatever it is given.
func lastFour(s string) string { return s[max(0, len(s)-4):] }

// refusal is what a debit or a question about it gets.
func (e entry) refusal() booking.Reason {
	switch e.state {
	case Declined:
		return e.reason
	case Reversed:
		return booking.ReasonTombstone
	}
	return booking.ReasonNone
}

func query(tx *commit.Tx, key string) (answer, error) {
	e, found, err := find(tx, key)
	if err != nil || !found {
		return answer{refuse: booking.ReasonNotFound}, err
	}
	return answer{charge: e.charge(), refuse: e.refusal()}, nil
}

func reverse(tx *commit.Tx, key string, now time.Time) (answer, error) {
	e, found, err := find(tx, key)
	if err != nil {
		return answer{}, err
	}
	if !found {
		e = entry{state: Reversed}
		e.id, err = insert(tx, booking.DebitRequest{Key: key}, e, 1, now)
		return answer{charge: e.charge()}, err
	}
	switch e.state {
	case Booked:
		err = become(tx, key, Reversed, now)
	case Refunded:
		return answer{refuse: booking.ReasonMismatch}, nil
	}
	return answer{charge: e.charge()}, err
}

func become(tx *commit.Tx, key string, s State, now time.Time) error {
	_, _, err := tx.Exec(`UPDATE debit SET state = ?, changed = ? WHERE key = ?`, string(s), now.UnixMilli(), key)
	return err
}

func refund(tx *commit.Tx, key, refundKey string, amount booking.Money, now time.Time) (answer, error) {
	no := func(r booking.Reason, err error) (answer, error) { return answer{refuse: r}, err }
	e, found, err := find(tx, key)
	if err != nil || !found {
		return no(booking.ReasonNotFound, err)
	}
	if r := e.refusal(); r != booking.ReasonNone {
		return no(r, nil)
	}
	a := answer{charge: booking.Charge{Ref: reference(e.id), Amount: amount}}
	same := false
	known, err := tx.Get(`SELECT debit, amount FROM refund WHERE key = ?`, func(r commit.Row) error {
		same = r.Text(0) == key && r.Int64(1) == amount.Minor
		return nil
	}, refundKey)
	switch {
	case err != nil:
		return a, err
	case amount.Currency != e.amount.Currency || known && !same || refundKey == "":
		return no(booking.ReasonMismatch, nil)
	case known:
		return a, nil
	case amount.Minor < 0 || amount.Minor > e.amount.Minor-e.refunded:
		return no(booking.ReasonMismatch, nil)
	}
	if _, _, err := tx.Exec(`INSERT INTO refund (key, debit, amount, at) VALUES (?, ?, ?, ?)`,
		refundKey, key, amount.Minor, now.UnixMilli()); err != nil {
		return a, err
	}
	return a, become(tx, key, Refunded, now)
}

// settled tells whether a refund was made at or before a time.
func settled(tx *commit.Tx, refundKey string, before time.Time) (answer, error) {
	a := answer{refuse: booking.ReasonNotFound}
	_, err := tx.Get(`SELECT d.id, f.amount, d.currency, f.at FROM refund f JOIN debit d ON d.key = f.debit WHERE f.key = ?`, func(r commit.Row) error {
		a.refuse = booking.ReasonPending
		if !moment(r.Int64(3)).After(before) {
			a = answer{charge: booking.Charge{Ref: reference(r.Int64(0)), Amount: booking.Money{Minor: r.Int64(1), Currency: r.Text(2)}}}
		}
		return nil
	}, refundKey)
	return a, err
}

// bookAnyway books a debit also where it was reversed before it came.
func bookAnyway(tx *commit.Tx, r booking.DebitRequest, now time.Time) (answer, error) {
	e, found, err := find(tx, r.Key)
	if err != nil || found && e.state != Reversed {
		return answer{charge: e.charge()}, err
	}
	e.state, e.amount = Booked, r.Amount
	if !found {
		e.id, err = insert(tx, r, e, 0, now)
		return answer{charge: e.charge()}, err
	}
	_, _, err = tx.Exec(`UPDATE debit SET state = ?, amount = ?, currency = ?, payer = ?, token = ?, last4 = ?, text = ?, tomb = 0, changed = ? WHERE key = ?`,
		string(Booked), r.Amount.Minor, r.Amount.Currency, payer(r), r.Account.Token, lastFour(r.Account.Last4), r.Text, now.UnixMilli(), r.Key)
	return answer{charge: e.charge()}, err
}
