package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"shortfare/booking"
)

// Benchmark measures turns of the usual size ([Turn]): steps/s that producers
// get who each wait for their own turn to be durable.
func Benchmark(b *testing.B, open Open) {
	const customers = 5000
	for _, producers := range []int{1, 16, 64, 256} {
		b.Run(fmt.Sprintf("producers=%d", producers), func(b *testing.B) {
			s := open(b, b.TempDir())
			defer s.Close()
			turn := func(n int64) error {
				return s.Do(b.Context(), booking.Keys{Customer: alice + booking.MSISDN(n*2654435761%customers)}, func(v *booking.View) (*booking.Changes, error) {
					return Turn(v, 1), nil
				})
			}
			run := func(total int64, producers int) {
				var next atomic.Int64
				var wait sync.WaitGroup
				for range producers {
					wait.Go(func() {
						for n := next.Add(1); n <= total; n = next.Add(1) {
							if err := turn(n); err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				wait.Wait()
			}
			run(customers, 256)
			b.ReportAllocs()
			b.ResetTimer()
			run(int64(b.N), producers)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "steps/s")
		})
	}
}
