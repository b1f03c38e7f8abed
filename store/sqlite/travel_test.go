package sqlite

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/store/commit"
	"shortfare/store/storetest"
)

// sold fills a store with orders of several days, for 2,000 services of which
// some sell far more than others.
func sold(tb testing.TB, s *Store, days, perDay int) {
	tb.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(random, 1.1, 20, 1999)
	const batch = 1000
	for first := 0; first < days*perDay; first += batch {
		require.NoError(tb, s.db.Do(tb.Context(), func(tx *commit.Tx) error {
			for i := range batch {
				m := phone + booking.MSISDN((first+i)*7919%1000003)
				j := &job{s: s, keys: booking.Keys{Customer: m}, decide: func(v *booking.View) (*booking.Changes, error) {
					o := storetest.Order(m, booking.OrderID(v.NewID()))
					o.Trip.Number = fmt.Sprintf("G%d", zipf.Uint64())
					o.Trip.Dep = storetest.Noon().Add(time.Duration(random.IntN(days)) * 24 * time.Hour)
					o.State = booking.States()[5+random.IntN(7)]
					return &booking.Changes{Orders: []*booking.Order{&o}}, nil
				}}
				if err := j.run(tx); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// Counting a day of 20,000 orders, and finding the travellers of one service that
// day and in all thirty days on sale.
func BenchmarkDay(b *testing.B) {
	s := open(b, options(b, b.TempDir()))
	const days, perDay = 30, 20000
	sold(b, s, days, perDay)
	for name, read := range map[string]func() (int, error){
		"count": func() (int, error) { l, err := s.Count(b.Context(), 20300510); return len(l), err },
		"travellers": func() (int, error) {
			l, err := s.Travellers(b.Context(), "G5", 20300510, 20300510, 0, 50)
			return len(l), err
		},
		"travellers of all days": func() (int, error) {
			l, err := s.Travellers(b.Context(), "G5", 20300504, 0, 0, 50)
			return len(l), err
		},
	} {
		b.Run(name, func(b *testing.B) {
			rows := 0
			for b.Loop() {
				n, err := read()
				require.NoError(b, err)
				rows = n
			}
			b.ReportMetric(float64(rows), "rows")
		})
	}
}
