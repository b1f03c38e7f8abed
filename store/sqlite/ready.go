package sqlite

import (
	"context"
	"time"

	"shortfare/booking"
	"shortfare/store/commit"
)

const (
	probeSize  = 64 << 10    // what must fit before texts are accepted again
	probeEvery = time.Second // how often a full disk is looked at
)

// Ready fails with booking.ErrStoreDown when the store has stopped or closed,
// and while the disk is full. It costs nothing when all is well; after a full
// disk it tries itself, once a second at most, whether there is room again,
// since no text would be let in to find out. Not to be called from decide or done.
func (s *Store) Ready(ctx context.Context) error {
	if down := s.down.Load(); down != nil {
		return *down
	}
	if !s.full.Load() {
		return nil
	}
	s.probeMu.Lock()
	defer s.probeMu.Unlock()
	if !s.full.Load() {
		return nil
	}
	if now := s.now(); now.Sub(s.probed).Abs() >= probeEvery {
		s.probed = now
		return s.probe(ctx)
	}
	return refused(commit.ErrDiskFull)
}

// probe writes as much as a batch may need and takes it back. The pages stay
// in the file, free for the batches that follow.
func (s *Store) probe(ctx context.Context) error {
	for _, query := range []string{`INSERT OR REPLACE INTO probe (id, fill) VALUES (1, zeroblob(?))`, `DELETE FROM probe WHERE ? > 0`} {
		j := &job{s: s, changes: &booking.Changes{}}
		err := j.settle(s.db.Do(ctx, func(tx *commit.Tx) error {
			_, _, err := tx.Exec(query, probeSize)
			return err
		}))
		if err != nil {
			return err
		}
	}
	return nil
}
