package web

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/booking/classes"
	"shortfare/parser"
)

// Customers are counted by every class that they are in, and listed by one.
func TestCustomers(t *testing.T) {
	w := start(t, sample(), nil).login()
	page := w.page("/en/customers")
	said := words(page)
	for _, want := range []string{"Customers 2", "Registered 1", "History regular 1 new 1", "Age 60+ years 1", "Gender women 1", "Region Beijing 1", "Occupation"} {
		require.Contains(t, said, want)
	}
	require.NotContains(t, page, phone.String())
	said = words(w.page("/en/customers?class=region%3A11"))
	require.Contains(t, said, "8613*******01 Z**** W** regular · 60+ years · women · Beijing")
	require.NotContains(t, said, "8613*******02")
	require.Contains(t, words(w.page("/zh/customers?class=new")), "8613*******02 未注册 新客户")
	require.Contains(t, words(w.page("/en/customers?class=vip")), "Nobody is in this class")
	require.Equal(t, http.StatusBadRequest, w.get("/en/customers?class=<script>").Code)
	require.Equal(t, http.StatusNotFound, w.get("/en/customers?class=new&after=8613800138001").Code)
}

// A list has pages; each goes on where the last one ended, and all together are everybody once.
func TestCustomersPages(t *testing.T) {
	s := &memory{}
	const many = 3*customersPage + 7
	for i := range booking.MSISDN(many) {
		s.customers = append(s.customers, &booking.Customer{MSISDN: phone + i})
	}
	b := start(t, s, nil)
	w := b.login()
	seen := map[string]bool{}
	path, pages := "/en/customers?class=all", 0
	for path != "" {
		page := w.page(path)
		pages++
		for _, m := range regexp.MustCompile(`/en/customers/([A-Za-z0-9_-]{32})"`).FindAllStringSubmatch(page, -1) {
			require.False(t, seen[m[1]], "shown twice")
			seen[m[1]] = true
		}
		path = ""
		if m := regexp.MustCompile(`href="([^"#]*)#list">Next page`).FindStringSubmatch(page); m != nil {
			path = html.UnescapeString(m[1])
			require.NotContains(t, path, "8613800")
		}
	}
	require.Equal(t, 4, pages)
	require.Len(t, seen, many)
}

// One customer: masked, the rule of each class, the orders, and every text with its
// answer, its time, what became of it and how it was read.
func TestCustomer(t *testing.T) {
	b := start(t, sample(), nil)
	w := b.login()
	page := w.page("/en/customers/" + b.customerID(phone))
	said := words(page)
	for _, want := range []string{
		"8613*******01 Z**** W**", "Document resident 1101**********002X", "card*7890", "L* N* 4405**********0014", "4 orders, 0 of them cancelled; CNY 2212",
		"regular 4 paid orders that stand of 3 asked for", "60+ years born in 1949, says the document", "women says the document", "Beijing says the document", "retired says the customer",
		"K7M2P issued G123 5 Dec 11:00 Beijing South–Shanghai Hongqiao ×2 CNY 1106 · car4 1A · car4 1B · Z**** W** · L* N*", "F6WYV in review",
		"BOOK G123 5/12 2 card 10:00", "BOOK = command", "G123 = service", "5/12 = 5 Dec because 12 May is outside the sale period", "card = account",
		"Reply Y ****** to pay, N to drop. Order K7M2P 10:00 · delivered · a", "Y ****** 11:00", "PAID CNY1106. G123 5Dec. Order K7M2P. 11:00 · not delivered · a", "HELP 3 Dec 06:00",
	} {
		require.Contains(t, said, want)
	}
	for _, secret := range []string{"730214", "Zhang Wei", "Li Na", phone.String(), "1949-12-31"} {
		require.NotContains(t, page, secret)
	}
	require.Less(t, strings.Index(said, "PAID CNY"), strings.Index(said, "Reply Y"), "the newest first")
	chinese := words(w.page("/zh/customers/" + b.customerID(phone)))
	require.Contains(t, chinese, "BOOK = 指令")
	require.Contains(t, chinese, "5/12 = 12月5日（5月12日不在预售期内）")
	require.Contains(t, b.logged.String(), `"customer":"8613*******01"`)
	require.Contains(t, words(w.page("/en/customers/"+b.customerID(phone+7))), "Nothing is kept but the number")
	require.Equal(t, http.StatusNotFound, w.get("/en/customers/8613800138001").Code)
	require.Equal(t, http.StatusNotFound, w.get("/en/customers/"+b.customerID(phone)+"?before=x").Code)
}

