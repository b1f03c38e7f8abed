package sqlite

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/store/storetest"
)

// Ids stay above whatever was given out, whatever the clock says and whatever
// was deleted, and after a crash.
func TestIDsSurviveCrashClockAndDeletion(t *testing.T) {
	dir := t.TempDir()
	o := options(t, dir)
	now := storetest.Noon()
	o.Now = func() time.Time { return now }
	s := open(t, o)
	var first, last int64
	give := func(s *Store, n int) {
		require.NoError(t, s.Do(t.Context(), booking.Keys{}, func(v *booking.View) (*booking.Changes, error) {
			first = v.NewID()
			for range n {
				last = v.NewID()
			}
			return nil, booking.ErrNoChange
		}))
	}
	give(s, 10)
	require.Equal(t, now.Sub(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)).Milliseconds()<<8, first, "ids tell their time")
	for range 10 {
		give(s, idBlock/3) // beyond what was reserved at the start
	}
	own := last
	require.Greater(t, s.ids.reserved.Load(), last, "noted, so that not every turn reserves")
	crash := copyFiles(t, dir) // nothing of these ids is in any row
	now = now.Add(-24 * time.Hour)
	o.Path = filepath.Join(crash, "test.db")
	again := open(t, o)
	give(again, 1)
	require.Greater(t, first, own)
	require.LessOrEqual(t, first, own+idBlock+1)

	require.NoError(t, s.Close())
	o.Path = filepath.Join(dir, "test.db")
	s = open(t, o)
	give(s, 1)
	require.Equal(t, own+1, first, "an orderly end skips none")
}

// copyFiles is what a crash leaves: the file and its log, as they are now.
func copyFiles(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	for _, name := range []string{"test.db", "test.db-wal"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(to, name), b, 0o600))
	}
	return to
}
