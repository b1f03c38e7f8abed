// Package config reads and checks the operator's configuration.
//
// viper merges the file, the environment and the defaults; a walk over the
// YAML tree finds unknown and repeated keys and gives every complaint its line.
package config

import (
	"time"
)

// Config is the whole configuration. The names are the operator's contract.
type Config struct {
	ShortCode string    `mapstructure:"short_code"`
	Timezone  string    `mapstructure:"timezone"`
	Store     Store     `mapstructure:"store"`
	Vault     Vault     `mapstructure:"vault"`
	HTTP      HTTP      `mapstructure:"http"`
	SMPP      SMPP      `mapstructure:"smpp"`
	Ticketing Ticketing `mapstructure:"ticketing"`
	Bank      Bank      `mapstructure:"bank"`
	Orders    Orders    `mapstructure:"orders"`
	Limits    Limits    `mapstructure:"limits"`
	PANBySMS  string    `mapstructure:"pan_by_sms"` // accept or reject
	Log       Log       `mapstructure:"log"`

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

// HTTP is the listener for health, metrics and, later, pages.
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
	SaleDays  int           `mapstructure:"sale_days"`
}

// Limits are per phone; 0 is no limit.
type Limits struct {
	TextsPer5Min int `mapstructure:"texts_per_5min"`
	UnpaidHolds  int `mapstructure:"unpaid_holds"` // a day
	OpenQuotes   int `mapstructure:"open_quotes"`
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
		"http.listen":  "127.0.0.1:8080",
		"bank.adapter": "sim", "bank.ledger": "",
		"orders.hold": "30m", "orders.hold_near": "10m", "orders.code_tries": "5", "orders.sale_days": "15",
		"limits.texts_per_5min": "30", "limits.unpaid_holds": "3", "limits.open_quotes": "2",
		"smpp.undelivered": "resend", "pan_by_sms": "accept", "log.level": "info",
	}
}

// terminalDefaults fill what a list element leaves out.
func terminalDefaults() Terminal {
	return Terminal{Adapter: "local", Catalogue: "demo", Seats: 1000}
}
