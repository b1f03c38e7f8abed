package torture

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"shortfare/smpp/smsc"
)

// entry is one text in a customer's own memory.
type entry struct {
	mo     int64 // at the carrier
	text   string
	repeat bool  // the text before, on purpose once more
	answer int64 // smsc.Text.ID; 0 when none came in time
	said   string
	// maybe are the words of other messages that came while this was waited for
	// and could be its answer: when each was heard before, the customer cannot
	// tell the answer from a second copy. The store can.
	maybe []string
}

// open is a question of the gateway that a code answers.
type open struct {
	reading
	about string // the booking it came from, without account
	text  string // the very text
	bad   bool   // the account may leave the bank silent
}

// customer is one virtual phone with somebody who books on it.
type customer struct {
	load   *load
	n      int
	msisdn string
	id     string
	friend string // travels with the customer now and then; empty for nobody
	other  string // the friend's document
	cards  []string
	lang   *language
	words  *reader
	r      *rand.Rand
	inbox  chan smsc.Text

	// Of the customer's goroutine; read by the checker after it has ended.
	log     []entry
	codes   []string           // every code seen
	opens   map[string]open    // by order; for a change by the old one, for the waitlist by code
	tickets map[string]*ticket // that are valid, by order
	wish    string             // what was sold out
	asking  string             // the text under way
	topic   string             // the order that its code is for
	known   map[string]bool    // messages that tickets were learnt from
	changed bool               // orders are others than at the last ORD
	gone    bool               // had everything deleted
	spare   int                // paid orders that may still be cancelled today
	typed   map[string]bool    // numbers and names
	left    []owner            // what rows were sealed with that were deleted
}

// ticket is one that a customer believes valid.
type ticket struct {
	seats int
	tried int // changes
}

// load is what all customers share.
type load struct {
	carrier  *smsc.SMSC
	start    time.Time
	calm     atomic.Bool // nobody pays with an account that leaves the bank silent
	stop     atomic.Bool // nobody texts any more
	answered atomic.Int64
	pace     chan struct{} // one for each text that may be sent; nil: everybody thinks for a moment
	slots    chan struct{} // holds one for each text without an answer; nil: as many as phones
	store    string        // file of the gateway's store
	rare     int           // cancels come so many times more seldom: there are few a day, and a long run to have them in
}

// wait is what a customer does between two texts.
func (l *load) wait(ctx context.Context, r *rand.Rand) error {
	timer := (<-chan time.Time)(nil)
	if l.pace == nil {
		timer = time.After(time.Duration(r.Int64N(int64(2 * think))))
	}
	select {
	case <-l.pace:
	case <-timer:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// take waits until one more text may be without an answer.
func (l *load) take(ctx context.Context) error {
	if l.slots == nil {
		return nil
	}
	select {
	case l.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// give ends what take began.
func (l *load) give() {
	if l.slots != nil {
		<-l.slots
	}
}

// Times a customer waits.
const (
	patience     = 80 * time.Second // a silent bank takes a minute to be given up
	repeatedWait = 15 * time.Second // for the answer to a repeat, which a crash may swallow
	doubt        = 12 * time.Second // for another answer than one that looks like a copy; "working on it" comes after 5 s
	think        = 40 * time.Millisecond
)

func newCustomer(l *load, n int, seed uint64) *customer {
	r := rand.New(rand.NewPCG(seed, uint64(n)))
	c := &customer{load: l, n: n, msisdn: fmt.Sprintf("86138%08d", 20000+n), id: resident(r, 110105, n), r: r, lang: english(), words: newReader(),
		inbox: make(chan smsc.Text, 1<<10), opens: map[string]open{}, tickets: map[string]*ticket{}, known: map[string]bool{}, typed: map[string]bool{}, spare: cancelsADay}
	if n%6 == 5 {
		c.lang = chinese()
	}
	if n%2 == 1 {
		c.friend, c.other = c.lang.name(2*n+1), resident(r, 440305, n)
	}
	for range 2 {
		c.cards = append(c.cards, card(r, n))
	}
	return c
}

// run texts until the load stops.
func (c *customer) run(ctx context.Context) error {
	if err := c.introduce(ctx); err != nil {
		return err
	}
	for !c.load.stop.Load() {
		if err := c.step(ctx); err != nil {
			return err
		}
		if err := c.load.wait(ctx, c.r); err != nil {
			return err
		}
	}
	return nil
}

func hot(service string) bool { return service == "G1" || service == "G3" || service == "G101" }

func (c *customer) service() string {
	if c.r.IntN(2) == 0 {
		return [...]string{"G1", "G3", "G101"}[c.r.IntN(3)]
	}
	return [...]string{"G5", "G7", "G11", "G13", "G15", "G17", "G19", "G21", "G105", "G111", "G121", "G123", "G125", "G2", "G4", "G79", "G87", "D301"}[c.r.IntN(18)]
}

// day is tomorrow or later: whatever the hour, nothing is about to leave.
func (c *customer) day(within int) string {
	return c.lang.day(c.load.start.AddDate(0, 0, 1+c.r.IntN(within)))
}

// account chooses what pays, empty for what the gateway has on file.
func (c *customer) account() (number string, bad bool) {
	good := c.cards[c.r.IntN(len(c.cards))]
	if c.load.calm.Load() {
		return good, false
	}
	switch roll := c.r.IntN(100); {
	case roll < 40:
		return "", true // what is on file may be any that was typed before
	case roll < 44:
		return cardDeclined, false
	case roll < 46:
		return cardInvalid, false
	case roll < 48:
		return cardLate, false
	case roll < 49:
		return cardLost, true
	case roll < 50:
		return cardSilent, true
	}
	return good, false
}

// busyWith tells whether a booking would be answered like an earlier text.
func (c *customer) busyWith(about string) bool {
	for _, o := range c.opens {
		if o.about == about {
			return true
		}
	}
	return slices.ContainsFunc(c.log[max(0, len(c.log)-8):], func(e entry) bool { return strings.Contains(e.text, " "+about+" ") })
}

// recently tells whether the gateway may still remember the same text, so that
// after a crash it would take this one for a second delivery.
func (c *customer) recently(text string) bool {
	return slices.ContainsFunc(c.log[max(0, len(c.log)-20):], func(e entry) bool { return e.text == text })
}

func (c *customer) last() string { return c.log[len(c.log)-1].text }
