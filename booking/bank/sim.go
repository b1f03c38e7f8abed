package bank

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/store/commit"
)

// ErrDown is the cause of unknown outcomes, and of Ready, in mode down and
// after Close.
var ErrDown = errors.New("bank: down")

// DefaultLate is how late a late answer comes.
const DefaultLate = 8 * time.Second

// DefaultSettle is how long a refund takes to reach the customer's account.
const DefaultSettle = 24 * time.Hour

// SimOptions say where the ledger is and what the simulator works with.
type SimOptions struct {
	// Path of the ledger's file; made when it is missing.
	Path string
	// Vault opens the sealed account of a debit.
	Vault booking.Vault
	// Clock is the machine's by default.
	Clock booking.Clock
	// Log is silent by default. Account numbers never reach it.
	Log *zap.Logger
	// Late is DefaultLate by default.
	Late time.Duration
	// SettleAfter is how long a refund takes to reach the customer's account; DefaultSettle by default.
	SettleAfter time.Duration
}

// Sim is a bank with a ledger of its own. Its methods may be called from any
// goroutine; when one returns Done or Refused, the ledger has it on disk.
type Sim struct {
	o  SimOptions
	db *commit.DB

	mode    atomic.Value // Mode
	doubles atomic.Int64
	closing chan struct{}

	mu     sync.Mutex
	closed bool
	timers map[*timer]struct{}
	strays []*stray
	late   sync.WaitGroup // timers that have not ended
	once   sync.Once
	err    error // of the first Close
}

// timer is a late debit on its way.
type timer struct{ stop func() bool }

var _ booking.Bank = (*Sim)(nil)

// OpenSim opens or makes the ledger. It fails as commit.Open does: another
// process has the file, a newer program wrote it, the disk.
func OpenSim(o SimOptions) (*Sim, error) {
	if o.Vault == nil {
		return nil, errors.New("bank: the simulator needs a vault to open accounts")
	}
	if o.Clock == nil {
		o.Clock = booking.WallClock{}
	}
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	if o.Late <= 0 {
		o.Late = DefaultLate
	}
	if o.SettleAfter <= 0 {
		o.SettleAfter = DefaultSettle
	}
	db, err := commit.Open(commit.Options{Path: o.Path, Migrations: schema, CacheMB: 8})
	if err != nil {
		return nil, fmt.Errorf("bank: open ledger: %w", err)
	}
	s := &Sim{o: o, db: db, closing: make(chan struct{}), timers: map[*timer]struct{}{}}
	s.mode.Store(ModeApprove)
	n, err := doubleDebits(db)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("bank: read ledger: %w", err), db.Close())
	}
	s.doubles.Store(n)
	return s, nil
}

// Close ends calls under way with Unknown, drops late debits that have not come
// yet, and closes the ledger. Calling it again gives the same answer.
func (s *Sim) Close() error {
	s.once.Do(func() {
		close(s.closing)
		s.mu.Lock()
		s.closed = true
		for t := range s.timers {
			if t.stop() {
				s.late.Done()
			}
		}
		s.mu.Unlock()
		s.late.Wait()
		s.err = s.db.Close()
	})
	return s.err
}

// SetMode changes how debits are treated from now on; see Mode. It fails for a
// name that is none, and nothing changes.
func (s *Sim) SetMode(name string) error {
	m, err := ParseMode(name)
	if err == nil {
		s.mode.Store(m)
	}
	return err
}

// Mode returns the present mode.
func (s *Sim) Mode() Mode { return s.mode.Load().(Mode) }

// DoubleDebits counts Debit calls under a key that had been debited before:
// violations of the port's rule, over the life of the ledger.
func (s *Sim) DoubleDebits() int64 { return s.doubles.Load() }

// PaysByPhone is true: an account without a number is the one kept under the
// customer's own.
func (s *Sim) PaysByPhone() bool { return true }

// Ready fails in mode down, after Close, and when the ledger cannot be read.
func (s *Sim) Ready(ctx context.Context) error {
	if s.Mode() == ModeDown {
		return ErrDown
	}
	return s.db.Read(ctx, func(*commit.Tx) error { return nil })
}

