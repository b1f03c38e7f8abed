package booking_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	. "shortfare/booking"
)

var day = time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)

func TestRefundPause(t *testing.T) {
	var c Customer
	require.False(t, c.RefundPause(day))
	c.IDChangedAt = day
	require.True(t, c.RefundPause(day.Add(RefundPauseFor-time.Second)))
	require.False(t, c.RefundPause(day.Add(RefundPauseFor)))
}

func TestPayer(t *testing.T) {
	c := Customer{Accounts: []Account{{Alias: "C1"}, {Alias: "C2"}}}
	for chosen, want := range map[string]string{"": "C1", "C2": "C2", "C9": "C1", PhonePays: ""} {
		c.Default = chosen
		a, ok := c.Payer()
		require.Equal(t, want != "", ok, chosen)
		require.Equal(t, want, a.Alias, chosen)
	}
	_, ok := (&Customer{}).Payer()
	require.False(t, ok)
}

func TestTriedCountsDifferentAccounts(t *testing.T) {
	var tried Tried
	for i, c := range []struct {
		token string
		after time.Duration
		want  int
	}{{"aaaaaaaaaaaaaaaa", 0, 1}, {"aaaaaaaaaaaaaaaa", time.Hour, 1}, {"bbbbbbbbbbbbbbbb", time.Hour, 2}, {"c", 2 * time.Hour, 3}, {"c", 24 * time.Hour, 1}} {
		require.Equal(t, c.want, tried.Add(c.token, day.Add(c.after), 24*time.Hour), i)
	}
	for i := range 200 {
		tried.Add(string(rune('A'+i)), day.Add(24*time.Hour), 24*time.Hour)
	}
	require.LessOrEqual(t, len(tried.Tokens), 100)
}

func TestPendingOpen(t *testing.T) {
	require.False(t, (*Pending)(nil).Open(day))
	p := Pending{For: PendingID, Until: day}
	require.True(t, p.Open(day))
	require.False(t, p.Open(day.Add(1)))
	p.Done = true
	require.False(t, p.Open(day))
	require.False(t, (&Pending{Until: day}).Open(day), "taken back")
}

// What is set aside holds all that is shown or spent, and nothing of it is left.
func TestSetAsideAndForget(t *testing.T) {
	full := func() Customer {
		return Customer{MSISDN: 8613800138000, Name: "Zhang Wei", Document: &Document{Masked: "1101**"}, Accounts: []Account{{Alias: "C1", Last4: "7894"}},
			Default: "C1", Passengers: []Passenger{{Name: "Li Na", Alias: "LI"}}, Orders: []OrderRef{{Code: "K7M2P"}, {ID: 8, Live: true}}, Home: &Home{En: "Beijing"},
			Occupation: Occupation{Key: "teacher"}, Lang: "zh", OptOut: true, Stale: true, Pending: &Pending{For: PendingID}, List: &List{}, Paged: &Paged{},
			Seen: []Seen{{Hash: 1}}, Rate: Rate{N: 3}, Holds: Rate{N: 2}, Guesses: Recent{4}, IDChangedAt: day, RegisteredAt: day}
	}
	c := full()
	for range 5 {
		c.Name, c.Stale = "Zhang Wei", true
		c.SetAside(day)
	}
	require.Len(t, c.Aside, 3, "not more than a few are kept")
	c = full()
	c.SetAside(day)
	require.Equal(t, []Profile{{At: day, Name: "Zhang Wei", Document: &Document{Masked: "1101**"}, Accounts: []Account{{Alias: "C1", Last4: "7894"}},
		Passengers: []Passenger{{Name: "Li Na", Alias: "LI"}}, Orders: []OrderRef{{Code: "K7M2P"}, {ID: 8, Live: true}}}}, c.Aside)
	kept := Customer{MSISDN: 8613800138000, Since: day, OptOut: true, Seen: []Seen{{Hash: 1}}, Rate: Rate{N: 3}, Holds: Rate{N: 2}, Guesses: Recent{4}}
	aside := c.Aside
	c.Aside = nil
	require.Equal(t, kept, c)

	c = full()
	c.Aside = aside
	c.Forget(day)
	kept.Orders = []OrderRef{{ID: 8, Live: true, Hidden: true}} // its outcome will find its way
	require.Equal(t, kept, c)
	require.True(t, c.Hides(8))
	require.False(t, c.Hides(9))
	c.Refer(&Order{ID: 8, State: Releasing})
	require.True(t, c.Hides(8))
	c.Refer(&Order{ID: 8, State: Closed})
	require.Empty(t, c.Orders, "what has ended is not his any more")
	b, err := json.Marshal(c)
	require.NoError(t, err)
	require.NotContains(t, string(b), "Zhang")
}

func TestSaved(t *testing.T) {
	c := Customer{Passengers: []Passenger{{Name: "Li Na", Alias: "LI"}, {Name: "王芳", Alias: "小王"}}}
	require.Equal(t, "Li Na", c.Saved("li").Name)
	require.Equal(t, "王芳", c.Saved("小王").Name)
	require.Nil(t, c.Saved("x"))
}
