package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/booking/classes"
	"shortfare/booking/dialogue"
	"shortfare/booking/tariff"
)

func parse(t *testing.T, more string, environ ...string) *Config {
	t.Helper()
	c, err := Parse("f.yaml", []byte(good+more), environ)
	require.NoError(t, err)
	return c
}

// Without a word about it nothing is kept, nobody is asked and everybody has the same limits.
func TestSectionDefaults(t *testing.T) {
	c := parse(t, "")
	require.Equal(t, tariff.Rules{}, c.Fees.Rules)
	require.Equal(t, 30*time.Minute, c.Fees.FreeAfterMatch)
	want := classes.Defaults()
	want.Base = classes.Limits{UnpaidHolds: 3, OpenQuotes: 2, Hold: 20 * time.Minute, HoldNear: 10 * time.Minute}
	require.Equal(t, want, c.Classes.Rules)
	require.Equal(t, Identity{Verifier: "none", Timeout: 10 * time.Second, Grace: 10 * time.Minute}, c.Identity)
	require.Empty(t, c.OperatorPhones)
	require.Equal(t, Broadcast{PerSecond: 10}, c.Broadcast)
	require.Equal(t, "default", c.OptOut)
}

func TestFees(t *testing.T) {
	c := parse(t, `fees:
  preset: cr
  round: 1
  free_after_purchase: 30m
  free_after_match: 0
  cancel:
    - name: night bus
      kinds: [bus]
      classes: [sleeper]
      steps:
        - {before: 8d, percent: 0}
        - {before: 24h, percent: 7.5, min: 2, max: 80}
        - {before: -1h, percent: 7.5, fixed: "1.50", min: 27.50}
  change:
    - {later_day: true, lower_fare: true, steps: [{percent: 10}]}
`)
	cr, _ := tariff.Preset("cr")
	require.Equal(t, tariff.Rules{Round: 100, FreeAfter: 30 * time.Minute,
		Cancels: append([]tariff.Ladder{{Name: "night bus", Kinds: []booking.Kind{booking.Bus}, Classes: []string{"sleeper"}, Steps: []tariff.Step{
			{Before: 192 * time.Hour}, {Before: 24 * time.Hour, Percent: 750, Min: 200, Max: 8000}, {Before: -time.Hour, Percent: 750, Fixed: 150, Min: 2750}}}}, cr.Cancels...),
		Changes: append([]tariff.Ladder{{Name: "fees.change[0]", LaterDay: true, LowerFare: true, Steps: []tariff.Step{{Percent: 1000}}}}, cr.Changes...)}, c.Fees.Rules)
	require.Zero(t, c.Fees.FreeAfterMatch)
	require.Equal(t, cr, parse(t, "", "SHORTFARE_FEES_PRESET=cr").Fees.Rules)
}

func TestClasses(t *testing.T) {
	c := parse(t, `classes:
  ages: [18, 60]
  jobs:
    - {key: crew, en: air crew, zh: 乘务, words: [Pilot, 机长]}
  levels:
    - {name: gold, paid: 30, spent: 20000.50, last_year: true, max_cancelled: 0, max_idle: 90d}
  limits:
    - {class: gold, unpaid_holds: 0, open_quotes: 5, hold: 45m}
    - {class: "age:60+", hold_near: 20m}
    - {class: "gender:F", unpaid_holds: 4}
    - {class: job:crew, open_quotes: 3}
`)
	r := c.Classes.Rules
	none := 0
	require.Equal(t, []int{18, 60}, r.Ages)
	require.Equal(t, []classes.Level{{Name: "gold", Paid: 30, Spent: 2000050, LastYear: true, Cancelled: &none, Idle: 90 * 24 * time.Hour}}, r.Levels)
	require.Equal(t, []string{"crew"}, r.Jobs)
	require.Equal(t, []dialogue.Occupation{{Key: "crew", En: "air crew", Zh: "乘务", Words: []string{"pilot", "机长"}}}, c.Classes.Occupations)
	require.Equal(t, classes.Limits{UnpaidHolds: 0, OpenQuotes: 5, Hold: 45 * time.Minute, HoldNear: 20 * time.Minute},
		r.Limits(classes.Classes{"gold", "age:60+", "gender:F", "job:crew"}))
	require.Equal(t, classes.Limits{UnpaidHolds: 4, OpenQuotes: 2, Hold: 20 * time.Minute, HoldNear: 10 * time.Minute}, r.Limits(classes.Classes{"new", "gender:F"}))
}

