package store

import (
	"context"
	"fmt"
	"io"
	"strings"

	"shortfare/booking"
	"shortfare/store/sqlite"
)

// Reader reads a store beside the service that uses it.
type Reader interface {
	io.Closer
	// EachCustomer gives every customer above after to each, in order of MSISDN.
	EachCustomer(ctx context.Context, after booking.MSISDN, each func(*booking.Customer) error) error
	// EachOrder gives every order with an id above after to each, in order of id.
	EachOrder(ctx context.Context, after booking.OrderID, each func(*booking.Order) error) error
}

// OpenRead opens the store of a URL for reading only; nothing is made, migrated
// or written. Of the options Vault counts.
func OpenRead(url string, o Options) (Reader, error) {
	rest, ok := strings.CutPrefix(url, "sqlite:")
	path, slashes := strings.CutPrefix(rest, "//")
	if !ok || rest == "" || slashes && !strings.HasPrefix(path, "/") {
		return nil, fmt.Errorf("%w: write sqlite:PATH with a relative or absolute path", ErrURL)
	}
	r, err := sqlite.OpenRead(sqlite.Options{Path: path, Vault: o.Vault})
	if err != nil {
		return nil, err // not r: a nil *sqlite.Reader in the interface would not be nil
	}
	return r, nil
}
