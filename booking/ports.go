package booking

import (
	"context"
	"time"
)

// Capabilities of a ticket terminal.
type Capabilities struct {
	Named bool // tickets are sold by name: every seat needs a passenger
}

// HoldRequest asks a terminal to keep seats.
type HoldRequest struct {
	Key   string // idempotency: the same key always gives the same hold
	Trip  TripKey
	Class string
	Seats int
	For   time.Duration // how long the seats should be kept
	// Passengers are one for each seat where tickets are sold by name, else
	// none. A document has one live seat per service and day.
	Passengers []Passenger
	// Replaces is the key of the ticket that this one takes the place of: its
	// passengers may have both until it is voided.
	Replaces string
}

// Passenger is one person of an order, without the number of the document in clear.
type Passenger struct {
	Name     string   `json:"n"`
	Document Document `json:"d"`
	Alias    string   `json:"a,omitempty"` // what the customer calls a saved passenger; ME is the customer
}

// Hold is what a terminal keeps under a key.
type Hold struct {
	Until  time.Time // ConfirmBy: after it the terminal gives the seats back
	Price  Money     // of all seats
	Places []string  // seats, as printed on the ticket
}

// TicketState is what a terminal knows under a key.
type TicketState string

// States of a terminal's item.
const (
	ItemHeld     TicketState = "held"
	ItemIssued   TicketState = "issued"
	ItemVoided   TicketState = "voided"
	ItemReleased TicketState = "released"
)

// Item is a terminal's answer to Get.
type Item struct {
	State  TicketState
	Places []string
}

// Ticketing is a ticket terminal, with the names of OSDM where it has them.
// Every call is safe to repeat with its key; the key of all calls about one
// order's seats is that of its hold. When a call returns Done, it is durable at
// the terminal. Calls end by the context's deadline with Unknown.
type Ticketing interface {
	Stock
	// Capabilities of this terminal.
	Capabilities() Capabilities
	// Prebook holds seats. Refused: sold_out, sale_closed, mismatch, already_undone, and where
	// passengers are named already_booked and names_missing.
	Prebook(ctx context.Context, r HoldRequest) Outcome[Hold]
	// Fulfil issues the tickets of a hold. Refused: not_found, already_undone (the hold ended).
	Fulfil(ctx context.Context, key string) Outcome[Item]
	// Get tells what is known under the key. Refused: not_found, which is final
	// only for a key whose calls have all ended.
	Get(ctx context.Context, key string) Outcome[Item]
	// Void cancels issued tickets, and makes sure that a Fulfil still on its
	// way issues nothing. Done also when nothing was issued. Refused: travelled.
	// With places only those seats of an issued item are cancelled, and Item has
	// what is left; seats that were cancelled before stay so.
	Void(ctx context.Context, key string, places []string) Outcome[Item]
	// Release gives held seats back. Done also when nothing is held any more.
	Release(ctx context.Context, key string) Outcome[Item]
	// Events lists what has changed at the terminal since the event numbered
	// after, oldest first, at most limit.
	Events(ctx context.Context, after int64, limit int) Outcome[[]ServiceEvent]
	// Ready tells whether the terminal can be used now.
	Ready(ctx context.Context) error
}

// ServiceChange is what became of a run.
type ServiceChange string

// Changes of a run.
const (
	RunCancelled ServiceChange = "cancelled" // it does not run
	RunMoved     ServiceChange = "moved"     // it runs later or earlier by Shift
	RunRestored  ServiceChange = "restored"  // it runs as the timetable says, after all
)

// ServiceEvent is one change that a terminal reports.
type ServiceEvent struct {
	Seq     int64 // grows; the next call of Events goes on after it
	Service string
	Date    Date // the day the run starts
	Change  ServiceChange
	Shift   time.Duration // of a moved run, from the timetable's times; negative when earlier
	At      time.Time     // when the terminal knew
}

// DebitRequest asks the bank for money.
type DebitRequest struct {
	Key     string // unique for ever; called at most once
	Amount  Money
	Payer   MSISDN
	Account Account
	Text    string // for the customer's statement: order code
}

