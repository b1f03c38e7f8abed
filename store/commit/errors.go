package commit

import (
	"errors"
	"fmt"
	"runtime"
	"syscall"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// Errors that callers tell apart with errors.Is.
var (
	// ErrLocked: another process, or this one, has the file open.
	ErrLocked = errors.New("commit: file is in use")
	// ErrNewerSchema: a newer program has migrated the file.
	ErrNewerSchema = errors.New("commit: schema is newer than this program")
	// ErrMigrationChanged: a migration was edited after this file went through it.
	ErrMigrationChanged = errors.New("commit: an applied migration was changed")
	// ErrFull: the queue is full; the job was not taken.
	ErrFull = errors.New("commit: queue is full")
	// ErrClosed: Close has been called; the job was not taken.
	ErrClosed = errors.New("commit: closed")
	// ErrDiskFull: there is no room; nothing of the batch was kept and later jobs may succeed.
	ErrDiskFull = errors.New("commit: disk is full")
	// ErrFatal: the database has stopped. For a job that had been taken the
	// outcome is unknown until the file is opened again.
	ErrFatal = errors.New("commit: stopped by a fatal error")
	// ErrTxDone: a Tx was used after the function it was given to returned.
	ErrTxDone = errors.New("commit: transaction is over")
	// ErrType: a column holds another type than the one asked for.
	ErrType = errors.New("commit: column type")
	// ErrQuery: a query that this package does not run, or with the wrong arguments.
	ErrQuery = errors.New("commit: query refused")
)

// PanicError is what a job or a done function that panicked turns into.
type PanicError struct {
	Value any    // what was passed to panic; not printed unless it is a runtime error
	Stack []byte // as runtime/debug.Stack gives it
}

// Error shows the stack, and the value only when the runtime made it: any
// other value may quote what the job was working on.
func (e *PanicError) Error() string {
	if re, ok := e.Value.(runtime.Error); ok {
		return fmt.Sprintf("commit: panic: %v\n%s", re, e.Stack)
	}
	return fmt.Sprintf("commit: panic of type %T\n%s", e.Value, e.Stack)
}

// Unwrap gives the panic value when it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// IsConstraint reports whether err is a violated UNIQUE, CHECK, NOT NULL or
// FOREIGN KEY constraint.
func IsConstraint(err error) bool {
	var se sqlite3.Error
	return errors.As(err, &se) && se.Code == sqlite3.ErrConstraint
}

// severity says what an error means for the batch it happened in.
type severity int

const (
	mild  severity = iota // the statement failed; the transaction stands
	full                  // no room: undo the batch, go on with the next
	fatal                 // the file cannot be trusted: stop
)

// judge classifies an error of SQLite. A full disk shows itself as SQLITE_FULL
// from the log, but as an I/O error with ENOSPC from the shared-memory index;
// ENOSPC out of fsync stays fatal, for the kernel has dropped the pages.
func judge(err error) severity {
	var se sqlite3.Error
	if !errors.As(err, &se) {
		return mild
	}
	switch se.Code {
	case sqlite3.ErrFull:
		return full
	case sqlite3.ErrIoErr:
		noRoom := se.SystemErrno == syscall.ENOSPC || se.SystemErrno == syscall.EDQUOT
		synced := se.ExtendedCode == sqlite3.ErrIoErrFsync || se.ExtendedCode == sqlite3.ErrIoErrDirFsync
		if noRoom && !synced {
			return full
		}
		return fatal
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB, sqlite3.ErrReadonly, sqlite3.ErrCantOpen:
		return fatal
	default:
		return mild
	}
}
