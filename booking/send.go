package booking

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// outbox is the way from committed replies to the carrier.
type outbox struct {
	mu      sync.Mutex
	first   int64 // rows below it were written by earlier runs
	claimed bool  // those rows are claimed for their second sending
	spilled bool  // replies wait in the store only; the next refill reads them
	cursor  int64 // rows up to it were handed to the carrier

	old int64 // rows of earlier runs up to it are claimed; of Tick only

	again     []MT // claimed second copies that found a full queue
	unclaimed []MT // second copies whose claim could not be stored

	sent    []Sent // results that are not stored yet
	writing bool   // a job that stores results is queued

	retold   time.Time // when undelivered tickets were last looked for; of Tick only
	inquired time.Time // when receipts that do not come were last looked for; of Tick only

	pending atomic.Int64 // replies with the carrier that have no result yet
}

// handReplies gives replies to the carrier in the order of their ids. When
// its queue is full they stay in the store, and so do all later ones, until a
// refill has caught up: nothing overtakes.
func (e *Engine) handReplies(list []MT) {
	o := &e.outbox
	o.mu.Lock()
	defer o.mu.Unlock()
	e.Stats.Replies.Add(int64(len(list)))
	for _, m := range list {
		if o.spilled || m.ID <= o.cursor {
			continue
		}
		e.push(m)
	}
}

// push hands one row over; o.mu is held.
func (e *Engine) push(m MT) {
	if e.Send(m) {
		e.outbox.cursor = m.ID
		return
	}
	e.outbox.spilled = true
}

