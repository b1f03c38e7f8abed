package torture

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"shortfare/smpp/pdu"
	"shortfare/smpp/smsc"
)

// floodRate is how many texts a second a flood has.
const floodRate = 5000

// BenchmarkFlood measures how much longer the customers of a carrier wait for their
// answers while others flood the same bind (fault C04): 200 texts a second of a
// thousand phones, in turn alone and among 5,000 a second of one number, of 5,000
// numbers of as many prefixes, and of 5,000 numbers of one. The limits are the
// product's own. The carrier does not repeat what is refused while it is measured.
func BenchmarkFlood(b *testing.B) {
	bin := build(b)
	for _, f := range []struct {
		name string
		from func(i int) (handset, number string)
	}{
		// Handsets of their own: the carrier would keep the next text of a number until the last is answered.
		{"one-number", func(i int) (string, string) { return fmt.Sprintf("86157%08d", i), "8615812345678" }},
		{"many-numbers", func(i int) (string, string) { return same("86158%04d%04d", i%5000, 7*i%5000) }},
		{"one-prefix", func(i int) (string, string) { return same("861580000%04d", i%5000) }},
	} {
		b.Run(f.name, func(b *testing.B) {
			w := newWay(b, bin, script{lines: []string{"Q {train} {day}", "ORD"}}, smsc.Config{ResendAfter: 5 * time.Minute, Keep: 1000}, "{}")
			w.register()
			var taken atomic.Int64
			w.carrier.OnMO(func(m smsc.MO) {
				if m.State == smsc.Acked && w.byName[m.From] == nil {
					taken.Add(1)
				}
			})
			const rounds, length = 3, 4 * time.Second // in turn, since others may use the machine too
			var alone, among []time.Duration
			sent := 0
			for range rounds {
				alone = append(alone, w.steady(200, length)...)
				stop, stopped := make(chan struct{}), make(chan int)
				go func() { stopped <- w.pour(stop, sent, f.from) }()
				time.Sleep(time.Second)
				among = append(among, w.steady(200, length)...)
				close(stop)
				sent = <-stopped
				time.Sleep(time.Second)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(100*float64(taken.Load())/float64(sent), "%-taken")
			slices.Sort(alone)
			slices.Sort(among)
			for _, p := range []int{50, 99} {
				was, is := alone[len(alone)*p/100], among[len(among)*p/100]
				b.ReportMetric(was.Seconds()*1000, fmt.Sprintf("ms-p%d-alone", p))
				b.ReportMetric(is.Seconds()*1000, fmt.Sprintf("ms-p%d-flood", p))
				b.ReportMetric(is.Seconds()/was.Seconds(), fmt.Sprintf("ratio-p%d", p))
			}
		})
	}
}

func same(form string, args ...any) (string, string) {
	s := fmt.Sprintf(form, args...)
	return s, s
}

// pour sends texts of a flood from the n-th on until stop is closed, and returns the next.
func (w *way) pour(stop <-chan struct{}, n int, from func(int) (handset, number string)) int {
	const every = 2 * time.Millisecond
	tick := time.NewTicker(every)
	defer tick.Stop()
	start, first := time.Now(), n
	for {
		select {
		case <-stop:
			return n
		case <-tick.C:
		}
		for due := first + int(time.Since(start).Seconds()*floodRate); n < due; n++ {
			handset, number := from(n)
			o := smsc.MOOptions{}
			if handset != number {
				o.Source = &pdu.Address{TON: 1, NPI: 1, Addr: number}
			}
			if _, err := w.carrier.Inject(handset, shortCode, "Q BEIJING SHANGHAI", o); err != nil {
				w.b.Error(err)
				return n
			}
		}
	}
}
