// Package bank has what collects money: adapters to bank collection systems
// behind [booking.Bank], of which [Sim] is one that needs no bank. Sim keeps a
// ledger of its own in its own file, so that a checker can hold it against the
// orders, and misbehaves on demand. [Faulty] loses and delays calls to any bank.
//
// # Test accounts
//
// What Sim does with a debit, by the number of the account that is charged:
//
//	4000000000000002   declined
//	4000000000009995   declined: insufficient funds
//	4000000000000069   refused: the account is not valid
//	4000000000000119   never answers, nothing is booked
//	4000000000000127   never answers, and the money is taken
//	4000000000000341   approved, but the answer (and the booking) comes after 8 s
//	any other          approved
//
// and by the amount, when the number says nothing:
//
//	....97   declined
//	....98   never answers, nothing is booked
//	....99   approved after 8 s
//
// The account that a bank keeps under the customer's own phone number has no
// number to open; only the amount counts then.
//
// # Modes
//
// [Sim.SetMode] overrides the tables for all debits: decline, silent,
// silent-booked, late; approve goes back to them. With mode down no call of any
// kind gets through, and Ready says so.
//
// # Keys
//
// A debit key is booked at most once, whatever comes: a debit repeated under its
// key gets the same answer and is counted ([Sim.DoubleDebits]), for no caller
// should do that; with other content it is refused. A reversal of a key that is
// not known leaves a tombstone, and the debit that comes later is refused.
package bank
