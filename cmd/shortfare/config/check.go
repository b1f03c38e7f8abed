package config

import (
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"
	"time"

	"shortfare/booking"
)

// checker collects complaints about values.
type checker struct {
	t   *tree
	env *envValues
	p   Problems
}

func (k *checker) bad(key, format string, args ...any) {
	k.p = append(k.p, Problem{Where: k.t.where(key, k.env), Key: key, What: fmt.Sprintf(format, args...)})
}

// given tells whether the file or the environment has the key.
func (k *checker) given(key string) bool {
	_, file := k.t.lines[key]
	_, env := k.env.names[key]
	return file || env
}

func (k *checker) oneOf(key, value string, allowed ...string) {
	for _, a := range allowed {
		if value == a {
			return
		}
	}
	k.bad(key, "%q is not known; write one of %s", value, strings.Join(allowed, ", "))
}

func (k *checker) between(key string, v, low, high int) {
	if v < low || v > high {
		k.bad(key, "%d is out of range; write %d to %d", v, low, high)
	}
}

func (k *checker) hostPort(key, value string) {
	if _, port, err := net.SplitHostPort(value); err != nil || port == "" {
		k.bad(key, "%q is no address; write HOST:PORT, such as 127.0.0.1:2775", value)
	}
}

func (k *checker) duration(key string, d, low, high time.Duration) {
	if d < low || d > high {
		k.bad(key, "%s is out of range; write %s to %s", d, low, high)
	}
}

// check looks at every value and loads what the file points to: the time
// zone and password files.
func (c *Config) check(t *tree, env *envValues) Problems {
	k := &checker{t: t, env: env}
	if !regexp.MustCompile(`^[0-9]{3,15}$`).MatchString(c.ShortCode) {
		k.bad("short_code", "%q is no short code; write the 3 to 15 digits that customers text, in quotes", c.ShortCode)
	}
	loc, err := time.LoadLocation(c.Timezone)
	if err != nil || c.Timezone == "" {
		k.bad("timezone", "%q is not known; write a name such as Asia/Shanghai", c.Timezone)
	}
	c.Loc = loc
	switch {
	case strings.HasPrefix(c.Store.URL, "sqlite:") && len(c.Store.URL) > len("sqlite:"):
	case strings.HasPrefix(c.Store.URL, "postgres"):
		k.bad("store.url", "PostgreSQL is not supported yet; write sqlite:PATH")
	default:
		k.bad("store.url", "%q is no store; write sqlite:PATH", c.Store.URL)
	}
	if c.Vault.KeyFile == "" {
		k.bad("vault.key_file", "is empty; name the file that holds the key")
	}
	k.hostPort("http.listen", c.HTTP.Listen)
	c.checkConsole(k)
	c.checkLinks(k)
	k.oneOf("smpp.undelivered", c.SMPP.Undelivered, "resend", "leave")
	c.checkTerminals(k)
	k.oneOf("bank.adapter", c.Bank.Adapter, "sim")
	k.duration("orders.hold", c.Orders.Hold, time.Minute, 24*time.Hour)
	k.duration("orders.hold_near", c.Orders.HoldNear, time.Minute, c.Orders.Hold)
	k.between("orders.code_tries", c.Orders.CodeTries, 1, 10)
	k.duration("orders.code_life", c.Orders.CodeLife, time.Minute, time.Hour)
	k.between("orders.sale_days", c.Orders.SaleDays, 1, 365)
	c.checkOrders(k)
	c.checkLimits(k)
	c.checkFees(k)
	c.checkClasses(k)
	c.checkIdentity(k)
	c.checkOperators(k)
	k.oneOf("opt_out", c.OptOut, "default", "us", "cn")
	k.oneOf("messages_long", c.MessagesLong, "refuse", "allow")
	k.oneOf("pan_by_sms", c.PANBySMS, "accept", "reject")
	k.oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	return k.p
}

