package catalogue

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"shortfare/parser"
)

// maxFuzzy is the longest name that is compared; longer ones are not typed.
const maxFuzzy = parser.LongestTypo

// fuzzyIndex finds names with slips in them. Names one slip away share with the
// typed one what is left of both without a letter: these rests are listed by
// hash. For names two slips away all of about the same length are passed over,
// nearly all by the set of their letters alone.
type fuzzyIndex struct {
	names  []fuzzyName         // in order of length, then of the alphabet
	byLen  [maxFuzzy + 2]int32 // names[byLen[n]:byLen[n+1]] have n letters
	rests  []rest              // in order of hash
	filled bool
}

type fuzzyName struct {
	name  string
	place int32
	stops int32  // of the place
	set   uint64 // letters and digits in the name
}

// rest is a name without one of its letters, or the whole name.
type rest struct {
	hash uint32
	name int32
}

// build sorts the names and lists their rests.
func (x *fuzzyIndex) build(names []fuzzyName) {
	x.names = slices.DeleteFunc(names, func(n fuzzyName) bool { return len(n.name) < 4 || len(n.name) > maxFuzzy || !plain(n.name) })
	slices.SortFunc(x.names, func(a, b fuzzyName) int {
		if len(a.name) != len(b.name) {
			return len(a.name) - len(b.name)
		}
		return strings.Compare(a.name, b.name)
	})
	for i := range x.names {
		n := &x.names[i]
		n.set = letters(n.name)
		for without := -1; without < len(n.name); without++ {
			x.rests = append(x.rests, rest{hashWithout(n.name, without), int32(i)})
		}
	}
	slices.SortFunc(x.rests, func(a, b rest) int { return cmp.Compare(a.hash, b.hash) })
	at := 0
	for n := range x.byLen {
		for at < len(x.names) && len(x.names[at].name) < n {
			at++
		}
		x.byLen[n] = int32(at)
	}
	x.filled = true
}

// hashWithout is the FNV-1a hash of s without the letter at i.
func hashWithout(s string, i int) uint32 {
	h := uint32(2166136261)
	for k := range len(s) {
		if k != i {
			h = (h ^ uint32(s[k])) * 16777619
		}
	}
	return h
}

// find gives the place with the name nearest to s within the allowed distance;
// false when there is none or two places are equally near.
func (x *fuzzyIndex) find(s string) (int32, bool) {
	if !x.filled || len(s) < 4 || len(s) > maxFuzzy || !plain(s) {
		return 0, false
	}
	n := nearest{s: s, best: 1}
	for without := -1; without < len(s); without++ {
		h := hashWithout(s, without)
		i, _ := slices.BinarySearchFunc(x.rests, h, func(r rest, h uint32) int { return cmp.Compare(r.hash, h) })
		for ; i < len(x.rests) && x.rests[i].hash == h; i++ {
			n.look(&x.names[x.rests[i].name])
		}
	}
	if n.count == 0 && len(s) >= 7 {
		n.best = 2
		set := letters(s)
		for i := x.byLen[len(s)-2]; i < x.byLen[min(len(s)+2, maxFuzzy)+1]; i++ {
			if f := &x.names[i]; bits.OnesCount64(f.set&^set) <= 2 && bits.OnesCount64(set&^f.set) <= 2 {
				n.look(f)
			}
		}
	}
	return n.one()
}

// nearest gathers the places whose names are nearest to s.
type nearest struct {
	s      string
	best   int
	count  int
	places [8]candidate
}

type candidate struct {
	place, stops int32
	initial      bool // the name starts as s does
}

// look adds a name that is as near as the best so far, or nearer.
func (n *nearest) look(f *fuzzyName) {
	d := parser.Distance(n.s, f.name, n.best)
	if d > n.best {
		return
	}
	if d < n.best {
		n.best, n.count = d, 0
	}
	initial := f.name[0] == n.s[0]
	for i := range min(n.count, len(n.places)) {
		if c := &n.places[i]; c.place == f.place {
			c.initial = c.initial || initial
			return
		}
	}
	if n.count < len(n.places) {
		n.places[n.count] = candidate{f.place, f.stops, initial}
	}
	n.count++
}

// one gives the place that is meant: the only one; else the only one whose
// name starts as the typed one, for slips are seldom in the first letter; else
// a city with thrice the stations of any other.
func (n *nearest) one() (int32, bool) {
	if n.count == 0 || n.count > len(n.places) {
		return 0, false
	}
	var first, second candidate
	initials := 0
	for _, c := range n.places[:n.count] {
		if c.initial {
			initials++
		}
	}
	for _, c := range n.places[:n.count] {
		switch {
		case initials > 0 && !c.initial:
		case c.stops >= first.stops:
			first, second = c, first
		case c.stops > second.stops:
			second = c
		}
	}
	if n.count == 1 || initials == 1 {
		return first.place, true
	}
	return first.place, first.stops >= 3*max(second.stops, 1)
}

func plain(s string) bool {
	for i := range len(s) {
		if (s[i] < 'a' || s[i] > 'z') && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

// letters is the set of letters of a plain name: a bit for each that occurs,
// another for each that occurs twice, and one for each digit.
func letters(s string) uint64 {
	var set uint64
	for i := range len(s) {
		c := s[i]
		if c <= '9' {
			set |= 1 << (52 + c - '0')
			continue
		}
		bit := uint64(1) << (c - 'a')
		if set&bit != 0 {
			bit <<= 26
		}
		set |= bit
	}
	return set
}
