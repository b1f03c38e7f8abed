package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"

	"shortfare/booking"
)

// crawl follows every link from the first page on and gives the pages by path.
func crawl(t *testing.T, w *browser) map[string]*httptest.ResponseRecorder {
	t.Helper()
	seen := map[string]*httptest.ResponseRecorder{}
	queue := []string{"/en/", "/zh/"}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] != nil {
			continue
		}
		require.Less(t, len(seen), 2000, "there is no end of pages")
		rec := w.get(path)
		seen[path] = rec
		for _, m := range regexp.MustCompile(`(?:href|action|src)="([^"]*)"`).FindAllStringSubmatch(rec.Body.String(), -1) {
			next := strings.ReplaceAll(m[1], "&amp;", "&")
			if strings.HasPrefix(next, "#") || strings.HasSuffix(next, "/logout") {
				continue
			}
			require.True(t, strings.HasPrefix(next, "/") && !strings.HasPrefix(next, "//"), "%s leads away: %s", path, next)
			next, _, _ = strings.Cut(next, "#")
			if d := regexp.MustCompile(`services\?day=(\d{4}-\d\d-\d\d)`).FindStringSubmatch(next); d != nil && (d[1] < "2030-12-03" || d[1] > "2030-12-06") {
				continue // days have no end
			}
			queue = append(queue, next)
		}
	}
	return seen
}

// Every link leads somewhere, in both languages.
func TestLinks(t *testing.T) {
	pages := crawl(t, start(t, sample(), nil).login())
	require.Greater(t, len(pages), 6)
	for path, rec := range pages {
		require.Equal(t, http.StatusOK, rec.Code, "%s: %s", path, words(rec.Body.String()))
	}
}

// W02: whatever is fetched changes nothing: the session, the form's token and the
// store stay. A form from elsewhere, or without its token, is refused.
func TestW02Forgery(t *testing.T) {
	b := start(t, sample(), nil)
	w := b.login()
	was := w.cookies[sessionCookie]
	crawl(t, w)
	require.Equal(t, was, w.cookies[sessionCookie])
	for _, path := range []string{"/en/logout", "/en/login"} {
		require.NotEqual(t, http.StatusSeeOther, b.browser().get(path).Code)
	}
	for name, change := range map[string]func(*browser, url.Values){
		"no token":      func(_ *browser, f url.Values) { f.Del("csrf") },
		"wrong token":   func(_ *browser, f url.Values) { f.Set("csrf", strings.Repeat("A", 43)) },
		"cross site":    func(w *browser, _ url.Values) { w.header.Set("Sec-Fetch-Site", "cross-site") },
		"same site":     func(w *browser, _ url.Values) { w.header.Set("Sec-Fetch-Site", "same-site") },
		"foreign":       func(w *browser, _ url.Values) { w.header.Set("Origin", "https://evil.example") },
		"token in path": func(_ *browser, f url.Values) { f.Set("csrf", "") },
	} {
		t.Run(name, func(t *testing.T) {
			w := b.login()
			f := url.Values{"csrf": {token(t, w.page("/en/"))}}
			change(w, f)
			require.Equal(t, http.StatusForbidden, w.send(http.MethodPost, "/en/logout?csrf="+token(t, b.login().page("/en/")), f).Code)
			w.header = http.Header{}
			require.Equal(t, http.StatusOK, w.get("/en/").Code, "it is logged in still")

			w = b.browser()
			f = url.Values{"csrf": {token(t, w.page("/en/login"))}, "name": {"li"}, "password": {password}}
			change(w, f)
			require.Equal(t, http.StatusForbidden, w.send(http.MethodPost, "/en/login", f).Code)
			require.Empty(t, w.cookies[sessionCookie])
		})
	}
	w = b.browser()
	stolen := token(t, b.browser().page("/en/login"))
	w.page("/en/login")
	require.Equal(t, http.StatusForbidden, w.send(http.MethodPost, "/en/login", url.Values{"csrf": {stolen}, "name": {"li"}, "password": {password}}).Code,
		"a token of another browser's form")
}

