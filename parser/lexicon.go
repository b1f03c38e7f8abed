package parser

import "strings"

// lex is what a word that is no verb, place or number says.
type lex uint8

const (
	lexFiller   lex = iota + 1 // says nothing
	lexMonth                   // n is the month
	lexWeekday                 // n is the weekday, Sunday 0; +7 in the week after
	lexDay                     // n days from today; w the time of day
	lexWindow                  // w
	lexClass                   // s
	lexUnit                    // makes the number before it a count
	lexNumber                  // n
	lexFrom                    // the next place is where from
	lexTo                      // the next place is where to
	lexAfter                   // the next time is the earliest
	lexBefore                  // the next time is the latest
	lexUntil                   // the next date is a deadline
	lexNext                    // the next weekday is in the week after
	lexMe                      // the customer
	lexAnd                     // joins people
	lexCard                    // an account
	lexTail                    // the next four digits are an account's last
	lexWallet                  // the next mobile number is an account
	lexAs                      // the next word is a name
	lexWish                    // a wish no slot holds
	lexWeekend                 // Saturday or Sunday; n weeks ahead
	lexMonthRel                // the next day is in the month n ahead
	lexKind                    // a kind of service
	lexCheap                   // cheapest first
	lexUnder                   // the next number is the highest price
	lexArrive                  // the next time is of the arrival
)

type lexWord struct {
	kind lex
	n    int
	w    Window
	s    string
}

var (
	morning   = Window{0, 720}
	noon      = Window{660, 840}
	afternoon = Window{720, 1080}
	evening   = Window{1080, 1440}
	pm        = Window{720, 1440}
	night     = Window{0, 360}
)

// lexicon holds the words of both languages. No entry is changed after it is
// made.
var lexicon = makeLexicon()

func makeLexicon() map[string]lexWord {
	m := make(map[string]lexWord, 400)
	add := func(l lexWord, words string) {
		for w := range strings.FieldsSeq(words) {
			m[w] = l
		}
	}
	addDates(m, add)
	for w, window := range map[string]Window{
		"am morning 上午 上五 早上 早晨 清晨 早班": morning, "noon midday 中午": noon, "pm": pm, "afternoon 下午 下五 午后": afternoon,
		"evening night 晚上 傍晚 夜里 晚间 晚班": evening, "凌晨": night,
	} {
		add(lexWord{kind: lexWindow, w: window}, w)
	}
	for class, w := range map[string]string{
		"2nd": "second 2nd 二等 二等座 二等票", "1st": "first 1st 一等 一等座 一等票 头等 头等舱",
		"business": "business biz 商务 商务座 商务舱 公务舱", "premium": "premium 特等 特等座",
		"economy": "economy eco 经济 经济舱", "sleeper": "sleeper berth 卧铺 卧 卧票",
		"soft sleeper": "softsleeper 软卧", "hard sleeper": "hardsleeper 硬卧",
		"soft seat": "softseat 软座", "hard seat": "hardseat 硬座", "standing": "standing 无座 站票",
	} {
		add(lexWord{kind: lexClass, s: class}, w)
	}
	for kind, w := range map[lex]string{
		lexFiller: "please pls plz thanks thank you thx hi hello dear the a an for of on at in with want i would like " +
			"class kindly id so go is do order orders ord need my show any some get im could should where there " +
			// station codes have three letters: words of talk must not be read as places
			"how are you what when why not will has had but all did it they we our your who " +
			"掉 怎么 如何 " +
			"请问 问 是 码 验证码 " +
			"的 我的 多少钱 票 车票 请 帮我 帮 我要 我想 想 要 给我 麻烦 谢谢 您好 你好 了 吗 呢 吧 啊 次 " +
			"有没有 还有 有 坐 一下 出发 座 元 选 第 序号 号 那天 这周 本周 张票 个人 位 帐号 账号 账户 用 " +
			"cvv cvv2 cvc cvc2 cvn pin password passwd pwd passcode 密码 安全码 单号 订单 查询 余票 截止 截至 付款 支付 付 把 站 下 看 看看 几点 车 this status price prices than cny rmb yuan usd",
		lexUnit: "ticket tickets tix seat seats person persons people adult adults pcs pax x",
		lexFrom: "from 从 自 由", lexTo: "to 到 至 去 往 开往 前往",
		lexAfter: "after since aftr", lexBefore: "before befor", lexUntil: "by until",
		lexNext: "next", lexMe: "me myself 我 本人 自己", lexAnd: "and plus 和 跟 与 及 还有我",
		lexCard: "card acct account bank 卡 银行卡 默认卡 我的卡", lexTail: "ending 尾号 卡尾号",
		lexWallet: "alipay wechat mobile 支付宝 微信 手机号", lexAs: "as 别名",
		lexCheap: cheapWords, lexUnder: underWords, lexArrive: arriveWords,
		lexWish: "window aisle lower upper middle berths 下铺 中铺 上铺 靠窗 过道",
	} {
		add(lexWord{kind: kind}, w)
	}
	for k, words := range kindWords {
		add(lexWord{kind: lexKind, n: k}, words)
	}
	m["飞"] = lexWord{kind: lexTo, n: int(Flights)} // 北京飞上海
	for i, w := range strings.Fields("one two three four five six seven eight nine") {
		add(lexWord{kind: lexNumber, n: i + 1}, w)
	}
	return m
}

