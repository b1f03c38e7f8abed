package dialogue

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/booking/identity"
	"shortfare/parser"
)

var shanghai = time.FixedZone("CST", 8*3600)

// noon is when conversations begin: a Monday.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, shanghai)

// world is one customer with a store, a terminal and a bank that do as told.
type world struct {
	t       testing.TB
	d       *Dialogue
	s       Settings
	cat     *timetable
	stock   stock
	now     time.Time
	c       booking.Customer
	orders  map[booking.OrderID]booking.Order
	ids     int64
	due     []booking.Attempt
	fate    map[booking.Call]string // what the next call of a kind comes to
	broken  booking.Call            // calls of that kind get no answer
	hang    bool                    // calls are not made
	down    bool                    // the terminal does not answer
	heard   time.Time               // when it last did
	asked   map[int64]bool          // texts that wait for an answer
	replies []booking.MT            // of the last step
	code    string                  // of the quote seen last
	change  string                  // code of the question about the customer's own data
	seen    map[booking.State]int   // states that orders were left in
	queue
	desk    callbacks
	members map[string]int // how many customers have a label
}

func settings() Settings {
	return Settings{ShortCode: "12345", Loc: shanghai, TextsPer5Min: 30, UnpaidHolds: 3, OpenQuotes: 2, WaitOrders: 2, WaitCutoff: 19 * 60,
		Code: func(o *booking.Order, q booking.Quote) string {
			h := fnv.New32a()
			_, _ = fmt.Fprint(h, o.ID, o.Customer, q.For, q.Gen)
			switch {
			case q.For == booking.QuoteCancel:
				_, _ = fmt.Fprint(h, o.Refund, o.Fee, o.LeavingPlaces())
			case q.For == booking.QuoteChange && o.Swap != nil:
				_, _ = fmt.Fprint(h, o.Charge(), o.GiveBack(), o.Swap.Order)
			case q.For == booking.QuoteWait && o.Wish != nil:
				_, _ = fmt.Fprint(h, o.Wish.Most)
			default:
				_, _ = fmt.Fprint(h, o.Price)
			}
			return fmt.Sprintf("%06d", h.Sum32()%1_000_000)
		},
		CustomerCode: func(m booking.MSISDN, purpose string, content []byte, gen int) string {
			h := fnv.New32a()
			_, _ = fmt.Fprint(h, m, purpose, string(content), gen)
			return fmt.Sprintf("%06d", h.Sum32()%1_000_000)
		},
		OrderCode: func(id booking.OrderID, try int) string { return parser.OrderCode(uint64(id), try) },
	}
}

func newWorld(t testing.TB, s Settings) *world {
	w := &world{t: t, cat: newTimetable(), stock: stock{}, now: noon, fate: map[booking.Call]string{},
		orders: map[booking.OrderID]booking.Order{}, asked: map[int64]bool{}, seen: map[booking.State]int{},
		c: booking.Customer{MSISDN: 8613800138000, New: true}, queue: queue{made: map[booking.Call]int{}}}
	if s.SaleDays == 0 {
		s.SaleDays = 15
	}
	s.Parse = func(text string, now time.Time) parser.Command { return parser.Parse(text, w.context()) }
	w.s, w.d = s, New(s)
	return w
}

func (w *world) context() parser.Context {
	return parser.Context{Today: parser.FromTime(w.now), Now: w.now.Hour()*60 + w.now.Minute(), SaleDays: w.s.SaleDays,
		Places: w.cat, OptOut: w.s.OptOut}
}

func (w *world) env() booking.Env {
	return booking.Env{Now: w.now, Catalogue: w.cat, Stock: w.stock, Jitter: 0.5,
		Outage:    func(string) (time.Time, bool) { return w.heard, w.down },
		Suspended: w.suspended, Named: func(string) bool { return w.byName },
		Ahead: func(*booking.Order) int { return w.ahead },
		Line:  func(booking.Call) (int, time.Duration) { return w.place, w.pause }}
}

// view loads what the store has, as a store does: by way of JSON.
func (w *world) view() *booking.View {
	c := through(w.t, w.c)
	c.MSISDN, c.New = w.c.MSISDN, w.c.New
	v := &booking.View{Customer: &c, NewID: func() int64 { w.ids++; return w.ids }}
	v.Count, v.Desk = w.count, &w.desk
	v.Reviews = w.reviews
	v.Members = func(label string) (int, error) { return w.members[label], nil }
	v.Order = func(id booking.OrderID) (*booking.Order, error) {
		o, ok := w.orders[id]
		if !ok {
			return nil, nil
		}
		return &o, nil
	}
	for _, ref := range c.Orders {
		if o := w.orders[ref.ID]; ref.Live && o.Live() {
			o := through(w.t, o)
			v.Orders = append(v.Orders, &o)
		}
	}
	return v
}

