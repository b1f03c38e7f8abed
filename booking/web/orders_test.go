package web

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// runs is a timetable and a terminal.
type runs struct{ list []booking.Trip }

func (r runs) Departing(d booking.Date, prefix string, skip, limit int) (page []booking.Trip, total int) {
	for _, t := range r.list {
		if t.Date == d && strings.HasPrefix(t.Number, prefix) {
			page = append(page, t)
		}
	}
	total = len(page)
	page = page[min(skip, total):]
	return page[:min(limit, len(page))], total
}

func (r runs) Left(k booking.TripKey, class string) (int, bool) {
	return map[string]int{"2nd": 1234, "1st": 0}[class], class != "economy"
}

// Orders are counted by whatever is asked, the same as `shortfare stats` counts.
func TestOrders(t *testing.T) {
	b := start(t, sample(), nil)
	w := b.login()
	for query, want := range map[string]string{
		"":                                    "state Seats Orders Amount hold expired 1 1 CNY 553 issued 2 1 CNY 1106 in review 1 1 CNY 1000 Total 4 3 CNY 2659",
		"by=service":                          "service Seats Orders Amount CA1501 1 1 CNY 1000 G123 3 2 CNY 1659 Total 4 3 CNY 2659",
		"by=service&and=state":                "service state Seats Orders Amount CA1501 in review 1 1 CNY 1000 G123 hold expired 1 1 CNY 553 G123 issued 2 1 CNY 1106 Total",
		"by=service&state=issued":             "service Seats Orders Amount G123 2 1 CNY 1106 Total 2 1 CNY 1106",
		"by=day":                              "day Seats Orders Amount Thu 5 Dec 4 3 CNY 2659 Total",
		"by=customer":                         "new 1 1 CNY 553 regular 3 2 CNY 2106 Total",
		"by=age":                              "– 1 1 CNY 553 60+ years 3 2 CNY 2106 Total",
		"by=region&class=gender:F":            "Beijing 3 2 CNY 2106 Total",
		"by=class&service=g123":               "2nd 3 2 CNY 1659 Total",
		"code=k7m2p":                          "issued 2 1 CNY 1106 Total 2 1",
		"from=2030-12-06":                     "No orders.",
		"from=2030-12-01&to=2030-12-05":       "Total 4 3",
		"by=state&and=state&state=expired":    "hold expired 1 1 CNY 553 Total",
		"class=vip":                           "No orders.",
		"by=kind&state=review&service=CA1501": "train 1 1 CNY 1000 Total",
	} {
		require.Contains(t, words(w.page("/en/orders?"+query)), want, query)
	}
	page := w.page("/en/orders?by=service")
	require.Contains(t, words(page), "G123 Beijing South–Shanghai Hongqiao 5 Dec 11:00 issued 2 CNY 1106 8613*******01")
	require.Contains(t, html.UnescapeString(page), "/en/orders?by=service&from=2030-12-04&service=CA1501&to=2030-12-19#list")
	require.Contains(t, words(w.page("/zh/orders?by=kind")), "火车 4 3")
	require.NotContains(t, page, phone.String())
}

// A filter that can't be read is said to be so, and what it should be.
func TestOrdersRefused(t *testing.T) {
	w := start(t, sample(), nil).login()
	for query, want := range map[string]string{
		"from=yesterday": "Write days as", "from=2030-12-05&to=2030-12-04": "Write days as", "from=0000-00-00": "Write days as", "from=2030-01-01&to=2032-01-01": "more than a year",
		"by=secret": "no such state, class or count", "state=x": "no such state", "class=x": "no such state", "and=x": "no such state", "after=x": "no such state", "after=1--2": "no such state",
		"code=K7M2Q": "no code of an order", "code=" + url.QueryEscape("' OR 1=1"): "no code of an order",
	} {
		rec := w.get("/en/orders?" + query)
		require.Equal(t, http.StatusBadRequest, rec.Code, query)
		require.Contains(t, words(rec.Body.String()), want, query)
	}
	for _, query := range []string{"day=x", "skip=-1", "skip=x"} {
		require.Equal(t, http.StatusBadRequest, w.get("/en/services?"+query).Code, query)
	}
}