// A long transcript has pages; all together are every text and every answer once.
func TestTranscriptPages(t *testing.T) {
	s := &memory{customers: []*booking.Customer{{MSISDN: phone}}}
	const many = 2*transcriptPage + 5
	for i := range int64(many) {
		who := phone + booking.MSISDN(i%2)
		s.texts = append(s.texts, booking.MO{ID: 10 * (i + 1), MSISDN: who, Text: fmt.Sprintf("text-%d", i), At: noon.Add(time.Duration(i) * time.Minute)})
		s.answers = append(s.answers, booking.Answer{MT: booking.MT{ID: 10*(i+1) + 1, MSISDN: who, Cause: 10 * (i + 1), Text: fmt.Sprintf("answer-%d.", i), At: noon.Add(time.Duration(i) * time.Minute)}})
	}
	s.answers = append(s.answers, booking.Answer{MT: booking.MT{ID: 10*many + 5, MSISDN: phone, Text: "a notice.", Notice: true, At: noon.Add(48 * time.Hour)}})
	b := start(t, s, nil)
	w := b.login()
	path, all, pages := "/en/customers/"+b.customerID(phone), "", 0
	for path != "" {
		page := w.page(path)
		all += words(page)
		pages++
		path = ""
		if m := regexp.MustCompile(`href="([^"#]*)#texts">Older`).FindStringSubmatch(page); m != nil {
			path = html.UnescapeString(m[1])
		}
	}
	require.Equal(t, 2, pages)
	for i := range many {
		n := (i + 1) % 2
		require.Equal(t, n, strings.Count(all, fmt.Sprintf("text-%d ", i)), i)
		require.Equal(t, n, strings.Count(all, fmt.Sprintf("answer-%d.", i)), i)
	}
	require.Equal(t, 1, strings.Count(all, "a notice. notice"))
}

// payloads are what somebody may write to have a browser do something.
func payloads() []string {
	var all []string
	scripts := []string{"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<a href=javascript:alert(1)>x</a>", "<iframe src=//evil.example></iframe>",
		"<style>*{display:none}</style>", "<base href=//evil.example>", "<meta http-equiv=refresh content=0;url=//evil.example>", "<form action=//evil.example><input name=csrf>", "<link rel=stylesheet href=//evil.example>",
		"<body onload=alert(1)>", "<details open ontoggle=alert(1)>", "<math><mtext></p><img src onerror=alert(1)>", "<!--", "-->", "<![CDATA[", "]]>", "<?php", "<%= 7*7 %>", "{{.CSRF}}", "{{template \"main\"}}", "${7*7}",
		"javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "' onmouseover='alert(1)", "\" onfocus=\"alert(1)\" autofocus=\"", "`-alert(1)-`", "&#60;script&#62;", "&lt;script&gt;alert(1)&lt;/script&gt;", "%3Cscript%3E",
		"\u003cscript\u003e", "+ADw-script+AD4-", "＜script＞", "<scr\x00ipt>", "<\u200bscript>", "\u202e<script>", "<SCRIPT SRC=//e>", "<script\n>alert(1)</script\n>", "<x contenteditable onblur=alert(1)>y", "<object data=//e>", "<embed src=//e>",
		"</title><script>alert(1)</script>", "</textarea><script>", "</p></section><script>", "a\r\nSet-Cookie: x=y", "\x1b[2J"}
	for _, s := range scripts {
		all = append(all, s, "x"+s, "\""+s, "'>"+s, "\"/>"+s, "</span>"+s, s+"<", " "+s+" ", strings.ToUpper(s), "=\""+s, "G123 "+s+" 2", "'"+s+"\"")
	}
	return all
}

