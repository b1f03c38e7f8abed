package torture

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/smsc"
)

// script is what a benchmark's phones text, in turn. {code} is the code of the
// answer before, {order} the order of the ticket, {day} a day to travel, {train} a
// service and {other} another one.
type script struct {
	name  string
	lines []string
}

func scripts() []script {
	return []script{
		{"quote", []string{"BOOK {train} {day} 1 {card}", "N", "BOOK {train} {day} 2 {card}", "N"}},
		{"journey", []string{"BOOK {train} {day} 1 {card}", "Y {code}"}},
		{"change", []string{"BOOK {train} {day} 2 {card}", "Y {code}", "CHG {order} {other}", "Y {code}"}},
		{"read", []string{"Q {train} {day}", "Q BEIJING SHANGHAI {day}", "ORD", "HELP"}},
	}
}

// BenchmarkWholeWay measures the program as a carrier sees it: a text is done
// when its answer is on the handset. The gateway is a child process with its
// store, bank and terminal in SQLite files (synchronous=FULL) on the test's
// temporary directory; the carrier and its phones are this process. One
// operation is one text with its answer. Reported: texts answered a second with
// 1,000 phones that wait for their answers, and the median delay at 200 texts a
// second.
func BenchmarkWholeWay(b *testing.B) {
	bin := build(b)
	for _, s := range scripts() {
		b.Run(s.name, func(b *testing.B) {
			w := newWay(b, bin, s, smsc.Config{}, "")
			w.register()
			b.ResetTimer()
			w.flood(b.N)
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
			b.ReportMetric(0, "ns/op")
			delays := w.steady(200, 4*time.Second)
			b.ReportMetric(float64(delays[len(delays)/2].Microseconds())/1000, "ms-p50@200/s")
			b.ReportMetric(float64(delays[len(delays)*99/100].Microseconds())/1000, "ms-p99@200/s")
			b.ReportMetric(rss(w.gateway), "MB")
		})
	}
}

// way is a carrier, its phones and the gateway.
type way struct {
	b       *testing.B
	carrier *smsc.SMSC
	gateway *gateway
	phones  []*caller
	byName  map[string]*caller
	day     time.Time
}

// caller is one phone that plays a script.
type caller struct {
	w      *way
	msisdn string
	card   string
	id     string
	train  string
	other  string
	lines  []string
	step   int
	code   string
	order  string
	due    time.Time                    // when the text under way was to be sent, at a fixed rate
	said   func(c *caller, text string) // on the goroutine of the carrier's callbacks
}

// newWay starts a carrier and a gateway. limits, when not empty, are those of the gateway,
// which has none otherwise.
func newWay(b *testing.B, bin string, s script, c smsc.Config, limits string) *way {
	w := &way{b: b, byName: map[string]*caller{}, day: time.Now().In(china).AddDate(0, 0, 2)}
	ln := listen(b)
	c.Accounts, c.Window, c.EnquireLink = map[string]string{"torture": "torture"}, 100, -1
	w.carrier = smsc.New(c)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.carrier.Serve(ctx, ln) }()
	w.gateway = prepare(b, bin, ln.Addr().String(), 100_000, 30*time.Minute, 30*time.Second, "warn")
	if limits != "" {
		w.gateway.limit(b, limits)
	}
	require.NoError(b, w.gateway.start())
	b.Cleanup(func() {
		quiet, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		require.NoError(b, w.gateway.stop(quiet))
		stop()
		require.NoError(b, <-done)
	})
	bound, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	require.NoError(b, w.carrier.WaitBound(bound, 1))
	r := rand.New(rand.NewPCG(1, 1))
	trains := []string{"G1", "G3", "G5", "G7", "G11", "G13", "G15", "G17", "G19", "G21", "G101", "G105", "G111", "G121", "G123", "G125"}
	for i := range 1000 {
		c := &caller{w: w, msisdn: fmt.Sprintf("86139%08d", i), card: card(r, i), id: resident(r, 110105, i), train: trains[i%len(trains)],
			other: trains[(i+1)%len(trains)], lines: s.lines}
		w.phones = append(w.phones, c)
		w.byName[c.msisdn] = c
	}
	w.carrier.OnText(func(t smsc.Text) {
		if c := w.byName[t.To]; c != nil && c.said != nil {
			c.said(c, t.Text)
		}
	})
	return w
}

