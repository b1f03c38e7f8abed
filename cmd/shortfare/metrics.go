package main

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"shortfare/booking"
	"shortfare/smpp/link"
)

// metrics registers what the engine counts. Links add their own.
func metrics(e *booking.Engine) *prometheus.Registry {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	s := &e.Stats
	for _, c := range []struct {
		name, help string
		v          *atomic.Int64
	}{
		{"texts_total", "Texts made durable and acknowledged.", &s.Texts},
		{"texts_refused_total", "Texts refused for now: store busy or down.", &s.Refused},
		{"texts_paced_total", "Texts refused for now: their phone or prefix sends faster than its pace.", &s.Paced},
		{"floods_total", "Customers told that they get no answers for a while, since they sent too many texts.", &s.Floods},
		{"texts_failed_total", "Texts whose turn failed and that got an apology.", &s.Failed},
		{"texts_repeated_total", "Texts recognised as delivered a second time.", &s.Repeated},
		{"texts_unknown_order_total", "Texts about an order that their phone does not have.", &s.Strangers},
		{"replies_total", "Replies committed.", &s.Replies},
		{"replies_sent_total", "Replies acknowledged by a carrier.", &s.Sent},
		{"replies_refused_total", "Replies refused for good by a carrier.", &s.SendRefused},
		{"replies_unknown_total", "Replies whose submit had no answer.", &s.SendUnknown},
		{"replies_late_total", "Replies whose submit was answered after it had been given up.", &s.SentLate},
		{"tickets_undelivered_total", "Tickets that a carrier could not deliver.", &s.Undelivered},
		{"tickets_sent_again_total", "Undelivered tickets sent once more.", &s.Retold},
		{"inquiries_total", "Questions to carriers what became of replies.", &s.Inquiries},
		{"replies_resent_total", "Second copies of replies.", &s.Resent},
		{"attempts_total", "Calls to terminals and banks.", &s.Attempts},
		{"attempts_unknown_total", "Calls without a known outcome.", &s.UnknownCalls},
		{"debits_withheld_total", "Debits not sent to the bank: the account, or others of its bank, were declined too often.", &s.Withheld},
		{"deadline_turns_total", "Turns run because a deadline was due.", &s.Turns},
	} {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "shortfare", Name: c.name, Help: c.help},
			func() float64 { return float64(c.v.Load()) }))
	}
	return reg
}

// linkMetrics collects what each link counts, from one snapshot of it per scrape.
type linkMetrics struct {
	links []*link.Link
	plain []linkMetric
	trip  *prometheus.Desc
}

// linkMetric is one value of every link.
type linkMetric struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	of   func(*link.Stats) float64
}

