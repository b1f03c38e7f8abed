package sqlite

import (
	"crypto/rand"
	"fmt"

	"shortfare/booking"
	"shortfare/store/commit"
)

// secretSize is the length of an owner's secret: 128 bits, which nobody guesses.
const secretSize = 16

// erasedOwner is in the column of rows that were sealed for a MSISDN alone and
// emptied when it was erased.
const erasedOwner = 0

// owner is whom rows are sealed for: a customer, known to the vault by his
// MSISDN and a secret that only the file has. Without the secret the vault's key
// opens nothing of it. The zero owner is the MSISDN alone.
type owner struct {
	id     int64 // of the row in owners
	secret string
}

// name is the owner as the vault knows it. base says what the row belongs to
// besides the secret: a MSISDN, a part's key, a receipt's message id.
func (o owner) name(base string) string {
	if o.id == 0 {
		return base
	}
	return base + " " + o.secret
}

// column is the owner's id; NULL for the MSISDN alone.
func (o owner) column() any { return reference(o.id) }

// sealer reads the columns owner and secret (joined from owners; of a row without
// an owner NULL). erased is true when what the row seals can't be read any more.
func sealer(r commit.Row, id, secret int) (o owner, erased bool) {
	if r.IsNull(id) {
		return owner{}, false
	}
	o = owner{r.Int64(id), r.Text(secret)}
	return o, len(o.secret) != secretSize || o.secret == string(make([]byte, secretSize))
}

const ownerQuery = `SELECT c.owner, (SELECT secret FROM owners WHERE id = c.owner) FROM customers c WHERE c.msisdn = ? AND c.owner IS NOT NULL`

// newOwner makes an owner.
func (j *job) newOwner() (owner, error) {
	secret := make([]byte, secretSize)
	if _, err := rand.Read(secret); err != nil {
		panic("sqlite: no randomness: " + err.Error()) // crypto/rand says that it never fails
	}
	o := owner{j.s.newID(), string(secret)}
	return o, j.exec("insert owner", `INSERT INTO owners (id, secret) VALUES (?, ?)`, o.id, secret)
}

// mine is the owner that the job's customer has, made if he has none. His own
// row follows when the turn does not write it.
func (j *job) mine(written bool) (owner, error) {
	if j.owner.id != 0 {
		return j.owner, nil
	}
	o, err := j.newOwner()
	if err != nil {
		return o, err
	}
	if !written {
		if err := j.adopt(j.keys.Customer, o); err != nil {
			return o, err
		}
	}
	j.owner = o
	return o, nil
}

// ownerOf is the owner of any customer.
func (j *job) ownerOf(m booking.MSISDN) (owner, error) {
	if m == j.keys.Customer {
		return j.mine(false)
	}
	var o owner
	found, err := j.tx.Get(ownerQuery, func(r commit.Row) error {
		o, _ = sealer(r, 0, 1)
		return nil
	}, uint64(m))
	if err != nil {
		return o, fmt.Errorf("sqlite: read owner: %w", err)
	}
	if found {
		return o, nil
	}
	if o, err = j.newOwner(); err != nil {
		return o, err
	}
	j.s.kept.take(m)
	return o, j.adopt(m, o)
}

// adopt gives a customer his first owner. One who has no row gets one without
// data: it makes him findable, and he is new all the same.
func (j *job) adopt(m booking.MSISDN, o owner) error {
	data := []byte{}
	if _, err := j.tx.Get(`SELECT data FROM customers WHERE msisdn = ?`, func(r commit.Row) error { data = r.Bytes(0); return nil }, uint64(m)); err != nil {
		return fmt.Errorf("sqlite: read customer: %w", err)
	}
	if len(data) > 0 {
		plain, err := j.s.codec.vault.Open(booking.SecretText, m.String(), data)
		if err != nil {
			return fmt.Errorf("sqlite: read customer %s: %w", m.Masked(), err)
		}
		data = j.s.codec.vault.Seal(booking.SecretText, o.name(m.String()), plain)
	}
	if m == j.keys.Customer {
		j.stored = true
	}
	return j.exec("write owner", `INSERT INTO customers (msisdn, data, owner) VALUES (?, ?, ?)
		ON CONFLICT (msisdn) DO UPDATE SET data = excluded.data, owner = excluded.owner`, uint64(m), data, o.id)
}
