package load

import (
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// Result is what a run measured. Times are in milliseconds, percentiles exact.
type Result struct {
	Messages   int64   `json:"messages"`    // injected
	Acked      int64   `json:"acked"`       // acknowledged with ESME_ROK
	Rejected   int64   `json:"rejected"`    // refused for good
	Unacked    int64   `json:"unacked"`     // not acknowledged when the run ended: the SMSC still has them
	Resent     int64   `json:"resent"`      // deliver_sm beyond one per part
	Answered   int64   `json:"answered"`    // answered in full
	Missing    int64   `json:"missing"`     // acknowledged and not answered in full: the loss that matters
	Duplicates int64   `json:"duplicates"`  // replies beyond those that were waited for
	Disorder   int64   `json:"disorder"`    // replies before those of an earlier text of the same phone; needs Correlate
	Misrouted  int64   `json:"misrouted"`   // replies to another phone than asked; needs Correlate
	Stray      int64   `json:"stray"`       // replies to numbers that sent nothing
	Unexpected int64   `json:"unexpected"`  // replies that [expect] or {reply} does not match
	Replies    int64   `json:"replies"`     // texts that came, all of them
	Seconds    float64 `json:"seconds"`     // first text to last reply
	AckedRate  float64 `json:"acked_per_s"` // over the time to the last acknowledgement
	Rate       float64 `json:"answered_per_s"`
	CPU        float64 `json:"cpu_us_per_message"` // of this process

	EndToEnd Times `json:"e2e_ms"` // from the text to its last reply, waiting for a window included
	Due      Times `json:"due_ms"` // the same from when the text was due; with a rate, so that an ESME that stalls cannot hide it
	Ack      Times `json:"ack_ms"` // from the first deliver_sm to the answer of its last part

	Notes []string `json:"notes,omitempty"` // the first few things that were wrong
}

// Times are exact percentiles in milliseconds; 0 if there are none.
type Times struct {
	Count                               int
	Mean, P50, P90, P95, P99, P999, Max float64
}

// MarshalJSON writes the usual names.
func (t Times) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, `{"count":%d,"mean":%.3f,"p50":%.3f,"p90":%.3f,"p95":%.3f,"p99":%.3f,"p99.9":%.3f,"max":%.3f}`,
		t.Count, t.Mean, t.P50, t.P90, t.P95, t.P99, t.P999, t.Max), nil
}

// timesOf sorts d and reads the percentiles by the nearest rank.
func timesOf(d []time.Duration) Times {
	if len(d) == 0 {
		return Times{}
	}
	slices.Sort(d)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	at := func(share float64) float64 { return ms(d[max(int(math.Ceil(share*float64(len(d))))-1, 0)]) }
	var sum time.Duration
	for _, x := range d {
		sum += x
	}
	return Times{Count: len(d), Mean: ms(sum) / float64(len(d)), P50: at(.5), P90: at(.9), P95: at(.95), P99: at(.99), P999: at(.999), Max: ms(d[len(d)-1])}
}

// Strict returns what a correct ESME never does, nil if it did nothing of that.
func (r *Result) Strict() error {
	if r.Missing+r.Unacked+r.Rejected+r.Duplicates+r.Disorder+r.Misrouted+r.Stray+r.Unexpected == 0 && r.Messages > 0 {
		return nil
	}
	return fmt.Errorf("of %d texts: %d missing, %d not acknowledged, %d rejected, %d duplicates, %d out of order, %d misrouted, %d stray, %d unexpected",
		r.Messages, r.Missing, r.Unacked, r.Rejected, r.Duplicates, r.Disorder, r.Misrouted, r.Stray, r.Unexpected)
}

// Table writes the result for people.
func (r *Result) Table(w io.Writer) {
	row := func(name string, value any) { fmt.Fprintf(w, "%-28s %12v\n", name, value) }
	row("texts", r.Messages)
	row("acknowledged", fmt.Sprintf("%d (%.0f/s)", r.Acked, r.AckedRate))
	row("answered", fmt.Sprintf("%d (%.0f/s)", r.Answered, r.Rate))
	row("missing / not acknowledged", fmt.Sprintf("%d / %d", r.Missing, r.Unacked))
	row("duplicates / out of order", fmt.Sprintf("%d / %d", r.Duplicates, r.Disorder))
	row("rejected / resent", fmt.Sprintf("%d / %d", r.Rejected, r.Resent))
	row("stray / misrouted", fmt.Sprintf("%d / %d", r.Stray, r.Misrouted))
	row("unexpected", r.Unexpected)
	row("CPU here, us per text", fmt.Sprintf("%.1f", r.CPU))
	fmt.Fprintf(w, "%-28s %9s %9s %9s %9s %9s %9s\n", "milliseconds", "p50", "p90", "p95", "p99", "p99.9", "max")
	for _, t := range []struct {
		name string
		Times
	}{{"text to reply", r.EndToEnd}, {"due to reply", r.Due}, {"deliver_sm to its answer", r.Ack}} {
		fmt.Fprintf(w, "%-28s %9.2f %9.2f %9.2f %9.2f %9.2f %9.2f\n", t.name, t.P50, t.P90, t.P95, t.P99, t.P999, t.Max)
	}
	for _, note := range r.Notes {
		fmt.Fprintln(w, "  ", note)
	}
}
