package dialogue

import (
	"time"

	"shortfare/booking"
	"shortfare/parser"
)

// Confirmations that are answered in silence, so many in an hour.
const (
	quietLimit  = 5
	quietWindow = time.Hour
)

// flood is one of the limits on a customer's texts.
type flood struct {
	limit int // 0 for none
	in    time.Duration
	rate  *booking.Rate
	key   string // of the notice
}

// floods are the limits on a customer's texts, the longest last.
func (d *Dialogue) floods(c *booking.Customer) [3]flood {
	return [...]flood{
		{d.s.TextsPerMin, time.Minute, &c.Minute, "flood.minute"},
		{d.s.TextsPer5Min, 5 * time.Minute, &c.Rate, "flood"},
		{d.s.TextsPerDay, 24 * time.Hour, &c.Day, "flood.day"},
	}
}

// silence counts one more text and tells until when the customer gets no answers;
// zero when he gets them. told is false until he was told so (pauseText). A text counts
// in silence too: silence is for who stops. All answers and notices of a day
// are to texts within the limit of the day, and one notice, so that they are no more.
func (d *Dialogue) silence(c *booking.Customer, now time.Time) (until time.Time, told bool, by flood) {
	for _, f := range d.floods(c) {
		if f.limit <= 0 {
			continue
		}
		start := now
		if f.rate != &c.Rate {
			start = now.Truncate(time.Second) // shorter in the customer's row
		}
		if f.rate.Add(start, f.in) <= f.limit {
			continue
		}
		told = told || f.rate.Told
		if end := f.rate.Start.Add(f.in); end.After(until) {
			until, by = end, f
		}
	}
	return until, told, by
}

// flooded tells whether the text is one too many; the first one is told so.
func (t *turn) flooded() bool {
	until, told, by := t.d.silence(t.c, t.env.Now)
	switch {
	case until.IsZero(), t.confirmsNow():
		return false
	case told:
		t.ignore()
	default:
		t.reply(t.pauseText(until, by))
		t.ch.Noticed = true
	}
	t.ch.Silent = until
	return true
}

// pauseText says until when there are no answers, which is said once. A code that is
// answered in silence does not take its place.
func (t *turn) pauseText(until time.Time, by flood) string {
	for _, f := range t.d.floods(t.c) {
		if f.limit > 0 && f.rate.N > f.limit {
			f.rate.Told = true
		}
	}
	if by.in == time.Minute {
		until = until.Add(time.Minute - time.Second) // what is said has no seconds
	}
	return t.m.say(by.key, "limit", itoa(by.limit), "until", t.clock(until), "when", t.moment(until))
}

// confirmsNow tells whether the text may be the code of a quote. It is answered in
// silence too, since its seats are held meanwhile; a few of them are.
func (t *turn) confirmsNow() bool {
	return t.cmd.Verb == parser.Confirm && t.cmd.Code != "" && len(t.opened()) > 0 &&
		t.c.Quiet.Add(t.env.Now.Truncate(time.Second), quietWindow) <= quietLimit
}
