package dialogue

import (
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/parser"
)

// What the templates teach customers to text must be read as it is meant.
func TestTaughtTextsAreRead(t *testing.T) {
	w := newWorld(t, settings())
	for text, want := range map[string]parser.Verb{
		"Q BEIJING SHANGHAI 5DEC": parser.Query, "Q BEIJING SHANGHAI 5DEC PM": parser.Query, "Q G123": parser.Query,
		"B G123 5DEC 2": parser.Book, "B G123 5DEC 2 2ND": parser.Book, "BOOK G123": parser.Book, "1 x2": parser.Choose, "1 2ND": parser.Choose,
		"M": parser.More, "BACK": parser.Back, "ORD": parser.Orders, "ORD K7M2P": parser.Orders, "TICKET K7M2P": parser.Ticket,
		"CXL K7M2P": parser.Cancel, "CXL K7M2P 2": parser.Cancel, "CHG K7M2P": parser.Change, "CHG K7M2P G5": parser.Change, "CHG K7M2P TMR": parser.Change,
		"CHG K7M2P G5 6DEC": parser.Change, "REFUND": parser.Refund, "ALERT": parser.Alert, "ALERT K7M2P": parser.Alert, "ALERT K7M2P OFF": parser.Alert,
		"ALERT G123 5DEC": parser.Alert, "ALERT G123 OFF": parser.Alert,
		"退票 K7M2P 2": parser.Cancel, "改签 K7M2P": parser.Change, "改签 K7M2P G5": parser.Change, "改签 K7M2P 明天": parser.Change, "改签 K7M2P G5 6号": parser.Change,
		"退款": parser.Refund, "提醒": parser.Alert, "提醒 K7M2P": parser.Alert, "提醒 K7M2P 关": parser.Alert, "提醒 G123 关": parser.Alert, "提醒 G123 5号": parser.Alert,
		"REFUND K7M2P": parser.Refund, "REG": parser.Register, "ME": parser.Profile, "CARD": parser.Card,
		"PAY K7M2P C2": parser.Pay, "PAY K7M2P": parser.Pay, "N": parser.Drop, "N K7M2P": parser.Drop, "Y 730214": parser.Confirm,
		"AGENT": parser.Agent, "HELP": parser.Help, "HELP BOOK": parser.Help, "LANG ZH": parser.Language, "LANG EN": parser.Language,
		"STOP": parser.Stop, "START": parser.Start,
		"SET NAME Zhang Wei": parser.Set, "SET CITY BEIJING": parser.Set, "SET JOB student": parser.Set, "SET NOTIFY OFF": parser.Set, "SET ID": parser.Set,
		"PAX": parser.Passengers, "PAX LIST": parser.Passengers, "PAX DEL LI": parser.Passengers, "PAX ADD LI Li Na E12345678": parser.Passengers,
		"CARD DEF C2": parser.Card, "CARD DEL C2": parser.Card, "CARD ADD ALIPAY 13800138000": parser.Card, "FORGET ME": parser.Forget, "BOOK G123 ME,LI": parser.Book,
		"查 北京 上海 5号": parser.Query, "查 G123": parser.Query, "订 G123 5号 2张": parser.Book, "订 G123 5号 2张 二等": parser.Book,
		"订 G123": parser.Book, "更多": parser.More, "上页": parser.Back, "订单": parser.Orders, "订单 K7M2P": parser.Orders, "票 K7M2P": parser.Ticket,
		"退票 K7M2P": parser.Cancel, "退款 K7M2P": parser.Refund, "注册": parser.Register, "资料": parser.Profile, "绑卡": parser.Card,
		"付款 K7M2P C2": parser.Pay, "付款 K7M2P": parser.Pay, "人工": parser.Agent, "帮助": parser.Help, "帮助 订": parser.Help,
		"语言 中文": parser.Language, "语言 英文": parser.Language, "退订": parser.Stop, "开通": parser.Start,
		"修改 姓名 张伟": parser.Set, "修改 地区 北京": parser.Set, "修改 通知 关": parser.Set, "乘客": parser.Passengers, "乘客 列": parser.Passengers,
		"乘客 删 李": parser.Passengers, "乘客 加 李 李娜 E12345678": parser.Passengers, "卡": parser.Card, "默认卡 C2": parser.Card, "解绑 C2": parser.Card,
		"绑卡 支付宝 13800138000": parser.Card, "注销": parser.Forget, "订 G123 我,李": parser.Book,
	} {
		cmd := parser.Parse(text, w.context())
		got := cmd.Verb
		if got == parser.Confirm && want == parser.Pay { // PAY is both: by what follows
			got = parser.Pay
		}
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"Q BEIJING SHANGHAI 5DEC FLY CHEAPEST UNDER 500 BY 18", "查 北京 上海 5号 飞机 最便宜 500元以内 18点前到"} {
		c := parser.Parse(text, w.context())
		require.Equal(t, []any{parser.Flights, parser.ByPrice, 500, 18 * 60}, []any{c.Kind, c.Sort, c.MaxPrice, c.Arrive.To}, text)
	}
	require.Equal(t, parser.Buses, parser.Parse("Q BEIJING SHANGHAI BUS", w.context()).Kind)
	require.Equal(t, "en", parser.Parse("语言 英文", w.context()).Topic)
	require.Equal(t, parser.Book, parser.Parse("帮助 订", w.context()).TopicVerb)
	require.Equal(t, parser.Book, parser.Parse("HELP BOOK", w.context()).TopicVerb)
}

// Every help topic is a text of its own, in both languages.
func TestHelpTopics(t *testing.T) {
	set := settings()
	set.TextsPer5Min = 0
	w := newWorld(t, set)
	seen := map[string]string{}
	for _, text := range []string{"HELP", "HELP BOOK", "HELP Q", "HELP PAY", "HELP CXL", "HELP CHG", "HELP ALERT", "HELP ORD", "HELP REG", "HELP STOP", "HELP WAIT", "HELP CARD", "HELP PAX", "HELP SET",
		"帮助 绑卡", "帮助 乘客", "帮助 修改", "帮助", "帮助 订", "帮助 查", "帮助 付款", "帮助 退票", "帮助 改签", "帮助 提醒", "帮助 订单", "帮助 注册", "帮助 候补"} {
		w.text(text)
		got := w.replies[0].Text
		require.Empty(t, seen[got], "%s and %s", text, seen[got])
		seen[got] = text
		w.text("CARD LIST") // asking for a card number by text is not allowed (PCI DSS 4.2.2)
		require.NotRegexp(t, `(?i)card number|卡号`, got)
	}
}

// A class is read as the texts that are offered write it.
func TestOfferedClassesAreRead(t *testing.T) {
	w := newWorld(t, settings())
	for _, class := range parser.Classes {
		for _, verb := range []string{"BOOK G5 5DEC x2 ", "CHG K7M2P G5 5DEC "} {
			require.Equal(t, class, parser.Parse(verb+classWord(class), w.context()).Class, verb+classWord(class))
		}
	}
}
