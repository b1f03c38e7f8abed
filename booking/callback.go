package booking

import "time"

// Callback is a customer's wish, or our need, that a person calls him. A customer
// has at most one that is not closed.
type Callback struct {
	ID       int64 // small and growing: operators text it
	Customer MSISDN
	At       time.Time // when it was opened
	Why      CallbackWhy
	Order    OrderID // that it is about; 0 for none
	Code     string  // what the customer calls that order
	State    CallbackState
	By       MSISDN    // the operator who took it, or closed it; 0 for none
	Changed  time.Time // when State was entered
	Note     string    // the operator's; sealed for the customer
}

// CallbackWhy is what led to a callback.
type CallbackWhy string

// What leads to a callback.
const (
	CallbackAsked    CallbackWhy = "asked"    // AGENT
	CallbackUnread   CallbackWhy = "unread"   // AGENT after texts that nothing could be made of
	CallbackDeparted CallbackWhy = "departed" // AGENT after a cancel or change that came after the departure
	CallbackReview   CallbackWhy = "review"   // an order came into review; nobody asked
)

// CallbackState is how far a callback is.
type CallbackState uint8

// States of a callback. The numbers are durable.
const (
	CallbackOpen   CallbackState = 1 // nobody has taken it
	CallbackTaken  CallbackState = 2 // By is calling
	CallbackClosed CallbackState = 3
)

// String returns the state's name.
func (s CallbackState) String() string {
	switch s {
	case CallbackOpen:
		return "open"
	case CallbackTaken:
		return "taken"
	case CallbackClosed:
		return "closed"
	}
	return "none"
}

// Desk is what a turn may read of callbacks, of all customers. A turn that closes
// another customer's callback does not lock him: a callback is changed by
// whoever comes last.
type Desk interface {
	// NextCallback is a number that no callback ever had, greater than all before.
	NextCallback() (int64, error)
	// Callback returns one by its number; nil when there is none.
	Callback(id int64) (*Callback, error)
	// Standing returns the one of a customer that is not closed; nil when he has none.
	Standing(m MSISDN) (*Callback, error)
	// Callbacks lists those that are not closed with a number above after, in order of number.
	Callbacks(after int64, limit int) ([]Callback, error)
	// Before counts those that are not closed with a number below id.
	Before(id int64) (int, error)
}

// NoCallback in Notice.Callback is a notice to operators that is about no callback.
const NoCallback = -1

// What operators are told, in Notice.Text, of an order that an operator has ruled on.
const (
	RuledIssued   = "issued"   // its ticket stands
	RuledReversed = "reversed" // all of it is undone
	RuledNot      = "not"      // it stays in review: a side did not acknowledge
)

// Offer is what a customer was told last that ends with "text AGENT": why he may want a person.
type Offer struct {
	At    time.Time   `json:"at"`
	Why   CallbackWhy `json:"w"`
	Order OrderID     `json:"o,omitempty"`
	Code  string      `json:"c,omitempty"`
}
