// Package vault keeps card numbers, accounts, identity numbers and texts out of
// clear storage: it seals them (AES-256-GCM), makes blind indexes by which equal
// secrets are found without being read, and gives keyed pseudo-random values
// from which confirmation codes are made.
//
// One key file holds 32 random bytes. Every use has a sub-key of its own
// (HKDF, RFC 5869), so that a flaw in one use does not reach another, and every
// kind and owner has a sealing key of its own. Nonces are random, 96 bits, so
// that 2^32 secrets of one kind and owner may be sealed (NIST SP 800-38D §8.3).
// Sealed secrets name their key, so that keys can be told apart.
package vault

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"sync"
)

// Errors of Vault.Open, told apart with errors.Is. None quotes a secret.
var (
	// ErrFormat: these bytes were not made by Seal, or by a later version of it.
	ErrFormat = errors.New("vault: not a sealed secret of this version")
	// ErrKey: sealed under another key.
	ErrKey = errors.New("vault: sealed under another key")
	// ErrTampered: the bytes were changed, or sealed for another kind or owner.
	ErrTampered = errors.New("vault: changed, or sealed for another kind or owner")
)

// The layout of a sealed secret: version, key id, nonce, ciphertext with tag.
const (
	version   = 1
	idSize    = 4
	nonceSize = 12
	tagSize   = 16
	prefix    = 1 + idSize
	header    = prefix + nonceSize

	// Overhead is how much longer a sealed secret is than its plaintext.
	Overhead = header + tagSize
)

// KeySize is the length of a vault's key in bytes.
const KeySize = 32

// Vault seals and indexes under one key. All methods may be called from any
// goroutine; none waits. Printing one, or marshalling it, shows the key id only.
type Vault struct {
	id    [idSize]byte
	seal  *owners
	index *macs
	prf   *macs
}

// New makes a vault from KeySize random bytes; most callers use Open.
func New(key []byte) (*Vault, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("vault: key has %d bytes, want %d", len(key), KeySize)
	}
	root, err := hkdf.Extract(sha256.New, key, []byte("shortfare vault 1"))
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	var sub [4][]byte
	for i, info := range []string{"key id", "seal", "index", "prf"} {
		if sub[i], err = hkdf.Expand(sha256.New, root, info, KeySize); err != nil {
			return nil, fmt.Errorf("vault: %w", err)
		}
	}
	v := &Vault{seal: newOwners(sub[1]), index: newMACs(sub[2]), prf: newMACs(sub[3])}
	copy(v.id[:], sub[0])
	return v, nil
}

// Seal encrypts plaintext so that only Open with the same kind and owner reads
// it. Two seals of one plaintext differ; use Token to find equal ones.
func (v *Vault) Seal(kind, owner string, plaintext []byte) []byte {
	size := Overhead + len(plaintext)
	// The additional data stands behind the result while it is made: one allocation.
	out := make([]byte, size+adSize(kind, owner))
	v.putPrefix(out)
	if _, err := rand.Read(out[prefix:header]); err != nil {
		panic("vault: no randomness: " + err.Error()) // crypto/rand says that it never fails
	}
	ad := v.appendAD(out[size:size], kind, owner)
	v.seal.of(kind, owner).Seal(out[:header], out[prefix:header], plaintext, ad)
	return out[:size:size]
}

// Open decrypts what Seal made. Errors: ErrFormat, ErrKey, ErrTampered.
func (v *Vault) Open(kind, owner string, sealed []byte) ([]byte, error) {
	if len(sealed) < Overhead || sealed[0] != version {
		return nil, ErrFormat
	}
	if [idSize]byte(sealed[1:prefix]) != v.id {
		return nil, fmt.Errorf("%w: %x, this is %x", ErrKey, sealed[1:prefix], v.id)
	}
	size := len(sealed) - Overhead
	buf := make([]byte, size+adSize(kind, owner))
	ad := v.appendAD(buf[size:size], kind, owner)
	plain, err := v.seal.of(kind, owner).Open(buf[:0:size], sealed[prefix:header], sealed[header:], ad)
	if err != nil {
		return nil, ErrTampered
	}
	return plain, nil
}

func (v *Vault) putPrefix(b []byte) {
	b[0] = version
	copy(b[1:prefix], v.id[:])
}

func adSize(kind, owner string) int { return prefix + 4 + len(kind) + 4 + len(owner) }

// appendAD writes the additional data: version, key id, kind and owner. The
// lengths keep ("ab", "c") and ("a", "bc") apart.
func (v *Vault) appendAD(b []byte, kind, owner string) []byte {
	b = append(append(b, version), v.id[:]...)
	for _, s := range [...]string{kind, owner} {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
	}
	return b
}

// Index is a keyed blind index: equal plaintexts of one kind have equal
// indexes, and without the key nothing can be learnt or tried. The caller
// brings the plaintext into one form first (no spaces, upper case).
func (v *Vault) Index(kind string, plaintext []byte) [16]byte {
	sum := v.index.sum(kind, plaintext)
	return [16]byte(sum[:16])
}

// Token is Index as text: 22 characters that are safe in a URL or a file name.
func (v *Vault) Token(kind string, plaintext []byte) string {
	i := v.Index(kind, plaintext)
	return base64.RawURLEncoding.EncodeToString(i[:])
}

// PRF is a keyed pseudo-random function of data, separate for each kind, and
// separate from Index.
func (v *Vault) PRF(kind string, data []byte) [32]byte { return v.prf.sum(kind, data) }

// KeyID names the key, in hexadecimal; it tells nothing about it.
func (v *Vault) KeyID() string { return fmt.Sprintf("%x", v.id) }

// String shows the key id only.
func (v *Vault) String() string { return "vault(key " + v.KeyID() + ")" }

// GoString shows the key id only.
func (v *Vault) GoString() string { return v.String() }

// Format shows the key id only, whatever the verb.
func (v *Vault) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(v.String())) }

// MarshalText shows the key id only; JSON and YAML use it.
func (v *Vault) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// MarshalJSON shows the key id only.
func (v *Vault) MarshalJSON() ([]byte, error) { return []byte(`"` + v.String() + `"`), nil }

// macs lends HMAC-SHA-256 states, whose set-up costs more than their use.
type macs struct{ pool sync.Pool }

type mac struct {
	hash.Hash
	head [4]byte
	sum  [sha256.Size]byte
	kind []byte
}

func newMACs(key []byte) *macs {
	return &macs{pool: sync.Pool{New: func() any { return &mac{Hash: hmac.New(sha256.New, key)} }}}
}

// sum is the MAC of the kind's length, the kind and the data.
func (m *macs) sum(kind string, data []byte) [sha256.Size]byte {
	h := m.pool.Get().(*mac)
	defer m.pool.Put(h)
	h.Reset()
	binary.BigEndian.PutUint32(h.head[:], uint32(len(kind)))
	h.kind = append(h.kind[:0], kind...)
	_, _ = h.Write(h.head[:]) // a hash.Hash never returns an error
	_, _ = h.Write(h.kind)
	_, _ = h.Write(data)
	h.Sum(h.sum[:0])
	return h.sum
}
