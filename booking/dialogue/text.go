package dialogue

import (
	"hash/fnv"
	"strings"
	"time"

	"shortfare/booking"
	"shortfare/parser"
)

// Limits on texts that nothing can be made of.
const (
	unreadWindow = 10 * time.Minute
	offerAgent   = 3 // so many in unreadWindow: a person may help, and nothing more is said
	sameWindow   = time.Hour
	sameLimit    = 3 // the same text so often in sameWindow is a machine that answers us
	echoLimit    = 5 // the same for words that such machines use: help, call
)

// take is the turn of a text: it is stored, and answered once.
func (t *turn) take(in *booking.Intake) {
	t.in, t.mo = in, in.MO
	cmd := in.Command
	t.cmd = &cmd
	if t.mo.State = booking.MOTurned; t.mo.ID == 0 {
		t.mo.ID = t.v.NewID()
	}
	t.docs = in.People
	t.unhidden()
	t.note()
	t.expire()
	t.accountNames()
	if !t.flooded() && !t.strange() {
		t.run()
		if in.Command.Verb != parser.Register { // only the very next text takes it back
			t.c.RegisteredAt = time.Time{}
		}
	}
	t.ch.Texts = []booking.MO{t.mo}
}

// note keeps where the customer is reached and in what language.
func (t *turn) note() {
	c := t.c
	t.ch.Customer = c
	c.Address, c.Own, c.Link = t.mo.Source, t.mo.Dest, t.mo.Link
	if c.Since.IsZero() {
		c.Since = t.env.Now
	}
	said := t.cmd.Lang.String()
	if t.cmd.Verb == parser.Language {
		said = "" // the language asked for, not that of the text
	}
	if said != "" {
		c.LastLang = said
	}
	t.m = t.d.words(c.Lang, c.LastLang)
}

func (t *turn) ignore() { t.mo.State = booking.MOIgnored }

// run answers the command of the text.
func (t *turn) run() {
	if t.completes() {
		t.readable()
		return
	}
	if t.redated() {
		return
	}
	if t.unreadable() {
		t.helpless()
		return
	}
	if t.echoes() {
		t.ignore()
		return
	}
	switch {
	case t.d.s.RejectPAN && (t.in.Account != nil && t.in.Account.Kind == booking.CardAccount || t.cmd.Account.Kind == parser.CardNumber):
		t.say("card.rejected")
	case t.cmd.Fuzzy && (t.cmd.Suggest != "" || spends(t.cmd.Verb)):
		t.didYouMean()
	default:
		t.command()
	}
}

// unreadable tells whether nothing can be made of the text.
func (t *turn) unreadable() bool {
	switch t.cmd.Verb {
	case parser.Unknown:
		return true
	case parser.Stat, parser.Suspend, parser.Resume, parser.Broadcast, parser.Desk, parser.Review:
		return !t.operator()
	case parser.None:
		return t.cmd.Service == "" && len(t.cmd.Places) == 0 && t.cmd.Order == "" && !t.enrolls()
	case parser.Confirm: // a bare number, and no code is waited for
		return t.cmd.Bare && len(t.opened()) == 0 && t.repeatOf(t.cmd.Code) == nil && !t.pendingOpen() && !t.pendingHas(t.cmd.Code)
	}
	return false
}

func (t *turn) readable() {
	t.c.Unread, t.c.Same, t.c.SameHash = booking.Rate{}, booking.Rate{}, 0
}

// echoes tells whether a machine seems to answer us with words that mean something
// to us too, such as "Please call the office": the same text again and again, and no
// other. A text that is none counts as readable.
func (t *turn) echoes() bool {
	switch t.cmd.Verb {
	case parser.Help, parser.Agent, parser.CancelOrStop:
	default:
		t.readable()
		return false
	}
	t.c.Unread = booking.Rate{}
	return t.sameInARow() > echoLimit
}

// sameInARow counts how often the same text came in a row.
func (t *turn) sameInARow() int {
	c := t.c
	h := fnv.New64a()
	_, _ = h.Write([]byte(strings.ToLower(strings.TrimSpace(t.mo.Text))))
	if sum := h.Sum64(); sum != c.SameHash {
		c.SameHash, c.Same = sum, booking.Rate{}
	}
	return c.Same.Add(t.env.Now, sameWindow)
}

// helpless answers a text that nothing could be made of, unless it seems to
// come from a machine that answers every text of ours.
func (t *turn) helpless() {
	if t.in.Removed { // the secret was all there was
		t.warned = true
		t.say("removed")
		return
	}
	c := t.c
	if c.Unread.Told {
		t.ignore()
		return
	}
	same, n := t.sameInARow(), c.Unread.Add(t.env.Now, unreadWindow)
	switch {
	case same >= sameLimit:
		c.Unread.Told = true
		t.ignore()
	case n < offerAgent && t.askAgain():
	case n == 1:
		t.say("unread")
	case n >= offerAgent:
		c.Unread.Told = true // silence until a valid verb
		t.offerPerson(booking.CallbackUnread, nil)
		t.say("unread.agent")
	default:
		t.say("unread.again")
	}
}

// spends tells whether a verb read through a typo must be asked about.
func spends(v parser.Verb) bool {
	switch v {
	case parser.Book, parser.Confirm, parser.Drop, parser.Pay, parser.Cancel, parser.Stop, parser.Change, parser.Wait,
		parser.Suspend, parser.Resume, parser.Broadcast:
		return true
	}
	return false
}

// didYouMean offers the text that was probably meant.
func (t *turn) didYouMean() {
	offer := t.cmd.Suggest
	switch {
	case t.cmd.Code != "" || t.reread: // a code is never kept
		t.say("mean.code")
		return
	case offer == "" && t.cmd.Verb == parser.Book:
		offer = t.canonical(t.cmd.Date)
	}
	offer, _ = parser.Redact(offer)
	text := t.m.say("mean", "text", offer)
	if offer == "" || !oneSegment(text) {
		t.say("mean.unclear", "word", t.cmd.Verb.String())
		return
	}
	t.learn()
	t.offer(offer)
	t.reply(text)
}

// offer makes texts answerable by their numbers. They hold no secret.
func (t *turn) offer(texts ...string) {
	t.c.List = &booking.List{At: t.env.Now, Texts: texts}
	t.c.Slots = nil
}

// command runs the command of the text.
func (t *turn) command() {
	if t.badDate() {
		return
	}
	switch t.cmd.Verb {
	case parser.Register:
		t.register()
	case parser.Query:
		t.query()
	case parser.More:
		t.page(true)
	case parser.Back:
		t.page(false)
	case parser.Choose:
		t.choose()
	case parser.Book:
		t.book()
	case parser.Confirm:
		t.confirm()
	case parser.Drop:
		t.drop()
	case parser.Pay:
		t.pay()
	case parser.Cancel:
		t.cancel()
	case parser.Change:
		t.rechange()
	case parser.Refund:
		t.refund()
	case parser.Alert:
		t.alert()
	case parser.CancelOrStop:
		t.say("cancel.or.stop")
	case parser.Orders:
		t.orders()
	case parser.Ticket:
		t.ticket()
	case parser.None:
		t.verbless()
	default:
		t.service()
	}
}

// verbless answers a text without a verb: a service or places are a query, an
// order is asked about.
func (t *turn) verbless() {
	if t.enrolls() {
		t.register()
		return
	}
	if t.cmd.Service == "" && len(t.cmd.Places) == 0 {
		t.orders()
		return
	}
	t.query()
}
