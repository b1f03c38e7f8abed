package dialogue

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/parser"
)

// One who asks for one order code after another learns nothing: somebody else's order, one
// that never was and one of his own wishes look alike, ten an hour are looked for, and every
// one is counted. What is his own he gets all the while.
func TestUnknownOrdersAreCounted(t *testing.T) {
	s := settings()
	s.PayByPhone, s.TextsPer5Min = true, 0
	x := newTrial(t, s)
	victim, thief := booking.MSISDN(8613800138000), booking.MSISDN(8613800138001)
	_, theirs, _ := strings.Cut(x.answer(victim, "BOOK G5 5DEC 1"), " Order ")
	_, own, _ := strings.Cut(x.answer(thief, "BOOK G5 5DEC 1"), " Order ")
	const unknown = "No such order of this phone. ORD lists your orders. Nothing was changed."
	for hour := range 3 {
		var said []string
		for n := range 100 {
			order := theirs
			if n%2 == 0 {
				order = parser.OrderCode(uint64(1000+n), 0)
			}
			for _, mt := range x.text(thief, []string{"ORD ", "CXL ", "Y 123456 ", "TICKET ", "N "}[n%5]+order) {
				said = append(said, mt.Text)
			}
			x.now = x.now.Add(time.Second)
		}
		require.Len(t, said, 100, "hour %d", hour)
		for _, text := range said[:10] {
			require.Equal(t, unknown, text)
		}
		for _, text := range said[10:] {
			require.Contains(t, text, "We look for none until 1")
		}
		require.EqualValues(t, 100*(hour+1), x.e.Stats.Strangers.Load())
		require.NotEmpty(t, x.answer(thief, "ORD "+own))
		x.now = x.now.Add(time.Hour)
		x.due(thief)
	}
	require.NotContains(t, x.answer(victim, "ORD "+theirs), unknown)
}
