package link

import (
	"context"
	"net"
	"time"

	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// Config says which carrier to bind to and how. The zero value of a field
// means the default that is named there.
type Config struct {
	Name         string      // of the link, for logs, keys of parts and MT.Link
	Addr         string      // host:port of the SMSC
	SystemID     string      //
	Password     string      // never printed
	SystemType   string      //
	AddressRange pdu.Address // which addresses are served; mostly empty
	Own          []string    // our own addresses: texts from them are loops and get no answer

	Window      int           // unanswered submits; 10
	MaxInbound  int           // unanswered texts of the carrier; 1000
	QueueLimit  int           // texts that wait or are under way; 20,000
	EnquireLink time.Duration // silence after which the carrier is asked for a sign of life; 30 s
	Response    time.Duration // how long an answer may take before its outcome is unknown; 30 s
	Drain       time.Duration // how long the end of Run may take; 10 s

	BackoffMin time.Duration // first wait before binding again; 500 ms
	BackoffMax time.Duration // longest wait; 5 min

	// Alphabet is what the carrier means by data_coding 0: GSM7, which is the
	// default, Latin1 or ASCII.
	Alphabet coding.Encoding
	// TryAgain are statuses of the carrier's own that mean "later" for a
	// submit_sm, beside ESME_RTHROTTLED, ESME_RMSGQFUL and ESME_RSYSERR.
	TryAgain []pdu.Status

	// LastText is when an earlier process stored its last text: acknowledgements
	// of about that time may be lost. Zero means that there was none.
	LastText time.Time
	// Now is the clock that texts are stamped with: the one that the sink
	// compares them by. time.Now.
	Now func() time.Time
	// Dial connects to the carrier. A TCP connection to Addr, given up when
	// octets stay unacknowledged for 30 s.
	Dial func(ctx context.Context) (net.Conn, error)
}

// withDefaults replaces zero values.
func (c Config) withDefaults() Config {
	defaultTo(&c.Window, 10)
	defaultTo(&c.MaxInbound, 1000)
	defaultTo(&c.QueueLimit, 20_000)
	defaultTo(&c.EnquireLink, 30*time.Second)
	defaultTo(&c.Response, 30*time.Second)
	defaultTo(&c.Drain, 10*time.Second)
	defaultTo(&c.BackoffMin, 500*time.Millisecond)
	defaultTo(&c.BackoffMax, 5*time.Minute)
	c.BackoffMax = max(c.BackoffMax, c.BackoffMin)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Dial == nil {
		c.Dial = dialer(c.Addr)
	}
	return c
}

func defaultTo[T int | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}
