package torture

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// kind is what a message says, by its words alone.
type kind int

const (
	other kind = iota
	slow       // working on it: the answer is still to come
	quote      // pay for held seats
	cancelQuote
	changeQuote
	waitQuote // join the waitlist
	paid
	declined
	dropped
	cancelled
	partly // some seats are cancelled, others are valid
	changed
	stands  // nothing came of a cancel: the ticket is valid
	kept    // nothing came of a change: the old ticket is valid
	keptYet // the bank refused to pay for a change; the old ticket is valid
	joined
	gotSeats
	unlucky // off the waitlist
	soldOut
	wrongCode
	noQuestion  // is open that Y or N could answer
	forgetQuote // delete everything
	forgotten
	limited // no more of that today
	ended   // an order of the customer is over, or not his any more
	expired
)

// manner is whether a message answers a text.
type manner int

const (
	solicited manner = iota
	notice           // nobody asked for it
	either           // an answer, unless the order came from the waitlist
)

// phrase recognises one kind. Its groups are what the message says: order, old
// (the order whose ticket is changed), code, seats, names of seats, and amounts.
type phrase struct {
	kind   kind
	manner manner
	re     *regexp.Regexp
}

func phrases() []phrase { return append(englishPhrases(), chinesePhrases()...) }

// say makes a phrase. In it @x is an amount called x, #x an order called x.
func say(k kind, m manner, text string) phrase {
	text = regexp.MustCompile(`@(\w+)`).ReplaceAllString(text, `(?P<$1>[\d.]*\d)`)
	text = regexp.MustCompile(`#(\w+)`).ReplaceAllString(text, `(?P<$1>\w{5})`)
	return phrase{k, m, regexp.MustCompile(text)}
}

func englishPhrases() []phrase {
	const code = `(?P<code>\d{6})`
	return []phrase{
		say(slow, notice, `^(?:Asking for your seats|Asked your bank|Your payment went through, the ticket is being|Your ticket is being cancelled, no answer|Your bank has not answered)`),
		say(slow, notice, `^(?:Changing \w{5} to|Busy now\.)`),
		say(expired, notice, `^Not paid in time:.* order #order`),
		say(expired, notice, `^Not confirmed in time: no change\. Ticket #old stands`),
		say(unlucky, either, `^(?:You did not join the waiting list in time:|No seats were found for) .*order #order`),
		say(unlucky, either, `^Somebody in #order has a ticket`),
		say(gotSeats, notice, `^GOT SEATS.*: \S+ \S+ .*x(?P<seats>\d) CNY@price paid\. (?P<stay>.+)\. Order #order`),
		say(quote, notice, `^Seats found for #order:.* x(?P<seats>\d) CNY@price[ ,.].*Reply Y `+code+` to pay`),
		say(declined, notice, `^Seats found for #order:.*the bank refused`),
		say(cancelQuote, solicited, `^Cancel .+, order #order: (?:fare @fare fee @fee )?refund CNY@refund.*Reply Y `+code+` by`),
		say(changeQuote, solicited, `^Change #old (?:\S+ )?to (?P<number>\S+) (?P<date>\S+) \d{4}.*?: (?:fare )?diff (?P<diff>[+-]?[\d.]+) fee @fee(?:, pay CNY@charge with |, CNY@back back to )?.*Reply Y `+code+` or N`),
		say(waitQuote, solicited, `^Wait .*up to CNY@most.*Y `+code+` (?:to join|joins)`),
		say(quote, solicited, `^\S+ \S+ .* x(?P<seats>\d) CNY@price[ .].*Y `+code+` (?:to pay|pays).*Order #order`),
		say(quote, solicited, `^\S+ \S+.*: (?P<who>.+) CNY@price[ .].*Y `+code+` (?:to pay|pays).*Order #order`),
		say(quote, solicited, `reply Y `+code+` to pay CNY@price for #order`),
		say(paid, solicited, `^PAID CNY@price\. .*: (?P<stay>[^:]+)\. Order #order`),
		say(changed, solicited, `^CHANGED: .*: (?P<stay>[^:]+)\. New order #order(?:, #old is void)?\.(?: Paid CNY@charge\.| CNY@back goes back)?`),
		say(keptYet, solicited, `^Bank refused .* ticket #old stands\. New seats held`),
		say(kept, solicited, `^(?:No change: ticket|Wrong code, too often: no change\. Ticket) #old`),
		say(kept, solicited, `no change\. .*?[Tt]icket #old stands`),
		say(kept, solicited, `Ticket #old stands\. Instead:`),
		say(kept, solicited, `^#old was not changed to`),
		say(limited, solicited, `^\d+ paid orders were cancelled today|was changed before; a ticket can be changed`),
		say(declined, solicited, `^Bank refused .*PAY #order`),
		say(dropped, solicited, `^(?:Dropped|Left the waiting list:) #order`),
		say(partly, solicited, `^Cancelled .+, order #order: CNY@refund goes back.*Still valid: (?P<stay>.+)\.$`),
		say(cancelled, solicited, `^Cancelled #order: [^.]*\. (?:Fee CNY@fee, )?CNY@refund goes back`),
		say(stands, solicited, `^Your ticket #order stands`),
		say(stands, solicited, `^#order cannot be cancelled any more`),
		say(joined, solicited, `^Joined: .*WAIT X #order leaves`),
		say(soldOut, solicited, `is sold out in .*Nothing charged\. WAIT `),
		say(wrongCode, solicited, `^Wrong code\. (?:\d+ tries|1 try) left\. Order #order`),
		say(ended, solicited, `^Wrong code, too often\. (?:Quote|Your ticket) #order`),
		say(ended, solicited, `^Wrong code, too often\. #order is off`),
		say(ended, either, `the seats of #order went back`),
		say(ended, either, `^No answer from your bank for #order`),
		say(ended, either, `^#order could not be issued`),
		say(ended, solicited, `^#order is cancelled: .*CNY@gone went back`),
		say(ended, solicited, `^#order (?:was not held|was not paid|was dropped|was closed|was refused|was changed|is closed)`),
		say(ended, solicited, `^#order: your bank gave no answer`),
		say(noQuestion, solicited, `^Y or N only works`),
		say(forgetQuote, solicited, `^Delete all we have of you.*Reply Y `+code),
		say(forgotten, solicited, `^All we had of you is deleted`),
	}
}

