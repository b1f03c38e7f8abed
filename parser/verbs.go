package parser

// Classes are the canonical class names a Command can hold.
var Classes = [...]string{"2nd", "1st", "business", "premium", "economy", "sleeper",
	"soft sleeper", "hard sleeper", "soft seat", "hard seat", "standing"}

// keywords are the words customers are taught, English and Chinese.
var keywords = [...][2]string{
	Register: {"REG", "注册"}, Query: {"Q", "查"}, More: {"M", "更多"}, Back: {"BACK", "上页"},
	Book: {"BOOK", "订"}, Confirm: {"Y", "Y"}, Drop: {"N", "N"}, Pay: {"PAY", "付款"},
	Cancel: {"CXL", "退票"}, Orders: {"ORD", "订单"}, Ticket: {"TICKET", "票"},
	Help: {"HELP", "帮助"}, Language: {"LANG", "语言"}, Stop: {"STOP", "退订"}, Start: {"START", "开通"},
	Change: {"CHG", "改签"}, Refund: {"REFUND", "退款"}, Wait: {"WAIT", "候补"}, Alert: {"ALERT", "提醒"},
	Card: {"CARD", "绑卡"}, Passengers: {"PAX", "乘客"}, Profile: {"ME", "资料"}, Set: {"SET", "修改"},
	Agent: {"AGENT", "人工"}, Stat: {"STAT", "统计"}, Suspend: {"HOLD", "停售"}, Resume: {"OPEN", "开售"},
	Broadcast: {"BCAST", "通知"}, Forget: {"FORGET ME", "注销"}, Desk: {"DESK", "工单"}, Review: {"REVIEW", "复核"},
}

// Keyword returns the word customers are taught for the verb: "BOOK", 订.
// It is empty for None, Unknown, Choose and CancelOrStop.
func (v Verb) Keyword(l Lang) string {
	if int(v) >= len(keywords) {
		return ""
	}
	if l == Chinese {
		return keywords[v][1]
	}
	return keywords[v][0]
}

// String returns the verb's English keyword, or a name in lower case for
// what has none.
func (v Verb) String() string {
	switch v {
	case None:
		return "none"
	case Unknown:
		return "unknown"
	case Choose:
		return "choose"
	case CancelOrStop:
		return "cancel-or-stop"
	}
	if k := v.Keyword(English); k != "" {
		return k
	}
	return "invalid"
}
