package local

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shortfare/booking"
	"shortfare/store/commit"
)

// Errors of operators' calls.
var (
	// ErrNoRun means that neither the timetable nor the file has such a run.
	ErrNoRun = errors.New("local terminal: no such run")
	// ErrShift means that a run cannot be moved by so much.
	ErrShift = errors.New("local terminal: a run is moved by a minute at least and MaxShift at most; use RestoreRun to undo it")
)

// MaxShift is how far a run can be moved either way: further on it would be
// taken for the run of another day.
const MaxShift = 24 * time.Hour

// MaxEvents is how many events are given at a time.
const MaxEvents = 1000

// change is what became of a run. The zero value runs as the timetable says.
type change struct {
	cancelled bool
	shift     time.Duration
}

// latest is the change that keeps a run on sale longest.
var latest = change{shift: MaxShift}

// CancelRun stops a run: service is the terminal's key of it, date the day it
// starts. The event is durable when it returns. A run that is cancelled already
// stays so, and the event of then is returned. Errors: ErrNoRun, or those of the file.
func (t *Terminal) CancelRun(ctx context.Context, service string, date booking.Date) (booking.ServiceEvent, error) {
	return t.alter(ctx, runKey{service, date}, booking.RunCancelled, 0)
}

// MoveRun is CancelRun for a run that goes later by shift than the timetable
// says, or earlier when it is negative. A cancelled run is restored by it. Also ErrShift.
func (t *Terminal) MoveRun(ctx context.Context, service string, date booking.Date, shift time.Duration) (booking.ServiceEvent, error) {
	if shift = shift.Truncate(time.Minute); shift == 0 || shift.Abs() > MaxShift {
		return booking.ServiceEvent{}, ErrShift
	}
	return t.alter(ctx, runKey{service, date}, booking.RunMoved, shift)
}

// RestoreRun is CancelRun for a run that goes as the timetable says after all.
// For a run that nothing happened to the event is empty.
func (t *Terminal) RestoreRun(ctx context.Context, service string, date booking.Date) (booking.ServiceEvent, error) {
	return t.alter(ctx, runKey{service, date}, booking.RunRestored, 0)
}

func (t *Terminal) alter(ctx context.Context, k runKey, to booking.ServiceChange, shift time.Duration) (e booking.ServiceEvent, err error) {
	err = t.do(ctx, func(c *call) error {
		r, err := c.run(c.known(k))
		if err != nil {
			return err
		}
		if r.stops == 0 { // the error drops it from memory again
			return fmt.Errorf("%w: %s on %s", ErrNoRun, k.service, k.date)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		next := change{to == booking.RunCancelled, shift}
		if r.change == next {
			_, err := c.tx.Get(eventColumns+` WHERE date = ? AND service = ? ORDER BY seq DESC LIMIT 1`, func(row commit.Row) error {
				e = scanEvent(row)
				return nil
			}, int64(k.date), k.service)
			return err
		}
		e = booking.ServiceEvent{Service: k.service, Date: k.date, Change: to, Shift: shift, At: c.now.Truncate(time.Millisecond)}
		e.Seq, _, err = c.tx.Exec(`INSERT INTO event (service, date, change, shift, at) VALUES (?, ?, ?, ?, ?)`,
			k.service, int64(k.date), string(to), shift.Milliseconds(), e.At.UnixMilli())
		if err == nil {
			r.change = next
		}
		return err
	})
	if err != nil {
		return booking.ServiceEvent{}, err
	}
	return e, nil
}

// known makes a run of the timetable, or one without stops when it has none:
// then only the file may know it.
func (c *call) known(k runKey) *run {
	if cat := c.t.o.Catalogue(); cat != nil {
		if trip, ok := cat.Trip(booking.TripKey{Service: k.service, Date: k.date, To: 1}); ok {
			return c.t.run(offer{trip: trip, whole: wholeRun(cat, trip)})
		}
	}
	return newRun(k, 0, c.now.AddDate(0, 0, 7), &layout{})
}

// Board notes that a ticket was used. Refused: not_found, already_undone
// (there is no ticket any more, or none yet), sale_closed (the run is cancelled).
func (t *Terminal) Board(ctx context.Context, key string) booking.Outcome[booking.Item] {
	return t.write(ctx, key, func(c *call, it *row) (booking.Outcome[booking.Item], error) {
		switch {
		case it == nil || it.state == refused:
			return booking.IsRefused[booking.Item](booking.ReasonNotFound), nil
		case it.state != issued:
			return booking.IsRefused[booking.Item](booking.ReasonTombstone), nil
		case it.boarded != 0:
			return is(it, issued), nil
		}
		became, err := readChange(c.tx, it.of)
		if err != nil || became.cancelled {
			return booking.IsRefused[booking.Item](booking.ReasonClosed), err
		}
		now := c.now.UnixMilli()
		_, _, err = c.tx.Exec(`UPDATE item SET boarded = ?, changed = ? WHERE key = ?`, now, now, arg(key))
		return is(it, issued), err
	})
}

// Events implements booking.Ticketing. At most MaxEvents are given, also when
// limit is not positive.
func (t *Terminal) Events(ctx context.Context, after int64, limit int) booking.Outcome[[]booking.ServiceEvent] {
	if limit <= 0 || limit > MaxEvents {
		limit = MaxEvents
	}
	var list []booking.ServiceEvent
	err := t.db.Read(ctx, func(tx *commit.Tx) error {
		return tx.Query(eventColumns+` WHERE seq > ? ORDER BY seq LIMIT ?`, func(r commit.Row) error {
			list = append(list, scanEvent(r))
			return nil
		}, after, limit)
	})
	if err != nil {
		return booking.IsUnknown[[]booking.ServiceEvent](err)
	}
	return booking.IsDone(list)
}

const eventColumns = `SELECT seq, service, date, change, shift, at FROM event`

func scanEvent(r commit.Row) booking.ServiceEvent {
	return booking.ServiceEvent{Seq: r.Int64(0), Service: r.Text(1), Date: booking.Date(r.Int64(2)), Change: booking.ServiceChange(r.Text(3)),
		Shift: time.Duration(r.Int64(4)) * time.Millisecond, At: time.UnixMilli(r.Int64(5))}
}

// readChange finds what became of a run.
func readChange(tx *commit.Tx, k runKey) (c change, err error) {
	_, err = tx.Get(`SELECT change, shift FROM event WHERE date = ? AND service = ? ORDER BY seq DESC LIMIT 1`, func(r commit.Row) error {
		c = change{booking.ServiceChange(r.Text(0)) == booking.RunCancelled, time.Duration(r.Int64(1)) * time.Millisecond}
		return nil
	}, int64(k.date), k.service)
	return c, err
}
