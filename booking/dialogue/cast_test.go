package dialogue

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

func castWorld(t *testing.T) *world {
	s := deskSettings()
	s.CustomerClasses = []string{"vip", "new", "age:26-35"}
	s.Classes = func(c *booking.Customer, _ time.Time) []string {
		if c.History.Paid > 3 {
			return []string{"vip"}
		}
		return []string{"new", "age:26-35"}
	}
	w := newWorld(t, s)
	w.members = map[string]int{"vip": 1234, "age:26-35": 7}
	w.as(operatorPhone)
	return w
}

// A text to a class is asked about with how many it reaches, and sent once.
func TestCastToAClass(t *testing.T) {
	w := castWorld(t)
	for _, c := range []struct{ text, want string }{
		{"BCAST VIP The lounge is open", "Send to 1234 customers of class vip: The lounge is open - Reply Y {change} by 12:10, N to leave it."},
		{"bcast age:26-35 Half price on Sunday", "Send to 7 customers of class age:26-35: Half price on Sunday - Reply Y {change} by 12:10, N to leave it."},
		{"通知 VIP 候车室已开放", "发给vip类1234位客户:候车室已开放 12:10前回Y {change}发送,N不发。"},
		{"BCAST NEW Welcome to you", "No registered customer of class new takes notices. Nothing was sent."},
		{"BCAST VIP", "Text BCAST, a service, {...}"},
		{"BCAST everybody The lounge is open", "Text BCAST, a service, {...}"},
		{"BCAST VIP " + strings.Repeat("x ", 70), "That is more than one text holds. Nothing was sent. Please shorten it."},
		{"BCAST VIP " + strings.Repeat("座", 63), "That is more than one text holds. Nothing was sent. Please shorten it."},
		{"BCAST VIP The lounge is open", "Send to 1234 customers of class vip: The lounge is open - Reply Y {change} by 12:10, N to leave it."},
	} {
		w.text(c.text)
		want, _, open := strings.Cut(w.fill(c.want), "{...}")
		if open {
			require.True(t, strings.HasPrefix(w.replies[0].Text, want), w.replies[0].Text)
			continue
		}
		require.Equal(t, want, w.replies[0].Text)
	}
	require.Empty(t, w.cast)
	for range 2 {
		w.text(w.fill("Y {change}"))
		require.Equal(t, "Being sent to vip.", w.replies[0].Text)
	}
	require.Len(t, w.cast, 1)
	require.Equal(t, []string{"", "vip", "The lounge is open"}, []string{w.cast[0].Number, w.cast[0].Group, w.cast[0].Text})
	require.True(t, w.has("operator broadcast class vip"))
	w.text("BCAST VIP The lounge is shut")
	w.text("N")
	require.Equal(t, "OK, nothing was changed (vip).", w.replies[0].Text)
}

func (w *world) has(event string) bool {
	for _, e := range w.journal {
		if e.Event == event {
			return true
		}
	}
	return false
}

// Only those who are registered, take notices and are of the class now are told.
func TestCastReachesTheClass(t *testing.T) {
	w := castWorld(t)
	n := booking.Notice{Group: "vip", Text: "The lounge is open"}
	customer := func(paid int) {
		w.as(8613900139000)
		w.c.Document, w.c.History.Paid = &booking.Document{Masked: "x"}, paid
	}
	customer(4)
	w.notify(n)
	require.Len(t, w.replies, 1)
	require.Equal(t, "The lounge is open STOP ends notices.", w.replies[0].Text)
	w.c.LastLang = "zh"
	w.notify(n)
	require.Equal(t, "The lounge is open 退订回TD", w.replies[0].Text)
	for name, spoil := range map[string]func(){
		"he took STOP":          func() { w.c.OptOut = true },
		"he is not registered":  func() { w.c.Document = nil },
		"who may not be he":     func() { w.c.Stale = true },
		"he is not of it now":   func() { w.c.History.Paid = 1 },
		"he travels, no matter": func() { w.c.History.Paid, w.c.Orders = 0, []booking.OrderRef{{ID: 1}} },
	} {
		customer(4)
		spoil()
		w.notify(n)
		require.Empty(t, w.replies, name)
	}
}