// W03: a session begins with a new token at login, and ends by logout, after a
// quarter of an hour without a page, and after twelve hours with many.
func TestW03Sessions(t *testing.T) {
	b := start(t, sample(), nil)
	w := b.browser()
	w.cookies[sessionCookie] = newToken() // an attacker's
	fixed := w.cookies[sessionCookie]
	require.Equal(t, http.StatusSeeOther, w.tryLogin("li", password).Code)
	first := w.cookies[sessionCookie]
	require.NotEqual(t, fixed, first)
	require.GreaterOrEqual(t, len(first)*6, 128)
	require.NotContains(t, w.cookies, loginCookie)
	other := b.browser()
	other.cookies[sessionCookie] = fixed
	require.Equal(t, "/en/login", other.get("/en/").Header().Get("Location"))

	again := b.login()
	require.NotEqual(t, first, again.cookies[sessionCookie])
	page := w.page("/en/")
	require.Equal(t, "/en/login", w.send(http.MethodPost, "/en/logout", url.Values{"csrf": {token(t, page)}}).Header().Get("Location"))
	other.cookies[sessionCookie] = first
	require.Equal(t, http.StatusSeeOther, other.get("/en/").Code, "what logged out is over, whoever has the cookie")
	require.Equal(t, http.StatusOK, again.get("/en/").Code)

	b.wall = b.wall.Add(idleTime)
	require.Equal(t, http.StatusSeeOther, again.get("/en/").Code)
	long := b.login()
	for range 12*4 + 3 {
		b.wall = b.wall.Add(idleTime - time.Minute)
		require.Equal(t, http.StatusOK, long.get("/en/").Code)
	}
	b.wall = b.wall.Add(10 * time.Minute)
	require.Equal(t, http.StatusSeeOther, long.get("/en/").Code)

	for range 2 * maxSessions {
		b.login()
	}
	require.LessOrEqual(t, len(b.sessions.open), maxSessions)
	for range 100 {
		require.NotEqual(t, newToken(), newToken())
	}
}

// W03: the cookie is out of reach of scripts and other sites, and over TLS of the plain network.
func TestW03Cookie(t *testing.T) {
	for _, secure := range []bool{false, true} {
		b := start(t, sample(), func(o *Options) { o.Secure = secure })
		w := b.browser()
		rec := w.tryLogin("li", password)
		var found int
		for _, k := range rec.Result().Cookies() {
			if !strings.HasSuffix(k.Name, sessionCookie) {
				continue
			}
			found++
			require.True(t, k.HttpOnly)
			require.Equal(t, http.SameSiteStrictMode, k.SameSite)
			require.Equal(t, secure, k.Secure)
			require.Equal(t, secure, strings.HasPrefix(k.Name, "__Host-"))
			require.Equal(t, "/", k.Path)
			require.Empty(t, k.Domain)
		}
		require.Equal(t, 1, found)
		require.Equal(t, http.StatusOK, w.get("/en/").Code)
		require.Equal(t, secure, rec.Header().Get("Strict-Transport-Security") != "")
	}
}

