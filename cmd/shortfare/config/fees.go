package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"shortfare/booking"
	"shortfare/booking/tariff"
)

// Fees are what is kept when a ticket is cancelled or changed.
type Fees struct {
	Preset            string        `mapstructure:"preset"` // none or cr
	Round             string        `mapstructure:"round"`  // shares of the fare are rounded to it; the preset's when empty
	FreeAfterPurchase time.Duration `mapstructure:"free_after_purchase"`
	FreeAfterMatch    time.Duration `mapstructure:"free_after_match"` // of the waitlist
	Cancel            []Ladder      `mapstructure:"cancel"`
	Change            []Ladder      `mapstructure:"change"`

	// Rules are all of it but FreeAfterMatch, which is of one ticket alone.
	Rules tariff.Rules `mapstructure:"-"`
}

// Ladder is one tariff.Ladder.
type Ladder struct {
	Name     string   `mapstructure:"name"`       // in journals; its place in the file when empty
	Kinds    []string `mapstructure:"kinds"`      // train, bus, flight; all when empty
	Classes  []string `mapstructure:"classes"`    // all when empty
	LaterDay bool     `mapstructure:"later_day"`  // for changes to a later day only
	Lower    bool     `mapstructure:"lower_fare"` // shares are of the lower of the fares before and after a change
	Steps    []Step   `mapstructure:"steps"`
}

// Step is one tariff.Step; amounts are decimals in the currency of the fare.
type Step struct {
	Before  time.Duration `mapstructure:"before"`
	Percent string        `mapstructure:"percent"`
	Fixed   string        `mapstructure:"fixed"`
	Min     string        `mapstructure:"min"`
	Max     string        `mapstructure:"max"`
}

// checkFees makes the rules and looks at them.
func (c *Config) checkFees(k *checker) {
	f := &c.Fees
	preset, ok := tariff.Preset(f.Preset)
	if !ok {
		k.oneOf("fees.preset", f.Preset, tariff.Presets()...)
	}
	k.duration("fees.free_after_match", f.FreeAfterMatch, 0, 24*time.Hour)
	before := len(k.p)
	own := tariff.Rules{FreeAfter: f.FreeAfterPurchase, Round: k.decimal("fees.round", f.Round),
		Cancels: k.ladders("fees.cancel", f.Cancel), Changes: k.ladders("fees.change", f.Change)}
	if len(k.p) == before { // or a value that can't be read would be complained about twice
		for _, p := range own.Problems() {
			k.bad("fees."+p.Where, "%s", p.What)
		}
	}
	f.Rules = own.Then(preset)
}

func (k *checker) ladders(list string, in []Ladder) []tariff.Ladder {
	var out []tariff.Ladder
	for i, l := range in {
		at := fmt.Sprintf("%s[%d]", list, i)
		t := tariff.Ladder{Name: l.Name, Classes: l.Classes, LaterDay: l.LaterDay, LowerFare: l.Lower}
		if t.Name == "" {
			t.Name = at
		}
		for _, word := range l.Kinds {
			t.Kinds = append(t.Kinds, k.kind(at+".kinds", word))
		}
		for j, s := range l.Steps {
			at := fmt.Sprintf("%s.steps[%d]", at, j)
			t.Steps = append(t.Steps, tariff.Step{Before: s.Before, Percent: k.decimal(at+".percent", s.Percent), Fixed: k.decimal(at+".fixed", s.Fixed),
				Min: k.decimal(at+".min", s.Min), Max: k.decimal(at+".max", s.Max)})
		}
		out = append(out, t)
	}
	return out
}

func (k *checker) kind(key, word string) booking.Kind {
	kinds := []string{booking.Train.String(), booking.Bus.String(), booking.Flight.String()}
	i := slices.Index(kinds, word)
	if i < 0 {
		k.oneOf(key, word, kinds...)
		return 0
	}
	return booking.Kind(i)
}

// decimal reads a number with at most two decimals as hundredths, exactly;
// empty is 0.
func (k *checker) decimal(key, s string) int64 {
	if s == "" {
		return 0
	}
	digits, negative := strings.CutPrefix(s, "-")
	whole, part, _ := strings.Cut(digits, ".")
	if len(part) > 2 {
		k.bad(key, "%q has more than two decimals; round it", s)
		return 0
	}
	n, err := strconv.ParseUint(whole+part+"00"[len(part):], 10, 62)
	if err != nil || whole == "" {
		k.bad(key, "%q is not a number; write one such as 5 or 27.50", s)
		return 0
	}
	if negative {
		return -int64(n)
	}
	return int64(n)
}
