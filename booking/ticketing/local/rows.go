package local

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"shortfare/booking"
	"shortfare/store/commit"
)

// migrations of the file. Keys are numbers where they can be: order ids grow
// with time, so that new rows go to one end of the table.
var migrations = []string{`
CREATE TABLE run (
	id      INTEGER PRIMARY KEY,
	service TEXT NOT NULL,
	date    INTEGER NOT NULL,    -- YYYYMMDD
	stops   INTEGER NOT NULL,    -- index of the last stop
	layout  TEXT NOT NULL,
	UNIQUE (date, service)
);
CREATE TABLE item (
	key      NOT NULL PRIMARY KEY,  -- INTEGER, or TEXT when it is no number
	state    INTEGER NOT NULL,      -- 1 held, 2 issued, 3 voided, 4 released, 5 refused
	run      INTEGER,               -- NULL: a tombstone of a key never used
	class    INTEGER,               -- index in the layout
	first    INTEGER,               -- stop
	last     INTEGER,               -- stop
	seats    BLOB,                  -- indexes in the class: varint differences
	until    INTEGER,               -- Unix milliseconds
	price    INTEGER,
	currency TEXT,
	reason   TEXT,                  -- of a refusal
	made     INTEGER NOT NULL,      -- Unix milliseconds
	changed  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX item_run ON item (run) WHERE state < 3;
`, `
ALTER TABLE item ADD COLUMN gone BLOB; -- of the seats, those that were cancelled one by one
`, `
CREATE TABLE passenger (
	key   NOT NULL,
	seat  INTEGER NOT NULL, -- index in the class
	token TEXT NOT NULL,    -- keyed blind index of the document; names and numbers are never here
	run   INTEGER,          -- NULL once the seat is free again
	PRIMARY KEY (key, seat)
) WITHOUT ROWID;
CREATE INDEX passenger_live ON passenger (run, token) WHERE run IS NOT NULL;
`, `
CREATE TABLE event (
	seq     INTEGER PRIMARY KEY, -- rows are never deleted, so that it grows
	service TEXT NOT NULL,
	date    INTEGER NOT NULL,
	change  TEXT NOT NULL,       -- cancelled, moved, restored
	shift   INTEGER NOT NULL,    -- milliseconds, of a moved run
	at      INTEGER NOT NULL     -- Unix milliseconds
);
CREATE INDEX event_run ON event (date, service, seq); -- the last one is what became of the run
ALTER TABLE item ADD COLUMN departs INTEGER; -- Unix milliseconds, by the timetable at the time of the hold
ALTER TABLE item ADD COLUMN boarded INTEGER; -- Unix milliseconds
`}

// state of an item's row. The numbers are in the file.
type state int64

const (
	held state = iota + 1
	issued
	voided
	released
	refused
)

func (s state) item() booking.TicketState {
	switch s {
	case held:
		return booking.ItemHeld
	case issued:
		return booking.ItemIssued
	case voided:
		return booking.ItemVoided
	default:
		return booking.ItemReleased
	}
}

// row is an item with its run.
type row struct {
	key           string
	state         state
	run           int64
	of            runKey
	stops         int
	layout        *layout
	span                   // as it was sold
	gone          []uint32 // of its seats, those cancelled since
	until         int64
	price         booking.Money
	reason        booking.Reason
	made, changed int64
	departs       int64 // by the timetable; 0 when not known
	boarded       int64 // 0 when nobody has
}

// arg is a key as it is stored.
func arg(key string) any {
	if n, err := strconv.ParseInt(key, 10, 64); err == nil && n > 0 && strconv.FormatInt(n, 10) == key {
		return n
	}
	return key
}

const itemColumns = `SELECT i.state, i.run, i.class, i.first, i.last, i.seats, i.until, i.price, i.currency, i.reason, i.made, i.changed,
	r.service, r.date, r.stops, r.layout, CAST(i.key AS TEXT), i.gone, i.departs, i.boarded FROM item i LEFT JOIN run r ON r.id = i.run`

// item reads the row of a key; nil when there is none.
func item(tx *commit.Tx, key string) (*row, error) {
	var it *row
	_, err := tx.Get(itemColumns+` WHERE i.key = ?`, func(r commit.Row) (err error) {
		it, err = scanItem(r)
		return err
	}, arg(key))
	return it, err
}

func scanItem(r commit.Row) (*row, error) {
	it := &row{state: state(r.Int64(0)), reason: booking.Reason(r.Text(9)), made: r.Int64(10), changed: r.Int64(11), key: r.Text(16)}
	if r.IsNull(1) {
		return it, nil
	}
	it.run, it.class, it.from, it.to = r.Int64(1), int(r.Int64(2)), int(r.Int64(3)), int(r.Int64(4))
	if !r.IsNull(18) {
		it.departs = r.Int64(18)
	}
	if !r.IsNull(19) {
		it.boarded = r.Int64(19)
	}
	it.until, it.price = r.Int64(6), booking.Money{Minor: r.Int64(7), Currency: r.Text(8)}
	it.of, it.stops = runKey{r.Text(12), booking.Date(r.Int64(13))}, int(r.Int64(14))
	var err error
	if it.seats, err = unpackSeats(r.Bytes(5)); err != nil {
		return nil, err
	}
	if it.gone, err = unpackSeats(r.Bytes(17)); err != nil {
		return nil, err
	}
	if it.layout, err = parseLayout(r.Text(15)); err != nil {
		return nil, err
	}
	return it, it.check()
}

