package booking

import (
	"fmt"
	"strings"
	"time"
)

// Limits of a profile.
const (
	// MaxPassengers is how many passengers a customer may save.
	MaxPassengers = 10
	// RefundPauseFor is how long after a change of the document refund accounts
	// stay as they are.
	RefundPauseFor = 24 * time.Hour
	// maxAside is how many earlier profiles of a number are kept.
	maxAside = 3
	// maxTried bounds the accounts that are counted; a limit is below it.
	maxTried = 100
)

// VerifyState is what a register of persons has said of a customer's document.
type VerifyState string

// What a register has said.
const (
	NotVerified VerifyState = ""       // nobody was asked
	Verifying   VerifyState = "asked"  // no answer yet
	Confirmed   VerifyState = "yes"    // it is real and the customer's
	NotKnown    VerifyState = "no"     // there is no such document, or it is somebody else's
	GivenUp     VerifyState = "silent" // no answer for VerifyLimit
)

// VerifyLimit is how long a register that does not answer is asked.
const VerifyLimit = 24 * time.Hour

// Verification is the question about the present document.
type Verification struct {
	State VerifyState `json:"s,omitempty"`
	ID    int64       `json:"i,omitempty"` // of the question: the register's idempotency key is made of it
	At    time.Time   `json:"at,omitzero"` // when it was first asked
	Tries int         `json:"t,omitempty"` // asked without an answer
	// Refused is the last identity that the register did not know: while it is asked about
	// that again, its silence does not count as a yes.
	Refused string `json:"r,omitempty"`
}

// Home is where a customer says he lives.
type Home struct {
	Code string `json:"c,omitempty"` // of the region: two digits, or four of a prefecture (GB/T 2260); empty when not known
	En   string `json:"e,omitempty"`
	Zh   string `json:"z,omitempty"`
}

// Occupation is what a customer says he does.
type Occupation struct {
	Key  string `json:"k,omitempty"` // of the configured list, or OtherOccupation
	Text string `json:"t,omitempty"` // as typed, for one that the list does not have
}

// OtherOccupation is the key of what the list of occupations does not have.
const OtherOccupation = "other"

// PendingFor is what the code of a Pending authorises.
type PendingFor string

// Changes of a customer's own data that have a second step.
const (
	PendingID      PendingFor = "id"          // replace the document
	PendingAdd     PendingFor = "account add" // put an account on file
	PendingDelete  PendingFor = "account del"
	PendingDefault PendingFor = "account def" // which account pays when none is named
	PendingForget  PendingFor = "forget"      // delete everything

	PendingStop PendingFor = "sale stop" // an operator's: no more tickets of Sale
	PendingOpen PendingFor = "sale open" // an operator's: tickets of Sale are sold again
	PendingCast PendingFor = "broadcast" // an operator's: Name is the text, Sale who gets it
	PendingRule PendingFor = "review"    // an operator's: what becomes of an order in review
)

// Pending is a change of the customer's own data that a code answers. There is
// one at most. The code is never stored: it is a keyed function of MSISDN,
// For, Content and Gen.
type Pending struct {
	For     PendingFor `json:"f,omitempty"` // empty when the question was taken back
	Content string     `json:"c,omitempty"` // what is to change, by tokens
	Gen     int        `json:"g"`           // a new code for a new question
	Until   time.Time  `json:"u"`           // of one that is done: when it was done
	Tries   int        `json:"t,omitempty"` // wrong codes so far; a new question does not reset them
	Done    bool       `json:"d,omitempty"`

	Document *Document `json:"doc,omitempty"`
	Account  *Account  `json:"acc,omitempty"`
	Name     string    `json:"n,omitempty"` // alias wished for
	Sale     *Sale     `json:"s,omitempty"`
	Ruling   *Ruling   `json:"r,omitempty"`
}

// Sale is what an operator's text is about.
type Sale struct {
	Numbers []string `json:"n"`           // services; none for a broadcast to all customers of Class
	Day     Date     `json:"d,omitempty"` // of departure; 0 for every day
	Class   string   `json:"c,omitempty"` // of seats, of a broadcast of customers; empty for every one
}

// String writes it for the code that authorises it, and for the journal.
func (s *Sale) String() string {
	if len(s.Numbers) == 0 {
		return "class " + s.Class
	}
	return fmt.Sprintf("%s %d %s", strings.Join(s.Numbers, ","), s.Day, s.Class)
}

// Open tells whether the question waits for its code.
func (p *Pending) Open(now time.Time) bool {
	return p != nil && p.For != "" && !p.Done && !now.After(p.Until)
}

