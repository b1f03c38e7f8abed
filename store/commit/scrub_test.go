package commit

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const scrubSchema = `CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB NOT NULL) STRICT`

// found tells which files of a database hold something.
func found(t *testing.T, path, what string) (where []string) {
	t.Helper()
	for _, end := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + end)
		if end != "" && os.IsNotExist(err) {
			continue
		}
		require.NoError(t, err)
		if bytes.Contains(b, []byte(what)) {
			where = append(where, filepath.Ext(path+end))
		}
	}
	return where
}

func run(t *testing.T, db *DB, scrub bool, query string, args ...any) {
	t.Helper()
	require.NoError(t, db.Do(t.Context(), func(tx *Tx) error {
		if scrub {
			tx.Scrub()
		}
		_, _, err := tx.Exec(query, args...)
		return err
	}))
}

// What was overwritten or deleted is in no file when a job that asked for it has
// ended; without asking, the log still has it.
func TestScrub(t *testing.T) {
	const secret, other = "Kanarienvogel-482913", "Kolibri-77"
	path := filepath.Join(t.TempDir(), "t.db")
	db, err := Open(Options{Path: path, Migrations: []string{scrubSchema}})
	require.NoError(t, err)
	defer db.Close()
	run(t, db, false, `INSERT INTO t (id, v) VALUES (1, ?), (2, ?), (3, CAST('kept' AS BLOB))`, []byte(secret), []byte(other))
	require.Equal(t, []string{".db-wal"}, found(t, path, secret))
	run(t, db, false, `UPDATE t SET v = zeroblob(20) WHERE id = 1`)
	require.Equal(t, []string{".db-wal"}, found(t, path, secret), "an older copy of the page")
	run(t, db, true, `DELETE FROM t WHERE id = 2`)
	require.Empty(t, found(t, path, secret))
	require.Empty(t, found(t, path, other))
	require.NotEmpty(t, found(t, path, "kept"))
}

// A reader's snapshot keeps the log; nobody waits long for it, and the log is
// emptied by itself when it has gone.
func TestScrubWaitsForReaders(t *testing.T) {
	const secret = "Kanarienvogel-482913"
	path := filepath.Join(t.TempDir(), "t.db")
	db, err := Open(Options{Path: path, Migrations: []string{scrubSchema}})
	require.NoError(t, err)
	defer db.Close()
	run(t, db, false, `INSERT INTO t (id, v) VALUES (1, ?)`, []byte(secret))
	require.NoError(t, db.Read(t.Context(), func(tx *Tx) error {
		old := 0
		count := func(Row) error { old++; return nil }
		require.NoError(t, tx.Query(`SELECT v FROM t`, count))
		run(t, db, true, `UPDATE t SET v = zeroblob(20) WHERE id = 1`)
		require.NotEmpty(t, found(t, path, secret), "the snapshot needs it")
		run(t, db, false, `INSERT INTO t (id, v) VALUES (2, x'00')`) // the writer goes on
		require.NoError(t, tx.Query(`SELECT v FROM t`, count))
		require.Equal(t, 2, old)
		return nil
	}))
	require.Eventually(t, func() bool { return len(found(t, path, secret)) == 0 }, scrubAgain*30, scrubAgain/20)
}

// A crash between COMMIT and the emptying of the log is made good by the next opening.
func TestScrubAfterACrash(t *testing.T) {
	const secret = "Kanarienvogel-482913"
	dir, crash := t.TempDir(), t.TempDir()
	path := filepath.Join(dir, "t.db")
	image := func() {
		for _, end := range []string{"", "-wal"} {
			b, err := os.ReadFile(path + end)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(crash, "t.db"+end), b, 0o600))
		}
	}
	db, err := Open(Options{Path: path, Migrations: []string{scrubSchema}, WrapCommit: func(commit func() error) error {
		err := commit()
		image()
		return err
	}})
	require.NoError(t, err)
	defer db.Close()
	run(t, db, false, `INSERT INTO t (id, v) VALUES (1, ?)`, []byte(secret))
	run(t, db, true, `UPDATE t SET v = zeroblob(20) WHERE id = 1`)
	again := filepath.Join(crash, "t.db")
	require.NotEmpty(t, found(t, again, secret), "the crash came before")
	db, err = Open(Options{Path: again, Migrations: []string{scrubSchema}})
	require.NoError(t, err)
	require.Empty(t, found(t, again, secret))
	require.NoError(t, db.Close())
}
