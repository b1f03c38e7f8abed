package sqlite

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/store/commit"
	"shortfare/store/storetest"
)

// exports are what Store and Reader both have.
type exports interface {
	EachCustomer(ctx context.Context, after booking.MSISDN, each func(*booking.Customer) error) error
	EachText(ctx context.Context, after int64, each func(booking.MO) error) error
	EachReply(ctx context.Context, after int64, each func(booking.MT, booking.Sent) error) error
	EachOrder(ctx context.Context, after booking.OrderID, each func(*booking.Order) error) error
	EachEntry(ctx context.Context, after int64, each func(booking.Entry) error) error
	EachReceipt(ctx context.Context, after int64, each func(r booking.Receipt, outbox int64) error) error
}

// counts says how many rows of each kind the exports give.
func counts(t *testing.T, r exports) (n [6]int) {
	t.Helper()
	c := t.Context()
	require.NoError(t, r.EachCustomer(c, 0, func(x *booking.Customer) error { require.NotEmpty(t, x.Name); n[0]++; return nil }))
	require.NoError(t, r.EachText(c, 0, func(x booking.MO) error { require.NotEmpty(t, x.Text); n[1]++; return nil }))
	require.NoError(t, r.EachReply(c, 0, func(x booking.MT, _ booking.Sent) error { require.NotEmpty(t, x.Text); n[2]++; return nil }))
	require.NoError(t, r.EachOrder(c, 0, func(x *booking.Order) error { require.NotEmpty(t, x.Code); n[3]++; return nil }))
	require.NoError(t, r.EachEntry(c, 0, func(booking.Entry) error { n[4]++; return nil }))
	require.NoError(t, r.EachReceipt(c, 0, func(booking.Receipt, int64) error { n[5]++; return nil }))
	return n
}

func turn(t *testing.T, s *Store, m booking.MSISDN) {
	t.Helper()
	require.NoError(t, s.Do(t.Context(), booking.Keys{Customer: m}, func(v *booking.View) (*booking.Changes, error) {
		return storetest.Turn(v, 1), nil
	}))
}

// A reader beside the store sees what turns committed, every kind of row, and
// counts as no opening.
func TestOpenRead(t *testing.T) {
	o := options(t, t.TempDir())
	_, err := OpenRead(o)
	require.ErrorIs(t, err, commit.ErrNoFile)
	s := open(t, o)
	turn(t, s, phone)
	r, err := OpenRead(o)
	require.NoError(t, err)
	require.Equal(t, [6]int{1, 1, 1, 1, 2, 0}, counts(t, r))
	turn(t, s, phone)
	turn(t, s, phone+1)
	require.NoError(t, s.Do(t.Context(), booking.Keys{}, func(*booking.View) (*booking.Changes, error) {
		return &booking.Changes{Receipts: []booking.Receipt{{Link: "carrier", MessageID: "1", State: "DELIVRD", Raw: "id:1", At: storetest.Noon()}}}, nil
	}))
	want := counts(t, s)
	require.Equal(t, [6]int{2, 3, 3, 2, 6, 1}, want)
	require.Equal(t, want, counts(t, r))
	require.NoError(t, s.Close())
	require.Equal(t, want, counts(t, r), "also when the service has ended")
	require.NoError(t, r.Close())
	require.ErrorIs(t, r.EachOrder(t.Context(), 0, nil), booking.ErrStoreDown)
	require.Equal(t, s.Epoch()+1, open(t, o).Epoch())
}

func TestOpenReadRefuses(t *testing.T) {
	o := options(t, t.TempDir())
	open(t, o)
	other := o
	other.Vault = testVault(t, 2)
	_, err := OpenRead(other)
	require.ErrorIs(t, err, ErrKey)
	_, err = OpenRead(Options{Path: o.Path})
	require.ErrorContains(t, err, "Vault is required")

	o.Path = filepath.Join(t.TempDir(), "old.db")
	db, err := commit.Open(commit.Options{Path: o.Path, Migrations: migrations()[:1]})
	require.NoError(t, err)
	require.NoError(t, db.Close())
	_, err = OpenRead(o)
	require.ErrorIs(t, err, commit.ErrOlderSchema)
}
