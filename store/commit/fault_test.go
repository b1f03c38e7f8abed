package commit

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	sqlite3 "github.com/mattn/go-sqlite3"
	"github.com/stretchr/testify/require"
)

func TestDiskFullLosesNothingAndResumes(t *testing.T) {
	o := testOptions(t)
	o.MaxPages = 40
	db := open(t, o)
	big := make([]byte, 9000)
	kept := map[int]bool{}
	put := func(n int, swallow bool) error {
		return db.Do(ctx, func(tx *Tx) error {
			_, _, err := tx.Exec(insertItem, 1, n, big)
			if swallow {
				return nil
			}
			return err
		})
	}
	n := 0
	for ; ; n++ {
		err := put(n, false)
		if err != nil {
			require.ErrorIs(t, err, ErrDiskFull)
			break
		}
		kept[n] = true
		require.Less(t, n, 100)
	}
	require.NotEmpty(t, kept)

	// A batch that meets the wall is undone whole; nobody is told otherwise,
	// not even a job that refused by itself or swallowed the error.
	release := gate(t, db)
	results := make(chan error, 3)
	own := errors.New("own")
	require.NoError(t, db.Submit(func(tx *Tx) error { _, _, err := tx.Exec(addTotal, 1); return err }, func(err error) { results <- err }))
	require.NoError(t, db.Submit(func(*Tx) error { return own }, func(err error) { results <- err }))
	require.NoError(t, db.Submit(func(tx *Tx) error { _, _, _ = tx.Exec(insertItem, 2, 1, big); return nil }, func(err error) { results <- err }))
	release()
	for range 3 {
		err := <-results
		require.ErrorIs(t, err, ErrDiskFull)
		require.NotErrorIs(t, err, own)
	}
	require.ErrorIs(t, put(n, true), ErrDiskFull, "a swallowed error still counts")
	require.EqualValues(t, 3, db.Stats().DiskFull)

	require.NoError(t, db.SetMaxPages(ctx, 0))
	require.NoError(t, put(n, false), "service resumes by itself")
	kept[n] = true
	require.EqualValues(t, len(kept), count(t, db))
	require.NoError(t, db.Do(ctx, func(tx *Tx) error {
		found, err := tx.Get(`SELECT 1 FROM total`, func(Row) error { return nil })
		if found {
			return errors.New("a job of the batch that failed was kept")
		}
		return err
	}))
	require.NoError(t, db.Close())
	require.EqualValues(t, len(kept), count(t, open(t, o)))
}

func TestFatalCommitInPairs(t *testing.T) {
	fsync := sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: sqlite3.ErrIoErrFsync, SystemErrno: syscall.ENOSPC}
	for _, c := range []struct {
		name string
		wrap func(func() error) error
		want int64 // rows after the file is opened again
	}{
		{"failed and not done", func(func() error) error { return fsync }, 1},
		{"failed but done", func(commit func() error) error { return errors.Join(commit(), fsync) }, 3},
		{"odd error but done", func(commit func() error) error { return errors.Join(commit(), errors.New("odd")) }, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := testOptions(t)
			broken := false // the writer's
			o.WrapCommit = func(commit func() error) error {
				if broken {
					return c.wrap(commit)
				}
				return commit()
			}
			fatals := make(chan error, 2)
			o.OnFatal = func(err error) { fatals <- err }
			db := open(t, o)
			require.NoError(t, db.Do(ctx, insert(1, 1)))
			release := gate(t, db)
			results := make(chan error, 4)
			note := func(err error) { results <- err }
			require.NoError(t, db.Submit(func(tx *Tx) error { broken = true; return insert(1, 2)(tx) }, note))
			require.NoError(t, db.Submit(insert(1, 3), note))
			require.NoError(t, db.enqueue(item{step: func(*conn) error { return nil }, done: note}))
			require.NoError(t, db.Submit(insert(1, 4), note))
			release()
			require.ErrorIs(t, <-fatals, ErrFatal)
			for range 4 {
				require.ErrorIs(t, <-results, ErrFatal, "the batch and what waited behind it")
			}
			require.ErrorIs(t, db.Submit(insert(1, 5), nil), ErrFatal)
			require.ErrorIs(t, db.Read(ctx, func(*Tx) error { return nil }), ErrFatal)
			require.ErrorIs(t, db.Close(), ErrFatal)
			require.Empty(t, fatals, "OnFatal once")

			o.WrapCommit = nil
			require.Equal(t, c.want, count(t, open(t, o)))
		})
	}
}

