package local

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"shortfare/booking"
	"shortfare/store/commit"
)

// call is one job and what it touched.
type call struct {
	t       *Terminal
	tx      *commit.Tx
	now     time.Time
	touched []*run
	phase   atomic.Int32 // waiting, begun or given up
}

const (
	waiting int32 = iota
	begun
	givenUp
)

var errGivenUp = errors.New("local terminal: given up before it began")

// do runs a job and waits for its COMMIT. When ctx ends before it began, it
// never will; once begun, its end is waited for. Maps it touched are unpinned on the
// writer goroutine, before any other job.
func (t *Terminal) do(ctx context.Context, job func(c *call) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := &call{t: t}
	ended := make(chan error, 1)
	err := t.db.Submit(func(tx *commit.Tx) error {
		if !c.phase.CompareAndSwap(waiting, begun) {
			return errGivenUp
		}
		c.tx, c.now = tx, t.o.Clock()
		return job(c)
	}, func(err error) {
		for _, r := range c.touched {
			t.runs.unpin(r, err != nil)
		}
		ended <- err
	})
	if err != nil {
		return err
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		if c.phase.CompareAndSwap(waiting, givenUp) {
			return ctx.Err()
		}
		return <-ended
	}
}

// run gives the map of a run, read from the file when it is not in memory.
func (c *call) run(fresh *run) (*run, error) {
	r := c.t.runs.pin(fresh.key)
	if r != nil && r.outdated(fresh) {
		c.t.runs.unpin(r, true)
		r = nil
	}
	if r == nil {
		var err error
		if r, err = readRun(c.tx, fresh); err != nil {
			return nil, err
		}
		c.t.runs.file(r)
	}
	c.touched = append(c.touched, r)
	return r, nil
}

// runOf gives the map an item's seats are in.
func (c *call) runOf(it *row) (*run, error) {
	return c.run(newRun(it.of, it.stops, it.of.date.Time(0, c.now.Location()).AddDate(0, 0, 7), it.layout))
}

