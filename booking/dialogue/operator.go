package dialogue

import (
	"slices"
	"strings"

	"shortfare/booking"
	"shortfare/booking/stats"
	"shortfare/parser"
)

// Limits of operators' texts.
const (
	maxServices = 5   // of one HOLD or OPEN
	minCast     = 3   // letters of a BCAST
	maxCast     = 120 // the same at most
)

// operator tells whether the phone is an operator's. For everybody else the
// operators' verbs are words that nobody knows.
func (t *turn) operator() bool { return slices.Contains(t.d.s.Operators, t.c.MSISDN) }

// operate answers what only operators may text.
func (t *turn) operate() {
	cmd := t.cmd
	switch {
	case len(cmd.DateChoices) > 1:
		t.whichDay()
	case cmd.DateText != "" && cmd.Date.IsZero():
		t.say("date.bad", "text", shown(cmd.DateText))
	case cmd.Verb == parser.Stat:
		t.stat()
	case cmd.Verb == parser.Broadcast:
		t.cast()
	case cmd.Verb == parser.Review:
		t.review()
	case cmd.Verb == parser.Desk:
		t.desk()
	default:
		t.stopSale()
	}
}

// sold tells whether STAT counts seats in that state: those that are, or are about
// to be, paid for. STAT STATE tells of all.
func sold(s booking.State) bool {
	switch s {
	case booking.Issuing, booking.Swapping, booking.Issued, booking.Review:
		return true
	}
	return false
}

// stat answers STAT: what was sold for a day, by service or as the topic says.
func (t *turn) stat() {
	on := day(t.cmd.Date)
	if on == 0 {
		on = t.today()
	}
	by, all := stats.Service, false
	switch t.cmd.Topic {
	case "CLASS":
		by = stats.Class
	case "CUSTOMER":
		by = stats.Customer
	case "STATE":
		by, all = stats.State, true
	case "DAY":
		by = stats.Day
	}
	table := stats.New(by)
	days := []booking.Date{on}
	if by == stats.Day && t.cmd.Date.IsZero() {
		for d := on.Add(1); d <= t.lastDay(); d = d.Add(1) {
			days = append(days, d)
		}
	}
	for _, d := range days {
		if !t.tally(table, d, all) {
			t.say("stat.none")
			return
		}
	}
	t.ch.Journal = append(t.ch.Journal, booking.Entry{ID: t.v.NewID(), At: t.env.Now, MSISDN: t.c.MSISDN,
		Event: strings.TrimSpace("operator stat " + on.String() + " " + t.cmd.Topic), Cause: t.mo.ID})
	if table.Total().Orders == 0 {
		t.say("stat.empty", "date", t.day(on))
		return
	}
	t.reply(table.Text("", func(n int) string { return t.m.say("stat.more", "n", itoa(n)) }))
}

// tally adds the orders of a day of departure, of the service named if one is.
func (t *turn) tally(table *stats.Table, on booking.Date, all bool) bool {
	list, err := t.count(on)
	if err != nil {
		return false
	}
	for _, l := range list {
		if !all && !sold(l.State) || t.cmd.Service != "" && l.Number != t.cmd.Service {
			continue
		}
		state := l.State.String()
		if l.State == booking.Closed && l.Reason != "" {
			state = string(l.Reason)
		}
		table.Add(stats.Fact{Number: l.Number, Day: l.Day, Class: l.Class, CustomerClass: l.Customer, State: state, Seats: l.Seats,
			Price: l.Money, Kind: l.Kind})
	}
	return true
}

// count is View.Count.
func (t *turn) count(on booking.Date) ([]booking.Tally, error) {
	if t.v.Count == nil {
		return nil, booking.ErrStoreDown
	}
	return t.v.Count(on)
}

// stopSale answers HOLD and OPEN: with a code, since everybody notices.
func (t *turn) stopSale() {
	cmd := t.cmd
	services := cmd.Services
	if len(services) == 0 && cmd.Service != "" {
		services = []string{cmd.Service}
	}
	key, f := "hold.ask", booking.PendingStop
	if cmd.Verb == parser.Resume {
		key, f = "open.ask", booking.PendingOpen
	}
	switch {
	case len(services) == 0:
		t.say("hold.how")
		return
	case len(services) > maxServices:
		t.say("hold.many", "n", itoa(maxServices))
		return
	}
	for _, number := range services {
		if !t.env.Catalogue.Service(number) {
			t.say("service.unknown", "number", number)
			return
		}
	}
	p := booking.Pending{For: f, Sale: &booking.Sale{Numbers: services, Day: day(cmd.Date), Class: cmd.Class}}
	p.Content = p.Sale.String()
	t.propose(p, key, "what", t.saleText(p.Sale))
}

// saleText names what is stopped or opened: G123, G5 5Dec 2nd.
func (t *turn) saleText(s *booking.Sale) string {
	words := []string{strings.Join(s.Numbers, ", ")}
	if s.Day != 0 {
		words = append(words, t.day(s.Day))
	} else {
		words = append(words, t.m.say("sale.daily"))
	}
	if s.Class != "" {
		words = append(words, t.class(s.Class))
	}
	return strings.Join(words, " ")
}

// setSale stops or opens the sale.
func (t *turn) setSale(p *booking.Pending) {
	for _, number := range p.Sale.Numbers {
		s := booking.Suspension{Number: number, Day: p.Sale.Day, Class: p.Sale.Class, By: t.c.MSISDN, At: t.env.Now}
		if p.For == booking.PendingOpen {
			s.Until = t.env.Now
		}
		t.ch.Suspensions = append(t.ch.Suspensions, s)
	}
	t.done(p)
}

// operated says what an operator's code has done. The same text again gets the same
// answer.
func (t *turn) operated(p *booking.Pending) {
	switch p.For {
	case booking.PendingStop:
		t.say("hold.done", "what", t.saleText(p.Sale))
	case booking.PendingOpen:
		t.say("open.done", "what", t.saleText(p.Sale))
	case booking.PendingRule:
		t.say("review.asked", "order", p.Ruling.Code)
	default:
		t.say("cast.done", "what", t.castTo(p.Sale))
	}
}

// operatorJournal notes what an operator did.
func (t *turn) operatorJournal(p *booking.Pending) {
	t.ch.Journal = append(t.ch.Journal, booking.Entry{ID: t.v.NewID(), At: t.env.Now, MSISDN: t.c.MSISDN,
		Event: "operator " + string(p.For) + " " + strings.TrimSpace(p.Content), Cause: t.mo.ID})
}
