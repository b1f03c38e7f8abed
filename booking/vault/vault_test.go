package vault

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func testKey(b byte) []byte { return bytes.Repeat([]byte{b}, KeySize) }

func testVault(t testing.TB, b byte) *Vault {
	t.Helper()
	v, err := New(testKey(b))
	require.NoError(t, err)
	return v
}

func TestSealOpen(t *testing.T) {
	v := testVault(t, 1)
	for _, plain := range []string{"", "6222021234567890", string(make([]byte, 5000))} {
		sealed := v.Seal("account", "8613800138000", []byte(plain))
		require.Len(t, sealed, len(plain)+Overhead)
		require.Equal(t, len(sealed), cap(sealed), "an append must not reach what is behind")
		got, err := v.Open("account", "8613800138000", sealed)
		require.NoError(t, err)
		require.Equal(t, plain, string(got))
		require.Equal(t, len(got), cap(got))
		require.NotEqual(t, sealed, v.Seal("account", "8613800138000", []byte(plain)), "a nonce of its own each time")
		if len(plain) > 0 {
			require.False(t, bytes.Contains(sealed, []byte(plain)))
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	v := testVault(t, 1)
	sealed := v.Seal("ab", "cd", []byte("secret"))
	for _, ad := range [][2]string{{"ab", "ce"}, {"aa", "cd"}, {"abc", "d"}, {"a", "bcd"}, {"cd", "ab"}, {"", ""}} {
		_, err := v.Open(ad[0], ad[1], sealed)
		require.ErrorIs(t, err, ErrTampered, "%v", ad)
	}
	_, err := testVault(t, 2).Open("ab", "cd", sealed)
	require.ErrorIs(t, err, ErrKey)
	require.ErrorContains(t, err, v.KeyID())
	for cut := range len(sealed) {
		_, err := v.Open("ab", "cd", sealed[:cut])
		require.Error(t, err)
	}
	for bit := range len(sealed) * 8 {
		bad := bytes.Clone(sealed)
		bad[bit/8] ^= 1 << (bit % 8)
		want := ErrTampered
		if bit/8 == 0 {
			want = ErrFormat
		} else if bit/8 < prefix {
			want = ErrKey
		}
		_, err := v.Open("ab", "cd", bad)
		require.ErrorIs(t, err, want, "bit %d", bit)
	}
	got, err := v.Open("ab", "cd", sealed)
	require.NoError(t, err)
	require.Equal(t, "secret", string(got))
}

// What is on disk must stay readable: all of these were computed
// by another implementation.
func TestFixedVectors(t *testing.T) {
	v := testVault(t, 7)
	require.Equal(t, vectorKeyID, v.KeyID())
	index, prf := v.Index("account", []byte("6222021234567890")), v.PRF("code", []byte("x"))
	require.Equal(t, vectorIndex, hex.EncodeToString(index[:]))
	require.Equal(t, vectorPRF, hex.EncodeToString(prf[:]))
	sealed, err := hex.DecodeString(vectorSealed)
	require.NoError(t, err)
	plain, err := v.Open("account", "86138", sealed)
	require.NoError(t, err)
	require.Equal(t, "6222021234567890", string(plain))
}

func TestIndexAndPRF(t *testing.T) {
	v := testVault(t, 1)
	seen := map[string]string{}
	note := func(what, s string) {
		require.Empty(t, seen[s], what)
		seen[s] = what
	}
	for _, kind := range []string{"a", "ab", ""} {
		for _, data := range []string{"", "b", "bc"} {
			i, p := v.Index(kind, []byte(data)), v.PRF(kind, []byte(data))
			require.Equal(t, i, v.Index(kind, []byte(data)))
			require.Equal(t, p, v.PRF(kind, []byte(data)))
			note("index "+kind+"/"+data, string(i[:]))
			note("prf "+kind+"/"+data, string(p[:16]))
			other := testVault(t, 2).Index(kind, []byte(data))
			note("other key "+kind+"/"+data, string(other[:]))
			require.Equal(t, base64.RawURLEncoding.EncodeToString(i[:]), v.Token(kind, []byte(data)))
		}
	}
}

func TestConcurrent(t *testing.T) {
	v := testVault(t, 1)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			secret := fmt.Appendf(nil, "secret %d", g)
			want := v.Index("k", secret)
			for range 200 {
				got, err := v.Open("k", "o", v.Seal("k", "o", secret))
				if err != nil || !bytes.Equal(got, secret) || v.Index("k", secret) != want {
					t.Errorf("%s: %v", got, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestNothingShowsTheKey(t *testing.T) {
	v := testVault(t, 'K')
	want := "vault(key " + v.KeyID() + ")"
	inside := struct{ V *Vault }{v}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		require.Equal(t, want, fmt.Sprintf(format, v), format)
	}
	require.NotContains(t, fmt.Sprintf("%#v %+v", inside, inside), "K\\")
	text, err := json.Marshal(inside)
	require.NoError(t, err)
	require.JSONEq(t, `{"V":"`+want+`"}`, string(text))
	marshalled, err := v.MarshalText()
	require.NoError(t, err)
	require.Equal(t, want, string(marshalled))
}

func TestKeyFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "vault.key")
	_, err := Open(file)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, Create(file))
	require.ErrorIs(t, Create(file), fs.ErrExist, "a key is never replaced")
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o400), info.Mode())

	v, err := Open(file)
	require.NoError(t, err)
	sealed := v.Seal("k", "o", []byte("secret"))
	again, err := Open(file)
	require.NoError(t, err)
	plain, err := again.Open("k", "o", sealed)
	require.NoError(t, err)
	require.Equal(t, "secret", string(plain))

	other := file + "2"
	require.NoError(t, Create(other))
	v2, err := Open(other)
	require.NoError(t, err)
	require.NotEqual(t, v.KeyID(), v2.KeyID())

	for mode, ok := range map[os.FileMode]bool{0o600: true, 0o400: true, 0o440: false, 0o404: false, 0o644: false, 0o420: false, 0o401: false} {
		require.NoError(t, os.Chmod(file, mode))
		_, err := Open(file)
		if ok {
			require.NoError(t, err, "%o", mode)
			continue
		}
		require.ErrorIs(t, err, ErrMode, "%o", mode)
		require.ErrorContains(t, err, "chmod 0400 "+file)
	}
	_, err = Open(filepath.Dir(file))
	require.Error(t, err)
}

