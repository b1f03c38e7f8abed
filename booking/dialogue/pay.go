package dialogue

import (
	"strings"

	"shortfare/booking"
	"shortfare/parser"
)

// pay answers PAY: an order with another account, or with a code.
func (t *turn) pay() {
	if t.cmd.Code != "" {
		t.confirm()
		return
	}
	o, answered := t.named()
	if answered {
		return
	}
	if o == nil {
		var held []*booking.Order
		for _, h := range t.v.Orders {
			if h.State == booking.Held {
				held = append(held, h)
			}
		}
		switch {
		case len(held) > 1:
			t.learn()
			t.say("pay.which", "orders", t.codes(held))
			return
		case len(held) == 0:
			t.learn()
			if b := t.busy(); b != nil {
				t.status(b)
				return
			}
			t.say("yes.none")
			return
		}
		o = held[0]
	}
	t.about = o
	if o.State == booking.Waiting && t.open(o) {
		if a, ok := t.payer(nil); ok {
			t.askJoin(o, &a)
		}
		return
	}
	if o.State != booking.Held {
		t.status(o)
		return
	}
	account, ok := t.payer(nil)
	switch {
	case !ok:
	case o.Account.Kind != "" && t.open(o) && !t.late(o) && (!t.saysAccount() || account.Kind == o.Account.Kind && account.Token == o.Account.Token):
		t.sayQuote(o) // nothing is new
	case !t.saysAccount() && o.Account.Kind != "":
		t.requote(o, o.Account)
	default:
		t.requote(o, account)
	}
}

// requote asks again about an order, now with that account.
func (t *turn) requote(o *booking.Order, a booking.Account) {
	if a.Kind == "" {
		t.sayOf(o, "confirm.account")
		return
	}
	q := t.payQuote(o)
	if !q.Until.After(t.env.Now) {
		t.sayOf(o, "pay.late")
		return
	}
	t.ask(o, booking.Event{Kind: booking.Quoted, Quote: q, Account: &a, Limit: t.d.s.CodeTries})
}

// saysAccount tells whether the text names an account.
func (t *turn) saysAccount() bool {
	return t.in.Account != nil && !t.reread || t.cmd.Account.Kind != parser.NoAccount
}

// payer is the account that the text names, or the one kept from an earlier
// text, or the standing one. It is zero when none is known. ok is false when the
// text names one that is not on file, or one too many that is new, which has been
// answered then.
func (t *turn) payer(kept *booking.Account) (a booking.Account, ok bool) {
	if t.tooNew() {
		return a, false
	}
	t.learn()
	if a, ok = t.spoken(); ok {
		return a, true
	}
	switch t.cmd.Account.Kind {
	case parser.Alias, parser.LastFour:
		switch {
		case len(t.c.Accounts) == 0 && t.about != nil:
			t.sayOf(t.about, "account.none.order")
		case len(t.c.Accounts) == 0:
			t.say("account.none")
		default:
			t.say("account.unknown", "accounts", t.accounts())
		}
		return a, false
	case parser.NoAccount:
		if kept == nil {
			kept = t.kept
		}
		if kept != nil {
			return *kept, true
		}
	}
	return t.standing(), true
}

// spoken is the account that the text names, when it is known.
func (t *turn) spoken() (booking.Account, bool) {
	if s := t.in.Account; s != nil && !t.reread {
		if a := t.sameAccount(s.Token); a != nil {
			return *a, true
		}
		return *s, true // beyond MaxAccounts: for this order only
	}
	var a *booking.Account
	switch said := t.cmd.Account; {
	case said.Kind == parser.Alias:
		a = t.filed(func(a *booking.Account) bool { return strings.EqualFold(a.Alias, said.Value) })
	case said.Kind == parser.LastFour:
		a = t.filed(func(a *booking.Account) bool { return a.Last4 == said.Value })
	case said.Kind == parser.Mobile && said.Wallet == parser.Alipay:
		a = t.filed(func(a *booking.Account) bool { return a.Kind == booking.AlipayMobile })
	case said.Kind == parser.Mobile && said.Wallet == parser.WeChat:
		a = t.filed(func(a *booking.Account) bool { return a.Kind == booking.WeChatMobile })
	case said.Kind == parser.Mobile && t.d.s.PayByPhone:
		return t.phoneAccount(), true
	}
	if a == nil {
		return booking.Account{}, false
	}
	return *a, true
}

// filed returns the first account on file that is meant.
func (t *turn) filed(meant func(*booking.Account) bool) *booking.Account {
	for i := range t.c.Accounts {
		if meant(&t.c.Accounts[i]) {
			return &t.c.Accounts[i]
		}
	}
	return nil
}

// standing is the account that pays when none is named: the default one on file,
// or the one that the bank keeps for the phone.
func (t *turn) standing() booking.Account {
	if a, ok := t.c.Payer(); ok {
		return a
	}
	if !t.d.s.PayByPhone {
		if len(t.c.Accounts) > 0 { // the bank keeps none for the phone any more
			return t.c.Accounts[0]
		}
		return booking.Account{}
	}
	return t.phoneAccount()
}

// phoneAccount is the account that the bank keeps for the customer's number.
func (t *turn) phoneAccount() booking.Account {
	n := t.c.MSISDN.String()
	return booking.Account{Kind: booking.PhoneAccount, Last4: n[max(0, len(n)-4):]}
}

// learn puts the account that the text carried on file, once, and tells
// whether it is new.
func (t *turn) learn() bool {
	s := t.in.Account
	if s == nil || t.reread || t.sameAccount(s.Token) != nil {
		return false
	}
	if t.c.Tried.Add(s.Token, t.env.Now, accountWindow); len(t.c.Accounts) >= MaxAccounts ||
		t.d.s.NewAccounts > 0 && len(t.c.Tried.Tokens) > t.d.s.NewAccounts {
		return false
	}
	a := *s
	a.Alias = t.nextAlias()
	t.keep(a)
	return true
}

// accountNames takes words that are aliases of accounts on file for what they
// are. The parser knows none but C1, C2, ..., and reads others as passengers or not
// at all.
func (t *turn) accountNames() {
	cmd := t.cmd
	if cmd.Account.Kind != parser.NoAccount || len(t.c.Accounts) == 0 || len(cmd.People)+len(cmd.Unread) == 0 {
		return
	}
	alias := func(word string) bool {
		return t.c.Saved(word) == nil && t.filed(func(a *booking.Account) bool { return strings.EqualFold(a.Alias, word) }) != nil
	}
	for i, p := range cmd.People {
		if p.Alias && alias(p.Name) && cmd.Verb != parser.Passengers {
			cmd.Account = parser.Account{Kind: parser.Alias, Value: p.Name}
			cmd.People = append(append([]parser.Person(nil), cmd.People[:i]...), cmd.People[i+1:]...)
			if i < len(t.docs) {
				t.docs = append(append([]booking.Document(nil), t.docs[:i]...), t.docs[i+1:]...)
			}
			return
		}
	}
	for i, word := range cmd.Unread {
		if alias(word) {
			cmd.Account = parser.Account{Kind: parser.Alias, Value: word}
			cmd.Unread = append(append([]string(nil), cmd.Unread[:i]...), cmd.Unread[i+1:]...)
			return
		}
	}
}
