package booking

import (
	"time"

	"shortfare/parser"
)

// MO is a text from a customer (mobile originated), whole: parts are joined,
// and card and document numbers are already replaced in Text.
type MO struct {
	ID      int64     // given by the store
	MSISDN  MSISDN    //
	Source  Address   // as the carrier wrote it; replies go there
	Dest    Address   // our short code, as the carrier wrote it
	Link    string    // name of the carrier it came from
	Session uint64    // the bind it came over; grows with time
	Text    string    // redacted
	Hash    uint64    // of what the carrier sent, for recognising a second delivery
	At      time.Time // when it was received
	State   MOState
	// DupFloor is set when acknowledgements of earlier binds may have been
	// lost: the same text accepted at or after it, on an earlier bind, is this
	// very message delivered again (SMPP gives an MO no id).
	DupFloor time.Time
	// Lost narrows DupFloor to the binds that it is about; nil means every bind
	// but Session. It matters to the turn only and is not stored.
	Lost []Lost
}

// Lost names binds that ended while acknowledgements were under way: the carrier
// may deliver again what it sent over one of them at or after From.
type Lost struct {
	First, Last uint64 // numbers of the binds, both included
	From        time.Time
}

// mayRepeat tells whether m can be the second delivery of what was seen.
func (m *MO) mayRepeat(s *Seen) bool {
	if s.Hash != m.Hash || s.Session == m.Session || m.DupFloor.IsZero() {
		return false
	}
	if m.Lost == nil {
		return s.At >= m.DupFloor.UnixMilli()
	}
	for _, l := range m.Lost {
		if l.First <= s.Session && s.Session <= l.Last && s.At >= l.From.UnixMilli() {
			return true
		}
	}
	return false
}

// MOState is the state of a stored text.
type MOState uint8

// States of a text.
const (
	MOTurned  MOState = iota // its turn was committed with it
	MOFailed                 // its turn failed; an apology was sent
	MOIgnored                // no answer is due: alphanumeric sender, loop breaker, second delivery
)

// Intake is a text as a turn reads it: parsed, its secrets sealed.
type Intake struct {
	MO       MO
	Command  parser.Command
	Account  *Account // sealed account that the text carried
	Document *Document
	People   []Document // one for each of Command.People, zero for one without a document
	Removed  bool       // a PIN, password or card check value was in it and was deleted
}

// Document is an identity document without its number in clear.
type Document struct {
	Kind   string `json:"k"`
	Masked string `json:"m"` // 1101**********002X
	Token  string `json:"t"` // keyed blind index
	Sealed []byte `json:"s"`
	Region string `json:"r,omitempty"`
	Birth  string `json:"b,omitempty"` // YYYY-MM-DD
	Gender string `json:"g,omitempty"`

	// Findings are what is wrong with it, as codes of the validator; such a
	// document is never stored.
	Findings []string `json:"-"`
}

// MT is a text to a customer (mobile terminated). As a row of the outbox it is
// written by the turn that decided it.
type MT struct {
	ID      int64 // given by the store
	MSISDN  MSISDN
	To      Address
	From    Address // our short code
	Link    string  // preferred carrier: the one the customer last wrote over
	Avoid   string  // carrier that could not deliver it: used only when there is no other
	Text    string
	Cause   int64 // the text it answers; 0 for a notice
	Notice  bool  // a second or unasked message: "working on it", an expiry
	Receipt bool  // ask the carrier for a delivery receipt
	At      time.Time
	Copies  int // submits that may have reached the carrier before this process started
	// Again is set on a message that repeats one which could not be delivered;
	// it is not repeated any more.
	Again bool
}

// MTState is the state of a row of the outbox.
type MTState uint8

// States of the outbox.
const (
	MTReady     MTState = iota // to be sent
	MTSent                     // acknowledged by the carrier
	MTFailed                   // refused for good by the carrier
	MTUnknown                  // two submits without an answer: waits for a receipt
	MTDelivered                // receipt: delivered
	MTUndeliverable
)

// Sent settles a row of the outbox.
type Sent struct {
	ID        int64
	State     MTState
	Link      string // the carrier that has it
	MessageID string
	Forms     []string // of MessageID as receipts may write it; they count with the MSISDN only
	Status    uint32
	Bind      uint64 // that acknowledged it, numbered as MO.Session; 0 when none did
	Receipt   bool   // a receipt was asked for: keep the message id for matching

	// Rest are the parts of a long text after the first, whose id is MessageID.
	Rest []Taken
	// AskAt is when the carrier is to be asked what became of it, unless a final
	// receipt came; zero for never. Wire is MessageID as the carrier wrote it.
	AskAt time.Time
	Wire  string
}

// Receipt is a delivery receipt as it came.
type Receipt struct {
	Link      string // the carrier it came from, over whichever bind
	MessageID string
	Forms     []string // other forms of MessageID, likeliest first; they count with the MSISDN only
	MSISDN    MSISDN   // of the phone it is about; 0 when the carrier did not say
	State     string   // DELIVRD, UNDELIV, ...
	Raw       string
	At        time.Time
}

// Part is one part of a long text, durable before it is acknowledged.
type Part struct {
	Key   string // link, source, destination, reference, total
	Seq   int
	Total int
	Body  []byte // opaque to the store: the link's own encoding
	At    time.Time
}
