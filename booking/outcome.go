package booking

// Verdict tells how a call to a terminal or a bank ended. The zero value is
// Unknown: no answer is a third outcome, not an error.
type Verdict uint8

// The three outcomes of a call.
const (
	Unknown Verdict = iota // no answer, or one that cannot be trusted
	Done                   // it happened, once
	Refused                // it did not happen and will not under this key
)

// String returns the verdict's name.
func (v Verdict) String() string {
	return [...]string{"unknown", "done", "refused"}[v]
}

// Reason says why a call was refused. It chooses what the customer is told
// and is safe to log.
type Reason string

// Reasons of terminals and banks.
const (
	ReasonNone      Reason = ""
	ReasonSoldOut   Reason = "sold_out"       // not so many seats on that part of the run
	ReasonClosed    Reason = "sale_closed"    // departed, withdrawn or not on sale
	ReasonDeclined  Reason = "declined"       // the bank will not pay
	ReasonAccount   Reason = "account"        // the account is not valid
	ReasonNotFound  Reason = "not_found"      // nothing known under that key
	ReasonMismatch  Reason = "mismatch"       // the key was used with other content
	ReasonTombstone Reason = "already_undone" // the key was reversed, voided or released before
	ReasonUsed      Reason = "travelled"      // the ticket was used and stands
	ReasonDeadline  Reason = "deadline"       // too little time left before the hold ends
	ReasonBooked    Reason = "already_booked" // a passenger has a seat on that service and day
	ReasonNames     Reason = "names_missing"  // tickets are sold by name and a seat has none
	ReasonPending   Reason = "not_settled"    // a refund is on its way still
	ReasonWithheld  Reason = "withheld"       // the account, or others like it, was declined too often: the bank was not asked
	ReasonIdentity  Reason = "identity"       // no such document, or it is somebody else's
)

// Outcome is what a port returns: no bare error crosses that border. Value
// is meaningful when Verdict is Done.
type Outcome[T any] struct {
	Verdict Verdict
	Value   T
	Reason  Reason
	Cause   error // for the log of an Unknown, never shown to a customer
}

// IsDone makes a done outcome.
func IsDone[T any](v T) Outcome[T] { return Outcome[T]{Verdict: Done, Value: v} }

// IsRefused makes a refused outcome.
func IsRefused[T any](r Reason) Outcome[T] { return Outcome[T]{Verdict: Refused, Reason: r} }

// IsUnknown makes an unknown outcome; cause may be nil.
func IsUnknown[T any](cause error) Outcome[T] { return Outcome[T]{Cause: cause} }
