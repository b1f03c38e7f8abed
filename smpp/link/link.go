package link

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/smpp"
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

// Why a link can't be used.
var (
	ErrKilled   = errors.New("link was killed")
	ErrNotBound = errors.New("not bound")
)

// Link is one carrier kept bound. It is a booking.Carrier.
type Link struct {
	cfg  Config
	sink Sink
	log  *zap.Logger

	own      map[string]bool
	tryAgain map[uint32]bool
	join     func([]booking.Part) (string, bool, error)
	dups     dups
	in       inCounters
	killed   atomic.Bool
	wake     chan struct{} // capacity 1: the pump has something to do

	// All below is guarded by mu.
	mu       sync.Mutex
	conn     net.Conn // of the last attempt to bind, for Kill
	abort    func()   // ends Run, for Kill
	session  *smpp.Session
	unbound  error // why session is nil
	stopping bool  // Run is ending: no more texts, in either direction
	stopped  chan struct{}
	queue    queue
	pace     pacer
	out      outCounters
	binds    uint64
	failures uint64
	lastBind uint64 // number of the last bind
}

// New returns a link that is not bound; Run binds it. Texts may be queued at
// once.
func New(cfg Config, sink Sink, log *zap.Logger) *Link {
	if log == nil {
		log = zap.NewNop()
	}
	l := &Link{cfg: cfg.withDefaults(), sink: sink, log: log.Named("link").With(zap.String("link", cfg.Name)),
		own: map[string]bool{}, tryAgain: map[uint32]bool{}, wake: make(chan struct{}, 1),
		unbound: ErrNotBound, stopped: make(chan struct{})}
	for _, a := range cfg.Own {
		l.own[a] = true
	}
	for _, s := range cfg.TryAgain {
		l.tryAgain[uint32(s)] = true
	}
	l.join = l.joinParts
	l.queue.init()
	if !cfg.LastText.IsZero() {
		l.dups.unbind(cfg.LastText.Add(-ackMargin))
	}
	return l
}

// Name returns the name of the link.
func (l *Link) Name() string { return l.cfg.Name }

// Ready returns nil when the link is bound, else why it is not: ErrNotBound,
// and what went wrong last.
func (l *Link) Ready() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.killed.Load() {
		return fmt.Errorf("link %s: %w", l.cfg.Name, ErrKilled)
	}
	if l.session != nil && !l.stopping {
		return nil
	}
	if errors.Is(l.unbound, ErrNotBound) {
		return fmt.Errorf("link %s: %w", l.cfg.Name, l.unbound)
	}
	return fmt.Errorf("link %s: %w: %w", l.cfg.Name, ErrNotBound, l.unbound)
}

// Send queues a text, bound or not, and never waits. It returns false when the
// queue is full or Run is ending, and done is not called then. Else done is
// called exactly once, on any goroutine, in order for each MSISDN but for
// what is NotSent, and must not wait:
//
//   - Done: the carrier has all parts; MessageID is that of the first;
//   - Refused: for good, with the carrier's status. A text that can't be
//     written as SMPP is refused with the status that the carrier would give;
//   - Unknown: a part was written and no answer came;
//   - Unknown with NotSent: Run ended before anything was written.
func (l *Link) Send(m booking.MT, done func(booking.SendResult)) bool {
	l.mu.Lock()
	if l.stopping || l.killed.Load() || l.queue.size >= l.cfg.QueueLimit {
		l.mu.Unlock()
		return false
	}
	idle := l.queue.add(l, m, done, time.Now())
	l.mu.Unlock()
	if idle {
		l.hurry()
	}
	return true
}

// hurry wakes the pump.
func (l *Link) hurry() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Kill drops the connection at once, as a crash of the process would: no
// result is handed back and no text acknowledged any more, but for calls that
// have begun. Run returns ErrKilled.
func (l *Link) Kill() {
	if !l.killed.CompareAndSwap(false, true) {
		return
	}
	l.mu.Lock()
	conn, abort := l.conn, l.abort
	l.mu.Unlock()
	if conn != nil {
		_ = conn.Close() // nobody is left to be told
	}
	if abort != nil {
		abort()
	}
}
