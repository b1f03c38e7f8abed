package dialogue

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// TestC05SpoofedSource: an attacker who can send texts under a customer's number
// but does not get the answers neither pays an order nor changes what is on file.
func TestC05SpoofedSource(t *testing.T) {
	s := settings()
	s.PayByPhone = true
	r := rand.New(rand.NewPCG(5, 5))
	for range 20 {
		w := newWorld(t, s)
		w.text("REG Zhang Wei 11010519491231002X")
		w.text("PAX ADD LI Li Na 110105198001010016")
		before := through(t, w.c)
		for range 200 {
			w.text([]string{"BOOK G5 5DEC 1", "SET ID E12345678", "CARD ADD 4000000000000002", "CARD DEF MOBILE", "FORGET ME",
				fmt.Sprintf("Y %06d", r.IntN(1_000_000)), fmt.Sprintf("%06d", r.IntN(1_000_000)), "Y"}[r.IntN(8)])
			w.now = w.now.Add(time.Duration(r.IntN(600)) * time.Second)
		}
		require.Equal(t, before.Document, w.c.Document)
		require.Equal(t, before.Passengers, w.c.Passengers)
		require.Empty(t, w.c.Accounts)
		for _, o := range w.orders {
			require.False(t, o.Charged || o.Ticketed, "order %s", o.Code)
		}
	}
}

// TestC06GuessingCodes: a question takes five tries whatever is asked anew, and a
// number ten an hour over all its questions, of orders and of its own data.
func TestC06GuessingCodes(t *testing.T) {
	s := settings()
	s.UnpaidHolds, s.OpenQuotes, s.TextsPer5Min = 0, 0, 0
	w := newWorld(t, s)
	w.text("REG Zhang Wei 11010519491231002X")
	looked := regexp.MustCompile(`^Wrong code`)
	guess := 0
	for hour := range 4 {
		tries := 0
		for i := range 60 {
			w.text([]string{"SET ID E12345678", "CARD ADD 6222021234567894", fmt.Sprintf("BOOK G5 %dDEC 1", 1+i%8)}[i%3])
			guess++
			w.text(fmt.Sprintf("Y %06d", guess))
			if looked.MatchString(w.replies[0].Text) {
				tries++
			}
			w.now = w.now.Add(time.Second)
		}
		require.Equal(t, 10, tries, "hour %d", hour)
		require.Contains(t, w.replies[0].Text, "Too many wrong codes came from this number. We look at no code until")
		w.now = w.now.Add(time.Hour)
	}
}

// A right code is not looked at either once ten wrong ones came in an hour.
func TestC06RightCodeAfterTooManyGuesses(t *testing.T) {
	s := settings()
	s.UnpaidHolds, s.OpenQuotes = 0, 0
	w := newWorld(t, s)
	w.text("REG Zhang Wei 11010519491231002X")
	for i := range 2 {
		w.text(fmt.Sprintf("BOOK G5 %dDEC 1 6222021234567894", 1+i))
		for n := range 5 {
			w.text(fmt.Sprintf("Y 00000%d", n))
		}
	}
	w.text("BOOK G5 5DEC 1")
	w.text(w.fill("Y {code}"))
	require.Contains(t, w.replies[0].Text, "Too many wrong codes came from this number")
	require.Equal(t, booking.Held, w.last().State)
	w.text("SET ID E12345678") // refused for the open order; the code is not looked at before
	w.text(w.fill("Y {code}"))
	require.Contains(t, w.replies[0].Text, "Too many wrong codes")
}

// TestC06TriesPerQuestion: of all codes an attacker could try, five are compared
// before the question is closed, and a new question inherits what was tried.
func TestC06TriesPerQuestion(t *testing.T) {
	s := settings()
	s.CodesPerHour = 1000
	for _, ask := range []string{"SET ID E12345678", "CARD ADD 6222021234567894", "FORGET ME"} {
		w := newWorld(t, s)
		w.text("REG Zhang Wei 11010519491231002X")
		w.text(ask)
		for n := range 4 {
			w.text(fmt.Sprintf("Y 00000%d", n))
			w.text("N")
			w.text(ask) // a new code
		}
		require.Equal(t, 4, w.c.Pending.Tries)
		w.text("Y 000009")
		require.Contains(t, w.replies[0].Text, "Wrong code, too often")
		code := w.fill("{change}")
		w.text("Y " + code)
		require.Contains(t, w.replies[0].Text, "only works after a quote")
		w.text(ask)
		require.Contains(t, w.replies[0].Text, "Nothing can be changed by text until")
		require.Equal(t, "Zhang Wei", w.c.Name)
		require.Empty(t, w.c.Accounts)
	}
}

