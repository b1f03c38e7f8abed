package local

import (
	"sync"
	"sync/atomic"
	"testing"
)

// benchmark runs f b.N times from so many goroutines and reports operations per second.
func benchmark(b *testing.B, callers int, f func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range callers {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= b.N {
					return
				}
				f(i)
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
}
