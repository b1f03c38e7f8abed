package tariff

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"shortfare/booking"
)

// Question is one seat that a customer wants to give back or swap.
type Question struct {
	Kind  booking.Kind
	Class string        // as the fare names it: 2nd, economy
	Fare  booking.Money // of this seat
	Dep   time.Time     // of the ticket that exists
	Now   time.Time
	// Bought is when the ticket was paid; zero when nobody knows, and then there
	// is no free window after purchase.
	Bought time.Time
	// Disrupted is set when the carrier has cancelled or moved the service.
	Disrupted bool
	// FreeUntil ends a free window of this ticket alone, such as that of a match
	// from the waitlist; zero for none.
	FreeUntil time.Time
	// LaterDay is set for a change to a service of a later day: some ladders are for those only.
	LaterDay bool
	// NewFare is that of the seat a change leads to; without a currency when there is none.
	NewFare booking.Money
}

// Fee is what is kept of a fare.
type Fee struct {
	Amount booking.Money // in the fare's currency, from 0 to the fare
	Rule   string        // which rule that was: "cr train 24h+ 10% min 2"; for explanations and the journal
}

// Names of the rules under which nothing is kept. A ladder's rule begins with
// the ladder's name.
const (
	RuleNone       = "no fee"
	RuleDisrupted  = "service disrupted"
	RuleJustBought = "just bought"
	RuleFreeWindow = "free window"
)

// Rules are fee rules. The zero value takes no fee, ever. It is a value to be
// shared; nothing changes it.
type Rules struct {
	// Cancels and Changes are asked in order: the first ladder that takes a
	// question decides, and where none does there is no fee.
	Cancels, Changes []Ladder
	// FreeAfter is how long after purchase nothing is kept; 0 for no such window.
	FreeAfter time.Duration
	// Round is the step, in the minor unit, to which shares of the fare are
	// rounded, half a step up; 0 and 1 are the minor unit itself. China Railway
	// rounds to 50 fen: below 25 down, from 75 up.
	Round int64
}

// Ladder is the fees of some tickets by the time left before departure.
type Ladder struct {
	Name string
	// Kinds and Classes are those that the ladder is for; none given means all.
	Kinds   []booking.Kind
	Classes []string
	// LaterDay is set on a ladder for changes to a later day only.
	LaterDay bool
	// LowerFare is set on a ladder for changes that takes the lower of the fares
	// before and after the change for the fare.
	LowerFare bool
	Steps     []Step // the longest time before departure first
}

// Step is the fee of one span of time: Fixed and a share of the fare, not less
// than Min and not more than Max. Amounts are in the minor unit of the fare's
// currency, for one seat.
type Step struct {
	// Before is where the span begins: the step is for tickets with at least so
	// much time left. Below the last step's Before the last step goes on.
	Before  time.Duration
	Percent int64 // hundredths of a percent of the fare: 500 is 5 %
	Fixed   int64
	Min     int64
	Max     int64 // 0 is no limit
}

// Cancel returns what is kept when the seat is cancelled.
func (r Rules) Cancel(q Question) Fee { return r.fee(r.Cancels, q) }

// Change returns what is asked for when the seat is swapped for another one,
// apart from the difference of the fares.
func (r Rules) Change(q Question) Fee { return r.fee(r.Changes, q) }

func (r Rules) fee(ladders []Ladder, q Question) Fee {
	free := Fee{Amount: booking.Money{Currency: q.Fare.Currency}}
	switch {
	case q.Disrupted:
		free.Rule = RuleDisrupted
		return free
	case q.Now.Before(q.FreeUntil):
		free.Rule = RuleFreeWindow
		return free
	case r.FreeAfter > 0 && !q.Bought.IsZero() && q.Now.Before(q.Bought.Add(r.FreeAfter)):
		free.Rule = RuleJustBought
		return free
	}
	for i := range ladders {
		l := &ladders[i]
		if !l.takes(q) || len(l.Steps) == 0 {
			continue
		}
		s := l.step(q.Dep.Sub(q.Now))
		fare := q.Fare.Minor
		if l.LowerFare && q.NewFare.Currency == q.Fare.Currency {
			fare = min(fare, q.NewFare.Minor)
		}
		return Fee{Amount: booking.Money{Minor: s.of(fare, r.Round), Currency: q.Fare.Currency}, Rule: strings.TrimSpace(l.Name + " " + s.String())}
	}
	free.Rule = RuleNone
	return free
}

func (l *Ladder) takes(q Question) bool {
	return (len(l.Kinds) == 0 || slices.Contains(l.Kinds, q.Kind)) && (len(l.Classes) == 0 || slices.Contains(l.Classes, q.Class)) && (!l.LaterDay || q.LaterDay)
}

// step finds the step for the time left. A ladder has one at least.
func (l *Ladder) step(left time.Duration) Step {
	for _, s := range l.Steps {
		if left >= s.Before {
			return s
		}
	}
	return l.Steps[len(l.Steps)-1]
}

// of computes the fee of a fare.
func (s Step) of(fare, round int64) int64 {
	if fare <= 0 {
		return 0
	}
	fee := s.Fixed + share(fare, s.Percent, round)
	fee = max(fee, s.Min)
	if s.Max > 0 {
		fee = min(fee, s.Max)
	}
	return max(0, min(fee, fare))
}

// share is percent hundredths of a percent of fare, rounded to the nearest
// multiple of round, halves up. It is exact: floating point would put amounts
// that lie on a half now above and now below it.
func share(fare, percent, round int64) int64 {
	round = max(round, 1)
	const whole = 100 * 100
	if percent <= 0 {
		return 0
	}
	if percent <= whole && round <= 1<<30 && fare < 1<<40 { // anything a seat can cost
		return (2*fare*percent + round*whole) / (2 * round * whole) * round
	}
	n := new(big.Int).Mul(big.NewInt(2*percent), big.NewInt(fare))
	unit := new(big.Int).Mul(big.NewInt(round), big.NewInt(whole))
	n.Add(n, unit).Div(n, unit.Lsh(unit, 1)).Mul(n, big.NewInt(round))
	if !n.IsInt64() {
		return fare
	}
	return n.Int64()
}

// String is the step as explanations have it: "24h+ 10% min 2", without what is zero.
func (s Step) String() string {
	var b strings.Builder
	b.WriteString(hours(s.Before))
	b.WriteString("+")
	if s.Percent != 0 || s.Fixed == 0 && s.Min == 0 {
		b.WriteString(" " + booking.Money{Minor: s.Percent}.Amount() + "%")
	}
	for _, x := range []struct {
		name  string
		minor int64
	}{{"fixed", s.Fixed}, {"min", s.Min}, {"max", s.Max}} {
		if x.minor != 0 {
			fmt.Fprintf(&b, " %s %s", x.name, booking.Money{Minor: x.minor}.Amount())
		}
	}
	return b.String()
}

// hours writes a time without parts that are zero: 48h, 1h30m.
func hours(d time.Duration) string {
	s := d.String()
	s = strings.TrimSuffix(s, "0s")
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	if s == "" {
		return "0h"
	}
	return s
}
