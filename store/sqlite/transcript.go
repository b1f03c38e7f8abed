package sqlite

import (
	"context"
	"slices"

	"shortfare/booking"
	"shortfare/store/commit"
)

// transcriptPage is how many texts of all customers one snapshot looks through: texts
// have no index by customer, which every one of them would have to pay for.
const transcriptPage = 20000

// Transcript gives the newest texts of a customer, at most limit, and the replies to him
// from the first of them on, oldest first. It reads back from the newest text of all
// customers until it has them. Those that were erased have no words.
func (s *Store) Transcript(ctx context.Context, m booking.MSISDN, limit int) (texts []booking.MO, replies []booking.Answer, err error) {
	from := int64(0)
	for len(texts) < limit {
		list, low, err := s.TextsOf(ctx, m, from, transcriptPage, limit-len(texts))
		if err != nil {
			return nil, nil, err
		}
		texts, from = append(texts, list...), low
		if low == 0 {
			break
		}
	}
	if limit <= 0 {
		return nil, nil, nil
	}
	slices.Reverse(texts)
	replies, err = s.RepliesOf(ctx, m, from, 0, 1000+10*limit) // an answer each, and notices
	return texts, replies, err
}

// TextsOf looks for texts of a customer among rows rows of the inbox below before
// (0 for the newest), newest first, at most limit. low is the lowest id that was
// looked at: what is below it is still to be looked at; 0 when nothing is. One that
// was erased has no words.
func (s *Store) TextsOf(ctx context.Context, m booking.MSISDN, before int64, rows, limit int) (list []booking.MO, low int64, err error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	err = s.read(ctx, "texts", func(tx *commit.Tx) error {
		if _, err := tx.Get(`SELECT id FROM inbox WHERE id < ? ORDER BY id DESC LIMIT 1 OFFSET ?`, func(row commit.Row) error {
			low = row.Int64(0)
			return nil
		}, before, rows-1); err != nil {
			return err
		}
		err := tx.Query(`SELECT i.id, i.msisdn, i.at, i.state, i.body, i.owner, (SELECT secret FROM owners WHERE id = i.owner)
			FROM inbox i WHERE i.id < ? AND i.id >= ? AND i.msisdn = ? ORDER BY i.id DESC LIMIT ?`, func(row commit.Row) error {
			_, text, err := s.text(row)
			list = append(list, text)
			return err
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
func (s *Store) RepliesOf(ctx context.Context, m booking.MSISDN, from, before int64, limit int) (list []booking.Answer, err error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	err = s.read(ctx, "replies", func(tx *commit.Tx) error {
		return tx.Query(replyColumns+`WHERE b.id >= ? AND b.id < ? AND b.msisdn = ? ORDER BY b.id LIMIT ?`, func(row commit.Row) error {
			mt, _, err := s.reply(row)
			list = append(list, booking.Answer{MT: mt, State: booking.MTState(row.Int64(9)), Over: row.Text(10)})
			return err
		}, from, before, uint64(m), limit)
	})
	return list, err
}
