// Package dialogue decides one customer's turn: what was texted, or what
// became of a call, and what is known of the customer, become replies and order
// events. It is pure: no I/O, no clock, no randomness but what Env carries.
//
// Every text gets exactly one answer: now, or by the order whose Ask names it.
// The words stand in messages/en.txt and messages/zh.txt.
package dialogue

import (
	"errors"
	"time"

	"shortfare/booking"
	"shortfare/parser"
)

// Settings of a dialogue. A zero Hold, HoldNear, CodeTries, CodeLife, CodesPerHour,
// UnknownOrders, Recycle, Unconfirmed, SaleDays, MaxSeats, SlowAfter or Loc means the default that its comment names.
type Settings struct {
	ShortCode string         // our number, for customers who are not known to have written to another
	Loc       *time.Location // times are shown in it; UTC

	Hold          time.Duration // how long a quote stands; 30 min
	HoldNear      time.Duration // the same when departure is within Near; 10 min
	CodeTries     int           // wrong codes an order takes; 5
	CodeLife      time.Duration // how long a code is taken, never beyond what it is for; 10 min
	SaleDays      int           // tickets are sold for today and so many days after; 15
	MaxSeats      int           // of one order; 5
	TextsPer5Min  int           // of one customer; 0 for no limit
	TextsPerMin   int           // likewise
	TextsPerDay   int           // likewise
	CodesPerHour  int           // wrong codes of one customer in an hour, over all questions; 10
	UnknownOrders int           // texts of one customer in an hour about orders that are not his; 10
	NewAccounts   int           // accounts used for the first time, of one customer and day; 0 for no limit
	Recycle       time.Duration // a number silent for so long may be somebody else's; 180 days, negative for never
	Unconfirmed   time.Duration // what was asked about and never confirmed is erased after it; 24 h
	UnpaidHolds   int           // holds a day that were never paid for; 0 for no limit, and paying forgives them
	OpenQuotes    int           // orders waiting for a code at a time; 0 for no limit
	CancelsADay   int           // paid orders that a customer may cancel in a day; 0 for no limit
	MaxChanges    int           // of one ticket, those that the carrier caused not counted; 0 for no limit
	Reminder      time.Duration // how long before a departure its customer is reminded; 0 for never
	SlowAfter     time.Duration // a text unanswered for so long is told "working on it"; 5 s

	WaitOrders int // orders on the waitlist of one customer; 0 for no waitlist
	WaitPeople int // of one such order; 3
	// WaitCutoff is when an order leaves the waitlist if the customer names no time: so
	// many minutes after midnight of the day before the departure.
	WaitCutoff int

	Operators []booking.MSISDN // phones that may text STAT, HOLD, OPEN, BCAST, DESK and REVIEW
	// CallHours is when customers who want a person are called ("08:00-20:00"), and
	// CallWithin how soon; empty and zero where that is not promised.
	CallHours  string
	CallWithin time.Duration
	// CustomerClasses are all labels that Classes can give: BCAST takes one of them.
	CustomerClasses []string

	RejectPAN  bool // policy pan_by_sms: reject
	PayByPhone bool // the bank keeps accounts under customers' own numbers
	// OptOut is the parser's opt-out profile: "us", "cn" or "".
	OptOut string

	// Classes are the labels that a customer is counted, limited and told things by,
	// that by history (vip, regular, new) first; none when nil.
	Classes func(c *booking.Customer, now time.Time) []string
	// LimitsOf are the limits of a customer; those above when nil.
	LimitsOf func(c *booking.Customer, now time.Time) Limits

	// Verify has identities checked by a register of persons.
	Verify bool
	// VerifyGrace is how long a payment waits for the register's answer; after it
	// the customer may pay. 10 min.
	VerifyGrace time.Duration

	Occupations []Occupation // that SET JOB knows; the built-in ones when nil
	Messages    *Messages    // the words; the built-in ones when nil

	// CancelFee is what a cancel of these places of a ticket keeps, of all when none is
	// named; nil keeps nothing. It is not asked about what is free: a service that the
	// carrier cancelled or moved, a ticket of the waitlist while FreeUntil is to come.
	CancelFee func(o *booking.Order, leaving []int, now time.Time) booking.Money
	// ChangeFee is what a change of a ticket costs besides the difference of the
	// fares; nil for nothing.
	ChangeFee func(old, new *booking.Order, now time.Time) booking.Money

	// Code makes the six digits of a quote. It must be a keyed function of the
	// order's ID and Customer, of what is paid, kept or returned (Price; for a cancel
	// Refund, Fee and LeavingPlaces; for a change Charge, GiveBack and the other order; for the
	// waitlist Wish.Most) and of the quote's For and Gen alone.
	Code func(o *booking.Order, q booking.Quote) string
	// CustomerCode makes the six digits of a question about the customer's own data. It
	// must be a keyed function of all that it is given, and no other than Code's.
	CustomerCode func(m booking.MSISDN, purpose string, content []byte, gen int) string
	// OrderCode makes what the customer calls an order; another one for each try.
	OrderCode func(id booking.OrderID, try int) string
	// Parse reads a text that was offered ("Reply 1 for yes") once it is taken.
	Parse func(text string, now time.Time) parser.Command
}

// Limits are what a customer may do, by his classes. For UnpaidHolds and
// OpenQuotes 0 is no limit.
type Limits struct {
	UnpaidHolds, OpenQuotes int
	Hold, HoldNear          time.Duration
}