func TestOperatorsAndOrders(t *testing.T) {
	c := parse(t, "operators: [\"+8613800138001\", 8613800138002]\nbroadcast: {per_second: 50}\nopt_out: us\n",
		"SHORTFARE_ORDERS_WAITLIST_CUTOFF=06:05", "SHORTFARE_ORDERS_REMINDER=0", "SHORTFARE_ORDERS_MAX_SEATS=2", "SHORTFARE_ORDERS_WAITLIST_PER_PHONE=0")
	require.Equal(t, []booking.MSISDN{8613800138001, 8613800138002}, c.OperatorPhones)
	require.Equal(t, 6*60+5, c.Orders.Waitlist.CutoffMinute)
	require.Zero(t, c.Orders.Reminder)
	require.Equal(t, 2, c.Orders.Waitlist.People, "never more than an order has")
	require.Equal(t, "us", c.OptOut)
	c = parse(t, "", "SHORTFARE_OPERATORS=8613800138001, 8613800138002")
	require.Len(t, c.OperatorPhones, 2)
	_, err := Parse("f.yaml", []byte(good), []string{"SHORTFARE_OPERATORS=8613800138001,x"})
	require.ErrorContains(t, err, "environment SHORTFARE_OPERATORS: operators[1]: ")
	c = parse(t, "callbacks: {hours: \"08:00-20:30\", within: 2h}\n")
	require.Equal(t, Callbacks{Hours: "08:00-20:30", Within: 2 * time.Hour}, c.Callbacks)
	for text, want := range map[string]string{
		"callbacks: {hours: 8-20}\n":            `callbacks.hours: "8-20" are no hours; write HH:MM-HH:MM`,
		"callbacks: {hours: \"08:00-25:00\"}\n": `callbacks.hours: "08:00-25:00" are no hours`,
		"callbacks: {within: 10s}\n":            "callbacks.within: 10s is out of range",
	} {
		_, err := Parse("f", []byte(text), nil)
		require.ErrorContains(t, err, want)
	}
	_, err = Parse("f.yaml", []byte(strings.Replace(good, "hold: 20m", "reminder: 0, hold: 20m", 1)), nil)
	require.NoError(t, err)
}

// O01: testdata/problems.txt holds configurations and, word for word, what is
// said about them.
func TestO01Problems(t *testing.T) {
	text, err := os.ReadFile("testdata/problems.txt")
	require.NoError(t, err)
	n := 0
	for _, one := range strings.Split(string(text), "\n== ")[1:] {
		name, rest, ok := strings.Cut(one, "\n")
		require.True(t, ok)
		yaml, want, ok := strings.Cut(rest, "\n--\n")
		require.True(t, ok, name)
		t.Run(name, func(t *testing.T) {
			_, err := Parse("f.yaml", []byte("short_code: \"12345\"\nsmpp: {links: [{name: a, addr: h:1, system_id: x}]}\nticketing: {terminals: [{name: local}]}\n"+yaml+"\n"), nil)
			require.Error(t, err)
			require.Equal(t, strings.TrimSpace(want), err.Error())
		})
		n++
	}
	require.Greater(t, n, 30)
}

// A register is asked safely or not at all: its files are read when the
// configuration is.
func TestIdentityFiles(t *testing.T) {
	dir := t.TempDir()
	cert, priv := certificate(t, dir)
	key := filepath.Join(dir, "shared.key")
	require.NoError(t, os.WriteFile(key, []byte(strings.Repeat("k", 32)+"\n"), 0o400))
	section := func(keys string) string { return "identity: {verifier: http, " + keys + "}\n" }
	c := parse(t, section("url: \"https://register.example/v\", key_file: "+key+", ca_file: "+cert+", cert_file: "+cert+", cert_key_file: "+priv+", timeout: 5s, grace: 0s"))
	require.Equal(t, strings.Repeat("k", 32), string(c.Identity.Key))
	require.Len(t, c.Identity.Secured.Certificates, 1)
	require.NotNil(t, c.Identity.Secured.RootCAs)
	require.False(t, c.Identity.Secured.InsecureSkipVerify)
	c = parse(t, section("url: \"http://127.0.0.1:9000/v\", key_file: "+key))
	require.Nil(t, c.Identity.Secured)

	open := filepath.Join(dir, "open.key")
	require.NoError(t, os.WriteFile(open, []byte(strings.Repeat("k", 32)), 0o600))
	require.NoError(t, os.Chmod(open, 0o644))
	const url = "url: \"https://h/v\", "
	for keys, want := range map[string]string{
		url + "key_file: " + open + ", ca_file: " + cert:                                                      "identity.key_file: mode of key file " + open + " is 0644, so that others can read it; do: chmod 0400 " + open,
		url + "key_file: /none, ca_file: " + cert:                                                             "identity.key_file: key file: open /none: no such file",
		url + "key_file: " + key:                                                                              "identity.ca_file: is empty; name the file",
		url + "key_file: " + key + ", ca_file: /none":                                                         "identity.ca_file: open /none: no such file",
		url + "key_file: " + key + ", ca_file: " + priv:                                                       "holds no certificate in PEM",
		url + "key_file: " + key + ", ca_file: " + cert + ", cert_file: " + cert:                              "identity.cert_file: needs both",
		url + "key_file: " + key + ", ca_file: " + cert + ", cert_file: " + cert + ", cert_key_file: " + cert: "identity.cert_file: our certificate",
		"url: \"http://register.example/v\", key_file: " + key:                                                "identity.url: is not secured; write https",
	} {
		_, err := Parse("f.yaml", []byte(good+section(keys)), nil)
		require.ErrorContains(t, err, "f.yaml:10: "[:10])
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "kkkkkk")
	}
}
