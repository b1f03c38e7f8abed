// Package sqlite is the embedded store: a booking.Store in one SQLite file.
//
// A turn is one job of package commit: what its keys name is read, decide
// runs, and its changes are written, all on the writer goroutine inside one
// savepoint; done follows the COMMIT. Since there is one writer, the jobs of a
// customer run one after another in the order of Submit without a lock.
//
// What is sealed. Texts in and out, parts, raw receipts and customers' rows are
// sealed as a whole, since they carry codes, names and documents; of an order its
// passengers and its account, in a column of their own: the rest stays readable
// JSON; of a callback its operator's note. Phone numbers, states, times and what orders are counted by are in clear,
// for indexes and operators.
//
// For whom. Everything of a customer is sealed by the vault for his MSISDN and a
// secret of his that stands in the table owners, in one place of the file. So both
// are needed to read it, the vault's key and the file; and to erase him means to
// overwrite his secret (Changes.Erase). Notices belong to nobody, and neither does
// a receipt while its phone is not known. What a file from before had sealed for
// the MSISDN alone is sealed anew when it is written, and emptied when it is erased.
//
// What is small. Every random page that a turn dirties costs more than its
// statements, so ids grow with time, orders are found by the customer's own
// row, and the only indexes on random keys are over rows that live for
// seconds: unfinished parts and receipts awaited. The index of orders by day grows
// at one place for each day on sale, and carries what travellers are found by, so
// that looking for those of one run reads it and not the orders. Counting a
// day reads that day's orders.
package sqlite
