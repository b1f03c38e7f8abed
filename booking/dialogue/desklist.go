package dialogue

import (
	"shortfare/booking"
)

// maxListed is how many callbacks DESK looks at.
const maxListed = 20

// desk answers an operator's DESK: callbacks are listed, taken or closed. It has no
// second step: whoever is called by mistake, or not at all, can text AGENT again, and
// an answer goes to the operator's own phone whoever has sent the text.
func (t *turn) desk() {
	id, topic := int64(t.cmd.Choice), t.cmd.Topic
	switch {
	case t.v.Desk == nil:
		t.say("stat.none")
		return
	case id == 0 && (topic == "" || topic == "LIST"):
		t.listCallbacks()
		return
	case id == 0 || topic != "TAKE" && topic != "DONE":
		t.say("desk.how")
		return
	}
	b, err := t.v.Desk.Callback(id)
	switch {
	case err != nil:
		t.say("stat.none")
	case b == nil:
		t.say("desk.none", "n", itoa(int(id)))
	case topic == "TAKE":
		t.takeCallback(b)
	default:
		t.closeCallback(b)
	}
}

// listCallbacks lists callbacks that stand, the oldest first, as many as one text holds.
func (t *turn) listCallbacks() {
	list, err := t.v.Desk.Callbacks(0, maxListed)
	if err != nil {
		t.say("stat.none")
		return
	}
	if len(list) == 0 {
		t.say("desk.empty")
		return
	}
	all, err := t.v.Desk.Before(1 << 62)
	if err != nil {
		all = len(list)
	}
	t.reply(t.fit("desk.list", len(list), all, func(i int) string { return t.callbackLine(&list[i]) }))
}

func (t *turn) callbackLine(b *booking.Callback) string {
	state := ""
	if b.State == booking.CallbackTaken {
		state = t.m.say("desk.mark")
	}
	return t.m.say("desk.line", "n", itoa(int(b.ID)), "phone", b.Customer.Masked(), "why", t.whyText(b.Why, b.Code),
		"when", t.moment(b.At), "state", state)
}

// takeCallback gives the operator the number to call.
func (t *turn) takeCallback(b *booking.Callback) {
	switch {
	case b.State == booking.CallbackClosed:
		t.say("desk.none", "n", itoa(int(b.ID)))
		return
	case b.State == booking.CallbackTaken && b.By != t.c.MSISDN && t.env.Now.Sub(b.Changed) < takenLife:
		t.say("desk.other", "n", itoa(int(b.ID)), "phone", b.By.Masked(), "when", t.moment(b.Changed))
		return
	case b.State != booking.CallbackTaken || b.By != t.c.MSISDN:
		b.State, b.By, b.Changed = booking.CallbackTaken, t.c.MSISDN, t.env.Now
		t.ch.Callbacks = append(t.ch.Callbacks, *b)
		t.journalCallback("operator desk take " + itoa(int(b.ID)))
	}
	t.say("desk.yours", "n", itoa(int(b.ID)), "number", b.Customer.String(), "why", t.whyText(b.Why, b.Code))
}

// closeCallback closes a callback with the operator's note. The same text again
// gets the same answer.
func (t *turn) closeCallback(b *booking.Callback) {
	if b.State != booking.CallbackClosed {
		note := []rune(t.cmd.Value)
		b.State, b.By, b.Changed, b.Note = booking.CallbackClosed, t.c.MSISDN, t.env.Now, string(note[:min(len(note), maxNote)])
		t.ch.Callbacks = append(t.ch.Callbacks, *b)
		t.journalCallback("operator desk done " + itoa(int(b.ID)))
	}
	t.say("desk.done", "n", itoa(int(b.ID)), "phone", b.Customer.Masked())
}
