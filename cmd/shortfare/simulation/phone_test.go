package simulation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"shortfare/booking"
)

// quote is a code that a phone was sent.
type quote struct {
	code, order string
	cancels     bool
}

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
	quotes  []quote
	orders  []string       // order codes seen
	agreed  map[string]int // by order: how often a code to pay was sent
	cancels map[string]int // by order: how often a code to cancel was sent
	prices  map[string][]string
	lists   bool
	paid    []string // orders whose ticket came
	refused string   // order that the bank would not pay for
	taken   int      // quotes answered
	newest  int64    // row of the outbox that left last for the first time
}

var (
	codeWord  = regexp.MustCompile(`\d{6}`)
	orderWord = regexp.MustCompile(`[2-9A-HJ-NP-Z]{5}`)
	codeAsked = regexp.MustCompile(`Y ?(\d{6})`)
	priceWord = regexp.MustCompile(`CNY(\d+(?:\.\d\d)?)|(\d+(?:\.\d\d)?)元`)
)

// read is the customer reading a text.
func (p *phone) read(text string) {
	order := ""
	for _, w := range orderWord.FindAllString(text, -1) {
		if p.s.codes[w] == p.msisdn {
			order = w
			if !slices.Contains(p.orders, w) {
				p.orders = append(p.orders, w)
			}
		}
	}
	if m := codeAsked.FindStringSubmatch(text); m != nil && order != "" {
		q := quote{m[1], order, strings.Contains(text, "Cancel ") || strings.Contains(text, "退票")}
		if !slices.Contains(p.quotes, q) {
			p.quotes = append(p.quotes, q)
		}
		if a := priceWord.FindStringSubmatch(text); a != nil {
			p.prices[order] = append(p.prices[order], a[1]+a[2])
		}
	}
	if order != "" && (strings.HasPrefix(text, "PAID") || strings.HasPrefix(text, "已付")) && !slices.Contains(p.paid, order) {
		p.paid = append(p.paid, order)
	}
	if strings.HasPrefix(text, "Bank refused") || strings.HasPrefix(text, "银行拒") {
		p.refused = order
	}
	p.lists = p.lists || strings.Contains(text, "Reply number") || strings.Contains(text, "回序号") || strings.Contains(text, "回1")
}

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

// agree keeps what the customer's text authorises.
func (p *phone) agree(text string) {
	code := codeWord.FindString(text)
	for _, q := range p.quotes {
		if q.code == code && q.cancels {
			p.cancels[q.order]++
		} else if q.code == code {
			p.agreed[q.order]++
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

// think chooses a text: mostly the next step of a journey, sometimes anything.
func (p *phone) think() (kind, text string) {
	if n := len(p.quotes); n > p.taken && p.s.chance(0.65) { // what most customers do with a quote
		p.taken = n
		return "code", p.pick("Y ", "y", "是", "确认 ", "") + p.quotes[n-1].code
	}
	if o := p.refused; o != "" && p.s.chance(0.6) { // with another account, or the same
		p.refused = ""
		return "pay", "PAY " + o + p.pick("", " C1", " C2", " 6222021234567894")
	}
	if len(p.paid) > 0 && p.s.chance(0.3) { // and what many do with a ticket, here
		o := p.paid[len(p.paid)-1]
		p.paid = p.paid[:len(p.paid)-1]
		return "cancel", p.say("CXL "+o, "退票 "+o)
	}
	switch r := p.s.rng.IntN(100); {
	case r < 25 && len(p.quotes) > 0:
		return p.reply()
	case r < 62:
		return p.journey()
	case r < 86 && len(p.orders) > 0:
		return p.about()
	case r < 95:
		return "service", p.pick("HELP", "帮助", "ORD", "订单", "STOP", "退订", "START", "开通", "LANG EN", "语言 中文", "ME", "CARD LIST", "M", "N", "Y",
			"HELP BOOK", "REFUND", "TICKET", "CXL", "退票", "AGENT", "改签", "PAY")
	}
	return "garbage", p.pick("hello there", "???", "asdf qwer", "你好吗", "😀😀", "BOKO G123", "123456", "x", "   ", "订G9999", "Y 000000", "2 2 2")
}

// reply answers a quote: rightly, late, with the code of another, or not at all.
func (p *phone) reply() (kind, text string) {
	q := p.quotes[len(p.quotes)-1]
	switch r := p.s.rng.IntN(20); {
	case r < 12:
		return "code", p.pick("Y ", "y", "是", "确认 ", "") + q.code
	case r < 14:
		return "code", "Y " + p.quotes[p.s.rng.IntN(len(p.quotes))].code
	case r < 15 && p.s.chance(0.5):
		return "code", "Y " + q.order
	case r < 15:
		return "code", fmt.Sprintf("Y %06d", p.s.rng.IntN(1_000_000))
	case r < 16: // of another phone
		if o := p.s.phones[p.s.rng.IntN(len(p.s.phones))]; len(o.quotes) > 0 {
			return "code", "Y " + o.quotes[len(o.quotes)-1].code
		}
		return "code", "Y 111111"
	case r < 17:
		return "drop", p.say("N", "不要")
	case r < 18:
		return "drop", "N " + q.order
	case r < 19:
		return "pay", "PAY " + q.order + p.pick("", " C1", " C2", " 6222021234567894", " 4000000000000002")
	}
	return "code", "PAY " + q.order + " " + q.code
}

// journey registers, searches or books.
func (p *phone) journey() (kind, text string) {
	service := p.pick("G123", "G123", "G1", "CA1501")
	card := p.pick("", "", "", " 6222021234567894", " 4000000000000002")
	switch r := p.s.rng.IntN(20); {
	case r < 4:
		return "register", p.say("REG Zhang Wei "+p.id, "注册 张伟 "+p.id)
	case r < 7:
		return "query", p.say("Q BEIJING SHANGHAI "+p.pick("", "TMR", "PM"), "北京 上海 "+p.pick("", "明天", "下午"))
	case r < 8:
		return "query", p.say("Q "+service, "查 "+service)
	case r < 11 && p.lists:
		return "choose", p.pick("1", "1 x2", "2", "1 x1", "3")
	case r < 13:
		return "book", p.say("B "+service+" BEIJING JINAN 1", "订 "+service+" 济南 南京 1张")
	}
	return "book", p.say("BOOK "+service+p.pick("", " TMR", " TMR")+p.pick(" 1", " 2", " 2", "")+card,
		"订 "+service+p.pick("", " 明天", " 明天")+p.pick(" 1张", " 2张", "两张", "")+card)
}

// about asks something about an order, often his own.
func (p *phone) about() (kind, text string) {
	o := p.orders[p.s.rng.IntN(len(p.orders))]
	if p.s.chance(0.1) {
		o = "K7M2P"
	}
	switch p.s.rng.IntN(10) {
	case 0, 1, 2, 3:
		return "cancel", p.say("CXL "+o, "退票 "+o)
	case 4:
		return "order", p.say("ORD "+o, "订单 "+o)
	case 5:
		return "order", p.say("TICKET "+o, "票 "+o)
	case 6:
		return "order", p.say("REFUND "+o, "退款 "+o)
	case 7:
		return "drop", "N " + o
	case 8:
		return "code", "Y " + o
	}
	return "pay", "PAY " + o + p.pick("", " C1", " card")
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