// W04: after ten tries a name is locked for half an hour, whoever tries and whether
// or not it is somebody's; so is an address, whatever name it tries.
func TestW04Lockout(t *testing.T) {
	b := start(t, sample(), nil)
	for _, name := range []string{"li", "nobody"} {
		w := b.browser()
		for i := range maxTries {
			w.from = "192.0.2." + string(rune('1'+i)) + ":1"
			require.Equal(t, http.StatusUnauthorized, w.tryLogin(name, "not the password").Code, i)
		}
		w.from = "198.51.100.7:1"
		rec := w.tryLogin(name, password)
		require.Equal(t, http.StatusTooManyRequests, rec.Code, "the right password does not help")
		require.Contains(t, words(rec.Body.String()), "Too many tries")
		b.wall = b.wall.Add(lockTime - time.Second)
		require.Equal(t, http.StatusTooManyRequests, w.tryLogin(name, password).Code)
		b.wall = b.wall.Add(time.Second)
		if name == "li" {
			require.Equal(t, http.StatusSeeOther, w.tryLogin(name, password).Code)
		}
	}
	b.wall = b.wall.Add(lockTime)
	w := b.browser()
	w.from = "203.0.113.9:1"
	for i := range maxTries {
		if i == 5 { // a good login from there forgives none of the others
			require.Equal(t, http.StatusSeeOther, w.tryLogin("li", password).Code)
			w.cookies = map[string]string{}
		}
		require.Equal(t, http.StatusUnauthorized, w.tryLogin("guess"+string(rune('a'+i)), "not the password").Code)
	}
	require.Equal(t, http.StatusTooManyRequests, w.tryLogin("wang", password).Code)
	w.from = "203.0.113.10:1"
	require.Equal(t, http.StatusSeeOther, w.tryLogin("wang", password).Code)
	six := b.browser()
	for i := range maxTries + 1 {
		six.from = "[2001:db8::" + string(rune('a'+i%6)) + "]:1"
		require.Equal(t, i == maxTries, six.tryLogin("x"+string(rune('a'+i)), "no").Code == http.StatusTooManyRequests, i)
	}
}

// W04: tries at the same time are counted before they are made.
func TestW04LockoutAtOnce(t *testing.T) {
	b := start(t, sample(), nil)
	w := b.browser()
	form := url.Values{"csrf": {token(t, w.page("/en/login"))}, "name": {"li"}, "password": {"not the password"}}
	cookie := w.cookies[loginCookie]
	var all sync.WaitGroup
	var mu sync.Mutex
	codes := map[int]int{}
	for range 3 * maxTries {
		all.Go(func() {
			r := httptest.NewRequest(http.MethodPost, "/en/login", strings.NewReader(form.Encode()))
			r.Host = "console.test"
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.AddCookie(&http.Cookie{Name: loginCookie, Value: cookie})
			rec := httptest.NewRecorder()
			b.handler.ServeHTTP(rec, r)
			mu.Lock()
			defer mu.Unlock()
			codes[rec.Code]++
		})
	}
	all.Wait()
	require.LessOrEqual(t, codes[http.StatusUnauthorized], maxTries)
	require.Equal(t, 3*maxTries, codes[http.StatusUnauthorized]+codes[http.StatusTooManyRequests]+codes[http.StatusServiceUnavailable], codes)
}

// W04: nothing tells a name that is somebody's from one that is nobody's: not the
// answer, and not the work that is done for it.
func TestW04Enumeration(t *testing.T) {
	b := start(t, sample(), nil)
	same := func(page string) string {
		return regexp.MustCompile(`value="[^"]*"`).ReplaceAllString(page, "")
	}
	known, unknown := b.browser().tryLogin("li", "wrong password"), b.browser().tryLogin("lo", "wrong password")
	require.Equal(t, known.Code, unknown.Code)
	require.Equal(t, same(known.Body.String()), same(unknown.Body.String()))
	for _, hash := range b.o.Operators.hashes {
		cost, err := bcrypt.Cost(hash)
		require.NoError(t, err)
		nobody, err := bcrypt.Cost(b.o.Operators.nobody)
		require.NoError(t, err)
		require.Equal(t, cost, nobody)
	}
	long := strings.Repeat("x", MaxPassword)
	l, err := OperatorLine("x", long, bcrypt.MinCost)
	require.NoError(t, err)
	o, err := ParseOperators([]byte(l))
	require.NoError(t, err)
	require.True(t, o.knows("x", long))
	require.False(t, o.knows("x", long+"y"), "bcrypt alone would take it")
	require.False(t, o.knows("", ""))
	require.NotContains(t, b.logged.String(), `"lo"`, "what is typed for a name may be a password")
	require.NotContains(t, b.logged.String(), "wrong password")
}

