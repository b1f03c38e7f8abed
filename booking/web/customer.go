package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"shortfare/booking"
	"shortfare/booking/classes"
	"shortfare/parser"
)

const (
	transcriptPage = 30      // texts of a page
	transcriptRows = 20_000  // of the inbox that one snapshot looks at
	transcriptLook = 400_000 // that a page looks at
	answersMost    = 10 * transcriptPage
)

// customerPage is one customer.
type customerPage struct {
	ID       string
	MSISDN   booking.MSISDN
	Name     string // masked
	Gone     bool   // nothing is known but the number
	C        *booking.Customer
	Accounts []string
	Saved    []string // passengers, masked
	Classes  []whyClass
	Orders   []orderRow
	Turns    []turn
	Newest   bool
	Older    string // path of older texts; empty for none
}

// whyClass is a class of a customer and the rule that put him into it.
type whyClass struct {
	Label string
	Rule  string // key of its words
	Args  []any  // of the words
}

// orderRow is an order in a list.
type orderRow struct {
	*booking.Order
	State string // see stats.StateOf
	Names []string
}

// turn is a text with its answers; Text is zero for notices.
type turn struct {
	booking.MO
	Words   string // masked
	Erased  bool
	Read    []reading
	Unread  []string
	Verb    string // HELP, BOOK, ... when it was read; empty when not
	Answers []answerRow
}

// reading is what the parser took a word for.
type reading struct {
	Word, Rule, As string
	Shown          bool // Rule is to be said: not that of a date, which As says itself
}

type answerRow struct {
	At     time.Time
	Words  string
	State  string // key of the words
	Bad    bool
	Over   string
	Notice bool
	Erased bool
}

// customer shows a customer, addressed by an id.
func (c *Console) customer(ctx context.Context, r *http.Request, v *visit) (any, error) {
	id := r.PathValue("id")
	m, ok := c.customerOf(id)
	if !ok {
		return nil, errNotFound
	}
	v.seen = m.Masked()
	before := int64(0)
	if s := r.URL.Query().Get("before"); s != "" {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n <= 0 {
			return nil, errNotFound
		}
		before = n
	}
	x, err := c.o.Store.Customer(ctx, m)
	if err != nil {
		return nil, err
	}
	p := customerPage{ID: id, MSISDN: m, Newest: before == 0}
	if x == nil {
		x, p.Gone = &booking.Customer{MSISDN: m}, true
	}
	p.C, p.Name = x, maskName(x.Name)
	orders, err := c.ordersOf(ctx, x)
	if err != nil {
		return nil, err
	}
	hide := maskerOf(x, orders)
	for _, o := range orders {
		p.Orders = append(p.Orders, rowOf(o))
	}
	for _, a := range x.Accounts {
		p.Accounts = append(p.Accounts, string(a.Kind)+"*"+a.Last4)
	}
	for _, s := range x.Passengers {
		p.Saved = append(p.Saved, maskName(s.Name)+" "+s.Document.Masked)
	}
	p.Classes = c.whyClasses(x)
	return p, c.transcript(ctx, &p, hide, before, v.lang)
}

// ordersOf are the orders that a customer's row names, newest first.
func (c *Console) ordersOf(ctx context.Context, x *booking.Customer) (list []*booking.Order, err error) {
	for _, ref := range slices.Backward(x.Orders) {
		if ref.Hidden {
			continue // of somebody who was forgotten
		}
		o, err := c.o.Store.Order(ctx, x.MSISDN, ref.ID)
		if err != nil {
			return nil, err
		}
		if o != nil {
			list = append(list, o)
		}
	}
	return list, nil
}

// transcript reads texts and answers, newest first.
func (c *Console) transcript(ctx context.Context, p *customerPage, hide masker, before int64, lang string) error {
	low, looked := before, 0
	var texts []booking.MO
	for {
		list, to, err := c.o.Store.TextsOf(ctx, p.MSISDN, low, transcriptRows, transcriptPage-len(texts))
		if err != nil {
			return err
		}
		texts, low, looked = append(texts, list...), to, looked+transcriptRows
		if low == 0 || len(texts) == transcriptPage || looked >= transcriptLook {
			break
		}
	}
	answers, err := c.o.Store.RepliesOf(ctx, p.MSISDN, low, before, answersMost)
	if err != nil {
		return err
	}
	if low != 0 {
		p.Older = "?before=" + strconv.FormatInt(low, 10) + "#texts"
	}
	p.Turns = c.turns(texts, answers, hide, lang)
	return nil
}

