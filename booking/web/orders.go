package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"shortfare/booking"
	"shortfare/booking/classes"
	"shortfare/booking/stats"
	"shortfare/parser"
)

const (
	ordersRead  = 1000    // of one snapshot
	ordersLook  = 100_000 // that a page counts
	ordersPage  = 50      // that a page lists
	ordersRows  = 300     // groups that a page shows
	peopleLook  = 20_000  // customers that a page looks at
	ordersRange = 366     // days
)

// ordersFilter is what a page of orders was asked for.
type ordersFilter struct {
	From, To     booking.Date // of departure, both included
	Number, Code string
	State, Class string // as stats.StateOf; a class of customers; empty for all
	By, And      stats.Dimension
	AfterDay     booking.Date
	AfterID      booking.OrderID
}

// ordersList is the page of orders.
type ordersList struct {
	Filter  ordersFilter
	States  []string
	Classes []string
	Dims    []stats.Dimension
	By      []stats.Dimension
	Groups  []ordersGroup
	Hidden  int // groups that are not shown
	Total   stats.Row
	Orders  []orderRow
	Cut     bool   // there were more orders than are counted
	First   string // path of the first page of the list, when this is another
	Next    string // path of the page after this one; empty for none
}

// ordersGroup is a row of the counts.
type ordersGroup struct {
	Cells []ordersCell
	stats.Row
	Share int // of the seats of the greatest group, in percent
}

type ordersCell struct {
	By    stats.Dimension
	Value string
	Path  string // of the same page for this value alone; empty for none
}

// values are the filter as the address of a page has it.
func (f ordersFilter) values() url.Values {
	v := url.Values{"from": {f.From.String()}, "to": {f.To.String()}, "by": {string(f.By)}}
	for key, s := range map[string]string{"service": f.Number, "code": f.Code, "state": f.State, "class": f.Class, "and": string(f.And)} {
		if s != "" {
			v.Set(key, s)
		}
	}
	return v
}

// dateOf reads a day of a form, as browsers write it.
func dateOf(s string, otherwise booking.Date) (booking.Date, bool) {
	if s == "" {
		return otherwise, true
	}
	t, err := time.Parse(time.DateOnly, s)
	return booking.DateOf(t), err == nil && t.Year() > 1900
}

// ordersFilterOf reads the address of a page of orders.
func (c *Console) ordersFilterOf(q url.Values) (f ordersFilter, err error) {
	today := booking.DateOf(c.now())
	get := func(key string) string { return strings.TrimSpace(q.Get(key)) }
	var ok bool
	if f.From, ok = dateOf(get("from"), today); !ok {
		return f, badQuery("orders.badday")
	}
	if f.To, ok = dateOf(get("to"), max(today, f.From).Add(c.o.SaleDays)); !ok || f.To < f.From {
		return f, badQuery("orders.badday")
	}
	if f.To > f.From.Add(ordersRange) {
		return f, badQuery("orders.toomany")
	}
	f.Number, f.State, f.Class = strings.ToUpper(get("service")), get("state"), get("class")
	if code := strings.ToUpper(get("code")); code != "" {
		if f.Code = code; !parser.ValidOrderCode(code) {
			return f, badQuery("orders.badcode")
		}
	}
	f.By, f.And = stats.Dimension(get("by")), stats.Dimension(get("and"))
	if f.By == "" {
		f.By = stats.State
	}
	if f.And == f.By {
		f.And = ""
	}
	if !slices.Contains(stats.Dimensions(), f.By) || f.And != "" && !slices.Contains(stats.Dimensions(), f.And) ||
		f.Class != "" && !slices.Contains(c.o.Rules.Known(), f.Class) || f.State != "" && !slices.Contains(orderStates(), f.State) {
		return f, badQuery("orders.badfilter")
	}
	if s := get("after"); s != "" {
		d, id, _ := strings.Cut(s, "-")
		day, err1 := strconv.ParseInt(d, 10, 32)
		order, err2 := strconv.ParseInt(id, 10, 64)
		if err1 != nil || err2 != nil || day < 0 || order < 0 {
			return f, badQuery("orders.badfilter")
		}
		f.AfterDay, f.AfterID = booking.Date(day), booking.OrderID(order)
	}
	return f, nil
}

// orderStates are the states that orders are counted by: those of live ones, and
// the reasons of those that ended.
func orderStates() []string {
	var all []string
	for _, s := range booking.States() {
		all = append(all, s.String())
	}
	for _, r := range []booking.CloseReason{booking.ClosedRefunded, booking.ClosedChanged, booking.ClosedExpired, booking.ClosedCancelled, booking.ClosedDeclined, booking.ClosedSoldOut,
		booking.ClosedDebitUnknown, booking.ClosedIssueFailed, booking.ClosedWaitEnded, booking.ClosedChangeFailed, booking.ClosedWithdrawn} {
		all = append(all, string(r))
	}
	return all
}

