package link

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/smpp"
)

// run binds, serves, and binds again until ctx ends.
func (l *Link) run(ctx context.Context) {
	var listening sync.WaitGroup
	defer listening.Wait()
	if l.cfg.OutbindListen != "" {
		listening.Go(func() { l.awaitOutbind(ctx) })
	}
	wait := backoff{least: l.cfg.BackoffMin, most: l.cfg.BackoffMax}
	var called *caller
	for l.alive(ctx) {
		wait.attempt(time.Now())
		b, err := l.tryBind(ctx, called)
		if err == nil && l.serve(ctx, b) {
			wait.reset()
		}
		if !l.alive(ctx) {
			return
		}
		d := wait.wait(time.Now())
		if err != nil {
			l.failed(err, d)
		}
		called = l.sleep(ctx, d)
	}
}

// failed tells operators of a bind that did not come about.
func (l *Link) failed(err error, again time.Duration) {
	fields := []zap.Field{zap.String("addr", l.cfg.Addr), zap.Duration("again_in", again), zap.Error(err)}
	if errors.Is(err, ErrTLS) { // S19: somebody else may be at the other end
		l.in.untrusted.Add(1)
		l.log.Error("bind failed: the connection cannot be secured", fields...)
		return
	}
	l.log.Warn("bind failed", fields...)
}

func (l *Link) alive(ctx context.Context) bool { return ctx.Err() == nil && !l.group.killed.Load() }

// sleep waits for d, or until the carrier calls.
func (l *Link) sleep(ctx context.Context, d time.Duration) *caller {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	case c := <-l.knock:
		return c
	}
	return nil
}

// tryBind connects, unless the carrier did, and binds once.
func (l *Link) tryBind(ctx context.Context, called *caller) (*bound, error) {
	b, err := l.connect(ctx, called)
	g := l.group
	g.mu.Lock()
	defer g.mu.Unlock()
	if err != nil {
		l.failures++
		l.unbound = err
		return nil, err
	}
	l.binds++
	l.session, l.serving, l.bind = b.session, b.session, b.number
	l.team.dups.bind(l, l.cfg.Now())
	return b, nil
}

func (l *Link) connect(ctx context.Context, called *caller) (*bound, error) {
	if called != nil {
		l.owns(called.conn)
		return called.bound, called.bind(ctx, l.request())
	}
	conn, err := l.cfg.Dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	b := &bound{link: l, number: l.number()}
	l.owns(conn)
	if l.group.killed.Load() { // before the connection was known to Kill
		return nil, errors.Join(ErrKilled, conn.Close())
	}
	b.session, err = smpp.Bind(ctx, conn, l.request(), l.config(b))
	return b, err
}

func (l *Link) request() smpp.BindRequest {
	return smpp.BindRequest{Command: l.cfg.Bind, SystemID: l.cfg.SystemID, Password: l.cfg.Password, SystemType: l.cfg.SystemType,
		AddressRange: l.cfg.AddressRange}
}

func (l *Link) config(b *bound) smpp.Config {
	return smpp.Config{Window: l.cfg.Window, MaxInbound: l.cfg.MaxInbound, EnquireLink: l.cfg.EnquireLink, Response: l.cfg.Response,
		Inactivity: l.cfg.Inactivity, Handle: b.handle, Late: b.late, Poison: l.unreadable}
}

// owns notes the connection of an attempt to bind, for Kill.
func (l *Link) owns(conn net.Conn) {
	l.group.mu.Lock()
	defer l.group.mu.Unlock()
	l.conn = conn
}

// number gives a bind its number, which grows across restarts of the process
// as long as the clock does.
func (l *Link) number() uint64 {
	g := l.group
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lastBind = max(g.lastBind+1, uint64(l.cfg.Now().UnixNano()))
	return g.lastBind
}

