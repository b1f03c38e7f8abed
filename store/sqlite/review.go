package sqlite

import (
	"context"
	"fmt"

	"shortfare/booking"
	"shortfare/store/commit"
)

// reviewQuery names what the index orders_review holds.
const reviewQuery = `SELECT data FROM orders WHERE state = 10 ORDER BY id LIMIT ?`

// Reviews lists orders in review, the oldest first, without what is sealed of them.
func (s *Store) Reviews(ctx context.Context, limit int) (list []*booking.Order, err error) {
	err = s.read(ctx, "orders in review", func(tx *commit.Tx) error {
		list, err = s.inReview(tx, limit)
		return err
	})
	return list, err
}

func (s *Store) inReview(tx *commit.Tx, limit int) (list []*booking.Order, err error) {
	err = tx.Query(reviewQuery, func(r commit.Row) error {
		o, err := s.codec.decodeOrder(r.Bytes(0), nil, "", true)
		list = append(list, o)
		return err
	}, limit)
	return list, err
}

// reviews is Reviews for a turn.
func (j *job) reviews(limit int) ([]*booking.Order, error) {
	if j.tx == nil {
		return nil, commit.ErrTxDone
	}
	list, err := j.s.inReview(j.tx, limit)
	if err != nil {
		return nil, fmt.Errorf("sqlite: orders in review: %w", err)
	}
	return list, nil
}
