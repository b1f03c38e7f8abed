package simulation

import "fmt"

// think chooses a text: mostly the next step of a journey, sometimes anything.
func (p *phone) think() (kind, text string) {
	if p.guesses && len(p.quotes) > 0 && p.s.chance(0.7) {
		return "code", fmt.Sprintf("Y %06d", p.s.rng.IntN(1_000_000))
	}
	if n := len(p.quotes); n > p.taken && p.s.chance(0.65) { // what most customers do with a quote
		p.taken = n
		return "code", p.pick("Y ", "y", "是", "确认 ", "") + p.quotes[n-1].code
	}
	if o := p.refused; o != "" && p.s.chance(0.6) { // with another account, or the same
		p.refused = ""
		return "pay", "PAY " + o + p.pick("", " C1", " C2", " 6222021234567894")
	}
	if p.asked && p.s.chance(0.7) { // who travels
		p.asked = false
		return "names", p.pick("ME", "LI", "ME,LI", "LI,WANG", "Li Na "+idCard(20))
	}
	if p.full && p.s.chance(0.6) { // no seats now, perhaps later
		p.full = false
		if p.s.chance(0.4) {
			return "book", "BOOK " + p.s.favourite + " TMR " + p.pick("1", "1", "2", "LI")
		}
		return p.wait()
	}
	if p.forgot && len(p.orders) > 0 && p.s.chance(0.5) {
		return "order", p.pick("ORD ", "TICKET ", "REFUND ", "CXL ") + p.orders[p.s.rng.IntN(len(p.orders))]
	}
	if len(p.paid) > 0 && p.s.chance(0.3) { // and what many do with a ticket, here
		o := p.paid[len(p.paid)-1]
		p.paid = p.paid[:len(p.paid)-1]
		return p.give(o)
	}
	if p.s.forgetful && len(p.orders) > 0 && p.s.chance(0.1) {
		return "forget", p.say("FORGET ME", "注销")
	}
	if p.operator && p.s.chance(0.3) {
		return p.operate()
	}
	switch r := p.s.rng.IntN(100); {
	case r < 20 && len(p.quotes) > 0:
		return p.reply()
	case r < 54:
		return p.journey()
	case r < 78 && len(p.orders) > 0:
		return p.about()
	case r < 83:
		return p.wait()
	case r < 90:
		return p.own()
	case r < 96:
		return "service", p.pick("HELP", "帮助", "ORD", "订单", "STOP", "退订", "START", "开通", "LANG EN", "语言 中文", "ME", "CARD LIST", "M", "N", "Y",
			"HELP BOOK", "REFUND", "TICKET", "CXL", "退票", "AGENT", "改签", "PAY", "ALERT", "WAIT LIST", "候补 列", "WAIT", "CHG")
	}
	return "garbage", p.pick("hello there", "???", "asdf qwer", "你好吗", "😀😀", "BOKO G123", "123456", "x", "   ", "订G9999", "Y 000000", "2 2 2", "HODL G123")
}

// reply answers a quote: rightly, late, with the code of another, or not at all.
func (p *phone) reply() (kind, text string) {
	q := p.quotes[len(p.quotes)-1]
	order := q.order
	if order == "" {
		order = "K7M2P"
	}
	switch r := p.s.rng.IntN(20); {
	case r < 12:
		return "code", p.pick("Y ", "y", "是", "确认 ", "") + q.code
	case r < 14:
		return "code", "Y " + p.quotes[p.s.rng.IntN(len(p.quotes))].code
	case r < 15 && p.s.chance(0.5):
		return "code", "Y " + order
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
		return "drop", "N " + order
	case r < 19:
		return "pay", "PAY " + order + p.pick("", " C1", " C2", " 6222021234567894", " 4000000000000002")
	}
	return "code", "PAY " + order + " " + q.code
}

// service names what is booked: mostly the same, so that customers meet.
func (p *phone) service() string {
	return p.pick(p.s.favourite, p.s.favourite, p.s.favourite, "G123", "G1", "CA1501")
}

// journey registers, searches or books.
func (p *phone) journey() (kind, text string) {
	service := p.service()
	card := p.pick("", "", "", " 6222021234567894", " 4000000000000002")
	switch r := p.s.rng.IntN(20); {
	case r < 3:
		return "register", p.registration()
	case r < 5:
		return "query", p.say("Q BEIJING SHANGHAI "+p.pick("", "TMR", "PM"), "北京 上海 "+p.pick("", "明天", "下午"))
	case r < 6:
		return "query", p.say("Q "+service, "查 "+service)
	case r < 9 && p.lists:
		return "choose", p.pick("1", "1 x2", "2", "1 x1", "3", "W1", "W2")
	case r < 10:
		return "book", p.say("B "+service+" BEIJING JINAN 1", "订 "+service+" 济南 南京 1张")
	case r < 13 && (p.s.rail.named || p.s.chance(0.3)):
		return "book", p.say("BOOK "+service+" TMR "+p.pick("ME", "LI", "ME,LI", "WANG", "LI,WANG"), "订 "+service+" 明天 "+p.pick("我", "李", "我,李"))
	}
	return "book", p.say("BOOK "+service+p.pick("", " TMR", " TMR", " TMR")+p.pick(" 1", " 2", " 2", " 3", "")+card,
		"订 "+service+p.pick("", " 明天", " 明天", " 明天")+p.pick(" 1张", " 2张", "两张", " 3张", "")+card)
}

// registration says who the customer is; now and then wrongly.
func (p *phone) registration() string {
	if p.s.verifies && p.s.chance(0.3) {
		return p.say("REG Li Si "+p.id, "注册 李四 "+p.id)
	}
	return p.say("REG "+rightName+" "+p.id, "注册 "+rightNameZh+" "+p.id)
}

