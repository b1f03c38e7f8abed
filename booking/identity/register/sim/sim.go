// Package sim is a register of persons that answers as it is told: the other
// end of package register, for tests and for trying the product out. It holds to
// the contract in every mode but those that are there to break it.
package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"shortfare/booking/identity/register"
)

// Mode is how the register answers.
type Mode string

// Modes. Faults come in pairs: with "-done" the question was decided and
// remembered before the answer was lost.
const (
	Yes        Mode = "yes"         // every document is real
	No         Mode = "no"          // none is
	Slow       Mode = "slow"        // yes, after Delay
	Silent     Mode = "silent"      // no answer, nothing decided
	SilentDone Mode = "silent-done" // no answer, and it was yes
	Cut        Mode = "cut"         // the connection ends without an answer
	CutDone    Mode = "cut-done"
	Half       Mode = "half" // the answer ends in the middle
	Down       Mode = "500"
	DownDone   Mode = "500-done"
	Error      Mode = "error"     // 200 with an error in the body
	Garbage    Mode = "garbage"   // a body that is no answer
	Broken     Mode = "broken"    // what was asked comes back as no HTTP at all
	Unsigned   Mode = "unsigned"  // yes, without a signature
	Forged     Mode = "forged"    // yes, signed with another key
	Stale      Mode = "stale"     // yes, signed long ago
	Other      Mode = "other"     // yes, about another question
	Mixed      Mode = "mixed"     // yes to another question, signed as the answer to this one
	Huge       Mode = "huge"      // an answer without end
	Redirect   Mode = "redirect"  // go and ask elsewhere
	Reflected  Mode = "reflected" // our own question, with our own signature
)

// Modes lists all of them.
func Modes() []Mode {
	return []Mode{Yes, No, Slow, Silent, SilentDone, Cut, CutDone, Half, Down, DownDone, Error, Garbage, Broken, Unsigned, Forged, Stale, Other, Mixed, Huge, Redirect, Reflected}
}

// Register is an http.Handler. Its fields must not change once it serves.
type Register struct {
	Key   []byte           // shared with the one who asks
	Delay time.Duration    // of Slow; 8 s when zero
	Now   func() time.Time // time.Now when nil

	mu      sync.Mutex
	mode    Mode // Yes when empty
	decided map[string]Question
	asked   int
}

// Question is what was asked under a key, and what was decided.
type Question struct {
	register.Request
	Result string
	Times  int // it was asked
}

// SetMode changes how the register answers from now on.
func (s *Register) SetMode(m string) error {
	if !slices.Contains(Modes(), Mode(m)) {
		return fmt.Errorf("%q is not known; write one of %v", m, Modes())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mode = Mode(m)
	return nil
}

// Decided returns every question that was decided, by its key.
func (s *Register) Decided() map[string]Question {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.decided)
}

// Asked is how many well-signed questions have come, decided or not.
func (s *Register) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// Start serves on a free port of this machine. stop ends it and cuts what is under way.
func (s *Register) Start() (url string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("register simulator: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	srv := &http.Server{Handler: s, ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = srv.Serve(l)
	}()
	return "http://" + l.Addr().String() + "/verify", func() {
		cancel()
		_ = srv.Close()
		<-done
	}, nil
}

func (s *Register) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// ServeHTTP answers one question.
func (s *Register) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	q, status := s.read(r, body)
	if status != 0 {
		http.Error(w, http.StatusText(status), status)
		return
	}
	s.mu.Lock()
	mode := s.mode
	s.asked++
	s.mu.Unlock()
	if mode == "" {
		mode = Yes
	}
	switch mode {
	case Silent:
		<-r.Context().Done()
		return
	case Cut:
		panic(http.ErrAbortHandler)
	case Down:
		http.Error(w, "down", http.StatusInternalServerError)
		return
	}
	result := register.Match
	if mode == No {
		result = register.NoMatch
	}
	a, err := s.decide(q, result)
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	s.answer(w, r, mode, a, body)
}

// read checks a question as a register must.
func (s *Register) read(r *http.Request, body []byte) (q register.Request, status int) {
	if r.Method != http.MethodPost {
		return q, http.StatusMethodNotAllowed
	}
	key := r.Header.Get(register.HeaderKey)
	if err := register.Verify(s.Key, r.Header, key, s.now(), body); err != nil {
		return q, http.StatusUnauthorized
	}
	if err := json.Unmarshal(body, &q, json.RejectUnknownMembers(true)); err != nil || q.Key != key || q.Key == "" || q.Document.Number == "" {
		return q, http.StatusBadRequest
	}
	return q, 0
}

// decide answers a question as it was answered the first time.
func (s *Register) decide(q register.Request, result string) (register.Answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.decided == nil {
		s.decided = map[string]Question{}
	}
	d, known := s.decided[q.Key]
	if known && d.Request != q {
		return register.Answer{}, errors.New("this key was used with another question")
	}
	if !known {
		d = Question{Request: q, Result: result}
	}
	d.Times++
	s.decided[q.Key] = d
	a := register.Answer{Key: q.Key, Result: d.Result}
	if a.Result == register.Match {
		a.Ref = fmt.Sprintf("R%d", len(s.decided))
	}
	return a, nil
}

// answer writes the answer, or what the mode makes of it.
func (s *Register) answer(w http.ResponseWriter, r *http.Request, mode Mode, a register.Answer, asked []byte) {
	key, id, at := s.Key, a.Key, s.now()
	switch mode {
	case Slow:
		d := s.Delay
		if d == 0 {
			d = 8 * time.Second
		}
		select {
		case <-time.After(d):
		case <-r.Context().Done():
			return
		}
	case SilentDone:
		<-r.Context().Done()
		return
	case CutDone:
		panic(http.ErrAbortHandler)
	case Error:
		a.Error = "the register is being updated"
	case Forged:
		key = []byte(strings.Repeat("x", register.MinKey))
	case Stale:
		at = at.Add(-register.Tolerance - time.Minute)
	case Other:
		a.Key, id = "other", "other"
	case Mixed:
		a.Key = "other"
	}
	body, err := json.Marshal(a)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	switch mode {
	case Garbage:
		body = []byte("<html>please log in: " + string(asked) + "</html>")
	case Huge:
		body = append(body, strings.Repeat(" ", 1<<20)...)
	case Reflected:
		body = asked
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	if mode != Unsigned {
		register.Sign(key, h, id, at, body)
	}
	s.write(w, mode, body, asked)
}

func (s *Register) write(w http.ResponseWriter, mode Mode, body, asked []byte) {
	switch mode {
	case DownDone:
		w.WriteHeader(http.StatusBadGateway)
	case Redirect:
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusTemporaryRedirect)
	case Half:
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = w.Write(body[:len(body)/2])
		panic(http.ErrAbortHandler)
	case Broken:
		c, buf, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		_, _ = buf.Write(asked)
		_ = buf.Flush()
		_ = c.Close()
		return
	}
	_, _ = w.Write(body)
}
