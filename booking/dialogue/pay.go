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
	if o.State != booking.Held {
		t.status(o)
		return
	}
	t.about = o
	account, ok := t.payer(nil)
	switch {
	case !ok:
	case !t.saysAccount() && o.Account.Kind != "" && t.open(o) && !t.late(o):
		t.sayQuote(o)
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
// text names one that is not on file, which has been answered then.
func (t *turn) payer(kept *booking.Account) (a booking.Account, ok bool) {
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
		if a := t.filed(func(a *booking.Account) bool { return a.Kind == s.Kind && a.Token == s.Token }); a != nil {
			return *a, true
		}
		return *s, true // beyond MaxAccounts: for this order only
	}
	var a *booking.Account
	switch said := t.cmd.Account; said.Kind {
	case parser.Alias:
		a = t.filed(func(a *booking.Account) bool { return strings.EqualFold(a.Alias, said.Value) })
	case parser.LastFour:
		a = t.filed(func(a *booking.Account) bool { return a.Last4 == said.Value })
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

// standing is the account that pays when none is named: the first on file, or
// the one that the bank keeps for the phone.
func (t *turn) standing() booking.Account {
	if len(t.c.Accounts) > 0 {
		return t.c.Accounts[0]
	}
	if !t.d.s.PayByPhone {
		return booking.Account{}
	}
	n := t.c.MSISDN.String()
	return booking.Account{Kind: booking.PhoneAccount, Last4: n[max(0, len(n)-4):]}
}

// learn puts the account that the text carried on file, once, and tells
// whether it is new.
func (t *turn) learn() bool {
	s := t.in.Account
	if s == nil || t.reread || len(t.c.Accounts) >= MaxAccounts {
		return false
	}
	if t.filed(func(a *booking.Account) bool { return a.Kind == s.Kind && a.Token == s.Token }) != nil {
		return false
	}
	a := *s
	for n := 1; ; n++ {
		a.Alias = "C" + itoa(n)
		if t.filed(func(b *booking.Account) bool { return b.Alias == a.Alias }) == nil {
			break
		}
	}
	t.c.Accounts = append(t.c.Accounts, a)
	return true
}
