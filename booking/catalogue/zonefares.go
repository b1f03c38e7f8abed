package catalogue

import (
	"slices"

	"shortfare/booking"
)

// anywhere stands for an empty field of fare_rules.txt.
const anywhere int32 = -1

// zoneFares is fare_attributes.txt and fare_rules.txt: a price by route, zone
// of origin and zone of destination, each of which may be left open.
type zoneFares struct {
	currency string
	general  int64 // cheapest fare without a rule; -1 for none
	rules    map[zoneRule]int64
	contains []containsRule
}

type zoneRule struct{ route, origin, destination int32 }

// containsRule is a fare for passing through exactly these zones (contains_id).
type containsRule struct {
	zoneRule
	zones []int32 // sorted
	price int64
}

// price gives the cheapest fare that applies; nothing is on sale without one.
func (z *zoneFares) price(s *Snapshot, v *service, from, to uint32) []booking.Fare {
	o, d := s.stops[s.callStop[from]].zone, s.stops[s.callStop[to]].zone
	best := z.general
	take := func(p int64) {
		if best < 0 || p < best {
			best = p
		}
	}
	for i := range 8 {
		r := zoneRule{v.route, o, d}
		if i&1 != 0 {
			r.route = anywhere
		}
		if i&2 != 0 {
			r.origin = anywhere
		}
		if i&4 != 0 {
			r.destination = anywhere
		}
		if p, ok := z.rules[r]; ok {
			take(p)
		}
	}
	if len(z.contains) > 0 {
		passed := s.zonesPassed(from, to)
		for _, c := range z.contains {
			if c.matches(v.route, o, d) && slices.Equal(c.zones, passed) {
				take(c.price)
			}
		}
	}
	if best < 0 {
		return nil
	}
	return []booking.Fare{{Class: "seat", Price: booking.Money{Minor: best, Currency: z.currency}}}
}

func (r zoneRule) matches(route, origin, destination int32) bool {
	return (r.route == anywhere || r.route == route) && (r.origin == anywhere || r.origin == origin) &&
		(r.destination == anywhere || r.destination == destination)
}

func (s *Snapshot) zonesPassed(from, to uint32) []int32 {
	var zones []int32
	for c := from; c <= to; c++ {
		if z := s.stops[s.callStop[c]].zone; z >= 0 {
			zones = append(zones, z)
		}
	}
	slices.Sort(zones)
	return slices.Compact(zones)
}
