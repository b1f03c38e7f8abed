package smpp

import (
	"time"

	"shortfare/smpp/pdu"
)

// Role is the end of the connection that a session plays.
type Role uint8

// The two ends.
const (
	ESME Role = iota // external short message entity: binds
	SMSC             // message centre: is bound to
)

// String returns "ESME" or "SMSC".
func (r Role) String() string {
	if r == SMSC {
		return "SMSC"
	}
	return "ESME"
}

// other returns the role of the peer.
func (r Role) other() Role { return ESME + SMSC - r }

// Config says how a session behaves. The zero value of every field means the default that is named there.
type Config struct {
	// Window bounds our requests that are sent and unanswered. Default 10.
	Window int
	// MaxInbound bounds the peer's requests that were handed to Handle and not answered yet. Default 1000.
	MaxInbound int
	// Handle is called with each request of the peer, in order, on the reader's goroutine: it must not wait. It gets submit, deliver, data,
	// query, cancel, replace, alert_notification and outbind; the session answers the others itself. If it is nil every
	// request is refused as if MaxInbound were reached.
	Handle func(*Request)
	// Late is called with each response that no request waits for: one that came after its time-out, or again. It runs on the reader's goroutine and
	// must not wait. The sequence number is the one that Send put into the PDU. Default: such responses are only counted.
	Late func(resp *pdu.PDU)

	// Poison is called with each PDU that cannot be read, before it is refused: its octets, valid during the call only, and what is wrong with
	// it, a *pdu.BodyError. It runs on the reader's goroutine and must not wait. The octets may hold secrets. Default: such PDUs are only counted.
	Poison func(frame []byte, err error)

	// SessionInit is how long the connection may stay unbound. Default 10 s; negative: for ever.
	SessionInit time.Duration
	// EnquireLink is the silence of the peer after which enquire_link is sent. Default 30 s; negative: never.
	EnquireLink time.Duration
	// EnquireResponse is how long any sign of life may take after enquire_link. Default 10 s, never above EnquireLink, so that a dead peer
	// is noticed within two intervals.
	EnquireResponse time.Duration
	// Response is how long an answer to one of our requests may take before its outcome is unknown. Default 30 s.
	Response time.Duration
	// Inactivity is how long there may be no request or response but enquire_link. Default: for ever.
	Inactivity time.Duration
	// ReadTimeout is how long a PDU may take to arrive once its first octet is there. Default 10 s.
	ReadTimeout time.Duration
	// WriteTimeout is how long one write() may take. Default 10 s.
	WriteTimeout time.Duration
	// Drain is how long an unbind of the peer waits for what is in flight before it is answered. Default 5 s.
	Drain time.Duration

	// FirstSequence is the first sequence number used, 1 to 0x7FFFFFFF. Default 1.
	FirstSequence uint32
	// SystemID is what an SMSC calls itself in bind responses. Default "".
	SystemID string
	// Authenticate decides on a bind request that an SMSC got. It runs on the reader's goroutine. A status other than ESME_ROK refuses. Default: ESME_RBINDFAIL.
	Authenticate func(*pdu.PDU) pdu.Status
}

// withDefaults replaces zero values.
func (c Config) withDefaults() Config {
	defaultInt(&c.Window, 10)
	defaultInt(&c.MaxInbound, 1000)
	defaultTime(&c.SessionInit, 10*time.Second)
	defaultTime(&c.EnquireLink, 30*time.Second)
	defaultTime(&c.EnquireResponse, 10*time.Second)
	defaultTime(&c.Response, 30*time.Second)
	defaultTime(&c.ReadTimeout, 10*time.Second)
	defaultTime(&c.WriteTimeout, 10*time.Second)
	defaultTime(&c.Drain, 5*time.Second)
	if c.FirstSequence == 0 || c.FirstSequence > pdu.MaxSequence {
		c.FirstSequence = 1
	}
	if c.EnquireLink > 0 {
		c.EnquireResponse = min(c.EnquireResponse, c.EnquireLink)
	}
	if c.Handle == nil {
		c.MaxInbound = 0
	}
	if c.Authenticate == nil {
		c.Authenticate = func(*pdu.PDU) pdu.Status { return pdu.ESME_RBINDFAIL }
	}
	return c
}

func defaultInt(v *int, d int) {
	if *v <= 0 {
		*v = d
	}
}

func defaultTime(v *time.Duration, d time.Duration) {
	if *v == 0 {
		*v = d
	}
}
