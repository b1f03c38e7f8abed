package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/booking/tariff"
)

// Fees are asked for seat by seat and added up.
func TestFeesBySeat(t *testing.T) {
	rules, ok := tariff.Preset(tariff.ChinaRailway)
	require.True(t, ok)
	own := tariff.Rules{FreeAfter: time.Hour}.Then(rules)
	now := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	ticket := func() *booking.Order {
		return &booking.Order{Seats: 2, Price: booking.Money{Minor: 110601, Currency: "CNY"}, Created: now.Add(-30 * time.Minute),
			Trip: booking.Trip{Dep: now.Add(30 * time.Hour), Fares: []booking.Fare{{Class: "2nd"}}}}
	}
	for name, c := range map[string]struct {
		rules   tariff.Rules
		leaving []int
		change  func(*booking.Order)
		want    int64
	}{
		"whole":              {rules, nil, func(*booking.Order) {}, 11100},
		"one seat":           {rules, []int{1}, func(*booking.Order) {}, 5550},
		"carrier moved it":   {rules, nil, func(o *booking.Order) { o.Upset = booking.RunMoved }, 0},
		"of the waitlist":    {rules, nil, func(o *booking.Order) { o.FreeUntil = now.Add(1) }, 0},
		"no longer":          {rules, nil, func(o *booking.Order) { o.FreeUntil = now }, 11100},
		"just bought":        {own, nil, func(*booking.Order) {}, 0},
		"changed, not new":   {own, nil, func(o *booking.Order) { o.Swap = &booking.Swap{Done: true} }, 11100},
		"bought some time":   {own, nil, func(o *booking.Order) { o.Created = now.Add(-time.Hour) }, 11100},
		"no rules, no fee":   {tariff.Rules{}, nil, func(*booking.Order) {}, 0},
		"a flight's own way": {rules, nil, func(o *booking.Order) { o.Trip.Kind = booking.Flight }, 44200},
	} {
		o := ticket()
		c.change(o)
		require.Equal(t, booking.Money{Minor: c.want, Currency: "CNY"}, cancelFee(c.rules)(o, c.leaving, now), name)
	}
	next := ticket()
	require.Zero(t, changeFee(rules, time.UTC)(ticket(), next, now).Minor, "on the same day")
	next.Trip.Dep = next.Trip.Dep.AddDate(0, 0, 1)
	require.Equal(t, int64(5500), changeFee(rules, time.UTC)(ticket(), next, now).Minor, "to a later day")
	next.Price.Minor = 90000
	require.Equal(t, int64(4500), changeFee(rules, time.UTC)(ticket(), next, now).Minor, "to a cheaper train")
	next.Price.Minor = 200000
	require.Equal(t, int64(5500), changeFee(rules, time.UTC)(ticket(), next, now).Minor, "to a dearer train")
}
