package simulation

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/booking/catalogue"
)

func run(seed uint64, cat *catalogue.Snapshot, mu mutant) *sim {
	s := newSim(seed, cat, mu)
	s.play()
	return s
}

func number(t *testing.T, env string, otherwise int) int {
	v := os.Getenv(env)
	if v == "" {
		return otherwise
	}
	n, err := strconv.Atoi(v)
	require.NoError(t, err, "%s", env)
	return n
}

func TestMany(t *testing.T) {
	cat := catalogue.Demo(cst)
	bad := map[string]int{}
	var states [booking.Closed + 1]int
	kinds := map[string]int{}
	for seed := range number(t, "SHORTFARE_HISTORIES", 100) {
		s := run(uint64(seed), cat, mutant{})
		for i, n := range s.states {
			states[i] += n
		}
		for _, n := range s.trace {
			kinds[n.what]++
		}
		if s.failure != "" {
			k := s.failure
			if len(k) > 30 {
				k = k[:30]
			}
			if bad[k]++; bad[k] < 3 {
				t.Log(seed, s.failure)
			}
		}
	}
	for k, n := range bad {
		t.Log(n, k)
	}
	t.Log(states)
	for k, n := range kinds {
		if (n > 50 || len(k) < 18) && !strings.HasPrefix(k, "reply") && !strings.HasPrefix(k, "text") && !strings.HasPrefix(k, "deliver") {
			t.Log(n, k)
		}
	}
}

func TestMutants(t *testing.T) {
	cat := catalogue.Demo(cst)
	for _, m := range mutants {
		seed := 0
		var s *sim
		for ; seed < 400; seed++ {
			if s = run(uint64(seed), cat, m); s.failure != "" {
				break
			}
		}
		t.Logf("%-50s %4d %s", m.name, seed, strings.SplitN(s.failure, "\n", 2)[0])
	}
}

func TestOne(t *testing.T) {
	s := run(uint64(number(t, "SHORTFARE_SEED", 1)), catalogue.Demo(cst), mutant{})
	t.Log(s.report(1000))
}
