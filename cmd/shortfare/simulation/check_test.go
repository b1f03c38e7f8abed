package simulation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"shortfare/booking"
)

// fail keeps the first rule that was broken.
func (s *sim) fail(format string, args ...any) {
	if s.failure == "" {
		s.failure = fmt.Sprintf(format, args...)
		s.note("FAILED", s.failure, 0)
	}
}

// committed is called when a job is durable: a delivery must have left one row
// of the inbox, and take effect once (I1, I2).
func (s *sim) committed(j job, c *booking.Changes) {
	u := j.unit
	if u == nil {
		if len(c.Texts) > 0 {
			s.fail("I1: a row of the inbox that nobody sent: %q", c.Texts[0].Text)
		}
		return
	}
	u.stored = true
	if u.accepted = u.at; u.kept.IsZero() {
		u.kept = u.at
	}
	m := u.msg
	if u.part == 0 && len(c.Texts) != 1 {
		s.fail("I1: text %q left %d rows of the inbox", m.text, len(c.Texts))
	}
	for _, t := range c.Texts {
		if t.State == booking.MOFailed {
			s.fail("the turn of %q failed", m.text)
		}
		if t.State != booking.MOIgnored {
			m.turns = append(m.turns, t.ID)
			if sent, turned := m.alike(); turned > sent {
				s.fail("I2: text %q of %d, sent %d times, took effect %d times", m.text, m.from.msisdn, sent, turned)
			}
			continue
		}
		m.mutes++
		if len(m.turns) == 0 && m.mutes == 1 && !s.mayIgnore(u) {
			s.fail("I1: text %q of %d is new and was ignored", m.text, m.from.msisdn)
		}
	}
}

// alike counts how often the customer sent just this text, and how often it took
// effect: nobody can tell equal texts apart.
func (m *message) alike() (sent, turned int) {
	for _, o := range m.from.sent {
		if o.text == m.text {
			sent += 1 + o.tardy
			turned += len(o.turns)
		}
	}
	return sent, turned
}

// whole tells whether all parts of a long text arrived soon after one another.
func (m *message) whole() bool {
	for _, u := range m.units {
		if u.kept.IsZero() || u.kept.Sub(m.units[0].kept).Abs() > 2*time.Minute {
			return false
		}
	}
	return true
}

// mayIgnore tells whether a new text may stay without an answer: a look-alike of
// one whose acknowledgement may be lost, noise, or a flood.
func (s *sim) mayIgnore(u *unit) bool {
	m := u.msg
	if m.kind == "garbage" || m.kind == "names" || m.kind == "code" || m.kind == "again" || m.from.rushed(s.now, s.textsPer5Min) {
		return true
	}
	return slices.ContainsFunc(m.from.sent, func(o *message) bool {
		return o != m && o.text == m.text && slices.ContainsFunc(o.units, func(v *unit) bool {
			return v.acked && !u.floor.IsZero() && v.accepted.UnixMilli() >= u.floor.UnixMilli()
		})
	})
}

// checkReply looks at a new row of the outbox: one answer a text, and at most
// one "working on it" (I1).
func (s *sim) checkReply(m *booking.MT) {
	if m.Text == "" {
		s.fail("I1: an empty answer to %d", m.MSISDN)
	}
	s.checkTold(m)
	for _, card := range [...]string{"6222021234567894", "4000000000000002"} {
		if strings.Contains(m.Text, card) {
			s.fail("I9: a card number leaves in %q", m.Text)
		}
	}
	if m.Cause == 0 {
		if !m.Notice {
			s.fail("I1: answer %q answers nothing", m.Text)
		}
		return
	}
	t, ok := s.disk.texts[m.Cause]
	if !ok || t.MSISDN != m.MSISDN {
		s.fail("I1: answer %q to a text that this phone did not send", m.Text)
	}
	if m.Again {
		return // said before, and not delivered
	}
	key := m.Cause << 1
	if m.Notice {
		key++
	}
	if s.answers[key]++; s.answers[key] > 1 {
		s.fail("I1: text %q has %d answers (notice %t), the last is %q", t.Text, s.answers[key], m.Notice, m.Text)
	}
}

