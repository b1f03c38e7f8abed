package booking_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	. "shortfare/booking"
)

// codeTries bounds wrong codes.
const codeTries = 2

// Moments of a search. An order's times are one of them: only whether they have passed matters.
var (
	searchNow = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	longAgo   = searchNow.Add(-SettleLimit) // every limit of a state has passed
	justPast  = searchNow.Add(-time.Second)
	nearEnd   = searchNow.Add(DebitMargin - 1)
	soon      = searchNow.Add(time.Minute)
	later     = searchNow.Add(10 * time.Hour)
)

// when is a time as the search keeps it.
func when(t, ahead time.Time) time.Time {
	switch {
	case t.IsZero():
		return t
	case !t.After(searchNow):
		return justPast
	}
	return ahead
}

// canon forgets what can no longer matter, so that equal futures are one order.
func canon(o Order) Order {
	o.Version, o.Tries, o.Declined = 0, 0, ""
	o.Created, o.FreeUntil = time.Time{}, time.Time{}
	timed := o.State == Holding || o.State == Issuing || o.State == Swapping || o.State == Voiding || o.State == Reversing || o.State == Releasing
	if timed && o.Since.Before(searchNow) {
		o.Since = longAgo
	} else {
		o.Since = searchNow
	}
	o.Due, o.SettleDue = when(o.Due, soon), when(o.SettleDue, soon)
	switch {
	case o.State != Held && o.State != Debiting:
		o.Until = time.Time{}
	case o.Until.Sub(searchNow) < DebitMargin:
		o.Until = nearEnd
	default:
		o.Until = later
	}
	o.Quote.Gen = 0
	switch o.State {
	case Waiting, Held, Issued:
		o.Quote.Until = when(o.Quote.Until, soon)
	case Holding, Debiting:
		o.Quote.Until = time.Time{}
	default:
		o.Quote = Quote{}
	}
	if o.Quote.For == NoQuote && o.State != Held {
		o.Quote.Until = time.Time{}
	}
	if o.Ask != 0 {
		o.AskedAt = searchNow
	}
	if o.Lead > 0 && o.Trip.Dep.After(searchNow.Add(o.Lead)) {
		o.Trip.Dep = later
	} else if o.Lead > 0 {
		o.Trip.Dep = when(o.Trip.Dep, soon)
	}
	o.Former = nil
	if len(o.Refunds) > 0 {
		refunds := o.Refunds[:0:0]
		for _, r := range o.Refunds {
			if r.At.After(longAgo) || r.State != RefundAccepted {
				r.At = searchNow
			}
			refunds = append(refunds, r)
		}
		o.Refunds = refunds
	}
	if o.Wish != nil {
		w := *o.Wish
		if w.Until = when(w.Until, later); o.State != Waiting && o.State != Holding && o.State != Held && o.State != Releasing {
			w.Until = later
		}
		if !w.Joined.IsZero() {
			w.Joined = searchNow
		}
		o.Wish = &w
	}
	if o.State == Closed {
		return ended(o)
	}
	return o
}

// ended is what still matters of a closed order.
func ended(o Order) Order {
	c := Order{ID: o.ID, State: o.State, Reason: o.Reason, Since: o.Since, Due: o.Due, Price: o.Price, Charged: o.Charged, Ticketed: o.Ticketed,
		Funds: o.Funds, Fees: o.Fees, Next: o.Next, Ask: o.Ask, AskedAt: o.AskedAt, SettleDue: o.SettleDue, Refunds: o.Refunds}
	if _, open := o.Unsettled(); !open && o.SettleDue.IsZero() {
		c.Refunds = nil
	}
	return c
}

// book knows every order that a search met, by a number, and every step that it
// took: Apply is asked once for each.
type book struct {
	orders []Order
	given  []Order // the same, with room behind their lists: these go to Apply
	index  map[string]int32
	steps  map[stepKey]step
	moves  map[moveKey]int32
}

// moveKey names a time of an order that passes.
type moveKey struct {
	order int32
	what  string
}

// move lets a time of an order pass.
func (b *book) move(id int32, what string, pass func(o *Order) bool) int32 {
	k := moveKey{id, what}
	to, known := b.moves[k]
	if !known {
		o := b.orders[id]
		if to = id; pass(&o) {
			to = b.keep(o)
		}
		b.moves[k] = to
	}
	return to
}

func newBook() book {
	return book{orders: []Order{{}}, given: []Order{{}}, index: map[string]int32{}, steps: map[stepKey]step{}, moves: map[moveKey]int32{}}
}

// keep numbers an order; 0 is no order.
func (b *book) keep(o Order) int32 {
	if o.State == StateNone {
		return 0
	}
	o = canon(o)
	k := key(o)
	id, known := b.index[k]
	if !known {
		id = int32(len(b.orders))
		b.orders, b.given, b.index[k] = append(b.orders, roomy(o)), append(b.given, roomy(o)), id
	}
	return id
}

// written names an order that Apply wrote to although it was given to be read: its lists, or
// what it points to, or the room behind them, which other versions of the order may share.
func (b *book) written() string {
	for i, o := range b.given {
		if !reflect.DeepEqual(o, b.orders[i]) || !untouched(reflect.ValueOf(o)) {
			return "the order given to Apply was written to in " + o.State.String()
		}
	}
	return ""
}

func key(o Order) string {
	j, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return string(j)
}

// stepKey names an event of an order beside the customer's other orders. The
// name of an event stands for all that it says.
type stepKey struct {
	orders [slots]int32
	who    int8
	what   string
}

// step is what one turn does with an event.
type step struct {
	orders  [slots]int32
	calls   [slots]Call
	books   [slots]ledger
	refused bool
	fault   fault
}

