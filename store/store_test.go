package store

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking/vault"
)

func TestOpen(t *testing.T) {
	key, err := vault.New(bytes.Repeat([]byte{1}, vault.KeySize))
	require.NoError(t, err)
	dir := t.TempDir()
	for _, url := range []string{"sqlite:" + filepath.Join(dir, "a.db"), "sqlite://" + filepath.Join(dir, "a.db")} {
		s, err := Open(url, Options{Vault: key})
		require.NoError(t, err)
		require.NoError(t, s.Ready(t.Context()))
		require.NoError(t, s.Close())
	}
	require.FileExists(t, filepath.Join(dir, "a.db"))
	s, err := Open("sqlite:"+filepath.Join(dir, "a.db"), Options{})
	require.ErrorContains(t, err, "Vault")
	require.True(t, s == nil)
}

func TestOpenRefuses(t *testing.T) {
	for url, want := range map[string]string{
		"":                         "no scheme",
		"/var/lib/a.db":            "no scheme",
		"sqlite:":                  "sqlite:PATH",
		"sqlite://host/a.db":       "sqlite:PATH",
		"postgres://u:secret@h/db": "not built",
		"postgresql://u:secret@h":  "not built",
		"mysql://u:secret@h/db":    "mysql",
		"SQLITE:a.db":              "unknown scheme",
	} {
		_, err := Open(url, Options{})
		require.ErrorIs(t, err, ErrURL, url)
		require.ErrorContains(t, err, want, url)
		require.NotContains(t, err.Error(), "secret")
	}
}
