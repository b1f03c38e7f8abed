package dialogue

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// callbacks is the booking.Desk of a world: all callbacks in order of number.
type callbacks struct{ all []booking.Callback }

func (d *callbacks) apply(ch *booking.Changes) {
	for _, b := range ch.Callbacks {
		if i := slices.IndexFunc(d.all, func(o booking.Callback) bool { return o.ID == b.ID }); i >= 0 {
			d.all[i] = b
		} else {
			d.all = append(d.all, b)
		}
	}
}

func (d *callbacks) first(fits func(booking.Callback) bool) (*booking.Callback, error) {
	i := slices.IndexFunc(d.all, fits)
	if i < 0 {
		return nil, nil
	}
	b := d.all[i]
	return &b, nil
}

func (d *callbacks) NextCallback() (int64, error) { return int64(len(d.all)) + 1, nil }

func (d *callbacks) Callback(id int64) (*booking.Callback, error) {
	return d.first(func(b booking.Callback) bool { return b.ID == id })
}

func (d *callbacks) Standing(m booking.MSISDN) (*booking.Callback, error) {
	return d.first(func(b booking.Callback) bool { return b.Customer == m && b.State != booking.CallbackClosed })
}

func (d *callbacks) Callbacks(after int64, limit int) (list []booking.Callback, _ error) {
	for _, b := range d.all {
		if b.ID > after && b.State != booking.CallbackClosed && len(list) < limit {
			list = append(list, b)
		}
	}
	return list, nil
}

func (d *callbacks) Before(id int64) (int, error) {
	list, err := d.Callbacks(0, len(d.all))
	return len(slices.DeleteFunc(list, func(b booking.Callback) bool { return b.ID >= id })), err
}

// as goes on with another customer of the same world, whom nothing is known of.
func (w *world) as(m booking.MSISDN) { w.c = booking.Customer{MSISDN: m, New: true} }

const operatorPhone booking.MSISDN = 8613800138000

func deskSettings() Settings {
	s := settings()
	s.Operators = []booking.MSISDN{operatorPhone, operatorPhone + 1}
	return s
}

// An order that comes into review is told to operators at once, and again when it
// joins a callback that stands; the callback is about it from then on.
func TestReviewCallsForAPerson(t *testing.T) {
	w := newWorld(t, func() Settings { s := deskSettings(); s.PayByPhone = true; return s }())
	w.as(8613900139000)
	w.text("REG Zhang Wei 11010519491231002X")
	for i, first := range []booking.CallbackWhy{booking.CallbackReview, booking.CallbackAsked} {
		if first == booking.CallbackAsked {
			w.text("AGENT")
			require.Equal(t, booking.CallbackAsked, w.desk.all[i].Why)
		}
		w.text("BOOK G5 5DEC 1")
		w.text(w.fill("Y {code}"))
		w.text(w.fill("CXL {order}"))
		w.broken = booking.CallVoid
		w.text(w.fill("Y {code}"))
		w.cast = nil
		w.wait(booking.VoidLimit + time.Hour)
		w.broken = booking.NoCall
		o := w.last()
		require.Equal(t, booking.Review, o.State)
		require.Len(t, w.desk.all, i+1)
		b := w.desk.all[i]
		require.Equal(t, []any{first, o.ID, o.Code, booking.CallbackOpen}, []any{b.Why, b.Order, b.Code, b.State})
		require.Len(t, w.cast, 1)
		require.Equal(t, []any{b.ID, o.Code, "review"}, []any{w.cast[0].Callback, w.cast[0].Number, w.cast[0].Text})
		w.desk.all[i].State = booking.CallbackClosed
	}
}

