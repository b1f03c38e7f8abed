package local

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"shortfare/booking"
	"shortfare/parser"
)

var _ booking.Ticketing = (*Terminal)(nil)

var (
	ctx     = context.Background()
	errTest = errors.New("no")
	today   = booking.Date(20261205)
	start   = time.Date(2026, 12, 5, 8, 0, 0, 0, time.UTC)
)

// lines is a timetable: every service runs daily from 12:00, an hour between stops.
type lines map[string]line

type line struct {
	number string
	kind   booking.Kind
	stops  int // index of the last
	fares  []booking.Fare
}

func cny(class string, yuan int64) booking.Fare {
	return booking.Fare{Class: class, Price: booking.Money{Minor: yuan * 100, Currency: "CNY"}}
}

func (lines) PlaceNames(string) (booking.Stop, bool)                             { return booking.Stop{}, false }
func (lines) City(id string) string                                              { return id }
func (l lines) Lookup(string) (parser.Place, bool)                               { return parser.Place{}, false }
func (l lines) Fuzzy(string) (parser.Place, bool)                                { return parser.Place{}, false }
func (l lines) HanPrefix(string) (parser.Place, int)                             { return parser.Place{}, 0 }
func (l lines) Service(string) bool                                              { return false }
func (l lines) Between(_, _, _ string, _ booking.Date, _ int) (t []booking.Trip) { return nil }

func (l lines) Trip(k booking.TripKey) (booking.Trip, bool) {
	x, ok := l[k.Service]
	if !ok || k.From < 0 || k.From >= k.To || k.To > x.stops {
		return booking.Trip{}, false
	}
	noon := k.Date.Time(12*60, time.UTC)
	return booking.Trip{TripKey: k, Number: x.number, Kind: x.kind, Fares: x.fares,
		Dep: noon.Add(time.Duration(k.From) * time.Hour), Arr: noon.Add(time.Duration(k.To) * time.Hour)}, true
}

func (l lines) Numbered(number string, d booking.Date) (list []booking.Trip) {
	for s, x := range l {
		if number != "" && x.number == number {
			t, _ := l.Trip(booking.TripKey{Service: s, Date: d, To: x.stops})
			list = append(list, t)
		}
	}
	return list
}

// desk is a terminal with a clock of its own.
type desk struct {
	*Terminal
	t    testing.TB
	o    Options
	now  atomic.Int64
	cat  atomic.Value
	next int
}

func open(t testing.TB, o Options) *desk {
	d := &desk{t: t, o: o}
	d.set(start)
	d.cat.Store(lines{
		"s1": {"G1", booking.Train, 5, []booking.Fare{cny("2nd", 100), cny("1st", 160)}},
		"s2": {"", booking.Bus, 3, []booking.Fare{cny("seat", 20)}},
		"s3": {"CA1", booking.Flight, 1, []booking.Fare{cny("economy", 900), cny("business", 2000)}},
		"s4": {"K9", booking.Train, 130, []booking.Fare{cny("hard seat", 10)}},
		"s5": {"Z0", booking.Train, 2, nil},
	})
	d.o.Path = filepath.Join(t.TempDir(), "terminal.db")
	d.o.Clock = func() time.Time { return time.Unix(0, d.now.Load()).UTC() }
	d.o.Catalogue = func() booking.Catalogue { return d.cat.Load().(lines) }
	d.reopen()
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func (d *desk) reopen() {
	if d.Terminal != nil {
		require.NoError(d.t, d.Close())
	}
	term, err := Open(d.o)
	require.NoError(d.t, err)
	d.Terminal = term
}

func (d *desk) set(t time.Time)       { d.now.Store(t.UnixNano()) }
func (d *desk) wait(by time.Duration) { d.now.Add(int64(by)) }
func key(service string) booking.TripKey {
	return booking.TripKey{Service: service, Date: today, To: 1}
}

func part(service string, from, to int) booking.TripKey {
	return booking.TripKey{Service: service, Date: today, From: from, To: to}
}

// hold asks for seats under a new key and gives the key.
func (d *desk) hold(k booking.TripKey, class string, n int) (string, booking.Outcome[booking.Hold]) {
	d.next++
	name := fmt.Sprint(d.next)
	return name, d.Prebook(ctx, booking.HoldRequest{Key: name, Trip: k, Class: class, Seats: n, For: time.Minute})
}

func (d *desk) left(k booking.TripKey, class string) int {
	n, ok := d.Left(k, class)
	require.True(d.t, ok)
	return n
}

// disjoint fails when two valid rows have a seat on the same part.
func (d *desk) disjoint() {
	d.t.Helper()
	rows, err := d.Ledger(ctx)
	require.NoError(d.t, err)
	taken := map[string]string{}
	for _, r := range rows {
		if r.State != booking.ItemHeld && r.State != booking.ItemIssued {
			continue
		}
		for _, p := range r.Places {
			for s := r.From; s < r.To; s++ {
				at := fmt.Sprintf("%s %v %s %s %d", r.Service, r.Date, r.Class, p, s)
				require.Empty(d.t, taken[at], "%s was sold to %s and %s", at, taken[at], r.Key)
				taken[at] = r.Key
			}
		}
	}
}
