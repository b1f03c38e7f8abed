package torture

import (
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver that opens what others have written

	"shortfare/smpp/smsc"
)

// ledgers are all that is known after a run, each from its own source.
type ledgers struct {
	phones []phoneBook // what customers believe
	wire   smsc.Ledger // what the carrier saw
	kills  []time.Time
	lossy  bool      // the carrier also lost answers while the bind lived
	stop   time.Time // when it was asked to end: what it wrote later leaves in its next life
	end    time.Time

	// The store.
	inbox    []inboxRow
	outbox   []outboxRow
	orders   []orderRow
	journal  []journalRow
	attempts int

	// The bank.
	debits  []debitRow
	refunds []refundRow
	asked   []askedRow

	// The terminal.
	runs   []runRow
	items  []itemRow
	people []personRow
}

type phoneBook struct {
	msisdn  string
	log     []entry
	tickets map[string]int // orders with a valid ticket and for how many seats, 0 when that was not told
}

type inboxRow struct {
	id, msisdn int64
	at         int64 // Unix milliseconds
	state      int   // 0 turned, 1 failed, 2 ignored
}

type outboxRow struct {
	id, msisdn, cause int64
	at                int64 // Unix milliseconds
	state             int   // 0 ready, 1 sent, 2 refused, 3 two copies without an answer, 4 delivered
	copies            int
	notice, receipt   bool
	message           string
}

// orderRow is the part of an order that others know too.
type orderRow struct {
	ID      int64       `json:"id"`
	Code    string      `json:"code"`
	MSISDN  int64       `json:"cust"`
	State   int         `json:"st"`
	Reason  string      `json:"why"`
	Seats   int         `json:"n"`
	Charged bool        `json:"chg"`
	Ticket  bool        `json:"tkt"`
	Price   amount      `json:"price"`
	Refund  amount      `json:"ref"`
	Fee     amount      `json:"fee"`
	Fees    amount      `json:"fs"` // kept so far of all that paid for the ticket
	Places  []string    `json:"pl"`
	People  []any       `json:"px"` // without names
	Holds   int         `json:"hn"` // given up before the present one
	Trip    trip        `json:"trip"`
	Hold    time.Time   `json:"hu"`
	Free    time.Time   `json:"fre"` // cancels keep no fee until then
	Settle  time.Time   `json:"sd"`
	Next    int64       `json:"nx"`
	Funds   []fundRow   `json:"fu"`
	Refunds []returned  `json:"rf"`
	Former  []formerRow `json:"fo"`
	Swap    *swapRow    `json:"sw"`
	Wish    *wishRow    `json:"w"`
}

// trip is a part of a run.
type trip struct {
	Service string    `json:"s"`
	Date    int64     `json:"d"`
	From    int       `json:"f"`
	To      int       `json:"t"`
	Number  string    `json:"n"`
	Dep     time.Time `json:"dp"`
	Fares   []struct {
		Class string `json:"c"`
	} `json:"fa"`
}

// fundRow is a debit that pays for an order.
type fundRow struct {
	Key  string `json:"k"`
	Paid amount `json:"p"`
	Back amount `json:"b"`
}

// returned is a payment back as the order knows it.
type returned struct {
	Key    string    `json:"k"`
	Fund   string    `json:"f"`
	Amount amount    `json:"a"`
	State  string    `json:"s"`
	At     time.Time `json:"at"`
}

// formerRow is a seat that was cancelled alone.
type formerRow struct {
	Place string    `json:"p"`
	At    time.Time `json:"at"`
}

// swapRow is the ticket that an order is to take the place of.
type swapRow struct {
	Order  int64  `json:"o"`
	Code   string `json:"c"`
	Key    string `json:"k"`
	Credit amount `json:"p"`
	Fee    amount `json:"fe"`
	Fees   amount `json:"fs"`
	Done   bool   `json:"d"`
	Ended  bool   `json:"e"`
}

// wishRow is what an order of the waitlist waits for.
type wishRow struct {
	Trips  []trip    `json:"t"`
	Until  time.Time `json:"u"`
	Most   amount    `json:"m"`
	Joined time.Time `json:"j"`
}

// changed tells whether the order took another one's place.
func (o *orderRow) changed() bool { return o.Swap != nil && o.Swap.Done }

// key is that of the order's present hold at the terminal.
func (o *orderRow) key() string {
	if o.Holds > 0 {
		return fmt.Sprintf("%d-h%d", o.ID, o.Holds+1)
	}
	return strconv.FormatInt(o.ID, 10)
}

