package torture

import (
	"fmt"
	"strconv"
	"time"
)

// paper is an order with what the other books say about it.
type paper struct {
	*orderRow
	item           *itemRow // of its present hold; nil when it has no seats
	debits         int64    // that the bank took and did not reverse
	back           int64    // refunds under the order's own keys
	charges        int
	before, behind *paper // the order whose place it took, and the one that took its own
}

// whole is the price of all seats that the order was ever for.
func (p *paper) whole() int64 {
	if p.item == nil {
		return p.Price.Minor
	}
	return p.item.price
}

// seat is the price of one of them.
func (p *paper) seat() int64 {
	if p.item == nil || len(p.item.seats) == 0 {
		return p.Price.Minor / int64(max(p.Seats, 1))
	}
	return p.item.price / int64(len(p.item.seats))
}

// charge is what its debit takes: for a change, what is missing.
func (p *paper) charge() int64 {
	if p.Swap == nil {
		return p.whole()
	}
	return max(0, p.whole()+p.Swap.Fee.Minor-p.Swap.Credit.Minor)
}

// ownFees is what was kept under this order.
func (p *paper) ownFees() int64 {
	if p.changed() {
		return p.Fees.Minor - p.Swap.Fees.Minor
	}
	return p.Fees.Minor
}

// class is that of its fare.
func (p *paper) class() string {
	if len(p.Trip.Fares) == 0 {
		return ""
	}
	return p.Trip.Fares[0].Class
}

// The fees of the test's configuration, for one seat.

func cancelFee(class string, fare int64, left time.Duration) int64 {
	switch {
	case class == "1st":
		return share(fare, 10)
	case left >= 72*time.Hour:
		return max(share(fare, 5), 200)
	}
	return max(share(fare, 8), 200)
}

func changeFee(class string, fare int64) int64 {
	if class == "1st" {
		return share(fare, 7)
	}
	return min(2000, fare)
}

func share(fare, percent int64) int64 { return (fare*percent + 50) / 100 }

// papers joins each order with its item and with the orders before and behind it.
func (c *checker) papers() {
	for i := range c.orders {
		o := &c.orders[i]
		if c.byID[o.ID] == nil {
			c.byID[o.ID] = &paper{orderRow: o}
		}
	}
	for i := range c.items {
		it := &c.items[i]
		if p := c.byID[orderOf(it.key)]; p != nil && it.key == p.key() && !it.bare {
			p.item = it
		}
	}
	for _, p := range c.byID {
		if p.Swap != nil {
			c.link(p, c.byID[p.Swap.Order])
		}
	}
	for id, p := range c.byID {
		if p.Reason == "changed" && p.behind == nil {
			c.fault("order %d: changed, and nothing took its place", id)
		}
		if p.Next != 0 && p.behind == nil && !(p.State == stateIssued && c.swaps(p)) {
			c.fault("order %d: names order %d as the one in its place", id, p.Next)
		}
	}
}

// swaps tells whether a change of the order waits for the customer.
func (c *checker) swaps(p *paper) bool {
	n := c.byID[p.Next]
	return n != nil && n.State == stateHeld && n.Swap != nil && n.Swap.Order == p.ID && !n.Swap.Ended
}

// link checks the two orders of a change against each other.
func (c *checker) link(p, old *paper) {
	s := p.Swap
	switch {
	case old == nil || old.MSISDN != p.MSISDN || old.Code != s.Code || old.key() != s.Key:
		c.fault("order %d: is to take the place of an order that is not its customer's, or another", p.ID)
		return
	case s.Done && s.Ended, !s.Done && !s.Ended && p.State != stateHeld, s.Done && p.State != stateIssued && p.State != stateClosed:
		c.fault("order %d: its change is neither done nor given up", p.ID)
	case !s.Done && old.Next == p.ID && p.State != stateHeld:
		c.fault("order %d: still waits for order %d, which gave up", old.ID, p.ID)
	case !s.Done:
		return
	case old.behind != nil || old.Next != p.ID || old.State != stateClosed || old.Reason != "changed":
		c.fault("order %d: took the place of order %d, which does not know", p.ID, old.ID)
	case s.Credit.Minor != old.Price.Minor || s.Fees.Minor != old.Fees.Minor:
		c.fault("order %d: was credited %d with fees %d, order %d had %d and %d", p.ID, s.Credit.Minor, s.Fees.Minor, old.ID, old.Price.Minor, old.Fees.Minor)
	}
	if s.Fee.Minor != changeFee(old.class(), old.Price.Minor/int64(max(old.Seats, 1)))*int64(old.Seats) && !(s.Fee.Minor == 0 && !old.Free.IsZero()) {
		c.fault("order %d: the change cost %d, which is not what fees say", p.ID, s.Fee.Minor)
	}
	p.before, old.behind = old, p
}