// Tried are the accounts that a customer used for the first time in a window.
type Tried struct {
	Start  time.Time `json:"s,omitzero"`
	Tokens []string  `json:"t,omitempty"` // the beginnings of their tokens
}

// Add notes an account and returns how many different ones there were in a
// window of that length.
func (t *Tried) Add(token string, now time.Time, window time.Duration) int {
	if t.Start.IsZero() || now.Sub(t.Start) >= window || now.Before(t.Start) {
		*t = Tried{Start: now}
	}
	token = token[:min(len(token), 12)]
	for _, s := range t.Tokens {
		if s == token {
			return len(t.Tokens)
		}
	}
	if len(t.Tokens) < maxTried {
		t.Tokens = append(t.Tokens, token)
	}
	return len(t.Tokens)
}

// Paged is a list that M goes on with, other than one of trips.
type Paged struct {
	Of   string    `json:"o"`           // what it lists, see PagedPassengers
	From int       `json:"f,omitempty"` // the first item of the page shown
	Next int       `json:"n,omitempty"` // the first of the next one
	At   time.Time `json:"at"`
}

// PagedPassengers is a list of the saved passengers.
const PagedPassengers = "pax"

// Profile is what a number had on file before somebody else registered it.
type Profile struct {
	At         time.Time   `json:"at"` // when it was set aside
	Name       string      `json:"name,omitempty"`
	Document   *Document   `json:"doc,omitempty"`
	Accounts   []Account   `json:"acc,omitempty"`
	Passengers []Passenger `json:"pax,omitempty"`
	Orders     []OrderRef  `json:"ord,omitempty"`
}

// RefundPause tells whether the document was changed less than RefundPauseFor
// ago: refunds go to the account that paid and no other, and neither accounts
// on file nor the default account change.
func (c *Customer) RefundPause(now time.Time) bool {
	return !c.IDChangedAt.IsZero() && now.Sub(c.IDChangedAt) < RefundPauseFor
}

// PhonePays in Customer.Default is the account that the bank keeps for the
// customer's number.
const PhonePays = "phone"

// Payer is the account on file that pays when none is named: the default one,
// else the first. False when there is none, or the phone's account was chosen.
func (c *Customer) Payer() (Account, bool) {
	if c.Default == PhonePays || len(c.Accounts) == 0 {
		return Account{}, false
	}
	for _, a := range c.Accounts {
		if a.Alias == c.Default {
			return a, true
		}
	}
	return c.Accounts[0], true
}

// Saved returns the saved passenger of that alias; nil when there is none.
func (c *Customer) Saved(alias string) *Passenger {
	for i := range c.Passengers {
		if strings.EqualFold(c.Passengers[i].Alias, alias) {
			return &c.Passengers[i]
		}
	}
	return nil
}

// SetAside moves the profile away, for somebody else who has the number now. What
// counts texts and limits them stays.
func (c *Customer) SetAside(now time.Time) {
	c.Aside = append(c.Aside, Profile{At: now, Name: c.Name, Document: c.Document, Accounts: c.Accounts,
		Passengers: c.Passengers, Orders: c.Orders})
	if n := len(c.Aside); n > maxAside {
		c.Aside = append([]Profile(nil), c.Aside[n-maxAside:]...)
	}
	c.clear()
	c.Since, c.Stale, c.Lang = now, false, ""
}

// Forget empties the row: what is left says where texts go, that notices are
// not wanted, and what limits, second deliveries and orders that still give seats
// back need. None of it tells who the customer was.
func (c *Customer) Forget(now time.Time) {
	var live []OrderRef
	for _, r := range c.Orders {
		if r.Live {
			live = append(live, OrderRef{ID: r.ID, Live: true, Hidden: true})
		}
	}
	c.clear()
	c.Orders = live
	c.Aside, c.Stale, c.Since, c.Lang = nil, false, now, ""
}

// clear forgets who the customer is and what he has.
func (c *Customer) clear() {
	c.Name, c.Document, c.RegisteredAt, c.IDChangedAt = "", nil, time.Time{}, time.Time{}
	c.Identity, c.History = Verification{}, History{}
	c.Accounts, c.Default, c.Passengers, c.Orders = nil, "", nil, nil
	c.Home, c.Occupation = nil, Occupation{}
	c.List, c.Slots, c.Paged, c.Pending, c.Offer = nil, nil, nil, nil, nil
	c.Labels = nil
	c.Renames = Rate{}
	c.Expires = time.Time{}
}
