package simulation

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"shortfare/booking"
)

// kindsOf tells texts apart by their words, in both languages. The first that fits counts.
var kindsOf = []struct {
	kind  string
	words *regexp.Regexp
}{
	{"told got seats", regexp.MustCompile(`^GOT SEATS|^候补到座:`)},
	{"told seats found", regexp.MustCompile(`^Seats found|^候补到座`)},
	{"told changed", regexp.MustCompile(`^CHANGED|^已改签`)},
	{"told no change", regexp.MustCompile(`no change|No change|未改签`)},
	{"told paid", regexp.MustCompile(`^PAID|^已付`)},
	{"told part refunded", regexp.MustCompile(`^Cancelled .*Still valid|^已退.*仍有效`)},
	{"told refunded", regexp.MustCompile(`^Cancelled |^已退票`)},
	{"told stands", regexp.MustCompile(`cannot be cancelled any more|已不能退票`)},
	{"told joined", regexp.MustCompile(`^Joined|^已加入候补`)},
	{"told wait ended", regexp.MustCompile(`^No seats were found|到截止未候到座`)},
	{"told left the list", regexp.MustCompile(`^Left the waiting list|^已退出候补`)},
	{"told settled", regexp.MustCompile(`^Your refund has arrived|^退款已到账`)},
	{"told reminder", regexp.MustCompile(`^\S+ leaves .*\. Order [2-9A-Z]{5}\.$|^\S+今天.*从.*开|^\S+明天.*从.*开|^[GC][A-Z0-9]+ \S+ \S+从.*开,.*。单`)},
	{"told a run is cancelled", regexp.MustCompile(`was cancelled by its carrier. Reply CXL|承运方已停运。全额退款`)},
	{"told a run is moved", regexp.MustCompile(`now leaves .*Ticket|改为.*开,票`)},
	{"told of a held run", regexp.MustCompile(`was cancelled by its carrier. The seats|now leaves .*is held|承运方已停运,单|座位照留`)},
	{"told news", regexp.MustCompile(`ends these notices|不再通知发`)},
	{"told a broadcast", regexp.MustCompile(`^[GC][A-Z0-9]+:Track|^[GC][A-Z0-9]+: Track`)},
	{"told sale stopped", regexp.MustCompile(`^Stopped: |^已停售`)},
	{"told sale opened", regexp.MustCompile(`^On sale again|^已恢复发售`)},
	{"told of notices off", regexp.MustCompile(`^You will get no more notices|^Notices are off\. SET NOTIFY ON|^已停止`)},
	{"told of notices on", regexp.MustCompile(`^Notices from|^已恢复1`)},
	{"told forgotten", regexp.MustCompile(`^All we had of you|已全部删除`)},
	{"told verified", regexp.MustCompile(`was checked and is in order|核验通过`)},
	{"told not known", regexp.MustCompile(`^The register does not know|核验未通过,请核对后重发`)},
	{"told wrong code", regexp.MustCompile(`^Wrong code|^码不对|^码错误`)},
	{"told who travels", askWord},
	{"told booked already", regexp.MustCompile(`One ticket a person|一人一车次`)},
	{"told not on sale", regexp.MustCompile(`is not on sale now|暂停发售`)},
	{"told terminal down", regexp.MustCompile(`cannot be booked now|暂不能订`)},
}

func kindOf(text string) string {
	for _, k := range kindsOf {
		if k.words.MatchString(text) {
			return k.kind
		}
	}
	return ""
}

// orderIn is the customer's order that a text names first.
func (s *sim) orderIn(m *booking.MT) *booking.Order {
	for _, w := range orderWord.FindAllString(m.Text, -1) {
		if s.codes[w] != m.MSISDN {
			continue
		}
		for _, id := range s.disk.ids {
			if o := s.disk.order(id); o.Code == w {
				return o
			}
		}
	}
	return nil
}

