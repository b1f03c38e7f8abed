package smsc

import (
	"fmt"
	"strconv"
	"strings"
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

// receiptsNow says how receipts look. mu is held.
func (s *SMSC) receiptsNow() *Receipts {
	if s.faults.receipts != nil {
		return s.faults.receipts
	}
	return &s.cfg.Receipts
}

// receipt queues the delivery receipt of a text whose way has ended, if one is due. mu is held.
func (s *SMSC) receipt(x *sentMT) {
	o := s.receiptsNow()
	if o.Off || x.noReply || !wantsReceipt(x.pdu.RegisteredDelivery, x.state) {
		return
	}
	r, text := o.write(x, s.cfg.Clock(), s.lastReceipt)
	s.lastReceipt++
	m := &mo{MO: MO{From: x.To, To: x.From, Text: text, Receipt: x.MessageID}, pdus: []*pdu.PDU{r}, numbers: []int{1}}
	all := []*mo{m}
	if o.Twice.take() {
		again := *m
		all = append(all, &again)
	}
	key := queueKey{route: route{systemID: x.systemID}, number: number(x.To), receipts: true}
	give := func() {
		for _, m := range all {
			s.giveReceipt(m, key)
		}
	}
	if o.Delay <= 0 {
		give()
		return
	}
	time.AfterFunc(o.Delay, func() {
		s.mu.Lock()
		defer s.unlock()
		give()
	})
}

// write makes the PDU of a receipt. n counts them, to choose among the odd forms.
func (o *Receipts) write(x *sentMT, now time.Time, n int) (*pdu.PDU, string) {
	id := x.MessageID
	if n, err := strconv.ParseUint(id, 10, 64); err == nil && o.HexID {
		id = strconv.FormatUint(n, 16)
	}
	short := []rune(x.Text)
	f := receiptFields{id: id, submitted: x.At, done: now.Add(max(o.Delay, 0)), state: x.state, text: string(short[:min(len(short), 20)])}
	text := f.standard()
	if o.Odd.take() {
		forms := oddReceipts()
		text = forms[n%len(forms)](f)
	}
	r := &pdu.PDU{Header: pdu.Header{ID: pdu.DeliverSM}, Source: x.pdu.Dest, Dest: x.pdu.Source, ESMClass: esmReceipt}
	octets, err := coding.EncodeGSM7(text)
	if err != nil {
		r.DataCoding = byte(coding.DataCodingUCS2)
		octets = coding.EncodeUCS2(text)
	}
	if !o.Bare {
		r.TLVs = []pdu.TLV{pdu.CStringTLV(pdu.TagReceiptedMessageID, id), pdu.Uint8TLV(pdu.TagMessageState, byte(x.state))}
	}
	if o.DataSM {
		r.ID = pdu.DataSM
	}
	if o.Payload || o.DataSM || len(octets) > pdu.MaxShortMessage {
		r.TLVs = append(r.TLVs, pdu.TLV{Tag: pdu.TagMessagePayload, Value: octets})
	} else {
		r.ShortMessage = octets
	}
	return r, text
}

// giveReceipt queues a receipt. mu is held.
func (s *SMSC) giveReceipt(x *mo, key queueKey) {
	if err := s.enqueue(x, key); err != nil {
		s.log.Warn("receipt dropped: the queue is full")
		return
	}
	s.receipts.add(x, s.cfg.Keep, (*mo).over, func(*mo) {})
	x.ID = s.receipts.gone + int64(len(s.receipts.items))
	s.pump()
}

// receiptFields are what a receipt says (SMPP 3.4 appendix B).
type receiptFields struct {
	id              string
	submitted, done time.Time
	state           coding.MessageState
	text            string
}

// counts gives dlvrd and err.
func (f receiptFields) counts() (dlvrd int, failure string) {
	if f.state == coding.StateDelivered {
		return 1, "000"
	}
	return 0, "001"
}

// standard is the text of appendix B.
func (f receiptFields) standard() string {
	dlvrd, failure := f.counts()
	return fmt.Sprintf("id:%s sub:001 dlvrd:%03d submit date:%s done date:%s stat:%s err:%s text:%s", f.id, dlvrd,
		f.submitted.Format("0601021504"), f.done.Format("0601021504"), stat(f.state), failure, f.text)
}

// oddReceipts are texts as the odder carriers write them.
func oddReceipts() []func(receiptFields) string {
	const minutes, seconds, century = "0601021504", "060102150405", "20060102150405"
	return []func(receiptFields) string{
		func(f receiptFields) string { // seconds, and no text
			dlvrd, failure := f.counts()
			return fmt.Sprintf("id:%s sub:001 dlvrd:%03d submit date:%s done date:%s stat:%s err:%s text:", f.id, dlvrd,
				f.submitted.Format(seconds), f.done.Format(seconds), stat(f.state), failure)
		},
		func(f receiptFields) string { // a full year, labels in capitals, no counts
			_, failure := f.counts()
			return fmt.Sprintf("ID:%s SUBMIT DATE:%s DONE DATE:%s STAT:%s ERR:%s", f.id, f.submitted.Format(century), f.done.Format(century), stat(f.state), failure)
		},
		func(f receiptFields) string { // underscores
			dlvrd, failure := f.counts()
			return fmt.Sprintf("id:%s sub:001 dlvrd:%03d submit_date:%s done_date:%s stat:%s err:%s text:%s", f.id, dlvrd,
				f.submitted.Format(minutes), f.done.Format(minutes), stat(f.state), failure, f.text)
		},
		func(f receiptFields) string { return fmt.Sprintf("id:%s stat:%s", f.id, stat(f.state)) },
		func(f receiptFields) string { // leading zeros, lower case
			return fmt.Sprintf("id:%020s sub:1 dlvrd:1 submit date:%s done date:%s stat:%s err:0 text:%s", f.id,
				f.submitted.Format(minutes), f.done.Format(minutes), strings.ToLower(stat(f.state)), f.text)
		},
		func(f receiptFields) string { // the state first, and line ends
			return fmt.Sprintf("stat:%s\nid:%s\nerr:000\ndone date:%s", stat(f.state), f.id, f.done.Format(minutes))
		},
	}
}

// stat is the state as a receipt writes it.
func stat(state coding.MessageState) string {
	if known := state.Stat(); known != "" {
		return known
	}
	return coding.StateUnknown.Stat()
}