// apply is a turn as Changes.Step runs it, with the rules' Apply in the place of
// the real one; nil opens what open holds.
func (s *space) apply(orders [slots]int32, who int, what string, e *Event, open Order) step {
	k := stepKey{orders, int8(who), what}
	if st, known := s.book.steps[k]; known {
		return st
	}
	t := turn{rules: s.rules}
	t.step.orders = orders
	for i, id := range orders {
		t.orders[i] = s.book.given[id]
	}
	if e == nil {
		n, effects := NewOrder(open, searchNow)
		t.orders[who], t.touched[who] = n, true
		t.file(who, effects)
	} else if !t.happen(who, *e) {
		t.refused = true
	}
	if s.rules.right {
		t.asStep(s.book.given, orders, who, e, open)
	}
	for i, o := range t.orders {
		if t.touched[i] {
			t.step.orders[i] = s.book.keep(o)
		}
	}
	s.book.steps[k] = t.step
	return t.step
}

// turn is a step while it is made.
type turn struct {
	step
	rules   rules
	orders  [slots]Order
	touched [slots]bool
}

// happen applies an event to one order; false when the order refuses it.
func (t *turn) happen(i int, e Event) bool {
	n, effects, err := t.rules.apply(t.orders[i], e, searchNow)
	if err != nil {
		if !errors.Is(err, ErrIllegal) || n.State != t.orders[i].State || effects != nil {
			t.fault = wrongRefusal
		}
		return false
	}
	t.orders[i], t.touched[i] = n, true
	t.file(i, effects)
	return true
}

// file does what the turn does with effects.
func (t *turn) file(i int, effects []Effect) {
	for _, e := range effects {
		switch e.Kind {
		case DoCall:
			if t.calls[i] != NoCall {
				t.fault = twoAttempts
			}
			t.calls[i] = e.Call
		case DoPost:
			t.books[i].post(e.Debit, e.Credit, e.Amount.Minor)
		case DoLink:
			for j, o := range t.orders {
				if o.ID == e.Order {
					t.happen(j, e.Event)
				}
			}
		}
	}
}

// asStep holds the turn against what the real Changes.Step and Changes.Open do.
func (t *turn) asStep(known []Order, ids [slots]int32, who int, e *Event, open Order) {
	v := &View{Customer: &Customer{}, NewID: func() int64 { return 1 }}
	var at [slots]*Order
	for i, id := range ids {
		if id != 0 {
			o := known[id]
			at[i] = &o
			v.Orders = append(v.Orders, &o)
		}
	}
	ch, env := &Changes{}, Env{Now: searchNow}
	if e == nil {
		at[who] = ch.Open(v, open, env)
	} else if _, err := ch.Step(v, at[who], *e, env); (err != nil) != t.refused {
		t.fault = notAsStep
	}
	var same step
	for i, o := range at {
		if o != nil && t.touched[i] && !reflect.DeepEqual(*o, t.orders[i]) || o == nil && t.orders[i].ID != 0 {
			t.fault = notAsStep
		}
		for _, a := range ch.Attempts {
			if o != nil && a.Order == o.ID {
				same.calls[i] = a.Call
			}
		}
		for _, j := range ch.Journal {
			if o != nil && j.Order == o.ID && j.Debit != "" {
				same.books[i].post(j.Debit, j.Credit, j.Amount.Minor)
			}
		}
	}
	if same.calls != t.calls || same.books != t.books {
		t.fault = notAsStep
	}
}

// ledger is what was posted of one order.
type ledger struct{ bank, customer, terminal, fees, transfer int16 }

func (l *ledger) post(debit, credit string, amount int64) {
	*l.account(debit) += int16(amount)
	*l.account(credit) -= int16(amount)
}

func (l *ledger) account(name string) *int16 {
	switch name {
	case LedgerBank:
		return &l.bank
	case LedgerCustomer:
		return &l.customer
	case LedgerTerminal:
		return &l.terminal
	case LedgerFees:
		return &l.fees
	case LedgerTransfer:
		return &l.transfer
	}
	panic("ledger account " + name)
}

func (l ledger) plus(o ledger) ledger {
	return ledger{l.bank + o.bank, l.customer + o.customer, l.terminal + o.terminal, l.fees + o.fees, l.transfer + o.transfer}
}

// roomy is a deep copy of an order whose lists have room behind them: who
// appends to one of them writes there, into what another value may share.
func roomy(o Order) Order { return roomyCopy(reflect.ValueOf(o)).Interface().(Order) }

func roomyCopy(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		p := reflect.New(v.Type().Elem())
		p.Elem().Set(roomyCopy(v.Elem()))
		return p
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		c := reflect.MakeSlice(v.Type(), v.Len()+2, v.Len()+2)
		for i := range v.Len() {
			c.Index(i).Set(roomyCopy(v.Index(i)))
		}
		return c.Slice(0, v.Len())
	case reflect.Struct:
		c := reflect.New(v.Type()).Elem()
		c.Set(v)
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				c.Field(i).Set(roomyCopy(v.Field(i)))
			}
		}
		return c
	}
	return v
}

// untouched tells whether the room behind every list is as roomy left it.
func untouched(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return v.IsNil() || untouched(v.Elem())
	case reflect.Slice:
		for i := range v.Cap() {
			e := v.Slice(0, v.Cap()).Index(i)
			if i >= v.Len() && !e.IsZero() || i < v.Len() && !untouched(e) {
				return false
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && !untouched(v.Field(i)) {
				return false
			}
		}
	}
	return true
}

// String is for traces.
func (l ledger) String() string {
	return fmt.Sprintf("b%d c%d t%d f%d x%d", l.bank, l.customer, l.terminal, l.fees, l.transfer)
}
