// Package sqlite is the embedded store: a booking.Store in one SQLite file.
//
// A turn is one job of package commit: what its keys name is read, decide
// runs, and its changes are written, all on the writer goroutine inside one
// savepoint; done follows the COMMIT. Since there is one writer, the jobs of a
// customer run one after another in the order of Submit without a lock.
//
// What is sealed. Texts in and out, parts, raw receipts and customers' rows are
// sealed as a whole by the vault for the customer they belong to, since they
// carry codes, names and documents. Orders stay readable JSON: their accounts
// are sealed already. Phone numbers, states and times are in clear, for
// indexes and operators.
//
// What is small. Every random page that a turn dirties costs more than its
// statements, so ids grow with time, orders are found by the customer's own
// row, and the only indexes on random keys are over rows that live for
// seconds: unfinished parts and receipts awaited.
package sqlite
