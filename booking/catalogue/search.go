package catalogue

import (
	"slices"
	"sort"
	"time"

	"shortfare/booking"
)

const day = 24 * 60 // minutes

// Trip returns the part of a run that the key names; false when there is no
// such service or stop, or when it does not run on that day. The key's terminal
// is not looked at, the answer has the snapshot's own.
func (s *Snapshot) Trip(k booking.TripKey) (booking.Trip, bool) {
	i, ok := s.byKey[k.Service]
	if !ok {
		return booking.Trip{}, false
	}
	v := &s.services[i]
	if k.From < 0 || k.From >= k.To || k.To >= int(v.n) || !s.runs(v, k.Date) {
		return booking.Trip{}, false
	}
	return s.trip(v, k.Date, k.From, k.To, v.number), true
}

// Numbered returns the whole runs of the service with that number that start
// on that day, by departure. Either half of a double number finds it.
func (s *Snapshot) Numbered(number string, d booking.Date) []booking.Trip {
	var out []booking.Trip
	for _, i := range s.byNumber[number] {
		if v := &s.services[i]; s.runs(v, d) {
			out = append(out, s.trip(v, d, 0, int(v.n)-1, number))
		}
	}
	return out
}

// Service tells whether a service of that number exists.
func (s *Snapshot) Service(number string) bool { return len(s.byNumber[number]) > 0 }

func (s *Snapshot) runs(v *service, d booking.Date) bool {
	return s.calendars[v.calendar].runs(d, weekday(d))
}

// Between returns parts of runs from place to place that depart on that day at
// or after minute `after`, by departure. A run that started days before and
// is at `from` on that day counts; of a city's stations, the first where one may board and
// the first after it where one may alight. With a number, only of that service.
func (s *Snapshot) Between(from, to string, number string, d booking.Date, after int) []booking.Trip {
	f, ok := s.byID[from]
	t, ok2 := s.byID[to]
	if !ok || !ok2 || f == t {
		return nil
	}
	q := query{s: s, from: f, to: t}
	for back := 0; back <= s.maxDays; back++ {
		q.days = append(q.days, q.day(d, back))
	}
	if number != "" {
		for _, i := range s.byNumber[number] {
			v := &s.services[i]
			for c := v.first; c < v.first+v.n; c++ {
				if s.at(c, f) {
					q.try(departure{i, c}, after, number)
				}
			}
		}
	} else {
		for _, st := range s.places[f].stops {
			list := s.depart[s.departAt[st]:s.departAt[st+1]]
			n := sort.Search(len(list), func(n int) bool { return int(s.callDep[list[n].call])%day >= after })
			for _, e := range list[n:] {
				q.try(e, after, "")
			}
		}
	}
	slices.SortStableFunc(q.out, func(a, b booking.Trip) int { return a.Dep.Compare(b.Dep) })
	return q.out
}

// query is one search while it runs.
type query struct {
	s        *Snapshot
	from, to int32
	days     []queryDay // by how many days before the run started
	out      []booking.Trip
}

type queryDay struct {
	date    booking.Date
	weekday int
}

func (q *query) day(d booking.Date, back int) queryDay {
	if back > 0 {
		d = d.Add(-back)
	}
	return queryDay{d, weekday(d)}
}

// try adds the part of a run that boards at e, if there is one.
func (q *query) try(e departure, after int, number string) {
	s := q.s
	v := &s.services[e.service]
	end := v.first + v.n
	if s.callFlag[e.call]&noBoarding != 0 || int(s.callDep[e.call])%day < after {
		return
	}
	c := e.call + 1
	for c < end && (!s.at(c, q.to) || s.callFlag[c]&noAlighting != 0) {
		c++
	}
	if c >= end {
		return
	}
	d := q.days[int(s.callDep[e.call])/day]
	if !s.calendars[v.calendar].runs(d.date, d.weekday) {
		return
	}
	for b := v.first; b < e.call; b++ {
		m := int(s.callDep[b])
		if s.at(b, q.from) && s.callFlag[b]&noBoarding == 0 && m/day == int(s.callDep[e.call])/day && m%day >= after {
			return // the run was at this city before: that is where it is listed
		}
	}
	if number == "" {
		number = v.number
	}
	q.out = append(q.out, s.trip(v, d.date, int(e.call-v.first), int(c-v.first), number))
}

// at tells whether a call is at a place.
func (s *Snapshot) at(call uint32, place int32) bool {
	st := &s.stops[s.callStop[call]]
	return st.station == place || st.city == place
}

// trip makes what customers are shown.
func (s *Snapshot) trip(v *service, d booking.Date, from, to int, number string) booking.Trip {
	f, t := v.first+uint32(from), v.first+uint32(to)
	dep := d.Time(int(s.callDep[f]), s.loc)
	return booking.Trip{
		TripKey:  booking.TripKey{Terminal: s.terminal, Service: v.key, Date: d, From: from, To: to},
		Number:   number,
		Kind:     v.kind,
		FromStop: s.stops[s.callStop[f]].Stop,
		ToStop:   s.stops[s.callStop[t]].Stop,
		Dep:      dep,
		Arr:      s.arrival(d, int(s.callArr[t]), dep),
		Fares:    s.fares(v, f, t),
	}
}

// arrival is the wall clock at the last stop. On a night when clocks are put
// back it could read earlier than the departure: then it is given the same.
func (s *Snapshot) arrival(d booking.Date, minute int, dep time.Time) time.Time {
	arr := d.Time(minute, s.loc)
	if arr.Before(dep) {
		return dep
	}
	return arr
}
