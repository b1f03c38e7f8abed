package dialogue

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/parser"
)

// consultedForms are the forms of commands that words are added to. before is what was
// texted first: Li Na is saved as LI, C1 and C2 are on file, {order} is a paid ticket.
var consultedForms = map[string]struct {
	before []string
	text   string
}{
	"book":        {nil, "BOOK G5 5DEC 1"},
	"book bare":   {nil, "BOOK G5"},
	"book listed": {[]string{"Q BEIJING SHANGHAI 5DEC"}, "BOOK G5 1"},
	"choose":      {[]string{"Q BEIJING SHANGHAI 5DEC"}, "3 x1"},
	"option":      {[]string{"Q BEIJING SHANGHAI 5DEC"}, "G5"},
	"query":       {nil, "Q BEIJING SHANGHAI 5DEC"},
	"service":     {nil, "Q G5 5DEC"},
	"wait":        {nil, "WAIT G3 5DEC 1"},
	"wait line":   {[]string{"Q G3 5DEC"}, "W1"},
	"change":      {nil, "CHG {order} G7"},
	"cancel":      {nil, "CXL {order}"},
	"cancel held": {[]string{"BOOK G7 6DEC 2"}, "CXL {order}"},
	"confirm":     {[]string{"BOOK G7 6DEC 2"}, "Y {code}"},
	"drop":        {[]string{"BOOK G7 6DEC 2"}, "N {order}"},
	"pay":         {[]string{"BOOK G7 6DEC 2"}, "PAY {order} C2"},
	"orders":      {nil, "ORD {order}"},
	"ticket":      {nil, "TICKET {order}"},
	"refund":      {nil, "REFUND {order}"},
	"alert":       {nil, "ALERT G7 5DEC"},
	"remind":      {nil, "ALERT {order}"},
	"card":        {nil, "CARD DEF C2"},
	"stat":        {nil, "STAT 5DEC"},
	"hold":        {nil, "HOLD G7 5DEC"},
	"open":        {nil, "OPEN G7 5DEC"},
}

// consultedSlots are what may be added, each so that it contradicts the forms above.
var consultedSlots = map[string]string{
	"service": "G123", "place": "NANJING", "from": "FROM SHANGHAI", "to": "TO BEIJING", "date": "7DEC", "class": "1ST", "no class": "SLEEPER",
	"count": "x3", "alias": "LI", "people": "ME,LI", "stranger": "ME,BOB", "slip": "ME,LU", "account": "C2", "no account": "C9",
	"order": "M4Q8T", "code": "123456", "time": "AFTER 20", "before": "BEFORE 8", "arrival": "BY 6", "price": "UNDER 100", "kind": "FLY",
	"sort": "CHEAPEST", "word": "WINDOW", "document": "110105198001010016", "topic": "OFF", "card": "6222021234567894",
}

// chineseForms and chineseSlots are the same in Chinese.
var chineseForms = map[string]struct {
	before []string
	text   string
}{
	"book":        {nil, "订 G5 5号 1张"},
	"book bare":   {nil, "订 G5"},
	"book listed": {[]string{"北京 上海 5号"}, "订 G5 1张"},
	"choose":      {[]string{"北京 上海 5号"}, "3 1张"},
	"option":      {[]string{"北京 上海 5号"}, "G5"},
	"query":       {nil, "查 北京 上海 5号"},
	"service":     {nil, "查 G5 5号"},
	"wait":        {nil, "候补 G3 5号 1张"},
	"wait line":   {[]string{"查 G3 5号"}, "W1"},
	"change":      {nil, "改签 {order} G7"},
	"cancel":      {nil, "退票 {order}"},
	"cancel held": {[]string{"订 G7 6号 2张"}, "退票 {order}"},
	"confirm":     {[]string{"订 G7 6号 2张"}, "Y {code}"},
	"drop":        {[]string{"订 G7 6号 2张"}, "不要 {order}"},
	"pay":         {[]string{"订 G7 6号 2张"}, "付款 {order} C2"},
	"orders":      {nil, "订单 {order}"},
	"ticket":      {nil, "票 {order}"},
	"refund":      {nil, "退款 {order}"},
	"alert":       {nil, "提醒 G7 5号"},
	"remind":      {nil, "提醒 {order}"},
	"card":        {nil, "默认卡 C2"},
	"stat":        {nil, "统计 5号"},
	"hold":        {nil, "停售 G7 5号"},
	"open":        {nil, "开售 G7 5号"},
}