var (
	sixDigits = regexp.MustCompile(`Y (\d{6})`)
	itsOrder  = regexp.MustCompile(`[Oo]rder (\w{5})`)
)

// next texts the next line of the script.
func (c *caller) next() {
	line := c.lines[c.step%len(c.lines)]
	c.step++
	line = strings.NewReplacer("{card}", c.card, "{train}", c.train, "{other}", c.other, "{code}", c.code, "{order}", c.order,
		"{day}", strings.ToUpper(c.w.day.AddDate(0, 0, c.step%12).Format("2Jan"))).Replace(line)
	c.text(line)
}

func (c *caller) text(line string) {
	if _, err := c.w.carrier.Inject(c.msisdn, shortCode, line, smsc.MOOptions{}); err != nil {
		c.w.b.Error(err)
	}
}

// heard keeps what the next line needs, and fails on an answer that means that
// the script is not played.
func (c *caller) heard(text string) {
	line := c.lines[(c.step-1)%len(c.lines)]
	m := sixDigits.FindStringSubmatch(text)
	done := strings.HasPrefix(text, "PAID") || strings.HasPrefix(text, "CHANGED")
	if (strings.HasPrefix(line, "BOOK") || strings.HasPrefix(line, "CHG")) && m == nil || strings.HasPrefix(line, "Y ") && !done {
		c.w.b.Errorf("%s was answered with %q", line, text)
	}
	if o := itsOrder.FindStringSubmatch(text); done && o != nil {
		c.order = o[1]
	}
	if m != nil {
		c.code = m[1]
	}
}

func (w *way) register() {
	var all sync.WaitGroup
	all.Add(len(w.phones))
	for _, c := range w.phones {
		c.said = func(c *caller, text string) {
			if !strings.HasPrefix(text, "Registered") {
				w.b.Errorf("REG was answered with %q", text)
			}
			all.Done()
		}
		c.text("REG Wang Wei " + c.id)
	}
	all.Wait()
}

// flood plays n texts as fast as answers come, no phone ahead of its answers.
func (w *way) flood(n int) {
	var all sync.WaitGroup
	all.Add(n)
	left := n // of the goroutine of callbacks, but for the start
	said := func(c *caller, text string) {
		c.heard(text)
		if left > 0 {
			left--
			c.next()
		}
		all.Done()
	}
	start := min(n, len(w.phones))
	left -= start
	for _, c := range w.phones {
		c.said = said
	}
	for _, c := range w.phones[:start] {
		c.next()
	}
	all.Wait()
}

// steady plays texts at a fixed rate, whether or not earlier ones were answered,
// and returns the delays from when each was due, in order.
func (w *way) steady(rate int, length time.Duration) []time.Duration {
	n := int(length.Seconds() * float64(rate))
	var mu sync.Mutex
	var delays []time.Duration
	var all sync.WaitGroup
	all.Add(n)
	idle := make(chan *caller, len(w.phones))
	for _, c := range w.phones {
		c.said = func(c *caller, text string) {
			c.heard(text)
			mu.Lock()
			delays = append(delays, time.Since(c.due))
			mu.Unlock()
			idle <- c
			all.Done()
		}
		idle <- c
	}
	start := time.Now()
	for i := range n {
		due := start.Add(time.Duration(i) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(due))
		c := <-idle
		c.due = due
		c.next()
	}
	all.Wait()
	slices.Sort(delays)
	return delays
}
