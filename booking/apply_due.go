package booking

import "time"

// Deadline returns the event that is due for the order at now, if one is. slow
// is how long a customer waits before he is told so.
func (o Order) Deadline(now time.Time, slow time.Duration) (Event, bool) {
	for _, d := range o.deadlines(slow) {
		if !d.at.IsZero() && !now.Before(d.at) {
			return Event{Kind: d.event}, true
		}
	}
	return Event{}, false
}

// NextDeadline returns when Deadline will have something, zero for never.
func (o Order) NextDeadline(slow time.Duration) time.Time {
	var next time.Time
	for _, d := range o.deadlines(slow) {
		if !d.at.IsZero() && (next.IsZero() || d.at.Before(next)) {
			next = d.at
		}
	}
	return next
}

// deadline is something that time does to an order; at is zero for never.
type deadline struct {
	at    time.Time
	event EventKind
}

func (o Order) deadlines(slow time.Duration) [2]deadline {
	switch o.State {
	case Waiting:
		return [2]deadline{{o.Due, WaitEnded}}
	case Held:
		return [2]deadline{{o.Due, HoldExpired}}
	case Review:
		return [2]deadline{{o.Due, ReviewOverdue}}
	case Issued:
		d := [2]deadline{{}, {o.SettleDue, AskSettled}}
		if o.Lead > 0 && !o.Reminded && o.Upset != RunCancelled {
			d[0] = deadline{o.Trip.Dep.Add(-o.Lead), Remind}
		}
		return d
	case Closed:
		return [2]deadline{{o.SettleDue, AskSettled}, {o.StrayDue, AskStray}}
	case Holding, Debiting, Issuing, Swapping, Voiding, Reversing:
		if o.Ask != 0 && !o.Slow {
			return [2]deadline{{o.AskedAt.Add(slow), SlowNotice}}
		}
	}
	return [2]deadline{}
}
