package torture

import (
	"cmp"
	"slices"
	"strconv"
)

// money holds the bank's book against the orders and the terminal's book: per
// order, what the customer has paid in the end is the price when there is a
// valid ticket, and nothing otherwise.
func (c *checker) money() {
	back := map[string]int64{}
	refunds := map[string]bool{}
	for _, r := range c.refunds {
		if refunds[r.key] || r.amount <= 0 {
			c.fault("bank: refund %s stands twice or gives nothing", r.key)
		}
		refunds[r.key] = true
		back[r.debit] += r.amount
	}
	net, charges := map[int64]int64{}, map[int64]int{}
	debits := map[string]bool{}
	for _, d := range c.debits {
		o := c.byOrder[orderOf(d.key)]
		if debits[d.key] {
			c.fault("bank: debit %s stands twice", d.key)
		}
		debits[d.key] = true
		returned := back[d.key]
		delete(back, d.key)
		switch {
		case o == nil:
			c.fault("bank: debit %s of an order that is not", d.key)
			continue
		case !d.tomb && (d.amount != o.Price.Minor || d.currency != o.Price.Currency):
			c.fault("bank: debit %s of %d, order %d costs %d", d.key, d.amount, o.ID, o.Price.Minor)
		case d.tomb && d.state != "reversed", returned != 0 && d.state != "refunded":
			c.fault("bank: debit %s is %s", d.key, d.state)
		}
		switch d.state {
		case "booked":
			net[o.ID] += d.amount
			charges[o.ID]++
			c.sum.debits++
		case "refunded":
			net[o.ID] += d.amount - returned
			c.sum.debits++
			if returned != d.amount || o.Refund.Minor != d.amount || o.Reason != "refunded" {
				c.fault("bank: debit %s of %d: %d came back, the order says %d", d.key, d.amount, returned, o.Refund.Minor)
			}
		case "reversed":
			c.sum.reversals++
		case "declined":
		default:
			c.fault("bank: debit %s is %s", d.key, d.state)
		}
	}
	for key := range back {
		c.fault("bank: refund of debit %s, which is not", key)
	}
	valid := map[int64]bool{}
	for _, it := range c.items {
		if it.state == itemIssued {
			id, _ := strconv.ParseInt(it.key, 10, 64)
			valid[id] = true
		}
	}
	for id, o := range c.byOrder {
		switch {
		case charges[id] > 1:
			c.fault("order %d: debited %d times", id, charges[id])
		case valid[id] && net[id] != o.Price.Minor:
			c.fault("order %d: a ticket for %d, %d was paid", id, o.Price.Minor, net[id])
		case !valid[id] && net[id] != 0:
			c.fault("order %d: %d was paid and there is no ticket", id, net[id])
		case valid[id] != (o.State == stateIssued):
			c.fault("order %d: state %d, ticket at the terminal: %v", id, o.State, valid[id])
		}
	}
	c.calls(debits)
}

// calls checks that no debit was called twice, and that none was forgotten.
func (c *checker) calls(debits map[string]bool) {
	asked := map[string]bool{}
	for _, a := range c.asked {
		if a.n != 1 || asked[a.key] {
			c.fault("bank: debit %s was called %d times", a.key, a.n)
		}
		asked[a.key] = true
		if !debits[a.key] {
			c.fault("bank: debit %s was called, and neither booked nor undone", a.key)
		}
	}
	for _, d := range c.debits {
		if !d.tomb && !asked[d.key] {
			c.fault("bank: debit %s booked, and nobody asked for it", d.key)
		}
	}
}

// span is a time during which a seat of a run was not free on a part.
type span struct {
	item        *itemRow
	from, until int64
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
	type place struct {
		run   int64
		class int
		seat  uint64
		part  int
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
		if it.bare {
			id, _ := strconv.ParseInt(it.key, 10, 64)
			if o := c.byOrder[id]; o == nil || it.state <= itemIssued {
				c.fault("terminal: item %s has no run and is live, or has no order", it.key)
			}
			continue
		}
		used[it.run] = true
		c.item(it, runs[it.run])
		s := span{item: it, from: it.made, until: it.until}
		switch it.state {
		case itemIssued, itemVoided:
			s.until = 1 << 62
			if it.state == itemVoided {
				s.until = it.changed
			}
		case itemReleased:
			s.until = min(it.until, it.changed)
		}
		for _, seat := range it.seats {
			for part := it.first; part < it.last; part++ {
				p := place{it.run, it.class, seat, part}
				taken[p] = append(taken[p], s)
			}
		}
	}
	for id, o := range c.byOrder {
		if (o.State == stateHeld || o.State == stateIssued) && !keys[strconv.FormatInt(id, 10)] {
			c.fault("terminal: order %d in state %d has no seats", id, o.State)
		}
	}
	for id := range runs {
		if !used[id] {
			c.fault("terminal: run %d without a sale", id)
		}
	}
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
func (c *checker) item(it *itemRow, r *runRow) {
	id, _ := strconv.ParseInt(it.key, 10, 64)
	o := c.byOrder[id]
	switch {
	case o == nil:
		c.fault("terminal: item %s of an order that is not", it.key)
	case r == nil || r.service != o.Trip.Service || r.date != o.Trip.Date || it.first != o.Trip.From || it.last != o.Trip.To || it.last > r.stops:
		c.fault("terminal: item %s is for another trip than its order", it.key)
	case len(it.seats) != o.Seats || it.price != o.Price.Minor || it.currency != o.Price.Currency:
		c.fault("terminal: item %s: %d seats for %d, its order has %d for %d", it.key, len(it.seats), it.price, o.Seats, o.Price.Minor)
	case o.State == stateHeld && (it.state != itemHeld || it.until != o.Hold.UnixMilli()):
		c.fault("terminal: item %s: state %d, its order is held", it.key, it.state)
	case o.State == stateClosed && it.state == itemHeld && it.until > c.end.UnixMilli():
		c.fault("terminal: item %s still holds seats for a closed order", it.key)
	}
}

// books checks the journal: an unbroken chain of states per order, and double
// entry that agrees with the bank and the terminal.
func (c *checker) books() {
	state := map[int64]string{}
	type account struct {
		order int64
		name  string
	}
	balance := map[account]int64{}
	ids := map[int64]bool{}
	for _, j := range c.journal {
		o := c.byOrder[j.order]
		if o == nil || ids[j.id] {
			c.fault("journal: line %d of an order that is not, or twice", j.id)
			continue
		}
		ids[j.id] = true
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
	names := map[int]string{stateHeld: "held", stateIssued: "issued", stateClosed: "closed"}
	for id, o := range c.byOrder {
		if state[id] != names[o.State] {
			c.fault("journal: order %d ends %q, the order is in state %d", id, state[id], o.State)
		}
		due := int64(0)
		if o.State == stateIssued {
			due = o.Price.Minor
		}
		if balance[account{id, "bank"}] != due || balance[account{id, "terminal"}] != -due || balance[account{id, "customer"}] != 0 {
			c.fault("journal: order %d: bank %d, terminal %d, customer %d, want %d", id, balance[account{id, "bank"}],
				balance[account{id, "terminal"}], balance[account{id, "customer"}], due)
		}
	}
}
