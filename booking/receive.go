package booking

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"

	"shortfare/booking/identity"
	"shortfare/parser"
)

// Arrival is a text, or a part of one, as a link hands it over. The carrier's
// acknowledgement waits for the done function of Receive.
type Arrival struct {
	MO   MO    // Text is empty for a part
	Part *Part // set for a part of a long text
	// Join makes the text of parts; complete is false while some are missing.
	Join func([]Part) (text string, complete bool, err error)
	// Repeated, when set, is called before done for a text or part that was
	// stored before and has no second effect. It must not wait.
	Repeated func()
}

// ErrSender is reported for a text whose sender can't be answered; it is to
// be acknowledged and forgotten.
var ErrSender = errors.New("sender cannot be answered")

// Receive takes one text. done is called exactly once, and only after what
// the text caused is durable: with nil the carrier may be told ESME_ROK; with
// an error the text was not stored and the carrier must keep it. Texts of one phone
// are handled in the order of the calls.
func (e *Engine) Receive(a Arrival, done func(error)) {
	if e.refuses.Load() {
		done(ErrBusy)
		return
	}
	now := e.now()
	if a.MO.At.IsZero() {
		a.MO.At = now
	}
	w, err := e.fair.admit(e.Pace, a.MO.MSISDN, now.UnixNano(), a.Part == nil && carriesCode(a.MO.Text))
	if err != nil {
		count := &e.Stats.Refused
		if errors.Is(err, ErrPace) {
			count = &e.Stats.Paced
		}
		count.Add(1)
		done(err)
		return
	}
	if w.arrival, w.done = a, done; a.Part == nil {
		w.in = e.intake(a.MO) // here, so that the store's writer only decides and writes
	}
	if e.fair.enter(w) {
		e.submit(w)
	}
}

// submit hands a text to the store.
func (e *Engine) submit(w *entry) {
	a := &w.arrival
	keys := Keys{Customer: a.MO.MSISDN}
	if a.Part != nil {
		keys.Parts = a.Part.Key
	}
	var again bool // delivered before; a store may decide more than once
	err := e.Store.Submit(keys, func(v *View) (*Changes, error) {
		again = false
		if a.Part != nil {
			return e.part(v, *a, &again)
		}
		return e.text(v, w.in, &again), nil
	}, func(c *Changes, err error) {
		defer e.leave(w, c)
		if err != nil {
			e.Stats.Refused.Add(1)
			w.done(err)
			return
		}
		e.Stats.Texts.Add(1)
		if c != nil && c.Stranger {
			e.Stats.Strangers.Add(1)
		}
		if again {
			e.Stats.Repeated.Add(1)
			if a.Repeated != nil {
				a.Repeated()
			}
		}
		w.done(nil)
		e.handOn(c)
	})
	if err != nil {
		e.Stats.Refused.Add(1)
		w.done(err)
		e.leave(w, nil)
	}
}

// leave takes a text out of the queue and hands on what may go now.
func (e *Engine) leave(w *entry, c *Changes) {
	var silent int64
	if c != nil && !c.Silent.IsZero() {
		silent = c.Silent.UnixNano()
		if c.Noticed {
			e.Stats.Floods.Add(1)
		}
	}
	if !e.fair.leave(w, silent) {
		return
	}
	for next := e.fair.next(); next != nil; next = e.fair.next() {
		e.submit(next)
	}
}

// Receipt stores a delivery receipt as it came. done is called when it is
// durable; the carrier may be told so then.
func (e *Engine) Receipt(r Receipt, done func(error)) {
	err := e.Store.Submit(Keys{}, func(*View) (*Changes, error) { return &Changes{Receipts: []Receipt{r}}, nil },
		func(_ *Changes, err error) { done(err) })
	if err != nil {
		done(err)
	}
}