// addDates adds the names of months and weekdays and the days near today.
func addDates(m map[string]lexWord, add func(lexWord, string)) {
	for i, w := range []string{"jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
		"aug august", "sep sept september", "oct october", "nov november", "dec december"} {
		add(lexWord{kind: lexMonth, n: i + 1}, w)
	}
	for i, w := range []string{"sun sunday", "mon monday", "tue tues tuesday", "wed weds wednesday",
		"thu thur thurs thursday", "fri friday", "sat saturday"} {
		add(lexWord{kind: lexWeekday, n: i}, w)
	}
	for i, day := range []string{"日 天", "一", "二", "三", "四", "五", "六"} {
		for d := range strings.FieldsSeq(day) {
			for _, week := range []string{"周", "星期", "礼拜"} {
				add(lexWord{kind: lexWeekday, n: i}, week+d+" 本"+week+d+" 这"+week+d)
				add(lexWord{kind: lexWeekday, n: i + 7}, "下"+week+d+" 下个"+week+d)
				add(lexWord{kind: lexWeekday, n: i + 14}, "下下"+week+d+" 下下个"+week+d)
			}
		}
	}
	for w, d := range map[string]int{"today tod todays 今天 今日 今": 0, "tomorrow tmr tmrw tmw tomorow tomorrows 明天 明日 名天 明儿": 1,
		"overmorrow 后天 后日 候天 厚天 后儿": 2, "大后天": 3, "yesterday 昨天 昨日": -1, "前天": -2} {
		add(lexWord{kind: lexDay, n: d}, w)
	}
	for w, weeks := range map[string]int{"weekend 周末 这周末 本周末 这个周末": 0, "下周末 下个周末": 1} {
		add(lexWord{kind: lexWeekend, n: weeks}, w)
	}
	add(lexWord{kind: lexMonthRel}, "本月 这个月 这月")
	add(lexWord{kind: lexMonthRel, n: 1}, "下月 下个月")
	m["tonight"] = lexWord{kind: lexDay, w: evening}
	m["今晚"] = lexWord{kind: lexDay, w: evening}
	m["今早"] = lexWord{kind: lexDay, w: morning}
	m["明早"] = lexWord{kind: lexDay, n: 1, w: morning}
	m["明晚"] = lexWord{kind: lexDay, n: 1, w: evening}
}

// hanWord returns the longest word of the lexicon at the start of s and its
// length in bytes.
func hanWord(s string) (lexWord, int) {
	for n := min(6*3, len(s)); n >= 3; n-- {
		if n < len(s) && s[n]&0xC0 == 0x80 {
			continue
		}
		if l, ok := lexicon[s[:n]]; ok {
			return l, n
		}
	}
	return lexWord{}, 0
}

// hanVerb returns the longest verb at the start of s and its length.
func hanVerb(s string) (verbWord, int) {
	for n := min(6*3, len(s)); n >= 3; n-- {
		if n < len(s) && s[n]&0xC0 == 0x80 {
			continue
		}
		if v, ok := verbWords[s[:n]]; ok {
			return v, n
		}
	}
	return verbWord{}, 0
}

