package parser

import (
	"strconv"
	"unicode/utf8"
)

// finish decides what only the whole text tells: the verb of a text without
// one, what a word left aside is, and whether C1 was a service.
func (r *reader) finish() {
	c := &r.cmd
	if r.maybeAlias != "" && c.Service == "" && (c.Verb == Book || c.Verb == Query || c.Verb == Wait || c.Verb == Change && !c.dated()) {
		c.Service = r.maybeAlias
		c.Account = Account{}
		c.Why = append(c.Why, Reading{Word: r.maybeAlias, Rule: "service", As: "because no other is named"})
	}
	r.orderPlaces()
	r.strayService()
	r.people()
	switch c.Verb {
	case None:
		r.withoutVerb()
	case Pay:
		if c.Code != "" && c.Account.Kind == NoAccount {
			c.Verb = Confirm
		}
	case Card:
		if k := c.Account.Kind; r.verb == "payby" && c.Topic == "" && (k == Alias || k == LastFour) {
			c.Topic = "DEF" // PAYBY C1 says what is to pay
		}
	case Book:
		if r.bookedLine() {
			c.Choice, c.Count = c.Count, 0 // BOOK 1 with a list open
		}
	}
	if len(r.p) == 1 && r.verb == r.p[0].fold { // the verb may be an answer to a question
		switch {
		case r.verb == "me":
			c.People = []Person{{Name: "ME", Alias: true}}
		case c.Verb == Card:
			if lexicon[r.verb].kind == lexCard && c.Topic == "" {
				c.Account = Account{Kind: DefaultAccount}
			}
		}
	}
	if r.cmd.Verb.several() && c.Service != "" && len(c.Services) == 0 {
		c.Services = append(c.Services, c.Service)
	}
	r.doubt()
}

// strayService drops a word shaped like a service that the catalogue does not
// know, where the text says what is wanted without it: 1 X2 N17.
func (r *reader) strayService() {
	c := &r.cmd
	if c.Service == "" || r.knownSvc || r.ctx.Places == nil || c.Verb != None && c.Verb != Query {
		return
	}
	if len(c.Places) == 2 || r.first > 0 {
		c.Unread = append(c.Unread, c.Service)
		c.Service = ""
	}
}

// orderPlaces puts the place behind FROM first.
func (r *reader) orderPlaces() {
	p := r.cmd.Places
	switch {
	case len(p) == 2 && (r.to == 1 && r.from != 1 || r.from == 2):
		p[0], p[1] = p[1], p[0]
	case len(p) == 1 && r.to == 1:
		r.cmd.ToOnly = true
	case len(p) == 1 && r.from == 1:
		r.cmd.FromOnly = true
	}
}

// withoutVerb finds the verb of a text without one.
func (r *reader) withoutVerb() {
	c := &r.cmd
	if n := r.fuzzyPlaces + r.codePlaces; n > 0 && n == len(c.Places) && len(c.Unread) > 0 && (n == 1 || r.codePlaces < n) {
		c.Places = nil // words that happen to be near a name, or one that is a code too
	}
	trip := c.Service != "" || len(c.Places) > 0 || c.dated() || c.Order != "" || c.Document != ""
	switch {
	case r.first > 0 && !trip:
		c.Verb, c.Choice = Choose, r.first
		c.Why = append(c.Why, Reading{Word: strconv.Itoa(r.first), Rule: "verb", As: "choose"})
		return
	case r.first > 0 && c.Count == 0:
		c.Count = r.first
	}
	switch {
	case c.Service != "" && len(c.Places) == 0 && !c.dated() && r.ctx.ListOpen:
		c.Verb = Choose
	case c.Service != "" || len(c.Places) == 2:
		c.Verb = Query
	case !trip && c.Count == 0 && len(c.People) == 0 && c.Class == "" && c.Time.IsZero() && c.Account.Kind == NoAccount && !r.wishes():
		c.Verb, c.Kind, c.Sort, c.MaxPrice, c.Arrive = Unknown, AnyKind, ByDeparture, 0, Window{}
	}
	if c.Verb == None && c.Document != "" && c.Name == "" && len(c.People) == 1 {
		c.Name = c.People[0].Name // perhaps the answer to a request to register
	}
}

// wishes tells whether the text says nothing but what is wished for: the open
// list is to be another one.
func (r *reader) wishes() bool {
	c := &r.cmd
	return (c.Kind != AnyKind || c.Sort != ByDeparture || c.MaxPrice != 0 || !c.Arrive.IsZero()) && len(c.Unread) == 0
}

