package simulation

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"shortfare/booking"
)

// row is a row of the outbox.
type row struct {
	booking.MT
	state  booking.MTState
	bind   uint64
	retold bool
}

// disk is what is durable.
type disk struct {
	epoch, next int64
	customers   map[booking.MSISDN][]byte
	due         map[booking.MSISDN]time.Time
	orders      map[booking.OrderID][]byte
	owner       map[booking.OrderID]booking.MSISDN
	ids         []booking.OrderID // of orders, oldest first
	attempts    []booking.Attempt // by id
	texts       map[int64]booking.MO
	textIDs     []int64
	outbox      []*row // by id
	parts       map[string][]booking.Part
	postings    map[booking.OrderID]map[string]int64
	lastEntry   int64
	lastText    time.Time
	early       []booking.Receipt // receipts whose message has no id yet
	notices     []booking.Notice  // by id
	uses        []booking.AccountUse
	stops       []booking.Suspension
	follows     map[booking.Follow]bool
	cursors     map[string]int64
	desk        desk
}

func newDisk() *disk {
	return &disk{next: 1000, customers: map[booking.MSISDN][]byte{}, due: map[booking.MSISDN]time.Time{}, orders: map[booking.OrderID][]byte{},
		owner: map[booking.OrderID]booking.MSISDN{}, texts: map[int64]booking.MO{}, parts: map[string][]booking.Part{},
		postings: map[booking.OrderID]map[string]int64{}, follows: map[booking.Follow]bool{}, cursors: map[string]int64{}}
}

// coding is how the store of the product writes rows.
var coding = json.JoinOptions(jsonv1.OmitEmptyWithLegacySemantics(true), jsonv1.FormatDurationAsNano(true), jsontext.AllowInvalidUTF8(true))

func encode(v any) []byte {
	b, err := json.Marshal(v, coding)
	if err != nil {
		panic(err)
	}
	return b
}

func decode(b []byte, v any) {
	if err := json.Unmarshal(b, v, coding); err != nil {
		panic(err)
	}
}

func (d *disk) order(id booking.OrderID) *booking.Order {
	b, ok := d.orders[id]
	if !ok {
		return nil
	}
	o := new(booking.Order)
	decode(b, o)
	return o
}

func (d *disk) row(id int64) *row {
	i, ok := slices.BinarySearchFunc(d.outbox, id, func(r *row, id int64) int { return int(r.ID - id) })
	if !ok {
		return nil
	}
	return d.outbox[i]
}

// receipt joins a receipt to its message; false while that has no id.
func (d *disk) receipt(r booking.Receipt) bool {
	id, _ := strconv.ParseInt(strings.TrimPrefix(r.MessageID, "M"), 10, 64)
	m := d.row(id)
	if m == nil || m.state != booking.MTSent {
		return m == nil || m.state > booking.MTSent
	}
	m.state = booking.MTDelivered
	if r.State == "UNDELIV" {
		m.state = booking.MTUndeliverable
	}
	return true
}

// job is a unit of work that waits for its COMMIT.
type job struct {
	keys   booking.Keys
	decide func(*booking.View) (*booking.Changes, error)
	done   func(*booking.Changes, error)
	unit   *unit // the delivery that it stores, if it is one
}

// store is the disk as one life of the engine sees it. Jobs wait in line until a
// COMMIT; a crash forgets them.
type store struct {
	s        *sim
	life     *life
	lastText time.Time
	jobs     []job
	telling  bool // what a COMMIT did is told
}

var _ booking.Store = (*store)(nil)

func (t *store) Submit(k booking.Keys, decide func(*booking.View) (*booking.Changes, error), done func(*booking.Changes, error)) error {
	s := t.s
	u := t.delivery(k)
	if s.wild && (s.now.Before(s.storeDown) || s.chance(s.rate.busy)) {
		s.note("busy", k.Customer.String(), k.Attempt)
		t.life.refused = k.Attempt != 0
		return booking.ErrBusy
	}
	t.jobs = append(t.jobs, job{k, decide, done, u})
	if k.Attempt != 0 || u == nil && !s.reporting {
		t.commit() // its caller waits
	} else if s.mu.ackEarly && u != nil {
		done(nil, nil)
	}
	return nil
}

