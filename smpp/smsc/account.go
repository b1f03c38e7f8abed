package smsc

import (
	"crypto/subtle"
	"math"
	"slices"
	"time"

	"shortfare/smpp/pdu"
)

// Account says what one system_id may do. The zero value of a field but
// Password leaves it free.
type Account struct {
	Password   string          // must be given exactly; empty: none must be given
	Binds      []pdu.CommandID // the kinds of bind that are let in; others get ESME_RBINDFAIL
	MaxBinds   int             // how many at a time; more get ESME_RALYBND
	Rate       float64         // texts to phones per second over all its binds; more get ESME_RTHROTTLED
	Window     int             // deliver_sm unanswered per bind; default Config.Window
	NoReceipts bool            // it gets none, whatever it asks for
	ShortCodes []string        // it gets the texts to these, and only these; empty: those to codes that no account has
}

// account is an Account with its use. Guarded by SMSC.mu.
type account struct {
	Account
	binds  int
	tokens float64
	filled time.Time
}

// take reports whether one more submit_sm fits into the rate; a second's worth may come at once.
func (a *account) take(now time.Time) bool {
	if a.Rate <= 0 {
		return true
	}
	burst := math.Max(a.Rate, 1)
	if a.filled.IsZero() {
		a.tokens = burst
	} else {
		a.tokens = math.Min(burst, a.tokens+a.Rate*now.Sub(a.filled).Seconds())
	}
	a.filled = now
	if a.tokens < 1 {
		return false
	}
	a.tokens--
	return true
}

// accounts joins both forms of the configuration; nil lets everybody in.
func (c Config) accounts() map[string]*account {
	if c.Accounts == nil && c.ESMEs == nil {
		return nil
	}
	all := map[string]*account{}
	for id, password := range c.Accounts {
		all[id] = &account{Account: Account{Password: password}}
	}
	for id, a := range c.ESMEs {
		all[id] = &account{Account: a}
	}
	return all
}

// maxWindow is the largest window of any account.
func (c Config) maxWindow() int {
	n := c.Window
	for _, a := range c.ESMEs {
		n = max(n, a.Window)
	}
	return n
}

// account returns what is known of a system_id. mu is held.
func (s *SMSC) account(systemID string) *account {
	if a := s.accounts[systemID]; a != nil {
		return a
	}
	return &account{}
}

// admit decides on a bind. mu is held.
func (s *SMSC) admit(p *pdu.PDU) pdu.Status {
	if s.faults.refuseBinds != pdu.ESME_ROK {
		return s.faults.refuseBinds
	}
	if s.accounts == nil {
		return pdu.ESME_ROK
	}
	a, known := s.accounts[p.SystemID]
	switch {
	case !known:
		return pdu.ESME_RINVSYSID
	case subtle.ConstantTimeCompare([]byte(a.Password), []byte(p.Password)) == 0:
		return pdu.ESME_RINVPASWD
	case len(a.Binds) > 0 && !slices.Contains(a.Binds, p.ID):
		return pdu.ESME_RBINDFAIL
	case a.MaxBinds > 0 && a.binds >= a.MaxBinds:
		return pdu.ESME_RALYBND
	}
	return pdu.ESME_ROK
}

// route is which binds may get a text: those of one system_id, or those that
// have the short code.
type route struct {
	systemID string
	code     string // "" for codes that no account has
}

// routeTo returns the route of a text to a short code. mu is held.
func (s *SMSC) routeTo(code, systemID string) route {
	if systemID != "" {
		return route{systemID: systemID}
	}
	for _, a := range s.accounts {
		if slices.Contains(a.ShortCodes, number(code)) {
			return route{code: number(code)}
		}
	}
	return route{}
}

// serves reports whether the bind may get the texts of a route. mu is held.
func (c *conn) serves(r route) bool {
	switch {
	case r.systemID != "":
		return c.systemID == r.systemID
	case r.code != "":
		return slices.Contains(c.account.ShortCodes, r.code)
	}
	return len(c.account.ShortCodes) == 0
}
