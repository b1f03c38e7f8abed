package stats

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/smpp/coding"
)

func cny(yuan int64) booking.Money { return booking.Money{Minor: yuan * 100, Currency: "CNY"} }

func facts() []Fact {
	return []Fact{
		{Number: "G123", Day: 20301205, Class: "2nd", CustomerClass: "vip", Labels: []string{"age:18-25", "job:student"}, State: "issued", Seats: 2, Price: cny(1106)},
		{Number: "CA1501", Day: 20301205, Class: "economy", CustomerClass: "new", Labels: []string{"gender:F"}, State: "issued", Seats: 4, Price: cny(4000), Kind: booking.Flight},
		{Number: "CA1501", Day: 20301206, Class: "business", CustomerClass: "new", State: "refunded", Seats: 1, Price: booking.Money{Minor: 12345, Currency: "USD"}, Kind: booking.Flight},
		{Number: "G13", Class: "2nd", CustomerClass: "regular", State: "expired", Seats: 1},
	}
}

func table(by ...Dimension) *Table {
	t := New(by...)
	for _, f := range facts() {
		t.Add(f)
	}
	return t
}

func TestCounts(t *testing.T) {
	require.Equal(t, []Row{
		{[]string{"CA1501"}, 2, 5, []booking.Money{cny(4000), {Minor: 12345, Currency: "USD"}}},
		{[]string{"G13"}, 1, 1, nil},
		{[]string{"G123"}, 1, 2, []booking.Money{cny(1106)}},
	}, table(Service).Rows())
	require.Equal(t, Row{nil, 4, 8, []booking.Money{cny(5106), {Minor: 12345, Currency: "USD"}}}, table(Service).Total())
	for by, want := range map[Dimension]string{
		Service: "CA1501 5, G123 2, G13 1", Day: "2030-12-05 6, - 1, 2030-12-06 1", Class: "economy 4, 2nd 3, business 1", Customer: "new 5, vip 2, regular 1",
		State: "issued 6, expired 1, refunded 1", Kind: "flight 5, train 3", Age: "- 6, 18-25 2", Gender: "- 4, F 4", Region: "- 8", Job: "- 6, student 2",
	} {
		require.Equal(t, want, table(by).Text("", nil), by)
	}
	require.Len(t, Dimensions(), 10)
	require.Equal(t, "CA1501 economy 4, G123 2nd 2, CA1501 business 1, G13 2nd 1", table(Service, Class).Text("", nil))
	require.Equal(t, "5Dec: 8", table().Text("5Dec:", nil))
	require.Equal(t, "Sold ", New(Service).Text("Sold ", nil))
	require.Empty(t, New(Service).Rows())
}

func TestFactOf(t *testing.T) {
	loc := time.FixedZone("", 8*3600)
	o := &booking.Order{State: booking.Issued, Seats: 2, Price: cny(1106), Trip: booking.Trip{Number: "G123", Kind: booking.Bus,
		Dep: time.Date(2030, 12, 4, 20, 0, 0, 0, time.UTC), Fares: []booking.Fare{{Class: "2nd"}}}}
	require.Equal(t, Fact{Number: "G123", Day: 20301205, Class: "2nd", State: "issued", Seats: 2, Price: cny(1106), Kind: booking.Bus}, FactOf(o, loc))
	o.State, o.Reason, o.Trip.Fares = booking.Closed, booking.ClosedRefunded, nil
	require.Equal(t, "refunded", FactOf(o, loc).State)
	o.State = booking.Voiding // the reason it will have
	require.Equal(t, "voiding", StateOf(o))
}

func TestParseBy(t *testing.T) {
	by, err := ParseBy("service, Day")
	require.NoError(t, err)
	require.Equal(t, []Dimension{Service, Day}, by)
	for list, want := range map[string]string{"": "write some of service,day", "x": "write some of", "day,": "write some of", "day,day": "named twice"} {
		_, err := ParseBy(list)
		require.ErrorContains(t, err, want)
	}
}

// The text is always one segment, says the greatest first, and what it leaves
// out and what it shows are everything.
func TestTextFits(t *testing.T) {
	for _, number := range []string{"G%d", "京沪高铁%d次", "{%d}"} {
		for n := range 120 {
			tab := New(Service)
			for i := range n {
				tab.Add(Fact{Number: fmt.Sprintf(number, i), Seats: 1 + i%17})
			}
			text := tab.Text("5Dec ", nil)
			_, _, segments := coding.Units(text)
			require.Equal(t, 1, segments, text)
			items := strings.Split(strings.TrimPrefix(text, "5Dec "), ", ")
			shown, left := len(items), 0
			if _, err := fmt.Sscanf(items[len(items)-1], "+%d more", &left); err == nil || n == 0 {
				shown--
			}
			require.Equal(t, n, shown+left, text)
			if left > 0 { // one more would not have fitted
				require.Greater(t, shown, 3)
			}
		}
	}
	tab := New(Service, Class, State)
	tab.Add(Fact{Number: strings.Repeat("长", 99), Class: strings.Repeat("长", 99), State: "x", Seats: 1})
	require.Equal(t, "另1组", tab.Text("", func(n int) string { return fmt.Sprintf("另%d组", n) }))
}

