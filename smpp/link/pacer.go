package link

import (
	"time"

	"shortfare/booking"
)

const (
	cutEvery  = 500 * time.Millisecond // at most one cut: answers to what had left before it must not cut again
	tolerated = 0.05                   // share of submits that may be throttled without a cut: it is no sign of our rate
	calmAfter = 30 * time.Second       // without a throttle the limit goes
	slowest   = 1.0                    // texts per second
	leastRamp = 5.0                    // texts per second, each second
	rampTime  = 20.0                   // seconds from nothing back to the rate at which the last cut was made
	burstTime = 0.02                   // seconds of sending that may be made good at once

	firstDelay = 250 * time.Millisecond
	mostDelay  = 10 * time.Second
)

// pacer limits how fast a bind submits: no limit until the carrier throttles;
// then half of the rate, growing steadily until the next throttle
// (additive increase, multiplicative decrease). A limit that the carrier agreed
// to holds always. The group's mutex guards it.
type pacer struct {
	limit  float64 // submits per second that are never exceeded; 0 means none
	rate   float64 // submits per second while throttled; 0 means that it is not
	ramp   float64 // growth of rate, per second
	tokens float64
	last   time.Time // when tokens were counted
	cut    time.Time // last cut
	heard  time.Time // last throttle
	since  time.Time // from when tries and throws are counted
	tries  int       // submits
	throws int       // answers that throttled

	who   booking.MSISDN // had the last status that may be about one destination
	whoAt time.Time

	second        time.Time // the second that is counted
	count, before int       // submits in it, and in the one before
}

// refill brings rate and tokens up to now.
func (p *pacer) refill(now time.Time) {
	dt := now.Sub(p.last).Seconds()
	p.last = now
	if p.rate > 0 && now.Sub(p.heard) >= calmAfter {
		p.rate = 0
	}
	if p.rate > 0 {
		p.rate += dt * p.ramp
	}
	if rate := p.allowed(); rate > 0 {
		p.tokens = min(max(1, rate*burstTime), p.tokens+dt*rate)
	}
}

// allowed is the rate that holds now; 0 means that there is none.
func (p *pacer) allowed() float64 {
	if p.rate == 0 || p.limit > 0 && p.limit < p.rate {
		return p.limit
	}
	return p.rate
}

// may reports whether a submit may leave now; wait is for how long not. refill
// was called for now.
func (p *pacer) may() bool { return p.allowed() == 0 || p.tokens >= 1 }

// wait returns how long it takes until a submit may leave.
func (p *pacer) wait() time.Duration {
	if p.may() {
		return 0
	}
	return time.Duration((1-p.tokens)/p.allowed()*float64(time.Second)) + time.Microsecond
}

// sent counts a submit that leaves at now.
func (p *pacer) sent(now time.Time) {
	if p.allowed() > 0 {
		p.tokens--
	}
	if since := now.Sub(p.second); since >= time.Second {
		p.before = p.count
		if since >= 2*time.Second {
			p.before = 0
		}
		p.second, p.count = now, 0
	}
	p.count++
	if now.Sub(p.since) >= 2*cutEvery { // no throttle for a while
		p.since, p.tries, p.throws = now, 0, 0
	}
	p.tries++
}

// throttled slows the bind. Some statuses may be about one destination only,
// such as a handset with a full queue: then the bind is slowed when another
// MSISDN gets one too.
func (p *pacer) throttled(m booking.MSISDN, oneDestination bool, now time.Time) {
	if oneDestination && (p.who == m || now.Sub(p.whoAt) > 2*time.Second) {
		p.who, p.whoAt = m, now
		return
	}
	p.throws++
	if now.Sub(p.since) < cutEvery {
		return
	}
	share := float64(p.throws) / float64(max(p.tries, 1))
	p.since, p.tries, p.throws = now, 0, 0
	if share < tolerated {
		return
	}
	p.heard = now
	rate := p.rate
	if rate == 0 {
		rate = float64(max(p.count, p.before))
	}
	p.cut, p.last = now, now
	p.rate = max(slowest, rate/2)
	p.ramp = max(leastRamp, rate/rampTime)
	p.tokens = 0
}

// delayOf returns how long a text waits that was throttled n times in a row.
func delayOf(n int) time.Duration {
	if n > 6 {
		return mostDelay
	}
	return min(firstDelay<<(n-1), mostDelay)
}
