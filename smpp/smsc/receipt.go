package smsc

import (
	"fmt"
	"strconv"
	"time"

	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// esmReceipt is the esm_class of an SMSC delivery receipt (SMPP 3.4 §5.2.12).
const esmReceipt = 0x04

// wantsReceipt tells what registered_delivery asks for (SMPP 3.4 §5.2.17):
// 1 any outcome, 2 failure; 3, from SMPP 5.0, success.
func wantsReceipt(registered byte, state coding.MessageState) bool {
	delivered := state == coding.StateDelivered
	switch registered & 3 {
	case 1:
		return true
	case 2:
		return !delivered
	case 3:
		return delivered
	}
	return false
}

// receipt queues the delivery receipt of a text if one is due. mu is held.
func (s *SMSC) receipt(c *conn, p *pdu.PDU, m *MT) {
	o := s.cfg.Receipts
	if o.Off || !wantsReceipt(p.RegisteredDelivery, o.State) {
		return
	}
	now := s.cfg.Clock()
	id := m.MessageID
	if n, err := strconv.ParseUint(id, 10, 64); err == nil && o.HexID {
		id = strconv.FormatUint(n, 16)
	}
	dlvrd, failure := 1, "000"
	if o.State != coding.StateDelivered {
		dlvrd, failure = 0, "001"
	}
	short := []rune(m.Text)
	text := fmt.Sprintf("id:%s sub:001 dlvrd:%03d submit date:%s done date:%s stat:%s err:%s text:%s", id, dlvrd,
		m.At.Format("0601021504"), now.Add(max(o.Delay, 0)).Format("0601021504"), stat(o.State), failure, string(short[:min(len(short), 20)]))
	r := &pdu.PDU{Header: pdu.Header{ID: pdu.DeliverSM}, Source: p.Dest, Dest: p.Source, ESMClass: esmReceipt}
	if octets, err := coding.EncodeGSM7(text); err == nil {
		r.ShortMessage = octets
	} else {
		r.DataCoding, r.ShortMessage = byte(coding.DataCodingUCS2), coding.EncodeUCS2(text)
	}
	if !o.Bare {
		r.TLVs = []pdu.TLV{pdu.CStringTLV(pdu.TagReceiptedMessageID, id), pdu.Uint8TLV(pdu.TagMessageState, byte(o.State))}
	}
	x := &mo{MO: MO{From: m.To, To: m.From, Text: text, Receipt: m.MessageID}, pdus: []*pdu.PDU{r}}
	key := queueKey{systemID: c.systemID, number: number(m.To), receipts: true}
	if o.Delay <= 0 {
		s.giveReceipt(x, key)
		return
	}
	time.AfterFunc(o.Delay, func() {
		s.mu.Lock()
		defer s.unlock()
		s.giveReceipt(x, key)
	})
}

// giveReceipt queues a receipt. mu is held.
func (s *SMSC) giveReceipt(x *mo, key queueKey) {
	if err := s.enqueue(x, key); err != nil {
		s.log.Warn("receipt dropped: the queue is full")
		return
	}
	s.receipts = append(s.receipts, x)
	x.ID = int64(len(s.receipts))
	s.pump()
}

// stat is the state as appendix B of SMPP 3.4 writes it.
func stat(state coding.MessageState) string {
	switch state {
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
	case coding.StateRejected:
		return "REJECTD"
	case coding.StateEnroute:
		return "ENROUTE"
	}
	return "UNKNOWN"
}