// checkEntry follows the journal (I8): append-only, every line balanced.
func (s *sim) checkEntry(e *booking.Entry) {
	if e.ID <= s.disk.lastEntry {
		s.fail("I8: line %d of the journal comes after line %d", e.ID, s.disk.lastEntry)
	}
	s.disk.lastEntry = e.ID
	if e.Debit == "" && e.Credit == "" {
		return
	}
	if e.Debit == "" || e.Credit == "" || e.Amount.Currency != "CNY" || e.Amount.Minor <= 0 {
		s.fail("I8: posting of order %d is not balanced: %+v", e.Order, *e)
	}
	p := s.disk.postings[e.Order]
	if p == nil {
		p = map[string]int64{}
		s.disk.postings[e.Order] = p
	}
	p[e.Debit] += e.Amount.Minor
	p[e.Credit] -= e.Amount.Minor
}

// owed is what the customer has paid for an order: its own payments and those
// of the tickets whose place it took.
func (s *sim) owed(o *booking.Order) int64 {
	n := s.bank.net(o.ID)
	for o.Swap != nil && o.Swap.Done {
		if o = s.disk.order(o.Swap.Order); o == nil {
			break
		}
		n += s.bank.net(o.ID)
	}
	return n
}

// kept is what an order may keep: the price of its seats and the fees that were agreed to.
func kept(o *booking.Order) int64 {
	if o.State == booking.Closed {
		return o.Fees.Minor
	}
	return o.Price.Minor + o.Fees.Minor
}

// checkOrder holds a new version of an order against bank and terminal, at this instant (I4).
func (s *sim) checkOrder(o *booking.Order) {
	s.codes[o.Code] = o.Customer
	s.states[o.State]++
	net, valid, item := s.owed(o), s.valid(o), s.rail.items[o.HoldKey()]
	switch {
	case o.Reason == booking.ClosedChanged && valid:
		s.fail("I4: order %d was changed and its ticket is valid", o.ID)
	case o.Reason == booking.ClosedChanged: // its money is another order's
	case o.State == booking.Issued && net != kept(o):
		s.fail("I4: order %d is issued, the customer paid %d and not %d", o.ID, net, kept(o))
	case o.State == booking.Issued && !valid && !s.swapping(o):
		s.fail("I4: order %d is issued and no ticket is valid", o.ID)
	case o.State == booking.Issued && valid && item.price != o.Price:
		s.fail("I4: order %d is issued for %s, the terminal's price is %s", o.ID, o.Price, item.price)
	case o.State == booking.Closed && (net != kept(o) || valid):
		s.fail("I4: order %d is closed (%s), the customer paid %d, ticket valid %t", o.ID, o.Reason, net, valid)
	case o.State == booking.Held && item != nil && item.price != o.Price:
		s.fail("I4: order %d is held for %s, the terminal's price is %s", o.ID, o.Price, item.price)
	case (o.State == booking.Waiting || o.State == booking.Held || o.State == booking.Releasing) && net != o.Fees.Minor:
		s.fail("I4: order %d is %s and the customer paid %d", o.ID, o.State, net)
	}
	if o.Swap != nil && !o.Swap.Done && !o.Swap.Ended {
		if old := s.disk.order(o.Swap.Order); old == nil || old.Next != o.ID {
			s.fail("I4: order %d is to take the place of %d, which does not know", o.ID, o.Swap.Order)
		}
	}
}

// swapping tells whether another ticket was issued for this one, which is being cancelled.
func (s *sim) swapping(o *booking.Order) bool {
	next := s.disk.order(o.Next)
	return next != nil && (next.State == booking.Swapping || next.State == booking.Review)
}

func (s *sim) valid(o *booking.Order) bool {
	i := s.rail.now(o.HoldKey())
	return i != nil && i.state == booking.ItemIssued
}

// checkFulfil: no ticket before the money.
func (s *sim) checkFulfil(key string) {
	if o := s.disk.order(orderOf(key)); o == nil || s.bank.net(o.ID) != o.Charge().Minor {
		s.fail("I4: ticket %s is issued before it is paid", key)
	}
}

// checkSend: first copies of a phone's texts leave in the order they were
// written (I7); a second copy only after an unknown result or a crash (I3).
func (s *sim) checkSend(m booking.MT, l *life) {
	h := s.air.handed[m.ID]
	if h == nil {
		for _, r := range s.disk.outbox {
			if r.MSISDN != m.MSISDN || r.state != booking.MTReady {
				continue
			}
			if r.ID >= m.ID {
				break
			}
			if s.air.handed[r.ID] == nil {
				s.fail("I7: %q overtakes %q", m.Text, r.Text)
			}
		}
		if n := s.phone(m.MSISDN).newest; n > m.ID {
			s.fail("I7: %q leaves after a later text", m.Text)
		}
		s.phone(m.MSISDN).newest = m.ID
		s.air.handed[m.ID] = &handing{submits: 1, life: l}
		return
	}
	if h.submits++; h.submits > 2 {
		s.fail("I3: %q is handed over %d times", m.Text, h.submits)
	}
	if h.known && !h.unsure && h.life == l {
		s.fail("I3: %q has a result and is sent again", m.Text)
	}
	h.life, h.known = l, false
}

