package commit

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Errors of OpenRead beside those of Open.
var (
	// ErrNoFile: there is no database file.
	ErrNoFile = errors.New("commit: no database file")
	// ErrReadOnly: the file was opened for reading.
	ErrReadOnly = errors.New("commit: opened for reading")
	// ErrOlderSchema: this program would have to migrate the file, which a reader does not do.
	ErrOlderSchema = errors.New("commit: schema is older than this program")
)

// OpenRead opens an existing file for reading beside the process that writes it:
// Read gives snapshots of its last commit, on read-only connections. The file's
// lock is not taken; nothing is written or migrated. The writer never waits for a
// reader, but cannot shorten its log past a snapshot that is in use, so snapshots
// should be short. Do and Submit of such a DB give ErrReadOnly.
//
// Of the options Path, Migrations, CacheMB and Readers count. Errors: ErrNoFile,
// ErrNewerSchema, ErrOlderSchema, ErrMigrationChanged, or what the file system or
// SQLite said.
func OpenRead(o Options) (*DB, error) {
	o.setDefaults()
	if _, err := os.Stat(o.Path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrNoFile, o.Path)
	} else if err != nil {
		return nil, fmt.Errorf("commit: %w", err)
	}
	path, err := filepath.EvalSymlinks(o.Path) // the log lies beside the file itself
	if err != nil {
		return nil, fmt.Errorf("commit: %w", err)
	}
	o.Path = path
	c, err := openReader(o)
	if err != nil {
		return nil, err
	}
	if err := sameSchema(c, o.Migrations); err != nil {
		return nil, errors.Join(fmt.Errorf("%w (%s)", err, o.Path), c.close())
	}
	db := &DB{o: o, readers: make(chan *conn, o.Readers), closing: make(chan struct{}), stopped: make(chan struct{})}
	db.wake = sync.NewCond(&db.mu)
	db.waiters.New = func() any { return newWaiter() }
	close(db.stopped) // there is no writer to wait for
	db.readers <- c
	for range o.Readers - 1 {
		db.readers <- nil // dialled at first use
	}
	return db, nil
}

// sameSchema tells whether the file went through these migrations and no others.
func sameSchema(c *conn, migrations []string) error {
	if err := c.control(c.begin); err != nil {
		return fmt.Errorf("commit: read: %w", err)
	}
	applied, err := digests(c)
	if err := errors.Join(err, c.abandon()); err != nil {
		return err
	}
	if len(applied) > len(migrations) {
		return fmt.Errorf("%w: the file has version %d, this program knows %d; use the program that wrote it", ErrNewerSchema, len(applied), len(migrations))
	}
	if len(applied) < len(migrations) {
		return fmt.Errorf("%w: the file has version %d, this program wants %d; start the service once, it brings the file up to date",
			ErrOlderSchema, len(applied), len(migrations))
	}
	for i, script := range migrations {
		if sum := sha256.Sum256([]byte(script)); applied[i] != hex.EncodeToString(sum[:]) {
			return fmt.Errorf("%w: number %d", ErrMigrationChanged, i+1)
		}
	}
	return nil
}
