package dialogue

import (
	"strings"
	"time"

	"shortfare/booking"
)

// Limits of ALERT.
const (
	defaultLead = 2 * time.Hour // of a reminder that is asked for where none are sent unasked
	maxFollows  = 10            // services that a customer may follow
)

// alert answers ALERT: whether the customer is reminded of a departure, or told
// what becomes of a service.
func (t *turn) alert() {
	cmd := t.cmd
	o, answered := t.named()
	switch {
	case answered:
	case o != nil:
		t.remind(o)
	case cmd.Service == "":
		t.alerts()
	case !t.env.Catalogue.Service(cmd.Service):
		t.say("service.unknown", "number", cmd.Service)
	case t.told() != "":
		t.say("rest.again", "text", t.told())
	case t.offTrack(t.wish()):
	case !t.onSale(cmd.Date):
		t.say("date.period", "first", t.day(t.today()), "last", t.day(t.lastDay()))
	default:
		t.follow()
	}
}

// remind sets the reminder of a ticket.
func (t *turn) remind(o *booking.Order) {
	lead := t.d.s.Reminder
	if lead <= 0 {
		lead = defaultLead
	}
	key := "alert.on"
	switch {
	case t.cmd.Topic == "OFF":
		lead, key = 0, "alert.off"
	case !t.now.Before(o.Trip.Dep.Add(-lead)):
		key = "alert.near"
	}
	if o.State != booking.Issued || t.departed(o) || t.byID(o.ID) == nil {
		t.status(o)
		return
	}
	if _, err := t.ch.Step(t.v, o, booking.Event{Kind: booking.Alerted, Lead: lead}, t.env); err != nil {
		t.status(o)
		return
	}
	t.reply(t.of(o, key, "when", t.moment(o.Trip.Dep.Add(-lead))))
}

// follow notes whether the customer wants to be told of a service.
func (t *turn) follow() {
	f := booking.Follow{Customer: t.c.MSISDN, Number: t.cmd.Service, Day: day(t.cmd.Date), Off: t.cmd.Topic == "OFF"}
	var kept []booking.Following
	known := false
	for _, have := range t.c.Follows {
		same := have.Number == f.Number && (have.Day == f.Day || f.Off && f.Day == 0)
		if f.Off && same {
			t.ch.Follows = append(t.ch.Follows, booking.Follow{Customer: t.c.MSISDN, Number: have.Number, Day: have.Day, Off: true})
			continue
		}
		if known = known || same; have.Day == 0 || have.Day >= t.today() { // what is past is forgotten
			kept = append(kept, have)
		}
	}
	key := "follow.on"
	switch {
	case f.Off:
		key = "follow.off"
	case !known && len(kept) >= maxFollows:
		t.say("follow.full", "n", itoa(maxFollows))
		return
	case !known:
		kept = append(kept, booking.Following{Number: f.Number, Day: f.Day})
		t.ch.Follows = append(t.ch.Follows, f)
	}
	t.c.Follows = kept
	switch {
	case !f.Off && t.c.OptOut:
		key = "follow.stopped"
	case f.Day == 0:
		key += ".daily"
	}
	t.say(key, "number", f.Number, "date", t.day(f.Day))
}

// follows tells whether the customer wants to be told of a service on that day.
func (t *turn) follows(number string, on booking.Date) bool {
	for _, f := range t.c.Follows {
		if f.Number == number && (f.Day == 0 || f.Day == on) {
			return true
		}
	}
	return false
}

// alerts answers ALERT alone: what the customer is told of.
func (t *turn) alerts() {
	var lines []string
	for _, o := range t.v.Orders {
		if o.State == booking.Issued && o.Lead > 0 && !o.Reminded && !t.departed(o) {
			lines = append(lines, t.of(o, "alert.line", "when", t.moment(o.Trip.Dep.Add(-o.Lead))))
		}
	}
	for _, f := range t.c.Follows {
		switch {
		case f.Day == 0:
			lines = append(lines, t.m.say("follow.line.daily", "number", f.Number))
		case f.Day >= t.today():
			lines = append(lines, t.m.say("follow.line", "number", f.Number, "date", t.day(f.Day)))
		}
	}
	text := t.m.say("alert.none")
	for n := 1; n <= len(lines); n++ {
		longer := t.m.say("alert.list", "lines", strings.Join(lines[:n], t.m.say("near.join")))
		if n > 1 && !oneSegment(longer) {
			break
		}
		text = longer
	}
	t.reply(text)
}
