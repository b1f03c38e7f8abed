package catalogue

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// naming turns stops into stations and cities and gives both their names.
type naming struct {
	stops    []stopRow
	served   []bool // by stop: something calls there
	stations []station
	of       []int32 // stop -> station, -1 for none
	optional string  // last word that most stations share (` Caltrain`)
	known    map[string]int32
	x        placeIndex
	taken    map[string]int8 // tier of a name in x.byName: a lower one stays
	typed    map[string]bool // names that may be mistyped
}

// stopRow is a stop as the source names it.
type stopRow struct {
	id, en, zh, code, parent string
	pos                      position
	zone                     int32
}

type station struct {
	stop  int32 // that names it
	stops []int32
	name  string // zh when there is one
	city  string
	head  string // the part of the name that is the city's
	dir   string
	place int32
	town  int32 // place of the city
}

// Tiers of names: a name of a lower tier is not taken over by a higher one.
const (
	tierCity = iota
	tierStation
	tierCode
	tierLoose
)

// buildPlaces groups the stops and names them all. stops get their names and places.
func buildPlaces(rows []stopRow, served []bool) ([]stop, placeIndex) {
	n := &naming{stops: rows, served: served, known: map[string]int32{}, taken: map[string]int8{}, typed: map[string]bool{}}
	n.x.byID, n.x.byName = map[string]int32{}, map[string]int32{}
	n.group()
	n.optional = n.sharedWord()
	for i := range n.stations {
		n.stations[i].name = n.nameOf(n.stations[i].stop)
	}
	n.cities()
	out := n.assign()
	fuzzy := make([]fuzzyName, 0, len(n.typed))
	for name := range n.typed {
		at := n.x.byName[name]
		fuzzy = append(fuzzy, fuzzyName{name: name, place: at, stops: int32(len(n.x.places[at].stops))})
	}
	n.x.fuzzy.build(fuzzy)
	n.x.listSounds()
	return out, n.x
}

// group joins platforms with their parent_station, and stops of one name that lie together.
func (n *naming) group() {
	byID := make(map[string]int32, len(n.stops))
	for i, s := range n.stops {
		byID[s.id] = int32(i)
	}
	n.of = make([]int32, len(n.stops))
	byName := map[string][]int32{}
	for i := range n.stops {
		n.of[i] = -1
		if !n.served[i] {
			continue
		}
		head := int32(i)
		if p, ok := byID[n.stops[i].parent]; ok && n.stops[i].parent != "" {
			head = p
		}
		key := fold(n.stops[head].label())
		at := int32(-1)
		for _, st := range byName[key] {
			o := n.stations[st].stop
			if o == head || n.stops[o].pos.metres(n.stops[head].pos) <= samePlace {
				at = st
				break
			}
		}
		if at < 0 {
			at = int32(len(n.stations))
			n.stations = append(n.stations, station{stop: head})
			byName[key] = append(byName[key], at)
		}
		n.stations[at].stops = append(n.stations[at].stops, int32(i))
		n.of[i] = at
	}
}

func (s *stopRow) label() string {
	if s.zh != "" {
		return s.zh
	}
	return s.en
}

// sharedWord finds a last word that more than half of the stations have.
func (n *naming) sharedWord() string {
	count := map[string]int{}
	for i := range n.stations {
		name := n.stops[n.stations[i].stop].label()
		if at := strings.LastIndexByte(name, ' '); at > 0 && !han(name) {
			count[name[at:]]++
		}
	}
	for w, c := range count {
		if c >= 5 && c*2 > len(n.stations) {
			return w
		}
	}
	return ""
}

func (n *naming) nameOf(stop int32) string {
	return strings.TrimSuffix(n.stops[stop].label(), n.optional)
}

// cities finds the city of every station: by its direction (北京南), else by the
// longest other name that it begins with (上海虹桥) and lies near to.
func (n *naming) cities() {
	for i := range n.stations {
		n.known[n.stations[i].name] = int32(i)
	}
	for i := range n.stations {
		s := &n.stations[i]
		if han(s.name) {
			s.head, s.dir = base(s.name)
		} else {
			s.head, s.dir = baseEn(s.name)
		}
		if _, ok := n.known[s.head]; !ok {
			n.known[s.head] = int32(i)
		}
	}
	for i := range n.stations {
		s := &n.stations[i]
		s.city = s.name
		if s.dir != "" && n.near(i, n.known[s.head], cityReach) {
			s.city = s.head
		}
		if c, ok := n.district(i, s.city); ok {
			s.city, s.head = c, c
		} else if s.dir == "" {
			s.head = s.name
		}
	}
	for i := range n.stations {
		s := &n.stations[i]
		// 上海虹桥机场 begins with 上海虹桥, whose city is 上海. Every step is shorter.
		for at, ok := n.known[s.city]; ok && n.stations[at].name == s.city && n.stations[at].city != s.city; at, ok = n.known[s.city] {
			s.city = n.stations[at].city
			s.head = s.city
		}
	}
}

// district finds the longest known name that begins name.
func (n *naming) district(i int, name string) (string, bool) {
	if at, ok := n.known[name]; ok && name != n.stations[i].name && n.stations[at].name == name {
		return "", false // the base has a station of its own
	}
	for end := len(name); end > 0; {
		_, size := utf8.DecodeLastRuneInString(name[:end])
		end -= size
		p := name[:end]
		if utf8.RuneCountInString(p) < 2 {
			break
		}
		if at, ok := n.known[p]; ok && int(at) != i && wordPrefix(name, p) && n.near(i, at, districtNear) {
			return p, true
		}
	}
	return "", false
}

