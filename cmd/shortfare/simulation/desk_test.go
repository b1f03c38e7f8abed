package simulation

import (
	"context"
	"slices"

	"shortfare/booking"
)

// desk is the callbacks of a disk, by number.
type desk struct{ all []booking.Callback }

func (d *desk) put(b booking.Callback) {
	i, known := slices.BinarySearchFunc(d.all, b.ID, func(o booking.Callback, id int64) int { return int(o.ID - id) })
	if known {
		d.all[i] = b
	} else {
		d.all = slices.Insert(d.all, i, b)
	}
}

func (d *desk) NextCallback() (int64, error) { return int64(len(d.all)) + 1, nil }

func (d *desk) first(fits func(booking.Callback) bool) (*booking.Callback, error) {
	i := slices.IndexFunc(d.all, fits)
	if i < 0 {
		return nil, nil
	}
	b := d.all[i]
	return &b, nil
}

func (d *desk) Callback(id int64) (*booking.Callback, error) {
	return d.first(func(b booking.Callback) bool { return b.ID == id })
}

func (d *desk) Standing(m booking.MSISDN) (*booking.Callback, error) {
	return d.first(func(b booking.Callback) bool { return b.Customer == m && b.State != booking.CallbackClosed })
}

func (d *desk) Callbacks(after int64, limit int) (list []booking.Callback, _ error) {
	for _, b := range d.all {
		if b.ID > after && b.State != booking.CallbackClosed && len(list) < limit {
			list = append(list, b)
		}
	}
	return list, nil
}

func (d *desk) Before(id int64) (n int, _ error) {
	for _, b := range d.all {
		if b.ID < id && b.State != booking.CallbackClosed {
			n++
		}
	}
	return n, nil
}

// checkCallbacks: a customer has one callback at most, and one stands for whoever
// has an order that came into review.
func (s *sim) checkCallbacks(c *booking.Changes) {
	for _, b := range c.Callbacks {
		n := 0
		for _, o := range s.disk.desk.all {
			if o.Customer == b.Customer && o.State != booking.CallbackClosed {
				n++
			}
		}
		if n > 1 {
			s.fail("%d has %d callbacks", b.Customer, n)
		}
	}
	for _, o := range c.Orders {
		if was := s.disk.order(o.ID); o.State != booking.Review || was != nil && was.State == booking.Review {
			continue
		}
		if b, _ := s.disk.desk.Standing(o.Customer); b == nil {
			s.fail("order %d came into review, and nobody is told", o.ID)
		}
	}
}

// Labelled lists nobody: customers of the simulation have no classes.
func (t *store) Labelled(context.Context, string, booking.MSISDN, int) ([]booking.MSISDN, error) {
	return nil, nil
}

// Customers lists nobody, since there are no classes to look after.
func (t *store) Customers(context.Context, booking.MSISDN, int) ([]*booking.Customer, error) {
	return nil, nil
}