// writeLapsed marks the rows of expired holds; they must be before their seats are sold again.
func (c *call) writeLapsed(r *run) error {
	for _, key := range r.lapsed {
		_, n, err := c.tx.Exec(`UPDATE item SET state = ?, changed = ? WHERE key = ? AND state = ?`,
			int64(released), c.now.UnixMilli(), arg(key), int64(held))
		if err == nil && n > 0 {
			err = freePassengers(c.tx, key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Prebook implements booking.Ticketing.
func (t *Terminal) Prebook(ctx context.Context, r booking.HoldRequest) booking.Outcome[booking.Hold] {
	if r.Key == "" || r.Seats < 1 {
		return booking.IsRefused[booking.Hold](booking.ReasonMismatch)
	}
	if r.For <= 0 {
		r.For = defaultHold
	}
	o, onSale := t.offer(r.Trip, r.Class)
	var out booking.Outcome[booking.Hold]
	err := t.do(ctx, func(c *call) error {
		it, err := item(c.tx, r.Key)
		if err != nil {
			return err
		}
		if it != nil {
			people, err := it.passengers(c.tx)
			out = repeated(it, r, people, c.now.UnixMilli())
			return err
		}
		reason := booking.ReasonClosed
		if onSale && o.closes(t.o.Margin, latest).After(c.now) {
			var h booking.Hold
			if h, reason, err = c.hold(r, o); err != nil {
				return err
			}
			if reason == booking.ReasonNone {
				out = booking.IsDone(h)
				return nil
			}
		}
		out = booking.IsRefused[booking.Hold](reason)
		return insertTombstone(c.tx, r.Key, refused, reason, c.now.UnixMilli())
	})
	if err != nil {
		return booking.IsUnknown[booking.Hold](err)
	}
	return out
}

// repeated answers a key that was used before.
func repeated(it *row, r booking.HoldRequest, people []string, now int64) booking.Outcome[booking.Hold] {
	if it.state == refused {
		return booking.IsRefused[booking.Hold](it.reason)
	}
	if it.layout == nil {
		return booking.IsRefused[booking.Hold](booking.ReasonTombstone)
	}
	class := it.layout.classes[it.class].class
	if it.of != (runKey{r.Trip.Service, r.Trip.Date}) || it.from != r.Trip.From || it.to != r.Trip.To ||
		len(it.seats) != r.Seats || !slices.Equal(people, tokens(r)) || r.Class != "" && r.Class != class {
		return booking.IsRefused[booking.Hold](booking.ReasonMismatch)
	}
	if it.state == issued || it.state == held && it.until > now {
		return booking.IsDone(booking.Hold{Until: time.UnixMilli(it.until), Price: it.price, Places: it.layout.places(it.class, it.seats)})
	}
	return booking.IsRefused[booking.Hold](booking.ReasonTombstone)
}

// hold takes seats for a key that is new.
func (c *call) hold(q booking.HoldRequest, o offer) (booking.Hold, booking.Reason, error) {
	none := booking.Hold{}
	r, err := c.run(c.t.run(o))
	if err != nil {
		return none, "", err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	class := r.layout.find(o.fare.Class)
	if class < 0 || r.stops != o.whole.To {
		return none, booking.ReasonClosed, nil // sold under another timetable: its stops are others
	}
	end := o.closes(c.t.o.Margin, r.change)
	if r.change.cancelled || !end.After(c.now) {
		return none, booking.ReasonClosed, nil
	}
	if reason := c.t.named(q); reason != booking.ReasonNone {
		return none, reason, nil
	}
	now := c.now.UnixMilli()
	r.lapse(now)
	people := tokens(q)
	if people != nil {
		if err := c.writeLapsed(r); err != nil {
			return none, "", err
		}
		if twice, err := c.booked(r.id, people, q.Replaces); err != nil || twice {
			return none, booking.ReasonBooked, err
		}
	}
	s := span{class: class, from: q.Trip.From, to: q.Trip.To}
	s.seats, c.t.window = r.pick(class, q.Seats, s.from, s.to, c.t.window)
	if s.seats == nil {
		return none, booking.ReasonSoldOut, nil
	}
	until := c.now.Add(q.For)
	if until.After(end) {
		until = end
	}
	until = until.Truncate(time.Millisecond)
	price := o.fare.Price.Times(q.Seats)
	id := r.id
	if id == 0 {
		if id, err = insertRun(c.tx, r); err != nil {
			return none, "", err
		}
	}
	if err := c.writeLapsed(r); err != nil {
		return none, "", err
	}
	_, _, err = c.tx.Exec(`INSERT INTO item (key, state, run, class, first, last, seats, until, price, currency, made, changed, departs)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, arg(q.Key), int64(held), id, class, s.from, s.to, packSeats(s.seats),
		until.UnixMilli(), price.Minor, price.Currency, now, now, o.departs().UnixMilli())
	if err == nil {
		err = c.seatPassengers(q.Key, id, s.seats, people)
	}
	if err != nil {
		return none, "", err
	}
	// Nothing fails from here on: memory follows.
	r.id, r.lapsed = id, nil
	r.set(s, true)
	r.keep(q.Key, hold{s, until.UnixMilli()})
	return booking.Hold{Until: until, Price: price, Places: r.layout.places(class, s.seats)}, "", nil
}

// Fulfil implements booking.Ticketing.
func (t *Terminal) Fulfil(ctx context.Context, key string) booking.Outcome[booking.Item] {
	return t.write(ctx, key, func(c *call, it *row) (booking.Outcome[booking.Item], error) {
		switch {
		case it == nil:
			return booking.IsRefused[booking.Item](booking.ReasonNotFound), nil
		case it.state == issued:
			return is(it, issued), nil
		case it.state != held:
			return booking.IsRefused[booking.Item](booking.ReasonTombstone), nil
		}
		r, err := c.runOf(it)
		if err != nil {
			return booking.Outcome[booking.Item]{}, err
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		now := c.now.UnixMilli()
		r.lapse(now)
		if h, live := r.holds[key]; !live || r.change.cancelled { // nobody pays for a run that does not run
			if live {
				r.set(h.span, false)
				delete(r.holds, key)
			}
			return booking.IsRefused[booking.Item](booking.ReasonTombstone), setState(c.tx, key, held, released, now)
		}
		if err := setState(c.tx, key, held, issued, now); err != nil {
			return booking.Outcome[booking.Item]{}, err
		}
		delete(r.holds, key)
		return is(it, issued), nil
	})
}

// write is a job about one key.
func (t *Terminal) write(ctx context.Context, key string, decide func(*call, *row) (booking.Outcome[booking.Item], error)) booking.Outcome[booking.Item] {
	if key == "" {
		return booking.IsRefused[booking.Item](booking.ReasonNotFound)
	}
	var out booking.Outcome[booking.Item]
	err := t.do(ctx, func(c *call) error {
		it, err := item(c.tx, key)
		if err == nil {
			out, err = decide(c, it)
		}
		return err
	})
	if err != nil {
		return booking.IsUnknown[booking.Item](err)
	}
	return out
}
