package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"shortfare/booking/classes"
	"shortfare/booking/dialogue"
)

// Classes say how customers are sorted, and what classes may do.
type Classes struct {
	Ages   []int        `mapstructure:"ages"`   // where bands begin; the default bands when empty
	Jobs   []Job        `mapstructure:"jobs"`   // occupations; the built-in ones when empty
	Levels []Level      `mapstructure:"levels"` // the default levels when empty
	Limits []ClassLimit `mapstructure:"limits"`

	// Rules are all of it, with limits and holds of everybody as the base.
	Rules classes.Rules `mapstructure:"-"`
	// Occupations are Jobs for the dialogue; nil for the built-in ones.
	Occupations []dialogue.Occupation `mapstructure:"-"`
}

// Job is one dialogue.Occupation.
type Job struct {
	Key   string   `mapstructure:"key"`
	En    string   `mapstructure:"en"`
	Zh    string   `mapstructure:"zh"`
	Words []string `mapstructure:"words"`
}

// Level is one classes.Level.
type Level struct {
	Name         string        `mapstructure:"name"`
	Paid         int           `mapstructure:"paid"`
	Spent        string        `mapstructure:"spent"`
	LastYear     bool          `mapstructure:"last_year"`
	MaxCancelled *int          `mapstructure:"max_cancelled"` // percent
	MaxIdle      time.Duration `mapstructure:"max_idle"`
}

// ClassLimit is what one class has instead of limits and orders.hold; absent is as everybody.
type ClassLimit struct {
	Class       string         `mapstructure:"class"`
	UnpaidHolds *int           `mapstructure:"unpaid_holds"`
	OpenQuotes  *int           `mapstructure:"open_quotes"`
	Hold        *time.Duration `mapstructure:"hold"`
	HoldNear    *time.Duration `mapstructure:"hold_near"`
}

// checkClasses makes the rules and looks at them.
func (c *Config) checkClasses(k *checker) {
	r := classes.Defaults()
	r.Base = classes.Limits{UnpaidHolds: c.Limits.UnpaidHolds, OpenQuotes: c.Limits.OpenQuotes, Hold: c.Orders.Hold, HoldNear: c.Orders.HoldNear}
	if len(c.Classes.Ages) > 0 {
		r.Ages = c.Classes.Ages
	}
	for i, age := range c.Classes.Ages {
		if age < 1 || age > 150 || i > 0 && age <= c.Classes.Ages[i-1] {
			k.bad(fmt.Sprintf("classes.ages[%d]", i), "%d does not fit; write ages from 1 to 150, each greater than the one before", age)
		}
	}
	if len(c.Classes.Levels) > 0 {
		r.Levels = nil
	}
	for i, l := range c.Classes.Levels {
		r.Levels = append(r.Levels, k.level(fmt.Sprintf("classes.levels[%d]", i), l))
	}
	if len(c.Classes.Jobs) > 0 {
		r.Jobs = nil
	}
	for i, j := range c.Classes.Jobs {
		o := k.job(fmt.Sprintf("classes.jobs[%d]", i), j)
		if slices.Contains(r.Jobs, o.Key) {
			k.bad(fmt.Sprintf("classes.jobs[%d].key", i), "%q is given twice; put their words together", o.Key)
		}
		c.Classes.Occupations, r.Jobs = append(c.Classes.Occupations, o), append(r.Jobs, o.Key)
	}
	known := r.Known()
	for i, l := range c.Classes.Limits {
		r.Overrides = append(r.Overrides, k.override(fmt.Sprintf("classes.limits[%d]", i), l, known))
	}
	c.Classes.Rules = r
}

func (k *checker) label(key, s string) {
	if !regexp.MustCompile(`^[a-z][a-z0-9_-]{0,19}$`).MatchString(s) {
		k.bad(key, "%q is no label; write up to 20 small letters, digits, - and _, beginning with a letter", s)
	}
}

func (k *checker) job(at string, j Job) dialogue.Occupation {
	k.label(at+".key", j.Key)
	for _, x := range [...]struct{ key, name string }{{"en", j.En}, {"zh", j.Zh}} {
		if n := len([]rune(x.name)); n < 1 || n > 20 {
			k.bad(at+"."+x.key, "has %d characters; write a name of 1 to 20, answers show it", n)
		}
	}
	o := dialogue.Occupation{Key: j.Key, En: j.En, Zh: j.Zh}
	for _, w := range j.Words {
		o.Words = append(o.Words, strings.ToLower(strings.TrimSpace(w)))
	}
	return o
}

func (k *checker) level(at string, l Level) classes.Level {
	if l.Name == classes.New {
		k.bad(at+".name", "new is the level of those whom no other takes; choose another name")
	} else {
		k.label(at+".name", l.Name)
	}
	k.between(at+".paid", l.Paid, 0, 1_000_000)
	if l.MaxCancelled != nil {
		k.between(at+".max_cancelled", *l.MaxCancelled, 0, 100)
	}
	if l.MaxIdle != 0 {
		k.duration(at+".max_idle", l.MaxIdle, time.Hour, 20*365*24*time.Hour)
	}
	spent := k.decimal(at+".spent", l.Spent)
	if spent < 0 {
		k.bad(at+".spent", "is negative; write an amount such as 5000")
	}
	if l.Paid == 0 && spent == 0 && l.MaxIdle == 0 {
		k.bad(at, "takes everybody; say paid, spent or max_idle")
	}
	return classes.Level{Name: l.Name, Paid: l.Paid, Spent: spent, LastYear: l.LastYear, Cancelled: l.MaxCancelled, Idle: l.MaxIdle}
}

func (k *checker) override(at string, l ClassLimit, known []string) classes.Override {
	if !slices.Contains(known, l.Class) {
		k.bad(at+".class", "%q is no class; %s", l.Class, suggest(l.Class, known))
	}
	if l.UnpaidHolds != nil {
		k.between(at+".unpaid_holds", *l.UnpaidHolds, 0, 100000)
	}
	if l.OpenQuotes != nil {
		k.between(at+".open_quotes", *l.OpenQuotes, 0, 100)
	}
	if l.Hold != nil {
		k.duration(at+".hold", *l.Hold, time.Minute, 24*time.Hour)
	}
	if l.HoldNear != nil {
		k.duration(at+".hold_near", *l.HoldNear, time.Minute, 24*time.Hour)
	}
	if l.UnpaidHolds == nil && l.OpenQuotes == nil && l.Hold == nil && l.HoldNear == nil {
		k.bad(at, "sets nothing; say unpaid_holds, open_quotes, hold or hold_near, or remove it")
	}
	return classes.Override{Class: l.Class, UnpaidHolds: l.UnpaidHolds, OpenQuotes: l.OpenQuotes, Hold: l.Hold, HoldNear: l.HoldNear}
}
