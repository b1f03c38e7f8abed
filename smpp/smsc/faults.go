package smsc

import (
	"time"

	"shortfare/smpp/pdu"
)

// faults are what is switched on. Guarded by SMSC.mu.
type faults struct {
	refuseBinds   pdu.Status
	dropAck       int
	dropAcks      Dose
	dropSent      int
	dropSentAfter time.Duration
	throttle      Dose
	flow          flow
	withhold      Dose
	respDelay     time.Duration
	late          Dose // which answers respDelay is for
	duplicate     Dose
	refuse        pdu.Status
	refused       Dose
	spoil         [SpoiledNack + 1]Dose
	parts         [PartsLost + 1]Dose
	collide       bool
	resend        int
	refuseQueries pdu.Status
	enroute       time.Duration
	receipts      *Receipts // instead of those of Config
}

// judge tells how a submit_sm is answered.
func (f *faults) judge(p *pdu.PDU) pdu.Status {
	switch {
	case f.refused.take():
		return f.refuse
	case f.throttle.take():
		return pdu.ESME_RTHROTTLED
	case p.Dest.Addr == "":
		return pdu.ESME_RINVDSTADR
	}
	return pdu.ESME_ROK
}

// Drop cuts all connections now, over TCP with a reset, and returns how many.
// What was unanswered is sent again after the next bind.
func (s *SMSC) Drop() int {
	s.mu.Lock()
	defer s.unlock()
	for _, c := range s.conns {
		c.cut()
	}
	s.log.Info("fault: connections cut")
	return len(s.conns)
}

// cut ends one connection without unbind. The session hands back what was in flight on its own goroutine.
func (c *conn) cut() {
	c.net.reset()
	_ = c.session.Close() // always nil
}

// DropBeforeAck makes the SMSC lose an answer: it reads the n-th answer to a
// deliver_sm from now on, forgets it and cuts that connection, so that it sends
// the text again after the next bind although the ESME has acknowledged it.
// Every answer counts, to receipts as well. 0 switches it off.
func (s *SMSC) DropBeforeAck(n int) { s.set(func(f *faults) { f.dropAck = n }) }

// DropAcks does what DropBeforeAck does with a dose of the answers.
func (s *SMSC) DropAcks(d Dose) { s.set(func(f *faults) { f.dropAcks = d }) }

// DropAfterSend cuts all connections the given time after the n-th deliver_sm
// from now on was sent, whether it was answered by then or not. 0 switches it off.
func (s *SMSC) DropAfterSend(n int, after time.Duration) {
	s.set(func(f *faults) { f.dropSent, f.dropSentAfter = n, after })
}

// RefuseBinds answers binds from now on with status; ESME_ROK lets them in
// again. Who is bound stays so.
func (s *SMSC) RefuseBinds(status pdu.Status) { s.set(func(f *faults) { f.refuseBinds = status }) }

// RefuseQueries answers query_sm, cancel_sm and replace_sm from now on with
// status, as many carriers do; ESME_ROK answers them again.
func (s *SMSC) RefuseQueries(status pdu.Status) {
	s.set(func(f *faults) { f.refuseQueries = status })
}

// Throttle answers this share of submit_sm, 0 to 1, with ESME_RTHROTTLED, evenly
// spread: 0.25 is every fourth.
func (s *SMSC) Throttle(share float64) { s.set(func(f *faults) { f.throttle = Share(share) }) }

// Stall stops the octets of all connections in both directions, those to come
// included, or lets them pass again. Nothing is lost; the connections stay open.
func (s *SMSC) Stall(on bool) { s.setFlow(on, stalled) }

// HalfOpen makes all connections, those to come included, look as if the SMSC
// were gone without a word: what it writes disappears, what the ESME writes is
// not read, and the sockets stay open even when the SMSC gives a session up.
// Switched off, all of them are reset.
func (s *SMSC) HalfOpen(on bool) { s.setFlow(on, silent) }

func (s *SMSC) setFlow(on bool, to flow) {
	s.mu.Lock()
	defer s.unlock()
	if !on {
		to = flowing
	}
	s.faults.flow = to
	for _, c := range s.conns {
		c.net.setFlow(to)
	}
	if to != silent {
		s.wire.release()
	}
}

