package sqlite

import (
	"context"
	"errors"
	"fmt"

	"shortfare/booking"
	"shortfare/store/commit"
)

// Reader reads a store that a service may be using: the exports of Store and
// nothing else. It is no opening in the sense of Store.Epoch.
type Reader struct{ s Store }

// OpenRead opens the file for reading beside the process that has it. Of the
// options Path and Vault count. Errors: ErrKey, commit.ErrNoFile,
// commit.ErrOlderSchema when no service of this version has opened it yet,
// commit.ErrNewerSchema, or what the file system said.
func OpenRead(o Options) (*Reader, error) {
	if o.Vault == nil {
		return nil, errors.New("sqlite: Options.Vault is required")
	}
	db, err := commit.OpenRead(commit.Options{Path: o.Path, Migrations: migrations(), CacheMB: o.CacheMB, Readers: 1})
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	r := &Reader{Store{db: db, codec: newCodec(o.Vault)}}
	if err := r.s.read(context.Background(), "meta", r.s.knowsKey); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return r, nil
}

// knowsKey tells whether the vault is the one that sealed what the file holds.
func (s *Store) knowsKey(tx *commit.Tx) error {
	ours := false
	_, err := tx.Get(`SELECT canary FROM meta`, func(r commit.Row) error {
		ours = s.codec.isCanary(r.Bytes(0))
		return nil
	})
	if err == nil && !ours {
		err = ErrKey
	}
	return err
}

// Close gives the file free.
func (r *Reader) Close() error { return r.s.db.Close() }

// EachCustomer is that of Store.
func (r *Reader) EachCustomer(ctx context.Context, after booking.MSISDN, each func(*booking.Customer) error) error {
	return r.s.EachCustomer(ctx, after, each)
}

// EachText is that of Store.
func (r *Reader) EachText(ctx context.Context, after int64, each func(booking.MO) error) error {
	return r.s.EachText(ctx, after, each)
}

// EachReply is that of Store.
func (r *Reader) EachReply(ctx context.Context, after int64, each func(booking.MT, booking.Sent) error) error {
	return r.s.EachReply(ctx, after, each)
}

// EachOrder is that of Store.
func (r *Reader) EachOrder(ctx context.Context, after booking.OrderID, each func(*booking.Order) error) error {
	return r.s.EachOrder(ctx, after, each)
}

// EachEntry is that of Store.
func (r *Reader) EachEntry(ctx context.Context, after int64, each func(booking.Entry) error) error {
	return r.s.EachEntry(ctx, after, each)
}

// EachReceipt is that of Store.
func (r *Reader) EachReceipt(ctx context.Context, after int64, each func(rc booking.Receipt, outbox int64) error) error {
	return r.s.EachReceipt(ctx, after, each)
}

// Callbacks is that of Store.
func (r *Reader) Callbacks(ctx context.Context, after int64, limit int) ([]booking.Callback, error) {
	return r.s.Callbacks(ctx, after, limit)
}

// Callback is that of Store.
func (r *Reader) Callback(ctx context.Context, id int64) (*booking.Callback, error) {
	return r.s.Callback(ctx, id)
}

// Transcript is that of Store.
func (r *Reader) Transcript(ctx context.Context, m booking.MSISDN, limit int) ([]booking.MO, []booking.Answer, error) {
	return r.s.Transcript(ctx, m, limit)
}

// Reviews is that of Store.
func (r *Reader) Reviews(ctx context.Context, limit int) ([]*booking.Order, error) {
	return r.s.Reviews(ctx, limit)
}

// Attempts is that of Store.
func (r *Reader) Attempts(ctx context.Context, after int64, limit int) ([]booking.Attempt, error) {
	return r.s.Attempts(ctx, after, limit)
}

// TextsOf is Store's.
func (r *Reader) TextsOf(ctx context.Context, m booking.MSISDN, before int64, rows, limit int) ([]booking.MO, int64, error) {
	return r.s.TextsOf(ctx, m, before, rows, limit)
}

// RepliesOf is Store's.
func (r *Reader) RepliesOf(ctx context.Context, m booking.MSISDN, from, before int64, limit int) ([]booking.Answer, error) {
	return r.s.RepliesOf(ctx, m, from, before, limit)
}
