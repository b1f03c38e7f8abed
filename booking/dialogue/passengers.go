package dialogue

import (
	"strings"
	"unicode"

	"shortfare/booking"
	"shortfare/parser"
)

// me is what the parser calls the customer among passengers.
const me = "ME"

// pax answers PAX: lists, saves and deletes passengers.
func (t *turn) pax() {
	switch {
	case t.cmd.Topic == "DEL":
		t.deletePassenger()
	case t.cmd.Topic == "ADD" || t.in.Document != nil && !t.reread:
		t.addPassenger()
	case t.cmd.Topic == "" && len(t.cmd.People) > 0:
		t.say("pax.how")
	default:
		t.listPassengers(0)
	}
}

// addPassenger saves a passenger: alias, name and document.
func (t *turn) addPassenger() {
	doc, alias, name := t.in.Document, "", ""
	for _, p := range t.cmd.People {
		if p.Alias {
			alias = p.Name
		} else {
			name = cleanName(p.Name)
		}
	}
	alias, name = splitName(alias, name)
	switch {
	case doc == nil || t.reread || name == "":
		t.say("pax.how")
		return
	case len([]rune(name)) > maxName:
		t.say("name.long", "how", t.m.say("how.pax"))
		return
	case len(doc.Findings) > 0:
		t.say(finding(doc.Findings[0]), "how", t.m.say("how.pax"))
		return
	case t.c.Registered() && doc.Token == t.c.Document.Token:
		t.say("pax.me")
		return
	}
	p := booking.Passenger{Name: name, Document: *doc, Alias: strings.ToUpper(alias)}
	p.Document.Findings = nil
	for _, other := range t.c.Passengers {
		if other.Document.Token == doc.Token { // the same person; a repeated text gets the same answer
			t.sayPassenger("pax.added", &other)
			return
		}
	}
	switch other := t.c.Saved(p.Alias); {
	case other != nil:
		t.sayPassenger("pax.taken", other)
	case t.filed(func(a *booking.Account) bool { return strings.EqualFold(a.Alias, p.Alias) }) != nil:
		t.say("alias.taken", "alias", p.Alias)
	case !t.aliasable(p.Alias):
		t.say("alias.bad", "alias", shown(p.Alias))
	case len(t.c.Passengers) >= booking.MaxPassengers:
		t.say("pax.full", "n", itoa(booking.MaxPassengers))
	default:
		t.c.Passengers = append(t.c.Passengers, p)
		t.journal("passenger add")
		t.sayPassenger("pax.added", &p)
	}
}

// splitName tells alias and name apart where the text may have no alias: of two
// Latin words the first is one only if it is written unlike the second (MUM
// Sukarni). Without an alias the first word of the name is it, or all of a name in
// Han characters.
func splitName(alias, name string) (string, string) {
	latin := strings.IndexFunc(alias+name, func(r rune) bool { return r >= 0x2E80 }) < 0
	shouts := func(s string) bool { return s == strings.ToUpper(s) }
	if name == "" {
		return alias, name
	}
	if alias != "" && latin && !strings.Contains(name, " ") && shouts(alias) == shouts(name) {
		name, alias = alias+" "+name, ""
	}
	if alias == "" {
		alias, _, _ = strings.Cut(name, " ")
		alias = strings.Map(func(r rune) rune {
			if !unicode.IsLetter(r) {
				return -1
			}
			return r
		}, alias)
	}
	return alias, name
}

// sayPassenger answers with a template about a saved passenger.
func (t *turn) sayPassenger(key string, p *booking.Passenger) {
	t.say(key, "alias", p.Alias, "name", p.Name, "document", p.Document.Masked)
}

// deletePassenger forgets a saved passenger. Orders keep theirs.
func (t *turn) deletePassenger() {
	if len(t.cmd.People) != 1 {
		t.say("pax.del.how")
		return
	}
	said := t.cmd.People[0].Name
	p := t.saved(said)
	if p == nil {
		t.say("pax.unknown", "name", shown(said))
		return
	}
	gone := *p
	var left []booking.Passenger
	for _, other := range t.c.Passengers {
		if other.Alias != gone.Alias {
			left = append(left, other)
		}
	}
	t.c.Passengers = left
	t.journal("passenger del")
	t.sayPassenger("pax.deleted", &gone)
}

// saved finds a saved passenger by alias, else by the whole name.
func (t *turn) saved(said string) *booking.Passenger {
	if p := t.c.Saved(said); p != nil {
		return p
	}
	for i := range t.c.Passengers {
		if strings.EqualFold(t.c.Passengers[i].Name, said) {
			return &t.c.Passengers[i]
		}
	}
	return nil
}

