// Package commit is one SQLite file with one writer: jobs queue up, the writer
// takes what waits, runs each inside its own savepoint of one transaction,
// commits once and then tells every job how it ended. There is no timer: a
// lone job commits at once, and the time one COMMIT takes gathers the next batch.
//
// What a nil result promises: the job's changes are in the write-ahead log and
// fsync has returned (synchronous=FULL, read back when the file is opened).
//
// Goroutines. The writer's connection belongs to the writer goroutine from
// Open to Close; jobs and their done functions run on it, so they must be
// short, must not wait for anything and must not call [DB.Do]. Readers have
// connections of their own and see the last commit; they never wait for the
// writer, nor it for them. Connections are opened without a mutex and the
// driver is used directly: database/sql costs 20 to 30 % more, and a
// cancellable context inside a transaction doubles the cost of a statement.
//
// Failures. A job's error or panic undoes that job alone. A full disk undoes
// the batch ([ErrDiskFull]); the next batch tries again, so that service comes
// back by itself. An I/O error is fatal ([ErrFatal]): after a failed fsync
// nobody knows what the disk holds, so nothing is retried, the database stops,
// and the process is to end and recover from the log.
//
// Schema. Migrations may declare foreign keys, which are enforced, but not
// DEFERRABLE ones: a violation found at COMMIT would fail the whole batch.
// Times and flags belong in INTEGER columns.
package commit
