package torture

import "math/rand/v2"

func tamperings() map[string]func(*ledgers, *rand.Rand) bool { return nil }
