package sqlite

import (
	"errors"
	"fmt"

	"shortfare/booking"
	"shortfare/store/commit"
)

var errEraseAll = errors.New("sqlite: a customer is erased without saying what is kept of him")

// erase makes all that was sealed for the customer before this turn unreadable
// for ever, also for who has the vault's key: the secret in his owner's row is
// overwritten, and what the turn itself writes gets a new one. Rows keep their
// place with their ids, states and times. What must still be sent to him, and it
// alone, is sealed anew. Rows from before there were owners were sealed for the
// MSISDN alone, and are emptied.
//
// What that means for the file: the secret is overwritten where it stands
// (rows of owners never move, and PRAGMA secure_delete has SQLite zero what it
// frees); the write-ahead log, which may hold older copies of that page, is
// emptied after the COMMIT, at once or as soon as no reader holds a snapshot, and
// when the file is opened after a crash. A backup made before keeps the secret
// as well as the rows: it must be deleted in its time, and one that is restored
// brings the customer back, who has to be erased again. Blocks that a disk or file
// system has replaced by itself are beyond the reach of any database.
func (j *job) erase(c *booking.Changes) error {
	if !c.Erase {
		return nil
	}
	if c.Customer == nil {
		return errEraseAll
	}
	if c.Customer.MSISDN != j.keys.Customer || j.keys.Customer == 0 {
		return errForeign
	}
	old := j.owner
	fresh, err := j.newOwner()
	if err != nil {
		return err
	}
	if err := j.resealReady(old, fresh); err != nil {
		return err
	}
	m := uint64(j.keys.Customer)
	if err := j.emptyOrders(); err != nil {
		return err
	}
	for _, query := range eraseQueries() {
		if err := j.exec("erase", query, m); err != nil {
			return err
		}
	}
	for _, key := range j.parts {
		if err := j.exec("erase parts", `DELETE FROM parts WHERE key = ?`, key); err != nil {
			return err
		}
	}
	if err := j.exec("erase owner", `UPDATE owners SET secret = zeroblob(16) WHERE id = ?`, old.id); err != nil {
		return err
	}
	j.owner = fresh
	j.tx.Scrub()
	return nil
}

const (
	readyQuery         = `SELECT id, body, owner IS NULL FROM outbox WHERE state = 0 AND id > 0 AND msisdn = ?`
	unownedOrdersQuery = `SELECT data FROM orders WHERE owner IS NULL AND msisdn = ?`
)

// eraseQueries empty a customer's rows that have no owner, receipts before the
// messages that they are found by.
func eraseQueries() []string {
	return []string{
		`UPDATE receipts SET raw = x'', owner = 0 WHERE owner IS NULL AND msisdn <> 0 AND msisdn = ?`,
		`UPDATE receipts SET raw = x'', owner = 0 WHERE owner IS NULL AND outbox IS NOT NULL
			AND outbox IN (SELECT id FROM outbox WHERE owner IS NULL AND msisdn = ?)`,
		`UPDATE outbox SET body = x'', owner = 0 WHERE owner IS NULL AND msisdn = ?`,
		`UPDATE inbox SET body = x'', owner = 0 WHERE owner IS NULL AND msisdn = ?`,
		`DELETE FROM follows WHERE msisdn = ?`,
		`UPDATE callbacks SET note = NULL, owner = 0 WHERE note IS NOT NULL AND msisdn = ?`,
	}
}

// resealReady seals replies that must still be sent for the customer's new owner.
func (j *job) resealReady(old, fresh owner) error {
	type row struct {
		id   int64
		body []byte
	}
	var list []row
	base := j.keys.Customer.String()
	err := j.tx.Query(readyQuery, func(r commit.Row) error {
		from := old
		if r.Bool(2) {
			from = owner{}
		}
		plain, err := j.s.codec.vault.Open(booking.SecretText, from.name(base), r.Bytes(1))
		if err != nil {
			return fmt.Errorf("reply %d: %w", r.Int64(0), err)
		}
		list = append(list, row{r.Int64(0), j.s.codec.vault.Seal(booking.SecretText, fresh.name(base), plain)})
		return nil
	}, uint64(j.keys.Customer))
	if err != nil {
		return fmt.Errorf("sqlite: erase: %w", err)
	}
	for _, r := range list {
		if err := j.exec("erase", `UPDATE outbox SET body = ?, owner = ? WHERE id = ?`, r.body, fresh.id, r.id); err != nil {
			return err
		}
	}
	return nil
}

// emptyOrders takes the people out of orders from before they were sealed apart.
func (j *job) emptyOrders() error {
	var list []*booking.Order
	err := j.tx.Query(unownedOrdersQuery, func(r commit.Row) error {
		o, err := j.s.codec.decodeOrder(r.Bytes(0), nil, "", true)
		list = append(list, o)
		return err
	}, uint64(j.keys.Customer))
	if err != nil {
		return fmt.Errorf("sqlite: erase: %w", err)
	}
	for _, o := range list {
		public, _ := split(o)
		data, err := j.s.codec.encode(&public)
		if err != nil {
			return fmt.Errorf("sqlite: erase order %d: %w", o.ID, err)
		}
		if err := j.exec("erase order", `UPDATE orders SET data = ?, people = NULL, owner = ? WHERE id = ?`, string(data), int64(erasedOwner), int64(o.ID)); err != nil {
			return err
		}
	}
	return nil
}
