package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/store/commit"
)

// ErrKey is returned by Open when the vault's key is not the one that sealed
// what the file holds.
var ErrKey = errors.New("sqlite: the vault has another key than this file")

// Options say which file and how. Path and Vault are required.
type Options struct {
	Path    string           // of the database file; made if missing
	Vault   booking.Vault    // seals texts and customers
	CacheMB int              // writer's page cache in MiB; default 64
	OnFatal func(error)      // called once when the store has stopped for good: exit and start again
	Log     *zap.Logger      // no-op by default
	Now     func() time.Time // time.Now by default; ids and probes of a full disk follow it

	// Queue bounds the jobs that wait; default 8192.
	Queue int
	// MaxPages bounds the file in pages of 4 KiB; 0 is no bound.
	MaxPages int64
	// WrapCommit, for tests, runs in place of each COMMIT and may fail before or
	// after calling it.
	WrapCommit func(commit func() error) error
}

// Store is a booking.Store in one SQLite file. See the package for what runs where.
type Store struct {
	db    *commit.DB
	codec codec
	log   *zap.Logger
	now   func() time.Time

	epoch    int64
	lastText time.Time

	// Of the writer goroutine.
	ids   ids
	newID func() int64
	kept  kept

	down    atomic.Pointer[error] // why the store is closed or stopped
	full    atomic.Bool           // the last batch did not fit on the disk
	probeMu sync.Mutex
	probed  time.Time // last look whether there is room again; probeMu
}

var _ booking.Store = (*Store)(nil)

// Open opens or makes the file for this process alone, brings its schema up to
// date and counts the opening. Errors: ErrKey, commit.ErrLocked when another
// process has it, commit.ErrNewerSchema, or what the file system said.
func Open(o Options) (*Store, error) {
	if o.Vault == nil {
		return nil, errors.New("sqlite: Options.Vault is required")
	}
	s := &Store{codec: newCodec(o.Vault), log: o.Log, now: o.Now, kept: kept{by: map[booking.MSISDN]*keptCustomer{}}}
	if s.log == nil {
		s.log = zap.NewNop()
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.newID = s.ids.give
	db, err := commit.Open(commit.Options{
		Path: o.Path, Migrations: migrations(), CacheMB: o.CacheMB, Queue: o.Queue, MaxPages: o.MaxPages, WrapCommit: o.WrapCommit,
		OnFatal: func(err error) { s.stopped(err, o.OnFatal) },
		OnPanic: func(p *commit.PanicError) {
			s.log.Error("a turn or what follows its commit panicked; an uncommitted one was undone", zap.String("panic", p.Error()))
		},
	})
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	s.db = db
	if err := db.Do(context.Background(), s.begin); err != nil {
		return nil, errors.Join(fmt.Errorf("sqlite: open: %w", err), db.Close())
	}
	return s, nil
}

// begin counts the opening and takes over where the last one ended.
func (s *Store) begin(tx *commit.Tx) error {
	var highest int64
	found, err := tx.Get(`SELECT epoch, ids, canary FROM meta`, func(r commit.Row) error {
		s.epoch, highest = r.Int64(0), r.Int64(1)
		if !s.codec.isCanary(r.Bytes(2)) {
			return ErrKey
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !found {
		if _, _, err := tx.Exec(`INSERT INTO meta (id, epoch, ids, canary) VALUES (1, 0, 0, ?)`, s.codec.canary()); err != nil {
			return err
		}
	}
	for _, table := range []string{"inbox", "outbox", "orders", "attempts", "journal", "receipts", "owners", "notices"} {
		if _, err := tx.Get(`SELECT coalesce(max(id), 0) FROM `+table, func(r commit.Row) error {
			highest = max(highest, r.Int64(0)+1)
			return nil
		}); err != nil {
			return err
		}
	}
	// Ids follow the order of arrival, and the times of texts nearly do.
	if _, err := tx.Get(`SELECT max(at) FROM (SELECT at FROM inbox ORDER BY id DESC LIMIT 1000)`, func(r commit.Row) error {
		s.lastText = instant(r, 0)
		return nil
	}); err != nil {
		return err
	}
	s.epoch++
	reserved := s.ids.start(highest, s.now())
	_, _, err = tx.Exec(`UPDATE meta SET epoch = ?, ids = ?`, s.epoch, reserved)
	return err
}

func (s *Store) stopped(err error, onFatal func(error)) {
	err = fmt.Errorf("%w: %w", booking.ErrStoreDown, err)
	s.down.CompareAndSwap(nil, &err)
	s.log.Error("store stopped; nothing more is accepted until the process starts again", zap.Error(err))
	if onFatal != nil {
		onFatal(err)
	}
}

// Close refuses new jobs, ends those that wait and gives the file free.
func (s *Store) Close() error {
	closed := fmt.Errorf("%w: closed", booking.ErrStoreDown)
	s.down.CompareAndSwap(nil, &closed)
	_ = s.db.Do(context.Background(), s.release) // it saves ids only
	return s.db.Close()
}

// release gives reserved ids back that were not given out.
func (s *Store) release(tx *commit.Tx) error {
	s.ids.reserved.Store(s.ids.next) // a turn that still comes reserves anew
	_, _, err := tx.Exec(`UPDATE meta SET ids = ?`, s.ids.next)
	return err
}

// Epoch is the number of this opening of the file.
func (s *Store) Epoch() int64 { return s.epoch }

// LastText is when the last text before this opening was received; zero for none.
func (s *Store) LastText() time.Time { return s.lastText }

// Stats are the writer's counters.
func (s *Store) Stats() commit.Stats { return s.db.Stats() }
