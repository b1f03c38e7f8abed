package dialogue

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// A text sent twice has the effect of one, and the same answer: the order is one,
// the debit is one, and nothing is asked anew.
func TestC01RepeatsHaveNoEffect(t *testing.T) {
	for name, c := range map[string]struct {
		before []string
		text   string
	}{
		"register":         {nil, "REG Zhang Wei 11010519491231002X"},
		"book":             {[]string{"REG Zhang Wei 11010519491231002X"}, "BOOK G5 5DEC 2"},
		"book with names":  {[]string{"REG Zhang Wei 11010519491231002X"}, "BOOK G5 5DEC ME"},
		"choose":           {[]string{"beijing shanghai 5dec"}, "3 x2"},
		"another account":  {[]string{"BOOK G5 5DEC 2"}, "PAY {order} 6222021234567894"},
		"pay":              {[]string{"REG Zhang Wei 11010519491231002X", "BOOK G5 5DEC 2"}, "Y {code}"},
		"ask for a cancel": {[]string{"REG Zhang Wei 11010519491231002X", "BOOK G5 5DEC 2", "Y {code}"}, "CXL {order}"},
		"cancel":           {[]string{"REG Zhang Wei 11010519491231002X", "BOOK G5 5DEC 2", "Y {code}", "CXL {order}"}, "Y {code}"},
		"ask for a change": {[]string{"REG Zhang Wei 11010519491231002X", "BOOK G5 5DEC 2", "Y {code}"}, "CHG {order1} G7"},
		"wait":             {[]string{"REG Zhang Wei 11010519491231002X"}, "WAIT G3,G1 5DEC 2"},
		"join":             {[]string{"REG Zhang Wei 11010519491231002X", "WAIT G3 5DEC 2"}, "Y {code}"},
		"leave":            {[]string{"REG Zhang Wei 11010519491231002X", "WAIT G3 5DEC 2", "Y {code}"}, "WAIT X {order}"},
		"a card":           {[]string{"REG Zhang Wei 11010519491231002X"}, "CARD ADD 6222021234567894"},
		"stop":             {nil, "STOP"},
	} {
		t.Run(name, func(t *testing.T) {
			s := settings()
			s.PayByPhone = true
			w := newWorld(t, s)
			w.stock["G3 2nd"], w.stock["G1 2nd"] = 0, 0
			for _, text := range c.before {
				w.text(w.fill(text))
			}
			text := w.fill(c.text)
			debits := w.made[booking.CallDebit]
			w.text(text)
			require.NotEmpty(t, w.replies)
			first, orders, debits := w.replies[len(w.replies)-1].Text, len(w.orders), w.made[booking.CallDebit]-debits
			state := w.last().State
			require.LessOrEqual(t, debits, 1)
			calls := len(w.made)
			made := w.all()
			for range 3 {
				w.now = w.now.Add(time.Second)
				w.text(text)
				require.Len(t, w.replies, 1)
				if name != "join" && name != "cancel" { // what was done is said as it stands
					require.Equal(t, first, w.replies[0].Text)
				}
				require.Len(t, w.orders, orders)
				require.Equal(t, made, w.all(), "a second call")
				require.Equal(t, state, w.last().State)
				require.Len(t, w.made, calls)
			}
		})
	}
}

// all counts the calls made.
func (w *world) all() (n int) {
	for _, m := range w.made {
		n += m
	}
	return n
}

// An old code, after its order was paid, dropped, expired, cancelled or taken off the
// waitlist, gets a friendly refusal and changes nothing.
func TestC02OldCodes(t *testing.T) {
	for name, c := range map[string]struct {
		after []string
		want  string
	}{
		"paid":                {[]string{"Y {code}"}, "^PAID CNY553"},
		"dropped":             {[]string{"N"}, "dropped"},
		"expired, seats free": {[]string{"+31m"}, "^G5 5Dec 1100.*Reply Y"},
		"expired, sold out":   {[]string{"+31m", "full"}, "sold out"},
		"cancelled":           {[]string{"Y {code}", "CXL {order}", "Y {code}"}, "(is|was) cancelled|Cancelled"},
		"departed":            {[]string{"Y {code}", "+300h"}, "PAID"},
	} {
		t.Run(name, func(t *testing.T) {
			s := settings()
			s.PayByPhone = true
			w := newWorld(t, s)
			w.text("REG Zhang Wei 11010519491231002X")
			w.text("BOOK G5 5DEC 1")
			old := w.fill("Y {code}")
			for _, text := range c.after {
				switch {
				case text == "full":
					w.stock["G5 2nd"] = 0
				case text[0] == '+':
					d, err := time.ParseDuration(text[1:])
					require.NoError(t, err)
					w.wait(d)
				default:
					w.text(w.fill(text))
				}
			}
			before, debits := w.last(), w.made[booking.CallDebit]
			w.text(old)
			require.Len(t, w.replies, 1)
			require.Regexp(t, c.want, w.replies[0].Text)
			require.Equal(t, debits, w.made[booking.CallDebit], "charged again")
			if after := w.last(); after.ID == before.ID {
				require.Equal(t, before.State, after.State)
			} else {
				require.Equal(t, booking.Held, after.State)
			}
		})
	}
}

// Who has a ticket by another phone's order gets no second one, and the answer tells
// nothing of that order.
func TestC03AnotherPhonesTicket(t *testing.T) {
	s := settings()
	s.PayByPhone = true
	w := newWorld(t, s)
	w.byName = true
	w.text("REG Zhang Wei 11010519491231002X")
	w.fate[booking.CallHold] = string(booking.ReasonBooked)
	w.text("BOOK G5 5DEC ME")
	require.Equal(t, "Zhang Wei has a ticket for G5 5Dec already. One ticket a person, service and day. Nothing was held or charged.", w.replies[0].Text)
	require.NotContains(t, w.replies[0].Text, w.last().Code)
	require.Equal(t, booking.Closed, w.last().State)
	w.text("BOOK G5 5DEC ME") // it was given back meanwhile
	require.Contains(t, w.replies[0].Text, "Held to")
}

// A text of a flood costs one row and nothing else: no answer, no order, no entry of the
// journal. cmd/shortfare floods the whole product.
func TestC04FloodIsOnesOwn(t *testing.T) {
	w := newWorld(t, settings())
	for range 40 {
		w.text("ORD")
	}
	require.Empty(t, w.replies)
	require.Empty(t, w.ch.Orders)
	require.Empty(t, w.ch.Journal)
	require.Equal(t, booking.MOIgnored, w.ch.Texts[0].State)
}

// A machine that answers every text of ours is not answered for ever, whether its
// words mean something to us or not.
func TestC12LoopBreaker(t *testing.T) {
	for text, most := range map[string]int{
		"I am out of the office until Monday": sameLimit - 1,
		"Thanks! For help call 555":           echoLimit,
		"HELP":                                echoLimit,
		"请勿回复,如需帮助请致电客服":                      echoLimit,
		"CANCEL": echoLimit,
	} {
		w := newWorld(t, settings())
		answers := 0
		for range 12 {
			w.text(text)
			answers += len(w.replies)
			w.now = w.now.Add(3 * time.Second)
		}
		require.LessOrEqual(t, answers, most, text)
		require.NotZero(t, answers, text)
		w.text("ORD")
		require.Len(t, w.replies, 1, "%s: another text ends it", text)
	}
}
