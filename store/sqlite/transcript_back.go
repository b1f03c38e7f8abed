package sqlite

import (
	"context"
	"fmt"
	"slices"

	"shortfare/booking"
	"shortfare/store/commit"
)

// transcriptPage is how many rows of all customers one snapshot looks through: texts
// have no index by customer, which every one of them would have to pay for.
const transcriptPage = 20000

// Transcript gives the newest texts of a customer and the newest replies to him, at
// most limit of each, oldest first. It reads back from the newest row of all
// customers until it has them. Those that were erased have no words.
func (s *Store) Transcript(ctx context.Context, m booking.MSISDN, limit int) (texts []booking.MO, replies []booking.MT, err error) {
	err = s.newest(ctx, "inbox", limit, func(tx *commit.Tx, low, high int64, left int) (n int, err error) {
		err = tx.Query(`SELECT i.id, i.msisdn, i.at, i.state, i.body, i.owner, (SELECT secret FROM owners WHERE id = i.owner) FROM inbox i
			WHERE i.id >= ? AND i.id < ? AND i.msisdn = ? ORDER BY i.id DESC LIMIT ?`, func(r commit.Row) error {
			_, text, err := s.text(r)
			texts = append(texts, text)
			n++
			return err
		}, low, high, uint64(m), left)
		return n, err
	})
	if err != nil {
		return nil, nil, err
	}
	err = s.newest(ctx, "outbox", limit, func(tx *commit.Tx, low, high int64, left int) (n int, err error) {
		err = tx.Query(replyColumns+`WHERE b.id >= ? AND b.id < ? AND b.msisdn = ? ORDER BY b.id DESC LIMIT ?`, func(r commit.Row) error {
			reply, _, err := s.reply(r)
			replies = append(replies, reply)
			n++
			return err
		}, low, high, uint64(m), left)
		return n, err
	})
	slices.Reverse(texts)
	slices.Reverse(replies)
	return texts, replies, err
}

// newest gives ranges of a table's ids to read, the newest first, until limit rows
// were found or the table ends. read returns how many it found.
func (s *Store) newest(ctx context.Context, table string, limit int, read func(tx *commit.Tx, low, high int64, left int) (int, error)) error {
	high := int64(1) << 62
	for limit > 0 {
		low, rows := int64(0), int64(0)
		err := s.read(ctx, "transcript", func(tx *commit.Tx) error {
			_, err := tx.Get(fmt.Sprintf(`SELECT coalesce(min(id), 0), count(*) FROM (SELECT id FROM %s WHERE id < ? ORDER BY id DESC LIMIT ?)`, table),
				func(r commit.Row) error { low, rows = r.Int64(0), r.Int64(1); return nil }, high, transcriptPage)
			if err != nil || rows == 0 {
				return err
			}
			n, err := read(tx, low, high, limit)
			limit -= n
			return err
		})
		if err != nil || rows < transcriptPage {
			return err
		}
		high = low
	}
	return nil
}
