package catalogue

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"shortfare/booking"
)

// draft is a timetable while it is read; snapshot makes it fast to search.
type draft struct {
	o        Options
	loc      *time.Location
	stops    []stopRow
	services []service
	calends  []calendar
	tariffs  []tariff
	zones    *zoneFares
	calls    []call
	notes    []string
}

// call is one row of stop_times.txt.
type call struct {
	service  uint32
	seq      uint32
	stop     uint32
	arr, dep int32 // seconds; noTime when missing
	flag     uint8
}

const noTime int32 = -1

func (d *draft) note(format string, args ...any) {
	d.notes = append(d.notes, fmt.Sprintf(format, args...))
}

// snapshot orders the calls, mends times, names the places and builds the indexes.
func (d *draft) snapshot() (*Snapshot, error) {
	order := func(a, b call) int {
		return cmp.Or(cmp.Compare(a.service, b.service), cmp.Compare(a.seq, b.seq))
	}
	if !slices.IsSortedFunc(d.calls, order) {
		slices.SortStableFunc(d.calls, order)
	}
	s := &Snapshot{loc: d.loc, terminal: d.o.Terminal, currency: d.o.Currency, calendars: d.calends,
		tariffs: d.tariffs, zones: d.zones, byKey: make(map[string]int32, len(d.services)), byNumber: map[string][]int32{}}
	s.callStop = make([]uint32, 0, len(d.calls))
	s.callArr, s.callDep = make([]uint16, 0, len(d.calls)), make([]uint16, 0, len(d.calls))
	s.callMetre, s.callFlag = make([]uint32, 0, len(d.calls)), make([]uint8, 0, len(d.calls))
	served := make([]bool, len(d.stops))
	m := mender{d: d}
	for at := 0; at < len(d.calls); {
		end := at
		for end < len(d.calls) && d.calls[end].service == d.calls[at].service {
			end++
		}
		if run := m.mend(d.calls[at:end]); len(run) >= 2 {
			d.take(s, run, served)
		} else {
			m.short++
		}
		at = end
	}
	m.report(s)
	d.calls = nil
	if len(s.services) == 0 {
		return nil, errors.New("catalogue: the feed has no trip with two stops and times: check stop_times.txt and calendar.txt")
	}
	s.services = slices.Clip(s.services)
	s.stops, s.placeIndex = buildPlaces(d.stops, served)
	s.index()
	s.notes = d.notes
	return s, nil
}

// take moves a run into the columns.
func (d *draft) take(s *Snapshot, run []call, served []bool) {
	v := d.services[run[0].service]
	v.first, v.n = uint32(len(s.callStop)), uint32(len(run))
	metres, minutes := 0.0, 0.0
	for i, c := range run {
		if i > 0 {
			a, b := d.stops[run[i-1].stop].pos, d.stops[c.stop].pos
			leg := float64(c.arr-run[i-1].dep) / 60
			minutes += leg
			if a.none() || b.none() {
				metres += max(leg, 1) * metresPerMinute(v.kind, v.number)
			} else {
				metres += a.metres(b)
			}
		}
		s.callStop = append(s.callStop, c.stop)
		s.callArr = append(s.callArr, uint16(c.arr/60))
		s.callDep = append(s.callDep, uint16(c.dep/60))
		s.callMetre = append(s.callMetre, uint32(min(metres, math.MaxUint32)))
		s.callFlag = append(s.callFlag, c.flag)
		served[c.stop] = true
		s.maxDays = max(s.maxDays, int(c.dep/60)/day)
	}
	s.services = append(s.services, v)
}

// metresPerMinute is how fast a service is taken to be where stops have no position.
func metresPerMinute(kind booking.Kind, number string) float64 {
	switch {
	case kind == booking.Flight:
		return 12000
	case kind == booking.Bus:
		return 900
	case chineseClass(number) == 'G':
		return 3600
	case chineseClass(number) == 'D', chineseClass(number) == 'C':
		return 2500
	default:
		return 1200
	}
}