// Debit takes the money, as mode, account and amount say.
func (s *Sim) Debit(ctx context.Context, r booking.DebitRequest) booking.Outcome[booking.Charge] {
	if err := s.reachable(ctx); err != nil {
		return booking.IsUnknown[booking.Charge](err)
	}
	if r.Key == "" || r.Amount.Minor <= 0 || r.Amount.Currency == "" {
		return booking.IsRefused[booking.Charge](booking.ReasonMismatch)
	}
	b := s.behaviour(r)
	switch {
	case b.lost:
		s.settle(ctx, "debit", func(tx *commit.Tx) (answer, error) { return asked(tx, r.Key) })
		return s.silence(ctx)
	case b.silent:
		s.debit(context.WithoutCancel(ctx), r, b)
		return s.silence(ctx)
	case b.stray:
		s.strayLater(context.WithoutCancel(ctx), r)
		return s.silence(ctx)
	case b.late:
		return s.debitLate(ctx, r, b)
	}
	return s.debit(ctx, r, b)
}

// behaviour opens the account, for as long as it takes to look at it.
func (s *Sim) behaviour(r booking.DebitRequest) behaviour {
	var number []byte
	if len(r.Account.Sealed) > 0 {
		opened, err := s.o.Vault.Open(booking.SecretAccount, r.Payer.String(), r.Account.Sealed)
		if err != nil {
			s.o.Log.Error("account cannot be opened", zap.String("key", r.Key), zap.String("payer", r.Payer.Masked()))
			return behaviour{refuse: booking.ReasonAccount}
		}
		defer clear(opened)
		number = digits(opened)
	}
	return behave(s.Mode(), number, r.Amount)
}

func (s *Sim) debit(ctx context.Context, r booking.DebitRequest, b behaviour) booking.Outcome[booking.Charge] {
	now := s.o.Clock.Now()
	return s.settle(ctx, "debit", func(tx *commit.Tx) (answer, error) { return book(tx, r, b.refuse, now) })
}

// debitLate books when the answer is due, whether or not the caller still
// waits: that is how an approval comes after its reversal.
func (s *Sim) debitLate(ctx context.Context, r booking.DebitRequest, b behaviour) booking.Outcome[booking.Charge] {
	answer := make(chan booking.Outcome[booking.Charge], 1)
	s.after(s.o.Late, func() { answer <- s.debit(context.WithoutCancel(ctx), r, b) })
	select {
	case a := <-answer:
		return a
	case <-ctx.Done():
		return booking.IsUnknown[booking.Charge](context.Cause(ctx))
	case <-s.closing:
		return booking.IsUnknown[booking.Charge](ErrDown)
	}
}

// StrayAfter is how long a stray debit is on its way.
const StrayAfter = 10 * time.Minute

// stray is a debit on its way that will be booked whatever was said meanwhile.
type stray struct {
	due  time.Time
	book func() // once
}

func (s *Sim) strayLater(ctx context.Context, r booking.DebitRequest) {
	st := &stray{due: s.o.Clock.Now().Add(StrayAfter), book: sync.OnceFunc(func() { s.debitStray(ctx, r) })}
	s.mu.Lock()
	s.strays = append(s.strays, st)
	s.mu.Unlock()
	s.after(StrayAfter, st.book)
}

// arrived books the strays that are due: a timer may come later than a question
// that was asked after its time.
func (s *Sim) arrived() {
	now := s.o.Clock.Now()
	s.mu.Lock()
	var due []*stray
	s.strays = slices.DeleteFunc(s.strays, func(st *stray) bool {
		if st.due.After(now) {
			return false
		}
		due = append(due, st)
		return true
	})
	s.mu.Unlock()
	for _, st := range due {
		st.book()
	}
}

// debitStray books a debit that was undone before it came: what a bank must not
// do, and some do.
func (s *Sim) debitStray(ctx context.Context, r booking.DebitRequest) {
	now := s.o.Clock.Now()
	s.settle(ctx, "debit", func(tx *commit.Tx) (answer, error) { return bookAnyway(tx, r, now) })
}

