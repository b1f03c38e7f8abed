package link

import (
	"errors"
	"time"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// maxLate bounds how many submits without an answer a link remembers.
const maxLate = 4096

// lateTable remembers submits whose answer did not come in time, as long as
// the bind lives on which it may still come. The group's mutex guards it.
type lateTable struct {
	bind  uint64
	bySeq map[uint32]late
	order []uint32
}

// late is a submit that was given up.
type late struct {
	m          booking.MT
	part       int
	last       bool // the part was the last one
	carrierIDs      // of the parts before it
	asked      bool
}

func (x *lateTable) add(t *text, seq uint32) {
	if x.bind != t.bind {
		*x = lateTable{bind: t.bind, bySeq: map[uint32]late{}}
	}
	if len(x.order) >= maxLate {
		delete(x.bySeq, x.order[0])
		x.order = append(x.order[:0], x.order[1:]...)
	}
	x.bySeq[seq] = late{m: t.m, part: t.part, last: t.part == len(t.parts)-1, carrierIDs: t.carrierIDs, asked: t.asked}
	x.order = append(x.order, seq)
}

func (x *lateTable) take(bind uint64, seq uint32) (late, bool) {
	if x.bind != bind {
		return late{}, false
	}
	e, ok := x.bySeq[seq]
	delete(x.bySeq, seq)
	return e, ok
}

// policy is what is done with a text whose submit has no answer.
func (l *Link) policy(m *booking.MT) UnknownPolicy {
	switch {
	case m.Receipt:
		return l.cfg.Unknown.Ticket
	case m.Notice:
		return l.cfg.Unknown.Notice
	}
	return l.cfg.Unknown.Reply
}

// unknown takes a submit that may have reached the carrier and has no answer.
// Its lane waits as long as the policy says, for what may still come: a late
// answer, or a receipt.
func (l *Link) unknown(t *text, err error) {
	l.log.Warn("submit has no answer", zap.String("msisdn", t.m.MSISDN.Masked()), zap.Int64("message", t.m.ID), zap.Error(err))
	wait := l.policy(&t.m).Wait
	g := l.group
	g.mu.Lock()
	var lost *smpp.SendError
	if errors.As(err, &lost) && errors.Is(err, smpp.ErrNoAnswer) { // the session lives on
		l.lost.add(t, lost.Sequence)
	}
	if wait <= 0 || g.stopping {
		g.mu.Unlock()
		l.giveBack(t)
		return
	}
	t.doubt = true
	g.land(t)
	g.queue.delay(t.lane, time.Now().Add(wait))
	g.mu.Unlock()
	g.hurry()
}

// giveBack hands a text back as unknown. It counts as under way.
func (l *Link) giveBack(t *text) {
	l.settle(t, booking.SendResult{Verdict: booking.Unknown, Once: l.policy(&t.m).Never})
}

// relive takes a text in doubt that heads the lane of a phone back under way,
// when match says that it is the one; nil when there is none. mu is held.
func (g *Group) relive(m booking.MSISDN, match func(*text) bool) *text {
	n := g.queue.lanes[m]
	if n == nil || n.where != inDelayed || !n.head.doubt || !match(n.head) {
		return nil
	}
	t := n.head
	g.queue.undelay(n)
	n.where = inFlight
	t.doubt = false
	g.queue.flying++
	t.link.flying++
	return t
}

// known settles a text in doubt by its receipt: the carrier has it. id is in the
// form that is stored.
func (l *Link) known(m booking.MSISDN, reference uint16, id string) {
	g := l.group
	g.mu.Lock()
	t := g.relive(m, func(t *text) bool { return t.link.team == l.team && t.asked && t.reference() == reference })
	g.mu.Unlock()
	if t != nil {
		l.log.Info("receipt settles a submit without an answer", zap.String("msisdn", m.Masked()), zap.Int64("message", t.m.ID))
		t.link.accepted(t, booking.Taken{MessageID: id, Forms: t.link.cfg.ReceiptIDs.forms(id)})
	}
}

// late takes a response that came after its time-out, or twice. What it is about
// is settled: the text in doubt, its second copy that has not left, or the row
// of the text that was handed back.
func (b *bound) late(resp *pdu.PDU) {
	l := b.link
	g := l.group
	g.mu.Lock()
	l.out.late++
	e, ok := l.lost.take(b.number, resp.Sequence)
	if !ok || g.killed.Load() {
		g.mu.Unlock()
		return
	}
	t := g.relive(e.m.MSISDN, func(t *text) bool { return t.m.ID == e.m.ID && t.part == e.part })
	took := resp.ID != pdu.GenericNack && resp.Status == pdu.ESME_ROK
	is := l.taken(resp.MessageID)
	var r booking.SendResult
	var copied *text
	if t == nil && took && e.last {
		e.keep(e.part, is)
		r = e.result(b.number)
		r.Link, r.Receipt = l.team.name, e.asked
		l.askAbout(&r, e.asked || e.m.Receipt)
		copied = g.queue.withdraw(e.m.MSISDN, e.m.ID)
	}
	g.mu.Unlock()
	switch {
	case t != nil && took:
		t.link.accepted(t, is)
	case t != nil:
		t.link.refused(t, resp.Status)
	case copied != nil: // the second copy is not needed any more
		copied.done(r)
		g.mu.Lock()
		l.out.count(r)
		g.queue.drop(copied)
		g.mu.Unlock()
	case r.Verdict == booking.Done && g.lates != nil:
		g.lates.Late(e.m, r)
	}
}
