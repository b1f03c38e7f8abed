package link

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// Config says which carrier to bind to and how. The zero value of a field
// means the default that is named there. README.md tells operators the same.
type Config struct {
	Name         string        // of the link, for logs and metrics
	Carrier      string        // whose bind it is: receipts, parts and message ids belong to the carrier; Name
	Addr         string        // host:port of the SMSC
	SystemID     string        //
	Password     string        // never printed
	SystemType   string        //
	AddressRange pdu.Address   // which addresses are served; mostly empty
	Bind         pdu.CommandID // BindTransceiver, BindReceiver or BindTransmitter; BindTransceiver
	Own          []string      // our own addresses: texts from them are loops and get no answer

	Weight        int           // share of the texts among the bound links of a carrier; 1
	ShortCodes    []string      // source addresses that this link may carry; all
	Prefixes      []string      // of MSISDNs that go to this link's carrier first; when set, others use it only to answer what came from it
	FailoverAfter time.Duration // how long a carrier may be away before its texts go over another; 5 s

	Window      int           // unanswered submits; 10
	MaxInbound  int           // unanswered texts of the carrier; 1000
	Rate        float64       // submits per second, which are parts; no limit
	QueueLimit  int           // texts of one route that wait or are under way; 20,000
	EnquireLink time.Duration // silence after which the carrier is asked for a sign of life; 30 s
	Response    time.Duration // how long an answer may take before its outcome is unknown; 30 s
	Inactivity  time.Duration // how long there may be no traffic but enquire_link before the link binds anew; for ever
	Drain       time.Duration // how long the end of Run may take; 10 s
	AlarmAge    time.Duration // age of a waiting text that operators are told of; 2 min

	BackoffMin time.Duration // first wait before binding again; 500 ms
	BackoffMax time.Duration // longest wait; 5 min

	// Alphabet is what the carrier means by data_coding 0: GSM7, which is the
	// default, Latin1 or ASCII.
	Alphabet coding.Encoding
	// PlainDCS15 reads data_coding 15 as the default alphabet. Default: as GBK.
	PlainDCS15 bool
	// IgnoreShift reads texts that name a national language table by the default
	// one, for carriers that pass on such headers without meaning them.
	IgnoreShift bool

	SourceTON, SourceNPI *uint8 // of texts to phones; as the customer's text had them
	DestTON, DestNPI     *uint8 // likewise

	ReceiptIDs ReceiptIDs    // how message ids in receipts relate to those in submit_sm_resp
	Registered Registered    // which texts ask for a receipt
	Reference  bool          // send user_message_reference with texts that ask for a receipt
	Validity   time.Duration // validity_period, to the second; the carrier's own
	Long       Long          // how long texts are sent
	DataSM     bool          // send data_sm instead of submit_sm
	Unknown    UnknownByKind // what to do when a submit has no answer
	// QueryAfter is how long after a text was taken the carrier is asked by
	// query_sm what became of it, when no final receipt came; 0 never asks.
	QueryAfter time.Duration
	// CancelAfter is how old a text may become that is still on its way and can be
	// sent over another carrier: then it is taken back by cancel_sm; 0 never does.
	CancelAfter time.Duration
	Statuses    map[uint32]bool // statuses of submit_sm: true means "later", false "never"; see Later

	// TryAgain are statuses of the carrier's own that mean "later" for a
	// submit_sm, beside those of Later.
	TryAgain []pdu.Status
	// DedupeWindow is how long after a bind was lost the carrier may deliver
	// again what it holds for unacknowledged; 10 min.
	DedupeWindow time.Duration
	// LastText is when an earlier process stored its last text: acknowledgements
	// of about that time may be lost. Zero means that there was none.
	LastText time.Time
	// Now is the clock that texts are stamped with: the one that the sink
	// compares them by. time.Now.
	Now func() time.Time

	// TLS secures the connection; nothing is sent before the peer has proved who
	// it is, and there is no way back to plain text. Nil: plain TCP.
	TLS *tls.Config
	// BindFrom is the address of this host to connect from; any.
	BindFrom net.IP
	// OutbindListen is the host:port on which the carrier's outbind is awaited
	// (SMPP 3.4 §2.2.1); empty: nowhere.
	OutbindListen string
	// OutbindID and OutbindPassword are what the carrier gives in outbind.
	OutbindID, OutbindPassword string
	// Dial connects to the carrier. A TCP connection to Addr, given up when
	// octets stay unacknowledged for 30 s.
	Dial func(ctx context.Context) (net.Conn, error)
}

// UnknownByKind is the policy for each kind of text.
type UnknownByKind struct {
	Ticket UnknownPolicy // texts that ask for a receipt
	Reply  UnknownPolicy // answers to a text: quotes, lists
	Notice UnknownPolicy // "working on it", an expiry
}

// UnknownPolicy says what follows a submit without an answer. The zero value
// hands it back at once, so that its second and last copy is sent.
type UnknownPolicy struct {
	Wait  time.Duration // for a late answer or a receipt; later texts to that phone wait too
	Never bool          // no second copy
}

// Registered says which texts ask for a delivery receipt.
type Registered uint8

// Which texts ask for a receipt (SMPP 3.4 §5.2.17).
const (
	RegisterTickets Registered = iota // those of which booking.MT.Receipt is set
	RegisterAll
	RegisterNone
)

// Long is how a text of several parts is sent.
type Long uint8

// Ways of a long text.
const (
	LongUDH8    Long = iota // user data header with an 8-bit reference
	LongUDH16               // with a 16-bit one
	LongSAR                 // sar_* parameters (SMPP 3.4 §5.3.2.22-24)
	LongPayload             // in one message_payload (SMPP 3.4 §5.3.2.32)
)

// Later reports whether a status of submit_sm means "later" by the standard
// (SMPP 3.4 §5.1.3): the carrier is too busy, or its queue is full.
func Later(s pdu.Status) bool {
	return s == pdu.ESME_RTHROTTLED || s == pdu.ESME_RMSGQFUL || s == pdu.ESME_RSYSERR
}

// withDefaults replaces zero values.
func (c Config) withDefaults() Config {
	defaultTo(&c.Weight, 1)
	defaultTo(&c.FailoverAfter, 5*time.Second)
	defaultTo(&c.Window, 10)
	defaultTo(&c.MaxInbound, 1000)
	defaultTo(&c.QueueLimit, 20_000)
	defaultTo(&c.EnquireLink, 30*time.Second)
	defaultTo(&c.Response, 30*time.Second)
	defaultTo(&c.Drain, 10*time.Second)
	defaultTo(&c.AlarmAge, 2*time.Minute)
	defaultTo(&c.DedupeWindow, 10*time.Minute)
	defaultTo(&c.BackoffMin, 500*time.Millisecond)
	defaultTo(&c.BackoffMax, 5*time.Minute)
	c.BackoffMax = max(c.BackoffMax, c.BackoffMin)
	if c.Carrier == "" {
		c.Carrier = c.Name
	}
	if c.Bind == 0 {
		c.Bind = pdu.BindTransceiver
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Dial == nil {
		c.Dial = dialer(c.Addr, c.BindFrom)
	}
	if c.TLS != nil {
		c.Dial = secured(c.Dial, c.TLS, c.Addr)
	}
	return c
}

func defaultTo[T int | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}

// sends reports whether the bind carries texts to phones.
func (c *Config) sends() bool { return c.Bind != pdu.BindReceiver }
