package sqlite

// migrations are applied in order; an entry that was released never changes.
func migrations() []string {
	return []string{schema1, schema2, schema3, schema4, schema5, schema6, schema7, schema8}
}

// schema1: times are Unix milliseconds, NULL for none; states and calls have
// the numbers of package booking.
const schema1 = `
CREATE TABLE meta (
	id     INTEGER PRIMARY KEY CHECK (id = 1),
	epoch  INTEGER NOT NULL, -- openings of this file
	ids    INTEGER NOT NULL, -- every id given out is below this
	canary BLOB NOT NULL     -- sealed: tells whether the vault's key is this file's
) STRICT;

CREATE TABLE customers (
	msisdn INTEGER PRIMARY KEY,
	due    INTEGER,       -- next deadline
	data   BLOB NOT NULL  -- sealed JSON of booking.Customer
) STRICT;
CREATE INDEX customers_due ON customers (due) WHERE due IS NOT NULL;

CREATE TABLE inbox (
	id     INTEGER PRIMARY KEY,
	msisdn INTEGER NOT NULL,
	at     INTEGER,
	state  INTEGER NOT NULL,
	body   BLOB NOT NULL   -- sealed JSON: text, addresses, link
) STRICT;

CREATE TABLE orders (
	id     INTEGER PRIMARY KEY,
	msisdn INTEGER NOT NULL,
	state  INTEGER NOT NULL,
	data   TEXT NOT NULL   -- JSON of booking.Order
) STRICT;

CREATE TABLE attempts (
	id       INTEGER PRIMARY KEY,
	msisdn   INTEGER NOT NULL,
	order_id INTEGER NOT NULL REFERENCES orders (id),
	call     INTEGER NOT NULL,
	due      INTEGER,
	epoch    INTEGER NOT NULL
) STRICT;

CREATE TABLE outbox (
	id         INTEGER PRIMARY KEY,
	msisdn     INTEGER NOT NULL,
	state      INTEGER NOT NULL,
	copies     INTEGER NOT NULL,
	cause      INTEGER NOT NULL, -- id of the text it answers, 0 for none
	flags      INTEGER NOT NULL, -- 1 notice, 2 receipt asked for
	at         INTEGER,
	body       BLOB NOT NULL,    -- sealed JSON: text, addresses, preferred link
	link       TEXT,             -- that it was sent over
	message_id TEXT,             -- the carrier's
	status     INTEGER,          -- command_status of a refusal
	bind       INTEGER           -- that acknowledged it, as the carrier's link numbers binds
) STRICT;
CREATE INDEX outbox_ready ON outbox (id) WHERE state = 0;

-- Messages whose receipt is awaited.
CREATE TABLE sent (
	link       TEXT NOT NULL,
	message_id TEXT NOT NULL,
	outbox     INTEGER NOT NULL,
	PRIMARY KEY (link, message_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipts (
	id         INTEGER PRIMARY KEY,
	link       TEXT NOT NULL,
	message_id TEXT NOT NULL,
	state      TEXT NOT NULL,
	at         INTEGER,
	outbox     INTEGER,       -- the message it is about, once known
	raw        BLOB NOT NULL  -- sealed: carriers quote the text
) STRICT;
CREATE INDEX receipts_waiting ON receipts (link, message_id) WHERE outbox IS NULL;

CREATE TABLE parts (
	key   TEXT NOT NULL,
	seq   INTEGER NOT NULL,
	total INTEGER NOT NULL,
	at    INTEGER,
	body  BLOB NOT NULL,      -- sealed
	PRIMARY KEY (key, seq)
) STRICT, WITHOUT ROWID;

-- Append-only. A posting is one line with two accounts, so it balances.
CREATE TABLE journal (
	id         INTEGER PRIMARY KEY,
	at         INTEGER,
	msisdn     INTEGER NOT NULL,
	order_id   INTEGER NOT NULL,
	event      TEXT NOT NULL,
	from_state TEXT,
	to_state   TEXT,
	debit      TEXT,
	credit     TEXT,
	minor      INTEGER,       -- amount in the minor unit of currency
	currency   TEXT,
	cause      INTEGER NOT NULL
) STRICT;
CREATE TRIGGER journal_kept BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_fixed BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- Written when the disk was full, to see whether there is room again.
CREATE TABLE probe (id INTEGER PRIMARY KEY, fill BLOB NOT NULL) STRICT;
`

// schema2: a receipt knows its phone, so that another form of its message id
// may be trusted; undelivered tickets are found without looking at the others. Of
// the flags of a reply, 4 says that it repeats an undelivered one, 8 that it was
// undelivered and is dealt with.
const schema2 = `
ALTER TABLE receipts ADD COLUMN msisdn INTEGER NOT NULL DEFAULT 0;
CREATE INDEX outbox_undelivered ON outbox (id) WHERE state = 5 AND flags & 10 = 2;
`

// schema4: a long text has a message id for each of its parts. whole is that of
// the first one and NULL for a text in one piece; fate is what a receipt said of
// the part: NULL nothing yet, 4 delivered, 5 not, as outbox.state.
const schema4 = `
ALTER TABLE sent ADD COLUMN whole TEXT;
ALTER TABLE sent ADD COLUMN fate INTEGER;
CREATE INDEX sent_whole ON sent (link, whole) WHERE whole IS NOT NULL;
`

// schema5: ask is when the carrier is asked what became of a submit, NULL for
// never, and wire how it wrote the message id.
const schema5 = `
ALTER TABLE sent ADD COLUMN ask INTEGER;
ALTER TABLE sent ADD COLUMN wire TEXT;
CREATE INDEX sent_ask ON sent (ask) WHERE ask IS NOT NULL;
`

// schema6: customers whom a person is to call. Numbers are small, since operators
// text them, and never given twice. note is sealed for the customer.
const schema6 = `
CREATE TABLE callbacks (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	msisdn   INTEGER NOT NULL,
	at       INTEGER,            -- opened
	why      TEXT NOT NULL,
	order_id INTEGER,            -- that it is about
	code     TEXT,               -- of that order
	state    INTEGER NOT NULL,   -- 1 open, 2 taken, 3 closed
	by       INTEGER,            -- operator who took or closed it
	changed  INTEGER,            -- when the state was entered
	note     BLOB,
	owner    INTEGER             -- whom note is sealed for
) STRICT;
CREATE UNIQUE INDEX callbacks_standing ON callbacks (msisdn) WHERE state < 3;
CREATE INDEX callbacks_line ON callbacks (id) WHERE state < 3;
CREATE INDEX callbacks_noted ON callbacks (msisdn) WHERE note IS NOT NULL;
`

// schema8: customers by class, for what is told to one. label is a keyed function of
// the class, so that the file alone does not say who is old or lives where. Orders
// in review, for operators.
const schema8 = `
CREATE TABLE labels (
	label  INTEGER NOT NULL,
	msisdn INTEGER NOT NULL,
	PRIMARY KEY (label, msisdn)
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_review ON orders (id) WHERE state = 10;
`
