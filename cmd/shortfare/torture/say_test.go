package torture

import (
	"context"
	"strings"
	"sync"
	"time"

	"shortfare/smpp/smsc"
)

// say texts and waits for the answer. It returns an error only when the test
// is over.
func (c *customer) say(ctx context.Context, text string, repeat bool) error {
	if !repeat && c.recently(text) {
		return nil // only on purpose: see the package's documentation
	}
	for {
		select {
		case t := <-c.inbox: // since the last answer: a copy or a notice
			c.learn(t.Text)
			continue
		default:
		}
		break
	}
	came := func() {}
	if !repeat { // which may never be answered
		if err := c.load.take(ctx); err != nil {
			return err
		}
		came = sync.OnceFunc(c.load.give)
		defer came()
	}
	c.asking = text
	if !repeat {
		c.topic = ""
		for key, o := range c.opens {
			if o.code != "" && strings.HasSuffix(text, o.code) {
				c.topic = key
			}
		}
	}
	mo, err := c.load.carrier.Inject(c.msisdn, shortCode, text, smsc.MOOptions{})
	if err != nil {
		return err
	}
	e := entry{mo: mo, text: text, repeat: repeat}
	wait, before := patience, ""
	if repeat {
		wait, before = repeatedWait, c.log[len(c.log)-1].said
	}
	if t, ok, err := c.await(ctx, &e, before, wait, came); err != nil {
		return err
	} else if ok {
		e.answer, e.said = t.ID, t.Text
		c.load.answered.Add(1)
		c.learn(t.Text)
		if k := c.words.read(t.Text).kind; k == other || k == limited || k == noQuestion || k == unlucky { // no such question any more
			for order, o := range c.opens {
				if o.code != "" && strings.HasSuffix(text, o.code) {
					delete(c.opens, order)
				}
			}
		}
	}
	c.log = append(c.log, e)
	return nil
}

// await takes the next message that can be the answer. before is, for a
// repeat, the answer to its original: the repeat is answered with these words or
// with new ones, or never. What looks like an earlier answer is taken when
// nothing else comes; if more than one does, the others are kept in e. came is
// called when the text has an answer, be it this one.
func (c *customer) await(ctx context.Context, e *entry, before string, wait time.Duration, came func()) (smsc.Text, bool, error) {
	k := c.words.read(before).kind
	alike := before != "" && (k == paid || k == quote) // others are mostly answered in other words the second time
	unsureFor := doubt
	if before == "" { // the answer comes, however busy the machine is
		unsureFor = 2 * doubt
	}
	over := time.NewTimer(wait)
	defer over.Stop()
	var unsure *smsc.Text
	var taken <-chan time.Time
	for {
		select {
		case t := <-c.inbox:
			switch {
			case c.words.read(t.Text).manner == notice:
				c.learn(t.Text)
				if c.words.read(t.Text).kind == slow { // the answer is still to come
					unsure, taken = nil, nil
				}
			case c.words.read(t.Text).manner == either && !c.concerned(t.Text):
				c.learn(t.Text)
				switch {
				case !c.late(t.Text) || before != "" && before != t.Text:
				case unsure == nil:
					came()
					unsure, taken = &t, time.After(unsureFor)
				default:
					e.maybe = append(e.maybe, t.Text)
				}
			case alike && before == t.Text || !c.heard(t.Text):
				return t, true, nil
			case unsure == nil && (before == "" || before == t.Text):
				came()
				unsure, taken = &t, time.After(unsureFor)
			case before == "":
				e.maybe = append(e.maybe, t.Text)
			}
		case <-taken:
			return *unsure, true, nil
		case <-over.C:
			if unsure != nil { // it came so late that nothing else can follow in time
				return *unsure, true, nil
			}
			return smsc.Text{}, false, nil
		case <-ctx.Done():
			return smsc.Text{}, false, ctx.Err()
		}
	}
}

// concerned tells whether the text under way is about the order that a message is
// about. While it is about the waitlist that order is not known: what comes about an
// order that came from there is a notice.
func (c *customer) concerned(text string) bool {
	order := c.words.read(text).order
	return order != "" && (order == c.topic || strings.Contains(c.asking, order))
}

// late tells whether a message says that a waiting list was not joined in time,
// and the text under way is a code, perhaps that one: then it is the answer, or a
// notice that the text has crossed and another answer follows.
func (c *customer) late(text string) bool {
	return c.words.read(text).kind == unlucky && strings.HasPrefix(c.asking, c.lang.yes)
}

// heard tells whether one of the last answers had these words.
func (c *customer) heard(text string) bool {
	for _, e := range c.log[max(0, len(c.log)-10):] {
		if e.said == text {
			return true
		}
	}
	return false
}

// learn keeps what a message says about the customer's orders.
func (c *customer) learn(text string) {
	r := c.words.read(text)
	if r.code != "" {
		c.codes = append(c.codes, r.code)
	}
	if r.order != "" && r.kind != wrongCode {
		c.changed = true
	}
	switch key := r.order + r.old; r.kind {
	case quote, cancelQuote, changeQuote, waitQuote:
		if r.kind == waitQuote {
			key = r.code
		}
		o := c.opens[key]
		o.reading = r
		c.opens[key] = o
	case joined, changed: // by a code whose order, or old order, was not named with it
		for key, o := range c.opens {
			if o.code != "" && strings.HasSuffix(c.asking, o.code) && (o.kind == changeQuote) == (r.kind == changed) {
				r.old = o.old
				delete(c.opens, key)
			}
		}
	case other, wrongCode, slow, gotSeats, soldOut, limited, noQuestion, forgetQuote, forgotten:
	default:
		delete(c.opens, key)
	}
	if !c.known[text] {
		c.known[text] = true // a second copy of it may come after what undid it
		c.own(r)
	}
}

// own keeps which tickets the customer has.
func (c *customer) own(r reading) {
	switch r.kind {
	case paid, gotSeats, changed:
		delete(c.tickets, r.old)
		c.tickets[r.order] = &ticket{seats: counted(r.stay)}
		if r.kind == changed {
			c.tickets[r.order].tried = 2 // it cannot be changed again
		}
	case partly:
		if t := c.tickets[r.order]; t != nil {
			t.seats = counted(r.stay)
		}
		c.spare--
	case cancelled:
		delete(c.tickets, r.order)
		c.spare--
	}
}

// book is what the customer knows in the end.
func (c *customer) book() phoneBook {
	for len(c.inbox) > 0 {
		c.learn((<-c.inbox).Text)
	}
	b := phoneBook{msisdn: c.msisdn, log: c.log, tickets: map[string]int{}}
	for order, t := range c.tickets {
		b.tickets[order] = t.seats
	}
	return b
}
