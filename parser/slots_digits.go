package parser

// stepDigits reads a number by what stands around it.
func (r *reader) stepDigits() {
	p := &r.p[r.i]
	start := p.start
	if j := r.groupEnd(r.i); r.cmd.Verb == Confirm && j > r.i+1 && r.p[r.i+1].fold != "x" { // 73O214: a mistyped code
		r.i = j
		r.leave(start, r.p[j-1].end, leftOther)
		return
	}
	var next *piece
	if r.i+1 < len(r.p) {
		next = &r.p[r.i+1]
	}
	if next != nil && next.kind == letters && r.digitsLetters(p, next) {
		return
	}
	if next != nil && next.kind == digits && r.digitsDigits(p) {
		return
	}
	n := atoi(p.fold)
	if next != nil && next.kind == han && next.sep <= ' ' && len(p.fold) <= 4 {
		saved := *next
		r.i++
		if r.numberUnit(n, start, p.end) {
			return
		}
		r.i--
		*next = saved
	}
	r.i++
	r.plainNumber(p, n)
}

// digitsLetters reads a number by the letters behind it: 5DEC, 2ND, 9AM, 2X,
// 3U8888, 2 TICKETS.
func (r *reader) digitsLetters(p, next *piece) bool {
	w, glued := next.fold, next.sep == 0
	l := lexicon[w]
	if next.sep != 0 && next.sep != ' ' && next.sep != '-' && (next.sep != '.' && next.sep != '/' || l.kind != lexMonth) {
		return false
	}
	if l.kind == 0 && len(w) >= 6 {
		if near, _ := nearWord(w); near.kind == lexMonth && r.dayFirstAs(near, atoi(p.fold)) {
			return true
		}
	}
	n := atoi(p.fold)
	hasMore := r.i+2 < len(r.p)
	switch {
	case glued && (w == "nd" || w == "st" || w == "rd" || w == "th"):
		if hasMore && lexicon[r.p[r.i+2].fold].kind == lexMonth && r.dayFirst(n, r.i+2) {
			return true
		}
		class := map[string]string{"2nd": "2nd", "1st": "1st"}[p.fold+w]
		if class == "" {
			d := r.dayOnly(n)
			if r.takes&sDate == 0 || d.IsZero() || hasMore && r.p[r.i+2].fold == "class" {
				return false
			}
			r.i += 2
			r.date(d, p.start, next.end, "")
			return true
		}
		r.i += 2
		r.class(class, p.start, next.end)
		return true
	case l.kind == lexMonth:
		if hasMore && next.sep == ' ' && r.p[r.i+2].kind == digits && r.p[r.i+2].sep == '-' {
			return false // 2 DEC-5: two for 5 December
		}
		return r.dayFirst(n, r.i+1)
	case w == "of" && hasMore && lexicon[r.p[r.i+2].fold].kind == lexMonth:
		return r.dayFirst(n, r.i+2)
	case (w == "days" || w == "day") && len(p.fold) <= 2 && r.takes&sDate != 0:
		r.i += 2
		r.date(r.ctx.Today.Add(n), p.start, next.end, "")
		return true
	case (w == "am" && n <= 12 || w == "pm" && n < 24) && len(p.fold) <= 2:
		r.i += 2
		r.clock(clock12(n, w == "pm")*60, p.start, next.end)
		return true
	case glued && w == "x" && len(p.fold) == 1 && hasMore && r.p[r.i+2].sep == 0 && r.p[r.i+2].kind == digits:
		return false // 1x2: a choice and a count
	case l.kind == lexUnit && len(p.fold) <= 3 && (glued || w != "x"):
		r.i += 2
		r.count(n, p.start, next.end)
		return true
	case glued && len(p.fold) == 1 && len(w) == 1 && w != "x" && hasMore && r.p[r.i+2].sep == 0 &&
		r.p[r.i+2].kind == digits && len(r.p[r.i+2].fold) <= 4 && r.takes&sService != 0:
		last := r.p[r.i+2].end
		r.i += 3
		r.service(r.upperAt(p.start, last), p.start, last)
		return true
	}
	return false
}

// dayFirstAs reads a day before a mistyped month: 5 DECEMBR.
func (r *reader) dayFirstAs(month lexWord, day int) bool {
	d := r.roll(day, month.n)
	if r.takes&sDate == 0 || d.IsZero() {
		return false
	}
	start := r.p[r.i].start
	r.i += 2
	r.date(r.year(d), start, r.p[r.i-1].end, "")
	return true
}

// digitsDigits reads numbers joined by a mark: 5/12, 12-5, 2026-12-05, 14:30.
func (r *reader) digitsDigits(p *piece) bool {
	next := &r.p[r.i+1]
	switch next.sep {
	case ':':
		h, m := atoi(p.fold), atoi(next.fold)
		if len(next.fold) != 2 || h > 23 || m > 59 {
			r.i += 2
			r.leave(p.start, next.end, leftOther)
			return true
		}
		start, end := p.start, next.end
		r.i += 2
		if r.i < len(r.p) && r.p[r.i].kind == letters && (r.p[r.i].fold == "am" || r.p[r.i].fold == "pm") && h <= 12 {
			h = clock12(h, r.p[r.i].fold == "pm")
			end = r.p[r.i].end
			r.i++
		}
		r.hanLimit()
		r.hanArrival()
		r.clock(h*60+m, start, end)
		return true
	case '/', '-', '.':
		if h, m := atoi(p.fold), atoi(next.fold); next.sep == '.' && r.cmd.dated() && len(next.fold) == 2 && h < 24 && m < 60 {
			r.i += 2 // 9.30 behind a date
			r.hanLimit()
			r.clock(h*60+m, p.start, next.end)
			return true
		}
		return r.takes&sDate != 0 && (r.numericDate() || r.noSuchDay(p, next))
	}
	if r.cmd.Verb == Confirm && r.cmd.Code == "" && next.sep == ' ' {
		return r.spacedCode()
	}
	return false
}