func through[T any](t testing.TB, v T) T {
	b, err := json.Marshal(v)
	require.NoError(t, err)
	var out T
	require.NoError(t, json.Unmarshal(b, &out))
	return out
}

// turn decides and stores, and checks what holds for every turn.
func (w *world) turn(in booking.Input) *booking.Changes {
	v := w.view()
	ch, err := w.d.Decide(v, in, w.env())
	require.NoError(w.t, err)
	if ch.Customer != nil {
		ch.Customer.Retire(v.Orders, w.now) // as the engine does
		w.c = *ch.Customer
		w.c.New = false
	}
	w.happened(ch)
	for _, o := range ch.Orders {
		w.orders[o.ID] = *o
		w.seen[o.State]++
		w.balanced(o)
	}
	w.due = append(w.due, ch.Attempts...)
	for _, id := range ch.Settled {
		for i := range w.due {
			if w.due[i].ID == id {
				w.due = append(w.due[:i:i], w.due[i+1:]...)
				break
			}
		}
	}
	for _, r := range ch.Replies {
		require.True(w.t, oneSegment(r.Text), "more than a segment: %s", r.Text)
		require.NotContains(w.t, r.Text, "{")
		if r.Cause != 0 && !r.Notice {
			require.True(w.t, w.asked[r.Cause] || in.Text != nil, "answered twice: %s", r.Text)
			delete(w.asked, r.Cause)
		}
	}
	w.current(v, ch)
	w.replies = append(w.replies, ch.Replies...)
	return ch
}

// balanced checks that a ticket that stands was paid for: by what it costs, and
// by what was kept for cancels and changes.
func (w *world) balanced(o *booking.Order) {
	if o.State != booking.Issued {
		return
	}
	require.True(w.t, o.Ticketed)
	require.Len(w.t, o.Places, o.Seats)
	require.Equal(w.t, o.Price.Plus(o.Fees), o.Paid(), "%s: its debits are not what it costs", o.Code)
	_, pending := o.PendingRefund()
	require.False(w.t, pending)
}

// intake reads a text as the engine does.
func (w *world) intake(text string) *booking.Intake {
	clean, found := parser.Redact(text)
	read := parser.Plain
	if slices.Contains(w.s.Operators, w.c.MSISDN) {
		read = parser.Parse
	}
	in := &booking.Intake{Command: read(text, w.context()), MO: booking.MO{MSISDN: w.c.MSISDN, Text: clean, At: w.now,
		Source: booking.Address{TON: 1, NPI: 1, Addr: w.c.MSISDN.String()}, Dest: booking.Address{Addr: "12345"}, Link: "a"}}
	cmd := &in.Command
	if n := cmd.Account.Value; n != "" {
		in.Account = accountOf(&cmd.Account, n)
	}
	if cmd.Document != "" {
		in.Document = w.document(cmd.Document)
		cmd.Document = ""
	}
	for i := range cmd.People {
		if d := cmd.People[i].Document; d != "" {
			in.People = append(in.People, make([]booking.Document, len(cmd.People)-len(in.People))...)
			in.People[i], cmd.People[i].Document = *w.document(d), ""
		}
	}
	for _, s := range found {
		if s.Kind >= parser.SecretCheckValue {
			in.Removed = true
		}
	}
	return in
}

// accountOf seals an account as the engine does; nil when only its name was said.
func accountOf(said *parser.Account, number string) *booking.Account {
	h := fnv.New64a()
	_, _ = h.Write([]byte(number))
	a := &booking.Account{Last4: number[max(0, len(number)-4):], Token: fmt.Sprintf("%016x", h.Sum64()), Sealed: []byte{1}}
	switch {
	case said.Kind == parser.CardNumber && number[0] > '9':
		a.Kind, said.Doubtful = booking.IBANAccount, !identity.NewRegistry(identity.IBAN{}).Check(number, noon).Valid
	case said.Kind == parser.CardNumber && len(number) > 19:
		a.Kind, said.Doubtful = booking.BankAccount, false
	case said.Kind == parser.CardNumber:
		a.Kind, a.Brand = booking.CardAccount, booking.CardBrand(number)
	case said.Kind == parser.Mobile && said.Wallet == parser.WeChat:
		a.Kind = booking.WeChatMobile
	case said.Kind == parser.Mobile, said.Kind == parser.Email:
		head, _, _ := strings.Cut(number, "@")
		a.Kind, a.Last4 = booking.AlipayMobile, head[max(0, len(head)-4):]
	default:
		return nil
	}
	said.Value = ""
	return a
}

