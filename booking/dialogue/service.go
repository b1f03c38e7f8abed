package dialogue

import (
	"shortfare/parser"
)

// service answers what has nothing to do with orders.
func (t *turn) service() {
	switch t.cmd.Verb {
	case parser.Help:
		t.help()
	case parser.Language:
		t.language()
	case parser.Stop:
		t.notices(false)
	case parser.Start:
		t.notices(true)
	case parser.Agent:
		t.agent()
	case parser.Profile:
		t.profile()
	case parser.Set:
		t.set()
	case parser.Passengers:
		t.pax()
	case parser.Forget:
		t.forget()
	case parser.Wait:
		t.waitlist()
	case parser.Card:
		t.card()
	case parser.Stat, parser.Suspend, parser.Resume, parser.Broadcast, parser.Desk, parser.Review:
		t.operate()
	default:
		word := t.cmd.Verb.Keyword(parser.English)
		if t.m == t.d.zh {
			word = t.cmd.Verb.Keyword(parser.Chinese)
		}
		t.say("later", "word", word)
	}
}

// help answers HELP, with a topic or without.
func (t *turn) help() {
	key := "help"
	switch t.cmd.TopicVerb {
	case parser.Book, parser.Choose:
		key = "help.book"
	case parser.Query, parser.More, parser.Back:
		key = "help.query"
	case parser.Confirm, parser.Pay:
		key = "help.pay"
	case parser.Card:
		key = "help.card"
	case parser.Passengers:
		key = "help.pax"
	case parser.Profile, parser.Set, parser.Forget:
		key = "help.profile"
	case parser.Cancel, parser.Drop, parser.Refund:
		key = "help.cancel"
	case parser.Change:
		key = "help.change"
	case parser.Alert:
		key = "help.alert"
	case parser.Orders, parser.Ticket:
		key = "help.orders"
	case parser.Register:
		key = "help.register"
	case parser.Stop, parser.Start, parser.Language:
		key = "help.stop"
	case parser.Wait:
		key = "help.wait"
	case parser.Stat, parser.Suspend, parser.Resume, parser.Broadcast:
		if t.operator() {
			key = "help.operator"
		}
	case parser.Desk, parser.Review:
		if t.operator() {
			key = "help.desk"
		}
	}
	t.say(key)
}
