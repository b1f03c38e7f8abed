package dialogue

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/parser"
)

func withFuncs(s Settings) Settings {
	s.Parse = func(string, time.Time) parser.Command { return parser.Command{Verb: parser.Unknown} }
	return s
}

// anyCommand draws every field of a command by itself: most of what it makes
// no parser ever would.
func (w *world) anyCommand(r *rand.Rand) parser.Command {
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	o := w.last()
	if ids := w.opened(); len(ids) > 0 && r.IntN(3) == 0 {
		o = w.orders[ids[r.IntN(len(ids))]]
	}
	c := parser.Command{
		Verb: parser.Verb(r.IntN(int(parser.Forget) + 2)), Lang: parser.Lang(r.IntN(3)), Fuzzy: r.IntN(8) == 0,
		Suggest: pick("", "", "BOOK G123 1", "CXL "+o.Code, "Y"), Service: pick("", "", "G1", "G5", "G9", "G999", "D301"),
		ToOnly: r.IntN(4) == 0, Class: pick("", "", "", "2nd", "1st", "sleeper"), Count: r.IntN(14) / 2 * r.IntN(2),
		Order: pick("", "", o.Code, o.Code, "K7M2P"), Choice: r.IntN(6) * r.IntN(2), Waitlisted: r.IntN(20) == 0, Name: pick("", "Zhang Wei", "张伟"),
		Topic: pick("", "en", "zh", "LIST", "X", "CLASS", "STATE", "ON", "OFF", "BOOK", "ADD", "DEL", "DEF", "NAME", "ID", "CITY", "JOB", "PAY", "NOTIFY"), Value: pick("", "ON", "广东", "teacher", "Nowhere"), TopicVerb: parser.Verb(r.IntN(int(parser.Forget) + 1)), Bare: r.IntN(3) == 0,
		Code: pick("", "", "000001", w.fill("{code}"), w.fill("{code}")),
	}
	if r.IntN(3) == 0 {
		c.Services = []string{"G1", "G5", "G9", "G999"}[r.IntN(3):][:1+r.IntN(2)]
		c.Until, c.UntilTime = parser.FromTime(w.now).Add(r.IntN(9)-1), r.IntN(1440)
	}
	c.Account = parser.Account{Kind: parser.AccountKind(r.IntN(6)), Value: pick("", "C1", "7894")}
	if c.Choice > 0 && r.IntN(3) == 0 {
		c.Choices = []int{c.Choice, r.IntN(7)}
	}
	day := parser.FromTime(w.now).Add(r.IntN(22) - 3)
	switch r.IntN(5) {
	case 0, 1:
		c.Date = day
	case 2:
		c.DateChoices = []parser.Date{day, day.Add(1 + r.IntN(4))}
	}
	if r.IntN(4) == 0 {
		c.Time = parser.Window{From: 720, To: 1440}
	}
	c.Places = []parser.Place{{ID: "BJP", Name: "Beijing"}, {ID: "SHH", Name: "上海"}, {ID: "XXX", Name: "Nowhere"}}[:r.IntN(4)]
	if r.IntN(6) == 0 {
		c.People = []parser.Person{{Name: "ME", Alias: true}, {Name: "Li Na"}}[:1+r.IntN(2)]
	}
	return c
}

// TestAnyCommandInAnyState plays random commands and outcomes. What say and
// turn check is the property: each text has one answer, now or later, each
// answer is one segment, and no deadline stays.
func TestAnyCommandInAnyState(t *testing.T) {
	runs := 60
	if testing.Short() {
		runs = 10
	}
	seen, joined, got := map[booking.State]int{}, 0, 0
	for seed := range runs {
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		s := settings()
		s.RejectPAN, s.PayByPhone, s.UnpaidHolds, s.TextsPer5Min = r.IntN(4) == 0, r.IntN(2) == 0, r.IntN(2)*50, r.IntN(2)*40
		s.CancelsADay, s.MaxChanges, s.Reminder = r.IntN(2)*3, r.IntN(2)*2, time.Duration(r.IntN(2)*2)*time.Hour
		s.WaitOrders = r.IntN(4)
		if r.IntN(3) == 0 {
			s.Operators, s.CustomerClasses = []booking.MSISDN{8613800138000}, []string{"vip"}
		}
		if r.IntN(2) == 0 {
			s.CancelFee, s.ChangeFee = testCancelFee, testChangeFee
		}
		w := newWorld(t, s)
		w.text("REG Zhang Wei 11010519491231002X")
		w.byName, w.ahead, w.place = r.IntN(3) == 0, r.IntN(20), r.IntN(2)*40
		w.text("BOOK G5 5DEC 2 6222021234567894")
		if r.IntN(2) == 0 {
			w.text(w.fill("Y {code}"))
		}
		w.stock["G3 2nd"], w.stock["G7 2nd"] = 0, 0
		for range 120 {
			w.step(r)
			if r.IntN(10) == 0 {
				w.text(w.fill("Y {code}"))
			}
		}
		w.hang = false
		w.fate = map[booking.Call]string{}
		w.wait(13 * time.Hour)
		require.Empty(t, w.asked, "seed %d: texts that were never answered", seed)
		for state, n := range w.seen {
			seen[state] += n
		}
		for _, o := range w.orders {
			if o.Wish != nil && !o.Wish.Joined.IsZero() {
				joined++
			}
			if !o.FreeUntil.IsZero() {
				got++
			}
		}
	}
	require.NotZero(t, joined, "nobody joined the waitlist")
	require.NotZero(t, got, "nobody got seats from the waitlist")
	for _, s := range booking.States() {
		if testing.Short() {
			break // too few runs to have seen all
		}
		if s != booking.Review {
			require.NotZero(t, seen[s], "no order was ever %s", s)
		}
	}
}