// Limits that are not settings.
const (
	// Near is how far off a departure is that shortens holds.
	Near = 2 * time.Hour
	// SaleEnds is how long before its departure a service is no longer sold: a
	// hold must leave time to answer, to pay and to undo a payment.
	SaleEnds = 15 * time.Minute
	// MaxAccounts is how many accounts a customer may have on file.
	MaxAccounts = 5
)

// Dialogue implements booking.Decider. It is safe for concurrent use.
type Dialogue struct {
	s      Settings
	langs  *Messages
	en, zh *messages
}

var _ booking.Decider = (*Dialogue)(nil)

// New makes a dialogue. It panics when the embedded templates contradict each
// other, or a function of the settings is missing: neither can happen in a
// build whose tests have passed.
func New(s Settings) *Dialogue {
	if s.Code == nil || s.CustomerCode == nil || s.OrderCode == nil || s.Parse == nil {
		panic("dialogue: Settings need Code, CustomerCode, OrderCode and Parse")
	}
	langs := s.Messages
	if langs == nil {
		var err error
		if langs, err = LoadMessages(""); err != nil {
			panic("dialogue: " + err.Error())
		}
	}
	return &Dialogue{s: s.filled(), langs: langs, en: langs.langs["en"], zh: langs.langs["zh"]}
}

// HoldFor is how long seats are kept for a customer who books now.
func (s Settings) HoldFor(trip booking.Trip, now time.Time) time.Duration {
	if trip.Dep.Sub(now) <= Near {
		return s.HoldNear
	}
	return s.Hold
}

// filled returns the settings with defaults for what is zero.
func (s Settings) filled() Settings {
	if s.Loc == nil {
		s.Loc = time.UTC
	}
	if s.Hold <= 0 {
		s.Hold = 30 * time.Minute
	}
	if s.HoldNear <= 0 {
		s.HoldNear = 10 * time.Minute
	}
	if s.CodeTries <= 0 {
		s.CodeTries = 5
	}
	if s.CodeLife <= 0 {
		s.CodeLife = 10 * time.Minute
	}
	if s.CodesPerHour <= 0 {
		s.CodesPerHour = 10
	}
	if s.UnknownOrders <= 0 {
		s.UnknownOrders = 10
	}
	if s.Recycle == 0 {
		s.Recycle = recycleDefault
	}
	if s.Unconfirmed <= 0 {
		s.Unconfirmed = unconfirmedDefault
	}
	if s.Occupations == nil {
		s.Occupations = occupations[:]
	}
	if s.SaleDays <= 0 {
		s.SaleDays = 15
	}
	if s.MaxSeats <= 0 {
		s.MaxSeats = 5
	}
	if s.VerifyGrace <= 0 {
		s.VerifyGrace = 10 * time.Minute
	}
	if s.WaitPeople <= 0 {
		s.WaitPeople = 3
	}
	if s.SlowAfter <= 0 {
		s.SlowAfter = 5 * time.Second
	}
	return s
}

// Decide implements booking.Decider.
func (d *Dialogue) Decide(v *booking.View, in booking.Input, env booking.Env) (*booking.Changes, error) {
	if v.Customer == nil {
		return nil, errors.New("dialogue: a turn without a customer")
	}
	t := &turn{d: d, v: v, c: v.Customer, env: env, now: env.Now.In(d.s.Loc), ch: &booking.Changes{}}
	switch {
	case in.Text != nil:
		t.take(in.Text)
	case in.Attempt != nil:
		if v.AttemptGone {
			return nil, booking.ErrNoChange
		}
		t.m = d.words(t.c.Lang, t.c.LastLang)
		if err := t.outcome(in.Attempt, in.Event); err != nil {
			return nil, err
		}
	case in.Match != nil:
		t.m = d.words(t.c.Lang, t.c.LastLang)
		if err := t.matched(in.Match); err != nil {
			return nil, err
		}
	case in.Notice != nil:
		t.m = d.words(t.c.Lang, t.c.LastLang)
		t.ch.Customer = t.c
		t.notice(in.Notice)
	default:
		t.m = d.words(t.c.Lang, t.c.LastLang)
		t.ch.Customer = t.c // also when nothing was due: the deadline is set anew
		t.expire()
		t.deadlines()
	}
	if t.ch.Customer != nil {
		t.c.Expires = t.expires()
	}
	t.ch.Deadlines(v, d.s.SlowAfter)
	return t.ch, nil
}

// Apology implements booking.Decider.
func (d *Dialogue) Apology(c *booking.Customer, in *booking.Intake) string {
	var chosen, last, said string
	if c != nil {
		chosen, last = c.Lang, c.LastLang
	}
	if in != nil {
		said = in.Command.Lang.String()
	}
	return d.words(chosen, said, last).say("apology")
}

// LostPart implements booking.Decider.
func (d *Dialogue) LostPart(c *booking.Customer, part int, now time.Time) string {
	if c == nil {
		return d.words().say("lost", "part", itoa(part))
	}
	t := &turn{d: d, c: c, now: now.In(d.s.Loc), m: d.words(c.Lang, c.LastLang)}
	switch until, told, by := d.silence(c, now); {
	case until.IsZero():
		return t.m.say("lost", "part", itoa(part))
	case told:
		return ""
	default:
		return t.pauseText(until, by)
	}
}
