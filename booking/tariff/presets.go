package tariff

import (
	"time"

	"shortfare/booking"
)

// Names of the presets.
const (
	NoFees       = "none" // everything is free, as where nothing is configured
	ChinaRailway = "cr"   // what travellers in China are used to
)

// Presets lists the names that Preset knows.
func Presets() []string { return []string{NoFees, ChinaRailway} }

// Preset returns ready-made rules; false for a name that is not known.
//
// ChinaRailway has for trains what the notices of 12306.cn on refunds and changes
// say (退票费用收取标准, 改签费用收取标准; not for trains to Hong Kong): a ticket is cancelled
// free of charge 8 days or more before departure, for 5 % from 48 hours, 10 %
// from 24 hours and 20 % after that, not less than 2 yuan, to half a yuan; it is
// changed free of charge, but for 5 % from 24 hours and 15 % after that of the
// lower of both fares when the new train is of a later day and less than 48 hours
// are left. What 12306.cn asks for besides is not in it: the fee of a cancel on the
// difference when the new train is cheaper, 20 % for cancelling a ticket that was
// changed into the Spring Festival rush, 5 % for one that was changed to 8 days or
// more away. Coaches have the 10 % (at least
// half a yuan) and, in the last two hours, 20 % (at least 1 yuan) of the rules on
// the charges of coach stations (汽车客运站收费规则), and changes are free; stations differ. The
// ladders of flights are an example and nobody's: every airline has its own.
func Preset(name string) (Rules, bool) {
	switch name {
	case NoFees:
		return Rules{}, true
	case ChinaRailway:
		return chinaRailway(), true
	}
	return Rules{}, false
}

func chinaRailway() Rules {
	const day, yuan = 24 * time.Hour, 100
	train, bus, flight := []booking.Kind{booking.Train}, []booking.Kind{booking.Bus}, []booking.Kind{booking.Flight}
	front := []string{"business", "1st", "first"}
	return Rules{
		Round: yuan / 2,
		Cancels: []Ladder{
			{Name: "cr train", Kinds: train, Steps: []Step{{Before: 8 * day},
				{Before: 2 * day, Percent: 500, Min: 2 * yuan}, {Before: day, Percent: 1000, Min: 2 * yuan}, {Percent: 2000, Min: 2 * yuan}}},
			{Name: "cr bus", Kinds: bus, Steps: []Step{{Before: 2 * time.Hour, Percent: 1000, Min: yuan / 2}, {Percent: 2000, Min: yuan}}},
			{Name: "cr flight front", Kinds: flight, Classes: front,
				Steps: []Step{{Before: 7 * day, Percent: 500}, {Before: 2 * day, Percent: 1000}, {Before: 4 * time.Hour, Percent: 1500}, {Percent: 2500}}},
			{Name: "cr flight", Kinds: flight,
				Steps: []Step{{Before: 7 * day, Percent: 1000}, {Before: 2 * day, Percent: 2000}, {Before: 4 * time.Hour, Percent: 4000}, {Percent: 6000}}},
		},
		Changes: []Ladder{
			{Name: "cr train later day", Kinds: train, LaterDay: true, LowerFare: true, Steps: []Step{{Before: 2 * day}, {Before: day, Percent: 500}, {Percent: 1500}}},
			{Name: "cr flight front", Kinds: flight, Classes: front,
				Steps: []Step{{Before: 7 * day}, {Before: 2 * day, Percent: 500}, {Before: 4 * time.Hour, Percent: 1000}, {Percent: 1500}}},
			{Name: "cr flight", Kinds: flight,
				Steps: []Step{{Before: 7 * day, Percent: 500}, {Before: 2 * day, Percent: 1000}, {Before: 4 * time.Hour, Percent: 2000}, {Percent: 3000}}},
		},
	}
}

// Then returns rules that ask the ladders of r first and those of next where r
// has none that takes the question. Windows and rounding are those of r where it
// has them.
func (r Rules) Then(next Rules) Rules {
	out := Rules{Cancels: joined(r.Cancels, next.Cancels), Changes: joined(r.Changes, next.Changes), FreeAfter: r.FreeAfter, Round: r.Round}
	if out.FreeAfter == 0 {
		out.FreeAfter = next.FreeAfter
	}
	if out.Round == 0 {
		out.Round = next.Round
	}
	return out
}

func joined(a, b []Ladder) []Ladder { return append(append([]Ladder(nil), a...), b...) }
