package local

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"shortfare/booking"
	"shortfare/store/commit"
)

func TestLayout(t *testing.T) {
	trip := func(kind booking.Kind, classes ...string) booking.Trip {
		x := booking.Trip{Kind: kind}
		for i, c := range classes {
			x.Fares = append(x.Fares, cny(c, int64(i+1)))
		}
		return x
	}
	for _, c := range []struct {
		seats int
		trip  booking.Trip
		want  string
	}{
		{0, trip(booking.Train, "2nd", "1st", "business"), "train|business:28|1st:83|2nd:445"},
		{100, trip(booking.Train, "2nd", "1st", "business"), "train|business:5|1st:15|2nd:80"},
		{1, trip(booking.Train, "2nd", "1st", "business"), "train|business:1|1st:1|2nd:1"},
		{0, trip(booking.Bus, "seat"), "bus|seat:49"},
		{0, trip(booking.Flight, "economy", "business"), "flight|business:9|economy:171"},
		{10, trip(booking.Train, "imperial"), "train|imperial:10"},
		{math.MaxInt, trip(booking.Bus, "seat"), fmt.Sprintf("bus|seat:%d", maxSeats)},
	} {
		l := (&Terminal{o: Options{Seats: c.seats, ClassShare: defaultShare}}).layout(c.trip)
		require.Equal(t, c.want, l.String())
		again, err := parseLayout(c.want)
		require.NoError(t, err)
		require.Equal(t, l, again)
		names := map[string]bool{}
		for i, s := range l.classes {
			for seat := range min(s.seats, 1000) {
				names[l.place(i, seat)] = true
			}
			require.Len(t, names, min(s.seats, 1000)+len(names)-min(s.seats, 1000))
		}
	}
	half := (&Terminal{o: Options{Seats: 10, ClassShare: map[string]float64{"2nd": 0.5, "1st": 0.5, "x": math.NaN()}}}).layout(trip(booking.Train, "2nd", "1st"))
	require.Equal(t, "train|1st:5|2nd:5", half.String())
	for _, bad := range []string{"", "boat|x:1", "train|x", "train|x:0", "train|x:-1", "train|x:99999999"} {
		_, err := parseLayout(bad)
		require.Error(t, err, bad)
	}
}

func TestPlaces(t *testing.T) {
	l, err := parseLayout("train|business:28|1st:183|2nd:445")
	require.NoError(t, err)
	require.Equal(t, []string{"car1 1A", "car1 6C"}, l.places(0, []uint32{0, 27}))
	require.Equal(t, []string{"car2 1A", "car3 1A", "car3 17C"}, l.places(1, []uint32{0, 100, 182}))
	require.Equal(t, []string{"car4 20F", "car8 9F"}, l.places(2, []uint32{99, 444}))
	l, _ = parseLayout("flight|business:8|economy:12")
	require.Equal(t, []string{"1A", "2B"}, l.places(0, []uint32{0, 7}))
	require.Equal(t, []string{"3A", "4F"}, l.places(1, []uint32{0, 11}))
	l, _ = parseLayout("bus|soft seat:2|seat:3")
	require.Equal(t, []string{"seat 3", "seat 5"}, l.places(1, []uint32{0, 2}))
}

func testRun(stops int, layout string) *run {
	l, err := parseLayout(layout)
	if err != nil {
		panic(err)
	}
	return newRun(runKey{"s", today}, stops, time.Time{}, l)
}

func (r *run) sell(seat uint32, from, to int) { r.set(span{0, []uint32{seat}, from, to}, true) }

func TestPickFitsBest(t *testing.T) {
	for _, stops := range []int{5, 64, 65, 130} {
		r := testRun(stops, "train|2nd:200")
		pick := func(n, from, to int) []uint32 {
			s, _ := r.pick(0, n, from, to, nil)
			return s
		}
		r.sell(0, 0, 1)
		r.sell(1, 0, 2)
		r.sell(2, 0, 2)
		r.sell(2, 4, stops)
		require.Equal(t, []uint32{2}, pick(1, 2, 4), "the seat that only this part is free of")
		require.Equal(t, []uint32{1}, pick(1, 2, stops))
		require.Equal(t, []uint32{0}, pick(1, 1, stops))
		require.Equal(t, []uint32{3}, pick(1, 0, stops))
		require.Equal(t, []uint32{3, 4}, pick(2, 0, stops), "a pair sits side by side")
	}
}

