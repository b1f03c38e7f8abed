package dialogue

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/parser"
)

// TestScenarios plays the conversations in testdata. Lines:
//
//	> text             the customer texts
//	< text             the next reply; ... stands for anything
//	-                  nothing more was said
//	+ 10m              time passes
//	call hold sold_out the next call of that kind is refused so, or "unknown"
//	hang, resume       calls are not made; are made
//	stock G1 2nd 0     seats left, -1 for not known
//	down 11:30, up     the terminal does not answer since then; it does
//	off G3             that service does not run any more
//	set NAME           a setting: reject, phone, us, sale60, accounts3, fees, allfee, remind, cancels3, once; mixed
//	                   adds flights and a bus
//	names ME Zhang Wei, LI Li Na   the newest order is for these people, by alias and name
//	run G5 5DEC moved 40m          what its carrier does to a run: cancelled, moved, restored
//	bcast G5 5DEC TEXT             what an operator tells about it
//	match G7, ahead 14             seats are found for who waits; who waits before
//	price 60000                    what the next hold costs, in fen
//	byname                         the terminal sells by name
//	line 42 3m                     so many calls wait, and how long
//	sold G5 5DEC 2 vip             what somebody else has bought
//	journal TEXT                   the journal has that
//	told                           operators' phones are told of the newest callback
//
// {code} is the code of the newest open quote, {order} the order opened last, {order1} the first,
// {change} the code of the question about the customer's own data.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, part := range strings.Split("\n"+string(text), "\n== ")[1:] {
			name, script, _ := strings.Cut(part, "\n")
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt")+"/"+name, func(t *testing.T) { play(t, script) })
		}
	}
}

// setsOf are the settings that a script asks for.
func setsOf(script string) Settings {
	s := settings()
	for _, line := range strings.Split(script, "\n") {
		switch strings.TrimSpace(line) {
		case "set reject":
			s.RejectPAN = true
		case "set phone":
			s.PayByPhone = true
		case "set us":
			s.OptOut = "us"
		case "set accounts3":
			s.NewAccounts = 3
		case "set sale60":
			s.SaleDays = 60
		case "set fees":
			s.CancelFee, s.ChangeFee = testCancelFee, testChangeFee
		case "set allfee":
			s.CancelFee = func(o *booking.Order, leaving []int, _ time.Time) booking.Money { return o.PriceOf(leaving) }
		case "set remind":
			s.Reminder = 2 * time.Hour
		case "set cancels3":
			s.CancelsADay = 3
		case "set once":
			s.MaxChanges = 1
		case "set nowait":
			s.WaitOrders = 0
		case "set hours":
			s.CallHours = "08:00-20:00"
		case "set within":
			s.CallWithin = 2 * time.Hour
		case "set operator":
			s.Operators, s.CustomerClasses = []booking.MSISDN{8613800138000}, []string{"vip", "new"}
		}
	}
	return s
}

func play(t *testing.T, script string) {
	w := newWorld(t, setsOf(script))
	if strings.Contains(script, "set mixed") {
		w.cat.mixed()
	}
	for n, line := range strings.Split(script, "\n") {
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		rest = w.fill(rest)
		switch {
		case verb == "" || strings.HasPrefix(verb, "#") || verb == "set":
		case w.set(verb, rest):
		case verb == ">":
			w.text(rest)
		case verb == "<":
			require.NotEmpty(t, w.replies, "line %d: no reply, want %q", n+2, rest)
			require.True(t, like(w.replies[0].Text, rest), "line %d:\n got %s\nwant %s", n+2, w.replies[0].Text, rest)
			w.replies = w.replies[1:]
		case verb == "-":
			require.Empty(t, w.replies, "line %d", n+2)
		case verb == "+":
			d, err := time.ParseDuration(rest)
			require.NoError(t, err)
			w.wait(d)
		case verb == "hang":
			w.hang = true
		case verb == "resume":
			w.hang = false
			w.replies = nil
			w.calls()
		case verb == "call":
			at := strings.LastIndex(rest, " ")
			w.fate[callNamed(t, rest[:at])] = rest[at+1:]
		case verb == "names":
			w.name(strings.Split(rest, ", "))
		case verb == "run":
			w.run(strings.Fields(rest))
		case verb == "bcast":
			f := strings.SplitN(rest, " ", 3)
			w.notify(booking.Notice{Number: f[0], Day: w.dayOf(f[1]), Text: f[2]})
		case verb == "down":
			at, err := time.Parse("15:04", rest)
			require.NoError(t, err)
			w.down, w.heard = true, time.Date(2026, 11, 23, at.Hour(), at.Minute(), 0, 0, shanghai)
		case verb == "up":
			w.down = false
		case verb == "off":
			w.cat.cancelled = rest
		case verb == "stock":
			f := strings.Fields(rest)
			left, err := strconv.Atoi(f[len(f)-1])
			require.NoError(t, err)
			w.stock[strings.Join(f[:len(f)-1], " ")] = left
		default:
			t.Fatalf("line %d: %s", n+2, line)
		}
	}
}

