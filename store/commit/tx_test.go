package commit

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// in runs fn as a job with require working on the test's own goroutine.
func in(t *testing.T, db *DB, fn func(tx *Tx) error) {
	t.Helper()
	require.NoError(t, db.Do(ctx, fn))
}

func TestValuesRoundTrip(t *testing.T) {
	o := testOptions(t)
	o.Migrations = []string{`CREATE TABLE v (id INTEGER PRIMARY KEY, a, flag BOOLEAN)`}
	db := open(t, o)
	for i, c := range []struct {
		in   any
		read func(Row) any
		want any
	}{
		{int64(-5), func(r Row) any { return r.Int64(0) }, int64(-5)},
		{7, func(r Row) any { return r.Int64(0) }, int64(7)},
		{uint8(200), func(r Row) any { return r.Int64(0) }, int64(200)},
		{uint64(1) << 62, func(r Row) any { return r.Int64(0) }, int64(1) << 62},
		{true, func(r Row) any { return r.Bool(0) }, true},
		{1.5, func(r Row) any { return r.Float64(0) }, 1.5},
		{3, func(r Row) any { return r.Float64(0) }, 3.0},
		{"北京", func(r Row) any { return r.Text(0) }, "北京"},
		{"", func(r Row) any { return []any{r.Text(0), r.IsNull(0)} }, []any{"", false}},
		{"a\x00b", func(r Row) any { return r.Bytes(0) }, []byte("a\x00b")},
		{[]byte{0, 255}, func(r Row) any { return r.Bytes(0) }, []byte{0, 255}},
		{[]byte{}, func(r Row) any { return []any{len(r.Bytes(0)), r.IsNull(0)} }, []any{0, false}},
		{[]byte("x"), func(r Row) any { return r.Text(0) }, "x"},
		{nil, func(r Row) any { return []any{r.IsNull(0), r.Text(0), r.Bytes(0) == nil, r.Len()} }, []any{true, "", true, 1}},
	} {
		var got any
		in(t, db, func(tx *Tx) error {
			id, n, err := tx.Exec(`INSERT INTO v (a, flag) VALUES (?, 1)`, c.in)
			if err != nil || n != 1 || id != int64(i+1) {
				return fmt.Errorf("%d %d %w", id, n, err)
			}
			_, err = tx.Get(`SELECT a FROM v WHERE id = ?`, func(r Row) error { got = c.read(r); return nil }, id)
			return err
		})
		require.Equal(t, c.want, got, "%v", c.in)
	}
	in(t, db, func(tx *Tx) error {
		_, err := tx.Get(`SELECT flag FROM v`, func(r Row) error {
			if r.Int64(0) != 1 || !r.Bool(0) {
				return errors.New("a declared BOOLEAN reads as a number too")
			}
			return nil
		})
		return err
	})
}

func TestWrongTypesAreErrors(t *testing.T) {
	db := open(t, testOptions(t))
	for query, read := range map[string]func(Row){
		`SELECT 'x'`:  func(r Row) { r.Int64(0) },
		`SELECT NULL`: func(r Row) { r.Int64(0) },
		`SELECT 5`:    func(r Row) { r.Text(0) },
		`SELECT 6`:    func(r Row) { r.Bytes(0) },
		`SELECT 'y'`:  func(r Row) { r.Float64(0) },
	} {
		err := db.Do(ctx, func(tx *Tx) error {
			return tx.Query(query, func(r Row) error { read(r); return nil })
		})
		require.ErrorIs(t, err, ErrType, query)
	}
}

func TestRefusedQueries(t *testing.T) {
	db := open(t, testOptions(t))
	for _, c := range []struct {
		query string
		args  []any
	}{
		{"COMMIT", nil}, {" /* x */ -- y\n begin", nil}, {"pragma synchronous=OFF", nil}, {"ROLLBACK TO job", nil}, {"ATTACH 'x' AS y", nil},
		{"DELETE FROM item; DELETE FROM total", nil}, {"", nil}, {"-- nothing", nil}, {"/* open", nil},
		{"INSERT OR ROLLBACK INTO total VALUES (1, 1)", nil},
		{countItems, nil}, {"DELETE FROM item RETURNING id", nil},
		{addTotal, nil}, {addTotal, []any{1, 2}},
		{addTotal, []any{time.Unix(0, 0)}}, {addTotal, []any{uint64(1) << 63}}, {addTotal, []any{struct{}{}}},
	} {
		err := db.Do(ctx, func(tx *Tx) error { _, _, err := tx.Exec(c.query, c.args...); return err })
		require.ErrorIs(t, err, ErrQuery, c.query)
	}
	err := db.Do(ctx, func(tx *Tx) error { _, _, err := tx.Exec("DELETE FROM nowhere"); return err })
	require.ErrorContains(t, err, "no such table")
	in(t, db, func(tx *Tx) error {
		_, _, err := tx.Exec("DELETE FROM item WHERE body IN ('; COMMIT', \"who\", [n], 'it''s') ; -- done; really\n;")
		return err
	})
}

func TestNestedQueriesAndReturning(t *testing.T) {
	db := open(t, testOptions(t))
	for n := range 3 {
		require.NoError(t, db.Do(ctx, insert(1, n)))
	}
	var pairs []string
	in(t, db, func(tx *Tx) error {
		const q = `SELECT n FROM item WHERE who = ? ORDER BY n`
		return tx.Query(q, func(outer Row) error {
			return tx.Query(q, func(inner Row) error { // the same statement while its rows are read
				pairs = append(pairs, fmt.Sprint(outer.Int64(0), inner.Int64(0)))
				return nil
			}, 1)
		}, 1)
	})
	require.Equal(t, []string{"0 0", "0 1", "0 2", "1 0", "1 1", "1 2", "2 0", "2 1", "2 2"}, pairs)

	var ids int
	in(t, db, func(tx *Tx) error {
		found, err := tx.Get(`UPDATE item SET n = n + 10 RETURNING id`, func(Row) error { ids++; return nil })
		if !found {
			return errors.New("not found")
		}
		return err
	})
	require.Equal(t, 1, ids, "Get reads one row, the statement did all")
	in(t, db, func(tx *Tx) error {
		found, err := tx.Get(`SELECT 1 FROM item WHERE n < 10`, func(Row) error { return nil })
		if found {
			return errors.New("all were updated")
		}
		return err
	})
	stop := errors.New("enough")
	err := db.Do(ctx, func(tx *Tx) error {
		return tx.Query(countItems, func(Row) error { return stop })
	})
	require.ErrorIs(t, err, stop)
}

func TestStatementCacheIsBounded(t *testing.T) {
	db := open(t, testOptions(t))
	in(t, db, func(tx *Tx) error {
		for i := range maxStatements + 50 {
			if _, err := tx.Get(fmt.Sprintf("SELECT %d", i), func(r Row) error { return nil }); err != nil {
				return err
			}
		}
		if len(tx.c.stmts) != maxStatements {
			return fmt.Errorf("%d statements", len(tx.c.stmts))
		}
		return nil
	})
}

func TestTxOutOfItsFunction(t *testing.T) {
	db := open(t, testOptions(t))
	var kept *Tx
	require.NoError(t, db.Read(ctx, func(tx *Tx) error { kept = tx; return nil }))
	_, err := kept.Get(countItems, func(Row) error { return nil })
	require.ErrorIs(t, err, ErrTxDone)
}
