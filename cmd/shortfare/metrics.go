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
		{"texts_failed_total", "Texts whose turn failed and that got an apology.", &s.Failed},
		{"texts_repeated_total", "Texts recognised as delivered a second time.", &s.Repeated},
		{"replies_total", "Replies committed.", &s.Replies},
		{"replies_sent_total", "Replies acknowledged by a carrier.", &s.Sent},
		{"replies_refused_total", "Replies refused for good by a carrier.", &s.SendRefused},
		{"replies_unknown_total", "Replies whose submit had no answer.", &s.SendUnknown},
		{"replies_resent_total", "Second copies of replies.", &s.Resent},
		{"attempts_total", "Calls to terminals and banks.", &s.Attempts},
		{"attempts_unknown_total", "Calls without a known outcome.", &s.UnknownCalls},
		{"deadline_turns_total", "Turns run because a deadline was due.", &s.Turns},
	} {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "shortfare", Name: c.name, Help: c.help},
			func() float64 { return float64(c.v.Load()) }))
	}
	return reg
}

// registerLinks adds what each link counts, by its name.
func registerLinks(reg *prometheus.Registry, links carriers) {
	for _, l := range links {
		label := prometheus.Labels{"link": l.Name()}
		gauge := func(name, help string, v func(link.Stats) float64) {
			reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "shortfare", Subsystem: "link", Name: name, Help: help, ConstLabels: label},
				func() float64 { return v(l.Stats()) }))
		}
		counter := func(name, help string, v func(link.Stats) uint64) {
			reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "shortfare", Subsystem: "link", Name: name, Help: help, ConstLabels: label},
				func() float64 { return float64(v(l.Stats())) }))
		}
		gauge("bound", "1 when the link is bound.", func(s link.Stats) float64 {
			if s.Bound {
				return 1
			}
			return 0
		})
		gauge("queue", "Texts to phones without a result.", func(s link.Stats) float64 { return float64(s.Queue) })
		gauge("in_flight", "Texts to phones under way.", func(s link.Stats) float64 { return float64(s.InFlight) })
		gauge("oldest_seconds", "Age of the text that waits longest.", func(s link.Stats) float64 { return s.Oldest.Seconds() })
		counter("binds_total", "Binds accepted.", func(s link.Stats) uint64 { return s.Binds })
		counter("bind_failures_total", "Attempts to bind that failed.", func(s link.Stats) uint64 { return s.BindFailures })
		counter("texts_in_total", "Texts taken and acknowledged.", func(s link.Stats) uint64 { return s.TextsIn })
		counter("refused_in_total", "Texts refused for now.", func(s link.Stats) uint64 { return s.RefusedIn })
		counter("receipts_in_total", "Receipts taken.", func(s link.Stats) uint64 { return s.ReceiptsIn })
		counter("sent_total", "Texts taken by the carrier.", func(s link.Stats) uint64 { return s.Sent })
		counter("refused_total", "Texts refused for good.", func(s link.Stats) uint64 { return s.Refused })
		counter("unknown_total", "Texts with an unknown outcome.", func(s link.Stats) uint64 { return s.Unknown })
		counter("throttles_total", "Submits answered with later.", func(s link.Stats) uint64 { return s.Throttles })
	}
}
