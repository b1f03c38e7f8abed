package booking

import "time"

// OrderID identifies an order. Ids grow with time and are never reused.
type OrderID int64

// State is a state of an order. See Order.Apply for the table.
type State uint8

// States of an order. 1 is kept for waiting (the waitlist).
const (
	StateNone State = 0
	Holding   State = 2
	Held      State = 3
	Debiting  State = 4
	Issuing   State = 5
	Issued    State = 6
	Voiding   State = 7
	Reversing State = 8
	Releasing State = 9
	Review    State = 10
	Closed    State = 11
)

// States lists every state, for tables and tests.
func States() []State {
	return []State{Holding, Held, Debiting, Issuing, Issued, Voiding, Reversing, Releasing, Review, Closed}
}

// String returns the state's name as the table writes it.
func (s State) String() string {
	switch s {
	case Holding:
		return "holding"
	case Held:
		return "held"
	case Debiting:
		return "debiting"
	case Issuing:
		return "issuing"
	case Issued:
		return "issued"
	case Voiding:
		return "voiding"
	case Reversing:
		return "reversing"
	case Releasing:
		return "releasing"
	case Review:
		return "review"
	case Closed:
		return "closed"
	}
	return "none"
}

// CloseReason says why an order ended, or is about to.
type CloseReason string

// Close reasons, as the table names them.
const (
	ClosedSoldOut      CloseReason = "sold_out"
	ClosedExpired      CloseReason = "expired"
	ClosedCancelled    CloseReason = "cancelled"
	ClosedDeclined     CloseReason = "declined"
	ClosedDebitUnknown CloseReason = "debit_unknown"
	ClosedIssueFailed  CloseReason = "issue_failed"
	ClosedRefunded     CloseReason = "refunded"
)

// AccountKind is the kind of a payment account.
type AccountKind string

// Kinds of accounts.
const (
	CardAccount  AccountKind = "card"
	PhoneAccount AccountKind = "phone" // the account the bank keeps for the customer's own number
	AlipayMobile AccountKind = "alipay"
)

// Account is a payment account without its number: the number itself is
// sealed by the vault for this customer and opened only by the bank adapter.
type Account struct {
	Alias  string      `json:"a,omitempty"` // C1
	Kind   AccountKind `json:"k"`
	Last4  string      `json:"l"`
	Token  string      `json:"t,omitempty"` // keyed blind index: equal numbers, equal tokens
	Sealed []byte      `json:"s,omitempty"`
}

// Quote is a question to the customer that a code answers. The code is
// never stored: it is a keyed function of the order, the amount, the MSISDN and
// Gen.
type Quote struct {
	For   QuoteFor  `json:"f,omitempty"`
	Gen   int       `json:"g,omitempty"` // a new code for a new quote
	Until time.Time `json:"u,omitzero"`
	Tries int       `json:"t,omitempty"` // wrong codes so far; a new quote does not reset them
}

// QuoteFor is what a quote's code authorises.
type QuoteFor uint8

// What a code can authorise.
const (
	NoQuote     QuoteFor = iota
	QuotePay             // charge the account and issue
	QuoteCancel          // void the ticket and refund
)

// Order is one order of one customer. It is a value: Apply returns a new one.
type Order struct {
	ID       OrderID     `json:"id"`
	Code     string      `json:"code"` // what the customer calls it
	Customer MSISDN      `json:"cust"`
	Version  int         `json:"v"`
	State    State       `json:"st"`
	Reason   CloseReason `json:"why,omitempty"`
	Created  time.Time   `json:"cr"`
	Since    time.Time   `json:"si"`            // when State was entered
	Due      time.Time   `json:"du,omitzero"`   // deadline of the state, if it has one
	Tries    int         `json:"tr,omitempty"`  // calls made in this state that ended unknown
	Trip     Trip        `json:"trip"`          // with the one fare that was chosen
	Seats    int         `json:"n"`             // number of seats
	Price    Money       `json:"price"`         // of all seats
	Until    time.Time   `json:"hu,omitzero"`   // when the terminal's hold ends (ConfirmBy)
	Places   []string    `json:"pl,omitempty"`  // seats as the terminal names them: car5 7A
	Account  Account     `json:"acct"`          // that is or will be charged
	Payment  int         `json:"pay,omitempty"` // number of the debit: each has its own key
	Declines int         `json:"dec,omitempty"`
	Declined Reason      `json:"dcr,omitempty"` // of the last decline
	Charged  bool        `json:"chg,omitempty"` // the bank said so and it was not returned
	Ticketed bool        `json:"tkt,omitempty"` // the terminal said so and it was not voided
	Quote    Quote       `json:"q,omitzero"`
	Refund   Money       `json:"ref,omitzero"`  // what goes back on a cancel
	Ask      int64       `json:"ask,omitempty"` // the text that waits for its answer, or 0
	AskedAt  time.Time   `json:"aat,omitzero"`
	Slow     bool        `json:"slow,omitempty"` // "working on it" was sent for Ask
}

// Live tells whether the order still needs work or holds a ticket.
func (o Order) Live() bool { return o.State != Closed && o.State != StateNone }

// Unpaid tells whether the order holds seats that nobody has paid for.
func (o Order) Unpaid() bool {
	return o.State == Holding || o.State == Held || o.State == Debiting
}
