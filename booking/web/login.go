package web

import (
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"time"

	"go.uber.org/zap"
)

const (
	maxForm   = 4 << 10         // bytes of a form
	checkWait = 2 * time.Second // for others' passwords to be checked
)

// loginPage shows the form, with a token of its own: before the login there is no
// session that one could belong to.
func (c *Console) loginPage(w http.ResponseWriter, r *http.Request, v *visit) {
	if c.sessionOf(r) != nil {
		http.Redirect(w, r, "/"+v.lang+"/", http.StatusSeeOther)
		return
	}
	c.loginForm(w, r, v, http.StatusOK)
}

func (c *Console) loginForm(w http.ResponseWriter, r *http.Request, v *visit, code int) {
	token := c.cookie(r, loginCookie)
	if token == "" {
		token = newToken()
		c.setCookie(w, loginCookie, token)
	}
	v.CSRF = c.csrf(loginCookie, token)
	c.render(w, r, v, "login", code, nil)
}

// form reads a form from a page of ours; 0 when it may be acted on, else the
// status to refuse it with.
func (c *Console) form(w http.ResponseWriter, r *http.Request) (status int) {
	if !sameSite(r) {
		return http.StatusForbidden
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		var much *http.MaxBytesError
		if errors.As(err, &much) {
			return http.StatusRequestEntityTooLarge
		}
		return http.StatusBadRequest
	}
	return 0
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// login opens a session. All that is wrong with a name or a password has one
// answer, which takes one time.
func (c *Console) login(w http.ResponseWriter, r *http.Request, v *visit) {
	if status := c.form(w, r); status != 0 {
		c.fail(w, r, v, status)
		return
	}
	say := c.pages[v.lang].texts.say
	token := c.cookie(r, loginCookie)
	if token == "" || !same(r.PostForm.Get("csrf"), c.csrf(loginCookie, token)) {
		v.Note = say("login.old")
		c.loginForm(w, r, v, http.StatusForbidden)
		return
	}
	name, from := r.PostForm.Get("name"), addressOf(r)
	name = name[:min(len(name), 64)] // what is counted has a bound
	known := c.o.Operators.hashes[name] != nil
	log := c.o.Log.With(zap.String("from", from), zap.Bool("known", known))
	if known {
		log = log.With(zap.String("operator", name)) // others may be a password in the wrong field
	}
	wait := time.NewTimer(checkWait)
	defer wait.Stop()
	select {
	case c.checking <- struct{}{}:
		defer func() { <-c.checking }()
	case <-wait.C:
		c.fail(w, r, v, http.StatusServiceUnavailable)
		return
	case <-r.Context().Done():
		return
	}
	if !c.guard.take(c.o.Wall(), "name "+name, "from "+from) {
		log.Warn("console: login refused, too many tries")
		w.Header().Set("Retry-After", "1800")
		v.Note = say("login.locked")
		c.loginForm(w, r, v, http.StatusTooManyRequests)
		return
	}
	if !c.o.Operators.knows(name, r.PostForm.Get("password")) {
		log.Warn("console: login failed")
		v.Note = say("login.wrong")
		c.loginForm(w, r, v, http.StatusUnauthorized)
		return
	}
	c.guard.forgive("name " + name)
	c.guard.giveBack("from " + from) // others' failures from there still count
	if old := c.cookie(r, sessionCookie); old != "" {
		c.sessions.end(old)
	}
	session := c.sessions.begin(name, func(t string) string { return c.csrf(sessionCookie, t) }, c.o.Wall())
	c.setCookie(w, sessionCookie, session)
	c.setCookie(w, loginCookie, "")
	log.Info("console: logged in")
	http.Redirect(w, r, "/"+v.lang+"/", http.StatusSeeOther)
}

// logout ends the session.
func (c *Console) logout(w http.ResponseWriter, r *http.Request, v *visit) {
	if status := c.form(w, r); status != 0 {
		c.fail(w, r, v, status)
		return
	}
	if s := c.sessionOf(r); s != nil {
		if !same(r.PostForm.Get("csrf"), s.csrf) {
			c.fail(w, r, v, http.StatusForbidden)
			return
		}
		c.sessions.end(c.cookie(r, sessionCookie))
		c.o.Log.Info("console: logged out", zap.String("operator", s.operator), zap.String("from", addressOf(r)))
	}
	c.setCookie(w, sessionCookie, "")
	http.Redirect(w, r, "/"+v.lang+"/login", http.StatusSeeOther)
}

// addressOf is where a request comes from: an IPv4 address, or the network of an
// IPv6 one, of which a single machine has many addresses.
func addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return "unknown"
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return "unknown"
	}
	if a = a.Unmap(); a.Is4() {
		return a.String()
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return "unknown"
	}
	return p.String()
}
