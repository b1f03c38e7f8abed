package sqlite

import (
	"context"
	"time"

	"shortfare/booking"
	"shortfare/store/commit"
)

// inquiriesQuery begins with the columns that reply reads.
const inquiriesQuery = `SELECT b.id, b.msisdn, b.copies, b.cause, b.flags, b.at, b.body, b.owner, (SELECT secret FROM owners WHERE id = b.owner), s.link, s.message_id, s.wire
	FROM sent s JOIN outbox b ON b.id = s.outbox WHERE s.ask <= ? ORDER BY s.ask LIMIT ?`

// Inquiries lists submits without a final receipt that are to be asked about at
// or before now, the earliest first.
func (s *Store) Inquiries(ctx context.Context, now time.Time, limit int) (list []booking.Inquiry, err error) {
	err = s.read(ctx, "inquiries", func(tx *commit.Tx) error {
		return tx.Query(inquiriesQuery, func(r commit.Row) error {
			m, _, err := s.reply(r) // one that was erased has no addresses, and is not asked about
			m.Link = r.Text(9)
			list = append(list, booking.Inquiry{MT: m, MessageID: r.Text(10), Wire: r.Text(11)})
			return err
		}, now.UnixMilli(), limit)
	})
	return list, err
}

// writeAsked notes when submits are asked about again. One whose receipt came
// meanwhile is not awaited any more, or only for the sake of its other parts.
func (j *job) writeAsked(c *booking.Changes) error {
	for i := range c.Asked {
		a := &c.Asked[i]
		if err := j.exec("put off inquiry", `UPDATE sent SET ask = ? WHERE link = ? AND message_id = ? AND fate IS NULL`,
			deadline(a.Next), a.Link, a.MessageID); err != nil {
			return err
		}
	}
	return nil
}
