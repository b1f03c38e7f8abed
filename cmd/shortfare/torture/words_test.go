package torture

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// kind is what a message says, by its words alone.
type kind int

const (
	other kind = iota
	quote
	cancelQuote
	paid
	declined
	dropped
	cancelled
	wrongCode
	ended // an order of the customer is over, or not his any more
	notice
)

// phrase recognises one kind; the groups are order and code where they are.
type phrase struct {
	kind kind
	re   *regexp.Regexp
}

func phrases() []phrase {
	p := func(k kind, re string) phrase { return phrase{k, regexp.MustCompile(re)} }
	return []phrase{
		p(notice, `^(?:Asking for your seats|Asked your bank|Your payment went through, the ticket is being|Your ticket is being cancelled, no answer|Your bank has not answered)`),
		p(notice, `^Not paid in time:.* order (?P<order>\w{5})`),
		p(notice, `正在留座,尚无结果|^银行处理中|^款已收,正在出票|^正在退票,尚无结果|^银行未答复`),
		p(notice, `^未按时付款:.*单(?P<order>\w{5})`),
		p(cancelQuote, `^Cancel .* order (?P<order>\w{5}): refund .*Reply Y (?P<code>\d{6}) by`),
		p(cancelQuote, `^退.*前回Y (?P<code>\d{6})退票.*单(?P<order>\w{5})`),
		p(quote, `Reply Y (?P<code>\d{6}) to pay.*Order (?P<order>\w{5})`),
		p(quote, `reply Y (?P<code>\d{6}) to pay .* for (?P<order>\w{5})`),
		p(quote, `回Y (?P<code>\d{6})付款.*单(?P<order>\w{5})`),
		p(paid, `^PAID .*Order (?P<order>\w{5})`),
		p(paid, `^已付.*单(?P<order>\w{5})`),
		p(declined, `^Bank refused .*PAY (?P<order>\w{5})`),
		p(declined, `^银行拒付.*付款 (?P<order>\w{5})`),
		p(dropped, `^Dropped (?P<order>\w{5})`),
		p(dropped, `^已取消单(?P<order>\w{5})`),
		p(dropped, `^Your ticket (?P<order>\w{5}) stands`),
		p(dropped, `^车票保留:.*单(?P<order>\w{5})`),
		p(cancelled, `^Cancelled (?P<order>\w{5})`),
		p(cancelled, `^已退票:.*单(?P<order>\w{5})`),
		p(wrongCode, `^Wrong code\. \d+ tries left\. Order (?P<order>\w{5})`),
		p(wrongCode, `^码不对.*单(?P<order>\w{5})`),
		p(ended, `^Wrong code, too often\. (?:Quote|Your ticket) (?P<order>\w{5})`),
		p(ended, `^码错误次数过多.*单(?P<order>\w{5})`),
		p(ended, `the seats of (?P<order>\w{5}) went back`),
		p(ended, `单(?P<order>\w{5})座位已退回`),
		p(ended, `^No answer from your bank for (?P<order>\w{5})`),
		p(ended, `^银行无答复,单(?P<order>\w{5})`),
		p(ended, `^(?P<order>\w{5}) (?:could not be issued|was not held|was not paid|was dropped|was refused|is cancelled|is closed)`),
		p(ended, `^(?P<order>\w{5}): your bank gave no answer`),
		p(ended, `^单(?P<order>\w{5})(?:出票失败|未留到座|未按时|已取消|银行拒付|银行无答复|已退票|已结束)`),
	}
}

// reading is a message as a customer reads it.
type reading struct {
	kind        kind
	order, code string
}

// reader reads messages, each wording once.
type reader struct {
	phrases []phrase
	seen    map[string]reading
}

func newReader() *reader { return &reader{phrases: phrases(), seen: map[string]reading{}} }

func (d *reader) read(text string) reading {
	r, ok := d.seen[text]
	if !ok {
		r = d.fresh(strings.ReplaceAll(text, "\n", " "))
		d.seen[text] = r
	}
	return r
}

func (d *reader) fresh(text string) reading {
	for _, p := range d.phrases {
		m := p.re.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		r := reading{kind: p.kind}
		for i, name := range p.re.SubexpNames() {
			switch name {
			case "order":
				r.order = m[i]
			case "code":
				r.code = m[i]
			}
		}
		return r
	}
	return reading{}
}

// language is how a customer writes.
type language struct {
	register, book, query, yes, no, cancel, orders, pay string
	day                                                 func(time.Time) string
	seats                                               func(int) string
	names                                               []string
}

func english() *language {
	return &language{register: "REG", book: "BOOK", query: "Q", yes: "Y", no: "N", cancel: "CXL", orders: "ORD", pay: "PAY",
		day:   func(t time.Time) string { return strings.ToUpper(t.Format("2Jan")) },
		seats: func(n int) string { return fmt.Sprint(n) },
		names: []string{"Wang Wei", "Li Na", "Zhang Min", "Zhao Lei", "Chen Jing"}}
}

func chinese() *language {
	return &language{register: "注册", book: "订", query: "查", yes: "Y", no: "N", cancel: "退票", orders: "订单", pay: "付款",
		day:   func(t time.Time) string { return fmt.Sprintf("%d月%d日", t.Month(), t.Day()) },
		seats: func(n int) string { return fmt.Sprintf("%d张", n) },
		names: []string{"王伟", "李娜", "张敏", "赵磊", "陈静"}}
}
