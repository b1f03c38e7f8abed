package booking

import (
	"context"
	"encoding/json"
	"errors"
	"sort"
	"sync"
	"time"
)

// memStore is a Store in memory for tests of the engine. It runs jobs at once
// on the caller's goroutine, or holds their done functions back (hold).
type memStore struct {
	mu        sync.Mutex
	epoch     int64
	next      int64
	customers map[MSISDN][]byte
	due       map[MSISDN]time.Time
	orders    map[OrderID][]byte
	attempts  map[int64]Attempt
	texts     []MO
	outbox    map[int64]MT
	state     map[int64]MTState
	parts     map[string][]Part
	journal   []Entry
	receipts  []Receipt
	sent      []Sent
	retold    map[int64]bool
	asked     []Asked
	inquiries []Inquiry // that Inquiries gives once
	notices   map[int64]Notice
	stops     []Suspension
	follows   map[Follow]bool
	cursors   map[string]int64
	uses      []AccountUse
	desk      memDesk
	fail      error // Submit refuses with it
	hold      bool  // done functions wait for release
	held      []func()
}

func newMemStore() *memStore {
	return &memStore{epoch: 1, next: 100, customers: map[MSISDN][]byte{}, due: map[MSISDN]time.Time{}, orders: map[OrderID][]byte{},
		attempts: map[int64]Attempt{}, outbox: map[int64]MT{}, state: map[int64]MTState{}, parts: map[string][]Part{}, retold: map[int64]bool{},
		notices: map[int64]Notice{}, follows: map[Follow]bool{}, cursors: map[string]int64{}}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func (s *memStore) view(k Keys) *View {
	v := &View{NewID: func() int64 { s.next++; return s.next }}
	v.Order = func(id OrderID) (*Order, error) { return s.order(id), nil }
	v.Count, v.Desk, v.Reviews = s.count, &s.desk, s.reviews
	v.Members = func(label string) (int, error) { list, err := s.labelled(label, 0); return len(list), err }
	if k.Customer != 0 {
		v.Customer = &Customer{MSISDN: k.Customer, New: true}
		if b, ok := s.customers[k.Customer]; ok {
			must(json.Unmarshal(b, v.Customer))
			v.Customer.New = false
		}
		for _, r := range v.Customer.Orders {
			if r.Live {
				v.Orders = append(v.Orders, s.order(r.ID))
			}
		}
	}
	if k.Attempt != 0 {
		_, ok := s.attempts[k.Attempt]
		v.AttemptGone = !ok
	}
	v.Parts = append(v.Parts, s.parts[k.Parts]...)
	return v
}

func (s *memStore) order(id OrderID) *Order {
	b, ok := s.orders[id]
	if !ok {
		return nil
	}
	var o Order
	must(json.Unmarshal(b, &o))
	return &o
}

func (s *memStore) Submit(k Keys, decide func(*View) (*Changes, error), done func(*Changes, error)) error {
	s.mu.Lock()
	if s.fail != nil {
		defer s.mu.Unlock()
		return s.fail
	}
	c, err := decide(s.view(k))
	if err == nil {
		s.apply(c)
	} else if errors.Is(err, ErrNoChange) {
		c, err = nil, nil
	}
	if s.hold {
		s.held = append(s.held, func() { done(c, err) })
		s.mu.Unlock()
		return nil
	}
	s.mu.Unlock()
	done(c, err)
	return nil
}

func (s *memStore) apply(c *Changes) {
	if c.Erase {
		s.erase(c.Customer.MSISDN)
	}
	if c.Customer != nil {
		b, err := json.Marshal(c.Customer)
		must(err)
		s.customers[c.Customer.MSISDN] = b
		s.due[c.Customer.MSISDN] = c.Customer.Due
	}
	for _, o := range c.Orders {
		b, err := json.Marshal(o)
		must(err)
		s.orders[o.ID] = b
	}
	for _, a := range c.Attempts {
		a.Subject = nil
		s.attempts[a.ID] = a
	}
	for _, id := range c.Settled {
		delete(s.attempts, id)
	}
	for _, m := range c.Replies {
		s.outbox[m.ID], s.state[m.ID] = m, MTReady
	}
	for _, x := range c.Sent {
		s.state[x.ID] = x.State
		s.sent = append(s.sent, x)
	}
	for _, id := range c.Claimed {
		m := s.outbox[id]
		m.Copies++
		s.outbox[id] = m
	}
	for _, id := range c.Retold {
		s.retold[id] = true
	}
	for _, p := range c.Parts {
		s.parts[p.Key] = append(s.parts[p.Key], p)
	}
	if c.DropPart != "" {
		delete(s.parts, c.DropPart)
	}
	s.applyNews(c)
	s.uses = append(s.uses, c.Uses...)
	s.texts = append(s.texts, c.Texts...)
	s.journal = append(s.journal, c.Journal...)
	s.receipts = append(s.receipts, c.Receipts...)
	s.asked = append(s.asked, c.Asked...)
}

// release calls the done functions that were held back.
func (s *memStore) release() {
	s.mu.Lock()
	list := s.held
	s.held, s.hold = nil, false
	s.mu.Unlock()
	for _, f := range list {
		f()
	}
}

func (s *memStore) Do(_ context.Context, k Keys, decide func(*View) (*Changes, error)) error {
	ended := make(chan error, 1)
	if err := s.Submit(k, decide, func(_ *Changes, err error) { ended <- err }); err != nil {
		return err
	}
	return <-ended
}

func (s *memStore) Epoch() int64                { return s.epoch }
func (s *memStore) LastText() time.Time         { return time.Time{} }
func (s *memStore) Ready(context.Context) error { return nil }

func (s *memStore) Due(_ context.Context, now time.Time, _ int) (list []MSISDN, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for m, d := range s.due {
		if !d.IsZero() && !d.After(now) {
			list = append(list, m)
		}
	}
	return list, nil
}

func (s *memStore) Attempts(_ context.Context, after int64, _ int) (list []Attempt, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, a := range s.attempts {
		if id > after {
			if a.Order != 0 {
				a.Subject = s.order(a.Order)
			}
			list = append(list, a)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].ID < list[j].ID })
	return list, nil
}

func (s *memStore) Outbox(_ context.Context, after int64, limit int) (list []MT, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, m := range s.outbox {
		if id > after && s.state[id] == MTReady {
			list = append(list, m)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].ID < list[j].ID })
	return list[:min(limit, len(list))], nil
}

func (s *memStore) Undelivered(_ context.Context, limit int) (list []MT, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, m := range s.outbox {
		if m.Receipt && s.state[id] == MTUndeliverable && !s.retold[id] {
			list = append(list, m)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].ID < list[j].ID })
	return list[:min(limit, len(list))], nil
}

func (s *memStore) Inquiries(_ context.Context, _ time.Time, _ int) (list []Inquiry, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list, s.inquiries = s.inquiries, nil
	return list, nil
}
