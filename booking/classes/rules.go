package classes

import (
	"fmt"
	"slices"
	"time"

	"shortfare/booking"
)

// New is the level of customers whom no other level takes.
const New = "new"

// Rules say which classes there are and what they may do.
type Rules struct {
	// Ages are where bands begin, ascending; the first band is below the first.
	Ages []int
	// Jobs are the keys of the occupations that are told apart, as customers' rows
	// have them; the dialogue knows their words.
	Jobs []string
	// Levels are asked in order, and the first that takes a history is the
	// customer's. A name may stand twice: either will do.
	Levels []Level
	// Base are the limits of everybody, and Overrides what classes have instead. For
	// each limit the first override decides that is for a class of the customer
	// and sets it.
	Base      Limits
	Overrides []Override
}

// Level is a class by history. All of its conditions must hold; those that are
// zero always do.
type Level struct {
	Name     string
	Paid     int   // at least so many orders, the cancelled ones not counted
	Spent    int64 // at least so much, in the minor unit
	LastYear bool  // Paid, Spent and Cancelled look at the last twelve months only
	// Cancelled is the greatest share of cancelled orders, in percent; nil for any.
	Cancelled *int
	// Idle is the longest time since the newest order.
	Idle time.Duration
}

// Limits are what a customer may do. For UnpaidHolds and OpenQuotes 0 is no limit.
type Limits struct {
	UnpaidHolds int           // holds a day that were never paid for
	OpenQuotes  int           // orders waiting for a code at a time
	Hold        time.Duration // how long seats are kept
	HoldNear    time.Duration // the same shortly before departure
}

// Override is what one class has instead of the base; nil is no say.
type Override struct {
	Class       string
	UnpaidHolds *int
	OpenQuotes  *int
	Hold        *time.Duration
	HoldNear    *time.Duration
}

// Defaults returns the rules of a service that sets none. Limits are the caller's.
func Defaults() Rules {
	third := 33
	return Rules{
		Ages: []int{6, 14, 18, 26, 36, 46, 60},
		Jobs: DefaultJobs(),
		Levels: []Level{
			{Name: "vip", Paid: 10, LastYear: true, Cancelled: &third, Idle: 180 * 24 * time.Hour},
			{Name: "regular", Paid: 3},
		},
	}
}

// DefaultJobs returns the keys of the occupations that the dialogue knows
// without configuration.
func DefaultJobs() []string {
	return []string{"student", "teacher", "medical", "engineer", "office", "service", "worker", "farmer", "official", "soldier", "trader", "home", "retired"}
}

// job is the label of an occupation's key: that of booking.OtherOccupation for
// one that is not known, and nothing for none. So no text of a customer's becomes
// a label.
func (r Rules) job(key string) string {
	switch {
	case key == "":
		return ""
	case slices.Contains(r.Jobs, key):
		return jobPrefix + key
	}
	return jobPrefix + booking.OtherOccupation
}

// band is the label of an age's band.
func (r Rules) band(age int) string {
	low := 0
	for _, next := range r.Ages {
		if age < next {
			return fmt.Sprintf("%s%d-%d", agePrefix, low, next-1)
		}
		low = next
	}
	return fmt.Sprintf("%s%d+", agePrefix, low)
}

// takes tells whether a level takes a history.
func (l Level) takes(h booking.History, now time.Time) bool {
	if l.Idle > 0 && (h.Last.IsZero() || now.Sub(h.Last) > l.Idle) {
		return false
	}
	if l.LastYear {
		h = h.Recent(now)
	}
	kept := h.Paid - h.Cancelled
	return kept >= l.Paid && h.Spent.Minor >= l.Spent && (l.Cancelled == nil || h.Cancelled*100 <= *l.Cancelled*h.Paid)
}
