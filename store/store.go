// Package store opens the durable store that a URL names.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/store/sqlite"
)

// ErrURL is returned for a URL that names no store.
var ErrURL = errors.New("not a store URL")

// Options are what every store needs.
type Options struct {
	Vault   booking.Vault // required: seals texts and customers
	CacheMB int           // page cache in MiB; default 64
	OnFatal func(error)   // called once when the store has stopped for good: exit and start again
	Log     *zap.Logger   // no-op by default

	Now func() time.Time // time.Now by default
	// WrapCommit, for tests, runs in place of each COMMIT and may fail before or after calling it.
	WrapCommit func(commit func() error) error
}

// Store is a booking.Store with what its owner needs besides.
type Store interface {
	booking.Store
	io.Closer
	// Prune deletes texts, replies, receipts and parts from before a time, and
	// what was told and stopped by then; it returns how many rows it deleted.
	Prune(ctx context.Context, before time.Time) (int64, error)
	// Count tells what was ordered for a day of departure, without waiting for turns.
	Count(ctx context.Context, day booking.Date) ([]booking.Tally, error)
}

// Open opens the store of a URL: "sqlite:PATH" is one SQLite file, made when
// there is none. Errors never quote the URL, which may hold a password.
func Open(url string, o Options) (Store, error) {
	scheme, rest, found := strings.Cut(url, ":")
	if !found {
		return nil, fmt.Errorf("%w: it has no scheme; for a SQLite file write sqlite:PATH", ErrURL)
	}
	switch scheme {
	case "sqlite":
		path, slashes := strings.CutPrefix(rest, "//")
		if rest == "" || slashes && !strings.HasPrefix(path, "/") {
			return nil, fmt.Errorf("%w: write sqlite:PATH with a relative or absolute path", ErrURL)
		}
		s, err := sqlite.Open(sqlite.Options{Path: path, Vault: o.Vault, CacheMB: o.CacheMB, OnFatal: o.OnFatal, Log: o.Log, Now: o.Now, WrapCommit: o.WrapCommit})
		if err != nil {
			return nil, err // not s: a nil *sqlite.Store in the interface would not be nil
		}
		return s, nil
	case "postgres", "postgresql":
		return nil, fmt.Errorf("%w: the PostgreSQL store is not built into this program; use sqlite:PATH", ErrURL)
	default:
		return nil, fmt.Errorf("%w: unknown scheme %.20q; known: sqlite", ErrURL, scheme)
	}
}