// delivery is the text that a job stores, if it is one: the one that is delivered
// now, or the first of that phone that waited in the engine until a job had ended.
func (t *store) delivery(k booking.Keys) *unit {
	if u := t.s.receiving; u != nil {
		t.s.receiving = nil
		return u
	}
	waiting := t.life.waiting[k.Customer]
	if !t.telling || k.Customer == 0 || k.Attempt != 0 || len(waiting) == 0 {
		return nil
	}
	t.life.waiting[k.Customer] = waiting[1:]
	return waiting[0]
}

func (t *store) Do(_ context.Context, k booking.Keys, decide func(*booking.View) (*booking.Changes, error)) error {
	ended := errors.New("the job was forgotten")
	if err := t.Submit(k, decide, func(_ *booking.Changes, err error) { ended = err }); err != nil {
		return err
	}
	t.commit()
	return ended
}

// commit runs every job in line and makes what they did durable, all at once.
func (t *store) commit() {
	s := t.s
	jobs := t.jobs
	t.jobs = nil
	if s.wild && s.chance(s.rate.crash) {
		s.note("crash before commit", "", int64(len(jobs)))
		panic(crashed{})
	}
	fails := s.wild && s.chance(s.rate.full)
	type result struct {
		c   *booking.Changes
		err error
	}
	results := make([]result, len(jobs))
	for i, j := range jobs {
		c, err := j.decide(t.view(j.keys))
		switch {
		case err == nil && fails:
			c, err = nil, booking.ErrStoreDown
		case err == nil:
			if s.mu.changes != nil {
				s.mu.changes(s, c)
			}
			t.apply(c)
			s.committed(j, c)
		case errors.Is(err, booking.ErrNoChange):
			c, err = nil, nil
			s.committed(j, &booking.Changes{})
		}
		results[i] = result{c, err}
	}
	s.note("commit", "", int64(len(jobs)))
	if s.wild && s.chance(s.rate.crash) {
		s.note("crash after commit", "", int64(len(jobs)))
		panic(crashed{})
	}
	defer func(was bool) { t.telling = was }(t.telling) // a job may end inside of what another's end begins
	t.telling = true
	for i, j := range jobs {
		t.life.refused = j.keys.Attempt != 0 && results[i].err != nil
		if s.mu.ackEarly && j.unit != nil {
			continue
		}
		j.done(results[i].c, results[i].err)
	}
}

func (t *store) view(k booking.Keys) *booking.View {
	d := t.s.disk
	v := &booking.View{NewID: func() int64 { d.next++; return d.next }}
	v.Answered = func(text int64, bind uint64) bool {
		return slices.ContainsFunc(d.outbox, func(r *row) bool { return r.Cause == text && r.bind == bind })
	}
	v.Count, v.Desk = d.count, &d.desk
	v.Order = func(id booking.OrderID) (*booking.Order, error) {
		if d.owner[id] != k.Customer {
			return nil, nil
		}
		return d.order(id), nil
	}
	if k.Customer != 0 {
		c := &booking.Customer{MSISDN: k.Customer, New: true, Due: d.due[k.Customer]}
		if b, ok := d.customers[k.Customer]; ok {
			decode(b, c)
			c.New = false
		}
		v.Customer = c
		for _, r := range c.Orders {
			if r.Live {
				v.Orders = append(v.Orders, d.order(r.ID))
			}
		}
	}
	v.AttemptGone = k.Attempt != 0 && !slices.ContainsFunc(d.attempts, func(a booking.Attempt) bool { return a.ID == k.Attempt })
	v.Parts = slices.Clone(d.parts[k.Parts])
	return v
}

// rounded is a deadline as the store of the product keeps it.
func rounded(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return time.UnixMilli(t.Add(time.Millisecond - time.Nanosecond).UnixMilli()).UTC()
}