var chineseSlots = map[string]string{
	"service": "G123", "place": "南京", "from": "从上海", "to": "到北京", "date": "7号", "class": "一等", "no class": "软卧",
	"count": "3张", "alias": "李娜", "people": "我,李娜", "stranger": "我,王五", "slip": "我,李那", "account": "C2", "no account": "C9",
	"order": "M4Q8T", "code": "123456", "time": "20点后", "before": "8点前", "arrival": "6点前到", "price": "100元以内", "kind": "飞机",
	"sort": "最便宜", "word": "靠窗", "document": "110105198001010016", "topic": "关闭", "card": "6222021234567894",
}

// consultedWorld is a customer who has saved passengers and accounts, and a paid ticket.
func consultedWorld(t *testing.T) *world {
	s := settings()
	s.Operators, s.CustomerClasses = []booking.MSISDN{8613800138000}, []string{"vip"}
	s.WaitOrders = 2
	w := newWorld(t, s)
	w.cat.mixed()
	w.cat.places["nanjing"], w.cat.places["南京"] = parser.Place{ID: "NJH", Name: "Nanjing"}, parser.Place{ID: "NJH", Name: "南京"}
	w.stock["G3 2nd"], w.stock["G3 1st"] = 0, 0
	for _, text := range []string{"REG Zhang Wei 11010519491231002X", "PAX ADD LI Li Na 110105198001010016", "乘客 加 李娜 李娜 440524188001010014",
		"CARD ADD 4000000000000002", "Y {change}", "CARD ADD 4012888888881881", "Y {change}", "BOOK G1 5DEC 2", "Y {code}"} {
		w.text(w.fill(text))
	}
	require.Equal(t, booking.Issued, w.last().State)
	return w
}

// outcomeOf plays a text in a copy of a world, and tells all that came of it.
func outcomeOf(t *testing.T, base *world, before []string, text string) string {
	w := *base
	w.c = through(t, base.c)
	w.c.MSISDN = base.c.MSISDN
	w.orders, w.asked, w.seen, w.made = maps.Clone(base.orders), map[int64]bool{}, map[booking.State]int{}, map[booking.Call]int{}
	w.due, w.replies = slices.Clone(base.due), nil
	for _, text := range before {
		w.text(w.fill(text))
	}
	w.text(w.fill(text))
	var b strings.Builder
	for _, r := range w.replies {
		fmt.Fprintln(&b, r.Text)
	}
	for _, id := range w.opened() {
		o := w.orders[id]
		fmt.Fprintln(&b, o.Code, o.State, o.Trip.TripKey, o.Seats, fareOf(&o).Class, o.Price, o.Account.Last4, len(o.Passengers))
	}
	return b.String()
}

