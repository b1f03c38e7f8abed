package simulation

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// enough is how many histories may be needed to find a planted bug.
const enough = 600

// TestMutants plants each bug and plays until it is found. One that is not
// found means that the simulation is too weak.
func TestMutants(t *testing.T) {
	require.GreaterOrEqual(t, len(mutants), 20)
	b := newBase(t)
	names := map[string]bool{}
	for _, m := range mutants {
		require.False(t, names[m.name], "two mutants are called %q", m.name)
		names[m.name] = true
		if m.rare && histories < 5000 {
			continue
		}
		t.Run(strings.ReplaceAll(m.name, " ", "-"), func(t *testing.T) {
			var mu sync.Mutex
			var found *sim
			each(enough, b, m, func(s *sim) bool {
				mu.Lock()
				defer mu.Unlock()
				if s.failure != "" && found == nil {
					found = s
				}
				return found == nil
			})
			require.NotNil(t, found, "not found in %d histories", enough)
			t.Logf("seed %d: %s", found.seed, strings.SplitN(found.failure, "\n", 2)[0])
		})
	}
}
