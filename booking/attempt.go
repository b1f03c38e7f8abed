package booking

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"
)

// CallTimeout is how long a terminal, or a bank for other calls than a debit,
// may take to answer.
const CallTimeout = 20 * time.Second

// calls are the attempts on their way to terminals and banks.
type calls struct {
	bank, terminal, verifier chan Attempt

	mu      sync.Mutex
	claimed map[int64]bool // queued, put off or being made by this process
	later   []Attempt      // not due yet
	rescan  bool           // the store has attempts that no queue holds
	ended   map[int64]bool // made while a scan reads; nil when none does
	paces   [VerifierPort + 1]pace
}

// pace is how fast calls of a port end.
type pace struct {
	last    time.Time
	between time.Duration // from one to the next, on average of late
}

// ended notes the end of a call.
func (p *pace) ended(now time.Time) {
	const weight = 16
	if d := now.Sub(p.last); !p.last.IsZero() && d >= 0 {
		p.between += (min(d, CallTimeout) - p.between) / weight // nothing was asked for, for long
	}
	p.last = now
}

func (c *calls) start(workers int) {
	c.bank, c.terminal, c.verifier = make(chan Attempt, 16*workers), make(chan Attempt, 16*workers), make(chan Attempt, 16*workers)
	c.claimed, c.rescan = map[int64]bool{}, true
}

// queue passes an attempt to the callers of its port. When their queue is
// full it stays in the store and is found by the next scan.
func (e *Engine) queue(a Attempt) {
	c := &e.calls
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.claimed[a.ID] || c.ended[a.ID] {
		return
	}
	if a.Due.After(e.Clock.Now()) {
		c.claimed[a.ID] = true
		c.later = append(c.later, a)
		return
	}
	c.push(a)
}

// push hands over a due attempt; c.mu is held.
func (c *calls) push(a Attempt) {
	q := c.of(a.Call.Port())
	select {
	case q <- a:
		c.claimed[a.ID] = true
	default:
		delete(c.claimed, a.ID)
		c.rescan = true
	}
}

// of is the queue of a port.
func (c *calls) of(p Port) chan Attempt {
	switch p {
	case BankPort:
		return c.bank
	case VerifierPort:
		return c.verifier
	}
	return c.terminal
}

// manyCalls is how many calls wait when a customer is told his place.
const manyCalls = 20

// line is how many calls wait where this one does, when they are many, and how
// long until the last of them is made.
func (c *calls) line(k Call) (int, time.Duration) {
	n := len(c.of(k.Port()))
	if n < manyCalls {
		return 0, 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return n, time.Duration(n) * c.paces[k.Port()].between
}

func (c *calls) paced(p Port, now time.Time) {
	c.mu.Lock()
	c.paces[p].ended(now)
	c.mu.Unlock()
}

func (c *calls) done(id int64) {
	c.mu.Lock()
	delete(c.claimed, id)
	if c.ended != nil {
		c.ended[id] = true // the scan may have read it before it was settled
	}
	c.mu.Unlock()
}

// dueAttempts queues attempts that were put off and are due now, and those
// that only the store knows.
func (e *Engine) dueAttempts(ctx context.Context, now time.Time) error {
	c := &e.calls
	c.mu.Lock()
	keep := c.later[:0]
	for _, a := range c.later {
		if a.Due.After(now) {
			keep = append(keep, a)
		} else {
			c.push(a)
		}
	}
	c.later = keep
	scan := c.rescan
	if scan {
		c.rescan, c.ended = false, map[int64]bool{}
	}
	c.mu.Unlock()
	if !scan {
		return nil
	}
	defer func() {
		c.mu.Lock()
		c.ended = nil
		c.mu.Unlock()
	}()
	return e.scan(ctx)
}

// scan queues the attempts that the store knows and no queue holds.
func (e *Engine) scan(ctx context.Context) error {
	c := &e.calls
	var after int64
	for {
		list, err := e.Store.Attempts(ctx, after, 500)
		if err != nil {
			c.mu.Lock()
			c.rescan = true
			c.mu.Unlock()
			return err
		}
		for _, a := range list {
			e.queue(a)
			after = a.ID
		}
		if len(list) < 500 {
			return nil
		}
	}
}

// Next takes one attempt that is due and queued, for a caller that makes the
// calls itself instead of leaving them to Run; false when none waits.
func (e *Engine) Next() (Attempt, bool) {
	for _, q := range []chan Attempt{e.calls.terminal, e.calls.bank, e.calls.verifier} {
		select {
		case a := <-q:
			return a, true
		default:
		}
	}
	return Attempt{}, false
}

func (e *Engine) work(ctx context.Context, q chan Attempt) {
	for {
		select {
		case a := <-q:
			e.Attempt(ctx, a)
		case <-ctx.Done():
			return
		}
	}
}

// Attempt makes one call and gives its outcome to the customer's next turn. A
// call cut short by ctx is left in the store: the next start makes it again
// under the same key, or asks about it when it was a debit.
func (e *Engine) Attempt(ctx context.Context, a Attempt) {
	defer e.calls.done(a.ID)
	defer e.velocity.done(a.ID)
	e.Stats.Attempts.Add(1)
	ev := e.call(ctx, a)
	e.calls.paced(a.Call.Port(), e.Clock.Now())
	if ctx.Err() != nil && (ev.Kind.unknown() || a.Call.Rules() && ev.Kind == NoEvent) {
		return
	}
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		err := e.settle(ctx, a, ev)
		if err == nil {
			return
		}
		if errors.Is(err, errTurnFailed) {
			e.Log.Error("turn of an outcome failed; tried again in a minute", zap.Int64("order", int64(a.Order)),
				zap.String("call", a.Call.String()), zap.Error(err))
			wait = time.Minute
		}
		if !e.pause(ctx, wait) {
			return
		}
	}
}

// unknown tells whether the event is an outcome that is not known.
func (k EventKind) unknown() bool {
	switch k {
	case HoldUnknown, DebitUnknown, IssueUnknown, VoidUnknown, ReverseUnknown, ReleaseUnknown, SettleUnknown, VerifyUnknown:
		return true
	}
	return false
}

var errTurnFailed = errors.New("turn failed")

// settle runs the turn of an outcome. The attempt's row fences it: an outcome
// counts once.
func (e *Engine) settle(ctx context.Context, a Attempt, ev Event) error {
	return e.commit(ctx, Keys{Customer: a.Customer, Attempt: a.ID}, func(v *View) (*Changes, error) {
		if v.AttemptGone {
			return nil, ErrNoChange
		}
		c, err := e.decide(v, Input{Attempt: &a, Event: ev}, e.env())
		if err != nil {
			return nil, errors.Join(errTurnFailed, err)
		}
		if !slices.Contains(c.Settled, a.ID) {
			c.Settled = append(c.Settled, a.ID) // an outcome counts once, whatever the decider made of it
		}
		if u, ok := e.use(a, ev); ok {
			u.ID = v.NewID()
			c.Uses = append(c.Uses, u)
		}
		return c, nil
	})
}
