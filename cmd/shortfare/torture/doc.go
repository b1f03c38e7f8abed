// Package torture kills the real program and counts what is left.
//
// TestKill runs `shortfare serve` as a child process under load from a
// simulated carrier, kills it with SIGKILL at random moments, and at the end
// holds five ledgers against each other, each read by itself: what the carrier
// acknowledged and what every handset showed, what each virtual customer
// believes, the store, the bank's book and the terminal's book. The last three
// are read with plain SQL: of the product only the simulated carrier is
// linked into the test.
//
// The customers book, some by name, pay with all sorts of accounts, drop, give
// tickets or single seats back, change tickets, and wait for those that are sold
// out; a few have all that is known of them deleted and begin anew. The ledgers
// must agree on this:
//
//   - over a chain of orders that took each other's place, what the bank took
//     and did not give back is the price of its one valid ticket and the fees that
//     were kept, and the fees alone when there is none;
//   - every refund of the bank is one of its order, and the other way round;
//   - every amount that a customer was told is true, fees are those of the
//     configuration, and nothing was charged, changed or given back without a code;
//   - customers know which tickets they have, how their changes ended, and what
//     became of their place on the waitlist;
//   - no seat and no passenger was sold twice, single cancelled seats included;
//   - every account of the journal balances.
//
// TestSoak does the same with a process that lives and a carrier that fails, at
// 500 texts a second, and holds the process's memory against itself.
//
// SHORTFARE_KILLS sets how often TestKill kills, SHORTFARE_SOAK how long TestSoak
// goes on, SHORTFARE_SEED what is random.
// BenchmarkWholeWay measures the same child from outside.
//
// # Which answer belongs to which text
//
// SMPP gives a text from a phone no id, and an answer names no text. So the
// virtual customers are sequential: none texts again before the last text was
// answered or given up after a time-out; the k-th answer then belongs to the
// k-th text. Three kinds of message must be kept out of the count:
//
//   - notices, which nobody asked for ("working on it", an expiry): they have
//     words of their own, which no answer has;
//   - second copies: a submit_sm whose answer a kill swallowed is sent once more.
//     A copy has the very text of an earlier message to the same phone, came over
//     another bind (in a soak, where single answers are lost, over any), and its
//     row in the store says that a copy was claimed;
//   - nothing else: any other message that is no answer is a fault.
//
// A text whose right answer is the same as an earlier one could be confused
// with a copy. Customers therefore avoid texts that are answered alike, except
// where they repeat a text on purpose; such a text is marked, and takes what
// looks like the earlier answer.
//
// This count, made on the wire alone, is then held against the store's: the
// k-th row of a phone in the inbox has exactly one row in the outbox that names
// it as its cause and is no notice, whose message id is one that the carrier gave,
// to a message with the words that were counted as the k-th answer. In a soak the
// answers to both copies may be lost: then the row says so and names none.
//
// One thing SMPP cannot tell: a customer's own repeat, texted after a crash,
// from the second delivery of a text whose acknowledgement the crash swallowed.
// The gateway takes it for the second delivery and stays silent; the checker
// allows that only for a marked repeat with a kill between it and its original.
package torture