// refill reads replies that wait in the store only. Rows of earlier runs may
// have reached the carrier already: each is claimed, and sent again once. What
// the store could not take before is tried again too.
func (e *Engine) refill(ctx context.Context) error {
	o := &e.outbox
	o.mu.Lock()
	spilled, claimed, again, unclaimed := o.spilled, o.claimed, o.again, o.unclaimed
	o.again, o.unclaimed = nil, nil
	write := len(o.sent) > 0 && !o.writing
	o.writing = o.writing || write
	o.mu.Unlock()
	if write {
		e.writeSent()
	}
	for _, m := range again {
		e.sendLater(m)
	}
	for _, m := range unclaimed {
		e.resend(m)
	}
	if !spilled || e.Carrier.Ready() != nil {
		return nil
	}
	if !claimed {
		if err := e.claimOld(ctx); err != nil {
			return err
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.claimed, o.spilled = true, false
	for !o.spilled {
		list, err := e.Store.Outbox(ctx, o.cursor, 500)
		if err != nil {
			o.spilled = true
			return err
		}
		for _, m := range list {
			if e.push(m); o.spilled {
				break
			}
		}
		if len(list) < 500 {
			break
		}
	}
	return nil
}

// claimOld counts one possible copy for every row that an earlier run left.
// Rows with a second possible copy are not sent a third time: a receipt or the
// customer settles them.
func (e *Engine) claimOld(ctx context.Context) error {
	for {
		after := e.outbox.old
		list, err := e.Store.Outbox(ctx, after, 500)
		if err != nil {
			return err
		}
		c := &Changes{}
		old := 0
		for _, m := range list {
			after = m.ID
			if m.ID >= e.outbox.first {
				continue
			}
			old++
			if m.Copies > 0 {
				c.Sent = append(c.Sent, Sent{ID: m.ID, State: MTUnknown, Link: m.Link})
				e.Log.Error("reply has two possible copies and no answer", zap.Int64("message", m.ID), zap.String("msisdn", m.MSISDN.Masked()))
			} else {
				c.Claimed = append(c.Claimed, m.ID)
			}
		}
		if old > 0 {
			e.Stats.Resent.Add(int64(len(c.Claimed)))
			if err := e.Store.Do(ctx, Keys{}, func(*View) (*Changes, error) { return c, nil }); err != nil {
				return err
			}
		}
		e.outbox.old = after
		if len(list) < 500 || old < len(list) {
			return nil
		}
	}
}

// Send gives one reply to the carrier and stores what becomes of it; false
// when the carrier's queue is full.
func (e *Engine) Send(m MT) bool {
	e.outbox.pending.Add(1)
	taken := e.Carrier.Send(m, func(r SendResult) {
		e.settled(m, r)
		e.outbox.pending.Add(-1)
	})
	if !taken {
		e.outbox.pending.Add(-1)
	}
	return taken
}

func (e *Engine) settled(m MT, r SendResult) {
	switch {
	case r.Verdict == Done:
		e.Stats.Sent.Add(1)
		e.record(sentOf(m, r, MTSent))
	case r.Verdict == Refused:
		e.Stats.SendRefused.Add(1)
		e.Log.Warn("carrier refused a reply for good", zap.Int64("message", m.ID), zap.String("msisdn", m.MSISDN.Masked()), zap.Uint32("status", r.Status))
		e.record(sentOf(m, r, MTFailed))
	case r.NotSent:
		// The carrier stopped before it left: the row is ready still, and the
		// next start sends it.
	case m.Copies == 0 && !r.Once:
		e.Stats.SendUnknown.Add(1)
		if !e.refuses.Load() { // else the row stays ready, and the next start sends its second copy
			e.resend(m)
		}
	default:
		e.Stats.SendUnknown.Add(1)
		e.Log.Error("reply has no answer and is not sent again", zap.Int64("message", m.ID), zap.String("msisdn", m.MSISDN.Masked()),
			zap.Int("copies", m.Copies+1))
		e.record(sentOf(m, r, MTUnknown))
	}
}

// resend claims the second and last copy before it leaves. While the store
// can't, the next refill tries again.
func (e *Engine) resend(m MT) {
	unclaimed := func(err error) {
		e.Log.Warn("second copy not claimed, tried again soon", zap.Int64("message", m.ID), zap.Error(err))
		e.outbox.mu.Lock()
		e.outbox.unclaimed = append(e.outbox.unclaimed, m)
		e.outbox.mu.Unlock()
	}
	err := e.Store.Submit(Keys{}, func(*View) (*Changes, error) { return &Changes{Claimed: []int64{m.ID}}, nil },
		func(_ *Changes, err error) {
			if err != nil {
				unclaimed(err)
				return
			}
			e.Stats.Resent.Add(1)
			second := m
			second.Copies++
			e.sendLater(second)
		})
	if err != nil {
		unclaimed(err)
	}
}

// sendLater sends a claimed copy now, or at a later refill when the carrier's
// queue is full.
func (e *Engine) sendLater(m MT) {
	if !e.Send(m) {
		e.outbox.mu.Lock()
		e.outbox.again = append(e.outbox.again, m)
		e.outbox.mu.Unlock()
	}
}

// record stores results of sending, many in one job.
func (e *Engine) record(s Sent) {
	o := &e.outbox
	o.mu.Lock()
	o.sent = append(o.sent, s)
	start := !o.writing
	o.writing = true
	o.mu.Unlock()
	if start {
		e.writeSent()
	}
}

func (e *Engine) writeSent() {
	o := &e.outbox
	var batch []Sent
	err := e.Store.Submit(Keys{}, func(*View) (*Changes, error) {
		o.mu.Lock()
		batch, o.sent = append(batch, o.sent...), nil
		o.mu.Unlock()
		return &Changes{Sent: batch}, nil
	}, func(_ *Changes, err error) {
		o.mu.Lock()
		if err != nil { // not stored: the rows stay ready, and these results wait for the next refill
			o.sent = append(batch, o.sent...)
		}
		again := len(o.sent) > 0 && err == nil
		o.writing = again
		o.mu.Unlock()
		if again {
			e.writeSent()
		}
	})
	if err != nil {
		o.mu.Lock()
		o.writing = false
		o.mu.Unlock()
	}
}