// listPassengers lists the saved passengers from one on, as many as one segment
// holds. M goes on with them.
func (t *turn) listPassengers(from int) {
	all := t.c.Passengers
	if len(all) == 0 {
		t.say("pax.none")
		return
	}
	var text string
	n := 0
	for lines := ""; from+n < len(all); n++ {
		p := &all[from+n]
		if n > 0 {
			lines += t.m.say("pax.join")
		}
		lines += t.m.say("pax.line", "alias", p.Alias, "name", p.Name, "document", p.Document.Masked)
		key := "pax.list"
		if from+n+1 < len(all) {
			key = "pax.list.more"
		}
		longer := t.m.say(key, "lines", lines)
		if n > 0 && !oneSegment(longer) {
			break
		}
		text = longer
	}
	if from+n < len(all) { // the last line that fits has more behind it
		text = t.passengerPage(from, n)
	}
	t.c.Paged = &booking.Paged{Of: booking.PagedPassengers, From: from, Next: from + n, At: t.env.Now}
	t.reply(text)
}

func (t *turn) passengerPage(from, n int) string {
	var lines []string
	for _, p := range t.c.Passengers[from : from+n] {
		lines = append(lines, t.m.say("pax.line", "alias", p.Alias, "name", p.Name, "document", p.Document.Masked))
	}
	return t.m.say("pax.list.more", "lines", strings.Join(lines, t.m.say("pax.join")))
}

// pageOther answers M and BACK when a list other than of trips was shown last.
func (t *turn) pageOther(forward bool) bool {
	p := t.c.Paged
	if p == nil || !t.answerable(p.At) || t.list() != nil && t.list().At.After(p.At) {
		return false
	}
	switch {
	case !forward:
		t.listPassengers(0)
	case p.Next >= len(t.c.Passengers):
		t.say("pax.last")
	default:
		t.listPassengers(p.Next)
	}
	return true
}

// problem is why people cannot be passengers: the key of a template, with what it
// names. The zero value is none.
type problem struct {
	key   string
	pairs []string
	who   string // of who.unknown: the name as typed
}

// passengers turns the people that a text names into passengers: ME, saved ones
// by alias or whole name, and names with documents. docs has one document for each
// of people, zero for one without, or is nil. Nobody may be named twice.
func (t *turn) passengers(people []parser.Person, docs []booking.Document) ([]booking.Passenger, problem) {
	var all []booking.Passenger
	for i, said := range people {
		var doc *booking.Document
		if i < len(docs) && docs[i].Token != "" {
			doc = &docs[i]
		}
		p, wrong := t.passenger(said, doc)
		if wrong.key != "" {
			return nil, wrong
		}
		for _, other := range all {
			if other.Document.Token == p.Document.Token {
				return nil, problem{key: "who.twice", pairs: []string{"name", shown(p.Name)}}
			}
		}
		all = append(all, p)
	}
	return all, problem{}
}

func (t *turn) passenger(said parser.Person, doc *booking.Document) (booking.Passenger, problem) {
	name := cleanName(said.Name)
	self := booking.Passenger{}
	if t.c.Registered() {
		self = booking.Passenger{Name: t.c.Name, Document: *t.c.Document, Alias: me}
	}
	switch {
	case doc == nil && said.Alias && said.Name == me && self.Alias == "":
		return self, problem{key: "who.register"}
	case doc == nil && (said.Alias && said.Name == me || self.Alias != "" && strings.EqualFold(name, self.Name)):
		return self, problem{}
	case doc == nil:
		if p := t.saved(said.Name); p != nil {
			return *p, problem{}
		}
		return self, problem{key: "who.unknown", who: said.Name}
	case len(doc.Findings) > 0:
		return self, problem{key: finding(doc.Findings[0]), pairs: []string{"how", t.m.say("how.book")}}
	case self.Alias != "" && doc.Token == self.Document.Token:
		return self, problem{}
	}
	for _, p := range t.c.Passengers {
		if p.Document.Token == doc.Token {
			return p, problem{}
		}
	}
	switch {
	case name == "":
		return self, problem{key: "who.name"}
	case len([]rune(name)) > maxName:
		return self, problem{key: "name.long", pairs: []string{"how", t.m.say("how.book")}}
	}
	p := booking.Passenger{Name: name, Document: *doc}
	p.Document.Findings = nil
	return p, problem{}
}
