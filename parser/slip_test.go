package parser_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"shortfare/parser"
)

// examples are the forms of the command table, in both languages.
var examples = []string{
	"REG Zhang Wei 11010519491231002X", "REGISTER Li Na E12345678", "JOIN Li Na E12345678", "ME", "SET CITY 010", "SET ID E12345678",
	"SET PAY C2", "SET NOTIFY OFF", "UPDATE NAME Zhang Wei", "PAX ADD LI Li Na 11010519491231002X", "PAX DEL LI", "PAX LIST", "WHO",
	"CARD ADD 6222021234567894 AS C1", "CARD ADD ALIPAY 13800138000", "CARD DEL C1", "CARD LIST", "CARD DEF C2",
	"Q BEIJING SHANGHAI 5DEC PM", "Q G123", "FIND BEIJING SHANGHAI", "FROM BEIJING TO SHANGHAI", "BEIJING SHANGHAI", "TRAIN BEIJING SHANGHAI",
	"FLY BEIJING SHANGHAI CHEAPEST", "Q BEIJING SHANGHAI UNDER 500 BY 18", "BUS BEIJING TIANJIN ARRIVE BEFORE 18",
	"M", "MORE", "NEXT", "BACK", "1", "1 x2 ME,LI", "W2", "B G123 5DEC 2", "BOOK G123 2 card", "BOOK G123 5DEC 2 2ND C1", "BUY G123 2",
	"BOOK G123 2 6222021234567894", "RESERVE G123 2", "BOOKG123x2", "Y 730214", "OK 730214", "CONFIRM 730214", "YES 730214", "PAY 730214",
	"PAY K7M2P C2", "N", "DROP", "NO", "CXL K7M2P 2", "CXL K7M2P", "CANCEL K7M2P LI", "CAN K7M2P", "CHG K7M2P G5", "CHANGE K7M2P 6DEC",
	"MOVE K7M2P G5", "REFUND K7M2P", "REF K7M2P", "ORD", "ORD K7M2P", "ORDERS", "MY", "TICKET K7M2P", "WAIT G3,G7 5DEC 2ND ME,LI BY 4DEC 19",
	"WL G3 5DEC 2", "WAIT LIST", "WAIT X W31", "ALERT K7M2P", "ALERT G123 5DEC ON", "FOLLOW K7M2P OFF", "LANG EN", "LANG ZH", "EN", "ENGLISH",
	"HELP", "HELP BOOK", "INFO", "?", "AGENT", "HUMAN", "CALL", "STOP", "STOPALL", "UNSUBSCRIBE", "REVOKE", "OPTOUT", "START", "UNSTOP",
	"STAT", "STAT 5DEC", "HOLD G123", "OPEN G123", "BCAST G123 Delayed by 20 min", "DESK", "DESK DONE 7 called", "REVIEW K7M2P ISSUED",
	"注册 张伟 11010519491231002X", "登记 张伟 E12345678", "开户 张伟 E12345678", "资料", "修改 地区 北京", "修改 支付 C2", "修改 通知 关",
	"乘客 加 李 李娜 E12345678", "乘客 删 李", "乘客 列", "绑卡 6222021234567894", "解绑 C1", "卡", "默认卡 C2", "查 北京 上海 5号", "查询 G123",
	"车次 G123", "航班 北京 上海 最便宜", "查 北京 上海 500元以内 18点前到", "余票 北京 上海", "北京 上海", "更多", "下页", "上页", "1 两张 我,李", "订 G123 5号 李,我 二等", "订G123两张", "订票 G123 2张",
	"买 G123 两张", "购票 G123 两张", "预订 G123 两张", "Y 码 730214", "确认 730214", "是 730214", "付款 730214", "付款 K7M2P C2", "否", "不要",
	"退票 K7M2P 李", "退票 K7M2P", "取消 K7M2P", "退 K7M2P", "改签 K7M2P 6号", "改 K7M2P G5", "换 K7M2P G5", "退款 K7M2P", "退款进度", "订单",
	"我的", "订单 K7M2P", "票 K7M2P", "候补 G3 5号 二等 我,李 4号19点截止", "候补 列", "候补 取消 W31", "提醒 K7M2P", "关注 G123 5号", "语言 英文",
	"中文", "帮助", "帮助 订", "说明", "人工", "客服", "退订", "TD", "开通", "恢复", "统计", "统计 5号", "停售 G123", "开售 G123", "通知 G123 晚点", "工单", "工单 完成 7", "复核 K7M2P 有效",
}

// spelled are the words of the table that spend, cancel or stop, as written
// in it or as a phrase made of them.
var spelled = map[parser.Verb]string{
	parser.Book:    "b book buy reserve order 订 订票 买 购票 预订",
	parser.Confirm: "y ok confirm yes pay 确认 是 付款 支付 确定",
	parser.Pay:     "pay 付款 支付", parser.Drop: "n no drop 否 不要",
	parser.Cancel: "cxl cancel can 退票 取消 退", parser.Change: "chg change move 改签 改 换",
	parser.Wait:    "wait wl waitlist 候补",
	parser.Suspend: "hold 停售", parser.Resume: "open 开售", parser.Broadcast: "bcast 通知",
	parser.Stop: "stop stopall end quit unsubscribe revoke optout 退订 td t",
}