func newLinkMetrics(links []*link.Link) *linkMetrics {
	m := &linkMetrics{links: links}
	describe := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc(prometheus.BuildFQName("shortfare", "link", name), help, []string{"link", "carrier"}, nil)
	}
	gauge := func(name, help string, of func(*link.Stats) float64) {
		m.plain = append(m.plain, linkMetric{describe(name, help), prometheus.GaugeValue, of})
	}
	counter := func(name, help string, of func(*link.Stats) uint64) {
		m.plain = append(m.plain, linkMetric{describe(name, help), prometheus.CounterValue, func(s *link.Stats) float64 { return float64(of(s)) }})
	}
	gauge("bound", "1 when the link is bound.", func(s *link.Stats) float64 { return truth(s.Bound) })
	gauge("queue", "Texts to phones of the link's carrier without a result.", func(s *link.Stats) float64 { return float64(s.Queue) })
	gauge("in_flight", "Texts to phones under way.", func(s *link.Stats) float64 { return float64(s.InFlight) })
	gauge("window", "How many texts to phones may be under way.", func(s *link.Stats) float64 { return float64(s.Window) })
	gauge("open_in", "Texts and receipts of the carrier without an answer.", func(s *link.Stats) float64 { return float64(s.Open) })
	gauge("window_in", "How many there may be.", func(s *link.Stats) float64 { return float64(s.WindowIn) })
	gauge("oldest_seconds", "Age of the text of the link's carrier that waits longest.", func(s *link.Stats) float64 { return s.Oldest.Seconds() })
	gauge("alarm", "1 when that age is beyond alarm_age.", func(s *link.Stats) float64 { return truth(s.Alarm) })
	gauge("rate", "Submits per second that the link is held to; 0 when it is not.", func(s *link.Stats) float64 { return s.Rate })
	counter("binds_total", "Binds accepted.", func(s *link.Stats) uint64 { return s.Binds })
	counter("bind_failures_total", "Attempts to bind that failed.", func(s *link.Stats) uint64 { return s.BindFailures })
	counter("untrusted_total", "Connections that could not be secured.", func(s *link.Stats) uint64 { return s.Untrusted })
	counter("texts_in_total", "Texts taken and acknowledged.", func(s *link.Stats) uint64 { return s.TextsIn })
	counter("parts_in_total", "Parts of long texts taken and acknowledged.", func(s *link.Stats) uint64 { return s.PartsIn })
	counter("refused_in_total", "Texts refused for now.", func(s *link.Stats) uint64 { return s.RefusedIn })
	counter("forgotten_in_total", "Texts of senders that cannot be answered.", func(s *link.Stats) uint64 { return s.ForgottenIn })
	counter("undecodable_in_total", "Texts that were not well formed.", func(s *link.Stats) uint64 { return s.Undecodable })
	counter("unreadable_total", "PDUs that could not be read.", func(s *link.Stats) uint64 { return s.Poison })
	counter("repeated_in_total", "Texts and parts recognised as delivered a second time.", func(s *link.Stats) uint64 { return s.RepeatedIn })
	counter("no_receipt_total", "Receipts without a message id.", func(s *link.Stats) uint64 { return s.NoReceipt })
	counter("lost_acks_total", "Texts stored when their bind had ended.", func(s *link.Stats) uint64 { return s.LostAcks })
	counter("receipts_in_total", "Receipts taken.", func(s *link.Stats) uint64 { return s.ReceiptsIn })
	counter("alerts_in_total", "Phones reported to be there again.", func(s *link.Stats) uint64 { return s.AlertsIn })
	counter("sent_total", "Texts taken by the carrier.", func(s *link.Stats) uint64 { return s.Sent })
	counter("submitted_total", "Parts of texts taken by the carrier.", func(s *link.Stats) uint64 { return s.Submitted })
	counter("refused_total", "Texts refused for good.", func(s *link.Stats) uint64 { return s.Refused })
	counter("unknown_total", "Texts with an unknown outcome.", func(s *link.Stats) uint64 { return s.Unknown })
	counter("throttles_total", "Submits answered with later.", func(s *link.Stats) uint64 { return s.Throttles })
	counter("nacks_total", "Submits answered by generic_nack.", func(s *link.Stats) uint64 { return s.Nacks })
	counter("late_total", "Answers that came after their time-out, or twice.", func(s *link.Stats) uint64 { return s.Late })
	counter("queries_total", "Questions what became of a text.", func(s *link.Stats) uint64 { return s.Queries })
	counter("cancels_total", "Texts that were asked back.", func(s *link.Stats) uint64 { return s.Cancels })
	m.trip = describe("round_trip_seconds", "How long the carrier took to take a part.")
	return m
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Describe tells prometheus which metrics there are.
func (m *linkMetrics) Describe(ch chan<- *prometheus.Desc) {
	for _, x := range m.plain {
		ch <- x.desc
	}
	ch <- m.trip
}

// Collect reads every link once.
func (m *linkMetrics) Collect(ch chan<- prometheus.Metric) {
	for _, l := range m.links {
		s := l.Stats()
		for _, x := range m.plain {
			ch <- prometheus.MustNewConstMetric(x.desc, x.kind, x.of(&s), l.Name(), l.Carrier())
		}
		buckets := map[float64]uint64{}
		var below uint64
		for i, b := range link.TripBounds() {
			below += s.RoundTrip.Buckets[i]
			buckets[b.Seconds()] = below
		}
		ch <- prometheus.MustNewConstHistogram(m.trip, s.RoundTrip.Count, s.RoundTrip.Sum.Seconds(), buckets, l.Name(), l.Carrier())
	}
}
