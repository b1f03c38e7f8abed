package link

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"shortfare/booking"
)

// Group is all links to all carriers as one booking.Carrier: texts wait in one
// queue per phone and leave over the best link that is up. So the order per
// phone is kept whichever link a text takes, and a text of which nothing was
// written goes over another link when its own is lost.
type Group struct {
	links    []*Link
	teams    []*team
	byName   map[string]*team // by the names of carriers and of links
	prefixes []string         // all that are configured, longest first
	codes    map[string]bool  // all short codes that are configured
	limit    int              // texts per route
	sink     Sink
	lates    LateSink // nil when the sink takes none
	now      func() time.Time
	log      *zap.Logger
	killed   atomic.Bool
	wake     chan struct{} // capacity 1: the pump has something to do
	stopped  chan struct{}

	// All below is guarded by mu.
	mu       sync.Mutex
	abort    func() // ends Run, for Kill
	stopping bool   // Run is ending: no more texts, in either direction
	queue    queue
	routes   map[routeKey]*route
	order    []*route // all routes
	turn     int      // of order, that is looked at first
	lastBind uint64   // number of the last bind
}

var _ booking.Carrier = (*Group)(nil)

// NewGroup returns a group of links that are not bound; Run binds them. Texts
// may be queued at once. There is at least one link, and names differ.
func NewGroup(list []Config, sink Sink, log *zap.Logger) *Group {
	if log == nil {
		log = zap.NewNop()
	}
	g := &Group{sink: sink, log: log.Named("link"), byName: map[string]*team{}, codes: map[string]bool{}, routes: map[routeKey]*route{},
		wake: make(chan struct{}, 1), stopped: make(chan struct{})}
	g.lates, _ = sink.(LateSink)
	g.queue.init()
	for _, cfg := range list {
		g.join(cfg.withDefaults())
	}
	g.now = g.links[0].cfg.Now
	for _, t := range g.teams {
		t.rest = &route{home: t, tiers: [][]*Link{nil}}
		for _, l := range t.links {
			if l.cfg.sends() {
				t.rest.tiers[0] = append(t.rest.tiers[0], l)
			}
		}
		g.order = append(g.order, t.rest)
	}
	for _, l := range g.links { // after the carriers: a carrier's name counts first
		if g.byName[l.cfg.Name] == nil {
			g.byName[l.cfg.Name] = l.team
		}
	}
	sort.SliceStable(g.prefixes, func(i, j int) bool { return len(g.prefixes[i]) > len(g.prefixes[j]) })
	return g
}

// join adds a link to the group and to its carrier.
func (g *Group) join(cfg Config) {
	t := g.byName[cfg.Carrier]
	if t == nil {
		t = &team{name: cfg.Carrier}
		g.byName[cfg.Carrier] = t
		g.teams = append(g.teams, t)
		if !cfg.LastText.IsZero() {
			t.dups.earlier(uint64(cfg.Now().UnixNano()), cfg.LastText.Add(-ackMargin))
		}
	}
	l := newLink(g, t, cfg)
	t.links = append(t.links, l)
	g.links = append(g.links, l)
	g.prefixes = append(g.prefixes, cfg.Prefixes...)
	for _, c := range cfg.ShortCodes {
		g.codes[c] = true
	}
	g.limit = max(g.limit, cfg.QueueLimit)
}

// Links returns the links in the order of their configuration.
func (g *Group) Links() []*Link { return g.links }

// Ready returns nil when a link that carries texts to phones is bound, else why
// none is.
func (g *Group) Ready() error {
	var all error
	for _, l := range g.links {
		err := l.Ready()
		if err == nil && l.cfg.sends() {
			return nil
		}
		all = errors.Join(all, err)
	}
	if all == nil {
		return fmt.Errorf("no link carries texts to phones: %w", ErrNotBound)
	}
	return all
}

