// Package local is a ticket terminal of our own: a seat inventory in one SQLite
// file, by service, date, seat and part of the run, so that a seat free from the
// third stop on is sold again.
//
// Truth. Every call that writes is one job of package commit: it decides and
// writes on the writer goroutine, and is answered after the COMMIT. One writer
// means that nothing is sold twice. Seat maps in memory only hurry the
// decision: they are read from the file when a run is first touched. A job
// changes memory as its last act, after all its SQL succeeded; if its batch is
// undone later, the run is dropped from memory before the next job and read again.
//
//	call    | nothing known       | held                 | issued        | voided, released, refused
//	Prebook | held, or refused:   | the same hold again; | the same hold | already_undone; after a
//	        | a tombstone         | other content:       | again         | refusal the same refusal
//	        |                     | mismatch             |               |
//	Fulfil  | not_found           | issued; expired:     | issued        | already_undone
//	        |                     | already_undone       |               |
//	Void    | voided: a tombstone | voided               | voided        | as it is
//	Release | released:           | released             | issued: the   | as it is
//	        | a tombstone         |                      | ticket stands |
//	Get     | not_found           | held; expired:       | issued        | as it is; after a refusal
//	        |                     | released             |               | not_found
//
// Void with places cancels single seats of an issued item: they are free again
// and the item has what is left; without any left it is voided. A seat that was
// cancelled before stays so. The item's row keeps the seats it was sold with, so that
// a repeated Prebook has its answer.
//
// Passengers are kept as the blind tokens of their documents, one for each
// seat in its order. A token has one live seat on a run, under whatever key; only the
// key that a request replaces may have it as well. What gives the seat back lets the
// passenger book again.
//
// Operators cancel, move and restore runs; each change is an event with a
// number of its own, and the last one of a run is what counts. A cancelled run is not
// sold, its holds cannot be issued, and its tickets can always be voided. The sale of a
// moved run ends with its new departure. A ticket that was boarded, or whose
// departure is past, is not voided: travelled.
//
// A hold that expires is given back when its run is next looked at and by
// [Terminal.Sweep]. Its row is marked in the transaction that sells its seats again
// at the latest, so that a clock set back cannot revive it.
package local
