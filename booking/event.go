package booking

import (
	"errors"
	"fmt"
	"time"
)

// EventKind is what happened to an order.
type EventKind uint8

// Events of an order. Those that end a call to a terminal or bank carry its
// three-valued outcome in their name.
const (
	NoEvent EventKind = iota
	HoldConfirmed
	HoldRefused
	HoldUnknown
	Quoted    // a new code, perhaps for another account
	WrongCode // the customer's code was not the quote's
	Confirm   // the customer's code was right
	Cancel    // the customer dropped the quote, or confirmed the cancel of a ticket
	HoldExpired
	SlowNotice // the customer has waited long enough to be told so
	DebitDone
	DebitRefused
	DebitUnknown
	IssueDone
	IssueRefused
	IssueUnknown
	VoidDone
	VoidRefused
	VoidUnknown
	ReverseDone
	ReverseUnknown // a bank's refusal to reverse is no outcome either: it is tried again
	ReleaseDone
	ReleaseUnknown
	OperatorIssued   // an operator saw the valid ticket and the charge
	OperatorReversed // an operator has the bank's acknowledgement of the reversal, and the terminal's word that no ticket is valid
	ReviewOverdue    // an order in review reached its deadline: the alarm is raised again
	SeatsFree        // the seats that an order on the waitlist waits for can be had
	WaitEnded        // its cut-off has come, or its joining code was not sent
	Changing         // the linked order that is to take this one's place was opened
	ChangeEnded      // it will not: this one stands
	ChangedAway      // it has: this one's ticket is void and its money is the other's
	Disrupted        // the carrier cancelled or moved the service
	Remind           // the departure is near
	AskSettled       // it is time to ask the bank whether a refund has arrived
	SettleDone
	SettleUnknown // not yet, or no answer
	Alerted       // the customer chose when to be reminded of the departure
	AskStray      // it is time to ask the bank whether a payment that was undone has come after all
	StrayBooked   // it has: the customer is charged for nothing
	StrayNone     // it has not, or there is no answer
	// Outcomes of CallVerify. They are about a customer; no order takes them.
	VerifyDone
	VerifyRefused
	VerifyUnknown
	eventKinds
)

// EventKinds lists every event, for tables and tests.
func EventKinds() []EventKind {
	all := make([]EventKind, 0, eventKinds-1)
	for k := HoldConfirmed; k < eventKinds; k++ {
		all = append(all, k)
	}
	return all
}

// String returns the event's name as the table writes it.
func (k EventKind) String() string {
	return [...]string{"none", "HoldConfirmed", "HoldRefused", "HoldUnknown", "Quoted", "WrongCode", "Confirm",
		"Cancel", "HoldExpired", "SlowNotice", "DebitDone", "DebitRefused", "DebitUnknown", "IssueDone", "IssueRefused",
		"IssueUnknown", "VoidDone", "VoidRefused", "VoidUnknown", "ReverseDone", "ReverseUnknown", "ReleaseDone",
		"ReleaseUnknown", "OperatorIssued", "OperatorReversed", "ReviewOverdue", "SeatsFree", "WaitEnded", "Changing", "ChangeEnded",
		"ChangedAway", "Disrupted", "Remind", "AskSettled", "SettleDone", "SettleUnknown", "Alerted", "AskStray", "StrayBooked", "StrayNone", "VerifyDone", "VerifyRefused", "VerifyUnknown"}[k]
}

// Event is one thing that happened to an order. Only the fields that its
// kind names are read.
type Event struct {
	Kind    EventKind
	Ask     int64         // the text that caused it and waits for an answer; 0 when none does
	Reason  Reason        // of a refusal
	Price   Money         // HoldConfirmed: of all seats; Quoted for a ticket: what a cancel refunds
	Until   time.Time     // HoldConfirmed: end of the terminal's hold
	Places  []string      // HoldConfirmed, IssueDone, VoidRefused: seats
	Quote   Quote         // HoldConfirmed, Quoted: what the next code authorises
	Fee     Money         // HoldConfirmed of a change, Quoted for a ticket: what is kept
	Leaving []int         // Quoted for a ticket: the places it is about; none means all
	Trip    *Trip         // SeatsFree: which of the wishes; Disrupted: its new times
	Change  ServiceChange // Disrupted
	Link    OrderID       // Changing, ChangeEnded, ChangedAway: the other order
	Verify  int64         // VerifyDone, VerifyRefused, VerifyUnknown: Verification.ID of the question
	Refund  string        // SettleDone, SettleUnknown: Refund.Key of what the bank was asked about
	Account *Account      // Quoted: charge this account instead
	Limit   int           // WrongCode, Quoted: tries allowed
	Lead    time.Duration // Alerted: how long before the departure; 0 for never
}

