package sqlite

import (
	"fmt"

	"shortfare/booking"
	"shortfare/store/commit"
)

const (
	customerQuery = `SELECT c.due, c.data, c.owner, (SELECT secret FROM owners WHERE id = c.owner) FROM customers c WHERE c.msisdn = ?`
	orderQuery    = `SELECT data, people, owner FROM orders WHERE id = ? AND msisdn = ?`
	partsQuery    = `SELECT p.seq, p.total, p.at, p.body, p.owner, (SELECT secret FROM owners WHERE id = p.owner) FROM parts p WHERE p.key = ? ORDER BY p.seq`
)

// load reads what the job's keys name.
func (j *job) load() (*booking.View, error) {
	v := &booking.View{NewID: j.s.newID, Order: j.order, Answered: j.answered, Count: j.count, Desk: desk{j}, Members: j.members, Reviews: j.reviews}
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

// begun notes the parts that are stored of the customer, for his erasure, and the
// labels that he is found by.
func (j *job) begun(c *booking.Customer) {
	j.labels = c.Labels
	for i := range c.Joining {
		j.parts = append(j.parts, c.Joining[i].Key)
	}
}

func (j *job) loadCustomer(v *booking.View) error {
	m := j.keys.Customer
	c := &booking.Customer{MSISDN: m}
	if k := j.s.kept.take(m); k != nil {
		j.stored, j.due, j.owner, v.Customer, v.Orders = true, k.due, k.owner, k.customer, k.orders
		j.begun(k.customer)
		return nil
	}
	c.New = true
	found, err := j.tx.Get(customerQuery, func(r commit.Row) error {
		j.owner, _ = sealer(r, 2, 3)
		data := r.Bytes(1)
		if len(data) == 0 {
			return nil
		}
		c.Due, c.New = instant(r, 0), false
		return j.s.codec.open(j.owner.name(m.String()), data, c)
	}, uint64(m))
	if err != nil {
		return fmt.Errorf("sqlite: read customer %s: %w", m.Masked(), err)
	}
	j.stored, j.due = found, deadline(c.Due)
	j.begun(c)
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
	_, err := j.tx.Get(orderQuery, func(r commit.Row) (err error) {
		var own owner
		if !r.IsNull(2) && r.Int64(2) == j.owner.id {
			own = j.owner
		}
		o, err = j.s.codec.decodeOrder(r.Bytes(0), r.Bytes(1), own.name(j.keys.Customer.String()), own.id == 0)
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
	err := j.tx.Query(partsQuery, func(r commit.Row) error {
		own, erased := sealer(r, 4, 5)
		if erased {
			return nil // of a text that was begun before its customer was erased
		}
		body, err := j.s.codec.vault.Open(booking.SecretText, own.name(partOwner+j.keys.Parts), r.Bytes(3))
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
