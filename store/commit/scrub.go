package commit

import (
	"errors"
	"fmt"
	"time"
)

const (
	scrubWait  = 50 // milliseconds that the writer waits for readers
	scrubAgain = time.Second
)

// scrub empties the log: its pages are copied into the file, and it is cut to
// nothing, so that old copies of pages are gone. While a reader holds a snapshot
// that can't be done, and a timer asks for it again. The error is fatal.
func (db *DB) scrub(c *conn) error {
	emptied, err := truncateLog(c)
	if err != nil {
		return fatalOnly(err)
	}
	if !emptied {
		time.AfterFunc(scrubAgain, db.scrubLater)
	}
	return nil
}

// scrubLater queues another try, also when the queue is full now. A closed
// database needs none.
func (db *DB) scrubLater() {
	if err := db.enqueue(item{step: db.scrub}); errors.Is(err, ErrFull) {
		time.AfterFunc(scrubAgain, db.scrubLater)
	}
}

// truncateLog tells whether it could empty the log.
func truncateLog(c *conn) (bool, error) {
	if err := c.exec(fmt.Sprintf("PRAGMA busy_timeout=%d", scrubWait)); err != nil {
		return false, err
	}
	busy, err := c.value("PRAGMA wal_checkpoint(TRUNCATE)")
	return busy == "0", errors.Join(err, c.exec(fmt.Sprintf("PRAGMA busy_timeout=%d", busyTimeout)))
}
