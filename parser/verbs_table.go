package parser

import "strings"

// slots are the kinds of words a verb takes.
type slots uint16

const (
	sService slots = 1 << iota
	sPlaces
	sDate
	sClass
	sCount
	sPeople
	sAccount
	sOrder
	sCode
	sChoice // a bare number is Choice
	sTopic
	sWish // kind, order, highest price and arrival

	sTrip = sService | sPlaces | sDate | sClass | sCount
	sAll  = sTrip | sPeople | sAccount | sOrder
)

// verbSlots is the form of every verb. Verbs not listed take no slots or
// are read by a function of their own.
var verbSlots = [...]slots{
	None:         sAll | sWish,
	Query:        sTrip | sWish,
	Choose:       sCount | sPeople | sClass | sAccount,
	Book:         sAll | sWish,
	Confirm:      sCode | sOrder | sAccount,
	Drop:         sOrder,
	Pay:          sCode | sOrder | sAccount,
	Cancel:       sOrder | sChoice | sPeople | sService | sDate,
	Orders:       sOrder | sChoice,
	Ticket:       sOrder | sChoice,
	Change:       sOrder | sService | sPlaces | sDate | sClass | sPeople | sAccount,
	Refund:       sOrder,
	Wait:         sTrip | sPeople | sAccount | sOrder | sTopic,
	Alert:        sOrder | sService | sPlaces | sDate | sTopic,
	Card:         sAccount | sTopic,
	Stat:         sDate | sService | sTopic,
	CancelOrStop: sOrder | sChoice,
	Suspend:      sService | sDate | sClass,
	Resume:       sService | sDate | sClass,
	Broadcast:    0,
	Review:       sOrder,
}

func (v Verb) slots() slots {
	if int(v) < len(verbSlots) {
		return verbSlots[v]
	}
	return 0
}

// risky tells whether the verb spends, cancels or stops: read through a typo
// it is asked about.
func (v Verb) risky() bool {
	switch v {
	case Book, Confirm, Drop, Pay, Cancel, Stop, Change, Wait, Suspend, Resume, Broadcast:
		return true
	}
	return false
}

// atOnce tells whether the verb may act without a second step: CXL drops an
// unpaid order, N a quote, and Y is the second step. It runs only as it is
// taught: not completed, nor behind NOT or WHY.
func (v Verb) atOnce() bool {
	switch v {
	case Confirm, Drop, Pay, Cancel, Stop:
		return true
	}
	return false
}

// quoted tells whether the verb leads to a quote, which has a second step: it
// may be cut short (RESERV).
func (v Verb) quoted() bool { return v == Book || v == Change || v == Wait }

// several tells whether the verb takes more than one service.
func (v Verb) several() bool { return v == Wait || v == Suspend || v == Resume }

// verbRow lists the words of one verb; exact only words are neither
// completed nor corrected.
type verbRow struct {
	verb  Verb
	words string
	exact bool
}

// verbRows is the command table. Words of whole messages only (opt-out,
// opt-in) are in wholeRows.
var verbRows = [...]verbRow{
	{verb: Register, words: "reg register join signup 注册 登记 开户"},
	{verb: Profile, words: "me profile account 资料 我的资料 个人资料 我的信息"},
	{verb: Set, words: "set update 修改"},
	{verb: Passengers, words: "pax passenger passengers who 乘客 乘车人 常用乘客 加乘客 添加乘客 新增乘客 删乘客 删除乘客 乘客列表"},
	{verb: Card, words: "card cards bank payby 绑卡 解绑 卡 默认卡 默认 设为默认 银行卡 加卡 添加银行卡 绑定银行卡 绑定 删卡 删除银行卡 解绑银行卡 解绑卡 解卡 我的卡"},
	{verb: Query, words: "q find from train trains fly flight bus query search 查 查询 查票 车次 航班 余票 查余票 查车次"},
	{verb: More, words: "m more next 更多 下页 下一页 翻页"},
	{verb: Back, words: "back 上页 上一页"},
	{verb: Book, words: "b book buy reserve 订 订票 买 买票 购票 购买 预订 订购"},
	{verb: Confirm, words: "y ok confirm yes 确认 确定 是"},
	{verb: Pay, words: "pay 付款 支付"},
	{verb: Drop, words: "n drop no 否 不要"},
	{verb: Cancel, words: "cxl cancel can 退票 取消 退"},
	{verb: Change, words: "chg change move 改签 改 换 改成 换成 改到 换到"},
	{verb: Refund, words: "refund ref 退款 退款进度 我的退款 查退款 退款查询 查询退款"},
	{verb: Orders, words: "ord order orders my 订单 我的 我的订单 查订单 查询订单 查单"},
	{verb: Ticket, words: "ticket 票 车票"},
	{verb: Wait, words: "wait wl waitlist 候补 取消候补 退出候补 候补列表 我的候补"},
	{verb: Alert, words: "alert alerts follow unfollow 提醒 关注 取消提醒 关闭提醒 取消关注"},
	{verb: Language, words: "lang language 语言 切换语言"},
	{verb: Language, words: "en english zh chinese 中文 英文 英语 说英文 说中文 用英文 用中文", exact: true},
	{verb: Help, words: "help info 帮助 说明 使用说明"},
	{verb: Agent, words: "agent human call 人工 客服 人工客服 转人工 转人工服务 人工服务 联系客服 找客服"},
	{verb: Stat, words: "stat 统计"},
	{verb: Suspend, words: "hold 停售 暂停销售"},
	{verb: Resume, words: "open 开售"},
	{verb: Broadcast, words: "bcast 通知"},
	{verb: Desk, words: "desk 工单"},
	{verb: Review, words: "review 复核"},
}

