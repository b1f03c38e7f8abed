package booking

import (
	"context"
	"slices"
	"time"

	"go.uber.org/zap"
)

const (
	// undeliveredEvery is how often undelivered tickets are looked for. Carriers
	// say so minutes or hours after the text was sent.
	undeliveredEvery = 5 * time.Second
	// undeliveredLife is how old a ticket may be to be sent once more.
	undeliveredLife = 24 * time.Hour
)

// retell deals with tickets that the carrier could not deliver: each is shown
// to operators and, by policy, sent once more as a message of its own, over
// another carrier where there is one. A repeated one is not repeated again.
func (e *Engine) retell(ctx context.Context, now time.Time) error {
	if now.Before(e.outbox.retold.Add(undeliveredEvery)) && !now.Before(e.outbox.retold) {
		return nil
	}
	e.outbox.retold = now
	list, err := e.Store.Undelivered(ctx, 100)
	if err != nil || len(list) == 0 {
		return err
	}
	for _, m := range list {
		again := e.retells(m, now)
		err := e.commit(ctx, Keys{Customer: m.MSISDN}, func(v *View) (*Changes, error) {
			c := &Changes{Retold: []int64{m.ID}}
			if again = again && !m.At.Before(v.Customer.Since); again { // else it belongs to somebody who was forgotten since
				c.Replies = []MT{{ID: v.NewID(), MSISDN: m.MSISDN, To: m.To, From: m.From, Link: m.Link, Avoid: m.Link, Text: m.Text,
					Cause: m.Cause, Notice: true, Receipt: true, Again: true, At: now}}
			}
			return c, nil
		})
		if err != nil {
			return err
		}
		e.Stats.Undelivered.Add(1)
		if again {
			e.Stats.Retold.Add(1)
		}
		e.Log.Error("ticket not delivered", zap.Int64("message", m.ID), zap.String("msisdn", m.MSISDN.Masked()), zap.String("carrier", m.Link),
			zap.Bool("sent_again", again), zap.Time("of", m.At))
	}
	return nil
}

// retells is the policy for one undelivered ticket.
func (e *Engine) retells(m MT, now time.Time) bool {
	return !e.LeaveUndelivered && !m.Again && now.Sub(m.At) < undeliveredLife
}

// Late takes an acknowledgement that came after the message had been handed
// back as unknown: the carrier has it, whatever became of another copy.
func (e *Engine) Late(m MT, r SendResult) {
	e.Stats.SentLate.Add(1)
	o := &e.outbox
	o.mu.Lock()
	same := func(x MT) bool { return x.ID == m.ID } // a second copy that has not left is not needed any more
	o.again, o.unclaimed = slices.DeleteFunc(o.again, same), slices.DeleteFunc(o.unclaimed, same)
	o.mu.Unlock()
	e.record(sentOf(m, r, MTSent))
}

// sentOf is what is stored of a result.
func sentOf(m MT, r SendResult, state MTState) Sent {
	s := Sent{ID: m.ID, State: state, Link: r.Link, MessageID: r.MessageID, Forms: r.Forms, Bind: r.Bind, Status: r.Status, Receipt: m.Receipt || r.Receipt, Rest: r.Rest, AskAt: r.AskAt, Wire: r.Wire}
	if s.Link == "" {
		s.Link = m.Link
	}
	return s
}
