package catalogue

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"shortfare/booking"
)

// tariff prices a part of a run. Amounts are in minor units.
type tariff struct {
	mode    tariffMode
	classes []classFare
}

type tariffMode uint8

const (
	byDistance tariffMode = iota // base + perKm * distance, at least min
	byShare                      // full, times the part's share of the distance, at least min
	byZone                       // the fare files
	fixed                        // full
)

type classFare struct {
	class string
	base  float64
	perKm float64
	min   float64
	full  float64
}

// step is what prices are rounded up to: half a yuan.
const step = 50

// fares prices the part of a run between two calls, cheapest first.
func (s *Snapshot) fares(v *service, from, to uint32) []booking.Fare {
	t := &s.tariffs[v.tariff]
	if t.mode == byZone {
		return s.zones.price(s, v, from, to)
	}
	out := make([]booking.Fare, len(t.classes))
	metres := float64(s.callMetre[to] - s.callMetre[from])
	total := float64(s.callMetre[v.first+v.n-1])
	for i, c := range t.classes {
		var p float64
		switch {
		case t.mode == fixed, t.mode == byShare && total == 0:
			p = c.full
		case t.mode == byShare:
			p = round(max(c.min, c.full*metres/total))
			p = min(p, c.full)
		default:
			p = round(max(c.min, c.base+c.perKm*metres/1000))
		}
		out[i] = booking.Fare{Class: c.class, Price: booking.Money{Minor: int64(p), Currency: s.currency}}
	}
	sortFares(out)
	return out
}

func sortFares(f []booking.Fare) {
	slices.SortStableFunc(f, func(a, b booking.Fare) int {
		switch {
		case a.Price.Minor < b.Price.Minor:
			return -1
		case a.Price.Minor > b.Price.Minor:
			return 1
		default:
			return 0
		}
	})
}

// round gives the next multiple of a step; a millionth of a step is noise of the arithmetic.
func round(p float64) float64 { return math.Ceil(p/step-1e-6) * step }

// distanceTariff is the price list for a kind of service. Rates are those of
// China in the yuan's minor unit, over the distance as the crow flies from stop to stop.
func distanceTariff(kind booking.Kind, number string) tariff {
	rate := func(class string, perKm, least float64) classFare {
		return classFare{class: class, perKm: perKm, min: least}
	}
	switch kind {
	case booking.Bus:
		return tariff{classes: []classFare{rate("seat", 35, 200)}}
	case booking.Flight:
		return tariff{classes: []classFare{
			{class: "economy", base: 8000, perKm: 75, min: 30000},
			{class: "business", base: 16000, perKm: 210, min: 90000},
		}}
	}
	switch chineseClass(number) {
	case 'G':
		return tariff{classes: []classFare{rate("2nd", 46, 500), rate("1st", 46*1.6, 800), rate("business", 46*3, 1500)}}
	case 'D', 'C':
		return tariff{classes: []classFare{rate("2nd", 34, 500), rate("1st", 34*1.6, 800)}}
	case 'K', 'T', 'Z':
		return tariff{classes: []classFare{rate("hard seat", 14, 100), rate("hard sleeper", 25, 5000), rate("soft sleeper", 38, 8000)}}
	default:
		return tariff{classes: []classFare{rate("seat", 30, 200)}}
	}
}

// chineseClass is the letter of a Chinese train number (`G123`), 0 for any other.
func chineseClass(number string) byte {
	if len(number) < 2 || number[1] < '0' || number[1] > '9' {
		return 0
	}
	if strings.IndexByte("GDCKTZ", number[0]) < 0 {
		return 0
	}
	return number[0]
}

func fixedTariff(kind booking.Kind, number string, amount int64) tariff {
	class := distanceTariff(kind, number).classes[0].class
	return tariff{mode: fixed, classes: []classFare{{class: class, full: float64(amount)}}}
}

// parseAmount reads a price in major units into minor ones.
func parseAmount(text string) (int64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v < 0 || v > 1e9 || math.IsNaN(v) {
		return 0, fmt.Errorf("%q is not an amount such as 12.50", text)
	}
	return int64(math.Round(v * 100)), nil
}
