package booking

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"
)

// eventsEvery is how often terminals are asked what has changed.
const eventsEvery = 5 * time.Second

// news is what the engine knows besides orders: what operators stopped, what
// is to be told to many, and how terminals are.
type news struct {
	mu        sync.Mutex
	loaded    bool
	suspended []Suspension
	notices   []Notice // not done, in order of id
	told      time.Time
	seen      map[string]time.Time // when a terminal last answered
	down      map[string]bool
	cursors   map[string]int64
}

// note follows what a commit has written.
func (n *news) note(c *Changes) {
	if len(c.Suspensions) == 0 && len(c.Notices) == 0 {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range c.Suspensions {
		n.suspended = slices.DeleteFunc(n.suspended, s.same)
		if s.Until.IsZero() {
			n.suspended = append(n.suspended, s)
		}
	}
	for _, t := range c.Notices {
		i, known := n.find(t.ID)
		switch {
		case known && t.Done:
			n.notices = slices.Delete(n.notices, i, i+1)
		case known:
			n.notices[i] = t
		case !t.Done:
			n.notices = slices.Insert(n.notices, i, t)
		}
	}
}

// same tells whether o is about the same sale.
func (s Suspension) same(o Suspension) bool {
	return s.Number == o.Number && s.Day == o.Day && s.Class == o.Class
}

// Stops tells whether the suspension is about that sale.
func (s Suspension) Stops(number string, day Date, class string) bool {
	return s.Number == number && (s.Day == 0 || s.Day == day) && (s.Class == "" || s.Class == class)
}

// stopped tells whether an operator has stopped the sale.
func (n *news) stopped(number string, day Date, class string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.ContainsFunc(n.suspended, func(s Suspension) bool { return s.Stops(number, day, class) })
}

// outage tells whether a terminal is down, and when it last answered.
func (n *news) outage(terminal string) (time.Time, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.seen[terminal], n.down[terminal]
}

// loadNews reads what earlier runs left, once.
func (e *Engine) loadNews(ctx context.Context) error {
	n := &e.news
	n.mu.Lock()
	loaded := n.loaded
	n.mu.Unlock()
	if loaded {
		return nil
	}
	suspended, err := e.Store.Suspended(ctx)
	if err != nil {
		return err
	}
	notices, err := e.Store.Notices(ctx)
	if err != nil {
		return err
	}
	cursors := map[string]int64{}
	for name := range e.Terminals {
		if cursors[name], err = e.Store.Cursor(ctx, name); err != nil {
			return err
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.suspended, n.notices, n.cursors = suspended, notices, cursors
	n.seen, n.down, n.loaded = map[string]time.Time{}, map[string]bool{}, true
	return nil
}

// Poll asks the terminals how they are and what has changed, and makes a notice
// of each change for those who travel. Run calls it every few seconds.
func (e *Engine) Poll(ctx context.Context) error {
	if err := e.loadNews(ctx); err != nil {
		return err
	}
	now := e.now()
	names := make([]string, 0, len(e.Terminals))
	for name := range e.Terminals {
		names = append(names, name)
	}
	slices.Sort(names)
	var errs []error
	for _, name := range names {
		errs = append(errs, e.eventsOf(ctx, name, now))
	}
	return errors.Join(errs...)
}

func (e *Engine) eventsOf(ctx context.Context, name string, now time.Time) error {
	n, t := &e.news, e.Terminals[name]
	short, cancel := e.within(ctx, CallTimeout)
	defer cancel()
	ready := t.Ready(short)
	n.mu.Lock()
	was := n.down[name]
	n.down[name] = ready != nil
	if ready == nil || n.seen[name].IsZero() {
		n.seen[name] = now
	}
	after := n.cursors[name]
	n.mu.Unlock()
	if was != (ready != nil) {
		e.Log.Warn("terminal changed its state", zap.String("terminal", name), zap.Bool("down", ready != nil), zap.Error(ready))
	}
	if ready != nil {
		return nil
	}
	const page = 100
	out := t.Events(short, after, page)
	if out.Verdict != Done || len(out.Value) == 0 {
		return nil // asked again
	}
	last := out.Value[len(out.Value)-1].Seq
	if e.Changed != nil { // before anybody is told, and again when the commit fails
		e.Changed(name, out.Value)
	}
	err := e.commit(ctx, Keys{}, func(v *View) (*Changes, error) {
		made := &Changes{Cursors: map[string]int64{name: last}}
		for i := range out.Value {
			ev := out.Value[i]
			number := e.numberOf(name, ev)
			if number == "" {
				continue // nothing that we sell
			}
			made.Notices = append(made.Notices, Notice{ID: v.NewID(), At: now, Number: number, Terminal: name, Event: &ev, Day: ev.Date})
		}
		return made, nil
	})
	if err != nil {
		return err
	}
	n.mu.Lock()
	n.cursors[name] = last
	n.mu.Unlock()
	return nil
}

// numberOf is what customers call the service of an event.
func (e *Engine) numberOf(terminal string, ev ServiceEvent) string {
	t, ok := e.Catalogue().Trip(TripKey{Terminal: terminal, Service: ev.Service, Date: ev.Date, From: 0, To: 1})
	if !ok {
		return ""
	}
	return t.Number
}

// notify tells customers what is to be told to many, one turn each and not more
// of them a second than NoticesPerSecond.
func (e *Engine) notify(ctx context.Context, now time.Time) error {
	n := &e.news
	n.mu.Lock()
	if len(n.notices) == 0 || e.refuses.Load() {
		n.told = now
		n.mu.Unlock()
		return nil
	}
	notice := n.next()
	budget := int(now.Sub(n.told).Seconds() * float64(e.NoticesPerSecond))
	if n.told.IsZero() || now.Before(n.told) {
		budget = 1
	}
	budget = min(budget, e.NoticesPerSecond)
	if budget > 0 {
		n.told = now
	}
	n.mu.Unlock()
	if budget <= 0 {
		return nil
	}
	list, err := e.audience(ctx, &notice, budget)
	if err != nil {
		return err
	}
	for _, m := range list {
		notice.After = m
		if err := e.turnOf(ctx, m, Input{Notice: &notice}); err != nil {
			return err
		}
		n.mu.Lock()
		if i, known := n.find(notice.ID); known {
			notice = n.notices[i] // as the turn left it
		}
		n.mu.Unlock()
	}
	if len(list) > 0 {
		return nil
	}
	notice.Done, notice.Text = true, ""
	return e.commit(ctx, Keys{}, func(*View) (*Changes, error) { return &Changes{Notices: []Notice{notice}}, nil })
}

// find is where a notice stands, or would stand; n.mu is held.
func (n *news) find(id int64) (int, bool) {
	return slices.BinarySearchFunc(n.notices, id, func(o Notice, id int64) int { return int(o.ID - id) })
}

// next is the notice to go on with: first what operators must know, then what those
// who travel must, and last what is for a whole class of customers, which can take
// hours. n.mu is held, and there is one.
func (n *news) next() Notice {
	for _, first := range []func(Notice) bool{
		func(o Notice) bool { return o.Callback != 0 },
		func(o Notice) bool { return o.Number != "" },
	} {
		if i := slices.IndexFunc(n.notices, first); i >= 0 {
			return n.notices[i]
		}
	}
	return n.notices[0]
}

// audience lists whom a notice is for, those behind After, in order of MSISDN.
func (e *Engine) audience(ctx context.Context, n *Notice, limit int) ([]MSISDN, error) {
	if n.Callback != 0 {
		list := slices.Sorted(slices.Values(e.Operators))
		list = slices.DeleteFunc(list, func(m MSISDN) bool { return m <= n.After })
		return list[:min(limit, len(list))], nil
	}
	if n.Number == "" {
		return e.Store.Labelled(ctx, n.Group, n.After, limit)
	}
	first, last := n.days(e.Loc)
	return e.Store.Travellers(ctx, n.Number, first, last, n.After, limit)
}

// longestRun is how many days after its start a run may still depart somewhere.
const longestRun = 3

// days are those of departure that the notice is about; last is 0 for all from first on.
func (n *Notice) days(loc *time.Location) (first, last Date) {
	switch {
	case n.Event != nil: // a run departs at later stops after midnight
		return n.Event.Date, n.Event.Date.Add(longestRun)
	case n.Day != 0:
		return n.Day, n.Day
	}
	return DateOf(n.At.In(loc)), 0
}
