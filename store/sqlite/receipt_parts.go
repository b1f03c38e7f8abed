package sqlite

import (
	"fmt"

	"shortfare/booking"
	"shortfare/store/commit"
)

const (
	wholeQuery  = `SELECT whole FROM sent WHERE link = ? AND message_id = ?`
	othersQuery = `SELECT 1 FROM sent WHERE link = ? AND whole = ? AND fate IS NOT 4 LIMIT 1`
)

// settlePart notes what became of a submit and ends the wait for its receipt.
// settled tells whether the message's own fate is known by it: a text in one
// piece is what its submit is; a long one is delivered with its last part, and
// undeliverable with the first that is. Ids of a long text stay until all is
// delivered: a part that failed may yet arrive.
func (j *job) settlePart(link, messageID string, final booking.MTState) (fate booking.MTState, settled bool, err error) {
	var whole string
	if _, err := j.tx.Get(wholeQuery, func(r commit.Row) error {
		whole = r.Text(0) // "" for NULL
		return nil
	}, link, messageID); err != nil {
		return 0, false, fmt.Errorf("sqlite: read awaited part: %w", err)
	}
	if whole == "" {
		return final, true, j.exec("end wait", `DELETE FROM sent WHERE link = ? AND message_id = ?`, link, messageID)
	}
	if err := j.exec("note part", `UPDATE sent SET fate = ?, ask = NULL WHERE link = ? AND message_id = ?`, uint8(final), link, messageID); err != nil {
		return 0, false, err
	}
	if final != booking.MTDelivered {
		return final, true, nil
	}
	open, err := j.tx.Get(othersQuery, func(commit.Row) error { return nil }, link, whole)
	if err != nil {
		return 0, false, fmt.Errorf("sqlite: read parts: %w", err)
	}
	if open {
		return 0, false, nil
	}
	return final, true, j.exec("end wait", `DELETE FROM sent WHERE link = ? AND whole = ?`, link, whole)
}
