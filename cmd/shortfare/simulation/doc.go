// Package simulation plays histories of customers against the real engine,
// dialogue and parser, on a fake clock and in one goroutine, so that a seed
// replays exactly. There is no product code here: it is all tests.
//
// A history is a few hundred units of work in an order drawn from its seed:
// customers text and are impatient, the carrier delivers, loses, repeats and
// refuses, turns are committed, calls are made, the clock moves, processes
// crash. Bank and terminal keep books of their own, and lose, delay and repeat
// calls. Then the faults stop, time passes, and everything must come to an end.
//
// What is checked, at every step or at the end, are the invariants:
//
//   - I1: every acknowledged text has exactly one answer, and at most one
//     "working on it" before it
//   - I2: a text takes effect once, however often it is delivered
//   - I3: a handset shows a text at most twice, and twice only after an unknown
//     submit or a crash
//   - I4: the money of an order is its price if and only if one ticket is valid,
//     else zero; no debit twice under one key, none without the customer's code
//   - I5: no seat is sold twice
//   - I6: half an hour after the last fault every order has ended
//   - I7: the texts of a phone leave in the order they were caused, and say how
//     it ended
//   - I8: the postings balance, and agree with bank and terminal
//
// A simulation that finds nothing proves nothing: TestMutants plants bugs by
// name, and each must be found.
//
// SHORTFARE_HISTORIES sets how many seeds are played, SHORTFARE_SEED the one
// whose trace is printed.
package simulation
