package booking

import (
	"context"
	"slices"
	"time"
)

// Limits of a tick, which has other things to do: customers that it looks at, of whom a
// million take a quarter of an hour, and turns that it runs for those who have
// changed, which wait for the disk.
const (
	sweepPage  = 100
	sweepTurns = 10
)

// sweep looks through all customers once a day: classes change with birthdays and
// with time since the last order, and when the rules do.
type sweep struct {
	day   Date // that was looked through, or is
	after MSISDN
	ended bool
}

// label sets the customer's labels to what he is now.
func (e *Engine) label(c *Customer, now time.Time) {
	if e.Labels == nil {
		return
	}
	if labels := e.Labels(c, now); !slices.Equal(labels, c.Labels) {
		c.Labels = labels
	}
}

// relabel looks at a page of customers, and runs a turn for each whose labels are
// not what they should be.
func (e *Engine) relabel(ctx context.Context, now time.Time) error {
	if e.Labels == nil || e.refuses.Load() {
		return nil
	}
	s := &e.sweep
	if today := DateOf(now); s.day != today {
		*s = sweep{day: today}
	}
	if s.ended {
		return nil
	}
	list, err := e.Store.Customers(ctx, s.after, sweepPage)
	if err != nil {
		return err
	}
	turns := 0
	for _, c := range list {
		if !slices.Equal(e.Labels(c, now), c.Labels) {
			if turns++; turns > sweepTurns {
				return nil // the rest of them next time
			}
			if err := e.Turn(ctx, c.MSISDN); err != nil {
				return err
			}
		}
		s.after = c.MSISDN
	}
	s.ended = len(list) < sweepPage
	return nil
}
