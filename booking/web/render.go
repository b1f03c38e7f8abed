package web

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/booking/stats"
)

// visit is one request and what its page is made of.
type visit struct {
	lang    string
	session *session
	seen    string // the customer who was looked at, masked, for the journal of accesses

	Lang, Other, OtherPath string // Other is the language that the switch leads to
	Here                   string // the name of the page
	Operator, CSRF         string
	Note                   string // what to say above the page
	Code                   int    // of an error
	Now                    time.Time
	Body                   any
}

// pages are the templates of a language.
type pages struct {
	texts texts
	named map[string]*template.Template
}

// load reads words and templates of a language.
func (c *Console) load(lang string) (*pages, error) {
	text, err := files.ReadFile("texts/" + lang + ".txt")
	if err != nil {
		return nil, err
	}
	words, err := readTexts(string(text))
	if err != nil {
		return nil, fmt.Errorf("texts/%s.txt: %w", lang, err)
	}
	p := &pages{texts: words, named: map[string]*template.Template{}}
	entries, err := files.ReadDir("pages")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".html")
		if name == "layout" {
			continue
		}
		t, err := template.New("layout.html").Funcs(c.functions(lang, words)).ParseFS(files, "pages/layout.html", "pages/"+e.Name())
		if err != nil {
			return nil, err
		}
		p.named[name] = t
	}
	return p, nil
}

// functions are what templates call.
func (c *Console) functions(lang string, words texts) template.FuncMap {
	return template.FuncMap{
		"t":       words.say,
		"say":     func(key string, args []any) string { return words.say(key, args...) },
		"word":    words.word,
		"day":     func(d booking.Date) string { return day(lang, d) },
		"at":      func(t time.Time) string { return moment(lang, t, c.now()) },
		"ago":     func(t time.Time) string { return age(words, c.now().Sub(t)) },
		"span":    func(d time.Duration) string { return age(words, d) },
		"clock":   func(t time.Time) string { return t.In(c.o.Loc).Format("15:04:05") },
		"iso":     func(t time.Time) string { return t.In(c.o.Loc).Format(time.RFC3339) },
		"money":   func(m booking.Money) string { return amount(m) },
		"num":     grouped,
		"nav":     func() []string { return places[:] },
		"place":   place,
		"today":   func() booking.Date { return booking.DateOf(c.now()) },
		"id":      c.customerID,
		"masked":  func(m booking.MSISDN) string { return m.Masked() },
		"path":    func(parts ...string) string { return "/" + lang + "/" + strings.Join(parts, "/") },
		"region":  func(s string) string { return regionName(lang, s) },
		"stop":    func(s booking.Stop) string { return stopName(lang, s) },
		"here":    func(name, place string) bool { return name == place || name == "customer" && place == "customers" },
		"cell":    func(d stats.Dimension, s string) string { return c.cellName(lang, words, d, s) },
		"clockOf": func(t time.Time) string { return t.Format("15:04") },
		"shift":   func(d time.Duration) string { return fmt.Sprintf("%+d min", int(d.Minutes())) },
		"label":   func(s string) string { return c.className(lang, words, s) },
	}
}

// places are the pages of the menu.
var places = [...]string{"overview", "orders", "customers", "services"}

// place is the path of a page of the menu.
func place(name string) string {
	if name == "overview" {
		return ""
	}
	return name
}

// grouped writes a number with its thousands apart.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}

func amount(m booking.Money) string {
	if m.Currency == "" {
		return m.Amount()
	}
	return m.Currency + "\u00a0" + m.Amount()
}

// age writes how long something is or was, roughly.
func age(words texts, d time.Duration) string {
	switch {
	case d < 0:
		return words.say("age.seconds", "n", 0)
	case d < 2*time.Minute:
		return words.say("age.seconds", "n", int(d.Seconds()))
	case d < 2*time.Hour:
		return words.say("age.minutes", "n", int(d.Minutes()))
	case d < 48*time.Hour:
		return words.say("age.hours", "n", int(d.Hours()))
	}
	return words.say("age.days", "n", int(d.Hours()/24))
}

// render writes a page, whole or not at all.
func (c *Console) render(w http.ResponseWriter, r *http.Request, v *visit, name string, code int, body any) {
	v.Lang, v.Other, v.Here, v.Now, v.Body = v.lang, otherLanguage(v.lang), name, c.now(), body
	v.OtherPath = "/" + v.Other + "/login"
	if rest, ok := strings.CutPrefix(r.URL.Path, "/"+v.lang+"/"); ok && r.Method != http.MethodPost {
		u := *r.URL
		u.Path, u.RawPath = "/"+v.Other+"/"+rest, ""
		v.OtherPath = u.RequestURI()
	}
	if v.session != nil {
		v.Operator, v.CSRF = v.session.operator, v.session.csrf
	}
	var b bytes.Buffer
	if err := c.pages[v.lang].named[name].Execute(&b, v); err != nil {
		c.o.Log.Error("console: page not made", zap.String("page", name), zap.Error(err))
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", v.lang)
	if n, ok := body.(interface{ counting() bool }); ok && n.counting() {
		w.Header().Set("Refresh", "2") // the numbers come by themselves
	}
	w.WriteHeader(code)
	_, _ = w.Write(b.Bytes())
}

// fail says why there is no page.
func (c *Console) fail(w http.ResponseWriter, r *http.Request, v *visit, code int) {
	if v.session == nil {
		v.session = c.sessionOf(r)
	}
	v.Code = code
	key := "error." + strconv.Itoa(code)
	if v.Note == "" {
		v.Note = c.pages[v.lang].texts.say(key)
	}
	c.render(w, r, v, "error", code, nil)
}