func TestKeyFileContents(t *testing.T) {
	good := base64.StdEncoding.EncodeToString(testKey(9))
	for text, ok := range map[string]bool{
		good: true, good + "\n": true, " " + good + "\r\n": true,
		"": false, "\n": false, good[:43]: false, good[:40]: false, good + good: false, "not base64": false,
		base64.StdEncoding.EncodeToString(testKey(9)[:31]): false, string(make([]byte, 4000)): false,
	} {
		file := filepath.Join(t.TempDir(), "key")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o400))
		_, err := Open(file)
		if ok {
			require.NoError(t, err, "%q", text)
			continue
		}
		require.Error(t, err, "%q", text)
		if len(text) >= 40 {
			require.NotContains(t, err.Error(), text[:40])
		}
	}
	_, err := New(testKey(1)[:16])
	require.Error(t, err)
}

func FuzzOpen(f *testing.F) {
	v := testVault(f, 1)
	f.Add("k", "o", v.Seal("k", "o", []byte("secret")))
	f.Add("", "", []byte{version})
	f.Add("k", "o", make([]byte, Overhead))
	f.Fuzz(func(t *testing.T, kind, owner string, sealed []byte) {
		plain, err := v.Open(kind, owner, sealed)
		if err == nil {
			// Only what this key sealed opens; the fuzzer has one such seed.
			if kind != "k" || owner != "o" || string(plain) != "secret" {
				t.Fatalf("forged: %q %q %x", kind, owner, sealed)
			}
		}
		back, err := v.Open(kind, owner, v.Seal(kind, owner, sealed))
		if err != nil || !bytes.Equal(back, sealed) {
			t.Fatalf("%x, %v", back, err)
		}
	})
}

func BenchmarkVault(b *testing.B) {
	v := testVault(b, 1)
	plain := make([]byte, 160)
	sealed := v.Seal("text", "8613800138000", plain)
	run := func(name string, fn func()) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				fn()
			}
		})
	}
	run("Seal160", func() { v.Seal("text", "8613800138000", plain) })
	run("Open160", func() { _, _ = v.Open("text", "8613800138000", sealed) })
	run("Index", func() { v.Index("account", plain[:16]) })
	run("PRF", func() { v.PRF("code", plain[:16]) })
}
