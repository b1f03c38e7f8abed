package simulation

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"shortfare/booking"
)

// kindsOf tells texts apart by how they begin or what they have, in both languages. The
// first that fits counts.
var kindsOf = []struct {
	kind        string
	begins, has []string
}{
	{"told got seats", []string{"GOT SEATS", "候补到座:"}, nil},
	{"told seats found", []string{"Seats found", "候补到座"}, nil},
	{"told changed", []string{"CHANGED", "已改签"}, nil},
	{"told no change", nil, []string{"no change", "No change", "未改签"}},
	{"told paid", []string{"PAID", "已付"}, nil},
	{"told part refunded", nil, []string{"Still valid:", "仍有效:"}},
	{"told refunded", []string{"Cancelled ", "已退票"}, nil},
	{"told stands", nil, []string{"cannot be cancelled any more", "已不能退票"}},
	{"told joined", []string{"Joined", "已加入候补"}, nil},
	{"told wait ended", []string{"No seats were found"}, []string{"到截止未候到座"}},
	{"told left the list", []string{"Left the waiting list", "已退出候补"}, nil},
	{"told settled", []string{"Your refund has arrived", "退款已到账"}, nil},
	{"told a run is cancelled", nil, []string{"was cancelled by its carrier. Reply CXL", "承运方已停运。全额退款"}},
	{"told a run is moved", nil, []string{" is valid. CXL ", "开,票"}},
	{"told of a held run", nil, []string{"was cancelled by its carrier. The seats", " is held as before", "承运方已停运,单", "座位照留"}},
	{"told news", nil, []string{"ends these notices", "不再通知发"}},
	{"told a broadcast", nil, []string{": Track ", ":Track "}},
	{"told sale stopped", []string{"Stopped: ", "已停售"}, nil},
	{"told sale opened", []string{"On sale again", "已恢复发售"}, nil},
	{"told of notices off", []string{"You will get no more notices", "Notices are off. SET NOTIFY ON", "已停止1"}, nil},
	{"told of notices on", []string{"Notices from", "已恢复1"}, nil},
	{"told forgotten", []string{"All we had of you"}, []string{"已全部删除"}},
	{"told verified", nil, []string{"was checked and is in order", "核验通过"}},
	{"told not known", []string{"The register does not know"}, []string{"核验未通过,请核对后重发"}},
	{"told wrong code", []string{"Wrong code", "码不对", "码错误"}, nil},
	{"told who travels", []string{"Who travels", "Who else"}, []string{" and who else", "谁乘"}},
	{"told booked already", nil, []string{"One ticket a person", "一人一车次"}},
	{"told not on sale", nil, []string{"is not on sale now", "暂停发售"}},
	{"told terminal down", nil, []string{"cannot be booked now", "暂不能订"}},
}

// reminderWord are the words of a reminder: they are those of few other texts.
var reminderWord = regexp.MustCompile(`^\S+ leaves |^\S+(?:今天|明天)\S+从.*开,|^\S+ \S+ \S+从.*开,.*。单`)

func kindOf(text string) string {
	for _, k := range kindsOf {
		if slices.ContainsFunc(k.begins, func(w string) bool { return strings.HasPrefix(text, w) }) ||
			slices.ContainsFunc(k.has, func(w string) bool { return strings.Contains(text, w) }) {
			return k.kind
		}
	}
	if reminderWord.MatchString(text) {
		return "told reminder"
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
	if kind == "" || kind == "told a broadcast" && m.Cause != 0 { // an operator asks for one
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
	due    map[booking.MSISDN]bool // who must get it while he has the ticket
}

// castMade notes who is to get a broadcast that was just stored: who has a ticket
// for the service now and takes notices.
func (s *sim) castMade(n booking.Notice) {
	if slices.ContainsFunc(s.sentCasts, func(c *cast) bool { return c.notice.ID == n.ID }) || n.Text == "" || n.Callback != 0 {
		return
	}
	c := &cast{notice: n, due: map[booking.MSISDN]bool{}}
	for _, p := range s.phones {
		c.due[p.msisdn] = !p.stopped && s.travels(p, n)
	}
	s.sentCasts = append(s.sentCasts, c)
}

// travels tells whether a phone has a ticket, since before it, that a notice is about.
func (s *sim) travels(p *phone, n booking.Notice) bool {
	for _, id := range s.disk.ids {
		o := s.disk.order(id)
		day := booking.DateOf(o.Trip.Dep.In(cst))
		if o.Customer == p.msisdn && o.State == booking.Issued && !o.Since.After(n.At) && o.Trip.Number == n.Number && (n.Day == day || n.Day == 0 && day >= booking.DateOf(n.At.In(cst))) {
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
			case n == 0 && c.due[p.msisdn] && s.travels(p, c.notice) && !p.everStopped:
				s.fail("%d travels and was not told %q", p.msisdn, c.notice.Text)
			}
		}
	}
}
