package parser

// around is how long after a time a departure still fits "at 9", in minutes.
const around = 120

// stepLex takes the word of the lexicon at the cursor, n bytes long. It
// returns false when the word says something the verb does not take.
func (r *reader) stepLex(l lexWord, n int) bool {
	p := &r.p[r.i]
	start, end := p.start, p.start+n
	if p.kind == letters {
		end = p.end
	}
	take := func() {
		if p.kind == han {
			r.trim(n)
		} else {
			r.i++
		}
	}
	switch l.kind {
	case lexMonth, lexWeekday, lexDay, lexWindow, lexAfter, lexBefore, lexUntil, lexNext, lexWeekend, lexMonthRel:
		return r.takes&sDate != 0 && r.lexTime(l, start, end, take)
	case lexClass:
		if r.takes&sClass == 0 {
			return false
		}
		take()
		r.class(l.s, start, end)
	case lexFrom, lexTo:
		take()
		r.mark = l.kind
		r.kind(Kind(l.n), start, end)
	case lexKind:
		take()
		r.kind(Kind(l.n), start, end)
	case lexCheap, lexUnder, lexArrive:
		return r.lexWishes(l, start, end, take)
	case lexMe:
		if r.takes&sPeople == 0 {
			return false
		}
		take()
		r.leave(start, end, leftMe)
	case lexAnd:
		take()
		r.joined = true
	case lexCard, lexTail, lexWallet:
		if r.takes&sAccount == 0 {
			return false
		}
		take()
		r.lexAccount(l.kind, start, end)
	case lexAs:
		take()
		r.lexAs()
	case lexNumber:
		if r.takes&sCount == 0 || r.cmd.Count != 0 {
			return false
		}
		take()
		r.count(l.n, start, end)
	case lexFiller:
		take()
	case lexWish:
		take()
		r.leave(start, end, leftOther)
	case lexUnit:
		take()
	default:
		return false
	}
	return true
}

// lexTime takes the words of dates and times.
func (r *reader) lexTime(l lexWord, start, end int, take func()) bool {
	switch l.kind {
	case lexMonth:
		return r.monthFirst(l.n, start)
	case lexWeekday:
		take()
		r.weekday(l.n, start, end)
	case lexDay:
		take()
		r.date(r.ctx.Today.Add(l.n), start, end, "")
		if !l.w.IsZero() {
			r.setWindow(l.w, start, end)
		}
	case lexWindow:
		take()
		if r.takes&sWish != 0 && r.accept("到达", "抵达", "到站") {
			r.arrive, end = true, r.hereEnd()
		}
		r.setWindow(l.w, start, end)
	case lexAfter, lexBefore:
		take()
		r.limit = l.kind
	case lexUntil:
		take()
		if r.until = r.cmd.Verb == Wait; !r.until {
			r.byTime(start, end)
		}
	case lexNext:
		take()
		r.nextWeek = true
	case lexWeekend:
		take()
		r.weekend(l.n, start, end)
	case lexMonthRel:
		take()
		r.monthAhead = 1 + l.n
	}
	return true
}

// lexAccount reads CARD, CARD 7890, ALIPAY 13800138000.
func (r *reader) lexAccount(k lex, start, end int) {
	if r.i < len(r.p) && r.p[r.i].kind == digits {
		p := &r.p[r.i]
		switch {
		case k != lexWallet && len(p.fold) == 4:
			r.i++
			if r.cmd.Account.Kind == DefaultAccount {
				r.cmd.Account = Account{}
			}
			r.account(Account{Kind: LastFour, Value: p.fold}, start, p.end)
			return
		case k == lexWallet && len(p.fold) == 11:
			r.i++
			r.account(Account{Kind: Mobile, Value: p.fold, Wallet: walletOf(r.fold[start:end])}, start, p.end)
			return
		}
	}
	switch k {
	case lexCard:
		if r.cmd.Verb != Card { // CARD CARD says nothing
			r.account(Account{Kind: DefaultAccount}, start, end)
		}
	case lexWallet:
		r.account(Account{Kind: Mobile, Wallet: walletOf(r.fold[start:end])}, start, end)
	}
}

// walletOf returns the wallet that a word names.
func walletOf(word string) Wallet {
	switch word {
	case "alipay", "支付宝":
		return Alipay
	case "wechat", "微信":
		return WeChat
	}
	return AnyWallet
}

// lexAs reads the alias behind AS.
func (r *reader) lexAs() {
	if r.i >= len(r.p) || r.p[r.i].kind == secret {
		return
	}
	p := &r.p[r.i]
	j := r.groupEnd(r.i)
	end := r.p[j-1].end
	r.cmd.Name = r.upperAt(p.start, end)
	r.i = j
	r.why(p.start, end, "alias of the account", r.cmd.Name)
}

// class records a class.
func (r *reader) class(class string, start, end int) {
	if r.takes&sClass == 0 || r.cmd.Class != "" {
		r.leave(start, end, leftOther)
		return
	}
	r.cmd.Class = class
	r.why(start, end, "class", class)
}

// twoWordClass reads HARD SEAT, SOFT SLEEPER.
func (r *reader) twoWordClass(p, next *piece) bool {
	if p.fold != "hard" && p.fold != "soft" || r.takes&sClass == 0 || next == nil || next.kind != letters || next.sep != ' ' && next.sep != '-' {
		return false
	}
	class := ""
	switch next.fold {
	case "seat", "seats":
		class = p.fold + " seat"
	case "sleeper", "sleepers", "berth", "berths":
		class = p.fold + " sleeper"
	default:
		return false
	}
	r.i += 2
	r.class(class, p.start, next.end)
	return true
}

