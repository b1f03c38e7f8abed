package main

import (
	"time"

	"shortfare/booking"
	"shortfare/booking/tariff"
)

// cancelFee asks the rules what a cancel of seats keeps, seat by seat.
func cancelFee(r tariff.Rules) func(*booking.Order, []int, time.Time) booking.Money {
	return func(o *booking.Order, leaving []int, now time.Time) booking.Money {
		n := len(leaving)
		if n == 0 {
			n = o.Seats
		}
		return bySeat(o, o.PriceOf(leaving), n, now, r.Cancel)
	}
}

// changeFee asks the rules what a change costs, seat by seat. Days are those of loc.
func changeFee(r tariff.Rules, loc *time.Location) func(*booking.Order, *booking.Order, time.Time) booking.Money {
	return func(old, next *booking.Order, now time.Time) booking.Money {
		later := booking.DateOf(next.Trip.Dep.In(loc)) > booking.DateOf(old.Trip.Dep.In(loc))
		seat := 0
		return bySeat(old, old.Price, old.Seats, now, func(q tariff.Question) tariff.Fee {
			q.LaterDay, q.NewFare = later, ofSeat(next.Price, next.Seats, seat)
			seat++
			return r.Change(q)
		})
	}
}

// bySeat adds up what is kept of n seats that cost total together.
func bySeat(o *booking.Order, total booking.Money, n int, now time.Time, ask func(tariff.Question) tariff.Fee) booking.Money {
	q := tariff.Question{Kind: o.Trip.Kind, Dep: o.Trip.Dep, Now: now, Disrupted: o.Upset != "", FreeUntil: o.FreeUntil}
	if len(o.Trip.Fares) > 0 {
		q.Class = o.Trip.Fares[0].Class
	}
	if o.Swap == nil { // a change does not begin a free window anew
		q.Bought = o.Created
	}
	fee := booking.Money{Currency: total.Currency}
	for i := range n {
		q.Fare = ofSeat(total, n, i)
		fee = fee.Plus(ask(q).Amount)
	}
	return fee
}

// ofSeat is what one of n seats cost that cost total together; the first has what does not divide.
func ofSeat(total booking.Money, n, i int) booking.Money {
	fare := booking.Money{Minor: total.Minor / int64(n), Currency: total.Currency}
	if i == 0 {
		fare.Minor += total.Minor % int64(n)
	}
	return fare
}
