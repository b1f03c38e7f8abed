package parser

import (
	"strconv"
	"time"
)

// Date is a calendar day without a time zone. The zero value is no date.
type Date struct{ Year, Month, Day int }

// FromTime returns the day t falls on in its own location.
func FromTime(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, int(m), d}
}

// IsZero tells whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Before tells whether d is an earlier day than e.
func (d Date) Before(e Date) bool {
	if d.Year != e.Year {
		return d.Year < e.Year
	}
	if d.Month != e.Month {
		return d.Month < e.Month
	}
	return d.Day < e.Day
}

// Time returns midnight UTC of the day.
func (d Date) Time() time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
}

// Add returns the day n days later, earlier when n is negative.
func (d Date) Add(days int) Date {
	return FromTime(time.Date(d.Year, time.Month(d.Month), d.Day+days, 0, 0, 0, 0, time.UTC))
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.Time().Weekday() }

// String returns the day as answers write it, `5Dec`; empty for no date. The
// month is always in letters, so that no customer can misread it.
func (d Date) String() string {
	if d.IsZero() || d.Month < 1 || d.Month > 12 {
		return ""
	}
	return strconv.Itoa(d.Day) + monthNames[d.Month-1]
}

// ISO returns the day as `2026-12-05`; empty for no date.
func (d Date) ISO() string {
	if d.IsZero() {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

var monthNames = [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

// daysIn returns the number of days of a month, 0 when there is no such month.
func daysIn(year, month int) int {
	switch month {
	case 1, 3, 5, 7, 8, 10, 12:
		return 31
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	default:
		return 0
	}
}

// valid tells whether the day exists.
func (d Date) valid() bool {
	return d.Day >= 1 && d.Day <= daysIn(d.Year, d.Month)
}

// Window is a part of a day in minutes after midnight, From included and To
// excluded. The zero value is no wish.
type Window struct{ From, To int }

// IsZero tells whether there is no wish.
func (w Window) IsZero() bool { return w == Window{} }

// Holds tells whether a departure at that minute is wished for; always when
// there is no wish.
func (w Window) Holds(minute int) bool {
	return w.IsZero() || minute >= w.From && minute < w.To
}