// W05: pages are for operators who have logged in, and ids of customers can't be made up or varied.
func TestW05Addresses(t *testing.T) {
	b := start(t, sample(), nil)
	for path := range crawl(t, b.login()) {
		if strings.HasPrefix(path, "/static/") || strings.HasSuffix(path, "/login") {
			continue
		}
		rec := b.browser().get(path)
		require.Equal(t, http.StatusSeeOther, rec.Code, path)
		require.Regexp(t, `^/(en|zh)/login$`, rec.Header().Get("Location"))
		require.NotRegexp(t, `138001380|11010519491231`, path)
	}
	id := b.customerID(phone)
	m, ok := b.customerOf(id)
	require.True(t, ok)
	require.Equal(t, phone, m)
	require.NotEqual(t, id, b.customerID(phone+1))
	for i := range len(id) {
		for _, c := range []byte("Aa0_") {
			if forged := id[:i] + string(c) + id[i+1:]; forged != id {
				_, ok := b.customerOf(forged)
				require.False(t, ok, forged)
			}
		}
	}
	for _, s := range []string{"", "8613800138001", id + "A", id[1:], strings.Repeat("A", len(id)), "../../etc/passwd"} {
		_, ok := b.customerOf(s)
		require.False(t, ok, s)
	}
}

// W06: odd requests are refused, and never reach a page.
func TestW06Requests(t *testing.T) {
	b := start(t, sample(), nil)
	w := b.login()
	for _, method := range []string{"TRACE", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "BREW"} {
		rec := w.send(method, "/en/", nil)
		require.Equal(t, http.StatusMethodNotAllowed, rec.Code, method)
		require.NotContains(t, rec.Body.String(), w.cookies[sessionCookie])
	}
	require.Equal(t, http.StatusMethodNotAllowed, w.send(http.MethodPost, "/en/", nil).Code)
	require.Equal(t, http.StatusOK, w.send(http.MethodHead, "/en/", nil).Code)
	for _, path := range []string{"/static/../web.go", "/static/..%2fweb.go", "/static/%2e%2e/texts/en.txt", "/static/style.css%00", "/static/", "/en/../../etc/passwd",
		"//evil.example/", "/en/nothing", "/fr/", "/en/customers/..%2f..%2f", "/static/.", "/pages/layout.html", "/debug/pprof/", "/metrics", "/healthz"} {
		rec := w.get(path)
		require.NotEqual(t, http.StatusOK, rec.Code, path)
		require.NotContains(t, rec.Body.String(), "package web")
		if to := rec.Header().Get("Location"); to != "" {
			require.Regexp(t, `^/[a-z]`, to, "%s leads away", path)
		}
	}
	for host, want := range map[string]int{"console.test": 200, "CONSOLE.test:8443": 200, "evil.example": 421, "console.test.evil.example": 421, "": 200, "127.0.0.1": 421} {
		w.header.Set("Host", host)
		require.Equal(t, want, w.get("/en/").Code, host)
	}
	w.header = http.Header{}
	big := b.browser()
	form := url.Values{"csrf": {token(t, big.page("/en/login"))}, "name": {"li"}, "password": {strings.Repeat("x", 10<<20)}}
	require.Equal(t, http.StatusRequestEntityTooLarge, big.send(http.MethodPost, "/en/login", form).Code)
	require.Equal(t, http.StatusRequestURITooLong, w.get("/en/?"+strings.Repeat("a", 10_000)).Code)
	big.header.Set("Content-Type", "multipart/form-data; boundary=x")
	require.Equal(t, http.StatusForbidden, big.send(http.MethodPost, "/en/login", form).Code, "only a plain form is read")
	r := httptest.NewRequest(http.MethodPost, "/en/login", io.LimitReader(strings.NewReader("%zz=%"), 5))
	r.Host = "console.test"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	b.handler.ServeHTTP(rec, r)
	require.Equal(t, http.StatusBadRequest, rec.Code)
}

