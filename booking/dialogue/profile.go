package dialogue

import (
	"strings"
	"time"
	"unicode"

	"shortfare/booking"
	"shortfare/booking/identity"
)

// Limits of a profile.
const (
	renameWindow = 24 * time.Hour
	maxRenames   = 2  // of the name in renameWindow
	maxJob       = 20 // runes of an occupation
)

// profile answers ME: who the customer is and what he has set, as much of it as
// one segment holds.
func (t *turn) profile() {
	if !t.c.Registered() {
		t.say("register.how")
		return
	}
	details := t.details()
	for n := len(details); ; n-- {
		text := t.m.say("profile", append(t.nameAndDocument(), "details", strings.Join(details[:n], t.m.say("profile.join")))...)
		if oneSegment(text) || n == 1 {
			t.reply(text)
			return
		}
	}
}

// details are what ME says besides name and document, what matters most first.
func (t *turn) details() []string {
	c := t.c
	var all []string
	if a := t.standing(); a.Kind != "" {
		all = append(all, t.m.say("profile.pays", "account", t.account(a)))
	}
	notices := "profile.notices"
	if c.OptOut {
		notices = "profile.quiet"
	}
	all = append(all, t.m.say(notices))
	if h := c.Home; h != nil {
		all = append(all, t.m.say("profile.home", "place", t.home(h)))
	}
	if c.Occupation.Key != "" {
		all = append(all, t.m.say("profile.job", "job", t.occupation()))
	}
	return append(all, t.m.say("language.name"))
}

// home names a region in the language of the answer.
func (t *turn) home(h *booking.Home) string {
	if t.m == t.d.zh && h.Zh != "" || h.En == "" {
		return h.Zh
	}
	return h.En
}

// set answers SET: what of the profile is to change.
func (t *turn) set() {
	topic := t.cmd.Topic
	switch {
	case topic == "NOTIFY":
		t.setNotify()
	case topic == "PAY":
		t.askDefault()
	case topic == "":
		t.say("set.how")
	case !t.c.Registered():
		t.say("register.how")
	case topic == "NAME":
		t.setName()
	case topic == "ID":
		t.askID()
	case topic == "CITY":
		t.setHome()
	case topic == "JOB":
		t.setJob()
	default:
		t.say("set.how")
	}
}

// cleanName is a name as it is kept: one blank between words, nothing that does
// not print.
func cleanName(typed string) string {
	return strings.Join(strings.FieldsFunc(typed, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || !unicode.IsPrint(r)
	}), " ")
}

// setName changes the name at once: the ticket terminal and the register of
// persons compare it with the document. A ticket that is still to be used was
// sold to the old one.
func (t *turn) setName() {
	name := cleanName(t.cmd.Name)
	switch n := len([]rune(name)); {
	case n == 0, len(t.cmd.Unread) > 0: // a word with digits: a slip of the finger
		t.say("set.name.how")
		return
	case n > maxName:
		t.say("name.long", "how", t.m.say("how.name"))
		return
	case name == t.c.Name:
		t.say("set.name.done", "name", name)
		return
	case !t.mayRename():
		return
	}
	if r := &t.c.Renames; t.env.Now.Sub(r.Start) < renameWindow && r.N >= maxRenames {
		t.say("set.name.often", "until", t.clock(r.Start.Add(renameWindow)))
		return
	}
	t.c.Renames.Add(t.env.Now, renameWindow)
	t.c.Name = name
	t.journal("name")
	t.verify()
	t.say("set.name.done", "name", name)
}

// mayRename tells whether name and document may change: not while seats are held
// or a ticket is to be used that says them. It answers when they may not.
func (t *turn) mayRename() bool {
	for _, o := range t.v.Orders {
		if t.over(o) || o.State == booking.Issued && t.departed(o) {
			continue
		}
		t.sayOf(o, "set.travels")
		return false
	}
	return true
}

