package web

import (
	"shortfare/booking"
	"shortfare/booking/stats"
)

// rowOf is an order as lists show it.
func rowOf(o *booking.Order) orderRow {
	r := orderRow{Order: o, State: stats.StateOf(o)}
	for _, p := range o.Passengers {
		r.Names = append(r.Names, maskName(p.Name))
	}
	return r
}