// check refuses a row that its run has no place for.
func (it *row) check() error {
	if it.class < 0 || it.class >= len(it.layout.classes) || it.from < 0 || it.from >= it.to || it.to > it.stops {
		return fmt.Errorf("local terminal: item %s does not fit its run", it.key)
	}
	for _, s := range it.seats {
		if int(s) >= it.layout.classes[it.class].seats {
			return fmt.Errorf("local terminal: item %s has seat %d, its class has fewer", it.key, s)
		}
	}
	return nil
}

// left are the seats that the item still has, or had when it ended.
func (it *row) left() span {
	s := it.span
	if len(it.gone) == 0 {
		return s
	}
	s.seats = nil
	for _, seat := range it.seats {
		if !slices.Contains(it.gone, seat) {
			s.seats = append(s.seats, seat)
		}
	}
	return s
}

// places are the names of the seats left.
func (it *row) places() []string {
	if it.layout == nil {
		return nil
	}
	return it.layout.places(it.class, it.left().seats)
}

// insertTombstone files a key that nothing may be done under any more.
func insertTombstone(tx *commit.Tx, key string, s state, reason booking.Reason, now int64) error {
	_, _, err := tx.Exec(`INSERT INTO item (key, state, reason, made, changed) VALUES (?, ?, ?, ?, ?)`, arg(key), int64(s), text(reason), now, now)
	return err
}

func text(r booking.Reason) any {
	if r == "" {
		return nil
	}
	return string(r)
}

func setState(tx *commit.Tx, key string, from, to state, now int64) error {
	_, n, err := tx.Exec(`UPDATE item SET state = ?, changed = ? WHERE key = ? AND state = ?`, int64(to), now, arg(key), int64(from))
	if err == nil && n != 1 {
		err = fmt.Errorf("local terminal: item %s was not in its state", key)
	}
	if err == nil && to != issued {
		err = freePassengers(tx, key)
	}
	return err
}

// readRun fills a run's map from the file; id 0 when nothing was ever sold. It
// gives another run when the file has it with other seats or stops.
func readRun(tx *commit.Tx, fresh *run) (*run, error) {
	r := fresh
	became, err := readChange(tx, fresh.key)
	if err != nil {
		return r, err
	}
	r.change = became
	found, err := tx.Get(`SELECT id, stops, layout FROM run WHERE date = ? AND service = ?`, func(c commit.Row) error {
		l, err := parseLayout(c.Text(2))
		if err != nil {
			return err
		}
		r = newRun(fresh.key, int(c.Int64(1)), fresh.ends, l)
		r.id, r.change = c.Int64(0), became
		return nil
	}, int64(fresh.key.date), fresh.key.service)
	if err != nil || !found {
		return r, err
	}
	err = tx.Query(`SELECT CAST(key AS TEXT), state, class, first, last, seats, until, gone FROM item WHERE run = ? AND state < 3`, func(c commit.Row) error {
		it := row{key: c.Text(0), stops: r.stops, layout: r.layout}
		it.class, it.from, it.to = int(c.Int64(2)), int(c.Int64(3)), int(c.Int64(4))
		var err error
		if it.seats, err = unpackSeats(c.Bytes(5)); err != nil {
			return err
		}
		if it.gone, err = unpackSeats(c.Bytes(7)); err != nil {
			return err
		}
		if err := it.check(); err != nil {
			return err
		}
		r.set(it.left(), true)
		if state(c.Int64(1)) == held {
			r.keep(it.key, hold{it.span, c.Int64(6)})
		}
		return nil
	}, r.id)
	return r, err
}

// insertRun files a run with its first sale.
func insertRun(tx *commit.Tx, r *run) (int64, error) {
	id, _, err := tx.Exec(`INSERT INTO run (service, date, stops, layout) VALUES (?, ?, ?, ?)`,
		r.key.service, int64(r.key.date), r.stops, r.layout.String())
	return id, err
}

// setGone files which seats of an issued item are cancelled.
func setGone(tx *commit.Tx, key string, gone []uint32, now int64) error {
	_, n, err := tx.Exec(`UPDATE item SET gone = ?, changed = ? WHERE key = ? AND state = ?`, packSeats(gone), now, arg(key), int64(issued))
	if err == nil && n != 1 {
		err = fmt.Errorf("local terminal: item %s was not issued", key)
	}
	return err
}

func packSeats(seats []uint32) []byte {
	b := make([]byte, 0, 2*len(seats))
	last := uint32(0)
	for _, s := range seats {
		b = binary.AppendUvarint(b, uint64(s-last))
		last = s
	}
	return b
}

var errSeats = errors.New("local terminal: seats of an item cannot be read")

func unpackSeats(b []byte) ([]uint32, error) {
	var seats []uint32
	last := uint64(0)
	for len(b) > 0 {
		d, n := binary.Uvarint(b)
		if n <= 0 || d > maxSeats || last+d > maxSeats {
			return nil, errSeats
		}
		last += d
		seats = append(seats, uint32(last))
		b = b[n:]
	}
	return seats, nil
}
