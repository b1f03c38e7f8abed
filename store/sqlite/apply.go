package sqlite

import (
	"errors"
	"fmt"

	"shortfare/booking"
)

// errForeign is a turn's bug: it writes what its keys did not lock.
var errForeign = errors.New("sqlite: change of a customer that the keys do not name")

// apply writes the changes. What was there before is erased first; orders come before attempts, which refer to them;
// replies before results of sending.
func (j *job) apply(c *booking.Changes) error {
	steps := [...]func(*booking.Changes) error{
		j.erase, j.writeCustomer, j.writeOrders, j.writeTexts, j.writeAttempts, j.writeReplies, j.writeJournal, j.writeSent, j.writeReceipts, j.writeAsked, j.writeParts, j.writeNews, j.writeUses,
	}
	for _, step := range steps {
		if err := step(c); err != nil {
			return err
		}
	}
	return nil
}

// exec is Exec for a statement whose counts do not matter.
func (j *job) exec(what, query string, args ...any) error {
	if _, _, err := j.tx.Exec(query, args...); err != nil {
		return fmt.Errorf("sqlite: %s: %w", what, err)
	}
	return nil
}

func (j *job) writeCustomer(c *booking.Changes) error {
	if c.Customer == nil {
		return nil
	}
	if c.Customer.MSISDN != j.keys.Customer || j.keys.Customer == 0 {
		return errForeign
	}
	if err := j.writeLabels(c.Customer); err != nil {
		return err
	}
	own, err := j.mine(true)
	if err != nil {
		return err
	}
	data, err := j.s.codec.seal(own.name(c.Customer.MSISDN.String()), c.Customer)
	if err != nil {
		return fmt.Errorf("sqlite: write customer: %w", err)
	}
	m, due := uint64(c.Customer.MSISDN), deadline(c.Customer.Due)
	switch {
	case !j.stored:
		return j.exec("insert customer", `INSERT INTO customers (msisdn, due, data, owner) VALUES (?, ?, ?, ?)`, m, due, data, own.id)
	case due == j.due: // most turns: the index stays as it is
		return j.exec("write customer", `UPDATE customers SET data = ?, owner = ? WHERE msisdn = ?`, data, own.id, m)
	default:
		return j.exec("write customer", `UPDATE customers SET due = ?, data = ?, owner = ? WHERE msisdn = ?`, due, data, own.id, m)
	}
}

func (j *job) writeOrders(c *booking.Changes) error {
	for _, o := range c.Orders {
		if o.Customer != j.keys.Customer || o.Customer == 0 {
			return errForeign
		}
		n, err := j.writeOrder(o)
		if err != nil {
			return fmt.Errorf("sqlite: write order %d: %w", o.ID, err)
		}
		if n != 1 {
			return fmt.Errorf("%w: order %d", errForeign, o.ID)
		}
	}
	return nil
}

func (j *job) writeTexts(c *booking.Changes) error {
	for i := range c.Texts {
		m := &c.Texts[i]
		own, err := j.ownerOf(m.MSISDN)
		if err != nil {
			return err
		}
		body, err := j.s.codec.seal(own.name(m.MSISDN.String()), textBody{Text: m.Text, Source: m.Source, Dest: m.Dest,
			Link: m.Link, Session: m.Session, Hash: m.Hash, DupFloor: m.DupFloor})
		if err != nil {
			return fmt.Errorf("sqlite: write text: %w", err)
		}
		if err := j.exec("insert text", `INSERT INTO inbox (id, msisdn, at, state, body, owner) VALUES (?, ?, ?, ?, ?, ?)`,
			m.ID, uint64(m.MSISDN), past(m.At), uint8(m.State), body, own.id); err != nil {
			return err
		}
	}
	return nil
}

func (j *job) writeAttempts(c *booking.Changes) error {
	for _, id := range c.Settled {
		if err := j.exec("settle attempt", `DELETE FROM attempts WHERE id = ?`, id); err != nil {
			return err
		}
	}
	for i := range c.Attempts {
		a := &c.Attempts[i]
		if err := j.exec("insert attempt", `INSERT INTO attempts (id, msisdn, order_id, call, due, epoch) VALUES (?, ?, ?, ?, ?, ?)`,
			a.ID, uint64(a.Customer), reference(int64(a.Order)), uint8(a.Call), deadline(a.Due), a.Epoch); err != nil {
			return err
		}
	}
	return nil
}

func (j *job) writeReplies(c *booking.Changes) error {
	for i := range c.Replies {
		m := &c.Replies[i]
		own, err := j.ownerOf(m.MSISDN)
		if err != nil {
			return err
		}
		body, err := j.s.codec.seal(own.name(m.MSISDN.String()), replyBody{Text: m.Text, To: m.To, From: m.From, Link: m.Link, Avoid: m.Avoid})
		if err != nil {
			return fmt.Errorf("sqlite: write reply: %w", err)
		}
		if err := j.exec("insert reply", `INSERT INTO outbox (id, msisdn, state, copies, cause, flags, at, body, owner) VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?)`,
			m.ID, uint64(m.MSISDN), m.Copies, m.Cause, flags(m), past(m.At), body, own.id); err != nil {
			return err
		}
	}
	for _, id := range c.Retold {
		if err := j.exec("note undelivered reply", `UPDATE outbox SET flags = flags | 8 WHERE id = ?`, id); err != nil {
			return err
		}
	}
	for _, id := range c.Claimed {
		if err := j.exec("claim reply", `UPDATE outbox SET copies = copies + 1 WHERE id = ?`, id); err != nil {
			return err
		}
	}
	return nil
}

func (j *job) writeJournal(c *booking.Changes) error {
	for i := range c.Journal {
		e := &c.Journal[i]
		var minor any
		if e.Debit != "" || e.Credit != "" {
			minor = e.Amount.Minor
		}
		if err := j.exec("write journal", `INSERT INTO journal (id, at, msisdn, order_id, event, from_state, to_state, debit, credit, minor, currency, cause)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, e.ID, past(e.At), uint64(e.MSISDN), int64(e.Order), e.Event,
			optional(e.From), optional(e.To), optional(e.Debit), optional(e.Credit), minor, optional(e.Amount.Currency), e.Cause); err != nil {
			return err
		}
	}
	return nil
}

func (j *job) writeParts(c *booking.Changes) error {
	if c.DropPart != "" {
		if err := j.exec("drop parts", `DELETE FROM parts WHERE key = ?`, c.DropPart); err != nil {
			return err
		}
	}
	for i := range c.Parts {
		p := &c.Parts[i]
		var own owner
		if j.keys.Customer != 0 {
			var err error
			if own, err = j.mine(false); err != nil {
				return err
			}
		}
		body := j.s.codec.vault.Seal(booking.SecretText, own.name(partOwner+p.Key), p.Body)
		if err := j.exec("insert part", `INSERT INTO parts (key, seq, total, at, body, owner) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (key, seq) DO UPDATE SET total = excluded.total, at = excluded.at, body = excluded.body, owner = excluded.owner`,
			p.Key, p.Seq, p.Total, past(p.At), body, own.column()); err != nil {
			return err
		}
	}
	return nil
}
