package config

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Link is one bind to a carrier's SMSC. smpp/link/README.md is its manual.
type Link struct {
	Name         string `mapstructure:"name"`
	Carrier      string `mapstructure:"carrier"` // whose bind it is; the link's name when empty
	Addr         string `mapstructure:"addr"`
	SystemID     string `mapstructure:"system_id"`
	Password     string `mapstructure:"password"`
	PasswordFile string `mapstructure:"password_file"`
	SystemType   string `mapstructure:"system_type"`
	AddressRange string `mapstructure:"address_range"`
	AddressTON   int    `mapstructure:"address_ton"`
	AddressNPI   int    `mapstructure:"address_npi"`
	Bind         string `mapstructure:"bind"`      // transceiver, receiver or transmitter
	BindFrom     string `mapstructure:"bind_from"` // address of this host
	TLS          TLS    `mapstructure:"tls"`

	Weight        int           `mapstructure:"weight"`
	ShortCodes    []string      `mapstructure:"short_codes"`
	Prefixes      []string      `mapstructure:"prefixes"`
	FailoverAfter time.Duration `mapstructure:"failover_after"`

	Window      int           `mapstructure:"window"`
	WindowIn    int           `mapstructure:"window_in"`
	Rate        int           `mapstructure:"rate"` // parts per second; 0 is no limit
	EnquireLink time.Duration `mapstructure:"enquire_link"`
	Response    time.Duration `mapstructure:"response"`
	Inactivity  time.Duration `mapstructure:"inactivity"` // 0 is for ever
	AlarmAge    time.Duration `mapstructure:"alarm_age"`

	DefaultAlphabet string `mapstructure:"default_alphabet"` // gsm7, latin1 or ascii
	DCS15           string `mapstructure:"dcs15"`            // gbk or default
	ShiftTables     string `mapstructure:"shift_tables"`     // read or ignore
	SourceTON       *int   `mapstructure:"source_ton"`
	SourceNPI       *int   `mapstructure:"source_npi"`
	DestTON         *int   `mapstructure:"dest_ton"`
	DestNPI         *int   `mapstructure:"dest_npi"`

	Submit             string        `mapstructure:"submit"`              // submit_sm or data_sm
	Long               string        `mapstructure:"long"`                // udh8, udh16, sar or payload
	RegisteredDelivery string        `mapstructure:"registered_delivery"` // tickets, all or none
	UserReference      bool          `mapstructure:"user_reference"`      // send user_message_reference
	Validity           time.Duration `mapstructure:"validity"`            // 0 is the carrier's own
	ReceiptIDs         string        `mapstructure:"receipt_ids"`         // same, hex-to-decimal, decimal-to-hex or any

	UnknownTicket string            `mapstructure:"unknown_ticket"` // resend, never, or a time to wait before resending
	UnknownReply  string            `mapstructure:"unknown_reply"`
	UnknownNotice string            `mapstructure:"unknown_notice"`
	Statuses      map[string]string `mapstructure:"statuses"` // 0x0400: later or fail
	DedupeWindow  time.Duration     `mapstructure:"dedupe_window"`
	QueryAfter    time.Duration     `mapstructure:"query_after"`  // 0: the carrier is not asked
	CancelAfter   time.Duration     `mapstructure:"cancel_after"` // 0: nothing is taken back

	OutbindListen       string `mapstructure:"outbind_listen"`
	OutbindID           string `mapstructure:"outbind_id"`
	OutbindPasswordFile string `mapstructure:"outbind_password_file"`

	// OutbindPassword is what outbind_password_file holds.
	OutbindPassword string `mapstructure:"-"`
	// Secured is the client side of TLS, nil without it.
	Secured *tls.Config `mapstructure:"-"`
	// StatusTable is Statuses by number: true is later.
	StatusTable map[uint32]bool `mapstructure:"-"`
}

