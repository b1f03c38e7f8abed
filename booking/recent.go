package booking

import "time"

// Recent is when something happened lately, oldest first, in Unix milliseconds. Unlike a
// Rate, whose windows begin where they do, it lets no stretch of a window's length
// hold more than a limit.
type Recent []int64

// Add notes one more, and forgets what is older than the window and all but the newest
// limit.
func (r *Recent) Add(now time.Time, window time.Duration, limit int) {
	kept := append(r.within(now, window), now.UnixMilli())
	*r = append(Recent(nil), kept[max(0, len(kept)-limit):]...) // a view of the customer may share it
}

// Full tells whether limit of them happened within the window that ends now, and when
// there is room for one again.
func (r Recent) Full(now time.Time, window time.Duration, limit int) (until time.Time, full bool) {
	kept := r.within(now, window)
	if len(kept) < limit || limit <= 0 {
		return time.Time{}, false
	}
	return time.UnixMilli(kept[len(kept)-limit]).Add(window), true
}

// within are those of the window that ends now. What seems to come from the future was
// noted before the clock was set back, and tells nothing.
func (r Recent) within(now time.Time, window time.Duration) Recent {
	var kept Recent
	for _, at := range r {
		if age := now.Sub(time.UnixMilli(at)); age >= 0 && age < window {
			kept = append(kept, at)
		}
	}
	return kept
}