// checkTold looks at what a new text says.
func (s *sim) checkTold(m *booking.MT) {
	p, kind := s.phone(m.MSISDN), kindOf(m.Text)
	s.checkHidden(p, m.Text)
	if kind == "" {
		return
	}
	s.note(kind, "", 0)
	switch kind {
	case "told of notices off":
		p.stopped, p.everStopped = true, true
	case "told of notices on":
		p.stopped = false
	case "told news", "told a broadcast":
		if p.stopped {
			s.fail("C11: %d wants no notices and gets %q", m.MSISDN, m.Text)
		}
		s.once(m, "C01", 1)
	case "told a run is cancelled", "told a run is moved", "told of a held run":
		if o := s.orderIn(m); o != nil && m.Cause == 0 {
			s.once(m, "C01", len(s.rail.eventsOf(o.Trip.TripKey)))
		}
	case "told settled":
		if o := s.orderIn(m); o != nil {
			s.once(m, "T05", len(s.bank.refunds(o.ID)))
		}
	case "told reminder":
		if o := s.orderIn(m); o != nil && m.Cause == 0 && !s.departs(o).After(s.now) {
			s.fail("a reminder after the departure: %q", m.Text)
		}
		s.once(m, "C01", 1)
	case "told wrong code":
		if n := p.wrong.Add(s.now, time.Hour); n > 10 {
			s.fail("C06: %d wrong codes of %d were looked at in an hour", n, m.MSISDN)
		}
	case "told forgotten":
		if p.erased.IsZero() {
			s.fail("C11: %d was told that he is forgotten, and is not", p.msisdn)
		}
	}
}

// once holds that the same words are said unasked a number of times at most.
func (s *sim) once(m *booking.MT, rule string, most int) {
	n := 0
	for i := range s.replies {
		if r := &s.replies[i]; r.MSISDN == m.MSISDN && r.Text == m.Text && r.Cause == 0 && !r.Again {
			n++
		}
	}
	if n > most && m.Cause == 0 && !m.Again {
		s.fail("%s: told %d times: %q", rule, n, m.Text)
	}
}

// forgotten notes what must not be shown of a customer any more.
func (s *sim) forgotten(p *phone, c *booking.Changes) {
	p.erased, p.erasedID, p.hidden = s.now, s.disk.next, p.hidden[:0]
	for _, t := range c.Texts {
		p.erasedID = min(p.erasedID, t.ID)
	}
	for code, m := range s.codes {
		if m == p.msisdn {
			p.hidden = append(p.hidden, code)
		}
	}
}

// checkErased: nothing tells who a customer was that is from before he was forgotten.
func (s *sim) checkErased() {
	for _, id := range s.disk.ids {
		o := s.disk.order(id)
		if !o.Created.Before(s.phone(o.Customer).erased) {
			continue
		}
		if o.Account.Token != "" || len(o.Account.Sealed) > 0 || slices.ContainsFunc(o.Passengers, func(p booking.Passenger) bool { return p.Name != "" }) {
			s.fail("C11: order %d has the account or names of a customer who was forgotten", id)
		}
	}
	for _, t := range s.disk.texts {
		if t.ID < s.phone(t.MSISDN).erasedID && t.Text != "" {
			s.fail("C11: a text of a customer who was forgotten can be read")
		}
	}
}

// checkHidden holds that nothing is shown of a customer who was forgotten.
func (s *sim) checkHidden(p *phone, text string) {
	for _, word := range p.hidden {
		if strings.Contains(text, word) {
			s.fail("C11: %d was forgotten and is shown %q", p.msisdn, text)
		}
	}
}

// eventsOf are the events of the run of a trip.
func (t *terminal) eventsOf(k booking.TripKey) (list []booking.ServiceEvent) {
	for _, e := range t.news {
		if e.Service == k.Service && e.Date == k.Date {
			list = append(list, e)
		}
	}
	return list
}

