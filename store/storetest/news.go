package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

func write(t *testing.T, s Store, c *booking.Changes) {
	t.Helper()
	change(t, s, booking.Keys{}, func(*booking.View) *booking.Changes { return c })
}

// testSuspensions: stops of sale last until they are ended, each for its own
// service, day and class.
func testSuspensions(t *testing.T, open Open) {
	s, dir := start(t, open)
	all := booking.Suspension{Number: "G1", By: bob, At: utc(Noon())}
	day, class := all, all
	day.Day, class.Day, class.Class = 20300504, 20300504, "2nd"
	lasting := func() []booking.Suspension {
		list, err := s.Suspended(t.Context())
		require.NoError(t, err)
		return list
	}
	end := func(p booking.Suspension) {
		p.Until = Noon().Add(time.Hour)
		write(t, s, &booking.Changes{Suspensions: []booking.Suspension{p}})
	}
	require.Empty(t, lasting())
	end(all) // nothing to end
	write(t, s, &booking.Changes{Suspensions: []booking.Suspension{class, all, day}})
	again := all
	again.At = utc(Noon().Add(time.Hour))
	write(t, s, &booking.Changes{Suspensions: []booking.Suspension{again}})
	require.ElementsMatch(t, []booking.Suspension{all, day, class}, lasting(), "one that lasts already keeps its beginning")
	end(day)
	s = reopen(t, open, s, dir)
	require.ElementsMatch(t, []booking.Suspension{all, class}, lasting())
	end(all)
	end(class)
	require.Empty(t, lasting())
	write(t, s, &booking.Changes{Suspensions: []booking.Suspension{again}})
	require.Equal(t, []booking.Suspension{again}, lasting(), "it can begin again")
}

// testNotices: a notice is kept with how far it is told until it is done.
func testNotices(t *testing.T, open Open) {
	s, dir := start(t, open)
	var own, event booking.Notice
	change(t, s, booking.Keys{}, func(v *booking.View) *booking.Changes {
		own = booking.Notice{ID: v.NewID(), At: Noon(), Number: "G1", Group: "vip", Text: "Platform 5 today 请注意", Callback: 7}
		event = booking.Notice{ID: v.NewID(), At: Noon(), Number: "G2", Terminal: "rail", Day: 20300504, Event: &booking.ServiceEvent{
			Seq: 7, Service: "G2-1", Date: 20300504, Change: booking.RunMoved, Shift: -90 * time.Minute, At: Noon()}}
		return &booking.Changes{Notices: []booking.Notice{own, event}}
	})
	list := func() string {
		got, err := s.Notices(t.Context())
		require.NoError(t, err)
		return jsonOf(t, got) // times with their offset, which says when a day begins
	}
	require.Equal(t, jsonOf(t, []booking.Notice{own, event}), list())
	own.After, own.Told = alice, 3
	change(t, s, booking.Keys{Customer: alice}, func(v *booking.View) *booking.Changes { // with the turn of the customer who is told
		v.Customer.Name = "X"
		return &booking.Changes{Customer: v.Customer, Notices: []booking.Notice{own}}
	})
	s = reopen(t, open, s, dir)
	require.Equal(t, jsonOf(t, []booking.Notice{own, event}), list())
	own.Done, own.Text = true, ""
	write(t, s, &booking.Changes{Notices: []booking.Notice{own}})
	require.Equal(t, jsonOf(t, []booking.Notice{event}), list())
	event.Done = true
	write(t, s, &booking.Changes{Notices: []booking.Notice{event}})
	s = reopen(t, open, s, dir)
	require.Equal(t, "null", list())
}

func testCursors(t *testing.T, open Open) {
	s, dir := start(t, open)
	at := func(name string) int64 {
		n, err := s.Cursor(t.Context(), name)
		require.NoError(t, err)
		return n
	}
	require.Zero(t, at("rail"))
	write(t, s, &booking.Changes{Cursors: map[string]int64{"rail": 5, "bus": 1 << 60}})
	write(t, s, &booking.Changes{Cursors: map[string]int64{"rail": 6}})
	s = reopen(t, open, s, dir)
	require.EqualValues(t, 6, at("rail"))
	require.EqualValues(t, int64(1)<<60, at("bus"))
	require.Zero(t, at("air"))
}

// departing is a sample order of m in a state, for a service that departs then.
func departing(v *booking.View, m booking.MSISDN, state booking.State, number string, dep time.Time) *booking.Order {
	o := Order(m, booking.OrderID(v.NewID()))
	o.State, o.Trip.Number, o.Trip.Dep = state, number, dep
	return &o
}

func putOrder(t *testing.T, s Store, m booking.MSISDN, state booking.State, number string, dep time.Time, more ...func(*booking.Order)) (o *booking.Order) {
	t.Helper()
	change(t, s, booking.Keys{Customer: m}, func(v *booking.View) *booking.Changes {
		o = departing(v, m, state, number, dep)
		for _, f := range more {
			f(o)
		}
		v.Customer.Refer(o)
		return &booking.Changes{Customer: v.Customer, Orders: []*booking.Order{o}}
	})
	return o
}

