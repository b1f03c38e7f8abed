package parser

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// stepHan reads the start of a run of Han characters.
func (r *reader) stepHan() {
	p := &r.p[r.i]
	if r.listedName(p) {
		r.i++
		r.leave(p.start, p.end, leftWord)
		return
	}
	if n, size := hanNumber(p.fold); size > 0 && r.hanNumber(n, size) {
		return
	}
	var place Place
	placeLen := 0
	if r.takes&sPlaces != 0 && r.ctx.Places != nil {
		place, placeLen = r.ctx.Places.HanPrefix(p.fold)
	}
	if r.takes&sTopic != 0 && r.cmd.Topic == "" {
		if t := topicOf(r.cmd.Verb, p.fold); t != "" {
			r.cmd.Topic = t
			r.i++
			r.why(p.start, p.end, "sub-command", t)
			return
		}
	}
	if r.cmd.Verb == None {
		if v, n := hanVerb(p.fold); n > placeLen && lateVerbs[v.word] {
			start := p.start
			r.doubtful = len(r.left) > 0 || len(r.cmd.Places) > 0
			r.trim(n)
			r.setVerb(v, start, start+n, "verb")
			return
		}
	}
	l, n := hanWord(p.fold)
	if n >= placeLen && n > 0 && r.stepLex(l, n) {
		return
	}
	if placeLen > 0 {
		start := p.start
		r.trim(placeLen)
		r.place(place, start, start+placeLen, "place")
		return
	}
	r.hanRest(p)
}

// listedName tells whether the piece is one name in a list of people: short,
// beside a comma, and no word of the lexicon nor a place that is wanted.
func (r *reader) listedName(p *piece) bool {
	if r.takes&sPeople == 0 || utf8.RuneCountInString(p.fold) > 4 {
		return false
	}
	after := byte(0)
	if r.i+1 < len(r.p) {
		after = r.p[r.i+1].sep
	}
	if !joinsPeople(p.sep) && !joinsPeople(after) {
		return false
	}
	if l, n := hanWord(p.fold); n == len(p.fold) || l.kind == lexFrom || l.kind == lexTo {
		return false
	}
	if r.ctx.Places != nil && r.takes&sPlaces != 0 {
		if _, n := r.ctx.Places.HanPrefix(p.fold); n == len(p.fold) {
			return false
		}
	}
	if _, n := hanNumber(p.fold); n > 0 {
		return false
	}
	return true
}

// hanNumber reads a Chinese numeral with what stands behind it. A numeral
// with nothing it counts is a number only when it is a word of its own.
func (r *reader) hanNumber(n, size int) bool {
	p := &r.p[r.i]
	start := p.start
	saved, at := *p, r.i
	alone := size == len(p.fold) && p.sep != 0
	r.trim(size)
	if r.i < len(r.p) && r.numberUnit(n, start, start+size) {
		return true
	}
	if alone {
		q := piece{fold: strconv.Itoa(n), start: start, end: start + size, kind: digits}
		r.plainNumber(&q, n)
		return true
	}
	r.i = at
	r.p[at] = saved
	return false
}

// hanHere returns the Han characters at the cursor.
func (r *reader) hanHere() string {
	if r.i >= len(r.p) || r.p[r.i].kind != han || r.p[r.i].sep > ' ' {
		return ""
	}
	return r.p[r.i].fold
}

// accept takes the first of the words that stands at the cursor.
func (r *reader) accept(words ...string) bool {
	s := r.hanHere()
	for _, w := range words {
		if strings.HasPrefix(s, w) {
			r.trim(len(w))
			return true
		}
	}
	return false
}

// number takes a number at the cursor, in digits or as a numeral.
func (r *reader) number() (n, end int, ok bool) {
	if r.i >= len(r.p) || r.p[r.i].sep > ' ' {
		return 0, 0, false
	}
	p := &r.p[r.i]
	end = p.end
	switch p.kind {
	case digits:
		if len(p.fold) > 4 {
			return 0, 0, false
		}
		r.i++
		return atoi(p.fold), end, true
	case han:
		n, size := hanNumber(p.fold)
		if size == 0 {
			return 0, 0, false
		}
		end = p.start + size
		r.trim(size)
		return n, end, true
	}
	return 0, 0, false
}

// numberUnit reads what stands behind the number n, which ends at end: 月,
// 号, 张, 点, 等, 次. When it returns false the caller puts the cursor back.
func (r *reader) numberUnit(n, start, end int) bool {
	s := r.hanHere()
	u, size := utf8.DecodeRuneInString(s)
	switch u {
	case '年', '月':
		return r.takes&sDate != 0 && r.hanDate(n, start)
	case '号', '日':
		if r.takes&sDate == 0 {
			return false
		}
		d := r.dayOnly(n)
		if d.IsZero() {
			return false
		}
		r.trim(size)
		r.deadlineHere()
		r.date(d, start, end+size, "")
	case '天':
		if r.takes&sDate == 0 || n > 366 {
			return false
		}
		r.trim(size)
		if !r.accept("之后", "以后", "后") {
			return false
		}
		r.date(r.ctx.Today.Add(n), start, r.hereEnd(), "")
	case '张', '个', '人', '位', '名', '口':
		if u == '个' && strings.HasSuffix(r.fold[:start], "第") { // 第2个: a line of the list
			r.trim(size)
			q := piece{fold: strconv.Itoa(n), start: start, end: end, kind: digits}
			r.plainNumber(&q, n)
			return true
		}
		if r.takes&sCount == 0 && r.cmd.Verb != Cancel {
			return false
		}
		r.trim(size)
		r.accept("人", "票", "座位", "位")
		r.count(n, start, end+size)
	case '元', '块', '以', '之', '内':
		return r.hanPrice(n, start, end)
	case '点', '时':
		return r.takes&sDate != 0 && r.hanClock(n, start)
	case '等':
		if n != 1 && n != 2 || r.takes&sClass == 0 {
			return false
		}
		r.trim(size)
		r.accept("座", "票")
		r.class([...]string{"1st", "2nd"}[n-1], start, end+size)
	case '次':
		number := r.clean[start:end]
		if r.takes&sService == 0 || len(number) > 5 || number[0] > '9' {
			return false
		}
		r.trim(size)
		r.accept("列车")
		r.service(number, start, end)
	default:
		return false
	}
	return true
}

