package torture

import (
	"cmp"
	"slices"
)

// span is a time during which a seat of a run was not free on a part.
type span struct {
	item        *itemRow
	from, until int64
}

// place is a seat of a run on one part of it.
type place struct {
	run   int64
	class int
	seat  uint64
	part  int
}

// seats checks the terminal's book: each item is its order's, and no seat
// was ever promised to two on the same part of its run at the same time.
func (c *checker) seats() {
	runs := map[int64]*runRow{}
	for i := range c.runs {
		r := &c.runs[i]
		if runs[r.id] != nil {
			c.fault("terminal: run %d stands twice", r.id)
		}
		runs[r.id] = r
	}
	taken := map[place][]span{}
	keys := map[string]bool{}
	used := map[int64]bool{}
	for i := range c.items {
		it := &c.items[i]
		if keys[it.key] {
			c.fault("terminal: item %s stands twice", it.key)
		}
		keys[it.key] = true
		p := c.byID[orderOf(it.key)]
		if p == nil {
			c.fault("terminal: item %s of an order that is not", it.key)
			continue
		}
		if it.bare {
			if it.state <= itemIssued {
				c.fault("terminal: item %s has no run and is live", it.key)
			}
			continue
		}
		used[it.run] = true
		c.item(it, runs[it.run], p)
		for _, seat := range it.seats {
			s := span{it, it.made, c.freed(it, seat)}
			for part := it.first; part < it.last; part++ {
				at := place{it.run, it.class, seat, part}
				taken[at] = append(taken[at], s)
			}
		}
	}
	for id, p := range c.byID {
		if (p.State == stateHeld || p.State == stateIssued) && p.item == nil {
			c.fault("terminal: order %d in state %d has no seats", id, p.State)
		}
	}
	for id := range runs {
		if !used[id] {
			c.fault("terminal: run %d without a sale", id)
		}
	}
	c.once(taken)
	c.passengers()
}

// freed is when a seat of an item could be sold again at the earliest.
func (c *checker) freed(it *itemRow, seat uint64) int64 {
	switch {
	case slices.Contains(it.gone, seat):
		if first := c.voiding[orderOf(it.key)]; len(first) > 1 || it.state != itemIssued {
			return first[0] // the row does not tell which cancel took it: not before the first one
		}
		return it.changed
	case it.state == itemIssued:
		return 1 << 62
	case it.state == itemVoided:
		return it.changed
	case it.state == itemReleased:
		return min(it.until, it.changed)
	}
	return it.until
}

// once checks that no two have a seat at a time.
func (c *checker) once(taken map[place][]span) {
	for p, list := range taken {
		slices.SortFunc(list, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.until, b.until)) })
		for i := 1; i < len(list); i++ {
			if list[i].from < list[i-1].until {
				c.fault("terminal: seat %d class %d of run %d, part %d: sold to %s and to %s", p.seat, p.class, p.run, p.part, list[i-1].item.key, list[i].item.key)
			}
		}
	}
}

// item holds an item against its order.
func (c *checker) item(it *itemRow, r *runRow, p *paper) {
	if r == nil || it.last > r.stops {
		c.fault("terminal: item %s is on no run", it.key)
		return
	}
	on := func(t trip) bool {
		return r.service == t.Service && r.date == t.Date && it.first == t.From && it.last == t.To
	}
	for _, seat := range it.gone {
		if !slices.Contains(it.seats, seat) {
			c.fault("terminal: item %s: seat %d was cancelled and never sold", it.key, seat)
		}
	}
	if it.key != p.key() { // an earlier hold of an order that waited on
		if p.Wish == nil || len(it.seats) != p.Seats+len(p.Former) || !slices.ContainsFunc(p.Wish.Trips, on) || it.state == itemIssued || it.state == itemVoided || len(it.gone) > 0 {
			c.fault("terminal: item %s: no hold that order %d gave up", it.key, p.ID)
		}
		return
	}
	left, sold := len(it.seats)-len(it.gone), int64(len(it.seats))
	switch {
	case !on(p.Trip):
		c.fault("terminal: item %s is for another trip than its order", it.key)
	case left != p.Seats || len(it.gone) != len(p.Former) || it.price*int64(p.Seats) != p.Price.Minor*sold || it.currency != p.Price.Currency:
		c.fault("terminal: item %s: %d seats for %d, %d of them cancelled; its order has %d for %d, %d cancelled", it.key, sold, it.price, len(it.gone),
			p.Seats, p.Price.Minor, len(p.Former))
	case p.State == stateHeld && (it.state != itemHeld || it.until != p.Hold.UnixMilli()):
		c.fault("terminal: item %s: state %d, its order is held", it.key, it.state)
	case p.State == stateClosed && it.state == itemHeld && it.until > c.end.UnixMilli():
		c.fault("terminal: item %s still holds seats for a closed order", it.key)
	}
}