func (c *Config) checkLimits(k *checker) {
	l := &c.Limits
	if l.TextsPer5Min == 0 { // who has lifted it wants none that he does not name
		for key, v := range map[string]*int{"limits.texts_per_second": &l.TextsPerSecond, "limits.prefix_per_second": &l.PrefixPerSecond,
			"limits.texts_per_min": &l.TextsPerMin, "limits.texts_per_day": &l.TextsPerDay} {
			if !k.given(key) {
				*v = 0
			}
		}
	}
	k.between("limits.texts_per_second", l.TextsPerSecond, 0, 1000)
	k.between("limits.texts_burst", l.TextsBurst, 1, 1000)
	k.between("limits.prefix_per_second", l.PrefixPerSecond, 0, 100000)
	k.between("limits.texts_per_min", l.TextsPerMin, 0, 100000)
	k.between("limits.texts_per_5min", l.TextsPer5Min, 0, 100000)
	k.between("limits.texts_per_day", l.TextsPerDay, 0, 10000000)
	k.between("limits.unpaid_holds", l.UnpaidHolds, 0, 100000)
	k.between("limits.open_quotes", l.OpenQuotes, 0, 100)
	k.between("limits.cancels_a_day", l.CancelsADay, 0, 1000)
	k.between("limits.codes_per_hour", l.CodesPerHour, 1, 100)
	k.between("limits.unknown_orders", l.UnknownOrders, 1, 100)
	k.between("limits.new_accounts", l.NewAccounts, 0, 100)
	k.between("limits.account_declines", l.AccountDeclines, 0, 1000)
	k.between("limits.bin_declines", l.BINDeclines, 0, 100000)
	if l.Recycle != 0 {
		k.duration("limits.recycle", l.Recycle, 24*time.Hour, 20*365*24*time.Hour)
	}
	k.duration("limits.unconfirmed", l.Unconfirmed, time.Hour, 30*24*time.Hour)
}

func (c *Config) checkOrders(k *checker) {
	o := &c.Orders
	k.between("orders.max_seats", o.MaxSeats, 1, 9)
	k.between("orders.max_changes", o.MaxChanges, 0, 9)
	if o.Reminder != 0 {
		k.duration("orders.reminder", o.Reminder, 10*time.Minute, 48*time.Hour)
	}
	k.duration("orders.slow_after", o.SlowAfter, time.Second, time.Minute)
	k.between("orders.waitlist.per_phone", o.Waitlist.PerPhone, 0, 20)
	k.between("orders.waitlist.people", o.Waitlist.People, 1, 9)
	o.Waitlist.People = min(o.Waitlist.People, o.MaxSeats)
	at, err := time.Parse("15:04", o.Waitlist.Cutoff)
	if err != nil {
		k.bad("orders.waitlist.cutoff", "%q is no time of day; write HH:MM in quotes, such as \"19:00\"", o.Waitlist.Cutoff)
	}
	o.Waitlist.CutoffMinute = at.Hour()*60 + at.Minute()
}

// callHours are the hours in which customers are called.
var callHours = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$`)

func (c *Config) checkOperators(k *checker) {
	seen := map[booking.MSISDN]bool{}
	for i, s := range c.Operators {
		m, err := booking.ParseMSISDN(s)
		switch {
		case err != nil:
			k.bad(fmt.Sprintf("operators[%d]", i), "%v; write the number as the carrier sends it, such as \"8613800138001\"", err)
		case seen[m]:
			k.bad(fmt.Sprintf("operators[%d]", i), "is named twice; name it once")
		default:
			c.OperatorPhones = append(c.OperatorPhones, m)
		}
		seen[m] = true
	}
	if h := c.Callbacks.Hours; h != "" && !callHours.MatchString(h) {
		k.bad("callbacks.hours", "%q are no hours; write HH:MM-HH:MM in quotes, such as \"08:00-20:00\"", h)
	}
	if c.Callbacks.Within != 0 {
		k.duration("callbacks.within", c.Callbacks.Within, time.Minute, 72*time.Hour)
	}
	k.between("broadcast.per_second", c.Broadcast.PerSecond, 1, 10000)
}

func (c *Config) checkTerminals(k *checker) {
	if len(c.Ticketing.Terminals) == 0 {
		k.bad("ticketing.terminals", "has no terminal; add one, such as {name: local, adapter: local, catalogue: demo}")
	}
	if len(c.Ticketing.Terminals) > 1 {
		k.bad("ticketing.terminals[1]", "only one terminal is supported yet; keep one")
	}
	for i, t := range c.Ticketing.Terminals {
		at := func(f string) string { return fmt.Sprintf("ticketing.terminals[%d].%s", i, f) }
		if t.Name == "" {
			k.bad(at("name"), "is empty; give the terminal a name")
		}
		k.oneOf(at("adapter"), t.Adapter, "local")
		if path, ok := strings.CutPrefix(t.Catalogue, "gtfs:"); ok {
			if _, err := os.Stat(path); err != nil {
				k.bad(at("catalogue"), "%v; name an existing GTFS feed", err)
			}
		} else if t.Catalogue != "demo" {
			k.bad(at("catalogue"), "%q is no catalogue; write demo or gtfs:PATH.zip", t.Catalogue)
		}
		k.between(at("seats"), t.Seats, 1, 100000)
		if t.Fares != "" && t.Fares != "distance" && t.Fares != "files" && !strings.HasPrefix(t.Fares, "fixed:") {
			k.bad(at("fares"), "%q is not known; write distance, files or fixed:AMOUNT", t.Fares)
		}
	}
}
