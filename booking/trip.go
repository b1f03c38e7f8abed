package booking

import (
	"fmt"
	"time"

	"shortfare/parser"
)

// Kind is the kind of a service.
type Kind uint8

// Kinds of services.
const (
	Train Kind = iota
	Bus
	Flight
)

// String returns the kind's name.
func (k Kind) String() string { return [...]string{"train", "bus", "flight"}[k] }

// Date is a calendar day as the number YYYYMMDD. Zero is no day.
type Date int32

// DateOf returns the day of t in t's location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date(y*10000 + int(m)*100 + d)
}

// Time returns the instant of minute minutes after midnight on that day.
func (d Date) Time(minute int, loc *time.Location) time.Time {
	return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 0, minute, 0, 0, loc)
}

// Add returns the day n days later.
func (d Date) Add(n int) Date { return DateOf(d.Time(0, time.UTC).AddDate(0, 0, n)) }

// String is YYYY-MM-DD, for keys and logs; customers get the month by name.
func (d Date) String() string {
	return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100)
}

// Stop is a station, bus stop or airport. A missing name is filled from the
// other language by the catalogue.
type Stop struct {
	ID string `json:"i"`
	En string `json:"e"`
	Zh string `json:"z"`
}

// Fare is the price of one seat of a class on a part of a run.
type Fare struct {
	Class string `json:"c"` // canonical: 2nd, 1st, business, economy, seat, sleeper
	Price Money  `json:"p"`
}

// TripKey names a part of one run: a service, its day, and two stops of it by
// their places in the run. It is what lists and orders keep.
type TripKey struct {
	Terminal string `json:"x,omitempty"` // name of the terminal that sells it
	Service  string `json:"s"`           // the terminal's key of the service, trip_id in GTFS
	Date     Date   `json:"d"`           // the day the run starts at its first stop
	From     int    `json:"f"`           // index of the stop in the run, from 0
	To       int    `json:"t"`
}

// Trip is a TripKey with what a customer is shown of it.
type Trip struct {
	TripKey
	Number   string    `json:"n"` // what customers call it: G123
	Kind     Kind      `json:"k,omitempty"`
	FromStop Stop      `json:"fs"`
	ToStop   Stop      `json:"ts"`
	Dep      time.Time `json:"dp"`
	Arr      time.Time `json:"ar"`
	Fares    []Fare    `json:"fa,omitempty"` // cheapest first; an order keeps the one it bought
	// Shift is how much later than the timetable it runs, counted in Dep and Arr; negative when earlier.
	Shift     time.Duration `json:"sh,omitempty"`
	Cancelled bool          `json:"cx,omitempty"` // it does not run; only Catalogue.Trip finds it
}

// Fare returns the price of class, or of the cheapest class when class is
// empty; false when the trip has no such class.
func (t Trip) Fare(class string) (Fare, bool) {
	for _, f := range t.Fares {
		if class == "" || f.Class == class {
			return f, true
		}
	}
	return Fare{}, false
}

// Catalogue is an immutable snapshot of services, stops and fares. Every
// method is safe for concurrent use and none queries a database.
type Catalogue interface {
	parser.Gazetteer
	// PlaceNames returns the names of a parser.Place by its ID.
	PlaceNames(id string) (Stop, bool)
	// City returns the ID of the city that a station is of. It is id itself for a city, for a
	// station that is the only one of its city, and for what is no place.
	City(id string) string
	// Trip returns the part of a run that the key names.
	Trip(k TripKey) (Trip, bool)
	// Numbered returns the whole runs of the service with that number that
	// start on that day, by departure; none when it does not run.
	Numbered(number string, day Date) []Trip
	// Between returns parts of runs from place to place (IDs of parser.Place) that depart on that
	// day at or after minute `after`, by departure. With a number, only of that
	// service.
	Between(from, to string, number string, day Date, after int) []Trip
}

// Stock tells how many seats of a class are free on a part of a run, without
// promising them: only a hold does. False when it is not known.
type Stock interface {
	Left(k TripKey, class string) (int, bool)
}
