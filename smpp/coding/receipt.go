package coding

import (
	"strconv"
	"strings"
	"time"
)

// esm_class message types (SMPP 3.4 §5.2.12), bits 5 to 2.
const (
	esmTypeMask         byte = 0x3C
	esmReceipt          byte = 0x04
	esmIntermediateNote byte = 0x20
)

// IsReceipt tells whether a deliver_sm or data_sm with this esm_class is an SMSC
// delivery receipt or an intermediate notification rather than a message.
func IsReceipt(esmClass byte) bool {
	t := esmClass & esmTypeMask
	return t == esmReceipt || t == esmIntermediateNote
}

// MessageState is the state of a submitted message (SMPP 3.4 §5.2.28).
type MessageState uint8

// The states of SMPP 3.4 §5.2.28. The zero value is a state not stated or not
// known to the standard.
const (
	StateNone          MessageState = 0
	StateEnroute       MessageState = 1
	StateDelivered     MessageState = 2
	StateExpired       MessageState = 3
	StateDeleted       MessageState = 4
	StateUndeliverable MessageState = 5
	StateAccepted      MessageState = 6
	StateUnknown       MessageState = 7
	StateRejected      MessageState = 8
)

// String gives the name of SMPP 3.4 §5.2.28 in lower case.
func (s MessageState) String() string {
	switch s {
	case StateEnroute:
		return "enroute"
	case StateDelivered:
		return "delivered"
	case StateExpired:
		return "expired"
	case StateDeleted:
		return "deleted"
	case StateUndeliverable:
		return "undeliverable"
	case StateAccepted:
		return "accepted"
	case StateUnknown:
		return "unknown"
	case StateRejected:
		return "rejected"
	default:
		return "none"
	}
}

// Stat spells the state as receipts do (SMPP 3.4 appendix B, table B-2); empty
// for a state that the table does not have.
func (s MessageState) Stat() string {
	switch s {
	case StateEnroute:
		return "ENROUTE"
	case StateDelivered:
		return "DELIVRD"
	case StateExpired:
		return "EXPIRED"
	case StateDeleted:
		return "DELETED"
	case StateUndeliverable:
		return "UNDELIV"
	case StateAccepted:
		return "ACCEPTD"
	case StateUnknown:
		return "UNKNOWN"
	case StateRejected:
		return "REJECTD"
	}
	return ""
}

// Final tells whether no other state can follow. Accepted is final in the
// standard ("read by subscriber service"), yet many carriers use it on the way
// to delivery, as they do Unknown, so neither is final here.
func (s MessageState) Final() bool {
	switch s {
	case StateDelivered, StateExpired, StateDeleted, StateUndeliverable, StateRejected:
		return true
	default:
		return false
	}
}

// stateOf reads the stat field (SMPP 3.4 appendix B, table B-2) and spellings
// seen from carriers.
func stateOf(stat string) MessageState {
	switch stat {
	case "ENROUTE", "EN_ROUTE", "BUFFERED", "BUFFRED":
		return StateEnroute
	case "DELIVRD", "DELIVERED", "DELIVERD":
		return StateDelivered
	case "EXPIRED":
		return StateExpired
	case "DELETED":
		return StateDeleted
	case "UNDELIV", "UNDELIVERABLE", "UNDELIVERED", "FAILED":
		return StateUndeliverable
	case "ACCEPTD", "ACCEPTED":
		return StateAccepted
	case "UNKNOWN":
		return StateUnknown
	case "REJECTD", "REJECTED":
		return StateRejected
	default:
		return StateNone
	}
}

// Receipt is a delivery receipt (SMPP 3.4 appendix B). Fields that the carrier
// left out have their zero value; Sub and Delivered are then -1.
type Receipt struct {
	// ID is the id of the text as it was written: decimal, hexadecimal, with
	// leading zeros or not a number at all. See IDs.
	ID string
	// ReceiptedID is the receipted_message_id parameter; see WithTLVs.
	ReceiptedID string
	// Sub and Delivered are the numbers of messages sent and delivered.
	Sub, Delivered int
	// Submitted and Done hold the carrier's local wall clock, written as UTC:
	// the text names no zone.
	Submitted, Done time.Time
	// Stat is the stat field in upper case, State what it means.
	Stat  string
	State MessageState
	// Err is the carrier's error code: a label, not always a number. Stat
	// outweighs it.
	Err string
	// Text is the beginning of the message.
	Text string
}

