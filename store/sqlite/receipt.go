package sqlite

import (
	"fmt"
	"strings"
	"time"

	"shortfare/booking"
	"shortfare/store/commit"
)

// early is how much older than its message a receipt may look, for clocks that
// were set back. An older one is about an earlier message: carriers use their
// message ids again.
const early = time.Minute

const (
	waitingQuery = `SELECT id, state FROM receipts WHERE link = ? AND message_id = ? AND outbox IS NULL
		AND coalesce(at >= (SELECT at FROM outbox WHERE id = ?) - ?, 1) ORDER BY id`
	awaitedQuery = `SELECT outbox FROM sent WHERE link = ? AND message_id = ?`
	// Two messages may share another form of their ids: the phone must agree.
	waitingFormQuery = `SELECT id, state FROM receipts WHERE link = ? AND message_id = ? AND outbox IS NULL
		AND coalesce(at >= (SELECT at FROM outbox WHERE id = ?3) - ?4, 1) AND msisdn = (SELECT msisdn FROM outbox WHERE id = ?3) ORDER BY id`
	awaitedFormQuery = `SELECT s.outbox FROM sent s JOIN outbox o ON o.id = s.outbox WHERE s.link = ? AND s.message_id = ? AND o.msisdn = ?`
)

// verdict is what a receipt says about its message for good (SMPP 3.4
// Appendix B); false for one that says nothing final.
func verdict(state string) (booking.MTState, bool) {
	switch strings.ToUpper(state) {
	case "DELIVRD", "DELIVERED":
		return booking.MTDelivered, true
	case "UNDELIV", "UNDELIVERABLE", "EXPIRED", "DELETED", "REJECTD", "REJECTED":
		return booking.MTUndeliverable, true
	}
	return 0, false // ENROUTE, ACCEPTD, UNKNOWN and carriers' own
}

// writeSent settles rows of the outbox. What is known better already stands: a
// late answer to one copy does not undo another's acknowledgement or receipt.
func (j *job) writeSent(c *booking.Changes) error {
	for i := range c.Sent {
		s := &c.Sent[i]
		var status any
		if s.Status != 0 {
			status = s.Status
		}
		if err := j.exec("settle reply", `UPDATE outbox SET state = ?1, link = ?2, message_id = ?3, status = ?4, bind = nullif(?6, 0)
			WHERE id = ?5 AND (state IN (0, 3) OR state = 2 AND ?1 = 1)`,
			uint8(s.State), optional(s.Link), optional(s.MessageID), status, s.ID, int64(s.Bind)); err != nil {
			return err
		}
		if s.Receipt && s.MessageID != "" {
			if err := j.await(s); err != nil {
				return err
			}
		}
	}
	return nil
}

// await keeps the message's ids for the receipts to come, and matches it with
// those that overtook the answer. All ids first: one receipt must not make a long
// text delivered.
func (j *job) await(s *booking.Sent) error {
	parts := append([]booking.Taken{{MessageID: s.MessageID, Forms: s.Forms, Wire: s.Wire}}, s.Rest...)
	var whole any
	if len(parts) > 1 {
		whole = s.MessageID
	}
	for _, p := range parts {
		var ask any
		if p.Wire != "" {
			ask = deadline(s.AskAt)
		}
		if err := j.exec("await receipt", `INSERT OR REPLACE INTO sent (link, message_id, outbox, whole, ask, wire) SELECT ?, ?, id, ?, ?, ? FROM outbox WHERE id = ?`,
			s.Link, p.MessageID, whole, ask, optional(p.Wire), s.ID); err != nil {
			return err
		}
	}
	for _, p := range parts {
		list, err := j.waiting(s, p)
		if err != nil {
			return fmt.Errorf("sqlite: match receipts: %w", err)
		}
		for _, w := range list {
			if err := j.exec("match receipt", `UPDATE receipts SET outbox = ? WHERE id = ?`, s.ID, w.id); err != nil {
				return err
			}
			if err := j.claim(w.id, s.ID); err != nil {
				return err
			}
			if err := j.conclude(s.Link, p.MessageID, s.ID, w.state); err != nil {
				return err
			}
		}
	}
	return nil
}

// waiting is a stored receipt without its message.
type waiting struct {
	id    int64
	state string
}

