package stats

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"shortfare/booking"
)

// Dimension is what orders are counted by.
type Dimension string

// Dimensions of facts. The last four are kinds of customer classes: package
// classes labels them "age:18-25".
const (
	Service  Dimension = "service"
	Day      Dimension = "day"
	Class    Dimension = "class"
	Customer Dimension = "customer"
	State    Dimension = "state"
	Kind     Dimension = "kind"
	Age      Dimension = "age"
	Gender   Dimension = "gender"
	Region   Dimension = "region"
	Job      Dimension = "job"
)

// Dimensions lists all of them.
func Dimensions() []Dimension {
	return []Dimension{Service, Day, Class, Customer, State, Kind, Age, Gender, Region, Job}
}

// ParseBy reads dimensions with commas between them.
func ParseBy(list string) ([]Dimension, error) {
	var by []Dimension
	for _, word := range strings.Split(list, ",") {
		d := Dimension(strings.ToLower(strings.TrimSpace(word)))
		if !slices.Contains(Dimensions(), d) {
			return nil, fmt.Errorf("%.40q can't be counted by; write some of %s, with commas", word, words(Dimensions()))
		}
		if slices.Contains(by, d) {
			return nil, fmt.Errorf("%s is named twice; name it once", d)
		}
		by = append(by, d)
	}
	return by, nil
}

func words(all []Dimension) string {
	s := make([]string, len(all))
	for i, d := range all {
		s[i] = string(d)
	}
	return strings.Join(s, ",")
}

// Fact is one order as it is counted.
type Fact struct {
	Number        string // of the service: G123
	Day           booking.Date
	Class         string   // of the fare
	CustomerClass string   // the level: vip, regular, new
	Labels        []string // further classes of the customer, "age:18-25" and so on
	State         string
	Seats         int
	Price         booking.Money // of all seats
	Kind          booking.Kind
}

// FactOf is the fact of an order: the day is that of departure in loc, the state
// that of StateOf. The customer's classes are for the caller to fill in.
func FactOf(o *booking.Order, loc *time.Location) Fact {
	f := Fact{Number: o.Trip.Number, Day: booking.DateOf(o.Trip.Dep.In(loc)), State: StateOf(o), Seats: o.Seats, Price: o.Price, Kind: o.Trip.Kind}
	if len(o.Trip.Fares) > 0 {
		f.Class = o.Trip.Fares[0].Class
	}
	return f
}

// StateOf names the state of an order: as the table of Order.Apply has it, and
// for one that is closed the reason: "refunded", "expired".
func StateOf(o *booking.Order) string {
	if o.State == booking.Closed && o.Reason != "" {
		return string(o.Reason)
	}
	return o.State.String()
}

// unknown is the label of what is not known.
const unknown = "-"

// of is a fact's label in a dimension.
func (f *Fact) of(d Dimension) string {
	switch d {
	case Service:
		return label(f.Number)
	case Day:
		if f.Day == 0 {
			return unknown
		}
		return f.Day.String()
	case Class:
		return label(f.Class)
	case Customer:
		return label(f.CustomerClass)
	case State:
		return label(f.State)
	case Kind:
		if f.Kind > booking.Flight {
			return unknown
		}
		return f.Kind.String()
	}
	for _, l := range f.Labels {
		if v, ok := strings.CutPrefix(l, string(d)+":"); ok {
			return label(v)
		}
	}
	return unknown
}

// maxLabel bounds a label in runes: a timetable may have anything in it.
const maxLabel = 40

// label makes what a timetable or a customer wrote fit to be shown: no control
// or direction characters, no line ends, not too long.
func label(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if s = strings.TrimSpace(s); s == "" {
		return unknown
	}
	if r := []rune(s); len(r) > maxLabel {
		s = string(r[:maxLabel-1]) + "~"
	}
	return s
}

// Row is one group of orders.
type Row struct {
	Labels []string // one for each dimension of the table
	Orders int
	Seats  int
	Amount []booking.Money // one for each currency, in order of its code
}

func (r *Row) add(f *Fact) {
	r.Orders++
	r.Seats += f.Seats
	if f.Price.Currency == "" {
		return
	}
	i, found := slices.BinarySearchFunc(r.Amount, f.Price.Currency, func(m booking.Money, c string) int { return cmp.Compare(m.Currency, c) })
	if !found {
		r.Amount = slices.Insert(r.Amount, i, booking.Money{Currency: f.Price.Currency})
	}
	r.Amount[i].Minor += f.Price.Minor
}

// Table counts facts. It is not safe for concurrent use.
type Table struct {
	by    []Dimension
	rows  map[string]*Row
	total Row
}

// New makes a table that counts by the dimensions given, in their order; without
// any it has one row at most.
func New(by ...Dimension) *Table {
	return &Table{by: slices.Clone(by), rows: map[string]*Row{}}
}

// Add counts one order.
func (t *Table) Add(f Fact) {
	labels := make([]string, len(t.by))
	for i, d := range t.by {
		labels[i] = f.of(d)
	}
	key := strings.Join(labels, "\x00") // no label has that in it
	r := t.rows[key]
	if r == nil {
		r = &Row{Labels: labels}
		t.rows[key] = r
	}
	r.add(&f)
	t.total.add(&f)
}

// By returns the table's dimensions.
func (t *Table) By() []Dimension { return slices.Clone(t.by) }

// Total is the sum of all rows, without labels.
func (t *Table) Total() Row { return t.total }

// Rows returns the rows in order of their labels; numbers in them count as numbers, G2 before G10.
func (t *Table) Rows() []Row {
	rows := make([]Row, 0, len(t.rows))
	for _, r := range t.rows {
		rows = append(rows, *r)
	}
	slices.SortFunc(rows, func(a, b Row) int { return slices.CompareFunc(a.Labels, b.Labels, natural) })
	return rows
}

// natural compares text with the numbers in it by value.
func natural(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		if digit(x[0]) && digit(y[0]) {
			n, m := number(x), number(y)
			if c := cmp.Or(cmp.Compare(len(strings.TrimLeft(n, "0")), len(strings.TrimLeft(m, "0"))), cmp.Compare(strings.TrimLeft(n, "0"), strings.TrimLeft(m, "0"))); c != 0 {
				return c
			}
			x, y = x[len(n):], y[len(m):]
			continue
		}
		if x[0] != y[0] {
			return cmp.Compare(x[0], y[0])
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(a, b))
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// number is the digits that s begins with.
func number(s string) string {
	i := 0
	for i < len(s) && digit(s[i]) {
		i++
	}
	return s[:i]
}
