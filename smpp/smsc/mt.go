package smsc

import (
	"strconv"
	"time"

	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// handle takes a request of an ESME. It runs on the session's reader.
func (c *conn) handle(r *smpp.Request) {
	switch r.PDU.ID {
	case pdu.SubmitSM, pdu.DataSM:
		c.submit(r)
	case pdu.QuerySM:
		c.query(r)
	case pdu.CancelSM:
		_ = r.Respond(pdu.ESME_RCANCELFAIL, nil) // the handset has it already; a session that ended needs no answer
	case pdu.ReplaceSM:
		_ = r.Respond(pdu.ESME_RREPLACEFAIL, nil) // as above
	default:
		_ = r.Respond(pdu.ESME_RINVCMDID, nil) // submit_multi is not offered
	}
}

// submit takes a text for a handset.
func (c *conn) submit(r *smpp.Request) {
	s := c.smsc
	p := r.PDU
	s.mu.Lock()
	defer s.unlock()
	f, single := s.fragment(p)
	s.lastMT++
	m := &MT{ID: s.lastMT, Bind: c.id, SystemID: c.systemID, From: p.Source.Addr, To: p.Dest.Addr, Text: s.decode(f),
		Part: 1, Parts: 1, At: s.cfg.Clock()}
	if !single {
		m.Part, m.Parts = int(f.Seq), int(f.Key.Total)
	}
	s.mts = append(s.mts, m)
	if m.Status = s.faults.judge(p); m.Status != pdu.ESME_ROK {
		s.respond(r, m)
		return
	}
	m.MessageID = strconv.FormatUint(s.messageID, 10)
	s.messageID++
	s.mtByID[m.MessageID] = m
	s.respond(r, m)
	s.show(f, single, m)
	s.receipt(c, p, m)
}

// respond answers a submit_sm now, late or never, as the faults want it. mu is held.
func (s *SMSC) respond(r *smpp.Request, m *MT) {
	answer := func() {
		// A session that has ended needs no answer.
		if r.Respond(m.Status, respBody(m)) == nil {
			m.Resp = s.cfg.Clock()
		}
	}
	delay := s.faults.respDelay + max(-s.cfg.Receipts.Delay, 0)
	switch {
	case s.faults.withhold:
		m.Withheld = true
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

func respBody(m *MT) *pdu.PDU {
	if m.MessageID == "" {
		return nil
	}
	return &pdu.PDU{MessageID: m.MessageID}
}

// query answers query_sm: whatever was accepted was delivered (SMPP 3.4 §4.8).
func (c *conn) query(r *smpp.Request) {
	s := c.smsc
	s.mu.Lock()
	_, known := s.mtByID[r.PDU.MessageID]
	s.mu.Unlock()
	if !known {
		_ = r.Respond(pdu.ESME_RINVMSGID, nil) // a session that ended needs no answer
		return
	}
	_ = r.Respond(pdu.ESME_ROK, &pdu.PDU{MessageID: r.PDU.MessageID, MessageState: byte(s.cfg.Receipts.State)}) // as above
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
