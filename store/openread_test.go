package store

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/booking/vault"
)

func TestOpenRead(t *testing.T) {
	key, err := vault.New(bytes.Repeat([]byte{1}, vault.KeySize))
	require.NoError(t, err)
	url := "sqlite:" + filepath.Join(t.TempDir(), "a.db")
	r, err := OpenRead(url, Options{Vault: key})
	require.ErrorContains(t, err, "no database file")
	require.True(t, r == nil)
	s, err := Open(url, Options{Vault: key})
	require.NoError(t, err)
	defer s.Close()
	r, err = OpenRead(url, Options{Vault: key})
	require.NoError(t, err)
	require.NoError(t, r.EachOrder(t.Context(), 0, func(*booking.Order) error { return nil }))
	require.NoError(t, r.Close())
	for _, bad := range []string{"", "a.db", "sqlite:", "sqlite://host/a.db", "postgres://u:secret@h/db"} {
		_, err := OpenRead(bad, Options{Vault: key})
		require.ErrorIs(t, err, ErrURL)
		require.NotContains(t, err.Error(), "secret")
	}
}
