package dialogue

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// TestC06CodesEnd: ten minutes after it was sent no code does anything, whatever it is
// for. Its answer is a new code, or how to get one.
func TestC06CodesEnd(t *testing.T) {
	paid := []string{"REG Zhang Wei 11010519491231002X", "BOOK G5 5DEC 2 6222021234567894", "Y {code}"}
	for name, c := range map[string]struct {
		before []string
		code   string
		want   string
		again  bool // the new code acts
	}{
		"pay":            {[]string{"REG Zhang Wei 11010519491231002X", "BOOK G5 5DEC 2 6222021234567894"}, "{code}", "Held to 12:30. Reply Y", true},
		"change":         {append(paid, "CHG {order} G7"), "{code}", "held to 12:30.*Reply Y", true},
		"cancel":         {append(paid, "CXL {order}"), "{code}", "^Cancel G5.*Reply Y \\d+ by 12:20", true},
		"cancel a part":  {append(paid, "CXL {order} 2"), "{code}", "^Cancel car5 7B.*Reply Y \\d+ by 12:20", true},
		"wait":           {[]string{"REG Zhang Wei 11010519491231002X", "WAIT G3 5DEC 2 C1", "WAIT G3 5DEC 2 6222021234567894"}, "{code}", "^Wait G3.*Y \\d+ to join", true},
		"a document":     {[]string{"REG Zhang Wei 11010519491231002X", "SET ID E12345678"}, "{change}", "^That code has ended", false},
		"an account":     {[]string{"REG Zhang Wei 11010519491231002X", "CARD ADD 6222021234567894"}, "{change}", "^That code has ended", false},
		"forget":         {[]string{"REG Zhang Wei 11010519491231002X", "FORGET ME"}, "{change}", "^That code has ended", false},
		"stop the sale":  {[]string{"HOLD G5 5DEC"}, "{change}", "^That code has ended", false},
		"open the sale":  {[]string{"OPEN G5 5DEC"}, "{change}", "^That code has ended", false},
		"tell customers": {[]string{"BCAST G5 5DEC Track 4 today"}, "{change}", "^That code has ended", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := settings()
			s.Operators = []booking.MSISDN{8613800138000}
			w := newWorld(t, s)
			w.stock["G3 2nd"] = 0
			for _, text := range c.before {
				w.text(w.fill(text))
			}
			old := w.fill("Y " + c.code)
			w.wait(10*time.Minute + time.Second)
			before := w.last()
			w.text(old)
			require.Len(t, w.replies, 1)
			require.Regexp(t, c.want, w.replies[0].Text)
			require.Equal(t, before.State, w.last().State)
			require.False(t, w.c.Pending.Open(w.now))
			require.Empty(t, w.c.Guesses, "it is no wrong code")
			require.Zero(t, w.last().Quote.Tries)
			if !c.again {
				return
			}
			fresh := w.fill("Y " + c.code)
			require.NotEqual(t, old, fresh)
			w.text(fresh)
			after := w.last()
			require.True(t, after.State != before.State || after.Wish != nil && !after.Wish.Joined.IsZero() || len(after.Former) > 0)
		})
	}
}

// A code never outlives what it is for, however long codes may live.
func TestC06CodesEndWithTheHold(t *testing.T) {
	s := settings()
	s.CodeLife, s.Hold, s.PayByPhone = time.Hour, 5*time.Minute, true
	w := newWorld(t, s)
	w.text("REG Zhang Wei 11010519491231002X")
	w.text("BOOK G5 5DEC 1")
	q := w.last().Quote
	require.Equal(t, q.Until, q.CodeEnds())
	require.Equal(t, 5*time.Minute, q.CodeEnds().Sub(w.now))
}

// New codes do not reset the wrong tries, and wrong ones of an ended code count too.
func TestC06NewCodesInheritTries(t *testing.T) {
	s := settings()
	s.PayByPhone = true
	w := newWorld(t, s)
	w.text("REG Zhang Wei 11010519491231002X")
	w.text("BOOK G5 5DEC 1")
	for _, text := range []string{"Y 000001", "+11m", "Y {code}", "Y 000002", "+11m", "ORD {order}", "Y 000003", "Y 000004", "BOOK G5 5DEC 1"} {
		if text[0] == '+' {
			w.wait(11 * time.Minute)
			continue
		}
		w.text(w.fill(text))
		require.Equal(t, booking.Held, w.last().State, text)
	}
	require.Equal(t, 3, w.last().Quote.Gen, "two codes ended")
	require.Equal(t, 4, w.last().Quote.Tries)
	w.text("Y 000005")
	require.Equal(t, "Wrong code, too often. Quote "+w.last().Code+" is closed, the seats went back. Nothing was charged.", w.replies[0].Text)
}

// Whoever registers for an order after its code ended is told one that is taken.
func TestC06RegisteringLate(t *testing.T) {
	s := settings()
	s.PayByPhone = true
	w := newWorld(t, s)
	w.text("BOOK G5 5DEC 1")
	old := w.fill("Y {code}")
	w.wait(11 * time.Minute)
	w.text("REG Zhang Wei 11010519491231002X")
	require.Contains(t, w.replies[0].Text, "Now reply "+w.fill("Y {code}"))
	require.NotEqual(t, old, w.fill("Y {code}"))
	w.text(w.fill("Y {code}"))
	require.Equal(t, booking.Issued, w.last().State)
}

// current checks that every code which is told is taken now, and no longer than a
// code may be.
func (w *world) current(v *booking.View, ch *booking.Changes) {
	for _, o := range v.Orders {
		if o.Quote.For == booking.NoQuote {
			continue
		}
		code := w.s.Code(o, o.Quote)
		for _, r := range ch.Replies {
			if strings.Contains(r.Text, code) {
				require.False(w.t, w.now.After(o.Quote.CodeEnds()), "the code has ended: %s", r.Text)
			}
		}
		require.LessOrEqual(w.t, o.Quote.CodeEnds().Sub(w.now), w.d.s.CodeLife)
	}
}