// testTravellers: who has seats of a run, may get them or follows it is found in
// order of MSISDN, page by page.
func testTravellers(t *testing.T, open Open) {
	s, dir := start(t, open)
	noon, m := Noon(), booking.MSISDN(1000000)
	next := noon.Add(24 * time.Hour)
	var want, all []booking.MSISDN
	for _, st := range append(booking.States(), booking.Issued) { // the last one for every day only
		m++
		dep := noon
		if len(all) > 0 && st == booking.Issued && m > 1000012 {
			dep = next
		}
		putOrder(t, s, m, st, "G1", dep)
		if st == booking.Closed || st == booking.Releasing {
			continue
		}
		all = append(all, m)
		if dep == noon {
			want = append(want, m)
		}
	}
	putOrder(t, s, want[0], booking.Issued, "G1", noon) // a second one tells him once
	putOrder(t, s, 999999, booking.Issued, "G1", noon.Add(-24*time.Hour))
	putOrder(t, s, 999998, booking.Issued, "G2", noon)
	wishes := func(number string, dep time.Time) func(*booking.Order) {
		return func(o *booking.Order) {
			first, second := o.Trip, o.Trip
			second.Number, second.Dep = number, dep
			o.Wish = &booking.Wish{Trips: []booking.Trip{first, second}, Joined: noon}
		}
	}
	putOrder(t, s, 1000100, booking.Waiting, "G3", noon, wishes("G1", noon))
	putOrder(t, s, 1000101, booking.Waiting, "G3", noon, wishes("G1", next))
	putOrder(t, s, 1000102, booking.Closed, "G3", noon, wishes("G1", noon))
	for m, f := range map[booking.MSISDN]booking.Follow{1000200: {Number: "G1"}, 1000201: {Number: "G1", Day: 20300504}, 1000202: {Number: "G1", Day: 20300505},
		1000203: {Number: "G1", Day: 20300503}, 1000204: {Number: "G2"}, 1000205: {Number: "G1"}} {
		change(t, s, booking.Keys{Customer: m}, func(v *booking.View) *booking.Changes {
			f.Customer = m
			return &booking.Changes{Follows: []booking.Follow{f, f}}
		})
	}
	change(t, s, booking.Keys{Customer: 1000205}, func(v *booking.View) *booking.Changes {
		return &booking.Changes{Follows: []booking.Follow{{Customer: 1000205, Number: "G1", Off: true}, {Customer: 1000205, Number: "G9", Off: true}}}
	})
	want = append(want, 1000100, 1000200, 1000201)
	all = append(all, 1000100, 1000101, 1000200, 1000201, 1000202)
	for range 2 {
		require.Equal(t, want, travellers(t, s, "G1", 20300504, 20300504, 3))
		require.Equal(t, want, travellers(t, s, "G1", 20300504, 20300504, 100))
		require.Equal(t, all, travellers(t, s, "G1", 20300504, 0, 4))
		require.Equal(t, all, travellers(t, s, "G1", 20300504, 20300505, 4))
		require.Equal(t, []booking.MSISDN{999998, 1000204}, travellers(t, s, "G2", 20300504, 20300504, 1))
		require.Equal(t, []booking.MSISDN{1000204}, travellers(t, s, "G2", 20300505, 20300505, 1))
		require.Empty(t, travellers(t, s, "G4", 0, 0, 1))
		s = reopen(t, open, s, dir)
	}
}

// travellers reads all pages.
func travellers(t *testing.T, s Store, number string, first, last booking.Date, page int) (all []booking.MSISDN) {
	t.Helper()
	for after := booking.MSISDN(0); ; {
		list, err := s.Travellers(t.Context(), number, first, last, after, page)
		require.NoError(t, err)
		require.LessOrEqual(t, len(list), page)
		all = append(all, list...)
		if len(list) < page {
			return all
		}
		after = list[len(list)-1]
	}
}

// testWaiting: the waitlist is those who have joined it, in order of id.
func testWaiting(t *testing.T, open Open) {
	s, dir := start(t, open)
	var want []booking.OrderID
	for i := range 9 {
		m := alice + booking.MSISDN(i)
		o := putOrder(t, s, m, booking.Waiting, "G1", Noon(), func(o *booking.Order) {
			o.Wish = &booking.Wish{Trips: []booking.Trip{o.Trip}, Until: Noon().Add(time.Hour), Most: o.Price}
			if i%3 != 0 {
				o.Wish.Joined = Noon()
			}
			o.Passengers = named(m, 1).Passengers
		})
		if i%3 != 0 {
			want = append(want, o.ID)
		}
	}
	putOrder(t, s, alice, booking.Held, "G1", Noon())
	waiting := func(page int) (all []booking.OrderID) {
		for after := booking.OrderID(0); ; {
			list, err := s.Waiting(t.Context(), after, page)
			require.NoError(t, err)
			for _, o := range list {
				all = append(all, o.ID)
				require.Equal(t, "ZHANG SAN", o.Passengers[0].Name)
				require.NotEmpty(t, o.Account.Sealed)
			}
			if len(list) < page {
				return all
			}
			after = all[len(all)-1]
		}
	}
	for page := 1; page < 8; page++ {
		require.Equal(t, want, waiting(page), "%d a page", page)
	}
	change(t, s, booking.Keys{Customer: alice + 1}, func(v *booking.View) *booking.Changes { // seats were found
		v.Orders[0].State = booking.Holding
		return &booking.Changes{Orders: v.Orders[:1]}
	})
	s = reopen(t, open, s, dir)
	require.Equal(t, want[1:], waiting(2))
	change(t, s, booking.Keys{Customer: alice + 1}, func(v *booking.View) *booking.Changes { // and lost again
		v.Orders[0].State = booking.Waiting
		return &booking.Changes{Orders: v.Orders[:1]}
	})
	require.Equal(t, want, waiting(2), "it has its place in line again")
}
