package tariff

import (
	"fmt"
	"slices"
	"time"
)

// Problem is something wrong with rules.
type Problem struct {
	Where string // "cancel[0].steps[1].before", as the configuration names it
	What  string // and what to do
}

// reach bounds how far from departure a step may begin, either way.
const reach = 366 * 24 * time.Hour

// Problems lists what is wrong with the rules, so that a mistake is found when
// they are read and not when a customer cancels. It is empty for good ones.
func (r Rules) Problems() []Problem {
	var p problems
	if r.Round < 0 {
		p.add("round", "is negative; write a step such as 0.50, or 0 for none")
	}
	if r.FreeAfter < 0 {
		p.add("free_after_purchase", "is negative; write a time such as 30m, or 0s for none")
	}
	p.ladders("cancel", r.Cancels)
	p.ladders("change", r.Changes)
	return p
}

type problems []Problem

func (p *problems) add(where, format string, args ...any) {
	*p = append(*p, Problem{Where: where, What: fmt.Sprintf(format, args...)})
}

func (p *problems) ladders(list string, ladders []Ladder) {
	for i := range ladders {
		at := fmt.Sprintf("%s[%d]", list, i)
		for j := range i {
			if ladders[j].covers(&ladders[i]) {
				p.add(at, "is never asked, since %s[%d] before it takes all its tickets; put it first or remove it", list, j)
				break
			}
		}
		if len(ladders[i].Steps) == 0 {
			p.add(at+".steps", "has no step; add one, such as {before: 0h, percent: 10}")
		}
		for j, s := range ladders[i].Steps {
			p.step(fmt.Sprintf("%s.steps[%d]", at, j), s)
			if j > 0 {
				p.pair(fmt.Sprintf("%s.steps[%d]", at, j), ladders[i].Steps[j-1], s)
			}
		}
	}
}

func (p *problems) step(at string, s Step) {
	if s.Before < -reach || s.Before > reach {
		p.add(at+".before", "%s is out of range; write a time within a year of departure", hours(s.Before))
	}
	if s.Percent < 0 || s.Percent > 100*100 {
		p.add(at+".percent", "is out of range; write 0 to 100")
	}
	for _, x := range []struct {
		key   string
		minor int64
	}{{"fixed", s.Fixed}, {"min", s.Min}, {"max", s.Max}} {
		if x.minor < 0 || x.minor > 1e12 {
			p.add(at+"."+x.key, "is out of range; write an amount from 0 to 10000000000")
		}
	}
	if s.Max > 0 && s.Min > s.Max {
		p.add(at+".max", "is less than min; raise it or lower min")
	}
}

// pair holds a step against the one before it.
func (p *problems) pair(at string, earlier, s Step) {
	if s.Before >= earlier.Before {
		p.add(at+".before", "%s is not less than %s of the step before it; begin with the longest time", hours(s.Before), hours(earlier.Before))
	}
	for _, x := range []struct {
		key      string
		was, now int64
	}{{"percent", earlier.Percent, s.Percent}, {"fixed", earlier.Fixed, s.Fixed}, {"min", earlier.Min, s.Min}, {"max", earlier.most(), limit(s.Max)}} {
		if x.now < x.was {
			p.add(at+"."+x.key, "is less than in the step before it; a fee must not fall as departure comes nearer")
		}
	}
}

// most is the greatest fee of a step, whatever the fare.
func (s Step) most() int64 {
	if s.Percent > 0 {
		return limit(s.Max)
	}
	return min(max(s.Fixed, s.Min), limit(s.Max))
}

// limit is a maximum with which those that are none compare as the greatest.
func limit(m int64) int64 {
	if m == 0 {
		return 1<<63 - 1
	}
	return m
}

// covers tells whether l takes every question that o takes.
func (l *Ladder) covers(o *Ladder) bool {
	return subset(o.Kinds, l.Kinds) && subset(o.Classes, l.Classes) && (!l.LaterDay || o.LaterDay)
}

// subset tells whether all of few are in many, where none given means all.
func subset[T comparable](few, many []T) bool {
	if len(many) == 0 {
		return true
	}
	if len(few) == 0 {
		return false
	}
	for _, x := range few {
		if !slices.Contains(many, x) {
			return false
		}
	}
	return true
}