// checkEnds: some time after the last fault no order is on its way (I6).
func (s *sim) checkEnds() {
	for _, id := range s.disk.ids {
		o := s.disk.order(id)
		switch o.State {
		case booking.Issued, booking.Closed:
		case booking.Waiting:
			if o.Due.Before(s.now.Add(-time.Second)) {
				s.fail("I6: order %d waits beyond its cut-off", id)
			}
		case booking.Held:
			if o.Due.Before(s.now.Add(-time.Second)) || o.Due.Sub(s.now) > time.Hour {
				s.fail("I6: order %d is held until %s, it is %s", id, o.Due.In(cst), s.now)
			}
		case booking.Review:
			if o.Due.Before(s.now.Add(-time.Second)) || o.Due.Sub(s.now) > booking.ReviewLimit {
				s.fail("I6: order %d waits for an operator without a deadline", id)
			}
		default:
			s.fail("I6: order %d is still %s half an hour after the last fault", id, o.State)
		}
	}
}

// checkAll holds every ledger against every other when all is quiet.
func (s *sim) checkAll() {
	s.checkTexts()
	for _, id := range s.disk.ids {
		o := s.disk.order(id)
		s.checkBooks(o)
		s.checkBack(o)
		s.checkEvents(o)
		s.checkServed(o)
	}
	s.checkCasts()
	s.checkErased()
	s.checkSeats()
	for key := range s.disk.parts {
		s.fail("I1: parts %s are kept for ever", key)
	}
	for _, r := range s.disk.outbox {
		h := s.air.handed[r.ID]
		switch {
		case h == nil && r.state == booking.MTUnknown: // claimed twice by processes that died before they sent it
		case h == nil:
			s.fail("I3: %q never left", r.Text)
		case r.state == booking.MTReady:
			s.fail("I3: what became of %q is not recorded", r.Text)
		case r.state == booking.MTSent && h.copies == 0:
			s.fail("I3: %q counts as sent and no handset shows it", r.Text)
		case r.state == booking.MTUndeliverable && !r.Again && r.Text != "" && !s.ofBefore(&r.MT) && !slices.ContainsFunc(s.replies, func(x booking.MT) bool { return x.Again && x.Text == r.Text }):
			s.fail("S17: %q was not delivered and not sent again", r.Text)
		case s.faultless && h.copies != 1:
			s.fail("I3: %d copies of %q without any fault", h.copies, r.Text)
		}
	}
}

// ofBefore tells whether a message is from before its customer was forgotten, or
// somebody else had the number.
func (s *sim) ofBefore(m *booking.MT) bool {
	c := new(booking.Customer)
	if b, ok := s.disk.customers[m.MSISDN]; ok {
		decode(b, c)
	}
	return m.At.Before(c.Since)
}

// checkTexts: each text that was acknowledged has one answer (I1).
func (s *sim) checkTexts() {
	for _, p := range s.phones {
		lost := 0
		for _, m := range p.sent {
			if len(m.turns) == 1 && s.answers[m.turns[0]<<1] != 1 {
				s.fail("I1: text %q of %d has %d answers", m.text, p.msisdn, s.answers[m.turns[0]<<1])
			}
			if len(m.turns)+m.mutes == 0 && slices.ContainsFunc(m.units, func(u *unit) bool { return u.acked }) {
				if len(m.units) == 1 {
					s.fail("I1: text %q of %d was acknowledged and is gone", m.text, p.msisdn)
				}
				lost++
				if m.whole() {
					s.fail("I1: all parts of %q of %d arrived and it was not read", m.text, p.msisdn)
				}
			}
		}
		told, paused := 0, false // in a pause nothing is told
		for _, r := range s.replies {
			if r.MSISDN == p.msisdn && (strings.HasPrefix(r.Text, "This number sent more than ") || strings.HasPrefix(r.Text, "本号码5分钟内")) {
				paused = true
			}
			if r.MSISDN == p.msisdn && r.Cause == 0 && (strings.HasPrefix(r.Text, "Part ") || strings.HasPrefix(r.Text, "长短信")) {
				told++
			}
		}
		if told < lost && !paused {
			s.fail("I1: %d long texts of %d were not completed, he was told of %d", lost, p.msisdn, told)
		}
	}
}