// noSuchDay leaves 31/2 aside as a whole, so that its numbers are not read
// as anything else.
func (r *reader) noSuchDay(p, next *piece) bool {
	if next.sep != '/' || len(p.fold) > 2 || len(next.fold) > 2 {
		return false
	}
	r.i += 2
	r.cmd.DateText = r.clean[p.start:next.end]
	r.leave(p.start, next.end, leftOther)
	return true
}

// spacedCode reads a code written in groups: 730 214.
func (r *reader) spacedCode() bool {
	code := ""
	j := r.i
	for ; j < len(r.p) && r.p[j].kind == digits && len(code) < 6; j++ {
		code += r.p[j].fold
	}
	if len(code) != 6 {
		return false
	}
	r.i = j
	r.code(code)
	return true
}

func (r *reader) code(code string) {
	r.cmd.Code = code
	r.cmd.Why = append(r.cmd.Why, Reading{Word: maskCode, Rule: "code"})
}

// plainNumber reads a number nothing around it explains; the cursor is
// behind it.
func (r *reader) plainNumber(p *piece, n int) {
	w := p.fold
	if r.until && n < 24 && len(w) <= 2 {
		r.clock(n*60, p.start, p.end)
		return
	}
	if r.limit == lexUnder && len(w) <= 5 {
		r.price(n, p.start, p.end)
		return
	}
	if r.limit != 0 && len(w) <= 4 && r.limitNumber(w, n, p) {
		return
	}
	switch {
	case len(w) == 6 && r.takes&sCode != 0 && r.cmd.Code == "":
		r.code(w)
		return
	case len(w) == 8 && w[:2] == "20" && r.takes&sDate != 0 && (Date{n / 10000, n / 100 % 100, n % 100}).valid():
		r.date(Date{n / 10000, n / 100 % 100, n % 100}, p.start, p.end, "")
		return
	case len(w) == 11 && w[0] == '1' && w[1] >= '3' && r.takes&sAccount != 0:
		r.account(Account{Kind: Mobile, Value: w}, p.start, p.end)
		return
	case len(w) >= 3 && len(w) <= 5 && r.takes&sService != 0 && w[0] != '0' && r.isService(w):
		r.service(w, p.start, p.end)
		return
	case w[0] == '0' && len(w) >= 3 && r.takes&sPlaces != 0 && r.isPlace(w):
		place, _ := r.ctx.Places.Lookup(w)
		r.place(place, p.start, p.end, "place, area code")
		return
	case len(w) == 4 && r.takes&sDate != 0 && n/100 < 24 && n%100 < 60 && (r.cmd.Verb == Query || r.cmd.Verb == Wait || r.cmd.Verb == Change || len(r.cmd.Places) > 0):
		r.clock(n/100*60+n%100, p.start, p.end)
		return
	case len(w) == 4 && r.takes&sAccount != 0 && r.cmd.Account.Kind == NoAccount && (r.cmd.Verb != None || len(r.p) == 1):
		r.account(Account{Kind: LastFour, Value: w}, p.start, p.end)
		return
	case len(w) == 3 && n > 0 && r.cmd.Verb == Book && r.cmd.Service != "" && r.cmd.Count == 0: // too many, but said
	case len(w) > 2 || n == 0:
		r.leave(p.start, p.end, leftOther)
		return
	}
	r.numbers++
	switch {
	case r.cmd.Verb == Wait && (r.cmd.Topic == "X" || r.ctx.ListOpen && r.cmd.Service == "" && len(r.cmd.Places) == 0) && r.cmd.Choice == 0:
		r.cmd.Choice, r.cmd.Waitlisted = n, true
		r.why(p.start, p.end, "waitlist line", "")
	case r.cmd.Verb == Cancel && r.cmd.Choice > 0 && (r.joined || joinsPeople(p.sep)) && n > 0:
		if r.cmd.Choices == nil {
			r.cmd.Choices = []int{r.cmd.Choice}
		}
		r.cmd.Choices = append(r.cmd.Choices, n)
		r.joined = false
		r.why(p.start, p.end, "number of the list", "")
	case r.cmd.Verb == None && r.numbers == 1 && len(r.cmd.Why) == 0 && len(r.left) == 0:
		r.first = n
		r.why(p.start, p.end, "number", "")
	case r.takes&sChoice != 0 && r.cmd.Choice == 0:
		r.cmd.Choice = n
		r.why(p.start, p.end, "number of the list", "")
	default:
		plain := r.cmd.Count == 0
		r.count(n, p.start, p.end)
		r.plainCount = plain
	}
}

// limitNumber reads the hour behind AFTER and BEFORE.
func (r *reader) limitNumber(w string, n int, p *piece) bool {
	minute := n * 60
	if len(w) > 2 {
		minute = n/100*60 + n%100
	}
	if minute > 24*60 || len(w) > 2 && n%100 > 59 {
		return false
	}
	r.clock(minute, p.start, p.end)
	return true
}

// clock12 turns an hour of the 12-hour clock into one of the 24-hour clock.
func clock12(h int, pm bool) int {
	switch {
	case h == 12 && !pm:
		return 0
	case h < 12 && pm:
		return h + 12
	}
	return h
}