// orders counts orders, sorts them and lists them.
func (c *Console) orders(ctx context.Context, r *http.Request, v *visit) (any, error) {
	f, err := c.ordersFilterOf(r.URL.Query())
	if err != nil {
		return nil, err
	}
	base := "/" + v.lang + "/orders?"
	p := ordersList{Filter: f, States: orderStates(), Classes: c.o.Rules.Known(), Dims: stats.Dimensions(), By: []stats.Dimension{f.By}}
	if f.And != "" {
		p.By = append(p.By, f.And)
	}
	w := ordersWalk{c: c, f: f, table: stats.New(p.By...), known: map[booking.MSISDN]classes.Classes{}}
	if err := w.walk(ctx); err != nil {
		return nil, err
	}
	p.Cut, p.Total = w.cut, w.table.Total()
	p.Groups, p.Hidden = groupsOf(w.table, f, base)
	for _, l := range w.listed {
		o, err := c.o.Store.Order(ctx, l.Customer, l.ID)
		if err != nil {
			return nil, err
		}
		if o != nil {
			p.Orders = append(p.Orders, rowOf(o))
		}
	}
	if f.AfterID != 0 {
		p.First = base + f.values().Encode() + "#list"
	}
	if w.more {
		last := w.listed[len(w.listed)-1]
		q := f.values()
		q.Set("after", strconv.Itoa(int(last.Day))+"-"+strconv.FormatInt(int64(last.ID), 10))
		p.Next = base + q.Encode() + "#list"
	}
	return p, nil
}

// groupsOf are the counts as the page shows them: the first rows, each with its way to the orders behind it.
func groupsOf(t *stats.Table, f ordersFilter, base string) (list []ordersGroup, hidden int) {
	rows := t.Rows()
	most := 1
	for _, r := range rows {
		most = max(most, r.Seats)
	}
	hidden = max(0, len(rows)-ordersRows)
	for _, r := range rows[:len(rows)-hidden] {
		g := ordersGroup{Row: r, Share: (100*r.Seats + most - 1) / most}
		for i, d := range t.By() {
			g.Cells = append(g.Cells, ordersCell{By: d, Value: r.Labels[i], Path: narrowed(f, d, r.Labels[i], base)})
		}
		list = append(list, g)
	}
	return list, hidden
}

// narrowed is the path of the page for one value of a dimension; empty where there is no such filter.
func narrowed(f ordersFilter, d stats.Dimension, value, base string) string {
	switch {
	case value == "-":
		return ""
	case d == stats.Service:
		f.Number = value
	case d == stats.State:
		f.State = value
	case d == stats.Customer:
		f.Class = value
	case d == stats.Day:
		day, ok := dateOf(value, 0)
		if !ok {
			return ""
		}
		f.From, f.To = day, day
	case d == stats.Age || d == stats.Gender || d == stats.Region || d == stats.Job:
		f.Class = string(d) + ":" + value
	default:
		return ""
	}
	return base + f.values().Encode() + "#list"
}

// ordersWalk reads the orders of a filter, a page at a time.
type ordersWalk struct {
	c      *Console
	f      ordersFilter
	table  *stats.Table
	known  map[booking.MSISDN]classes.Classes
	listed []booking.OrderLine
	more   bool
	cut    bool
}

func (w *ordersWalk) walk(ctx context.Context) error {
	q := booking.OrderQuery{First: w.f.From, Last: w.f.To, Number: w.f.Number, Code: w.f.Code}
	for looked := 0; ; looked += ordersRead {
		if looked >= ordersLook {
			w.cut = true
			return nil
		}
		list, err := w.c.o.Store.Departing(ctx, q, ordersRead)
		if err != nil {
			return err
		}
		for _, l := range list {
			if err := w.add(ctx, l); err != nil {
				return err
			}
		}
		if len(list) < ordersRead {
			return nil
		}
		q.AfterDay, q.AfterID = list[len(list)-1].Day, list[len(list)-1].ID
	}
}

// add counts an order that the filter takes, and lists it when its place is on the page.
func (w *ordersWalk) add(ctx context.Context, l booking.OrderLine) error {
	fact := stats.Fact{Number: l.Number, Day: l.Day, Class: l.Class, State: stats.StateOf(&booking.Order{State: l.State, Reason: l.Reason}),
		Seats: l.Seats, Price: l.Price, Kind: l.Kind}
	if w.f.State != "" && w.f.State != fact.State {
		return nil
	}
	if w.f.Class != "" || slices.ContainsFunc(w.table.By(), aboutCustomers) {
		labels, err := w.classesOf(ctx, l.Customer)
		if err != nil {
			return err
		}
		if w.f.Class != "" && !labels.Has(w.f.Class) {
			return nil
		}
		if len(labels) > 0 {
			fact.CustomerClass, fact.Labels = labels.Level(), labels[1:]
		}
	}
	w.table.Add(fact)
	switch after := l.Day > w.f.AfterDay || l.Day == w.f.AfterDay && l.ID > w.f.AfterID; {
	case !after:
	case len(w.listed) == ordersPage:
		w.more = true
	default:
		w.listed = append(w.listed, l)
	}
	return nil
}

// aboutCustomers tells whether orders are counted by what their customers are.
func aboutCustomers(d stats.Dimension) bool {
	switch d {
	case stats.Customer, stats.Age, stats.Gender, stats.Region, stats.Job:
		return true
	}
	return false
}

// classesOf are the present classes of a customer; none when he has no row.
func (w *ordersWalk) classesOf(ctx context.Context, m booking.MSISDN) (classes.Classes, error) {
	labels, ok := w.known[m]
	if ok {
		return labels, nil
	}
	if len(w.known) >= peopleLook {
		return nil, badQuery("orders.toomanypeople")
	}
	x, err := w.c.o.Store.Customer(ctx, m)
	if err != nil {
		return nil, err
	}
	if x != nil {
		labels = classes.Classify(classes.PersonOf(x), x.History, w.c.o.Rules, w.c.now())
	}
	w.known[m] = labels
	return labels, nil
}

// rowOf is an order as lists show it.
func rowOf(o *booking.Order) orderRow {
	r := orderRow{Order: o, State: stats.StateOf(o)}
	for _, p := range o.Passengers {
		r.Names = append(r.Names, maskName(p.Name))
	}
	return r
}