// TLS names the files of a secured connection. With any of them the link never
// speaks in plain text.
type TLS struct {
	CA         string `mapstructure:"ca"` // PEM: the only authorities that are trusted
	Cert       string `mapstructure:"cert"`
	Key        string `mapstructure:"key"`
	ServerName string `mapstructure:"server_name"` // in the carrier's certificate; the host of addr when empty
}

// linkDefaults fill what a list element leaves out.
func linkDefaults() Link {
	return Link{Bind: "transceiver", Weight: 1, FailoverAfter: 5 * time.Second, Window: 100, WindowIn: 1000, EnquireLink: 30 * time.Second,
		Response: 30 * time.Second, AlarmAge: 2 * time.Minute, DefaultAlphabet: "gsm7", DCS15: "gbk", ShiftTables: "read",
		Submit: "submit_sm", Long: "udh8", RegisteredDelivery: "tickets", ReceiptIDs: "same",
		UnknownTicket: "resend", UnknownReply: "resend", UnknownNotice: "resend", DedupeWindow: 10 * time.Minute}
}

// Unknown reads a policy for submits without an answer: how long to wait, and
// whether a second copy is never sent. ok is false for a word that is none.
func Unknown(word string) (wait time.Duration, never, ok bool) {
	switch word {
	case "resend":
		return 0, false, true
	case "never":
		return 0, true, true
	}
	wait, err := time.ParseDuration(word)
	return wait, false, err == nil && wait > 0 && wait <= time.Hour
}

func (c *Config) checkLinks(k *checker) {
	if len(c.SMPP.Links) == 0 {
		k.bad("smpp.links", "has no link; add at least one carrier")
	}
	names := map[string]int{}
	carriers := map[string]bool{}
	for i := range c.SMPP.Links {
		l := &c.SMPP.Links[i]
		at := func(f string) string { return fmt.Sprintf("smpp.links[%d].%s", i, f) }
		if _, twice := names[l.Name]; l.Name == "" || twice {
			k.bad(at("name"), "%q must be a name of its own", l.Name)
		}
		names[l.Name] = i
		if l.Carrier == "" {
			l.Carrier = l.Name
		}
		carriers[l.Carrier] = carriers[l.Carrier] || l.Bind != "receiver"
		l.checkBind(k, at)
		l.checkTraffic(k, at)
		l.checkTexts(k, at)
		l.checkUnknown(k, at)
		c.checkQuery(k, at, l)
		l.checkTLS(k, at)
		l.checkOutbind(k, at)
	}
	for i := range c.SMPP.Links {
		l := &c.SMPP.Links[i]
		if j, other := names[l.Carrier]; other && j != i && c.SMPP.Links[j].Carrier != l.Carrier {
			k.bad(fmt.Sprintf("smpp.links[%d].carrier", i), "%q is the name of a link of carrier %q; give the carrier another name", l.Carrier, c.SMPP.Links[j].Carrier)
		}
		if !carriers[l.Carrier] {
			k.bad(fmt.Sprintf("smpp.links[%d].bind", i), "carrier %q has receivers only and could not answer; add a transmitter", l.Carrier)
		}
	}
}

func (l *Link) checkBind(k *checker, at func(string) string) {
	k.hostPort(at("addr"), l.Addr)
	if n := len(l.SystemID); n < 1 || n > 15 {
		k.bad(at("system_id"), "must have 1 to 15 characters (SMPP 3.4 §5.2.1)")
	}
	l.Password = k.secret(at, "password", l.Password, l.PasswordFile)
	if len(l.SystemType) > 12 {
		k.bad(at("system_type"), "has more than the 12 characters that SMPP 3.4 §5.2.3 allows")
	}
	if len(l.AddressRange) > 40 {
		k.bad(at("address_range"), "has more than the 40 characters that SMPP 3.4 §5.2.7 allows")
	}
	k.between(at("address_ton"), l.AddressTON, 0, 255)
	k.between(at("address_npi"), l.AddressNPI, 0, 255)
	k.oneOf(at("bind"), l.Bind, "transceiver", "receiver", "transmitter")
	if l.BindFrom != "" && net.ParseIP(l.BindFrom) == nil {
		k.bad(at("bind_from"), "%q is no IP address; write one of this host", l.BindFrom)
	}
}

