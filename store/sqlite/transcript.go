package sqlite

import (
	"context"
	"fmt"

	"shortfare/booking"
	"shortfare/store/commit"
)

// TextsOf looks for texts of a customer among rows rows of the inbox below before
// (0 for the newest), newest first, at most limit. low is the lowest id that was
// looked at: what is below it is still to be looked at; 0 when nothing is. One that
// was erased has no words.
func (r *Reader) TextsOf(ctx context.Context, m booking.MSISDN, before int64, rows, limit int) (list []booking.MO, low int64, err error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	err = r.s.read(ctx, "texts", func(tx *commit.Tx) error {
		if _, err := tx.Get(`SELECT id FROM inbox WHERE id < ? ORDER BY id DESC LIMIT 1 OFFSET ?`, func(row commit.Row) error {
			low = row.Int64(0)
			return nil
		}, before, rows-1); err != nil {
			return err
		}
		err := tx.Query(`SELECT i.id, i.at, i.state, i.body, i.owner, (SELECT secret FROM owners WHERE id = i.owner)
			FROM inbox i WHERE i.id < ? AND i.id >= ? AND i.msisdn = ? ORDER BY i.id DESC LIMIT ?`, func(row commit.Row) error {
			t := booking.MO{ID: row.Int64(0), MSISDN: m, At: instant(row, 1), State: booking.MOState(row.Int64(2))}
			list = append(list, t)
			own, erased := sealer(row, 4, 5)
			if erased {
				return nil
			}
			var b textBody
			if err := r.s.codec.open(own.name(m.String()), row.Bytes(3), &b); err != nil {
				return fmt.Errorf("text %d: %w", t.ID, err)
			}
			list[len(list)-1].Text, list[len(list)-1].Link = b.Text, b.Link
			return nil
		}, before, low, uint64(m), limit)
		if len(list) == limit {
			low = list[limit-1].ID
		}
		return err
	})
	return list, low, err
}

// RepliesOf gives the replies to a customer with ids from `from` on and below
// before (0 for the newest), oldest first, at most limit.
func (r *Reader) RepliesOf(ctx context.Context, m booking.MSISDN, from, before int64, limit int) (list []booking.Answer, err error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	err = r.s.read(ctx, "replies", func(tx *commit.Tx) error {
		return tx.Query(replyColumns+`WHERE b.id >= ? AND b.id < ? AND b.msisdn = ? ORDER BY b.id LIMIT ?`, func(row commit.Row) error {
			mt, _, err := r.s.reply(row)
			list = append(list, booking.Answer{MT: mt, State: booking.MTState(row.Int64(9)), Over: row.Text(10)})
			return err
		}, from, before, uint64(m), limit)
	})
	return list, err
}