// setWindow records a part of the day.
func (r *reader) setWindow(w Window, start, end int) {
	r.window = w
	rule := "time"
	switch {
	case r.until:
		r.cmd.UntilTime = w.From
	case r.arrive:
		r.cmd.Arrive, r.arrive, rule = w, false, "time of arrival"
	default:
		r.cmd.Time = w
	}
	r.why(start, end, rule, "")
}

// clock records a time of day: alone, or the end AFTER and BEFORE left open.
func (r *reader) clock(minute, start, end int) {
	if r.takes&sDate == 0 {
		r.leave(start, end, leftOther)
		return
	}
	if r.until {
		r.cmd.UntilTime = minute
		r.why(start, end, "deadline", "")
		return
	}
	if r.arrive {
		w, rule := Window{0, minute}, "latest arrival"
		if r.limit == lexAfter {
			w, rule = Window{minute, 24 * 60}, "earliest arrival"
		}
		r.cmd.Arrive, r.arrive, r.limit = w, false, 0
		r.why(start, end, rule, "")
		return
	}
	w := Window{minute, min(minute+around, 24*60)}
	rule := "time"
	switch r.limit {
	case lexAfter:
		w, rule = Window{minute, 24 * 60}, "earliest time"
		if r.cmd.Time.To > minute && r.cmd.Time.From == 0 {
			w.To = r.cmd.Time.To
		}
	case lexBefore:
		w, rule = Window{0, minute}, "latest time"
		if r.cmd.Time.From < minute && r.cmd.Time.To == 24*60 {
			w.From = r.cmd.Time.From
		}
	}
	r.limit = 0
	r.cmd.Time = w
	r.why(start, end, rule, "")
}

// place records a place.
func (r *reader) place(p Place, start, end int, rule string) {
	if len(r.cmd.Places) >= 2 {
		r.leave(start, end, leftOther)
		return
	}
	if r.cmd.Places == nil {
		r.cmd.Places = make([]Place, 0, 2)
	}
	r.cmd.Places = append(r.cmd.Places, p)
	switch r.mark {
	case lexFrom:
		r.from = len(r.cmd.Places)
	case lexTo:
		r.to = len(r.cmd.Places)
	}
	r.mark = 0
	r.why(start, end, rule, p.Name)
}

// latinPlace reads the longest name of up to four words at the cursor, then
// two names written as one, then a mistyped one.
func (r *reader) latinPlace(inList bool) bool {
	if r.ctx.Places == nil {
		return false
	}
	p := &r.p[r.i]
	if len(p.fold) < 4 && (inList || r.cmd.Service != "") {
		return false // LI,MA are people, whatever stations have these codes
	}
	if n := r.longestName(); n > 0 {
		return true
	}
	if r.cmd.Service != "" && (inList || r.cmd.Verb == Book && !r.besidePlace()) {
		return false
	}
	w := p.fold
	if len(w) >= 8 {
		for cut := len(w) - 3; cut >= 3; cut-- {
			if !isASCII(w) {
				break
			}
			a, ok := r.ctx.Places.Lookup(w[:cut])
			if !ok {
				continue
			}
			if b, ok := r.ctx.Places.Lookup(w[cut:]); ok {
				r.i++
				r.place(a, p.start, p.end, "place")
				r.place(b, p.start, p.end, "place")
				return true
			}
		}
	}
	if len(w) < 4 {
		return false
	}
	if place, ok := r.ctx.Places.Fuzzy(w); ok && r.cmd.Verb != Set {
		r.i++
		r.fuzzyPlaces++
		r.place(place, p.start, p.end, "place, mistyped")
		return true
	}
	return false
}

// longestName reads an exact name and returns the number of its words.
func (r *reader) longestName() int {
	var buf [96]byte
	name := buf[:0]
	var ends [4]int
	n := 0
	for ; n < len(ends) && r.i+n < len(r.p); n++ {
		q := &r.p[r.i+n]
		if q.kind != letters || len(name)+len(q.fold) > len(buf) || n > 0 && q.sep != ' ' && q.sep != '-' {
			break
		}
		if n > 0 {
			if _, ok := lexicon[q.fold]; ok {
				break
			}
		}
		name = append(name, q.fold...)
		ends[n] = len(name)
	}
	for ; n > 0; n-- {
		w := r.p[r.i].fold
		if n > 1 {
			w = string(name[:ends[n-1]])
		} else if len(w) == 3 && talk[w] && !r.amongPlaces() {
			return 0
		}
		if place, ok := r.ctx.Places.Lookup(w); ok {
			start, end := r.p[r.i].start, r.p[r.i+n-1].end
			if len(w) == 3 && r.clean[start:end] == w {
				r.codePlaces++
			}
			r.i += n
			r.place(place, start, end, "place")
			return n
		}
	}
	return 0
}

// besidePlace tells whether a place stands before or behind the word at the
// cursor: BOOK G123 BEJING SHANGHAI names the route too.
func (r *reader) besidePlace() bool {
	return len(r.cmd.Places) == 1 || r.i+1 < len(r.p) && len(r.p[r.i+1].fold) > 3 && r.isPlace(r.p[r.i+1].fold)
}

// amongPlaces tells whether a word that people write anyway is meant as a
// code here: in capitals, or behind Q, and beside another place.
func (r *reader) amongPlaces() bool {
	p := &r.p[r.i]
	if r.cmd.Verb != Query && r.clean[p.start:p.end] == p.fold {
		return false
	}
	if len(r.cmd.Places) == 1 && len(r.left) == 0 {
		return true
	}
	if r.i+1 >= len(r.p) || len(r.left) > 0 {
		return false
	}
	next := &r.p[r.i+1]
	return next.kind == letters && !talk[next.fold] && r.isPlace(next.fold)
}