// Run binds all links, serves, and binds again until ctx ends. Then no more
// texts are taken from either side, what is under way is waited for, the links
// unbind, and every text that is left gets its result; Config.Drain bounds that.
// It returns nil then, or ErrKilled. It is called once.
func (g *Group) Run(ctx context.Context) error {
	pumped := make(chan struct{})
	go func() {
		defer close(pumped)
		g.pump()
	}()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	g.mu.Lock()
	g.abort = cancel
	for _, l := range g.links {
		l.since = time.Now()
	}
	g.mu.Unlock()
	var runs sync.WaitGroup
	for _, l := range g.links {
		runs.Go(func() { l.run(ctx) })
	}
	var watching sync.WaitGroup
	watching.Go(func() { g.watch(ctx) })
	runs.Wait()
	cancel()
	watching.Wait()
	g.stop()
	close(g.stopped)
	<-pumped
	if g.killed.Load() {
		return ErrKilled
	}
	g.handBack()
	return nil
}

// Send queues a text, bound or not, and never waits. It returns false when the
// queue is full or Run is ending, and done is not called then. Else done is
// called exactly once, on any goroutine, in order for each MSISDN but for
// what is NotSent, and must not wait:
//
//   - Done: the carrier has all parts; MessageID is that of the first;
//   - Refused: for good, with the carrier's status. A text that can't be
//     written as SMPP is refused with the status that the carrier would give;
//   - Unknown: a part was written and no answer came, for as long as the policy
//     of its kind waits; with Once when no second copy may be sent;
//   - Unknown with NotSent: Run ended before anything was written.
func (g *Group) Send(m booking.MT, done func(booking.SendResult)) bool {
	g.mu.Lock()
	if g.stopping || g.killed.Load() {
		g.mu.Unlock()
		return false
	}
	r := g.routeOf(&m)
	if r.size >= g.limit {
		g.mu.Unlock()
		return false
	}
	idle := g.queue.add(g, m, r, done, time.Now())
	g.mu.Unlock()
	if idle {
		g.hurry()
	}
	return true
}

// hurry wakes the pump.
func (g *Group) hurry() {
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

// Kill drops every connection at once, as a crash of the process would: no
// result is handed back and no text acknowledged any more, but for calls that
// have begun. Run returns ErrKilled.
func (g *Group) Kill() {
	if !g.killed.CompareAndSwap(false, true) {
		return
	}
	g.mu.Lock()
	abort := g.abort
	var conns []net.Conn
	for _, l := range g.links {
		if l.conn != nil {
			conns = append(conns, l.conn)
		}
	}
	g.mu.Unlock()
	for _, c := range conns {
		_ = c.Close() // nobody is left to be told
	}
	if abort != nil {
		abort()
	}
}

// watch tells operators of carriers whose texts wait too long, and that it is over.
func (g *Group) watch(ctx context.Context) {
	every := g.links[0].cfg.AlarmAge
	for _, l := range g.links {
		every = min(every, l.cfg.AlarmAge)
	}
	tick := time.NewTicker(min(max(every/4, time.Second), 15*time.Second))
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			for _, t := range g.teams {
				g.look(t)
			}
		case <-ctx.Done():
			return
		}
	}
}

// look compares the age of a carrier's oldest text with what is allowed.
func (g *Group) look(t *team) {
	limit := t.links[0].cfg.AlarmAge
	g.mu.Lock()
	var age time.Duration
	if at := g.queue.oldest(t); !at.IsZero() {
		age = time.Since(at)
	}
	size := g.sizeOf(t)
	was := t.alarm
	t.alarm = age >= limit
	is := t.alarm
	g.mu.Unlock()
	switch {
	case is && !was:
		g.log.Error("texts wait too long for their carrier", zap.String("carrier", t.name), zap.Duration("oldest", age), zap.Int("queue", size))
	case was && !is:
		g.log.Info("texts no longer wait too long", zap.String("carrier", t.name), zap.Int("queue", size))
	}
}

// sizeOf counts the texts of a carrier that have no result. mu is held.
func (g *Group) sizeOf(t *team) (n int) {
	for _, r := range g.order {
		if r.home == t {
			n += r.size
		}
	}
	return n
}
