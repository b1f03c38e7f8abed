package sqlite

import (
	"context"
	"fmt"
	"time"

	"shortfare/booking"
	"shortfare/store/commit"
)

const (
	suspendedQuery = `SELECT number, day, class, begun_by, begun FROM suspensions WHERE ended IS NULL ORDER BY number, day, class`
	noticesQuery   = `SELECT id, number, day, after, told, body FROM notices WHERE done = 0 ORDER BY id`
)

// noticeOwner is whom notices are sealed for: they belong to no customer.
const noticeOwner = "notice"

// noticeBody is the sealed part of a notice. At is there with its offset, which
// says when a day begins.
type noticeBody struct {
	At       time.Time  `json:"t"`
	Terminal string     `json:"x,omitempty"`
	Group    string     `json:"g,omitempty"`
	Text     string     `json:"m,omitempty"`
	Event    *eventBody `json:"e,omitempty"`
	Callback int64      `json:"b,omitempty"`
}

// eventBody is a booking.ServiceEvent.
type eventBody struct {
	Seq     int64                 `json:"s"`
	Service string                `json:"r"`
	Date    booking.Date          `json:"d"`
	Change  booking.ServiceChange `json:"c"`
	Shift   int64                 `json:"h,omitempty"` // nanoseconds
	At      time.Time             `json:"t"`
}

func bodyOf(n *booking.Notice) noticeBody {
	b := noticeBody{At: n.At, Terminal: n.Terminal, Group: n.Group, Text: n.Text, Callback: n.Callback}
	if e := n.Event; e != nil {
		b.Event = &eventBody{Seq: e.Seq, Service: e.Service, Date: e.Date, Change: e.Change, Shift: int64(e.Shift), At: e.At}
	}
	return b
}

// fill puts what was sealed into the notice.
func (b *noticeBody) fill(n *booking.Notice) {
	n.At, n.Terminal, n.Group, n.Text, n.Callback = b.At, b.Terminal, b.Group, b.Text, b.Callback
	if e := b.Event; e != nil {
		n.Event = &booking.ServiceEvent{Seq: e.Seq, Service: e.Service, Date: e.Date, Change: e.Change, Shift: time.Duration(e.Shift), At: e.At}
	}
}

// Suspended lists the stops of sale that last, by service, day and class.
func (s *Store) Suspended(ctx context.Context) (list []booking.Suspension, err error) {
	err = s.read(ctx, "suspensions", func(tx *commit.Tx) error {
		return tx.Query(suspendedQuery, func(r commit.Row) error {
			list = append(list, booking.Suspension{Number: r.Text(0), Day: booking.Date(r.Int64(1)), Class: r.Text(2),
				By: booking.MSISDN(r.Int64(3)), At: instant(r, 4)})
			return nil
		})
	})
	return list, err
}

// Notices lists those that are not done, in order of id.
func (s *Store) Notices(ctx context.Context) (list []booking.Notice, err error) {
	err = s.read(ctx, "notices", func(tx *commit.Tx) error {
		return tx.Query(noticesQuery, func(r commit.Row) error {
			n := booking.Notice{ID: r.Int64(0), Number: r.Text(1), Day: booking.Date(r.Int64(2)), After: booking.MSISDN(r.Int64(3)), Told: int(r.Int64(4))}
			var b noticeBody
			if err := s.codec.open(noticeOwner, r.Bytes(5), &b); err != nil {
				return fmt.Errorf("notice %d: %w", n.ID, err)
			}
			b.fill(&n)
			list = append(list, n)
			return nil
		})
	})
	return list, err
}

// Cursor is what Changes.Cursors last said; 0 at first.
func (s *Store) Cursor(ctx context.Context, name string) (value int64, err error) {
	err = s.read(ctx, "cursor", func(tx *commit.Tx) error {
		_, err := tx.Get(`SELECT value FROM cursors WHERE name = ?`, func(r commit.Row) error { value = r.Int64(0); return nil }, name)
		return err
	})
	return value, err
}

// writeNews writes what is not about one customer's orders.
func (j *job) writeNews(c *booking.Changes) error {
	for i := range c.Suspensions {
		if err := j.suspend(&c.Suspensions[i]); err != nil {
			return err
		}
	}
	for i := range c.Notices {
		n := &c.Notices[i]
		body, err := j.s.codec.seal(noticeOwner, bodyOf(n))
		if err != nil {
			return fmt.Errorf("sqlite: write notice %d: %w", n.ID, err)
		}
		if err := j.exec("write notice", `INSERT INTO notices (id, at, number, day, after, told, done, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET after = excluded.after, told = excluded.told, done = excluded.done, body = excluded.body`,
			n.ID, past(n.At), n.Number, int64(n.Day), uint64(n.After), n.Told, n.Done, body); err != nil {
			return err
		}
	}
	for i := range c.Follows {
		if err := j.follow(&c.Follows[i]); err != nil {
			return err
		}
	}
	for name, value := range c.Cursors {
		if err := j.exec("write cursor", `INSERT INTO cursors (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
			name, value); err != nil {
			return err
		}
	}
	return j.writeCallbacks(c)
}

// suspend begins a stop of sale, or ends it. One that began again keeps its
// beginning, and one that does not last has nothing to end.
func (j *job) suspend(s *booking.Suspension) error {
	if !s.Until.IsZero() {
		return j.exec("end suspension", `UPDATE suspensions SET ended_by = ?, ended = ? WHERE number = ? AND day = ? AND class = ? AND ended IS NULL`,
			uint64(s.By), s.Until.UnixMilli(), s.Number, int64(s.Day), s.Class)
	}
	return j.exec("begin suspension", `INSERT INTO suspensions (number, day, class, begun_by, begun) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (number, day, class) WHERE ended IS NULL DO NOTHING`, s.Number, int64(s.Day), s.Class, uint64(s.By), past(s.At))
}

func (j *job) follow(f *booking.Follow) error {
	if f.Customer != j.keys.Customer || f.Customer == 0 {
		return errForeign
	}
	query := `INSERT OR IGNORE INTO follows (number, day, msisdn) VALUES (?, ?, ?)`
	if f.Off {
		query = `DELETE FROM follows WHERE number = ? AND day = ? AND msisdn = ?`
	}
	return j.exec("write follow", query, f.Number, int64(f.Day), uint64(f.Customer))
}
