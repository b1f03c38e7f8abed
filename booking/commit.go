package booking

import "context"

// commit runs a job and waits for it. What the job made is passed on from the
// store's own callback: those come in the order of the commits. Were it passed on
// by whoever waited, a reply could come after a later one of another job, and
// handReplies would take it for one that a refill has handed over; it would stay
// in the store until the next start.
func (e *Engine) commit(ctx context.Context, keys Keys, decide func(*View) (*Changes, error)) error {
	ended := make(chan error, 1)
	err := e.Store.Submit(keys, decide, func(c *Changes, err error) {
		if err == nil {
			e.handOn(c)
		}
		ended <- err
	})
	if err != nil {
		return err
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
