package simulation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"shortfare/booking"
)

// Names that the register of persons knows.
const (
	rightName   = "Zhang Wei"
	rightNameZh = "张伟"
)

// phone is one customer with his phone: what he sent, saw and agreed to.
type phone struct {
	s       *sim
	msisdn  booking.MSISDN
	zh      bool
	id      string // of the identity card
	out     []*unit
	flying  *unit
	recent  []*unit // acknowledged, oldest first
	sent    []*message
	last    string
	quotes  []*quote
	orders  []string // order codes seen
	lists   bool
	full    bool     // no seats, a text said
	paid    []string // orders whose ticket came
	refused string   // order that the bank would not pay for
	taken   int      // quotes answered
	newest  int64    // row of the outbox that left last for the first time
	asked   bool     // somebody wants to know who travels

	operator    bool
	registers   bool         // before anything else
	erasedID    int64        // what is older was his
	guesses     bool         // tries codes
	wrong       booking.Rate // answers that said so, in an hour
	forgot      bool         // and was told so
	stopped     bool         // wants no notices, and was told so
	everStopped bool
	erased      time.Time // when he was forgotten
	hidden      []string  // what must not be shown since he was forgotten
}

// read is the customer reading a text.
func (p *phone) read(text string) {
	order := ""
	for _, w := range orderWord.FindAllString(text, -1) {
		if p.s.codes[w] == p.msisdn {
			if order == "" {
				order = w
			}
			if !slices.Contains(p.orders, w) {
				p.orders = append(p.orders, w)
			}
		}
	}
	kind := kindOf(text)
	if q := p.s.quoted(text, order); q != nil {
		p.note(q)
	}
	if order != "" && slices.Contains(tickets, kind) && !slices.Contains(p.paid, order) {
		p.paid = append(p.paid, order)
	}
	if refusedWord.MatchString(text) {
		p.refused = order
	}
	p.forgot, p.asked = p.forgot || kind == "told forgotten", kind == "told who travels"
	p.full = soldOutWord.MatchString(text)
	p.lists = p.lists || strings.Contains(text, "eply number") || strings.Contains(text, "回序号") || strings.Contains(text, "回1")
}

// tickets are the texts that come with a ticket.
var tickets = []string{"told paid", "told got seats", "told changed", "told part refunded"}

var (
	refusedWord = regexp.MustCompile(`[bB]ank refused|银行拒付`)
	soldOutWord = regexp.MustCompile(`sold out|已售完|full|候补|has only|只剩`)
)

// text lets the customer send something.
func (p *phone) text() {
	kind, text := p.think()
	if p.last != "" && p.s.chance(0.12) { // impatient
		kind, text = "again", p.last
	}
	p.send(kind, text)
}

// send gives a text to the carrier, perhaps in parts, and perhaps one is lost.
func (p *phone) send(kind, text string) {
	p.last = text
	p.agree(text)
	p.s.messages++
	m := &message{id: p.s.messages, from: p, text: text, kind: kind, at: p.s.now}
	parts := 0
	if p.s.chance(0.06) {
		parts = 2 + p.s.rng.IntN(2)
	}
	for i := range max(1, parts) {
		u := &unit{msg: m}
		if parts > 0 {
			u.part = i + 1
		}
		m.units = append(m.units, u)
	}
	p.sent = append(p.sent, m)
	p.s.note("text "+kind+": "+text, p.msisdn.String(), int64(parts))
	gone := -1
	if parts > 0 && p.s.wild && p.s.chance(0.35) {
		gone = p.s.rng.IntN(parts)
	}
	for i, u := range m.units {
		if i != gone {
			p.out = append(p.out, u)
		}
	}
}

func (p *phone) pick(s ...string) string { return s[p.s.rng.IntN(len(s))] }

func (p *phone) say(en, zh string) string {
	if p.zh != p.s.chance(0.1) {
		return zh
	}
	return en
}

// key names the parts of a long text, as a link does.
func (p *phone) key(m *message) string { return fmt.Sprintf("air/%d/%d", p.msisdn, m.id) }

// piece is a part's share of its text, cut between letters.
func (p *phone) piece(u *unit) string {
	letters, n := []rune(u.msg.text), len(u.msg.units)
	return string(letters[len(letters)*(u.part-1)/n : len(letters)*u.part/n])
}

// idCard makes a valid resident ID (GB 11643).
func idCard(n int) string {
	b := fmt.Sprintf("11010519%02d0101%03d", 50+n, 100+n)
	weights := [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(b[i]-'0')
	}
	return b + string("10X98765432"[sum%11])
}

// rushed tells whether so many texts were stored in the minutes before at.
func (p *phone) rushed(at time.Time, limit int) bool {
	n := 0
	for _, id := range p.s.disk.textIDs {
		if t := p.s.disk.texts[id]; t.MSISDN == p.msisdn && at.Sub(t.At) < 10*time.Minute {
			n++
		}
	}
	return limit > 0 && n >= limit
}
