package dialogue

import (
	"time"

	"shortfare/booking"
)

// verify has the register of persons asked about the name and document that were
// just put on file, where one is connected.
func (t *turn) verify() {
	if !t.d.s.Verify {
		return
	}
	t.c.Identity = booking.Verification{State: booking.Verifying, ID: t.v.NewID(), At: t.env.Now, Refused: t.c.Identity.Refused}
	t.askRegister(0)
}

// identity is the name and document on file.
func (t *turn) identity() string { return t.c.Document.Token + " " + t.c.Name }

// refusedBefore tells whether the register has said no to what is on file.
func (t *turn) refusedBefore() bool {
	return t.c.Document != nil && t.c.Identity.Refused == t.identity()
}

// maxCorrections is how often in a day a name and document that the register does
// not know can be corrected: it is no oracle for those who guess.
const maxCorrections = 3

// askedTooOften counts a correction and answers one too many.
func (t *turn) askedTooOften() bool {
	r := &t.c.Corrections
	if r.Add(t.env.Now, renameWindow) <= maxCorrections {
		return false
	}
	t.say("register.often", "until", t.clock(r.Start.Add(renameWindow)))
	return true
}

// askRegister makes the question, which is the same one until it is answered.
func (t *turn) askRegister(wait time.Duration) {
	wait += time.Duration(float64(wait) * t.env.Jitter / 4)
	t.ch.Customer = t.c
	t.ch.Attempts = append(t.ch.Attempts, booking.Attempt{ID: t.v.NewID(), Customer: t.c.MSISDN, Call: booking.CallVerify,
		Due: t.env.Now.Add(wait), Epoch: t.env.Epoch})
}

// verified takes the register's answer. One about what is not on file any more
// tells nothing.
func (t *turn) verified(e booking.Event) {
	q := &t.c.Identity
	if q.State != booking.Verifying || e.Verify != q.ID {
		return
	}
	t.ch.Customer = t.c
	switch {
	case e.Kind == booking.VerifyDone:
		q.State, q.Refused = booking.Confirmed, ""
		t.journalCaused("identity confirmed", 0)
		t.noticeName("register.verified")
	case e.Kind == booking.VerifyRefused:
		q.State, q.Refused = booking.NotKnown, t.identity()
		t.journalCaused("identity refused", 0)
		t.noticeName("register.refused")
	case t.env.Now.Sub(q.At) >= booking.VerifyLimit && t.refusedBefore():
		q.State = booking.NotKnown // what it said last
	case t.env.Now.Sub(q.At) >= booking.VerifyLimit:
		q.State = booking.GivenUp // the customer is not to blame
	default:
		wait := time.Hour
		if q.Tries < 7 {
			wait = 30 * time.Second << q.Tries
		}
		q.Tries++
		t.askRegister(wait)
	}
}

// noticeName tells the customer what became of his registration. It is what he
// asked for, so that it is sent after STOP too.
func (t *turn) noticeName(key string) { t.send(t.m.say(key, t.nameAndDocument()...), 0, true) }

// unverified tells whether a payment must wait for the register, or cannot be
// made with a document that it does not know; that has been answered then. A
// register that is silent stops nobody for long.
func (t *turn) unverified(o *booking.Order) bool {
	q := t.c.Identity
	switch {
	case q.State == booking.NotKnown:
		t.sayOf(o, "confirm.refused")
	case q.State == booking.Verifying && (t.env.Now.Sub(q.At) < t.d.s.VerifyGrace || t.refusedBefore()):
		t.sayOf(o, "confirm.checking")
	default:
		return false
	}
	return true
}
