package parser

import "strings"

// readVerb reads the verb at the start of the text: exact, alias, prefix,
// typo, in this order. Without one the verb is None.
func (r *reader) readVerb() {
	r.takes = None.slots()
	r.skipPolite()
	if r.i >= len(r.p) {
		return
	}
	if v := verbWords[r.p[r.i].fold]; v.word == "" && r.registerLast() {
		return
	}
	switch p := &r.p[r.i]; p.kind {
	case letters:
		r.latinVerb(p)
	case han:
		r.hanVerb(p)
	}
}

// skipPolite skips what people say before the verb: PLEASE, I WANT TO, 我要.
func (r *reader) skipPolite() {
	for r.i < len(r.p) {
		p := &r.p[r.i]
		switch p.kind {
		case letters:
			l, ok := lexicon[p.fold]
			if _, verb := verbWords[p.fold]; verb || !ok || l.kind != lexFiller && (l.kind != lexTo || r.i == 0) {
				return
			}
			r.i++
		case han:
			if v, n := hanVerb(p.fold); n > 3 || n > 0 && v.verb == Stop {
				return
			}
			l, n := hanWord(p.fold)
			if n == 0 || l.kind != lexFiller || n < 6 && p.fold[:n] != "请" && p.fold[:n] != "要" && p.fold[:n] != "想" && p.fold[:n] != "帮" {
				return
			}
			if _, vn := hanVerb(p.fold); vn >= n {
				return
			}
			if _, vn := correctHanVerb(p.fold); vn > n {
				return
			}
			r.trim(n)
		default:
			return
		}
	}
}

// trim takes n bytes off the Han piece at the cursor, and steps on when
// nothing is left.
func (r *reader) trim(n int) {
	p := &r.p[r.i]
	if n >= len(p.fold) {
		r.i++
		return
	}
	p.fold = p.fold[n:]
	p.start += n
	p.sep = 0
}

// setVerb records the verb.
func (r *reader) setVerb(v verbWord, start, end int, rule string) {
	r.cmd.Verb, r.takes, r.verb, r.verbStart, r.verbEnd = v.verb, v.verb.slots(), v.word, start, end
	if t := wordTopics[v.word]; t != "" {
		r.cmd.Topic = t
	}
	r.why(start, end, rule, v.verb.String())
	r.kind(kindOf[v.word], start, end)
}

func (r *reader) latinVerb(p *piece) {
	w := p.fold
	next := &piece{sep: ' '}
	if r.i+1 < len(r.p) {
		next = &r.p[r.i+1]
	}
	gluedDigits := next.kind == digits && next.sep == 0
	if v, ok := verbWords[w]; ok {
		if r.notThatVerb(v, next, gluedDigits) {
			return
		}
		if gluedDigits && r.gluedOrder(p) {
			return
		}
		r.i++
		if v.word == "order" && r.namesService() {
			v.verb = Book // ORDER G123 2
		}
		r.setVerb(v, p.start, p.end, "verb")
		if v.verb == Cancel {
			r.cancelWhat(next)
		}
		return
	}
	if gluedDigits && (r.gluedOrder(p) || r.gluedVerb(p, next)) {
		return
	}
	if r.topicFirst(w, next) || r.shortVerb(w, p, next) || r.gluedName(p) {
		return
	}
	if r.isPlace(w) || joinsPeople(next.sep) {
		return
	}
	if l, ok := lexicon[w]; ok && l.kind != lexFiller {
		return
	}
	if gluedDigits && serviceShape(w, next.fold) {
		return
	}
	if r.stopWith(w, p) {
		return
	}
	if v, ok := completeVerb(w); ok {
		r.i++
		r.setVerb(v, p.start, p.end, "verb prefix")
		if v.verb.risky() && !v.verb.quoted() {
			r.fuzzy(v.verb, English)
		}
		return
	}
	if v, ok := correctVerb(w); ok && (v.verb != Language || len(r.secrets) == 0) { // Wang is a name
		r.i++
		r.setVerb(v, p.start, p.end, "verb typo")
		r.fuzzy(v.verb, English)
	}
}

// notThatVerb tells whether a word that is a verb is meant as something else
// here: a list of people (ME,LI), a service (B123), a place (CAN PEK), a
// line of a list (NO. 2).
func (r *reader) notThatVerb(v verbWord, next *piece, gluedDigits bool) bool {
	if v.word == "me" && r.i+1 < len(r.p) {
		return true
	}
	if next.kind == letters && len(v.word) >= 2 && r.politeVerb(v.word, next.fold) {
		return true
	}
	if gluedDigits && len(v.word) <= 2 && serviceShape(v.word, next.fold) && (v.word != "y" || r.isService("y"+next.fold)) {
		return true
	}
	if v.word == "no" && next.kind == digits && (next.sep == '.' || next.sep == '#') {
		r.i++ // a number of the list follows
		return true
	}
	if v.exact && r.i+1 < len(r.p) { // EN, ENGLISH: alone only
		return true
	}
	if v.word == "from" || r.ctx.Places == nil || next.kind != letters || len(v.word) < 3 {
		return false
	}
	return r.isPlace(v.word) && r.isPlace(next.fold)
}

