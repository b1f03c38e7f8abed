package link

import (
	"strings"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// receipt hands a delivery receipt to the sink: appendix B's text, the
// parameters of SMPP 3.4 §5.3.2.12 and §5.3.2.35, or both.
func (l *Link) receipt(r *smpp.Request) {
	p := r.PDU
	f, _, _ := coding.ExtractFragment(inboundOf(l.cfg.Name, p)) // a broken header leaves the text
	text, _ := f.Text(l.cfg.Alphabet)                           // the best reading will do
	parsed, _ := coding.ParseReceipt(text)                      // the parameters may be all there is
	var id string
	if t, ok := p.TLV(pdu.TagReceiptedMessageID); ok {
		id = t.CString()
	}
	state, _ := uintOf(p, pdu.TagMessageState)
	if state > uint32(coding.StateRejected) {
		state = 0
	}
	parsed = parsed.WithTLVs(coding.MessageState(state), id)
	if id == "" {
		id = parsed.ID
	}
	if id == "" {
		l.in.noReceipt.Add(1)
		l.log.Warn("receipt without a message id", zap.Uint8("esm_class", p.ESMClass), zap.Int("length", len(text)))
		l.respond(r, pdu.ESME_ROK)
		return
	}
	now := l.cfg.Now()
	l.sink.Receipt(booking.Receipt{Link: l.cfg.Name, MessageID: id, State: stat(parsed), Raw: withoutText(text), At: now},
		func(err error) { l.answer(r, now, err, &l.in.receipts) })
}

// stat is the state as table B-2 spells it, or what the carrier wrote when the
// standard does not know it.
func stat(r coding.Receipt) string {
	switch r.State {
	case coding.StateEnroute:
		return "ENROUTE"
	case coding.StateDelivered:
		return "DELIVRD"
	case coding.StateExpired:
		return "EXPIRED"
	case coding.StateDeleted:
		return "DELETED"
	case coding.StateUndeliverable:
		return "UNDELIV"
	case coding.StateAccepted:
		return "ACCEPTD"
	case coding.StateUnknown:
		return "UNKNOWN"
	case coding.StateRejected:
		return "REJECTD"
	default:
		return r.Stat
	}
}

// withoutText cuts off the beginning of our own message, which a receipt may
// quote: it can hold a code.
func withoutText(receipt string) string {
	const label = "text:"
	for i := 0; i+len(label) <= len(receipt); i++ {
		if strings.EqualFold(receipt[i:i+len(label)], label) {
			return receipt[:i+len(label)]
		}
	}
	return receipt
}
