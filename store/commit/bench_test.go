package commit

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

// One operation is a job of two statements, waited for by its producer.
func BenchmarkDo(b *testing.B) {
	for _, producers := range []int{1, 16, 64, 256} {
		b.Run(fmt.Sprintf("producers=%d", producers), func(b *testing.B) {
			db := open(b, testOptions(b))
			var next atomic.Int64
			body := make([]byte, 160)
			b.ReportAllocs()
			b.ResetTimer()
			var wg sync.WaitGroup
			for p := range producers {
				wg.Go(func() {
					for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
						err := db.Do(ctx, func(tx *Tx) error {
							if _, _, err := tx.Exec(insertItem, p, n, body); err != nil {
								return err
							}
							_, _, err := tx.Exec(addTotal, p)
							return err
						})
						if err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.StopTimer()
			s := db.Stats()
			b.ReportMetric(float64(s.Jobs)/float64(s.Batches), "jobs/commit")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
		})
	}
}

// The cost of a job without COMMIT and without a producer's wait.
func BenchmarkStatements(b *testing.B) {
	db := open(b, testOptions(b))
	body := make([]byte, 160)
	run := func(name string, one func(tx *Tx, n int64) error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			err := db.Do(ctx, func(tx *Tx) error {
				for n := range b.N {
					if err := one(tx, int64(n)); err != nil {
						return err
					}
				}
				return fmt.Errorf("undo")
			})
			if err == nil || err.Error() != "undo" {
				b.Fatal(err)
			}
		})
	}
	run("insert", func(tx *Tx, n int64) error { _, _, err := tx.Exec(insertItem, 1, n, body); return err })
	run("update", func(tx *Tx, n int64) error { _, _, err := tx.Exec(addTotal, 1); return err })
	run("get", func(tx *Tx, n int64) error {
		_, err := tx.Get(`SELECT 1, 'text', x'00112233'`, func(r Row) error { return nil })
		return err
	})
	wide := `SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?`
	run("get ten arguments", func(tx *Tx, n int64) error {
		_, err := tx.Get(wide, func(r Row) error { return nil }, n, n, n, n, n, n, n, "text", "text", body)
		return err
	})
}
