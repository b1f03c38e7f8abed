package classes

import (
	"slices"
	"strings"
	"time"

	"shortfare/booking"
	"shortfare/booking/identity"
)

// Prefixes of labels that are not levels.
const (
	agePrefix    = "age:"
	genderPrefix = "gender:"
	regionPrefix = "region:"
	jobPrefix    = "job:"
)

// Person is what is known of a customer besides his orders; empty is not known.
type Person struct {
	Birth      string // YYYY-MM-DD, as the document states it
	Gender     string // M or F
	Region     string // two digits, GB/T 2260
	Occupation string // booking.Occupation.Key
}

// Classes are the labels of one customer: the level first, then age, gender,
// region and job as far as they are known.
type Classes []string

// PersonOf is what a customer's row says of him. Where he lives is where he says
// so, else the region of his document.
func PersonOf(c *booking.Customer) Person {
	p := Person{Occupation: c.Occupation.Key}
	if d := c.Document; d != nil {
		p.Birth, p.Gender, p.Region = d.Birth, d.Gender, d.Region
	}
	if c.Home != nil && len(c.Home.Code) >= 2 {
		p.Region = c.Home.Code[:2]
	}
	return p
}

// Classify tells which classes a customer is in. now is a time in the zone of
// the service: an age changes at its midnight. What is not well formed is as
// unknown.
func Classify(p Person, h booking.History, r Rules, now time.Time) Classes {
	c := Classes{r.level(h, now)}
	if age, ok := ageOn(p.Birth, now); ok {
		c = append(c, r.band(age))
	}
	if p.Gender == string(identity.Male) || p.Gender == string(identity.Female) {
		c = append(c, genderPrefix+p.Gender)
	}
	if _, ok := identity.RegionOf(p.Region); ok {
		c = append(c, regionPrefix+p.Region)
	}
	if label := r.job(p.Occupation); label != "" {
		c = append(c, label)
	}
	return c
}

func (r Rules) level(h booking.History, now time.Time) string {
	if l, ok := r.LevelOf(h, now); ok {
		return l.Name
	}
	return New
}

// LevelOf is the level that takes a history, the first that does; false when none
// does, and the customer is new.
func (r Rules) LevelOf(h booking.History, now time.Time) (Level, bool) {
	for _, l := range r.Levels {
		if l.takes(h, now) {
			return l, true
		}
	}
	return Level{}, false
}

// ageOn counts whole years. Whoever was born on 29 February is a year older on
// 1 March of other years.
func ageOn(birth string, now time.Time) (int, bool) {
	b, err := time.Parse(time.DateOnly, birth)
	if err != nil {
		return 0, false
	}
	age := now.Year() - b.Year()
	if now.Month() < b.Month() || now.Month() == b.Month() && now.Day() < b.Day() {
		age--
	}
	return age, age >= 0 && age < 200
}

// Has tells whether the customer is in a class.
func (c Classes) Has(label string) bool { return slices.Contains(c, label) }

// Level is the class by history.
func (c Classes) Level() string {
	if len(c) == 0 {
		return New
	}
	return c[0]
}

// Of returns the label of one sort without its prefix ("age", "gender",
// "region", "job"); empty when it is not known.
func (c Classes) Of(sort string) string {
	for _, label := range c {
		if v, ok := strings.CutPrefix(label, sort+":"); ok {
			return v
		}
	}
	return ""
}

// Limits are what a customer of these classes may do.
func (r Rules) Limits(c Classes) Limits {
	l := r.Base
	var holds, quotes, hold, near bool
	for _, o := range r.Overrides {
		if !c.Has(o.Class) {
			continue
		}
		first(&l.UnpaidHolds, o.UnpaidHolds, &holds)
		first(&l.OpenQuotes, o.OpenQuotes, &quotes)
		first(&l.Hold, o.Hold, &hold)
		first(&l.HoldNear, o.HoldNear, &near)
	}
	return l
}

// first sets a limit when an override has a say and none before it had.
func first[T any](to, v *T, decided *bool) {
	if v != nil && !*decided {
		*to, *decided = *v, true
	}
}

// Known lists every label that these rules can give, levels first.
func (r Rules) Known() []string {
	var all []string
	for _, l := range r.Levels {
		if !slices.Contains(all, l.Name) {
			all = append(all, l.Name)
		}
	}
	all = append(all, New)
	for i := range len(r.Ages) + 1 {
		if i < len(r.Ages) {
			all = append(all, r.band(r.Ages[i]-1))
		} else {
			last := 0
			if i > 0 {
				last = r.Ages[i-1]
			}
			all = append(all, r.band(last))
		}
	}
	all = append(all, genderPrefix+string(identity.Female), genderPrefix+string(identity.Male))
	for _, g := range identity.Regions() {
		all = append(all, regionPrefix+g.Code)
	}
	for _, j := range r.Jobs {
		all = append(all, jobPrefix+j)
	}
	return append(all, jobPrefix+booking.OtherOccupation)
}