func TestPickTogether(t *testing.T) {
	r := testRun(3, "train|2nd:200")
	pick := func(n int) []uint32 {
		s, _ := r.pick(0, n, 0, 3, nil)
		return s
	}
	r.sell(1, 0, 3)
	r.sell(3, 0, 3)
	require.Equal(t, []uint32{5, 6}, pick(2), "not 0 and 2 over the aisle, not 4 and 5 over two rows")
	require.Equal(t, []uint32{5, 6, 7, 8, 9}, pick(5))
	for s := range uint32(98) {
		r.sell(s, 0, 3)
	}
	require.Equal(t, []uint32{100, 101, 102}, pick(3), "not 98 and 99 of another car")
	for s := uint32(100); s < 200; s += 1 {
		if s%30 != 0 {
			r.sell(s, 0, 3)
		}
	}
	require.Equal(t, []uint32{98, 99}, pick(2))
	require.Equal(t, []uint32{120, 150, 180}, pick(3), "one car, though far apart")
	require.Equal(t, []uint32{98, 99, 120, 150, 180}, pick(5), "any seats are better than none")
	require.Nil(t, pick(6))
	require.Equal(t, 5, r.left(0, 0, 3))
	require.Equal(t, 98, r.classes[0].low)
	r.set(span{0, []uint32{40}, 1, 2}, false)
	require.Equal(t, 6, r.left(0, 1, 2))
	require.Equal(t, 5, r.left(0, 0, 2))
}

func TestSeatsPack(t *testing.T) {
	for _, s := range [][]uint32{nil, {0}, {0, 1, 2}, {5, 900, maxSeats}} {
		got, err := unpackSeats(packSeats(s))
		require.NoError(t, err)
		require.Equal(t, s, got)
	}
	for _, bad := range [][]byte{{0x80}, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, {0x81, 0x80, 0x40, 0x01}} {
		_, err := unpackSeats(bad)
		require.ErrorIs(t, err, errSeats)
	}
}

func FuzzSeats(f *testing.F) {
	f.Add([]byte{1, 2, 3}, "train|2nd:10")
	f.Fuzz(func(t *testing.T, b []byte, text string) {
		seats, err := unpackSeats(b)
		if err == nil {
			again, err := unpackSeats(packSeats(seats))
			require.NoError(t, err)
			require.Equal(t, seats, again)
		}
		if l, err := parseLayout(text); err == nil {
			again, err := parseLayout(l.String())
			require.NoError(t, err)
			require.Equal(t, l, again)
		}
	})
}

// TestRunsAreFoundByIndex guards the cost of touching a run: not the size of the file.
func TestRunsAreFoundByIndex(t *testing.T) {
	d := open(t, Options{})
	var plan string
	err := d.db.Read(ctx, func(tx *commit.Tx) error {
		return tx.Query(`EXPLAIN QUERY PLAN SELECT key, state, class, first, last, seats, until FROM item WHERE run = ? AND state < 3`, func(r commit.Row) error {
			plan += r.Text(3)
			return nil
		}, 1)
	})
	require.NoError(t, err)
	require.Contains(t, plan, "USING INDEX item_run")
}

func TestKeys(t *testing.T) {
	for key, want := range map[string]any{"7": int64(7), "07": "07", "-7": "-7", "+7": "+7", "0": "0", "99999999999999999999": "99999999999999999999", "a": "a"} {
		require.Equal(t, want, arg(key))
	}
	d := open(t, Options{})
	for _, k := range []string{"7", "07", "x-7"} {
		out := d.Prebook(ctx, booking.HoldRequest{Key: k, Trip: key("s2"), Seats: 1})
		require.Equal(t, booking.Done, out.Verdict)
	}
	require.Equal(t, []string{"seat 2"}, d.Get(ctx, "07").Value.Places)
	rows, err := d.Ledger(ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"7", "07", "x-7"}, []string{rows[0].Key, rows[1].Key, rows[2].Key})
}

func BenchmarkPrebook(b *testing.B) {
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			d := open(b, Options{Seats: maxSeats})
			benchmark(b, callers, func(i int) {
				k := part("s1", 0, 5)
				k.Date += booking.Date(i % 15)
				if out := d.Prebook(ctx, booking.HoldRequest{Key: fmt.Sprint(i + 1), Trip: k, Seats: 1 + i%2, For: time.Hour}); out.Verdict != booking.Done {
					b.Errorf("%+v", out)
				}
			})
		})
	}
}

func BenchmarkSale(b *testing.B) {
	d := open(b, Options{Seats: maxSeats})
	benchmark(b, 64, func(i int) {
		k := fmt.Sprint(i + 1)
		d.Prebook(ctx, booking.HoldRequest{Key: k, Trip: part("s1", i%5, 5), Seats: 1, For: time.Hour})
		if out := d.Fulfil(ctx, k); out.Verdict != booking.Done {
			b.Errorf("%+v", out)
		}
	})
}

func BenchmarkLeft(b *testing.B) {
	d := open(b, Options{})
	for range 100 {
		d.hold(part("s1", 1, 3), "2nd", 3)
	}
	for b.Loop() {
		d.Left(part("s1", 0, 5), "2nd")
	}
}