// secret returns a password that stands in the file or in a file of its own.
func (k *checker) secret(at func(string) string, key, value, file string) string {
	if file != "" {
		if value != "" {
			k.bad(at(key+"_file"), "%s is given too; keep one of them", key)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			k.bad(at(key+"_file"), "%v; create it or correct the path", err)
		}
		value = strings.TrimRight(string(text), "\r\n")
	}
	if len(value) > 8 {
		k.bad(at(key), "has more than the 8 characters that SMPP 3.4 §5.2.2 allows")
	}
	return value
}

func (l *Link) checkTraffic(k *checker, at func(string) string) {
	k.between(at("weight"), l.Weight, 1, 1000)
	for _, s := range l.ShortCodes {
		if !regexp.MustCompile(`^[0-9]{3,15}$`).MatchString(s) {
			k.bad(at("short_codes"), "%q is no short code; write 3 to 15 digits, in quotes", s)
		}
	}
	for _, s := range l.Prefixes {
		if !regexp.MustCompile(`^[1-9][0-9]{0,14}$`).MatchString(s) {
			k.bad(at("prefixes"), "%q is no beginning of a number; write digits as the carrier sends them, without + or 00, in quotes", s)
		}
	}
	k.duration(at("failover_after"), l.FailoverAfter, time.Millisecond, 24*time.Hour)
	k.between(at("window"), l.Window, 1, 10000)
	k.between(at("window_in"), l.WindowIn, 1, 100000)
	k.between(at("rate"), l.Rate, 0, 1000000)
	k.duration(at("enquire_link"), l.EnquireLink, time.Second, time.Hour)
	k.duration(at("response"), l.Response, time.Second, 10*time.Minute)
	if l.Inactivity != 0 {
		k.duration(at("inactivity"), l.Inactivity, time.Minute, 24*time.Hour)
	}
	k.duration(at("alarm_age"), l.AlarmAge, time.Second, 24*time.Hour)
	k.duration(at("dedupe_window"), l.DedupeWindow, time.Second, 24*time.Hour)
}

func (l *Link) checkTexts(k *checker, at func(string) string) {
	k.oneOf(at("default_alphabet"), l.DefaultAlphabet, "gsm7", "latin1", "ascii")
	k.oneOf(at("dcs15"), l.DCS15, "gbk", "default")
	k.oneOf(at("shift_tables"), l.ShiftTables, "read", "ignore")
	for key, v := range map[string]*int{"source_ton": l.SourceTON, "source_npi": l.SourceNPI, "dest_ton": l.DestTON, "dest_npi": l.DestNPI} {
		if v != nil {
			k.between(at(key), *v, 0, 255)
		}
	}
	k.oneOf(at("submit"), l.Submit, "submit_sm", "data_sm")
	k.oneOf(at("long"), l.Long, "udh8", "udh16", "sar", "payload")
	k.oneOf(at("registered_delivery"), l.RegisteredDelivery, "tickets", "all", "none")
	if l.Validity != 0 {
		k.duration(at("validity"), l.Validity, time.Minute, 31*24*time.Hour)
	}
	k.oneOf(at("receipt_ids"), l.ReceiptIDs, "same", "hex-to-decimal", "decimal-to-hex", "any")
}

func (l *Link) checkUnknown(k *checker, at func(string) string) {
	for key, word := range map[string]string{"unknown_ticket": l.UnknownTicket, "unknown_reply": l.UnknownReply, "unknown_notice": l.UnknownNotice} {
		if _, _, ok := Unknown(word); !ok {
			k.bad(at(key), "%q is not known; write resend, never, or a time up to 1h to wait before resending, such as 2m", word)
		}
	}
	l.StatusTable = map[uint32]bool{}
	for status, word := range l.Statuses {
		n, err := strconv.ParseUint(status, 0, 32)
		if err != nil || n == 0 {
			k.bad(at("statuses"), "%q is no command_status; write a number such as 0x0400", status)
		}
		k.oneOf(at("statuses."+status), word, "later", "fail")
		l.StatusTable[uint32(n)] = word == "later"
	}
}

