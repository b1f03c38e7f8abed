package booking

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// Engine drives texts, attempts and replies. Each stage is a method that
// does one unit of work when called (Receive, Turn, Attempt, Send); Run is a thin
// loop around them, so that a test can call them in any order.
type Engine struct {
	Store     Store
	Decider   Decider
	Terminals map[string]Ticketing // by the name in TripKey.Terminal
	Bank      Bank
	Verifier  IdentityVerifier // nil: identities are not verified
	Carrier   Carrier
	Inquirer  Inquirer // nil: carriers are not asked about texts
	Vault     Vault
	Catalogue func() Catalogue
	Clock     Clock // the machine's by default
	Log       *zap.Logger

	Loc       *time.Location // of the service; UTC by default
	SaleDays  int            // how far ahead tickets are sold
	SlowAfter time.Duration  // a customer who waits so long is told so; 5 s by default
	PartLife  time.Duration  // how long parts of a long text wait for the rest; 5 min by default
	HoldFor   func(Trip, time.Time) time.Duration
	Workers   int // calls under way per port; 512 by default
	// NoticesPerSecond is how many customers are told of a notice a second; 20 by default.
	NoticesPerSecond int
	// Operators are the operators' phones: for others the operators' verbs are no
	// words. They are told of callbacks.
	Operators []MSISDN
	// Labels are the classes of a customer whom anything may be told by class, as they
	// are at a time; none for others. Nil: nobody is told anything by class.
	Labels func(*Customer, time.Time) []string
	// Changed is called when a terminal has reported changes, before anybody is told. May be nil.
	Changed func(terminal string, events []ServiceEvent)
	// LeaveUndelivered keeps tickets that a carrier could not deliver from being
	// sent once more.
	LeaveUndelivered bool
	// AccountDeclines is how many declines of one account in AccountWindow, and BINDeclines
	// how many of new accounts with the same first digits in BINWindow, let no more debits be sent to
	// the bank, whichever phones they came from; 0 for no limit.
	AccountDeclines, BINDeclines int
	// Pace is how fast texts are taken.
	Pace Pace

	Stats Stats

	fair     fair
	calls    calls
	outbox   outbox
	waitlist waitlist
	velocity velocity
	news     news
	sweep    sweep
	refuses  atomic.Bool // no more texts are taken
}

// Stats counts what the engine has done since it started.
type Stats struct {
	Texts, Refused, Failed, Repeated, Replies, Attempts, UnknownCalls atomic.Int64
	Paced, Floods                                                     atomic.Int64
	Sent, SendRefused, SendUnknown, SentLate, Resent, Turns           atomic.Int64
	Undelivered, Retold, Inquiries, Strangers, Withheld               atomic.Int64
}

// Start prepares the engine before its first unit of work: it takes over
// what earlier runs left to do. It must be called once, before Run or any stage.
func (e *Engine) Start(ctx context.Context) error {
	if e.Clock == nil {
		e.Clock = WallClock{}
	}
	if e.Log == nil {
		e.Log = zap.NewNop()
	}
	if e.Loc == nil {
		e.Loc = time.UTC
	}
	if e.SlowAfter == 0 {
		e.SlowAfter = 5 * time.Second
	}
	if e.PartLife == 0 {
		e.PartLife = 5 * time.Minute
	}
	if e.Workers == 0 {
		e.Workers = 512
	}
	if e.NoticesPerSecond == 0 {
		e.NoticesPerSecond = 20
	}
	e.calls.start(e.Workers)
	// Before the first text: nobody may book what others wait for, or what is stopped.
	if err := errors.Join(e.loadNews(ctx), e.loadWaiting(ctx), e.loadUses(ctx)); err != nil {
		return err
	}
	return e.Store.Do(ctx, Keys{}, func(v *View) (*Changes, error) {
		e.outbox.first, e.outbox.spilled = v.NewID(), true
		return nil, ErrNoChange
	})
}

// Run drives the engine until ctx ends: attempts, deadlines and replies that
// were not handed on at once. It returns when no call is under way any more.
func (e *Engine) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	for _, q := range []chan Attempt{e.calls.bank, e.calls.terminal, e.calls.verifier} {
		for range e.Workers {
			wg.Add(1)
			go func() {
				defer wg.Done()
				e.work(ctx, q)
			}()
		}
	}
	wg.Add(1)
	go func() { // a terminal that does not answer keeps nobody else waiting
		defer wg.Done()
		for e.pause(ctx, eventsEvery) {
			if err := e.Poll(ctx); err != nil && ctx.Err() == nil {
				e.Log.Warn("changes at the terminals not read, asked again", zap.Error(err))
			}
		}
	}()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		if err := e.Tick(ctx); err != nil && ctx.Err() == nil {
			e.Log.Warn("tick failed, will be tried again", zap.Error(err))
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	wg.Wait()
	return nil
}

// Drain takes no more texts and waits until those taken have their outcome, no
// attempt is under way and every reply handed on has its result, or until ctx ends.
func (e *Engine) Drain(ctx context.Context) {
	e.refuses.Store(true)
	for !e.Idle() && e.pause(ctx, 20*time.Millisecond) {
		continue
	}
}

