package booking

import (
	"context"
	"slices"
)

// memDesk is the callbacks of a memStore, by number.
type memDesk struct{ all []Callback }

func (d *memDesk) put(b Callback) {
	i, known := slices.BinarySearchFunc(d.all, b.ID, func(o Callback, id int64) int { return int(o.ID - id) })
	if known {
		d.all[i] = b
	} else {
		d.all = slices.Insert(d.all, i, b)
	}
}

func (d *memDesk) NextCallback() (int64, error) { return int64(len(d.all)) + 1, nil }

func (d *memDesk) first(fits func(Callback) bool) (*Callback, error) {
	i := slices.IndexFunc(d.all, fits)
	if i < 0 {
		return nil, nil
	}
	b := d.all[i]
	return &b, nil
}

func (d *memDesk) Callback(id int64) (*Callback, error) {
	return d.first(func(b Callback) bool { return b.ID == id })
}

func (d *memDesk) Standing(m MSISDN) (*Callback, error) {
	return d.first(func(b Callback) bool { return b.Customer == m && b.State != CallbackClosed })
}

func (d *memDesk) Callbacks(after int64, limit int) (list []Callback, _ error) {
	for _, b := range d.all {
		if b.ID > after && b.State != CallbackClosed && len(list) < limit {
			list = append(list, b)
		}
	}
	return list, nil
}

func (d *memDesk) Before(id int64) (n int, _ error) {
	for _, b := range d.all {
		if b.ID < id && b.State != CallbackClosed {
			n++
		}
	}
	return n, nil
}

func (s *memStore) labelled(label string, after MSISDN) (list []MSISDN, _ error) {
	for m := range s.customers {
		if c := s.view(Keys{Customer: m}).Customer; m > after && slices.Contains(c.Labels, label) {
			list = append(list, m)
		}
	}
	slices.Sort(list)
	return list, nil
}

func (s *memStore) Labelled(_ context.Context, label string, after MSISDN, limit int) ([]MSISDN, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list, err := s.labelled(label, after)
	return list[:min(limit, len(list))], err
}

func (s *memStore) Customers(_ context.Context, after MSISDN, limit int) (list []*Customer, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for m := range s.customers {
		if m > after {
			list = append(list, s.view(Keys{Customer: m}).Customer)
		}
	}
	slices.SortFunc(list, func(a, b *Customer) int { return int(a.MSISDN) - int(b.MSISDN) })
	return list[:min(limit, len(list))], nil
}

func (s *memStore) reviews(limit int) (list []*Order, _ error) {
	s.each(func(o *Order) {
		if o.State == Review && len(list) < limit {
			list = append(list, o)
		}
	})
	return list, nil
}
