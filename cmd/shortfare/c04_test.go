package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
)

// TestC04FloodAmongOthers: one phone sends two thousand texts, a prefix of forty others a
// few each, and fifty customers book among them. The flood gets what a phone may have and
// one notice; every customer is answered as if he were alone.
func TestC04FloodAmongOthers(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	w, err := newWorld(ctx, worldOptions{dir: filepath.Join(t.TempDir(), "data"), log: zap.NewNop(), start: demoStart()})
	require.NoError(t, err)
	defer func() { require.NoError(t, w.close()) }()
	const texts, crowd, customers = 2000, 40, 50
	flood := func(from, n int) {
		for i := from; i < from+n; i++ {
			require.NoError(t, w.Text("13800138999", fmt.Sprintf("Q BEIJING SHANGHAI 5DEC %d", i)))
			if every := texts / (5 * crowd); i%every == 0 {
				require.NoError(t, w.Text(fmt.Sprint(13900139000+i/every%crowd), "HELP"))
			}
		}
	}
	for i := range customers {
		flood(i*texts/customers, texts/customers)
		require.NoError(t, w.Text(fmt.Sprint(13700137000+i), "BOOK G123 5DEC 1"))
	}
	for i := range customers {
		phone := fmt.Sprint(13700137000 + i)
		answer, err := w.Next(ctx, phone)
		require.NoError(t, err, phone)
		require.True(t, strings.HasPrefix(answer, "G123 5Dec 1105 "), answer)
		_, quiet := w.Quiet(ctx, phone, time.Nanosecond)
		require.True(t, quiet, "%s was answered twice", phone)
	}
	taken := func() bool { return w.running.g.engine.Stats.Texts.Load() == texts+customers+5*crowd }
	require.Eventually(t, taken, time.Minute, 10*time.Millisecond, "not every text of the flood was taken")
	answers, notices := 0, 0
	for {
		text, quiet := w.Quiet(ctx, "13800138999", 200*time.Millisecond)
		if quiet {
			break
		}
		_, err := w.Next(ctx, "13800138999")
		require.NoError(t, err)
		if answers++; strings.HasPrefix(text, "This number sent more than 30 texts in 5 min.") {
			notices++
		}
	}
	require.Equal(t, 31, answers)
	require.Equal(t, 1, notices)
}