// Idle tells whether nothing is under way: no text that is not stored yet, no
// attempt but those put off for later, and no reply without a result.
func (e *Engine) Idle() bool {
	e.calls.mu.Lock()
	calling := len(e.calls.claimed) > len(e.calls.later)
	e.calls.mu.Unlock()
	return !calling && e.fair.idle() && e.outbox.pending.Load() == 0
}

// Tick does what is due now and was not handed on: deadlines of customers,
// attempts left by earlier runs or put off, replies that found a full queue.
func (e *Engine) Tick(ctx context.Context) error {
	now := e.now()
	return errors.Join(e.loadNews(ctx), e.dueTurns(ctx, now), e.match(ctx, now), e.notify(ctx, now),
		e.dueAttempts(ctx, now), e.refill(ctx), e.retell(ctx, now), e.inquire(ctx, now), e.relabel(ctx, now))
}

func (e *Engine) dueTurns(ctx context.Context, now time.Time) error {
	due, err := e.Store.Due(ctx, now, 200)
	for _, m := range due {
		if err := e.Turn(ctx, m); err != nil {
			return err
		}
	}
	return err
}

// Turn runs what is due for one customer.
func (e *Engine) Turn(ctx context.Context, m MSISDN) error { return e.turnOf(ctx, m, Input{}) }

// turnOf runs a turn that no text and no outcome of a call has caused.
func (e *Engine) turnOf(ctx context.Context, m MSISDN, in Input) error {
	e.Stats.Turns.Add(1)
	err := e.commit(ctx, Keys{Customer: m}, func(v *View) (*Changes, error) {
		if in.Match != nil && !e.waits(v, in.Match.Order) {
			return nil, ErrNoChange
		}
		env := e.env()
		c, err := e.decide(v, in, env)
		if errors.Is(err, ErrNoChange) {
			c, err = &Changes{}, nil // it was too late
		}
		if err != nil {
			return nil, errors.Join(errTurnFailed, err)
		}
		if in.Notice != nil {
			n := *in.Notice
			if len(c.Replies) > 0 {
				n.Told++
			}
			c.Notices = append(c.Notices, n)
		}
		if in.Match == nil && in.Notice == nil {
			e.lostParts(v, c, env)
		}
		return c, nil
	})
	if errors.Is(err, errTurnFailed) {
		e.Log.Error("turn failed; tried again in a minute", zap.String("msisdn", m.Masked()), zap.Error(err))
		err = e.commit(ctx, Keys{Customer: m}, func(v *View) (*Changes, error) { // a view of its own: the other is half changed
			v.Customer.Due = e.now().Add(time.Minute)
			c := &Changes{Customer: v.Customer}
			if in.Notice != nil { // the others are not kept waiting
				c.Notices = append(c.Notices, *in.Notice)
			}
			return c, nil
		})
	}
	return err
}

// decide runs the decider and turns a panic into an error: a bug in one turn
// must not stop the others.
func (e *Engine) decide(v *View, in Input, env Env) (c *Changes, err error) {
	defer func() {
		if r := recover(); r != nil {
			c, err = nil, panicError(r)
		}
	}()
	c, err = e.Decider.Decide(v, in, env)
	if c != nil && err == nil && v.Customer != nil {
		c.Customer = v.Customer
		v.Customer.Retire(v.Orders, env.Now)
		e.label(v.Customer, env.Now)
		c.Deadlines(v, e.SlowAfter)
		e.partsDue(v.Customer)
	}
	return c, err
}

func (e *Engine) now() time.Time { return e.Clock.Now().In(e.Loc) }

func (e *Engine) env() Env {
	now := e.now()
	return Env{Now: now, Catalogue: e.Catalogue(), Stock: queued{stocks(e.Terminals), &e.waitlist, now}, Jitter: rand.Float64(),
		Epoch: e.Store.Epoch(), Outage: e.news.outage, Suspended: e.news.stopped, Ahead: e.waitlist.ahead, Line: e.calls.line, Named: e.named}
}

// named tells whether a terminal sells by name.
func (e *Engine) named(terminal string) bool {
	t, ok := e.Terminals[terminal]
	return ok && t.Capabilities().Named
}

// handOn passes on what a commit made, so that nobody has to look for it.
func (e *Engine) handOn(c *Changes) {
	if c == nil {
		return
	}
	for _, o := range c.Orders {
		e.waitlist.note(o)
	}
	e.news.note(c)
	for _, u := range c.Uses {
		e.velocity.note(u)
	}
	e.handReplies(c.Replies)
	for _, a := range c.Attempts {
		e.queue(a)
	}
}

// stocks asks the terminal that the key names.
type stocks map[string]Ticketing

// Left returns the free seats as the key's terminal knows them.
func (s stocks) Left(k TripKey, class string) (int, bool) {
	if t, ok := s[k.Terminal]; ok {
		return t.Left(k, class)
	}
	return 0, false
}
