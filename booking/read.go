package booking

// Marks are where rows from a time on begin: every row that is older has an id
// up to the mark of its table, every other one an id above it.
type Marks struct {
	Text  int64 // MO.ID
	Reply int64 // MT.ID
	Entry int64 // Entry.ID
}

// OrderLine is what an order is counted and listed by: nothing of who travels
// or pays.
type OrderLine struct {
	ID       OrderID
	Customer MSISDN
	Day      Date // of departure where it departs; 0 when none is known
	Number   string
	Kind     Kind
	Class    string // of the seats
	State    State
	Reason   CloseReason
	Seats    int
	Price    Money // of all seats
}

// OrderQuery says which orders are listed, in order of day and id.
type OrderQuery struct {
	First, Last Date   // days of departure, both included
	Number      string // of the service; empty for every one
	Code        string // of the order; empty for every one

	AfterDay Date // go on after the order of that day and id
	AfterID  OrderID
}

// Answer is a reply with what became of it.
type Answer struct {
	MT
	State MTState
	Over  string // the carrier that has it
}
