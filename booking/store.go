package booking

import (
	"context"
	"errors"
	"time"
)

// Errors of a Store.
var (
	// ErrBusy means that the store's queue is full: refuse the text for now
	// (ESME_RX_T_APPN), the carrier keeps it.
	ErrBusy = errors.New("store is busy")
	// ErrStoreDown means that nothing can be made durable now.
	ErrStoreDown = errors.New("store is down")
	// ErrNoChange may be returned by a decide function: nothing is written,
	// and the job ends without error.
	ErrNoChange = errors.New("nothing to change")
)

// Keys name what a job reads and locks.
type Keys struct {
	Customer MSISDN // loaded into View.Customer and View.Orders; 0 for none
	Attempt  int64  // must still be there, else View.AttemptGone
	Parts    string // load the parts stored under this key
}

// View is what a turn sees. It is valid only inside decide.
type View struct {
	Customer    *Customer // never nil when Keys.Customer was set; New is set for one never seen
	Orders      []*Order  // live orders of the customer, oldest first
	AttemptGone bool      // the attempt in Keys was settled by somebody else
	Parts       []Part

	// NewID returns an id that was never used and is greater than all before.
	NewID func() int64
	// Answered tells whether a reply to that text was acknowledged by the carrier
	// on that bind. nil when the store cannot tell.
	Answered func(text int64, bind uint64) bool
	// Order loads an order of the customer that is not live; nil when unknown.
	Order func(OrderID) (*Order, error)
}

// Find returns the customer's live order with that code, nil when there is none.
func (v *View) Find(code string) *Order {
	for _, o := range v.Orders {
		if o.Code == code {
			return o
		}
	}
	return nil
}

// Changes is all that a turn does. The store applies all of it or nothing.
// IDs are taken from View.NewID by whoever makes the value.
type Changes struct {
	Customer *Customer // written when not nil
	Orders   []*Order  // new ones and new versions
	Texts    []MO      // stored with their state
	Attempts []Attempt // to be made
	Settled  []int64   // attempts that are done with
	Replies  []MT
	Journal  []Entry
	Sent     []Sent
	Claimed  []int64 // outbox rows about to be sent a second time: Copies+1
	Retold   []int64 // undeliverable outbox rows that are dealt with
	Receipts []Receipt
	Parts    []Part
	DropPart string // key of parts that are joined or given up
}

// Entry is a line of the journal: every change of an order with its cause,
// and every posting, which is balanced by being one line with two accounts.
type Entry struct {
	ID     int64
	At     time.Time
	MSISDN MSISDN
	Order  OrderID
	Event  string // what happened: an event's name, "posting"
	From   string // state before
	To     string // state after
	Debit  string // posting: ledger account
	Credit string
	Amount Money
	Cause  int64 // the text or attempt that caused it
}

// Attempt is one call to a terminal or a bank, committed before it is made.
// An order has at most one.
type Attempt struct {
	ID       int64
	Customer MSISDN
	Order    OrderID
	Call     Call
	Due      time.Time // not before
	// Epoch is that of the process whose turn made it. A debit of an earlier epoch
	// may have been called: it is asked about, never called again.
	Epoch int64
	// Subject is the order as it was when the attempt was decided. The store
	// does not write it with the attempt; it joins the order when it lists attempts.
	Subject *Order
}

// Store makes turns durable. One owner per customer at a time: jobs of one
// customer run one after another, in the order they were submitted.
type Store interface {
	// Submit queues a job and never blocks. decide runs on the store's side
	// with what keys name loaded; done is called once, when the changes are
	// durable (nil) or will never be (an error: decide's own, or the store's).
	// Submit itself fails with ErrBusy or ErrStoreDown; done is then not called.
	Submit(keys Keys, decide func(*View) (*Changes, error), done func(*Changes, error)) error
	// Do is Submit and waiting for it.
	Do(ctx context.Context, keys Keys, decide func(*View) (*Changes, error)) error

	// Epoch is the number of this opening of the store; it grows.
	Epoch() int64
	// LastText is when the last text before this opening was stored; zero for none.
	LastText() time.Time
	// Due lists customers with a deadline at or before now, earliest first.
	Due(ctx context.Context, now time.Time, limit int) ([]MSISDN, error)
	// Attempts lists attempts with an id above after, in order of id.
	Attempts(ctx context.Context, after int64, limit int) ([]Attempt, error)
	// Outbox lists rows in state ready with an id above after, in order of id.
	Outbox(ctx context.Context, after int64, limit int) ([]MT, error)
	// Undelivered lists rows in state undeliverable that asked for a receipt
	// and are not dealt with (Changes.Retold), in order of id. Link is then the
	// carrier that could not deliver it.
	Undelivered(ctx context.Context, limit int) ([]MT, error)
	// Ready fails when texts cannot be made durable now.
	Ready(ctx context.Context) error
}