// people makes passengers of the words left aside, and Unread of the rest.
func (r *reader) people() {
	wanted := r.takes&sPeople != 0
	for i := 0; i < len(r.left); {
		j := r.run(i)
		last := r.left[j-1]
		listed := r.left[i].comma || j < len(r.left) && r.left[j].comma
		switch {
		case !wanted || r.left[i].kind == leftOther,
			last.end <= r.verbStart && !listed && last.kind == leftWord: // words before the verb name nobody
			r.unread(i, j)
		case last.kind == leftDoc:
			r.withDocument(i, j)
		case r.left[i].kind == leftMe:
			r.person(Person{Name: "ME", Alias: true}, r.left[i])
		case listed && (r.cmd.Verb != None || r.listOfPeople()):
			l := leftover{start: r.left[i].start, end: last.end}
			r.person(Person{Name: r.clean[l.start:l.end], Alias: true}, l)
		case r.loose(i, j):
			for _, l := range r.left[i:j] {
				r.person(Person{Name: r.clean[l.start:l.end], Alias: true}, l)
			}
		default:
			r.unread(i, j)
		}
		i = j
	}
}

// run returns the end of the run of words that starts at i: a name, perhaps
// with its document.
func (r *reader) run(i int) int {
	if r.left[i].kind != leftWord {
		return i + 1
	}
	j := i + 1
	for j < len(r.left) && r.left[j].glued && !r.left[j].comma {
		if r.left[j].kind == leftDoc {
			return j + 1
		}
		if r.left[j].kind != leftWord {
			break
		}
		j++
	}
	return j
}

// listOfPeople tells whether a text without verb is a list of people: every
// word left aside is joined with another.
func (r *reader) listOfPeople() bool {
	if r.cmd.Service != "" || len(r.cmd.Places) > 0 {
		return true
	}
	me := false
	for i, l := range r.left {
		if l.kind == leftOther || l.end-l.start > 24 {
			return false
		}
		if i > 0 && !l.comma && l.glued {
			return false // a sentence
		}
		me = me || l.kind == leftMe
	}
	return me || len(r.left) <= 5
}

// loose tells whether words no comma joins are people: when tickets are
// ordered and no number of tickets was said, or just that many are
// named, the customer among them.
func (r *reader) loose(i, j int) bool {
	c := &r.cmd
	switch c.Verb {
	case Book, Choose, Wait, Change, Cancel:
	default:
		if c.Verb != None || r.first == 0 && !r.namesMe() {
			return false
		}
	}
	for _, l := range r.left[i:j] {
		w := r.clean[l.start:l.end]
		if l.kind != leftWord || len(w) > 12 || !isASCII(w) && utf8.RuneCountInString(w) > 4 {
			return false
		}
	}
	if c.Count == 0 {
		return j-i <= 2
	}
	named := 0
	for _, l := range r.left {
		if l.kind == leftWord || l.kind == leftMe {
			named++
		}
	}
	return named == c.Count && r.namesMe()
}

// namesMe tells whether the customer is one of the people.
func (r *reader) namesMe() bool {
	for _, l := range r.left {
		if l.kind == leftMe {
			return true
		}
	}
	return false
}

func (r *reader) person(p Person, l leftover) {
	r.cmd.People = append(r.cmd.People, p)
	r.why(l.start, l.end, "passenger", "")
}

// withDocument makes a passenger of a document and the name before it.
func (r *reader) withDocument(i, j int) {
	doc := r.documentAt(r.left[j-1])
	if i == j-1 {
		r.cmd.People = append(r.cmd.People, Person{Document: doc})
		return
	}
	name := properName(r.clean[r.left[i].start:r.left[j-2].end])
	r.cmd.People = append(r.cmd.People, Person{Name: name, Document: doc})
	r.why(r.left[i].start, r.left[j-2].end, "name", "")
}

func (r *reader) documentAt(l leftover) string {
	for _, s := range r.secrets {
		if s.Start == l.start {
			return s.Value
		}
	}
	return ""
}

// unread reports words as not read. Documents never are: they are secrets.
func (r *reader) unread(i, j int) {
	for _, l := range r.left[i:j] {
		if l.kind != leftDoc {
			r.cmd.Unread = append(r.cmd.Unread, r.clean[l.start:l.end])
		}
	}
}
