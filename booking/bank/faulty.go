package bank

import (
	"context"
	"errors"
	"sync"
	"time"

	"shortfare/booking"
)

// ErrCut is the cause of an unknown outcome of a call that Faulty cut.
var ErrCut = errors.New("bank: connection cut")

// Op is a call that Faulty can disturb.
type Op string

// Calls of the port that move or tell of money.
const (
	OpDebit   Op = "debit"
	OpQuery   Op = "query"
	OpReverse Op = "reverse"
	OpRefund  Op = "refund"
)

// Lose says which half of a call is lost.
type Lose uint8

// The pair: failed and not done, failed but done.
const (
	LoseNothing Lose = iota
	LoseRequest      // the bank never hears of it
	LoseAnswer       // the bank does it, the caller never hears
)

// Fault is what happens to one call. The zero value is none.
type Fault struct {
	Lose Lose
	// Cut tells the caller at once that the connection broke; else it waits until its deadline.
	Cut bool
	// Delay is how long the request is on its way. It arrives also when the
	// caller has given up.
	Delay time.Duration
	// AnswerDelay is how long the answer is on its way.
	AnswerDelay time.Duration
}

// Faulty is a bank behind a bad line. Faults are queued with Next, or chosen
// call by call with Pick. Its methods may be called from any goroutine.
type Faulty struct {
	Bank  booking.Bank
	Clock booking.Clock // the machine's by default
	// Pick, when set, chooses the fault of a call that none was queued for. It is
	// called with a lock held, one call at a time.
	Pick func(op Op, key string) Fault

	mu    sync.Mutex
	queue map[Op][]Fault
	calls map[Op]int
	away  sync.WaitGroup // requests on their way
}

var _ booking.Bank = (*Faulty)(nil)

// Next queues the fault for the next n calls of op, after those queued before.
func (f *Faulty) Next(op Op, n int, fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.queue == nil {
		f.queue = map[Op][]Fault{}
	}
	for range n {
		f.queue[op] = append(f.queue[op], fault)
	}
}

// Calls tells how many calls of op were made, lost ones too.
func (f *Faulty) Calls(op Op) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[op]
}

// Wait returns when no request is on its way to the bank any more.
func (f *Faulty) Wait() { f.away.Wait() }

func (f *Faulty) pick(op Op, key string) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.calls == nil {
		f.calls = map[Op]int{}
	}
	f.calls[op]++
	if q := f.queue[op]; len(q) > 0 {
		f.queue[op] = q[1:]
		return q[0]
	}
	if f.Pick != nil {
		return f.Pick(op, key)
	}
	return Fault{}
}

// do makes a call over the bad line.
func (f *Faulty) do(ctx context.Context, op Op, key string, call func(context.Context) booking.Outcome[booking.Charge]) booking.Outcome[booking.Charge] {
	fault := f.pick(op, key)
	if fault == (Fault{}) {
		return call(ctx)
	}
	answer := make(chan booking.Outcome[booking.Charge], 1)
	if fault.Lose != LoseRequest {
		f.away.Go(func() {
			f.pause(fault.Delay)
			a := f.bounded(ctx, call)
			f.pause(fault.AnswerDelay)
			answer <- a
		})
	}
	if fault.Lose == LoseNothing {
		select {
		case a := <-answer:
			return a
		case <-ctx.Done():
			return booking.IsUnknown[booking.Charge](context.Cause(ctx))
		}
	}
	if !fault.Cut {
		<-ctx.Done()
		return booking.IsUnknown[booking.Charge](context.Cause(ctx))
	}
	if fault.Lose == LoseAnswer && fault.Delay == 0 && fault.AnswerDelay == 0 {
		select { // the bank did it before the line broke
		case <-answer:
		case <-ctx.Done():
		}
	}
	return booking.IsUnknown[booking.Charge](ErrCut)
}

// pause waits on the clock.
func (f *Faulty) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	woken := make(chan struct{})
	f.clock().AfterFunc(d, func() { close(woken) })
	<-woken
}

func (f *Faulty) clock() booking.Clock {
	if f.Clock == nil {
		return booking.WallClock{}
	}
	return f.Clock
}

// bounded makes a call whose caller may be gone: it goes on without him, but
// not for ever.
func (f *Faulty) bounded(ctx context.Context, call func(context.Context) booking.Outcome[booking.Charge]) booking.Outcome[booking.Charge] {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	defer f.clock().AfterFunc(booking.DebitTimeout, func() { cancel(context.DeadlineExceeded) })()
	return call(ctx)
}

// Debit is the bank's, over the bad line.
func (f *Faulty) Debit(ctx context.Context, r booking.DebitRequest) booking.Outcome[booking.Charge] {
	return f.do(ctx, OpDebit, r.Key, func(ctx context.Context) booking.Outcome[booking.Charge] { return f.Bank.Debit(ctx, r) })
}

// Query is the bank's, over the bad line.
func (f *Faulty) Query(ctx context.Context, key string) booking.Outcome[booking.Charge] {
	return f.do(ctx, OpQuery, key, func(ctx context.Context) booking.Outcome[booking.Charge] { return f.Bank.Query(ctx, key) })
}

// Reverse is the bank's, over the bad line.
func (f *Faulty) Reverse(ctx context.Context, key string) booking.Outcome[booking.Charge] {
	return f.do(ctx, OpReverse, key, func(ctx context.Context) booking.Outcome[booking.Charge] { return f.Bank.Reverse(ctx, key) })
}

// Refund is the bank's, over the bad line.
func (f *Faulty) Refund(ctx context.Context, key, refundKey string, amount booking.Money) booking.Outcome[booking.Charge] {
	return f.do(ctx, OpRefund, key, func(ctx context.Context) booking.Outcome[booking.Charge] {
		return f.Bank.Refund(ctx, key, refundKey, amount)
	})
}

// Settled is the bank's, over the bad line.
func (f *Faulty) Settled(ctx context.Context, refundKey string) booking.Outcome[booking.Charge] {
	return f.do(ctx, OpQuery, refundKey, func(ctx context.Context) booking.Outcome[booking.Charge] { return f.Bank.Settled(ctx, refundKey) })
}

// PaysByPhone is the bank's.
func (f *Faulty) PaysByPhone() bool { return f.Bank.PaysByPhone() }

// Ready is the bank's: a line that loses calls does not say so.
func (f *Faulty) Ready(ctx context.Context) error { return f.Bank.Ready(ctx) }
