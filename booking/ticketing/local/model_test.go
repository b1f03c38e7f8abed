package local

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"shortfare/booking"
)

// model is the terminal as simply as it can be: what holds under each key.
type model struct {
	items map[string]*modelItem
	now   time.Time
}

type modelItem struct {
	req     booking.HoldRequest
	state   booking.TicketState // empty: refused
	refusal booking.Reason
	until   time.Time
	places  []string
	gone    map[string]bool // of places, cancelled one by one
}

// left are the places that are not cancelled.
func (it *modelItem) left() []string {
	return slices.DeleteFunc(slices.Clone(it.places), func(p string) bool { return it.gone[p] })
}

// live tells whether the item has seats.
func (m *model) live(it *modelItem) bool {
	return it.state == booking.ItemIssued || it.state == booking.ItemHeld && m.now.Before(it.until)
}

// booked tells whether somebody of r has a seat on the run.
func (m *model) booked(r booking.HoldRequest) bool {
	for key, it := range m.items {
		if key == r.Replaces || !m.live(it) || it.req.Trip.Service != r.Trip.Service || it.req.Trip.Date != r.Trip.Date {
			continue
		}
		for i, token := range tokens(it.req) {
			if !it.gone[it.places[i]] && slices.Contains(tokens(r), token) {
				return true
			}
		}
	}
	return false
}

// occupied counts the seats of a class taken on any part of k.
func (m *model) occupied(k booking.TripKey, class string) int {
	seats := map[string]bool{}
	for _, it := range m.items {
		r := it.req
		if m.live(it) && r.Trip.Service == k.Service && r.Trip.Date == k.Date && r.Class == class && r.Trip.From < k.To && k.From < r.Trip.To {
			for _, p := range it.left() {
				seats[p] = true
			}
		}
	}
	return len(seats)
}

// TestModel plays random calls, restarts and passing time against the model.
func TestModel(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { playModel(t, rand.New(rand.NewPCG(seed, 1))) })
	}
}

