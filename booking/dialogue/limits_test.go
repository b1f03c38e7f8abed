package dialogue

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/booking/identity"
	"shortfare/parser"
)

func TestC04FloodIsToldOnce(t *testing.T) {
	w := newWorld(t, settings())
	for range 30 {
		w.text("ORD")
		require.Len(t, w.replies, 1)
	}
	w.text("ORD")
	require.Equal(t, "This number sent more than 30 texts in 5 min. We pause replies to 12:05. Held seats stay held.", w.replies[0].Text)
	w.text("ORD")
	require.Empty(t, w.replies)
	w.now = w.now.Add(5 * time.Minute)
	w.text("ORD")
	require.Len(t, w.replies, 1)
}

func TestC12LoopBreakerCountsDifferentTexts(t *testing.T) {
	w := newWorld(t, settings())
	answered := 0
	for i := range 15 {
		w.text(fmt.Sprintf("qwe%c zxc vbn", 'a'+i))
		answered += len(w.replies)
		w.now = w.now.Add(10 * time.Second)
	}
	require.Equal(t, offerAgent, answered)
	w.now = w.now.Add(2 * time.Hour)
	w.text("qwe zxc vbn")
	require.Empty(t, w.replies, "silence lasts until a valid verb")
	w.text("ORD")
	require.Len(t, w.replies, 1)
	w.text("qwe zxc vbn")
	require.Len(t, w.replies, 1)
}

// A quote that has ended while the terminal still holds the seats is put anew,
// when its Y is read before its deadline is.
func TestLateYesBeforeTheDeadlineTurn(t *testing.T) {
	for name, c := range map[string]struct {
		held time.Duration // how long the terminal holds after the quote ended
		want string
		left int
	}{
		"still held":     {10 * time.Minute, "^G5 5Dec.*Held to 12:38. Reply Y", 1},
		"hold is ending": {booking.DebitMargin - time.Second, "^G5 5Dec.*Held to 13:01. Reply Y", 2},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, settings())
			w.text("REG Zhang Wei 11010519491231002X")
			w.text("BOOK G5 5DEC 1 6222021234567894")
			first := w.fill("{code}")
			o := w.last()
			o.Until = o.Quote.Until.Add(c.held)
			w.orders[o.ID] = o
			w.now = o.Quote.Until.Add(time.Minute)
			w.text("Y " + first)
			require.Regexp(t, c.want, w.replies[len(w.replies)-1].Text)
			require.Len(t, w.orders, c.left)
			require.NotEqual(t, first, w.fill("{code}"))
			w.text(w.fill("Y {code}"))
			require.Contains(t, w.replies[0].Text, "PAID")
		})
	}
}

// The scripts of the load generator look for these in replies.
func TestRepliesMatchLoadScripts(t *testing.T) {
	for _, c := range []struct{ reg, book, quote, yes, paid string }{
		{"REG Wang 11010519491231002X", "BOOK G5 1 6222021234567894", `Y ([0-9]{6})`, "Y ", `PAID`},
		{"注册 王伟 11010519491231002X", "订 G5 1张 6222021234567894", `Y ?([0-9]{6})`, "Y ", `已付`},
	} {
		w := newWorld(t, settings())
		w.text(c.reg)
		require.Len(t, w.replies, 1)
		w.text(c.book)
		require.Len(t, w.replies, 1)
		code := regexp.MustCompile(c.quote).FindStringSubmatch(w.replies[0].Text)
		require.Len(t, code, 2, w.replies[0].Text)
		w.text(c.yes + code[1])
		require.Len(t, w.replies, 1)
		require.Regexp(t, c.paid, w.replies[0].Text)
	}
}

func TestRepliesGoBackTheWayTheTextCame(t *testing.T) {
	w := newWorld(t, settings())
	w.text("ORD")
	r := w.replies[0]
	require.Equal(t, booking.Address{TON: 1, NPI: 1, Addr: "8613800138000"}, r.To)
	require.Equal(t, booking.Address{Addr: "12345"}, r.From)
	require.Equal(t, "a", r.Link)
	require.False(t, r.Notice)
	require.Equal(t, w.now, r.At)
}

func TestLateOutcomeOnlySettles(t *testing.T) {
	w := newWorld(t, settings())
	w.text("BOOK G5 5DEC 1")
	o := w.last()
	a := booking.Attempt{ID: 999, Order: o.ID, Call: booking.CallHold}
	ch := w.turn(booking.Input{Attempt: &a, Event: booking.Event{Kind: booking.HoldRefused}})
	require.Equal(t, &booking.Changes{Settled: []int64{999}}, ch)
	a.Order = 12345
	ch = w.turn(booking.Input{Attempt: &a, Event: booking.Event{Kind: booking.HoldRefused}})
	require.Equal(t, &booking.Changes{Settled: []int64{999}}, ch)
	_, err := w.d.Decide(&booking.View{Customer: &w.c, AttemptGone: true}, booking.Input{Attempt: &a}, w.env())
	require.ErrorIs(t, err, booking.ErrNoChange)
	_, err = w.d.Decide(&booking.View{}, booking.Input{}, w.env())
	require.Error(t, err)
}