// index fills what searches use.
func (s *Snapshot) index() {
	for i := range s.services {
		v := &s.services[i]
		s.byKey[v.key] = int32(i)
		for _, n := range numbers(v.number) {
			s.byNumber[n] = append(s.byNumber[n], int32(i))
		}
		if head, _, ok := strings.Cut(v.number, "/"); ok && head != "" {
			v.number = head // customers are shown the number it starts with
		}
	}
	for _, list := range s.byNumber {
		slices.SortStableFunc(list, func(a, b int32) int {
			return cmp.Compare(s.callDep[s.services[a].first], s.callDep[s.services[b].first])
		})
	}
	s.departAt = make([]uint32, len(s.stops)+1)
	each := func(f func(service int32, call uint32)) {
		for i := range s.services {
			v := &s.services[i]
			for c := v.first; c < v.first+v.n-1; c++ {
				f(int32(i), c)
			}
		}
	}
	each(func(_ int32, c uint32) { s.departAt[s.callStop[c]+1]++ })
	for i := 1; i < len(s.departAt); i++ {
		s.departAt[i] += s.departAt[i-1]
	}
	s.depart = make([]departure, s.departAt[len(s.stops)])
	fill := slices.Clone(s.departAt)
	each(func(v int32, c uint32) {
		st := s.callStop[c]
		s.depart[fill[st]] = departure{v, c}
		fill[st]++
	})
	for i := range s.stops {
		slices.SortStableFunc(s.depart[s.departAt[i]:s.departAt[i+1]], func(a, b departure) int {
			return cmp.Compare(s.callDep[a.call]%day, s.callDep[b.call]%day)
		})
	}
}

// numbers lists what customers may call a service: `G1229/G1232` by either half, or whole.
func numbers(number string) []string {
	if number == "" {
		return nil
	}
	if !strings.Contains(number, "/") {
		return []string{number}
	}
	out := []string{number}
	for _, n := range strings.Split(number, "/") {
		if n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// mender repairs the times of runs and counts what it did.
type mender struct {
	d                                   *draft
	short, interpolated, wrapped, early int
}

// mend gives every call of a run both times in order, or leaves calls out that
// have none to go by. Missing times (timepoints only) are spread by distance,
// a clock that starts again at midnight goes on, a time that steps back stands still.
func (m *mender) mend(run []call) []call {
	for i := range run {
		c := &run[i]
		if c.arr == noTime {
			c.arr = c.dep
		}
		if c.dep == noTime {
			c.dep = c.arr
		}
	}
	for len(run) > 0 && run[0].arr == noTime {
		run = run[1:]
	}
	for len(run) > 0 && run[len(run)-1].arr == noTime {
		run = run[:len(run)-1]
	}
	last, add := int32(0), int32(0)
	for i := range run {
		c := &run[i]
		if c.arr == noTime {
			continue
		}
		for _, t := range []*int32{&c.arr, &c.dep} {
			*t += add
			if i > 0 && *t < last-12*3600 {
				*t += 24 * 3600
				add += 24 * 3600
				m.wrapped++
			} else if *t < last {
				*t = last
				m.early++
			}
			last = *t
		}
	}
	m.interpolate(run)
	if len(run) > 0 && run[len(run)-1].dep/60 > math.MaxUint16 {
		return nil
	}
	return run
}

func (m *mender) interpolate(run []call) {
	for i := 1; i < len(run); i++ {
		if run[i].arr != noTime {
			continue
		}
		end := i
		for run[end].arr == noTime {
			end++
		}
		at := make([]float64, end-i+2) // distance from the call before the gap
		for k := 1; k < len(at); k++ {
			a, b := m.d.stops[run[i+k-2].stop].pos, m.d.stops[run[i+k-1].stop].pos
			at[k] = at[k-1] + a.metres(b) + 1
		}
		from, to := run[i-1].dep, run[end].arr
		for k := i; k < end; k++ {
			t := from + int32(float64(to-from)*at[k-i+1]/at[len(at)-1])
			run[k].arr, run[k].dep = t, t
			m.interpolated++
		}
		i = end
	}
}

func (m *mender) report(s *Snapshot) {
	n := func(count int, format string) {
		if count > 0 {
			m.d.note(format, count)
		}
	}
	n(m.short, "stop_times.txt: %d trips with fewer than two timed stops are left out")
	n(m.interpolated, "stop_times.txt: %d missing times were spread by distance")
	n(m.wrapped, "stop_times.txt: %d times began again after midnight; they were counted on, as GTFS writes them (24:10:00)")
	n(m.early, "stop_times.txt: %d times step back within a trip; the time before was kept")
	if without := len(m.d.services) - len(s.services) - m.short; without > 0 {
		m.d.note("trips.txt: %d trips have no stop times and are left out", without)
	}
}
