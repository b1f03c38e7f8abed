// Package config reads and checks the operator's configuration.
//
// viper merges the file, the environment and the defaults; a walk over the
// YAML tree finds unknown and repeated keys and gives every complaint its line.
package config

import (
	"time"

	"shortfare/booking"
)

// Config is the whole configuration. The names are the operator's contract.
type Config struct {
	ShortCode string    `mapstructure:"short_code"`
	Timezone  string    `mapstructure:"timezone"`
	Store     Store     `mapstructure:"store"`
	Vault     Vault     `mapstructure:"vault"`
	HTTP      HTTP      `mapstructure:"http"`
	Console   Console   `mapstructure:"console"`
	SMPP      SMPP      `mapstructure:"smpp"`
	Ticketing Ticketing `mapstructure:"ticketing"`
	Bank      Bank      `mapstructure:"bank"`
	Orders    Orders    `mapstructure:"orders"`
	Limits    Limits    `mapstructure:"limits"`
	Fees      Fees      `mapstructure:"fees"`
	Classes   Classes   `mapstructure:"classes"`
	Identity  Identity  `mapstructure:"identity"`
	Operators []string  `mapstructure:"operators"` // phones that may send STAT, HOLD, OPEN, BCAST, DESK, REVIEW
	Callbacks Callbacks `mapstructure:"callbacks"`
	Broadcast Broadcast `mapstructure:"broadcast"`
	OptOut    string    `mapstructure:"opt_out"`    // default, us or cn
	PANBySMS  string    `mapstructure:"pan_by_sms"` // accept or reject
	// MessagesDir has files of more languages, fr.txt, and of words that take the
	// place of built-in ones, en.txt; none when empty.
	MessagesDir string `mapstructure:"messages_dir"`
	// MessagesLong says what of MessagesDir may need a second segment: refuse or allow.
	MessagesLong string `mapstructure:"messages_long"`
	Log          Log    `mapstructure:"log"`

	// OperatorPhones are Operators, read.
	OperatorPhones []booking.MSISDN `mapstructure:"-"`
	// Loc is Timezone, loaded.
	Loc *time.Location `mapstructure:"-"`

	where func(key string) string `mapstructure:"-"`
}

// Problem makes a complaint about a key that only its user can find out, with
// the place the value came from.
func (c *Config) Problem(key, what string) Problems {
	return Problems{{Where: c.where(key), Key: key, What: what}}
}

// Store says where everything durable is kept.
type Store struct {
	URL string `mapstructure:"url"` // sqlite:PATH
}

// Vault says where the key of all secrets is.
type Vault struct {
	KeyFile string `mapstructure:"key_file"` // 32 random bytes in base64, mode 0400
}

// HTTP is the listener for health and metrics.
type HTTP struct {
	Listen string `mapstructure:"listen"`
}

// SMPP holds the carriers' links.
type SMPP struct {
	Links []Link `mapstructure:"links"`
	// Undelivered says what becomes of a ticket that a carrier could not deliver.
	Undelivered string `mapstructure:"undelivered"` // resend (once) or leave
}

// Ticketing holds the ticket terminals.
type Ticketing struct {
	Terminals []Terminal `mapstructure:"terminals"`
}

// Terminal is one ticket terminal.
type Terminal struct {
	Name      string `mapstructure:"name"`
	Adapter   string `mapstructure:"adapter"`   // local
	Catalogue string `mapstructure:"catalogue"` // demo or gtfs:PATH.zip
	Seats     int    `mapstructure:"seats"`
	Fares     string `mapstructure:"fares"`     // distance, files or fixed:AMOUNT; the catalogue's own when empty, else by distance
	Inventory string `mapstructure:"inventory"` // file of the local inventory; beside the store when empty
	Named     bool   `mapstructure:"named"`     // tickets are sold by name: every seat needs a passenger
}

// Bank is the bank collection system.
type Bank struct {
	Adapter string `mapstructure:"adapter"` // sim
	Ledger  string `mapstructure:"ledger"`  // file of the simulator's ledger; beside the store when empty
}

// Orders holds the times and tries of orders.
type Orders struct {
	Hold      time.Duration `mapstructure:"hold"`
	HoldNear  time.Duration `mapstructure:"hold_near"` // when departure is within two hours
	CodeTries int           `mapstructure:"code_tries"`
	CodeLife  time.Duration `mapstructure:"code_life"` // never beyond the hold
	SaleDays  int           `mapstructure:"sale_days"`
	MaxSeats  int           `mapstructure:"max_seats"` // people of one order
	// MaxChanges is how often a ticket may be changed, what its carrier caused not counted; 0 is no limit.
	MaxChanges int           `mapstructure:"max_changes"`
	Reminder   time.Duration `mapstructure:"reminder"`   // before departure; 0 is none
	SlowAfter  time.Duration `mapstructure:"slow_after"` // then a text is told that it is being worked on
	Waitlist   Waitlist      `mapstructure:"waitlist"`
}

