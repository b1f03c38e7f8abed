package web

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/booking/classes"
	"shortfare/booking/stats"
)

const (
	censusRows  = 2000                   // of one snapshot
	censusEvery = 5 * time.Second        // at most, and never more than a tenth of the time
	censusWait  = 700 * time.Millisecond // a page waits so long for numbers of now
	maxMatters  = 100                    // that are listed
	lookBack    = 24 * time.Hour         // for calls for a person and undelivered tickets
)

// count is what a census found. It does not change any more.
type count struct {
	At              time.Time     // when it began
	Took            time.Duration //
	TextsIn         int           // today
	TextsOut        int           // today
	Taken, Returned []booking.Money
	Customers       int // who have ever texted
	Registered      int
	Classes         map[string]int // by label

	orders      map[string]int // by stats.StateOf
	matters     []Matter
	moreMatters int
}

// census counts the whole store, page by page and at a pace that leaves the machine
// to the texts: it rests as long as it works. It runs only when somebody looks.
type census struct {
	want chan struct{} // somebody looks

	mu     sync.Mutex
	last   *count
	failed bool
	done   chan struct{} // closed by the next census
	begun  time.Time     // on the wall
	took   time.Duration
}

func (s *census) init() {
	s.want, s.done = make(chan struct{}, 1), make(chan struct{})
}

