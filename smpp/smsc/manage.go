package smsc

import (
	"strings"
	"time"

	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// forward gives a text to its handset, at once or when its time has come. mu is held.
func (s *SMSC) forward(x *sentMT) {
	now := s.cfg.Clock()
	wait := max(s.faults.enroute, span34(x.pdu.ScheduleDeliveryTime, now))
	state := coding.StateDelivered
	if validity := span34(x.pdu.ValidityPeriod, now); validity > 0 && validity < wait {
		wait, state = validity, coding.StateExpired
	}
	if wait <= 0 {
		s.arriveAt(x, state)
		return
	}
	x.state = coding.StateEnroute
	if s.enroute == nil {
		s.enroute = map[*sentMT]struct{}{}
	}
	s.enroute[x] = struct{}{}
	x.timer = time.AfterFunc(wait, func() {
		s.mu.Lock()
		defer s.unlock()
		if x.state == coding.StateEnroute {
			s.arriveAt(x, state)
		}
	})
}

// arriveAt ends the way of a text: on its handset unless the state says otherwise. mu is held.
func (s *SMSC) arriveAt(x *sentMT, state coding.MessageState) {
	delete(s.enroute, x)
	if state == coding.StateDelivered {
		state = s.receiptsNow().State // what receipts say of texts that arrive; the handset shows them whatever that is
		s.show(x.fragment, x.single, x.MT)
	} else {
		x.State = state.String()
	}
	x.state, x.final = state, s.cfg.Clock()
	s.receipt(x)
	x.pdu, x.fragment = nil, coding.Fragment{}
}

// query answers query_sm (SMPP 3.4 §4.8).
func (c *conn) query(r *smpp.Request) {
	s := c.smsc
	s.mu.Lock()
	defer s.unlock()
	x := s.mtByID[r.PDU.MessageID]
	if x == nil || x.systemID != c.systemID || !sameSource(x, r.PDU) {
		_ = r.Respond(pdu.ESME_RINVMSGID, nil) // a session that ended needs no answer
		return
	}
	answer := &pdu.PDU{MessageID: r.PDU.MessageID, MessageState: byte(x.state)}
	if x.state != coding.StateEnroute {
		answer.FinalDate = x.final.UTC().Format("060102150405") + "000+" // SMPP 3.4 §7.1.1
	}
	_ = r.Respond(pdu.ESME_ROK, answer) // as above
}

// cancel takes texts back that are on their way (SMPP 3.4 §4.9): one by its
// message id, or without one all from a source to a destination.
func (c *conn) cancel(r *smpp.Request) {
	s := c.smsc
	s.mu.Lock()
	defer s.unlock()
	var found []*sentMT
	status := pdu.ESME_RCANCELFAIL
	if id := r.PDU.MessageID; id != "" {
		x := s.mtByID[id]
		switch {
		case x == nil || x.systemID != c.systemID:
			status = pdu.ESME_RINVMSGID
		case x.state == coding.StateEnroute && sameSource(x, r.PDU):
			found = append(found, x)
		}
	} else {
		for x := range s.enroute {
			if x.systemID == c.systemID && sameSource(x, r.PDU) && number(x.To) == number(r.PDU.Dest.Addr) {
				found = append(found, x)
			}
		}
	}
	for _, x := range found {
		status = pdu.ESME_ROK
		x.timer.Stop()
		s.arriveAt(x, coding.StateDeleted)
	}
	_ = r.Respond(status, nil) // a session that ended needs no answer
}

// replace gives a text that is on its way another wording (SMPP 3.4 §4.10).
func (c *conn) replace(r *smpp.Request) {
	s := c.smsc
	s.mu.Lock()
	defer s.unlock()
	x := s.mtByID[r.PDU.MessageID]
	status := pdu.ESME_RREPLACEFAIL
	switch {
	case x == nil || x.systemID != c.systemID:
		status = pdu.ESME_RINVMSGID
	case x.state == coding.StateEnroute && x.single && sameSource(x, r.PDU):
		p := *x.pdu
		p.ShortMessage, p.RegisteredDelivery = r.PDU.ShortMessage, r.PDU.RegisteredDelivery
		x.pdu = &p
		x.fragment, x.single = s.fragment(&p)
		x.Text, x.State = s.decode(x.fragment), "replaced"
		status = pdu.ESME_ROK
	}
	_ = r.Respond(status, nil) // a session that ended needs no answer
}

// sameSource reports whether a request about a text names its source, as SMPP 3.4 asks, or none.
func sameSource(x *sentMT, p *pdu.PDU) bool {
	return p.Source.Addr == "" || number(p.Source.Addr) == number(x.From)
}

// span34 reads a time of SMPP 3.4 §7.1.1 as the time from now; 0 for what is empty, past or no time.
func span34(text string, now time.Time) time.Duration {
	if len(text) != 16 {
		return 0
	}
	var n [6]int // year, month, day, hour, minute, second
	for i := range 6 {
		n[i] = digits(text[2*i : 2*i+2])
	}
	quarters := digits(text[13:15])
	for _, v := range append(n[:], quarters) {
		if v < 0 {
			return 0
		}
	}
	if text[15] == 'R' {
		then := now.AddDate(n[0], n[1], n[2])
		return then.Sub(now) + time.Duration(n[3])*time.Hour + time.Duration(n[4])*time.Minute + time.Duration(n[5])*time.Second
	}
	if !strings.ContainsAny(text[15:], "+-") {
		return 0
	}
	offset := time.Duration(quarters) * 15 * time.Minute
	if text[15] == '+' {
		offset = -offset
	}
	then := time.Date(2000+n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC).Add(offset)
	return max(then.Sub(now), 0)
}

// digits reads two digits; negative if they are none.
func digits(s string) int {
	if s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' {
		return -1
	}
	return int(s[0]-'0')*10 + int(s[1]-'0')
}
