package link

import (
	"slices"
	"strconv"
	"strings"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// ReceiptIDs says how the message id in a receipt relates to the one in the
// submit_sm_resp.
type ReceiptIDs uint8

// Rules of message ids. The numeric ones overlook case and leading zeros.
const (
	IDsSame         ReceiptIDs = iota // the same characters
	IDsHexToDecimal                   // hexadecimal in submit_sm_resp, decimal in receipts
	IDsDecimalToHex                   // decimal in submit_sm_resp, hexadecimal in receipts
	IDsAny                            // any of these: a match has to agree in the phone too
)

// base returns the number base of ids, of those in receipts or in answers; 0
// when they are no numbers.
func (r ReceiptIDs) base(receipt bool) int {
	switch {
	case r == IDsHexToDecimal && receipt, r == IDsDecimalToHex && !receipt:
		return 10
	case r == IDsDecimalToHex, r == IDsHexToDecimal:
		return 16
	}
	return 0
}

// canonical is the form in which an id of a receipt, or of an answer, is stored.
func (r ReceiptIDs) canonical(id string, receipt bool) string {
	if base := r.base(receipt); base != 0 {
		if n, err := strconv.ParseUint(id, base, 64); err == nil {
			return strconv.FormatUint(n, 10)
		}
	}
	if r == IDsAny && id != "" {
		if id = strings.TrimLeft(strings.ToLower(id), "0"); id == "" {
			id = "0"
		}
	}
	return id
}

// forms lists the other ids, as they are stored, that a stored one may mean.
func (r ReceiptIDs) forms(id string) (list []string) {
	if r != IDsAny || id == "" {
		return nil
	}
	for _, f := range coding.MessageIDForms(id) {
		if f = r.canonical(f, true); f != id && !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	return list
}

// receipt hands a delivery receipt to the sink: appendix B's text, the
// parameters of SMPP 3.4 §5.3.2.12 and §5.3.2.35, or both.
func (b *bound) receipt(r *smpp.Request) {
	l, p := b.link, r.PDU
	f, _, _ := coding.ExtractFragment(inboundOf(l.team.name, p)) // a broken header leaves the text
	text, _ := f.Text(l.cfg.Alphabet)                            // the best reading will do
	parsed, _ := coding.ParseReceipt(text)                       // the parameters may be all there is
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
	out := booking.Receipt{Link: l.team.name, State: stat(parsed), Raw: withoutText(text), At: now, MSISDN: l.phoneOf(p)}
	out.MessageID = l.cfg.ReceiptIDs.canonical(id, true)
	out.Forms = l.cfg.ReceiptIDs.forms(out.MessageID)
	l.group.sink.Receipt(out, func(err error) { b.answer(r, now, err, &l.in.receipts) })
	if ref, ok := uintOf(p, pdu.TagUserMessageReference); ok {
		l.known(out.MSISDN, uint16(ref), out.MessageID)
	}
}

// phoneOf returns the phone that a receipt is about: its source, or its
// destination where a carrier leaves the addresses of the submit as they were.
func (l *Link) phoneOf(p *pdu.PDU) booking.MSISDN {
	for _, a := range []pdu.Address{p.Source, p.Dest} {
		if m, err := booking.ParseMSISDN(a.Addr); err == nil && a.TON != alphanumeric && !l.own[a.Addr] {
			return m
		}
	}
	return 0
}

// stat is the state as table B-2 spells it, or what the carrier wrote when the
// standard does not know it.
func stat(r coding.Receipt) string {
	if known := r.State.Stat(); known != "" {
		return known
	}
	return r.Stat
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