// money holds the bank's book against the orders and the terminal's book.
func (c *checker) money() {
	back := c.refunded()
	debits := map[string]bool{}
	for _, d := range c.debits {
		p := c.byID[orderOf(d.key)]
		if debits[d.key] {
			c.fault("bank: debit %s stands twice", d.key)
		}
		debits[d.key] = true
		returned := back[d.key]
		delete(back, d.key)
		switch {
		case p == nil:
			c.fault("bank: debit %s of an order that is not", d.key)
			continue
		case !d.tomb && (d.amount != p.charge() || d.currency != p.Price.Currency):
			c.fault("bank: debit %s of %d, order %d was to pay %d", d.key, d.amount, p.ID, p.charge())
		case d.tomb && d.state != "reversed", (returned != 0) != (d.state == "refunded"), returned > d.amount:
			c.fault("bank: debit %s of %d is %s, and %d came back", d.key, d.amount, d.state, returned)
		}
		switch d.state {
		case "booked", "refunded":
			p.debits += d.amount
			p.charges++
			c.sum.debits++
		case "reversed":
			c.sum.reversals++
		case "declined":
		default:
			c.fault("bank: debit %s is %s", d.key, d.state)
		}
		if last := c.last(p); d.state == "booked" || d.state == "refunded" {
			c.fund(last, d, returned)
		}
	}
	for key := range back {
		c.fault("bank: refund of debit %s, which is not", key)
	}
	for _, p := range c.byID {
		if p.charges > 1 {
			c.fault("order %d: debited %d times", p.ID, p.charges)
		}
		if p.behind == nil {
			c.chain(p)
		}
	}
	c.calls(debits)
}

// last is the end of a chain of changes.
func (c *checker) last(p *paper) *paper {
	for n := 0; p.behind != nil && n < len(c.orders); n++ {
		p = p.behind
	}
	return p
}

// fund checks that an order knows a debit that pays for it.
func (c *checker) fund(p *paper, d debitRow, returned int64) {
	for _, f := range p.Funds {
		if f.Key == d.key && f.Paid.Minor == d.amount && f.Back.Minor == returned {
			return
		}
	}
	c.fault("order %d: does not know debit %s of %d, of which %d came back", p.ID, d.key, d.amount, returned)
}

// refunded holds the bank's refunds against those of the orders, each way, and
// adds them up by debit.
func (c *checker) refunded() map[string]int64 {
	back := map[string]int64{}
	rows := map[string]refundRow{}
	for _, r := range c.refunds {
		if _, twice := rows[r.key]; twice || r.amount <= 0 {
			c.fault("bank: refund %s stands twice or gives nothing", r.key)
		}
		rows[r.key] = r
		back[r.debit] += r.amount
		c.sum.refunds++
		p := c.byID[orderOf(r.key)]
		if p == nil {
			c.fault("bank: refund %s of an order that is not", r.key)
			continue
		}
		p.back += r.amount
	}
	for _, p := range c.byID {
		for i, r := range p.Refunds {
			row, found := rows[r.Key]
			delete(rows, r.Key)
			switch {
			case r.Key != fmt.Sprintf("%d-r%d", p.ID, i+1):
				c.fault("order %d: its refund %d is called %s", p.ID, i+1, r.Key)
			case !found || row.debit != r.Fund || row.amount != r.Amount.Minor:
				c.fault("order %d: refund %s of %d from %s is not the bank's", p.ID, r.Key, r.Amount.Minor, r.Fund)
			case r.State != "accepted" || p.Settle.IsZero():
				c.fault("order %d: refund %s is %s, and the bank asked about it %v: no day has passed", p.ID, r.Key, r.State, p.Settle)
			}
		}
	}
	for key := range rows {
		c.fault("bank: refund %s, of which its order does not know", key)
	}
	return back
}

// chain checks an order that nothing took the place of, with all before it: what
// was paid for them in the end is the price of the one valid ticket, if there is
// one, and the fees.
func (c *checker) chain(last *paper) {
	net, valid := int64(0), 0
	n := 0
	for p := last; p != nil && n <= len(c.orders); p = p.before {
		n++
		net += p.debits - p.back
		if p.item != nil && p.item.state == itemIssued {
			valid++
			if p != last {
				c.fault("order %d: was changed, and its ticket is valid", p.ID)
			}
		}
		for i := range c.itemsOf[p.ID] {
			if it := c.itemsOf[p.ID][i]; it != p.item && it.state <= itemIssued && (it.state == itemIssued || it.until > c.end.UnixMilli()) {
				c.fault("order %d: item %s is live, its hold is %s", p.ID, it.key, p.key())
			}
		}
	}
	if n > 1 {
		c.sum.changed++
	}
	want := last.Fees.Minor
	if valid > 0 {
		want += last.Price.Minor
	}
	switch {
	case valid > 1 || valid == 1 != (last.State == stateIssued):
		c.fault("order %d: state %d, %d valid tickets at the terminal", last.ID, last.State, valid)
	case net != want:
		c.fault("order %d: %d was paid, ticket and fees are %d", last.ID, net, want)
	case last.Reason == "refunded" && last.Refund.Minor+last.Fee.Minor != last.Price.Minor:
		c.fault("order %d: %d went back of %d with a fee of %d", last.ID, last.Refund.Minor, last.Price.Minor, last.Fee.Minor)
	}
	c.sum.fees += last.Fees.Minor
	for _, f := range last.Funds {
		if c.debitKeys[f.Key] == 0 {
			c.fault("order %d: is paid with %s, which the bank did not take", last.ID, f.Key)
		}
	}
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

// name is how a message is found that is about an order.
func (o *orderRow) name() string { return strconv.FormatInt(o.MSISDN, 10) + " " + o.Code }