func chinesePhrases() []phrase {
	const code = `(?P<code>\d{6})`
	return []phrase{
		say(slow, notice, `正在留座,尚无结果|^银行处理中|^款已收,正在出票|^正在退票,尚无结果|^银行未答复|正在改签到.*尚无结果|^改签\w{5}:银行处理|^现在繁忙`),
		say(expired, notice, `^未按时付款:.*单#order`),
		say(expired, notice, `^未按时确认,未改签:原票#old`),
		say(unlucky, either, `^未及时加入候补:.*单#order`),
		say(unlucky, either, `到截止未候到座,单#order`),
		say(unlucky, either, `^单#order乘客已有`),
		say(quote, notice, `^候补到座#order:.*?(?P<seats>\d)张@price元.*回Y `+code+`付款`),
		say(declined, notice, `^候补到座#order.*银行拒付`),
		say(gotSeats, notice, `^候补到座:.*已付@price元(?:,(?P<stay>[^。]+))?。单#order`),
		say(cancelQuote, solicited, `^退.+?(?::票?价@fare(?:手续)?费@fee)?,?退@refund元?.*前回Y `+code+`退票.*单#order`),
		say(changeQuote, solicited, `^改签#old(?: \S+)?→(?P<number>\S+) (?P<date>\S+) \d\d:\d\d.*?:差价(?P<diff>[+-]?[\d.]+)(?:手续)?费@fee(?:,补@charge元由|,退@back元至)?.*回Y `+code+`或N`),
		say(waitQuote, solicited, `^候补.*至多@most元.*回Y `+code+`加入`),
		say(quote, solicited, `(?P<seats>\d)张@price元.*回Y `+code+`付款.*单#order`),
		say(quote, solicited, ` @price元.*回Y `+code+`付款.*单#order`),
		say(paid, solicited, `^已付@price元。\S+ \S+ \d\d:\d\d\S* (?P<stay>[^。]*)。单#order`),
		say(changed, solicited, `^已改签:\S+ \S+ \d\d:\d\d\S* (?P<stay>[^。]*)。新单#order(?:,原单#old作废)?(?:。已补@charge元|。@back元退回)?`),
		say(keptYet, solicited, `^银行拒付.*原票#old保留。新座`),
		say(kept, solicited, `未改签:.*?原票#old`),
		say(kept, solicited, `(?:已售完|只剩\d+张),车票#old保留`),
		say(kept, solicited, `^单#old未改签到`),
		say(limited, solicited, `^今日已退\d+单|已改签过,每张票可改签`),
		say(declined, solicited, `^银行拒付.*付款 #order`),
		say(dropped, solicited, `^(?:已取消单|已退出候补:单)#order`),
		say(cancelled, solicited, `^已退票:[^,]*,(?:手续费@fee元,)?@refund元退回.*单#order`),
		say(partly, solicited, `^已退.+?,@refund元退回.*仍有效:(?P<stay>.+)。单#order`),
		say(stands, solicited, `^车票保留:.*单#order`),
		say(stands, solicited, `^单#order已不能退票`),
		say(joined, solicited, `^已加入候补.*单#order`),
		say(soldOut, solicited, `已售完,可发:候补`),
		say(wrongCode, solicited, `^码不对.*单#order`),
		say(ended, solicited, `^码错误次数过多.*单#order`),
		say(ended, either, `单#order座位已退回`),
		say(ended, either, `^银行无答复,单#order`),
		say(ended, either, `^单#order出票失败`),
		say(ended, solicited, `^单#order已退票:[^,]*,@gone元已退回`),
		say(ended, solicited, `^单#order(?:未留到座|未按时|已取消|银行拒付|银行无答复|已退票|已结束|已改签|因码错误)`),
		say(noQuestion, solicited, `^Y或N只能回复报价`),
		say(forgetQuote, solicited, `^删除您的全部资料.*回Y `+code),
		say(forgotten, solicited, `^您的资料已全部删除`),
	}
}