type amount struct {
	Minor    int64  `json:"m"`
	Currency string `json:"c"`
}

// States of an order, by their numbers in the store's documented schema.
const (
	stateWaiting = 1
	stateHeld    = 3
	stateIssued  = 6
	stateClosed  = 11
)

type journalRow struct {
	id, order, minor, at    int64
	event, from, to         string
	debit, credit, currency string
}

type debitRow struct {
	key, state, currency string
	amount               int64
	tomb                 bool
}

type refundRow struct {
	key, debit string
	amount     int64
	at         int64 // Unix milliseconds
}

// personRow is who has which seat of an item; run is 0 when the seat is free again.
type personRow struct {
	key, token string
	seat       uint64
	run        int64
}

type askedRow struct {
	key string
	n   int
}

type runRow struct {
	id, date int64
	service  string
	stops    int
}

type itemRow struct {
	key           string
	state         int // 1 held, 2 issued, 3 voided, 4 released, 5 refused
	run           int64
	class         int
	first, last   int
	seats         []uint64 // as it was sold
	gone          []uint64 // of them, those cancelled alone
	until, price  int64
	made, changed int64
	currency      string
	bare          bool // a key that never had seats
}

// States of an item in the terminal's book.
const (
	itemHeld = iota + 1
	itemIssued
	itemVoided
	itemReleased
)

// rows runs a query on a file that nobody writes any more, or only reads.
func rows(path, query string, scan func(func(...any) error) error) error {
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro&_busy_timeout=5000")
	if err != nil {
		return err
	}
	defer db.Close()
	list, err := db.Query(query)
	if err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	defer list.Close()
	for list.Next() {
		if err := scan(list.Scan); err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
	}
	return list.Err()
}

// readStore reads what the gateway keeps.
func (l *ledgers) readStore(path string) error {
	steps := []struct {
		query string
		scan  func(func(...any) error) error
	}{
		{`SELECT id, msisdn, state, coalesce(at, 0) FROM inbox ORDER BY id`, func(scan func(...any) error) error {
			var r inboxRow
			defer func() { l.inbox = append(l.inbox, r) }()
			return scan(&r.id, &r.msisdn, &r.state, &r.at)
		}},
		{`SELECT id, msisdn, cause, coalesce(at, 0), state, copies, flags & 1, flags & 2 <> 0, coalesce(message_id, '') FROM outbox ORDER BY id`, func(scan func(...any) error) error {
			var r outboxRow
			defer func() { l.outbox = append(l.outbox, r) }()
			return scan(&r.id, &r.msisdn, &r.cause, &r.at, &r.state, &r.copies, &r.notice, &r.receipt, &r.message)
		}},
		{`SELECT id, msisdn, state, data FROM orders ORDER BY id`, func(scan func(...any) error) error {
			var id, msisdn int64
			var state int
			var data []byte
			if err := scan(&id, &msisdn, &state, &data); err != nil {
				return err
			}
			var r orderRow
			if err := json.Unmarshal(data, &r); err != nil {
				return err
			}
			if r.ID != id || r.State != state || r.MSISDN != msisdn {
				return fmt.Errorf("order %d: its columns differ from its data", id)
			}
			l.orders = append(l.orders, r)
			return nil
		}},
		{`SELECT id, order_id, event, coalesce(from_state, ''), coalesce(to_state, ''), coalesce(debit, ''), coalesce(credit, ''),
			coalesce(minor, 0), coalesce(currency, ''), coalesce(at, 0) FROM journal ORDER BY id`, func(scan func(...any) error) error {
			var r journalRow
			defer func() { l.journal = append(l.journal, r) }()
			return scan(&r.id, &r.order, &r.event, &r.from, &r.to, &r.debit, &r.credit, &r.minor, &r.currency, &r.at)
		}},
		{`SELECT count(*) FROM attempts`, func(scan func(...any) error) error { return scan(&l.attempts) }},
	}
	for _, s := range steps {
		if err := rows(path, s.query, s.scan); err != nil {
			return err
		}
	}
	return nil
}

