package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"sync"
	"time"
)

const (
	idleTime     = 15 * time.Minute // without a page
	absoluteTime = 12 * time.Hour
	maxSessions  = 20 // of one operator; the oldest makes room
	tokenBytes   = 32 // random, of a session
)

// sessionKey is the digest of a session's token: what is in memory opens nothing.
type sessionKey [sha256.Size]byte

// session is an operator who has logged in.
type session struct {
	operator string
	csrf     string
	begun    time.Time
	used     time.Time // sessions.mu
}

// sessions are those of this process: a restart ends all.
type sessions struct {
	mu   sync.Mutex
	open map[sessionKey]*session
}

func newToken() string {
	b := make([]byte, tokenBytes)
	if _, err := rand.Read(b); err != nil {
		panic("web: no randomness: " + err.Error()) // crypto/rand says that it never fails
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// begin opens a session and returns its token.
func (s *sessions) begin(operator string, csrf func(token string) string, now time.Time) string {
	token := newToken()
	s.mu.Lock()
	defer s.mu.Unlock()
	var own int
	var oldest sessionKey
	for k, x := range s.open {
		switch {
		case x.ended(now):
			delete(s.open, k)
		case x.operator == operator:
			if own++; own == 1 || x.used.Before(s.open[oldest].used) {
				oldest = k
			}
		}
	}
	if own >= maxSessions {
		delete(s.open, oldest)
	}
	s.open[sha256.Sum256([]byte(token))] = &session{operator: operator, csrf: csrf(token), begun: now, used: now}
	return token
}

func (x *session) ended(now time.Time) bool {
	return now.Sub(x.used) >= idleTime || now.Sub(x.begun) >= absoluteTime
}

// use finds a session that has not ended and notes that it is used; nil when there is none.
func (s *sessions) use(token string, now time.Time) *session {
	k := sessionKey(sha256.Sum256([]byte(token)))
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.open[k]
	if x == nil {
		return nil
	}
	if x.ended(now) {
		delete(s.open, k)
		return nil
	}
	x.used = now
	return x
}

func (s *sessions) end(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, sha256.Sum256([]byte(token)))
}

// Names of cookies; over TLS with the prefix that keeps other hosts from setting them.
const (
	sessionCookie = "console"
	loginCookie   = "console-login"
)

func (c *Console) cookieName(name string) string {
	if c.o.Secure {
		return "__Host-" + name
	}
	return name
}

// setCookie gives the browser a token, and takes it away when it is empty.
func (c *Console) setCookie(w http.ResponseWriter, name, token string) {
	k := &http.Cookie{Name: c.cookieName(name), Value: token, Path: "/", HttpOnly: true, Secure: c.o.Secure, SameSite: http.SameSiteStrictMode}
	if token == "" {
		k.MaxAge = -1
	}
	http.SetCookie(w, k)
}

// cookie reads a token; empty when there is none of the right shape.
func (c *Console) cookie(r *http.Request, name string) string {
	k, err := r.Cookie(c.cookieName(name))
	if err != nil || len(k.Value) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return ""
	}
	return k.Value
}

func (c *Console) sessionOf(r *http.Request) *session {
	token := c.cookie(r, sessionCookie)
	if token == "" {
		return nil
	}
	return c.sessions.use(token, c.o.Wall())
}

// csrf is the token that a form must carry beside the cookie.
func (c *Console) csrf(kind, token string) string {
	m := hmac.New(sha256.New, c.key[:])
	m.Write([]byte(kind + " " + token))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// sameSite tells whether a form was sent from a page of ours, as far as the browser
// says. Under our Referrer-Policy its Origin is "null", which says nothing: the form's
// token decides.
func sameSite(r *http.Request) bool {
	if s := r.Header.Get("Sec-Fetch-Site"); s != "" && s != "same-origin" {
		return false
	}
	if o := r.Header.Get("Origin"); o != "" && o != "null" {
		u, err := url.Parse(o)
		return err == nil && u.Host == r.Host
	}
	return true
}
