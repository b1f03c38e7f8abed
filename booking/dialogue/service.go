package dialogue

import (
	"strings"

	"shortfare/booking"
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
		t.c.OptOut = true
		key := "stop"
		if t.d.s.OptOut == "us" {
			key = "stop.us" // bare CANCEL opts out there
		}
		t.say(key, "short", t.d.s.ShortCode)
	case parser.Start:
		t.c.OptOut = false
		t.say("start", "short", t.d.s.ShortCode)
	case parser.Agent:
		t.ch.Journal = append(t.ch.Journal, booking.Entry{ID: t.v.NewID(), At: t.env.Now, MSISDN: t.c.MSISDN,
			Event: "AgentAsked", Cause: t.mo.ID})
		t.say("agent")
	case parser.Refund:
		t.orders()
	case parser.Profile:
		t.profile()
	case parser.Change:
		t.say("later.change")
	case parser.Wait:
		t.say("later.wait")
	case parser.Card:
		t.card()
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
	case parser.Confirm, parser.Pay, parser.Card:
		key = "help.pay"
	case parser.Cancel, parser.Drop, parser.Refund:
		key = "help.cancel"
	case parser.Orders, parser.Ticket:
		key = "help.orders"
	case parser.Register, parser.Profile, parser.Set:
		key = "help.register"
	case parser.Stop, parser.Start, parser.Language:
		key = "help.stop"
	}
	t.say(key)
}

// language answers LANG.
func (t *turn) language() {
	lang := t.cmd.Topic
	if lang != "en" && lang != "zh" {
		lang = t.cmd.Lang.String()
	}
	if lang == "" || t.cmd.Topic == "" {
		t.say("language.which")
		return
	}
	t.c.Lang, t.c.LastLang = lang, lang
	t.m = t.d.words(lang)
	t.say("language.set")
}

// profile answers ME.
func (t *turn) profile() {
	if !t.c.Registered() {
		t.say("register.how")
		return
	}
	t.sayName("profile")
}

// card answers CARD: accounts can be added and listed, not changed.
func (t *turn) card() {
	if t.in.Account != nil && !t.reread {
		t.learn()
		if a, _ := t.spoken(); a.Alias != "" {
			t.say("card.added", "account", t.account(a))
			return
		}
		t.say("card.full", "n", itoa(MaxAccounts))
		return
	}
	switch topic := strings.ToUpper(t.cmd.Topic); {
	case topic != "" && topic != "LIST" && topic != "ADD": // a bare 绑卡 is ADD
		t.say("later.card")
	case len(t.c.Accounts) > 0:
		t.say("card.list", "accounts", t.accounts())
	case t.d.s.PayByPhone:
		t.say("card.phone", "account", t.account(t.standing()))
	default:
		t.say("card.none")
	}
}

func (t *turn) accounts() string {
	var all []string
	for _, a := range t.c.Accounts {
		all = append(all, t.account(a))
	}
	return strings.Join(all, ", ")
}
