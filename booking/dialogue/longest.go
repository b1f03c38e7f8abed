package dialogue

import (
	"fmt"
	"slices"
	"strings"

	"shortfare/smpp/coding"
)

// Characters of one message (3GPP 23.040 §9.2.3.24.1).
const (
	gsmSegment  = 160
	ucs2Segment = 70
)

// made are placeholders that other templates of the language make, by the beginnings of
// their keys: the longest of them is what is met.
var made = map[string][]string{
	"board": {"board"}, "kind": {"kind."}, "how": {"how."}, "tickets": {"seats.one", "seats.many"}, "what": {"what.id", "what.add", "what.delete", "what.default", "what.forget"},
	"account": {"account.card", "account.phone", "account.alipay", "account.wechat", "account.bank"}, "question": {"query.how", "query.to", "query.from"},
	"tail": {"list.more", "list.end"}, "progress": {"refund.requested", "refund.sent", "refund.accepted", "refund.settled", "refund.failed"},
}

// tooLong lists what a file of a language says in more than one segment with the longest
// values, as "wrong: too long by 7: 167 of 160 characters", with the line of its shortest
// variant. A language that is not written in the letters of GSM 7-bit (3GPP 23.038 §6.2.1) has
// 70 characters.
func (m *messages) tooLong() []string {
	english, chinese := longestValues()
	values := english
	if m.lang == "zh" {
		for name, v := range chinese {
			values[name] = v
		}
	} else {
		m.own(values)
	}
	var all []problemLine
	for key, lines := range m.lines {
		text := m.render(key, func(name string) string { return values[name] })
		e, units, segments := coding.Units(text)
		if segments <= 1 {
			continue
		}
		limit := ucs2Segment
		if e == coding.GSM7 {
			limit = gsmSegment
		}
		name := key
		if len(lines) > 1 {
			name += "." + itoa(len(lines))
		}
		all = append(all, problemLine{lines[len(lines)-1], fmt.Sprintf("%s: too long by %d: %d of %d characters", name, units-limit, units, limit)})
	}
	slices.SortFunc(all, func(a, b problemLine) int { return a.line - b.line })
	var texts []string
	for _, p := range all {
		texts = append(texts, fmt.Sprintf("line %d: %s", p.line, p.text))
	}
	return texts
}

type problemLine struct {
	line int
	text string
}

// own puts what the language's own templates make in the place of the English values, where
// it has them.
func (m *messages) own(values map[string]string) {
	mine := map[string]string{}
	for name, keys := range made {
		for key, texts := range m.texts {
			if len(m.lines[key]) == 0 || len(texts) == 0 || !slices.ContainsFunc(keys, func(k string) bool { return strings.HasPrefix(key, k) }) {
				continue
			}
			text := texts[0].render(func(name string) string { return values[name] })
			if name == "account" {
				text += m.say("account.alias", "alias", values["alias"])
			}
			if len([]rune(text)) > len([]rune(mine[name])) {
				mine[name] = text
			}
		}
	}
	for name, text := range mine {
		values[name] = text
	}
}

