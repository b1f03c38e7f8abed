package booking

import (
	"context"
	"encoding/json"
	"slices"
)

// applyNews keeps what is not about one customer's orders.
func (s *memStore) applyNews(c *Changes) {
	for _, p := range c.Suspensions {
		known := slices.ContainsFunc(s.stops, p.same)
		if !p.Until.IsZero() {
			s.stops = slices.DeleteFunc(s.stops, p.same)
		} else if !known {
			s.stops = append(s.stops, p)
		}
	}
	for _, n := range c.Notices {
		s.notices[n.ID] = n
	}
	for _, f := range c.Follows {
		off := f.Off
		f.Off = false
		if s.follows[f] = !off; off {
			delete(s.follows, f)
		}
	}
	for name, value := range c.Cursors {
		s.cursors[name] = value
	}
	for _, b := range c.Callbacks {
		s.desk.put(b)
	}
}

// erase forgets what was kept of a customer's words, names and accounts. What
// is still to be sent stays.
func (s *memStore) erase(m MSISDN) {
	delete(s.customers, m)
	for i, t := range s.texts {
		if t.MSISDN == m {
			s.texts[i] = MO{ID: t.ID, MSISDN: m, At: t.At, State: t.State}
		}
	}
	for id, t := range s.outbox {
		if t.MSISDN == m && s.state[id] != MTReady {
			t.Text, t.To, t.From, t.Link, t.Avoid = "", Address{}, Address{}, "", ""
			s.outbox[id] = t
			s.retold[id] = true
		}
	}
	for id := range s.orders {
		if o := s.order(id); o.Customer == m {
			o.Passengers, o.Account = make([]Passenger, len(o.Passengers)), Account{Kind: o.Account.Kind}
			for i := range o.Former {
				if o.Former[i].Passenger != nil {
					o.Former[i].Passenger = &Passenger{}
				}
			}
			b, err := json.Marshal(o)
			must(err)
			s.orders[id] = b
		}
	}
	for f := range s.follows {
		if f.Customer == m {
			delete(s.follows, f)
		}
	}
}

// each gives every order to fn, in order of id.
func (s *memStore) each(fn func(*Order)) {
	ids := make([]OrderID, 0, len(s.orders))
	for id := range s.orders {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		fn(s.order(id))
	}
}

func (s *memStore) Waiting(_ context.Context, after OrderID, limit int) (list []*Order, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.each(func(o *Order) {
		if o.ID > after && o.State == Waiting && !o.Wish.Joined.IsZero() {
			list = append(list, o)
		}
	})
	return list[:min(limit, len(list))], nil
}

func (s *memStore) Travellers(_ context.Context, number string, first, last Date, after MSISDN, limit int) (list []MSISDN, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	meant := func(t Trip) bool {
		d := DateOf(t.Dep)
		return t.Number == number && d >= first && (last == 0 || d <= last)
	}
	s.each(func(o *Order) {
		if o.State != Closed && o.State != Releasing && meant(o.Trip) || o.State == Waiting && slices.ContainsFunc(o.Wish.Trips, meant) {
			list = append(list, o.Customer)
		}
	})
	for f := range s.follows {
		if f.Number == number && (f.Day == 0 || f.Day >= first && (last == 0 || f.Day <= last)) {
			list = append(list, f.Customer)
		}
	}
	slices.Sort(list)
	list = slices.DeleteFunc(slices.Compact(list), func(m MSISDN) bool { return m <= after })
	return list[:min(limit, len(list))], nil
}

func (s *memStore) Notices(context.Context) (list []Notice, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.notices {
		if !n.Done {
			list = append(list, n)
		}
	}
	slices.SortFunc(list, func(a, b Notice) int { return int(a.ID - b.ID) })
	return list, nil
}

func (s *memStore) Suspended(context.Context) ([]Suspension, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.stops), nil
}

func (s *memStore) Cursor(_ context.Context, name string) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cursors[name], nil
}

// count is View.Count.
func (s *memStore) count(day Date) (list []Tally, _ error) {
	s.each(func(o *Order) {
		f, _ := o.Trip.Fare("")
		t := Tally{Number: o.Trip.Number, Kind: o.Trip.Kind, Day: DateOf(o.Trip.Dep), Class: f.Class, Customer: o.Class, State: o.State, Reason: o.Reason}
		if t.Day != day {
			return
		}
		i := slices.IndexFunc(list, func(l Tally) bool {
			l.Orders, l.Seats, l.Money = 0, 0, Money{}
			return l == t
		})
		if i < 0 {
			list = append(list, t)
			i = len(list) - 1
		}
		list[i].Orders++
		list[i].Seats += o.Seats
		list[i].Money = list[i].Money.Plus(o.Price)
	})
	return list, nil
}