// after runs f later, unless the simulator is closed before.
func (s *Sim) after(d time.Duration, f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	t := &timer{}
	s.late.Add(1)
	s.timers[t] = struct{}{}
	t.stop = s.o.Clock.AfterFunc(d, func() {
		defer s.late.Done()
		s.mu.Lock()
		delete(s.timers, t)
		s.mu.Unlock()
		f()
	})
}

// silence is no answer until the caller gives up.
func (s *Sim) silence(ctx context.Context) booking.Outcome[booking.Charge] {
	select {
	case <-ctx.Done():
		return booking.IsUnknown[booking.Charge](context.Cause(ctx))
	case <-s.closing:
		return booking.IsUnknown[booking.Charge](ErrDown)
	}
}

// Query tells what became of a debit: Done when it was booked and not reversed
// (a refund does not change that), else refused with the reason it was declined
// for, already_undone, or not_found.
func (s *Sim) Query(ctx context.Context, key string) booking.Outcome[booking.Charge] {
	if err := s.reachable(ctx); err != nil {
		return booking.IsUnknown[booking.Charge](err)
	}
	s.arrived()
	var a answer
	err := s.db.Read(ctx, func(tx *commit.Tx) (err error) { a, err = query(tx, key); return err })
	return s.outcome("query", a, err)
}

// Reverse undoes the debit, or leaves a tombstone for one that has not come. A
// debit that was refunded is not reversed: refused with mismatch.
func (s *Sim) Reverse(ctx context.Context, key string) booking.Outcome[booking.Charge] {
	if err := s.reachable(ctx); err != nil {
		return booking.IsUnknown[booking.Charge](err)
	}
	now := s.o.Clock.Now()
	return s.settle(ctx, "reverse", func(tx *commit.Tx) (answer, error) { return reverse(tx, key, now) })
}

// Refund returns a part or all of a booked debit. Refused: not_found, declined
// or already_undone when nothing is booked; mismatch for another currency, more
// than is left, or a refundKey used with other content.
func (s *Sim) Refund(ctx context.Context, key, refundKey string, amount booking.Money) booking.Outcome[booking.Charge] {
	if err := s.reachable(ctx); err != nil {
		return booking.IsUnknown[booking.Charge](err)
	}
	now := s.o.Clock.Now()
	return s.settle(ctx, "refund", func(tx *commit.Tx) (answer, error) { return refund(tx, key, refundKey, amount, now) })
}

// Settled tells whether a refund was made SettleAfter ago or longer.
func (s *Sim) Settled(ctx context.Context, refundKey string) booking.Outcome[booking.Charge] {
	if err := s.reachable(ctx); err != nil {
		return booking.IsUnknown[booking.Charge](err)
	}
	before := s.o.Clock.Now().Add(-s.o.SettleAfter)
	var a answer
	err := s.db.Read(ctx, func(tx *commit.Tx) (err error) { a, err = settled(tx, refundKey, before); return err })
	return s.outcome("settled", a, err)
}

func (s *Sim) reachable(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if s.Mode() == ModeDown {
		return ErrDown
	}
	return nil
}

// settle runs a step of the ledger and answers when it is on disk.
func (s *Sim) settle(ctx context.Context, call string, step func(*commit.Tx) (answer, error)) booking.Outcome[booking.Charge] {
	var a answer
	err := s.db.Do(ctx, func(tx *commit.Tx) (err error) { a, err = step(tx); return err })
	if err == nil && a.again {
		s.doubles.Add(1)
		s.o.Log.Error("debit called again under its key", zap.String("ref", a.charge.Ref))
	}
	return s.outcome(call, a, err)
}

func (s *Sim) outcome(call string, a answer, err error) booking.Outcome[booking.Charge] {
	switch {
	case err != nil:
		return booking.IsUnknown[booking.Charge](fmt.Errorf("bank: %s: %w", call, err))
	case a.refuse != booking.ReasonNone:
		return booking.IsRefused[booking.Charge](a.refuse)
	}
	return booking.IsDone(a.charge)
}