// readBank reads the bank's own book.
func (l *ledgers) readBank(path string) error {
	if err := rows(path, `SELECT key, state, currency, amount, tomb FROM debit ORDER BY id`, func(scan func(...any) error) error {
		var r debitRow
		defer func() { l.debits = append(l.debits, r) }()
		return scan(&r.key, &r.state, &r.currency, &r.amount, &r.tomb)
	}); err != nil {
		return err
	}
	if err := rows(path, `SELECT key, debit, amount, at FROM refund ORDER BY key`, func(scan func(...any) error) error {
		var r refundRow
		defer func() { l.refunds = append(l.refunds, r) }()
		return scan(&r.key, &r.debit, &r.amount, &r.at)
	}); err != nil {
		return err
	}
	return rows(path, `SELECT key, n FROM asked ORDER BY key`, func(scan func(...any) error) error {
		var r askedRow
		defer func() { l.asked = append(l.asked, r) }()
		return scan(&r.key, &r.n)
	})
}

// readTerminal reads the ticket terminal's own book.
func (l *ledgers) readTerminal(path string) error {
	if err := rows(path, `SELECT id, date, service, stops FROM run ORDER BY id`, func(scan func(...any) error) error {
		var r runRow
		defer func() { l.runs = append(l.runs, r) }()
		return scan(&r.id, &r.date, &r.service, &r.stops)
	}); err != nil {
		return err
	}
	if err := rows(path, `SELECT CAST(key AS TEXT), seat, token, coalesce(run, 0) FROM passenger ORDER BY key, seat`, func(scan func(...any) error) error {
		var r personRow
		defer func() { l.people = append(l.people, r) }()
		return scan(&r.key, &r.seat, &r.token, &r.run)
	}); err != nil {
		return err
	}
	return rows(path, `SELECT CAST(key AS TEXT), state, coalesce(run, 0), coalesce(class, 0), coalesce(first, 0), coalesce(last, 0), seats, gone,
		coalesce(until, 0), coalesce(price, 0), coalesce(currency, ''), made, changed, run IS NULL FROM item ORDER BY made, key`, func(scan func(...any) error) error {
		var r itemRow
		var seats, gone []byte
		err := scan(&r.key, &r.state, &r.run, &r.class, &r.first, &r.last, &seats, &gone, &r.until, &r.price, &r.currency, &r.made, &r.changed, &r.bare)
		if err == nil {
			r.seats, err = unpack(seats)
		}
		if err == nil {
			r.gone, err = unpack(gone)
		}
		if err != nil {
			return fmt.Errorf("item %s: %w", r.key, err)
		}
		l.items = append(l.items, r)
		return nil
	})
}

// unpack reads seats: differences, as varints.
func unpack(packed []byte) (seats []uint64, err error) {
	at := uint64(0)
	for len(packed) > 0 {
		d, n := binary.Uvarint(packed)
		if n <= 0 {
			return nil, errors.New("seats cannot be read")
		}
		at += d
		seats, packed = append(seats, at), packed[n:]
	}
	return seats, nil
}

// clone copies the ledgers so that a row can be tampered with.
func (l *ledgers) clone() *ledgers {
	c := *l
	c.phones = slices.Clone(l.phones)
	for i := range c.phones {
		c.phones[i].log, c.phones[i].tickets = slices.Clone(c.phones[i].log), maps.Clone(c.phones[i].tickets)
	}
	c.wire.MOs, c.wire.MTs, c.wire.Texts = slices.Clone(l.wire.MOs), slices.Clone(l.wire.MTs), slices.Clone(l.wire.Texts)
	c.inbox, c.outbox, c.orders, c.journal = slices.Clone(l.inbox), slices.Clone(l.outbox), slices.Clone(l.orders), slices.Clone(l.journal)
	c.debits, c.refunds, c.asked = slices.Clone(l.debits), slices.Clone(l.refunds), slices.Clone(l.asked)
	c.runs, c.items, c.people = slices.Clone(l.runs), slices.Clone(l.items), slices.Clone(l.people)
	for i := range c.orders {
		o := &c.orders[i]
		o.Funds, o.Refunds, o.Former = slices.Clone(o.Funds), slices.Clone(o.Refunds), slices.Clone(o.Former)
		if o.Swap != nil {
			s := *o.Swap
			o.Swap = &s
		}
		if o.Wish != nil {
			w := *o.Wish
			o.Wish = &w
		}
	}
	return &c
}

// orderOf is the order that a key is about: `<order>`, or with a payment, a
// refund or a later hold behind it; 0 for a key that is none.
func orderOf(key string) int64 {
	head, _, _ := strings.Cut(key, "-")
	n, err := strconv.ParseInt(head, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
