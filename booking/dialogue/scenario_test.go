package dialogue

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
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
//	set NAME           a setting: reject, phone, us, sale60, accounts3; mixed adds flights and a bus
//
// {code} and {order} are those of the order opened last, {change} is the code of the
// question about the customer's own data.
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

func play(t *testing.T, script string) {
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
		}
	}
	w := newWorld(t, s)
	if strings.Contains(script, "set mixed") {
		w.cat.mixed()
	}
	for n, line := range strings.Split(script, "\n") {
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		rest = w.fill(rest)
		switch {
		case verb == "" || strings.HasPrefix(verb, "#") || verb == "set":
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
			call, fate, _ := strings.Cut(rest, " ")
			w.fate[callNamed(t, call)] = fate
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
	for c := booking.CallHold; c <= booking.CallRefund; c++ {
		if c.String() == name {
			return c
		}
	}
	t.Fatalf("no call %s", name)
	return 0
}

// fill puts in the code and the name of the newest order.
func (w *world) fill(s string) string {
	o := w.last()
	if o.Quote.For != booking.NoQuote { // the code of a quote that ended stays known
		w.code = w.s.Code(&o, o.Quote)
	}
	if p := w.c.Pending; p != nil && p.For != "" {
		w.change = w.s.CustomerCode(w.c.MSISDN, string(p.For), []byte(p.Content+"|"+p.Name), p.Gen)
	}
	return strings.NewReplacer("{change}", w.change, "{code}", w.code, "{order}", o.Code, `\n`, "\n").Replace(s)
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