// give cancels a ticket, or seats of it, or takes another one for it.
func (p *phone) give(o string) (kind, text string) {
	if p.s.returns && p.s.chance(0.5) {
		return "cancel", p.say("CXL "+o, "退票 "+o)
	}
	switch r := p.s.rng.IntN(20); {
	case r < 6:
		return "cancel", p.say("CXL "+o, "退票 "+o)
	case r < 10:
		return "part", p.say("CXL "+o+p.pick(" 1", " 2", " 2", " LI", " 1 ticket"), "退票 "+o+p.pick(" 1", " 2", " 1张"))
	case r < 19:
		return "change", p.change(o)
	}
	return "alert", p.say("ALERT "+o, "提醒 "+o) + p.pick("", "", " OFF")
}

// change asks for another ticket instead.
func (p *phone) change(o string) string {
	return p.say("CHG "+o+p.pick(" G1", " G123", " G1 TMR", " TMR", " FRI", " 1ST", " 2ND", " G5", "", " CA1501"),
		"改签 "+o+p.pick(" G1", " G123", " 明天", " 周五", " 一等", " G5", ""))
}

// wait joins the waitlist, leaves it or asks about it.
func (p *phone) wait() (kind, text string) {
	services := p.service()
	if p.s.chance(0.25) {
		services = "G123,G1"
	}
	switch r := p.s.rng.IntN(20); {
	case r < 3 && p.lists:
		return "wait", p.pick("W1", "W2", "W3", "W1 x2", "候补2")
	case r < 4:
		return "wait", p.pick("WAIT LIST", "候补 列", "WAIT X", "WAIT")
	case r < 6 && len(p.orders) > 0:
		o := p.orders[p.s.rng.IntN(len(p.orders))]
		return "wait", p.say("WAIT X "+o, "候补 取消 "+o)
	case r < 8 && p.s.rail.named:
		return "wait", "WAIT " + services + " TMR " + p.pick("ME", "LI", "ME,LI")
	case r < 9:
		return "wait", p.say("WAIT "+services+" BEIJING JINAN TMR 1", "候补 "+services+" 济南 南京 明天 1张")
	}
	return "wait", p.say("WAIT "+services+p.pick("", " TMR", " TMR", " TMR")+p.pick(" 1", " 2", " x2", " 3", "")+p.pick("", "", "", " 6222021234567894", " 4000000000000002"),
		"候补 "+services+p.pick("", " 明天", " 明天", " 明天")+p.pick(" 1张", " 2张", " 2张", " 3张", ""))
}

// own is about the customer's own data.
func (p *phone) own() (kind, text string) {
	switch p.s.rng.IntN(12) {
	case 0, 1:
		return "pax", "PAX ADD LI Li Na " + p.pick(idCard(20), p.s.phones[p.s.rng.IntN(len(p.s.phones))].id)
	case 2:
		return "pax", p.say("PAX ADD WANG Wang Fang "+idCard(21), "乘客 加 李 李娜 "+idCard(20))
	case 3:
		return "pax", p.pick("PAX DEL LI", "PAX LIST", "乘客 列", "PAX")
	case 4:
		return "profile", p.say("SET NAME "+p.pick(rightName, "Li Si"), "修改 姓名 "+rightNameZh)
	case 5:
		return "profile", p.say("SET ID "+p.pick(idCard(30), p.id), "修改 证件 "+idCard(31))
	case 6:
		return "profile", p.pick("SET CITY BEIJING", "修改 地区 上海", "SET JOB student", "SET NOTIFY OFF", "SET NOTIFY ON", "SET PAY C1")
	case 7, 8:
		return "forget", p.say("FORGET ME", "注销")
	case 9:
		return "account", p.pick("CARD ADD 6222021234567894", "CARD DEL C1", "CARD DEF C1", "绑卡 6222021234567894")
	}
	service := p.service()
	return "alert", p.say("ALERT "+service+p.pick("", " TMR", " TMR", " OFF"), "提醒 "+service+p.pick("", " 明天", " 关"))
}

// operate is what only operators may do.
func (p *phone) operate() (kind, text string) {
	service := p.service()
	switch p.s.rng.IntN(10) {
	case 0:
		return "operate", p.pick("STAT", "STAT TMR", "统计 明天", "STAT TMR STATE", "STAT TMR WHO")
	case 1, 2, 3:
		return "operate", p.say("HOLD "+service+p.pick("", " TMR", " TMR 2ND"), "停售 "+service+p.pick("", " 明天"))
	case 4:
		return "operate", p.say("OPEN "+service+p.pick("", " TMR", " TMR 2ND"), "开售 "+service+p.pick("", " 明天"))
	}
	p.s.casts++
	return "operate", fmt.Sprintf("BCAST %s%s Track %d, coach %d", service, p.pick("", " TMR", " TMR"), p.s.casts, p.s.casts)
}

// about asks something about an order, often his own.
func (p *phone) about() (kind, text string) {
	o := p.orders[p.s.rng.IntN(len(p.orders))]
	if p.s.chance(0.1) {
		o = "K7M2P"
	}
	switch p.s.rng.IntN(12) {
	case 0, 1, 2:
		return p.give(o)
	case 3, 4:
		return "change", p.change(o)
	case 5:
		return "order", p.say("ORD "+o, "订单 "+o)
	case 6:
		return "order", p.say("TICKET "+o, "票 "+o)
	case 7:
		return "order", p.say("REFUND "+o, "退款 "+o)
	case 8:
		return "drop", "N " + o
	case 9:
		return "code", "Y " + o
	case 10:
		return "cancel", p.say("CXL "+o, "退票 "+o)
	}
	return "pay", "PAY " + o + p.pick("", " C1", " card")
}
