package booking

import (
	"slices"
	"time"
)

// partsDue brings the customer's deadline forward to when his oldest
// unfinished long text is given up.
func (e *Engine) partsDue(c *Customer) {
	for _, j := range c.Joining {
		if d := time.Unix(j.At, 0).Add(e.PartLife); c.Due.IsZero() || d.Before(c.Due) {
			c.Due = d
		}
	}
}

// lostParts gives up long texts whose rest did not come and says so: an
// acknowledged part is part of a text that must be answered.
func (e *Engine) lostParts(v *View, ch *Changes, env Env) {
	c := v.Customer
	if ch == nil || c == nil || len(c.Joining) == 0 {
		return
	}
	ch.Customer = c
	for i, j := range c.Joining {
		if env.Now.Before(time.Unix(j.At, 0).Add(e.PartLife)) || ch.DropPart != "" {
			continue
		}
		ch.DropPart = j.Key
		ch.Replies = append(ch.Replies, e.lostPart(v, j, env.Now)...)
		c.Joining = append(c.Joining[:i:i], c.Joining[i+1:]...)
		break
	}
	ch.Deadlines(v, e.SlowAfter)
	e.partsDue(c)
}

// lostPart says which part of a long text is missing, unless the customer sends so
// many that he gets no answers.
func (e *Engine) lostPart(v *View, j Joining, now time.Time) []MT {
	c := v.Customer
	missing := 1
	for slices.Contains(j.Got, missing) {
		missing++
	}
	text := e.Decider.LostPart(c, missing, now)
	if text == "" {
		return nil
	}
	return []MT{{ID: v.NewID(), MSISDN: c.MSISDN, To: c.Address, From: c.Own, Link: c.Link, Text: text, At: now, Notice: true}}
}
