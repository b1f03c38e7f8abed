package dialogue

import (
	"strings"
	"time"

	"shortfare/booking"
	"shortfare/parser"
)

// Limits of a registration.
const (
	maxName    = 40               // runes of a name
	regretLife = 30 * time.Minute // "Not you? Reply N"
)

// register answers REG.
func (t *turn) register() {
	doc := t.in.Document
	if doc == nil {
		t.say("register.how")
		return
	}
	again := t.c.Identity.State == booking.NotKnown // what the register does not know can be corrected
	if c := t.c; !c.Stale && !again && c.Registered() && c.Document.Token != doc.Token {
		t.say("register.other", "document", c.Document.Masked)
		return
	}
	if t.c.Registered() && !t.c.Stale && !again {
		t.registered()
		return
	}
	if len(doc.Findings) > 0 {
		t.say(finding(doc.Findings[0]), "how", t.m.say("how.reg"))
		return
	}
	name := cleanName(t.cmd.Name)
	known := t.c.Registered() && t.c.Document.Token == doc.Token // who says it all again may leave out the name
	switch n := len([]rune(name)); {
	case n == 0 && !known:
		t.say("register.name")
	case n > maxName:
		t.say("name.long", "how", t.m.say("how.reg"))
	case t.c.Stale:
		t.returns(name, doc)
	case again && t.askedTooOften():
	default:
		t.enroll(name, doc)
	}
}

// enrolls tells whether a text without a verb is a name and a document of
// somebody who was, or might have been, asked to register.
func (t *turn) enrolls() bool {
	cmd := t.cmd
	return cmd.Verb == parser.None && t.in.Document != nil && !t.reread && cmd.Name != "" && cmd.Service == "" && len(cmd.Places) == 0 &&
		(!t.c.Registered() || t.c.Stale)
}

// enroll puts name and document on file.
func (t *turn) enroll(name string, doc *booking.Document) {
	kept := *doc
	kept.Findings = nil
	t.c.Name, t.c.Document, t.c.RegisteredAt = name, &kept, t.env.Now
	t.verify()
	t.registered()
}

// registered answers a REG that stands, the first and every equal one.
func (t *turn) registered() {
	for _, o := range t.v.Orders { // what the customer was asked to register for
		switch {
		case o.State != booking.Held || !t.open(o) || t.late(o):
		case swaps(o): // its code pays no price: what it costs stands in the question
			t.sayQuote(o)
			return
		default:
			t.renew(o)
			t.sayOf(o, "register.pay", t.nameAndDocument()...)
			return
		}
	}
	if t.c.Identity.State == booking.Verifying {
		t.sayName("register.checking")
		return
	}
	if t.regrets() {
		t.sayName("register.done")
		return
	}
	t.sayName("register.again")
}

func (t *turn) nameAndDocument() []string {
	return []string{"name", t.c.Name, "document", t.c.Document.Masked}
}

// sayName answers with a template that names the customer. Where the name
// makes the text longer than one segment, a variant has none.
func (t *turn) sayName(key string) { t.say(key, t.nameAndDocument()...) }

// regrets tells whether N may still undo the registration.
func (t *turn) regrets() bool {
	c := t.c
	return c.Registered() && !c.RegisteredAt.IsZero() && t.env.Now.Sub(c.RegisteredAt) < regretLife
}

// finding returns the template for what a validator found wrong.
func finding(words string) string {
	words = strings.ToLower(words)
	for _, f := range [...]struct{ word, key string }{
		{"check", "register.bad.check"},
		{"15-digit", "register.bad.old"},
		{"old number", "register.bad.old"},
		{"future", "register.bad.date"},
		{"date", "register.bad.date"},
		{"province", "register.bad.region"},
		{"characters,", "register.bad.length"},
		{"length", "register.bad.length"},
	} {
		if strings.Contains(words, f.word) {
			return f.key
		}
	}
	return "register.bad"
}