// text is the turn of a text in one piece; again is set for one that was
// delivered before.
func (e *Engine) text(v *View, in *Intake, again *bool) *Changes {
	in.MO.ID = v.NewID()
	if v.Customer.Repeated(&in.MO, v.Answered) {
		*again = true
		in.MO.State = MOIgnored
		return &Changes{Customer: v.Customer, Texts: []MO{in.MO}}
	}
	return e.turn(v, in)
}

// turn decides on a text that is new.
func (e *Engine) turn(v *View, in *Intake) *Changes {
	env := e.env()
	if in.MO.ID == 0 {
		in.MO.ID = v.NewID()
	}
	c, err := e.decide(v, Input{Text: in}, env)
	if err == nil {
		return c
	}
	// The view may be half changed: only the text and the apology are written.
	e.Stats.Failed.Add(1)
	e.Log.Error("turn of a text failed; the customer got an apology",
		zap.String("msisdn", in.MO.MSISDN.Masked()), zap.String("verb", in.Command.Verb.String()), zap.Error(err))
	in.MO.State = MOFailed
	return &Changes{Texts: []MO{in.MO}, Replies: []MT{{ID: v.NewID(), MSISDN: in.MO.MSISDN, To: in.MO.Source,
		From: in.MO.Dest, Link: in.MO.Link, Text: e.Decider.Apology(v.Customer, in), Cause: in.MO.ID, At: env.Now}}}
}

// intake parses a text and seals its secrets, before anything is written.
func (e *Engine) intake(mo MO) *Intake {
	now := e.now()
	clean, found := parser.Redact(mo.Text)
	in := &Intake{MO: mo}
	in.MO.Text = clean
	read := parser.Plain
	if slices.Contains(e.Operators, mo.MSISDN) {
		read = parser.Parse
	}
	in.Command = read(mo.Text, e.ParseContext())
	owner := mo.MSISDN.String()
	cmd := &in.Command
	in.Account = e.account(&cmd.Account, owner)
	if cmd.Document != "" {
		in.Document = e.document(cmd.Document, owner, now)
		cmd.Document = ""
	}
	for i := range cmd.People {
		if p := &cmd.People[i]; p.Document != "" {
			if in.People == nil {
				in.People = make([]Document, len(cmd.People))
			}
			in.People[i] = *e.document(p.Document, owner, now)
			p.Document = ""
		}
	}
	for _, s := range found {
		switch s.Kind {
		case parser.SecretCheckValue, parser.SecretPIN, parser.SecretPassword:
			in.Removed = true
		}
	}
	if len(found) > 0 { // readings quote the words they read
		cmd.Why, cmd.Unread, cmd.Removed, cmd.Value = nil, nil, nil, ""
		cmd.Suggest, _ = parser.Redact(cmd.Suggest)
	}
	return in
}

// account seals the account that a text carries and takes its number away; nil
// when there is none.
func (e *Engine) account(said *parser.Account, owner string) *Account {
	number := said.Value
	kind := AlipayMobile // wallets name their accounts by mobile number or e-mail
	switch {
	case number == "":
		return nil
	case said.Kind == parser.CardNumber && number[0] > '9':
		kind = IBANAccount
		said.Doubtful = !identity.NewRegistry(identity.IBAN{}).Check(number, e.now()).Valid
	case said.Kind == parser.CardNumber && len(number) > maxCard:
		kind, said.Doubtful = BankAccount, false
	case said.Kind == parser.CardNumber:
		kind = CardAccount
	case said.Kind != parser.Mobile && said.Kind != parser.Email:
		return nil
	case said.Wallet == parser.WeChat:
		kind = WeChatMobile
	}
	said.Value = ""
	last, _, _ := strings.Cut(number, "@")
	a := &Account{Kind: kind, Last4: last[max(0, len(last)-4):], Token: e.Vault.Token(SecretAccount, []byte(number)),
		Sealed: e.Vault.Seal(SecretAccount, owner, []byte(number))}
	if kind == CardAccount {
		a.Brand = CardBrand(number)
	}
	return a
}