func (n *naming) near(i int, j int32, reach float64) bool {
	return n.stops[n.stations[i].stop].pos.metres(n.stops[n.stations[j].stop].pos) <= reach
}

// assign makes the places and the index of names, cities first.
func (n *naming) assign() []stop {
	members := map[string][]int{}
	for i := range n.stations {
		members[n.stations[i].city] = append(members[n.stations[i].city], i)
	}
	for i := range n.stations {
		s := &n.stations[i]
		p := place{id: "s:" + n.stops[s.stop].id, stops: s.stops}
		p.en, p.zh = n.stationNames(s)
		s.place = n.add(p)
		s.town = s.place
	}
	names := make([]string, 0, len(members))
	for c := range members {
		names = append(names, c)
	}
	slices.Sort(names)
	for _, c := range names {
		n.city(c, members[c])
	}
	for i := range n.stations {
		n.station(&n.stations[i])
	}
	return n.finish()
}

// city makes a place for several stations; a single one is the city itself.
func (n *naming) city(name string, members []int) {
	at := n.stations[members[0]].place
	if len(members) > 1 {
		p := place{id: "c:" + name, zh: name, en: name}
		if han(name) {
			p.en = english(name)
		} else {
			p.en = ascii(name)
		}
		for _, m := range members {
			p.stops = append(p.stops, n.stations[m].stops...)
		}
		at = n.add(p)
		for _, m := range members {
			n.stations[m].town = at
		}
	}
	n.name(name, at, tierCity, true)
	if han(name) {
		n.name(name+"市", at, tierCity, false)
		n.name(romanise(name), at, tierCity, true)
		n.name(romaniseAs(name, "v"), at, tierLoose, false)
		n.name(english(name), at, tierCity, true)
		if code := areaCodes[name]; code != "" {
			n.name(code, at, tierCode, false)
		}
	}
}

// stationNames are what customers are shown, in English and in Chinese.
func (n *naming) stationNames(s *station) (en, zh string) {
	row := &n.stops[s.stop]
	zh, en = row.zh, ascii(row.en)
	if en == "" {
		rest := strings.TrimPrefix(s.name, s.head)
		switch head := english(s.head); {
		case s.dir != "" && s.name == s.head+string(lastRune(s.name)):
			en = head + " " + s.dir
		case rest == "":
			en = head
		case strings.HasSuffix(rest, "机场"):
			en = strings.TrimSpace(head+" "+capital(romanise(strings.TrimSuffix(rest, "机场")))) + " Airport"
		default:
			en = head + " " + capital(romanise(rest))
		}
	}
	if en == "" {
		en = row.id
	}
	if zh == "" {
		zh = row.en
	}
	return en, zh
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// station files all names of a station.
func (n *naming) station(s *station) {
	p := n.x.places[s.place]
	n.name(p.en, s.place, tierStation, true)
	n.name(strings.TrimSuffix(p.en, n.optional), s.place, tierStation, true)
	n.name(p.zh, s.place, tierStation, false)
	if han(p.zh) {
		n.name(romanise(p.zh), s.place, tierStation, true)
		n.name(romaniseAs(p.zh, "v"), s.place, tierLoose, false)
		n.name(p.zh+"站", s.place, tierStation, false)
		n.name(romanise(p.zh)+"zhan", s.place, tierLoose, false)
		n.name(strings.TrimSuffix(p.zh, "机场"), s.place, tierLoose, false)
	}
	n.name(p.en+"station", s.place, tierLoose, false)
	n.name(strings.TrimSuffix(p.en, " Airport"), s.place, tierLoose, true)
	n.name(strings.TrimSuffix(p.en, " Station"), s.place, tierLoose, true)
	for _, i := range append([]int32{s.stop}, s.stops...) {
		for _, code := range []string{n.stops[i].id, n.stops[i].code} {
			if isCode(code) {
				n.name(code, s.place, tierCode, false)
			}
		}
	}
}

func (n *naming) add(p place) int32 {
	i := int32(len(n.x.places))
	n.x.places = append(n.x.places, p)
	n.x.byID[p.id] = i
	return i
}

// name files a name unless a place has it with a better right: of two stations
// of one name the one with more stops has it.
func (n *naming) name(name string, at int32, tier int8, typo bool) {
	for _, key := range []string{fold(name), fold(ascii(name))} {
		if key == "" || han(name) != han(key) {
			continue // what is left of a Chinese name in ASCII is no name
		}
		if old, ok := n.x.byName[key]; ok && (n.taken[key] < tier || n.taken[key] == tier && len(n.x.places[old].stops) >= len(n.x.places[at].stops)) {
			continue
		}
		n.x.byName[key], n.taken[key] = at, tier
		if han(key) {
			n.x.longHa = max(n.x.longHa, utf8.RuneCountInString(key))
		} else if typo {
			n.typed[key] = true
		}
	}
}

// finish gives every stop the names and places of its station.
func (n *naming) finish() []stop {
	out := make([]stop, len(n.stops))
	for i := range n.stops {
		r := &n.stops[i]
		out[i] = stop{pos: r.pos, code: r.code, zone: r.zone, station: -1, city: -1}
		out[i].ID, out[i].En, out[i].Zh = r.id, ascii(r.en), r.zh
		if at := n.of[i]; at >= 0 {
			s := &n.stations[at]
			p := &n.x.places[s.place]
			out[i].En, out[i].Zh, out[i].station, out[i].city = p.en, p.zh, s.place, s.town
		}
	}
	return out
}
