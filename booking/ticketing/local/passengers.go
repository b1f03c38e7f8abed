package local

import (
	"fmt"
	"slices"

	"shortfare/booking"
	"shortfare/store/commit"
)

// tokens are the documents of a request by seat, empty for a seat without one;
// nil when nobody is named. Passenger i has seat i.
func tokens(r booking.HoldRequest) []string {
	var list []string
	for i, p := range r.Passengers {
		if p.Document.Token != "" {
			if list == nil {
				list = make([]string, max(r.Seats, len(r.Passengers)))
			}
			list[i] = p.Document.Token
		}
	}
	return list
}

// named tells whether a request names its passengers as this terminal wants it.
func (t *Terminal) named(r booking.HoldRequest) booking.Reason {
	switch list := tokens(r); {
	case len(r.Passengers) > r.Seats:
		return booking.ReasonMismatch
	case t.o.Named && (list == nil || slices.Contains(list, "")):
		return booking.ReasonNames
	}
	return booking.ReasonNone
}

// booked tells whether a passenger has a seat on the run already, in another
// item than the one replaced, or stands twice in the request. Holds that expired
// must have been written down.
func (c *call) booked(run int64, list []string, replaces string) (bool, error) {
	for i, token := range list {
		if token == "" {
			continue
		}
		if slices.Contains(list[:i], token) {
			return true, nil
		}
		found := false
		err := c.tx.Query(`SELECT CAST(key AS TEXT) FROM passenger WHERE run = ? AND token = ?`, func(r commit.Row) error {
			found = found || r.Text(0) != replaces
			return nil
		}, run, token)
		if err != nil || found {
			return found, err
		}
	}
	return false, nil
}

// seatPassengers files who has which seat.
func (c *call) seatPassengers(key string, run int64, seats []uint32, list []string) error {
	for i, token := range list {
		if token == "" {
			continue
		}
		if _, _, err := c.tx.Exec(`INSERT INTO passenger (key, seat, token, run) VALUES (?, ?, ?, ?)`, arg(key), seats[i], token, run); err != nil {
			return err
		}
	}
	return nil
}

// freePassengers lets the passengers of an item that has ended book again.
func freePassengers(tx *commit.Tx, key string) error {
	_, _, err := tx.Exec(`UPDATE passenger SET run = NULL WHERE key = ? AND run IS NOT NULL`, arg(key))
	return err
}

// freeSeats is freePassengers for some seats of an item.
func (c *call) freeSeats(key string, seats []uint32) error {
	for _, s := range seats {
		if _, _, err := c.tx.Exec(`UPDATE passenger SET run = NULL WHERE key = ? AND seat = ?`, arg(key), s); err != nil {
			return err
		}
	}
	return nil
}

// passengers gives the documents of an item, one for each of its seats; nil
// when nobody is named.
func (it *row) passengers(tx *commit.Tx) ([]string, error) {
	var list []string
	err := tx.Query(`SELECT seat, token FROM passenger WHERE key = ?`, func(r commit.Row) error {
		i := slices.Index(it.seats, uint32(r.Int64(0)))
		if i < 0 {
			return fmt.Errorf("local terminal: item %s has a passenger on a seat that is not its own", it.key)
		}
		if list == nil {
			list = make([]string, len(it.seats))
		}
		list[i] = r.Text(1)
		return nil
	}, arg(it.key))
	return list, err
}

// leftOf keeps of a list with an entry for each seat sold those of the seats left.
func (it *row) leftOf(list []string) []string {
	if list == nil || len(it.gone) == 0 {
		return list
	}
	var left []string
	for i, seat := range it.seats {
		if !slices.Contains(it.gone, seat) {
			left = append(left, list[i])
		}
	}
	return left
}
