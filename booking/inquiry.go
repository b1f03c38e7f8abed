package booking

import (
	"context"
	"time"

	"go.uber.org/zap"
)

// Inquiry is a submit that a carrier has taken and given no final receipt for.
type Inquiry struct {
	MT                 // the message, without addresses when it was erased; of a long one this is about one part
	MessageID   string // as it is stored; with MT.Link, the carrier that has it, it names the submit
	Wire        string // as the carrier wrote it
	Replaceable bool   // if the carrier takes it back, the message is sent again
}

// Asked puts off or ends asking about a submit.
type Asked struct {
	Link, MessageID string
	Next            time.Time // zero: it is not asked about again
}

// Standing is a carrier's answer to an inquiry.
type Standing struct {
	State string // as a receipt has it; empty when the carrier gave none
	Never bool   // the carrier has no answer and will have none: it knows no such message, or does not answer such questions
}

// Inquirer asks carriers what became of texts (SMPP 3.4 §4.8).
type Inquirer interface {
	// NextInquiry is when to ask again about what is asked about at now; zero for never.
	NextInquiry(q *Inquiry, now time.Time) time.Time
	// Inquire asks and calls done exactly once, on any goroutine. It never blocks;
	// false means that nobody can be asked now, and done is not called.
	Inquire(q *Inquiry, done func(Standing)) bool
}

const (
	inquireEvery = time.Second
	inquireMost  = 50               // at a time
	inquireLater = 30 * time.Second // when nobody can be asked
)

// inquire asks about submits whose receipt does not come. When to ask next is
// stored before, so that a crash does not ask the same again and again.
func (e *Engine) inquire(ctx context.Context, now time.Time) error {
	if e.Inquirer == nil || now.Before(e.outbox.inquired.Add(inquireEvery)) && !now.Before(e.outbox.inquired) {
		return nil
	}
	e.outbox.inquired = now
	list, err := e.Store.Inquiries(ctx, now, inquireMost)
	if err != nil || len(list) == 0 {
		return err
	}
	c := &Changes{}
	for i := range list {
		q := &list[i]
		q.Replaceable = q.Receipt && e.retells(q.MT, now)
		var next time.Time
		if q.From.Addr != "" { // else its customer was forgotten: nobody can ask
			next = e.Inquirer.NextInquiry(q, now)
		}
		c.Asked = append(c.Asked, Asked{q.Link, q.MessageID, next})
	}
	if err := e.Store.Do(ctx, Keys{}, func(*View) (*Changes, error) { return c, nil }); err != nil {
		return err
	}
	for i := range list {
		q := &list[i]
		switch {
		case c.Asked[i].Next.IsZero(): // it was not to be asked about any more
		case e.Inquirer.Inquire(q, func(s Standing) { e.stands(q, s) }):
			e.Stats.Inquiries.Add(1)
		default:
			e.asked(q, now.Add(inquireLater))
		}
	}
	return nil
}

// stands takes the answer to an inquiry: it counts as a receipt.
func (e *Engine) stands(q *Inquiry, s Standing) {
	if s.State == "" {
		if s.Never {
			e.Log.Info("carrier cannot say what became of a reply", zap.Int64("message", q.ID), zap.String("msisdn", q.MSISDN.Masked()), zap.String("carrier", q.Link))
			e.asked(q, time.Time{})
		}
		return
	}
	r := Receipt{Link: q.Link, MessageID: q.MessageID, MSISDN: q.MSISDN, State: s.State, Raw: "query_sm stat:" + s.State, At: e.now()}
	e.Receipt(r, func(err error) {
		if err != nil { // it is asked about again
			e.Log.Warn("answer to query_sm not stored", zap.Int64("message", q.ID), zap.Error(err))
		}
	})
}

// asked stores when to ask about a submit again.
func (e *Engine) asked(q *Inquiry, next time.Time) {
	c := &Changes{Asked: []Asked{{q.Link, q.MessageID, next}}}
	err := e.Store.Submit(Keys{}, func(*View) (*Changes, error) { return c, nil }, func(_ *Changes, err error) {
		if err != nil {
			e.Log.Warn("inquiry not put off", zap.Int64("message", q.ID), zap.Error(err))
		}
	})
	if err != nil {
		e.Log.Warn("inquiry not put off", zap.Int64("message", q.ID), zap.Error(err))
	}
}
