package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/smsc/scenario"
)

// scenarioFiles are the golden conversations.
func scenarioFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../testdata/scenario/*.txt")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 150, "some of the golden conversations are missing")
	return files
}

// TestScenarios plays every golden conversation on the whole product. Four at a
// time: most of the time of a conversation is waiting, for the disk and for
// texts that must not come.
func TestScenarios(t *testing.T) {
	slots := make(chan struct{}, 4)
	for _, f := range scenarioFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			t.Parallel()
			slots <- struct{}{}
			defer func() { <-slots }()
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			require.NoError(t, playFile(ctx, f, scenario.Discard{}))
		})
	}
}

// TestScenariosCoverBothLanguages keeps English and Chinese equals: as many
// conversations in one as in the other, give or take a few.
func TestScenariosCoverBothLanguages(t *testing.T) {
	var en, zh int
	for _, f := range scenarioFiles(t) {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		title, _, _ := strings.Cut(string(text), "\n")
		require.True(t, strings.HasPrefix(title, "# "), "%s begins with its title", f)
		if strings.IndexFunc(title, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }) >= 0 {
			zh++
		} else {
			en++
		}
	}
	require.InDelta(t, en, zh, float64(en+zh)/5, "%d in English, %d in Chinese", en, zh)
}
