package smpp

import "time"

// timerEvent is something a session tells its timers.
type timerEvent uint8

const (
	evBound   timerEvent = iota // the bind was accepted
	evHeard                     // octets came from the peer: it lives
	evTraffic                   // a PDU other than enquire_link came
)

// timerAction is what timers ask a session to do.
type timerAction uint8

const (
	actNone     timerAction = iota
	actEnquire              // send enquire_link; then wait EnquireResponse for evHeard
	actInit                 // end: ErrSessionInit
	actDead                 // end: ErrLinkDead
	actInactive             // end: ErrInactive
)

// timers are the session's timers of SMPP 3.4 §7.2 as a value: time comes in, decisions come out. (The response timer is
// the window's.) A duration that is not positive is off.
type timers struct {
	sessionInit, enquireLink, enquireResponse, inactivity time.Duration

	bound                         bool
	opened, heard, traffic, asked time.Time // asked is zero unless an enquire_link is out
}

func newTimers(c Config, now time.Time) timers {
	return timers{sessionInit: c.SessionInit, enquireLink: c.EnquireLink, enquireResponse: c.EnquireResponse,
		inactivity: c.Inactivity, opened: now, heard: now, traffic: now}
}

// event notes what happened at now.
func (t *timers) event(e timerEvent, now time.Time) {
	switch e {
	case evBound:
		t.bound, t.heard, t.traffic, t.asked = true, now, now, time.Time{}
	case evHeard:
		t.heard, t.asked = now, time.Time{}
	case evTraffic:
		t.traffic = now
	}
}

// next returns when due has to be called, at the latest; zero is never.
func (t *timers) next() time.Time {
	if !t.bound {
		return after(t.opened, t.sessionInit)
	}
	link := after(t.heard, t.enquireLink)
	if !t.asked.IsZero() {
		link = after(t.asked, t.enquireResponse)
	}
	return earliest(link, after(t.traffic, t.inactivity))
}

// due returns what to do at now. After actEnquire it waits for a sign of life.
func (t *timers) due(now time.Time) timerAction {
	switch {
	case !t.bound:
		if reached(after(t.opened, t.sessionInit), now) {
			return actInit
		}
	case !t.asked.IsZero() && reached(after(t.asked, t.enquireResponse), now):
		return actDead
	case reached(after(t.traffic, t.inactivity), now):
		return actInactive
	case t.asked.IsZero() && reached(after(t.heard, t.enquireLink), now):
		t.asked = now
		return actEnquire
	}
	return actNone
}

// after returns t+d, or zero when d is off.
func after(t time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return time.Time{}
	}
	return t.Add(d)
}

// earliest returns the earlier of two times; zero is never.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// reached reports whether at is not never and not after now.
func reached(at, now time.Time) bool { return !at.IsZero() && !at.After(now) }
