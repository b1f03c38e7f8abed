package smpp

import (
	"errors"
	"fmt"

	"shortfare/smpp/pdu"
)

// The two ways in which a request of ours can have no answer. They wrap no other outcome: a caller that does not know an error
// must treat it as ErrUnknownOutcome.
var (
	// ErrNotSent means that no octet of the request reached the connection: it may be sent again without harm.
	ErrNotSent = errors.New("not sent")
	// ErrUnknownOutcome means that the request, or a part of it, left and no answer came: the peer may have acted on it.
	ErrUnknownOutcome = errors.New("outcome unknown")
)

// Why a request was not sent, not answered or not handed on. A *SendError wraps them.
var (
	ErrWindowFull   = errors.New("window is full")
	ErrBusySequence = errors.New("sequence number is not free")
	ErrBadState     = errors.New("not allowed in this bind state")
	ErrNoAnswer     = errors.New("no answer in time")
)

// What Request.Respond returns.
var (
	ErrClosed     = errors.New("session is closed")
	ErrAnswered   = errors.New("request was answered before")
	ErrNoResponse = errors.New("command has no response")
)

// Why a session ended; Session.Err wraps one of them, or ErrClosed after Close, or holds the error of the connection.
var (
	ErrUnbound     = errors.New("unbound")                         // by either end, in good order
	ErrPeerClosed  = errors.New("peer closed the connection")      // without unbind
	ErrSessionInit = errors.New("no bind in time")                 // Config.SessionInit
	ErrLinkDead    = errors.New("enquire_link was not answered")   // Config.EnquireLink, EnquireResponse
	ErrInactive    = errors.New("no traffic")                      // Config.Inactivity
	ErrStalled     = errors.New("PDU did not arrive in full")      // Config.ReadTimeout
	ErrSlowPeer    = errors.New("peer does not read fast enough")  // Config.WriteTimeout
	ErrBroken      = errors.New("peer sent a broken octet stream") // a *pdu.FrameError is wrapped too
)

// SendError says what became of a request of ours that has no answer.
type SendError struct {
	Command  pdu.CommandID
	Sequence uint32 // 0 when it never got one
	Outcome  error  // ErrNotSent or ErrUnknownOutcome
	Cause    error
}

// Error holds nothing of the PDU but its command and sequence number.
func (e *SendError) Error() string {
	return fmt.Sprintf("smpp %v seq=%d: %v: %v", e.Command, e.Sequence, e.Outcome, e.Cause)
}

// Unwrap returns the outcome and the cause.
func (e *SendError) Unwrap() []error { return []error{e.Outcome, e.Cause} }

// BindError is a bind that the peer refused. It wraps the status.
type BindError struct {
	Command  pdu.CommandID
	SystemID string // ours
	Status   pdu.Status
}

// Error names the bind and the status, never the password.
func (e *BindError) Error() string {
	return fmt.Sprintf("smpp %v as %q refused: %v", e.Command, e.SystemID, e.Status)
}

// Unwrap returns the status.
func (e *BindError) Unwrap() error { return e.Status }
