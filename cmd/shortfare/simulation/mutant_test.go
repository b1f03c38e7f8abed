package simulation

import (
	"time"

	"shortfare/booking"
)

// mutant is a bug planted at a border of the product. The zero value is none.
type mutant struct {
	name string

	decide  func(*sim, booking.Decider, *booking.View, booking.Input, booking.Env) (*booking.Changes, error)
	changes func(*sim, *booking.Changes) // what the store writes
	arrival func(*sim, *booking.Arrival) // what the link hands over
	bank    func(*sim, booking.Bank) booking.Bank
	rail    func(*sim, booking.Ticketing) booking.Ticketing
	carrier func(*sim, booking.Carrier) booking.Carrier

	ackEarly, sameEpoch, forgetAttempts bool
	holdFor                             time.Duration
}
