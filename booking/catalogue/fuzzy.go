package catalogue

import (
	"math/bits"
	"slices"
)

// maxFuzzy is the longest name that is compared; longer ones are not typed.
const maxFuzzy = 40

// fuzzyIndex holds the names in order of length with the set of letters of
// each, so that nearly all are passed over without being compared.
type fuzzyIndex struct {
	names  []fuzzyName
	byLen  [maxFuzzy + 2]int32 // names[byLen[n]:byLen[n+1]] have n letters
	filled bool
}

type fuzzyName struct {
	name  string
	place int32
	set   uint64 // a bit for each letter and digit in the name
}

// build sorts the names; the order is by length, then by name.
func (x *fuzzyIndex) build(names []fuzzyName) {
	x.names = slices.DeleteFunc(names, func(n fuzzyName) bool { return len(n.name) < 4 || len(n.name) > maxFuzzy || !plain(n.name) })
	slices.SortFunc(x.names, func(a, b fuzzyName) int {
		if len(a.name) != len(b.name) {
			return len(a.name) - len(b.name)
		}
		if a.name < b.name {
			return -1
		}
		return 1
	})
	for i := range x.names {
		x.names[i].set = letters(x.names[i].name)
	}
	at := 0
	for n := range x.byLen {
		for at < len(x.names) && len(x.names[at].name) < n {
			at++
		}
		x.byLen[n] = int32(at)
	}
	x.filled = true
}

// find gives the place with the name nearest to s within the allowed distance;
// false when there is none or two places are equally near.
func (x *fuzzyIndex) find(s string) (int32, bool) {
	if !x.filled || len(s) < 4 || len(s) > maxFuzzy || !plain(s) {
		return 0, false
	}
	limit := 1
	if len(s) >= 7 {
		limit = 2
	}
	set := letters(s)
	best, where, several := limit+1, int32(0), false
	lo, hi := x.byLen[max(len(s)-limit, 0)], x.byLen[min(len(s)+limit, maxFuzzy)+1]
	for i := lo; i < hi; i++ {
		n := &x.names[i]
		if bits.OnesCount64(n.set&^set) > limit || bits.OnesCount64(set&^n.set) > limit {
			continue
		}
		d := damerau(s, n.name, min(best, limit))
		switch {
		case d > limit || d > best:
		case d < best:
			best, where, several = d, n.place, false
		case n.place != where:
			several = true
		}
	}
	return where, best <= limit && !several
}

func plain(s string) bool {
	for i := range len(s) {
		if (s[i] < 'a' || s[i] > 'z') && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

// letters is the set of bytes of a plain name.
func letters(s string) uint64 {
	var set uint64
	for i := range len(s) {
		set |= 1 << (s[i] & 63)
	}
	return set
}

// damerau is the distance with insertions, deletions, substitutions and swaps of neighbours
// (optimal string alignment); more than limit when it is more than limit.
func damerau(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	var rows [3][maxFuzzy + 1]int8
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = int8(j)
	}
	for i := 1; i <= len(a); i++ {
		row[0] = int8(i)
		least := row[0]
		for j := 1; j <= len(b); j++ {
			cost := int8(1)
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if int(least) > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return int(last[len(b)])
}