func (t *store) apply(c *booking.Changes) {
	d, s := t.s.disk, t.s
	if c.Erase {
		d.erase(c.Customer.MSISDN)
		s.forgotten(s.phone(c.Customer.MSISDN), c)
	}
	s.applyNews(c)
	d.uses = append(d.uses, c.Uses...)
	if c.Customer != nil {
		d.customers[c.Customer.MSISDN] = encode(c.Customer)
		d.due[c.Customer.MSISDN] = rounded(c.Customer.Due)
	}
	for _, o := range c.Orders {
		was := d.order(o.ID)
		if was == nil {
			d.ids = append(d.ids, o.ID)
			d.owner[o.ID] = o.Customer
		}
		d.orders[o.ID] = encode(o)
		s.checkOrder(o)
		s.checkStep(was, o)
	}
	for _, m := range c.Texts {
		d.texts[m.ID], d.lastText = m, m.At
		d.textIDs = append(d.textIDs, m.ID)
	}
	d.attempts = slices.DeleteFunc(d.attempts, func(a booking.Attempt) bool {
		done := slices.Contains(c.Settled, a.ID)
		if done {
			s.register.settled(a)
		}
		return done
	})
	for _, a := range c.Attempts {
		a.Subject, a.Due = nil, rounded(a.Due)
		d.attempts = append(d.attempts, a)
	}
	for _, m := range c.Replies {
		d.outbox = append(d.outbox, &row{MT: m})
		s.note("reply "+m.Text, m.MSISDN.String(), m.ID)
		s.replies = append(s.replies, m)
		s.checkReply(&m)
	}
	for _, id := range c.Claimed {
		d.row(id).Copies++
	}
	for _, x := range c.Sent {
		if r := d.row(x.ID); r != nil {
			r.state, r.bind = x.State, x.Bind
		}
	}
	for _, id := range c.Retold {
		d.row(id).retold = true
	}
	d.early = append(d.early, c.Receipts...)
	d.early = slices.DeleteFunc(d.early, d.receipt)
	if c.DropPart != "" {
		delete(d.parts, c.DropPart)
	}
	for _, p := range c.Parts {
		d.parts[p.Key] = append(d.parts[p.Key], p)
	}
	for i := range c.Journal {
		s.checkEntry(&c.Journal[i])
	}
}

func (t *store) Epoch() int64                { return t.s.disk.epoch }
func (t *store) LastText() time.Time         { return t.lastText }
func (t *store) Ready(context.Context) error { return nil }

func (t *store) Due(_ context.Context, now time.Time, limit int) (list []booking.MSISDN, _ error) {
	for _, p := range t.s.phones {
		if d := t.s.disk.due[p.msisdn]; !d.IsZero() && !d.After(now) && len(list) < limit {
			list = append(list, p.msisdn)
		}
	}
	return list, nil
}

func (t *store) Attempts(_ context.Context, after int64, limit int) (list []booking.Attempt, _ error) {
	if t.s.mu.forgetAttempts {
		return nil, nil
	}
	for _, a := range t.s.disk.attempts {
		if a.ID > after && len(list) < limit {
			a.Subject = t.s.disk.order(a.Order) // nil for a call about the customer
			list = append(list, a)
		}
	}
	return list, nil
}

func (t *store) Outbox(_ context.Context, after int64, limit int) (list []booking.MT, _ error) {
	for _, r := range t.s.disk.outbox {
		if r.ID > after && r.state == booking.MTReady && len(list) < limit {
			list = append(list, r.MT)
		}
	}
	return list, nil
}

// Inquiries are none: carriers of the simulation are not asked.
func (t *store) Inquiries(context.Context, time.Time, int) ([]booking.Inquiry, error) {
	return nil, nil
}

func (t *store) Undelivered(_ context.Context, limit int) (list []booking.MT, _ error) {
	for _, r := range t.s.disk.outbox {
		if r.Receipt && r.state == booking.MTUndeliverable && !r.retold && len(list) < limit {
			list = append(list, r.MT)
		}
	}
	return list, nil
}
