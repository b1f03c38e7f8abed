package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"shortfare/booking"
	"shortfare/booking/classes"
)

const (
	customersPage = 50     // customers of a page
	customersLook = 20_000 // that are looked at for it
)

// customersList is the page of customers.
type customersList struct {
	Census   *count
	Failed   bool
	Groups   []classGroup
	Class    string
	Rows     []customerRow
	Searched bool
	First    string // path of the first page, when this is another
	Next     string // path of the page after this one; empty for none
}

// classGroup are the classes of one sort.
type classGroup struct {
	Sort string
	Rows []classRow
}

type classRow struct {
	Label  string
	N      int
	Share  int
	Path   string
	Chosen bool
}

// customerRow is a customer in a list.
type customerRow struct {
	MSISDN  booking.MSISDN
	Name    string // masked
	Since   time.Time
	Last    time.Time
	Classes []string
	Orders  int // paid
}

// customers counts customers by class and lists those of one.
func (c *Console) customers(ctx context.Context, r *http.Request, v *visit) (any, error) {
	q := r.URL.Query()
	p := customersList{Class: q.Get("class")}
	p.Census, p.Failed = c.census.latest(ctx)
	base := "/" + v.lang + "/customers"
	known := c.o.Rules.Known()
	if p.Class != "" && p.Class != "all" && !slices.Contains(known, p.Class) {
		return nil, badQuery("customers.noclass")
	}
	p.Groups = c.groups(p.Census, known, p.Class, base)
	if p.Class == "" {
		return p, nil
	}
	var after booking.MSISDN
	if s := q.Get("after"); s != "" {
		m, ok := c.customerOf(s)
		if !ok {
			return nil, errNotFound
		}
		after, p.First = m, base+"?class="+url.QueryEscape(p.Class)
	}
	err := c.listCustomers(ctx, &p, after, base)
	return p, err
}

// groups are the classes by their sort, levels first; those that nobody is in are left out.
func (c *Console) groups(n *count, known []string, chosen, base string) []classGroup {
	if n == nil {
		return nil
	}
	groups := []classGroup{{Sort: "level"}, {Sort: "age"}, {Sort: "gender"}, {Sort: "region"}, {Sort: "job"}}
	for _, label := range known {
		sort, _, ok := strings.Cut(label, ":")
		if !ok {
			sort = "level"
		}
		i := slices.IndexFunc(groups, func(g classGroup) bool { return g.Sort == sort })
		if i >= 0 && n.Classes[label] > 0 {
			groups[i].Rows = append(groups[i].Rows, classRow{Label: label, N: n.Classes[label], Chosen: label == chosen,
				Path: base + "?class=" + url.QueryEscape(label) + "#list"})
		}
	}
	groups = slices.DeleteFunc(groups, func(g classGroup) bool { return len(g.Rows) == 0 })
	for _, g := range groups {
		most := 1
		for _, r := range g.Rows {
			most = max(most, r.N)
		}
		for i := range g.Rows {
			g.Rows[i].Share = (100*g.Rows[i].N + most - 1) / most
		}
	}
	return groups
}

// errEnough ends a listing.
var errEnough = errors.New("enough")

// listCustomers lists those of a class after a customer, in the order of the store.
// A class of few is looked for a bounded number of customers at a time.
func (c *Console) listCustomers(ctx context.Context, p *customersList, after booking.MSISDN, base string) error {
	now := c.now()
	looked, last := 0, after
	err := c.o.Store.EachCustomer(ctx, after, func(x *booking.Customer) error {
		if len(p.Rows) == customersPage || looked == customersLook {
			p.Next = base + "?class=" + url.QueryEscape(p.Class) + "&after=" + c.customerID(last) + "#list"
			return errEnough
		}
		looked, last = looked+1, x.MSISDN
		labels := classes.Classify(classes.PersonOf(x), x.History, c.o.Rules, now)
		if p.Class == "all" || labels.Has(p.Class) {
			p.Rows = append(p.Rows, customerRow{MSISDN: x.MSISDN, Name: maskName(x.Name), Since: x.Since, Last: x.LastAt, Classes: labels, Orders: x.History.Paid})
		}
		return nil
	})
	p.Searched = p.Next != "" && len(p.Rows) < customersPage
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// counting tells whether there are no numbers yet.
func (p customersList) counting() bool { return p.Census == nil && !p.Failed }