// Charge is a bank's acknowledgement.
type Charge struct {
	Ref    string // the bank's reference
	Amount Money
}

// Bank is the bank collection system. When a call returns Done, it is booked at
// the bank. Calls end by the context's deadline with Unknown.
type Bank interface {
	// Debit takes the money. Called at most once per key. Refused: declined, account.
	Debit(ctx context.Context, r DebitRequest) Outcome[Charge]
	// Query tells what became of a debit. Refused with declined is final;
	// refused with not_found is not, since the debit may still arrive.
	Query(ctx context.Context, key string) Outcome[Charge]
	// Reverse undoes a debit completely, and makes sure that one still on its
	// way is not booked. Done also when nothing was booked. Repeated with the same
	// key until acknowledged.
	Reverse(ctx context.Context, key string) Outcome[Charge]
	// Refund returns amount of the debit made under key; one refund per
	// refundKey. Repeated with the same keys until acknowledged.
	Refund(ctx context.Context, key, refundKey string, amount Money) Outcome[Charge]
	// Settled tells whether the refund has reached the customer's account.
	// Refused: not_settled (ask again later), not_found.
	Settled(ctx context.Context, refundKey string) Outcome[Charge]
	// PaysByPhone tells whether the bank keeps accounts under customers' own
	// numbers (mobile bank, Alipay), so that nobody has to text an account.
	PaysByPhone() bool
	// Ready tells whether the bank can be used now.
	Ready(ctx context.Context) error
}

// VerifyRequest asks whether a document is real and belongs to that name.
type VerifyRequest struct {
	Key      string // of this question; the same key is the same question
	Owner    MSISDN // whose vault key opens Document.Sealed
	Name     string
	Document Document
}

// Verified is a verifier's yes.
type Verified struct {
	Ref string // the verifier's reference
}

// IdentityVerifier knows whether identities are real: a register of persons.
// Calls end by the context's deadline with Unknown. Refused: identity.
type IdentityVerifier interface {
	Verify(ctx context.Context, r VerifyRequest) Outcome[Verified]
	// Ready tells whether the verifier can be used now.
	Ready(ctx context.Context) error
}

// Vault seals what must never stand in clear on disk.
type Vault interface {
	// Seal encrypts for a kind of secret and its owner; only Open with both the same reads it.
	Seal(kind, owner string, plaintext []byte) []byte
	// Open decrypts. It fails for another key, kind or owner, and for tampered bytes.
	Open(kind, owner string, sealed []byte) ([]byte, error)
	// Token is a keyed blind index: equal secrets of a kind have equal tokens.
	Token(kind string, plaintext []byte) string
	// PRF is a keyed pseudo-random function, separate for each kind.
	PRF(kind string, data []byte) [32]byte
}

// Kinds of sealed secrets.
const (
	SecretAccount  = "account"
	SecretDocument = "document"
	SecretText     = "text" // messages: they carry codes and names
	SecretBIN      = "bin"  // first digits of a card, as a token only
)

// SendResult is what became of one submit_sm.
type SendResult struct {
	Verdict   Verdict
	MessageID string // of a done one: the carrier's id
	Status    uint32 // of a refused one: command_status
	// NotSent is set on an unknown that provably never reached the carrier.
	NotSent bool
	// Once is set on an unknown of which no second copy may be sent: a receipt
	// or the customer settles it.
	Once bool

	Bind    uint64   // of a done one: the bind that acknowledged it, numbered as MO.Session
	Link    string   // the carrier that it went to; empty when it is MT.Link
	Forms   []string // of a done one: how receipts may write MessageID
	Receipt bool     // a receipt was asked for

	Rest  []Taken   // of a done one: the parts after the first
	AskAt time.Time // of a done one: when to ask about it; zero for never
	Wire  string    // MessageID as the carrier wrote it, when it is asked about
}

// Carrier sends texts to phones. Texts of one MSISDN leave in the order they
// were given.
type Carrier interface {
	// Send queues the text and calls done exactly once, from any goroutine.
	// It never blocks; false means that the queue is full and done is not called.
	Send(m MT, done func(SendResult)) bool
	// Ready tells whether at least one bind is up.
	Ready() error
}