// namesService tells whether a service of the catalogue follows.
func (r *reader) namesService() bool {
	for i := r.i; i+1 < len(r.p); i++ {
		a, b := r.p[i], r.p[i+1]
		if b.kind == digits && b.sep == 0 && serviceShape(a.fold, b.fold) && r.isService(a.fold+b.fold) {
			return true
		}
	}
	return false
}

// politeVerb skips CAN in CAN I BOOK, OK in OK BOOK G123, MY in MY REFUND, and then reads
// the verb that follows.
func (r *reader) politeVerb(w, next string) bool {
	switch w {
	case "can":
		if next != "i" && next != "you" && next != "u" && next != "we" {
			return false
		}
		r.i += 2
	case "ok", "yes", "my":
		if _, ok := verbWords[next]; (!ok || len(next) < 3) && (w == "my" || !r.tripAt(r.i+1)) {
			return false
		}
		r.i++
	default:
		return false
	}
	r.readVerb()
	return true
}

// tripAt tells whether a place or a service of the catalogue stands at i.
func (r *reader) tripAt(i int) bool {
	p := &r.p[i]
	if p.kind == letters && i+1 < len(r.p) && r.p[i+1].sep == 0 && r.p[i+1].kind == digits {
		return r.isService(p.fold + r.p[i+1].fold)
	}
	return len(p.fold) > 3 && r.isPlace(p.fold)
}

// cancelWhat reads CANCEL WAIT W31 and CANCEL ALERT K7M2P, which cancel no order.
func (r *reader) cancelWhat(next *piece) {
	v, ok := verbWords[next.fold]
	if !ok || v.verb != Wait && v.verb != Alert {
		return
	}
	r.i++
	r.setVerb(v, next.start, next.end, "verb")
	r.cmd.Topic = map[Verb]string{Wait: "X", Alert: "OFF"}[v.verb]
}

// topicFirst reads a sub-command before its verb: ADD CARD, DELETE PASSENGER.
func (r *reader) topicFirst(w string, next *piece) bool {
	v, ok := verbWords[next.fold]
	if !ok || next.kind != letters || topicOf(v.verb, w) == "" || v.verb != Card && v.verb != Passengers {
		return false
	}
	r.i += 2
	r.setVerb(v, next.start, next.end, "verb")
	r.cmd.Topic = topicOf(v.verb, w)
	return true
}

// orderAt tells whether an order code stands at i.
func (r *reader) orderAt(i int) bool {
	if i >= len(r.p) || r.p[i].kind != letters && r.p[i].kind != digits {
		return false
	}
	return codeShape(r.fold[r.p[i].start:r.p[r.groupEnd(i)-1].end])
}

// shortVerb reads a slip in the short verbs, which are known by what stands
// behind them: YESS 730214, CXLL K7M2P, CHNG K7M2P.
func (r *reader) shortVerb(w string, p, next *piece) bool {
	words := ""
	switch {
	case next.kind == digits && len(next.fold) == 6 && next.sep != 0 && len(w) <= 4:
		words = "yes pay yy"
	case r.orderAt(r.i+1) && len(w) >= 2:
		words = "cxl chg ord pay ticket"
	}
	found := ""
	for v := range strings.FieldsSeq(words) {
		if nearly(w, v, 1) {
			if found != "" {
				return false
			}
			found = v
		}
	}
	if found == "yy" {
		found = "y"
	}
	v, ok := verbWords[found]
	if !ok {
		return false
	}
	r.i++
	r.setVerb(v, p.start, p.end, "verb typo")
	r.fuzzy(v.verb, English)
	return true
}

// gluedName reads REGZhang Wei and a document.
func (r *reader) gluedName(p *piece) bool {
	const reg = "reg"
	if !strings.HasPrefix(p.fold, reg) || len(p.fold) < len(reg)+2 || p.end-p.start != len(p.fold) || len(r.secrets) == 0 {
		return false
	}
	if c := r.clean[p.start+len(reg)]; c < 'A' || c > 'Z' || r.clean[p.start+len(reg)+1] < 'a' {
		return false
	}
	r.setVerb(verbWords[reg], p.start, p.start+len(reg), "verb")
	p.start, p.fold, p.sep = p.start+len(reg), p.fold[len(reg):], 0
	return true
}

// gluedOrder reads a verb with an order code behind it: CXLK7M2P.
func (r *reader) gluedOrder(p *piece) bool {
	end := r.p[r.groupEnd(r.i)-1].end
	cut := end - codeLength
	if cut <= p.start || cut > p.end || !ValidOrderCode(r.fold[cut:end]) {
		return false
	}
	v, ok := verbWords[r.fold[p.start:cut]]
	if !ok || v.verb.slots()&sOrder == 0 {
		return false
	}
	r.setVerb(v, p.start, cut, "verb")
	if cut == p.end {
		r.i++
		return true
	}
	p.start, p.fold, p.sep = cut, r.fold[cut:p.end], 0
	return true
}

