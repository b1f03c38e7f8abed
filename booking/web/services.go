package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"shortfare/booking"
)

// servicesPage is how many runs a page has: the seats of each are looked up.
const servicesPage = 40

// servicesList is the page of services.
type servicesList struct {
	Day      booking.Date
	Before   booking.Date
	After    booking.Date
	Number   string // beginning of numbers
	Runs     []runRow
	Total    int
	From, To int // numbers of the first one and the last, from 1
	Unknown  bool
	Stops    []booking.Suspension // that last, of no run of this page
	Previous string               // path of the page before this one; empty for none
	Next     string
}

// runRow is a run with what became of its seats.
type runRow struct {
	booking.Trip
	Seats   []seatsRow
	Sold    int // seats on tickets that were issued or are being issued
	Held    int // seats held and not paid
	Waiting int // seats that are waited for
	Stops   []booking.Suspension
	Orders  string // path of its orders
}

// seatsRow are the seats of a class.
type seatsRow struct {
	booking.Fare
	Left  int
	Known bool
}

// services lists the departures of a day.
func (c *Console) services(ctx context.Context, r *http.Request, v *visit) (any, error) {
	q := r.URL.Query()
	p := servicesList{Number: strings.ToUpper(strings.TrimSpace(q.Get("service")))}
	var ok bool
	if p.Day, ok = dateOf(q.Get("day"), booking.DateOf(c.now())); !ok {
		return nil, badQuery("orders.badday")
	}
	p.Before, p.After = p.Day.Add(-1), p.Day.Add(1)
	skip := 0
	if s := q.Get("skip"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return nil, badQuery("orders.badfilter")
		}
		skip = n
	}
	if c.o.Timetable == nil {
		p.Unknown = true
		return p, nil
	}
	runs, total := c.o.Timetable().Departing(p.Day, p.Number, skip, servicesPage)
	p.Total, p.From, p.To = total, min(skip+1, total), skip+len(runs)
	page := func(skip int) string {
		return "/" + v.lang + "/services?" + url.Values{"day": {p.Day.String()}, "service": {p.Number}, "skip": {strconv.Itoa(skip)}}.Encode()
	}
	if skip > 0 {
		p.Previous = page(max(0, skip-servicesPage))
	}
	if skip+len(runs) < total {
		p.Next = page(skip + servicesPage)
	}
	return p, c.fillRuns(ctx, &p, runs, v.lang)
}

// fillRuns adds to runs what was ordered of them, what is left and what is stopped.
func (c *Console) fillRuns(ctx context.Context, p *servicesList, runs []booking.Trip, lang string) error {
	stops, err := c.o.Store.Suspended(ctx)
	if err != nil {
		return err
	}
	tallies, err := c.o.Store.Count(ctx, p.Day)
	if err != nil {
		return err
	}
	place := map[string]int{} // the first run of a number: orders name no other
	for _, t := range runs {
		row := runRow{Trip: t, Orders: "/" + lang + "/orders?" + url.Values{"from": {p.Day.String()}, "to": {p.Day.String()}, "service": {t.Number}}.Encode()}
		for _, f := range t.Fares {
			s := seatsRow{Fare: f}
			if c.o.Stock != nil && ctx.Err() == nil {
				s.Left, s.Known = c.o.Stock.Left(t.TripKey, f.Class)
			}
			row.Seats = append(row.Seats, s)
		}
		if _, twice := place[t.Number]; !twice {
			place[t.Number] = len(p.Runs)
		}
		p.Runs = append(p.Runs, row)
	}
	for _, t := range tallies {
		if i, ok := place[t.Number]; ok {
			p.Runs[i].count(t)
		}
	}
	for _, s := range stops {
		if s.Day != 0 && s.Day != p.Day {
			continue
		}
		if i, ok := place[s.Number]; ok {
			p.Runs[i].Stops = append(p.Runs[i].Stops, s)
		} else {
			p.Stops = append(p.Stops, s)
		}
	}
	return ctx.Err()
}

// count adds orders that are alike.
func (r *runRow) count(t booking.Tally) {
	switch t.State {
	case booking.Waiting:
		r.Waiting += t.Seats
	case booking.Holding, booking.Held, booking.Debiting:
		r.Held += t.Seats
	case booking.Issuing, booking.Swapping, booking.Issued, booking.Review:
		r.Sold += t.Seats
	case booking.StateNone, booking.Voiding, booking.Reversing, booking.Releasing, booking.Closed:
	}
}
