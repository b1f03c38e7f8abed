package sqlite

import (
	"fmt"

	"shortfare/booking"
	"shortfare/store/commit"
)

// load reads what the job's keys name.
func (j *job) load() (*booking.View, error) {
	v := &booking.View{NewID: j.s.newID, Order: j.order, Answered: j.answered, Count: j.count}
	if j.keys.Customer != 0 {
		if err := j.loadCustomer(v); err != nil {
			return nil, err
		}
	}
	if j.keys.Attempt != 0 {
		found, err := j.tx.Get(`SELECT 1 FROM attempts WHERE id = ?`, func(commit.Row) error { return nil }, j.keys.Attempt)
		if err != nil {
			return nil, fmt.Errorf("sqlite: read attempt: %w", err)
		}
		v.AttemptGone = !found
	}
	if j.keys.Parts != "" {
		if err := j.loadParts(v); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (j *job) loadCustomer(v *booking.View) error {
	m := j.keys.Customer
	c := &booking.Customer{MSISDN: m}
	j.owner = m.String()
	if k := j.s.kept.take(m); k != nil {
		j.stored, j.due, v.Customer, v.Orders = true, k.due, k.customer, k.orders
		return nil
	}
	found, err := j.tx.Get(`SELECT due, data FROM customers WHERE msisdn = ?`, func(r commit.Row) error {
		c.Due = instant(r, 0)
		return j.s.codec.open(j.owner, r.Bytes(1), c)
	}, uint64(m))
	if err != nil {
		return fmt.Errorf("sqlite: read customer %s: %w", m.Masked(), err)
	}
	j.stored, j.due, c.New = found, deadline(c.Due), !found
	v.Customer = c
	for _, ref := range c.Orders {
		if !ref.Live {
			continue
		}
		o, err := j.order(ref.ID)
		if err != nil {
			return err
		}
		if o == nil {
			return fmt.Errorf("sqlite: customer %s has no order %d, which his row names", m.Masked(), ref.ID)
		}
		v.Orders = append(v.Orders, o)
	}
	return nil
}

// order reads an order of the job's customer; nil when it is not his.
func (j *job) order(id booking.OrderID) (*booking.Order, error) {
	if j.tx == nil {
		return nil, commit.ErrTxDone
	}
	var o *booking.Order
	_, err := j.tx.Get(`SELECT data FROM orders WHERE id = ? AND msisdn = ?`, func(r commit.Row) (err error) {
		o, err = j.s.codec.order(r.Bytes(0))
		return err
	}, int64(id), uint64(j.keys.Customer))
	if err != nil {
		return nil, fmt.Errorf("sqlite: order %d: %w", id, err)
	}
	return o, nil
}

// answerWithin is how many replies after a text are looked at for its answer.
// It is looked for only when a text may be a second delivery.
const answerWithin = 5000

// answered tells whether a reply to a text was acknowledged on that bind. When
// the file can't be read it says no, as when no answer is there.
func (j *job) answered(text int64, bind uint64) bool {
	if j.tx == nil {
		return false
	}
	found, err := j.tx.Get(`SELECT 1 FROM (SELECT cause, bind FROM outbox WHERE id > ? ORDER BY id LIMIT ?) WHERE cause = ? AND bind = ?`,
		func(commit.Row) error { return nil }, text, answerWithin, text, int64(bind))
	return err == nil && found
}

func (j *job) loadParts(v *booking.View) error {
	err := j.tx.Query(`SELECT seq, total, at, body FROM parts WHERE key = ? ORDER BY seq`, func(r commit.Row) error {
		body, err := j.s.codec.vault.Open(booking.SecretText, partOwner+j.keys.Parts, r.Bytes(3))
		if err != nil {
			return err
		}
		v.Parts = append(v.Parts, booking.Part{Key: j.keys.Parts, Seq: int(r.Int64(0)), Total: int(r.Int64(1)), At: instant(r, 2), Body: body})
		return nil
	}, j.keys.Parts)
	if err != nil {
		return fmt.Errorf("sqlite: read parts: %w", err)
	}
	return nil
}