// hanNumber reads a Chinese numeral at the start of s: 两, 十二, 三十, 二零二六. It returns its length in bytes, 0 when there is none.
func hanNumber(s string) (value, length int) {
	ten := false
	for i, r := range s {
		d := strings.IndexRune("零一二三四五六七八九", r)
		switch {
		case r == '十' && !ten:
			ten = true
			value = max(value, 1) * 10
		case (r == '两' || r == '俩') && length == 0:
			return 2, 3
		case r == '百' && length == 3 && value > 0:
			return value * 100, i + 3
		case d >= 0 && !ten && i < 4*3: // digit by digit, as years are written
			value = value*10 + d/3
		case d > 0 && ten && value%10 == 0:
			value += d / 3
		default:
			return value, i
		}
		length = i + 3
		if ten && value >= 100 {
			return 0, 0
		}
	}
	return value, length
}

// talk holds words of three letters that people write and stations have for
// telecodes, or may have: they are places only among places.
var talk = wordSet("abc ace act add age ago aid aim air all amp and ann any ape arm art ask ate bad bag ban bar bat bay bed bee ben " +
	"bet big bit bob bow box boy bug bus but buy bye cab can cap car cat cop cow cry cup cut dad dan day did die dig dog don dot dry due ear " +
	"eat egg end eva eye fan far fat fax fee few fit fix fly for fox fun gap gas get god got gun guy had hat has her hey hid him hip his hit " +
	"hot how ian ice ill ink its jam jar jet jim job joe jon joy ken key kid kim lab law lay leg leo let lie lip log lol lot low mad man map " +
	"mat max may men met mix mob mom mop mrs mud mum net new nor not now nut odd off oil old one our out own pan pay pen per pet pie pig pin " +
	"pit pop pot put ran raw ray red rid rip rob ron row roy rub run sad sam sat saw say sea see set sex she sir sit six ski sky sms son sue " +
	"sum sun tap tax tea ted ten the tie tim tin tip toe tom ton too top toy try two use van via vip war was way web wet who why win wow yes " +
	"yet you zip zoo")

// topics maps the words of sub-commands to their canonical form.
var topics = func() map[string]string {
	m := make(map[string]string)
	for canonical, words := range map[string]string{
		"ADD": "add ad new 加 添加 增加 绑定 新增", "DEL": "del delete remove rm 删 删除 解绑 移除", "LIST": "list ls all show 列 列表 查看 全部",
		"DEF": "def default 默认 设为默认", "ON": "on 开 打开 开启", "OFF": "off 关 关闭", "X": "x cancel cxl 取消 退出",
		"NAME": "name 姓名 名字", "ID": "id document passport 证件 证件号 身份证 身份证号 护照", "CITY": "city region area 地区 城市 所在地",
		"JOB": "job occupation work 职业 工作", "PAY": "pay payment 支付 付款 支付方式 支付账户",
		"NOTIFY": "notify notification notifications notices 通知 消息 短信通知", "LANG": "lang language 语言",
		"SERVICE": "service services 车次 航班", "DAY": "day days daily 日期 按天", "CLASS": "class classes 席别 等级",
		"CUSTOMER": "customer customers who 客户 客户类别", "STATE": "state states status 状态",
		"TAKE": "take took taken mine 接 接单 受理", "DONE": "done close closed 完成 办结 办完 结束",
		"ISSUED": "issued stands valid 有效 已出票 出票", "REVERSED": "reversed returned undone 撤销 已撤销 已退款",
	} {
		for w := range strings.FieldsSeq(words) {
			m[w] = canonical
		}
	}
	return m
}()

// verbTopics lists the sub-commands of every verb that has some.
var verbTopics = map[Verb]string{
	Card: "ADD DEL LIST DEF", Passengers: "ADD DEL LIST", Wait: "LIST X", Alert: "ON OFF LIST",
	Set: "NAME ID CITY JOB PAY NOTIFY LANG", Stat: "SERVICE DAY CLASS CUSTOMER STATE",
	Desk: "TAKE DONE LIST", Review: "ISSUED REVERSED LIST",
}

// topicOf returns the canonical sub-command of v that w is, empty when none.
func topicOf(v Verb, w string) string {
	t := topics[w]
	if t == "" {
		return ""
	}
	if v == Wait && (t == "DEL" || t == "OFF") {
		return "X"
	}
	for name := range strings.FieldsSeq(verbTopics[v]) {
		if name == t {
			return t
		}
	}
	return ""
}

// languages maps the words of LANG to a language.
var languages = map[string]Lang{
	"en": English, "english": English, "eng": English, "英文": English, "英语": English, "说英文": English, "用英文": English,
	"zh": Chinese, "cn": Chinese, "ch": Chinese, "chinese": Chinese, "中文": Chinese, "汉语": Chinese, "说中文": Chinese, "用中文": Chinese, "普通话": Chinese,
}