// TestC07CardTesting: a phone may try few new accounts a day, and every refusal
// of the bank reads the same.
func TestC07CardTesting(t *testing.T) {
	s := settings()
	s.NewAccounts, s.UnpaidHolds, s.OpenQuotes, s.TextsPer5Min = 5, 0, 0, 0
	w := newWorld(t, s)
	w.text("REG Zhang Wei 11010519491231002X")
	charged := map[string]bool{}
	for i := range 40 {
		in := w.intake(fmt.Sprintf("BOOK G%d %dDEC 1", 1+i%4*2, 1+i%8))
		in.Account = &booking.Account{Kind: booking.CardAccount, Last4: fmt.Sprintf("%04d", i), Token: fmt.Sprintf("%03d token", i)}
		w.say(in)
		if o := w.last(); o.State == booking.Held && strings.Contains(w.replies[0].Text, in.Account.Last4) {
			charged[o.Account.Token] = true
		}
	}
	require.Len(t, charged, 5)
	require.Contains(t, w.replies[0].Text, "Too many new accounts came from this number today")
}

func TestC07DeclinesReadTheSame(t *testing.T) {
	for _, lang := range []string{"BOOK G5 5DEC 1 6222021234567894", "订 G5 5号 1张 6222021234567894"} {
		var first string
		for _, reason := range []booking.Reason{booking.ReasonDeclined, booking.ReasonAccount} {
			w := newWorld(t, settings())
			w.text("REG Zhang Wei 11010519491231002X")
			w.text(lang)
			w.fate[booking.CallDebit] = string(reason)
			w.text(w.fill("Y {code}"))
			text := w.replies[len(w.replies)-1].Text
			if first == "" {
				first = text
			}
			require.Equal(t, first, text)
			require.Regexp(t, "account not valid|账户无效", text, "a wrong account is told to the customer")
		}
	}
}

// TestC10SecretsTypedUnasked: what a text carries of cards, documents and PINs is
// in no row of the customer, whatever the text was for.
func TestC10SecretsTypedUnasked(t *testing.T) {
	w := newWorld(t, settings())
	w.text("REG Zhang Wei 11010519491231002X")
	secrets := []string{"6222021234567894", "110105198001010016", "DE89370400440532013000", "E12345678"}
	for _, text := range []string{
		"hello my card is 6222021234567894 cvv 123", "SET JOB 6222021234567894", "SET CITY 6222021234567894", "SET NAME Li 110105198001010016",
		"SET JOB my pin 4711", "PAX ADD 6222021234567894", "PAX ADD LI Li Na 110105198001010016", "PAX DEL 110105198001010016",
		"CARD DEL 6222021234567894", "CARD ADD DE89370400440532013000 AS BIG", "SET ID E12345678", "AGENT card 6222021234567894",
		"CARD DEF 6222021234567894", "FORGET ME 110105198001010016", "ME DE89370400440532013000",
	} {
		w.text(text)
		b, err := json.Marshal([]any{w.c, w.orders})
		require.NoError(t, err)
		kept := regexp.MustCompile(`"t":"[^"]*"`).ReplaceAllString(string(b), "") // tokens of this world are the numbers
		kept = regexp.MustCompile(`"c":"[^"]*"`).ReplaceAllString(kept, "")
		for _, secret := range secrets {
			require.NotContains(t, kept, secret, text)
			for _, r := range w.replies {
				require.NotContains(t, r.Text, secret, text)
			}
		}
		require.NotContains(t, kept, "4711")
	}
}

// TestC11RecycledNumber: after half a year of silence nothing on file is shown or
// spent before REG with the same document, and somebody else starts anew.
func TestC11RecycledNumber(t *testing.T) {
	s := settings()
	s.PayByPhone = true
	asks := []string{"ME", "ORD", "CARD", "PAX", "BOOK G5 1", "TICKET", "REFUND", "PAY", "Y", "Y 123456", "123456", "N", "CXL", "1", "SET PAY MOBILE",
		"SET NAME Li", "FORGET ME", "订单", "资料", "CARD ADD 6222021234567894"}
	start := func() *world {
		w := newWorld(t, s)
		w.text("REG Zhang Wei 11010519491231002X")
		w.text("PAX ADD LI Li Na 110105198001010016")
		w.text("BOOK G123 24NOV 1 6222021234567894")
		w.text(w.fill("Y {code}"))
		require.Contains(t, w.replies[len(w.replies)-1].Text, "PAID")
		w.wait(180*24*time.Hour + time.Second)
		return w
	}
	for _, text := range asks {
		w := start()
		w.text(text)
		require.Regexp(t, "^This number was silent for long|^本号码长期未用", w.replies[0].Text, text)
		for _, private := range []string{"Zhang", "Li Na", "7894", w.last().Code, "1101"} {
			require.NotContains(t, w.replies[0].Text, private, text)
		}
	}
	w := start()
	w.text("REG Zhang Wei 11010519491231002X")
	require.False(t, w.c.Stale)
	require.Len(t, w.c.Accounts, 1)

	w = start()
	old := w.last().Code
	w.text("REG Wang Fang E12345671")
	require.Contains(t, w.replies[0].Text, "Registered: Wang Fang")
	require.Empty(t, w.c.Accounts)
	require.Empty(t, w.c.Passengers)
	require.Len(t, w.c.Aside, 1)
	require.Equal(t, "Zhang Wei", w.c.Aside[0].Name)
	for _, text := range []string{"ORD " + old, "TICKET " + old, "CXL " + old, "REFUND " + old, "ORD", "TICKET", "REFUND"} {
		w.text(text)
		require.NotContains(t, w.replies[0].Text, "G123", text)
		require.NotContains(t, w.replies[0].Text, "PAID", text)
	}
}

