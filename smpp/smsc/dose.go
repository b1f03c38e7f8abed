package smsc

import (
	"fmt"
	"strconv"
	"strings"
)

// Dose says how much of something a fault takes. The zero value is nothing.
type Dose struct {
	Count int     // the next so many
	Share float64 // and of the rest this share, 0 to 1, evenly spread: 0.25 is every fourth
	owed  float64
}

// Next returns the dose that takes the next n.
func Next(n int) Dose { return Dose{Count: max(n, 0)} }

// Share returns the dose that takes this share, 0 to 1.
func Share(share float64) Dose { return Dose{Share: min(max(share, 0), 1)} }

// take reports whether the fault takes this one.
func (d *Dose) take() bool {
	if d.Count > 0 {
		d.Count--
		return true
	}
	const slack = 1e-9 // a hundred times 0.01 is not quite 1
	if d.owed += d.Share; d.owed >= 1-slack {
		d.owed--
		return true
	}
	return false
}

// String writes the dose as ParseDose reads it.
func (d Dose) String() string {
	switch {
	case d.Count > 0:
		return strconv.Itoa(d.Count)
	case d.Share >= 1:
		return "on"
	case d.Share > 0:
		return strconv.FormatFloat(d.Share*100, 'f', -1, 64) + "%"
	}
	return "off"
}

// ParseDose reads a dose: on or all, off, a number such as 3 for the next three,
// or a share such as 1% or 0.01. The error wraps ErrControl.
func ParseDose(text string) (Dose, error) {
	switch text {
	case "on", "all":
		return Share(1), nil
	case "off":
		return Dose{}, nil
	}
	if n, err := strconv.Atoi(text); err == nil && n >= 0 {
		return Next(n), nil
	}
	number, percent := strings.CutSuffix(text, "%")
	share, err := strconv.ParseFloat(number, 64)
	if percent {
		share /= 100
	}
	if err != nil || !(share >= 0 && share <= 1) {
		return Dose{}, fmt.Errorf("%w: a dose is on, off, a number such as 3 or a share such as 1%%, not %q", ErrControl, text)
	}
	return Share(share), nil
}
