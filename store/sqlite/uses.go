package sqlite

import (
	"context"
	"time"

	"shortfare/booking"
	"shortfare/store/commit"
)

// schema7: what debits of accounts came to lately. account and bin are keyed blind
// indexes, empty for none, and nothing says whose the account is.
const schema7 = `
CREATE TABLE uses (
	id      INTEGER PRIMARY KEY,
	at      INTEGER NOT NULL,
	account TEXT NOT NULL,
	bin     TEXT NOT NULL,
	paid    INTEGER NOT NULL
) STRICT;
`

// Uses lists what debits of accounts came to at or after a time, in order of id.
func (s *Store) Uses(ctx context.Context, since time.Time) (list []booking.AccountUse, err error) {
	err = s.read(ctx, "uses of accounts", func(tx *commit.Tx) error {
		return tx.Query(`SELECT id, at, account, bin, paid FROM uses WHERE at >= ? ORDER BY id`, func(r commit.Row) error {
			list = append(list, booking.AccountUse{ID: r.Int64(0), At: instant(r, 1), Account: r.Text(2), BIN: r.Text(3), Paid: r.Bool(4)})
			return nil
		}, since.UnixMilli())
	})
	return list, err
}

// writeUses writes uses, and with each one deletes a few that are older than any window:
// so the table has no more rows than a day makes.
func (j *job) writeUses(c *booking.Changes) error {
	for i := range c.Uses {
		u := &c.Uses[i]
		if err := j.exec("write use", `INSERT INTO uses (id, at, account, bin, paid) VALUES (?, ?, ?, ?, ?)`,
			u.ID, u.At.UnixMilli(), u.Account, u.BIN, u.Paid); err != nil {
			return err
		}
		if err := j.exec("delete old uses", `DELETE FROM uses WHERE id IN (SELECT id FROM (SELECT id, at FROM uses ORDER BY id LIMIT 4) WHERE at < ?)`,
			u.At.Add(-booking.AccountWindow).UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}