// checkBooks: money if and only if a ticket (I4), the postings say the same (I8),
// and the customer was told how it ended (I7).
func (s *sim) checkBooks(o *booking.Order) {
	net, valid := s.owed(o), s.valid(o)
	if o.State == booking.Review {
		return // an operator decides
	}
	ticket := int64(0)
	if valid {
		ticket = o.Price.Minor
	}
	if o.Reason == booking.ClosedChanged {
		net = ticket + o.Fees.Minor // its successor answers for it
	}
	if net != ticket+o.Fees.Minor {
		s.fail("I4: order %d is %s, the customer paid %d, ticket valid %t, fees %s", o.ID, o.State, net, valid, o.Fees)
	}
	p := s.postings(o)
	if p[booking.LedgerBank] != net && o.Reason != booking.ClosedChanged || p[booking.LedgerTerminal] != -ticket || p[booking.LedgerCustomer] != 0 {
		s.fail("I8: postings of order %d are %v, the bank has %d and the terminal %d", o.ID, p, net, ticket)
	}
	if p[booking.LedgerFees] != -o.Fees.Minor && o.Reason != booking.ClosedChanged || p[booking.LedgerTransfer] != 0 && o.Reason != booking.ClosedChanged {
		s.fail("I8: postings of order %d are %v, it kept %s", o.ID, p, o.Fees)
	}
	if i := s.rail.items[o.HoldKey()]; o.State == booking.Issued && (i == nil || !slices.Equal(o.Places, i.places())) {
		s.fail("I5: order %d has seats %v, its ticket another", o.ID, o.Places)
	}
	if o.Next != 0 && o.State == booking.Issued {
		if n := s.disk.order(o.Next); n == nil || n.State == booking.Closed || n.State == booking.Issued {
			s.fail("I6: order %d is being changed for ever", o.ID)
		}
	}
	since := s.bank.returned(o.ID)
	if o.State == booking.Issued {
		since = o.Since
	}
	code := o.Code
	if o.Swap != nil && !o.Swap.Done {
		code = o.Swap.Code // what failed is told of the ticket that stands
	}
	if !since.IsZero() && o.Reason != booking.ClosedChanged && !slices.ContainsFunc(s.replies, func(r booking.MT) bool {
		return r.MSISDN == o.Customer && strings.Contains(r.Text, code) && !r.At.Before(since)
	}) {
		s.fail("I7: order %d is %s (%s) since %s and the customer was not told", o.ID, o.State, o.Reason, since.Format(time.TimeOnly))
	}
}

// postings of an order, and of those whose place it took.
func (s *sim) postings(o *booking.Order) map[string]int64 {
	sum := map[string]int64{}
	for o != nil {
		for account, n := range s.disk.postings[o.ID] {
			sum[account] += n
		}
		if o.Swap == nil || !o.Swap.Done {
			break
		}
		o = s.disk.order(o.Swap.Order)
	}
	return sum
}

// checkSeats: no seat twice (I5), and no ticket that belongs to no order.
func (s *sim) checkSeats() {
	for n, a := range s.rail.keys {
		i := s.rail.now(a)
		if i.state != booking.ItemIssued {
			continue
		}
		if o := s.disk.order(orderOf(a)); o == nil || o.HoldKey() != a || o.State != booking.Issued && o.State != booking.Review {
			s.fail("I4: ticket %s is valid and no order says so", a)
		}
		for _, b := range s.rail.keys[n+1:] {
			j := s.rail.now(b)
			if j.state == booking.ItemIssued && j.class == i.class && j.trip.Service == i.trip.Service && j.trip.Date == i.trip.Date &&
				i.trip.From < j.trip.To && j.trip.From < i.trip.To && slices.ContainsFunc(i.seats, func(x int) bool { return slices.Contains(j.seats, x) }) {
				s.fail("I5: tickets %s and %s are for the same seat", a, b)
			}
			if s.rail.named && j.state == booking.ItemIssued && runOf(j.trip) == runOf(i.trip) && s.sharePassenger(a, b) {
				s.fail("C03: somebody has tickets %s and %s for one run", a, b)
			}
		}
	}
}

// sharePassenger tells whether two tickets are for the same person.
func (s *sim) sharePassenger(a, b string) bool {
	x, y := s.disk.order(orderOf(a)), s.disk.order(orderOf(b))
	return x != nil && y != nil && slices.ContainsFunc(x.Passengers, func(p booking.Passenger) bool {
		return slices.ContainsFunc(y.Passengers, func(q booking.Passenger) bool { return p.Document.Token == q.Document.Token })
	})
}