// hanDate reads 12月5日 and 2026年12月5日 from the month's or year's unit on.
func (r *reader) hanDate(n, start int) bool {
	var saved [6]piece // no date has more pieces
	at := r.i
	copy(saved[:], r.p[at:])
	year, month := 0, n
	ok := true
	if r.accept("年") {
		year = n
		month, _, ok = r.number()
	}
	if !ok || !r.accept("月份", "月") {
		return r.back(at, &saved)
	}
	day, end, ok := r.number()
	if !ok {
		return r.back(at, &saved)
	}
	d := r.roll(day, month)
	if year > 0 {
		d = Date{year, month, day}
	}
	if d.IsZero() || !d.valid() || d.Year < 2000 {
		if day > 31 || day == 0 {
			return r.back(at, &saved)
		}
		r.accept("号", "日") // 2月30号: no such day, and 30号 is not meant
		r.cmd.DateText = r.clean[start:end]
		r.leave(start, r.hereEnd(), leftOther)
		return true
	}
	if r.i < len(r.p) && r.accept("号", "日") {
		end += len("号")
	}
	r.deadlineHere()
	r.date(d, start, end, "")
	return true
}

func (r *reader) back(at int, saved *[6]piece) bool {
	copy(r.p[at:], saved[:])
	r.i = at
	return false
}

// hanClock reads 9点, 9点半, 9点30分, 下午3点后 from 点 on.
func (r *reader) hanClock(hour, start int) bool {
	r.accept("点钟", "点", "时")
	if hour > 24 {
		r.leave(start, r.hereEnd(), leftOther)
		return true
	}
	minute := 0
	if r.accept("半") {
		minute = 30
	} else if r.i < len(r.p) && r.p[r.i].sep == 0 && r.p[r.i].kind == digits && len(r.p[r.i].fold) == 2 {
		minute = min(atoi(r.p[r.i].fold), 59)
		r.i++
		r.accept("分")
	}
	if hour < 12 && r.window.From >= 660 {
		hour += 12
	}
	r.hanLimit()
	r.hanArrival()
	if r.cmd.Time == r.window {
		r.cmd.Time = Window{} // 下午 said which half of the day, no more
	}
	r.deadlineHere()
	r.clock(min(hour*60+minute, 24*60), start, r.hereEnd())
	return true
}

// hanLimit reads what follows a time of day: 后, 之前, 左右.
func (r *reader) hanLimit() {
	switch {
	case r.accept("以后", "之后", "后", "起"):
		r.limit = lexAfter
	case strings.HasPrefix(r.hanHere(), "前截"): // a deadline
		r.accept("前")
	case r.accept("以前", "之前", "前"):
		r.limit = lexBefore
	default:
		r.accept("左右", "的")
	}
}

// deadlineHere notes that the date or time before the cursor is a deadline:
// 4号19点截止, where the word comes last.
func (r *reader) deadlineHere() {
	s := r.hanHere()
	if r.cmd.Verb == Wait && (strings.HasPrefix(s, "截止") || strings.HasPrefix(s, "截至")) {
		r.until = true
	}
}

// hereEnd returns where the text before the cursor ends.
func (r *reader) hereEnd() int {
	if r.i < len(r.p) && r.p[r.i].sep == 0 {
		return r.p[r.i].start
	}
	if r.i > 0 {
		return r.p[r.i-1].end
	}
	return 0
}

// hanRest reads a run no word starts: a mistyped place, or unknown
// characters up to the next word.
func (r *reader) hanRest(p *piece) {
	if r.takes&sPlaces != 0 && r.ctx.Places != nil && len(p.fold) >= 6 && r.cmd.Service == "" && p.start == r.runStart() && r.cmd.Verb != Set {
		n := r.unreadRun(p.fold)
		if place, ok := r.ctx.Places.Fuzzy(p.fold[:n]); ok && n >= 6 {
			start := p.start
			r.trim(n)
			r.fuzzyPlaces++
			r.place(place, start, start+n, "place, mistyped")
			return
		}
	}
	_, n := utf8.DecodeRuneInString(p.fold)
	start := p.start
	r.trim(n)
	r.leave(start, start+n, leftWord)
}

// unreadRun returns the length of the start of s up to the next word or place.
func (r *reader) unreadRun(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	for n < len(s) {
		if _, w := hanWord(s[n:]); w > 0 {
			return n
		}
		if _, w := r.ctx.Places.HanPrefix(s[n:]); w > 0 {
			return n
		}
		_, size := utf8.DecodeRuneInString(s[n:])
		n += size
	}
	return n
}

// runStart returns where the unread run at the cursor starts: not in the
// middle of characters left aside.
func (r *reader) runStart() int {
	start := r.p[r.i].start
	if n := len(r.left); n > 0 && r.left[n-1].end == start {
		return r.left[n-1].start
	}
	return start
}
