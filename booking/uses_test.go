package booking

import (
	"context"
	"time"
)

// Uses lists what debits of accounts came to since then.
func (s *memStore) Uses(_ context.Context, since time.Time) (list []AccountUse, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.uses {
		if !u.At.Before(since) {
			list = append(list, u)
		}
	}
	return list, nil
}
