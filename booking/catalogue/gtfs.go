package catalogue

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"shortfare/booking"
)

// LoadGTFS reads a feed from a zip or a folder, file by file and row by row.
// Required are routes.txt, stops.txt, trips.txt, stop_times.txt and one of calendar.txt and
// calendar_dates.txt. frequencies.txt is not expanded. Errors name the file,
// the line and what to do; what could be mended is in Notes.
func LoadGTFS(path string, o Options) (*Snapshot, error) {
	if err := o.setDefaults(); err != nil {
		return nil, err
	}
	f, err := openFeed(path)
	if err != nil {
		return nil, err
	}
	s, err := (&importer{feed: f, draft: draft{o: o, loc: o.Loc}}).run()
	if e := f.close(); err == nil {
		err = e
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// importer is one import.
type importer struct {
	draft
	feed     *feed
	routes   map[string]int32
	kinds    []booking.Kind // by route
	names    []string       // route_short_name
	stopAt   map[string]uint32
	zoneAt   map[string]int32
	calAt    map[string]int32
	tripAt   map[string]uint32
	tariffAt map[string]int32
	dropped  int // trips that never run or of no kind that is sold
}

// leftOut stands in tripAt for a trip that is not wanted.
const leftOut = ^uint32(0)

func (m *importer) run() (*Snapshot, error) {
	m.routes, m.stopAt, m.zoneAt = map[string]int32{}, map[string]uint32{}, map[string]int32{}
	m.calAt, m.tripAt, m.tariffAt = map[string]int32{}, map[string]uint32{}, map[string]int32{}
	for _, step := range []func() error{m.agency, m.readRoutes, m.readStops, m.translations, m.readCalendars, m.readFares, m.readTrips, m.readStopTimes} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if found, _ := m.feed.read("frequencies.txt", false, nil, func(*table) error { return nil }); found {
		m.note("frequencies.txt is not read: its trips are imported as single runs")
	}
	return m.snapshot()
}

func (m *importer) agency() error {
	zone := ""
	_, err := m.feed.read("agency.txt", false, nil, func(t *table) error {
		if z := t.keep("agency_timezone"); zone == "" {
			zone = z
		}
		return nil
	})
	if err != nil || m.loc != nil {
		return err
	}
	if zone == "" {
		return fmt.Errorf("catalogue: agency.txt names no agency_timezone: set the time zone in the options")
	}
	m.loc, err = time.LoadLocation(zone)
	if err != nil {
		return fmt.Errorf("catalogue: agency.txt: time zone %q: %w: install tzdata or set the time zone in the options", zone, err)
	}
	return nil
}

func (m *importer) readRoutes() error {
	_, err := m.feed.read("routes.txt", true, []string{"route_id", "route_type"}, func(t *table) error {
		kind, err := routeKind(t.get("route_type"))
		if err != nil {
			return t.fail("%w", err)
		}
		m.routes[t.keep("route_id")] = int32(len(m.kinds))
		m.kinds = append(m.kinds, kind)
		m.names = append(m.names, number(t.get("route_short_name")))
		return nil
	})
	return err
}

// routeKind reads route_type, the basic values and the extended ones (Hierarchical Vehicle Types).
func routeKind(text string) (booking.Kind, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("route_type %q is not a number such as 2 (rail) or 3 (bus)", text)
	}
	switch {
	case n == 3, n == 11, n >= 200 && n < 300, n >= 700 && n < 900, n >= 1500 && n < 1600:
		return booking.Bus, nil
	case n >= 1100 && n < 1200:
		return booking.Flight, nil
	default:
		return booking.Train, nil // rail, metro, tram, and what runs on its own way
	}
}

// number writes a service number as customers text it: upper case, no spaces.
func number(text string) string {
	return strings.ToUpper(strings.Join(strings.Fields(text), ""))
}

func (m *importer) readStops() error {
	_, err := m.feed.read("stops.txt", true, []string{"stop_id"}, func(t *table) error {
		id := t.keep("stop_id")
		if id == "" {
			return t.fail("stop_id is empty: every stop needs one")
		}
		if _, ok := m.stopAt[id]; ok {
			return t.fail("stop_id %q stands twice: remove one", id)
		}
		r := stopRow{id: id, parent: t.keep("parent_station"), code: t.keep("stop_code"), zone: m.zone(t.get("zone_id"))}
		name := t.keep("stop_name")
		if name == "" {
			name = id
		}
		if han(name) {
			r.zh = name
		} else {
			r.en = name
		}
		if lat, lon := t.get("stop_lat"), t.get("stop_lon"); lat != "" && lon != "" {
			var err1, err2 error
			r.pos.lat, err1 = strconv.ParseFloat(lat, 64)
			r.pos.lon, err2 = strconv.ParseFloat(lon, 64)
			if err1 != nil || err2 != nil || !(r.pos.lat >= -90 && r.pos.lat <= 90) || !(r.pos.lon >= -180 && r.pos.lon <= 180) {
				return t.fail("stop_lat, stop_lon %q, %q are not degrees such as 39.9, 116.4", lat, lon)
			}
		}
		m.stopAt[id] = uint32(len(m.stops))
		m.stops = append(m.stops, r)
		return nil
	})
	return err
}

func (m *importer) zone(id string) int32 {
	if id == "" {
		return anywhere
	}
	z, ok := m.zoneAt[id]
	if !ok {
		z = int32(len(m.zoneAt))
		m.zoneAt[strings.Clone(id)] = z
	}
	return z
}

// translations reads stop names in the other language (translations.txt).
func (m *importer) translations() error {
	byValue := map[string][]int{}
	_, err := m.feed.read("translations.txt", false, nil, func(t *table) error {
		if t.get("table_name") != "stops" || t.get("field_name") != "stop_name" || t.get("translation") == "" {
			return nil
		}
		if len(byValue) == 0 {
			for i := range m.stops {
				byValue[m.stops[i].label()] = append(byValue[m.stops[i].label()], i)
			}
		}
		which := byValue[t.get("field_value")]
		if i, ok := m.stopAt[t.get("record_id")]; ok {
			which = []int{int(i)}
		}
		lang, _, _ := strings.Cut(strings.ToLower(t.get("language")), "-")
		for _, i := range which {
			switch r := &m.stops[i]; {
			case lang == "en" && r.en == "":
				r.en = t.keep("translation")
			case lang == "zh" && r.zh == "":
				r.zh = t.keep("translation")
			}
		}
		return nil
	})
	return err
}

func (m *importer) readTrips() error {
	_, err := m.feed.read("trips.txt", true, []string{"route_id", "service_id", "trip_id"}, func(t *table) error {
		id := t.keep("trip_id")
		if _, ok := m.tripAt[id]; ok || id == "" {
			return t.fail("trip_id %q is empty or stands twice: every trip needs its own", id)
		}
		route, ok := m.routes[t.get("route_id")]
		if !ok {
			return t.fail("route_id %q is not in routes.txt: add the route or remove the trip", t.get("route_id"))
		}
		cal, ok := m.calAt[t.get("service_id")]
		if !ok { // it runs on no day
			m.tripAt[id] = leftOut
			m.dropped++
			return nil
		}
		v := service{key: id, kind: m.kinds[route], calendar: cal, route: route}
		if v.number = number(t.get("trip_short_name")); v.number == "" {
			v.number = m.names[route]
		}
		if v.number == "" && len(id) <= 8 {
			v.number = number(id)
		}
		v.tariff = m.tariff(&v)
		m.tripAt[id] = uint32(len(m.services))
		m.services = append(m.services, v)
		return nil
	})
	if m.dropped > 0 {
		m.note("trips.txt: %d trips have a service_id that calendar.txt and calendar_dates.txt do not name: they never run", m.dropped)
	}
	return err
}

func (m *importer) readStopTimes() error {
	columns := []string{"trip_id", "stop_id", "stop_sequence"}
	var trip, seq, stop, arr, dep, up, off int
	first := true
	_, err := m.feed.read("stop_times.txt", true, columns, func(t *table) error {
		if first {
			first = false
			trip, seq, stop = t.column("trip_id"), t.column("stop_sequence"), t.column("stop_id")
			arr, dep = t.column("arrival_time"), t.column("departure_time")
			up, off = t.column("pickup_type"), t.column("drop_off_type")
		}
		v, ok := m.tripAt[t.at(trip)]
		if !ok {
			return t.fail("trip_id %q is not in trips.txt: add the trip or remove the line", t.at(trip))
		}
		if v == leftOut {
			return nil
		}
		at, ok := m.stopAt[t.at(stop)]
		if !ok {
			return t.fail("stop_id %q is not in stops.txt: add the stop or remove the line", t.at(stop))
		}
		n, err := strconv.ParseUint(t.at(seq), 10, 32)
		if err != nil {
			return t.fail("stop_sequence %q is not a whole number", t.at(seq))
		}
		c := call{service: v, seq: uint32(n), stop: at}
		if c.arr, err = parseTime(t.at(arr)); err != nil {
			return t.fail("arrival_time %w", err)
		}
		if c.dep, err = parseTime(t.at(dep)); err != nil {
			return t.fail("departure_time %w", err)
		}
		if t.at(up) == "1" {
			c.flag |= noBoarding
		}
		if t.at(off) == "1" {
			c.flag |= noAlighting
		}
		m.calls = append(m.calls, c)
		return nil
	})
	return err
}

// parseTime reads H:MM:SS or H:MM, seconds after midnight of the day of the
// run; hours past 24 are the next days'. Empty is noTime.
func parseTime(s string) (int32, error) {
	if s == "" {
		return noTime, nil
	}
	bad := func() (int32, error) { return 0, fmt.Errorf("%q is not a time such as 08:05:00 or 25:10:00", s) }
	var part [3]int32
	n, digits := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9' && digits < 3:
			part[n] = part[n]*10 + int32(c-'0')
			digits++
		case c == ':' && n < 2 && digits > 0:
			n, digits = n+1, 0
		default:
			return bad()
		}
	}
	if n == 0 || digits == 0 || part[0] > 240 || part[1] > 59 || part[2] > 59 {
		return bad()
	}
	return part[0]*3600 + part[1]*60 + part[2], nil
}

