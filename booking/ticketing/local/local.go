package local

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shortfare/booking"
	"shortfare/store/commit"
)

// Options of a terminal. Path and Catalogue must be set.
type Options struct {
	Path string // of the file
	// Terminal is the name trips must carry to be sold here; trips without a name are.
	Terminal string
	// Catalogue gives the timetable of the moment. What its runs were changed to by this
	// terminal's own events does not count here: the terminal knows by itself.
	Catalogue func() booking.Catalogue
	// Seats of a run; 0: 556 in a train, 49 in a bus, 180 in an aircraft. It counts
	// for runs of which nothing was sold yet: a run keeps the seats it has.
	Seats int
	// ClassShare is how the seats divide; classes that a run does not have are left
	// out, and each has at least one seat. nil: 80 % 2nd, 15 % 1st, 5 % business, and the like.
	ClassShare map[string]float64
	// Clock is the time of every decision; nil is time.Now.
	Clock func() time.Time
	// Margin is how long before the departure the sale ends and holds run out.
	Margin time.Duration
	// Named sells by passenger's name (booking.Capabilities): a request without a
	// document for every seat is refused.
	Named bool
	// Runs is how many runs stay in memory; 0 is 16384.
	Runs int
	// OnFatal is called once when the file cannot be trusted any more: the
	// process is to end.
	OnFatal func(error)
	// WrapCommit is that of commit.Options, for tests.
	WrapCommit func(commit func() error) error
}

// defaultHold is for requests that do not say how long.
const defaultHold = 10 * time.Minute

// SweepEvery is how often Run gives expired holds back.
const SweepEvery = 5 * time.Second

// Terminal implements booking.Ticketing. Its methods may be called from any goroutine.
type Terminal struct {
	o    Options
	db   *commit.DB
	runs runs
	// Of the writer goroutine:
	window []uint32
}

// Open opens or makes the file. Errors are those of commit.Open.
func Open(o Options) (*Terminal, error) {
	if o.Catalogue == nil {
		return nil, errors.New("local terminal: Options.Catalogue is missing")
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.ClassShare == nil {
		o.ClassShare = defaultShare
	}
	if o.Runs <= 0 {
		o.Runs = 16384
	}
	db, err := commit.Open(commit.Options{Path: o.Path, Migrations: migrations, OnFatal: o.OnFatal, WrapCommit: o.WrapCommit})
	if err != nil {
		return nil, fmt.Errorf("local terminal: %w", err)
	}
	return &Terminal{o: o, db: db, runs: runs{limit: o.Runs, loaded: map[runKey]*run{}}}, nil
}

// Close ends the calls under way and closes the file.
func (t *Terminal) Close() error { return t.db.Close() }

// Capabilities implements booking.Ticketing.
func (t *Terminal) Capabilities() booking.Capabilities { return booking.Capabilities{Named: t.o.Named} }

// Ready fails when the file cannot be read or has stopped.
func (t *Terminal) Ready(ctx context.Context) error {
	if err := t.db.Read(ctx, func(*commit.Tx) error { return nil }); err != nil {
		return fmt.Errorf("local terminal: %w", err)
	}
	return nil
}

// Run sweeps until ctx ends.
func (t *Terminal) Run(ctx context.Context) error {
	tick := time.NewTicker(SweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if _, err := t.Sweep(ctx); err != nil && errors.Is(err, commit.ErrFatal) {
				return err
			}
		}
	}
}

// offer is what the timetable says of a part of a run.
type offer struct {
	trip  booking.Trip
	whole booking.Trip
	fare  booking.Fare
}

// offer finds what a key names; false when it is not on sale here at all.
func (t *Terminal) offer(k booking.TripKey, class string) (offer, bool) {
	if k.Terminal != "" && t.o.Terminal != "" && k.Terminal != t.o.Terminal {
		return offer{}, false
	}
	cat := t.o.Catalogue()
	if cat == nil {
		return offer{}, false
	}
	trip, ok := cat.Trip(k)
	if !ok {
		return offer{}, false
	}
	fare, ok := trip.Fare(class)
	if !ok {
		return offer{}, false
	}
	return offer{trip, wholeRun(cat, trip), fare}, true
}

// wholeRun is the run a trip is a part of, from its first stop to its last.
func wholeRun(cat booking.Catalogue, trip booking.Trip) booking.Trip {
	for _, w := range cat.Numbered(trip.Number, trip.Date) {
		if w.Service == trip.Service {
			return w
		}
	}
	k := trip.TripKey
	k.From = 0
	whole := trip
	for {
		w, ok := cat.Trip(k)
		if !ok {
			return whole
		}
		whole = w
		k.To++
	}
}

// departs is when the part begins by the timetable, before any change.
func (o offer) departs() time.Time { return o.trip.Dep.Add(-o.trip.Shift) }

// closes is when the sale of a part ends.
func (o offer) closes(margin time.Duration, c change) time.Time {
	return o.departs().Add(c.shift - margin)
}

// run makes the run as it is before anything is sold.
func (t *Terminal) run(o offer) *run {
	return newRun(runKey{o.whole.Service, o.whole.Date}, o.whole.To, o.whole.Arr, t.layout(o.whole))
}
