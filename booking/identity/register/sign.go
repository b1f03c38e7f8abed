package register

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// Headers of a signed message, as Standard Webhooks 1.0 names them.
const (
	HeaderID        = "webhook-id"
	HeaderTimestamp = "webhook-timestamp" // Unix seconds
	HeaderSignature = "webhook-signature" // "v1," and base64; several, with a space between, while keys change
	HeaderKey       = "Idempotency-Key"
)

// Tolerance is how far the clocks of the two ends may be apart.
const Tolerance = 5 * time.Minute

// ErrSignature is what Verify returns; what exactly was wrong stands behind it.
var ErrSignature = errors.New("signature")

// Sign signs a body as Standard Webhooks 1.0 does (HMAC-SHA256 of ID, time and
// body with a dot between) and sets the headers.
func Sign(key []byte, h http.Header, id string, at time.Time, body []byte) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	h.Set(HeaderID, id)
	h.Set(HeaderTimestamp, stamp)
	h.Set(HeaderSignature, "v1,"+base64.StdEncoding.EncodeToString(mac(key, id, stamp, body)))
}

// Verify tells whether a message with that ID was signed with the key, not
// longer than Tolerance from now.
func Verify(key []byte, h http.Header, id string, now time.Time, body []byte) error {
	stamp := h.Get(HeaderTimestamp)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	switch {
	case err != nil:
		return fmt.Errorf("%w: no time", ErrSignature)
	case h.Get(HeaderID) != id:
		return fmt.Errorf("%w: of another message", ErrSignature)
	case now.Sub(time.Unix(seconds, 0)).Abs() > Tolerance:
		return fmt.Errorf("%w: its time is more than %s from ours", ErrSignature, Tolerance)
	}
	want := mac(key, id, stamp, body)
	for _, one := range strings.Fields(h.Get(HeaderSignature)) {
		text, ok := strings.CutPrefix(one, "v1,")
		if got, err := base64.StdEncoding.DecodeString(text); ok && err == nil && hmac.Equal(got, want) {
			return nil
		}
	}
	return fmt.Errorf("%w: none that is right", ErrSignature)
}

func mac(key []byte, id, stamp string, body []byte) []byte {
	m := hmac.New(sha256.New, key)
	_, _ = io.WriteString(m, id+"."+stamp+".")
	_, _ = m.Write(body)
	return m.Sum(nil)
}

// MinKey is the least length of a key.
const MinKey = 32

// ReadKey reads the key that both ends share: the text of the file without the
// line end, at least MinKey characters. A file that others than its owner can
// touch is refused.
func ReadKey(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat() // of the open file, so that it is the one that is read
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("key file %s is no regular file", file)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("mode of key file %s is %04o, so that others can read it; do: chmod 0400 %s", file, mode, file)
	}
	const limit = 4096
	text, err := io.ReadAll(io.LimitReader(f, limit))
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", file, err)
	}
	key := []byte(strings.TrimRight(string(text), "\r\n"))
	if len(key) < MinKey || len(text) == limit {
		return nil, fmt.Errorf("key file %s holds %d characters; write %d to %d", file, len(key), MinKey, limit-1)
	}
	return key, nil
}
