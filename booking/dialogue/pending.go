package dialogue

import (
	"time"

	"shortfare/booking"
	"shortfare/parser"
)

// Times of questions about the customer's own data.
const (
	pendingKnown  = 30 * time.Minute // how long the same code gets the same answer
	pendingClosed = time.Hour        // after too many wrong codes nothing is changed for so long
	guessWindow   = time.Hour
)

// propose asks whether something of the customer's own data is to change, with
// a code. The same question again has the same code. key is its template; it
// knows code and until besides pairs.
func (t *turn) propose(p booking.Pending, key string, pairs ...string) {
	old := t.c.Pending
	switch {
	case old.Open(t.env.Now) && old.For == p.For && old.Content == p.Content && old.Name == p.Name:
	case t.pendingLocked():
		t.say("pending.locked", "until", t.clock(old.Until.Add(pendingClosed)))
		return
	default:
		if old != nil {
			p.Gen = old.Gen
			if !old.Done && t.env.Now.Sub(old.Until) < pendingClosed {
				p.Tries = old.Tries
			}
		}
		p.Until = t.env.Now.Add(t.d.s.CodeLife)
		t.c.Pending = &p
		for range codeRounds { // not the last code, nor that of an open quote
			p.Gen++
			if t.matching(t.pendingCode(), 0) == nil {
				break
			}
		}
	}
	t.say(key, append(pairs, "code", t.pendingCode(), "until", t.clock(t.c.Pending.Until))...)
}

// pendingCode is the code of the question that is, or was, open.
func (t *turn) pendingCode() string {
	p := t.c.Pending
	if p == nil || p.For == "" {
		return ""
	}
	return t.d.s.CustomerCode(t.c.MSISDN, string(p.For), []byte(p.Content+"|"+p.Name), p.Gen)
}

// pendingOpen tells whether a question about the customer's own data is open.
func (t *turn) pendingOpen() bool { return t.c.Pending.Open(t.env.Now) }

// pendingLocked tells whether too many wrong codes were sent lately.
func (t *turn) pendingLocked() bool {
	p := t.c.Pending
	return p != nil && !p.Done && p.Tries >= t.d.s.CodeTries && t.env.Now.Sub(p.Until) < pendingClosed
}

// pendingHas tells whether code is that of the question, open or ended or done.
func (t *turn) pendingHas(code string) bool {
	p := t.c.Pending
	return p != nil && !t.pendingLocked() && t.env.Now.Sub(p.Until) < pendingKnown && sameCode(code, t.pendingCode())
}

// codesSpent answers a code after too many wrong ones in an hour: it is not
// looked at.
func (t *turn) codesSpent() bool {
	until, full := t.c.Guesses.Full(t.env.Now, guessWindow, t.d.s.CodesPerHour)
	if t.cmd.Code == "" || !full {
		return false
	}
	t.say("codes.spent", "until", t.clockAfter(until))
	return true
}

// agreedChange acts on the code of the question about the customer's own data,
// and tells whether code is that.
func (t *turn) agreedChange(code string) bool {
	if !t.pendingHas(code) {
		return false
	}
	p := t.c.Pending
	switch {
	case p.Done:
		t.changed(p)
	case !t.pendingOpen():
		t.say("pending.late", "what", t.pendingWhat())
	case t.in.Removed: // the text says more than it should: ask for it without
		t.warned = true
		t.say("pending.removed", "code", code)
	default:
		t.change(p)
	}
	return true
}

// missed counts a wrong code: in any case for the hour, and when it may have been
// meant for the question about the customer's own data, for that. It tells
// whether it has answered, which it leaves to an open order.
func (t *turn) missed(free, ordersOpen bool) bool {
	open := free && t.pendingOpen()
	if open || ordersOpen {
		t.c.Guesses.Add(t.env.Now, guessWindow, t.d.s.CodesPerHour)
	}
	if !open {
		return false
	}
	p := t.c.Pending
	p.Tries++
	left := t.d.s.CodeTries - p.Tries
	if left <= 0 {
		p.Until = t.env.Now.Add(-time.Second) // closed; the lock counts from here
	}
	switch {
	case ordersOpen:
		return false
	case left <= 0:
		t.say("pending.closed", "what", t.pendingWhat(), "until", t.clock(p.Until.Add(pendingClosed)))
	case left == 1:
		t.say("pending.wrong.last", "what", t.pendingWhat())
	default:
		t.say("pending.wrong", "what", t.pendingWhat(), "tries", itoa(left))
	}
	return true
}

// bareChange answers Y without a code while a question about the customer's own
// data is open.
func (t *turn) bareChange() bool {
	if !t.pendingOpen() {
		return false
	}
	if open := t.opened(); len(open) > 0 {
		t.say("yes.which", "orders", t.codes(open)+", "+t.pendingWhat())
		return true
	}
	t.say("pending.code", "what", t.pendingWhat())
	return true
}