func playModel(t *testing.T, rnd *rand.Rand) {
	o := Options{Seats: 12, Runs: 2} // so few in memory that runs come and go
	d := open(t, o)
	size := map[string]int{"s1 2nd": 10, "s1 1st": 2, "s4 hard seat": 12, "s2 seat": 12}
	m := &model{items: map[string]*modelItem{}, now: start}
	for step := range 400 {
		k := fmt.Sprint(rnd.IntN(60) + 1)
		if rnd.IntN(2) == 0 {
			k += "-h2" // held once more
		}
		it := m.items[k]
		switch rnd.IntN(14) {
		case 0, 1, 2, 3, 4:
			service := []string{"s1", "s1", "s2", "s4"}[rnd.IntN(4)]
			class := map[string][]string{"s1": {"2nd", "1st"}, "s2": {"seat"}, "s4": {"hard seat"}}[service]
			last := d.cat.Load().(lines)[service].stops
			from := rnd.IntN(last)
			r := booking.HoldRequest{Key: k, Trip: part(service, from, from+1+rnd.IntN(last-from)), Class: class[rnd.IntN(len(class))], Seats: 1 + rnd.IntN(3), For: time.Duration(1+rnd.IntN(20)) * time.Minute}
			if rnd.IntN(2) == 0 { // by name; the same few people all the time
				for _, n := range rnd.Perm(20)[:r.Seats] {
					r.Passengers = append(r.Passengers, people(fmt.Sprint("p", n))...)
				}
				r.Replaces = fmt.Sprint(rnd.IntN(60) + 1)
			}
			m.prebook(t, d, it, r, size[service+" "+r.Class])
		case 5, 6, 7:
			got := d.Fulfil(ctx, k)
			switch {
			case it == nil:
				require.Equal(t, booking.ReasonNotFound, got.Reason)
			case it.state == booking.ItemIssued, it.state == booking.ItemHeld && m.now.Before(it.until):
				require.Equal(t, booking.IsDone(booking.Item{State: booking.ItemIssued, Places: it.left()}), got)
				it.state = booking.ItemIssued
			default:
				require.Equal(t, booking.ReasonTombstone, got.Reason)
			}
		case 8:
			m.undo(t, it, k, d.Void(ctx, k, nil), booking.ItemVoided)
		case 9:
			got := d.Release(ctx, k)
			if it != nil && it.state == booking.ItemIssued {
				require.Equal(t, booking.ItemIssued, got.Value.State)
			} else {
				m.undo(t, it, k, got, booking.ItemReleased)
			}
		case 10:
			d.wait(time.Duration(rnd.IntN(300)) * time.Second / 100)
			d.wait(time.Duration(rnd.IntN(2)) * time.Minute)
			m.now = d.o.Clock()
		case 11, 12:
			m.cancel(t, rnd, it, k, d)
		case 13:
			if rnd.IntN(8) == 0 {
				d.reopen()
			} else if _, err := d.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if step%40 == 0 {
			d.disjoint()
		}
	}
	d.disjoint()
	require.LessOrEqual(t, len(d.runs.loaded), 3)
	m.books(t, d)
}

// books holds the terminal's own list against the model.
func (m *model) books(t *testing.T, d *desk) {
	rows, err := d.Ledger(ctx)
	require.NoError(t, err)
	require.Len(t, rows, len(m.items))
	number, last := true, 0
	for _, r := range rows {
		n, err := strconv.Atoi(r.Key)
		require.True(t, number || err != nil, "numbers come first")
		require.Greater(t, max(n, last+1), last)
		if number = err == nil; number {
			last = n
		}
		if it := m.items[r.Key]; it.state == booking.ItemIssued {
			require.Equal(t, booking.ItemIssued, r.State)
			require.Equal(t, it.left(), r.Places)
			var who []string
			for i, token := range tokens(it.req) {
				if !it.gone[it.places[i]] {
					who = append(who, token)
				}
			}
			require.Equal(t, who, r.Tokens)
			require.Equal(t, it.req.Seats, len(r.Places)+len(it.gone))
		} else {
			require.NotEqual(t, booking.ItemIssued, r.State)
		}
	}
}

// cancel gives some places of an item back, or one that it does not have.
func (m *model) cancel(t *testing.T, rnd *rand.Rand, it *modelItem, k string, d *desk) {
	if it == nil || it.places == nil {
		require.Equal(t, booking.ReasonMismatch, d.Void(ctx, k, []string{"car1 1A"}).Reason)
		return
	}
	some := []string{it.places[rnd.IntN(len(it.places))], it.places[rnd.IntN(len(it.places))]}
	if rnd.IntN(10) == 0 {
		require.Equal(t, booking.ReasonMismatch, d.Void(ctx, k, append(some, "car99 1A")).Reason)
		return
	}
	got := d.Void(ctx, k, some)
	switch it.state {
	case booking.ItemHeld:
		if m.now.Before(it.until) || got.Verdict == booking.Refused { // it may have been written down as released
			require.Equal(t, booking.ReasonMismatch, got.Reason)
		}
	case booking.ItemIssued:
		for _, p := range some {
			it.gone[p] = true
		}
		if len(it.left()) == 0 {
			it.state = booking.ItemVoided
		}
		require.Equal(t, booking.Done, got.Verdict)
		require.Equal(t, it.state, got.Value.State)
		require.Equal(t, it.left(), append([]string{}, got.Value.Places...))
	default:
		require.Equal(t, booking.Done, got.Verdict)
		require.NotContains(t, []booking.TicketState{booking.ItemHeld, booking.ItemIssued}, got.Value.State)
	}
}

func (m *model) prebook(t *testing.T, d *desk, it *modelItem, r booking.HoldRequest, size int) {
	free := size - m.occupied(r.Trip, r.Class)
	require.Equal(t, free, d.left(r.Trip, r.Class))
	got := d.Prebook(ctx, r)
	switch {
	case it != nil && it.state == "":
		require.Equal(t, it.refusal, got.Reason)
	case it != nil && it.req.Key == "":
		require.Equal(t, booking.ReasonTombstone, got.Reason)
	case it != nil && (it.req.Trip != r.Trip || it.req.Class != r.Class || it.req.Seats != r.Seats || !slices.Equal(tokens(it.req), tokens(r))):
		require.Equal(t, booking.ReasonMismatch, got.Reason)
	case it != nil && (it.state == booking.ItemIssued || it.state == booking.ItemHeld && m.now.Before(it.until)):
		require.Equal(t, it.places, got.Value.Places)
	case it != nil:
		require.Equal(t, booking.ReasonTombstone, got.Reason)
	case m.booked(r):
		require.Equal(t, booking.ReasonBooked, got.Reason)
		m.items[r.Key] = &modelItem{req: r, refusal: got.Reason}
	case free < r.Seats:
		require.Equal(t, booking.ReasonSoldOut, got.Reason)
		m.items[r.Key] = &modelItem{req: r, refusal: got.Reason}
	default:
		require.Equal(t, booking.Done, got.Verdict, "%+v", got)
		require.Len(t, got.Value.Places, r.Seats)
		m.items[r.Key] = &modelItem{req: r, state: booking.ItemHeld, until: got.Value.Until, places: got.Value.Places, gone: map[string]bool{}}
	}
}

func (m *model) undo(t *testing.T, it *modelItem, key string, got booking.Outcome[booking.Item], to booking.TicketState) {
	require.Equal(t, booking.Done, got.Verdict)
	switch {
	case it == nil:
		m.items[key] = &modelItem{state: to}
	case it.state == booking.ItemHeld && !m.now.Before(it.until):
		require.Contains(t, []booking.TicketState{to, booking.ItemReleased}, got.Value.State, "it may have been written down as released")
		it.state = to
	case it.state == booking.ItemHeld, it.state == booking.ItemIssued:
		require.Equal(t, to, got.Value.State)
		it.state = to
	}
}

// TestManyAtOnce lets many buy, pay, give up and ask at the same time.
func TestManyAtOnce(t *testing.T) {
	d := open(t, Options{Seats: 60, Runs: 3})
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(uint64(w), 7))
			for i := range 40 {
				k := fmt.Sprint(w*1000 + i + 1)
				from := rnd.IntN(5)
				trip := part("s1", from, from+1+rnd.IntN(5-from))
				trip.Date += booking.Date(rnd.IntN(3))
				out := d.Prebook(ctx, booking.HoldRequest{Key: k, Trip: trip, Seats: 1 + rnd.IntN(4), For: time.Minute})
				d.Left(trip, "")
				if out.Verdict != booking.Done {
					continue
				}
				switch rnd.IntN(4) {
				case 0:
					d.Fulfil(ctx, k)
				case 1:
					d.Fulfil(ctx, k)
					d.Void(ctx, k, nil)
				case 2:
					d.Release(ctx, k)
				}
				if rnd.IntN(20) == 0 {
					d.wait(20 * time.Second)
					_, _ = d.Sweep(ctx)
				}
			}
		})
	}
	wg.Wait()
	d.disjoint()
	rows, err := d.Ledger(ctx)
	require.NoError(t, err)
	require.Len(t, rows, 640, "every key has one row")
	trip := part("s1", 0, 5)
	before := d.left(trip, "")
	d.reopen()
	require.Equal(t, before, d.left(trip, ""), "memory and file agree")
}