func (w *world) document(number string) *booking.Document {
	r := identity.Check(number, w.now)
	d := &booking.Document{Kind: string(r.Kind), Masked: identity.Mask(r.Normal), Token: "d" + r.Normal, Sealed: []byte{2}}
	for _, f := range r.Findings {
		d.Findings = append(d.Findings, f.Text)
	}
	return d
}

// text plays one text: it must be answered once, by now or by an order's Ask.
func (w *world) text(text string) { w.say(w.intake(text)) }

func (w *world) say(in *booking.Intake) {
	w.replies = nil
	ch := w.turn(booking.Input{Text: in})
	require.Len(w.t, ch.Texts, 1)
	mo := ch.Texts[0]
	answers := 0
	for _, r := range ch.Replies {
		require.Equal(w.t, mo.ID, r.Cause)
		require.NotEmpty(w.t, r.Text, "%s", in.MO.Text)
		if !r.Notice {
			answers++
		}
	}
	for _, o := range w.orders {
		if o.Ask == mo.ID {
			answers++
			w.asked[mo.ID] = true
		}
	}
	if mo.State == booking.MOIgnored {
		require.Zero(w.t, answers)
	} else {
		require.Equal(w.t, 1, answers, "answers to %q", in.MO.Text)
	}
	w.calls()
}

// calls makes the calls that are due, with the outcomes told, else success.
func (w *world) calls() {
	for !w.hang {
		i := 0
		for i < len(w.due) && w.due[i].Due.After(w.now) {
			i++
		}
		if i == len(w.due) {
			return
		}
		a := w.due[i]
		w.turn(booking.Input{Attempt: &a, Event: w.outcome(a)})
	}
}

func (w *world) outcome(a booking.Attempt) booking.Event {
	fate := w.fate[a.Call]
	delete(w.fate, a.Call)
	if w.broken == a.Call {
		fate = "unknown"
	}
	events := map[booking.Call][3]booking.EventKind{
		booking.CallHold:    {booking.HoldConfirmed, booking.HoldRefused, booking.HoldUnknown},
		booking.CallIssue:   {booking.IssueDone, booking.IssueRefused, booking.IssueUnknown},
		booking.CallVoid:    {booking.VoidDone, booking.VoidRefused, booking.VoidUnknown},
		booking.CallRelease: {booking.ReleaseDone, booking.ReleaseUnknown, booking.ReleaseUnknown},
		booking.CallDebit:   {booking.DebitDone, booking.DebitRefused, booking.DebitUnknown},
		booking.CallReverse: {booking.ReverseDone, booking.ReverseUnknown, booking.ReverseUnknown},
		booking.CallSettle:  {booking.SettleDone, booking.SettleUnknown, booking.SettleUnknown},
		booking.CallRefund:  {booking.ReverseDone, booking.ReverseUnknown, booking.ReverseUnknown},
		booking.CallVoidOld: {booking.VoidDone, booking.VoidRefused, booking.VoidUnknown},
	}[a.Call]
	e := booking.Event{Kind: events[0]}
	switch fate {
	case "":
	case "unknown":
		e.Kind = events[2]
	default:
		e.Kind, e.Reason = events[1], booking.Reason(fate)
	}
	o := w.orders[a.Order]
	switch e.Kind {
	case booking.HoldConfirmed:
		e.Price, e.Until = o.Price, w.now.Add(35*time.Minute)
		if o.Automatic() { // the terminal names the fare of what was found
			e.Price = fareOf(&o).Price.Times(o.Seats)
		}
		if w.dear > 0 {
			e.Price, w.dear = cny(w.dear), 0
		}
		e.Places = []string{"car5 7A", "car5 7B", "car5 7C", "car5 7D", "car5 7F"}[:o.Seats]
	case booking.IssueDone, booking.VoidRefused:
		e.Places = o.Places
	case booking.SettleDone:
		r, _ := o.Unsettled()
		e.Refund = r.Key
	}
	return e
}

// wait lets time pass, second by second near the start, with deadlines.
func (w *world) wait(d time.Duration) {
	w.replies = nil
	end := w.now.Add(d)
	for {
		next := end
		if !w.c.Due.IsZero() && w.c.Due.Before(next) {
			next = w.c.Due
		}
		for _, a := range w.due {
			if !w.hang && a.Due.Before(next) {
				next = a.Due
			}
		}
		if next.After(w.now) {
			w.now = next
		}
		if !w.c.Due.IsZero() && !w.c.Due.After(w.now) {
			before := w.c.Due
			w.turn(booking.Input{})
			require.NotEqual(w.t, before, w.c.Due, "a deadline that does not go away")
		}
		w.calls()
		if !w.now.Before(end) {
			return
		}
	}
}

// last is the newest order that was opened.
func (w *world) last() (o booking.Order) {
	for _, p := range w.orders {
		if p.ID > o.ID {
			o = p
		}
	}
	return o
}
