package link

import (
	"time"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// queryLife is how old a text may be to be asked about: the longest validity
// period there is, and no carrier knows of texts for longer.
const queryLife = 31 * 24 * time.Hour

var _ booking.Inquirer = (*Group)(nil)

// Queries tells whether any link asks its carrier what became of texts.
func (g *Group) Queries() bool {
	for _, l := range g.links {
		if l.queries() {
			return true
		}
	}
	return false
}

// queries tells whether the link may ask: receivers may not (SMPP 3.4 table 2-1).
func (l *Link) queries() bool { return l.cfg.QueryAfter > 0 && l.cfg.sends() }

// askAbout adds to the result of a text how the carrier is asked about it.
func (l *Link) askAbout(r *booking.SendResult, asked bool) {
	if l.queries() && asked && r.Wire != "" {
		r.AskAt = l.cfg.Now().Add(l.cfg.QueryAfter)
	}
}

// NextInquiry is when to ask again about a text: when it is twice as old, and
// when it is time to take it back. It is never when the carrier is not asked.
func (g *Group) NextInquiry(q *booking.Inquiry, now time.Time) time.Time {
	t := g.byName[q.Link]
	age := now.Sub(q.At)
	if t == nil || age > queryLife {
		return time.Time{}
	}
	for _, l := range t.links {
		if !l.queries() {
			continue
		}
		next := now.Add(max(age, l.cfg.QueryAfter))
		if back := q.At.Add(l.cfg.CancelAfter); l.cfg.CancelAfter > 0 && now.Before(back) && back.Before(next) {
			next = back
		}
		return next
	}
	return time.Time{}
}

// Inquire asks the carrier what became of a text, by query_sm (SMPP 3.4 §4.8) over
// any of its links that may ask, has room and is held to no slower pace. What has
// been under way for too long and can be sent another way is taken back by
// cancel_sm (§4.9): if that succeeds, it was deleted.
func (g *Group) Inquire(q *booking.Inquiry, done func(booking.Standing)) bool {
	l, s := g.asker(q.Link)
	if l == nil {
		return false
	}
	p := l.about(q, pdu.QuerySM)
	answered := func(resp *pdu.PDU, err error) {
		l.landAsked()
		st := l.standing(q, resp, err)
		if (st.State == stateEnroute || st.State == stateAccepted) && l.overdue(q) && l.takeBack(q, s, st, done) {
			return
		}
		if !g.killed.Load() {
			done(st)
		}
	}
	if err := s.TrySend(&p, answered); err != nil {
		l.landAsked()
		return false
	}
	return true
}

// Final or not: what appendix B calls the states that are on their way.
var (
	stateEnroute  = coding.StateEnroute.Stat()
	stateAccepted = coding.StateAccepted.Stat()
)

// asker chooses a link of a carrier that may ask now, and counts the question as
// under way; nil when there is none. Texts go first: they are not held up.
func (g *Group) asker(carrier string) (*Link, *smpp.Session) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.byName[carrier]
	if t == nil || g.stopping {
		return nil, nil
	}
	now := time.Now()
	for _, l := range t.links {
		if !l.queries() || l.session == nil || l.flying >= l.cfg.Window {
			continue
		}
		if l.pace.refill(now); !l.pace.may() {
			continue
		}
		l.flying++
		l.pace.sent(now)
		l.out.queries++
		return l, l.session
	}
	return nil, nil
}

// landAsked ends what asker began.
func (l *Link) landAsked() {
	l.group.mu.Lock()
	l.flying--
	l.group.mu.Unlock()
	l.group.hurry()
}

// about is a request about a submit. Its source is that of the submit, which
// carriers compare.
func (l *Link) about(q *booking.Inquiry, id pdu.CommandID) pdu.PDU {
	p := pdu.PDU{Header: pdu.Header{ID: id}, MessageID: q.Wire, Source: pdu.Address(q.From)}
	override(&p.Source.TON, l.cfg.SourceTON)
	override(&p.Source.NPI, l.cfg.SourceNPI)
	if id == pdu.CancelSM {
		p.Dest = pdu.Address(q.To)
		override(&p.Dest.TON, l.cfg.DestTON)
		override(&p.Dest.NPI, l.cfg.DestNPI)
	}
	return p
}

// standing reads the answer to query_sm.
func (l *Link) standing(q *booking.Inquiry, resp *pdu.PDU, err error) booking.Standing {
	switch {
	case err != nil:
		return booking.Standing{}
	case resp.ID != pdu.GenericNack && resp.Status == pdu.ESME_ROK:
		if resp.MessageID != q.Wire && resp.MessageID != "" && l.cfg.ReceiptIDs.canonical(resp.MessageID, false) != q.MessageID {
			l.log.Warn("answer to query_sm is about another text", zap.Int64("message", q.ID))
			return booking.Standing{}
		}
		return booking.Standing{State: coding.MessageState(resp.MessageState).Stat()} // "" for one that the standard does not know
	case resp.Status == pdu.ESME_RINVMSGID, resp.Status == pdu.ESME_RINVCMDID:
		return booking.Standing{Never: true}
	}
	l.log.Info("carrier does not answer query_sm now", zap.Int64("message", q.ID), zap.Stringer("status", resp.Status))
	return booking.Standing{}
}

// overdue tells whether a text is to be taken back: it has been under way for
// long, and is sent another way then.
func (l *Link) overdue(q *booking.Inquiry) bool {
	return l.cfg.CancelAfter > 0 && q.Replaceable && !l.cfg.Now().Before(q.At.Add(l.cfg.CancelAfter))
}

// takeBack sends cancel_sm and reports whether it left. Only a carrier that says
// it has deleted the text is believed; else what query_sm said stands.
func (l *Link) takeBack(q *booking.Inquiry, s *smpp.Session, was booking.Standing, done func(booking.Standing)) bool {
	g := l.group
	g.mu.Lock()
	if g.stopping || l.flying >= l.cfg.Window {
		g.mu.Unlock()
		return false
	}
	l.flying++
	l.out.cancels++
	g.mu.Unlock()
	p := l.about(q, pdu.CancelSM)
	err := s.TrySend(&p, func(resp *pdu.PDU, err error) {
		l.landAsked()
		if g.killed.Load() {
			return
		}
		if err == nil && resp.ID != pdu.GenericNack && resp.Status == pdu.ESME_ROK {
			l.log.Info("text taken back from its carrier", zap.String("msisdn", q.MSISDN.Masked()), zap.Int64("message", q.ID))
			was = booking.Standing{State: coding.StateDeleted.Stat()}
		}
		done(was)
	})
	if err != nil {
		l.landAsked()
	}
	return err == nil
}
