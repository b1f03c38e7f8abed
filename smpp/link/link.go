package link

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// Sink is where texts and receipts go. Its methods are called on the goroutine
// that reads from the carrier and must not wait. done is called exactly once,
// from any goroutine: with nil when what came is durable, with
// booking.ErrSender when it is to be forgotten, with any other error when the
// carrier has to keep it.
type Sink interface {
	Receive(a booking.Arrival, done func(error))
	Receipt(r booking.Receipt, done func(error))
}

// LateSink is a Sink that is told of texts which the carrier acknowledged after
// they had been handed back as unknown. Late must not wait.
type LateSink interface {
	Sink
	Late(m booking.MT, r booking.SendResult)
}

// Why a link can't be used.
var (
	ErrKilled   = errors.New("link was killed")
	ErrNotBound = errors.New("not bound")
)

// Link is one bind to a carrier, kept up. A link that New made is a
// booking.Carrier by itself; others belong to a Group.
type Link struct {
	cfg    Config
	group  *Group
	team   *team
	log    *zap.Logger
	own    map[string]bool
	later  map[uint32]bool // what a status means, where the configuration says so
	in     inCounters
	poison poison
	knock  chan *caller // a connection of the carrier with an outbind

	// All below is guarded by the group's mutex.
	conn     net.Conn // of the last attempt to bind, for Kill
	session  *smpp.Session
	serving  *smpp.Session // the same until its end was seen: what it counts is not in the counters yet
	bind     uint64        // number of the session, also after its end
	unbound  error         // why session is nil
	since    time.Time     // when session became nil
	flying   int           // texts under way over it
	credit   int           // of the weighted choice
	pace     pacer
	out      outCounters
	trip     roundTrip
	lost     lateTable
	binds    uint64
	failures uint64
}

// New returns a link that is a group of its own and is not bound; Run binds it.
// Texts may be queued at once.
func New(cfg Config, sink Sink, log *zap.Logger) *Link {
	return NewGroup([]Config{cfg}, sink, log).links[0]
}

func newLink(g *Group, t *team, cfg Config) *Link {
	l := &Link{cfg: cfg, group: g, team: t, log: g.log.With(zap.String("link", cfg.Name)), own: map[string]bool{}, later: map[uint32]bool{},
		unbound: ErrNotBound, knock: make(chan *caller)}
	for _, a := range cfg.Own {
		l.own[a] = true
	}
	for _, a := range cfg.ShortCodes {
		l.own[a] = true
	}
	for _, s := range cfg.TryAgain {
		l.later[uint32(s)] = true
	}
	for s, later := range cfg.Statuses {
		l.later[s] = later
	}
	l.pace.limit = cfg.Rate
	return l
}

// Name returns the name of the link.
func (l *Link) Name() string { return l.cfg.Name }

// Carrier returns the name of the carrier it binds to.
func (l *Link) Carrier() string { return l.team.name }

// Ready returns nil when the link is bound, else why it is not: ErrNotBound,
// and what went wrong last.
func (l *Link) Ready() error {
	l.group.mu.Lock()
	defer l.group.mu.Unlock()
	if l.group.killed.Load() {
		return fmt.Errorf("link %s: %w", l.cfg.Name, ErrKilled)
	}
	if l.session != nil && !l.group.stopping {
		return nil
	}
	if errors.Is(l.unbound, ErrNotBound) {
		return fmt.Errorf("link %s: %w", l.cfg.Name, l.unbound)
	}
	return fmt.Errorf("link %s: %w: %w", l.cfg.Name, ErrNotBound, l.unbound)
}

// Run is Group.Run of the group that the link belongs to.
func (l *Link) Run(ctx context.Context) error { return l.group.Run(ctx) }

// Send is Group.Send of the group that the link belongs to.
func (l *Link) Send(m booking.MT, done func(booking.SendResult)) bool { return l.group.Send(m, done) }

// Kill is Group.Kill of the group that the link belongs to.
func (l *Link) Kill() { l.group.Kill() }

// means reports whether a status of submit_sm is "later".
func (l *Link) means(s pdu.Status) (later bool) {
	if later, ok := l.later[uint32(s)]; ok {
		return later
	}
	return Later(s)
}
