package dialogue

import (
	"slices"
	"strings"
	"time"

	"shortfare/booking"
	"shortfare/parser"
)

// timetable is a catalogue of a few trains a day between two cities.
type timetable struct {
	runs      map[string]booking.Trip
	numbs     []string
	places    map[string]parser.Place
	cancelled string // service that does not run
}

func newTimetable() *timetable {
	c := &timetable{runs: map[string]booking.Trip{}, places: map[string]parser.Place{}}
	for i, n := range []string{"G1", "G3", "G5", "G7", "G123", "K528", "G9", "D301"} {
		fares := []booking.Fare{{Class: "2nd", Price: cny(55300)}, {Class: "1st", Price: cny(93350)}}
		from, to := booking.Stop{ID: "BJP", En: "Beijing", Zh: "北京"}, booking.Stop{ID: "SHH", En: "Shanghai", Zh: "上海"}
		if n == "D301" {
			from.ID, from.En, from.Zh = "TJP", "Tianjin", "天津"
		}
		c.numbs = append(c.numbs, n)
		c.runs[n] = booking.Trip{Number: n, FromStop: from, ToStop: to, Fares: fares,
			Dep: time.Time{}.Add(time.Duration(9+i) * time.Hour), Arr: time.Time{}.Add(time.Duration(13+i)*time.Hour + 28*time.Minute),
			TripKey: booking.TripKey{Service: n, To: 1}}
		for _, s := range []booking.Stop{from, to} {
			c.places[strings.ToLower(s.En)], c.places[s.Zh] = parser.Place{ID: s.ID, Name: s.En}, parser.Place{ID: s.ID, Name: s.Zh}
		}
	}
	return c
}

// mixed adds flights and a bus between the two cities, and a cheap train at night.
func (c *timetable) mixed() {
	for _, r := range []struct {
		number   string
		kind     booking.Kind
		dep, arr float64
		fare     booking.Fare
	}{
		{"CA1501", booking.Flight, 8.5, 10.75, booking.Fare{Class: "economy", Price: cny(149000)}},
		{"CA1517", booking.Flight, 13.5, 15.75, booking.Fare{Class: "economy", Price: cny(88000)}},
		{"MU5138", booking.Flight, 20, 22.25, booking.Fare{Class: "economy", Price: cny(62000)}},
		{"LB7", booking.Bus, 7, 21, booking.Fare{Class: "seat", Price: cny(31000)}},
		{"K777", booking.Train, 18, 23.5, booking.Fare{Class: "hard seat", Price: cny(18000)}},
	} {
		t := c.runs["G1"]
		t.Number, t.Kind, t.Fares, t.Service = r.number, r.kind, []booking.Fare{r.fare}, r.number
		t.Dep = time.Time{}.Add(time.Duration(r.dep * float64(time.Hour)))
		t.Arr = time.Time{}.Add(time.Duration(r.arr * float64(time.Hour)))
		c.runs[r.number] = t
		c.numbs = append(c.numbs, r.number)
	}
	slices.SortStableFunc(c.numbs, func(a, b string) int { return c.runs[a].Dep.Compare(c.runs[b].Dep) })
}

func cny(fen int64) booking.Money { return booking.Money{Minor: fen, Currency: "CNY"} }

func (c *timetable) Lookup(s string) (parser.Place, bool) { p, ok := c.places[s]; return p, ok }
func (c *timetable) Fuzzy(string) (parser.Place, bool)    { return parser.Place{}, false }
func (c *timetable) Service(n string) bool                { _, ok := c.runs[n]; return ok }
func (c *timetable) HanPrefix(s string) (parser.Place, int) {
	for name, p := range c.places {
		if name[0] >= 0x80 && strings.HasPrefix(s, name) {
			return p, len(name)
		}
	}
	return parser.Place{}, 0
}

func (c *timetable) PlaceNames(id string) (s booking.Stop, ok bool) {
	for _, t := range c.runs {
		for _, at := range []booking.Stop{t.FromStop, t.ToStop} {
			if at.ID == id {
				return at, true
			}
		}
	}
	for name, p := range c.places {
		switch {
		case p.ID == id && name[0] >= 0x80:
			s.Zh, ok = p.Name, true
		case p.ID == id:
			s.En, ok = p.Name, true
		}
	}
	return s, ok
}

// City: the stations of Beijing are BJP and VNP, those of Shanghai SHH and AOH.
func (c *timetable) City(id string) string {
	switch id {
	case "BJP", "VNP":
		return "c:beijing"
	case "SHH", "AOH":
		return "c:shanghai"
	}
	return id
}

// Trip: G9 runs on even days only.
func (c *timetable) Trip(k booking.TripKey) (booking.Trip, bool) {
	t, ok := c.runs[k.Service]
	if !ok || k.Service == "G9" && k.Date%2 == 1 {
		return t, false
	}
	t.Cancelled = k.Service == c.cancelled
	at := func(clock time.Time) time.Time { return k.Date.Time(clock.Hour()*60+clock.Minute(), shanghai) }
	t.TripKey, t.Dep, t.Arr = k, at(t.Dep), at(t.Arr)
	return t, true
}

func (c *timetable) Numbered(n string, day booking.Date) []booking.Trip {
	if t, ok := c.Trip(booking.TripKey{Service: n, Date: day, To: 1}); ok && !t.Cancelled {
		return []booking.Trip{t}
	}
	return nil
}

func (c *timetable) Between(from, to, number string, day booking.Date, after int) []booking.Trip {
	var all []booking.Trip
	for _, n := range c.numbs {
		t, ok := c.Trip(booking.TripKey{Service: n, Date: day, To: 1})
		if ok && !t.Cancelled && (t.FromStop.ID == from || c.City(t.FromStop.ID) == from) && (t.ToStop.ID == to || c.City(t.ToStop.ID) == to) && (number == "" || number == n) && t.Dep.Hour()*60+t.Dep.Minute() >= after {
			all = append(all, t)
		}
	}
	return all
}

// stock is what is left of a service's classes; 18 where nothing is said.
type stock map[string]int

func (s stock) Left(k booking.TripKey, class string) (int, bool) {
	if n, ok := s[k.Service+" "+class]; ok {
		return n, n >= 0
	}
	return 18, true
}