// document checks and seals a document's number.
func (e *Engine) document(number, owner string, now time.Time) *Document {
	r := identity.Check(number, now)
	d := &Document{Kind: string(r.Kind), Masked: identity.Mask(r.Normal), Token: e.Vault.Token(SecretDocument, []byte(r.Normal)),
		Sealed: e.Vault.Seal(SecretDocument, owner, []byte(r.Normal)), Gender: string(r.Gender), Region: r.Region.Code}
	if !r.Birth.IsZero() {
		d.Birth = r.Birth.Format("2006-01-02")
	}
	if !r.Valid {
		for _, f := range r.Findings {
			d.Findings = append(d.Findings, string(f.Code))
		}
	}
	return d
}

// ParseContext is what the parser may know now.
func (e *Engine) ParseContext() parser.Context {
	now := e.now()
	return parser.Context{Today: parser.FromTime(now), Now: now.Hour()*60 + now.Minute(), SaleDays: e.SaleDays, Places: e.Catalogue()}
}

// Joining is a long text whose parts have not all arrived.
type Joining struct {
	Key   string `json:"k"`
	Total int    `json:"t"`
	Got   []int  `json:"g"`
	At    int64  `json:"a"` // Unix seconds of the last part
}

// MaxJoining is how many unfinished long texts of one customer are waited for;
// beyond it the oldest is given up.
const MaxJoining = 4

// part is the turn of a part: it is stored by itself, and the last one makes
// the text.
func (e *Engine) part(v *View, a Arrival, again *bool) (*Changes, error) {
	c := v.Customer
	parts := v.Parts
	for _, p := range parts {
		if p.Seq == a.Part.Seq { // delivered again: it is stored already
			*again = true
			return nil, ErrNoChange
		}
	}
	if c.Repeated(&a.MO, nil) { // delivered again after its text was joined
		*again = true
		return &Changes{Customer: c}, nil
	}
	parts = append(parts, *a.Part)
	text, complete, err := a.Join(parts)
	if err != nil {
		return nil, fmt.Errorf("join parts: %w", err)
	}
	if complete {
		a.MO.Text = text
		ch := e.turn(v, e.intake(a.MO))
		ch.DropPart = a.Part.Key
		c.joined(a.Part.Key)
		return ch, nil
	}
	if c.New {
		c.Address, c.Own, c.Link = a.MO.Source, a.MO.Dest, a.MO.Link
	}
	ch := &Changes{Customer: c, Parts: []Part{*a.Part}}
	if gone := c.joining(a.Part); gone != nil {
		ch.DropPart = gone.Key
		ch.Replies = append(ch.Replies, e.lostPart(v, *gone, e.now())...)
	}
	ch.Deadlines(v, e.SlowAfter)
	e.partsDue(c)
	return ch, nil
}

func (c *Customer) joined(key string) {
	for i, j := range c.Joining {
		if j.Key == key {
			c.Joining = append(c.Joining[:i:i], c.Joining[i+1:]...)
			return
		}
	}
}

// joining notes a part and returns the text that is given up for it, if any.
func (c *Customer) joining(p *Part) (gone *Joining) {
	for i := range c.Joining {
		if j := &c.Joining[i]; j.Key == p.Key {
			j.Got, j.At = append(j.Got, p.Seq), p.At.Unix()
			return nil
		}
	}
	if len(c.Joining) >= MaxJoining {
		oldest := c.Joining[0]
		gone = &oldest
		c.Joining = append(c.Joining[:0], c.Joining[1:]...)
	}
	c.Joining = append(c.Joining, Joining{Key: p.Key, Total: p.Total, Got: []int{p.Seq}, At: p.At.Unix()})
	return gone
}

func panicError(r any) error {
	return fmt.Errorf("panic: %v\n%s", r, strings.TrimSpace(string(debug.Stack())))
}