// turns joins texts with their answers. A reply without a text of the page stands by itself.
func (c *Console) turns(texts []booking.MO, answers []booking.Answer, hide masker, lang string) []turn {
	var list []turn
	place := map[int64]int{}
	for _, t := range texts {
		place[t.ID] = len(list)
		list = append(list, c.read(t, hide, lang))
	}
	for _, a := range answers {
		row := answerRow{At: a.At, Words: hide.text(a.Text), State: deliveryOf(a.State), Bad: a.State == booking.MTFailed || a.State == booking.MTUndeliverable,
			Over: a.Over, Notice: a.Notice, Erased: a.Text == ""}
		if i, ok := place[a.Cause]; ok {
			list[i].Answers = append(list[i].Answers, row)
			continue
		}
		list = append(list, turn{MO: booking.MO{At: a.At, ID: a.ID}, Answers: []answerRow{row}})
	}
	slices.SortStableFunc(list, func(a, b turn) int { return int(max(-1, min(1, b.ID-a.ID))) })
	return list
}

// read reads a text again, as it was read when it came.
func (c *Console) read(t booking.MO, hide masker, lang string) turn {
	x := turn{MO: t, Words: hide.text(t.Text), Erased: t.Text == ""}
	if x.Erased || c.o.Parse == nil {
		return x
	}
	cmd := c.o.Parse(t.MSISDN, t.Text, t.At)
	hide = hide.and(cmd) // names that were typed and are on file otherwise, or not at all
	x.Words = hide.text(t.Text)
	for _, w := range cmd.Why {
		if w.Rule == "order" && strings.HasSuffix(w.As, " first") { // of a list, not of a customer's
			w.Rule = "list order"
		}
		x.Read = append(x.Read, reading{Word: hide.text(w.Word), Rule: w.Rule, As: c.meaning(lang, w.Rule, hide.text(w.As)), Shown: w.Rule != "date" || w.As == ""})
	}
	for _, w := range cmd.Unread {
		x.Unread = append(x.Unread, hide.text(w))
	}
	if cmd.Verb == parser.Unknown {
		x.Verb = "unknown"
	}
	return x
}

// deliveryOf is the key of the words for what became of a reply.
func deliveryOf(s booking.MTState) string {
	switch s {
	case booking.MTReady:
		return "delivery.ready"
	case booking.MTSent:
		return "delivery.sent"
	case booking.MTFailed:
		return "delivery.refused"
	case booking.MTUnknown:
		return "delivery.unknown"
	case booking.MTDelivered:
		return "delivery.delivered"
	case booking.MTUndeliverable:
		return "delivery.lost"
	}
	return "delivery.unknown"
}

// whyClasses are the classes of a customer with the rule of each.
func (c *Console) whyClasses(x *booking.Customer) []whyClass {
	now := c.now()
	person := classes.PersonOf(x)
	var list []whyClass
	for i, label := range classes.Classify(person, x.History, c.o.Rules, now) {
		w := whyClass{Label: label}
		switch {
		case i == 0:
			w.Rule, w.Args = c.whyLevel(x.History, now)
		case len(label) > 4 && label[:4] == "age:":
			w.Rule, w.Args = "why.age", []any{"born", person.Birth[:4]}
		case len(label) > 7 && label[:7] == "region:" && x.Home != nil && len(x.Home.Code) >= 2:
			w.Rule = "why.home"
		case len(label) > 7 && (label[:7] == "region:" || label[:7] == "gender:"):
			w.Rule = "why.document"
		default:
			w.Rule = "why.job"
		}
		list = append(list, w)
	}
	return list
}

// whyLevel says which level took a customer's history, and what it asks for.
func (c *Console) whyLevel(h booking.History, now time.Time) (rule string, args []any) {
	l, ok := c.o.Rules.LevelOf(h, now)
	if !ok {
		return "why.new", []any{"paid", h.Paid - h.Cancelled}
	}
	rule = "why.level"
	if l.LastYear {
		h, rule = h.Recent(now), "why.level.year"
	}
	return rule, []any{"paid", h.Paid - h.Cancelled, "need", l.Paid, "spent", booking.Money{Minor: h.Spent.Minor}.Amount(), "least", booking.Money{Minor: l.Spent}.Amount()}
}
