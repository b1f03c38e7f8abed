package booking

import (
	"time"

	"shortfare/parser"
)

// Customer is one row: who the customer is, the conversation, and which
// orders are his. One row per MSISDN.
type Customer struct {
	MSISDN   MSISDN    `json:"-"`
	New      bool      `json:"-"` // never stored before
	Since    time.Time `json:"since,omitzero"`
	Name     string    `json:"name,omitempty"`
	Document *Document `json:"doc,omitempty"`
	// RegisteredAt is when the document was registered, until the first paid order: so long can it be taken back.
	RegisteredAt time.Time  `json:"reg,omitzero"`
	Lang         string     `json:"lang,omitempty"` // chosen by LANG, a code as en; empty: follow the text
	LastLang     string     `json:"ll,omitempty"`   // of the last text, for notices
	OptOut       bool       `json:"out,omitempty"`
	Accounts     []Account  `json:"acc,omitempty"`
	Address      Address    `json:"addr"` // where replies go
	Own          Address    `json:"own"`  // our number as the customer wrote to it
	Link         string     `json:"link,omitempty"`
	Orders       []OrderRef `json:"ord,omitempty"` // newest last, see MaxOrders
	List         *List      `json:"list,omitempty"`
	Slots        *Slots     `json:"slots,omitempty"`
	Seen         []Seen     `json:"seen,omitempty"`  // last texts, for second deliveries
	Rate         Rate       `json:"rate,omitzero"`   // texts of five minutes
	Minute       Rate       `json:"rm,omitzero"`     // of a minute
	Day          Rate       `json:"rd,omitzero"`     // of a day
	Quiet        Rate       `json:"rq,omitzero"`     // confirmations that were answered in silence
	Holds        Rate       `json:"holds,omitzero"`  // unpaid holds of a day
	Cancels      Rate       `json:"cxl,omitzero"`    // paid orders of a day that were cancelled
	Unread       Rate       `json:"unread,omitzero"` // unreadable texts
	Same         Rate       `json:"same,omitzero"`   // the same unreadable text again
	SameHash     uint64     `json:"sh,omitempty"`
	Joining      []Joining  `json:"join,omitempty"`
	Due          time.Time  `json:"-"`            // next deadline; the store indexes it
	Expires      time.Time  `json:"exp,omitzero"` // when something that was never confirmed is to be erased; zero for never

	Identity    Verification `json:"idv,omitzero"` // of Document
	History     History      `json:"his,omitzero"` // what he bought and gave back
	Home        *Home        `json:"home,omitempty"`
	Occupation  Occupation   `json:"occ,omitzero"`
	Default     string       `json:"def,omitempty"` // alias of the account that pays when none is named; see Payer
	Passengers  []Passenger  `json:"pax,omitempty"` // saved ones, in the order they were saved
	IDChangedAt time.Time    `json:"idc,omitzero"`  // when SET ID last changed Document; see RefundPause
	Pending     *Pending     `json:"pend,omitempty"`
	Corrections Rate         `json:"cor,omitzero"`  // of what the register did not know, in a day
	Renames     Rate         `json:"ren,omitzero"`  // changes of the name in a day
	Guesses     Recent       `json:"gs,omitempty"`  // wrong codes in an hour, over all questions
	Strangers   Recent       `json:"str,omitempty"` // texts in an hour about orders that are not the phone's
	Tried       Tried        `json:"try,omitzero"`  // accounts that were new in a day
	Paged       *Paged       `json:"pg,omitempty"`
	LastAt      time.Time    `json:"la,omitzero"`   // of the last text
	Stale       bool         `json:"st,omitempty"`  // silent for long: what is on file is neither shown nor spent before REG
	Aside       []Profile    `json:"asd,omitempty"` // of those who had the number before
	Follows     []Following  `json:"fol,omitempty"` // what Follow says, for the customer's own turns
	// Labels are his classes while he may be told things by class; the store finds him by
	// them. A turn that changes them puts a new slice here.
	Labels []string `json:"lbl,omitempty"`
	Offer  *Offer   `json:"off,omitempty"` // of a person, in the last answer that had one
	Alerts Rate     `json:"alr,omitzero"`  // of an operator: callbacks that he was told of in ten minutes
}

// MaxOrders is how many orders a customer's row refers to; live ones are kept
// beyond it. Older ones that are no longer live stay in the store and in the journal.
const MaxOrders = 20

// Registered tells whether the customer may pay.
func (c *Customer) Registered() bool { return c.Document != nil }

// OrderRef names an order of the customer.
type OrderRef struct {
	ID   OrderID `json:"i"`
	Code string  `json:"c"`
	Live bool    `json:"l,omitempty"`
	// Hidden is set on an order of somebody who was forgotten: it has seats to give
	// back, and nobody is told of it.
	Hidden bool `json:"h,omitempty"`
}

// Refer notes that o exists, or that it is no longer live.
func (c *Customer) Refer(o *Order) {
	for i := range c.Orders {
		if c.Orders[i].ID == o.ID {
			if c.Orders[i].Live = o.Live(); c.Orders[i].Hidden && !o.Live() {
				c.Orders = append(c.Orders[:i:i], c.Orders[i+1:]...)
			}
			return
		}
	}
	c.Orders = append(c.Orders, OrderRef{ID: o.ID, Code: o.Code, Live: o.Live()})
	c.trim()
}

// Hides tells whether an order is that of somebody who was forgotten.
func (c *Customer) Hides(id OrderID) bool {
	for _, r := range c.Orders {
		if r.ID == id {
			return r.Hidden
		}
	}
	return false
}