// WithTLVs adds what the parameters message_state and receipted_message_id
// (SMPP 3.4 §5.3.2.35, §5.3.2.12) say; StateNone and "" mean absent. A known
// state from there outweighs the text.
func (r Receipt) WithTLVs(state MessageState, receiptedID string) Receipt {
	if state >= StateEnroute && state <= StateRejected {
		r.State = state
	}
	r.ReceiptedID, _, _ = strings.Cut(receiptedID, "\x00") // a C-octet string
	return r
}

// receiptField numbers the fields of the text form.
type receiptField int

const (
	fieldID receiptField = iota
	fieldSub
	fieldDelivered
	fieldSubmitted
	fieldDone
	fieldStat
	fieldErr
	fieldText
	fieldCount
)

// receiptLabels are the labels in lower case; '~' stands for a space, an
// underscore or nothing.
var receiptLabels = [fieldCount]string{
	fieldID: "id:", fieldSub: "sub:", fieldDelivered: "dlvrd:", fieldSubmitted: "submit~date:",
	fieldDone: "done~date:", fieldStat: "stat:", fieldErr: "err:", fieldText: "text:",
}

// ParseReceipt reads the text form of a delivery receipt (SMPP 3.4 appendix B),
// "id:I sub:S dlvrd:D submit date:T done date:T stat:X err:E text:...", in any
// order and case, with fields missing or unknown ones in between. A label
// counts once, at the start of a word; so the text of our own message cannot
// overrule what the carrier wrote before it. The error is ErrNotReceipt, with
// an empty Receipt that WithTLVs may still complete.
func ParseReceipt(text string) (Receipt, error) {
	r := Receipt{Sub: -1, Delivered: -1}
	var seen [fieldCount]bool
	found := false
	textStart := -1
	for i := 0; i < len(text); {
		field, size := labelAt(text, i, &seen)
		if size == 0 {
			i++
			continue
		}
		seen[field], found = true, true
		if textStart >= 0 {
			r.Text, textStart = strings.TrimSpace(text[textStart:i]), -1
		}
		i += size
		if field == fieldText {
			textStart = i
			continue
		}
		var value string
		value, i = valueAt(text, i, &seen)
		r.set(field, value)
	}
	if textStart >= 0 {
		r.Text = strings.TrimSpace(text[textStart:])
	}
	if !found {
		return r, ErrNotReceipt
	}
	return r, nil
}

func (r *Receipt) set(field receiptField, value string) {
	switch field {
	case fieldID:
		r.ID = value
	case fieldSub:
		r.Sub = count(value)
	case fieldDelivered:
		r.Delivered = count(value)
	case fieldSubmitted:
		r.Submitted = receiptTime(value)
	case fieldDone:
		r.Done = receiptTime(value)
	case fieldStat:
		r.Stat = strings.ToUpper(value)
		r.State = stateOf(r.Stat)
	case fieldErr:
		r.Err = value
	}
}

// isGap tells whether c stands between fields.
func isGap(c byte) bool {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == ';'
}

// labelAt finds a label not yet seen at i; size is 0 if there is none.
func labelAt(text string, i int, seen *[fieldCount]bool) (field receiptField, size int) {
	if i > 0 && !isGap(text[i-1]) {
		return 0, 0
	}
	switch text[i] | 0x20 { // few octets begin a label
	case 'i', 's', 'd', 'e', 't':
	default:
		return 0, 0
	}
	for field, label := range receiptLabels {
		if n := matchLabel(text[i:], label); n > 0 && !seen[field] {
			return receiptField(field), n
		}
	}
	return 0, 0
}

// matchLabel gives the length of label at the start of text, or 0.
func matchLabel(text, label string) int {
	n := 0
	for i := range len(label) {
		c := label[i]
		if c == '~' {
			if n < len(text) && (text[n] == ' ' || text[n] == '_') {
				n++
			}
			continue
		}
		if n == len(text) || (text[n] != c && (c == ':' || text[n]|0x20 != c)) {
			return 0
		}
		n++
	}
	return n
}

// valueAt reads a value after its label. Spaces may come before it unless the
// next word is a label, which means that the value is empty.
func valueAt(text string, i int, seen *[fieldCount]bool) (value string, next int) {
	start := i
	for start < len(text) && text[start] == ' ' {
		start++
	}
	if start > i && start < len(text) {
		if _, size := labelAt(text, start, seen); size > 0 {
			return "", start
		}
	}
	end := start
	for end < len(text) && !isGap(text[end]) {
		end++
	}
	return text[start:end], end
}

// count reads a small number, -1 if it is none.
func count(value string) int {
	n, err := strconv.ParseUint(value, 10, 31)
	if err != nil {
		return -1
	}
	return int(n)
}