// longestValues are the longest values that templates meet in real use, in English and for
// Chinese. Station names and numbers are real ones.
func longestValues() (english, chinese map[string]string) {
	english = map[string]string{
		"number": "G1229/G1232", "date": "25Dec", "time": "0900", "arrival": "1328", "from": "Shanghai Hongqiao", "to": "Zhangjiajie West",
		"class": "soft sleeper", "seats": "5", "price": "CNY12345.50", "refund": "CNY12345.50", "account": "Alipay*7890 (C5)",
		"order": "K7M2P", "until": "14:35", "by": "14:15", "code": "730214", "places": "car15 17A,17B,17C,17D,17F", "name": "Alexandra Wang",
		"document": "1101**********002X", "limit": "100", "text": "BOOK G1229/G1232 25DEC x5 SOFT SLEEPER C5", "word": "REFUND",
		"short": "106575123456", "last": "7890", "alias": "C5", "accounts": "card*7890 (C1), card*1234 (C2), Alipay*0000 (C3)",
		"first": "25Dec", "second": "12Dec", "place": "Shanghai Hongqiao", "fares": "2nd 1234.50 left 123, 1st 1234.50 left 123",
		"left": "left 1234", "page": "10", "pages": "99", "asked": "25Dec", "n": "30", "orders": "K7M2P, M4Q8T, K7M2P", "board": "Board with ID.", "question": "Where from and where to? Text Q from to date, e.g. Q BEIJING SHANGHAI 5DEC, or a service: Q G123.",
		"options": "1 = 1st 1234.50 left 123, 2 = business 3456.50 left 12",
		"reason":  "G1229/G1232 25Dec 0900 is sold out in soft sleeper. Nothing charged.", "classes": "2nd 1234.50, 1st 1234.50, business 3456.50",
		"details": "Alipay*7890 (C5) pays, notices off, lives in Zhangjiajie, service worker", "job": "doctor or nurse", "when": "25Dec 14:35",
		"how": "PAX ADD alias name id", "what": "remove Alipay*7890 (C5)", "languages": "DE, EN, ES, FR, IT, PT, ZH", "brand": "Mastercard ", "other": "Alipay*1234 (C4)",
		"fare": "12345.50", "fee": "1234.50", "kept": "CNY1234.50", "who": "Zhang Wei, Li Na", "whose": "Zhang Wei, Li Na", "seat": "car15 17A,17B", "gone": "Zhang Wei, Li Na",
		"day": "25", "goneseat": "car15 17A,17B", "stay": "Wang Fang, Liu Yang, Chen Jie", "tickets": "5 seats", "old": "M4Q8T", "oldnumber": "G1233/G1236", "olddate": "25Dec",
		"oldtime": "1000", "diff": "+1234.50", "changefee": "123.50", "charge": "CNY1234.50", "toclass": " business", "due": ", pay CNY1234.50 with Alipay*7890 (C5)",
		"settlement": " CNY1234.50 goes back to Alipay*7890 (C5).", "amount": "CNY1234.50", "next": "W3R9K", "progress": "The bank booked it 25Dec 12:05; it is on its way to you.",
		"seated": "Alexandra Wang car15 17A, Zhang Wei car15 17B", "names": "Alexandra Wang, Zhang Wei, Li Na", "services": "G1229/G1232 or G1233/G1236 or 2 more",
		"deadline": "24Dec 19:00", "most": "CNY12345.50", "ahead": "1234", "party": "Alexandra Wang, Zhang Wei, Li Na", "minutes": "123", "wdate": "25DEC",
		"rest": "4", "max": "12345", "kind": "flight", "since": "25Dec 14:35", "tries": "4", "part": "255", "state": "checked by a person", "head": "25Dec Shanghai Hongqiao-Zhangjiajie West 10/99",
		"span": "24 h", "hours": "08:00-20:00", "phone": "8613*******01", "why": "could not be read K7M2P",
		"tail": "Reply number to book, M more", "lines": "1 G1229/G1232 25Dec 0900, 2 G1233/G1236 26Dec 1000",
	}
	chinese = map[string]string{
		"seated": "欧阳娜娜15车17A 李娜15车17B", "names": "欧阳娜娜、李娜、王芳", "services": "G1229/G1232或另2趟", "deadline": "12/24 19:00", "most": "12345.5元",
		"party": "欧阳娜娜、李娜、王芳", "wdate": "25号",
		"details": "支付宝*7890(C5)付款,通知开,新疆巴音郭楞蒙古自治州,服务业", "job": "服务业", "when": "12/25 14:35", "how": "乘客 加 代号 姓名 证件号",
		"what": "删除支付宝*7890(C5)", "brand": "万事达", "other": "支付宝*1234(C4)",
		"kept": "1234.5元", "who": "欧阳娜娜、李娜", "whose": "欧阳娜娜、李娜", "seat": "15车17A,17B", "gone": "欧阳娜娜、李娜", "goneseat": "15车17A,17B", "stay": "王芳、刘洋",
		"tickets": "5张", "oldnumber": "G1233", "olddate": "12/25", "oldtime": "10:00", "charge": "1234.5元", "toclass": "商务", "due": ",补1234.5元由支付宝*7890(C5)",
		"settlement": "1234.5元退回支付宝*7890(C5)。", "amount": "1234.5元", "progress": "银行12/25 12:05已受理,到账途中。",
		"date": "12/25", "time": "09:00", "arrival": "13:28", "from": "上海虹桥", "to": "张家界西", "class": "软卧", "price": "12345.5元",
		"refund": "12345.5元", "account": "支付宝*7890(C5)", "places": "15车17A,17B,17C,17D,17F", "name": "欧阳娜娜", "text": "BOOK G1229/G1232 25DEC x5 C5",
		"word": "乘客", "accounts": "卡*7890(C1), 卡*1234(C2), 支付宝*0000(C3)", "first": "12/25", "second": "12/12", "place": "上海虹桥",
		"fares": "二等553余123, 一等933.5余123", "left": "余1234", "asked": "12/25", "reason": "G1229/G1232届时(12/25)不开。",
		"classes": "二等1234.5, 一等1234.5", "state": "人工核对", "kind": "火车", "since": "12/25 14:35", "board": "凭证件乘车", "question": "从哪到哪?请发:查 北京 上海 5号,或 查 G123", "options": "1)一等1234.5余123, 2)商务3456.5余12", "head": "12/25上海虹桥-张家界西", "tail": "回序号订M更多",
		"lines": "1)G1229/G1232 12/25 09:00", "span": "24小时", "why": "短信未看懂 K7M2P",
	}
	return english, chinese
}

// longest is the longest value of a placeholder in a language.
func longest(lang, name string) string {
	english, chinese := longestValues()
	if v, ok := chinese[name]; ok && lang == "zh" {
		return v
	}
	return english[name]
}