// askID asks whether the document is to be replaced.
func (t *turn) askID() {
	doc := t.in.Document
	switch {
	case doc == nil || t.reread:
		t.say("set.id.how")
	case doc.Token == t.c.Document.Token:
		t.say("set.id.same", "document", doc.Masked)
	case len(doc.Findings) > 0:
		t.say(finding(doc.Findings[0]), "how", t.m.say("how.id"))
	case !t.mayRename():
	case t.c.RefundPause(t.env.Now):
		t.say("set.id.often", "when", t.day(booking.DateOf(t.pauseEnds()))+" "+t.clock(t.pauseEnds()))
	default:
		kept := *doc
		kept.Findings = nil
		t.propose(booking.Pending{For: booking.PendingID, Content: doc.Token, Document: &kept}, "set.id.ask", "document", doc.Masked)
	}
}

func (t *turn) setID(p *booking.Pending) {
	t.c.Document, t.c.IDChangedAt, t.c.RegisteredAt = p.Document, t.env.Now, time.Time{}
	t.verify()
	t.done(p)
}

// pauseEnds is when refund accounts may change again.
func (t *turn) pauseEnds() time.Time {
	return t.c.IDChangedAt.Add(booking.RefundPauseFor).In(t.d.s.Loc)
}

// paused answers a change of accounts too soon after one of the document.
func (t *turn) paused() bool {
	if !t.c.RefundPause(t.env.Now) {
		return false
	}
	t.say("set.paused", "when", t.day(booking.DateOf(t.pauseEnds()))+" "+t.clock(t.pauseEnds()))
	return true
}

// setHome changes the region: to a place of the catalogue, a province or
// prefecture by name, or one by the code that identity numbers begin with.
func (t *turn) setHome() {
	h := t.homeOf(strings.TrimSpace(t.cmd.Value))
	switch {
	case t.cmd.Value == "" && len(t.cmd.Places) == 0:
		t.say("set.city.how")
	case h == nil:
		t.say("set.city.unknown", "text", shown(t.cmd.Value))
	default:
		t.c.Home = h
		t.say("set.city.done", "place", t.home(h))
	}
}

func (t *turn) homeOf(typed string) *booking.Home {
	if region, prefecture, ok := identity.Named(typed); ok {
		h := &booking.Home{Code: region.Code, En: region.English, Zh: region.Chinese}
		if prefecture.Code != "" {
			h.Code, h.Zh = prefecture.Code, region.Chinese+prefecture.Chinese
			if len(t.cmd.Places) == 1 { // the catalogue has its English name
				if names, ok := t.env.Catalogue.PlaceNames(t.cmd.Places[0].ID); ok && names.En != "" {
					h.En = names.En
				}
			}
		}
		return h
	}
	if len(t.cmd.Places) != 1 {
		return nil
	}
	names, ok := t.env.Catalogue.PlaceNames(t.cmd.Places[0].ID)
	if !ok {
		return nil
	}
	h := &booking.Home{En: names.En, Zh: names.Zh}
	if region, prefecture, ok := identity.Named(names.Zh); ok {
		if h.Code = prefecture.Code; h.Code == "" {
			h.Code = region.Code
		}
	}
	return h
}

// setNotify turns notices on and off, as START and STOP do.
func (t *turn) setNotify() {
	switch {
	case t.cmd.Value == "ON":
		t.notices(true)
	case t.cmd.Value == "OFF":
		t.notices(false)
	case t.c.OptOut:
		t.say("set.notify.off")
	default:
		t.say("set.notify.on")
	}
}

// notices turns notices on or off.
func (t *turn) notices(on bool) {
	t.c.OptOut = !on
	switch {
	case on:
		t.say("start", "short", t.d.s.ShortCode)
	case t.d.s.OptOut == "us": // bare CANCEL opts out there
		t.say("stop.us", "short", t.d.s.ShortCode)
	default:
		t.say("stop", "short", t.d.s.ShortCode)
	}
}
