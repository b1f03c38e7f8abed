package pdu

import (
	"errors"
	"fmt"
)

// ErrUnknownCommand is wrapped by the [BodyError] of a command_id that SMPP 3.4 does not have. Answer generic_nack with
// ESME_RINVCMDID (SMPP 3.4 §4.3); the stream stays in step.
var ErrUnknownCommand = errors.New("unknown command_id")

// The reasons that a [FieldError] wraps.
var (
	ErrTooLong = errors.New("too long")          // longer than SMPP 3.4 allows
	ErrNUL     = errors.New("holds a NUL")       // inside a C-octet string
	ErrValue   = errors.New("value not allowed") // dest_flag
)

// FrameError means that octets cannot be cut into PDUs: command_length is out of bounds or more than what is there. What follows
// cannot be trusted, so the connection has to be closed.
type FrameError struct {
	Length uint32 // command_length as read; 0 when there were not even four octets
	Reason string
}

// Error says what is wrong with the length.
func (e *FrameError) Error() string {
	return fmt.Sprintf("smpp frame: command_length %d: %s", e.Length, e.Reason)
}

// BodyError means that one PDU is wrong inside its frame. The bind lives on: answer the request with the response of its command and
// Status, or with generic_nack when it has none.
type BodyError struct {
	Header Header
	Field  string // name of the field in the specification; "" for the command_id itself
	Status Status // command_status to answer with
	Reason string
	// Usable is set when every field was read and only one to three NUL octets are left over. SMSCs pad so; a receiver should go on
	// as if there were no error.
	Usable bool
	err    error
}

// Error names the command, the sequence number and the field, never its value.
func (e *BodyError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("smpp %v seq=%d: %s", e.Header.ID, e.Header.Sequence, e.Reason)
	}
	return fmt.Sprintf("smpp %v seq=%d: %s: %s", e.Header.ID, e.Header.Sequence, e.Field, e.Reason)
}

// Unwrap returns ErrUnknownCommand for an unknown command_id, else nil.
func (e *BodyError) Unwrap() error { return e.err }

// FieldError means that a PDU was not written because a field would have shifted or broken what follows it.
type FieldError struct {
	ID    CommandID
	Field string // name of the field or optional parameter; "command_id" or "command_length" for the PDU itself
	Err   error  // ErrTooLong, ErrNUL, ErrValue or ErrUnknownCommand
}

// Error names the command and field, never the value.
func (e *FieldError) Error() string {
	return fmt.Sprintf("smpp write %v: %s: %v", e.ID, e.Field, e.Err)
}

// Unwrap returns the reason.
func (e *FieldError) Unwrap() error { return e.Err }
