package catalogue

import (
	"slices"

	"shortfare/booking"
)

// calendar tells on which days a service starts (calendar.txt and
// calendar_dates.txt).
type calendar struct {
	weekdays   uint8 // bit 0 is Sunday
	start, end booking.Date
	added      []booking.Date // exception_type 1, sorted
	removed    []booking.Date // exception_type 2, sorted
}

// everyDay is a calendar without an end.
func everyDay() calendar { return calendar{weekdays: 1<<7 - 1, start: 1, end: 99991231} }

// runs tells whether the service starts on that day, which is weekday (Sunday is 0).
func (c *calendar) runs(d booking.Date, weekday int) bool {
	if len(c.added) > 0 {
		if _, ok := slices.BinarySearch(c.added, d); ok {
			return true
		}
	}
	if c.weekdays>>weekday&1 == 0 || d < c.start || d > c.end {
		return false
	}
	if len(c.removed) > 0 {
		_, gone := slices.BinarySearch(c.removed, d)
		return !gone
	}
	return true
}

// weekday of a day of the Gregorian calendar, 0 for Sunday (Sakamoto's method:
// no time.Time on the way, this is asked for every line of a list).
func weekday(d booking.Date) int {
	y, m, day := int(d)/10000, int(d)/100%100, int(d)%100
	if m < 1 || m > 12 {
		return 0
	}
	t := [...]int{0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4}
	if m < 3 {
		y--
	}
	return (y + y/4 - y/100 + y/400 + t[m-1] + day) % 7
}

// validDate tells whether d is a day of the calendar.
func validDate(d booking.Date) bool {
	m, day := int(d)/100%100, int(d)%100
	if d < 19000101 || d > 99991231 || m < 1 || m > 12 || day < 1 {
		return false
	}
	return d.Add(0) == d
}