// harmless are the words that a form may pass over, each with the reason. All others change
// what is done, or are asked about.
var harmless = []struct{ forms, slots, why string }{
	{"book/book bare/book listed/choose/confirm", "sort", "the cheapest class is what is booked when none is named"},
	{"book bare/wait line", "account/card", "kept while the count is asked for"},
	{"book/book listed/choose/wait/change", "code", "a long number is a reference of the customer's own"},
	{"book bare/wait line", "code", "numbers may have been meant for the count, which is asked for"},
	{"wait/wait line/change/alert", "kind", "the service that is named has its kind: TRAIN G7 is speech"},
	{"cancel/cancel held/confirm/drop/pay", "kind", "the order that is named has its kind: MY FLIGHT K7M2P is speech"},
	{"cancel/cancel held", "card", "a refund goes to the account that paid, which the question names"},
	{"cancel/cancel held/confirm/alert", "word", "says nothing that we know of a journey; the text is about what it names"},
	{"confirm", "topic", "no word about a journey"},
	{"confirm/drop", "document", "the seats of a quote keep their names"},
	{"drop", "card", "what is dropped is not paid for"},
	{"change", "people/slip/stranger", "as many people as seats that have no names: a change is for all of them"},
	{"alert", "account/no account/card/document/sort", "an alert costs nothing and is for the phone that asks"},
	{"alert", "time/before/arrival", "every run of that service on that day is told of"},
	{"pay", "account/alias/arrival/before/card/class/count/date/document/from/no account/no class/order/people/place/price/service/slip/sort/stranger/time/to/topic/word",
		"the answer is a quote that says what is paid, for what and with what; only its code pays"},
	{"card", "*", "the question says which account is to pay, and only its code changes that"},
	{"query/service/option", "account/alias/card/document/no account/people/slip/stranger",
		"a list books nothing; the quote behind its number says who travels and what pays"},
	{"query/service/option", "class/no class/count", "kept for the number that answers; the quote says it"},
	{"query/service/option", "code/date/order/topic/word/service", "a list books nothing, and its head says the day and the route"},
	{"query", "place/from/to", "the head of the list says from where to where"},
	{"service/option", "arrival/kind/price/sort", "the answer says when the service arrives and what it costs"},
	{"orders/ticket/refund", "*", "says how one order stands, and changes nothing"},
	{"remind", "*", "a reminder of one order costs nothing; the answer says of which"},
	{"stat", "*", "counts what was sold, and changes nothing"},
	{"hold/open", "*", "the question says what is stopped or opened, and only its code does it"},
}

// passedOver is why a form may pass over a word; empty when it may not.
func passedOver(form, slot string) string {
	for _, h := range harmless {
		if slices.Contains(strings.Split(h.forms, "/"), form) && (h.slots == "*" || slices.Contains(strings.Split(h.slots, "/"), slot)) {
			return h.why
		}
	}
	return ""
}

// TestEveryWordIsConsulted adds every kind of word to every form of command. A word that
// changes neither the answer nor what is done was passed over in silence: then it must be one of
// those that are harmless there.
func TestEveryWordIsConsulted(t *testing.T) {
	used, base := map[string]bool{}, consultedWorld(t)
	for _, lang := range []struct {
		forms map[string]struct {
			before []string
			text   string
		}
		slots map[string]string
	}{{consultedForms, consultedSlots}, {chineseForms, chineseSlots}} {
		for _, form := range slices.Sorted(maps.Keys(lang.forms)) {
			f := lang.forms[form]
			plain := outcomeOf(t, base, f.before, f.text)
			for _, slot := range slices.Sorted(maps.Keys(lang.slots)) {
				text := f.text + " " + lang.slots[slot]
				if outcomeOf(t, base, f.before, text) == plain {
					why := passedOver(form, slot)
					require.NotEmpty(t, why, "%s: the %s of %s is passed over in silence", form, slot, text)
					used[why] = true
				}
			}
		}
	}
	for _, h := range harmless {
		require.True(t, used[h.why], "nothing is passed over any more for that reason: %s", h.why)
	}
}

// The same holds for what a Command carries: a new field must be put here, with a word that
// sets it.
func TestEveryFieldIsAdded(t *testing.T) {
	not := "Verb Lang Fuzzy Suggest DateChoices DateText Until UntilTime BadOrder Bare Choice Choices Waitlisted Name Topic TopicVerb Value Removed Unread Why Services ToOnly FromOnly"
	w := newWorld(t, settings())
	w.cat.places["nanjing"] = parser.Place{ID: "NJH", Name: "Nanjing"}
	set := map[string]bool{}
	for _, words := range consultedSlots {
		for _, before := range []string{"BOOK G5 ", "BOOK ", "Y ", "REG "} {
			v := reflect.ValueOf(parser.Parse(before+words, w.context()))
			for i := range v.NumField() {
				set[v.Type().Field(i).Name] = set[v.Type().Field(i).Name] || !v.Field(i).IsZero()
			}
		}
	}
	for field, ok := range set {
		require.True(t, ok || slices.Contains(strings.Fields(not), field), "no word of the table sets %s", field)
	}
}