// checkQuery looks at what is asked of a carrier about texts.
func (c *Config) checkQuery(k *checker, at func(string) string, l *Link) {
	if l.QueryAfter != 0 {
		k.duration(at("query_after"), l.QueryAfter, 10*time.Second, 7*24*time.Hour)
		if l.Bind == "receiver" {
			k.bad(at("query_after"), "a receiver cannot ask (SMPP 3.4 table 2-1); set it on a link that sends")
		}
	}
	if l.CancelAfter == 0 {
		return
	}
	k.duration(at("cancel_after"), l.CancelAfter, time.Minute, 23*time.Hour)
	others := 0
	for i := range c.SMPP.Links {
		if o := &c.SMPP.Links[i]; o.Bind != "receiver" && o.Carrier != l.Carrier && o.Name != l.Carrier {
			others++
		}
	}
	switch {
	case l.QueryAfter == 0:
		k.bad(at("cancel_after"), "needs query_after: only what the carrier says is still on its way is taken back")
	case others == 0:
		k.bad(at("cancel_after"), "has no other carrier to send the ticket over; add one or remove it")
	case c.SMPP.Undelivered == "leave":
		k.bad(at("cancel_after"), "would lose the ticket: smpp.undelivered is leave; set that to resend")
	}
}

// checkTLS loads the files: a link that can't be secured must not start.
func (l *Link) checkTLS(k *checker, at func(string) string) {
	t := l.TLS
	if t == (TLS{}) {
		return
	}
	l.Secured = &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.ServerName, RootCAs: x509.NewCertPool()}
	if pem, err := os.ReadFile(t.CA); err != nil {
		k.bad(at("tls.ca"), "%v; name the file with the carrier's authority", err)
	} else if !l.Secured.RootCAs.AppendCertsFromPEM(pem) {
		k.bad(at("tls.ca"), "%s holds no certificate in PEM", t.CA)
	}
	switch {
	case (t.Cert == "") != (t.Key == ""):
		k.bad(at("tls.cert"), "needs both cert and key, or neither")
	case t.Cert != "":
		pair, err := tls.LoadX509KeyPair(t.Cert, t.Key)
		if err != nil {
			k.bad(at("tls.cert"), "%v; name the files of our certificate and its key", err)
		}
		l.Secured.Certificates = []tls.Certificate{pair}
	}
}

func (l *Link) checkOutbind(k *checker, at func(string) string) {
	if l.OutbindListen == "" {
		if l.OutbindID != "" || l.OutbindPasswordFile != "" {
			k.bad(at("outbind_listen"), "is empty; name HOST:PORT where the carrier calls, or remove outbind_id and outbind_password_file")
		}
		return
	}
	k.hostPort(at("outbind_listen"), l.OutbindListen)
	if n := len(l.OutbindID); n < 1 || n > 15 {
		k.bad(at("outbind_id"), "must have the 1 to 15 characters that the carrier gives as its system_id")
	}
	l.OutbindPassword = k.secret(at, "outbind_password", "", l.OutbindPasswordFile)
	if l.OutbindPassword == "" {
		k.bad(at("outbind_password_file"), "is empty; anybody could ask for a bind")
	}
	if l.Secured != nil && len(l.Secured.Certificates) == 0 {
		k.bad(at("outbind_listen"), "needs tls.cert and tls.key: a carrier that calls with TLS wants to see who answers")
	}
	if l.Bind == "transmitter" {
		k.bad(at("outbind_listen"), "asks for a bind that receives; set bind to receiver or transceiver")
	}
}
