package sqlite

// schema3: whom rows are sealed for, so that a customer can be erased; orders by
// day of departure, and what they are counted by; the waitlist; attempts about a
// customer; what operators stop and tell.
//
// The rows of owners are in order of time and keep their size, so that none is
// ever copied to another page and a secret has one place in the file. The indexes
// on unowned rows shrink to nothing: nothing is written without an owner any more.
//
// An order's day is that of its departure where it departs: its time is kept
// with the offset of that place. The index has what travellers are found by, behind
// the id, so that it grows at its end for each day.
const schema3 = `
CREATE TABLE owners (
	id     INTEGER PRIMARY KEY,
	secret BLOB NOT NULL         -- 16 random bytes; zeros when what it sealed was erased
) STRICT;

-- owner is NULL in rows from before: sealed for the MSISDN alone; 0 when they were erased.
ALTER TABLE customers ADD COLUMN owner INTEGER;
ALTER TABLE inbox ADD COLUMN owner INTEGER;
ALTER TABLE outbox ADD COLUMN owner INTEGER;
ALTER TABLE receipts ADD COLUMN owner INTEGER;
ALTER TABLE parts ADD COLUMN owner INTEGER;
CREATE INDEX inbox_unowned ON inbox (msisdn) WHERE owner IS NULL;
CREATE INDEX outbox_unowned ON outbox (msisdn) WHERE owner IS NULL;
CREATE INDEX receipts_unowned ON receipts (msisdn) WHERE owner IS NULL AND msisdn <> 0;
CREATE INDEX receipts_joined ON receipts (outbox) WHERE owner IS NULL AND outbox IS NOT NULL;

ALTER TABLE orders ADD COLUMN owner INTEGER;
ALTER TABLE orders ADD COLUMN people BLOB;     -- sealed: passengers and account
ALTER TABLE orders ADD COLUMN day INTEGER;     -- of departure, YYYYMMDD
ALTER TABLE orders ADD COLUMN number TEXT;     -- of the service
ALTER TABLE orders ADD COLUMN kind INTEGER;
ALTER TABLE orders ADD COLUMN class TEXT;      -- of the seats
ALTER TABLE orders ADD COLUMN who TEXT;        -- class of the customer
ALTER TABLE orders ADD COLUMN reason TEXT;
ALTER TABLE orders ADD COLUMN seats INTEGER;
ALTER TABLE orders ADD COLUMN minor INTEGER;   -- price in the minor unit of currency
ALTER TABLE orders ADD COLUMN currency TEXT;
UPDATE orders SET
	day = CASE WHEN data ->> '$.trip.dp' > '0002' THEN CAST(replace(substr(data ->> '$.trip.dp', 1, 10), '-', '') AS INTEGER)
		ELSE nullif(data ->> '$.trip.d', 0) END,
	number = data ->> '$.trip.n', kind = coalesce(data ->> '$.trip.k', 0), class = coalesce(data ->> '$.trip.fa[0].c', ''),
	who = coalesce(data ->> '$.cls', ''), reason = coalesce(data ->> '$.why', ''), seats = coalesce(data ->> '$.n', 0),
	minor = data ->> '$.price.m', currency = data ->> '$.price.c';
CREATE INDEX orders_day ON orders (day, id, number, msisdn) WHERE day IS NOT NULL;
CREATE INDEX orders_waiting ON orders (id) WHERE state = 1;
CREATE INDEX orders_unowned ON orders (msisdn) WHERE owner IS NULL;

CREATE TABLE attempts_ (
	id       INTEGER PRIMARY KEY,
	msisdn   INTEGER NOT NULL,
	order_id INTEGER REFERENCES orders (id), -- NULL for a call about the customer
	call     INTEGER NOT NULL,
	due      INTEGER,
	epoch    INTEGER NOT NULL
) STRICT;
INSERT INTO attempts_ SELECT id, msisdn, order_id, call, due, epoch FROM attempts;
DROP TABLE attempts;
ALTER TABLE attempts_ RENAME TO attempts;

-- Stops of sale. day is 0 for every day and class empty for every class.
CREATE TABLE suspensions (
	id     INTEGER PRIMARY KEY,
	number TEXT NOT NULL,
	day    INTEGER NOT NULL,
	class  TEXT NOT NULL,
	begun_by INTEGER NOT NULL,
	begun    INTEGER,
	ended_by INTEGER,
	ended    INTEGER            -- NULL while it lasts
) STRICT;
CREATE UNIQUE INDEX suspensions_lasting ON suspensions (number, day, class) WHERE ended IS NULL;

CREATE TABLE notices (
	id     INTEGER PRIMARY KEY,
	at     INTEGER,
	number TEXT NOT NULL,
	day    INTEGER NOT NULL,
	after  INTEGER NOT NULL,    -- customers up to that MSISDN were told
	told   INTEGER NOT NULL,
	done   INTEGER NOT NULL,
	body   BLOB NOT NULL        -- sealed JSON: an operator's text, an event, for whom
) STRICT;
CREATE INDEX notices_open ON notices (id) WHERE done = 0;

CREATE TABLE follows (
	number TEXT NOT NULL,
	day    INTEGER NOT NULL,    -- 0 for every day
	msisdn INTEGER NOT NULL,
	PRIMARY KEY (number, day, msisdn)
) STRICT, WITHOUT ROWID;
CREATE INDEX follows_customer ON follows (msisdn);

-- How far events of terminals are dealt with.
CREATE TABLE cursors (
	name  TEXT PRIMARY KEY,
	value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`