// serve waits until the session or ctx ends, and reports whether the bind was
// of use.
func (l *Link) serve(ctx context.Context, b *bound) (useful bool) {
	begun := time.Now()
	s := b.session
	peer := ""
	if p := s.Peer(); p != nil {
		peer = p.SystemID
	}
	l.log.Info("bound", zap.String("addr", l.cfg.Addr), zap.String("smsc", peer), zap.Stringer("as", l.cfg.Bind), zap.Uint64("bind", b.number))
	g := l.group
	g.hurry()
	select {
	case <-s.Done():
	case <-ctx.Done():
		if !g.killed.Load() {
			l.drain(s)
		}
		<-s.Done()
	}
	err := s.Err()
	var floor time.Time
	if !errors.Is(err, smpp.ErrUnbound) {
		floor = l.cfg.Now().Add(-ackMargin)
		if silent(err) { // nothing had come for as long as this
			floor = floor.Add(-2 * l.cfg.EnquireLink)
		}
	}
	l.team.dups.unbind(l, b.number, floor, l.cfg.Now())
	g.mu.Lock()
	if l.session != nil {
		l.since = time.Now()
	}
	st := s.Stats()
	l.in.refused.Add(st.Throttled)
	l.session, l.serving, l.unbound = nil, nil, err
	g.mu.Unlock()
	g.hurry() // texts may go over another link
	l.log.Info("bind ended", zap.Duration("after", time.Since(begun)), zap.Uint64("bind", b.number),
		zap.Uint64("submits_unknown", st.LostUnknown), zap.Error(err))
	return st.Requests > 0 || st.Answered > 0 || time.Since(begun) >= lasting
}

// silent reports whether a session ended because nothing was heard: the peer
// may have been gone for a while.
func silent(err error) bool {
	return errors.Is(err, smpp.ErrLinkDead) || errors.Is(err, smpp.ErrSlowPeer) || errors.Is(err, smpp.ErrStalled) ||
		errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, syscall.ETIMEDOUT)
}

// drain ends a bind in good order.
func (l *Link) drain(s *smpp.Session) {
	ctx, cancel := context.WithTimeout(context.Background(), l.cfg.Drain)
	defer cancel()
	idle := l.group.stop()
	select {
	case <-idle:
	case <-ctx.Done():
	case <-s.Done():
	}
	if err := s.Unbind(ctx); err != nil && !l.group.killed.Load() {
		l.log.Warn("unbind had no answer", zap.Error(err))
	}
}

// stop takes no more texts, gives up those of which nothing is written, and
// returns a channel that is closed when nothing is under way.
func (g *Group) stop() <-chan struct{} {
	g.mu.Lock()
	if g.stopping {
		defer g.mu.Unlock()
		return g.queue.drained
	}
	g.stopping = true
	for _, l := range g.links {
		l.unbound = ErrNotBound
	}
	g.queue.drained = make(chan struct{})
	list := g.takeUnsent()
	g.checkDrained()
	idle := g.queue.drained
	g.mu.Unlock()
	g.hurry()
	g.giveUp(list)
	return idle
}

// checkDrained tells drain when no text is under way and none half sent. mu is
// held.
func (g *Group) checkDrained() {
	if g.queue.flying > 0 || g.queue.halfSent > 0 {
		return
	}
	select {
	case <-g.queue.drained:
	default:
		close(g.queue.drained)
	}
}

// handBack gives up the texts that are left when nothing can be sent any more:
// a text of which a part was taken, or may have been, is not known to have failed.
func (g *Group) handBack() {
	g.mu.Lock()
	list := g.takeAll()
	g.mu.Unlock()
	g.giveUp(list)
}

func (g *Group) giveUp(list *text) {
	if g.killed.Load() {
		return
	}
	for t := list; t != nil; t = t.next {
		r := booking.SendResult{NotSent: t.part == 0 && !t.doubt}
		l := t.link
		if l == nil {
			l = t.route.home.links[0]
		} else if !r.NotSent {
			r.Link, r.Receipt, r.Once = l.team.name, t.asked, l.policy(&t.m).Never
		}
		g.mu.Lock()
		l.out.count(r)
		g.mu.Unlock()
		t.done(r)
	}
}