// slips returns every text one insertion, deletion, replacement or swap of
// neighbours away.
func slips(text string, alphabet []rune, each func(string)) {
	rs := []rune(text)
	n := 0
	for i := 0; i <= len(rs); i++ {
		head, tail := string(rs[:i]), rs[i:]
		for _, c := range alphabet {
			if n++; n%thin != 0 {
				continue
			}
			each(head + string(c) + string(tail))
			if len(tail) > 0 && c != tail[0] {
				each(head + string(c) + string(tail[1:]))
			}
		}
		if len(tail) > 0 {
			each(head + string(tail[1:]))
		}
		if len(tail) > 1 {
			each(head + string(tail[1]) + string(tail[0]) + string(tail[2:]))
		}
	}
}

// hanLetters are the characters of all commands and what sounds like them.
func hanLetters() []rune {
	seen := map[rune]bool{}
	var out []rune
	add := func(s string) {
		for _, r := range s {
			if r >= utf8.RuneSelf && !seen[r] {
				seen[r] = true
				out = append(out, r)
			}
		}
	}
	for _, e := range examples {
		add(e)
	}
	for _, chars := range parser.Homophones {
		add(string([]rune(chars)[:min(4, utf8.RuneCountInString(chars))]))
	}
	return out
}

// TestSlips makes every slip of one key in every example of the command
// table. What comes out never spends, cancels or stops without being asked:
// the verb is spelled as the table has it, or it is asked about; a code, an
// order and the whole of an opt-out word stand in the text as they were read.
func TestSlips(t *testing.T) {
	ctx := goldenContext()
	latin := []rune("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,?-")
	both := append(append([]rune(nil), latin...), hanLetters()...)
	texts := 0
	crossed := map[string]string{}
	for _, e := range examples {
		want := parser.Parse(e, ctx)
		letters := latin
		if want.Lang == parser.Chinese {
			letters = both
		}
		slips(e, letters, func(text string) {
			texts++
			c := parser.Parse(text, ctx)
			words := spelled[c.Verb]
			if words == "" || c.Suggest != "" || c.Bare {
				return // nothing risky, asked about, or the code and nothing else
			}
			if !names(text, words, c.Verb) {
				t.Errorf("%q, a slip of %q, is read as %s unasked", text, e, c.Verb)
			}
			if c.Code != "" {
				require.Contains(t, strings.Join(strings.Fields(text), ""), c.Code, text)
			}
			if c.Order != "" && !c.BadOrder {
				require.Contains(t, strings.ToUpper(text), c.Order)
				require.True(t, parser.ValidOrderCode(c.Order))
			}
			if effect(c) && !effect(want) {
				crossed[text] = e
			}
		})
	}
	for text, e := range crossed {
		text = strings.Join(strings.Fields(strings.Trim(text, " .,?-")), " ")
		require.Contains(t, otherCommands, text, "a slip of %q", e)
	}
	t.Logf("%d texts", texts)
}

// otherCommands are the slips that are another command, to the letter: nobody
// can tell them from it.
var otherCommands = strings.Split("N|T|END|否|N K7M2P|否 K7M2P|付款 K7M2P|退票 K7M2P|退 K7M2P", "|")

// effect tells whether a command may do something at once.
func effect(c parser.Command) bool {
	if c.Suggest != "" {
		return false
	}
	switch c.Verb {
	case parser.Confirm:
		return c.Code != ""
	case parser.Pay, parser.Cancel:
		return c.Order != "" || c.Waitlisted
	case parser.Drop, parser.Stop:
		return true
	}
	return false
}

// names tells whether one of the words stands in the text: a word of letters
// as such, with digits behind it at most; for opt-outs it is the whole text.
// Book, Change and Wait, which a quote follows, may be cut short.
func names(text, words string, v parser.Verb) bool {
	text = strings.ToLower(strings.Trim(text, " .,?-"))
	for w := range strings.FieldsSeq(words) {
		if v == parser.Stop {
			if strings.NewReplacer(" ", "", ".", "", ",", "", "-", "", "?", "").Replace(text) == w {
				return true
			}
			continue
		}
		if w[0] >= utf8.RuneSelf {
			if strings.Contains(text, w) {
				return true
			}
			continue
		}
		for i := 0; i+len(w) <= len(text); i++ {
			if !strings.HasPrefix(text[i:], w) || i > 0 && text[i-1] >= 'a' && text[i-1] <= 'z' {
				continue
			}
			rest := text[i+len(w):]
			if rest == "" || rest[0] < 'a' || rest[0] > 'z' || parser.ValidOrderCode(rest[:min(5, len(rest))]) || len(rest) > 1 && (rest[1] >= '0' && rest[1] <= '9' || len(rest) > 2 && rest[2] <= '9') {
				return true
			}
		}
		short := v == parser.Book || v == parser.Change || v == parser.Wait
		if first := strings.FieldsFunc(text, func(r rune) bool { return r < 'a' || r > 'z' }); short && len(first) > 0 && len(first[0]) >= 3 && strings.HasPrefix(w, first[0]) {
			return true
		}
	}
	return false
}