func callNamed(t *testing.T, name string) booking.Call {
	for c := booking.CallHold; c <= booking.CallSettle; c++ {
		if c.String() == name {
			return c
		}
	}
	t.Fatalf("no call %s", name)
	return 0
}

// fill puts in the code of the newest open quote and the names of orders.
func (w *world) fill(s string) string {
	var names []string
	for _, id := range w.opened() {
		o := w.orders[id]
		names = append(names, "{order"+strconv.Itoa(len(names)/2+1)+"}", o.Code)
		if o.Quote.For != booking.NoQuote { // the code of a quote that ended stays known
			w.code = w.s.Code(&o, o.Quote)
		}
	}
	if p := w.c.Pending; p != nil && p.For != "" {
		w.change = w.s.CustomerCode(w.c.MSISDN, string(p.For), []byte(p.Content+"|"+p.Name), p.Gen)
	}
	names = append(names, "{change}", w.change, "{code}", w.code, "{order}", w.last().Code, `\n`, "\n")
	return strings.NewReplacer(names...).Replace(s)
}

// opened lists the orders, oldest first.
func (w *world) opened() []booking.OrderID {
	return slices.Sorted(maps.Keys(w.orders))
}

// testCancelFee keeps 5 % to half a yuan, testChangeFee 20 yuan.
func testCancelFee(o *booking.Order, leaving []int, _ time.Time) booking.Money {
	return cny((o.PriceOf(leaving).Minor*5/100 + 25) / 50 * 50)
}

func testChangeFee(_, _ *booking.Order, _ time.Time) booking.Money { return cny(2000) }

// name makes the newest order one of these people.
func (w *world) name(people []string) {
	o := w.last()
	o.Passengers = nil
	for _, p := range people {
		alias, name, _ := strings.Cut(p, " ")
		o.Passengers = append(o.Passengers, booking.Passenger{Alias: alias, Name: name})
	}
	w.orders[o.ID] = o
}

func (w *world) dayOf(text string) booking.Date {
	return day(parser.Parse("Q G5 "+text, w.context()).Date)
}

// run lets a carrier change a run.
func (w *world) run(f []string) {
	e := booking.ServiceEvent{Service: f[0], Date: w.dayOf(f[1]), Change: booking.ServiceChange(f[2]), At: w.now}
	if len(f) > 3 {
		d, err := time.ParseDuration(f[3])
		require.NoError(w.t, err)
		e.Shift = d
	}
	w.notify(booking.Notice{Number: f[0], Event: &e, Day: e.Date})
}

// notify tells the customer of something in a turn of its own.
func (w *world) notify(n booking.Notice) {
	w.replies = nil
	n.ID, n.At = 1, w.now
	w.turn(booking.Input{Notice: &n})
	w.calls()
}

// like matches a reply; ... stands for anything.
func like(got, want string) bool {
	parts := strings.Split(want, "...")
	if !strings.HasPrefix(got, parts[0]) || len(parts) == 1 && got != want {
		return false
	}
	got = got[len(parts[0]):]
	for i, p := range parts[1:] {
		if i == len(parts)-2 {
			return strings.HasSuffix(got, p)
		}
		at := strings.Index(got, p)
		if at < 0 {
			return false
		}
		got = got[at+len(p):]
	}
	return true
}
