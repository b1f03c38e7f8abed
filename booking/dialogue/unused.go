package dialogue

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"shortfare/booking"
	"shortfare/parser"
)

// unused are the words of the text that nothing was made of, as they are shown: a
// window seat that nobody can promise, a second service, half a date.
func (t *turn) unused() string {
	var words []string
	for i, w := range t.cmd.Unread {
		if strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) && !polite(w) && !t.reference(i) {
			words = append(words, w)
		}
	}
	if t.cmd.Order != "" {
		switch t.cmd.Verb {
		case parser.Book, parser.Choose, parser.None, parser.Query:
			words = append(words, t.cmd.Order)
		}
	}
	return strings.TrimSpace(shown(strings.Join(words, " ")))
}

// Words and characters of speech that want nothing, beyond those that the parser knows.
const (
	politeWords = "hurry up asap urgent urgently quick quickly soon again sir madam sorry guys team bye cheers regards much very lot"
	politeHan   = "谢多感拜托辛苦劳驾您你尽快点赶紧哦嗯哈呀啦嘛喔亲吧啊了呢吗的"
)

// polite tells whether a word is mere speech.
func polite(word string) bool {
	if ascii(word) {
		return slices.Contains(strings.Fields(politeWords), strings.ToLower(word))
	}
	return !strings.ContainsFunc(word, func(r rune) bool { return !strings.ContainsRune(politeHan, r) })
}

// referenceWords stand before a reference of the customer's own.
var referenceWords = []string{"ref", "id", "nr", "no", "number"}

// reference tells whether an unread word is a reference of the customer's own, such as N17,
// #N17, REF 8831 or 00017: programs and offices put one into every text. A number behind an account
// is no day and no count either.
func (t *turn) reference(i int) bool {
	word := strings.ToLower(t.cmd.Unread[i])
	if slices.Contains(referenceWords, word) || t.behindRef(i) {
		return true
	}
	if digits(word) {
		return word[0] == '0' || len(word) > 2 || t.saysAccount()
	}
	return (word[0] == 'n' || word[0] == 'r') && digits(word[1:]) && !t.env.Catalogue.Service(strings.ToUpper(word))
}