// waiting lists the receipts for a part of s that came before the answer.
func (j *job) waiting(s *booking.Sent, p booking.Taken) (list []waiting, err error) {
	scan := func(r commit.Row) error {
		list = append(list, waiting{r.Int64(0), r.Text(1)})
		return nil
	}
	err = j.tx.Query(waitingQuery, scan, s.Link, p.MessageID, s.ID, early.Milliseconds())
	for i := 0; i < len(p.Forms) && err == nil && len(list) == 0; i++ {
		err = j.tx.Query(waitingFormQuery, scan, s.Link, p.Forms[i], s.ID, early.Milliseconds())
	}
	return list, err
}

// awaited finds the message that a receipt is about: its row, 0 when it is not
// known yet, and the id that it is awaited under.
func (j *job) awaited(r *booking.Receipt) (outbox int64, id string, err error) {
	scan := func(row commit.Row) error {
		outbox = row.Int64(0)
		return nil
	}
	id = r.MessageID
	found, err := j.tx.Get(awaitedQuery, scan, r.Link, id)
	for i := 0; i < len(r.Forms) && !found && err == nil && r.MSISDN != 0; i++ {
		id = r.Forms[i]
		found, err = j.tx.Get(awaitedFormQuery, scan, r.Link, id, uint64(r.MSISDN))
	}
	return outbox, id, err
}

// conclude applies a matched receipt. Of two copies one delivered is enough.
func (j *job) conclude(link, messageID string, outbox int64, state string) error {
	final, ok := verdict(state)
	if !ok {
		return nil
	}
	final, settled, err := j.settlePart(link, messageID, final)
	if err != nil || !settled {
		return err
	}
	return j.exec("apply receipt", `UPDATE outbox SET state = ? WHERE id = ? AND state <> 4`, uint8(final), outbox)
}

func (j *job) writeReceipts(c *booking.Changes) error {
	for i := range c.Receipts {
		r := &c.Receipts[i]
		outbox, id, err := j.awaited(r)
		if err != nil {
			return fmt.Errorf("sqlite: match receipt: %w", err)
		}
		var known any
		if outbox != 0 {
			known = outbox
		}
		own, err := j.receiptOwner(r.MSISDN, outbox)
		if err != nil {
			return err
		}
		raw := j.s.codec.vault.Seal(booking.SecretText, own.name(receiptOwner+r.MessageID), []byte(r.Raw))
		if err := j.exec("insert receipt", `INSERT INTO receipts (id, link, message_id, state, at, outbox, raw, msisdn, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			j.s.newID(), r.Link, r.MessageID, r.State, past(r.At), known, raw, uint64(r.MSISDN), own.column()); err != nil {
			return err
		}
		if outbox != 0 {
			if err := j.conclude(r.Link, id, outbox, r.State); err != nil {
				return err
			}
		}
	}
	return nil
}

// receiptOwner is whose a receipt is: the customer's whom its message went to, or
// whose phone it names. While nobody knows, it is sealed for its message id alone.
func (j *job) receiptOwner(phone booking.MSISDN, outbox int64) (o owner, err error) {
	if outbox != 0 {
		if _, err := j.tx.Get(`SELECT msisdn FROM outbox WHERE id = ?`, func(r commit.Row) error { phone = booking.MSISDN(r.Int64(0)); return nil }, outbox); err != nil {
			return o, fmt.Errorf("sqlite: read owner: %w", err)
		}
	}
	if phone == 0 {
		return o, nil // also when the message was pruned and the receipt names nobody
	}
	if outbox != 0 {
		return j.ownerOf(phone)
	}
	_, err = j.tx.Get(ownerQuery, func(r commit.Row) error { o, _ = sealer(r, 0, 1); return nil }, uint64(phone))
	if err != nil {
		return o, fmt.Errorf("sqlite: read owner: %w", err)
	}
	return o, nil
}

// claim seals a receipt for the customer of the message it was found to be about.
func (j *job) claim(receipt, outbox int64) error {
	var id string
	var raw []byte
	found, err := j.tx.Get(`SELECT message_id, raw FROM receipts WHERE id = ? AND owner IS NULL`, func(r commit.Row) (err error) {
		id = r.Text(0)
		raw, err = j.s.codec.vault.Open(booking.SecretText, receiptOwner+id, r.Bytes(1))
		return err
	}, receipt)
	if err != nil {
		return fmt.Errorf("sqlite: receipt %d: %w", receipt, err)
	}
	if !found {
		return nil
	}
	o, err := j.receiptOwner(0, outbox)
	if err != nil {
		return err
	}
	return j.exec("seal receipt", `UPDATE receipts SET raw = ?, owner = ? WHERE id = ?`,
		j.s.codec.vault.Seal(booking.SecretText, o.name(receiptOwner+id), raw), o.column(), receipt)
}
