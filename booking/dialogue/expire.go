package dialogue

import (
	"slices"
	"time"

	"shortfare/booking"
)

// unconfirmedDefault is Settings.Unconfirmed when it is zero.
const unconfirmedDefault = 24 * time.Hour

// expire erases what was asked about and never confirmed once its time is over: the
// document or account of a question that got no code, who travels on a booking that was
// never completed, and the profile of somebody whose number another one registered. Sealed or not,
// it serves nothing any more.
func (t *turn) expire() {
	c := t.c
	over := func(since time.Time) bool { return t.env.Now.Sub(since) >= t.d.s.Unconfirmed }
	if p := c.Pending; p != nil && p.For != "" && over(p.Until) {
		c.Pending = &booking.Pending{Gen: p.Gen, Tries: p.Tries, Until: p.Until} // the next code is another one
		if !p.Done {
			t.journalCaused(string(p.For)+" never confirmed", 0)
		}
	}
	if s := c.Slots; s != nil && personal(s) && over(s.At) {
		c.Slots = nil
	}
	kept := slices.DeleteFunc(slices.Clone(c.Aside), func(p booking.Profile) bool { return over(p.At) })
	if len(kept) < len(c.Aside) {
		c.Aside = slices.Clip(kept)
		t.journalCaused("profile set aside erased", 0)
	}
}

// expires is when expire has something to do; zero for never.
func (t *turn) expires() time.Time {
	var first time.Time
	note := func(since time.Time) {
		if at := since.Add(t.d.s.Unconfirmed); first.IsZero() || at.Before(first) {
			first = at
		}
	}
	c := t.c
	if p := c.Pending; p != nil && p.For != "" {
		note(p.Until)
	}
	if s := c.Slots; s != nil && personal(s) {
		note(s.At)
	}
	for i := range c.Aside {
		note(c.Aside[i].At)
	}
	return first
}

// personal tells whether an open question keeps who travels or what pays.
func personal(s *booking.Slots) bool { return len(s.People) > 0 || s.Account != nil }
