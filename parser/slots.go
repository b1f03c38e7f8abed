package parser

import "strings"

// groupEnd returns the index behind the last piece glued to the one at i
// without Han characters or secrets.
func (r *reader) groupEnd(i int) int {
	j := i + 1
	for j < len(r.p) && r.p[j].sep == 0 && (r.p[j].kind == letters || r.p[j].kind == digits) {
		j++
	}
	return j
}

// readOrder reads an order code. A code that fails its check character is
// one too, and reported as bad, where the verb takes an order and nothing
// else of that shape.
func (r *reader) readOrder() bool {
	p := &r.p[r.i]
	if p.kind == han || r.takes&sOrder == 0 || r.cmd.Order != "" {
		return false
	}
	j := r.groupEnd(r.i)
	end := r.p[j-1].end
	w := r.fold[p.start:end]
	if j == r.i+1 || !codeShape(w) {
		return false
	}
	rule := "order"
	if !ValidOrderCode(w) {
		if r.takes&sCount != 0 { // BOOK, WAIT and a text without verb
			return false
		}
		r.cmd.BadOrder = true
		rule = "order code with a wrong check character"
	}
	r.cmd.Order = r.upperAt(p.start, end)
	r.why(p.start, end, rule, r.cmd.Order)
	r.i = j
	return true
}

// upperAt returns a part of the text in upper case, without a copy when it
// is so already.
func (r *reader) upperAt(start, end int) string { return upper(r.clean[start:end]) }

func upper(s string) string { return strings.ToUpper(s) }

// serviceShape tells whether letters and digits form a service number: one
// or two letters and up to four digits, but not 2 as in X2.
func serviceShape(head, number string) bool {
	return len(head) >= 1 && len(head) <= 2 && isASCII(head) && head != "x" && len(number) <= 4 && number[0] != '0'
}

// stepLetters reads a word of Latin letters.
func (r *reader) stepLetters() {
	p := &r.p[r.i]
	var next *piece
	if r.i+1 < len(r.p) {
		next = &r.p[r.i+1]
	}
	if next != nil && next.kind == digits && next.sep == 0 {
		r.stepGlued(p, next)
		return
	}
	if next != nil && next.kind == digits && (next.sep == ' ' || next.sep == '-' || next.sep == '.') && len(p.fold) <= 2 && r.takes&sService != 0 &&
		serviceShape(p.fold, next.fold) && r.isService(p.fold+next.fold) {
		r.i += 2
		r.service(upper(p.fold+next.fold), p.start, next.end)
		return
	}
	if r.takes&sTopic != 0 && r.cmd.Topic == "" {
		if t := topicOf(r.cmd.Verb, p.fold); t != "" {
			r.cmd.Topic = t
			r.i++
			r.why(p.start, p.end, "sub-command", t)
			return
		}
	}
	if r.twoWordClass(p, next) {
		return
	}
	inList := joinsPeople(p.sep) || next != nil && joinsPeople(next.sep)
	if l, ok := lexicon[p.fold]; ok && r.stepLex(l, len(p.fold)) {
		return
	}
	if r.cmd.Verb == None && lateVerbs[p.fold] {
		r.i++
		r.doubtful = len(r.left) > 0 || len(r.cmd.Places) > 0
		r.setVerb(verbWords[p.fold], p.start, p.end, "verb")
		return
	}
	if r.dayAfter() || r.mistypedDate(inList) {
		return
	}
	if r.takes&sPlaces != 0 && r.latinPlace(inList) {
		return
	}
	r.i++
	if next != nil && next.sep == 0 && next.kind == digits {
		r.leave(p.start, p.end, leftOther)
		return
	}
	r.leave(p.start, p.end, leftWord)
}

// stepGlued reads letters with digits right behind them: G123, X2, W2, C1,
// DEC5.
func (r *reader) stepGlued(p, next *piece) {
	group := r.groupEnd(r.i)
	word := p.fold
	l := lexicon[word]
	afterward := r.i+2 >= group || r.p[r.i+2].fold == "x" // nothing, or x2
	switch {
	case word == "x" && len(next.fold) <= 2:
		r.i += 2
		r.count(atoi(next.fold), p.start, next.end)
		return
	case word == "w" && len(next.fold) <= 2 && afterward && r.waitLine(p, next):
		return
	case l.kind == lexMonth:
		if r.monthFirst(l.n, p.start) {
			return
		}
	case l.kind == lexAfter, l.kind == lexBefore, l.kind == lexUnder, l.kind == lexArrive, l.kind == lexCard, l.kind == lexTail, l.kind == lexFiller && len(word) > 2,
		l.kind == lexUntil && r.takes&sWish != 0 && !r.isService(word+next.fold):
		if r.stepLex(l, len(word)) {
			return
		}
	}
	if afterward && serviceShape(word, next.fold) {
		number := r.upperAt(p.start, next.end)
		if r.takes&sAccount != 0 && word == "c" && len(next.fold) <= 2 && !r.isService(number) {
			r.i += 2
			r.alias(number, p.start, next.end)
			return
		}
		if r.takes&sService != 0 {
			r.i += 2
			r.service(number, p.start, next.end)
			return
		}
		if r.takes&sAccount != 0 && word == "c" && len(next.fold) <= 2 {
			r.i += 2
			r.account(Account{Kind: Alias, Value: number}, p.start, next.end)
			return
		}
	}
	if r.takes&sAccount != 0 && (l.kind == lexWallet || l.kind == lexAs) && r.stepLex(l, len(word)) {
		return
	}
	r.i = group
	r.leave(p.start, r.p[group-1].end, leftOther)
}

