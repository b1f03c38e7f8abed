package dialogue

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// reviewed is a world whose customer has an order in review, a void being unanswered.
func reviewed(t *testing.T) (*world, booking.Order) {
	w, o := bought(t, func() Settings { s := deskSettings(); s.Operators = []booking.MSISDN{1, operatorPhone}; return s }())
	w.text("CXL " + o.Code)
	w.broken = booking.CallVoid
	w.text(w.fill("Y {code}"))
	w.wait(booking.VoidLimit + 2*time.Hour)
	w.broken = booking.NoCall
	require.Equal(t, booking.Review, w.orders[o.ID].State)
	w.replies = nil
	return w, w.orders[o.ID]
}

// What an operator says is asked about, makes one call for the order, whoever's it
// is, and is journalled under his number; the same code again makes no other.
func TestReviewMakesOneCall(t *testing.T) {
	w, o := reviewed(t)
	customer := w.c
	w.hang = true
	w.as(1)
	w.text("REVIEW " + o.Code + " ISSUED")
	require.Empty(t, w.due)
	for range 2 {
		w.text(w.fill("Y {change}"))
		require.Equal(t, "Terminal and bank are being asked about "+o.Code+". The result comes as a text.", w.replies[0].Text)
		require.Len(t, w.due, 1)
	}
	a := w.due[0]
	require.Equal(t, []any{o.Customer, o.ID, booking.CallStands}, []any{a.Customer, a.Order, a.Call})
	require.Equal(t, o.ID, a.Subject.ID)
	entry := w.journal[len(w.journal)-1]
	require.Equal(t, booking.MSISDN(1), entry.MSISDN)
	require.Contains(t, entry.Event, "operator review "+o.Code)
	require.Contains(t, entry.Event, "ISSUED")

	w.c = customer
	for _, said := range []string{booking.RuledIssued, booking.RuledNot} { // another operator has said the same
		w.replies, w.cast = nil, nil
		w.turn(booking.Input{Attempt: &a, Event: booking.Event{Kind: booking.OperatorIssued, Places: o.Places}})
		require.Equal(t, booking.Issued, w.orders[o.ID].State)
		require.Len(t, w.cast, 1)
		require.Equal(t, []any{said, o.Code, int64(booking.NoCallback)}, []any{w.cast[0].Text, w.cast[0].Number, w.cast[0].Callback})
	}
	require.Empty(t, w.replies, "the customer is told once")
	require.Equal(t, booking.CallbackClosed, w.desk.all[0].State)
}

// Without both sides' word nothing changes, and operators learn so.
func TestReviewStaysOpen(t *testing.T) {
	w, o := reviewed(t)
	w.cast = nil
	w.due = []booking.Attempt{{ID: 9, Customer: o.Customer, Order: o.ID, Call: booking.CallUndone}}
	w.turn(booking.Input{Attempt: &w.due[0]})
	require.Equal(t, o, w.orders[o.ID])
	require.Empty(t, w.replies)
	require.Empty(t, w.due)
	require.Equal(t, booking.CallbackOpen, w.desk.all[0].State)
	n := w.cast[0]
	for m, want := range map[booking.MSISDN]string{1: o.Code + " stays in review: terminal or bank has not acknowledged what was said of it. Nothing was changed.", 5: ""} {
		w.as(m)
		w.notify(n)
		if want == "" {
			require.Empty(t, w.replies)
		} else {
			require.Equal(t, want, w.replies[0].Text)
		}
	}
}

// What REVIEW answers before anything is asked.
func TestReviewAnswers(t *testing.T) {
	w, o := reviewed(t)
	at := o.Since
	w.as(1)
	for _, c := range []struct{ text, want string }{
		{"REVIEW", o.Code + " 8613*******00 CNY1106 void not acknowledged"},
		{"REVIEW " + o.Code, o.Code + " 8613*******00 G5 5Dec CNY1106: void not acknowledged, since 24Nov " + at.In(shanghai).Format("15:04") + ". REVIEW " + o.Code + " ISSUED or REVERSED ends it."},
		{"复核", o.Code + " 8613*******00 1106元 废票未确认"},
		{"REVIEW K7M2P ISSUED", "No order K7M2P is in review. REVIEW lists those that are."},
	} {
		w.text(c.text)
		require.Equal(t, c.want, w.replies[0].Text)
	}
	w.now = at.Add(time.Minute)
	w.text("REVIEW " + o.Code + " ISSUED")
	require.Contains(t, w.replies[0].Text, "A void of "+o.Code+" may still arrive.")
	w.text("REVIEW " + o.Code + " REVERSED")
	require.Contains(t, w.replies[0].Text, "ticket void and money back?")
	w.text("N")
	require.Equal(t, "OK, nothing was changed ("+o.Code+").", w.replies[0].Text)
	w.as(operatorPhone + 5)
	w.text("REVIEW")
	require.Contains(t, w.replies[0].Text, "We could not read that")
}

// Who asks for a person while an order of his is in review is still to be called
// when that has ended.
func TestReviewEndsAndTheCallIsDue(t *testing.T) {
	w, o := reviewed(t)
	w.text("AGENT")
	require.Equal(t, "Noted: a person will call this number as soon as one is free. You are number 1 in line. Nothing is booked, changed or cancelled by it.", w.replies[0].Text)
	require.Len(t, w.desk.all, 1)
	require.Equal(t, []any{booking.CallbackAsked, o.Code}, []any{w.desk.all[0].Why, w.desk.all[0].Code})
	a := booking.Attempt{ID: 9, Customer: o.Customer, Order: o.ID, Call: booking.CallStands}
	w.turn(booking.Input{Attempt: &a, Event: booking.Event{Kind: booking.OperatorIssued, Places: o.Places}})
	require.Equal(t, booking.Issued, w.orders[o.ID].State)
	require.Equal(t, booking.CallbackOpen, w.desk.all[0].State)
	w.text("AGENT")
	require.Contains(t, w.replies[0].Text, "no need to ask again")
}