func TestQuoteEndsBeforeTheHold(t *testing.T) {
	w := newWorld(t, settings())
	o := booking.Order{ID: 1, Trip: booking.Trip{Dep: w.now.Add(24 * time.Hour)}, Until: w.now.Add(20 * time.Minute)}
	v := w.view()
	tn := &turn{d: w.d, v: v, c: v.Customer, env: w.env(), now: w.now}
	require.Equal(t, o.Until.Add(-booking.DebitMargin), tn.payQuote(&o).Until)
	o.Until = w.now.Add(time.Hour)
	require.Equal(t, w.now.Add(30*time.Minute), tn.payQuote(&o).Until)
	o.Trip.Dep = w.now.Add(Near)
	require.Equal(t, w.now.Add(10*time.Minute), tn.payQuote(&o).Until)
}

// Two open quotes never have the same code.
func TestCodesOfOpenQuotesDiffer(t *testing.T) {
	s := settings()
	s.Code = func(_ *booking.Order, q booking.Quote) string { return fmt.Sprintf("%06d", q.Gen) }
	w := newWorld(t, s)
	w.text("BOOK G5 5DEC 1")
	require.Equal(t, 1, w.last().Quote.Gen)
	w.text("BOOK G7 5DEC 1")
	require.Equal(t, 2, w.last().Quote.Gen)
}

func TestApologyAndLostPart(t *testing.T) {
	w := newWorld(t, settings())
	require.Contains(t, w.d.Apology(nil, nil), "Sorry")
	require.Contains(t, w.d.Apology(&booking.Customer{Lang: "zh"}, w.intake("ORD")), "抱歉")
	require.Contains(t, w.d.Apology(&booking.Customer{LastLang: "en"}, w.intake("订单")), "抱歉")
	require.Equal(t, "Part 2 of your long message did not arrive. Nothing was booked. Please send it again, or in two short texts.",
		w.d.LostPart(nil, 2, w.now))
	require.Contains(t, w.d.LostPart(&booking.Customer{LastLang: "zh"}, 2, w.now), "第2部分")
}

// Each kind of finding has words of its own.
func TestFindings(t *testing.T) {
	for number, want := range map[string]string{
		"110105194912310021": "check digit",
		"99010519491231002X": "name no province",
		"11010519491331002X": "date of birth",
		"110105204912310020": "date of birth",
		"110105491231002":    "15-digit",
		"1101051949123100":   "too short or too long",
		"11010519491231A02X": "characters",
	} {
		r := identity.Check(number, noon)
		require.NotEmpty(t, r.Findings, number)
		w := newWorld(t, settings())
		w.say(&booking.Intake{Command: parser.Command{Verb: parser.Register, Name: "Zhang Wei", Lang: parser.English},
			Document: &booking.Document{Token: "x", Masked: "1101**", Findings: []string{r.Findings[0].Text}}})
		require.Contains(t, w.replies[0].Text, want, "%s: %s", number, r.Findings[0].Text)
		require.False(t, w.c.Registered())
	}
	require.Equal(t, "register.bad", finding("something new"))
}

// An order that the terminal gave no answer for is told so, and nothing is kept.
func TestHoldGivenUp(t *testing.T) {
	w := newWorld(t, settings())
	w.hang = true
	w.text("BOOK G5 5DEC 1")
	w.now = w.now.Add(booking.HoldLimit)
	w.fate[booking.CallHold], w.hang = "unknown", false
	w.calls()
	require.Len(t, w.replies, 1)
	require.Equal(t, "The ticket system gave no answer for G5 5Dec. Nothing is held and nothing charged. Please try again in a few minutes.",
		w.replies[0].Text)
	require.Equal(t, booking.Closed, w.last().State)
	require.Zero(t, w.c.Holds.N)
}

// Accounts beyond the limit pay for their order and are not kept.
func TestAccountsAreLimited(t *testing.T) {
	s := settings()
	s.OpenQuotes, s.UnpaidHolds = 0, 0
	w := newWorld(t, s)
	for i := range MaxAccounts + 1 {
		in := w.intake(fmt.Sprintf("BOOK G5 %dDEC 1", 1+i))
		in.Account = &booking.Account{Kind: booking.CardAccount, Last4: fmt.Sprintf("000%d", i), Token: fmt.Sprint(i)}
		w.say(in)
		require.Contains(t, w.replies[0].Text, fmt.Sprintf("card*000%d", i))
	}
	require.Len(t, w.c.Accounts, MaxAccounts)
	w.text("BOOK G7 5DEC 1 C2")
	require.Contains(t, w.replies[0].Text, "card*0001 (C2)")
	w.text("BOOK G1 5DEC 1")
	require.Contains(t, w.replies[0].Text, "card*0000 (C1)")
}
