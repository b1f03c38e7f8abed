// Package smsc is the other end of the wire: a message centre that an ESME binds
// to, with handsets that text and get texts, and with faults to switch on. It is
// used by tests, by smscsim and by the local mode of the gateway.
//
// It does what carriers do. A text from a handset (MO) is kept until an ESME
// answers its deliver_sm with ESME_ROK, sent again after a refusal for now and
// after an answer that was lost, in order per number. A text to a handset (MT)
// is acknowledged with a message id, joined with its other parts and put into
// the handset's inbox, and gets a delivery receipt when it asked for one. What
// went over the wire stands in a ledger that tests can hold against others.
//
// One mutex guards all state. Nothing waits while it is held, and callbacks of
// the user run without it, one at a time, in order.
package smsc

import (
	"crypto/tls"
	"errors"
	"io"
	"time"

	"go.uber.org/zap"

	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// Config says how an SMSC behaves. The zero value of every field means the
// default that is named there.
type Config struct {
	// SystemID is what the SMSC calls itself in bind responses. Default "smscsim".
	SystemID string
	// Accounts holds the password of every system_id that may bind. Nil, and ESMEs too: any system_id with any password.
	Accounts map[string]string
	// ESMEs holds more about system_ids that may bind; it goes before Accounts.
	ESMEs map[string]Account
	// Log gets binds, refusals and faults; never a text, number or password. Default: nothing.
	Log *zap.Logger
	// TLS secures every connection: as the server's side of those that Serve
	// accepts, and as the client's side of those that Outbind makes. Default: plain TCP.
	TLS *tls.Config
	// Window is how many deliver_sm may be unanswered per bind. Default 10.
	Window int
	// RespTimeout is how long a deliver_sm may be unanswered before it counts as lost. Default 10 s.
	RespTimeout time.Duration
	// ResendAfter is how long a text waits after a refusal for now or a time-out. Default 1 s.
	ResendAfter time.Duration
	// EnquireLink is the silence after which an ESME is asked whether it lives. Default 30 s; negative: never.
	EnquireLink time.Duration
	// QueueLimit bounds the texts that wait for an ESME, receipts included. Default 1,000,000.
	QueueLimit int
	// FirstSequence is the first sequence_number of every session. Default 1.
	FirstSequence uint32
	// FirstMessageID is the first message id given; later ones count up. Default 1000001.
	FirstMessageID uint64
	// Default is what data_coding 0 means here. Default GSM 7-bit.
	Default coding.Encoding
	// Receipts says how delivery receipts look.
	Receipts Receipts
	// Keep is how many rows of each kind the ledger remembers at least; older ones that are final are forgotten, so that memory stays flat. Default: all.
	Keep int
	// KeepPDUs is how many PDUs the ledger remembers. Default: none.
	KeepPDUs int
	// Stream, if any, gets every row of the ledger as a JSON line once it is final, PDUs too. It must not wait. See FlushLedger.
	Stream io.Writer
	// Clock gives the time that ledger and receipts show. Default time.Now. Timers always run on the time of the runtime.
	Clock func() time.Time
	// OnEvent is told of binds that come, go and are refused. It must not wait for the SMSC to shut down.
	OnEvent func(Event)
}

// Receipts says how delivery receipts look (SMPP 3.4 appendix B). The zero
// value is a receipt as the standard shows it, at once, with both TLVs, to those
// who ask for one in registered_delivery.
type Receipts struct {
	Off   bool                // never send any
	State coding.MessageState // what became of the text. Default delivered
	Delay time.Duration       // from the submit_sm_resp on; negative: the receipt is sent at once and the submit_sm_resp that much later
	HexID bool                // write the message id in hexadecimal, while submit_sm_resp has it decimal
	Bare  bool                // leave out receipted_message_id and message_state

	Payload bool // the text stands in message_payload
	DataSM  bool // they come as data_sm, the text in message_payload
	Twice   Dose // these come twice
	Odd     Dose // these have texts as the odder carriers write them, one form after the other
}

func (r Receipts) withDefaults() Receipts {
	if r.State == coding.StateNone {
		r.State = coding.StateDelivered
	}
	return r
}

// EventKind is what happened to a bind.
type EventKind uint8

// The kinds of event.
const (
	Bound   EventKind = iota + 1 // an ESME has bound
	Refused                      // a bind was refused: Status says why
	Gone                         // a bound ESME is gone: Err says why
	Failed                       // a connection ended without a bind: Err says why
)

// Event is told to Config.OnEvent.
type Event struct {
	Kind     EventKind
	At       time.Time
	Bind     int64         // number of the connection, from 1
	Command  pdu.CommandID // of the bind
	SystemID string        // as the ESME gave it
	Remote   string        // its address
	Status   pdu.Status    // Refused
	Err      error         // Gone, Failed
}

// What Inject returns beside the errors of coding and pdu.
var (
	ErrQueueFull = errors.New("smsc: too many texts wait for an ESME")
	ErrAddress   = errors.New("smsc: not an address")
)

func (c Config) withDefaults() Config {
	if c.SystemID == "" {
		c.SystemID = "smscsim"
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Window <= 0 {
		c.Window = 10
	}
	if c.RespTimeout <= 0 {
		c.RespTimeout = 10 * time.Second
	}
	if c.ResendAfter <= 0 {
		c.ResendAfter = time.Second
	}
	if c.QueueLimit <= 0 {
		c.QueueLimit = 1_000_000
	}
	if c.FirstMessageID == 0 {
		c.FirstMessageID = 1_000_001
	}
	if c.Default == coding.Auto {
		c.Default = coding.GSM7
	}
	c.Receipts = c.Receipts.withDefaults()
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return c
}
