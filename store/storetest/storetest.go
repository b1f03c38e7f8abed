// Package storetest is the conformance suite of the stores: what the port
// booking.Store promises, as tests that every store must pass.
package storetest

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// Store is what the suite needs besides the port: closing, counting and callbacks
// beside the writer, and reading what turns never read.
type Store interface {
	booking.Store
	io.Closer
	Count(ctx context.Context, day booking.Date) ([]booking.Tally, error)
	Callbacks(ctx context.Context, after int64, limit int) ([]booking.Callback, error)
	Callback(ctx context.Context, id int64) (*booking.Callback, error)
	Reviews(ctx context.Context, limit int) ([]*booking.Order, error)
	Transcript(ctx context.Context, m booking.MSISDN, limit int) ([]booking.MO, []booking.Answer, error)
	EachCustomer(ctx context.Context, after booking.MSISDN, each func(*booking.Customer) error) error
	EachText(ctx context.Context, after int64, each func(booking.MO) error) error
	EachReply(ctx context.Context, after int64, each func(booking.MT, booking.Sent) error) error
	EachOrder(ctx context.Context, after booking.OrderID, each func(*booking.Order) error) error
	EachEntry(ctx context.Context, after int64, each func(booking.Entry) error) error
	EachReceipt(ctx context.Context, after int64, each func(r booking.Receipt, outbox int64) error) error
}

// Open opens the store that lives in dir, making it when there is none. The
// suite closes it, and opens it again on the same dir.
type Open func(tb testing.TB, dir string) Store

// Run runs the suite. The calling test must do nothing else, since the suite
// runs it again in a child process, which it kills.
func Run(t *testing.T, open Open) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, Open)
	}{
		{"TurnKeepsEverything", testTurnKeepsEverything},
		{"NewCustomer", testNewCustomer},
		{"DecideErrorUndoesTheTurn", testDecideError},
		{"PanicUndoesTheTurn", testPanic},
		{"RefusedRowUndoesTheTurn", testRefusedRow},
		{"ForeignCustomerIsRefused", testForeign},
		{"NoChange", testNoChange},
		{"DoneAfterDurable", testDoneAfterDurable},
		{"OrderPerCustomer", testOrderPerCustomer},
		{"CounterUnderConcurrency", testCounter},
		{"DoneMaySubmit", testDoneMaySubmit},
		{"GivingUpIsCertain", testGivingUp},
		{"Closed", testClosed},
		{"LiveAndClosedOrders", testOrders},
		{"AttemptsSettleOnce", testAttempts},
		{"Due", testDue},
		{"IDs", testIDs},
		{"EpochAndLastText", testEpoch},
		{"OutboxLists", testOutbox},
		{"OutboxResults", testResults},
		{"Answered", testAnswered},
		{"Receipts", testReceipts},
		{"ReceiptsOfParts", testReceiptsOfParts},
		{"Inquiries", testInquiries},
		{"ReceiptOfAnEarlierMessage", testOldReceipt},
		{"TwoCopies", testTwoCopies},
		{"ReceiptsOfAnotherForm", testForms},
		{"Undelivered", testUndelivered},
		{"Parts", testParts},
		{"Journal", testJournal},
		{"OddTexts", testOddTexts},
		{"AttemptWithoutOrder", testVerifyAttempt},
		{"Waitlist", testWaiting},
		{"Travellers", testTravellers},
		{"Suspensions", testSuspensions},
		{"Notices", testNotices},
		{"Cursors", testCursors},
		{"Uses", testUses},
		{"Count", testCount},
		{"Callbacks", testCallbacks},
		{"Transcript", testTranscript},
		{"Reviews", testReviews},
		{"Labels", testLabels},
		{"LabelsOfTurns", testLabelsOfTurns},
		{"Erase", testErase},
		{"EraseCallbacks", testEraseCallbacks},
		{"EraseKeepsWhatItWrites", testEraseAndWrite},
		{"EraseUndone", testEraseUndone},
		{"EraseWithoutARow", testEraseUnknown},
		{"KilledUnderLoad", testKilled},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open) })
	}
}

var errOwn = errors.New("own")

// start opens a store on a new directory; it is closed when the test ends.
func start(t *testing.T, open Open) (s Store, dir string) {
	t.Helper()
	dir = t.TempDir()
	return reopen(t, open, nil, dir), dir
}

// reopen closes s, unless it is nil, and opens the store of dir.
func reopen(t *testing.T, open Open, s Store, dir string) Store {
	t.Helper()
	if s != nil {
		require.NoError(t, s.Close())
	}
	next := open(t, dir)
	t.Cleanup(func() { _ = next.Close() })
	return next
}

// change runs a turn that must succeed.
func change(t *testing.T, s Store, keys booking.Keys, decide func(v *booking.View) *booking.Changes) {
	t.Helper()
	require.NoError(t, s.Do(t.Context(), keys, func(v *booking.View) (*booking.Changes, error) { return decide(v), nil }))
}

// look returns what a turn with those keys would see.
func look(t *testing.T, s Store, keys booking.Keys) (seen booking.View) {
	t.Helper()
	require.NoError(t, s.Do(t.Context(), keys, func(v *booking.View) (*booking.Changes, error) {
		seen = *v
		return nil, booking.ErrNoChange
	}))
	return seen
}

func texts(t *testing.T, s Store) (list []booking.MO) {
	t.Helper()
	require.NoError(t, s.EachText(t.Context(), 0, func(m booking.MO) error { list = append(list, m); return nil }))
	return list
}

func entries(t *testing.T, s Store) (list []booking.Entry) {
	t.Helper()
	require.NoError(t, s.EachEntry(t.Context(), 0, func(e booking.Entry) error { list = append(list, e); return nil }))
	return list
}

func outbox(t *testing.T, s Store) []booking.MT {
	t.Helper()
	list, err := s.Outbox(t.Context(), 0, 1000)
	require.NoError(t, err)
	return list
}

// results returns what became of every reply.
func results(t *testing.T, s Store) map[int64]booking.Sent {
	t.Helper()
	all := map[int64]booking.Sent{}
	require.NoError(t, s.EachReply(t.Context(), 0, func(_ booking.MT, r booking.Sent) error { all[r.ID] = r; return nil }))
	return all
}

func attempts(t *testing.T, s Store) []booking.Attempt {
	t.Helper()
	list, err := s.Attempts(t.Context(), 0, 1000)
	require.NoError(t, err)
	return list
}