// waitLine reads W2, line 2 of a list, or W31, an entry of the waitlist.
func (r *reader) waitLine(p, next *piece) bool {
	if r.cmd.Verb != None && r.cmd.Verb != Choose && r.takes&sChoice == 0 && r.cmd.Verb != Wait {
		return false
	}
	if !r.ctx.ListOpen && r.isService("W"+next.fold) {
		return false
	}
	if r.cmd.Verb == None {
		r.cmd.Verb, r.takes = Choose, Choose.slots()
	}
	r.cmd.Choice, r.cmd.Waitlisted = atoi(next.fold), true
	r.i += 2
	r.why(p.start, next.end, "waitlist line", next.fold)
	return true
}

// service records a service. The catalogue's word counts more than the order
// of the text.
func (r *reader) service(number string, start, end int) {
	known := r.ctx.Places != nil && r.ctx.Places.Service(number)
	multi := r.cmd.Verb.several()
	switch {
	case r.cmd.Service == "":
		r.cmd.Service, r.knownSvc = number, known
	case multi:
	case known && !r.knownSvc:
		r.cmd.Unread = append(r.cmd.Unread, r.cmd.Service)
		r.cmd.Service, r.knownSvc = number, true
	default:
		r.leave(start, end, leftOther)
		return
	}
	if multi {
		r.cmd.Services = append(r.cmd.Services, number)
	}
	rule := "service"
	if !known && r.ctx.Places != nil {
		rule = "service, not in the catalogue"
	}
	r.why(start, end, rule, number)
}

// alias records C1: an account, or when the text names no service, perhaps
// one (see finish).
func (r *reader) alias(number string, start, end int) {
	switch {
	case r.takes&sService == 0 || r.cmd.Service != "":
	case r.maybeAlias == "":
		r.maybeAlias = number
	case r.cmd.Account.Value == r.maybeAlias && r.cmd.Verb != None: // BOOK C1 2 C2
		r.cmd.Account = Account{}
		r.service(r.maybeAlias, start, start)
	}
	r.account(Account{Kind: Alias, Value: number}, start, end)
}

// account records an account; one that says more replaces one that says less.
func (r *reader) account(a Account, start, end int) {
	old := &r.cmd.Account
	switch {
	case r.cmd.Verb == Card && old.Kind > Alias && a.Kind == Alias:
		r.cmd.Name = a.Value
		r.why(start, end, "alias of the account", a.Value)
		return
	case old.Kind == NoAccount || old.Kind == DefaultAccount || old.Kind == Mobile && old.Value == "":
		if a.Wallet == AnyWallet {
			a.Wallet = old.Wallet
		}
		*old = a
	case a.Kind == DefaultAccount:
	default:
		r.leave(start, end, leftOther)
		return
	}
	if a.Kind == CardNumber || a.Kind == Mobile && a.Value != "" {
		masked := maskCard(a.Value)
		r.cmd.Why = append(r.cmd.Why, Reading{Word: masked, Rule: "account number"})
		return
	}
	r.why(start, end, "account", a.Value)
}

// count records the number of tickets.
func (r *reader) count(n, start, end int) {
	if r.bookedLine() && n > 0 { // BOOK 1 X2, BOOK 1 2
		r.cmd.Choice, r.cmd.Count = r.cmd.Count, 0
	}
	r.plainCount = false
	if r.takes&sCount == 0 && r.cmd.Verb != Cancel || r.cmd.Count != 0 || n == 0 {
		r.leave(start, end, leftOther)
		return
	}
	r.cmd.Count = n
	r.why(start, end, "count", "")
}

// bookedLine tells whether the count so far is a line of the open list.
func (r *reader) bookedLine() bool {
	return r.plainCount && r.cmd.Verb == Book && r.ctx.ListOpen && r.cmd.Choice == 0 &&
		r.cmd.Service == "" && len(r.cmd.Places) == 0
}

// stepSecret reads a card or document number found by findSecrets.
func (r *reader) stepSecret() {
	p := &r.p[r.i]
	s := r.secrets[p.secret]
	r.i++
	switch s.Kind {
	case SecretCard:
		if r.takes&sAccount == 0 {
			r.cmd.Why = append(r.cmd.Why, Reading{Word: maskCard(s.Value), Rule: "account number", As: "not expected here"})
			return
		}
		r.account(Account{Kind: CardNumber, Value: s.Value, Doubtful: mistypedCard(s.Value)}, p.start, p.end)
	case SecretDocument:
		r.cmd.Why = append(r.cmd.Why, Reading{Word: maskDocument(s.Value), Rule: "document"})
		if r.cmd.Document == "" && r.takes&sPeople != 0 && r.cmd.Verb == None {
			r.cmd.Document = s.Value
		}
		r.leave(p.start, p.end, leftDoc)
	}
}

func atoi(s string) int {
	n := 0
	for i := 0; i < len(s) && i < 9; i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
