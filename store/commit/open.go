package commit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

// noContext is for everything that must run to its end.
var noContext = context.Background()

// Options say which file and how. Zero values mean the defaults given.
type Options struct {
	// Path of the database file. Its directory is made (0700) if missing; new files are 0600.
	Path string
	// Migrations are SQL scripts, each applied once, in order, in a transaction.
	// The list only ever grows: an entry that a file went through must not change.
	Migrations []string
	// CacheMB is the writer's page cache in MiB; default 64. It decides the cost of a job on a large file.
	CacheMB int
	// Queue bounds the jobs that wait; default 8192.
	Queue int
	// MaxBatch bounds the jobs of one COMMIT; default 512.
	MaxBatch int
	// Readers is the number of reading connections; default 2. More than the number of cores slows the writer.
	Readers int
	// CheckpointPages is the length of the log, in pages, at which the writer copies it
	// into the file; default 1000. More gives throughput and longer worst cases.
	CheckpointPages int
	// MaxPages bounds the file, in pages of 4 KiB; 0 is no bound. Beyond it jobs get ErrDiskFull.
	MaxPages int64
	// OnFatal is called once, on the writer goroutine, after every waiter has been
	// told: the process is to exit and recover from the log.
	OnFatal func(error)
	// OnPanic hears of panics of jobs and of done functions, on the writer goroutine.
	OnPanic func(*PanicError)
	// WrapCommit, for tests, runs in place of each COMMIT and may fail before or
	// after calling it: "failed and not done", "failed but done".
	WrapCommit func(commit func() error) error
}

func (o *Options) setDefaults() {
	def := func(p *int, v int) {
		if *p <= 0 {
			*p = v
		}
	}
	def(&o.CacheMB, 64)
	def(&o.Queue, 8192)
	def(&o.MaxBatch, 512)
	def(&o.Readers, 2)
	def(&o.CheckpointPages, 1000)
	o.MaxBatch = min(o.MaxBatch, o.Queue)
	if o.WrapCommit == nil {
		o.WrapCommit = func(commit func() error) error { return commit() }
	}
}

// Open opens or makes the file, takes it for this process alone, migrates it
// and starts the writer. Errors: ErrLocked, ErrNewerSchema, ErrMigrationChanged,
// or what the file system or SQLite said.
func Open(o Options) (*DB, error) {
	o.setDefaults()
	path, err := realPath(o.Path)
	if err != nil {
		return nil, err
	}
	o.Path = path
	lock, err := lockFile(path)
	if err != nil {
		return nil, err
	}
	w, err := openWriter(o)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	db := &DB{
		o: o, w: w, lock: lock,
		queue:   make([]item, o.Queue),
		readers: make(chan *conn, o.Readers),
		closing: make(chan struct{}), stopped: make(chan struct{}),
	}
	db.wake = sync.NewCond(&db.mu)
	db.waiters.New = func() any { return newWaiter() }
	for range o.Readers {
		db.readers <- nil // dialled at first use
	}
	if err := db.scrub(w); err != nil { // a crash may have come before a Tx.Scrub was done
		return nil, errors.Join(err, w.close(), lock.Close())
	}
	go db.write()
	return db, nil
}

// realPath makes the directory and follows links, so that one file has one
// lock however it is named.
func realPath(path string) (string, error) {
	if path == "" || path == ":memory:" {
		return "", errors.New("commit: Options.Path must name a file")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("commit: %w", err)
	}
	if err := makeDir(filepath.Dir(path)); err != nil {
		return "", fmt.Errorf("commit: make directory: %w", err)
	}
	real, err := filepath.EvalSymlinks(path)
	if err == nil {
		return real, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("commit: %w", err)
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return "", fmt.Errorf("commit: %w", err)
	}
	return filepath.Join(dir, filepath.Base(path)), nil
}

// makeDir is os.MkdirAll that a power cut cannot undo.
func makeDir(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	parent := filepath.Dir(dir)
	if parent == dir {
		return fs.ErrNotExist
	}
	if err := makeDir(parent); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(parent)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// createFile makes the database file with its mode before SQLite sees it; the
// log and its index inherit the mode. An existing file is not opened here:
// closing it again would drop SQLite's locks.
func createFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("commit: create: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close(), syncDir(filepath.Dir(path))); err != nil {
		return fmt.Errorf("commit: create %s: %w", path, err)
	}
	return nil
}

func openWriter(o Options) (*conn, error) {
	if err := createFile(o.Path); err != nil {
		return nil, err
	}
	c, err := dial(o.Path, "rw", "BEGIN IMMEDIATE")
	if err != nil {
		return nil, err
	}
	if err := prepareWriter(c, o); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func prepareWriter(c *conn, o Options) error {
	cache, checkpoint := strconv.Itoa(-o.CacheMB*1024), strconv.Itoa(o.CheckpointPages)
	for _, p := range [][3]string{
		{"journal_mode", "WAL", "wal"},
		{"synchronous", "FULL", "2"}, // in WAL mode the driver's default is NORMAL, which a power cut undoes
		{"fullfsync", "ON", "1"},     // the same promise on Darwin
		{"secure_delete", "ON", "1"}, // what is deleted is zeroed
		{"wal_autocheckpoint", checkpoint, checkpoint},
		{"foreign_keys", "ON", "1"},
		{"cache_size", cache, cache},
		{"temp_store", "MEMORY", "2"}, // savepoints' journals need no file
	} {
		if err := c.set(p[0], p[1], p[2]); err != nil {
			return fmt.Errorf("%w (%s)", err, o.Path)
		}
	}
	if err := migrate(c, o.Migrations); err != nil {
		return fmt.Errorf("%w (%s)", err, o.Path)
	}
	if o.MaxPages > 0 {
		return setMaxPages(c, o.MaxPages)
	}
	return nil
}

func setMaxPages(c *conn, pages int64) error {
	if pages <= 0 {
		pages = 4294967294 // SQLite's own limit
	}
	if _, err := c.value("PRAGMA max_page_count=" + strconv.FormatInt(pages, 10)); err != nil {
		return err
	}
	return nil
}

func openReader(o Options) (*conn, error) {
	c, err := dial(o.Path, "ro", "BEGIN")
	if err != nil {
		return nil, err
	}
	cache := strconv.Itoa(-max(2, o.CacheMB/8) * 1024)
	if err := errors.Join(c.set("query_only", "ON", "1"), c.set("cache_size", cache, cache)); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}
