package link

import (
	"sync/atomic"
	"time"

	"shortfare/booking"
)

// Stats is a snapshot of a link's gauges and of what it has counted since New.
// Queue, Oldest and Alarm are those of its carrier, whose links share them.
type Stats struct {
	Bound        bool
	Binds        uint64 // that were accepted
	BindFailures uint64 // attempts to connect and bind that failed
	Untrusted    uint64 // of them, those whose connection could not be secured

	Queue    int           // texts without a result: waiting or under way
	InFlight int           // texts under way over this link
	Window   int           // how many may be under way
	Open     int           // texts and receipts of the carrier without our answer
	WindowIn int           // how many there may be
	Oldest   time.Duration // age of the text that waits longest
	Alarm    bool          // Oldest is beyond Config.AlarmAge
	Rate     float64       // submits per second that the bind is held to; 0 when it is not

	TextsIn     uint64 // whole texts handed to the sink and acknowledged
	PartsIn     uint64 // parts of long texts handed to the sink and acknowledged
	ReceiptsIn  uint64 // receipts handed to the sink and acknowledged
	AlertsIn    uint64 // alert_notifications
	RefusedIn   uint64 // answered ESME_RX_T_APPN, by the sink or because WindowIn were open: the carrier keeps them
	ForgottenIn uint64 // senders that can't be answered: acknowledged and forgotten
	Undecodable uint64 // texts that were not well formed; they are among the others too
	Poison      uint64 // PDUs that could not be read: refused
	NoReceipt   uint64 // receipts without a message id: acknowledged and forgotten
	RepeatedIn  uint64 // texts and parts delivered a second time: acknowledged with no second effect; they are among TextsIn and PartsIn too
	LostAcks    uint64 // stored when their bind had ended: the carrier may deliver them again

	Sent      uint64 // texts with all parts taken by the carrier
	Refused   uint64 // texts refused for good
	Unknown   uint64 // texts with an unknown outcome
	NotSent   uint64 // texts handed back at the end
	Submitted uint64 // submit_sm, that is parts, taken by the carrier
	Throttles uint64 // submit_sm answered "later"
	Nacks     uint64 // submit_sm answered by generic_nack
	Late      uint64 // answers that came after their time-out, or twice
	Queries   uint64 // query_sm sent
	Cancels   uint64 // cancel_sm sent

	RoundTrip RoundTrip // of submits that the carrier took
}

// RoundTrip is how long the carrier took to answer.
type RoundTrip struct {
	Count   uint64
	Sum     time.Duration
	Buckets [len(tripBounds)]uint64 // answers within TripBounds, each counted once, in the first that fits
}

// tripBounds are the upper bounds of the buckets.
var tripBounds = [...]time.Duration{time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond,
	50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2500 * time.Millisecond,
	5 * time.Second, 10 * time.Second, 30 * time.Second}

// TripBounds returns the upper bounds of RoundTrip.Buckets.
func TripBounds() []time.Duration { return append([]time.Duration(nil), tripBounds[:]...) }

// roundTrip counts. The group's mutex guards it.
type roundTrip struct{ RoundTrip }

func (r *roundTrip) add(d time.Duration) {
	r.Count++
	r.Sum += d
	for i, b := range tripBounds {
		if d <= b {
			r.Buckets[i]++
			return
		}
	}
}

// inCounters count what came from the carrier.
type inCounters struct {
	texts, parts, receipts, alerts, refused, forgotten, undecodable, poison, noReceipt, repeated, lostAcks, untrusted atomic.Uint64
}

// outCounters count what went to the carrier. The group's mutex guards them.
type outCounters struct {
	sent, refused, unknown, notSent, submitted, throttles, nacks, late, queries, cancels uint64
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
	g := l.group
	g.mu.Lock()
	defer g.mu.Unlock()
	l.pace.refill(now)
	st := Stats{
		Bound: l.session != nil, Binds: l.binds, BindFailures: l.failures, Untrusted: l.in.untrusted.Load(),
		Queue: g.sizeOf(l.team), InFlight: l.flying, Window: l.cfg.Window, Rate: l.pace.allowed(), Alarm: l.team.alarm,
		TextsIn: l.in.texts.Load(), PartsIn: l.in.parts.Load(), ReceiptsIn: l.in.receipts.Load(), AlertsIn: l.in.alerts.Load(),
		RefusedIn: l.in.refused.Load(), ForgottenIn: l.in.forgotten.Load(), Undecodable: l.in.undecodable.Load(),
		Poison: l.in.poison.Load(), NoReceipt: l.in.noReceipt.Load(), RepeatedIn: l.in.repeated.Load(), LostAcks: l.in.lostAcks.Load(),
		Sent: l.out.sent, Refused: l.out.refused, Unknown: l.out.unknown, NotSent: l.out.notSent,
		Submitted: l.out.submitted, Throttles: l.out.throttles, Nacks: l.out.nacks, Late: l.out.late,
		Queries: l.out.queries, Cancels: l.out.cancels, RoundTrip: l.trip.RoundTrip,
	}
	if at := g.queue.oldest(l.team); !at.IsZero() {
		st.Oldest = now.Sub(at)
	}
	st.WindowIn = l.cfg.MaxInbound
	if l.serving != nil {
		s := l.serving.Stats()
		st.Open = s.InboundUnanswered
		st.RefusedIn += s.Throttled
	}
	return st
}