// The list has pages; all together are every order once, and each page counts them all.
func TestOrdersPages(t *testing.T) {
	s := &memory{}
	const many = 2*ordersPage + 9
	for i := range many {
		s.orders = append(s.orders, &booking.Order{ID: booking.OrderID(i + 1), Code: "N" + string(rune('A'+i%26)) + string(rune('A'+i/26)), Customer: phone, State: booking.Issued, Seats: 1,
			Trip: trip("G1", noon.Add(time.Duration(i%3)*24*time.Hour), "2nd", 10), Price: cny(10)})
	}
	w := start(t, s, nil).login()
	seen := map[string]bool{}
	path, pages := "/en/orders?by=service", 0
	for path != "" {
		page := w.page(path)
		pages++
		require.Contains(t, words(page), "Total 109 109 CNY 1090")
		for _, m := range regexp.MustCompile(`#o-(N[A-Z]+)"`).FindAllStringSubmatch(page, -1) {
			require.False(t, seen[m[1]], "shown twice")
			seen[m[1]] = true
		}
		path = ""
		if m := regexp.MustCompile(`href="([^"#]*)#list">Next page`).FindStringSubmatch(page); m != nil {
			path = html.UnescapeString(m[1])
		}
	}
	require.Equal(t, 3, pages)
	require.Len(t, seen, many)
}

// What is too much to count at once is counted in part, and said.
func TestOrdersCut(t *testing.T) {
	s := &memory{}
	one := trip("G1", noon, "2nd", 10)
	for i := range ordersLook + 10 {
		s.orders = append(s.orders, &booking.Order{ID: booking.OrderID(i + 1), Code: "X", Customer: phone, State: booking.Issued, Seats: 1, Trip: one, Price: cny(10)})
	}
	b := start(t, &memory{}, nil)
	w := ordersWalk{c: b.Console, f: ordersFilter{From: 20301204, To: 20301204}, table: newTable(), known: nil}
	b.o.Store = quick{s}
	require.NoError(t, w.walk(t.Context()))
	require.True(t, w.cut)
	require.True(t, w.more)
	require.Equal(t, ordersLook, w.table.Total().Orders)
	require.Len(t, w.listed, ordersPage)
}

// Services of a day: what is left, sold, held, waited for and stopped.
func TestServices(t *testing.T) {
	s := sample()
	tomorrow := noon.Add(23 * time.Hour)
	both := trip("G123", tomorrow, "2nd", 553)
	both.Fares = append(both.Fares, booking.Fare{Class: "1st", Price: cny(900)})
	late := trip("G5", tomorrow.Add(time.Hour), "2nd", 553)
	late.Shift = 40 * time.Minute
	gone := trip("CA1501", tomorrow.Add(2*time.Hour), "economy", 1000)
	gone.Cancelled = true
	table := runs{[]booking.Trip{both, late, gone}}
	for i := range 90 {
		table.list = append(table.list, trip("K"+string(rune('0'+i/10))+string(rune('0'+i%10)), tomorrow.Add(24*time.Hour), "2nd", 1))
	}
	s.orders = append(s.orders, &booking.Order{ID: 20, Customer: phone, State: booking.Waiting, Seats: 3, Trip: both}, &booking.Order{ID: 21, Customer: phone, State: booking.Held, Seats: 4, Trip: both})
	s.stops = []booking.Suspension{{Number: "G5", Class: "2nd", At: noon}, {Number: "D1", Day: 20301205, At: noon}, {Number: "D2", Day: 20301206, At: noon}}
	w := start(t, s, func(o *Options) { o.Timetable, o.Stock = func() Timetable { return table }, table }).login()
	said := words(w.page("/en/services?day=2030-12-05"))
	for _, want := range []string{"Thu 5 Dec 1–3 of 3", "G123 11:00–16:00 Beijing South–Shanghai Hongqiao 2nd 1 234 1st 0 2 4 3", "G5 moved by +40 min sale stopped 2nd", "CA1501 cancelled",
		"economy ? 1 – –", "Sale stopped: D1"} {
		require.Contains(t, said, want)
	}
	require.NotContains(t, said, "D2")
	require.Contains(t, words(w.page("/en/services?day=2030-12-05&service=g1")), "1–1 of 1")
	require.Contains(t, words(w.page("/zh/services")), "当天没有班次")
	seen, path := 0, "/en/services?day=2030-12-06"
	for path != "" {
		page := w.page(path)
		seen += strings.Count(page, "<tr><th scope=\"row\">")
		path = ""
		if m := regexp.MustCompile(`href="([^"]*)">Next page`).FindStringSubmatch(page); m != nil {
			path = html.UnescapeString(m[1])
		}
	}
	require.Equal(t, 90, seen)
	require.Contains(t, words(start(t, s, nil).login().page("/en/services")), "There is no timetable to list")
}
