package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const good = `short_code: "12345"
store: {url: "sqlite:./x.db"}
smpp:
  links:
    - {name: carrier-a, addr: 127.0.0.1:2775, system_id: bench, password: bench}
ticketing:
  terminals:
    - {name: local, adapter: local, catalogue: demo, seats: 7}
orders: {hold: 20m}
`

func TestDefaultsAndValues(t *testing.T) {
	c, err := Parse("f.yaml", []byte(good), nil)
	require.NoError(t, err)
	require.Equal(t, "12345", c.ShortCode)
	require.Equal(t, "Asia/Shanghai", c.Loc.String())
	require.Equal(t, Orders{Hold: 20 * time.Minute, HoldNear: 10 * time.Minute, CodeTries: 5, CodeLife: 10 * time.Minute, SaleDays: 15, MaxSeats: 5, MaxChanges: 1, Reminder: 2 * time.Hour,
		SlowAfter: 5 * time.Second, Waitlist: Waitlist{PerPhone: 2, People: 3, Cutoff: "19:00", CutoffMinute: 19 * 60}}, c.Orders)
	require.Equal(t, Limits{TextsPerSecond: 1, TextsBurst: 5, PrefixPerSecond: 500, TextsPerMin: 60, TextsPer5Min: 30, TextsPerDay: 1000, UnpaidHolds: 3, OpenQuotes: 2, CancelsADay: 3, CodesPerHour: 10, UnknownOrders: 10, NewAccounts: 5, AccountDeclines: 5, BINDeclines: 20, Recycle: 180 * 24 * time.Hour, Unconfirmed: 24 * time.Hour}, c.Limits)
	want := linkDefaults()
	want.Name, want.Carrier, want.Addr, want.SystemID, want.Password = "carrier-a", "carrier-a", "127.0.0.1:2775", "bench", "bench"
	want.StatusTable = map[uint32]bool{}
	require.Equal(t, want, c.SMPP.Links[0])
	require.Equal(t, Terminal{Name: "local", Adapter: "local", Catalogue: "demo", Seats: 7}, c.Ticketing.Terminals[0])
	require.Equal(t, "accept", c.PANBySMS)
}

func TestNamedTerminal(t *testing.T) {
	c, err := Parse("f.yaml", []byte(strings.Replace(good, "seats: 7", "seats: 7, named: true", 1)), nil)
	require.NoError(t, err)
	require.True(t, c.Ticketing.Terminals[0].Named)
	c, err = Parse("f.yaml", []byte(good), []string{"SHORTFARE_TICKETING_TERMINALS_0_NAMED=true"})
	require.NoError(t, err)
	require.True(t, c.Ticketing.Terminals[0].Named)
	_, err = Parse("f.yaml", []byte(good), []string{"SHORTFARE_TICKETING_TERMINALS_0_NAMED=maybe"})
	require.ErrorContains(t, err, "environment SHORTFARE_TICKETING_TERMINALS_0_NAMED: ticketing.terminals[0].named: \"maybe\" is neither true nor false")
}

func TestZeroIsNotDefault(t *testing.T) {
	c, err := Parse("f.yaml", []byte(good+"limits: {texts_per_5min: 0, unpaid_holds: 0, open_quotes: 0, cancels_a_day: 0, new_accounts: 0, account_declines: 0, bin_declines: 0, recycle: 0}\n"), nil)
	require.NoError(t, err)
	require.Equal(t, Limits{TextsBurst: 5, CodesPerHour: 10, UnknownOrders: 10, Unconfirmed: 24 * time.Hour}, c.Limits, "the other limits on texts go with that of five minutes")
	c, err = Parse("f.yaml", []byte(good+"limits: {texts_per_5min: 0, texts_per_min: 60}\n"), []string{"SHORTFARE_LIMITS_TEXTS_PER_DAY=1000"})
	require.NoError(t, err)
	require.Equal(t, []int{0, 60, 0, 1000}, []int{c.Limits.TextsPerSecond, c.Limits.TextsPerMin, c.Limits.TextsPer5Min, c.Limits.TextsPerDay})
	c, err = Parse("f.yaml", []byte(good+"limits: {texts_per_second: 0, texts_per_min: 0, texts_per_day: 0}\n"), nil)
	require.NoError(t, err)
	require.Equal(t, []int{0, 0, 30, 0}, []int{c.Limits.TextsPerSecond, c.Limits.TextsPerMin, c.Limits.TextsPer5Min, c.Limits.TextsPerDay})
}

func TestEnvironment(t *testing.T) {
	c, err := Parse("f.yaml", []byte(good), []string{"PATH=/bin", "SHORTFARE_STORE_URL=sqlite:/y.db", "SHORTFARE_ORDERS_HOLD=25m",
		"SHORTFARE_LIMITS_OPEN_QUOTES=7", "SHORTFARE_SMPP_LINKS_0_PASSWORD=other", "SHORTFARE_SMPP_LINKS_1_NAME=b",
		"SHORTFARE_SMPP_LINKS_1_ADDR=h:1", "SHORTFARE_SMPP_LINKS_1_SYSTEM_ID=x", "SHORTFARE_SMPP_LINKS_1_WINDOW=5", "SHORTFARE_VECTORS=/v"})
	require.NoError(t, err)
	require.Equal(t, "sqlite:/y.db", c.Store.URL)
	require.Equal(t, 25*time.Minute, c.Orders.Hold)
	require.Equal(t, 7, c.Limits.OpenQuotes)
	require.Equal(t, "other", c.SMPP.Links[0].Password)
	require.Equal(t, "carrier-a", c.SMPP.Links[0].Name)
	require.Equal(t, 5, c.SMPP.Links[1].Window)
	require.Equal(t, "transceiver", c.SMPP.Links[1].Bind)
}