func (w *world) step(r *rand.Rand) {
	switch n := r.IntN(12); {
	case n < 2:
		w.wait(time.Duration(r.IntN(300)) * time.Second)
	case n < 4:
		w.hang = r.IntN(2) == 0
		call := booking.Call(1 + r.IntN(int(booking.CallSettle)))
		w.fate[call] = []string{"unknown", "sold_out", "account", "declined"}[r.IntN(4)]
	case n == 5 && r.IntN(3) == 0:
		change := []string{"cancelled", "moved 40m", "moved -10m", "restored"}[r.IntN(4)]
		w.run(strings.Fields([]string{"G5", "G7", "G1"}[r.IntN(3)] + " 5DEC " + change))
	case n == 6:
		w.queueStep(r)
	case n == 4 && r.IntN(3) == 0:
		w.wait(time.Duration(r.IntN(40)) * time.Minute)
	case n < 7:
		w.text(w.fill([]string{"BOOK G7 5DEC 1", "Y {code}", "Y {code}", "CXL {order}", "1", "N", "beijing shanghai", "1 x2", "M",
			"Y {change}", "Y {change}", "N", "CARD ADD 6222021234567894", "SET ID E12345678", "PAX ADD LI Li Na 110105198001010016", "FORGET ME",
			"CHG {order} G7", "CHG {order1} 1ST", "CXL {order} 1", "CXL {order1} 1", "REFUND", "ORD", "ALERT {order}"}[r.IntN(23)]))
	default:
		cmd := w.anyCommand(r)
		in := &booking.Intake{Command: cmd, Removed: r.IntN(12) == 0, MO: booking.MO{MSISDN: w.c.MSISDN, Text: fmt.Sprint(r.IntN(9)),
			At: w.now, Source: booking.Address{Addr: "8613800138000"}, Dest: booking.Address{Addr: "12345"}}}
		if r.IntN(6) == 0 {
			n := fmt.Sprint(r.IntN(9))
			in.Account = &booking.Account{Kind: booking.CardAccount, Last4: "000" + n, Token: n}
		}
		if r.IntN(6) == 0 {
			in.Document = &booking.Document{Masked: "1101**********002X", Token: fmt.Sprint(r.IntN(2))}
		}
		w.say(in)
	}
}

// TestDecideIsPure: equal inputs make equal changes, and the text given is not
// changed.
func TestDecideIsPure(t *testing.T) {
	w := newWorld(t, settings())
	w.text("REG Zhang Wei 11010519491231002X")
	w.text("BOOK G5 5DEC 2 6222021234567894")
	r := rand.New(rand.NewPCG(7, 7))
	for range 300 {
		in := w.intake("HELP")
		in.Command = w.anyCommand(r)
		before := fmt.Sprintf("%+v", *in)
		var first string
		ids := w.ids
		for range 2 {
			w.ids = ids
			ch, err := w.d.Decide(w.view(), booking.Input{Text: in}, w.env())
			require.NoError(t, err)
			b, err := json.Marshal(ch)
			require.NoError(t, err)
			if first == "" {
				first = string(b)
			}
			require.Equal(t, first, string(b))
		}
		require.Equal(t, before, fmt.Sprintf("%+v", *in))
		w.step(r)
	}
}

// TestNoSecretIsKept: neither the row of the customer nor that of an order
// holds a code.
func TestNoSecretIsKept(t *testing.T) {
	w := newWorld(t, settings())
	w.text("REG Zhang Wei 11010519491231002X")
	w.text("BOOK G5 5DEC 2 6222021234567894")
	code := w.fill("{code}")
	for _, text := range []string{"PYA " + code, "BOKO G5 5DEC 2 6222021234567894", "Y " + code} {
		w.text(text)
		b, err := json.Marshal([]any{w.c, w.orders})
		require.NoError(t, err)
		require.NotContains(t, string(b), code)
		if w.c.List != nil {
			require.NotContains(t, fmt.Sprint(w.c.List.Texts), "6222021234567894")
		}
	}
}
