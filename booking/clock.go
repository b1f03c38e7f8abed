package booking

import (
	"context"
	"time"
)

// Clock tells the time and wakes. The engine knows no other clock, so that a
// scenario can move it.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f in its own goroutine after d; stop prevents it when it has not begun.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// WallClock is the machine's clock.
type WallClock struct{}

// Now returns time.Now.
func (WallClock) Now() time.Time { return time.Now() }

// AfterFunc is time.AfterFunc.
func (WallClock) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	return time.AfterFunc(d, f).Stop
}

// within returns a context that ends after d on the engine's clock.
func (e *Engine) within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := e.Clock.AfterFunc(d, func() { cancel(context.DeadlineExceeded) })
	return ctx, func() {
		stop()
		cancel(context.Canceled)
	}
}

// pause waits d on the engine's clock; false when ctx ended first.
func (e *Engine) pause(ctx context.Context, d time.Duration) bool {
	woken := make(chan struct{})
	defer e.Clock.AfterFunc(d, func() { close(woken) })()
	select {
	case <-woken:
		return true
	case <-ctx.Done():
		return false
	}
}