// Operators are told of ten callbacks in ten minutes and then, once, of more; who
// took STOP, or is no operator any more, is told of none.
func TestAlarmsAreLimited(t *testing.T) {
	w := newWorld(t, deskSettings())
	told := func(n int64) string {
		w.notify(booking.Notice{Callback: n, Text: "asked"})
		require.LessOrEqual(t, len(w.replies), 1)
		if len(w.replies) == 0 {
			return ""
		}
		require.Equal(t, booking.Address{NPI: 1, Addr: w.c.MSISDN.String()}, w.replies[0].To, "who never texted us is reached by his number")
		return w.replies[0].Text
	}
	for n := range int64(40) {
		w.desk.all = append(w.desk.all, booking.Callback{ID: n + 1, Customer: 8613900139000 + booking.MSISDN(n), At: w.now, Why: booking.CallbackAsked, State: booking.CallbackOpen})
	}
	w.as(operatorPhone)
	for n := range int64(30) {
		switch text := told(n + 1); {
		case n < maxAlarms:
			require.Equal(t, fmt.Sprintf("Callback %d: 8613*******%02d asked. DESK TAKE %[1]d gives the number, DESK DONE %[1]d and a note closes it.", n+1, n), text)
		case n == maxAlarms:
			require.Equal(t, "More callbacks wait. Text DESK for the list.", text)
		default:
			require.Empty(t, text)
		}
	}
	w.now = w.now.Add(alarmWindow)
	require.Contains(t, told(31), "Callback 31")
	w.desk.all[31].State = booking.CallbackClosed
	require.Empty(t, told(32), "it is dealt with")
	require.Empty(t, told(99), "there is none")
	w.c.OptOut = true
	require.Empty(t, told(33))
	w.as(8613900139001)
	require.Empty(t, told(33))
}

// One operator takes a callback, the other learns so; a while later he may take it too.
func TestCallbackIsTakenOnce(t *testing.T) {
	w := newWorld(t, deskSettings())
	w.as(8613900139000)
	w.text("AGENT my K7M2P is late")
	require.Empty(t, w.desk.all[0].Code, "another phone's order, or none, is no order of his")
	says := func(m booking.MSISDN, text, want string) {
		t.Helper()
		w.as(m)
		w.text(text)
		require.Equal(t, want, w.replies[0].Text)
	}
	yours := "Callback 1 is yours: call 8613900139000, asked. After it: DESK DONE 1 and a note."
	says(operatorPhone, "DESK TAKE 1", yours)
	says(operatorPhone+1, "DESK TAKE 1", "Callback 1 was taken by 8613*******00 at 23Nov 12:00. DESK DONE 1 closes it.")
	says(operatorPhone, "desk 1 take", yours)
	says(operatorPhone, "DESK", "1 8613*******00 asked 23Nov 12:00 taken")
	w.as(8613900139000)
	w.text("AGENT")
	require.Equal(t, "Somebody has your request and is about to call this number. Nothing is booked, changed or cancelled by it.", w.replies[0].Text)
	w.now = w.now.Add(takenLife)
	says(operatorPhone+1, "DESK TAKE 1", yours)
	require.Equal(t, operatorPhone+1, w.desk.all[0].By)
	says(operatorPhone, "DESK DONE 1 "+strings.Repeat("x ", 400), "Callback 1 is closed: 8613*******00.")
	require.Len(t, w.desk.all[0].Note, maxNote)
	says(operatorPhone+1, "DESK DONE 1 another", "Callback 1 is closed: 8613*******00.")
	require.Equal(t, operatorPhone, w.desk.all[0].By)
	says(operatorPhone+1, "DESK TAKE 1", "There is no open callback 1. DESK lists them.")
	require.Len(t, w.desk.all, 1)
	require.NotContains(t, fmt.Sprint(w.journal), "x x", "a note is for the customer's eyes and the operators'")
}

// More callbacks than a text holds are counted.
func TestDeskListIsOneText(t *testing.T) {
	w := newWorld(t, deskSettings())
	for n := range int64(30) {
		w.desk.all = append(w.desk.all, booking.Callback{ID: n + 1, Customer: 8613900139000, At: w.now, Why: booking.CallbackReview, Code: "K7M2P", State: booking.CallbackOpen})
	}
	w.as(operatorPhone)
	w.text("DESK")
	require.Equal(t, "1 8613*******00 in review K7M2P 23Nov 12:00, 2 8613*******00 in review K7M2P 23Nov 12:00, 3 8613*******00 in review K7M2P 23Nov 12:00, +27 more", w.replies[0].Text)
	w.text("工单")
	require.Equal(t, "1 8613*******00 订单待核 K7M2P 11/23 12:00 另29项", w.replies[0].Text)
}

// reviews is View.Reviews.
func (w *world) reviews(int) (list []*booking.Order, _ error) {
	for _, id := range w.opened() {
		if o := w.orders[id]; o.State == booking.Review {
			list = append(list, &o)
		}
	}
	return list, nil
}
