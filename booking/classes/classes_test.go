package classes

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

var (
	china = time.FixedZone("", 8*3600)
	noon  = time.Date(2030, 5, 4, 12, 0, 0, 0, china)
)

const day = 24 * time.Hour

func cny(yuan int64) booking.Money { return booking.Money{Minor: yuan * 100, Currency: "CNY"} }

// bought is a history of n orders of so many yuan each, the newest at last.
func bought(n int, yuan int64, last time.Time) (h booking.History) {
	for range n {
		h.Bought(booking.Purchase{At: last, Seats: 1, Price: cny(yuan)})
	}
	return h
}

func cancelled(h booking.History, n int) booking.History {
	for range n {
		h.Refunded(booking.GivenBack{At: h.Last, Seats: 1, Amount: cny(1), Whole: true})
	}
	return h
}

func TestPersons(t *testing.T) {
	for _, c := range []struct {
		p    Person
		want string
	}{
		{Person{}, "new"},
		{Person{Birth: "1949-12-31", Gender: "F", Region: "11", Occupation: "retired"}, "new age:60+ gender:F region:11 job:retired"},
		{Person{Birth: "2012-05-04"}, "new age:18-25"},    // 18 today
		{Person{Birth: "2012-05-05"}, "new age:14-17"},    // tomorrow
		{Person{Birth: "2004-05-04"}, "new age:26-35"},    // the bounds belong to the upper band
		{Person{Birth: "2030-05-04"}, "new age:0-5"},      // born today
		{Person{Birth: "2030-05-05"}, "new"},              // not born
		{Person{Birth: "1800-01-01"}, "new"},              // no age
		{Person{Birth: "4 May 2012", Gender: "f"}, "new"}, // not well formed
		{Person{Region: "99", Gender: "X"}, "new"},        //
		{Person{Region: "83", Gender: "M"}, "new gender:M region:83"},
		{Person{Occupation: "other"}, "new job:other"},
		{Person{Occupation: "student"}, "new job:student"},
		{Person{Occupation: "=1+1\r\nvip"}, "new job:other"}, // no text becomes a label
		{Person{Occupation: " "}, "new job:other"},
	} {
		require.Equal(t, strings.Fields(c.want), []string(Classify(c.p, booking.History{}, Defaults(), noon)), "%+v", c.p)
	}
}

// An age changes at midnight in the zone of the service, and on 1 March for
// whoever was born on a 29 February.
func TestBirthdays(t *testing.T) {
	for _, c := range []struct {
		birth string
		now   time.Time
		want  int
	}{
		{"2000-02-29", time.Date(2030, 2, 28, 23, 59, 59, 0, china), 29},
		{"2000-02-29", time.Date(2030, 3, 1, 0, 0, 0, 0, china), 30},
		{"2000-02-29", time.Date(2032, 2, 29, 0, 0, 0, 0, china), 32},
		{"2012-05-04", time.Date(2030, 5, 3, 23, 59, 59, 0, china), 17},
		{"2012-05-04", time.Date(2030, 5, 4, 0, 0, 0, 0, china), 18},
		{"2012-05-04", time.Date(2030, 5, 4, 0, 0, 0, 0, china).UTC(), 17},
	} {
		age, ok := ageOn(c.birth, c.now)
		require.True(t, ok)
		require.Equal(t, c.want, age, "%s on %s", c.birth, c.now)
	}
}

