package booking

import "time"

// OrderID identifies an order. Ids grow with time and are never reused.
type OrderID int64

// State is a state of an order. See Order.Apply for the table.
type State uint8

// States of an order. The numbers are stored.
const (
	StateNone State = 0
	Waiting   State = 1
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
	Swapping  State = 12
)

// States lists every state, for tables and tests.
func States() []State {
	return []State{Waiting, Holding, Held, Debiting, Issuing, Swapping, Issued, Voiding, Reversing, Releasing, Review, Closed}
}

// String returns the state's name as the table writes it.
func (s State) String() string {
	switch s {
	case Waiting:
		return "waiting"
	case Swapping:
		return "swapping"
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
	ClosedWaitEnded    CloseReason = "wait_ended"
	ClosedChanged      CloseReason = "changed"       // another order took its place
	ClosedChangeFailed CloseReason = "change_failed" // it could not take the other's place, whose ticket stands
	ClosedWithdrawn    CloseReason = "withdrawn"     // the service was cancelled while seats were held
)

// AccountKind is the kind of a payment account.
type AccountKind string

// Kinds of accounts.
const (
	CardAccount  AccountKind = "card"
	PhoneAccount AccountKind = "phone" // the account the bank keeps for the customer's own number
	AlipayMobile AccountKind = "alipay"
	WeChatMobile AccountKind = "wechat"
	BankAccount  AccountKind = "bank" // an account number without a check digit of its own
	IBANAccount  AccountKind = "iban" // ISO 13616
)

// Account is a payment account without its number: the number itself is
// sealed by the vault for this customer and opened only by the bank adapter.
type Account struct {
	Alias  string      `json:"a,omitempty"` // C1
	Kind   AccountKind `json:"k"`
	Last4  string      `json:"l"`
	Token  string      `json:"t,omitempty"` // keyed blind index: equal numbers, equal tokens
	Sealed []byte      `json:"s,omitempty"`
	Brand  string      `json:"b,omitempty"` // of a card: what its first digits say, see CardBrand
	Paid   bool        `json:"p,omitempty"` // for this customer before
}

// Quote is a question to the customer that a code answers. The code is
// never stored: it is a keyed function of the order, the amount, the MSISDN and
// Gen.
type Quote struct {
	For       QuoteFor  `json:"f,omitempty"`
	Gen       int       `json:"g,omitempty"` // a new code for a new quote
	Until     time.Time `json:"u,omitzero"`
	CodeUntil time.Time `json:"cu,omitzero"` // its code ends before Until; zero when it does not
	Tries     int       `json:"t,omitempty"` // wrong codes so far; a new quote does not reset them
}

// CodeEnds is until when the quote's code is taken.
func (q Quote) CodeEnds() time.Time {
	if q.CodeUntil.IsZero() || q.Until.Before(q.CodeUntil) {
		return q.Until
	}
	return q.CodeUntil
}

// QuoteFor is what a quote's code authorises.
type QuoteFor uint8

// What a code can authorise.
const (
	NoQuote     QuoteFor = iota
	QuotePay             // charge the account and issue
	QuoteCancel          // void the ticket, or some of its seats, and refund
	QuoteChange          // charge what is missing, issue, and void the old ticket
	QuoteWait            // join the waitlist: charge the account when seats are found
)

// Order is one order of one customer. It is a value: Apply returns a new one
// and never writes to what the old one points to.
type Order struct {
	ID         OrderID     `json:"id"`
	Code       string      `json:"code"` // what the customer calls it
	Customer   MSISDN      `json:"cust"`
	Class      string      `json:"cls,omitempty"` // of the customer when it was made, for counts
	Version    int         `json:"v"`
	State      State       `json:"st"`
	Reason     CloseReason `json:"why,omitempty"`
	Created    time.Time   `json:"cr"`
	Since      time.Time   `json:"si"`           // when State was entered
	Due        time.Time   `json:"du,omitzero"`  // deadline of the state, if it has one
	Tries      int         `json:"tr,omitempty"` // calls made in this state that ended unknown
	Trip       Trip        `json:"trip"`         // with the one fare that was chosen
	Seats      int         `json:"n"`            // number of seats
	Price      Money       `json:"price"`        // of all seats
	Until      time.Time   `json:"hu,omitzero"`  // when the terminal's hold ends (ConfirmBy)
	Holds      int         `json:"hn,omitempty"` // holds made before this one: each has its own key
	Places     []string    `json:"pl,omitempty"` // seats as the terminal names them: car5 7A
	Passengers []Passenger `json:"px,omitempty"` // one a place, where names are given
	Account    Account     `json:"acct"`         // that is or will be charged

	Payment  int    `json:"pay,omitempty"` // number of the debit: each has its own key
	Declines int    `json:"dec,omitempty"`
	Declined Reason `json:"dcr,omitempty"` // of the last decline
	Charged  bool   `json:"chg,omitempty"` // the bank said so and it was not returned
	Ticketed bool   `json:"tkt,omitempty"` // the terminal said so and it was not voided
	Funds    []Fund `json:"fu,omitempty"`  // the debits that pay for it, oldest first

	Quote      Quote         `json:"q,omitzero"`
	Refund     Money         `json:"ref,omitzero"` // what goes back on a cancel
	Fee        Money         `json:"fee,omitzero"` // what that cancel, or this change, keeps
	Fees       Money         `json:"fs,omitzero"`  // kept so far, of all that paid for this ticket
	Leaving    []int         `json:"lv,omitempty"` // places that the cancel is for; none means all
	Former     []Former      `json:"fo,omitempty"` // seats that were cancelled alone
	Refunds    []Refund      `json:"rf,omitempty"` // every payment back, oldest first
	SettleDue  time.Time     `json:"sd,omitzero"`  // when the bank is asked whether a refund has arrived
	StrayDue   time.Time     `json:"ys,omitzero"`  // when the bank is asked whether a payment that was undone has come after all
	StrayAsked int           `json:"ya,omitempty"` // how often it was
	Stray      bool          `json:"yb,omitempty"` // it has come
	FreeUntil  time.Time     `json:"fre,omitzero"` // a cancel keeps no fee until then
	Wish       *Wish         `json:"w,omitempty"`  // of an order that waits, or waited, for seats
	Swap       *Swap         `json:"sw,omitempty"` // of an order that is to take another's place
	Next       OrderID       `json:"nx,omitempty"` // the order that is to take this one's place
	Keep       time.Duration `json:"kp,omitempty"` // how long its seats are to be held; 0 for as long as usual
	Lead       time.Duration `json:"ld,omitempty"` // how long before the departure to remind; 0 for never
	Reminded   bool          `json:"rm,omitempty"`
	Upset      ServiceChange `json:"up,omitempty"` // its carrier cancelled or moved the service
	UpsetTold  bool          `json:"ut,omitempty"`

	Ask     int64     `json:"ask,omitempty"` // the text that waits for its answer, or 0
	AskedAt time.Time `json:"aat,omitzero"`
	Slow    bool      `json:"slow,omitempty"` // "working on it" was sent for Ask
}

// Fund is a debit that pays for an order.
type Fund struct {
	Key  string `json:"k"` // of the debit
	Paid Money  `json:"p"`
	Back Money  `json:"b,omitzero"` // refunded of it
}

// RefundState is how far a payment back is.
type RefundState string

// States of a refund.
const (
	RefundRequested RefundState = "requested" // decided, the bank was not asked yet
	RefundSent      RefundState = "sent"      // the bank was asked and has not answered
	RefundAccepted  RefundState = "accepted"  // the bank has booked it
	RefundSettled   RefundState = "settled"   // it has reached the account
	RefundFailed    RefundState = "failed"    // an operator looks at it
)

// Refund is one payment back: a part or all of one debit.
type Refund struct {
	Key    string      `json:"k"`
	Fund   string      `json:"f"` // key of the debit
	Amount Money       `json:"a"`
	State  RefundState `json:"s"`
	At     time.Time   `json:"at"` // of the state
}

// Former is a seat that was cancelled alone.
type Former struct {
	Place     string     `json:"p"`
	Number    int        `json:"n,omitempty"` // see Order.Numbers
	Passenger *Passenger `json:"x,omitempty"`
	At        time.Time  `json:"at"`
}

// Wish is what an order on the waitlist waits for.
type Wish struct {
	Trips  []Trip    `json:"t"`           // any of them, likeliest first, each with its one fare
	Until  time.Time `json:"u"`           // cut-off
	Most   Money     `json:"m"`           // what the joining code authorises
	Joined time.Time `json:"j,omitzero"`  // zero while the code is awaited
	Spent  bool      `json:"s,omitempty"` // seats were found and the bank refused: the customer decides
}

// Swap is the ticket that an order is to take the place of.
type Swap struct {
	Order    OrderID `json:"o"`
	Code     string  `json:"c"`
	Terminal string  `json:"x,omitempty"`
	Key      string  `json:"k"`           // of its hold
	Credit   Money   `json:"p"`           // its price: counts as paid
	Fee      Money   `json:"fe,omitzero"` // what the change costs
	Funds    []Fund  `json:"f,omitempty"` // its debits, taken over when it is void
	Fees     Money   `json:"fs,omitzero"` // kept of them so far
	Done     bool    `json:"d,omitempty"` // it is void and its money is this order's
	Ended    bool    `json:"e,omitempty"` // it stands
}

// Live tells whether the order still needs work or holds a ticket.
func (o Order) Live() bool {
	return o.State != Closed && o.State != StateNone || !o.SettleDue.IsZero() || !o.StrayDue.IsZero()
}

// Unpaid tells whether the order holds seats that nobody has paid for.
func (o Order) Unpaid() bool {
	return o.State == Holding || o.State == Held || o.State == Debiting
}

// Automatic tells whether the order was authorised to be paid as soon as seats are found.
func (o Order) Automatic() bool {
	return o.Wish != nil && !o.Wish.Joined.IsZero() && !o.Wish.Spent
}

// Charge is what the order's debit takes: its price, or for a change what is
// missing of the new price and the fee.
func (o Order) Charge() Money {
	if o.Swap == nil {
		return o.Price
	}
	return o.Price.Plus(o.Swap.Fee).Minus(o.Swap.Credit).AtLeastZero()
}

// GiveBack is what a change returns: the old price less fee and new price.
func (o Order) GiveBack() Money {
	if o.Swap == nil {
		return Money{Currency: o.Price.Currency}
	}
	return o.Swap.Credit.Minus(o.Price.Plus(o.Swap.Fee)).AtLeastZero()
}

// Paid is what the order's debits amount to, less what went back.
func (o Order) Paid() Money {
	m := Money{Currency: o.Price.Currency}
	for _, f := range o.Funds {
		m = m.Plus(f.Paid).Minus(f.Back)
	}
	return m
}

// PendingRefund returns the refund that the bank has not acknowledged, if one is.
func (o Order) PendingRefund() (Refund, bool) {
	for _, r := range o.Refunds {
		if r.State == RefundRequested || r.State == RefundSent || r.State == RefundFailed {
			return r, true
		}
	}
	return Refund{}, false
}

// Unsettled returns the oldest refund that was acknowledged and has not reached the account.
func (o Order) Unsettled() (Refund, bool) {
	for _, r := range o.Refunds {
		if r.State == RefundAccepted {
			return r, true
		}
	}
	return Refund{}, false
}

// Numbers are what the customer calls the order's seats by: 1 for the first that
// the ticket had. They stay when others are cancelled, so that a text about one
// never comes to mean the next.
func (o Order) Numbers() []int {
	gone := map[int]bool{}
	for _, f := range o.Former {
		gone[f.Number] = true
	}
	numbers := make([]int, 0, o.Seats)
	for n := 1; len(numbers) < o.Seats; n++ {
		if !gone[n] {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// Partly tells whether the cancel that was asked for, or is under way, leaves seats.
func (o Order) Partly() bool { return len(o.Leaving) > 0 && len(o.Leaving) < o.Seats }

// separable tells whether some of the order's seats, by their index, can leave
// it: the terminal must have a name for each seat, or it would not know which.
func (o Order) separable(places []int) bool {
	if len(places) == 0 {
		return true
	}
	seen := map[int]bool{}
	for _, i := range places {
		if i < 0 || i >= o.Seats || seen[i] {
			return false
		}
		seen[i] = true
	}
	return len(places) == o.Seats || len(o.Places) == o.Seats
}

// LeavingPlaces are the seats that a cancel is for, as the terminal names
// them; none when it is for all.
func (o Order) LeavingPlaces() []string {
	if !o.Partly() {
		return nil
	}
	var places []string
	for _, i := range o.Leaving {
		if i < len(o.Places) {
			places = append(places, o.Places[i])
		}
	}
	return places
}

// replaces is the key of the ticket that the order is to take the place of.
func (o Order) replaces() string {
	if o.Swap == nil {
		return ""
	}
	return o.Swap.Key
}

// PriceOf is the price of some of the order's places, by their index, and of
// all when none is named.
func (o Order) PriceOf(places []int) Money {
	if len(places) == 0 || len(places) >= o.Seats {
		return o.Price
	}
	return Money{o.Price.Minor / int64(o.Seats) * int64(len(places)), o.Price.Currency}
}
