package local

import (
	"context"
	"slices"

	"shortfare/booking"
)

// Void implements booking.Ticketing. Of places that are no seats of the item
// none is cancelled: mismatch.
func (t *Terminal) Void(ctx context.Context, key string, places []string) booking.Outcome[booking.Item] {
	return t.write(ctx, key, func(c *call, it *row) (booking.Outcome[booking.Item], error) {
		if len(places) > 0 {
			return c.cancel(key, it, places)
		}
		return c.undo(key, it, voided)
	})
}

// cancel gives some seats of a ticket back; it is voided when none is left.
func (c *call) cancel(key string, it *row, places []string) (booking.Outcome[booking.Item], error) {
	if it == nil || it.layout == nil || it.state == held {
		return booking.IsRefused[booking.Item](booking.ReasonMismatch), nil
	}
	was := it.layout.places(it.class, it.seats)
	s, gone := span{class: it.class, from: it.from, to: it.to}, []uint32(nil)
	for i, seat := range it.seats {
		before := slices.Contains(it.gone, seat)
		named := slices.Contains(places, was[i])
		if named && !before {
			s.seats = append(s.seats, seat)
		}
		if named || before {
			gone = append(gone, seat)
		}
	}
	for _, p := range places {
		if !slices.Contains(was, p) {
			return booking.IsRefused[booking.Item](booking.ReasonMismatch), nil
		}
	}
	if it.state != issued || len(s.seats) == 0 {
		return is(it, it.state), nil
	}
	r, err := c.runOf(it)
	if err != nil {
		return booking.Outcome[booking.Item]{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.travelled(it, r) {
		return booking.IsRefused[booking.Item](booking.ReasonUsed), nil
	}
	now := c.now.UnixMilli()
	if err := setGone(c.tx, key, gone, now); err != nil {
		return booking.Outcome[booking.Item]{}, err
	}
	if err := c.freeSeats(key, s.seats); err != nil {
		return booking.Outcome[booking.Item]{}, err
	}
	it.gone = gone
	if len(gone) == len(it.seats) {
		if err := setState(c.tx, key, issued, voided, now); err != nil {
			return booking.Outcome[booking.Item]{}, err
		}
		it.state = voided
	}
	r.set(s, false)
	return is(it, it.state), nil
}

// Release implements booking.Ticketing. An issued ticket is no hold: it stays,
// and the answer says so.
func (t *Terminal) Release(ctx context.Context, key string) booking.Outcome[booking.Item] {
	return t.write(ctx, key, func(c *call, it *row) (booking.Outcome[booking.Item], error) {
		if it != nil && it.state == issued {
			return is(it, issued), nil
		}
		return c.undo(key, it, released)
	})
}

// travelled tells whether a ticket was used, or could have been. A run that
// was cancelled carried nobody.
func (c *call) travelled(it *row, r *run) bool {
	if r.change.cancelled {
		return false
	}
	return it.boarded != 0 || it.departs != 0 && it.departs+r.change.shift.Milliseconds() <= c.now.UnixMilli()
}

// undo gives the seats of an item back; an unknown key becomes a tombstone.
func (c *call) undo(key string, it *row, to state) (booking.Outcome[booking.Item], error) {
	now := c.now.UnixMilli()
	if it == nil {
		return booking.IsDone(booking.Item{State: to.item()}), insertTombstone(c.tx, key, to, "", now)
	}
	if it.state != held && it.state != issued {
		return is(it, it.state), nil
	}
	r, err := c.runOf(it)
	if err != nil {
		return booking.Outcome[booking.Item]{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if it.state == issued && c.travelled(it, r) {
		return booking.IsRefused[booking.Item](booking.ReasonUsed), nil
	}
	if err := setState(c.tx, key, it.state, to, now); err != nil {
		return booking.Outcome[booking.Item]{}, err
	}
	_, live := r.holds[key]
	if it.state == issued || live { // else it has lapsed, and memory knows
		r.set(it.left(), false)
		delete(r.holds, key)
	}
	return is(it, to), nil
}

func is(it *row, s state) booking.Outcome[booking.Item] {
	return booking.IsDone(booking.Item{State: s.item(), Places: it.places()})
}