// wholeRows are read only when they are the whole message.
var wholeRows = [...]verbRow{
	// The keywords that carriers and aggregators ask for (Twilio and AWS, opt-out
	// keywords; CANCEL is the profile's), and 回T退订 of Chinese carriers.
	{verb: Stop, words: "stop stopall end quit unsubscribe revoke optout remove arret arrêt 退订 td t"},
	{verb: Start, words: "start unstop 开通 恢复"},
	{verb: Help, words: "help info 帮助 说明"},
	// Two words are read as one here: FORGET ME.
	{verb: Forget, words: "forgetme deleteme eraseme deleteaccount deletedata 注销 销户 注销账户 注销账号 注销帐户 注销帐号 注销我的账户 注销用户 删除账户 删除账号 删除我的账户 删除我的资料 删除资料"},
}

// lateVerbs may stand behind what they are about: `G123 订两张`, `K7M2P 退票`.
var lateVerbs = wordSet("book buy reserve cxl cancel refund 订 订票 买 买票 购票 预订 查 查询 退票 取消 退款 改签 改成 换成 改到 换到 余票 候补 agent human 人工 客服")

// wordTopics are the sub-commands that a verb's word has in it.
var wordTopics = map[string]string{
	"绑卡": "ADD", "加卡": "ADD", "添加银行卡": "ADD", "绑定银行卡": "ADD", "绑定": "ADD", "加乘客": "ADD", "添加乘客": "ADD", "新增乘客": "ADD",
	"解绑": "DEL", "删卡": "DEL", "删除银行卡": "DEL", "解绑银行卡": "DEL", "解绑卡": "DEL", "解卡": "DEL", "删乘客": "DEL", "删除乘客": "DEL",
	"默认卡": "DEF", "默认": "DEF", "设为默认": "DEF", "我的卡": "LIST", "乘客列表": "LIST", "候补列表": "LIST", "我的候补": "LIST",
	"取消候补": "X", "退出候补": "X", "取消提醒": "OFF", "关闭提醒": "OFF", "取消关注": "OFF", "unfollow": "OFF",
}

type verbWord struct {
	word  string
	verb  Verb
	exact bool
}

// verbWords and wholeWords are verbRows and wholeRows by word; latinWords
// are those that may be completed or corrected.
var (
	verbWords  = byWord(verbRows[:])
	wholeWords = byWord(wholeRows[:])
	latinWords = latin(verbRows[:])
)

func byWord(rows []verbRow) map[string]verbWord {
	m := make(map[string]verbWord)
	for _, row := range rows {
		for w := range strings.FieldsSeq(row.words) {
			m[w] = verbWord{w, row.verb, row.exact}
		}
	}
	return m
}

func latin(rows []verbRow) []verbWord {
	var l []verbWord
	for _, row := range rows {
		for w := range strings.FieldsSeq(row.words) {
			if !row.exact && isASCII(w) && len(w) >= 3 {
				l = append(l, verbWord{w, row.verb, row.exact})
			}
		}
	}
	return l
}

func wordSet(words string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// completeVerb returns the verb that alone has words starting with w.
func completeVerb(w string) (verbWord, bool) {
	var found verbWord
	if len(w) < 3 {
		return found, false
	}
	for _, v := range latinWords {
		if len(v.word) > len(w) && v.word[:len(w)] == w {
			if found.word != "" && found.verb != v.verb {
				return verbWord{}, false
			}
			found = v
		}
	}
	return found, found.word != ""
}

// correctVerb returns the verb w is a typo of: one slip in words of 4 to 6
// letters, two from 7, one verb only.
func correctVerb(w string) (verbWord, bool) {
	var found verbWord
	if len(w) < 3 || !isASCII(w) {
		return found, false
	}
	best, unique := 3, false
	for _, v := range latinWords {
		if len(w) == 3 && (len(v.word) != 4 || v.verb != Book && v.verb != Wait) {
			continue // BOK: short words are corrected only where it is asked about
		}
		allowed := 1
		if len(v.word) >= 7 && len(w) >= 7 {
			allowed = 2
		}
		if len(v.word) < 4 {
			continue
		}
		d := damerau(w, v.word, allowed)
		switch {
		case d > allowed || d > best:
		case d < best:
			found, best, unique = v, d, true
		case v.verb != found.verb:
			unique = false
		}
	}
	return found, unique
}
