package link

import (
	"errors"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// alphanumeric is the type of number of a name (SMPP 3.4 §5.2.5).
const alphanumeric = 5

// bound is one bind of a link.
type bound struct {
	link    *Link
	number  uint64
	session *smpp.Session
}

// handle takes one request of the carrier. It runs on the session's reader,
// possibly before bind has returned.
func (b *bound) handle(r *smpp.Request) {
	l := b.link
	g := l.group
	if g.killed.Load() {
		return
	}
	p := r.PDU
	if p.ID != pdu.DeliverSM && p.ID != pdu.DataSM {
		switch {
		case p.ID == pdu.AlertNotification:
			l.alert(p)
		case p.ID.HasResponse():
			l.respond(r, pdu.ESME_RINVCMDID)
		}
		return
	}
	g.mu.Lock()
	stopping := g.stopping
	g.mu.Unlock()
	_, receipted := p.TLV(pdu.TagReceiptedMessageID)
	switch {
	case stopping:
		l.in.refused.Add(1)
		l.respond(r, pdu.ESME_RX_T_APPN)
	case receipted || coding.IsReceipt(p.ESMClass):
		b.receipt(r)
	default:
		b.text(r)
	}
}

// respond queues an answer and reports whether the carrier may get it.
func (l *Link) respond(r *smpp.Request, status pdu.Status) bool {
	err := r.Respond(status, nil)
	if err != nil {
		l.log.Debug("answer has nowhere to go", zap.Stringer("status", status), zap.Error(err))
	}
	return err == nil
}

// answer is the done function of what was handed to the sink: only now the
// carrier is told.
func (b *bound) answer(r *smpp.Request, at time.Time, err error, count *atomic.Uint64) {
	l := b.link
	if l.group.killed.Load() {
		return
	}
	switch {
	case err == nil:
		count.Add(1)
	case errors.Is(err, booking.ErrSender):
		l.in.forgotten.Add(1)
	default:
		l.in.refused.Add(1)
		l.respond(r, pdu.ESME_RX_T_APPN)
		return
	}
	if !l.respond(r, pdu.ESME_ROK) {
		l.in.lostAcks.Add(1)
		l.team.dups.late(l, b.number, at, l.cfg.Now())
	}
}

// alert takes an alert_notification (SMPP 3.4 §4.12.1): a phone is there again,
// and what waits for it because the carrier said "later" goes out now.
func (l *Link) alert(p *pdu.PDU) {
	l.in.alerts.Add(1)
	msisdn, err := booking.ParseMSISDN(p.Source.Addr)
	if err != nil {
		return
	}
	if s, ok := uintOf(p, pdu.TagMsAvailabilityStatus); ok && s != 0 { // SMPP 3.4 §5.3.2.30
		return
	}
	g := l.group
	g.mu.Lock()
	n := g.queue.lanes[msisdn]
	waits := n != nil && n.where == inDelayed && !n.head.doubt
	if waits {
		g.queue.undelay(n)
		n.throttles = 0
		n.head.way().pushFront(n)
	}
	g.mu.Unlock()
	if waits {
		g.hurry()
	}
}

// text hands a text, or a part of one, to the sink.
func (b *bound) text(r *smpp.Request) {
	l, p := b.link, r.PDU
	msisdn, err := booking.ParseMSISDN(p.Source.Addr)
	if err != nil || p.Source.TON == alphanumeric || p.Source.Addr == p.Dest.Addr || l.own[p.Source.Addr] {
		l.in.forgotten.Add(1)
		l.log.Debug("sender cannot be answered", zap.Uint8("ton", p.Source.TON), zap.Int("length", len(p.Source.Addr)))
		l.respond(r, pdu.ESME_ROK)
		return
	}
	now := l.cfg.Now()
	f, single, err := coding.ExtractFragment(inboundOf(l.team.name, p))
	if l.cfg.PlainDCS15 && f.DataCoding == coding.DataCodingGB {
		f.DataCoding = coding.DataCodingDefault
	}
	if l.cfg.IgnoreShift {
		f.Shift = coding.Shift{}
	}
	floor, lost := l.team.dups.floor(now)
	a := booking.Arrival{MO: booking.MO{MSISDN: msisdn, Source: booking.Address(p.Source), Dest: booking.Address(p.Dest),
		Link: l.team.name, Session: b.number, Hash: hash(p), At: now, DupFloor: floor, Lost: lost}}
	a.Repeated = func() { l.in.repeated.Add(1) }
	count := &l.in.texts
	if single {
		var wrong error
		a.MO.Text, wrong = f.Text(l.cfg.Alphabet)
		err = errors.Join(err, wrong)
	} else {
		a.Part = &booking.Part{Key: f.Key.String(), Seq: int(f.Seq), Total: int(f.Key.Total), Body: partBody(f), At: now}
		a.Join = l.joinParts
		count = &l.in.parts
	}
	if err != nil { // the best reading of it is a text all the same
		l.in.undecodable.Add(1)
		l.log.Info("text is not well formed", zap.String("msisdn", msisdn.Masked()), zap.Uint8("data_coding", p.DataCoding),
			zap.Uint8("esm_class", p.ESMClass), zap.Error(err))
	}
	l.group.sink.Receive(a, func(err error) { b.answer(r, now, err, count) })
}

// inboundOf is what a PDU of a carrier holds of a text. message_payload counts when there is
// no short_message (SMPP 3.4 §5.3.2.32).
func inboundOf(carrier string, p *pdu.PDU) coding.Inbound {
	in := coding.Inbound{Link: carrier, Source: p.Source.Addr, Dest: p.Dest.Addr, ESMClass: p.ESMClass,
		DataCoding: coding.DataCoding(p.DataCoding), ShortMessage: p.Payload()}
	ref, ok1 := uintOf(p, pdu.TagSarMsgRefNum)
	total, ok2 := uintOf(p, pdu.TagSarTotalSegments)
	seq, ok3 := uintOf(p, pdu.TagSarSegmentSeqnum)
	if ok1 && ok2 && ok3 && ref <= 0xFFFF && total <= 0xFF && seq <= 0xFF {
		in.SAR = &coding.SAR{Reference: uint16(ref), Total: uint8(total), Seq: uint8(seq)}
	}
	return in
}

func uintOf(p *pdu.PDU, tag pdu.Tag) (uint32, bool) {
	if t, ok := p.TLV(tag); ok {
		return t.Uint()
	}
	return 0, false
}

// hash recognises a second delivery of the same message, to which SMPP gives
// no id: FNV-1a, 64 bits, over what a carrier repeats unchanged.
func hash(p *pdu.PDU) uint64 {
	h := uint64(0xcbf29ce484222325)
	mix := func(c byte) { h = (h ^ uint64(c)) * 0x100000001b3 }
	length := func(n int) { mix(byte(n >> 8)); mix(byte(n)) } // so that no field runs into the next
	for _, s := range [2]string{p.Source.Addr, p.Dest.Addr} {
		length(len(s))
		for i := range len(s) {
			mix(s[i])
		}
	}
	mix(p.ESMClass)
	mix(p.DataCoding)
	for _, tag := range [3]pdu.Tag{pdu.TagSarMsgRefNum, pdu.TagSarTotalSegments, pdu.TagSarSegmentSeqnum} {
		t, _ := p.TLV(tag)
		length(len(t.Value))
		for _, c := range t.Value {
			mix(c)
		}
	}
	body := p.Payload()
	length(len(body))
	for _, c := range body {
		mix(c)
	}
	return h
}
