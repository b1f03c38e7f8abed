package commit

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const testSchema = `
CREATE TABLE item (id INTEGER PRIMARY KEY, who INTEGER NOT NULL, n INTEGER NOT NULL, body BLOB, UNIQUE (who, n));
CREATE TABLE total (who INTEGER PRIMARY KEY, n INTEGER NOT NULL) -- a comment at the end
;-- and after it
`

const (
	insertItem = `INSERT INTO item (who, n, body) VALUES (?, ?, ?)`
	countItems = `SELECT count(*) FROM item`
	addTotal   = `INSERT INTO total (who, n) VALUES (?, 1) ON CONFLICT (who) DO UPDATE SET n = n + 1`
)

func testOptions(t testing.TB) Options {
	t.Helper()
	return Options{Path: filepath.Join(t.TempDir(), "data", "test.db"), Migrations: []string{testSchema}, CacheMB: 8}
}

func open(t testing.TB, o Options) *DB {
	t.Helper()
	db, err := Open(o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func insert(who, n int) Job {
	return func(tx *Tx) error {
		_, _, err := tx.Exec(insertItem, who, n, []byte("body"))
		return err
	}
}

func count(t testing.TB, db *DB) (n int64) {
	t.Helper()
	require.NoError(t, db.Read(context.Background(), func(tx *Tx) error {
		_, err := tx.Get(countItems, func(r Row) error { n = r.Int64(0); return nil })
		return err
	}))
	return n
}

// gate submits a job that holds the writer until the returned function is
// called, so that what is submitted meanwhile becomes one batch.
func gate(t testing.TB, db *DB) (release func()) {
	t.Helper()
	in, out := make(chan struct{}), make(chan struct{})
	require.NoError(t, db.Submit(func(*Tx) error { close(in); <-out; return nil }, nil))
	<-in
	return func() { close(out) }
}
