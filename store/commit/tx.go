package commit

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"math"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// Tx is what a job or a reader works with: the statements of one savepoint or
// one snapshot. It is valid until the function it was given to returns, on
// that goroutine only.
//
// Arguments may be nil, bool, string, []byte, float64 and the integer types.
// Query texts should be constants: they are prepared once per connection.
type Tx struct {
	c     *conn
	ctx   context.Context // of a reader; the writer's is never cancellable
	args  []driver.NamedValue
	live  bool
	worst error // the first error that is not mild, even if the job swallowed it
	scrub bool  // the log is to be emptied after the COMMIT
}

// Scrub has the log emptied after the COMMIT of this job, since it holds what the
// job has overwritten. Waiters are told after that, unless a reader's snapshot
// keeps the log: then it is tried again every second, until it is done or Close
// does it. Nothing is asked for by a reader.
func (tx *Tx) Scrub() { tx.scrub = true }

// Exec runs one statement that yields no rows. lastID is the row id of the
// last INSERT of the connection and means nothing after other statements.
func (tx *Tx) Exec(query string, args ...any) (lastID, rowsAffected int64, err error) {
	st, err := tx.start(query, args, false)
	if err != nil {
		return 0, 0, err
	}
	defer st.done()
	res, err := st.raw.ExecContext(context.Background(), tx.args)
	clear(tx.args)
	if err != nil {
		return 0, 0, tx.failed(query, err)
	}
	r, ok := res.(*sqlite3.SQLiteResult)
	if !ok {
		return 0, 0, fmt.Errorf("commit: unexpected result %T", res)
	}
	lastID, _ = r.LastInsertId()
	rowsAffected, _ = r.RowsAffected()
	return lastID, rowsAffected, nil
}

// Query runs one statement and calls scan for every row, in order. An error of
// scan ends the reading and is returned. scan may run other queries.
func (tx *Tx) Query(query string, scan func(Row) error, args ...any) error {
	_, err := tx.query(query, scan, math.MaxInt, args)
	return err
}

// Get is Query for at most one row; found is false when there is none.
func (tx *Tx) Get(query string, scan func(Row) error, args ...any) (found bool, err error) {
	n, err := tx.query(query, scan, 1, args)
	return n == 1, err
}

func (tx *Tx) query(query string, scan func(Row) error, limit int, args []any) (n int, err error) {
	st, err := tx.start(query, args, true)
	if err != nil {
		return 0, err
	}
	defer st.done()
	rows, err := st.raw.QueryContext(tx.ctx, tx.args)
	clear(tx.args)
	if err != nil {
		return 0, tx.failed(query, err)
	}
	defer rows.Close()
	st.busy = true
	if width := len(rows.Columns()); len(st.dest) != width {
		st.dest = make([]driver.Value, width)
	}
	defer clear(st.dest)
	var wrong error
	row := Row{values: st.dest, wrong: &wrong}
	for n < limit {
		if err := rows.Next(st.dest); err == io.EOF {
			return n, nil
		} else if err != nil {
			return n, tx.failed(query, err)
		}
		n++
		if err := scan(row); err != nil {
			return n, err
		}
		if wrong != nil {
			return n, fmt.Errorf("%w in %q", wrong, brief(query))
		}
	}
	return n, nil
}

// start finds the statement and puts its arguments into tx.args.
func (tx *Tx) start(query string, args []any, rows bool) (*statement, error) {
	if !tx.live {
		return nil, ErrTxDone
	}
	st, err := tx.c.statement(query)
	if err != nil {
		return nil, tx.note(err)
	}
	if !rows && (st.reads || st.facts.returning) {
		st.done() // through Exec its rows would stay open and keep COMMIT from happening
		return nil, fmt.Errorf("%w: %q yields rows, use Query or Get", ErrQuery, brief(query))
	}
	if st.params != len(args) {
		st.done()
		return nil, fmt.Errorf("%w: %q wants %d arguments, has %d", ErrQuery, brief(query), st.params, len(args))
	}
	tx.args = tx.args[:0]
	for i, a := range args {
		v, ok := value(a)
		if !ok {
			st.done()
			return nil, fmt.Errorf("%w: argument %d of %q is a %T", ErrQuery, i+1, brief(query), a)
		}
		tx.args = append(tx.args, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return st, nil
}

// value gives an argument the type the driver knows. Named types and times are
// refused, so that what is on disk is decided by the caller and seen there.
func value(a any) (driver.Value, bool) {
	switch v := a.(type) {
	case nil, int64, string, []byte, bool, float64:
		return v, true
	case int:
		return int64(v), true
	case int32:
		return int64(v), true
	case int16:
		return int64(v), true
	case int8:
		return int64(v), true
	case uint8:
		return int64(v), true
	case uint16:
		return int64(v), true
	case uint32:
		return int64(v), true
	case uint64:
		return int64(v), v <= math.MaxInt64
	case uint:
		return int64(v), uint64(v) <= math.MaxInt64
	default:
		return nil, false
	}
}

func (tx *Tx) failed(query string, err error) error {
	return tx.note(fmt.Errorf("commit: %q: %w", brief(query), err))
}

// note remembers a severe error, so that a job that swallows it cannot make
// the writer commit half a batch.
func (tx *Tx) note(err error) error {
	if tx.worst == nil && judge(err) != mild {
		tx.worst = err
	}
	return err
}

// Row is one row of a result, valid while scan runs. What Bytes and Text give
// is the caller's to keep. A column of another type reads as zero and makes
// the query fail with ErrType.
type Row struct {
	values []driver.Value
	wrong  *error
}

// Len is the number of columns.
func (r Row) Len() int { return len(r.values) }

// IsNull reports whether column i (from 0) is NULL.
func (r Row) IsNull(i int) bool { return r.values[i] == nil }

// Int64 reads an INTEGER column; use IsNull first where NULL can be.
func (r Row) Int64(i int) int64 {
	switch v := r.values[i].(type) {
	case int64:
		return v
	case bool: // the driver makes it of a column declared BOOLEAN
		if v {
			return 1
		}
		return 0
	default:
		r.fault(i, "an integer")
		return 0
	}
}

// Bool reads an INTEGER column; everything but 0 is true.
func (r Row) Bool(i int) bool { return r.Int64(i) != 0 }

// Float64 reads a REAL or INTEGER column.
func (r Row) Float64(i int) float64 {
	if v, ok := r.values[i].(float64); ok {
		return v
	}
	return float64(r.Int64(i))
}

// Text reads a TEXT or BLOB column; NULL reads as "".
func (r Row) Text(i int) string {
	switch v := r.values[i].(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case nil:
		return ""
	default:
		r.fault(i, "text")
		return ""
	}
}

// Bytes reads a BLOB or TEXT column; NULL reads as nil.
func (r Row) Bytes(i int) []byte {
	switch v := r.values[i].(type) {
	case []byte:
		return v
	case string:
		return []byte(v)
	case nil:
		return nil
	default:
		r.fault(i, "bytes")
		return nil
	}
}

func (r Row) fault(i int, want string) {
	if *r.wrong != nil {
		return
	}
	if r.values[i] == nil {
		*r.wrong = fmt.Errorf("%w: NULL in column %d, want %s", ErrType, i, want)
		return
	}
	*r.wrong = fmt.Errorf("%w: %T in column %d, want %s", ErrType, r.values[i], i, want)
}
