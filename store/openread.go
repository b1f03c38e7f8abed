package store

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

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
	// EachEntry gives every line of the journal with an id above after to each, in order of id.
	EachEntry(ctx context.Context, after int64, each func(booking.Entry) error) error

	// Since tells where texts, replies and lines of the journal from a time on begin.
	Since(ctx context.Context, at time.Time) (booking.Marks, error)
	// TextsSince counts the texts among the next rows above after; last is the id of
	// the last of them, after itself when there is none.
	TextsSince(ctx context.Context, after int64, rows int) (n int, last int64, err error)
	// RepliesSince is TextsSince for replies up to the id upTo; it gives those with a receipt that could
	// not be delivered, without their words.
	RepliesSince(ctx context.Context, after, upTo int64, rows int) (n int, lost []booking.Answer, last int64, err error)
	// OrderLines lists orders with an id above after, in order of id.
	OrderLines(ctx context.Context, after booking.OrderID, limit int) ([]booking.OrderLine, error)
	// Departing lists orders by day and id.
	Departing(ctx context.Context, q booking.OrderQuery, limit int) ([]booking.OrderLine, error)
	// Order reads an order of a customer; nil when there is none.
	Order(ctx context.Context, m booking.MSISDN, id booking.OrderID) (*booking.Order, error)
	// Customer reads a customer; nil when there is none.
	Customer(ctx context.Context, m booking.MSISDN) (*booking.Customer, error)
	// TextsOf looks for texts of a customer among rows rows below before (0 for the
	// newest), newest first; below low nothing was looked at, 0 when all was.
	TextsOf(ctx context.Context, m booking.MSISDN, before int64, rows, limit int) (list []booking.MO, low int64, err error)
	// RepliesOf gives the replies to a customer with ids from `from` on and below before, oldest first.
	RepliesOf(ctx context.Context, m booking.MSISDN, from, before int64, limit int) ([]booking.Answer, error)
	// Count tells what was ordered for a day of departure.
	Count(ctx context.Context, day booking.Date) ([]booking.Tally, error)
	// Suspended lists the stops of sale that last.
	Suspended(ctx context.Context) ([]booking.Suspension, error)
	// Attempts lists attempts with an id above after, in order of id.
	Attempts(ctx context.Context, after int64, limit int) ([]booking.Attempt, error)
	// Reviews lists orders in review, the oldest first, without what is sealed of them.
	Reviews(ctx context.Context, limit int) ([]*booking.Order, error)
	// Transcript gives the newest texts of a customer, at most limit, and the replies to him from the first of them on, oldest first.
	Transcript(ctx context.Context, m booking.MSISDN, limit int) ([]booking.MO, []booking.Answer, error)
	// Callbacks lists callbacks that are not closed with a number above after, in order of number.
	Callbacks(ctx context.Context, after int64, limit int) ([]booking.Callback, error)
	// Callback returns a callback by its number, closed or not; nil when there is none.
	Callback(ctx context.Context, id int64) (*booking.Callback, error)
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
