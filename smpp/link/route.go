package link

import (
	"sort"
	"strings"
	"time"

	"shortfare/booking"
)

// team is the binds of one carrier: message ids, receipts, parts of long texts
// and second deliveries belong to the carrier, whichever bind they come over.
type team struct {
	name  string
	links []*Link
	dups  dups
	rest  *route // of texts of which the carrier has a part already
	alarm bool   // a text has waited too long; of the watcher
}

// routeKey is what decides on which links a text may go. Every field has few
// values: those of the configuration and none.
type routeKey struct {
	carrier, avoid string
	prefix         string // longest configured one of the MSISDN
	code           string // source address, when the configuration names it
}

// route is a way to phones: the links that may carry a text, best first, and
// the lanes of texts that are ready to go that way. The group's mutex guards it.
type route struct {
	tiers       [][]*Link // a tier is used when those before it are all down
	home        *team     // of the first tier
	size        int       // texts of this route without a result
	first, last *lane     // ready, in order
}

// routeOf finds the route of a text. mu is held.
func (g *Group) routeOf(m *booking.MT) *route {
	k := routeKey{prefix: g.prefixOf(m.MSISDN)}
	if t := g.byName[m.Link]; t != nil {
		k.carrier = t.name
	}
	if t := g.byName[m.Avoid]; t != nil {
		k.avoid = t.name
	}
	if g.codes[m.From.Addr] {
		k.code = m.From.Addr
	}
	r := g.routes[k]
	if r == nil {
		r = g.makeRoute(k)
		g.routes[k] = r
	}
	return r
}

// prefixOf returns the longest configured prefix of an MSISDN.
func (g *Group) prefixOf(m booking.MSISDN) string {
	if len(g.prefixes) == 0 {
		return ""
	}
	s := m.String()
	for _, p := range g.prefixes { // longest first
		if strings.HasPrefix(s, p) {
			return p
		}
	}
	return ""
}

// makeRoute ranks the links that may carry a text: the carrier that the
// customer last wrote over, who was then a subscriber of it whatever the number
// says; then carriers by how much of the number their prefixes name; those
// without prefixes last. A carrier to avoid comes after all others.
func (g *Group) makeRoute(k routeKey) *route {
	rank := func(l *Link) int {
		if !l.cfg.sends() || !l.serves(k.code) {
			return -1
		}
		r := l.matches(k.prefix)
		if l.team.name == k.carrier {
			r = 1000
		}
		if r >= 0 && l.team.name == k.avoid {
			r = 0
		}
		return r
	}
	r := g.ranked(rank)
	if r == nil { // nothing is allowed: rather a sender that shows wrong than a text that never leaves
		r = g.ranked(func(l *Link) int {
			switch {
			case !l.cfg.sends():
				return -1
			case l.team.name == k.carrier:
				return 1
			}
			return 0
		})
	}
	if r == nil { // receivers only: it waits in the queue, and shows in its age
		r = &route{home: g.links[0].team}
	}
	g.order = append(g.order, r)
	return r
}

// ranked makes a route of the links with a rank of 0 or more, a tier for each
// rank, or returns nil when there is none.
func (g *Group) ranked(rank func(*Link) int) *route {
	tiers := map[int][]*Link{}
	var ranks []int
	for _, l := range g.links {
		if n := rank(l); n >= 0 {
			if tiers[n] == nil {
				ranks = append(ranks, n)
			}
			tiers[n] = append(tiers[n], l)
		}
	}
	if len(ranks) == 0 {
		return nil
	}
	sort.Sort(sort.Reverse(sort.IntSlice(ranks)))
	r := &route{}
	for _, n := range ranks {
		r.tiers = append(r.tiers, tiers[n])
	}
	r.home = r.tiers[0][0].team
	return r
}

// serves reports whether the link may carry texts from a short code.
func (l *Link) serves(code string) bool {
	for _, c := range l.cfg.ShortCodes {
		if c == code {
			return true
		}
	}
	return len(l.cfg.ShortCodes) == 0
}

// matches returns how many digits of a prefix the link's own prefixes name, 1
// more than that; 1 when it has none, -1 when none fits.
func (l *Link) matches(prefix string) int {
	if len(l.cfg.Prefixes) == 0 {
		return 1
	}
	best := -1
	for _, p := range l.cfg.Prefixes {
		if prefix != "" && strings.HasPrefix(prefix, p) {
			best = max(best, len(p)+1)
		}
	}
	return best
}

// choose picks the link that the next text of a route leaves over, by weight
// among those of the best tier that have room. It returns nil when there is
// none, and how long to wait when nobody wakes the pump.
func (r *route) choose(now time.Time) (best *Link, wait time.Duration) {
	wait = time.Hour
	for i, tier := range r.tiers {
		up, total := false, 0
		var grace time.Duration
		for _, l := range tier {
			if l.session == nil {
				grace = max(grace, l.since.Add(l.cfg.FailoverAfter).Sub(now))
				continue
			}
			up = true
			if l.flying >= l.cfg.Window {
				continue
			}
			if !l.pace.may() {
				wait = min(wait, l.pace.wait())
				continue
			}
			l.credit += l.cfg.Weight
			total += l.cfg.Weight
			if best == nil || l.credit > best.credit {
				best = l
			}
		}
		if best != nil {
			best.credit -= total
			return best, 0
		}
		if up { // busy is not away
			return nil, wait
		}
		if grace > 0 && i+1 < len(r.tiers) {
			return nil, min(wait, grace)
		}
	}
	return nil, wait
}

func (r *route) pushBack(n *lane) {
	n.where = inReady
	if r.first == nil {
		r.first = n
	} else {
		r.last.next = n
	}
	r.last = n
}

func (r *route) pushFront(n *lane) {
	n.where = inReady
	if n.next = r.first; n.next == nil {
		r.last = n
	}
	r.first = n
}

// pop takes the first ready lane.
func (r *route) pop() *lane {
	n := r.first
	if r.first = n.next; r.first == nil {
		r.last = nil
	}
	n.next = nil
	return n
}

// remove takes a lane out of the middle of the ready ones.
func (r *route) remove(n *lane) {
	if r.first == n {
		r.pop()
		return
	}
	for x := r.first; x != nil; x = x.next {
		if x.next == n {
			if x.next = n.next; x.next == nil {
				r.last = x
			}
			n.next = nil
			return
		}
	}
}