func TestLevels(t *testing.T) {
	third := 33
	r := Rules{Levels: []Level{
		{Name: "gold", Spent: 100000, Idle: 30 * day},
		{Name: "vip", Paid: 10, LastYear: true, Cancelled: &third, Idle: 180 * day},
		{Name: "vip", Spent: 500000, LastYear: true},
		{Name: "regular", Paid: 3},
	}}
	old := noon.Add(-400 * day)
	for name, c := range map[string]struct {
		h    booking.History
		want string
	}{
		"nothing":               {booking.History{}, "new"},
		"two":                   {bought(2, 100, noon), "new"},
		"three":                 {bought(3, 100, noon), "regular"},
		"three, one cancelled":  {cancelled(bought(3, 100, noon), 1), "new"},
		"four, one cancelled":   {cancelled(bought(4, 100, noon), 1), "regular"},
		"spent":                 {bought(1, 1000, noon), "gold"},
		"spent a fen less":      {bought(1, 999, noon), "new"},
		"spent, idle too long":  {bought(1, 1000, noon.Add(-30*day-1)), "new"},
		"spent, idle that long": {bought(1, 1000, noon.Add(-30*day)), "gold"},
		"ten":                   {bought(10, 1, noon), "vip"},
		"nine":                  {bought(9, 1, noon), "regular"},
		"ten, two years ago":    {bought(10, 1, old), "regular"},
		"15, five cancelled":    {cancelled(bought(15, 1, noon), 4), "vip"},
		"16, six cancelled":     {cancelled(bought(16, 1, noon), 6), "regular"},
		"the other way":         {bought(1, 5000, noon.Add(-60*day)), "vip"},
		"the other way, of old": {bought(1, 5000, old), "new"},
	} {
		require.Equal(t, c.want, Classify(Person{}, c.h, r, noon).Level(), name)
	}
	require.Equal(t, "new", Classify(Person{}, bought(99, 99999, noon), Rules{}, noon).Level(), "no levels")
	require.Equal(t, New, Classes(nil).Level())
}

func TestDefaults(t *testing.T) {
	r := Defaults()
	require.Equal(t, "vip", Classify(Person{}, bought(10, 100, noon), r, noon).Level())
	require.Equal(t, "regular", Classify(Person{}, bought(10, 100, noon), r, noon.Add(181*day)).Level())
	require.Equal(t, "regular", Classify(Person{}, bought(3, 100, noon), r, noon.Add(5000*day)).Level())
	seen := map[string]bool{}
	for _, label := range r.Known() {
		require.False(t, seen[label], label)
		seen[label] = true
		require.Regexp(t, `^[a-z]+(:[A-Za-z0-9+-]+)?$`, label)
	}
	for age := range 120 {
		require.True(t, seen[r.band(age)], age)
	}
	require.Contains(t, Rules{}.Known(), "age:0+")
}

func TestPersonOf(t *testing.T) {
	c := &booking.Customer{}
	require.Equal(t, Person{}, PersonOf(c))
	c.Document = &booking.Document{Birth: "1980-01-01", Gender: "M", Region: "11"}
	c.Occupation = booking.Occupation{Key: booking.OtherOccupation, Text: "=1+1"}
	require.Equal(t, Person{Birth: "1980-01-01", Gender: "M", Region: "11", Occupation: "other"}, PersonOf(c))
	for code, want := range map[string]string{"3101": "31", "31": "31", "": "11", "3": "11"} {
		c.Home = &booking.Home{Code: code}
		require.Equal(t, want, PersonOf(c).Region, code)
	}
}

func TestLimits(t *testing.T) {
	five, one, none := 5, 1, 0
	hour, ten := time.Hour, 10*time.Minute
	r := Rules{Base: Limits{UnpaidHolds: 3, OpenQuotes: 2, Hold: 30 * time.Minute, HoldNear: ten}, Overrides: []Override{
		{Class: "new", UnpaidHolds: &one},
		{Class: "vip", UnpaidHolds: &none, OpenQuotes: &five},
		{Class: "age:60+", UnpaidHolds: &five, Hold: &hour},
		{Class: "region:11", HoldNear: &hour},
	}}
	for _, c := range []struct {
		classes Classes
		want    Limits
	}{
		{Classes{"regular"}, r.Base},
		{nil, r.Base},
		{Classes{"new"}, Limits{1, 2, 30 * time.Minute, ten}},
		{Classes{"vip"}, Limits{0, 5, 30 * time.Minute, ten}}, // 0 is said, and is no limit
		{Classes{"new", "age:60+"}, Limits{1, 2, hour, ten}},  // the earlier one decides what both set
		{Classes{"regular", "age:60+", "region:11"}, Limits{5, 2, hour, hour}},
	} {
		require.Equal(t, c.want, r.Limits(c.classes), "%v", c.classes)
	}
}

func TestLabels(t *testing.T) {
	c := Classes{"vip", "age:60+", "gender:F", "region:11", "job:retired"}
	require.True(t, c.Has("age:60+"))
	require.False(t, c.Has("age:60"))
	require.Equal(t, []string{"60+", "F", "11", "retired", ""}, []string{c.Of("age"), c.Of("gender"), c.Of("region"), c.Of("job"), c.Of("vip")})
}
