package dialogue

import (
	"strings"
	"time"
	"unicode"

	"shortfare/booking"
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
	if c := t.c; c.Registered() && c.Document.Token != doc.Token {
		t.say("register.other", "document", c.Document.Masked)
		return
	}
	if t.c.Registered() {
		t.registered()
		return
	}
	if len(doc.Findings) > 0 {
		t.say(finding(doc.Findings[0]))
		return
	}
	name := strings.Join(strings.FieldsFunc(t.cmd.Name, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || !unicode.IsPrint(r)
	}), " ")
	switch n := len([]rune(name)); {
	case n == 0:
		t.say("register.name")
		return
	case n > maxName:
		t.say("register.long")
		return
	}
	kept := *doc
	kept.Findings = nil
	t.c.Name, t.c.Document, t.c.RegisteredAt = name, &kept, t.env.Now
	t.registered()
}

// registered answers a REG that stands, the first and every equal one.
func (t *turn) registered() {
	for _, o := range t.v.Orders { // what the customer was asked to register for
		if o.State == booking.Held && t.open(o) && !t.late(o) {
			t.sayOf(o, "register.pay", t.nameAndDocument()...)
			return
		}
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
