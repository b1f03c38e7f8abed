package dialogue

import (
	"slices"
	"time"

	"shortfare/booking"
)

// notice tells the customer what became of a service, or what an operator has to
// say about it.
func (t *turn) notice(n *booking.Notice) {
	if n.Callback != 0 {
		t.alarm(n)
		return
	}
	if n.Event == nil {
		t.broadcast(n)
		return
	}
	travels, waits := false, false
	for _, o := range t.v.Orders {
		switch {
		case o.State == booking.Waiting:
			waits = waits || wishes(o, n.Event)
		case onRun(&o.Trip, n.Event):
			travels = t.disrupt(o, n.Event) || travels
		}
	}
	if travels || t.c.OptOut || !waits && !t.follows(n.Number, n.Event.Date) {
		return
	}
	trip, ok := t.env.Catalogue.Trip(booking.TripKey{Terminal: n.Terminal, Service: n.Event.Service, Date: n.Event.Date, To: 1})
	if !ok {
		trip = booking.Trip{Number: n.Number, Dep: n.Event.Date.Time(12*60, t.d.s.Loc)}
	}
	t.send(t.newsOf(&trip, n.Event), 0, true)
}

// onRun tells whether a trip is on the run that the event is about.
func onRun(trip *booking.Trip, e *booking.ServiceEvent) bool {
	return trip.Service == e.Service && trip.Date == e.Date
}

// wishes tells whether an order waits for a seat on the run.
func wishes(o *booking.Order, e *booking.ServiceEvent) bool {
	if o.Wish == nil {
		return false
	}
	for i := range o.Wish.Trips {
		if onRun(&o.Wish.Trips[i], e) {
			return true
		}
	}
	return false
}

// disrupt lets an order know what became of its run, and tells the customer what
// he may do. It tells whether the order is for a journey on it.
func (t *turn) disrupt(o *booking.Order, e *booking.ServiceEvent) bool {
	change, trip := e.Change, o.Trip
	shift := time.Duration(0)
	switch {
	case change == booking.RunMoved && e.Shift == 0:
		change = booking.RunRestored
	case change == booking.RunMoved:
		shift = e.Shift
	}
	dep, arr := trip.Dep.Add(-trip.Shift), trip.Arr.Add(-trip.Shift)
	runs := true
	if now, ok := t.env.Catalogue.Trip(trip.TripKey); ok { // what the timetable says today
		dep, arr, runs = now.Dep.Add(-now.Shift), now.Arr.Add(-now.Shift), !now.Cancelled
	}
	if change == booking.RunCancelled && runs && o.Created.After(e.At) {
		return true // seats were held since: it has been restored
	}
	if change != booking.RunCancelled {
		trip.Dep, trip.Arr, trip.Shift = dep.Add(shift), arr.Add(shift), shift
	}
	trip.Cancelled = change == booking.RunCancelled
	if o.Upset == change && trip.Dep.Equal(o.Trip.Dep) || o.Upset == "" && change == booking.RunRestored {
		return true // known already
	}
	tells, err := t.ch.Step(t.v, o, booking.Event{Kind: booking.Disrupted, Change: change, Trip: &trip}, t.env)
	if err != nil { // it has ended, or is about to
		return false
	}
	t.tell(o, tells)
	return true
}

// newsOf says what became of a run to somebody who has no ticket for it.
func (t *turn) newsOf(trip *booking.Trip, e *booking.ServiceEvent) string {
	key := "news.restored"
	shown := *trip
	switch {
	case e.Change == booking.RunCancelled:
		key = "news.cancelled"
	case e.Change == booking.RunMoved && e.Shift != 0:
		key = "news.moved"
		shown.Dep = trip.Dep.Add(e.Shift - trip.Shift)
	}
	return t.m.render(key, func(name string) string { return t.tripValue(&shown, name) })
}

// disruptedText is what a customer with an order is told of what became of its run.
func (t *turn) disruptedText(o *booking.Order) string {
	held := o.State != booking.Issued
	switch {
	case o.Upset == booking.RunCancelled && held:
		return t.of(o, "disrupted.cancelled.held")
	case o.Upset == booking.RunCancelled:
		return t.of(o, "disrupted.cancelled")
	case o.Upset == "":
		return t.of(o, "disrupted.restored")
	case held:
		return t.of(o, "disrupted.moved.held")
	}
	return t.of(o, "disrupted.moved")
}

// broadcast sends what an operator has to say, to those who take notices.
func (t *turn) broadcast(n *booking.Notice) {
	if t.c.OptOut || n.Text == "" || n.Group != "" && !t.inGroup(n) {
		return
	}
	key := "notice"
	if n.Number == "" { // who gets what he did not book should know how it ends
		key = "notice.class"
	}
	text := []rune(n.Text)
	for said := t.m.say(key, "number", n.Number, "text", n.Text); ; said = t.m.say(key, "number", n.Number, "text", string(text)+"..") {
		if oneSegment(said) || len(text) == 0 {
			t.send(said, 0, true)
			return
		}
		text = text[:len(text)-1] // no operator may send so much; a text must not become two
	}
}

// inGroup tells whether the customer is of the class that a notice is for, now or as
// his orders on that service say.
func (t *turn) inGroup(n *booking.Notice) bool {
	if n.Number == "" {
		return slices.Contains(t.d.Labels(t.c, t.now), n.Group)
	}
	if slices.Contains(t.classes(), n.Group) {
		return true
	}
	for _, o := range t.v.Orders {
		if o.Trip.Number == n.Number && o.Class == n.Group {
			return true
		}
	}
	return false
}

// reminderText says when and from where the customer leaves.
func (t *turn) reminderText(o *booking.Order) string {
	key := "reminder"
	switch booking.DateOf(o.Trip.Dep.In(t.d.s.Loc)) {
	case t.today():
		key = "reminder.today"
	case t.today().Add(1):
		key = "reminder.tomorrow"
	}
	return t.of(o, key)
}