// departs is when the run of an order leaves now.
func (s *sim) departs(o *booking.Order) time.Time {
	trip, _ := s.catalogue.Trip(o.Trip.TripKey)
	dep := trip.Dep
	for _, e := range s.rail.eventsOf(o.Trip.TripKey) {
		if e.Change == booking.RunMoved {
			dep = trip.Dep.Add(e.Shift)
		}
	}
	return dep
}

// checkEvents: who has a ticket for a run knows what became of it.
func (s *sim) checkEvents(o *booking.Order) {
	if o.State != booking.Issued {
		return
	}
	var last *booking.ServiceEvent
	for _, e := range s.rail.eventsOf(o.Trip.TripKey) {
		if last == nil || last.Change != e.Change || e.Change == booking.RunMoved {
			last = &e
		}
	}
	if last == nil || !last.At.After(o.Created) {
		return
	}
	if !slices.ContainsFunc(s.replies, func(r booking.MT) bool {
		return r.MSISDN == o.Customer && !r.At.Before(last.At) && s.tellsOf(&r, o, last)
	}) {
		s.fail("the run of order %s was %s at %s, nobody told %d", o.Code, last.Change, last.At.In(cst).Format(time.TimeOnly), o.Customer)
	}
}

// tellsOf tells whether a text says what became of an order's run: as a notice, or
// with the ticket that was found later.
func (s *sim) tellsOf(r *booking.MT, o *booking.Order, e *booking.ServiceEvent) bool {
	kind := kindOf(r.Text)
	switch {
	case kind == "told news":
		return strings.HasPrefix(r.Text, o.Trip.Number)
	case !strings.Contains(r.Text, o.Code):
		return false
	case e.Change == booking.RunCancelled:
		return kind == "told a run is cancelled" || kind == "told of a held run"
	}
	dep := s.departs(o).In(cst)
	return strings.Contains(r.Text, dep.Format("1504")) || strings.Contains(r.Text, dep.Format("15:04"))
}

// cast is a text that an operator had sent to those who travel.
type cast struct {
	notice booking.Notice
	due    []booking.MSISDN // who must get it
}

// castMade notes who is to get a broadcast that was just stored: who has a ticket
// for the service now and takes notices.
func (s *sim) castMade(n booking.Notice) {
	if slices.ContainsFunc(s.sentCasts, func(c *cast) bool { return c.notice.ID == n.ID }) || n.Text == "" {
		return
	}
	c := &cast{notice: n}
	for _, p := range s.phones {
		if !p.stopped && s.travels(p, n) {
			c.due = append(c.due, p.msisdn)
		}
	}
	s.sentCasts = append(s.sentCasts, c)
}

// travels tells whether a phone has a ticket that a notice is about.
func (s *sim) travels(p *phone, n booking.Notice) bool {
	for _, id := range s.disk.ids {
		o := s.disk.order(id)
		day := booking.DateOf(o.Trip.Dep.In(cst))
		if o.Customer == p.msisdn && o.State == booking.Issued && o.Trip.Number == n.Number && (n.Day == day || n.Day == 0 && day >= booking.DateOf(n.At.In(cst))) {
			return true
		}
	}
	return false
}

// checkCasts: a broadcast reached everybody who has still a ticket, and wants it, once.
func (s *sim) checkCasts() {
	for _, c := range s.sentCasts {
		for _, p := range s.phones {
			n := 0
			for _, r := range s.replies {
				if r.MSISDN == p.msisdn && r.Cause == 0 && strings.Contains(r.Text, c.notice.Text) {
					n++
				}
			}
			switch {
			case n > 1:
				s.fail("%d was told %d times: %q", p.msisdn, n, c.notice.Text)
			case n == 0 && slices.Contains(c.due, p.msisdn) && s.travels(p, c.notice) && !p.everStopped:
				s.fail("%d travels and was not told %q", p.msisdn, c.notice.Text)
			}
		}
	}
}
