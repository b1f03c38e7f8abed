package dialogue

import (
	"errors"
	"strings"
	"time"

	"shortfare/booking"
)

// joins acts on the code that joins the waitlist.
func (t *turn) joins(o *booking.Order) {
	switch {
	case t.codeEnded(o):
		t.askJoin(o, nil)
	case !t.c.Registered():
		t.sayOf(o, "wait.register")
	case t.c.Identity.State == booking.NotKnown:
		t.sayOf(o, "confirm.refused")
	case o.Account.Kind == "":
		if a := t.standing(); a.Kind != "" {
			t.askJoin(o, &a) // the code is for the account that it names
			return
		}
		t.sayOf(o, "wait.account")
	case t.in.Removed:
		t.warned = true
		t.sayOf(o, "confirm.removed")
	default:
		t.ask(o, booking.Event{Kind: booking.Confirm})
	}
}

// leaves takes an order off the waitlist.
func (t *turn) leaves(o *booking.Order) { t.ask(o, booking.Event{Kind: booking.Cancel}) }

// leaveWhich answers WAIT X.
func (t *turn) leaveWhich() {
	o, answered := t.named()
	all := t.waits()
	switch {
	case answered:
		return
	case o == nil && t.cmd.Choice >= 1 && t.cmd.Choice <= len(all): // as WAIT LIST numbers them
		o = all[t.cmd.Choice-1]
	case o == nil && t.cmd.Choice == 0 && len(all) == 1:
		o = all[0]
	case o == nil && len(all) == 0:
		t.say("wait.empty")
		return
	case o == nil:
		t.waitList()
		return
	}
	if o.State != booking.Waiting {
		t.status(o)
		return
	}
	t.leaves(o)
}

// waitList lists the orders on the waitlist.
func (t *turn) waitList() {
	all := t.waits()
	if len(all) == 0 {
		t.say("wait.empty")
		return
	}
	const most = 4
	for n := min(len(all), most); ; n-- {
		var lines []string
		for _, o := range all[:n] {
			lines = append(lines, t.waitingLine(o))
		}
		text := t.m.say("wait.list", "lines", strings.Join(lines, t.m.say("order.join")), "order", all[0].Code)
		if n == 1 || oneSegment(text) {
			t.reply(text)
			return
		}
	}
}

// waitingLine is an order on the waitlist in a line of a list.
func (t *turn) waitingLine(o *booking.Order) string {
	if o.Wish.Joined.IsZero() {
		return t.of(o, "wait.line.open")
	}
	return t.of(o, "wait.line")
}

// waitStatus says where an order on the waitlist stands.
func (t *turn) waitStatus(o *booking.Order) {
	switch {
	case !o.Wish.Joined.IsZero():
		t.sayOf(o, "wait.status")
	case t.late(o):
		t.sayOf(o, "wait.over")
	default:
		t.sayQuote(o)
	}
}

// joinKey is the question to join.
func (t *turn) joinKey(o *booking.Order) string {
	if o.Account.Kind == "" {
		return "wait.quote.open"
	}
	return "wait.quote"
}

// trips are the parts of runs that an order waits for.
func trips(o *booking.Order) []booking.Trip {
	if o.Wish == nil {
		return nil
	}
	return o.Wish.Trips
}

// matched is the turn of seats that were found. Nobody is charged for them whose
// document turned out to be unknown since he joined.
func (t *turn) matched(m *booking.Match) error {
	o := t.byID(m.Order)
	if o == nil || t.doubted() || !t.sells(m.Trip.Dep) || t.suspended(&m.Trip, fareOf(&booking.Order{Trip: m.Trip}).Class) {
		return booking.ErrNoChange
	}
	tells, err := t.ch.Step(t.v, o, booking.Event{Kind: booking.SeatsFree, Trip: &m.Trip}, t.env)
	if errors.Is(err, booking.ErrIllegal) {
		return booking.ErrNoChange // it left in the meantime
	}
	if err != nil {
		return err
	}
	t.tell(o, tells)
	return nil
}

