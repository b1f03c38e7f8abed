package dialogue

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"shortfare/booking"
	"shortfare/parser"
)

// Limits of accounts.
const (
	maxAlias      = 12 // letters of an alias
	accountWindow = 24 * time.Hour
)

// card answers CARD: lists accounts, or asks about a change of them.
func (t *turn) card() {
	switch topic := t.cmd.Topic; {
	case topic == "DEL":
		t.askDelete()
	case topic == "DEF":
		t.askDefault()
	case t.in.Account != nil && !t.reread:
		t.askAdd(booking.PendingAdd)
	case topic == "ADD" && t.cmd.Account.Kind != parser.NoAccount:
		t.say("card.add.how")
	case len(t.c.Accounts) > 0:
		t.say("card.list", "accounts", t.accounts(), "account", t.account(t.standing()))
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

// askAdd asks whether the account that the text carries is to be kept, and may be
// the one that pays.
func (t *turn) askAdd(f booking.PendingFor) {
	a := *t.in.Account
	doubtful := t.cmd.Account.Doubtful
	switch on := t.sameAccount(a.Token); {
	case on != nil:
		t.say("card.known", "account", t.account(*on))
		return
	case a.Kind == booking.IBANAccount && doubtful:
		t.say("card.bad.iban")
		return
	case len(t.c.Accounts) >= MaxAccounts:
		t.say("card.full", "n", itoa(MaxAccounts))
		return
	case t.tooNew():
		return
	}
	alias, ok := t.newAlias()
	if !ok {
		return
	}
	key := "card.add"
	if f == booking.PendingDefault {
		key = "card.default.ask"
	}
	if doubtful { // no card has this number: a bank account may
		a.Kind, a.Brand = booking.BankAccount, ""
	}
	if a.Kind == booking.BankAccount {
		key = "card.add.bank"
	}
	a.Alias = alias
	t.propose(booking.Pending{For: f, Content: string(a.Kind) + " " + a.Token, Name: alias, Account: &a}, key,
		"account", t.account(a), "brand", t.brand(a))
}

// newAlias is the alias that the text wishes for an account, else the next free
// one. ok is false when the wish cannot be met, which has been answered then.
func (t *turn) newAlias() (alias string, ok bool) {
	alias = strings.ToUpper(t.cmd.Name)
	if alias == "" {
		return t.nextAlias(), true
	}
	switch {
	case t.filed(func(a *booking.Account) bool { return strings.EqualFold(a.Alias, alias) }) != nil, t.c.Saved(alias) != nil:
		t.say("alias.taken", "alias", alias)
	case !numbered(alias) && !t.aliasable(alias):
		t.say("alias.bad", "alias", shown(alias))
	default:
		return alias, true
	}
	return "", false
}

// numbered tells whether an alias is C and a number, as ours are.
func numbered(alias string) bool {
	rest, ok := strings.CutPrefix(alias, "C")
	return ok && rest != "" && len(rest) <= 2 && strings.Trim(rest, "0123456789") == "" && rest[0] != '0'
}

// nextAlias is the first of C1, C2, ... that is free.
func (t *turn) nextAlias() string {
	for n := 1; ; n++ {
		alias := "C" + itoa(n)
		if t.filed(func(a *booking.Account) bool { return a.Alias == alias }) == nil {
			return alias
		}
	}
}

// aliasable tells whether a word can be an alias: letters or Han characters
// that no text of a customer means anything else with.
func (t *turn) aliasable(word string) bool {
	n := 0
	for _, r := range word {
		if n++; !unicode.IsLetter(r) || n > maxAlias {
			return false
		}
	}
	cmd := t.d.s.Parse(word, t.now)
	switch {
	case n == 0, cmd.Verb != parser.None && cmd.Verb != parser.Unknown && (!cmd.Fuzzy || cmd.Suggest != ""), // WANG is no LANG
		len(cmd.Places) > 0 && n > 3, cmd.Class != "", cmd.Count > 0, !cmd.Date.IsZero(), !cmd.Time.IsZero(),
		cmd.Account.Kind != parser.NoAccount, cmd.Service != "", len(cmd.People) > 0:
		return false
	}
	// Where it is used it must be read, and not be taken for a word that says nothing (WILL, DEAR).
	used := t.d.s.Parse(parser.Book.Keyword(parser.English)+" "+me+","+word, t.now)
	return slices.ContainsFunc(used.People, func(p parser.Person) bool { return strings.EqualFold(p.Name, word) })
}

func (t *turn) addAccount(p *booking.Pending) {
	if t.added(p) {
		t.done(p)
	}
}

// added puts the account that was asked about on file, unless a booking has
// brought it in between. It answers when there is no room any more.
func (t *turn) added(p *booking.Pending) bool {
	switch {
	case t.sameAccount(p.Account.Token) != nil:
	case len(t.c.Accounts) >= MaxAccounts:
		t.say("card.full", "n", itoa(MaxAccounts))
		return false
	default:
		t.keep(*p.Account)
	}
	return true
}

// keep puts an account on file. The first one pays when none is named.
func (t *turn) keep(a booking.Account) {
	if len(t.c.Accounts) == 0 && t.c.Default == "" {
		t.c.Default = a.Alias
	}
	t.c.Accounts = append(t.c.Accounts, a)
	t.c.Tried.Add(a.Token, t.env.Now, accountWindow)
}

// meant is the account on file that a CARD or SET PAY text names; it answers
// when there is none.
func (t *turn) meant(how string) *booking.Account {
	a, ok := t.spoken()
	switch {
	case ok && (a.Kind == booking.PhoneAccount || t.sameAccount(a.Token) != nil):
		return &a
	case len(t.c.Accounts) == 0:
		t.say("card.none")
	case !t.saysAccount():
		t.say(how, "accounts", t.accounts())
	default:
		t.say("account.unknown", "accounts", t.accounts())
	}
	return nil
}

func (t *turn) askDelete() {
	a := t.meant("card.which")
	switch {
	case a == nil:
	case a.Kind == booking.PhoneAccount:
		t.say("card.phone", "account", t.account(*a))
	case t.mayDelete(a):
		t.propose(booking.Pending{For: booking.PendingDelete, Content: a.Token, Account: a}, "card.delete", "account", t.account(*a))
	}
}

// mayDelete tells whether an account may go: a refund of an open order goes back
// to what paid it. It answers when it may not.
func (t *turn) mayDelete(a *booking.Account) bool {
	if t.paused() {
		return false
	}
	for _, o := range t.v.Orders {
		if o.Account.Token == a.Token && !t.over(o) && (o.State != booking.Issued || !t.departed(o)) {
			t.sayOf(o, "card.used")
			return false
		}
	}
	return true
}

func (t *turn) deleteAccount(p *booking.Pending) {
	var left []booking.Account
	for _, a := range t.c.Accounts {
		if a.Token != p.Account.Token {
			left = append(left, a)
		}
	}
	t.c.Accounts = left
	if t.c.Default == p.Account.Alias {
		t.c.Default = ""
		if len(left) > 0 {
			t.c.Default = left[0].Alias
		}
	}
	t.done(p)
}

// saidDeleted answers that an account is deleted, and what pays from now on.
func (t *turn) saidDeleted(p *booking.Pending) {
	if a := t.standing(); a.Kind != "" {
		t.say("card.deleted", "account", t.account(*p.Account), "other", t.account(a))
		return
	}
	t.say("card.deleted.last", "account", t.account(*p.Account))
}

// askDefault asks whether another account is to pay when none is named. One that
// the text carries is put on file with the same code.
func (t *turn) askDefault() {
	if t.paused() {
		return
	}
	if t.in.Account != nil && !t.reread && t.sameAccount(t.in.Account.Token) == nil {
		t.askAdd(booking.PendingDefault)
		return
	}
	a := t.meant("card.which")
	switch {
	case a == nil:
	case t.sameAs(*a, t.standing()):
		t.say("card.default", "account", t.account(*a))
	default:
		t.propose(booking.Pending{For: booking.PendingDefault, Content: string(a.Kind) + " " + a.Token, Account: a}, "card.default.ask", "account", t.account(*a))
	}
}

func (t *turn) sameAs(a, b booking.Account) bool { return a.Kind == b.Kind && a.Token == b.Token }

func (t *turn) setDefault(p *booking.Pending) {
	switch {
	case p.Account.Kind == booking.PhoneAccount:
		t.c.Default = booking.PhonePays
		t.done(p)
	case len(p.Account.Sealed) == 0 && t.sameAccount(p.Account.Token) == nil:
		t.say("account.unknown", "accounts", t.accounts())
	case t.added(p):
		t.c.Default = t.sameAccount(p.Account.Token).Alias
		t.done(p)
	}
}

// sameAccount is the account on file with that token.
func (t *turn) sameAccount(token string) *booking.Account {
	return t.filed(func(a *booking.Account) bool { return token != "" && a.Token == token })
}

// brand names the bank or scheme of a card, empty when it is not known.
func (t *turn) brand(a booking.Account) string {
	b, ok := booking.BrandOf(a.Brand)
	switch {
	case !ok:
		return ""
	case t.m == t.d.zh:
		return b.Zh
	}
	return b.En + " "
}

// tooNew answers a text that carries one more new account than a customer may
// use in a day: many at once are tried by thieves.
func (t *turn) tooNew() bool {
	s := t.in.Account
	if s == nil || t.reread || t.d.s.NewAccounts <= 0 || t.sameAccount(s.Token) != nil {
		return false
	}
	tried := t.c.Tried
	tried.Tokens = append([]string(nil), tried.Tokens...)
	if tried.Add(s.Token, t.env.Now, accountWindow) <= t.d.s.NewAccounts {
		return false
	}
	t.say("account.often", "until", t.clock(tried.Start.Add(accountWindow)))
	return true
}
