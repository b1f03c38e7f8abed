// Package simulation plays histories of customers against the real engine,
// dialogue and parser, on a fake clock and in one goroutine, so that a seed
// replays exactly. There is no product code here: it is all tests.
//
// A history is a few hundred units of work in an order drawn from its seed:
// customers text and are impatient, buy, cancel, change and wait for tickets, and want
// to be forgotten; operators stop sales and tell customers things; runs are cancelled
// and moved; the carrier delivers, loses, repeats and refuses, turns are committed,
// calls are made, the clock moves, processes crash. Bank, terminal and register of
// persons keep books of their own, and lose, delay and repeat calls. Then the faults
// stop, time passes, and everything must come to an end; sometimes days go by.
//
// What is checked, at every step or at the end, are the invariants:
//
//   - I1: every acknowledged text has exactly one answer, and at most one
//     "working on it" before it
//   - I2: a text takes effect once, however often it is delivered
//   - I3: a handset shows a text at most twice, and twice only after an unknown
//     submit or a crash
//   - I4: the money of an order is its price and the fees that were agreed to if and
//     only if one ticket is valid, else the fees; no debit twice under one key. Money
//     moves, and tickets are cancelled, only as a text said whose code the customer
//     sent: so much to pay, up to so much when seats are found, so much back
//   - I5: no seat is sold twice, and by name nobody has two on a run
//   - I6: half an hour after the last fault every order has ended, and in the end
//     nobody waits for seats that are free
//   - I7: the texts of a phone leave in the order they were caused, and say how
//     it ended
//   - I8: the postings balance, and agree with bank and terminal
//   - the waitlist: who was there first and needs no more is served first, who
//     comes back keeps his place, and what is promised to him is sold to nobody
//   - notices: who has a ticket is told once what became of its run; a broadcast
//     reaches everybody once, and nobody who took STOP
//   - customers: who was forgotten is shown nothing and leaves nothing to be read;
//     who is not known to the register pays nothing; codes cannot be guessed at
//
// A simulation that finds nothing proves nothing: TestMutants plants bugs by
// name, and each must be found.
//
// SHORTFARE_HISTORIES sets how many seeds are played, SHORTFARE_SEED the one
// whose trace is printed.
package simulation
