package smsc

import (
	"time"

	"shortfare/smpp/pdu"
)

// faults are what is switched on. Guarded by SMSC.mu.
type faults struct {
	refuseBinds   pdu.Status
	dropAck       int
	dropSent      int
	dropSentAfter time.Duration
	throttle      float64
	owed          float64 // share of a refusal that is due
	stalled       bool
	withhold      bool
	respDelay     time.Duration
	duplicate     int
	refuse        pdu.Status
	refuseLeft    int // submits still to refuse; negative: all
}

// judge tells how a submit_sm is answered.
func (f *faults) judge(p *pdu.PDU) pdu.Status {
	if f.refuseLeft != 0 {
		if f.refuseLeft > 0 {
			f.refuseLeft--
		}
		return f.refuse
	}
	if f.owed += f.throttle; f.owed >= 1 {
		f.owed--
		return pdu.ESME_RTHROTTLED
	}
	if p.Dest.Addr == "" {
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

// DropAfterSend cuts all connections the given time after the n-th deliver_sm
// from now on was sent, whether it was answered by then or not. 0 switches it off.
func (s *SMSC) DropAfterSend(n int, after time.Duration) {
	s.set(func(f *faults) { f.dropSent, f.dropSentAfter = n, after })
}

// RefuseBinds answers binds from now on with status; ESME_ROK lets them in
// again. Who is bound stays so.
func (s *SMSC) RefuseBinds(status pdu.Status) { s.set(func(f *faults) { f.refuseBinds = status }) }

// Throttle answers this share of submit_sm, 0 to 1, with ESME_RTHROTTLED, evenly
// spread: 0.25 is every fourth.
func (s *SMSC) Throttle(share float64) {
	s.set(func(f *faults) { f.throttle, f.owed = min(max(share, 0), 1), 0 })
}

// Stall stops the octets of all connections in both directions, those to come
// included, or lets them pass again. Nothing is lost; the connections stay open.
func (s *SMSC) Stall(on bool) {
	s.mu.Lock()
	defer s.unlock()
	s.faults.stalled = on
	for _, c := range s.conns {
		c.net.stall(on)
	}
}

// WithholdResp leaves submit_sm unanswered while it is on. The texts reach their handsets.
func (s *SMSC) WithholdResp(on bool) { s.set(func(f *faults) { f.withhold = on }) }

// DelayResp answers submit_sm that much later. 0 switches it off.
func (s *SMSC) DelayResp(d time.Duration) { s.set(func(f *faults) { f.respDelay = d }) }

// Duplicate sends the next n deliver_sm that are acknowledged once more, in the same session.
func (s *SMSC) Duplicate(n int) { s.set(func(f *faults) { f.duplicate = n }) }

// RefuseSubmits answers the next n submit_sm with status; a negative n means all
// from now on, 0 switches it off. Refused texts reach no handset.
func (s *SMSC) RefuseSubmits(status pdu.Status, n int) {
	s.set(func(f *faults) { f.refuse, f.refuseLeft = status, n })
}

// Heal switches all faults off.
func (s *SMSC) Heal() {
	s.Stall(false)
	s.set(func(f *faults) { *f = faults{} })
}

// SetReceipts changes how receipts look from now on.
func (s *SMSC) SetReceipts(r Receipts) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := Config{Receipts: r}.withDefaults()
	s.cfg.Receipts = c.Receipts
}

func (s *SMSC) set(change func(*faults)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.faults)
}
