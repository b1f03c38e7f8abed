package parser

import "strings"

// date records a day and, in WAIT, a second one as the deadline.
func (r *reader) date(d Date, start, end int, because string) {
	switch {
	case d.IsZero() || r.takes&sDate == 0:
		r.leave(start, end, leftOther)
		return
	case r.until && r.cmd.Until.IsZero(), r.cmd.Verb == Wait && r.cmd.dated() && r.cmd.Until.IsZero():
		r.cmd.Until, r.until = d, true
		r.why(start, end, "deadline", d.String())
		return
	case r.cmd.dated():
		r.leave(start, end, leftOther)
		return
	}
	r.arrive = r.arrive && r.limit == 0 // BY 5DEC is no time
	r.cmd.Date = d
	r.cmd.DateText = r.clean[start:end]
	r.why(start, end, "date", plain(d)+because)
}

func (c *Command) dated() bool { return !c.Date.IsZero() || c.DateChoices != nil }

// weekend leaves the customer the choice of Saturday and Sunday, the week's
// number ahead; on a Sunday there is none.
func (r *reader) weekend(weeks, start, end int) {
	sunday := (7-int(r.ctx.Today.Weekday()))%7 + 7*weeks
	sat, sun := r.ctx.Today.Add(sunday-1), r.ctx.Today.Add(sunday)
	if sat.Before(r.ctx.Today) {
		r.date(sun, start, end, "")
		return
	}
	if r.cmd.dated() || r.takes&sDate == 0 || r.until {
		r.leave(start, end, leftOther)
		return
	}
	r.cmd.DateChoices, r.cmd.DateText = []Date{sat, sun}, r.clean[start:end]
	r.why(start, end, "date", plain(sat)+" or "+plain(sun))
}

// dayAfter reads DAY AFTER TOMORROW.
func (r *reader) dayAfter() bool {
	if r.takes&sDate == 0 || r.i+2 >= len(r.p) || r.p[r.i].fold != "day" || r.p[r.i+1].fold != "after" {
		return false
	}
	l := lexicon[r.p[r.i+2].fold]
	if l.kind != lexDay || l.n != 1 {
		return false
	}
	start, end := r.p[r.i].start, r.p[r.i+2].end
	r.i += 3
	r.date(r.ctx.Today.Add(2), start, end, "")
	return true
}

// longWords are the words of dates and classes long enough to be known with a slip.
var longWords = strings.Fields("today tomorrow monday tuesday wednesday thursday friday saturday sunday " +
	"january february august september october november december morning afternoon evening " +
	"first second economy business premium sleeper standing tickets cheapest flights arrive")

// mistypedDate reads TOMMOROW, SATRUDAY: answers always write the day, so a
// wrong guess is seen.
func (r *reader) mistypedDate(inList bool) bool {
	p := &r.p[r.i]
	w := p.fold
	if r.takes&(sDate|sClass) == 0 || inList || len(w) < 5 || !isASCII(w) || r.isPlace(w) {
		return false
	}
	l, found := nearWord(w)
	if found == "" || l.kind == lexClass && r.takes&sClass == 0 {
		return false
	}
	fold := p.fold
	p.fold = found
	if r.stepLex(l, len(found)) {
		return true
	}
	p.fold = fold
	return false
}

// nearWord returns the one of longWords that w is a typo of.
func nearWord(w string) (lexWord, string) {
	found, best := "", 3
	for _, d := range longWords {
		limit := 1
		if len(d) >= 8 && len(w) >= 7 {
			limit = 2
		}
		switch n := damerau(w, d, limit); {
		case n > limit || n > best:
		case n == best:
			found = ""
		default:
			found, best = d, n
		}
	}
	return lexicon[found], found
}

// roll returns the next day with that day and month: this year's, or next
// year's when this year's is past. It is zero when there is no such day.
func (r *reader) roll(day, month int) Date {
	if d := (Date{r.ctx.Today.Year, month, day}); r.cmd.Verb == Stat && d.valid() && !r.ctx.Today.Add(r.ctx.SaleDays).Before(d) {
		return d // figures are asked for of days past too
	}
	for y := r.ctx.Today.Year; y <= r.ctx.Today.Year+8; y++ {
		d := Date{y, month, day}
		if d.valid() && !d.Before(r.ctx.Today) {
			return d
		}
	}
	return Date{}
}

// onSale tells whether tickets for the day are sold.
func (r *reader) onSale(d Date) bool {
	return !d.Before(r.ctx.Today) && !r.ctx.Today.Add(r.ctx.SaleDays).Before(d)
}

