package link

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// Run binds, serves, and binds again until ctx ends. Then no more texts are
// taken from either side, what is under way is waited for, the link unbinds,
// and every text that is left gets its result; Config.Drain bounds that. It
// returns nil then, or ErrKilled. It is called once.
func (l *Link) Run(ctx context.Context) error {
	pumped := make(chan struct{})
	go func() {
		defer close(pumped)
		l.pump()
	}()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l.mu.Lock()
	l.abort = cancel
	l.mu.Unlock()
	wait := backoff{least: l.cfg.BackoffMin, most: l.cfg.BackoffMax}
	for l.alive(ctx) {
		wait.attempt(time.Now())
		s, err := l.bind(ctx)
		if err == nil {
			if l.serve(ctx, s) {
				wait.reset()
			}
		}
		if !l.alive(ctx) {
			break
		}
		d := wait.wait(time.Now())
		if err != nil {
			l.log.Warn("bind failed", zap.String("addr", l.cfg.Addr), zap.Duration("again_in", d), zap.Error(err))
		}
		l.sleep(ctx, d)
	}
	l.stop()
	close(l.stopped)
	<-pumped
	if l.killed.Load() {
		return ErrKilled
	}
	l.handBack()
	return nil
}

func (l *Link) alive(ctx context.Context) bool { return ctx.Err() == nil && !l.killed.Load() }

func (l *Link) sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// bind connects and binds once.
func (l *Link) bind(ctx context.Context) (*bound, error) {
	b, err := l.tryBind(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.failures++
		l.unbound = err
		return nil, err
	}
	l.binds++
	l.session = b.session
	l.dups.bind(l.cfg.Now())
	return b, nil
}

func (l *Link) tryBind(ctx context.Context) (*bound, error) {
	conn, err := l.cfg.Dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	b := &bound{link: l, number: l.number(conn)}
	if l.killed.Load() { // before the connection was known to Kill
		return nil, errors.Join(ErrKilled, conn.Close())
	}
	b.session, err = smpp.Bind(ctx, conn, smpp.BindRequest{SystemID: l.cfg.SystemID, Password: l.cfg.Password,
		SystemType: l.cfg.SystemType, AddressRange: l.cfg.AddressRange},
		smpp.Config{Window: l.cfg.Window, MaxInbound: l.cfg.MaxInbound, EnquireLink: l.cfg.EnquireLink, Response: l.cfg.Response,
			Handle: b.handle, Late: l.late})
	return b, err
}

// number gives a bind its number, which grows across restarts of the process
// as long as the clock does.
func (l *Link) number(conn net.Conn) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = conn
	l.lastBind = max(l.lastBind+1, uint64(l.cfg.Now().UnixNano()))
	return l.lastBind
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
	l.log.Info("bound", zap.String("addr", l.cfg.Addr), zap.String("smsc", peer), zap.Uint64("bind", b.number))
	l.hurry()
	select {
	case <-s.Done():
	case <-ctx.Done():
		if !l.killed.Load() {
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
	l.dups.unbind(floor)
	l.mu.Lock()
	l.session, l.unbound = nil, err
	l.mu.Unlock()
	st := s.Stats()
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
	idle := l.stop()
	select {
	case <-idle:
	case <-ctx.Done():
	case <-s.Done():
	}
	if err := s.Unbind(ctx); err != nil && !l.killed.Load() {
		l.log.Warn("unbind had no answer", zap.Error(err))
	}
}

// stop takes no more texts, gives up those of which nothing is written, and
// returns a channel that is closed when nothing is under way.
func (l *Link) stop() <-chan struct{} {
	l.mu.Lock()
	if l.stopping {
		defer l.mu.Unlock()
		return l.queue.drained
	}
	l.stopping = true
	l.unbound = ErrNotBound
	l.queue.drained = make(chan struct{})
	list := l.queue.takeUnsent()
	l.checkDrained()
	idle := l.queue.drained
	l.mu.Unlock()
	l.hurry()
	l.giveUp(list)
	return idle
}

// checkDrained tells drain when no text is under way and none half sent. mu is
// held.
func (l *Link) checkDrained() {
	if l.queue.flying > 0 || l.queue.halfSent > 0 {
		return
	}
	select {
	case <-l.queue.drained:
	default:
		close(l.queue.drained)
	}
}

// handBack gives up the texts that are left when nothing can be sent any more:
// a text of which a part was taken is not known to have failed.
func (l *Link) handBack() {
	l.mu.Lock()
	list := l.queue.takeAll()
	l.mu.Unlock()
	l.giveUp(list)
}

func (l *Link) giveUp(list *text) {
	if l.killed.Load() {
		return
	}
	for t := list; t != nil; t = t.next {
		r := booking.SendResult{NotSent: t.part == 0}
		l.mu.Lock()
		l.out.count(r)
		l.mu.Unlock()
		t.done(r)
	}
}

// late takes a response that came after its time-out, or twice.
func (l *Link) late(*pdu.PDU) {
	l.mu.Lock()
	l.out.late++
	l.mu.Unlock()
}