// gluedVerb reads a verb with a service number behind it: BOOKG123, BOKOG123.
func (r *reader) gluedVerb(p, next *piece) bool {
	w := p.fold
	if j := r.groupEnd(r.i); j > r.i+2 && r.p[r.i+2].fold != "x" {
		return false
	}
	for rest := 1; rest <= 2 && rest < len(w); rest++ {
		head, tail := w[:len(w)-rest], w[len(w)-rest:]
		if !serviceShape(tail, next.fold) {
			continue
		}
		v, ok := verbWords[head]
		rule := "verb"
		if ok && len(head) == 1 && !r.isService(tail+next.fold) {
			continue
		}
		if !ok {
			if v, ok = correctVerb(head); !ok {
				continue
			}
			rule = "verb typo"
		}
		if v.verb.slots()&sService == 0 || v.verb.atOnce() {
			continue // CANCE1 is no CAN CE1
		}
		r.setVerb(v, p.start, p.end-rest, rule)
		if rule == "verb typo" {
			r.fuzzy(v.verb, English)
		}
		p.start, p.fold, p.sep = p.end-rest, tail, 0
		return true
	}
	return false
}

// stopWith asks about an opt-out word with something behind it.
func (r *reader) stopWith(w string, p *piece) bool {
	v, ok := wholeWords[w]
	if !ok || v.verb != Stop || len(w) < 4 || w == "quit" {
		return false
	}
	r.i++
	r.setVerb(v, p.start, p.end, "opt-out word with more behind it")
	r.cmd.Fuzzy, r.cmd.Suggest = true, Stop.Keyword(English)
	return true
}

func (r *reader) hanVerb(p *piece) {
	const optOut = "退订"
	if strings.HasPrefix(p.fold, optOut) {
		start := p.start
		r.trim(len(optOut))
		r.setVerb(verbWord{word: optOut, verb: CancelOrStop}, start, start+len(optOut), "opt-out word with more behind it")
		return
	}
	if s, size := pinyinOf(p.fold, 2); s == "tui ding " && size == len(p.fold) {
		start := p.start
		r.trim(size) // 推订: which of the words for leaving is not guessed
		r.setVerb(verbWord{word: optOut, verb: CancelOrStop}, start, start+size, "sounds like an opt-out word")
		return
	}
	v, n := hanVerb(p.fold)
	if v.word == "票" && p.start > 0 && !r.orderAt(r.i+1) {
		return // 还有票吗
	}
	if n == 3 && n < len(p.fold) && v.word != "退" { // 订漂 is nearer to 订票 than to 订
		if w, size := correctHanVerb(p.fold); size > n && !strings.HasPrefix(w.word, "退") {
			start := p.start
			r.trim(size)
			r.setVerb(w, start, start+size, "verb typo")
			r.fuzzy(w.verb, Chinese)
			return
		}
	}
	if n > 0 {
		if r.ctx.Places != nil {
			if _, pn := r.ctx.Places.HanPrefix(p.fold); pn > n {
				return
			}
		}
		if v.exact && (n < len(p.fold) || r.i+1 < len(r.p)) {
			return
		}
		start := p.start
		r.trim(n)
		r.setVerb(v, start, start+n, "verb")
		return
	}
	if r.ctx.Places != nil {
		if _, pn := r.ctx.Places.HanPrefix(p.fold); pn > 0 {
			return
		}
	}
	if l, n := hanWord(p.fold); n > 0 && l.kind != lexFiller {
		return
	}
	if v, n := correctHanVerb(p.fold); n > 0 {
		start := p.start
		r.trim(n)
		r.setVerb(v, start, start+n, "verb typo")
		r.fuzzy(v.verb, Chinese)
	}
}

// fuzzy marks a verb read through a typo and, when it is risky, suggests the
// corrected text, without secrets.
func (r *reader) fuzzy(v Verb, l Lang) {
	r.cmd.Fuzzy = true
	if !v.risky() {
		return
	}
	r.cmd.Suggest = v.Keyword(l)
	if v == Confirm || v == Pay {
		for _, p := range r.p[r.i:] {
			if p.kind == digits && len(p.fold) >= 3 {
				return // a code is not repeated
			}
		}
	}
	rest, _ := Redact(r.clean[r.verbEnd:])
	rest = strings.TrimLeft(rest, " ,;.:")
	if rest != "" {
		r.cmd.Suggest += " " + rest
	}
}

func (r *reader) isPlace(w string) bool { return r.ctx.Places != nil && !r.noPlace(w) }

func (r *reader) isService(number string) bool {
	return r.ctx.Places != nil && r.ctx.Places.Service(upper(number))
}