// Retire stops loading tickets of journeys that ended a day ago with every
// text: they are found by their code still. So the cost of a text does not grow
// with the journeys a customer has made.
func (c *Customer) Retire(orders []*Order, now time.Time) {
	for _, o := range orders {
		if o.State != Issued || o.Ask != 0 || o.Next != 0 || !o.SettleDue.IsZero() || now.Sub(o.Trip.Arr) < 24*time.Hour {
			continue
		}
		for i := range c.Orders {
			if c.Orders[i].ID == o.ID {
				c.Orders[i].Live = false
			}
		}
	}
	c.trim()
}

// trim forgets the oldest orders beyond MaxOrders that are not live.
func (c *Customer) trim() {
	for i := 0; len(c.Orders) > MaxOrders && i < len(c.Orders); {
		if c.Orders[i].Live {
			i++
			continue
		}
		c.Orders = append(c.Orders[:i:i], c.Orders[i+1:]...)
	}
}

// Rate counts something in a window of time.
type Rate struct {
	Start time.Time `json:"s,omitzero"`
	N     int       `json:"n,omitempty"`
	Told  bool      `json:"t,omitempty"` // the customer was told of the limit
}

// Add counts one more in a window of that length and returns the count.
func (r *Rate) Add(now time.Time, window time.Duration) int {
	if r.Start.IsZero() || now.Sub(r.Start) >= window || now.Before(r.Start) {
		*r = Rate{Start: now}
	}
	r.N++
	return r.N
}

// Following is a service that the customer wants to be told of.
type Following struct {
	Number string `json:"n"`
	Day    Date   `json:"d,omitempty"` // of departure; 0 for every day
}

// Seen is a text that was accepted.
type Seen struct {
	Hash    uint64 `json:"h"`
	Session uint64 `json:"s"`
	At      int64  `json:"a"`           // Unix milliseconds
	Text    int64  `json:"t,omitempty"` // MO.ID; 0 for a part
}

// MaxSeen is how many texts of a customer are remembered to recognise a second
// delivery, parts of long ones counted: more than a carrier keeps
// unacknowledged for one phone.
const MaxSeen = 8

// answering is how soon a customer texts again at the earliest when he has read
// our answer. Texts closer together were sent without waiting.
const answering = 2 * time.Second

// Repeated tells whether m is the second delivery of a text accepted before
// whose acknowledgement was lost, and remembers m. A text that the customer
// has gone on from is not delivered again: carriers keep the order of a
// phone's texts, so the same words now are the customer's own. Nor is one whose
// answer the carrier acknowledged on the same bind, which answered tells (nil
// when nobody knows): our acknowledgement went before it on that stream.
func (c *Customer) Repeated(m *MO, answered func(text int64, bind uint64) bool) bool {
	for i := range c.Seen {
		s := &c.Seen[i]
		if i+1 < len(c.Seen) && c.Seen[i+1].At-s.At >= answering.Milliseconds() {
			continue
		}
		if m.mayRepeat(s) && (answered == nil || s.Text == 0 || !answered(s.Text, s.Session)) {
			// Once: the next equal text is the customer's own repeat. This acknowledgement
			// can be lost as well, and the text delivered a third time: an answer
			// that left on this bind before it tells nothing.
			s.Session, s.At, s.Text = m.Session, m.At.UnixMilli(), 0
			return true
		}
	}
	if len(c.Seen) >= MaxSeen {
		c.Seen = append(c.Seen[:0], c.Seen[1:]...)
	}
	c.Seen = append(c.Seen, Seen{Hash: m.Hash, Session: m.Session, At: m.At.UnixMilli(), Text: m.ID})
	return false
}

// List is what a bare number answers.
type List struct {
	At    time.Time `json:"at"`
	Items []TripKey `json:"i,omitempty"` // in the order of their numbers, over all pages shown
	Texts []string  `json:"x,omitempty"` // instead of trips: each is a text to be read as if it had been sent
	Query Query     `json:"q,omitzero"`
	Page  int       `json:"p,omitempty"`
}

// ListLife is how long a list can be answered, and an open question completed.
const ListLife = 30 * time.Minute

// Query is what a list was made from, so that M can go on.
type Query struct {
	From   string `json:"f,omitempty"` // parser.Place IDs
	To     string `json:"t,omitempty"`
	Number string `json:"n,omitempty"`
	Date   Date   `json:"d,omitempty"`
	After  int    `json:"a,omitempty"` // minute of the day
	Before int    `json:"b,omitempty"`
	Class  string `json:"c,omitempty"`
	Seats  int    `json:"s,omitempty"`
	// What else is wished for, where no service is named.
	Kind        parser.Kind `json:"k,omitempty"`
	Sort        parser.Sort `json:"o,omitempty"`
	MaxPrice    int         `json:"m,omitempty"`  // of a seat, in units of the currency
	ArriveAfter int         `json:"aa,omitempty"` // minutes after midnight of the day of departure
	ArriveBy    int         `json:"ab,omitempty"`
}

// Slots is a booking that lacks something: what is known of it is kept while
// the rest is asked for.
type Slots struct {
	At      time.Time `json:"at"`
	Query   Query     `json:"q"`
	Trip    *TripKey  `json:"t,omitempty"`
	Account *Account  `json:"a,omitempty"`
	Missing string    `json:"m"` // count, date, names

	Text   string      `json:"x,omitempty"`  // instead of Trip: what was texted, as a text that means it
	People []Passenger `json:"px,omitempty"` // those who are known
}