// numericDate reads 5/12, 12-5, 5/12/2026 and 2026-12-05 at the cursor.
func (r *reader) numericDate() bool {
	p, q := &r.p[r.i], &r.p[r.i+1]
	a, b := atoi(p.fold), atoi(q.fold)
	start := p.start
	if len(p.fold) == 4 && r.i+2 < len(r.p) && r.p[r.i+2].kind == digits && r.p[r.i+2].sep == q.sep {
		d := Date{a, b, atoi(r.p[r.i+2].fold)}
		if !d.valid() {
			return false
		}
		r.i += 3
		r.date(d, start, r.p[r.i-1].end, "")
		return true
	}
	if len(p.fold) > 2 || len(q.fold) > 2 {
		return false
	}
	dm, md := r.roll(a, b), r.roll(b, a)
	end := q.end
	n := 2
	if r.i+2 < len(r.p) && r.p[r.i+2].kind == digits && r.p[r.i+2].sep == q.sep {
		y := atoi(r.p[r.i+2].fold)
		switch len(r.p[r.i+2].fold) {
		case 2:
			y += 2000
		case 4:
		default:
			return false
		}
		dm, md = Date{y, b, a}, Date{y, a, b}
		end = r.p[r.i+2].end
		n = 3
	}
	if !dm.valid() {
		dm = Date{}
	}
	if !md.valid() {
		md = Date{}
	}
	if dm.IsZero() && md.IsZero() {
		return false
	}
	r.i += n
	r.choose(dm, md, start, end)
	return true
}

// choose takes the reading of a numeric date that is in the sale period, or
// keeps both for the customer to say.
func (r *reader) choose(dm, md Date, start, end int) {
	switch {
	case dm.IsZero() || dm == md:
		r.date(md, start, end, "")
		return
	case md.IsZero():
		r.date(dm, start, end, "")
		return
	}
	inDM, inMD := r.onSale(dm), r.onSale(md)
	switch {
	case inDM && !inMD:
		r.date(dm, start, end, " because "+plain(md)+" is outside the sale period")
	case inMD && !inDM:
		r.date(md, start, end, " because "+plain(dm)+" is outside the sale period")
	case r.cmd.dated() || r.takes&sDate == 0 || r.until:
		r.leave(start, end, leftOther)
	default:
		if md.Before(dm) {
			dm, md = md, dm
		}
		r.cmd.DateChoices = []Date{dm, md}
		r.cmd.DateText = r.clean[start:end]
		r.why(start, end, "date", plain(dm)+" or "+plain(md))
	}
}

// plain returns a day with a blank: 12 May.
func plain(d Date) string {
	s := d.String()
	return s[:len(s)-3] + " " + s[len(s)-3:]
}

// dayFirst reads a day and, in the piece at month, a month in letters, and a
// year when one follows: 5DEC, 5 DEC 2026.
func (r *reader) dayFirst(day, month int) bool {
	if r.takes&sDate == 0 {
		return false
	}
	start := r.p[r.i].start
	d := r.roll(day, lexicon[r.p[month].fold].n)
	if d.IsZero() {
		return false
	}
	r.i = month + 1
	r.date(r.year(d), start, r.p[r.i-1].end, "")
	return true
}

// year reads a year behind a day and month.
func (r *reader) year(d Date) Date {
	if r.i >= len(r.p) {
		return d
	}
	p := &r.p[r.i]
	if p.kind != digits || len(p.fold) != 4 || p.fold[:2] != "20" || p.sep == ',' || r.isService(p.fold) {
		return d
	}
	y := Date{atoi(p.fold), d.Month, d.Day}
	if y.Year < r.ctx.Today.Year || y.Year > r.ctx.Today.Year+1 || !y.valid() {
		return d
	}
	r.i++
	return y
}

// monthFirst reads DEC 5 and DEC5; the cursor is at the month.
func (r *reader) monthFirst(month, start int) bool {
	if r.takes&sDate == 0 || r.i+1 >= len(r.p) {
		return false
	}
	p := &r.p[r.i+1]
	if p.kind != digits || len(p.fold) > 2 || p.sep != 0 && p.sep != ' ' && p.sep != '-' && p.sep != '.' {
		return false
	}
	d := r.roll(atoi(p.fold), month)
	if d.IsZero() {
		return false
	}
	end := p.end
	r.i += 2
	if r.i < len(r.p) && r.p[r.i].sep == 0 {
		switch r.p[r.i].fold {
		case "st", "nd", "rd", "th":
			end = r.p[r.i].end
			r.i++
		}
	}
	r.date(r.year(d), start, end, "")
	return true
}

// weekday reads the next such day, today included; 7 and more, or a NEXT
// before, mean the week after this one, which starts on Monday.
func (r *reader) weekday(n, start, end int) {
	today := int(r.ctx.Today.Weekday())
	ahead := (n%7 - today + 7) % 7
	if n >= 7 || r.nextWeek {
		monday := (1 - today - 7) % 7 // days back to this week's Monday
		ahead = monday + 7*max(1, n/7) + (n%7+6)%7
	}
	r.nextWeek = false
	r.date(r.ctx.Today.Add(ahead), start, end, "")
}

// dayOnly returns the next day with that number: 5号.
func (r *reader) dayOnly(day int) Date {
	y, m := r.ctx.Today.Year, r.ctx.Today.Month
	if r.monthAhead > 0 { // 下月5号
		m += r.monthAhead - 1
		y, m, r.monthAhead = y+(m-1)/12, (m-1)%12+1, 0
		if d := (Date{y, m, day}); d.valid() {
			return d
		}
		return Date{}
	}
	for range 12 {
		d := Date{y, m, day}
		if d.valid() && !d.Before(r.ctx.Today) {
			return d
		}
		if m++; m > 12 {
			y, m = y+1, 1
		}
	}
	return Date{}
}