func TestNatural(t *testing.T) {
	sorted := []string{"", "-", "CA2", "CA10", "G1", "G01", "G1a", "G2", "G10", "G99999999999999999999998", "G99999999999999999999999", "Ga", "京1"}
	for i, a := range sorted {
		for j, b := range sorted {
			switch c := natural(a, b); {
			case i == j:
				require.Zero(t, c)
			case a == "G1" && b == "G01" || a == "G01" && b == "G1":
				require.NotZero(t, c)
			default:
				require.Equal(t, i < j, c < 0, "%q %q", a, b)
			}
		}
	}
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, table(Service, Customer).CSV(&b))
	require.Equal(t, "\"service\",\"customer\",orders,seats,\"amount CNY\",\"amount USD\"\r\n"+
		"\"CA1501\",\"new\",2,5,4000,123.45\r\n\"G13\",\"regular\",1,1,0,0\r\n\"G123\",\"vip\",1,2,1106,0\r\n", b.String())
}

func TestTable(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, table(Service, State).Table(&b))
	require.Equal(t, "service  state     seats  orders  amount\nCA1501   issued    4      1       CNY4000\nCA1501   refunded  1      1       USD123.45\n"+
		"G13      expired   1      1       \nG123     issued    2      1       CNY1106\ntotal              8      4       CNY5106 USD123.45\n", b.String())
	b.Reset()
	require.NoError(t, New().Table(&b))
	require.Equal(t, "seats  orders  amount\n0      0       \n", b.String())
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, table(Service).JSON(&b))
	require.JSONEq(t, `{"by":["service"],"rows":[
		{"labels":{"service":"CA1501"},"orders":2,"seats":5,"amount_minor":{"CNY":400000,"USD":12345}},
		{"labels":{"service":"G13"},"orders":1,"seats":1,"amount_minor":{}},
		{"labels":{"service":"G123"},"orders":1,"seats":2,"amount_minor":{"CNY":110600}}],
		"total":{"orders":4,"seats":8,"amount_minor":{"CNY":510600,"USD":12345}}}`, b.String())
	b.Reset()
	require.NoError(t, New().JSON(&b))
	require.JSONEq(t, `{"by":[],"rows":[],"total":{"orders":0,"seats":0,"amount_minor":{}}}`, b.String())
}

// payloads are what a timetable, a customer or an attacker may write for a label.
func payloads() []string {
	return []string{"=1+1", "+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u3000=1", "\u200b=1", "\x00=1", "＝1+1", "＋1", "－1", "＠x",
		`"=1`, `a",=1,"`, "a;=1", "a\r\n=1,2", `","x`, "\x1b[2J", "\x1b]0;x\a", "\x9b31m", "\u202egnp", "\ufeff=1", "a\xff=1", "'; DROP TABLE orders;--", "{{.}}", "{code}", "%s%n", "<script>", "$(id)",
		strings.Repeat("=", 500)}
}

// C09: whatever a label is, in CSV it is one text cell that no spreadsheet
// computes, in JSON a string, in a text one line; nothing moves a cursor.
func TestC09Labels(t *testing.T) {
	for _, p := range payloads() {
		tab := New(Service, Customer)
		tab.Add(Fact{Number: p, CustomerClass: "vip", Seats: 3, Price: booking.Money{Minor: 100, Currency: p}})
		var b bytes.Buffer
		require.NoError(t, tab.CSV(&b))
		for _, r := range strings.ReplaceAll(b.String(), "\r\n", "") {
			require.True(t, unicode.IsPrint(r), "%q in %q", r, b.String())
		}
		rows, err := csv.NewReader(&b).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, 2)
		require.Len(t, rows[1], 5)
		require.Equal(t, []string{"vip", "1", "3", "1"}, rows[1][1:])
		for _, cell := range append(rows[0], rows[1][:2]...) {
			require.False(t, strings.ContainsRune(formula, []rune(strings.TrimSpace(cell))[0]) && cell != "-", "%q", cell)
		}
		b.Reset()
		require.NoError(t, tab.JSON(&b))
		var back struct {
			Rows []struct{ Labels map[string]string }
		}
		require.NoError(t, json.Unmarshal(b.Bytes(), &back))
		require.Len(t, back.Rows, 1)
		require.Equal(t, label(p), back.Rows[0].Labels["service"])
		b.Reset()
		require.NoError(t, tab.Table(&b))
		require.Equal(t, 3, strings.Count(b.String(), "\n"))
		for _, r := range strings.ReplaceAll(b.String(), "\n", "") + tab.Text("", nil) {
			require.True(t, unicode.IsPrint(r), "%q in %q", r, b.String())
		}
	}
	for s, want := range map[string]string{"": "", "-": "-", "G1": "G1", "=1": "'=1", " -1": "' -1", "\tx": "'\tx", "a=1": "a=1", "－1": "'－1"} {
		require.Equal(t, want, Cell(s))
	}
}

func BenchmarkAdd(b *testing.B) {
	all := facts()
	tab := New(Service, Day)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		tab.Add(all[i%len(all)])
	}
}