// W01: whatever customers, timetables and carriers write is shown as it was written and
// does nothing: no tag and no attribute stands on a page that is not of its template.
func TestW01Scripts(t *testing.T) {
	list := payloads()
	require.GreaterOrEqual(t, len(list), 500)
	tags := regexp.MustCompile(`<(/?)([a-zA-Z!?][a-zA-Z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"<>]*")?)*)\s*/?>`)
	quoted, bad, away := regexp.MustCompile(`"[^"]*"`), regexp.MustCompile(`(?i)\s(on[a-z]+|style|srcdoc)=`), regexp.MustCompile(`(?i)(href|src|action)="([^/?#]|//)`)
	allowed := map[string]bool{}
	for _, s := range strings.Fields("!DOCTYPE html head meta title link body a header div nav form input span button main section h1 h2 p ul ol li b time table thead tbody tfoot tr th td svg rect dl dt dd footer label select option") {
		allowed[s] = true
	}
	for i := range len(list) / 12 {
		s := hostile(list[12*i : 12*i+12])
		b := start(t, s, func(o *Options) {
			table := runs{[]booking.Trip{s.orders[0].Trip, s.orders[2].Trip}}
			o.Rules, o.Timetable, o.Stock = classes.Defaults(), func() Timetable { return table }, table
			o.Links = func() []Link { return []Link{{Name: list[12*i], Carrier: list[12*i+1], Queue: 1}} }
		})
		w := b.login()
		paths := []string{"/en/", "/en/customers?class=all", "/zh/customers/" + b.customerID(phone), "/en/nothing" + url.PathEscape(list[12*i]), "/en/customers?class=" + url.QueryEscape(list[12*i])}
		for _, path := range append(paths, more(list[12*i])...) {
			body := w.get(path).Body.String()
			rest := tags.ReplaceAllStringFunc(body, func(tag string) string {
				name := strings.TrimLeft(tag, "</")
				name = name[:strings.IndexAny(name, " \n/>")]
				if !allowed[name] || bad.MatchString(quoted.ReplaceAllString(tag, "")) || away.MatchString(tag) {
					require.Fail(t, "not of a template", "%s: %s", path, tag)
				}
				return ""
			})
			require.NotContains(t, rest, "<", path)
		}
		said := words(w.page("/en/customers/" + b.customerID(phone)))
		require.Contains(t, said, "Texts and how they were read")
	}
}

// more are pages with a word of an attacker in their address.
func more(s string) []string {
	q := url.QueryEscape(s)
	return []string{"/en/orders?from=2030-12-01&to=2030-12-31&by=service&and=class", "/zh/orders?service=" + q, "/en/orders?code=" + q, "/en/orders?state=" + q, "/en/orders?from=" + q,
		"/en/services?day=2030-12-05", "/zh/services?day=2030-12-05&service=" + q}
}

// hostile is a store where everything that others write is a payload.
func hostile(p []string) *memory {
	s := sample()
	c := s.customers[0]
	c.Name, c.Occupation.Key, c.Accounts[0].Alias, c.Accounts[0].Last4, c.Lang = p[0], p[1], p[2], p[3], p[4]
	c.Passengers[0].Name, c.Passengers[0].Alias, c.Document.Masked, c.Document.Kind = p[5], p[6], p[7], p[8]
	o := s.orders[0]
	o.Trip.Number, o.Trip.FromStop.En, o.Trip.FromStop.Zh, o.Places[0], o.Code = p[9], p[10], p[11], p[0], p[1]
	o.Trip.Fares[0].Class, o.Price.Currency = p[4], p[5]
	s.orders[1].Trip.Number, s.orders[1].Code, s.orders[1].Reason = p[2], p[3], booking.CloseReason(p[6])
	s.orders[2].Reason = booking.CloseReason(p[7])
	for i := range s.texts {
		s.texts[i].Text, s.texts[i].Link = p[i], p[i+1]
	}
	for i := range s.answers {
		s.answers[i].Text, s.answers[i].Over = p[i+3], p[i+4]
	}
	s.stops = []booking.Suspension{{Number: p[8], Class: p[9], At: noon}}
	return s
}

func TestMask(t *testing.T) {
	for name, want := range map[string]string{"": "", "Zhang Wei": "Z**** W**", "张伟": "张*", "欧阳 小明": "欧* 小*", "O": "O"} {
		require.Equal(t, want, maskName(name))
	}
	m := maskerOf(&booking.Customer{Name: "Zhang Wei", Aside: []booking.Profile{{Name: "李娜"}}}, []*booking.Order{{Passengers: []booking.Passenger{{Name: "Al"}, {Name: "Alma"}}}})
	for text, want := range map[string]string{
		"REG zhang wei 1101**********002X": "REG z**** w** 1101**********002X", "回Y 994226,或N": "回Y ******,或N", "Y 730 214": "Y ******", "CNY110600": "CNY110600",
		"13800138001": "138******01", "李娜的票": "李*的票", "ALMA AL": "A*** A*", "20301205": "20301205", "İ zhang wei": "İ zhang wei",
	} {
		require.Equal(t, want, m.text(text), text)
	}
	for text, want := range map[string]string{"REG Liu Yang 11010519491231002X": "REG L** Y*** ", "SET NAME Liu Yang": "SET NAME L** Y***", "PAX ADD LY Liu Yang 440524188001010014": "PAX ADD LY L** Y*** ",
		"注册 刘洋 11010519491231002X": "注册 刘* ", "BOOK G123 5DEC ME,LY": "BOOK G123 5DEC ME,LY"} {
		clean, _ := parser.Redact(text)
		cmd := parser.Plain(text, parser.Context{Today: parser.FromTime(noon), SaleDays: 15})
		require.Contains(t, masker{}.and(cmd).text(clean), want)
	}
}
