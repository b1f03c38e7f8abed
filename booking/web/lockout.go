package web

import (
	"sync"
	"time"
)

const (
	maxTries = 10               // in a row, of a name or from an address
	lockTime = 30 * time.Minute // since the last of them
	maxKept  = 20_000           // names and addresses that are counted
)

// guard counts failed logins by name and by address. Names that nobody has are
// counted as others are, so that being locked tells nothing.
type guard struct {
	mu    sync.Mutex
	tries map[string]*tries
}

type tries struct {
	n    int
	last time.Time
}

func (g *guard) init() { g.tries = map[string]*tries{} }

// take counts a try of each key before it is made, so that tries at the same time
// count too. False when one of the keys has none left: nothing is counted then.
func (g *guard) take(now time.Time, keys ...string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, k := range keys {
		if t := g.tries[k]; t != nil && now.Sub(t.last) < lockTime && t.n >= maxTries {
			return false
		}
	}
	for _, k := range keys {
		t := g.tries[k]
		if t == nil {
			g.room(now)
			t = &tries{}
			g.tries[k] = t
		}
		if now.Sub(t.last) >= lockTime {
			t.n = 0
		}
		t.n++
		t.last = now
	}
	return true
}

// forgive forgets the tries of keys.
func (g *guard) forgive(keys ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, k := range keys {
		delete(g.tries, k)
	}
}

// giveBack takes one try back.
func (g *guard) giveBack(key string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if t := g.tries[key]; t != nil && t.n > 0 {
		t.n--
	}
}

// room makes room for one more: those that are over go, else one that is not
// locked. When all are locked it is an attack from everywhere, and any goes.
func (g *guard) room(now time.Time) {
	if len(g.tries) < maxKept {
		return
	}
	some := ""
	for k, t := range g.tries {
		switch {
		case now.Sub(t.last) >= lockTime:
			delete(g.tries, k)
		case some == "" || t.n < g.tries[some].n:
			some = k
		}
	}
	if len(g.tries) >= maxKept {
		delete(g.tries, some)
	}
}