// latest asks for a census unless the last one is fresh, waits a little for it, and
// gives what there is; nil when there is none yet.
func (s *census) latest(ctx context.Context) (*count, bool) {
	s.mu.Lock()
	fresh := s.last != nil && time.Since(s.begun) < max(censusEvery, 10*s.took)
	done := s.done
	s.mu.Unlock()
	if !fresh {
		select {
		case s.want <- struct{}{}:
		default:
		}
		wait := time.NewTimer(censusWait)
		defer wait.Stop()
		select {
		case <-done:
		case <-wait.C:
		case <-ctx.Done():
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last, s.failed
}

func (s *census) run(ctx context.Context, c *Console) {
	for {
		select {
		case <-s.want:
		case <-ctx.Done():
			return
		}
		begun := time.Now()
		n, err := c.takeCensus(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			c.o.Log.Warn("console: the store was not counted", zap.Error(err))
		}
		s.mu.Lock()
		if err == nil {
			s.last = n
		}
		s.failed, s.begun, s.took = err != nil, begun, time.Since(begun)
		close(s.done)
		s.done = make(chan struct{})
		s.mu.Unlock()
		select { // those who asked meanwhile have been told
		case <-s.want:
		default:
		}
	}
}

// taking is a census on its way.
type taking struct {
	*count
	c       *Console
	ctx     context.Context
	since   time.Time // of the present page
	rows    int
	matters map[string][]Matter
	found   int
}

// rest lets others work after a page.
func (k *taking) rest() error {
	pause := time.NewTimer(min(time.Since(k.since), 100*time.Millisecond))
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-k.ctx.Done():
		return k.ctx.Err()
	}
	k.since, k.rows = time.Now(), 0
	return nil
}

// step is rest after as many rows as a page has.
func (k *taking) step() error {
	if k.rows++; k.rows < censusRows {
		return nil
	}
	return k.rest()
}

// note keeps the newest matters of a kind.
func (k *taking) note(m Matter) {
	k.found++
	list := append(k.matters[m.Kind], m)
	if len(list) > 2*maxMatters {
		list = slices.Delete(list, 0, len(list)-maxMatters)
	}
	k.matters[m.Kind] = list
}

func (c *Console) takeCensus(ctx context.Context) (*count, error) {
	now, begun := c.now(), time.Now()
	k := &taking{count: &count{At: now, Classes: map[string]int{}, orders: map[string]int{}}, c: c, ctx: ctx, since: begun, matters: map[string][]Matter{}}
	for _, part := range []func(time.Time) error{k.texts, k.replies, k.journal, k.allOrders, k.customers} {
		if err := part(now); err != nil {
			return nil, err
		}
	}
	for _, list := range k.matters {
		k.count.matters = append(k.count.matters, list...)
	}
	byTime(k.count.matters)
	k.count.matters = k.count.matters[:min(len(k.count.matters), maxMatters)]
	k.moreMatters, k.Took = k.found-len(k.count.matters), time.Since(begun)
	return k.count, nil
}

// byTime puts the newest first.
func byTime(list []Matter) {
	slices.SortStableFunc(list, func(a, b Matter) int { return b.At.Compare(a.At) })
}

func midnight(now time.Time) time.Time { return booking.DateOf(now).Time(0, now.Location()) }

func (k *taking) texts(now time.Time) error {
	m, err := k.c.o.Store.Since(k.ctx, midnight(now))
	for at := m.Text; err == nil; {
		n, last, e := k.c.o.Store.TextsSince(k.ctx, at, censusRows)
		if k.TextsIn += n; e != nil || last == at {
			return e
		}
		at, err = last, k.rest()
	}
	return err
}

func (k *taking) replies(now time.Time) error {
	today, err := k.c.o.Store.Since(k.ctx, midnight(now))
	if err != nil {
		return err
	}
	back, err := k.c.o.Store.Since(k.ctx, now.Add(-lookBack))
	if err != nil {
		return err
	}
	if _, err := k.repliesBetween(back.Reply, today.Reply); err != nil {
		return err
	}
	k.TextsOut, err = k.repliesBetween(today.Reply, math.MaxInt64)
	return err
}

func (k *taking) repliesBetween(after, last int64) (n int, err error) {
	for after < last && err == nil {
		rows, lost, at, e := k.c.o.Store.RepliesSince(k.ctx, after, last, censusRows)
		if e != nil || at == after {
			return n, e
		}
		n += rows
		for _, a := range lost {
			k.note(Matter{Kind: "undelivered", At: a.At, Customer: a.MSISDN, Note: a.Over})
		}
		after, err = at, k.rest()
	}
	return n, err
}

// journal adds up the money of today and finds calls for a person.
func (k *taking) journal(now time.Time) error {
	back, err := k.c.o.Store.Since(k.ctx, now.Add(-lookBack))
	if err != nil {
		return err
	}
	today := midnight(now)
	return k.c.o.Store.EachEntry(k.ctx, back.Entry, func(e booking.Entry) error {
		switch {
		case e.Event == agentAsked:
			k.note(Matter{Kind: "call", At: e.At, Customer: e.MSISDN})
		case e.At.Before(today):
		case e.Debit == booking.LedgerBank && e.Credit == booking.LedgerCustomer:
			k.Taken = plus(k.Taken, e.Amount)
		case e.Debit == booking.LedgerCustomer && e.Credit == booking.LedgerBank:
			k.Returned = plus(k.Returned, e.Amount)
		}
		return k.step()
	})
}

// agentAsked is the event of the journal when a customer asks for a person.
const agentAsked = "AgentAsked"

// plus adds an amount to those of its currency.
func plus(list []booking.Money, m booking.Money) []booking.Money {
	i, found := slices.BinarySearchFunc(list, m.Currency, func(x booking.Money, c string) int { return cmp.Compare(x.Currency, c) })
	if !found {
		return slices.Insert(list, i, m)
	}
	list[i].Minor += m.Minor
	return list
}

func (k *taking) allOrders(time.Time) error {
	for after := booking.OrderID(0); ; {
		list, err := k.c.o.Store.OrderLines(k.ctx, after, censusRows)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, o := range list {
			k.orders[stats.StateOf(&booking.Order{State: o.State, Reason: o.Reason})]++
			if o.State == booking.Review {
				if err := k.review(o); err != nil {
					return err
				}
			}
		}
		after = list[len(list)-1].ID
		if err := k.rest(); err != nil {
			return err
		}
	}
}

// review notes an order that an operator has to decide about.
func (k *taking) review(line booking.OrderLine) error {
	o, err := k.c.o.Store.Order(k.ctx, line.Customer, line.ID)
	if err != nil || o == nil || o.State != booking.Review {
		return err
	}
	k.note(Matter{Kind: "review", At: o.Since, Customer: o.Customer, Order: o.ID, Note: o.Code + " " + o.Trip.Number + " " + amount(o.Price)})
	return nil
}

func (k *taking) customers(now time.Time) error {
	return k.c.o.Store.EachCustomer(k.ctx, 0, func(c *booking.Customer) error {
		k.Customers++
		if c.Registered() {
			k.Registered++
		}
		for _, label := range classes.Classify(classes.PersonOf(c), c.History, k.c.o.Rules, now) {
			k.Classes[label]++
		}
		return k.step()
	})
}

// states are the counts of orders by state, live ones first, as the table of Order.Apply has them.
func (n *count) states() []stateCount {
	var list []stateCount
	most := 1
	add := func(s string) {
		if n.orders[s] > 0 {
			list = append(list, stateCount{State: s, N: n.orders[s]})
			most = max(most, n.orders[s])
		}
	}
	live := map[string]bool{}
	for _, s := range booking.States() {
		live[s.String()] = true
		add(s.String())
	}
	var ended []string
	for s := range n.orders {
		if !live[s] {
			ended = append(ended, s)
		}
	}
	slices.Sort(ended)
	for _, s := range ended {
		add(s)
	}
	for i := range list {
		list[i].Share = (100*list[i].N + most - 1) / most
	}
	return list
}
