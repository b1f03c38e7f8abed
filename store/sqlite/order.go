package sqlite

import "shortfare/booking"

const (
	orderInsert = `INSERT INTO orders (state, data, people, owner, kind, class, who, reason, seats, minor, currency, id, msisdn, day, number)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state, data = excluded.data,
		people = excluded.people, owner = excluded.owner, kind = excluded.kind, class = excluded.class, who = excluded.who, reason = excluded.reason,
		seats = excluded.seats, minor = excluded.minor, currency = excluded.currency, day = excluded.day, number = excluded.number
		WHERE msisdn = excluded.msisdn`
	// The columns of an index stay out of most writes, which would write its entry anew.
	orderUpdate = `UPDATE orders SET state = ?, data = ?, people = ?, owner = ?, kind = ?, class = ?, who = ?, reason = ?, seats = ?, minor = ?, currency = ?
		WHERE id = ? AND msisdn = ? AND day IS ? AND number = ?`
)

// writeOrder returns how many rows it wrote: one, or none when the order is another customer's.
func (j *job) writeOrder(o *booking.Order) (n int64, err error) {
	own, err := j.mine(false)
	if err != nil {
		return 0, err
	}
	data, people, err := j.s.codec.encodeOrder(o, own.name(o.Customer.String()))
	if err != nil {
		return 0, err
	}
	class := ""
	if f, ok := o.Trip.Fare(""); ok {
		class = f.Class
	}
	args := []any{uint8(o.State), data, people, own.id, uint8(o.Trip.Kind), class, o.Class, string(o.Reason), o.Seats, o.Price.Minor, o.Price.Currency,
		int64(o.ID), uint64(o.Customer), reference(int64(dayOf(o))), o.Trip.Number}
	if o.Version > 1 {
		_, n, err = j.tx.Exec(orderUpdate, args...)
	}
	if err == nil && n == 0 {
		_, n, err = j.tx.Exec(orderInsert, args...)
	}
	return n, err
}

// dayOf is the day of departure where the order's trip departs: times keep the
// offset that the catalogue gave them. While no departure is known it is the day of the run.
func dayOf(o *booking.Order) booking.Date {
	if o.Trip.Dep.IsZero() {
		return o.Trip.Date
	}
	return booking.DateOf(o.Trip.Dep)
}
