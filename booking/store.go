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
	// Count tells what was ordered for a day of departure, of all customers. It reads
	// many rows and is for operators. nil when the store cannot tell.
	Count func(day Date) ([]Tally, error)
	// Members counts the customers with a label (Customer.Labels). It reads as many rows
	// and is for operators. nil when the store cannot tell.
	Members func(label string) (int, error)
	// Reviews lists orders in review of all customers, the oldest first, without what is
	// sealed of them. nil when the store cannot tell.
	Reviews func(limit int) ([]*Order, error)
	// Desk reads callbacks. nil when the store cannot tell.
	Desk Desk
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
	Asked    []Asked // submits that are asked about, or not any more
	Parts    []Part
	DropPart string // key of parts that are joined or given up

	// Uses are what debits of accounts came to, kept for AccountWindow.
	Uses []AccountUse
	// Stranger is set when the text was about an order that its phone does not have. It is
	// counted and not stored.
	Stranger bool
	// Erase makes all that was sealed for the customer before this turn unreadable
	// for ever: his row, his texts and answers, names and accounts of his orders.
	// Customer is what is kept of him from now on.
	Erase       bool
	Suspensions []Suspension     // stops of sale that begin or end
	Notices     []Notice         // new ones and new versions
	Follows     []Follow         // wishes to be told of a service
	Cursors     map[string]int64 // how far events of a terminal are dealt with, by its name
	Callbacks   []Callback       // new ones and new versions

	// Silent is until when the customer's texts get no answer, since he sends too many;
	// Noticed tells that this turn told him so. For the engine: the store writes neither.
	Silent  time.Time
	Noticed bool
}

// Suspension stops the sale of a service, as operators do.
type Suspension struct {
	Number string    // of the service, as customers call it
	Day    Date      // of departure; 0 for every day
	Class  string    // empty for every class
	Until  time.Time // zero while it lasts; else it has ended
	By     MSISDN
	At     time.Time
}

// Follow is a customer's wish to be told of changes of a service.
type Follow struct {
	Customer MSISDN
	Number   string
	Day      Date // of departure; 0 for every day
	Off      bool // not any more
}

// Notice is something to tell the customers of a run, or operators, one after another.
type Notice struct {
	ID       int64
	At       time.Time
	Number   string        // of the service, as customers call it, empty for all customers of Group; of a notice to operators the code of an order, if one is concerned
	Terminal string        // of an event
	Event    *ServiceEvent // what its carrier did; nil for an operator's text
	Day      Date          // of departure; 0 for every day from that of At on
	Group    string        // only customers of that class
	Text     string        // an operator's
	// Callback is set for operators' phones: the callback that they are told of, or
	// NoCallback when it is what became of an order in review (Text).
	Callback int64
	After    MSISDN // customers up to him were told, in order of MSISDN
	Told     int    // how many
	Done     bool
}

// Tally counts orders that are alike.
type Tally struct {
	Number   string
	Kind     Kind
	Day      Date   // of departure
	Class    string // of the seats
	Customer string // class of the customer
	State    State
	Reason   CloseReason
	Orders   int
	Seats    int
	Money    Money // price of the seats
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
// An order has at most one, and beside it perhaps one that asks whether a refund has arrived.
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
	// Waiting lists orders on the waitlist (state waiting, joined) with an id above after, in order of id.
	Waiting(ctx context.Context, after OrderID, limit int) ([]*Order, error)
	// Travellers lists customers above after who have or wait for seats of a service that departs on
	// the days from first to last, or follow it, in order of MSISDN. last 0 is every day from first on.
	Travellers(ctx context.Context, number string, first, last Date, after MSISDN, limit int) ([]MSISDN, error)
	// Labelled lists customers above after with a label (Customer.Labels), in order of MSISDN.
	Labelled(ctx context.Context, label string, after MSISDN, limit int) ([]MSISDN, error)
	// Customers lists customers above after as the last commit left them, in order of MSISDN.
	Customers(ctx context.Context, after MSISDN, limit int) ([]*Customer, error)
	// Notices lists those that are not done, in order of id.
	Notices(ctx context.Context) ([]Notice, error)
	// Suspended lists the stops of sale that last.
	Suspended(ctx context.Context) ([]Suspension, error)
	// Cursor is what Changes.Cursors last said; 0 at first.
	Cursor(ctx context.Context, name string) (int64, error)
	// Uses lists what debits of accounts came to at or after a time, at most
	// AccountWindow ago, in order of id.
	Uses(ctx context.Context, since time.Time) ([]AccountUse, error)
	// Inquiries lists submits without a final receipt that are to be asked about
	// at or before now (Sent.AskAt, Changes.Asked), the earliest first. Link is the
	// carrier that has it.
	Inquiries(ctx context.Context, now time.Time, limit int) ([]Inquiry, error)
	// Ready fails when texts cannot be made durable now.
	Ready(ctx context.Context) error
}