// doubted tells whether nothing may be charged: the register does not know the
// document, or has not answered yet. A register that is silent stops nobody for long.
func (t *turn) doubted() bool {
	q := t.c.Identity
	return q.State == booking.NotKnown || q.State == booking.Verifying && (t.env.Now.Sub(q.At) < t.d.s.VerifyGrace || t.refusedBefore())
}

// waitTell is the text for what an event says of an order of the waitlist; false
// where the words are those of any order.
func (t *turn) waitTell(o *booking.Order, tell booking.Tell) (string, bool) {
	if o.Wish == nil {
		return "", false
	}
	key := ""
	switch tell {
	case booking.TellQuote:
		key = t.foundKey(o)
	case booking.TellJoined:
		key = "wait.joined"
	case booking.TellGotSeats:
		key = "wait.got"
	case booking.TellWaitEnded:
		if key = "wait.ended"; o.Declined == booking.ReasonBooked {
			key = "wait.booked"
		}
	case booking.TellDeclined:
		if o.Declines == 1 {
			key = "wait.declined"
		}
	}
	if key == "" && o.Until.IsZero() { // no seats were ever held for it
		key = map[booking.Tell]string{booking.TellDropped: "wait.dropped", booking.TellExpired: "wait.over", booking.TellCodeClosed: "wait.closed"}[tell]
	}
	if key == "" {
		return "", false
	}
	return t.of(o, key), true
}

// foundKey is the question to join, or to pay for seats that were found and that the
// joining code does not pay for.
func (t *turn) foundKey(o *booking.Order) string {
	switch {
	case o.State == booking.Waiting:
		return t.joinKey(o)
	case o.Wish.Joined.IsZero() || o.Wish.Spent || o.State != booking.Held:
		return ""
	case o.Price.Minor > o.Wish.Most.Minor:
		return "wait.dearer"
	}
	return "wait.found"
}

// services names what is waited for: G3 or G7.
func (t *turn) services(o *booking.Order) string {
	var all []string
	for _, trip := range trips(o) {
		all = append(all, trip.Number)
	}
	const most = 3
	if n := len(all); n > most {
		all = append(all[:most-1], t.m.say("wait.more", "n", itoa(n-most+1)))
	}
	return strings.Join(all, t.m.say("wait.or"))
}

// waitValue is what templates know of an order on the waitlist.
func (t *turn) waitValue(o *booking.Order, name string) string {
	switch name {
	case "services":
		return t.services(o)
	case "deadline":
		return t.moment(o.Wish.Until)
	case "most":
		return t.money(o.Wish.Most)
	case "ahead":
		if t.env.Ahead == nil {
			return "0"
		}
		return itoa(t.env.Ahead(o))
	case "party":
		if len(o.Passengers) > 0 {
			return t.listOf(o.Passengers)
		}
		return t.m.say("wait.seats", "seats", itoa(o.Seats))
	}
	return ""
}

// waitClosed says how an order ended that never had seats.
func (t *turn) waitClosed(o *booking.Order) (string, bool) {
	if o.Wish == nil || !o.Until.IsZero() {
		return "", false
	}
	key := "wait.dropped"
	switch {
	case o.Reason == booking.ClosedWaitEnded && o.Declined == booking.ReasonBooked:
		key = "wait.booked"
	case o.Reason == booking.ClosedWaitEnded, o.Reason == booking.ClosedSoldOut:
		key = "wait.ended"
	case o.Reason == booking.ClosedExpired:
		key = "wait.over"
	}
	return t.of(o, key), true
}

// rush says where in line a call waits, when many do.
func (t *turn) rush(o *booking.Order) (string, bool) {
	call := map[booking.State]booking.Call{booking.Holding: booking.CallHold, booking.Debiting: booking.CallDebit, booking.Issuing: booking.CallIssue,
		booking.Voiding: booking.CallVoid, booking.Swapping: booking.CallVoidOld, booking.Reversing: booking.CallReverse}[o.State]
	if t.env.Line == nil || call == booking.NoCall {
		return "", false
	}
	place, wait := t.env.Line(call)
	if place == 0 {
		return "", false
	}
	minutes := max(1, int((wait+time.Minute-1)/time.Minute))
	return t.m.say("rush", "n", itoa(place), "minutes", itoa(minutes), "order", o.Code), true
}