// dropChange answers N while a question about the customer's own data is open:
// the answer to the list of what is open names it behind the N.
func (t *turn) dropChange() bool {
	if !t.pendingOpen() || t.cmd.Order != "" || t.cmd.Code != "" && !t.pendingHas(t.cmd.Code) {
		return false
	}
	var held []*booking.Order
	for _, o := range t.v.Orders {
		if o.State == booking.Held || t.open(o) {
			held = append(held, o)
		}
	}
	if len(held) == 0 || t.cmd.Code != "" || t.reread && len(t.cmd.Unread) > 0 {
		what := t.pendingWhat()
		t.c.Pending = &booking.Pending{Gen: t.c.Pending.Gen, Tries: t.c.Pending.Tries, Until: t.env.Now}
		t.say("pending.dropped", "what", what)
		return true
	}
	word := parser.Drop.Keyword(parser.English)
	var texts []string
	lines := ""
	for _, o := range held[:min(len(held), 4)] {
		texts = append(texts, word+" "+o.Code)
		lines += t.m.say("choice", "n", itoa(len(texts)), "text", o.Code) + t.m.say("near.join")
	}
	texts = append(texts, word+" OTHER")
	t.offer(texts...)
	t.say("drop.what", "lines", lines+t.m.say("choice", "n", itoa(len(texts)), "text", t.pendingWhat()))
	return true
}

// pendingWhat names what the question is about.
func (t *turn) pendingWhat() string {
	switch t.c.Pending.For {
	case booking.PendingID:
		return t.m.say("what.id")
	case booking.PendingAdd:
		return t.m.say("what.add", "account", t.account(*t.c.Pending.Account))
	case booking.PendingDelete:
		return t.m.say("what.delete", "account", t.account(*t.c.Pending.Account))
	case booking.PendingDefault:
		return t.m.say("what.default", "account", t.account(*t.c.Pending.Account))
	}
	if r := t.c.Pending.Ruling; r != nil {
		return t.m.say("what.sale", "what", r.Code)
	}
	switch s := t.c.Pending.Sale; {
	case s != nil && t.c.Pending.For != booking.PendingCast:
		return t.m.say("what.sale", "what", t.saleText(s))
	case s != nil:
		return t.m.say("what.sale", "what", t.castTo(s))
	}
	return t.m.say("what.forget")
}

// change does what was asked about, once, and says so. What has come in between
// may forbid it.
func (t *turn) change(p *booking.Pending) {
	switch {
	case p.For == booking.PendingID && !t.mayRename():
	case p.For == booking.PendingID:
		t.setID(p)
	case p.For == booking.PendingAdd:
		t.addAccount(p)
	case p.For == booking.PendingDelete && !t.mayDelete(p.Account):
	case p.For == booking.PendingDelete:
		t.deleteAccount(p)
	case p.For == booking.PendingDefault && t.paused():
	case p.For == booking.PendingDefault:
		t.setDefault(p)
	case (p.Sale != nil || p.Ruling != nil) && !t.operator(): // it is no operator's phone any more
		t.say("yes.none")
	case p.For == booking.PendingStop || p.For == booking.PendingOpen:
		t.setSale(p)
	case p.For == booking.PendingCast:
		t.sendCast(p)
	case p.For == booking.PendingRule:
		t.rule(p)
	case p.For == booking.PendingForget && !t.mayForget():
	case p.For == booking.PendingForget:
		t.erase(p)
	}
	switch {
	case p.Done && (p.Sale != nil || p.Ruling != nil):
		t.operatorJournal(p)
		t.operated(p)
	case p.Done:
		t.journal(string(p.For))
		t.changed(p)
	}
}

// done settles a question: its code is known for a while, what it sealed is not
// kept.
func (t *turn) done(p *booking.Pending) {
	p.Done, p.Tries, p.Until = true, 0, t.env.Now
	if p.Account != nil {
		a := *p.Account
		a.Sealed = nil
		p.Account = &a
	}
	if p.Document != nil {
		p.Document = &booking.Document{Masked: p.Document.Masked}
	}
}

// changed says what the question has changed. The same text again gets the same
// answer.
func (t *turn) changed(p *booking.Pending) {
	if p.Sale != nil || p.Ruling != nil {
		t.operated(p)
		return
	}
	switch p.For {
	case booking.PendingID:
		t.say("set.id.done", "document", p.Document.Masked)
	case booking.PendingAdd:
		t.say("card.added", "account", t.account(*p.Account))
	case booking.PendingDelete:
		t.saidDeleted(p)
	case booking.PendingDefault:
		t.say("card.default", "account", t.account(*p.Account))
	default:
		t.say("forget.done")
	}
}

// journal notes a change of the customer's own data, with the text as its cause.
func (t *turn) journal(event string) { t.journalCaused(event, t.mo.ID) }

// journalCaused is journal with any cause, 0 for none of the customer's texts.
func (t *turn) journalCaused(event string, cause int64) {
	t.ch.Journal = append(t.ch.Journal, booking.Entry{ID: t.v.NewID(), At: t.env.Now, MSISDN: t.c.MSISDN,
		Event: "customer " + event, Cause: cause})
}
