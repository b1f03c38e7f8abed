package simulation

import (
	"context"
	"slices"
	"time"

	"shortfare/booking"
)

// applyNews keeps what is not about one customer's orders.
func (s *sim) applyNews(c *booking.Changes) {
	d := s.disk
	for _, p := range c.Suspensions {
		same := func(o booking.Suspension) bool { return o.Number == p.Number && o.Day == p.Day && o.Class == p.Class }
		known := slices.ContainsFunc(d.stops, same)
		if !p.Until.IsZero() {
			d.stops = slices.DeleteFunc(d.stops, same)
		} else if !known {
			d.stops = append(d.stops, p)
		}
	}
	for _, n := range c.Notices {
		s.castMade(n)
		i, known := slices.BinarySearchFunc(d.notices, n.ID, func(o booking.Notice, id int64) int { return int(o.ID - id) })
		if known {
			d.notices[i] = n
		} else {
			d.notices = slices.Insert(d.notices, i, n)
		}
	}
	for _, f := range c.Follows {
		off := f.Off
		f.Off = false
		if d.follows[f] = true; off {
			delete(d.follows, f)
		}
	}
	for name, value := range c.Cursors {
		d.cursors[name] = value
	}
	for _, b := range c.Callbacks {
		d.desk.put(b)
	}
	s.checkCallbacks(c)
}

// erase forgets what was kept of a customer's words, names and accounts. What
// is still to be sent stays.
func (d *disk) erase(m booking.MSISDN) {
	delete(d.customers, m)
	for id, t := range d.texts {
		if t.MSISDN == m {
			d.texts[id] = booking.MO{ID: id, MSISDN: m, At: t.At, State: t.State}
		}
	}
	for _, r := range d.outbox {
		if r.MSISDN == m && r.state != booking.MTReady {
			r.Text, r.To, r.From, r.Link, r.Avoid, r.retold = "", booking.Address{}, booking.Address{}, "", "", true
		}
	}
	for _, id := range d.ids {
		if d.owner[id] != m {
			continue
		}
		o := d.order(id)
		o.Passengers, o.Account = make([]booking.Passenger, len(o.Passengers)), booking.Account{Kind: o.Account.Kind}
		for i := range o.Former {
			if o.Former[i].Passenger != nil {
				o.Former[i].Passenger = &booking.Passenger{}
			}
		}
		d.orders[id] = encode(o)
	}
	for f := range d.follows {
		if f.Customer == m {
			delete(d.follows, f)
		}
	}
	for i := range d.desk.all {
		if b := &d.desk.all[i]; b.Customer == m {
			b.Note = ""
		}
	}
}

func (t *store) Waiting(_ context.Context, after booking.OrderID, limit int) (list []*booking.Order, _ error) {
	if t.s.mu.forgetLine {
		return nil, nil
	}
	for _, id := range t.s.disk.ids {
		if id <= after || len(list) == limit {
			continue
		}
		if o := t.s.disk.order(id); o.State == booking.Waiting && !o.Wish.Joined.IsZero() {
			list = append(list, o)
		}
	}
	return list, nil
}

func (t *store) Travellers(_ context.Context, number string, first, last booking.Date, after booking.MSISDN, limit int) (list []booking.MSISDN, _ error) {
	meant := func(t booking.Trip) bool {
		d := booking.DateOf(t.Dep)
		return t.Number == number && d >= first && (last == 0 || d <= last)
	}
	for _, id := range t.s.disk.ids {
		o := t.s.disk.order(id)
		if o.State != booking.Closed && o.State != booking.Releasing && meant(o.Trip) || o.State == booking.Waiting && slices.ContainsFunc(o.Wish.Trips, meant) {
			list = append(list, o.Customer)
		}
	}
	for f := range t.s.disk.follows {
		if f.Number == number && (f.Day == 0 || f.Day >= first && (last == 0 || f.Day <= last)) {
			list = append(list, f.Customer)
		}
	}
	slices.Sort(list)
	list = slices.DeleteFunc(slices.Compact(list), func(m booking.MSISDN) bool { return m <= after })
	return list[:min(limit, len(list))], nil
}

func (t *store) Notices(context.Context) (list []booking.Notice, _ error) {
	for _, n := range t.s.disk.notices {
		if !n.Done {
			list = append(list, n)
		}
	}
	return list, nil
}

func (t *store) Suspended(context.Context) ([]booking.Suspension, error) {
	return slices.Clone(t.s.disk.stops), nil
}

func (t *store) Uses(_ context.Context, since time.Time) (list []booking.AccountUse, _ error) {
	for _, u := range t.s.disk.uses {
		if !u.At.Before(since) {
			list = append(list, u)
		}
	}
	return list, nil
}

func (t *store) Cursor(_ context.Context, name string) (int64, error) {
	return t.s.disk.cursors[name], nil
}

// count is View.Count.
func (d *disk) count(day booking.Date) (list []booking.Tally, _ error) {
	for _, id := range d.ids {
		o := d.order(id)
		f, _ := o.Trip.Fare("")
		t := booking.Tally{Number: o.Trip.Number, Kind: o.Trip.Kind, Day: booking.DateOf(o.Trip.Dep), Class: f.Class, Customer: o.Class, State: o.State, Reason: o.Reason}
		if t.Day != day {
			continue
		}
		i := slices.IndexFunc(list, func(l booking.Tally) bool {
			l.Orders, l.Seats, l.Money = 0, 0, booking.Money{}
			return l == t
		})
		if i < 0 {
			list = append(list, t)
			i = len(list) - 1
		}
		list[i].Orders++
		list[i].Seats += o.Seats
		list[i].Money = list[i].Money.Plus(o.Price)
	}
	return list, nil
}
