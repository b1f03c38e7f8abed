package booking

import (
	"context"
	"sync"
	"time"
)

// Windows of velocity limits.
const (
	// AccountWindow is what the declines of an account are counted in.
	AccountWindow = 24 * time.Hour
	// BINWindow is the same of all accounts with the same first digits.
	BINWindow = time.Hour
)

// AccountUse is what a debit of an account came to at the bank, without a word about
// whose it was. Account and BIN are blind indexes (Vault.Token); BIN is empty where an
// account has none, and where it has paid before.
type AccountUse struct {
	ID      int64
	At      time.Time
	Account string
	BIN     string
	Paid    bool
}

// velocity bounds how stolen accounts can be tried out by small orders: over all phones, so
// many declines of one account in a day, and so many of accounts with the same first
// six digits (the BIN) in an hour. Beyond them nothing is sent to the bank, and the
// customer reads what anybody reads whom the bank refuses. The engine keeps the counts in
// memory; the store keeps each use with the turn of its outcome, so that a start,
// after a crash too, begins with the same counts. No customer's turn reads or
// locks what another one counts.
//
// A BIN is that of a bank's every customer, so that its limit takes the honest in with the
// thieves. To keep them in: an account that has paid before neither counts nor is held
// up; and a BIN is only held up while more of its new accounts are refused than pay. What
// is left is that a new account of a bank that thieves try many of waits, at most an hour
// after they stopped. A device means nothing for a text message: the phone's own limits
// stand in for it (new accounts, unpaid holds, tries of an order).
type velocity struct {
	mu       sync.Mutex
	accounts map[string][]time.Time // declines, oldest first
	bins     map[string]*binUse
	calling  map[string]int   // debits of an account under way
	called   map[int64]string // by their attempt
	swept    time.Time
}

// binUse is what accounts of a BIN came to that had not paid before.
type binUse struct{ refused, paid []time.Time }

// loadUses begins with what the store knows.
func (e *Engine) loadUses(ctx context.Context) error {
	v := &e.velocity
	v.mu.Lock()
	v.accounts, v.bins = map[string][]time.Time{}, map[string]*binUse{}
	v.calling, v.called = map[string]int{}, map[int64]string{}
	v.mu.Unlock()
	uses, err := e.Store.Uses(ctx, e.now().Add(-AccountWindow))
	for _, u := range uses {
		v.note(u)
	}
	return err
}

// note counts a use.
func (v *velocity) note(u AccountUse) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !u.Paid && u.Account != "" {
		v.accounts[u.Account] = append(v.accounts[u.Account], u.At)
	}
	if u.BIN != "" {
		b := v.bins[u.BIN]
		if b == nil {
			b = &binUse{}
			v.bins[u.BIN] = b
		}
		if u.Paid {
			b.paid = append(b.paid, u.At)
		} else {
			b.refused = append(b.refused, u.At)
		}
	}
	v.sweep(u.At)
}

// sweep forgets, now and then, what no window holds any more; v.mu is held.
func (v *velocity) sweep(now time.Time) {
	if age := now.Sub(v.swept); age >= 0 && age < BINWindow {
		return
	}
	v.swept = now
	for token, times := range v.accounts {
		if times = lately(times, now, AccountWindow); len(times) == 0 {
			delete(v.accounts, token)
		} else {
			v.accounts[token] = times
		}
	}
	for bin, b := range v.bins {
		if b.refused, b.paid = lately(b.refused, now, BINWindow), lately(b.paid, now, BINWindow); len(b.refused)+len(b.paid) == 0 {
			delete(v.bins, bin)
		}
	}
}

// lately are the times within the window that ends now. What seems to come from the
// future was noted before the clock was set back.
func lately(times []time.Time, now time.Time, window time.Duration) []time.Time {
	var kept []time.Time
	for _, at := range times {
		if age := now.Sub(at); age >= 0 && age < window {
			kept = append(kept, at)
		}
	}
	return kept
}

// admit tells whether the bank may be asked for a debit now, and if so notes it as under
// way until its attempt is done: what may be refused yet counts as if it were. Of a BIN it does
// not, since many honest customers pay at once: its limit is passed by what is under way.
func (v *velocity) admit(attempt int64, account, bin string, now time.Time, perAccount, perBIN int) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if account != "" && perAccount > 0 && len(lately(v.accounts[account], now, AccountWindow))+v.calling[account] >= perAccount {
		return false
	}
	if b := v.bins[bin]; b != nil && perBIN > 0 {
		refused := len(lately(b.refused, now, BINWindow))
		if refused >= perBIN && refused > len(lately(b.paid, now, BINWindow)) {
			return false
		}
	}
	if account != "" {
		v.calling[account]++
		v.called[attempt] = account
	}
	return true
}

// done ends what admit has noted.
func (v *velocity) done(attempt int64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	account, ok := v.called[attempt]
	if !ok {
		return
	}
	delete(v.called, attempt)
	if v.calling[account]--; v.calling[account] == 0 {
		delete(v.calling, account)
	}
}

// bin is the blind index of a card's first six digits; empty for what is no card and for
// one that has paid before. Kept in clear they would leave few digits of the number
// to guess, beside the last four.
func (e *Engine) bin(o *Order) string {
	const digits = 6 // of ISO/IEC 7812-1; banks with eight have several of these
	a := &o.Account
	if a.Kind != CardAccount || a.Paid || e.Vault == nil {
		return ""
	}
	number, err := e.Vault.Open(SecretAccount, o.Customer.String(), a.Sealed)
	if err != nil || len(number) < digits {
		return ""
	}
	return e.Vault.Token(SecretBIN, number[:digits])
}

// use is what an outcome of a debit tells of its account; false for nothing, as
// where the bank was not asked.
func (e *Engine) use(a Attempt, ev Event) (u AccountUse, ok bool) {
	refused := ev.Kind == DebitRefused && ev.Reason != ReasonDeadline && ev.Reason != ReasonWithheld
	if a.Call != CallDebit || a.Subject == nil || !refused && ev.Kind != DebitDone {
		return u, false
	}
	u = AccountUse{At: e.now(), Account: a.Subject.Account.Token, BIN: e.bin(a.Subject), Paid: !refused}
	return u, u.BIN != "" || refused && u.Account != ""
}
