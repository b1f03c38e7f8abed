package sqlite

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/store/commit"
	"shortfare/store/storetest"
)

// secrets reads the secrets of all owners by MSISDN.
func secrets(t *testing.T, s *Store) map[booking.MSISDN]string {
	t.Helper()
	all := map[booking.MSISDN]string{}
	require.NoError(t, s.db.Read(t.Context(), func(tx *commit.Tx) error {
		return tx.Query(`SELECT c.msisdn, w.secret FROM customers c JOIN owners w ON w.id = c.owner`, func(r commit.Row) error {
			all[booking.MSISDN(r.Int64(0))] = r.Text(1)
			return nil
		})
	}))
	return all
}

// holding tells in how many places of the files of dir something stands.
func holding(t *testing.T, dir string, what []byte) (n int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "test.db*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		n += bytes.Count(b, what)
	}
	return n
}

// The secret of an erased customer is in no file any more when his turn is done,
// however much was written around it; others keep theirs, each in one place.
func TestErasedSecretIsGone(t *testing.T) {
	const customers = 3000 // several pages of owners, in no order of MSISDN
	dir := t.TempDir()
	s := open(t, options(t, dir))
	who := func(i int) booking.MSISDN { return phone + booking.MSISDN(i*7919%customers) }
	live := func(from, to int) {
		for i := from; i < to; i++ {
			require.NoError(t, s.Submit(booking.Keys{Customer: who(i)}, func(v *booking.View) (*booking.Changes, error) { return storetest.Turn(v, 1), nil }, nil))
			if i%1000 == 999 {
				require.NoError(t, s.Do(t.Context(), booking.Keys{}, func(*booking.View) (*booking.Changes, error) { return nil, nil }))
			}
		}
	}
	live(0, customers)
	all := secrets(t, s)
	require.Len(t, all, customers)
	var erased []booking.MSISDN
	for i := 0; i < customers; i += 300 {
		m := who(i)
		require.Positive(t, holding(t, dir, []byte(all[m])), "the scan finds what is there")
		require.NoError(t, s.Do(t.Context(), booking.Keys{Customer: m}, func(v *booking.View) (*booking.Changes, error) {
			return &booking.Changes{Erase: true, Customer: &booking.Customer{MSISDN: m}}, nil
		}))
		require.Zero(t, holding(t, dir, []byte(all[m])))
		erased = append(erased, m)
		live(i, i+300)
	}
	require.NoError(t, s.Close())
	for i, m := range erased {
		require.Zero(t, holding(t, dir, []byte(all[m])))
		require.Equal(t, 1, holding(t, dir, []byte(all[m+1])), "a live secret has one place (%d)", i)
	}
}

// The key of the vault and the whole file are not enough to read what was erased.
func TestErasedIsSealedForNobody(t *testing.T) {
	s := open(t, options(t, t.TempDir()))
	require.NoError(t, s.Do(t.Context(), booking.Keys{Customer: phone}, func(v *booking.View) (*booking.Changes, error) { return storetest.Turn(v, 1), nil }))
	opens := func() (n int) {
		all := secrets(t, s)
		require.NoError(t, s.db.Read(t.Context(), func(tx *commit.Tx) error {
			return tx.Query(`SELECT body FROM inbox UNION ALL SELECT body FROM outbox UNION ALL SELECT people FROM orders UNION ALL SELECT data FROM customers`,
				func(r commit.Row) error {
					for _, secret := range []string{all[phone], string(make([]byte, secretSize))} {
						if _, err := s.codec.vault.Open(booking.SecretText, owner{1, secret}.name(phone.String()), r.Bytes(0)); err == nil {
							n++
						}
					}
					if _, err := s.codec.vault.Open(booking.SecretText, phone.String(), r.Bytes(0)); err == nil {
						n++
					}
					return nil
				})
		}))
		return n
	}
	require.NoError(t, s.Do(t.Context(), booking.Keys{}, func(v *booking.View) (*booking.Changes, error) { // nothing waits to be sent
		list, err := s.Outbox(t.Context(), 0, 10)
		return &booking.Changes{Sent: []booking.Sent{{ID: list[0].ID, State: booking.MTSent, Link: "a"}}}, err
	}))
	require.Equal(t, 4, opens())
	require.NoError(t, s.Do(t.Context(), booking.Keys{Customer: phone}, func(v *booking.View) (*booking.Changes, error) {
		return &booking.Changes{Erase: true, Customer: &booking.Customer{MSISDN: phone}}, nil
	}))
	require.Equal(t, 1, opens(), "only what is kept of him from now on")
}

// The customer that the store keeps in memory is the erased one too.
func TestEraseReachesTheCache(t *testing.T) {
	s := open(t, options(t, t.TempDir()))
	submit := func(decide func(*booking.View) (*booking.Changes, error)) {
		ended := make(chan error, 1)
		require.NoError(t, s.Submit(booking.Keys{Customer: phone}, decide, func(_ *booking.Changes, err error) { ended <- err }))
		require.NoError(t, <-ended)
	}
	for range 2 {
		submit(func(v *booking.View) (*booking.Changes, error) { return storetest.Turn(v, 1), nil })
	}
	submit(func(v *booking.View) (*booking.Changes, error) {
		return &booking.Changes{Erase: true, Customer: &booking.Customer{MSISDN: phone, Orders: v.Customer.Orders}}, nil
	})
	submit(func(v *booking.View) (*booking.Changes, error) {
		if v.Customer.Name != "" || len(v.Orders) != 1 || v.Orders[0].Account.Token != "" {
			return nil, fmt.Errorf("still known: %+v", v.Orders)
		}
		v.Customer.Name = "NEW"
		return &booking.Changes{Customer: v.Customer}, nil
	})
	require.NoError(t, s.EachCustomer(t.Context(), 0, func(c *booking.Customer) error {
		require.Equal(t, "NEW", c.Name)
		return nil
	}))
}