// passengers checks who has which seat: everybody once on a run.
func (c *checker) passengers() {
	items := map[string]*itemRow{}
	for i := range c.items {
		items[c.items[i].key] = &c.items[i]
	}
	type body struct {
		run   int64
		token string
	}
	type seat struct {
		key  string
		seat uint64
	}
	on, sits, live := map[body]string{}, map[seat]bool{}, map[string]int{}
	for _, r := range c.people {
		it := items[r.key]
		if it == nil || it.bare || !slices.Contains(it.seats, r.seat) || sits[seat{r.key, r.seat}] || r.token == "" {
			c.fault("terminal: passenger on seat %d of item %s, which is not, or is somebody else's", r.seat, r.key)
			continue
		}
		sits[seat{r.key, r.seat}] = true
		has := it.state == itemIssued && !slices.Contains(it.gone, r.seat)
		may := has || it.state == itemHeld
		switch {
		case r.run != 0 && (!may || r.run != it.run):
			c.fault("terminal: passenger on seat %d of item %s, which is free again", r.seat, r.key)
		case r.run == 0 && (has || it.state == itemHeld && it.until > c.end.UnixMilli()):
			c.fault("terminal: passenger on seat %d of item %s may book again", r.seat, r.key)
		}
		if !has && !(it.state == itemHeld && it.until > c.end.UnixMilli()) {
			continue
		}
		live[r.key]++
		b := body{it.run, r.token}
		if other := on[b]; other != "" && !c.swapped(other, r.key) {
			c.fault("terminal: one passenger of run %d in items %s and %s", it.run, other, r.key)
		}
		on[b] = r.key
		c.sum.named++
	}
	for _, p := range c.byID {
		if p.State == stateIssued && p.item != nil && live[p.item.key] != len(p.People) {
			c.fault("terminal: item %s: %d passengers, its order has %d", p.item.key, live[p.item.key], len(p.People))
		}
	}
}

// swapped tells whether one item is held to take the place of the other.
func (c *checker) swapped(a, b string) bool {
	for _, p := range []*paper{c.byID[orderOf(a)], c.byID[orderOf(b)]} {
		if p != nil && p.State == stateHeld && p.Swap != nil && (p.Swap.Key == a || p.Swap.Key == b) {
			return true
		}
	}
	return false
}

// account is one of an order's in the journal.
type account struct {
	order int64
	name  string
}

// books checks the journal: an unbroken chain of states per order, and double
// entry that agrees with the bank and the terminal.
func (c *checker) books() {
	state := map[int64]string{}
	balance := map[account]int64{}
	ids := map[int64]bool{}
	for _, j := range c.journal {
		if ids[j.id] {
			c.fault("journal: line %d stands twice", j.id)
			continue
		}
		ids[j.id] = true
		o := c.byID[j.order]
		if o == nil {
			if j.order != 0 || j.event == "posting" {
				c.fault("journal: line %d of an order that is not", j.id)
			}
			continue
		}
		if j.event == "posting" {
			balance[account{j.order, j.debit}] += j.minor
			balance[account{j.order, j.credit}] -= j.minor
			if j.minor <= 0 || j.debit == j.credit || j.currency != o.Price.Currency {
				c.fault("journal: line %d is no posting", j.id)
			}
			continue
		}
		before := state[j.order]
		if before == "" {
			before = "none"
		}
		if j.from != before {
			c.fault("journal: order %d: %s from %s, it was %s", j.order, j.event, j.from, before)
		}
		state[j.order] = j.to
	}
	names := map[int]string{stateWaiting: "waiting", stateHeld: "held", stateIssued: "issued", stateClosed: "closed"}
	for id, p := range c.byID {
		if state[id] != names[p.State] {
			c.fault("journal: order %d ends %q, the order is in state %d", id, state[id], p.State)
		}
		c.balanced(p, balance)
	}
}

// balanced checks the accounts of an order at rest: nothing is left with the
// customer, and every other account has what the order, the bank and the terminal say.
func (c *checker) balanced(p *paper, balance map[account]int64) {
	want := map[string]int64{"customer": 0, "bank": p.debits - p.back, "fees": -p.ownFees()}
	if p.State == stateIssued {
		want["terminal"] = -p.Price.Minor
	}
	if p.changed() {
		want["transfer"] += p.Swap.Credit.Minor
	}
	if p.Reason == "changed" {
		want["transfer"] -= p.Price.Minor
	}
	for _, name := range [...]string{"bank", "customer", "terminal", "fees", "transfer"} {
		if got := balance[account{p.ID, name}]; got != want[name] {
			c.fault("journal: order %d: %s has %d, want %d", p.ID, name, got, want[name])
		}
	}
}