func (m *importer) readCalendars() error {
	date := func(t *table, column string) (booking.Date, error) {
		n, err := strconv.Atoi(t.get(column))
		if d := booking.Date(n); err == nil && n > 0 && n < 1e8 && validDate(d) {
			return d, nil
		}
		return 0, t.fail("%s %q is not a day such as 20261205", column, t.get(column))
	}
	week := []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
	found, err := m.feed.read("calendar.txt", false, append(week, "service_id", "start_date", "end_date"), func(t *table) error {
		var c calendar
		for i, w := range week {
			if t.get(w) == "1" {
				c.weekdays |= 1 << i
			}
		}
		var err error
		if c.start, err = date(t, "start_date"); err != nil {
			return err
		}
		if c.end, err = date(t, "end_date"); err != nil {
			return err
		}
		m.calends[m.calendar(t.get("service_id"))] = c
		return nil
	})
	if err != nil {
		return err
	}
	found2, err := m.feed.read("calendar_dates.txt", false, []string{"service_id", "date", "exception_type"}, func(t *table) error {
		d, err := date(t, "date")
		if err != nil {
			return err
		}
		c := &m.calends[m.calendar(t.get("service_id"))]
		switch t.get("exception_type") {
		case "1":
			c.added = append(c.added, d)
		case "2":
			c.removed = append(c.removed, d)
		default:
			return t.fail("exception_type %q is not 1 (added) or 2 (removed)", t.get("exception_type"))
		}
		return nil
	})
	if err == nil && !found && !found2 {
		err = fmt.Errorf("catalogue: calendar.txt and calendar_dates.txt are both missing: GTFS requires one of them")
	}
	for i := range m.calends {
		slices.Sort(m.calends[i].added)
		slices.Sort(m.calends[i].removed)
	}
	return err
}

func (m *importer) calendar(id string) int32 {
	i, ok := m.calAt[id]
	if !ok {
		i = int32(len(m.calends))
		m.calends = append(m.calends, calendar{})
		m.calAt[strings.Clone(id)] = i
	}
	return i
}