// W07, W08: every answer, whatever it is, has the headers that keep it from being
// framed, kept, guessed at or told about; no script is allowed, and none is there. The
// redirects lead to pages of ours; nothing for developers is served.
func TestW07Headers(t *testing.T) {
	b := start(t, sample(), nil)
	w := b.login()
	answers := crawl(t, w)
	for _, path := range []string{"/", "/nothing", "/static/nothing", "/en/login", "/en/logout", "/zh/nothing"} {
		answers["again "+path], answers["stranger "+path] = w.get(path), b.browser().get(path)
	}
	answers["put"] = w.send(http.MethodPut, "/en/", nil)
	answers["forged"] = w.send(http.MethodPost, "/en/logout", nil)
	for path, rec := range answers {
		h := rec.Header()
		csp := h.Get("Content-Security-Policy")
		require.Contains(t, csp, "default-src 'none'", path)
		require.Contains(t, csp, "frame-ancestors 'none'", path)
		require.Contains(t, csp, "form-action 'self'", path)
		require.NotContains(t, csp, "unsafe", path)
		require.NotContains(t, csp, "script", path)
		require.Equal(t, "no-store", h.Get("Cache-Control"), path)
		require.Equal(t, "no-referrer", h.Get("Referrer-Policy"), path)
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), path)
		require.Equal(t, "DENY", h.Get("X-Frame-Options"), path)
		require.NotEmpty(t, h.Get("Content-Type"), path)
		require.Empty(t, h.Get("Server"), path)
		body := rec.Body.String()
		if strings.HasPrefix(h.Get("Content-Type"), "text/html") {
			require.NotRegexp(t, `(?i)<script|<style|style=|<iframe|<object|<embed|<base| on[a-z]+=|javascript:|https?://`, body, path)
		}
	}
	for _, path := range []string{"/debug/pprof/", "/debug/vars", "/metrics", "/readyz"} {
		require.Equal(t, http.StatusNotFound, w.get(path).Code)
	}
}

// The journal of accesses has who looked at what, and no secret.
func TestAccessJournal(t *testing.T) {
	b := start(t, sample(), nil)
	w := b.login()
	crawl(t, w)
	log := b.logged.String()
	require.Contains(t, log, `"operator":"li"`)
	require.Contains(t, log, `"from":"192.0.2.1"`)
	require.NotContains(t, log, w.cookies[sessionCookie])
	require.NotContains(t, log, password)
	require.NotContains(t, log, phone.String())
}

func TestOperators(t *testing.T) {
	good, err := OperatorLine("li", password, bcrypt.MinCost)
	require.NoError(t, err)
	other, err := OperatorLine("wang", password, bcrypt.MinCost+1)
	require.NoError(t, err)
	for text, want := range map[string]string{
		"": "names nobody", "# only words\n": "names nobody", "li": "no hash", "li:" + password: "no hash", good + "\n" + good: "again", "Li" + good[2:]: "no name",
		good + "\n" + other: "cost", ":" + good[3:]: "no name", good + "x": "no hash",
	} {
		_, err := ParseOperators([]byte(text))
		require.ErrorContains(t, err, want, text)
		require.NotContains(t, err.Error(), good[4:], "no hash is quoted")
	}
	for _, p := range []string{"", "short", strings.Repeat("x", MaxPassword+1)} {
		_, err := OperatorLine("li", p, bcrypt.MinCost)
		require.ErrorIs(t, err, ErrPassword)
	}
	_, err = OperatorLine("l i", password, bcrypt.MinCost)
	require.ErrorContains(t, err, "no name")
	var none booking.Customer
	require.False(t, none.Registered())
}

// W04: what is counted has a bound, and who is locked stays so however many others are counted.
func TestW04LockoutIsBounded(t *testing.T) {
	var g guard
	g.init()
	now := noon
	for range maxTries {
		require.True(t, g.take(now, "name li"))
	}
	for i := range maxKept + 1000 {
		require.True(t, g.take(now, "name "+strconv.Itoa(i)))
	}
	require.LessOrEqual(t, len(g.tries), maxKept)
	require.False(t, g.take(now, "name li"))
	require.True(t, g.take(now.Add(lockTime), "name li"))
	require.True(t, g.take(now.Add(lockTime), "name another"))
	require.LessOrEqual(t, len(g.tries), maxKept)
}