// WithholdResp leaves submit_sm unanswered while it is on. The texts reach their handsets.
func (s *SMSC) WithholdResp(on bool) { s.Withhold(onOff(on)) }

// Withhold leaves a dose of submit_sm unanswered. The texts reach their handsets.
func (s *SMSC) Withhold(d Dose) { s.set(func(f *faults) { f.withhold = d }) }

// DelayResp answers submit_sm that much later. 0 switches it off.
func (s *SMSC) DelayResp(d time.Duration) { s.LateResp(d, onOff(d > 0)) }

// LateResp answers a dose of submit_sm that much later.
func (s *SMSC) LateResp(d time.Duration, which Dose) {
	s.set(func(f *faults) { f.respDelay, f.late = d, which })
}

// Duplicate sends the next n deliver_sm that are acknowledged once more, in the same session.
func (s *SMSC) Duplicate(n int) { s.Duplicates(Next(n)) }

// Duplicates does what Duplicate does with a dose.
func (s *SMSC) Duplicates(d Dose) { s.set(func(f *faults) { f.duplicate = d }) }

// RefuseSubmits answers the next n submit_sm with status; a negative n means all
// from now on, 0 switches it off. Refused texts reach no handset.
func (s *SMSC) RefuseSubmits(status pdu.Status, n int) {
	d := Next(n)
	if n < 0 {
		d = Share(1)
	}
	s.Refuse(status, d)
}

// Refuse answers a dose of submit_sm with status. Refused texts reach no handset.
func (s *SMSC) Refuse(status pdu.Status, d Dose) {
	s.set(func(f *faults) { f.refuse, f.refused = status, d })
}

// Spoil makes a dose of the answers to submit_sm go wrong in one way; the doses
// of several ways are independent. It panics if there is no such way.
func (s *SMSC) Spoil(way Spoiled, d Dose) { s.set(func(f *faults) { f.spoil[way] = d }) }

// SpoilParts does something to the parts of a dose of the long texts that are
// injected from now on. It panics if there is no such way.
func (s *SMSC) SpoilParts(way PartsFault, d Dose) { s.set(func(f *faults) { f.parts[way] = d }) }

// Collide gives texts to the ESME the sequence_number of a submit_sm that it
// waits for, whenever there is one; answers are held for a moment so that there
// is. The two numbers have nothing to do with each other (SMPP 3.4 §5.1.4).
func (s *SMSC) Collide(on bool) { s.set(func(f *faults) { f.collide = on }) }

// Resend sends the last n texts that were acknowledged once more after the next
// bind, as SMSCs do that lost what they knew. 0 switches it off.
func (s *SMSC) Resend(n int) { s.set(func(f *faults) { f.resend = n }) }

// Enroute lets texts take that long to their handsets. Until then query_sm says
// so, cancel_sm and replace_sm work, and no receipt comes. 0 switches it off.
func (s *SMSC) Enroute(d time.Duration) { s.set(func(f *faults) { f.enroute = d }) }

// Raw writes octets as they are to all ESMEs that are bound, between PDUs, and
// returns how many got them.
func (s *SMSC) Raw(octets []byte) int {
	s.mu.Lock()
	var to []*wireConn
	for _, c := range s.conns {
		if !c.bound.IsZero() {
			to = append(to, c.net)
		}
	}
	s.mu.Unlock()
	n := 0
	for _, c := range to {
		if c.raw(octets) {
			n++
		}
	}
	return n
}

// Heal switches all faults off.
func (s *SMSC) Heal() {
	s.setFlow(false, flowing)
	s.CutAt(nil)
	s.set(func(f *faults) { *f = faults{} })
}

// SetReceipts changes how receipts look from now on.
func (s *SMSC) SetReceipts(r Receipts) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cfg.Receipts = r.withDefaults()
	s.faults.receipts = nil
}

func (s *SMSC) set(change func(*faults)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.faults)
}

func onOff(on bool) Dose {
	if on {
		return Share(1)
	}
	return Dose{}
}
