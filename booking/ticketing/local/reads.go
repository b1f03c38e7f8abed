package local

import (
	"context"
	"time"

	"shortfare/booking"
	"shortfare/store/commit"
)

// Get implements booking.Ticketing. It reads the last COMMIT and waits for no writer.
func (t *Terminal) Get(ctx context.Context, key string) booking.Outcome[booking.Item] {
	var it *row
	err := t.db.Read(ctx, func(tx *commit.Tx) (err error) {
		it, err = item(tx, key)
		return err
	})
	switch {
	case err != nil:
		return booking.IsUnknown[booking.Item](err)
	case it == nil || it.state == refused:
		return booking.IsRefused[booking.Item](booking.ReasonNotFound)
	}
	return is(it, it.now(t.o.Clock()))
}

// now is the state with the clock: a hold that has expired is released, written or not.
func (it *row) now(now time.Time) state {
	if it.state == held && it.until <= now.UnixMilli() {
		return released
	}
	return it.state
}

// Left implements booking.Stock. It counts in memory; a run is read from the
// file, beside the writer, when it is first asked for. After the sale has ended, or
// of a run that is cancelled, it is 0.
func (t *Terminal) Left(k booking.TripKey, class string) (int, bool) {
	o, ok := t.offer(k, class)
	if !ok {
		return 0, false
	}
	now := t.o.Clock()
	if !o.closes(t.o.Margin, latest).After(now) {
		return 0, true
	}
	r, changes := t.runs.get(runKey{k.Service, k.Date})
	if r == nil {
		fresh := t.run(o)
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		err := t.db.Read(ctx, func(tx *commit.Tx) (err error) {
			r, err = readRun(tx, fresh)
			return err
		})
		if err != nil {
			return 0, false
		}
		r = t.runs.offer(r, changes)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.change.cancelled || !o.closes(t.o.Margin, r.change).After(now) {
		return 0, true
	}
	return r.count(t, o, k, now)
}

// count is Left on a map that is locked.
func (r *run) count(t *Terminal, o offer, k booking.TripKey, now time.Time) (int, bool) {
	i := r.layout.find(o.fare.Class)
	if r.id == 0 && (i < 0 || r.stops != o.whole.To) { // never sold, and the timetable has changed
		r = t.run(o)
		i = r.layout.find(o.fare.Class)
	}
	if i < 0 || r.stops != o.whole.To {
		return 0, false
	}
	r.lapse(now.UnixMilli())
	return r.left(i, k.From, k.To), true
}

// Sweep writes down what expired holds gave back and forgets runs that have
// ended. It gives the number of runs it wrote. Run calls it; nothing depends on it but
// tidiness.
func (t *Terminal) Sweep(ctx context.Context) (int, error) {
	const limit = 256
	keys := t.runs.expired(t.o.Clock(), limit)
	if len(keys) == 0 {
		return 0, nil
	}
	var swept []*run
	err := t.do(ctx, func(c *call) error {
		for _, k := range keys {
			r := t.runs.pin(k)
			if r == nil {
				continue
			}
			c.touched = append(c.touched, r)
			swept = append(swept, r)
			r.mu.Lock()
			defer r.mu.Unlock()
			r.lapse(c.now.UnixMilli())
			if err := c.writeLapsed(r); err != nil {
				return err
			}
		}
		for _, r := range swept { // only now that nothing can fail: memory follows
			r.lapsed = nil
		}
		return nil
	})
	return len(swept), err
}

// Row is a line of the terminal's own books.
type Row struct {
	Key      string
	Service  string // empty for a key that never had seats
	Date     booking.Date
	Class    string
	From, To int
	Places   []string
	Tokens   []string // of the passengers' documents, one for each of Places; nil when nobody is named
	State    booking.TicketState
	Refusal  booking.Reason // of a Prebook that was refused; State is then released
	Price    booking.Money
	Until    time.Time
	Made     time.Time
	Changed  time.Time
	Boarded  time.Time // zero when nobody has
}

// Ledger lists every key, numbers first, in order: for checkers and
// reconciliation. It reads one snapshot, beside the writer.
func (t *Terminal) Ledger(ctx context.Context) ([]Row, error) {
	var rows []Row
	now := t.o.Clock()
	err := t.db.Read(ctx, func(tx *commit.Tx) error {
		return tx.Query(itemColumns+` ORDER BY i.key`, func(r commit.Row) error {
			it, err := scanItem(r)
			if err != nil {
				return err
			}
			l := Row{Key: it.key, State: it.now(now).item(), Refusal: it.reason, Made: time.UnixMilli(it.made), Changed: time.UnixMilli(it.changed)}
			if it.layout != nil {
				l.Service, l.Date, l.From, l.To, l.Class = it.of.service, it.of.date, it.from, it.to, it.layout.classes[it.class].class
				l.Places, l.Price, l.Until = it.places(), it.price, time.UnixMilli(it.until)
				people, err := it.passengers(tx)
				if err != nil {
					return err
				}
				l.Tokens = it.leftOf(people)
				if it.boarded != 0 {
					l.Boarded = time.UnixMilli(it.boarded)
				}
			}
			rows = append(rows, l)
			return nil
		})
	})
	return rows, err
}