func TestPasswordFile(t *testing.T) {
	f := filepath.Join(t.TempDir(), "pw")
	require.NoError(t, os.WriteFile(f, []byte("secret\n"), 0o600))
	c, err := Parse("f.yaml", []byte(good), []string{"SHORTFARE_SMPP_LINKS_0_PASSWORD=", "SHORTFARE_SMPP_LINKS_0_PASSWORD_FILE=" + f})
	require.NoError(t, err)
	require.Equal(t, "secret", c.SMPP.Links[0].Password)
}

// Every complaint names its line, what is wrong and what to do.
func TestProblems(t *testing.T) {
	for name, x := range map[string]struct{ text, want string }{
		"unknown key":   {good + "limtis: {}\n", "f.yaml:10: limtis: unknown key; did you mean limits?"},
		"nested":        {good + "log:\n  levle: info\n", "f.yaml:11: log.levle: unknown key; did you mean level?"},
		"no guess":      {good + "log: {zzz: 1}\n", "f.yaml:10: log.zzz: unknown key; known here: level"},
		"in a list":     {"short_code: 123\nsmpp:\n  links:\n    - {name: a, hots: b}\n", "f.yaml:4: smpp.links[0].hots: unknown key; known here: addr, address_npi, address_range, "},
		"twice":         {good + "orders: {hold: 1h}\n", "f.yaml:10: orders: is given twice; keep one"},
		"no group":      {good + "log: info\n", "f.yaml:10: log: must be a group of keys: level"},
		"no list":       {good + "http: [1]\n", "f.yaml:10: http: must be a group of keys: listen"},
		"syntax":        {"short_code: [1\n", "f.yaml: yaml: line 1: did not find expected ',' or ']'; correct the syntax"},
		"no unit":       {good + "http: {listen: \"h:1\"}\nbank: {adapter: visa}\n", `f.yaml:11: bank.adapter: "visa" is not known; write one of sim`},
		"bad duration":  {"short_code: \"123\"\norders:\n  hold: soon\n", `f.yaml:3: orders.hold: "soon" is not a time; write one such as 30s, 10m or 2h`},
		"bare number":   {"short_code: \"123\"\norders:\n  hold: 30\n", `f.yaml:3: orders.hold: 30 has no unit; write a time such as 30s, 10m or 2h`},
		"bad number":    {good + "limits: {open_quotes: many}\n", `f.yaml:10: limits.open_quotes: "many" is not a whole number`},
		"out of range":  {good + "limits: {open_quotes: 1000}\n", "f.yaml:10: limits.open_quotes: 1000 is out of range; write 0 to 100"},
		"guesses":       {good + "limits: {codes_per_hour: 0}\n", "f.yaml:10: limits.codes_per_hour: 0 is out of range; write 1 to 100"},
		"short code":    {"short_code: abc\n", `f.yaml:1: short_code: "abc" is no short code`},
		"postgres":      {"short_code: \"123\"\nstore:\n  url: postgres://x\n", "f.yaml:3: store.url: PostgreSQL is not supported yet; write sqlite:PATH"},
		"no links":      {"short_code: \"123\"\n", "f.yaml: smpp.links: has no link; add at least one carrier"},
		"catalogue":     {"short_code: \"123\"\nticketing:\n  terminals:\n    - name: l\n      catalogue: gtfs:/nowhere.zip\n", "f.yaml:5: ticketing.terminals[0].catalogue: stat /nowhere.zip: no such file or directory; name an existing GTFS feed"},
		"long password": {"short_code: \"123\"\nsmpp:\n  links:\n    - name: l\n      password: 123456789\n", "f.yaml:5: smpp.links[0].password: has more than the 8 characters that SMPP 3.4 §5.2.2 allows"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("f.yaml", []byte(x.text), nil)
			require.Error(t, err)
			require.Contains(t, err.Error(), x.want)
		})
	}
}

func TestEnvironmentProblems(t *testing.T) {
	for env, want := range map[string]string{
		"SHORTFARE_STOR_URL=x":             "environment SHORTFARE_STOR_URL: SHORTFARE_STOR_URL: names no key",
		"SHORTFARE_ORDERS_HOLD=x":          `environment SHORTFARE_ORDERS_HOLD: orders.hold: "x" is not a time`,
		"SHORTFARE_SMPP_LINKS_0_WINDOW=0":  "environment SHORTFARE_SMPP_LINKS_0_WINDOW: smpp.links[0].window: 0 is out of range",
		"SHORTFARE_SMPP_LINKS_5_NAME=gap":  "environment: smpp.links[5]: leaves a gap in the list",
		"SHORTFARE_SMPP_LINKS_0_NOSUCH=no": "SHORTFARE_SMPP_LINKS_0_NOSUCH: names no key",
	} {
		_, err := Parse("f.yaml", []byte(good), []string{env})
		require.ErrorContains(t, err, want)
	}
}

func TestMissingFile(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "none.yaml"), nil)
	require.ErrorContains(t, err, "give an existing file with --config")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("smpp: {links: [1, {name: [a]}]}\n&a : *a\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := Parse("f.yaml", text, nil)
		if err == nil && c.Loc == nil {
			t.Fatal("valid configuration without a time zone")
		}
	})
}
