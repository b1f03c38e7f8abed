package dialogue

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// register answers the question that is under way; it gives what the customer was told.
func (w *world) register(kind booking.EventKind) string {
	w.t.Helper()
	w.replies = nil
	for _, a := range w.due {
		if a.Call == booking.CallVerify {
			require.Zero(w.t, a.Order)
			w.turn(booking.Input{Attempt: &a, Event: booking.Event{Kind: kind, Verify: w.c.Identity.ID}})
			if len(w.replies) == 0 {
				return ""
			}
			require.True(w.t, w.replies[0].Notice)
			return w.replies[0].Text
		}
	}
	require.FailNow(w.t, "nobody asks the register")
	return ""
}

func (w *world) said(text string) string {
	w.t.Helper()
	w.text(text)
	return w.replies[len(w.replies)-1].Text
}

func verifying(t *testing.T) *world {
	s := settings()
	s.Verify, s.PayByPhone = true, true
	w := newWorld(t, s)
	w.hang = true
	require.Contains(t, w.said("REG Zhang Wei 11010519491231002X"), "is being checked")
	return w
}

// book books with the register's question still open.
func (w *world) book() {
	w.t.Helper()
	open := w.due
	w.due, w.hang = nil, false
	w.text("BOOK G5 5DEC 1")
	w.due, w.hang = open, true
	require.Equal(w.t, booking.Held, w.last().State)
}

func TestVerifyYes(t *testing.T) {
	w := verifying(t)
	require.Contains(t, w.register(booking.VerifyDone), "is in order")
	require.Equal(t, booking.Confirmed, w.c.Identity.State)
	require.Empty(t, w.due)
	w.hang = false
	w.text("BOOK G5 5DEC 1")
	require.Contains(t, w.said(w.fill("Y {code}")), "PAID")
}

// A register that says no stops the payment, not the hold, and what it does not
// know can be corrected.
func TestVerifyNo(t *testing.T) {
	w := verifying(t)
	question := w.c.Identity.ID
	require.Contains(t, w.register(booking.VerifyRefused), "does not know Zhang Wei")
	w.hang = false
	w.text("BOOK G5 5DEC 1")
	require.Contains(t, w.said(w.fill("Y {code}")), "cannot be paid")
	require.Equal(t, booking.Held, w.last().State)
	w.hang = true
	require.Contains(t, w.said("REG Zhang Weiming 11010519491231002X"), "pay")
	require.Greater(t, w.c.Identity.ID, question, "another name is another question")
	require.Equal(t, "Zhang Weiming", w.c.Name)
	for _, a := range w.due { // an answer about the old name tells nothing
		if a.Call == booking.CallVerify {
			w.turn(booking.Input{Attempt: &a, Event: booking.Event{Kind: booking.VerifyDone, Verify: question}})
		}
	}
	require.Equal(t, booking.Verifying, w.c.Identity.State)
}

// What the register does not know is no better for being sent again while the register is
// silent.
func TestVerifyNoStaysNo(t *testing.T) {
	w := verifying(t)
	w.register(booking.VerifyRefused)
	w.book()
	first := w.now
	w.text("REG Zhang Wei 11010519491231002X")
	require.Equal(t, booking.Verifying, w.c.Identity.State)
	w.now = first.Add(w.d.s.VerifyGrace + time.Minute)
	w.text(w.fill("Y {code}")) // its code has ended: there is a new one
	require.Contains(t, w.said(w.fill("Y {code}")), "still being checked")
	for w.c.Identity.State == booking.Verifying {
		w.now = w.now.Add(time.Hour)
		require.Empty(t, w.register(booking.VerifyUnknown))
	}
	require.Equal(t, booking.NotKnown, w.c.Identity.State)
	w.text("REG Zhang Wei 11010519491231002X")
	require.Contains(t, w.register(booking.VerifyDone), "is in order")
	require.Empty(t, w.c.Identity.Refused)
}

// Who takes his registration back is not asked about any more.
func TestVerifyTakenBack(t *testing.T) {
	w := verifying(t)
	id := w.c.Identity.ID
	require.Contains(t, w.said("N"), "removed")
	for _, a := range w.due {
		if a.Call == booking.CallVerify {
			w.replies = nil
			w.turn(booking.Input{Attempt: &a, Event: booking.Event{Kind: booking.VerifyDone, Verify: id}})
			require.Empty(t, w.replies)
		}
	}
}

func TestVerifyCorrectionsAreFew(t *testing.T) {
	w := verifying(t)
	for range maxCorrections {
		w.register(booking.VerifyRefused)
		w.text("REG Wang Fang 11010519491231002X")
	}
	w.register(booking.VerifyRefused)
	require.Contains(t, w.said("REG Li Na 11010519491231002X"), "Too many corrections")
	require.Equal(t, "Wang Fang", w.c.Name)
}

// A register that is silent is asked again, the same question, and holds nobody up for ever.
func TestVerifySilence(t *testing.T) {
	w := verifying(t)
	id, first := w.c.Identity.ID, w.now
	w.book()
	require.Contains(t, w.said(w.fill("Y {code}")), "still being checked")
	require.Empty(t, w.register(booking.VerifyUnknown))
	require.Equal(t, id, w.c.Identity.ID)
	var again booking.Attempt
	for _, a := range w.due {
		if a.Call == booking.CallVerify {
			again = a
		}
	}
	require.InDelta(t, 30, again.Due.Sub(w.now).Seconds(), 7.5, "with jitter")
	w.now = first.Add(w.d.s.VerifyGrace)
	open := w.due
	w.due, w.hang = nil, false
	require.Contains(t, w.said(w.fill("Y {code}")), "PAID")
	w.due, w.hang = open, true
	for w.now.Sub(first) < booking.VerifyLimit {
		w.now = w.now.Add(time.Hour)
		require.Empty(t, w.register(booking.VerifyUnknown))
	}
	require.Equal(t, booking.GivenUp, w.c.Identity.State)
}

// Who waits for seats is charged for none before the register has answered, and not
// when it does not know the document.
func TestVerifyBeforeAMatch(t *testing.T) {
	w := verifying(t)
	w.stock["G3 2nd"] = 0
	require.Contains(t, w.said("WAIT G3 5DEC 1"), "Y "+w.fill("{code}")+" to join")
	require.Contains(t, w.said(w.fill("Y {code}")), "Joined")
	match := func() error {
		o := w.last()
		_, err := w.d.Decide(w.view(), booking.Input{Match: &booking.Match{Order: o.ID, Trip: o.Wish.Trips[0]}}, w.env())
		return err
	}
	require.ErrorIs(t, match(), booking.ErrNoChange)
	w.register(booking.VerifyRefused)
	require.ErrorIs(t, match(), booking.ErrNoChange)
	require.Contains(t, w.said("WAIT X"), "Left the waiting list")
	require.Contains(t, w.said("WAIT G3 5DEC 1"), "to join")
	require.Contains(t, w.said(w.fill("Y {code}")), "The register does not know")
	w = verifying(t)
	w.stock["G3 2nd"] = 0
	w.text("WAIT G3 5DEC 1")
	w.text(w.fill("Y {code}"))
	w.register(booking.VerifyDone)
	require.NoError(t, match())
}
