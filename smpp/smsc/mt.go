package smsc

import (
	"strconv"
	"time"

	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// collideHold is how long answers wait so that a text can collide with them.
const collideHold = 20 * time.Millisecond

// sentMT is a text that was taken. Guarded by SMSC.mu.
type sentMT struct {
	*MT
	systemID string
	noReply  bool // the account gets no receipts
	pdu      *pdu.PDU
	fragment coding.Fragment
	single   bool
	state    coding.MessageState
	timer    *time.Timer // runs while it is on its way
	final    time.Time
}

// handle takes a request of an ESME. It runs on the session's reader.
func (c *conn) handle(r *smpp.Request) {
	switch r.PDU.ID {
	case pdu.QuerySM, pdu.CancelSM, pdu.ReplaceSM:
		c.smsc.mu.Lock()
		refused := c.smsc.faults.refuseQueries
		c.smsc.mu.Unlock()
		if refused != pdu.ESME_ROK {
			_ = r.Respond(refused, nil) // a session that ended needs no answer
			return
		}
	}
	switch r.PDU.ID {
	case pdu.SubmitSM, pdu.DataSM:
		c.submit(r)
	case pdu.SubmitMulti:
		c.submitMulti(r)
	case pdu.QuerySM:
		c.query(r)
	case pdu.CancelSM:
		c.cancel(r)
	case pdu.ReplaceSM:
		c.replace(r)
	default:
		_ = r.Respond(pdu.ESME_RINVCMDID, nil) // impossible: the session knows no other; one that ended needs no answer
	}
}

// submit takes a text for a handset.
func (c *conn) submit(r *smpp.Request) {
	s := c.smsc
	s.mu.Lock()
	defer s.unlock()
	x := s.arrive(c, r.PDU)
	m := x.MT
	m.Status = s.judge(c, r.PDU)
	if m.Status == pdu.ESME_ROK {
		m.Spoiled = s.faults.spoiled()
	}
	switch {
	case m.Status != pdu.ESME_ROK:
	case m.Spoiled == SpoiledNack:
		m.Status = pdu.ESME_RSYSERR
	default:
		m.MessageID = s.newMessageID()
		s.mtByID[m.MessageID] = x
	}
	if m.Spoiled != SpoiledNone {
		c.net.spoilNext(r.PDU.Sequence, m.Spoiled)
	}
	s.respond(c, r, m.Status, respBody(m.MessageID), m)
	if m.MessageID != "" {
		s.forward(x)
	}
}

// arrive notes a text. mu is held.
func (s *SMSC) arrive(c *conn, p *pdu.PDU) *sentMT {
	f, single := s.fragment(p)
	s.lastMT++
	m := &MT{ID: s.lastMT, Bind: c.id, SystemID: c.systemID, From: p.Source.Addr, To: p.Dest.Addr, Text: s.decode(f),
		Part: 1, Parts: 1, At: s.cfg.Clock()}
	if !single {
		m.Part, m.Parts = int(f.Seq), int(f.Key.Total)
	}
	s.mts.add(m, s.cfg.Keep, func(*MT) bool { return true }, func(old *MT) { delete(s.mtByID, old.MessageID) })
	return &sentMT{MT: m, systemID: c.systemID, noReply: c.account.NoReceipts, pdu: p, fragment: f, single: single}
}

func (s *SMSC) newMessageID() string {
	id := strconv.FormatUint(s.messageID, 10)
	s.messageID++
	return id
}

// judge tells how a submit_sm is answered. mu is held.
func (s *SMSC) judge(c *conn, p *pdu.PDU) pdu.Status {
	if !c.account.take(time.Now()) {
		return pdu.ESME_RTHROTTLED
	}
	return s.faults.judge(p)
}

// spoiled tells how the next answer goes wrong.
func (f *faults) spoiled() Spoiled {
	for way := range f.spoil {
		if f.spoil[way].take() {
			return Spoiled(way)
		}
	}
	return SpoiledNone
}

// respond answers a submit_sm now, late or never, as the faults want it. It is for all of mts. mu is held.
func (s *SMSC) respond(c *conn, r *smpp.Request, status pdu.Status, body *pdu.PDU, mts ...*MT) {
	answer := func() {
		delete(c.waiting, r.PDU.Sequence)
		err := r.Respond(status, body) // a session that has ended needs no answer
		for _, m := range mts {
			if err == nil {
				m.Resp = s.cfg.Clock()
			}
			s.stream.row(mtRow{"mt", m})
			m.streamed = true
		}
	}
	delay := max(-s.receiptsNow().Delay, 0)
	if s.faults.respDelay > 0 && s.faults.late.take() {
		delay += s.faults.respDelay
	}
	if s.faults.collide {
		delay = max(delay, collideHold)
		if c.waiting == nil {
			c.waiting = map[uint32]struct{}{}
		}
		c.waiting[r.PDU.Sequence] = struct{}{}
	}
	switch {
	case s.faults.withhold.take():
		for _, m := range mts {
			m.Withheld, m.streamed = true, true
			s.stream.row(mtRow{"mt", m})
		}
	case delay > 0:
		time.AfterFunc(delay, func() {
			s.mu.Lock()
			defer s.unlock()
			answer()
		})
	default:
		answer()
	}
}

func respBody(messageID string) *pdu.PDU {
	if messageID == "" {
		return nil
	}
	return &pdu.PDU{MessageID: messageID}
}

// submitMulti takes a text for several handsets (SMPP 3.4 §4.5). Distribution lists are not known here.
func (c *conn) submitMulti(r *smpp.Request) {
	s := c.smsc
	s.mu.Lock()
	defer s.unlock()
	body := &pdu.PDU{}
	var taken []*sentMT
	var all []*MT
	for _, d := range r.PDU.Dests {
		if d.Flag == pdu.DestList {
			body.Unsuccess = append(body.Unsuccess, pdu.Unsuccess{Address: pdu.Address{Addr: d.List}, Status: pdu.ESME_RINVDLNAME})
			continue
		}
		p := *r.PDU
		p.ID, p.Dest, p.Dests = pdu.SubmitSM, d.Address, nil
		x := s.arrive(c, &p)
		all = append(all, x.MT)
		if x.Status = s.judge(c, &p); x.Status != pdu.ESME_ROK {
			body.Unsuccess = append(body.Unsuccess, pdu.Unsuccess{Address: d.Address, Status: x.Status})
			continue
		}
		taken = append(taken, x)
	}
	if len(all) == 0 {
		_ = r.Respond(pdu.ESME_RINVNUMDESTS, nil) // a session that ended needs no answer
		return
	}
	status := pdu.ESME_ROK
	if len(taken) == 0 {
		status = all[0].Status
	} else {
		body.MessageID = s.newMessageID()
		s.mtByID[body.MessageID] = taken[0]
	}
	for _, x := range taken {
		x.MessageID = body.MessageID
	}
	s.respond(c, r, status, body, all...)
	for _, x := range taken {
		s.forward(x)
	}
}

// fragment reads the text of a PDU and its place in a longer one. A wrong header is shown as text, as handsets do.
func (s *SMSC) fragment(p *pdu.PDU) (f coding.Fragment, single bool) {
	in := coding.Inbound{Source: p.Source.Addr, Dest: p.Dest.Addr, ESMClass: p.ESMClass, DataCoding: coding.DataCoding(p.DataCoding), ShortMessage: p.ShortMessage}
	if t, ok := p.TLV(pdu.TagMessagePayload); ok {
		in.Payload = t.Value
	}
	ref, ok1 := p.TLV(pdu.TagSarMsgRefNum)
	total, ok2 := p.TLV(pdu.TagSarTotalSegments)
	seq, ok3 := p.TLV(pdu.TagSarSegmentSeqnum)
	if ok1 && ok2 && ok3 {
		r, _ := ref.Uint() // a wrong length reads as 0
		t, _ := total.Uint()
		q, _ := seq.Uint()
		in.SAR = &coding.SAR{Reference: uint16(r), Total: uint8(t), Seq: uint8(q)}
	}
	f, single, _ = coding.ExtractFragment(in) // valid whatever the error
	return f, single
}
