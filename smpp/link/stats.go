package link

import (
	"sync/atomic"
	"time"

	"shortfare/booking"
)

// Stats is a snapshot of a link's gauges and of what it has counted since New.
type Stats struct {
	Bound        bool
	Binds        uint64 // that were accepted
	BindFailures uint64 // attempts to connect and bind that failed

	Queue    int           // texts without a result: waiting or under way
	InFlight int           // of them, under way
	Window   int           // how many may be under way
	Oldest   time.Duration // age of the text that waits longest: the alarm of a carrier that takes too little
	Rate     float64       // submits per second that the bind is held to; 0 when it is not

	TextsIn     uint64 // whole texts handed to the sink and acknowledged
	PartsIn     uint64 // parts of long texts handed to the sink and acknowledged
	ReceiptsIn  uint64 // receipts handed to the sink and acknowledged
	RefusedIn   uint64 // answered ESME_RX_T_APPN: the carrier keeps them
	ForgottenIn uint64 // senders that can't be answered: acknowledged and forgotten
	Undecodable uint64 // texts that were not well formed; they are among the others too
	NoReceipt   uint64 // receipts without a message id: acknowledged and forgotten
	LostAcks    uint64 // stored when their bind had ended: the carrier may deliver them again

	Sent      uint64 // texts with all parts taken by the carrier
	Refused   uint64 // texts refused for good
	Unknown   uint64 // texts with an unknown outcome
	NotSent   uint64 // texts handed back at the end
	Submitted uint64 // submit_sm, that is parts, taken by the carrier
	Throttles uint64 // submit_sm answered "later"
	Nacks     uint64 // submit_sm answered by generic_nack
	Late      uint64 // answers that nobody waited for
}

// inCounters count what came from the carrier.
type inCounters struct {
	texts, parts, receipts, refused, forgotten, undecodable, noReceipt, lostAcks atomic.Uint64
}

// outCounters count what went to the carrier. The link's mutex guards them.
type outCounters struct {
	sent, refused, unknown, notSent, submitted, throttles, nacks, late uint64
}

func (c *outCounters) count(r booking.SendResult) {
	switch {
	case r.Verdict == booking.Done:
		c.sent++
	case r.Verdict == booking.Refused:
		c.refused++
	case r.NotSent:
		c.notSent++
	default:
		c.unknown++
	}
}

// Stats returns a snapshot. It may be called at any time.
func (l *Link) Stats() Stats {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pace.refill(now)
	st := Stats{
		Bound: l.session != nil, Binds: l.binds, BindFailures: l.failures,
		Queue: l.queue.size, InFlight: l.queue.flying, Window: l.cfg.Window, Rate: l.pace.rate,
		TextsIn: l.in.texts.Load(), PartsIn: l.in.parts.Load(), ReceiptsIn: l.in.receipts.Load(), RefusedIn: l.in.refused.Load(),
		ForgottenIn: l.in.forgotten.Load(), Undecodable: l.in.undecodable.Load(), NoReceipt: l.in.noReceipt.Load(), LostAcks: l.in.lostAcks.Load(),
		Sent: l.out.sent, Refused: l.out.refused, Unknown: l.out.unknown, NotSent: l.out.notSent,
		Submitted: l.out.submitted, Throttles: l.out.throttles, Nacks: l.out.nacks, Late: l.out.late,
	}
	if at := l.queue.oldest(); !at.IsZero() {
		st.Oldest = now.Sub(at)
	}
	return st
}
