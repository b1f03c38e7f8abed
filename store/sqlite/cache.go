package sqlite

import "shortfare/booking"

// maxKept bounds the rows kept decoded: of customers and of their live orders,
// since one who travels much has many.
const maxKept = 8192

// kept are customers as their last turn left them, decoded: a text is mostly
// followed by the outcome of its call within milliseconds, and decoding costs
// more than reading. They belong to the writer goroutine. A turn takes its
// customer out and puts him back when its changes were written; whatever goes
// wrong leaves him out, and the next turn reads the file.
type kept struct {
	by   map[booking.MSISDN]*keptCustomer
	rows int
}

type keptCustomer struct {
	customer *booking.Customer
	orders   []*booking.Order // those that the customer's row calls live
	due      any              // the column as it was written
	owner    owner
}

// take gives a customer and forgets him; nil when he is not kept.
func (k *kept) take(m booking.MSISDN) *keptCustomer {
	c := k.by[m]
	if c != nil {
		delete(k.by, m)
		k.rows -= c.rows()
	}
	return c
}

// rows are those that keeping the customer saves reading.
func (c *keptCustomer) rows() int { return 1 + len(c.orders) }

// put keeps the customer of a turn whose changes were written. Orders are
// copied, since attempts on their way refer to the turn's own. Of one who was
// erased nothing is kept: his orders have lost what the turn has seen.
func (k *kept) put(v *booking.View, c *booking.Changes, o owner) {
	if c.Customer == nil || c.Customer != v.Customer || c.Erase {
		return
	}
	e := &keptCustomer{customer: c.Customer, due: deadline(c.Customer.Due), owner: o}
	c.Customer.New = false
	for _, ref := range c.Customer.Orders {
		if !ref.Live {
			continue
		}
		o := find(v.Orders, ref.ID)
		if o == nil {
			return // the row names an order that the turn did not see
		}
		e.orders = append(e.orders, o)
	}
	k.take(c.Customer.MSISDN)
	for m := range k.by {
		if k.rows+e.rows() <= maxKept {
			break
		}
		k.take(m) // any: a map has no order
	}
	k.by[c.Customer.MSISDN] = e
	k.rows += e.rows()
}

// find returns a copy of an order; nil when it is not there.
func find(list []*booking.Order, id booking.OrderID) *booking.Order {
	for _, o := range list {
		if o.ID == id {
			c := *o
			return &c
		}
	}
	return nil
}