// Call is a call to a terminal or a bank.
type Call uint8

// Calls, by the port they use.
const (
	NoCall      Call = iota
	CallHold         // terminal: Prebook
	CallIssue        // terminal: Fulfil
	CallVoid         // terminal: Void
	CallRelease      // terminal: Release
	CallDebit        // bank: Debit, at most once per key
	CallReverse      // bank: Reverse, until acknowledged
	CallRefund       // bank: Refund, until acknowledged
	CallVoidOld      // terminal: Void of the ticket whose place the order takes
	CallSettle       // bank: Settled
	CallVerify       // verifier: Verify; of a customer, not of an order
	CallStray        // bank: Query of a debit that was undone
	CallStands       // both: an operator says that the ticket of an order in review stands
	CallUndone       // both: an operator says that all of an order in review is undone
)

// String returns the call's name.
func (c Call) String() string {
	return [...]string{"none", "hold", "issue", "void", "release", "debit", "reverse", "refund", "void old", "settle", "verify", "stray", "stands", "undone"}[c]
}

// Port is whom a call is made to.
type Port uint8

// The ports of calls.
const (
	TerminalPort Port = iota
	BankPort
	VerifierPort
)

// Port returns whom the call is made to.
func (c Call) Port() Port {
	switch c {
	case CallDebit, CallReverse, CallRefund, CallSettle, CallStray, CallStands, CallUndone:
		return BankPort
	case CallVerify:
		return VerifierPort
	}
	return TerminalPort
}

// Tell is what a customer is told about an order; the dialogue has the words.
type Tell uint8

// What is told. Each is the answer to the text that waits for it, else a
// notice.
const (
	TellNothing      Tell = iota
	TellQuote             // seats held: price, code, until when
	TellSoldOut           // the terminal refused the hold; nothing held
	TellNoHold            // the terminal gave no answer; nothing held
	TellWrongCode         // tries left
	TellCodeClosed        // too many wrong codes: the quote is closed
	TellDropped           // seats given back at the customer's wish
	TellExpired           // the hold ended unpaid
	TellSlow              // no answer of bank or terminal yet
	TellDeclined          // refused by the bank, seats still held
	TellGivenUp           // refused too often, seats given back
	TellPaid              // charged and issued
	TellNotCharged        // no answer of the bank: reversed
	TellReturned          // charged, could not be issued: reversed
	TellRefunded          // ticket cancelled, money on its way back
	TellStands            // the terminal refuses the cancel: the ticket stands
	TellReview            // an operator looks at it
	TellJoined            // on the waitlist
	TellWaitEnded         // off the waitlist: the cut-off came
	TellGotSeats          // from the waitlist: charged and issued
	TellChanged           // the new ticket is valid, the old one void
	TellChangeFailed      // the old ticket stands
	TellDisrupted         // the service was cancelled or moved
	TellReminder          // the departure is near
	TellSettled           // a refund has arrived
	TellStray             // a payment came after the seats went back: returned
)

// EffectKind is the kind of an Effect.
type EffectKind uint8

// Kinds of effects.
const (
	DoCall EffectKind = iota + 1
	DoTell
	DoPost
	DoLink
)

// Ledger accounts of postings.
const (
	LedgerBank     = "bank"     // what the bank collected and owes us
	LedgerCustomer = "customer" // paid in by customers, no ticket issued for it
	LedgerTerminal = "terminal" // owed to the terminal for issued tickets
	LedgerFees     = "fees"     // kept of cancelled and changed tickets
	LedgerTransfer = "transfer" // on its way from a changed order to the one in its place
)

// Effect is something that Apply asks for. The turn that applied the event
// commits it together with the order.
type Effect struct {
	Kind EffectKind

	Call  Call          // DoCall
	Delay time.Duration // DoCall: wait so long before calling; jitter is added by the engine

	Tell  Tell  // DoTell
	Cause int64 // DoTell: the text this answers, 0 for a notice

	Debit, Credit string // DoPost: ledger accounts
	Amount        Money  // DoPost

	Order OrderID // DoLink: the customer's order that Event happens to, in the same turn
	Event Event   // DoLink
}

// ErrIllegal is returned by Apply for an event that the state does not take.
// The order is unchanged and the customer gets a polite reply.
var ErrIllegal = errors.New("event not allowed in this state")

// IllegalError names the cell of the table that was refused.
type IllegalError struct {
	State State
	Event EventKind
}

// Error names state and event.
func (e *IllegalError) Error() string {
	return fmt.Sprintf("order %s: %s: %v", e.State, e.Event, ErrIllegal)
}

// Unwrap returns ErrIllegal.
func (e *IllegalError) Unwrap() error { return ErrIllegal }
