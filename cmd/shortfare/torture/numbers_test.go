package torture

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// card makes a card number: 16 digits that pass the Luhn check
// (ISO/IEC 7812-1 annex B), unlike any other of the run.
func card(r *rand.Rand, owner int) string {
	body := fmt.Sprintf("622202%04d%05d", owner, r.IntN(100_000))
	sum := 0
	for i, c := range body { // the check digit will stand at the right: every other digit from there is doubled
		d := int(c - '0')
		if (len(body)-i)%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return body + string(rune('0'+(10-sum%10)%10))
}

// resident makes a resident identity number with its check character
// (GB 11643, ISO 7064 MOD 11-2).
func resident(r *rand.Rand, region, owner int) string {
	body := fmt.Sprintf("%06d%04d%02d%02d%03d", region, 1960+r.IntN(40), 1+r.IntN(12), 1+r.IntN(28), owner%1000)
	weight := [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, c := range body {
		sum += int(c-'0') * weight[i]
	}
	return body + "10X98765432"[sum%11:sum%11+1]
}

// Accounts with which the bank's simulator does something else than approve.
const (
	cardDeclined = "4000000000000002"
	cardInvalid  = "4000000000000069"
	cardLost     = "4000000000000119" // never answers, nothing booked
	cardSilent   = "4000000000000127" // never answers, booked
	cardLate     = "4000000000000341" // answers after 8 s
)

func TestNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for owner := range 200 {
		sum, n := 0, card(r, owner)
		require.Len(t, n, 16)
		for i := range n {
			d := int(n[len(n)-1-i] - '0')
			if i%2 == 1 {
				if d *= 2; d > 9 {
					d -= 9
				}
			}
			sum += d
		}
		require.Zero(t, sum%10, n)
		require.Len(t, resident(r, 110105, owner), 18)
	}
}
