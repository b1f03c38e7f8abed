package booking

import (
	"fmt"
	"time"
)

// Input is what a turn is about: a text, the outcome of an attempt, seats that
// were found, a notice, or none of them, when deadlines are due.
type Input struct {
	Text    *Intake
	Attempt *Attempt
	Event   Event // of the attempt's order
	Match   *Match
	Notice  *Notice // to be told to this customer; the engine moves After on
}

// Match is seats that were found for an order on the waitlist.
type Match struct {
	Order OrderID
	Trip  Trip
}

// Env is what a turn may know besides the View. Time and randomness are
// passed in, so that a turn is a pure decision.
type Env struct {
	Now       time.Time // in the time zone of the service
	Catalogue Catalogue
	Stock     Stock
	Jitter    float64 // in [0,1)
	Epoch     int64

	// Outage tells whether a terminal is down, and since when its copy is old. May be nil.
	Outage func(terminal string) (since time.Time, down bool)
	// Suspended tells whether an operator has stopped the sale. May be nil.
	Suspended func(number string, day Date, class string) bool
	// Ahead counts the orders on the waitlist before this one. May be nil.
	Ahead func(o *Order) int
	// Line tells how many calls of the kind wait, when so many do that a customer
	// should know, and how long the last of them will wait as things go; else 0. May be nil.
	Line func(c Call) (place int, wait time.Duration)
	// Named tells whether a terminal sells by name: every seat needs a passenger. May be nil.
	Named func(terminal string) bool
}

// Decider decides turns; it is the dialogue. It returns what the turn does and
// never calls out. Orders change through Changes.Open and Changes.Step only.
type Decider interface {
	Decide(v *View, in Input, env Env) (*Changes, error)
	// Apology is what a customer gets whose text could not be handled because of a fault of ours.
	Apology(c *Customer, in *Intake) string
	// LostPart is what a customer gets when a part of a long text did not arrive: nothing
	// when it is empty. It counts as a text of the customer, who is changed by that.
	LostPart(c *Customer, part int, now time.Time) string
}

// Open adds a new order to the turn: its hold, its line in the journal and the
// customer's reference to it. o is filled as NewOrder asks.
func (c *Changes) Open(v *View, o Order, env Env) *Order {
	opened, effects := NewOrder(o, env.Now)
	p := &opened
	v.Orders = append(v.Orders, p)
	c.file(v, p, "Opened", StateNone, effects, env, o.Ask)
	return p
}

// Wait adds a new order on the waitlist to the turn. o is filled as NewWaiting
// asks. It returns what the customer must be told.
func (c *Changes) Wait(v *View, o Order, env Env) (*Order, []Effect) {
	opened, effects := NewWaiting(o, env.Now)
	p := &opened
	v.Orders = append(v.Orders, p)
	return p, c.file(v, p, "Opened", StateNone, effects, env, o.Ask)
}

// Step applies an event to an order of the view and files what follows:
// the new version, the attempt, postings and the journal. It returns what the
// customer must be told. On ErrIllegal nothing has changed.
func (c *Changes) Step(v *View, o *Order, e Event, env Env) ([]Effect, error) {
	from, cause := o.State, e.Ask
	next, effects, err := o.Apply(e, env.Now)
	if err != nil {
		return nil, err
	}
	*o = next
	return c.file(v, o, e.Kind.String(), from, effects, env, cause), nil
}

func (c *Changes) file(v *View, o *Order, event string, from State, effects []Effect, env Env, cause int64) []Effect {
	c.Journal = append(c.Journal, Entry{ID: v.NewID(), At: env.Now, MSISDN: o.Customer, Order: o.ID,
		Event: event, From: from.String(), To: o.State.String(), Cause: cause})
	var tells []Effect
	for _, e := range effects {
		switch e.Kind {
		case DoCall:
			wait := e.Delay + time.Duration(float64(e.Delay)*env.Jitter/4)
			c.Attempts = append(c.Attempts, Attempt{ID: v.NewID(), Customer: o.Customer, Order: o.ID,
				Call: e.Call, Due: env.Now.Add(wait), Epoch: env.Epoch, Subject: o})
		case DoPost:
			c.Journal = append(c.Journal, Entry{ID: v.NewID(), At: env.Now, MSISDN: o.Customer, Order: o.ID,
				Event: "posting", Debit: e.Debit, Credit: e.Credit, Amount: e.Amount, Cause: cause})
		case DoTell:
			tells = append(tells, e)
		case DoLink:
			c.linked(v, e, env, cause)
		default:
			panic(fmt.Sprintf("booking: effect %d", e.Kind))
		}
	}
	c.touch(o)
	c.Customer = v.Customer
	v.Customer.Refer(o)
	return tells
}

// linked applies what one order of a change does to the other. An order that
// does not take it any more is as it should be.
func (c *Changes) linked(v *View, e Effect, env Env, cause int64) {
	for _, o := range v.Orders {
		if o.ID != e.Order {
			continue
		}
		from := o.State
		next, effects, err := o.Apply(e.Event, env.Now)
		if err != nil {
			return
		}
		*o = next
		c.file(v, o, e.Event.Kind.String(), from, effects, env, cause)
	}
}

// touch lists the order among those to write, once.
func (c *Changes) touch(o *Order) {
	for _, p := range c.Orders {
		if p == o {
			return
		}
	}
	c.Orders = append(c.Orders, o)
}

// Deadlines sets the customer's next deadline from his live orders. slow is how
// long a customer waits for an answer before he is told so.
func (c *Changes) Deadlines(v *View, slow time.Duration) {
	if c.Customer == nil {
		return
	}
	due := c.Customer.Expires
	for _, o := range v.Orders {
		if d := o.NextDeadline(slow); !d.IsZero() && (due.IsZero() || d.Before(due)) {
			due = d
		}
	}
	c.Customer.Due = due
}

// HoldKey is the idempotency key of an order's seats at the terminal: one for
// each hold that it had.
func (o Order) HoldKey() string {
	if o.Holds > 0 {
		return fmt.Sprintf("%d-h%d", o.ID, o.Holds+1)
	}
	return fmt.Sprintf("%d", o.ID)
}

// DebitKey is the key of the order's present payment at the bank.
func (o Order) DebitKey() string { return fmt.Sprintf("%d-%d", o.ID, o.Payment) }