// Waitlist holds the limits of waiting orders.
type Waitlist struct {
	PerPhone int    `mapstructure:"per_phone"` // 0 is no waitlist
	People   int    `mapstructure:"people"`    // of one waiting order
	Cutoff   string `mapstructure:"cutoff"`    // HH:MM of the day before departure

	// CutoffMinute is Cutoff as minutes after midnight.
	CutoffMinute int `mapstructure:"-"`
}

// Broadcast bounds what operators send to many.
type Broadcast struct {
	PerSecond int `mapstructure:"per_second"`
}

// Callbacks say what customers who want a person are promised; nothing when both are empty.
type Callbacks struct {
	Hours  string        `mapstructure:"hours"`  // HH:MM-HH:MM, when customers are called
	Within time.Duration `mapstructure:"within"` // how soon; 0 is no promise
}

// Limits are per phone but for one; 0 is no limit.
type Limits struct {
	TextsPerSecond  int `mapstructure:"texts_per_second"`  // the pace: what is beyond it goes last
	TextsBurst      int `mapstructure:"texts_burst"`       // texts at once that are within the pace
	PrefixPerSecond int `mapstructure:"prefix_per_second"` // of the ten thousand numbers that differ in their last four digits
	TextsPerMin     int `mapstructure:"texts_per_min"`
	TextsPer5Min    int `mapstructure:"texts_per_5min"`
	TextsPerDay     int `mapstructure:"texts_per_day"`

	UnpaidHolds  int `mapstructure:"unpaid_holds"` // a day
	OpenQuotes   int `mapstructure:"open_quotes"`
	CancelsADay  int `mapstructure:"cancels_a_day"`  // of paid orders
	CodesPerHour int `mapstructure:"codes_per_hour"` // wrong codes over all questions; never without limit
	// UnknownOrders are texts in an hour about orders that the phone does not have; never without limit.
	UnknownOrders int `mapstructure:"unknown_orders"`
	NewAccounts   int `mapstructure:"new_accounts"` // used for the first time, a day
	// AccountDeclines of one account in a day and BINDeclines of new ones with the same first
	// digits in an hour are over all phones.
	AccountDeclines int `mapstructure:"account_declines"`
	BINDeclines     int `mapstructure:"bin_declines"`

	Recycle     time.Duration `mapstructure:"recycle"`     // a number silent for so long may be somebody else's
	Unconfirmed time.Duration `mapstructure:"unconfirmed"` // what was asked about and never confirmed is erased after it
}

// Log says what is logged.
type Log struct {
	Level string `mapstructure:"level"` // debug, info, warn or error
}

// defaults of every scalar key. Lists have none: a carrier cannot be guessed.
func defaults() map[string]any {
	return map[string]any{
		"short_code": "", "timezone": "Asia/Shanghai",
		"store.url": "sqlite:./shortfare-data/shortfare.db", "vault.key_file": "./shortfare-data/vault.key",
		"http.listen":    "127.0.0.1:8080",
		"console.listen": "", "console.operators_file": "", "console.hosts": "", "console.cert_file": "", "console.key_file": "",
		"bank.adapter": "sim", "bank.ledger": "",
		"orders.hold": "30m", "orders.hold_near": "10m", "orders.code_tries": "5", "orders.code_life": "10m", "orders.sale_days": "15",
		"orders.max_seats": "5", "orders.max_changes": "1", "orders.reminder": "2h", "orders.slow_after": "5s",
		"orders.waitlist.per_phone": "2", "orders.waitlist.people": "3", "orders.waitlist.cutoff": "19:00",
		"limits.texts_per_second": "1", "limits.texts_burst": "5", "limits.prefix_per_second": "500",
		"limits.texts_per_min": "60", "limits.texts_per_5min": "30", "limits.texts_per_day": "1000",
		"limits.unpaid_holds": "3", "limits.open_quotes": "2",
		"limits.cancels_a_day": "3", "limits.codes_per_hour": "10", "limits.unknown_orders": "10", "limits.new_accounts": "5", "limits.account_declines": "5", "limits.bin_declines": "20", "limits.recycle": "180d", "limits.unconfirmed": "24h",
		"fees.preset": "none", "fees.round": "", "fees.free_after_purchase": "0s", "fees.free_after_match": "30m",
		"identity.verifier": "none", "identity.url": "", "identity.key_file": "", "identity.ca_file": "", "identity.cert_file": "",
		"identity.cert_key_file": "", "identity.timeout": "10s", "identity.grace": "10m",
		"operators": "", "callbacks.hours": "", "callbacks.within": "0s", "broadcast.per_second": "10", "opt_out": "default", "messages_dir": "", "messages_long": "refuse",
		"smpp.undelivered": "resend", "pan_by_sms": "accept", "log.level": "info",
	}
}

// terminalDefaults fill what a list element leaves out.
func terminalDefaults() Terminal {
	return Terminal{Adapter: "local", Catalogue: "demo", Seats: 1000}
}
