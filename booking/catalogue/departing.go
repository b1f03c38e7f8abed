package catalogue

import (
	"cmp"
	"slices"
	"strings"

	"shortfare/booking"
)

// Departing lists the whole runs that start on a day, by departure, of services
// whose number begins with prefix (upper case): at most limit after the first skip.
// total counts all of them. It looks at every service, and is for operators.
func (s *Snapshot) Departing(d booking.Date, prefix string, skip, limit int) (runs []booking.Trip, total int) {
	type start struct {
		minute  uint16
		service int32
	}
	var all []start
	for i := range s.services {
		v := &s.services[i]
		if v.n > 1 && strings.HasPrefix(strings.ToUpper(v.number), prefix) && s.runs(v, d) {
			all = append(all, start{s.callDep[v.first], int32(i)})
		}
	}
	slices.SortFunc(all, func(a, b start) int {
		return cmp.Or(cmp.Compare(a.minute, b.minute), cmp.Compare(s.services[a.service].number, s.services[b.service].number), cmp.Compare(a.service, b.service))
	})
	total = len(all)
	all = all[min(max(skip, 0), total):]
	for _, x := range all[:min(max(limit, 0), len(all))] {
		v := &s.services[x.service]
		runs = append(runs, s.trip(v, d, 0, int(v.n)-1, v.number))
	}
	return runs, total
}

// lister is a timetable that can list its runs.
type lister interface {
	Departing(d booking.Date, prefix string, skip, limit int) ([]booking.Trip, int)
}

// Departing is that of Snapshot, in the order of the timetable, with what became of
// the runs: those that are cancelled are there, and say so.
func (o *overlay) Departing(d booking.Date, prefix string, skip, limit int) ([]booking.Trip, int) {
	base, ok := o.Catalogue.(lister)
	if !ok {
		return nil, 0
	}
	runs, total := base.Departing(d, prefix, skip, limit)
	for i := range runs {
		if b, changed := o.changes[run{runs[i].Service, runs[i].Date}]; changed {
			b.apply(&runs[i])
		}
	}
	return runs, total
}

// Departing is that of Snapshot, of the snapshot of the moment.
func (l *Live) Departing(d booking.Date, prefix string, skip, limit int) ([]booking.Trip, int) {
	if t, ok := l.Catalogue().(lister); ok {
		return t.Departing(d, prefix, skip, limit)
	}
	return nil, 0
}
