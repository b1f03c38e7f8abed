package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
)

// TestLinkMetrics lets each thing happen that operators watch on a link, and
// reads it where they do: state, window, round trip, traffic in and out,
// throttles, unknown outcomes, second deliveries, nacks and the age of what waits.
func TestLinkMetrics(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	w, err := newWorld(ctx, worldOptions{dir: filepath.Join(t.TempDir(), "data"), start: demoStart(), log: zap.NewNop(),
		env: []string{"SHORTFARE_SMPP_LINKS_0_RESPONSE=1s"}})
	require.NoError(t, err)
	defer func() { require.NoError(t, w.close()) }()
	value := func(name string) float64 {
		rec := httptest.NewRecorder()
		w.handler().ServeHTTP(rec, httptest.NewRequestWithContext(ctx, http.MethodGet, "/metrics", nil))
		prefix := "shortfare_link_" + name + `{carrier="local",link="local"} `
		for line := range strings.Lines(rec.Body.String()) {
			if rest, ok := strings.CutPrefix(line, prefix); ok {
				v, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
				require.NoError(t, err)
				return v
			}
		}
		require.Fail(t, "no such metric", name)
		return 0
	}
	reaches := func(name string, least float64) {
		t.Helper()
		require.Eventually(t, func() bool { return value(name) >= least }, 30*time.Second, 5*time.Millisecond, name)
	}
	control := func(words string) { require.NoError(t, w.Control(ctx, strings.Fields("carrier "+words))) }
	turn := func(phone string) {
		require.NoError(t, w.Text(phone, "ORD"))
		_, err := w.Next(ctx, phone)
		require.NoError(t, err)
	}

	reaches("bound", 1)
	require.Equal(t, 100.0, value("window"))
	require.Equal(t, 1000.0, value("window_in"))
	turn("13800138001")
	reaches("texts_in_total", 1)
	reaches("sent_total", 1)
	reaches("submitted_total", 1)
	reaches("round_trip_seconds_count", 1)
	require.Positive(t, value("round_trip_seconds_sum"))
	require.Zero(t, value("repeated_in_total")+value("throttles_total")+value("nacks_total")+value("unknown_total"))

	control("refuse 0x58 1") // ESME_RTHROTTLED
	turn("13800138002")
	reaches("throttles_total", 1)
	control("answers nack 1")
	turn("13800138003")
	reaches("nacks_total", 1)

	control("late 800ms")
	require.NoError(t, w.Text("13800138004", "ORD"))
	reaches("in_flight", 1)
	reaches("queue", 1)
	reaches("oldest_seconds", 0.001)
	control("late 0s")

	control("withhold 1")
	turn("13800138005")
	reaches("unknown_total", 1)

	control("drop-ack 1")
	turn("13800138006")
	reaches("repeated_in_total", 1)
	reaches("binds_total", 2)
}

// What customers ask for that they do not have is counted where operators look.
func TestUnknownOrdersMetric(t *testing.T) {
	t.Parallel()
	x, _ := startWorld(t)
	for range 3 {
		x.text("13800138001", "ORD K7M2P")
	}
	rec := httptest.NewRecorder()
	x.w.handler().ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	require.Contains(t, rec.Body.String(), "\nshortfare_texts_unknown_order_total 3\n")
}