// behindRef tells whether a word that says so stands before an unread one: REF 8831.
func (t *turn) behindRef(i int) bool {
	return i > 0 && slices.Contains(referenceWords, strings.ToLower(t.cmd.Unread[i-1]))
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// leftover asks about words that a booking has no use for: they may have been meant to
// change it. Nothing is held before.
func (t *turn) leftover(w *wanted, class string) bool {
	words := t.unused()
	if words == "" {
		return false
	}
	key := "rest"
	text := t.textOf(w, w.seats)
	if len(w.people) > 0 {
		names := aliasesOf(w.people)
		if text = t.textOf(w, 0) + " " + names; names == "" {
			key = "rest.again" // documents are kept in no text
		}
	}
	if key == "rest" {
		t.offer(text)
	}
	t.sayRest(key, words, &w.trip, class, w.seats)
	return true
}

// unsaid is leftover where the count is missing too. Numbers may have been meant for that,
// which is asked for anyway.
func (t *turn) unsaid() bool {
	words := t.unused()
	numbers := !slices.ContainsFunc(strings.Fields(words), func(w string) bool { return w[0] < '0' || w[0] > '9' })
	if numbers {
		return false
	}
	t.learn()
	t.say("rest.again", "text", words)
	return true
}

func (t *turn) sayRest(key, words string, trip *booking.Trip, class string, seats int) {
	t.reply(t.m.render(key, func(name string) string {
		switch name {
		case "text":
			return words
		case "class":
			return t.class(class)
		case "seats":
			return itoa(seats)
		}
		return t.tripValue(trip, name)
	}))
}

// changeLeftover is leftover for a change.
func (t *turn) changeLeftover(o *booking.Order, trip *booking.Trip, class string) bool {
	words := t.unused()
	if words == "" {
		return false
	}
	t.offer(t.changeText(o, trip, class))
	t.sayRest("rest", words, trip, class, o.Seats)
	return true
}

// codeDigits is how long a code is.
const codeDigits = 6

// told are the words of the text that say something about a journey though the verb has
// no use for it: a number of seats behind a code that pays. Words that say nothing
// we know are none.
func (t *turn) told() string {
	if len(t.cmd.Unread) == 0 {
		return ""
	}
	var all []string
	for i, w := range t.cmd.Unread {
		switch {
		case digits(w) && t.unitOf(w) != "":
			return w + t.unitOf(w)
		case t.behindRef(i) || digits(w) && len(all) == 0 && len(w) != codeDigits: // a number alone says nothing
		case digits(w) && len(w) == codeDigits: // a second code
			return w
		case digits(w) || !t.reference(i):
			all = append(all, w)
		}
	}
	if len(all) == 0 {
		return ""
	}
	words := strings.Join(all, " ")
	said := t.d.s.Parse(parser.Book.Keyword(parser.English)+" "+words, t.now)
	known := slices.ContainsFunc(said.People, func(p parser.Person) bool { return p.Document != "" || t.saved(p.Name) != nil || p.Name == me })
	if !known && (said.Service == "" || !t.env.Catalogue.Service(said.Service)) && len(said.Places) == 0 && said.DateText == "" && said.Class == "" && said.Count == 0 && said.Order == "" &&
		said.Time.IsZero() && said.Arrive.IsZero() && said.MaxPrice == 0 && said.Kind == parser.AnyKind {
		return ""
	}
	return strings.TrimSpace(shown(words))
}

// unitOf is the Chinese character right behind a number in the text: a day, an hour,
// seats or money (6号, 3张).
func (t *turn) unitOf(number string) string {
	at := strings.LastIndex(t.mo.Text, number)
	if at < 0 { // written in other digits
		return ""
	}
	behind := t.mo.Text[at+len(number):]
	r, size := utf8.DecodeRuneInString(behind)
	if !unicode.Is(unicode.Han, r) {
		return ""
	}
	return behind[:size]
}

// besides answers a code with words that want something else than its text says. Nothing
// is paid, cancelled or changed before.
func (t *turn) besides(o *booking.Order) bool {
	words := t.told()
	if words == "" {
		return false
	}
	t.reply(t.of(o, "confirm.rest", "text", words))
	return true
}

// otherPayer answers a code with another account than its quote names: the quote is made
// anew for it, with a new code.
func (t *turn) otherPayer(o *booking.Order) bool {
	if !t.saysAccount() {
		return false
	}
	t.about = o
	account, ok := t.payer(nil)
	switch {
	case !ok:
	case account.Kind == o.Account.Kind && account.Token == o.Account.Token:
		return false
	case o.State == booking.Waiting:
		t.askJoin(o, &account)
	case o.State == booking.Held:
		t.requote(o, account)
	default: // a refund goes to the account that paid
		t.reply(t.of(o, "confirm.rest", "text", t.account(account)))
	}
	return true
}

// notThis answers CXL with an order and a service, a day or a place that the order is not
// for, or words that say something else of a journey.
func (t *turn) notThis(o *booking.Order) bool {
	cmd := t.cmd
	words := t.told()
	switch {
	case cmd.Order == "":
		return false
	case cmd.Service != "" && cmd.Service != o.Trip.Number:
		words = cmd.Service
	case !cmd.Date.IsZero() && day(cmd.Date) != booking.DateOf(o.Trip.Dep.In(t.d.s.Loc)):
		words = t.day(day(cmd.Date))
	case t.atAnotherTime(&o.Trip):
		words = clock4(max(cmd.Time.From, cmd.Time.To%minutesADay))
	case words == "":
		return false
	}
	t.reply(t.of(o, "cancel.not", "text", words))
	return true
}
