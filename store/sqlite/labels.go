package sqlite

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"shortfare/booking"
	"shortfare/store/commit"
)

const (
	labelledQuery  = `SELECT msisdn FROM labels WHERE label = ? AND msisdn > ? ORDER BY msisdn LIMIT ?`
	membersQuery   = `SELECT count(*) FROM labels WHERE label = ?`
	customersQuery = `SELECT c.msisdn, c.due, c.data, c.owner, (SELECT secret FROM owners WHERE id = c.owner) FROM customers c
		WHERE c.msisdn > ? AND length(c.data) > 0 ORDER BY c.msisdn LIMIT ?`
)

// label is the column of a class.
func (c codec) label(name string) int64 {
	sum := c.vault.PRF("label", []byte(name))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

// Labelled lists customers above after with a label, in order of MSISDN.
func (s *Store) Labelled(ctx context.Context, label string, after booking.MSISDN, limit int) (list []booking.MSISDN, err error) {
	err = s.read(ctx, "customers of a class", func(tx *commit.Tx) error {
		return tx.Query(labelledQuery, func(r commit.Row) error {
			list = append(list, booking.MSISDN(r.Int64(0)))
			return nil
		}, s.codec.label(label), uint64(after), limit)
	})
	return list, err
}

// Customers lists customers above after as the last commit left them, in order of MSISDN.
func (s *Store) Customers(ctx context.Context, after booking.MSISDN, limit int) (list []*booking.Customer, err error) {
	err = s.read(ctx, "customers", func(tx *commit.Tx) error {
		return tx.Query(customersQuery, func(r commit.Row) error {
			_, c, err := s.customer(r)
			list = append(list, c)
			return err
		}, uint64(after), limit)
	})
	return list, err
}

// customer reads a row of customersQuery.
func (s *Store) customer(r commit.Row) (int64, *booking.Customer, error) {
	c := &booking.Customer{MSISDN: booking.MSISDN(r.Int64(0)), Due: instant(r, 1)}
	own, _ := sealer(r, 3, 4)
	if err := s.codec.open(own.name(c.MSISDN.String()), r.Bytes(2), c); err != nil {
		return 0, nil, fmt.Errorf("customer %s: %w", c.MSISDN.Masked(), err)
	}
	return r.Int64(0), c, nil
}

// members is View.Members.
func (j *job) members(label string) (n int, err error) {
	if j.tx == nil {
		return 0, commit.ErrTxDone
	}
	_, err = j.tx.Get(membersQuery, func(r commit.Row) error { n = int(r.Int64(0)); return nil }, j.s.codec.label(label))
	if err != nil {
		return 0, fmt.Errorf("sqlite: count customers: %w", err)
	}
	return n, nil
}

// writeLabels brings the index of classes from what the customer's row said to what
// it says. Most turns leave it alone.
func (j *job) writeLabels(c *booking.Customer) error {
	if slices.Equal(j.labels, c.Labels) {
		return nil
	}
	for _, l := range j.labels {
		if slices.Contains(c.Labels, l) {
			continue
		}
		if err := j.exec("remove label", `DELETE FROM labels WHERE label = ? AND msisdn = ?`, j.s.codec.label(l), uint64(c.MSISDN)); err != nil {
			return err
		}
	}
	for _, l := range c.Labels {
		if slices.Contains(j.labels, l) {
			continue
		}
		if err := j.exec("write label", `INSERT OR IGNORE INTO labels (label, msisdn) VALUES (?, ?)`, j.s.codec.label(l), uint64(c.MSISDN)); err != nil {
			return err
		}
	}
	return nil
}