func TestMildCommitFailureUndoesTheBatch(t *testing.T) {
	o := testOptions(t)
	busy := false
	o.WrapCommit = func(commit func() error) error {
		if busy {
			return sqlite3.Error{Code: sqlite3.ErrBusy}
		}
		return commit()
	}
	db := open(t, o)
	err := db.Do(ctx, func(tx *Tx) error { busy = true; return insert(1, 1)(tx) })
	require.Error(t, err)
	require.NotErrorIs(t, err, ErrFatal)
	require.NoError(t, db.between(ctx, func(*conn) error { busy = false; return nil }))
	require.NoError(t, db.Do(ctx, insert(1, 2)))
	require.EqualValues(t, 1, count(t, db))
}

func TestGoexitInAJobStopsInsteadOfHanging(t *testing.T) {
	db := open(t, testOptions(t))
	require.ErrorIs(t, db.Do(ctx, func(*Tx) error { runtime.Goexit(); return nil }), ErrFatal)
	require.ErrorIs(t, db.Do(ctx, insert(1, 1)), ErrFatal)
	require.ErrorIs(t, db.Close(), ErrFatal)
}

func TestJudge(t *testing.T) {
	io := func(x sqlite3.ErrNoExtended, errno syscall.Errno) error {
		return sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: x, SystemErrno: errno}
	}
	for _, c := range []struct {
		err  error
		want severity
	}{
		{nil, mild}, {errors.New("own"), mild}, {sqlite3.Error{Code: sqlite3.ErrConstraint}, mild},
		{sqlite3.Error{Code: sqlite3.ErrFull}, full}, {io(sqlite3.ErrIoErrSHMSize, syscall.ENOSPC), full}, {io(sqlite3.ErrIoErrWrite, syscall.EDQUOT), full},
		{io(sqlite3.ErrIoErrFsync, syscall.ENOSPC), fatal}, {io(sqlite3.ErrIoErrDirFsync, syscall.EDQUOT), fatal},
		{io(sqlite3.ErrIoErrWrite, syscall.EIO), fatal}, {sqlite3.Error{Code: sqlite3.ErrCorrupt}, fatal}, {sqlite3.Error{Code: sqlite3.ErrReadonly}, fatal},
	} {
		require.Equal(t, c.want, judge(c.err), "%v", c.err)
	}
}

func TestMigrations(t *testing.T) {
	o := testOptions(t)
	db := open(t, o)
	require.NoError(t, db.Do(ctx, insert(1, 1)))
	require.NoError(t, db.Close())

	two := o
	two.Migrations = append([]string{testSchema}, `ALTER TABLE item ADD COLUMN more TEXT; UPDATE item SET more = 'm'`)
	db = open(t, two)
	require.NoError(t, db.Do(ctx, func(tx *Tx) error {
		_, err := tx.Get(`SELECT more, (SELECT max(version) FROM schema_version) FROM item`, func(r Row) error {
			if r.Text(0) != "m" || r.Int64(1) != 2 {
				return errors.New("not migrated")
			}
			return nil
		})
		return err
	}))
	require.NoError(t, db.Close())

	_, err := Open(o)
	require.ErrorIs(t, err, ErrNewerSchema)
	require.ErrorContains(t, err, "version 2, this program knows 1")

	changed := two
	changed.Migrations = []string{testSchema + " ", two.Migrations[1]}
	_, err = Open(changed)
	require.ErrorIs(t, err, ErrMigrationChanged)

	for _, bad := range []string{`CREATE TABLE a (x); CREATE TABLE item (x)`, `CREATE TABLE a (x); COMMIT`} {
		broken := two
		broken.Migrations = append(append([]string{}, two.Migrations...), bad)
		_, err = Open(broken)
		require.ErrorContains(t, err, "migration 3")
	}
	three := two
	three.Migrations = append(append([]string{}, two.Migrations...), `CREATE TABLE IF NOT EXISTS a (x)`)
	require.EqualValues(t, 1, count(t, open(t, three)), "a migration that failed leaves the file as it was")
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage")
	require.NoError(t, os.WriteFile(garbage, make([]byte, 5000), 0o600))
	_, err := Open(Options{Path: garbage})
	require.ErrorContains(t, err, "not a database")
	for _, path := range []string{"", ":memory:", filepath.Join(garbage, "below")} {
		_, err := Open(Options{Path: path})
		require.Error(t, err, path)
	}
	db := open(t, Options{Path: filepath.Join(dir, "odd ?#%41.db"), Migrations: []string{testSchema}})
	require.NoError(t, db.Do(ctx, insert(1, 1)))
	require.FileExists(t, filepath.Join(dir, "odd ?#%41.db"))
}
