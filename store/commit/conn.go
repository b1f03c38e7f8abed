package commit

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// maxStatements bounds the prepared statements of one connection; a query
// beyond it is prepared for one use. Query texts are constants, so that only
// a mistake gets there.
const maxStatements = 512

// busyTimeout is how long SQLite waits for a lock, in milliseconds.
const busyTimeout = 5000

// conn is one connection and its prepared statements. One goroutine at a time uses it.
type conn struct {
	raw   *sqlite3.SQLiteConn
	stmts map[string]*statement

	begin, savepoint, release, undo, commit, rollback *statement
}

// statement is a prepared query with what a run of it reuses.
type statement struct {
	raw    *sqlite3.SQLiteStmt
	facts  queryFacts
	params int
	reads  bool
	cached bool
	busy   bool // rows of it are being read further up the stack
	dest   []driver.Value
}

// dial opens a connection. mode is "rw" or "ro"; begin is how its transactions start.
func dial(path, mode, begin string) (*conn, error) {
	// The path goes into a URI: these three characters would end or change it.
	name := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	dsn := "file:" + name + "?mode=" + mode + "&_mutex=no&_busy_timeout=" + strconv.Itoa(busyTimeout) + "&_synchronous=FULL"
	c, err := (&sqlite3.SQLiteDriver{}).Open(dsn)
	if err != nil {
		return nil, fmt.Errorf("commit: open %s: %w", path, err)
	}
	cn := &conn{raw: c.(*sqlite3.SQLiteConn), stmts: make(map[string]*statement)}
	for _, s := range []struct {
		to    **statement
		query string
	}{
		{&cn.begin, begin}, {&cn.savepoint, "SAVEPOINT job"}, {&cn.release, "RELEASE job"},
		{&cn.undo, "ROLLBACK TO job"}, {&cn.commit, "COMMIT"}, {&cn.rollback, "ROLLBACK"},
	} {
		if *s.to, err = cn.prepare(s.query); err != nil {
			_ = cn.close()
			return nil, err
		}
	}
	return cn, nil
}

func (c *conn) prepare(query string) (*statement, error) {
	st, err := c.raw.Prepare(query)
	if err != nil {
		return nil, fmt.Errorf("commit: prepare %q: %w", brief(query), err)
	}
	raw := st.(*sqlite3.SQLiteStmt)
	return &statement{raw: raw, params: raw.NumInput(), reads: raw.Readonly()}, nil
}

// statement finds or prepares a job's query. The caller gives it back with done.
func (c *conn) statement(query string) (*statement, error) {
	st := c.stmts[query]
	if st != nil && !st.busy {
		return st, nil
	}
	facts, err := examine(query)
	if err != nil {
		return nil, err
	}
	fresh, err := c.prepare(query)
	if err != nil {
		return nil, err
	}
	fresh.facts = facts
	if st == nil && len(c.stmts) < maxStatements {
		fresh.cached = true
		c.stmts[query] = fresh
	}
	return fresh, nil
}

func (st *statement) done() {
	st.busy = false
	if !st.cached {
		_ = st.raw.Close()
	}
}

// control runs one of the writer's own statements.
func (c *conn) control(st *statement) error {
	_, err := st.raw.ExecContext(context.Background(), nil)
	return err
}

// inTransaction is false after SQLite has rolled back by itself, as it may on
// a full disk, an I/O error or lack of memory.
func (c *conn) inTransaction() bool { return !c.raw.AutoCommit() }

// abandon ends a transaction without keeping anything of it.
func (c *conn) abandon() error {
	if !c.inTransaction() {
		return nil
	}
	return c.control(c.rollback)
}

// exec runs a script of any number of statements.
func (c *conn) exec(script string) error {
	_, err := c.raw.ExecContext(context.Background(), script, nil)
	return err
}

// value runs a query outside the cache (a PRAGMA, mostly) and gives its first column as text.
func (c *conn) value(query string) (string, error) {
	rows, err := c.raw.QueryContext(context.Background(), query, nil)
	if err != nil {
		return "", fmt.Errorf("commit: %s: %w", query, err)
	}
	defer rows.Close()
	dest := make([]driver.Value, len(rows.Columns()))
	if len(dest) == 0 {
		return "", fmt.Errorf("%w: %s gives no value", ErrQuery, query)
	}
	if err := rows.Next(dest); err != nil {
		return "", fmt.Errorf("commit: %s: %w", query, err)
	}
	return fmt.Sprint(dest[0]), nil
}

// set sets a PRAGMA and reads it back; SQLite ignores what it cannot do.
func (c *conn) set(pragma, value, want string) error {
	if err := c.exec("PRAGMA " + pragma + "=" + value); err != nil {
		return fmt.Errorf("commit: set %s: %w", pragma, err)
	}
	got, err := c.value("PRAGMA " + pragma)
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("commit: %s is %s after setting it to %s", pragma, got, value)
	}
	return nil
}

func (c *conn) close() error {
	for _, st := range []*statement{c.begin, c.savepoint, c.release, c.undo, c.commit, c.rollback} {
		if st != nil {
			_ = st.raw.Close()
		}
	}
	for _, st := range c.stmts {
		_ = st.raw.Close()
	}
	return c.raw.Close()
}
