package commit

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func openRead(t *testing.T, o Options) *DB {
	t.Helper()
	db, err := OpenRead(o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestReadBesideTheWriter(t *testing.T) {
	o := testOptions(t)
	w := open(t, o)
	require.NoError(t, w.Do(ctx, insert(1, 1)))
	r := openRead(t, o)
	require.EqualValues(t, 1, count(t, r))
	require.NoError(t, w.Do(ctx, insert(1, 2)))
	require.EqualValues(t, 2, count(t, r), "each snapshot is of the last commit")
	require.NoError(t, r.Read(ctx, func(tx *Tx) error {
		require.NoError(t, w.Do(ctx, insert(1, 3)), "the writer does not wait")
		_, _, err := tx.Exec(insertItem, 1, 9, nil)
		require.Error(t, err, "read only")
		return nil
	}))
	require.ErrorIs(t, r.Submit(insert(1, 4), nil), ErrReadOnly)
	require.ErrorIs(t, r.Do(ctx, insert(1, 4)), ErrReadOnly)
	_, err := Open(o)
	require.ErrorIs(t, err, ErrLocked, "a reader gives nobody the file")
	require.NoError(t, r.Close())
	require.NoError(t, r.Close())
	require.ErrorIs(t, r.Read(ctx, func(*Tx) error { return nil }), ErrClosed)
	require.ErrorIs(t, r.Submit(insert(1, 4), nil), ErrClosed)
	require.EqualValues(t, 3, count(t, w))
	require.NoError(t, w.Do(ctx, insert(1, 4)))
}

// A writer that stops while a reader has the file open closes in good order, and the
// next one finds everything.
func TestWriterComesAndGoesBesideAReader(t *testing.T) {
	o := testOptions(t)
	w := open(t, o)
	require.NoError(t, w.Do(ctx, insert(1, 1)))
	r := openRead(t, o)
	require.EqualValues(t, 1, count(t, r))
	require.NoError(t, w.Close())
	require.EqualValues(t, 1, count(t, r))
	w = open(t, o)
	require.NoError(t, w.Do(ctx, insert(1, 2)))
	require.EqualValues(t, 2, count(t, r))
	require.NoError(t, w.Close())
	require.NoError(t, r.Close(), "the last to close writes nothing")
	w = open(t, o)
	require.EqualValues(t, 2, count(t, w))
}

// Reading when no service runs changes no byte of the file.
func TestReadAlone(t *testing.T) {
	o := testOptions(t)
	w := open(t, o)
	require.NoError(t, w.Do(ctx, insert(1, 1)))
	require.NoError(t, w.Close())
	before, err := os.ReadFile(o.Path)
	require.NoError(t, err)
	r := openRead(t, o)
	require.EqualValues(t, 1, count(t, r))
	require.NoError(t, r.Close())
	after, err := os.ReadFile(o.Path)
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.EqualValues(t, 1, count(t, open(t, o)))
}

// Another process writes, is killed, and leaves its log: readers beside it and
// after it see whole jobs, and take nothing from the log.
func TestReadBesideAnotherProcess(t *testing.T) {
	o := testOptions(t)
	require.NoError(t, os.MkdirAll(filepath.Dir(o.Path), 0o700))
	cmd, lines := startChild(t, o.Path)
	require.True(t, lines.Scan())
	r := openRead(t, o)
	last := int64(-1)
	look := func(r *DB) {
		require.NoError(t, r.Read(ctx, func(tx *Tx) error {
			_, err := tx.Get(`SELECT count(*), max(n), (SELECT n FROM total) FROM item`, func(row Row) error {
				require.Equal(t, row.Int64(1)+1, row.Int64(0), "in order, without a gap")
				require.Equal(t, row.Int64(2), row.Int64(0), "a job is there whole or not at all")
				require.GreaterOrEqual(t, row.Int64(1), last, "nothing goes back")
				last = row.Int64(1)
				return nil
			})
			return err
		}))
	}
	for range 300 {
		require.True(t, lines.Scan())
		look(r)
	}
	acked, err := strconv.ParseInt(lines.Text(), 10, 64)
	require.NoError(t, err)
	require.NoError(t, cmd.Process.Kill())
	for lines.Scan() {
	}
	_ = cmd.Wait()
	look(r)
	require.NoError(t, r.Close())
	require.GreaterOrEqual(t, last, acked)

	again := openRead(t, o) // nobody has the file: the log is still there
	look(again)
	require.NoError(t, again.Close())
	require.Equal(t, last+1, count(t, open(t, o)))
}

func TestOpenReadRefuses(t *testing.T) {
	o := testOptions(t)
	_, err := OpenRead(o)
	require.ErrorIs(t, err, ErrNoFile)
	require.NoFileExists(t, o.Path)
	require.NoDirExists(t, filepath.Dir(o.Path), "nothing is made")
	require.NoError(t, open(t, o).Close())

	two := o
	two.Migrations = append([]string{testSchema}, `CREATE TABLE more (x INTEGER)`)
	_, err = OpenRead(two)
	require.ErrorIs(t, err, ErrOlderSchema)
	require.ErrorContains(t, err, "start the service once")
	changed := o
	changed.Migrations = []string{testSchema + " "}
	_, err = OpenRead(changed)
	require.ErrorIs(t, err, ErrMigrationChanged)
	require.NoError(t, open(t, two).Close())
	_, err = OpenRead(o)
	require.ErrorIs(t, err, ErrNewerSchema)

	garbage := filepath.Join(t.TempDir(), "garbage")
	require.NoError(t, os.WriteFile(garbage, make([]byte, 5000), 0o600))
	for _, path := range []string{garbage, filepath.Join(garbage, "below"), t.TempDir()} {
		_, err = OpenRead(Options{Path: path, Migrations: []string{testSchema}})
		require.Error(t, err, path)
	}
	link := o.Path + ".link"
	require.NoError(t, os.Symlink(o.Path, link))
	two.Path = link
	require.Zero(t, count(t, openRead(t, two)))
}