// reading is a message as a customer reads it.
type reading struct {
	kind                    kind
	manner                  manner
	order, old, code        string
	number, date, stay, who string
	seats                   int
	told                    map[string]int64 // amounts in the minor unit, by their names; diff has a sign
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
		r := reading{kind: p.kind, manner: p.manner, told: map[string]int64{}}
		for i, name := range p.re.SubexpNames() {
			if name != "" && m[i] != "" {
				r.set(name, m[i])
			}
		}
		return r
	}
	return reading{}
}

func (r *reading) set(name, value string) {
	switch name {
	case "order":
		r.order = value
	case "old":
		r.old = value
	case "code":
		r.code = value
	case "number":
		r.number = value
	case "date":
		r.date = value
	case "stay":
		r.stay = value
	case "who":
		r.who = value
	case "seats":
		r.seats = int(value[0] - '0')
	default:
		r.told[name] = minor(value)
	}
}

// minor is an amount in the minor unit: 553, 27.50 or -761.
func minor(text string) int64 {
	digits, negative := strings.CutPrefix(strings.TrimPrefix(text, "+"), "-")
	whole, part, _ := strings.Cut(digits, ".")
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if err != nil {
		return -1
	}
	if negative {
		return -n
	}
	return n
}

// counted is how many seats a list of seats, or of whose they are, is for; 0 when
// there is none.
func counted(stay string) int {
	if stay == "" {
		return 0
	}
	return max(1+strings.Count(stay, ",")+strings.Count(stay, "、"), strings.Count(stay, "车"))
}

// language is how a customer writes.
type language struct {
	register, book, query, yes, no, cancel, orders, pay string
	change, wait, forget, passenger, me                 string
	day                                                 func(time.Time) string
	seats                                               func(int) string
	names                                               []string
	syllables                                           []string // of names that nobody else has
}

func english() *language {
	return &language{register: "REG", book: "BOOK", query: "Q", yes: "Y", no: "N", cancel: "CXL", orders: "ORD", pay: "PAY",
		change: "CHG", wait: "WAIT", forget: "FORGET ME", passenger: "PAX ADD", me: "ME",
		day:       func(t time.Time) string { return strings.ToUpper(t.Format("2Jan")) },
		seats:     func(n int) string { return fmt.Sprint(n) },
		names:     []string{"Wang", "Li", "Zhang", "Zhao", "Chen"},
		syllables: []string{"wei", "xiao", "qing", "rong", "zhu", "kai", "min", "dong", "hua", "lian"}}
}

func chinese() *language {
	return &language{register: "注册", book: "订", query: "查", yes: "Y", no: "N", cancel: "退票", orders: "订单", pay: "付款",
		change: "改签", wait: "候补", forget: "注销", passenger: "乘客 加", me: "我",
		day:       func(t time.Time) string { return fmt.Sprintf("%d月%d日", t.Month(), t.Day()) },
		seats:     func(n int) string { return fmt.Sprintf("%d张", n) },
		names:     []string{"王", "李", "张", "赵", "陈"},
		syllables: []string{"伟", "晓", "青", "荣", "竹", "凯", "敏", "栋", "华", "莲"}}
}

// name is one that no other number of the run has.
func (l *language) name(n int) string {
	a, b, c := l.syllables[n/100%10], l.syllables[n/10%10], l.syllables[n%10]
	family := l.names[n/1000%len(l.names)]
	if len(a) == 3 && a[0] >= 0xE0 { // Han
		return family + a + b + c
	}
	given := a + b + c
	return family + " " + strings.ToUpper(given[:1]) + given[1:]
}
