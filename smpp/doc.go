// Package smpp runs one SMPP 3.4 connection: a [Session], for either end, ESME or SMSC.
//
// The contract:
//
//   - A request of the peer arrives as a [Request] at Config.Handle, on the reader's goroutine. Handle must not wait; the application
//     answers whenever it is ready, from any goroutine, by [Request.Respond], once. The reader never waits for the
//     application: when Config.MaxInbound requests are unanswered the session itself answers "try again later".
//   - A request of ours goes out by [Session.Submit], [Session.Send] or [Session.TrySend]. Config.Window bounds how many are unanswered. Each has
//     exactly one outcome: an answer of the peer (any status, or generic_nack), an error that is [ErrNotSent] (provably no octet of it
//     left), or an error that is [ErrUnknownOutcome] (no answer in time, or the session ended first: the peer may have acted on it).
//   - enquire_link and unbind are answered by the session; a request that is illegal in the state of the bind, unknown or undecodable is
//     refused and the bind lives; only a broken stream ends it.
//   - [Session.Done] is closed after every unanswered request of ours was handed back. From then on Respond returns [ErrClosed].
//
// Three goroutines touch a session: a reader, a writer and, when it fires, one timer. Nothing is started per message. The
// writer puts everything that waits into one write(), responses and control PDUs first, and sets no timer to wait for more.
package smpp