// Orders of the one who had the number keep somebody else from starting anew by text.
func TestC11OpenOrdersNeedAPerson(t *testing.T) {
	s := settings()
	s.Recycle = 10 * time.Minute
	w := newWorld(t, s)
	w.text("REG Zhang Wei 11010519491231002X")
	w.text("BOOK G5 5DEC 1 6222021234567894")
	w.text(w.fill("Y {code}"))
	w.wait(time.Hour)
	w.text("REG Wang Fang E12345671")
	require.Equal(t, "A person has to look at this number first. Text AGENT. Queries work meanwhile: Q BEIJING SHANGHAI 5DEC.", w.replies[0].Text)
	require.Equal(t, "Zhang Wei", w.c.Name)
	w.text("REG Zhang Wei 11010519491231002X")
	require.False(t, w.c.Stale)

	s.Recycle = -1
	w = newWorld(t, s)
	w.text("REG Zhang Wei 11010519491231002X")
	w.wait(20000 * time.Hour)
	w.text("ME")
	require.Contains(t, w.replies[0].Text, "Zhang Wei")
}

// What is erased is gone from the row; limits, second deliveries and the wish for no notices stay.
func TestForgetEmptiesTheRow(t *testing.T) {
	w := newWorld(t, settings())
	for _, text := range []string{"REG Zhang Wei 11010519491231002X", "PAX ADD LI Li Na 110105198001010016", "SET CITY 310115", "SET JOB teacher",
		"STOP", "BOOK G5 5DEC 1 6222021234567894", "N", "FORGET ME"} {
		w.text(text)
	}
	v := w.view()
	ch, err := w.d.Decide(v, booking.Input{Text: w.intake(w.fill("Y {change}"))}, w.env())
	require.NoError(t, err)
	require.True(t, ch.Erase, "the store destroys what was sealed")
	require.Equal(t, "All we had of you is deleted. Notices stay as you set them. To start anew text REG name ID.", ch.Replies[0].Text)
	w.text(w.fill("Y {change}"))
	b, err := json.Marshal(w.c)
	require.NoError(t, err)
	for _, gone := range []string{"Zhang", "Li Na", "7894", "Shanghai", "teacher", "1101", "doc", "acc"} {
		require.NotContains(t, string(b), gone)
	}
	require.True(t, w.c.OptOut)
	require.Equal(t, 1, w.c.Holds.N, "unpaid holds count on")
	require.NotEmpty(t, w.c.Tried.Tokens)
}

// The code of a change is never that of an open quote, nor the other way round.
func TestCodesOfChangesAndQuotesDiffer(t *testing.T) {
	s := settings()
	s.Code = func(_ *booking.Order, q booking.Quote) string { return fmt.Sprintf("%06d", q.Gen) }
	s.CustomerCode = func(_ booking.MSISDN, _ string, _ []byte, gen int) string { return fmt.Sprintf("%06d", gen) }
	w := newWorld(t, s)
	w.text("CARD ADD 6222021234567894")
	require.Equal(t, 1, w.c.Pending.Gen)
	w.text("BOOK G5 5DEC 1")
	require.Equal(t, 2, w.last().Quote.Gen)
	w.text("CARD ADD 4000000000000002")
	require.Equal(t, 3, w.c.Pending.Gen)
}

// TestC06TriesPerOrder: of all codes, five are compared with an order's, whatever new
// codes are asked for in between: so a guess that knows nothing hits with 5 in a million.
func TestC06TriesPerOrder(t *testing.T) {
	s := settings()
	s.PayByPhone, s.CodesPerHour, s.TextsPer5Min, s.NewAccounts, s.UnpaidHolds = true, 1000, 0, 0, 0
	looked := regexp.MustCompile(`^(Wrong code|码)`)
	r := rand.New(rand.NewPCG(6, 6))
	for range 60 {
		w := newWorld(t, s)
		w.text("REG Zhang Wei 11010519491231002X")
		w.text("BOOK G5 5DEC 1 6222021234567894")
		order, codes := w.last().Code, map[string]bool{}
		compared := 0
		for range 25 {
			if o := w.last(); o.State == booking.Held {
				codes[s.Code(&o, o.Quote)] = true
			}
			guess := fmt.Sprintf("%06d", r.IntN(1_000_000))
			w.text("Y " + guess)
			if looked.MatchString(w.replies[0].Text) {
				compared++
			}
			w.text([]string{"PAY " + order + " MOBILE", "PAY " + order + " C1", "TICKET " + order, "BOOK G5 5DEC 1", "Y"}[r.IntN(5)])
			if len(w.orders) > 1 {
				break // the first is closed, and this is another
			}
		}
		require.Equal(t, 5, compared)
		require.False(t, w.last().Charged)
		require.NotEmpty(t, codes)
		for code := range codes { // the right one comes too late
			w.text("Y " + code)
			for _, o := range w.orders {
				require.False(t, o.Charged, code)
			}
		}
	}
}
